//! Applications taken out: CSV (RFC 4180) or JSON, exactly those asked for, in that order, however many. Each is read when its turn comes.

use std::collections::HashMap;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};
use http_body_util::BodyExt as _;
use opencall_core::contract::staff::{ExportFormat, ExportRequest};
use opencall_core::programme::{Field, Kind};
use opencall_core::{Answers, Locale, Programme};
use serde_json::{Map, Value, json};

use super::gate::Signed;
use super::one::answers;
use crate::App;
use crate::api::extract::{self, Path};
use crate::api::problem::Failure;
use crate::store::audit;
use crate::store::rows::{self, TakenOut};

/// The most bytes of a request: 100,000 references are a good megabyte.
const REQUEST_LIMIT: usize = 4 * 1024 * 1024;
/// How many are read at once.
const CHUNK: usize = 200;

/// Streams applications. One that has been erased meanwhile is left out.
///
/// # Errors
/// 404; 400; 413.
pub async fn export(State(app): State<App>, signed: Signed, Path(programme): Path<String>, request: Request) -> Result<Response, Failure> {
    let entry = app.programmes.get(&programme).ok_or_else(Failure::not_found)?;
    let (parts, body) = request.into_parts();
    extract::media_type(&parts.headers, &["application/json"])?;
    let limited = http_body_util::Limited::new(body, REQUEST_LIMIT);
    let bytes = limited
        .collect()
        .await
        .map_err(|_| Failure::too_large(format!("Send at most {REQUEST_LIMIT} bytes.")))?;
    let asked: ExportRequest = extract::json(&bytes.to_bytes())?;
    let now = app.clock.now();
    let detail = Map::from_iter([
        (String::from("format"), serde_json::to_value(asked.format).unwrap_or_default()),
        (String::from("applications"), Value::from(asked.references.len())),
    ]);
    let mut tx = app.store.begin().await?;
    let result = audit::add(&mut tx, now, Some(&signed.person), "exported", Some(&programme), detail).await;
    tx.end(result).await?;

    let count = asked.references.len();
    let (kind, ending) = match asked.format {
        ExportFormat::Csv => ("text/csv; charset=utf-8; header=present", "csv"),
        ExportFormat::Json => ("application/json", "json"),
    };
    let format = asked.format;
    let opening = match format {
        // The mark tells spreadsheets that it is UTF-8.
        ExportFormat::Csv => format!("\u{feff}{}", line(header_cells(&entry.programme))),
        ExportFormat::Json => String::from("["),
    };
    let chunks: Vec<Vec<String>> = asked.references.chunks(CHUNK).map(<[String]>::to_vec).collect();
    let body = stream::iter(chunks.into_iter().enumerate()).then(move |(at, references)| {
        let (app, entry) = (app.clone(), entry.clone());
        async move {
            let found = rows::taken_out(app.store.pool(), &entry.programme.id, &references)
                .await
                .map_err(|_| std::io::Error::other("the applications cannot be read"))?;
            let mut by_reference: HashMap<String, TakenOut> = found.into_iter().map(|one| (one.record.reference.clone(), one)).collect();
            let mut text = String::new();
            for (place, one) in references.iter().filter_map(|reference| by_reference.remove(reference)).enumerate() {
                match format {
                    ExportFormat::Csv => text += &line(cells(&entry.programme, &one)),
                    ExportFormat::Json => {
                        text += if at == 0 && place == 0 { "\n" } else { ",\n" };
                        text += &object(&one).to_string();
                    }
                }
            }
            Ok::<_, std::io::Error>(Bytes::from(text))
        }
    });
    let closing = match format {
        ExportFormat::Csv => "",
        ExportFormat::Json => "\n]\n",
    };
    let edge = |text: String| stream::iter([Ok::<_, std::io::Error>(Bytes::from(text))]);
    let mut response = Body::from_stream(edge(opening).chain(body).chain(edge(String::from(closing)))).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let name = format!("attachment; filename=\"{programme}-{}.{ending}\"", &now.to_string()[..10]);
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    headers.insert("opencall-rows", HeaderValue::from(count));
    Ok(response)
}

/// What every row begins with.
const FACTS: [&str; 11] = [
    "reference",
    "status",
    "partner",
    "referrer",
    "campaign",
    "locale",
    "created_at",
    "updated_at",
    "submitted_at",
    "deadline",
    "version",
];

fn fields(programme: &Programme) -> impl Iterator<Item = &Field> {
    programme.steps.iter().flat_map(|step| &step.fields)
}

/// The names of the columns: ids, which stay when a question is worded anew.
fn header_cells(programme: &Programme) -> Vec<String> {
    let facts = FACTS.into_iter().map(String::from);
    facts.chain(fields(programme).map(|field| field.id.clone())).collect()
}

