//! The table of all applications, what changes in it, and saved views of it.

use serde_json::{Value, json};

use super::super::headers::{last_event_id, query};
use super::super::model::{Body, Operation, Tag, bytes, empty, json};
use super::super::refusals::{MALFORMED, NOT_ALLOWED, NOT_FOUND, TOO_MANY_VIEWS, VIEW_EXISTS, WITH_BODY};
use super::super::schemas::Schemas;
use super::signed;
use crate::contract::pattern::LARGEST;
use crate::contract::staff::{Previous, SavedView, ViewRequest};
use crate::role::Permission::ReadApplications;

/// Rows, as `docs/table.md` has them.
const ROWS: &str = "application/vnd.opencall.rows";

/// The calls.
pub fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let mut calls = rows(schemas);
    calls.extend(views(schemas));
    calls
}

fn rows(schemas: &mut Schemas) -> Vec<Operation> {
    let read = |path, id, summary| signed("get", path, id, Some(ReadApplications), summary).refuses([NOT_FOUND]);
    let since = |about| query("since", about, 0, LARGEST, 42);
    let mut events = read(
        "/api/v1/staff/programmes/{programme}/events",
        "listenToRows",
        "Changes, as they happen",
    );
    events.tag = Tag::Events;
    vec![
        read("/api/v1/staff/programmes/{programme}/rows", "readRows", "All applications, as rows")
            .about(
                "A stream of blocks in a form of its own, the latest changed first: `docs/table.md`. Rows that change while they are sent may come twice \
                 or be missing; asking for the changes since the head's cursor makes it whole.",
            )
            .gives(empty(200, "The rows.").with(bytes(ROWS))),
        read("/api/v1/staff/programmes/{programme}/changes", "readChanges", "What has changed since a cursor")
            .about("In the same form, at most one block: ask again from the cursor it reaches.")
            .takes([since("The cursor; everything when it is left out.")])
            .gives(empty(200, "The changes.").with(bytes(ROWS)))
            .refuses([MALFORMED]),
        events
            .about(
                "Server-sent events (HTML, section 9.2). The data of an event `rows` is what `readChanges` gives, in base64; its id is the cursor it \
                 reaches. A comment comes at once, and every 15 s while nothing happens. The stream has no end of its own.",
            )
            .takes([since("The cursor; from now on when it is left out."), last_event_id()])
            .gives(empty(200, "Events, until the connection is closed.").with(Body {
                media: "text/event-stream",
                schema: json!({"type": "string"}),
                example: Some(json!("event: rows\nid: 43\ndata: T0NUMQ==\n\n")),
                about: "",
            }))
            .refuses([MALFORMED]),
        read("/api/v1/staff/programmes/{programme}/previous", "readPrevious", "When applications of the edition before came in")
            .about("As far from its deadline. 404 also where the document names none that it `follows`.")
            .gives(json(
                200,
                "How many, by the hour.",
                schemas.reply::<Previous>(),
                json!({"programme": "ai-startup-program-2022", "submitted": [[30, 2], [1, 14], [0, 31]]}),
            )),
    ]
}

fn views(schemas: &mut Schemas) -> Vec<Operation> {
    let may = Some(ReadApplications);
    let view = |shared: bool| {
        json!({"id": "ef2d127de37b942baad06145e54b0c61", "name": "To read", "query": "status=submitted&sort=-changed", "shared": shared, "mine": true,
            "owner": "Ada"})
    };
    let request: Value = json!({"name": "To read", "query": "status=submitted&sort=-changed", "shared": false});
    let refusals = [
        VIEW_EXISTS,
        NOT_ALLOWED.when("The role does not allow it: only organisers share, and change what is shared."),
    ];
    let this: &[(&str, &str)] = &[("view", "$response.body#/id")];
    let first: &[(&str, &str)] = &[("view", "$response.body#/0/id")];
    vec![
        signed(
            "get",
            "/api/v1/staff/programmes/{programme}/views",
            "listViews",
            may,
            "Saved views of the list",
        )
        .about("One's own, and those that are shared.")
        .gives(
            json(
                200,
                "The views.",
                json!({"type": "array", "items": schemas.reply::<SavedView>()}),
                json!([view(true)]),
            )
            .leads([("changeView", first), ("removeView", first)]),
        )
        .refuses([NOT_FOUND]),
        signed(
            "post",
            "/api/v1/staff/programmes/{programme}/views",
            "saveView",
            may,
            "Saves a view",
        )
        .about("A name for what stands in the list's address. A person has at most 100.")
        .json(schemas.request::<ViewRequest>(), request.clone())
        .gives(json(201, "The view.", schemas.reply::<SavedView>(), view(false)).leads([("changeView", this), ("removeView", this)]))
        .refuses(refusals)
        .refuses([NOT_FOUND, TOO_MANY_VIEWS])
        .refuses(WITH_BODY),
        signed("put", "/api/v1/staff/views/{view}", "changeView", may, "Changes a view")
            .about("One's own; as an organiser also a shared one.")
            .json(schemas.request::<ViewRequest>(), request)
            .gives(json(200, "The view.", schemas.reply::<SavedView>(), view(false)))
            .refuses(refusals)
            .refuses([NOT_FOUND.when("There is no such view, or not for whoever asks.")])
            .refuses(WITH_BODY),
        signed("delete", "/api/v1/staff/views/{view}", "removeView", may, "Takes a view away")
            .about("One's own; as an organiser also a shared one.")
            .gives(empty(204, "It is gone."))
            .refuses([NOT_FOUND.when("There is no such view, or not for whoever asks.")]),
    ]
}
