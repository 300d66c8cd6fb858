//! A store that runs, and people at it.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opencall_records::auth::{self, Account, Link, Who};
use opencall_records::http::{Http, Local, Reply, Request, Unreachable};
use opencall_records::store::Store;
use opencall_records::{Description, Gateway};
use serde_json::{Map, Value, json};

use super::kind::{self, Kind};

/// The description that is shipped, of the store that runs here, with pages of so many.
fn description(limit: u32) -> Description {
    let kind = Kind::here();
    let config: Value = serde_json::from_str(kind.config()).unwrap();
    let mut records = config["records"].clone();
    records["base"] = json!(kind.base());
    records["clock"] = json!(kind.clock());
    records["list"]["limit"] = json!(limit);
    if let Some(trail) = records["collections"]["acts"].get_mut("list") {
        trail["limit"] = json!(limit);
    }
    serde_json::from_value(records).unwrap()
}

/// What happens once, just before a request whose method and address are such.
pub type Meanwhile = Rc<RefCell<Option<(fn(&str) -> bool, Box<dyn FnOnce()>)>>>;

/// HTTP without a browser. The device's clock can be wrong.
pub struct Native {
    agent: ureq::Agent,
    ahead: Rc<Cell<i64>>,
    meanwhile: Meanwhile,
}

impl Native {
    pub fn new(ahead: Rc<Cell<i64>>, meanwhile: Meanwhile) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(20)))
            .build();
        Self {
            agent: ureq::Agent::new_with_config(config),
            ahead,
            meanwhile,
        }
    }

    fn exchange(&self, request: Request) -> Result<Reply, ureq::Error> {
        let mut builder = ureq::http::Request::builder().method(request.method.as_str()).uri(&request.url);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let mut reply = self.agent.run(builder.body(request.body)?)?;
        let headers = reply.headers().iter();
        Ok(Reply {
            status: reply.status().as_u16(),
            headers: headers
                .map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap_or_default().to_owned()))
                .collect(),
            body: reply.body_mut().read_to_vec()?,
        })
    }
}

impl Http for Native {
    fn send(&self, request: Request) -> Local<'_, Result<Reply, Unreachable>> {
        let line = format!("{} {}", request.method, request.url);
        let due = self.meanwhile.borrow_mut().take_if(|(is_such, _)| is_such(&line));
        if let Some((_, happens)) = due {
            happens();
        }
        let outcome = self.exchange(request).map_err(|_| Unreachable);
        Box::pin(async move { outcome })
    }

    fn now(&self) -> i64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        i64::try_from(now.as_millis()).unwrap() + self.ahead.get()
    }

    fn random(&self) -> [u8; 32] {
        [7; 32]
    }
}

/// Runs a future that never really waits.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here ever waits"),
    }
}

/// A browser with the app in it.
pub struct Device {
    pub gateway: Gateway,
    pub ahead: Rc<Cell<i64>>,
    pub meanwhile: Meanwhile,
}

impl Device {
    /// With small pages, so that there are several.
    pub fn new() -> Self {
        Self::with_pages(3)
    }

    /// With pages as they are shipped.
    pub fn with_whole_pages() -> Self {
        Self::with_pages(500)
    }

    fn with_pages(limit: u32) -> Self {
        let (ahead, meanwhile) = (Rc::new(Cell::new(0)), Meanwhile::default());
        Self {
            gateway: Gateway::new(description(limit), Box::new(Native::new(ahead.clone(), meanwhile.clone()))),
            ahead,
            meanwhile,
        }
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
        let request = Request {
            method: method.to_owned(),
            url: format!("/api/v1{path}"),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: if body.is_null() { String::new() } else { body.to_string() },
        };
        now(self.gateway.answer(request)).unwrap()
    }

    /// As an applicant, with a token.
    pub fn as_applicant(&self, token: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
        let bearer = format!("Bearer {token}");
        let headers: Vec<(&str, &str)> = headers.iter().copied().chain([("authorization", bearer.as_str())]).collect();
        self.send(method, path, &headers, body)
    }

    pub fn begin(&self, token: &str, programme: &str, answers: &Value) -> Reply {
        let path = format!("/programmes/{programme}/applications");
        self.as_applicant(
            token,
            "POST",
            &path,
            &[("idempotency-key", "\"k\"")],
            &json!({"answers": answers, "locale": "fr"}),
        )
    }

