//! What a partner is told.

use serde_json::json;

use super::model::{Operation, Tag, Who, call, json};
use super::refusals::UNKNOWN_TOKEN;
use super::schemas::Schemas;
use crate::contract::partner::PartnerCounts;

/// The calls.
pub fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    vec![
        call("get", "/api/v1/partner/counts", "readPartnerCounts", Tag::Partners, Who::Partner, "How many came by a partner's pages")
            .about(
                "Up to the last midnight (UTC), in periods of five or more, so that nobody can compute a smaller group from any two replies. What is \
                 told is never taken back.",
            )
            .gives(json(
                200,
                "The counts.",
                schemas.reply::<PartnerCounts>(),
                json!({
                    "programme": "ai-startup-program", "title": {"en": "AI Startup Program", "fr": "AI Startup Program"},
                    "partner": "meta", "name": "Meta", "counted_at": "2023-11-20T00:00:00Z", "begun": 41, "submitted": 13,
                    "periods": [{"until": "2023-11-18T00:00:00Z", "submitted": 6},
                        {"from": "2023-11-18T00:00:00Z", "until": "2023-11-19T00:00:00Z", "submitted": 7}]
                }),
            ))
            .refuses([UNKNOWN_TOKEN.when("The link is unknown, was replaced, or was taken back.")]),
    ]
}
