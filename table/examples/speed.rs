//! How long the table takes for what staff do, with 100,000 rows, and how many bytes they are in which form:
//! `cargo run --release -p opencall-table --example speed`. Nothing but this machine and the crate itself.
#![allow(missing_docs)]

use std::io::Write as _;
use std::time::Instant;

use opencall_table::block::{decode, encode};
use opencall_table::{Block, Cell, Column, Kind, Query, Row, Schema, Table};
use serde_json::{Value, json};

const ROWS: u64 = 100_000;
const BLOCK: usize = 4_096;
const RUNS: usize = 9;

/// Numbers that look thrown and are the same every time (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % limit
    }

    fn word(&mut self) -> String {
        const PARTS: [&str; 24] = [
            "ba", "co", "de", "fi", "ga", "lé", "ma", "no", "pi", "ra", "si", "ta", "vo", "lu", "an", "ka", "mi", "ro", "ze", "xi", "qu",
            "hel", "tri", "sol",
        ];
        (0..2 + self.below(3)).map(|_| PARTS[self.below(24) as usize]).collect()
    }

    fn words(&mut self, count: u64) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }
}

fn schema() -> Schema {
    let options = |prefix: &str, count: usize| (0..count).map(|at| format!("{prefix}{at}")).collect::<Vec<_>>();
    let columns = [
        ("reference", Kind::Text),
        ("name", Kind::Text),
        ("status", Kind::One(options("status", 8))),
        ("partner", Kind::Open),
        ("created", Kind::Time),
        ("updated", Kind::Time),
        ("submitted", Kind::Time),
        ("people", Kind::Text),
        ("one_line", Kind::Text),
        ("website", Kind::Text),
        ("city", Kind::Text),
        ("country", Kind::One(options("c", 249))),
        ("sectors", Kind::Many(options("sector", 14))),
        ("stage", Kind::One(options("stage", 5))),
        ("headcount", Kind::Number),
    ];
    Schema {
        columns: columns.into_iter().map(|(id, kind)| Column { id: id.to_owned(), kind }).collect(),
        steps: 8,
    }
}

fn rows() -> Vec<Row> {
    let mut dice = Dice(7);
    (0..ROWS)
        .map(|at| {
            let created = 1_760_000_000_000 + at as i64 * 20_000 + dice.below(900_000) as i64;
            let name = dice.words(2);
            let submitted = if dice.below(3) == 0 {
                Cell::Missing
            } else {
                Cell::Time(created + dice.below(800_000_000) as i64)
            };
            let cells = vec![
                Cell::Text(format!("{:04X}-{:04X}", at / 256 * 77 % 65_536, at)),
                Cell::Text(name.clone()),
                Cell::One(dice.below(8) as u16),
                if dice.below(2) == 0 {
                    Cell::Missing
                } else {
                    Cell::Text(format!("partner-{}", dice.below(12)))
                },
                Cell::Time(created),
                Cell::Time(created + dice.below(900_000_000) as i64),
                submitted,
                Cell::Text(dice.words(6)),
                Cell::Text(dice.words(9)),
                Cell::Text(format!("https://{}.example", name.replace(' ', "-"))),
                Cell::Text(dice.word()),
                Cell::One(dice.below(249) as u16),
                Cell::Many(1 << dice.below(14) | 1 << dice.below(14)),
                Cell::One(dice.below(5) as u16),
                Cell::Number(1.0 + dice.below(200) as f64),
            ];
            Row { revision: at + 1, cells }
        })
        .collect()
}

/// The median of some runs, in milliseconds.
fn median(run: impl FnMut()) -> f64 {
    median_after(|| (), run)
}

/// The same, with something before each run that does not count.
fn median_after(mut before: impl FnMut(), mut run: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            before();
            let begun = Instant::now();
            run();
            begun.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[RUNS / 2]
}

fn gzip(bytes: &[u8]) -> usize {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    writer
        .write_all(bytes)
        .and_then(|()| writer.finish())
        .map_or(0, |bytes| bytes.len())
}

fn brotli(bytes: &[u8]) -> usize {
    let mut out = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut out, 1 << 16, 5, 22);
    let done = writer.write_all(bytes);
    drop(writer);
    done.map_or(0, |()| out.len())
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Missing => Value::Null,
        Cell::Text(text) => json!(text),
        Cell::One(place) => json!(place),
        Cell::Many(bits) => json!(bits),
        Cell::Number(number) => json!(number),
        Cell::Time(time) => json!(time),
    }
}

