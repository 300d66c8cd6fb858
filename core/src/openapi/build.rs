//! The document of all calls: OpenAPI 3.1.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::headers::Header;
use super::model::{Body, Operation, Parameter, Place, Reply, Tag, Who};
use super::refusals::{self, Refusal};
use super::schemas::Schemas;
use crate::contract::Capabilities;

/// What a backend offers of the contract: `x-opencall` in its document.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Offer {
    /// The version of the contract.
    pub contract: u64,
    /// What it can do; whatever is left out, it cannot.
    pub capabilities: Capabilities,
}

const ABOUT: &str = "What the Opencall app asks of any backend. JSON in UTF-8, times in RFC 3339 in UTC, every error as problem details (RFC 9457) with one \
of the types named here. Members that a client does not know are passed over, and so are those that a backend does not know. \
Acknowledged means durable: no 2xx before the change is on disk. Replies are not to be cached (`Cache-Control: no-store`) unless they \
have an `ETag` and say otherwise. Every reply of the reference backend has an `X-Request-Id`, which is also in its log. A method that \
an address does not have is 405 with `Allow`; an address that is none is 404.\n\n\
What a backend need not have is said by `capabilities` in `x-opencall` and in the app's `config.json`; the tags say what belongs to which. \
For people: `docs/backend.md` first, then `docs/contract.md`, which is made from the same source.";

/// The document.
pub fn document(operations: &[Operation], schemas: Schemas, capabilities: &Capabilities) -> Value {
    let mut shapes = schemas.all();
    shapes.extend(refusals::schemas());
    let mut shared = Shared::default();
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method] = describe(operation, &mut shared);
    }
    let headers: Map<String, Value> = Header::ALL
        .iter()
        .map(|header| (String::from(header.component()), header.describe()))
        .collect();
    let tags: Vec<Value> = Tag::ALL
        .iter()
        .map(|tag| json!({"name": tag.name(), "description": tag.about()}))
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Opencall",
            "version": super::CONTRACT.to_string(),
            "summary": "The contract between the app of an open call and its backend",
            "description": ABOUT,
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"}
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": "/", "description": "The backend's origin: `api` in the app's `config.json`."}],
        "x-opencall": Offer { contract: super::CONTRACT, capabilities: *capabilities },
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": shapes,
            "headers": headers,
            "responses": shared.responses,
            "examples": shared.examples,
            "securitySchemes": {
                "applicant": {
                    "type": "http", "scheme": "bearer",
                    "description": "The application's token: 43 characters of base64url (256 random bits), made by the app. Whoever has it is the applicant. A backend keeps its SHA-256 only."
                },
                "partner": {
                    "type": "http", "scheme": "bearer",
                    "description": "A partner's token, from the link that an organiser made; of the same form."
                },
                "staff": {
                    "type": "apiKey", "in": "cookie", "name": "opencall_staff",
                    "description": "The session that `signIn` began. Over https its name is `__Host-opencall_staff`. All but reading needs the header `Opencall-Staff` too."
                }
            }
        }
    })
}

/// What calls share, kept once.
#[derive(Default)]
struct Shared {
    responses: Map<String, Value>,
    examples: Map<String, Value>,
}

fn describe(operation: &Operation, shared: &mut Shared) -> Value {
    let mut described = json!({
        "operationId": operation.id,
        "tags": [operation.tag.name()],
        "summary": operation.summary,
        "description": operation.about,
        "security": security(operation.who),
        "responses": responses(operation, shared)
    });
    if let Who::Staff(Some(permission)) = operation.who {
        described["x-opencall-permission"] = json!(permission);
    }
    if !operation.parameters.is_empty() {
        described["parameters"] = operation.parameters.iter().map(parameter).collect();
    }
    if let Some(body) = &operation.body {
        described["requestBody"] = json!({"required": !operation.body_is_optional, "content": {body.media: content(body)}});
        if !body.about.is_empty() {
            described["requestBody"]["description"] = json!(body.about);
        }
    }
    described
}

fn security(who: Who) -> Value {
    match who {
        Who::Anyone | Who::Link => json!([]),
        Who::Applicant => json!([{"applicant": []}]),
        Who::Partner => json!([{"partner": []}]),
        Who::Staff(_) => json!([{"staff": []}]),
    }
}

