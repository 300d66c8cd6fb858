//! The rows in memory: a list a column, and beside them what makes searching quick.
//!
//! A row keeps its number for as long as the table lives, so that an order of rows stays right while rows change; the number of one that
//! was erased is not given away again.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::block::Block;
use crate::fold::fold_into;
use crate::ranking::Ranking;
use crate::row::{Cell, Row};
use crate::schema::{Kind, REFERENCE, Schema};
use crate::search::{PART, Search};

/// All rows.
#[derive(Clone, Debug)]
pub struct Table {
    pub(crate) schema: Schema,
    pub(crate) columns: Vec<Store>,
    pub(crate) search: Search,
    /// Where a row's searched text is put together.
    room: String,
    revisions: Vec<u64>,
    pub(crate) live: Vec<bool>,
    by_reference: HashMap<String, u32>,
}

/// The cells of a column.
#[derive(Clone, Debug)]
pub(crate) enum Store {
    /// Texts, and their order once it was asked for.
    Text {
        texts: Vec<Box<str>>,
        ranking: RefCell<Option<Ranking>>,
    },
    /// Places in the options; [`NONE`] for missing.
    One(Vec<u16>),
    /// Places in what has turned up; [`NONE`] for missing.
    Open { places: Vec<u16>, known: Vec<String> },
    /// Bits; 0 for missing.
    Many(Vec<u64>),
    /// Numbers; NaN for missing.
    Number(Vec<f64>),
    /// Times; [`NEVER`] for missing.
    Time(Vec<i64>),
}

/// No option.
pub(crate) const NONE: u16 = u16::MAX;
/// No time.
pub(crate) const NEVER: i64 = i64::MIN;

impl Table {
    /// An empty table.
    pub fn new(schema: Schema) -> Self {
        let columns = schema.columns.iter().map(|column| Store::new(&column.kind)).collect();
        Self {
            schema,
            columns,
            search: Search::new(),
            room: String::new(),
            revisions: Vec::new(),
            live: Vec::new(),
            by_reference: HashMap::new(),
        }
    }

    /// The columns.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.by_reference.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_reference.is_empty()
    }

    /// The number of an application's row.
    pub fn find(&self, reference: &str) -> Option<u32> {
        self.by_reference.get(reference).copied()
    }

    /// The reference of a row; empty for a row there is not.
    pub fn reference(&self, row: u32) -> &str {
        match &self.columns[REFERENCE] {
            Store::Text { texts, .. } => texts.get(row as usize).map_or("", |text| text),
            _ => "",
        }
    }

    /// The number of a row's last change.
    pub fn revision(&self, row: u32) -> u64 {
        self.revisions.get(row as usize).copied().unwrap_or(0)
    }

    /// Whether a row is still there.
    pub fn is_live(&self, row: u32) -> bool {
        self.live.get(row as usize).copied().unwrap_or(false)
    }

    /// A cell.
    pub fn cell(&self, row: u32, column: usize) -> Cell {
        self.columns.get(column).map_or(Cell::Missing, |store| store.cell(row as usize))
    }

    /// The text of a cell that holds one, without copying it.
    pub fn text(&self, row: u32, column: usize) -> &str {
        match self.columns.get(column) {
            Some(Store::Text { texts, .. }) => texts.get(row as usize).map_or("", |text| text),
            Some(Store::Open { places, known }) => places
                .get(row as usize)
                .and_then(|place| known.get(usize::from(*place)))
                .map_or("", |text| text),
            _ => "",
        }
    }

    /// What has turned up in a column that is [`Kind::Open`], by place.
    pub fn known(&self, column: usize) -> &[String] {
        match self.columns.get(column) {
            Some(Store::Open { known, .. }) => known,
            _ => &[],
        }
    }

    /// Puts the texts of one more column in order, so that sorting by it later takes no longer than by any other; `false` when all are. For
    /// idle moments: what has been put in order is kept so with little work.
    pub fn prepare(&self) -> bool {
        let unprepared = self.columns.iter().find(|store| match store {
            Store::Text { ranking, .. } => ranking.borrow().is_none(),
            _ => false,
        });
        unprepared.is_some_and(|store| {
            store.ranked(|_| ());
            true
        })
    }

    /// Takes rows in: new ones are added, known ones changed unless they were changed later already, erased ones taken out.
    /// Gives how many rows are others than before.
    pub fn take(&mut self, block: Block) -> usize {
        let mut changed = 0;
        for row in block.rows {
            let Some(Cell::Text(reference)) = row.cells.first() else { continue };
            match self.find(reference) {
                // Blocks may overtake one another; the later change stays.
                Some(at) if self.revision(at) >= row.revision => continue,
                Some(at) => self.put(at as usize, row),
                None => {
                    let at = self.revisions.len();
                    self.by_reference.insert(reference.clone(), at as u32);
                    self.revisions.push(0);
                    self.live.push(true);
                    self.columns.iter_mut().for_each(Store::push);
                    self.put(at, row);
                }
            }
            changed += 1;
        }
        for reference in block.gone {
            if let Some(at) = self.by_reference.remove(&reference) {
                self.live[at as usize] = false;
                changed += 1;
            }
        }
        self.search.settle();
        changed
    }

    /// Puts cells into a row that there is.
    fn put(&mut self, at: usize, row: Row) {
        self.revisions[at] = row.revision;
        let mut cells = row.cells.into_iter();
        let mut text = std::mem::take(&mut self.room);
        text.clear();
        for (store, column) in self.columns.iter_mut().zip(&self.schema.columns) {
            let cell = cells.next().unwrap_or_default();
            if let (true, Cell::Text(searched)) = (column.is_searched(), &cell) {
                fold_into(&mut text, searched);
                text.push(PART);
            }
            store.set(at, cell);
        }
        self.search.put(at, &text);
        self.room = text;
    }
}

