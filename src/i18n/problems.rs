//! What is wrong with an answer, in words that say how to mend it.

use opencall_core::Locale;
use opencall_core::problem::Code;
use opencall_core::programme::FileType;

use super::messages::{Messages, form, grouped};
use super::{fill, intl};

/// The words for a problem with the answer to `label`. `rows`: whether the field is a repeating group.
pub fn words(t: &Messages, locale: Locale, code: &Code, label: &str, rows: bool) -> String {
    // A statement to agree to ends with a full stop, which has no place within a sentence.
    let label = label.trim_end_matches('.');
    let plain = |text: &'static str| fill(text, &[("label", label)]);
    let with = |text: &'static str, place: &str, value: &str| fill(text, &[("label", label), (place, value)]);
    let counted = |text: &'static str, n: usize| with(form(text, locale, n), "n", &grouped(&n.to_string(), locale));
    match code {
        Code::Missing => plain(t.p_missing),
        Code::TooLong { over, .. } => counted(t.p_too_long, *over as usize),
        Code::ControlCharacters => plain(t.p_controls),
        Code::WrongShape => plain(t.p_shape),
        Code::SirenLength => plain(t.p_siren_length),
        Code::SirenChecksum => plain(t.p_siren_checksum),
        Code::NotEmail => plain(t.p_email),
        Code::NotUrl => plain(t.p_url),
        Code::HostNotAllowed { hosts } => with(t.p_host, "hosts", &list(hosts.iter().map(String::as_str), t.or)),
        Code::NotNumber => plain(t.p_number),
        Code::NotWhole => plain(t.p_whole),
        Code::TooPrecise { decimals } => counted(t.p_precise, usize::from(*decimals)),
        Code::TooSmall { min } => with(t.p_small, "min", &grouped(min, locale)),
        Code::TooLarge { max } => with(t.p_large, "max", &grouped(max, locale)),
        Code::UnknownCurrency => plain(t.p_currency),
        Code::DateIncomplete { day, month, year } => {
            let parts = [(*day, t.day), (*month, t.month), (*year, t.year)];
            let missing = parts.into_iter().filter_map(|(missing, part)| missing.then_some(part));
            with(t.p_date_parts, "parts", &list(missing, t.and).to_ascii_lowercase())
        }
        Code::NotDate => plain(t.p_date),
        Code::TooEarly { earliest } => with(t.p_early, "date", &date(earliest, locale)),
        Code::TooLate { latest } => with(t.p_late, "date", &date(latest, locale)),
        Code::UnknownCountry => plain(t.p_country),
        Code::UnknownChoice => plain(t.p_choice),
        Code::TooFew { min } => counted(if rows { t.p_few_rows } else { t.p_few }, *min as usize),
        Code::TooMany { max } => counted(if rows { t.p_many_rows } else { t.p_many }, *max as usize),
        Code::ConsentNeeded => plain(t.p_consent),
        Code::ConsentOutdated => plain(t.p_consent_old),
        Code::NotModel => plain(t.p_model),
        Code::LicenceMissing => plain(t.p_licence),
        Code::UseMissing => plain(t.p_use),
        Code::FileTooBig { max_bytes } => with(t.p_file_big, "size", &bytes(t, *max_bytes, locale)),
        Code::FileWrongKind { accept } => with(t.p_file_kind, "kinds", &kinds(accept, t.or)),
        Code::FileEmpty => plain(t.p_file_empty),
        Code::FileDamaged => plain(t.p_file_damaged),
        Code::FileUnfinished => plain(t.p_file_unfinished),
        Code::FileUnknown => plain(t.p_file_unknown),
        Code::UnknownField => plain(t.p_unknown_field),
    }
}

/// "a, b and c".
pub fn list<'a>(items: impl IntoIterator<Item = &'a str>, last: &str) -> String {
    let items: Vec<&str> = items.into_iter().collect();
    match items.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((end, rest)) => [&rest.join(", "), last, end].join(" "),
    }
}

/// "PDF or MP4".
pub fn kinds(accept: &[FileType], or: &str) -> String {
    list(accept.iter().map(|kind| kind_name(*kind)), or)
}

