//! Whatever the app calls is in the contract (`schema/openapi.json`), and is sent as the contract wants it.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use opencall_core::contract::Begin;
use opencall_core::contract::staff::{Credentials, Extend, Invite, MoveRequest, PersonChange, SignIn, ViewRequest};
use opencall_core::role::Role;
use opencall_core::{Status, Timestamp};
use serde_json::{Map, Value, json};

use super::endpoint::{self, Endpoint, Sends, Token};
use super::recorded::{Recorded, now, reply};
use super::staff::SignedOut;
use super::transport::{Method, Payload, Request};
use super::tus::{self, FileId};

fn document() -> Value {
    serde_json::from_str(include_str!("../../schema/openapi.json")).unwrap()
}

/// What the document says of a call.
fn call<'a>(document: &'a Value, method: &str, path: &str) -> &'a Value {
    let path = path.split('?').next().unwrap_or(path);
    let fits = |template: &str| {
        let (ours, theirs): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
        ours.len() == theirs.len() && ours.iter().zip(&theirs).all(|(a, b)| a == b || a.starts_with('{'))
    };
    let paths = document["paths"].as_object().unwrap();
    let exact = paths.get(path);
    let known = exact.or_else(|| paths.iter().find(|(template, _)| fits(template)).map(|(_, methods)| methods));
    let known = known.unwrap_or_else(|| panic!("{path} is not in the contract"));
    let call = &known[method.to_lowercase()];
    assert!(!call.is_null(), "{method} {path} is not in the contract");
    call
}

/// A call with the headers and the media type it is sent with.
fn check(method: Method, path: &str, headers: &BTreeSet<String>, media: Option<&str>) {
    let document = document();
    let call = call(&document, method.name(), path);
    let what = format!("{} {path}", method.name());
    let parameters = call["parameters"].as_array().cloned().unwrap_or_default();
    let named = |name: &str| {
        parameters
            .iter()
            .any(|one| one["in"] == "header" && one["name"].as_str().unwrap().eq_ignore_ascii_case(name))
    };
    for name in headers {
        let has_token = name == "authorization" && call["security"] == json!([{"applicant": []}]);
        let belongs = ["accept", "content-type"].contains(&name.as_str()) || has_token || named(name);
        assert!(belongs, "{what}: the contract knows of no {name}");
    }
    for needed in parameters.iter().filter(|one| one["in"] == "header" && one["required"] == true) {
        let name = needed["name"].as_str().unwrap().to_lowercase();
        assert!(headers.contains(&name), "{what}: {name} is missing");
    }
    match media {
        Some(media) => assert!(!call["requestBody"]["content"][media].is_null(), "{what}: {media}"),
        None => assert!(call["requestBody"]["required"] != true, "{what}: a body is missing"),
    }
}

fn endpoint<B: Sends, R>(endpoint: &Endpoint<B, R>) {
    let headers = endpoint.headers.iter().map(|(name, _)| (*name).to_owned()).collect();
    let body = endpoint.body.text();
    check(endpoint.method, &endpoint.path, &headers, body.as_ref().map(|(media, _)| *media));
}

fn request(sent: &Request) {
    let headers: BTreeSet<String> = sent.headers.iter().map(|(name, _)| name.to_lowercase()).collect();
    // What has nothing to say says `null`, and no backend reads it.
    let says_nothing = matches!(&sent.body, Payload::Text(text) if text == "null");
    let media = sent.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let media = media.filter(|_| !says_nothing);
    let path = sent.url.strip_prefix("https://api.example").unwrap();
    check(sent.method, path, &headers, media.map(|(_, value)| value.as_str()));
}

fn token() -> Token {
    Token::parse(&"t".repeat(43)).unwrap()
}

#[test]
fn applicants_calls_are_in_the_contract() {
    let token = token();
    endpoint(&endpoint::clock());
    endpoint(&endpoint::programme("p"));
    endpoint(&endpoint::begin("p", &token, "k", Begin::default()));
    endpoint(&endpoint::read(&token));
    endpoint(&endpoint::save(&token, Some(7), Map::new(), Some("Firefox".to_owned())));
    endpoint(&endpoint::submit(&token, Some(7), "k"));
    endpoint(&endpoint::seal(&token, "k", Value::Null));
    endpoint(&endpoint::replace_token(&token, "k", Value::Null));
    endpoint(&endpoint::be_here(&token, Value::Null));
    endpoint(&endpoint::withdraw(&token, "k"));
    endpoint(&endpoint::erase(&token));
    endpoint(&endpoint::export(&token));
    endpoint(&endpoint::timeline(&token));
}

