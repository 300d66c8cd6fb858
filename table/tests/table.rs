//! The table against a plain list, and what travels against itself.
#![allow(clippy::unwrap_used, missing_docs)]

use std::cmp::Ordering;
use std::collections::BTreeMap;

use opencall_table::block::{decode, encode};
use opencall_table::fold::fold;
use opencall_table::stream::{self, Head, Reader};
use opencall_table::{Block, Cell, Column, Filter, Kind, Query, Row, Schema, Sort, Table, Test};
use proptest::prelude::*;

fn schema() -> Schema {
    let options = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let columns = [
        ("reference", Kind::Text),
        ("name", Kind::Text),
        ("status", Kind::One(options(&["draft", "submitted", "selected"]))),
        ("partner", Kind::Open),
        ("sectors", Kind::Many(options(&["health", "law", "energy", "-"]))),
        ("headcount", Kind::Number),
        ("created", Kind::Time),
    ];
    Schema {
        columns: columns.into_iter().map(|(id, kind)| Column { id: id.to_owned(), kind }).collect(),
        steps: 8,
    }
}

fn cell(kind: Kind) -> BoxedStrategy<Cell> {
    let text = prop_oneof![
        "[a-dA-Dé ]{1,12}".prop_filter("not blank", |text| !text.trim().is_empty()),
        Just("Ateliers réunis A".to_owned()),
        Just("ateliers reunis b".to_owned()),
        Just("=HYPERLINK(\"x\")".to_owned()),
        Just("\u{202e}evil ,&=%".to_owned()),
    ];
    let some = match kind {
        Kind::Text | Kind::Open => text.prop_map(Cell::Text).boxed(),
        Kind::One(options) => (0..options.len() as u16).prop_map(Cell::One).boxed(),
        Kind::Many(options) => (1..1_u64 << options.len()).prop_map(Cell::Many).boxed(),
        Kind::Number => prop_oneof![(-9..9_i32).prop_map(f64::from), Just(0.5), Just(1e300), Just(-0.25)]
            .prop_map(Cell::Number)
            .boxed(),
        Kind::Time => prop_oneof![-5..5_i64, 1_700_000_000_000..1_700_000_000_009_i64]
            .prop_map(Cell::Time)
            .boxed(),
    };
    prop_oneof![1 => Just(Cell::Missing), 5 => some].boxed()
}

fn row() -> impl Strategy<Value = Row> {
    let cells: Vec<_> = schema().columns[1..].iter().map(|column| cell(column.kind.clone())).collect();
    (0..40_u32, 1..9_u64, cells).prop_map(|(name, revision, mut cells)| {
        cells.insert(0, Cell::Text(format!("R{name:02}")));
        Row { revision, cells }
    })
}

fn query() -> impl Strategy<Value = Query> {
    let any_of = |names: &'static [&'static str]| {
        let name = prop::sample::select(names.to_vec()).prop_map(|name| Some(name.to_owned()));
        prop::collection::vec(prop_oneof![4 => name, 1 => Just(None)], 1..3).prop_map(Test::AnyOf)
    };
    let between = (prop::option::of(-3..3_i32), prop::option::of(0..9_i32))
        .prop_filter("says something", |(from, to)| from.is_some() || to.is_some())
        .prop_map(|(from, to)| Test::Between(from.map(f64::from), to.map(f64::from)));
    let filter = prop_oneof![
        any_of(&["draft", "submitted", "nothing"]).prop_map(|test| Filter { column: 2, test }),
        any_of(&["\u{202e}evil ,&=%", "ateliers reunis b", "-"]).prop_map(|test| Filter { column: 3, test }),
        any_of(&["health", "law", "-"]).prop_map(|test| Filter { column: 4, test }),
        between.clone().prop_map(|test| Filter { column: 5, test }),
        between.prop_map(|test| Filter { column: 6, test }),
        any::<bool>().prop_map(|there| Filter {
            column: 1,
            test: Test::Present(there)
        }),
        any::<bool>().prop_map(|there| Filter {
            column: 5,
            test: Test::Present(there)
        }),
    ];
    let sort = (0..7_usize, any::<bool>()).prop_map(|(column, descending)| Sort { column, descending });
    let search =
        prop_oneof![3 => Just(String::new()), 1 => "[a-d]{1,2}", 1 => "r[0-9]", 1 => "[a-b] [c-d]", 1 => Just("RÉUNIS".to_owned())];
    (search, prop::collection::vec(filter, 0..3), prop::collection::vec(sort, 0..3)).prop_map(|(search, filters, sort)| {
        let mut query = Query {
            search,
            sort,
            ..Query::default()
        };
        filters
            .into_iter()
            .for_each(|filter| query.filter(filter.column, Some(filter.test)));
        query
    })
}

