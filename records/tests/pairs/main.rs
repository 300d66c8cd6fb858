//! The descriptions that are shipped, held to requests and replies that their makers publish: our requests are what they take, and their
//! replies are read as what they mean. Kinto and PocketBase are run live as well (`records/tests/live`).
#![allow(clippy::unwrap_used)]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use opencall_records::Description;
use opencall_records::auth::{Link, Who};
use opencall_records::http::{Http, Local, Reply, Request, Unreachable};
use opencall_records::store::{Changed, Found, Made, Store, Trouble, Which};
use serde_json::{Map, Value, json};

/// Answers with what was recorded and keeps what was asked.
#[derive(Clone, Default)]
struct Recorded {
    replies: Rc<RefCell<VecDeque<Reply>>>,
    asked: Rc<RefCell<Vec<Request>>>,
}

impl Http for Recorded {
    fn send(&self, request: Request) -> Local<'_, Result<Reply, Unreachable>> {
        self.asked.borrow_mut().push(request);
        let reply = self.replies.borrow_mut().pop_front();
        Box::pin(async move { reply.ok_or(Unreachable) })
    }

    fn now(&self) -> i64 {
        0
    }

    fn random(&self) -> [u8; 32] {
        [0; 32]
    }
}

fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing recorded ever waits"),
    }
}

fn reply(recorded: &Value) -> Reply {
    let headers = recorded["headers"].as_object().into_iter().flatten();
    Reply {
        status: u16::try_from(recorded["status"].as_u64().unwrap()).unwrap(),
        headers: headers
            .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
            .collect(),
        body: recorded.get("body").map(|body| body.to_string().into_bytes()).unwrap_or_default(),
    }
}

/// What a request was expected to be, as far as that is said.
fn is(request: &Request, expected: &Value, name: &str) {
    assert_eq!(request.method, expected["method"], "{name}");
    assert_eq!(request.url, expected["url"], "{name}");
    for (header, value) in expected["headers"].as_object().into_iter().flatten() {
        assert_eq!(request.header(header), value.as_str(), "{name}: {header}");
    }
    if let Some(body) = expected.get("body") {
        assert_eq!(&serde_json::from_str::<Value>(&request.body).unwrap(), body, "{name}");
    }
}

fn found(found: &Found) -> Value {
    json!({"found": found.version, "written": found.written.map(|at| at.to_string())})
}

fn told(trouble: &Trouble) -> Value {
    match trouble {
        Trouble::Refused { status, .. } => json!({"refused": status}),
        other => panic!("{other:?}"),
    }
}

fn gives(store: &Store, who: &Who, pair: &Value) -> Value {
    let collection = &store.description().collections.applications;
    let id = pair["id"].as_str().unwrap_or_default();
    let record: Map<String, Value> = pair["record"].as_object().cloned().unwrap_or_default();
    match pair["call"].as_str().unwrap() {
        "read" => match now(store.read(who, collection, id)) {
            Ok(Some(it)) => found(&it),
            Ok(None) => json!("absent"),
            Err(trouble) => told(&trouble),
        },
        "create" => match now(store.create(who, collection, id, record, None)) {
            Ok(Made::Made(it)) => found(&it),
            Ok(Made::Exists) => json!("exists"),
            Err(trouble) => told(&trouble),
        },
        "update" => match now(store.update(who, collection, id, pair["version"].as_u64().unwrap(), record, None)) {
            Ok(Changed::Done(it)) => found(&it),
            Ok(Changed::Conflict) => json!("conflict"),
            Ok(Changed::Absent) => json!("absent"),
            Err(trouble) => told(&trouble),
        },
        "remove" => now(store.remove(who, collection, id)).map_or_else(|trouble| told(&trouble), |()| json!("removed")),
        "list" => now(store.list(who, collection, Which::All)).map_or_else(|trouble| told(&trouble), |items| json!({"items": items.len()})),
        other => panic!("{other}"),
    }
}

fn held(pairs: &str, config: &str) {
    let (pairs, config): (Value, Value) = (serde_json::from_str(pairs).unwrap(), serde_json::from_str(config).unwrap());
    for pair in pairs["pairs"].as_array().unwrap() {
        let name = format!("{}: {}", pairs["of"], pair["name"]);
        assert!(
            pair["source"].as_str().is_some_and(|source| source.len() > 20),
            "{name}: where from?"
        );
        let description: Description = serde_json::from_value(config["records"].clone()).unwrap();
        let line = Recorded::default();
        if let Some(session) = pairs.get("session") {
            line.replies.borrow_mut().push_back(reply(&session["reply"]));
        }
        line.replies.borrow_mut().push_back(reply(&pair["reply"]));
        let store = Store::new(description, Box::new(line.clone()));
        let link = Link::of(&"t".repeat(43), 64).unwrap();
        assert_eq!(gives(&store, &Who::Applicant(link), pair), pair["gives"], "{name}");
        let asked = line.asked.borrow();
        if let Some(session) = pairs.get("session") {
            is(&asked[0], &session["request"], &name);
        }
        is(asked.last().unwrap(), &pair["request"], &name);
        assert!(
            asked.iter().all(|request| !format!("{request:?}").contains(&"t".repeat(43))),
            "{name}: the link's token is sent nowhere"
        );
    }
}

