//! Rows as bytes, column by column: what stands side by side is alike, so that it needs few bytes and compresses well.
//!
//! `docs/table.md` describes every byte.

pub use crate::bytes::Fault;
use crate::bytes::{Bytes, put, put_signed, put_text};
use crate::row::{Cell, Row};
use crate::schema::{Kind, Schema};

/// The most rows a block may have.
pub const MOST: usize = 65_536;

/// The most bytes of texts that are written once in a block and named by many of its rows.
const MOST_REPEATED: usize = 64 * 1024 * 1024;

/// Rows that were read, and the references of those that are no more.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// Rows, new or changed.
    pub rows: Vec<Row>,
    /// The references of applications that were erased.
    pub gone: Vec<String>,
}

/// Writes rows. At most [`MOST`] at once; what is beyond is left out.
pub fn encode(schema: &Schema, rows: &[Row], gone: &[String]) -> Vec<u8> {
    let rows = &rows[..rows.len().min(MOST)];
    let mut out = Vec::with_capacity(rows.len() * 64);
    put(&mut out, rows.len() as u64);
    let mut before = 0;
    for row in rows {
        put_signed(&mut out, row.revision.wrapping_sub(before) as i64);
        before = row.revision;
    }
    for (place, column) in schema.columns.iter().enumerate() {
        encode_column(
            &mut out,
            &column.kind,
            rows.iter().map(|row| row.cells.get(place).unwrap_or(&Cell::Missing)),
        );
    }
    put(&mut out, gone.len() as u64);
    gone.iter().for_each(|reference| put_text(&mut out, reference));
    out
}

/// A cell of another kind than its column's is written as missing.
fn encode_column<'a>(out: &mut Vec<u8>, kind: &Kind, cells: impl Iterator<Item = &'a Cell> + Clone) {
    match kind {
        Kind::Text => {
            // All lengths first, then all texts: lengths are like lengths.
            let texts = cells.map(|cell| if let Cell::Text(text) = cell { text.as_str() } else { "" });
            texts.clone().for_each(|text| put(out, text.len() as u64));
            texts.for_each(|text| out.extend_from_slice(text.as_bytes()));
        }
        Kind::Open => {
            let mut known: Vec<&str> = Vec::new();
            let mut places = Vec::new();
            for cell in cells {
                let Cell::Text(text) = cell else {
                    places.push(0);
                    continue;
                };
                let at = known.iter().position(|one| one == text).unwrap_or_else(|| {
                    known.push(text);
                    known.len() - 1
                });
                places.push(at + 1);
            }
            put(out, known.len() as u64);
            known.iter().for_each(|text| put_text(out, text));
            places.iter().for_each(|place| put(out, *place as u64));
        }
        Kind::One(_) => cells.for_each(|cell| put(out, if let Cell::One(place) = cell { u64::from(*place) + 1 } else { 0 })),
        Kind::Many(_) => cells.for_each(|cell| put(out, if let Cell::Many(bits) = cell { *bits } else { 0 })),
        Kind::Number => {
            for cell in cells {
                match cell {
                    // Whole numbers are what people mostly give.
                    Cell::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
                        put(out, 2);
                        put_signed(out, *number as i64);
                    }
                    Cell::Number(number) => {
                        put(out, 1);
                        out.extend_from_slice(&number.to_le_bytes());
                    }
                    _ => put(out, 0),
                }
            }
        }
        Kind::Time => {
            let mut before = 0;
            for cell in cells {
                match cell {
                    Cell::Time(time) => {
                        put(out, 1);
                        put_signed(out, time.wrapping_sub(before));
                        before = *time;
                    }
                    _ => put(out, 0),
                }
            }
        }
    }
}

/// Reads rows.
///
/// # Errors
/// [`Fault`]: they end too early, or say something that cannot be.
pub fn decode(schema: &Schema, bytes: &[u8]) -> Result<Block, Fault> {
    decode_counting(schema, bytes).map(|(block, _)| block)
}