/// What people call a kind of file.
pub fn kind_name(kind: FileType) -> &'static str {
    match kind {
        FileType::Pdf => "PDF",
        FileType::Mp4 => "MP4",
    }
}

/// A size as file managers show it: decimal units, one decimal below ten.
pub fn bytes(t: &Messages, n: u64, locale: Locale) -> String {
    let tenths = |unit: u64| {
        let tenths = (n * 10 + unit / 2) / unit;
        if tenths < 100 && !tenths.is_multiple_of(10) {
            [(tenths / 10).to_string(), (tenths % 10).to_string()].join(".")
        } else {
            ((tenths + 5) / 10).to_string()
        }
    };
    let (text, figure) = match n {
        0..1_000 => (t.bytes, n.to_string()),
        1_000..1_000_000 => (t.kilobytes, tenths(1_000)),
        _ => (t.megabytes, tenths(1_000_000)),
    };
    fill(text, &[("n", &grouped(&figure, locale))])
}

/// A day of the calendar in words; as it stands where there is no `Intl`, that is in native tests.
fn date(iso: &str, locale: Locale) -> String {
    if cfg!(target_arch = "wasm32") {
        intl::day(iso, locale)
    } else {
        iso.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::messages::of;
    use super::*;

    fn every_code() -> Vec<Code> {
        vec![
            Code::Missing,
            Code::TooLong { max: 10, over: 3 },
            Code::ControlCharacters,
            Code::WrongShape,
            Code::SirenLength,
            Code::SirenChecksum,
            Code::NotEmail,
            Code::NotUrl,
            Code::HostNotAllowed {
                hosts: vec!["a.org".into(), "b.org".into()],
            },
            Code::NotNumber,
            Code::NotWhole,
            Code::TooPrecise { decimals: 2 },
            Code::TooSmall { min: "1".into() },
            Code::TooLarge { max: "100000".into() },
            Code::UnknownCurrency,
            Code::DateIncomplete {
                day: false,
                month: true,
                year: true,
            },
            Code::NotDate,
            Code::TooEarly {
                earliest: "2000-01-01".into(),
            },
            Code::TooLate {
                latest: "2030-01-01".into(),
            },
            Code::UnknownCountry,
            Code::UnknownChoice,
            Code::TooFew { min: 1 },
            Code::TooMany { max: 3 },
            Code::ConsentNeeded,
            Code::ConsentOutdated,
            Code::NotModel,
            Code::LicenceMissing,
            Code::UseMissing,
            Code::FileTooBig { max_bytes: 10_000_000 },
            Code::FileWrongKind {
                accept: FileType::ALL.to_vec(),
            },
            Code::FileEmpty,
            Code::FileDamaged,
            Code::FileUnfinished,
            Code::FileUnknown,
            Code::UnknownField,
        ]
    }

    #[test]
    fn every_code_has_words_that_name_the_question_and_leave_no_place_open() {
        for locale in Locale::ALL {
            for code in every_code() {
                for rows in [false, true] {
                    let words = words(of(locale), locale, &code, "Company", rows);
                    assert!(words.contains("Company"), "{words}");
                    assert!(!words.contains(['{', '|']), "{words}");
                }
            }
        }
    }

    #[test]
    fn words_differ_so_that_each_says_how_to_mend_its_own_problem() {
        let mut seen: Vec<_> = every_code()
            .iter()
            .map(|code| words(of(Locale::En), Locale::En, code, "x", false))
            .collect();
        let all = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), all);
    }

    #[test]
    fn missing_parts_of_a_date_are_listed() {
        let code = Code::DateIncomplete {
            day: true,
            month: false,
            year: true,
        };
        assert_eq!(
            words(of(Locale::En), Locale::En, &code, "Founded", false),
            "“Founded” lacks: day and year"
        );
    }

    #[test]
    fn sizes_are_decimal() {
        let t = of(Locale::En);
        assert_eq!(bytes(t, 10_000_000, Locale::En), "10\u{a0}MB");
        assert_eq!(bytes(t, 1_250_000, Locale::En), "1.3\u{a0}MB");
        assert_eq!(bytes(t, 0, Locale::En), "0\u{a0}bytes");
    }
}
