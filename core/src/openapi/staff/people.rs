//! Signing in by a one-time link; people, links and sessions; what they have done.

use serde_json::{Value, json};

use super::super::headers::{Header, query};
use super::super::model::{Operation, Tag, Who, call, empty, json};
use super::super::refusals::{LAST_ORGANISER, LINK, MALFORMED, NOT_FOUND, WITH_BODY};
use super::super::schemas::Schemas;
use super::{guarded, signed};
use crate::contract::partner::PartnerLinkView;
use crate::contract::pattern::LARGEST;
use crate::contract::staff::{
    AccountSignIn, AuditEntry, InvitationView, Invite, LinkSecret, LinkView, PersonChange, PersonView, SessionInfo, SessionView, SignIn,
};
use crate::role::Permission::{ManagePeople, ReadAudit};

/// The calls.
pub fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let mut calls = sessions(schemas);
    calls.extend(people(schemas));
    calls.extend(partners(schemas));
    calls
}

fn list(item: Value) -> Value {
    json!({"type": "array", "items": item})
}

fn sessions(schemas: &mut Schemas) -> Vec<Operation> {
    let link = |path, id, summary| {
        guarded(call("post", path, id, Tag::Staff, Who::Link, summary))
            .refuses([LINK])
            .refuses(WITH_BODY)
    };
    // For backends with accounts; no call of this one takes it.
    schemas.request::<AccountSignIn>();
    vec![
        link("/api/v1/staff/link", "readLink", "What a one-time link is good for")
            .about("Without using it up. Whoever guesses soon has to wait, and is no longer told whether a guess was right.")
            .json(schemas.request::<LinkSecret>(), json!({"secret": SECRET}))
            .gives(json(
                200,
                "What it is good for.",
                schemas.reply::<LinkView>(),
                json!({"role": "organiser", "name": "Ada", "expires_at": "2023-11-27T10:00:00Z"}),
            )),
        link("/api/v1/staff/session", "signIn", "Signs in, and uses the link up")
            .about("A link that was made for a person signs that person in; any other makes a person of its role, with `name` or the name it was made for. Where the backend says `\"staff\": \"accounts\"`, an `AccountSignIn` is sent instead.")
            .json(schemas.request::<SignIn>(), json!({"secret": SECRET, "name": "Ada"}))
            .gives(json(201, "Signed in.", schemas.reply::<SessionView>(), view()).headers([Header::SetCookie])),
        signed("get", "/api/v1/staff/session", "readSession", None, "Who is signed in")
            .about("Also what the person may do; apps pass over permissions that they do not know.")
            .gives(json(200, "Who is signed in.", schemas.reply::<SessionView>(), view())),
        signed("delete", "/api/v1/staff/session", "signOut", None, "Signs out")
            .about("Ends the session and takes the cookie away.")
            .gives(empty(204, "Signed out.").headers([Header::SetCookie])),
        signed("get", "/api/v1/staff/sessions", "listSessions", None, "Sessions")
            .about("One's own; whoever may manage people sees everybody's.")
            .gives(
                json(200, "The sessions, the one used last first.", list(schemas.reply::<SessionInfo>()), json!([session()]))
                    .leads([("endSession", [("session", "$response.body#/0/id")].as_slice())]),
            ),
        signed("delete", "/api/v1/staff/sessions/{session}", "endSession", None, "Ends a session")
            .about("One's own; whoever may manage people ends anybody's.")
            .gives(empty(204, "It has ended."))
            .refuses([NOT_FOUND]),
    ]
}