/// The same, done as one would without thinking of speed.
mod plainly {
    use super::*;

    pub fn passes(row: &Row, query: &Query) -> bool {
        let schema = schema();
        let filters = query.filters.iter().all(|filter| {
            let (cell, kind) = (&row.cells[filter.column], &schema.columns[filter.column].kind);
            match &filter.test {
                Test::Present(there) => (*cell != Cell::Missing) == *there,
                Test::Between(from, to) => {
                    let value = match cell {
                        Cell::Number(number) => *number,
                        Cell::Time(time) => *time as f64,
                        _ => return false,
                    };
                    from.is_none_or(|from| value >= from) && to.is_none_or(|to| value <= to)
                }
                Test::AnyOf(values) => {
                    let names: Vec<String> = match (cell, kind) {
                        (Cell::One(place), Kind::One(options)) => vec![options[usize::from(*place)].clone()],
                        (Cell::Many(bits), Kind::Many(options)) => (0..options.len())
                            .filter(|place| bits >> place & 1 == 1)
                            .map(|place| options[place].clone())
                            .collect(),
                        (Cell::Text(text), _) => vec![text.clone()],
                        _ => Vec::new(),
                    };
                    values
                        .iter()
                        .any(|value| value.as_ref().map_or(names.is_empty(), |value| names.contains(value)))
                }
            }
        });
        let texts: Vec<String> = row.cells[..4]
            .iter()
            .filter_map(|cell| if let Cell::Text(text) = cell { Some(fold(text)) } else { None })
            .collect();
        filters
            && fold(&query.search)
                .split_whitespace()
                .all(|word| texts.iter().any(|text| text.contains(word)))
    }

    pub fn compared(a: &Row, b: &Row, sort: &[Sort]) -> Ordering {
        for sort in sort {
            let (a, b) = (&a.cells[sort.column], &b.cells[sort.column]);
            let order = match (a, b) {
                (Cell::Missing, Cell::Missing) => Ordering::Equal,
                (Cell::Missing, _) => return Ordering::Greater,
                (_, Cell::Missing) => return Ordering::Less,
                (Cell::Text(a), Cell::Text(b)) => fold(a).cmp(&fold(b)),
                (Cell::One(a), Cell::One(b)) => a.cmp(b),
                (Cell::Many(a), Cell::Many(b)) => (a.count_ones(), a.trailing_zeros()).cmp(&(b.count_ones(), b.trailing_zeros())),
                (Cell::Number(a), Cell::Number(b)) => a.total_cmp(b),
                (Cell::Time(a), Cell::Time(b)) => a.cmp(b),
                _ => unreachable!("a column holds one kind of cells"),
            };
            if order != Ordering::Equal {
                return if sort.descending { order.reverse() } else { order };
            }
        }
        Ordering::Equal
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn it_selects_and_sorts_what_a_plain_list_would(rows in prop::collection::vec(row(), 0..60), query in query()) {
        let mut table = Table::new(schema());
        let mut list: Vec<Row> = Vec::new();
        for row in rows {
            table.take(Block { rows: vec![row.clone()], gone: Vec::new() });
            match list.iter_mut().find(|one| one.cells[0] == row.cells[0]) {
                Some(one) if one.revision < row.revision => *one = row,
                Some(_) => {}
                None => list.push(row),
            }
        }
        let mut wanted: Vec<&Row> = list.iter().filter(|row| plainly::passes(row, &query)).collect();
        wanted.sort_by(|a, b| plainly::compared(a, b, &query.sort));
        let wanted: Vec<Cell> = wanted.iter().map(|row| row.cells[0].clone()).collect();
        let found: Vec<Cell> = table.select(&query).into_iter().map(|row| table.cell(row, 0)).collect();
        prop_assert_eq!(found, wanted);
        // What is counted is what choosing it gives.
        for column in [2, 3, 4] {
            let counts = table.counts(column, &query);
            let names: Vec<String> = if column == 3 { table.known(3).to_vec() } else { table.schema().columns[column].options().to_vec() };
            for (name, count) in names.iter().zip(&counts.values) {
                let mut chosen = query.clone();
                chosen.filter(column, Some(Test::AnyOf(vec![Some(name.clone())])));
                prop_assert_eq!(table.select(&chosen).len(), *count as usize);
            }
        }
    }

    #[test]
    fn a_query_comes_back_from_its_address(query in query()) {
        let schema = schema();
        let params = query.to_params(&schema);
        prop_assert_eq!(Query::from_params(&schema, &params), query, "{}", params);
    }

    #[test]
    fn an_address_of_anything_is_a_query(params in "\\PC{0,40}|[a-z%=&,.0-9-]{0,40}") {
        let _ = Query::from_params(&schema(), &params);
        let _ = Query::from_params(&schema(), &format!("status={params}&headcount={params}&sort={params}&q={params}"));
    }

    #[test]
    fn rows_come_back_from_their_bytes(rows in prop::collection::vec(row(), 0..40), gone in prop::collection::vec("[A-Z0-9-]{1,9}", 0..3)) {
        let bytes = encode(&schema(), &rows, &gone);
        prop_assert_eq!(decode(&schema(), &bytes), Ok(Block { rows, gone }));
    }

    #[test]
    fn bytes_of_anything_are_refused_or_read_and_never_more(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&schema(), &bytes);
        let schema = schema();
        let _ = Reader::new(&schema).push(&bytes);
    }

