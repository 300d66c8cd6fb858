//! Which columns a programme has: what every application has, then the questions whose answers fit into a cell.

use opencall_core::country::countries;
use opencall_core::programme::{Field, Kind as FieldKind};
use opencall_core::{Locale, Programme, Status};

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Names it in queries: `status`, or `answers.` and the field's id.
    pub id: String,
    /// What its cells hold.
    pub kind: Kind,
}

/// What a column's cells hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A line of text.
    Text,
    /// One of these, by its place; the document or the contract says which there are.
    One(Vec<String>),
    /// One of what turns up: nobody knows them before.
    Open,
    /// Any of these, a bit each; no more than 64.
    Many(Vec<String>),
    /// A number.
    Number,
    /// Milliseconds since the Unix epoch.
    Time,
}

/// The columns of a programme, in the order in which they travel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    /// The columns.
    pub columns: Vec<Column>,
    /// How many sections the form has.
    pub steps: usize,
}

/// The place of the reference, which every row has.
pub const REFERENCE: usize = 0;
/// The place of the company's name.
pub const NAME: usize = 1;
/// The place of the status.
pub const STATUS: usize = 2;
/// The place of the partner of origin.
pub const PARTNER: usize = 3;
/// The place of when it was begun.
pub const CREATED: usize = 4;
/// The place of when its answers last changed.
pub const UPDATED: usize = 5;
/// The place of when it was submitted last.
pub const SUBMITTED: usize = 6;
/// The place of the applicant's own deadline.
pub const DEADLINE: usize = 7;
/// The place of the applicant's language.
pub const LOCALE: usize = 8;
/// The place of how many sections are complete.
pub const PROGRESS: usize = 9;
/// The place of the first section that is not.
pub const STOPPED: usize = 10;
/// The place of the people, who are searched and not shown.
pub const PEOPLE: usize = 11;
/// How many columns every programme has.
pub const BUILT_IN: usize = 12;

impl Schema {
    /// The columns of a programme.
    pub fn of(programme: &Programme) -> Self {
        let names = |items: &mut dyn Iterator<Item = &str>| items.map(str::to_owned).collect::<Vec<_>>();
        let built_in = [
            ("reference", Kind::Text),
            ("name", Kind::Text),
            ("status", Kind::One(names(&mut Status::ALL.iter().map(|status| status.name())))),
            ("partner", Kind::Open),
            ("created", Kind::Time),
            ("updated", Kind::Time),
            ("submitted", Kind::Time),
            ("deadline", Kind::Time),
            ("locale", Kind::One(names(&mut Locale::ALL.iter().map(|locale| locale.tag())))),
            ("progress", Kind::Number),
            (
                "stopped",
                Kind::One(names(&mut programme.steps.iter().map(|step| step.id.as_str()))),
            ),
            ("people", Kind::Text),
        ];
        let mut columns: Vec<Column> = built_in.into_iter().map(|(id, kind)| Column { id: id.to_owned(), kind }).collect();
        let name = name_field(programme).map(|field| field.id.as_str());
        for field in programme.steps.iter().flat_map(|step| &step.fields) {
            if name != Some(field.id.as_str())
                && let Some(kind) = kind(field)
            {
                columns.push(Column {
                    id: ["answers.", &field.id].concat(),
                    kind,
                });
            }
        }
        Self {
            columns,
            steps: programme.steps.len(),
        }
    }

    /// The place of a column.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.id == id)
    }

    /// A check value over everything that says how cells are written (FNV-1a, 32 bits): two who agree on it read the same.
    pub fn digest(&self) -> u32 {
        let mut hash = 0x811c_9dc5_u32;
        let mut add = |text: &str| {
            for byte in text.bytes().chain([0]) {
                hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
            }
        };
        for column in &self.columns {
            add(&column.id);
            match &column.kind {
                Kind::Text => add("text"),
                Kind::Open => add("open"),
                Kind::Number => add("number"),
                Kind::Time => add("time"),
                Kind::One(options) | Kind::Many(options) => options.iter().for_each(|option| add(option)),
            }
            add("");
        }
        hash
    }
}

impl Column {
    /// The options of a column that has them by name.
    pub fn options(&self) -> &[String] {
        match &self.kind {
            Kind::One(options) | Kind::Many(options) => options,
            _ => &[],
        }
    }

    /// Whether its text is searched.
    pub fn is_searched(&self) -> bool {
        matches!(self.kind, Kind::Text | Kind::Open)
    }
}

/// The field that names an application: the first line of text of the form.
pub fn name_field(programme: &Programme) -> Option<&Field> {
    let mut fields = programme.steps.iter().flat_map(|step| &step.fields);
    fields.find(|field| matches!(field.kind, FieldKind::Text { .. }))
}

/// What a question's cells hold; `None` for what no cell takes.
fn kind(field: &Field) -> Option<Kind> {
    let ids = |options: &[opencall_core::programme::Choice]| options.iter().map(|option| option.id.clone()).collect();
    Some(match &field.kind {
        FieldKind::Text { .. } | FieldKind::Email | FieldKind::Url { .. } => Kind::Text,
        FieldKind::Number { .. } | FieldKind::Money { .. } => Kind::Number,
        FieldKind::Date { .. } => Kind::Time,
        FieldKind::Country => Kind::One(countries().map(str::to_owned).collect()),
        FieldKind::Choice { options } => Kind::One(ids(options)),
        FieldKind::Choices { options, .. } if options.len() <= 64 => Kind::Many(ids(options)),
        FieldKind::YesNo | FieldKind::Consent { .. } => Kind::One(vec!["yes".to_owned(), "no".to_owned()]),
        FieldKind::Choices { .. }
        | FieldKind::LongText { .. }
        | FieldKind::Group { .. }
        | FieldKind::File { .. }
        | FieldKind::Model { .. } => {
            return None;
        }
    })
}