impl Store {
    /// The places of a column's texts among one another, as they are now.
    pub(crate) fn ranked<R>(&self, act: impl FnOnce(&[u32]) -> R) -> Option<R> {
        let Self::Text { texts, ranking } = self else { return None };
        let mut ranking = ranking.borrow_mut();
        let ranking = ranking.get_or_insert_default();
        ranking.update(texts);
        Some(act(ranking.ranks()))
    }

    fn new(kind: &Kind) -> Self {
        match kind {
            Kind::Text => Self::Text {
                texts: Vec::new(),
                ranking: RefCell::default(),
            },
            Kind::One(_) => Self::One(Vec::new()),
            Kind::Open => Self::Open {
                places: Vec::new(),
                known: Vec::new(),
            },
            Kind::Many(_) => Self::Many(Vec::new()),
            Kind::Number => Self::Number(Vec::new()),
            Kind::Time => Self::Time(Vec::new()),
        }
    }

    fn push(&mut self) {
        match self {
            Self::Text { texts, .. } => texts.push("".into()),
            Self::One(places) | Self::Open { places, .. } => places.push(NONE),
            Self::Many(bits) => bits.push(0),
            Self::Number(numbers) => numbers.push(f64::NAN),
            Self::Time(times) => times.push(NEVER),
        }
    }

    fn set(&mut self, at: usize, cell: Cell) {
        match self {
            Self::Text { texts, ranking } => {
                let text = if let Cell::Text(text) = cell { text } else { String::new() };
                if *texts[at] == *text {
                    return;
                }
                if let Some(ranking) = ranking.get_mut() {
                    ranking.touch(at as u32);
                }
                texts[at] = text.into_boxed_str();
            }
            Self::One(places) => places[at] = if let Cell::One(place) = cell { place } else { NONE },
            Self::Open { places, known } => {
                let place = match cell {
                    Cell::Text(text) => known.iter().position(|one| *one == text).unwrap_or_else(|| {
                        known.push(text);
                        known.len() - 1
                    }),
                    _ => usize::from(NONE),
                };
                // More different ones than places: no open call has 65,535 partners.
                places[at] = u16::try_from(place).unwrap_or(NONE);
            }
            Self::Many(bits) => bits[at] = if let Cell::Many(many) = cell { many } else { 0 },
            Self::Number(numbers) => numbers[at] = if let Cell::Number(number) = cell { number } else { f64::NAN },
            Self::Time(times) => times[at] = if let Cell::Time(time) = cell { time } else { NEVER },
        }
    }

    fn cell(&self, at: usize) -> Cell {
        let cell = match self {
            Self::Text { texts, .. } => texts
                .get(at)
                .filter(|text| !text.is_empty())
                .map(|text| Cell::Text(text.to_string())),
            Self::One(places) => places.get(at).filter(|place| **place != NONE).map(|place| Cell::One(*place)),
            Self::Open { places, known } => places
                .get(at)
                .and_then(|place| known.get(usize::from(*place)))
                .cloned()
                .map(Cell::Text),
            Self::Many(bits) => bits.get(at).filter(|bits| **bits != 0).map(|bits| Cell::Many(*bits)),
            Self::Number(numbers) => numbers
                .get(at)
                .filter(|number| !number.is_nan())
                .map(|number| Cell::Number(*number)),
            Self::Time(times) => times.get(at).filter(|time| **time != NEVER).map(|time| Cell::Time(*time)),
        };
        cell.unwrap_or_default()
    }
}
