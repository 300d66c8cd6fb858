//! Open models: `organisation/name`, licence, use.

use serde_json::Value;

use super::text::checked;
use super::{Answer, Reader, part};
use crate::pointer;
use crate::problem::Code;
use crate::text::{clean_line, clean_lines};

/// Names of licences are short.
const LICENCE_MAX: u32 = 80;

/// What the Hub allows for each half of a reference.
const NAME_MAX: usize = 96;

impl Reader<'_> {
    /// A model. Each part has a control of its own, so each has its own problem.
    pub(super) fn model(&mut self, raw: &Value, max: u32, at: &str) -> Option<Answer> {
        if !raw.is_object() {
            self.problem(at, Code::WrongShape);
            return None;
        }
        let reference = self.part(raw, "reference", at, reference);
        let licence = self.part(raw, "licence", at, |typed| {
            checked(typed, LICENCE_MAX, clean_line).and_then(|text| if text.is_empty() { Err(Code::LicenceMissing) } else { Ok(text) })
        });
        let usage = self.part(raw, "use", at, |typed| {
            checked(typed, max, clean_lines).and_then(|text| if text.is_empty() { Err(Code::UseMissing) } else { Ok(text) })
        });
        Some(Answer::Model {
            reference: reference?,
            licence: licence?,
            usage: usage?,
        })
    }

    fn part(&mut self, raw: &Value, name: &str, at: &str, read: impl Fn(&str) -> Result<String, Code>) -> Option<String> {
        match part(raw, name).and_then(read) {
            Ok(text) => Some(text),
            Err(code) => {
                self.problem(&pointer::child(at, name), code);
                None
            }
        }
    }
}

/// `organisation/name`; the address of a model's page on the Hub is taken too.
fn reference(typed: &str) -> Result<String, Code> {
    let text = clean_line(typed);
    if text.is_empty() {
        return Err(Code::Missing);
    }
    let path = text.strip_prefix("https://").unwrap_or(&text);
    let path = path
        .strip_prefix("huggingface.co/")
        .or_else(|| path.strip_prefix("hf.co/"))
        .unwrap_or(path)
        .trim_end_matches('/');
    let half = |half: &str| {
        !half.is_empty()
            && half.len() <= NAME_MAX
            && !half.starts_with(['.', '-'])
            && !half.ends_with(['.', '-'])
            && half.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
    };
    match path.split_once('/') {
        Some((organisation, name)) if half(organisation) && half(name) => Ok(String::from(path)),
        _ => Err(Code::NotModel),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_an_organisation_and_a_name() {
        for (typed, kept) in [
            ("meta-llama/Llama-2-7b", "meta-llama/Llama-2-7b"),
            (" https://huggingface.co/mistralai/Mistral-7B-v0.1/ ", "mistralai/Mistral-7B-v0.1"),
            ("hf.co/a/b", "a/b"),
        ] {
            assert_eq!(reference(typed).as_deref(), Ok(kept), "{typed}");
        }
        for bad in [
            "llama",
            "a/b/c",
            "a/",
            "/b",
            "../b",
            "a/..",
            "https://example.org/a/b",
            "a/<b>",
            "a /b",
        ] {
            assert_eq!(reference(bad), Err(Code::NotModel), "{bad}");
        }
        assert_eq!(reference(" "), Err(Code::Missing));
    }
}
