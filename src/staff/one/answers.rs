//! What was answered, laid out for reading.

use opencall_core::Answers;
use opencall_core::condition::visible;
use opencall_core::programme::{Field, Kind};
use serde_json::{Map, Value};

use crate::form::summary;
use crate::i18n::fill;
use crate::staff::cx::Cx;
use crate::ui::dom::{Show, View, el, many};

/// Every section with what was answered in it; what was not asked or not answered is left out.
pub fn sections(cx: Cx, answers: &Answers) -> View {
    let answers = as_typed(cx, answers);
    let section = |step: &'static opencall_core::programme::Step| {
        let lines: Vec<View> = step.fields.iter().filter_map(|field| line(cx, &answers, field)).collect();
        (!lines.is_empty()).then(|| {
            el("section")
                .kid(el("h2").kid(step.title.get(cx.locale)))
                .kid(el("dl").kid(lines))
                .show()
        })
    };
    many(cx.programme.steps.iter().filter_map(section).collect())
}

fn line(cx: Cx, answers: &Answers, field: &'static Field) -> Option<View> {
    if !visible(cx.programme, answers, field, None) {
        return None;
    }
    let label = field.label.get(cx.locale);
    if let Kind::Group { item, fields, .. } = &field.kind {
        let rows = summary::rows(answers, &field.id).iter().filter_map(Value::as_object).enumerate();
        let group = |(index, row): (usize, &Map<String, Value>)| {
            let title = fill(cx.t.item_n, &[("item", item.get(cx.locale)), ("n", &(index + 1).to_string())]);
            let inner: Vec<View> = fields.iter().filter_map(|field| entry(cx, field, row.get(&field.id))).collect();
            el("div")
                .attr("class", "group")
                .kid(el("strong").kid(title))
                .kid(el("dl").kid(inner))
                .show()
        };
        let groups: Vec<View> = rows.map(group).collect();
        return (!groups.is_empty()).then(|| el("div").kid(el("dt").kid(label)).kid(el("dd").kid(groups)).show());
    }
    entry(cx, field, answers.0.get(&field.id))
}

fn entry(cx: Cx, field: &'static Field, answer: Option<&Value>) -> Option<View> {
    let words = plain(&summary::line(cx.t, cx.locale, field, Some(answer?)));
    if words.is_empty() {
        return None;
    }
    let long = words.chars().count() > 1_500;
    Some(
        el("div")
            .kid(el("dt").kid(field.label.get(cx.locale)))
            .kid(
                el("dd")
                    .attr("class", if long { "long" } else { "" })
                    .attr("tabindex", long.then_some("0"))
                    .kid(words),
            )
            .show(),
    )
}

/// Without the marks that make text read the other way round than it is (`core::text::reorders`).
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| !opencall_core::text::reorders(*c)).collect()
}

/// Answers in the shape in which they are typed: what was submitted is kept in its canonical one, numbers as numbers and dates as texts.
fn as_typed(cx: Cx, answers: &Answers) -> Answers {
    let mut typed = Map::new();
    for field in cx.programme.steps.iter().flat_map(|step| &step.fields) {
        if let Some(answer) = answers.0.get(&field.id) {
            typed.insert(field.id.clone(), typed_one(field, answer));
        }
    }
    Answers(typed)
}

fn typed_one(field: &Field, answer: &Value) -> Value {
    match (&field.kind, answer) {
        (Kind::Number { .. }, Value::Number(number)) => Value::from(number.to_string()),
        (Kind::Money { .. }, Value::Object(money)) => {
            let mut money = money.clone();
            if let Some(Value::Number(amount)) = money.get("amount") {
                let amount = Value::from(amount.to_string());
                money.insert("amount".to_owned(), amount);
            }
            Value::Object(money)
        }
        (Kind::Date { .. }, Value::String(date)) => {
            let parts = ["year", "month", "day"].into_iter().zip(date.split('-'));
            Value::Object(parts.map(|(name, part)| (name.to_owned(), Value::from(part))).collect())
        }
        (Kind::Group { fields, .. }, Value::Array(rows)) => {
            let row = |row: &Value| match row {
                Value::Object(row) => {
                    let one = |(id, answer): (&String, &Value)| {
                        let field = fields.iter().find(|field| field.id == *id);
                        (id.clone(), field.map_or_else(|| answer.clone(), |field| typed_one(field, answer)))
                    };
                    Value::Object(row.iter().map(one).collect())
                }
                other => other.clone(),
            };
            Value::Array(rows.iter().map(row).collect())
        }
        _ => answer.clone(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use opencall_core::Programme;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_submitted_reads_as_it_was_typed() {
        let document = include_str!("../../../public/programmes/ai-startup-program.json");
        let programme = Programme::load(document).unwrap();
        let typed = |id: &str, answer: Value| typed_one(programme.field(id).unwrap(), &answer);
        assert_eq!(typed("headcount", json!(12)), json!("12"));
        assert_eq!(typed("founded", json!("2023-04")), json!({"year": "2023", "month": "04"}));
        assert_eq!(
            typed("raised", json!({"amount": 12000, "currency": "EUR"})),
            json!({"amount": "12000", "currency": "EUR"})
        );
        assert_eq!(typed("company_name", json!("Acme")), json!("Acme"));
    }
}
