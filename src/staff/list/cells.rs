//! What stands in cells, in the reader's language.

use std::cell::RefCell;
use std::collections::HashMap;

use opencall_core::programme::Kind as FieldKind;
use opencall_core::{Programme, Status, Timestamp};
use opencall_table::schema::{
    BUILT_IN, CREATED, DEADLINE, LOCALE, NAME, PARTNER, PEOPLE, PROGRESS, REFERENCE, STATUS, STOPPED, SUBMITTED, UPDATED,
};
use opencall_table::{Cell, Kind, Schema, Table};

use super::grid::Content;
use crate::i18n::messages::grouped;
use crate::i18n::{self, intl};
use crate::staff::cx::Cx;

/// Writes cells. What the browser's `Intl` says is asked once for each thing there is to say.
pub struct Writer {
    cx: Cx,
    /// Times to the minute, in the programme's zone; days, which have none.
    times: intl::Short,
    days: intl::Short,
    dates: RefCell<HashMap<i64, String>>,
    names: RefCell<HashMap<(usize, u16), String>>,
}

impl Writer {
    /// For a language.
    pub fn new(cx: Cx) -> Self {
        Self {
            cx,
            times: intl::Short::new(&cx.programme.schedule.zone, cx.locale, true),
            days: intl::Short::new("UTC", cx.locale, false),
            dates: RefCell::default(),
            names: RefCell::default(),
        }
    }

    /// What stands in a cell.
    pub fn content(&self, table: &Table, row: u32, column: usize) -> Content {
        let kind = &table.schema().columns[column].kind;
        let plain = |text: String| Content { text, class: "" };
        match kind {
            Kind::Text | Kind::Open => Content {
                text: table.text(row, column).to_owned(),
                class: match column {
                    REFERENCE => "mono",
                    NAME => "strong",
                    _ => "",
                },
            },
            _ => match table.cell(row, column) {
                Cell::One(place) => Content {
                    text: self.option(table.schema(), column, place),
                    class: if column == STATUS { status_class(place) } else { "" },
                },
                Cell::Many(bits) => {
                    let places = (0..64_u16).filter(|place| bits >> place & 1 == 1);
                    plain(
                        places
                            .map(|place| self.option(table.schema(), column, place))
                            .collect::<Vec<_>>()
                            .join(", "),
                    )
                }
                Cell::Number(number) if column == PROGRESS => plain(format!("{} / {}", number as i64, table.schema().steps)),
                Cell::Number(number) => plain(grouped(&number.to_string(), self.cx.locale)),
                Cell::Time(time) => plain(self.time(time, column)),
                Cell::Text(_) | Cell::Missing => Content::default(),
            },
        }
    }

    /// An option in words.
    pub fn option(&self, schema: &Schema, column: usize, place: u16) -> String {
        let mut names = self.names.borrow_mut();
        names
            .entry((column, place))
            .or_insert_with(|| option(self.cx, schema, column, usize::from(place)))
            .clone()
    }

    /// A time: to the minute, in the programme's zone; a day where it was a question.
    fn time(&self, time: i64, column: usize) -> String {
        let is_day = column >= BUILT_IN;
        let minute = if is_day { time * 2 } else { time.div_euclid(60_000) * 2 + 1 };
        let mut dates = self.dates.borrow_mut();
        if dates.len() > 20_000 {
            dates.clear();
        }
        dates
            .entry(minute)
            .or_insert_with(|| {
                let format = if is_day { &self.days } else { &self.times };
                format.say(Timestamp::from_millis(time))
            })
            .clone()
    }
}

fn status_class(place: u16) -> &'static str {
    match Status::ALL.get(usize::from(place)) {
        Some(Status::Submitted) => "st-submitted",
        Some(Status::Ineligible) => "st-ineligible",
        Some(Status::InReview) => "st-in_review",
        Some(Status::Shortlisted) => "st-shortlisted",
        Some(Status::Selected) => "st-selected",
        Some(Status::Declined) => "st-declined",
        Some(Status::Withdrawn) => "st-withdrawn",
        Some(Status::Draft) | None => "st-draft",
    }
}

/// A status in words.
pub fn status_name(cx: Cx, status: Status) -> &'static str {
    match status {
        Status::Draft => cx.s.st_draft,
        Status::Submitted => cx.s.st_submitted,
        Status::Ineligible => cx.s.st_ineligible,
        Status::InReview => cx.s.st_in_review,
        Status::Shortlisted => cx.s.st_shortlisted,
        Status::Selected => cx.s.st_selected,
        Status::Declined => cx.s.st_declined,
        Status::Withdrawn => cx.s.st_withdrawn,
    }
}

/// The class of a status, as a cell has it.
pub fn class_of(status: Status) -> &'static str {
    status_class(Status::ALL.iter().position(|one| *one == status).unwrap_or(0) as u16)
}

fn option(cx: Cx, schema: &Schema, column: usize, place: usize) -> String {
    let Some(id) = schema.columns[column].options().get(place) else {
        return String::new();
    };
    match column {
        STATUS => return Status::from_name(id).map_or_else(String::new, |status| status_name(cx, status).to_owned()),
        LOCALE => return opencall_core::Locale::from_tag(id).map_or_else(String::new, |locale| i18n::name(locale).to_owned()),
        STOPPED => {
            return cx
                .programme
                .step(id)
                .map_or_else(|| id.clone(), |step| step.title.get(cx.locale).to_owned());
        }
        _ => {}
    }
    let field = field(cx.programme, &schema.columns[column].id);
    match field.map(|field| &field.kind) {
        Some(FieldKind::Country) => intl::country_name(id, cx.locale),
        Some(FieldKind::Choice { options } | FieldKind::Choices { options, .. }) => {
            let found = options.iter().find(|option| option.id == *id);
            found.map_or_else(|| id.clone(), |option| option.label.get(cx.locale).to_owned())
        }
        _ if id == "yes" => cx.t.yes.to_owned(),
        _ if id == "no" => cx.t.no.to_owned(),
        _ => id.clone(),
    }
}

/// The question of a column.
fn field<'a>(programme: &'a Programme, column: &str) -> Option<&'a opencall_core::programme::Field> {
    programme.field(column.strip_prefix("answers.")?)
}

/// What stands above a column.
pub fn label(cx: Cx, schema: &Schema, column: usize) -> String {
    let s = cx.s;
    let known = match column {
        REFERENCE => s.col_reference,
        NAME => s.col_name,
        STATUS => s.col_status,
        PARTNER => s.col_partner,
        CREATED => s.col_created,
        UPDATED => s.col_updated,
        SUBMITTED => s.col_submitted,
        DEADLINE => s.col_deadline,
        LOCALE => s.col_locale,
        PROGRESS => s.col_progress,
        STOPPED => s.col_stopped,
        PEOPLE => s.col_people,
        _ => {
            let id = &schema.columns[column].id;
            return field(cx.programme, id).map_or_else(|| id.clone(), |field| field.label.get(cx.locale).to_owned());
        }
    };
    known.to_owned()
}

/// What a value of a filter is called, in words.
pub fn value_name(cx: Cx, schema: &Schema, column: usize, value: Option<&str>) -> String {
    match value {
        None if column == PARTNER => cx.s.no_partner.to_owned(),
        None if column == STOPPED => cx.s.complete.to_owned(),
        None => cx.s.missing.to_owned(),
        Some(value) => match schema.columns[column].options().iter().position(|option| option == value) {
            Some(place) => option(cx, schema, column, place),
            None => value.to_owned(),
        },
    }
}
