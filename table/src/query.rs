//! What is asked for: words, filters, an order. It stands in the address, so that a view can be kept and shared.
//!
//! `q=` words; `sort=` columns, `-` before one for descending, separated by commas; every other parameter that names a column is
//! a filter: values separated by commas, `-` for missing, or a range `from..to` of which either end may be left out (times as milliseconds).

use opencall_core::encoding::{percent_encoded, query_decoded};

use crate::schema::{Kind, Schema};

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// Words that all have to be in a row, anywhere.
    pub search: String,
    /// What has to hold.
    pub filters: Vec<Filter>,
    /// The order: the first counts most. None: as they were begun.
    pub sort: Vec<Sort>,
}

/// What has to hold of a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// The place of the column.
    pub column: usize,
    /// What has to hold.
    pub test: Test,
}

/// What has to hold of a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// It is one of these, by name; `None` stands for missing.
    AnyOf(Vec<Option<String>>),
    /// It lies between these, both included. A missing cell does not.
    Between(Option<f64>, Option<f64>),
    /// Whether there is something.
    Present(bool),
}

/// What is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The place of the column.
    pub column: usize,
    /// The greatest first. What is missing comes last either way.
    pub descending: bool,
}

impl Query {
    /// Reads an address's query, without its `?`. What names no column is left out: other parameters are others' business.
    pub fn from_params(schema: &Schema, params: &str) -> Self {
        let mut query = Self::default();
        for pair in params.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = query_decoded(name);
            match name.as_str() {
                "q" => query.search = query_decoded(value),
                "sort" => query.sort = query_decoded(value).split(',').filter_map(|one| sort(schema, one)).collect(),
                _ => {
                    if let Some(column) = schema.place(&name)
                        && let Some(test) = test(&schema.columns[column].kind, value)
                    {
                        query.filter(column, Some(test));
                    }
                }
            }
        }
        query
    }

    /// As an address's query, without a `?`.
    pub fn to_params(&self, schema: &Schema) -> String {
        let mut pairs = Vec::new();
        if !self.search.is_empty() {
            pairs.push(["q=", &percent_encoded(&self.search)].concat());
        }
        for filter in &self.filters {
            if let Some(column) = schema.columns.get(filter.column) {
                pairs.push([&percent_encoded(&column.id), "=", &written(&filter.test)].concat());
            }
        }
        let sort: Vec<String> = self
            .sort
            .iter()
            .filter_map(|sort| {
                let column = schema.columns.get(sort.column)?;
                Some([if sort.descending { "-" } else { "" }, &percent_encoded(&column.id)].concat())
            })
            .collect();
        if !sort.is_empty() {
            pairs.push(["sort=", &sort.join(",")].concat());
        }
        pairs.join("&")
    }

    /// The filter of a column.
    pub fn filter_of(&self, column: usize) -> Option<&Test> {
        self.filters
            .iter()
            .find(|filter| filter.column == column)
            .map(|filter| &filter.test)
    }

    /// Puts a filter in the place of the column's, or takes it away.
    pub fn filter(&mut self, column: usize, test: Option<Test>) {
        let place = self.filters.iter().position(|filter| filter.column == column);
        match (place, test) {
            (Some(place), Some(test)) => self.filters[place].test = test,
            (None, Some(test)) => self.filters.push(Filter { column, test }),
            (Some(place), None) => {
                self.filters.remove(place);
            }
            (None, None) => {}
        }
    }

    /// Adds a value to the column's filter or takes it out: what pressing a figure does.
    pub fn toggle(&mut self, column: usize, value: Option<&str>) {
        let value = value.map(str::to_owned);
        let mut values = match self.filter_of(column) {
            Some(Test::AnyOf(values)) => values.clone(),
            _ => Vec::new(),
        };
        match values.iter().position(|one| *one == value) {
            Some(place) => {
                values.remove(place);
            }
            None => values.push(value),
        }
        self.filter(column, (!values.is_empty()).then_some(Test::AnyOf(values)));
    }

    /// Whether the column's filter has this value.
    pub fn has(&self, column: usize, value: Option<&str>) -> bool {
        matches!(self.filter_of(column), Some(Test::AnyOf(values)) if values.iter().any(|one| one.as_deref() == value))
    }

    /// Sorts by a column alone, or by one more: ascending, then descending, then not.
    pub fn sort_by(&mut self, column: usize, more: bool) {
        let place = self.sort.iter().position(|sort| sort.column == column);
        let next = match place.map(|place| self.sort[place].descending) {
            None => Some(false),
            Some(false) => Some(true),
            Some(true) => None,
        };
        if !more {
            self.sort.clear();
            self.sort.extend(next.map(|descending| Sort { column, descending }));
            return;
        }
        match (place, next) {
            (Some(place), Some(descending)) => self.sort[place].descending = descending,
            (Some(place), None) => {
                self.sort.remove(place);
            }
            (None, next) => self.sort.extend(next.map(|descending| Sort { column, descending })),
        }
    }
}

fn sort(schema: &Schema, text: &str) -> Option<Sort> {
    let (descending, id) = text.strip_prefix('-').map_or((false, text), |id| (true, id));
    schema.place(id).map(|column| Sort { column, descending })
}

/// `value` is still encoded: a comma that belongs to a value is.
fn test(kind: &Kind, value: &str) -> Option<Test> {
    match kind {
        Kind::Number | Kind::Time if value != "-" => {
            let value = query_decoded(value);
            let (from, to) = value.split_once("..").unwrap_or((&value, &value));
            let end = |text: &str| text.trim().parse().ok().filter(|number: &f64| number.is_finite());
            let (from, to) = (end(from), end(to));
            if from.is_none() && to.is_none() {
                return (value == "..").then_some(Test::Present(true));
            }
            Some(Test::Between(from, to))
        }
        Kind::Number | Kind::Time => Some(Test::Present(false)),
        Kind::Text if value == "-" => Some(Test::Present(false)),
        Kind::Text if value == ".." => Some(Test::Present(true)),
        Kind::Text => None,
        _ => {
            let values = value.split(',').filter(|value| !value.is_empty());
            let values: Vec<_> = values
                .map(|value| if value == "-" { None } else { Some(query_decoded(value)) })
                .collect();
            (!values.is_empty()).then_some(Test::AnyOf(values))
        }
    }
}

fn written(test: &Test) -> String {
    let end = |end: &Option<f64>| end.map(|end| end.to_string()).unwrap_or_default();
    match test {
        Test::AnyOf(values) => {
            let values: Vec<String> = values
                .iter()
                .map(|value| value.as_deref().map_or("-".to_owned(), encoded_value))
                .collect();
            values.join(",")
        }
        Test::Between(from, to) => [&end(from), "..", &end(to)].concat(),
        Test::Present(true) => "..".to_owned(),
        Test::Present(false) => "-".to_owned(),
    }
}

/// A value that could be taken for "missing" is written so that it cannot.
fn encoded_value(value: &str) -> String {
    if value == "-" { "%2D".to_owned() } else { percent_encoded(value) }
}
