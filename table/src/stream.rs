//! Blocks one behind the other, as they travel: a head, then frames.
//!
//! Head: `OCTB`, a byte with the version (1), the schema's digest (4 bytes, little endian), then as LEB128 how many rows
//! follow at most and the cursor: every change up to it is in what follows or was before. Frame: how many bytes (4, little endian), then a block.

use crate::block::{self, Block};
use crate::bytes::{Bytes, Fault, put};
use crate::schema::Schema;

/// The media type.
pub const MEDIA_TYPE: &str = "application/vnd.opencall.rows";
const MAGIC: &[u8; 4] = b"OCTB";
const VERSION: u8 = 1;
/// The longest block that is waited for, in bytes.
const LONGEST: usize = 64 * 1024 * 1024;
/// The most rows of one stream: ten times what is promised to be quick.
pub const MOST_ROWS: usize = 1_000_000;
/// The most bytes of texts in one stream: with the rows' cells they have to fit a browser's 4 GiB.
const MOST_TEXT: usize = 1024 * 1024 * 1024;

/// What a stream begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many rows follow; some more or fewer where there are changes meanwhile.
    pub rows: u64,
    /// From where changes are to be asked for afterwards.
    pub cursor: u64,
}

/// Writes the head.
pub fn head(schema: &Schema, head: Head) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.push(VERSION);
    out.extend_from_slice(&schema.digest().to_le_bytes());
    put(&mut out, head.rows);
    put(&mut out, head.cursor);
    // Its length stands before it, as before every frame.
    framed(&out)
}

/// Puts the length before a block.
pub fn framed(block: &[u8]) -> Vec<u8> {
    let length = u32::try_from(block.len()).unwrap_or(u32::MAX);
    let mut out = Vec::with_capacity(block.len() + 4);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(block);
    out
}

/// Reads a stream as it arrives, in parts of any length.
#[derive(Debug)]
pub struct Reader<'a> {
    schema: &'a Schema,
    waiting: Vec<u8>,
    head: Option<Head>,
    rows: usize,
    text: usize,
}

impl<'a> Reader<'a> {
    /// For the columns of this schema.
    pub fn new(schema: &'a Schema) -> Self {
        Self {
            schema,
            waiting: Vec::new(),
            head: None,
            rows: 0,
            text: 0,
        }
    }

    /// The head, once it is here.
    pub fn head(&self) -> Option<Head> {
        self.head
    }

    /// Whether nothing is half read.
    pub fn is_whole(&self) -> bool {
        self.head.is_some() && self.waiting.is_empty()
    }

    /// Takes the next bytes; gives the blocks that are whole with them.
    ///
    /// # Errors
    /// [`Fault`]; nothing can be read any more then.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Block>, Fault> {
        self.waiting.extend_from_slice(bytes);
        let mut blocks = Vec::new();
        let mut at = 0;
        while let Some(length) = self.waiting.get(at..at + 4) {
            let length = u32::from_le_bytes(length.try_into().map_err(|_| Fault::Short)?) as usize;
            if length > LONGEST {
                return Err(Fault::Impossible);
            }
            let Some(frame) = self.waiting.get(at + 4..at + 4 + length) else {
                break;
            };
            if self.head.is_none() {
                self.head = Some(read_head(self.schema, frame)?);
            } else {
                let (block, repeated) = block::decode_counting(self.schema, frame)?;
                self.rows += block.rows.len();
                self.text += frame.len() + repeated;
                if self.rows > MOST_ROWS || self.text > MOST_TEXT {
                    return Err(Fault::Impossible);
                }
                blocks.push(block);
            }
            at += 4 + length;
        }
        self.waiting.drain(..at);
        Ok(blocks)
    }
}

fn read_head(schema: &Schema, bytes: &[u8]) -> Result<Head, Fault> {
    let mut bytes = Bytes::of(bytes);
    if bytes.take(4)? != MAGIC || bytes.take(1)? != [VERSION] || bytes.take(4)? != schema.digest().to_le_bytes() {
        return Err(Fault::Foreign);
    }
    Ok(Head {
        rows: bytes.number()?,
        cursor: bytes.number()?,
    })
}
