//! A Kinto that runs, and people at it.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opencall_core::encoding::base64;
use opencall_records::auth::Link;
use opencall_records::http::{Http, Local, Reply, Request, Unreachable};
use opencall_records::{Description, Gateway};
use serde_json::{Value, json};

/// Where Kinto is: its `/v1`.
pub fn kinto() -> String {
    std::env::var("OPENCALL_KINTO").expect("OPENCALL_KINTO says where Kinto is; `cargo xtask test records` starts one")
}

/// The description that is shipped, of this Kinto, with pages of so many.
fn description(limit: u32) -> Description {
    let config: Value = serde_json::from_str(include_str!("../../../deploy/records/kinto/config.json")).unwrap();
    let mut records = config["records"].clone();
    records["base"] = json!(format!("{}/buckets/opencall", kinto()));
    records["clock"] = json!(format!("{}/__heartbeat__", kinto()));
    records["list"]["limit"] = json!(limit);
    records["collections"]["acts"]["list"]["limit"] = json!(limit);
    serde_json::from_value(records).unwrap()
}

/// Whether Kinto keeps things in PostgreSQL.
pub fn on_postgres() -> bool {
    std::env::var("OPENCALL_KINTO_STORAGE").is_ok_and(|storage| storage == "PostgreSQL")
}

/// What happens once, just before a request whose method and address contain this.
pub type Meanwhile = Rc<RefCell<Option<(&'static str, Box<dyn FnOnce()>)>>>;

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
        let due = self.meanwhile.borrow_mut().take_if(|(part, _)| line.contains(*part));
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
        let body = json!({"account": "admin", "password": "s3cr3t"});
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

/// What a link is at the store: the application's id, the id of an act, and the credentials.
pub struct AtStore {
    pub link: Link,
    pub credentials: String,
}

/// By the same derivation as the gateway's, which no attacker can make without the link.
pub fn at_store(token: &str) -> AtStore {
    AtStore {
        link: Link::of(token, 64).unwrap(),
        credentials: format!("applicant:{}", opencall_core::seal::digest(&format!("opencall key {token}"))),
    }
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
    let path = format!("/collections/programmes/records/{id}");
    let (status, body) = raw(Some("admin:s3cr3t"), "PUT", &path, &[], &json!({"data": {"document": document}}));
    assert!(matches!(status, 200 | 201), "{body}");
    id
}

/// A request to Kinto itself, below the bucket, past the gateway: as whoever wants to do harm would send it.
pub fn raw(credentials: Option<&str>, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> (u16, Value) {
    let native = Native::new(Rc::default(), Meanwhile::default());
    let mut request = Request {
        method: method.to_owned(),
        url: format!("{}/buckets/opencall{path}", kinto()),
        headers: headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: if body.is_null() { String::new() } else { body.to_string() },
    };
    request.headers.push(("content-type".to_owned(), "application/json".to_owned()));
    if let Some(credentials) = credentials {
        request
            .headers
            .push(("authorization".to_owned(), format!("Basic {}", base64(credentials.as_bytes()))));
    }
    let mut reply = now(native.send(request.clone())).unwrap();
    for _ in 0..5 {
        // Others write at the same moment.
        if matches!(reply.status, 409 | 503) {
            reply = now(native.send(request.clone())).unwrap();
        }
    }
    (reply.status, serde_json::from_slice(&reply.body).unwrap_or_default())
}

/// Answers to everything that has to be answered.
pub fn answers() -> Value {
    serde_json::from_str(include_str!("../../../tests/src/answers.json")).unwrap()
}
