//! What anyone may ask.

use serde_json::{Value, json};

use super::headers::{Header, if_none_match};
use super::model::{Operation, Tag, Who, call, empty, json};
use super::refusals::NOT_FOUND;
use super::schemas::Schemas;
use crate::contract::{Clock, Keys, Listed};
use crate::programme::Programme;

/// The calls.
pub fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let programme = schemas.request::<Programme>();
    let list = json!({"type": "array", "items": schemas.reply::<Listed>()});
    vec![
        call("get", "/api/v1/openapi.json", "readContract", Tag::Programmes, Who::Anyone, "This document")
            .about(
                "What the backend can do stands in `x-opencall`: `contract` is the version of the contract, `capabilities` what of it is \
                 offered. A backend may leave this call out and say the same in the app's `config.json`.",
            )
            .takes([if_none_match()])
            .gives(
                json(
                    200,
                    "The document.",
                    json!({
                        "type": "object",
                        "required": ["openapi", "info", "paths", "x-opencall"],
                        "properties": {
                            "openapi": {"type": "string", "pattern": "^3\\.1\\."},
                            "info": {"type": "object"},
                            "paths": {"type": "object"},
                            "x-opencall": schemas.reply::<super::build::Offer>()
                        }
                    }),
                    json!({"openapi": "3.1.0", "info": {"title": "Opencall", "version": "1"}, "paths": {},
                        "x-opencall": {"contract": 1, "capabilities": super::REFERENCE}}),
                )
                .headers([Header::DocumentTag]),
            )
            .gives(unchanged()),
        call("get", "/api/v1/clock", "readClock", Tag::Clock, Who::Anyone, "The backend's time")
            .about(
                "Now, to the millisecond. Apps ask it to show a countdown that does not depend on the device's clock, and measure how long the \
                 reply took; it must not come from a cache.",
            )
            .gives(json(200, "Now.", schemas.reply::<Clock>(), json!({"now": "2023-11-20T10:00:00.250Z"}))),
        call("get", "/api/v1/programmes", "listProgrammes", Tag::Programmes, Who::Anyone, "The calls there are")
            .about("Each with where it stands now. The app does not need it: its `config.json` names the call it shows.")
            .gives(
                json(
                    200,
                    "The calls, in no particular order.",
                    list,
                    json!([{"id": "ai-startup-program", "title": {"en": "AI Startup Program", "fr": "AI Startup Program"},
                        "phase": {"phase": "open", "deadline": "2023-12-01T22:59:59Z"}}]),
                )
                .leads([
                    ("readProgramme", [("programme", "$response.body#/0/id")].as_slice()),
                    ("readKeys", &[("programme", "$response.body#/0/id")]),
                    ("beginApplication", &[("programme", "$response.body#/0/id")]),
                ]),
            ),
        call("get", "/api/v1/programmes/{programme}", "readProgramme", Tag::Programmes, Who::Anyone, "A call's document")
            .about(
                "The document as it was written, with the deadline in force: when a deadline is extended for everybody, the document says the later \
                 one and has another `ETag`. Apps ask again every 30 s at most while a page is open, with `If-None-Match`.",
            )
            .takes([if_none_match()])
            .gives(
                json(200, "The document.", programme, sample()).headers([Header::DocumentTag]),
            )
            .gives(unchanged())
            .refuses([NOT_FOUND]),
        call(
            "get",
            "/api/v1/programmes/{programme}/keys",
            "readKeys",
            Tag::Programmes,
            Who::Anyone,
            "The keys that receipts and seals are signed with",
        )
        .about(
            "The one in use first. One that is no longer in use stays: what it has signed stays true. A backend that signs nothing gives an \
             empty list, and its receipts have no `signed`.",
        )
        .gives(json(
            200,
            "The public keys.",
            schemas.reply::<Keys>(),
            json!({"keys": [{
                "key_id": "21a5f0b1c2d3e4f5", "algorithm": "Ed25519", "public_key": "O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik=",
                "pem": "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAO2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik=\n-----END PUBLIC KEY-----\n",
                "since": "2023-11-01T00:00:00Z"
            }]}),
        ))
        .refuses([NOT_FOUND]),
    ]
}

fn unchanged() -> super::model::Reply {
    empty(304, "It is still the same.").headers([Header::DocumentTag])
}

/// A document with little in it.
fn sample() -> Value {
    let both = |text: &str| json!({"en": text, "fr": text});
    json!({
        "id": "ai-startup-program",
        "locales": ["en", "fr"],
        "title": both("AI Startup Program"),
        "summary": both("Six months for five startups."),
        "place": both("Station F, Paris"),
        "organisers": [{"id": "meta", "name": "Meta", "url": "https://meta.example", "role": both("Models")}],
        "schedule": {"opens": "2023-11-09T09:00:00+01:00", "deadline": "2023-12-01T23:59:59+01:00", "zone": "Europe/Paris", "graceMinutes": 30},
        "seats": 5,
        "call": {
            "about": [both("About it.")],
            "offers": [{"title": both("Mentors"), "text": both("A mentor each.")}],
            "who": [both("Startups.")],
            "judging": [both("By a panel.")],
            "dates": [{"on": "2023-12-01", "what": both("Last day")}],
            "privacy": [both("Kept for a year.")]
        },
        "eligibility": {"intro": both("One question."), "questions": [
            {"field": {"id": "el_stage", "label": both("Is there a product?"), "kind": "yes-no"}, "pass": ["yes"], "explain": both("Only with one.")}
        ]},
        "steps": [{"id": "company", "title": both("Company"), "fields": [
            {"id": "company_name", "label": both("Name"), "kind": "text", "max": 80}
        ]}],
        "rubric": [{"id": "idea", "title": both("Idea"), "text": both("How good it is."), "weight": 100}],
        "contact": "call@example.org"
    })
}