fn people(schemas: &mut Schemas) -> Vec<Operation> {
    vec![
        signed("get", "/api/v1/staff/people", "listPeople", None, "Everybody of the staff")
            .about("Those who may no longer sign in too.")
            .gives(
                json(200, "Everybody.", list(schemas.reply::<PersonView>()), json!([person()])).leads([
                    ("changePerson", [("person", "$response.body#/0/id")].as_slice()),
                    ("makePersonLink", &[("person", "$response.body#/0/id")]),
                ]),
            ),
        signed(
            "patch",
            "/api/v1/staff/people/{person}",
            "changePerson",
            Some(ManagePeople),
            "Changes a role, or who may sign in",
        )
        .about("What is left out stays. Whoever may no longer sign in has no session left.")
        .json(schemas.request::<PersonChange>(), json!({"role": "viewer"}))
        .gives(json(200, "The person.", schemas.reply::<PersonView>(), person()))
        .refuses([NOT_FOUND, LAST_ORGANISER])
        .refuses(WITH_BODY),
        signed(
            "post",
            "/api/v1/staff/people/{person}/link",
            "makePersonLink",
            Some(ManagePeople),
            "A link that signs somebody in again",
        )
        .about("Such as on another device. No body. Its secret is said this once.")
        .gives(
            json(201, "The link.", schemas.reply::<InvitationView>(), invitation(true))
                .leads([("revokeInvitation", [("invitation", "$response.body#/id")].as_slice())]),
        )
        .refuses([NOT_FOUND]),
        signed(
            "get",
            "/api/v1/staff/invitations",
            "listInvitations",
            Some(ManagePeople),
            "Links that nobody has used yet",
        )
        .about("Without their secrets.")
        .gives(
            json(
                200,
                "The links.",
                list(schemas.reply::<InvitationView>()),
                json!([invitation(false)]),
            )
            .leads([("revokeInvitation", [("invitation", "$response.body#/0/id")].as_slice())]),
        ),
        signed(
            "post",
            "/api/v1/staff/invitations",
            "invite",
            Some(ManagePeople),
            "Invites somebody",
        )
        .about("Makes a one-time link, good for a week. Its secret is said this once.")
        .json(schemas.request::<Invite>(), json!({"role": "viewer", "name": "Grace"}))
        .gives(
            json(201, "The link.", schemas.reply::<InvitationView>(), invitation(true))
                .leads([("revokeInvitation", [("invitation", "$response.body#/id")].as_slice())]),
        )
        .refuses(WITH_BODY),
        signed(
            "delete",
            "/api/v1/staff/invitations/{invitation}",
            "revokeInvitation",
            Some(ManagePeople),
            "Takes a link back",
        )
        .about("One that nobody has used.")
        .gives(empty(204, "It signs nobody in any more."))
        .refuses([NOT_FOUND]),
        signed("get", "/api/v1/staff/audit", "readAudit", Some(ReadAudit), "What staff have done")
            .about("The latest first, a page at a time: the next one begins before the last `ordinal` of this one.")
            .takes([
                query("before", "Only entries before this one.", 0, LARGEST, 1_000),
                query("limit", "How many; 100 when nothing is said.", 1, 200, 50),
            ])
            .gives(
                json(
                    200,
                    "The entries.",
                    list(schemas.reply::<AuditEntry>()),
                    json!([{"ordinal": 12, "at": "2023-11-20T10:00:00Z", "by": "Ada", "what": "noted", "about": "K7QF-2MXD"}]),
                )
                .leads([("readAudit", [("query.before", "$response.body#/0/ordinal")].as_slice())]),
            )
            .refuses([MALFORMED]),
    ]
}

fn partners(schemas: &mut Schemas) -> Vec<Operation> {
    const LINK: &str = "/api/v1/staff/programmes/{programme}/partners/{partner}/link";
    let here: &[(&str, &str)] = &[("programme", "$request.path.programme"), ("partner", "$response.body#/partner")];
    let first: &[(&str, &str)] = &[("programme", "$request.path.programme"), ("partner", "$response.body#/0/partner")];
    vec![
        signed("get", "/api/v1/staff/programmes/{programme}/partners", "listPartners", Some(ManagePeople), "Partners and their links")
            .about("The organisers in the programme's document, and since when and by whom each has a link to its counts.")
            .gives(
                json(
                    200,
                    "The partners.",
                    list(schemas.reply::<PartnerLinkView>()),
                    json!([{"partner": "meta", "name": "Meta", "created_at": "2023-11-12T09:00:00Z", "by": "Ada"}]),
                )
                .leads([("makePartnerLink", first), ("removePartnerLink", first)]),
            )
            .refuses([NOT_FOUND]),
        signed("post", LINK, "makePartnerLink", Some(ManagePeople), "Makes a partner's link")
            .about("In the place of the one it had, which ends. No body. Its token is said this once.")
            .gives(
                json(
                    201,
                    "The link.",
                    schemas.reply::<PartnerLinkView>(),
                    json!({"partner": "meta", "name": "Meta", "created_at": "2023-11-20T10:00:00Z", "by": "Ada", "link": "/partner#mW3cX1bq…"}),
                )
                .leads([("removePartnerLink", here)]),
            )
            .refuses([NOT_FOUND.when("There is no such programme, or it has no such organiser.")]),
        signed("delete", LINK, "removePartnerLink", Some(ManagePeople), "Takes a partner's link back")
            .about("Whoever has it is told nothing from then on.")
            .gives(empty(204, "It has ended."))
            .refuses([NOT_FOUND.when("The partner has no link.")]),
    ]
}

const SECRET: &str = "mW3cX1bq0n2Zk8sR5tYvJ7hG4fD9aP6eL1iO0uQwErA";

fn person() -> Value {
    json!({"id": "d4735e3a265e16eee03f59718b9b5d03", "name": "Ada", "role": "organiser", "active": true, "created_at": "2023-11-01T09:00:00Z"})
}

fn session() -> Value {
    json!({
        "id": "6b86b273ff34fce19d6b804eff5a3f57", "person": "d4735e3a265e16eee03f59718b9b5d03", "created_at": "2023-11-20T08:00:00Z",
        "seen_at": "2023-11-20T10:00:00Z", "expires_at": "2023-11-27T10:00:00Z", "current": true
    })
}

fn view() -> Value {
    json!({"person": person(), "session": session(), "permissions": ["read_applications", "write_notes", "export", "manage_people"]})
}

fn invitation(new: bool) -> Value {
    let mut invitation = json!({
        "id": "4e07408562bedb8b60ce05c1decfe3ad", "role": "viewer", "name": "Grace", "created_at": "2023-11-20T10:00:00Z",
        "expires_at": "2023-11-27T10:00:00Z"
    });
    if new {
        invitation["link"] = json!("/staff#mW3cX1bq…");
    }
    invitation
}