fn main() {
    let (schema, rows) = (schema(), rows());
    let blocks: Vec<Vec<u8>> = rows.chunks(BLOCK).map(|rows| encode(&schema, rows, &[])).collect();
    println!("{ROWS} rows of {} columns; medians of {RUNS} runs", schema.columns.len());

    println!("\n| form | bytes | gzip 6 | brotli 5 |\n|---|---|---|---|");
    let object = |row: &Row| {
        schema
            .columns
            .iter()
            .zip(&row.cells)
            .map(|(column, cell)| (column.id.clone(), value(cell)))
            .collect::<Value>()
    };
    let by_row = serde_json::to_vec(&rows.iter().map(object).collect::<Vec<_>>()).unwrap_or_default();
    let column = |at: usize| rows.iter().map(|row| value(&row.cells[at])).collect::<Vec<_>>();
    let by_column = serde_json::to_vec(&(0..schema.columns.len()).map(column).collect::<Vec<_>>()).unwrap_or_default();
    for (name, bytes) in [
        ("JSON, an object a row", by_row),
        ("JSON, a list a column", by_column),
        ("ours", blocks.concat()),
    ] {
        println!("| {name} | {} | {} | {} |", bytes.len(), gzip(&bytes), brotli(&bytes));
    }

    println!("\n| what | ms |\n|---|---|");
    let report = |name: &str, ms: f64| println!("| {name} | {ms:.2} |");
    report(
        "encode all",
        median(|| {
            rows.chunks(BLOCK).for_each(|rows| {
                std::hint::black_box(encode(&schema, rows, &[]));
            });
        }),
    );
    report(
        "decode and take all",
        median(|| {
            let mut table = Table::new(schema.clone());
            for block in &blocks {
                table.take(decode(&schema, block).unwrap_or_default());
            }
            std::hint::black_box(table.len());
        }),
    );
    let mut table = Table::new(schema.clone());
    for block in &blocks {
        table.take(decode(&schema, block).unwrap_or_default());
    }
    let some = table.text(60_000, 1).to_owned();
    let mut queries: Vec<(String, String)> = [
        "sort=name",
        "sort=-name",
        "sort=status",
        "sort=-updated",
        "sort=partner,-submitted",
        "sort=headcount,country,name",
    ]
    .into_iter()
    .map(|params| (format!("sort: {params}"), params.to_owned()))
    .collect();
    for length in 1..=6 {
        let typed: String = some.chars().take(length).collect();
        queries.push((format!("search: “{typed}”"), format!("q={typed}&sort=-updated")));
    }
    for typed in ["zzzzqqq", "1EEF", "xi%20trisol"] {
        queries.push((format!("search: “{typed}”"), format!("q={typed}&sort=-updated")));
    }
    queries.push((
        "filter: status and country".to_owned(),
        "status=status1,status2&country=c7&sort=-updated".to_owned(),
    ));
    queries.push((
        "filter: status, sector and headcount".to_owned(),
        "status=status1&sectors=sector2&headcount=10..50&sort=-updated".to_owned(),
    ));
    for (name, params) in queries {
        let query = Query::from_params(&schema, &params);
        let found = table.select(&query).len();
        // What was found last is kept: it must be something else.
        let other = Query {
            search: String::from("unlike anything"),
            ..Query::default()
        };
        let took = median_after(
            || drop(table.select(&other)),
            || {
                std::hint::black_box(table.select(&query));
            },
        );
        report(&format!("{name} ({found} rows)"), took);
    }
    let query = Query::default();
    report(
        "counts by status",
        median(|| {
            std::hint::black_box(table.counts(2, &query));
        }),
    );
    report(
        "counts by country",
        median(|| {
            std::hint::black_box(table.counts(11, &query));
        }),
    );
    let mut revision = ROWS;
    report(
        "take 100 changed rows",
        median(|| {
            let changed: Vec<Row> = (0..100)
                .map(|at| {
                    revision += 1;
                    Row {
                        revision,
                        ..rows[at * 997].clone()
                    }
                })
                .collect();
            table.take(Block {
                rows: changed,
                gone: Vec::new(),
            });
        }),
    );
}
