//! The contract (`opencall_core::openapi`): every route is in it, and whatever any test of this crate sends and hears is checked against it.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use axum::body::{Body, HttpBody as _};
use axum::http::Request;
use http_body_util::BodyExt as _;
use opencall_core::openapi;
use opencall_server::api;
use serde_json::{Value, json};

use crate::harness::{Call, Reply, Server};

/// A request, as far as the contract speaks of it.
pub struct Seen {
    method: String,
    path: String,
    json: Option<Vec<u8>>,
}

/// Looks at a request before it is sent.
pub async fn look(request: Request<Body>) -> (Request<Body>, Seen) {
    let (parts, mut body) = request.into_parts();
    let media = parts
        .headers
        .get("content-type")
        .and_then(|media| media.to_str().ok())
        .unwrap_or("");
    let mut json = None;
    // What is still being made is left alone: some tests break it off.
    if media.ends_with("json") && body.size_hint().exact().is_some() {
        let bytes = body.collect().await.unwrap().to_bytes();
        json = Some(bytes.to_vec());
        body = Body::from(bytes);
    }
    let seen = Seen {
        method: parts.method.as_str().to_lowercase(),
        path: parts.uri.path().to_owned(),
        json,
    };
    (Request::from_parts(parts, body), seen)
}

/// Checks a reply, and the request that was answered with it, against the contract.
///
/// # Panics
/// With what the contract does not name.
pub fn check(seen: &Seen, reply: &Reply) {
    let what = format!("{} {} -> {}", seen.method, seen.path, reply.status);
    let Some((template, operations)) = place(&seen.path) else {
        return;
    };
    let mut method = seen.method.as_str();
    if method == "head" && operations.get("head").is_none() {
        method = "get";
    }
    let Some(operation) = operations.get(method) else {
        let refused = [204, 401, 403, 405].contains(&reply.status.as_u16());
        assert!(refused, "{what}: no such call");
        return;
    };
    let pointer = format!("/paths/{}/{method}", template.replace('~', "~0").replace('/', "~1"));
    let status = reply.status.as_u16().to_string();
    let mut response = &operation["responses"][&status];
    let mut response_pointer = format!("{pointer}/responses/{status}");
    if let Some(reference) = response["$ref"].as_str() {
        response_pointer = reference[1..].to_owned();
        response = document().pointer(&response_pointer).unwrap();
    }
    assert!(!response.is_null(), "{what}: the contract has no such status");
    if reply.status.is_success() {
        for name in response["headers"].as_object().into_iter().flat_map(|headers| headers.keys()) {
            let name = name.to_lowercase();
            assert!(reply.headers.contains_key(&name), "{what}: {name} is missing");
        }
        // What a call without a body is sent nevertheless is passed over.
        if let (Some(body), Some(content)) = (&seen.json, operation["requestBody"]["content"].as_object()) {
            let media = content.keys().next().unwrap();
            let pointer = format!("{pointer}/requestBody/content/{}/schema", media.replace('/', "~1"));
            faultless(&format!("{what}, sent"), &pointer, &serde_json::from_slice(body).unwrap());
        }
    }
    let media = reply.header("content-type").split(';').next().unwrap_or("").trim().to_owned();
    match response["content"].as_object() {
        None => assert!(reply.body.is_empty(), "{what}: a body that the contract does not have"),
        Some(content) => {
            assert!(content.contains_key(&media), "{what}: {media:?} is no media type of the contract's");
            let is_read = media.ends_with("json") && reply.header("content-encoding").is_empty() && seen.method != "head";
            if is_read {
                let pointer = format!("{response_pointer}/content/{}/schema", media.replace('/', "~1"));
                faultless(&what, &pointer, &reply.json());
            }
        }
    }
}

fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| openapi::document(&openapi::REFERENCE))
}

/// The path of the contract that an address is of, and its calls; one without parameters goes first.
fn place(path: &str) -> Option<(&'static str, &'static Value)> {
    let fits = |template: &str| {
        let (ours, theirs): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
        ours.len() == theirs.len() && ours.iter().zip(&theirs).all(|(a, b)| a == b || a.starts_with('{') && !b.is_empty())
    };
    let paths = document()["paths"].as_object().unwrap();
    let exact = paths.get_key_value(path);
    exact
        .or_else(|| paths.iter().find(|(template, _)| fits(template)))
        .map(|(template, operations)| (template.as_str(), operations))
}

fn faultless(what: &str, pointer: &str, value: &Value) {
    static VALIDATORS: OnceLock<Mutex<HashMap<String, Arc<jsonschema::Validator>>>> = OnceLock::new();
    let mut known = VALIDATORS
        .get_or_init(Mutex::default)
        .lock()
        .unwrap_or_else(|broken| broken.into_inner());
    let validator = known
        .entry(pointer.to_owned())
        .or_insert_with(|| {
            let schema = document().pointer(pointer).unwrap_or_else(|| panic!("{what}: {pointer}"));
            let whole = json!({"allOf": [schema], "components": document()["components"]});
            let options = jsonschema::options().should_validate_formats(true);
            Arc::new(options.build(&whole).unwrap())
        })
        .clone();
    drop(known);
    let faults: Vec<String> = validator
        .iter_errors(value)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{what}: {faults:#?}\n{value:#}");
}

#[test]
fn every_route_is_in_the_contract_and_every_call_of_the_contract_has_a_route() {
    let ours = api::routes()
        .into_iter()
        .map(|route| format!("{} /api/v1{}", route.method, route.path));
    let staff = api::staff::routes()
        .into_iter()
        .map(|route| format!("{} /api/v1/staff{}", route.method, route.path));
    let served: BTreeSet<String> = ours.chain(staff).collect();
    let paths = document()["paths"].as_object().unwrap();
    let promised: BTreeSet<String> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods
                .map(|method| format!("{} {path}", method.to_uppercase()))
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(served, promised);
}

#[test]
fn what_a_route_of_staff_needs_is_what_the_contract_says() {
    for route in api::staff::routes() {
        let method = route.method.as_str().to_lowercase();
        let call = &document()["paths"][format!("/api/v1/staff{}", route.path)][&method];
        let told = match route.need {
            api::staff::Need::Nothing => (json!([]), Value::Null),
            api::staff::Need::SignedIn => (json!([{"staff": []}]), Value::Null),
            api::staff::Need::May(permission) => (json!([{"staff": []}]), json!(permission)),
        };
        assert_eq!(
            (call["security"].clone(), call["x-opencall-permission"].clone()),
            told,
            "{}",
            route.path
        );
    }
}

#[tokio::test]
async fn the_contract_is_served_and_need_not_be_sent_twice() {
    let server = Server::start().await;
    let reply = server.get("/api/v1/openapi.json").await.expect(200);
    assert_eq!(reply.json(), *document());
    assert_eq!(reply.header("cache-control"), "no-cache");
    let again = Call::new("GET", "/api/v1/openapi.json").header("if-none-match", reply.header("etag"));
    assert!(server.send(again).await.expect(304).body.is_empty());
    let small = Call::new("GET", "/api/v1/openapi.json").header("accept-encoding", "br, gzip");
    let small = server.send(small).await.expect(200);
    assert_eq!(small.header("content-encoding"), "br");
    assert!(small.body.len() * 5 < reply.body.len(), "{}", small.body.len());
}

#[tokio::test]
async fn what_cannot_be_read_of_an_address_is_refused_as_everything_else_is() {
    let server = Server::start().await;
    server.get("/api/v1/programmes/%ff").await.problem(404, "not-found");
    server.get("/api/v1/programmes/a%00b/keys").await.problem(404, "not-found");
}
