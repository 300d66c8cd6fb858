//! Many texts in one buffer.

/// Texts one after another in one buffer, each found by its number. An empty text stands for a missing one.
///
/// A text that is replaced leaves a hole; once holes are more than a third, the buffer is written anew.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    /// Where each text starts, and its length in bytes.
    spans: Vec<(u32, u32)>,
    buffer: String,
    holes: usize,
}

/// Holes smaller than this are left alone.
const HOLES_MIN: usize = 1 << 16;

impl Texts {
    fn with_capacity(texts: usize, bytes: usize) -> Self {
        Self {
            spans: Vec::with_capacity(texts),
            buffer: String::with_capacity(bytes),
            holes: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    pub(crate) fn get(&self, at: usize) -> &str {
        let (start, length) = self.spans[at];
        &self.buffer[start as usize..(start + length) as usize]
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.get(at))
    }

    pub(crate) fn push(&mut self, text: &str) {
        let span = self.append(text);
        self.spans.push(span);
    }

    pub(crate) fn set(&mut self, at: usize, text: &str) {
        if self.get(at) == text {
            return;
        }
        self.holes += self.spans[at].1 as usize;
        self.spans[at] = self.append(text);
        self.close_holes();
    }

    /// Four gigabytes are more than a browser has: what would not fit counts as missing instead of wrapping.
    fn append(&mut self, text: &str) -> (u32, u32) {
        match (u32::try_from(self.buffer.len()), u32::try_from(self.buffer.len() + text.len())) {
            (Ok(start), Ok(end)) => {
                self.buffer.push_str(text);
                (start, end - start)
            }
            _ => (0, 0),
        }
    }

    fn close_holes(&mut self) {
        if self.holes < HOLES_MIN || self.holes * 3 < self.buffer.len() {
            return;
        }
        let mut whole = Self::with_capacity(self.len(), self.buffer.len() - self.holes);
        self.iter().for_each(|text| whole.push(text));
        *self = whole;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaced_texts_do_not_pile_up() {
        let mut texts = Texts::default();
        (0..10).for_each(|n| texts.push(&format!("text {n}")));
        for round in 0..10_000 {
            texts.set(3, &format!("a text of another length {round}"));
        }
        assert!(texts.buffer.len() < 4 * HOLES_MIN);
        assert_eq!((texts.get(3), texts.get(9)), ("a text of another length 9999", "text 9"));
    }
}
