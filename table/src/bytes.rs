//! Numbers and texts as bytes: LEB128 for whole numbers, zigzag before it where they may be negative.

/// Why bytes could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// They end too early.
    Short,
    /// Something has a value that it cannot have.
    Impossible,
    /// They were written for other columns, or in another version of the format.
    Foreign,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Short => "the rows end too early",
            Self::Impossible => "the rows say something impossible",
            Self::Foreign => "the rows were written for other columns",
        })
    }
}

impl std::error::Error for Fault {}

/// Writes a whole number.
pub fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Writes a whole number that may be negative.
pub fn put_signed(out: &mut Vec<u8>, number: i64) {
    put(out, ((number << 1) ^ (number >> 63)) as u64);
}

/// Writes a text with its length before it.
pub fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Reads what was written.
#[derive(Clone, Copy, Debug)]
pub struct Bytes<'a> {
    rest: &'a [u8],
}

impl<'a> Bytes<'a> {
    /// Of these bytes.
    pub fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Whether everything was read.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.rest.len()
    }

    /// So many bytes.
    ///
    /// # Errors
    /// [`Fault::Short`].
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Fault> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Fault::Short)?;
        self.rest = rest;
        Ok(taken)
    }

    /// A whole number.
    ///
    /// # Errors
    /// [`Fault::Short`]; [`Fault::Impossible`] for one of more than 64 bits.
    pub fn number(&mut self) -> Result<u64, Fault> {
        let mut number = 0_u64;
        for place in 0..10 {
            let byte = self.take(1)?[0];
            if place == 9 && byte > 1 {
                return Err(Fault::Impossible);
            }
            number |= u64::from(byte & 0x7f) << (7 * place);
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Fault::Impossible)
    }

    /// A whole number that may be negative.
    ///
    /// # Errors
    /// As [`Bytes::number`].
    pub fn signed(&mut self) -> Result<i64, Fault> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// How many of something follow, each at least one byte long, so that no more is promised than there can be.
    ///
    /// # Errors
    /// As [`Bytes::number`]; [`Fault::Short`].
    pub fn count(&mut self) -> Result<usize, Fault> {
        let count = usize::try_from(self.number()?).map_err(|_| Fault::Impossible)?;
        if count > self.left() { Err(Fault::Short) } else { Ok(count) }
    }

    /// A text.
    ///
    /// # Errors
    /// As [`Bytes::number`]; [`Fault::Impossible`] for bytes that are no UTF-8.
    pub fn text(&mut self) -> Result<&'a str, Fault> {
        let length = self.count()?;
        std::str::from_utf8(self.take(length)?).map_err(|_| Fault::Impossible)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_come_back() {
        for number in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            let mut out = Vec::new();
            put(&mut out, number);
            assert_eq!(Bytes::of(&out).number(), Ok(number));
        }
        for number in [0, -1, 1, i64::MIN, i64::MAX, -1_700_000_000_000] {
            let mut out = Vec::new();
            put_signed(&mut out, number);
            assert_eq!(Bytes::of(&out).signed(), Ok(number));
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert_eq!(Bytes::of(&[0x80]).number(), Err(Fault::Short));
        assert_eq!(Bytes::of(&[0xff; 11]).number(), Err(Fault::Impossible));
        assert_eq!(Bytes::of(&[5, b'a']).text(), Err(Fault::Short));
        assert_eq!(Bytes::of(&[1, 0xff]).text(), Err(Fault::Impossible));
    }
}