/// The same, with the bytes of texts that are written once and stand in many rows: what the block needs beyond its own length.
pub(crate) fn decode_counting(schema: &Schema, bytes: &[u8]) -> Result<(Block, usize), Fault> {
    let mut bytes = Bytes::of(bytes);
    let count = bytes.count()?;
    if count > MOST {
        return Err(Fault::Impossible);
    }
    let mut revision = 0_u64;
    let mut rows = Vec::with_capacity(count);
    for _ in 0..count {
        revision = revision.wrapping_add(bytes.signed()? as u64);
        rows.push(Row {
            revision,
            cells: Vec::with_capacity(schema.columns.len()),
        });
    }
    let mut repeated = 0;
    for column in &schema.columns {
        repeated += decode_column(&mut bytes, &column.kind, &mut rows)?;
        if repeated > MOST_REPEATED {
            return Err(Fault::Impossible);
        }
    }
    if rows.iter().any(|row| !matches!(row.cells.first(), Some(Cell::Text(_)))) {
        // Nothing can be told from anything else without its reference.
        return Err(Fault::Impossible);
    }
    let mut gone = Vec::new();
    for _ in 0..bytes.count()? {
        gone.push(bytes.text()?.to_owned());
    }
    if !bytes.is_empty() {
        return Err(Fault::Impossible);
    }
    Ok((Block { rows, gone }, repeated))
}

/// Gives the bytes of texts that are written once and stand in many rows.
fn decode_column(bytes: &mut Bytes<'_>, kind: &Kind, rows: &mut [Row]) -> Result<usize, Fault> {
    let mut repeated = 0;
    match kind {
        Kind::Text => {
            let mut lengths = Vec::with_capacity(rows.len());
            for _ in 0..rows.len() {
                lengths.push(usize::try_from(bytes.number()?).map_err(|_| Fault::Short)?);
            }
            for (row, length) in rows.iter_mut().zip(lengths) {
                let text = std::str::from_utf8(bytes.take(length)?).map_err(|_| Fault::Impossible)?;
                row.cells.push(if text.is_empty() {
                    Cell::Missing
                } else {
                    Cell::Text(text.to_owned())
                });
            }
        }
        Kind::Open => {
            let mut known = Vec::new();
            for _ in 0..bytes.count()? {
                known.push(bytes.text()?);
            }
            for row in rows {
                let cell = match bytes.number()? {
                    0 => Cell::Missing,
                    place => {
                        let place = usize::try_from(place - 1).map_err(|_| Fault::Impossible)?;
                        let text = *known.get(place).ok_or(Fault::Impossible)?;
                        repeated += text.len();
                        if repeated > MOST_REPEATED {
                            return Err(Fault::Impossible);
                        }
                        Cell::Text(text.to_owned())
                    }
                };
                row.cells.push(cell);
            }
        }
        Kind::One(options) => {
            for row in rows {
                let cell = match bytes.number()? {
                    0 => Cell::Missing,
                    place if place <= options.len() as u64 => Cell::One((place - 1) as u16),
                    _ => return Err(Fault::Impossible),
                };
                row.cells.push(cell);
            }
        }
        Kind::Many(options) => {
            let beyond = if options.len() >= 64 { 0 } else { u64::MAX << options.len() };
            for row in rows {
                let bits = bytes.number()?;
                if bits & beyond != 0 {
                    return Err(Fault::Impossible);
                }
                row.cells.push(if bits == 0 { Cell::Missing } else { Cell::Many(bits) });
            }
        }
        Kind::Number => {
            for row in rows {
                let cell = match bytes.number()? {
                    0 => Cell::Missing,
                    1 => {
                        let number = f64::from_le_bytes(bytes.take(8)?.try_into().map_err(|_| Fault::Short)?);
                        if !number.is_finite() {
                            return Err(Fault::Impossible);
                        }
                        Cell::Number(number)
                    }
                    2 => Cell::Number(bytes.signed()? as f64),
                    _ => return Err(Fault::Impossible),
                };
                row.cells.push(cell);
            }
        }
        Kind::Time => {
            let mut before = 0_i64;
            for row in rows {
                let cell = match bytes.number()? {
                    0 => Cell::Missing,
                    1 => {
                        before = before.wrapping_add(bytes.signed()?);
                        Cell::Time(before)
                    }
                    _ => return Err(Fault::Impossible),
                };
                row.cells.push(cell);
            }
        }
    }
    Ok(repeated)
}
