//! What the address says about the list: what is asked for, which columns are shown, which application is open.

use opencall_core::encoding::{percent_encoded, query_decoded};
use opencall_table::schema::{CREATED, NAME, PARTNER, PROGRESS, REFERENCE, STATUS, SUBMITTED, UPDATED};
use opencall_table::{Kind, Query, Schema};

/// The state of the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// What is asked for.
    pub query: Query,
    /// The columns shown, in order: their places in the schema, and their widths in CSS pixels.
    pub columns: Vec<(usize, f64)>,
    /// The reference of the application open beside the list.
    pub open: Option<String>,
    /// The page of the plain table, from 1; `None` where the grid is shown.
    pub page: Option<usize>,
}

/// The width of a column nobody has set, in CSS pixels.
pub fn usual_width(schema: &Schema, column: usize) -> f64 {
    match column {
        REFERENCE => 112.0,
        NAME => 230.0,
        STATUS => 150.0,
        CREATED | UPDATED | SUBMITTED => 150.0,
        PROGRESS => 100.0,
        _ => match schema.columns.get(column).map(|column| &column.kind) {
            Some(Kind::Number | Kind::Time) => 120.0,
            Some(Kind::Text | Kind::Many(_)) => 220.0,
            _ => 150.0,
        },
    }
}

/// The columns shown to whoever has chosen none: what an application is, where it stands and comes from, when it came.
pub fn usual(schema: &Schema) -> Vec<(usize, f64)> {
    let mut columns = vec![REFERENCE, NAME, STATUS];
    let answers = schema
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.id.starts_with("answers."));
    // The first questions with options: in most calls the country and the stage.
    columns.extend(
        answers
            .filter(|(_, column)| matches!(column.kind, Kind::One(_)))
            .take(2)
            .map(|(place, _)| place),
    );
    columns.extend([PARTNER, PROGRESS, SUBMITTED, UPDATED]);
    columns.into_iter().map(|column| (column, usual_width(schema, column))).collect()
}

impl State {
    /// Reads an address's query.
    pub fn parse(schema: &Schema, params: &str) -> Self {
        let parameter = |name: &str| params.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let columns: Vec<(usize, f64)> = parameter("cols")
            .unwrap_or_default()
            .split(',')
            .filter_map(|one| {
                let one = query_decoded(one);
                let (id, width) = one.rsplit_once(':').unwrap_or((&one, ""));
                let column = schema.place(id)?;
                let width = width.parse().ok().filter(|width: &f64| (40.0..=1_000.0).contains(width));
                Some((column, width.unwrap_or_else(|| usual_width(schema, column))))
            })
            .collect();
        let open = parameter("open").map(query_decoded).filter(|reference| !reference.is_empty());
        let page = parameter("page").and_then(|page| page.parse().ok()).unwrap_or(1);
        Self {
            query: Query::from_params(schema, params),
            columns: if columns.is_empty() { usual(schema) } else { columns },
            open,
            page: (parameter("mode") == Some("pages")).then_some(page.max(1)),
        }
    }

    /// Another state. What answers another question is read from its first page.
    pub fn changed(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut next = self.clone();
        change(&mut next);
        if next.query != self.query {
            next.page = next.page.map(|_| 1);
        }
        next
    }

    /// As an address's query. What is as usual is left out, so that an address says what somebody has chosen.
    pub fn params(&self, schema: &Schema) -> String {
        let mut parts = vec![self.query.to_params(schema)];
        if self.columns != usual(schema) {
            let one = |(column, width): &(usize, f64)| {
                let id = percent_encoded(&schema.columns.get(*column)?.id);
                let usual = *width == usual_width(schema, *column);
                Some(if usual { id } else { format!("{id}:{}", width.round() as i64) })
            };
            parts.push(["cols=", &self.columns.iter().filter_map(one).collect::<Vec<_>>().join(",")].concat());
        }
        if let Some(page) = self.page {
            parts.push("mode=pages".to_owned());
            if page > 1 {
                parts.push(["page=", &page.to_string()].concat());
            }
        }
        if let Some(open) = &self.open {
            parts.push(["open=", &percent_encoded(open)].concat());
        }
        parts.retain(|part| !part.is_empty());
        parts.join("&")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn schema() -> Schema {
        let document = include_str!("../../../public/programmes/ai-startup-program.json");
        Schema::of(&opencall_core::Programme::load(document).unwrap())
    }

    #[test]
    fn an_address_gives_the_list_again() {
        let schema = schema();
        for params in [
            "",
            "q=health&status=submitted,in_review&sort=-updated,name",
            "answers.country=FR,DE&created=..1700000000000&open=K7QF-2MXD",
            "cols=name:300,status,answers.headcount",
            "status=draft&mode=pages",
            "mode=pages&page=3&open=K7QF-2MXD",
        ] {
            let state = State::parse(&schema, params);
            assert_eq!(state.params(&schema), params);
        }
        assert_eq!(
            State::parse(&schema, "cols=nothing,name:9999").columns,
            [(NAME, usual_width(&schema, NAME))]
        );
    }

    #[test]
    fn another_question_is_answered_from_the_first_page_on() {
        let schema = schema();
        let state = State::parse(&schema, "mode=pages&page=3");
        assert_eq!(state.changed(|state| state.open = Some("K7QF-2MXD".to_owned())).page, Some(3));
        assert_eq!(state.changed(|state| state.query.sort_by(NAME, false)).page, Some(1));
        assert_eq!(state.changed(|state| state.page = Some(4)).page, Some(4));
        assert_eq!(State::parse(&schema, "page=3").page, None);
        assert_eq!(State::parse(&schema, "mode=pages&page=0").page, Some(1));
        assert_eq!(State::parse(&schema, "mode=pages&page=no").page, Some(1));
        assert_eq!(State::default().changed(|state| state.query.search = "a".to_owned()).page, None);
    }

    #[test]
    fn whoever_has_chosen_nothing_sees_country_and_stage() {
        let schema = schema();
        let ids: Vec<&str> = usual(&schema)
            .iter()
            .map(|(column, _)| schema.columns[*column].id.as_str())
            .collect();
        assert_eq!(
            ids,
            [
                "reference",
                "name",
                "status",
                "answers.country",
                "answers.stage",
                "partner",
                "progress",
                "submitted",
                "updated"
            ]
        );
    }
}
