//! Staff: signing in, roles, people, the audit trail.

use opencall_core::role::Role;
use opencall_server::api::staff::session::first_link;
use opencall_server::api::staff::{Need, routes};
use serde_json::{Value, json};

use crate::harness::{Applicant, Call, Reply, Server};

const DAY: i64 = 86_400_000;

/// Somebody who is signed in.
pub struct Staff<'a> {
    pub server: &'a Server,
    pub cookie: String,
}

impl<'a> Staff<'a> {
    /// The first organiser.
    pub async fn first(server: &'a Server) -> Self {
        let path = first_link(&server.app.store, server.now()).await.unwrap().unwrap();
        Self::by(server, secret(&path), "Olga").await
    }

    /// By a link's secret.
    pub async fn by(server: &'a Server, secret: &str, name: &str) -> Self {
        let reply = sign_in(server, secret, name).await.expect(201);
        let cookie = reply.header("set-cookie").split(';').next().unwrap().to_owned();
        Self { server, cookie }
    }

    /// Somebody invited by this one.
    pub async fn invite(&self, role: &str, name: &str) -> Staff<'a> {
        let invited = self
            .post("invitations", &json!({"role": role, "name": name}))
            .await
            .expect(201)
            .json();
        Staff::by(self.server, secret(invited["link"].as_str().unwrap()), name).await
    }

    pub fn call(&self, method: &str, path: &str) -> Call {
        call(method, path).header("cookie", &self.cookie)
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.server.send(self.call("GET", path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.server.send(self.call("POST", path).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.server.send(self.call("DELETE", path)).await
    }

    pub async fn me(&self) -> Value {
        self.get("session").await.expect(200).json()
    }
}

pub fn call(method: &str, path: &str) -> Call {
    Call::new(method, &format!("/api/v1/staff/{path}")).header("opencall-staff", "1")
}

fn secret(link: &str) -> &str {
    link.strip_prefix("/staff#").unwrap()
}

async fn sign_in(server: &Server, secret: &str, name: &str) -> Reply {
    server
        .send(call("POST", "session").json(&json!({"secret": secret, "name": name})))
        .await
}

#[tokio::test]
async fn the_first_organiser_signs_in_once_by_the_link_and_out_again() {
    let server = Server::start().await;
    let stale = first_link(&server.app.store, server.now()).await.unwrap().unwrap();
    let path = first_link(&server.app.store, server.now()).await.unwrap().unwrap();
    sign_in(&server, secret(&stale), "Olga").await.problem(404, "link");
    let looked = server
        .send(call("POST", "link").json(&json!({"secret": secret(&path)})))
        .await
        .expect(200)
        .json();
    assert_eq!(looked, json!({"role": "organiser", "expires_at": "2026-01-22T12:00:00Z"}));
    let reply = sign_in(&server, secret(&path), "  Olga\u{202e} Organiser ").await.expect(201);
    let cookie = reply.header("set-cookie").to_owned();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_eq!(reply.json()["person"]["name"], "Olga Organiser");
    assert_eq!(reply.json()["person"]["role"], "organiser");
    // Used once; and nobody becomes the first a second time.
    sign_in(&server, secret(&path), "Eve").await.problem(404, "link");
    assert_eq!(first_link(&server.app.store, server.now()).await.unwrap(), None);
    let olga = Staff {
        server: &server,
        cookie: cookie.split(';').next().unwrap().to_owned(),
    };
    assert!(olga.me().await["permissions"].as_array().unwrap().contains(&json!("manage_people")));
    let left = olga.delete("session").await.expect(204);
    assert!(left.header("set-cookie").contains("Max-Age=0"));
    olga.get("session").await.problem(401, "signed-out");
}

#[tokio::test]
async fn links_expire_can_be_taken_back_and_say_what_they_are_for() {
    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    let made = olga
        .post("invitations", &json!({"role": "viewer", "name": "Vera"}))
        .await
        .expect(201)
        .json();
    let of = |made: &Value| secret(made["link"].as_str().unwrap()).to_owned();
    let listed = olga.get("invitations").await.expect(200).json();
    assert_eq!(listed[0]["name"], "Vera");
    assert!(listed[0].get("link").is_none(), "the secret is said once");
    olga.delete(&format!("invitations/{}", made["id"].as_str().unwrap()))
        .await
        .expect(204);
    sign_in(&server, &of(&made), "Vera").await.problem(404, "link");
    let made = olga
        .post("invitations", &json!({"role": "viewer", "name": "Vera"}))
        .await
        .expect(201)
        .json();
    server.pass(7 * DAY);
    sign_in(&server, &of(&made), "Vera").await.problem(404, "link");
    sign_in(&server, "no secret at all", "Eve").await.problem(404, "link");
    olga.post("invitations", &json!({"role": "viewer", "name": " "}))
        .await
        .problem(400, "malformed");
    olga.post("invitations", &json!({"role": "king", "name": "K"}))
        .await
        .problem(400, "malformed");
}

#[tokio::test]
async fn sessions_end_by_themselves_and_can_be_ended() {
    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    let vera = olga.invite("viewer", "Vera").await;
    // Used every twenty days it lives for ninety.
    for _ in 0..4 {
        server.pass(20 * DAY);
        olga.me().await;
    }
    vera.get("session").await.problem(401, "signed-out");
    server.pass(11 * DAY);
    olga.get("session").await.problem(401, "signed-out");

    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    let (vera, victor) = (olga.invite("viewer", "Vera").await, olga.invite("viewer", "Victor").await);
    let mine = vera.get("sessions").await.expect(200).json();
    assert_eq!(mine.as_array().unwrap().len(), 1, "one sees one's own");
    assert_eq!(olga.get("sessions").await.expect(200).json().as_array().unwrap().len(), 3);
    let of_vera = mine[0]["id"].as_str().unwrap().to_owned();
    victor.delete(&format!("sessions/{of_vera}")).await.problem(404, "not-found");
    olga.delete(&format!("sessions/{of_vera}")).await.expect(204);
    vera.get("session").await.problem(401, "signed-out");
    victor.me().await;
}

#[tokio::test]
async fn another_sites_page_can_change_nothing() {
    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    let invite = json!({"role": "organiser", "name": "Eve"});
    let bare = Call::new("POST", "/api/v1/staff/invitations").header("cookie", &olga.cookie);
    server.send(bare.json(&invite)).await.problem(403, "foreign-request");
    let foreign = olga
        .call("POST", "invitations")
        .header("host", "opencall.example")
        .header("origin", "https://evil.example");
    server.send(foreign.json(&invite)).await.problem(403, "foreign-request");
    let ours = olga
        .call("POST", "invitations")
        .header("host", "opencall.example")
        .header("origin", "https://opencall.example");
    server.send(ours.json(&invite)).await.expect(201);
    let asked = Call::new("OPTIONS", "/api/v1/staff/session")
        .header("origin", "https://evil.example")
        .header("access-control-request-method", "GET");
    assert_eq!(server.send(asked).await.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn whoever_guesses_at_links_has_to_wait() {
    let server = Server::limited(20).await;
    let guess = || call("POST", "session").json(&json!({"secret": "A".repeat(43)}));
    let mut seen = Vec::new();
    for _ in 0..6 {
        seen.push(server.send(guess()).await.status.as_u16());
    }
    assert!(seen.starts_with(&[404, 404]) && seen.ends_with(&[429]), "{seen:?}");
}

#[tokio::test]
async fn one_organiser_stays_and_whoever_is_put_out_is_out_at_once() {
    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    let vera = olga.invite("viewer", "Vera").await;
    let id = |me: Value| me["person"]["id"].as_str().unwrap().to_owned();
    let (me, her) = (id(olga.me().await), id(vera.me().await));
    let change = async |id: &str, change: Value| server.send(olga.call("PATCH", &format!("people/{id}")).json(&change)).await;
    change(&me, json!({"role": "viewer"})).await.problem(409, "last-organiser");
    change(&me, json!({"active": false})).await.problem(409, "last-organiser");
    assert_eq!(olga.me().await["person"]["role"], "organiser", "nothing of it was kept");
    change(&her, json!({"role": "organiser"})).await.expect(200);
    assert_eq!(vera.me().await["person"]["role"], "organiser");
    change(&her, json!({"active": false})).await.expect(200);
    vera.get("session").await.problem(401, "signed-out");
    olga.post(&format!("people/{her}/link"), &json!({})).await.problem(404, "not-found");
    change("nobody", json!({"active": false})).await.problem(404, "not-found");
    // Back again, by a link of her own; she is the same person.
    change(&her, json!({"active": true})).await.expect(200);
    let link = olga.post(&format!("people/{her}/link"), &json!({})).await.expect(201).json();
    let again = Staff::by(&server, secret(link["link"].as_str().unwrap()), "Somebody else").await;
    assert_eq!(id(again.me().await), her);
    assert_eq!(again.me().await["person"]["name"], "Vera");
}

#[tokio::test]
async fn every_route_asks_for_its_role() {
    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    let (vera, jude) = (olga.invite("viewer", "Vera").await, olga.invite("judge", "Jude").await);
    for route in routes() {
        let path = route.path.trim_start_matches('/');
        // Nothing of this exists: whoever may come in is told so, which is not "signed out" or "not allowed".
        let path = [
            "{programme}",
            "{reference}",
            "{person}",
            "{partner}",
            "{session}",
            "{invitation}",
            "{move}",
            "{file}",
            "{view}",
        ]
        .iter()
        .fold(path.to_owned(), |path, name| path.replace(name, "none"));
        let method = route.method.as_str();
        let send = async |cookie: Option<&str>| {
            let call = call(method, &path).json(&json!({}));
            let call = match cookie {
                Some(cookie) => call.header("cookie", cookie),
                None => call,
            };
            server.send(call).await.status.as_u16()
        };
        let nobody = send(None).await;
        // Signing out would end the test.
        if (method, path.as_str()) == ("DELETE", "session") {
            assert_eq!(nobody, 401);
            continue;
        }
        if route.need == Need::Nothing {
            assert!(![401, 403].contains(&nobody), "{method} {path}: {nobody}");
            continue;
        }
        assert_eq!(nobody, 401, "{method} {path}");
        for (who, role) in [(&olga, Role::Organiser), (&vera, Role::Viewer), (&jude, Role::Judge)] {
            let status = send(Some(&who.cookie)).await;
            let may = match route.need {
                Need::May(permission) => role.may(permission),
                _ => true,
            };
            assert_eq!(may, status != 403, "{method} {path} by {role:?}: {status}");
            assert_ne!(status, 401, "{method} {path} by {role:?}");
        }
    }
    // An applicant's token opens nothing of it.
    let applicant = Applicant::begun(&server, json!({})).await;
    let call = applicant.call("GET", "staff/people").header("opencall-staff", "1");
    applicant.send(call).await.problem(401, "signed-out");
}

#[tokio::test]
async fn the_audit_trail_has_everything_in_order_and_no_secrets() {
    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    let vera = olga.invite("viewer", "Vera").await;
    vera.get("audit").await.problem(403, "not-allowed");
    vera.delete("session").await.expect(204);
    let trail = olga.get("audit").await.expect(200).json();
    let lines: Vec<String> = trail
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| format!("{} {} {} {}", entry["ordinal"], entry["by"], entry["what"], entry["about"]).replace('"', ""))
        .collect();
    assert_eq!(
        lines,
        [
            "4 Vera signed_out null",
            "3 Vera signed_in null",
            "2 Olga invited Vera",
            "1 Olga signed_in null"
        ]
    );
    assert!(!trail.to_string().contains("staff#"));
    let older = olga.get("audit?before=3&limit=1").await.expect(200).json();
    assert_eq!((older.as_array().unwrap().len(), &older[0]["ordinal"]), (1, &json!(2)));
}

#[tokio::test]
async fn deadlines_become_later_for_all_or_for_one_with_a_reason() {
    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    let (applicant, _) = Applicant::ready(&server).await;
    let reference = reference(&server, &olga).await;
    let one = format!("applications/{reference}/extension");
    olga.post(&one, &json!({"deadline": "2026-02-03T11:00:00Z", "reason": " "}))
        .await
        .problem(400, "malformed");
    olga.post(&one, &json!({"deadline": "2026-01-03T11:00:00Z", "reason": "Why not"}))
        .await
        .problem(409, "illegal-move");
    olga.post(
        &one,
        &json!({"deadline": "2026-02-03T11:00:00Z", "reason": "The network was down."}),
    )
    .await
    .expect(204);
    assert_eq!(applicant.read().await["extension"], "2026-02-03T11:00:00Z");
    let all = "programmes/small-call/extension";
    olga.post(all, &json!({"deadline": "2026-02-05T11:00:00Z", "reason": "For everybody."}))
        .await
        .expect(204);
    // After the close it opens again.
    server.at("2026-02-10T00:00:00Z");
    olga.post(all, &json!({"deadline": "2026-02-11T11:00:00Z", "reason": "Once more."}))
        .await
        .expect(204);
    applicant.patch(2, &json!({"name": "Still here"})).await.expect(200);
    let timeline = applicant
        .send(applicant.call("GET", "application/timeline"))
        .await
        .json()
        .to_string();
    assert!(timeline.contains("Once more.") && !timeline.contains("Olga"), "{timeline}");
    let seen = olga.get(&format!("applications/{reference}")).await.expect(200).json();
    assert!(seen["timeline"].to_string().contains("Olga"));
}

/// The reference of the only application.
pub async fn reference(server: &Server, staff: &Staff<'_>) -> String {
    crate::staff_rows::table(server, staff).await.reference(0).to_owned()
}