fn given(one: &TakenOut) -> Answers {
    one.canonical
        .as_deref()
        .and_then(answers)
        .unwrap_or_else(|| one.record.answers.clone())
}

fn facts(one: &TakenOut) -> [String; 11] {
    let record = &one.record;
    let source = &record.source;
    [
        record.reference.clone(),
        String::from(record.status.name()),
        source.partner.clone().unwrap_or_default(),
        source.referrer.clone().unwrap_or_default(),
        source.campaign.clone().unwrap_or_default(),
        String::from(record.locale.tag()),
        record.created_at.to_string(),
        record.updated_at.to_string(),
        one.received.map(|at| at.to_string()).unwrap_or_default(),
        record.extension.map(|at| at.to_string()).unwrap_or_default(),
        record.version.to_string(),
    ]
}

fn cells(programme: &Programme, one: &TakenOut) -> Vec<String> {
    let answers = given(one);
    let cell = |field: &Field| answers.0.get(&field.id).map(|answer| words(field, answer)).unwrap_or_default();
    facts(one).into_iter().chain(fields(programme).map(cell)).collect()
}

fn object(one: &TakenOut) -> Value {
    let mut object: Map<String, Value> = FACTS
        .into_iter()
        .map(String::from)
        .zip(facts(one).into_iter().map(Value::from))
        .collect();
    object.insert(String::from("answers"), Value::Object(given(one).0));
    json!(object)
}

/// An answer as one cell says it: choices by their words in English, lists with semicolons, a group as JSON.
fn words(field: &Field, answer: &Value) -> String {
    let label = |options: &[opencall_core::programme::Choice], id: &str| {
        let option = options.iter().find(|option| option.id == id);
        option.map_or_else(|| String::from(id), |option| String::from(option.label.get(Locale::En)))
    };
    match (&field.kind, answer) {
        (_, Value::Null) => String::new(),
        (Kind::Choice { options }, Value::String(id)) => label(options, id),
        (Kind::Choices { options, .. }, Value::Array(ids)) => {
            let labels: Vec<String> = ids.iter().filter_map(Value::as_str).map(|id| label(options, id)).collect();
            labels.join("; ")
        }
        (Kind::File { .. }, Value::Object(file)) => {
            let name = file.get("name").or_else(|| file.get("link")).and_then(Value::as_str);
            String::from(name.unwrap_or_default())
        }
        (Kind::Money { .. }, Value::Object(money)) => {
            let part = |name| {
                money
                    .get(name)
                    .map(|part: &Value| part.as_str().map_or_else(|| part.to_string(), String::from))
                    .unwrap_or_default()
            };
            format!("{} {}", part("amount"), part("currency")).trim().to_owned()
        }
        (Kind::Consent { .. }, Value::Object(consent)) => String::from(if consent.get("given") == Some(&Value::Bool(true)) {
            "yes"
        } else {
            "no"
        }),
        (Kind::Date { .. }, Value::Object(date)) => {
            let parts = ["year", "month", "day"]
                .into_iter()
                .filter_map(|part| date.get(part).and_then(Value::as_str));
            parts.map(|part| format!("{part:0>2}")).collect::<Vec<_>>().join("-")
        }
        (_, Value::String(text)) => text.clone(),
        (_, Value::Bool(yes)) => String::from(if *yes { "yes" } else { "no" }),
        (_, other) => other.to_string(),
    }
}

/// A record (RFC 4180, 2).
fn line(cells: Vec<String>) -> String {
    let mut line = cells.iter().map(|cell| csv_cell(cell)).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

/// A cell. What a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV Injection), and what has commas, quotes or
/// breaks is quoted.
fn csv_cell(text: &str) -> String {
    let dangerous = text
        .trim_start_matches([' ', '\u{a0}'])
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    // A plain negative number is no formula.
    let number = text
        .strip_prefix('-')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
    let text = if dangerous && !number {
        format!("'{text}")
    } else {
        String::from(text)
    };
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::csv_cell;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, cell) in [
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("+1+1", "'+1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2+3", "'-2+3"),
            ("-12.5", "-12.5"),
            ("＝1", "'＝1"),
            (" =1", "' =1"),
            ("\t=1", "'\t=1"),
        ] {
            assert_eq!(csv_cell(text), cell, "{text}");
        }
    }

    #[test]
    fn commas_quotes_and_breaks_are_quoted() {
        assert_eq!(csv_cell("plain"), "plain");
        assert_eq!(csv_cell("a,b"), "\"a,b\"");
        assert_eq!(csv_cell("a\r\nb"), "\"a\r\nb\"");
        assert_eq!(csv_cell("\"q\""), "\"\"\"q\"\"\"");
    }
}