    pub fn save(&self, token: &str, version: u64, patch: &Value) -> Reply {
        let tag = format!("\"{version}\"");
        self.as_applicant(
            token,
            "PATCH",
            "/application",
            &[("if-match", &tag), ("opencall-device", "Firefox%20on%20Android")],
            patch,
        )
    }

    pub fn submit(&self, token: &str, version: u64) -> Reply {
        let tag = format!("\"{version}\"");
        self.as_applicant(
            token,
            "POST",
            "/application/submit",
            &[("if-match", &tag), ("idempotency-key", "\"s\"")],
            &Value::Null,
        )
    }

    /// Begins with every answer and submits; gives the version that was submitted, and the receipt.
    pub fn applies(&self, token: &str, programme: &str) -> (u64, Value) {
        let version = value(&self.begin(token, programme, &answers()))["version"].as_u64().unwrap();
        let submitted = self.submit(token, version);
        assert_eq!(submitted.status, 200, "{}", text(&submitted));
        (version, value(&submitted))
    }

    pub fn withdraw(&self, token: &str) -> Reply {
        let headers = [("idempotency-key", "\"w\"")];
        self.as_applicant(token, "POST", "/application/withdraw", &headers, &Value::Null)
    }

    pub fn erase(&self, token: &str) -> Reply {
        self.as_applicant(token, "DELETE", "/application", &[], &Value::Null)
    }

    pub fn read(&self, token: &str) -> Reply {
        self.as_applicant(token, "GET", "/application", &[], &Value::Null)
    }

    /// Moves an application that was seen as submitted; gives the reply.
    pub fn moves(&self, programme: &str, reference: &str, to: &str) -> Reply {
        let body = json!({"to": to, "reason": "Between us", "applications": [{"reference": reference, "status": "submitted"}]});
        self.staff("POST", &format!("/programmes/{programme}/moves"), &body)
    }

    /// As staff.
    pub fn sign_in(&self) {
        let body = json!({"account": Kind::here().staff(), "password": kind::PASSWORD});
        let reply = self.send("POST", "/staff/session", &[("opencall-staff", "1")], &body);
        assert_eq!(reply.status, 201, "{}", text(&reply));
    }

    pub fn staff(&self, method: &str, path: &str, body: &Value) -> Reply {
        self.send(method, &format!("/staff{path}"), &[("opencall-staff", "1")], body)
    }
}

pub fn text(reply: &Reply) -> String {
    String::from_utf8_lossy(&reply.body).into_owned()
}

pub fn value(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_else(|_| panic!("{}: {}", reply.status, text(reply)))
}

/// What the steps of a timeline are called.
pub fn steps(timeline: &Value) -> Vec<&str> {
    let steps = timeline.as_array().unwrap().iter();
    steps.map(|one| one["what"].as_str().unwrap()).collect()
}

/// What a private link is at the store: by the gateway's derivation, which no attacker can make without the link.
pub fn link(token: &str) -> Link {
    Link::of(token, 64).unwrap()
}

/// A token that nobody else has.
pub fn token() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    format!(
        "{:0>43}",
        format!("t{}-{since}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
    )
}

/// Puts a programme of its own into the store, closing in so many seconds; gives its id.
pub fn programme(closes_in_s: i64) -> String {
    let mut document: Value = serde_json::from_str(include_str!("../../../public/programmes/ai-startup-program.json")).unwrap();
    let id = format!("p-{}", &token()[25..].to_lowercase().replace("--", "-"));
    let id = id.trim_end_matches('-').to_owned();
    let at = |seconds: i64| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        opencall_core::Timestamp::from_millis(i64::try_from(now).unwrap() + seconds * 1_000).to_string()
    };
    document["id"] = json!(id);
    document["schedule"]["opens"] = json!(at(-86_400));
    document["schedule"]["deadline"] = json!(at(closes_in_s));
    document["schedule"]["zone"] = json!("UTC");
    // A record store takes no files; what the form asks for can be given by a link.
    for step in document["steps"].as_array_mut().unwrap() {
        for field in step["fields"].as_array_mut().unwrap() {
            if field["id"] == "deck" {
                field["optional"] = json!(true);
            }
        }
    }
    let (status, body) = make(&Caller::Staff, "programmes", &id, json!({"document": document}));
    assert!(matches!(status, 200 | 201), "{status} {body}");
    id
}