#[test]
fn postgrest_is_asked_and_understood_as_its_own_tests_say() {
    held(
        include_str!("postgrest.json"),
        include_str!("../../../deploy/records/postgrest/config.json"),
    );
}

#[test]
fn pocketbase_is_asked_and_understood_as_its_own_tests_say() {
    held(
        include_str!("pocketbase.json"),
        include_str!("../../../deploy/records/pocketbase/config.json"),
    );
}

#[test]
fn directus_is_asked_and_understood_as_its_reference_says() {
    held(
        include_str!("directus.json"),
        include_str!("../../../deploy/records/directus/config.json"),
    );
}

#[test]
fn a_list_goes_on_as_its_description_says() {
    for (next, place, first, second) in [
        ("key", "after={last}", "after=-", "after=a2"),
        ("page", "page={page}", "page=1", "page=2"),
        ("offset", "offset={offset}", "offset=0", "offset=2"),
    ] {
        let config: Value = serde_json::from_str(include_str!("../../../deploy/records/postgrest/config.json")).unwrap();
        let mut records = config["records"].clone();
        records["list"] = json!({"url": format!("{{base}}/{{path}}?{place}{{where}}"), "limit": 2, "next": next});
        let line = Recorded::default();
        for page in [json!([{"id": "a1"}, {"id": "a2"}]), json!([{"id": "a3"}])] {
            line.replies.borrow_mut().push_back(reply(&json!({"status": 200, "body": page})));
        }
        let store = Store::new(serde_json::from_value(records).unwrap(), Box::new(line.clone()));
        let items = now(store.list(&Who::Anyone, &store.description().collections.acts, Which::All)).unwrap();
        assert_eq!(items.len(), 3, "{next}");
        let asked: Vec<String> = line.asked.borrow().iter().map(|request| request.url.clone()).collect();
        let expected = [first, second].map(|part| format!("https://postgrest.example.org/acts?{part}"));
        assert_eq!(asked, expected, "{next}");
    }
}

#[test]
fn if_match_is_claimed_where_the_store_itself_says_that_a_version_is_another() {
    for config in [
        include_str!("../../../deploy/records/kinto/config.json"),
        include_str!("../../../deploy/records/postgrest/config.json"),
        include_str!("../../../deploy/records/supabase/config.json"),
        include_str!("../../../deploy/records/pocketbase/config.json"),
        include_str!("../../../deploy/records/directus/config.json"),
    ] {
        let config: Value = serde_json::from_str(config).unwrap();
        let description: Description = serde_json::from_value(config["records"].clone()).unwrap();
        let claimed = config["capabilities"]["concurrency"] == "if-match";
        assert_eq!(description.compares(), claimed, "{}", description.base);
    }
}

#[test]
fn an_account_that_a_store_does_not_know_is_no_fault_of_the_store() {
    for (config, status) in [
        // pocketbase/pocketbase@26f0df3, apis/record_auth_with_password_test.go, "valid identity field and invalid password".
        (include_str!("../../../deploy/records/pocketbase/config.json"), 400),
        // directus/directus, packages/errors: INVALID_CREDENTIALS is 401.
        (include_str!("../../../deploy/records/directus/config.json"), 401),
    ] {
        let config: Value = serde_json::from_str(config).unwrap();
        let line = Recorded::default();
        line.replies.borrow_mut().push_back(reply(&json!({"status": status, "body": {}})));
        let store = Store::new(serde_json::from_value(config["records"].clone()).unwrap(), Box::new(line));
        let who = Who::Applicant(Link::of(&"t".repeat(43), 64).unwrap());
        let read = now(store.read(&who, &store.description().collections.applications, "a1"));
        assert!(matches!(read, Err(Trouble::Refused { status: 401, .. })), "{read:?}");
    }
}

#[test]
fn supabase_is_postgrest_behind_another_address_and_sign_in() {
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap()["records"].clone();
    let supabase = read(include_str!("../../../deploy/records/supabase/config.json"));
    let postgrest = read(include_str!("../../../deploy/records/postgrest/config.json"));
    let _: Description = serde_json::from_value(supabase.clone()).unwrap();
    for member in [
        "applicants",
        "collections",
        "read",
        "create",
        "update",
        "remove",
        "list",
        "filters",
        "version",
        "written",
    ] {
        assert_eq!(supabase[member], postgrest[member], "{member}");
    }
    let line = Recorded::default();
    // https://supabase.com/docs/reference/self-hosting-auth: POST /token?grant_type=password.
    line.replies.borrow_mut().push_back(reply(
        &json!({"status": 200, "body": {"access_token": "A", "token_type": "bearer", "expires_in": 3600}}),
    ));
    line.replies.borrow_mut().push_back(reply(&json!({"status": 200, "body": []})));
    let store = Store::new(serde_json::from_value(supabase).unwrap(), Box::new(line.clone()));
    let who = Who::Staff(opencall_records::auth::Account::new("ada@example.org", "p"));
    assert_eq!(now(store.may_list(&who, &store.description().collections.decisions)), Ok(true));
    let asked = line.asked.borrow();
    assert_eq!(asked[0].body, r#"{"email":"ada@example.org","password":"p"}"#);
    assert_eq!(asked[1].header("authorization"), Some("Bearer A"));
    assert!(asked[1].header("apikey").is_some());
}
