//! Whatever bytes a backend sends as rows, reading them ends with rows or a fault: no panic, bounded memory and time.
//! A long session: `PROPTEST_CASES=200000 cargo test -p opencall-table --release --test fuzzing`.
#![allow(clippy::unwrap_used, missing_docs)]

use std::time::{Duration, Instant};

use opencall_table::block::{Fault, encode};
use opencall_table::bytes::{put, put_signed, put_text};
use opencall_table::stream::{self, Head, MOST_ROWS, Reader, framed};
use opencall_table::{Cell, Column, Kind, Query, Row, Schema, Table};
use proptest::collection::vec;
use proptest::prelude::*;

fn schema() -> Schema {
    let options = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let columns = [
        ("reference", Kind::Text),
        ("partner", Kind::Open),
        ("status", Kind::One(options(&["draft", "submitted"]))),
        ("sectors", Kind::Many(options(&["health", "law"]))),
        ("headcount", Kind::Number),
        ("created", Kind::Time),
    ];
    Schema {
        columns: columns.into_iter().map(|(id, kind)| Column { id: id.to_owned(), kind }).collect(),
        steps: 8,
    }
}

/// A stream as a good backend sends it.
fn good(rows: usize) -> Vec<u8> {
    let rows: Vec<Row> = (0..rows)
        .map(|at| Row {
            revision: at as u64 + 1,
            cells: vec![
                Cell::Text(format!("R{at}")),
                Cell::Text(["meta", "scaleway"][at % 2].to_owned()),
                Cell::One((at % 2) as u16),
                Cell::Many(1 + (at % 3) as u64),
                Cell::Number(at as f64 / 2.0),
                Cell::Time(1_700_000_000_000 + at as i64),
            ],
        })
        .collect();
    let head = Head {
        rows: rows.len() as u64,
        cursor: 9,
    };
    let mut out = stream::head(&schema(), head);
    for some in rows.chunks(5) {
        out.extend(framed(&encode(&schema(), some, &["GONE".to_owned()])));
    }
    out
}

/// Reads a stream in parts of this length into a table, and asks it for everything.
fn read(bytes: &[u8], part: usize) -> Result<usize, Fault> {
    let schema = schema();
    let mut table = Table::new(schema.clone());
    let mut reader = Reader::new(&schema);
    for part in bytes.chunks(part.max(1)) {
        for block in reader.push(part)? {
            table.take(block);
        }
    }
    table.select(&Query {
        search: "meta".to_owned(),
        ..Query::default()
    });
    Ok(table.len())
}

fn cases(usually: u32) -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(usually)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(600), ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_rows_or_a_fault(bytes in vec(any::<u8>(), 0..400), part in 1..64_usize) {
        let _ = read(&bytes, part);
    }

    #[test]
    fn any_bytes_behind_a_good_head_are_rows_or_a_fault(bytes in vec(any::<u8>(), 0..400), part in 1..64_usize) {
        let mut stream = stream::head(&schema(), Head { rows: 3, cursor: 1 });
        stream.extend(framed(&bytes));
        let _ = read(&stream, part);
    }

    #[test]
    fn a_good_stream_made_bad_is_rows_or_a_fault(
        changes in vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6),
        part in 1..200_usize,
    ) {
        let mut stream = good(20);
        for (at, byte, how) in changes {
            let at = at.index(stream.len());
            match how {
                0 => stream[at] = byte,
                1 => stream[at] ^= 1 << (byte % 8),
                2 => { stream.remove(at); }
                _ => stream.insert(at, byte),
            }
        }
        let _ = read(&stream, part);
    }
}

#[test]
fn the_good_stream_is_read() {
    assert_eq!(read(&good(20), 7), Ok(20));
}

/// A block of so many rows that all name one text of so many bytes.
fn bomb(rows: u64, text: usize) -> Vec<u8> {
    let mut block = Vec::new();
    put(&mut block, rows);
    (0..rows).for_each(|_| put_signed(&mut block, 1));
    (0..rows).for_each(|_| put(&mut block, 1));
    block.extend(std::iter::repeat_n(b'R', rows as usize));
    put(&mut block, 1);
    put_text(&mut block, &"x".repeat(text));
    (0..rows).for_each(|_| put(&mut block, 1));
    // Status, sectors, headcount, created: nothing.
    (0..rows * 4).for_each(|_| put(&mut block, 0));
    put(&mut block, 0);
    block
}

#[test]
fn one_text_that_every_row_names_does_not_become_a_terabyte() {
    let begun = Instant::now();
    let bytes = |block: Vec<u8>| [stream::head(&schema(), Head { rows: 1, cursor: 1 }), framed(&block)].concat();
    assert_eq!(read(&bytes(bomb(65_536, 10_000_000)), 1 << 20), Err(Fault::Impossible));
    assert_eq!(read(&bytes(bomb(1_000, 100)), 1 << 20), Ok(1));
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[test]
fn a_stream_that_never_ends_is_given_up() {
    let schema = schema();
    let mut reader = Reader::new(&schema);
    reader.push(&stream::head(&schema, Head { rows: 1, cursor: 1 })).unwrap();
    let block = framed(&bomb(60_000, 1));
    let mut rows = 0;
    loop {
        match reader.push(&block) {
            Ok(blocks) => rows += blocks.iter().map(|block| block.rows.len()).sum::<usize>(),
            Err(fault) => break assert_eq!(fault, Fault::Impossible),
        }
        assert!(rows <= MOST_ROWS);
    }
    // Neither is a frame waited for that says it will be longer than any is.
    let mut reader = Reader::new(&schema);
    assert_eq!(reader.push(&u32::MAX.to_le_bytes()), Err(Fault::Impossible));
}