/// Who talks to the store itself, past the gateway.
#[derive(Clone, Debug)]
pub enum Caller {
    /// Whoever says nothing of themselves.
    Nobody,
    /// Whoever says something that the store never gave.
    Stranger,
    /// Whoever holds the private link of this token.
    Applicant(String),
    /// The organiser.
    Staff,
    /// Whoever runs the store; Directus alone is asked as such.
    Administrator,
}

impl Caller {
    fn headers(&self) -> Vec<(String, String)> {
        let who = match self {
            Self::Nobody => Who::Anyone,
            Self::Stranger => return vec![("authorization".to_owned(), Kind::here().stranger().to_owned())],
            Self::Applicant(token) => Who::Applicant(link(token)),
            Self::Staff => Who::Staff(Account::new(Kind::here().staff(), kind::PASSWORD)),
            Self::Administrator => Who::Staff(Account::new("root@example.com", kind::PASSWORD)),
        };
        let store = Store::new(description(500), Box::new(Native::new(Rc::default(), Meanwhile::default())));
        now(auth::headers(&store, &who)).unwrap()
    }
}

/// A request to the store itself, as whoever wants to do harm would send it; `url` begins behind the description's base.
pub fn ask(caller: &Caller, method: &str, url: &str, headers: &[(&str, &str)], body: &Value) -> (u16, Value) {
    let native = Native::new(Rc::default(), Meanwhile::default());
    let mut request = Request {
        method: method.to_owned(),
        url: format!("{}{url}", Kind::here().base()),
        headers: headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: if body.is_null() { String::new() } else { body.to_string() },
    };
    request.headers.push(("content-type".to_owned(), "application/json".to_owned()));
    request.headers.extend(caller.headers());
    let mut reply = now(native.send(request.clone())).unwrap();
    for _ in 0..5 {
        // Others write at the same moment.
        if matches!(reply.status, 409 | 503) {
            reply = now(native.send(request.clone())).unwrap();
        }
    }
    (reply.status, serde_json::from_slice(&reply.body).unwrap_or_default())
}

/// Makes a record.
pub fn make(caller: &Caller, collection: &str, id: &str, record: Value) -> (u16, Value) {
    let kind = Kind::here();
    let mut members: Map<String, Value> = serde_json::from_value(record).unwrap();
    members.insert("id".to_owned(), json!(id));
    if kind.is_counted() {
        members.insert("version".to_owned(), json!(1));
    }
    let (method, url) = kind.making(collection, id);
    let headers: &[_] = if method == "PUT" { &[("if-none-match", "*")] } else { &[] };
    ask(caller, method, &url, headers, &kind.body(Value::Object(members)))
}

/// Tries to change a record, in the way the store's clients do.
pub fn rewrite(caller: &Caller, collection: &str, id: &str, record: Value) -> (u16, Value) {
    let kind = Kind::here();
    ask(caller, kind.rewriting(), &kind.record(collection, id), &[], &kind.body(record))
}

/// Reads a record.
pub fn read(caller: &Caller, collection: &str, id: &str) -> (u16, Value) {
    let kind = Kind::here();
    let (status, mut body) = ask(caller, "GET", &kind.record(collection, id), &[], &Value::Null);
    match body.pointer_mut(kind.envelope()) {
        Some(record) if status == 200 => (status, record.take()),
        _ => (status, body),
    }
}

/// What a caller is shown of a collection.
pub fn list(caller: &Caller, collection: &str) -> (u16, Vec<Value>) {
    let kind = Kind::here();
    let (status, mut body) = ask(caller, "GET", &kind.list(collection), &[], &Value::Null);
    let items = body.pointer_mut(kind.items()).map(Value::take);
    (status, items.and_then(|items| items.as_array().cloned()).unwrap_or_default())
}

/// The ids of records.
pub fn ids(records: &[Value]) -> Vec<String> {
    records.iter().filter_map(|one| one["id"].as_str().map(str::to_owned)).collect()
}

/// Answers to everything that has to be answered.
pub fn answers() -> Value {
    serde_json::from_str(include_str!("../../../tests/src/answers.json")).unwrap()
}