fn parameter(parameter: &Parameter) -> Value {
    let place = match parameter.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
    };
    json!({
        "name": parameter.name, "in": place, "required": parameter.required, "description": parameter.about, "schema": parameter.schema,
        "example": parameter.example
    })
}

fn content(body: &Body) -> Value {
    let mut content = json!({"schema": body.schema});
    if let Some(example) = &body.example {
        content["example"] = example.clone();
    }
    content
}

fn responses(operation: &Operation, shared: &mut Shared) -> Value {
    let mut responses = Map::new();
    for reply in &operation.replies {
        responses.insert(reply.status.to_string(), response(reply));
    }
    let mut by_status: BTreeMap<u16, Vec<Refusal>> = BTreeMap::new();
    for refusal in super::model::refusals(operation) {
        by_status.entry(refusal.status).or_default().push(refusal);
    }
    for (status, refusals) in by_status {
        let response = shared.refused(&refusals);
        responses.insert(status.to_string(), response);
    }
    Value::Object(responses)
}

fn response(reply: &Reply) -> Value {
    let mut response = json!({"description": reply.about});
    if !reply.bodies.is_empty() {
        let contents: Map<String, Value> = reply.bodies.iter().map(|body| (String::from(body.media), content(body))).collect();
        response["content"] = Value::Object(contents);
    }
    if !reply.headers.is_empty() {
        response["headers"] = headers(&reply.headers);
    }
    if !reply.links.is_empty() {
        let links: Map<String, Value> = reply
            .links
            .iter()
            .map(|link| {
                let mut told = json!({"operationId": link.to});
                if !link.with.is_empty() {
                    told["parameters"] = link
                        .with
                        .iter()
                        .map(|(name, from)| (String::from(*name), Value::from(*from)))
                        .collect();
                }
                (String::from(link.to), told)
            })
            .collect();
        response["links"] = Value::Object(links);
    }
    response
}

fn headers(headers: &[Header]) -> Value {
    headers
        .iter()
        .map(|header| {
            (
                String::from(header.name()),
                json!({"$ref": format!("#/components/headers/{}", header.component())}),
            )
        })
        .collect()
}

impl Shared {
    /// The response of one status, for every reason that has it. The first one of its name is kept for those that are the same.
    fn refused(&mut self, refusals: &[Refusal]) -> Value {
        let response = self.response(refusals);
        let words = refusals.iter().map(|refusal| refusal.schema_name().replace("Problem", ""));
        let name = format!("{}{}", words.collect::<String>(), refusals[0].status);
        if self.responses.entry(name.clone()).or_insert_with(|| response.clone()) == &response {
            json!({"$ref": format!("#/components/responses/{name}")})
        } else {
            response
        }
    }

    fn response(&mut self, refusals: &[Refusal]) -> Value {
        let mut schemas: Vec<Value> = Vec::new();
        let mut examples = Map::new();
        let mut about: Vec<String> = Vec::new();
        let mut told: Vec<Header> = Vec::new();
        for refusal in refusals {
            let schema = json!({"$ref": format!("#/components/schemas/{}", refusal.schema_name())});
            if !schemas.contains(&schema) {
                schemas.push(schema);
            }
            let name = format!("{}{}", refusal.schema_name(), refusal.status);
            self.examples
                .entry(name.clone())
                .or_insert_with(|| json!({"value": refusal.example()}));
            let short = refusal.kind.strip_prefix("/problems/").unwrap_or("blank");
            examples.insert(String::from(short), json!({"$ref": format!("#/components/examples/{name}")}));
            about.push(match refusals.len() {
                1 => String::from(refusal.when),
                _ => format!("- `{}`: {}", refusal.kind, refusal.when),
            });
            // One that only one of several reasons has stands there all the same: none is promised.
            told.extend(
                refusal
                    .headers
                    .iter()
                    .filter(|header| !told.contains(header))
                    .copied()
                    .collect::<Vec<_>>(),
            );
        }
        let schema = match schemas.as_slice() {
            [one] => one.clone(),
            _ => json!({"anyOf": schemas}),
        };
        let mut response = json!({
            "description": about.join("\n"),
            "content": {"application/problem+json": {"schema": schema, "examples": examples}}
        });
        if !told.is_empty() {
            response["headers"] = headers(&told);
        }
        response
    }
}