#[test]
fn calls_about_files_are_in_the_contract() {
    let id = FileId::parse("f").unwrap();
    let recorded = Recorded::new((0..3).map(|_| reply(404, "", "")));
    let client = recorded.client();
    let _ = now(tus::create(&client, &token(), "deck", "deck.pdf", 7, None));
    let _ = now(tus::offset(&client, &token(), &id));
    let _ = now(tus::terminate(&client, &token(), &id));
    let sent = recorded.sent();
    assert_eq!(sent.len(), 3);
    sent.iter().for_each(request);
    // Its bytes are a browser's `Blob`, which there is none of here.
    call(&document(), "PATCH", &endpoint::file(&token(), Method::Patch, "f").path);
}

#[test]
fn staffs_calls_are_in_the_contract() {
    let session = json!({
        "person": {"id": "a", "name": "Ada", "role": "organiser", "active": true, "created_at": "2026-01-01T00:00:00Z"},
        "session": {"id": "b", "person": "a", "created_at": "2026-01-01T00:00:00Z", "seen_at": "2026-01-01T00:00:00Z",
            "expires_at": "2026-01-02T00:00:00Z", "current": true},
        "permissions": []
    });
    let refused = (0..40).map(|_| {
        reply(
            404,
            "application/problem+json",
            r#"{"type": "/problems/not-found", "title": "No", "status": 404}"#,
        )
    });
    let recorded = Recorded::new([reply(200, "application/json", &session.to_string())].into_iter().chain(refused));
    let out = SignedOut::new(recorded.client());
    let (staff, _) = now(out.resume()).unwrap().unwrap();
    let _ = now(out.look("s"));
    let link = SignIn {
        secret: "s".to_owned(),
        name: Some("Ada".to_owned()),
    };
    let _ = now(out.sign_in(Credentials::Link(link)));
    let _ = now(staff.programme("p"));
    let _ = now(staff.sign_out());
    let _ = now(staff.application("K7QF-2MXD"));
    let _ = now(staff.note("K7QF-2MXD", "n"));
    let to = MoveRequest {
        to: Status::InReview,
        reason: None,
        dry_run: true,
        applications: Vec::new(),
    };
    let _ = now(staff.moves("p", to));
    let _ = now(staff.undo("m"));
    for reference in [None, Some("K7QF-2MXD")] {
        let extend = Extend {
            deadline: Timestamp::from_millis(0),
            reason: "r".to_owned(),
        };
        let _ = now(staff.extend("p", reference, extend));
    }
    let _ = now(staff.previous("p"));
    let _ = now(staff.views("p"));
    for id in [None, Some("v")] {
        let view = ViewRequest {
            name: "n".to_owned(),
            query: String::new(),
            shared: false,
        };
        let _ = now(staff.save_view("p", id, view));
    }
    let _ = now(staff.remove_view("v"));
    let _ = now(staff.people());
    let _ = now(staff.change_person("a", PersonChange::default()));
    let _ = now(staff.link("a"));
    let _ = now(staff.invitations());
    let invite = Invite {
        role: Role::Viewer,
        name: "Grace".to_owned(),
    };
    let _ = now(staff.invite(invite));
    let _ = now(staff.revoke("i"));
    let _ = now(staff.sessions());
    let _ = now(staff.end_session("s"));
    let _ = now(staff.audit(Some(7)));
    let sent = recorded.sent();
    assert!(sent.len() >= 24, "{}", sent.len());
    sent.iter().for_each(request);
}

/// Streams, downloads and exports go past the transport; their addresses are made in the same file.
#[test]
fn every_address_in_the_staffs_calls_is_in_the_contract() {
    let document = document();
    let source = include_str!("staff.rs").split("#[cfg(test)]").next().unwrap();
    let addresses = source.split('"').skip(1).step_by(2).filter_map(|text| {
        let path = text.strip_prefix("{}{BASE}").unwrap_or(text).split(['?', '#']).next()?;
        let path = path.strip_suffix("{how}").unwrap_or(path);
        path.starts_with('/').then(|| path.strip_prefix("/api/v1/staff").unwrap_or(path))
    });
    let paths = document["paths"].as_object().unwrap();
    let fits = |template: &str, path: &str| {
        let (ours, theirs): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
        ours.len() == theirs.len()
            && ours
                .iter()
                .zip(&theirs)
                .all(|(a, b)| a == b || a.starts_with('{') && b.starts_with('{'))
    };
    let mut seen = 0;
    for path in addresses.filter(|path| !path.is_empty()) {
        let whole = format!("/api/v1/staff{path}");
        assert!(
            paths.keys().any(|template| fits(template, &whole)),
            "{whole} is not in the contract"
        );
        seen += 1;
    }
    assert!(seen >= 20, "{seen}");
}