    #[test]
    fn bytes_that_were_changed_do_no_harm(rows in prop::collection::vec(row(), 1..20), at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let mut bytes = encode(&schema(), &rows, &[]);
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(block) = decode(&schema(), &bytes) {
            Table::new(schema()).take(block);
        }
    }

    #[test]
    fn the_last_change_stays_in_whatever_order_changes_arrive(rows in prop::collection::vec(row(), 0..40), seed in any::<u64>()) {
        let mut latest: BTreeMap<String, u64> = BTreeMap::new();
        for row in &rows {
            let Cell::Text(name) = &row.cells[0] else { continue };
            let known = latest.entry(name.clone()).or_default();
            *known = row.revision.max(*known);
        }
        let mut shuffled = rows;
        let length = shuffled.len().max(1);
        for place in 0..shuffled.len() {
            shuffled.swap(place, (seed as usize).wrapping_mul(place + 7) % length);
        }
        let mut table = Table::new(schema());
        table.take(Block { rows: shuffled, gone: Vec::new() });
        prop_assert_eq!(table.len(), latest.len());
        for (name, revision) in latest {
            prop_assert_eq!(table.revision(table.find(&name).unwrap()), revision);
        }
    }

    #[test]
    fn a_stream_is_read_in_parts_of_any_length(rows in prop::collection::vec(row(), 0..30), part in 1..50_usize) {
        let schema = schema();
        let mut bytes = stream::head(&schema, Head { rows: rows.len() as u64, cursor: 7 });
        for chunk in rows.chunks(7) {
            bytes.extend(stream::framed(&encode(&schema, chunk, &[])));
        }
        let mut reader = Reader::new(&schema);
        let mut read = Vec::new();
        for part in bytes.chunks(part) {
            read.extend(reader.push(part).unwrap().into_iter().flat_map(|block| block.rows));
        }
        prop_assert!(reader.is_whole());
        prop_assert_eq!(reader.head(), Some(Head { rows: rows.len() as u64, cursor: 7 }));
        prop_assert_eq!(read, rows);
    }
}

#[test]
fn an_erased_application_is_found_no_more_and_its_number_is_nobody_elses() {
    let one = |name: &str, revision| Row {
        revision,
        cells: vec![Cell::Text(name.to_owned())],
    };
    let mut table = Table::new(schema());
    table.take(Block {
        rows: vec![one("A", 1), one("B", 2)],
        gone: Vec::new(),
    });
    let before = table.find("A").unwrap();
    assert_eq!(
        table.take(Block {
            rows: vec![one("C", 3)],
            gone: vec!["A".to_owned(), "unknown".to_owned()]
        }),
        2
    );
    assert_eq!((table.len(), table.find("A"), table.is_live(before)), (2, None, false));
    let names: Vec<_> = table
        .select(&Query::default())
        .into_iter()
        .map(|row| table.reference(row).to_owned())
        .collect();
    assert_eq!(names, ["B", "C"]);
}

#[test]
fn rows_for_other_columns_are_refused() {
    let (mine, mut other) = (schema(), schema());
    other.columns[2].kind = Kind::One(vec!["draft".to_owned()]);
    let bytes = stream::head(&other, Head { rows: 0, cursor: 0 });
    assert!(Reader::new(&mine).push(&bytes).is_err());
}
