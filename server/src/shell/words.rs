//! The few words and dates of the shell, in each language. The app says the same (`src/i18n`).

use jiff::Zoned;
use jiff::civil::Weekday;
use opencall_core::{Locale, Timestamp};

/// The words.
#[derive(Debug)]
pub struct Words {
    /// Before the deadline of an open call.
    pub open: &'static str,
    /// Before the opening.
    pub opens: &'static str,
    /// Before the deadline of a closed call.
    pub closed: &'static str,
    /// Before the organisers.
    pub by: &'static str,
    /// Instead of a date's beginning, while what was sent in time may still arrive.
    pub grace: &'static str,
    /// Between the last two of a list.
    pub and: &'static str,
    /// The way on, while the call is open.
    pub start: &'static str,
    /// The way on, before it opens.
    pub read: &'static str,
    /// Heading.
    pub about: &'static str,
    /// Heading.
    pub offers: &'static str,
    /// Heading.
    pub who: &'static str,
    /// Heading.
    pub judging: &'static str,
    /// Heading.
    pub dates: &'static str,
    /// Heading.
    pub organisers: &'static str,
    /// Heading.
    pub privacy: &'static str,
    /// Names the row of sections.
    pub sections: &'static str,
    /// Where in the form a section is: `{n}`, `{all}`.
    pub section_of: &'static str,
    /// From a section to all of them.
    pub back: &'static str,
    /// Behind the label of a question that may stay unanswered.
    pub optional: &'static str,
    /// Under a question that judges do not see.
    pub private: &'static str,
    /// Part of a date.
    pub day: &'static str,
    /// Part of a date.
    pub month: &'static str,
    /// Part of a date.
    pub year: &'static str,
    /// An answer.
    pub yes: &'static str,
    /// An answer.
    pub no: &'static str,
    /// In a list of countries, before one is chosen.
    pub choose: &'static str,
    /// Names the switch of languages.
    pub languages: &'static str,
    /// Names the time left.
    pub bar: &'static str,
    months: [&'static str; 12],
    days: [&'static str; 7],
}

static EN: Words = Words {
    open: "Open until",
    opens: "Opens on",
    closed: "Closed on",
    grace: "The call has closed",
    by: "By",
    and: "and",
    start: "Check if you can apply",
    read: "Read the questions",
    about: "About",
    offers: "What winners get",
    who: "Who can apply",
    judging: "Who judges, and how",
    dates: "Dates",
    organisers: "Who runs it",
    privacy: "Your data",
    sections: "Sections",
    section_of: "Section {n} of {all}",
    back: "Back to all sections",
    optional: "(optional)",
    private: "Judges do not see this answer.",
    day: "Day",
    month: "Month",
    year: "Year",
    yes: "Yes",
    no: "No",
    choose: "Choose…",
    languages: "Language",
    bar: "Time left and your draft",
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    days: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
};

static FR: Words = Words {
    open: "Ouvert jusqu’au",
    opens: "Ouvre le",
    closed: "Clos depuis le",
    grace: "L’appel est clos",
    by: "Par",
    and: "et",
    start: "Vérifier si vous pouvez candidater",
    read: "Lire les questions",
    about: "À propos",
    offers: "Ce que reçoivent les lauréats",
    who: "Qui peut candidater",
    judging: "Qui juge, et comment",
    dates: "Dates",
    organisers: "Qui l’organise",
    privacy: "Vos données",
    sections: "Sections",
    section_of: "Section {n} sur {all}",
    back: "Toutes les sections",
    optional: "(facultatif)",
    private: "Le jury ne voit pas cette réponse.",
    day: "Jour",
    month: "Mois",
    year: "Année",
    yes: "Oui",
    no: "Non",
    choose: "Choisir…",
    languages: "Langue",
    bar: "Temps restant et votre brouillon",
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    days: ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
};

/// The words in a language.
pub const fn words(locale: Locale) -> &'static Words {
    match locale {
        Locale::En => &EN,
        Locale::Fr => &FR,
    }
}

/// A moment in a zone, with the zone's city: "Friday 18 December 2026 at 23:59 (Paris)".
pub fn moment(at: Timestamp, zone: &str, locale: Locale) -> String {
    let Some(local) = jiff::Timestamp::from_millisecond(at.millis())
        .ok()
        .and_then(|at| at.in_tz(zone).ok())
    else {
        return at.to_string();
    };
    let words = words(locale);
    let weekday = words.days[weekday(&local)];
    let date = date(i64::from(local.year()), local.month(), Some(local.day()), locale);
    let preposition = match locale {
        Locale::En => "at",
        Locale::Fr => "à",
    };
    let city = zone.rsplit('/').next().unwrap_or(zone).replace('_', " ");
    format!("{weekday} {date} {preposition} {:02}:{:02} ({city})", local.hour(), local.minute())
}

/// A day `YYYY-MM-DD` or a month `YYYY-MM` in words; as it is where it is neither.
pub fn day(text: &str, locale: Locale) -> String {
    let mut parts = text.split('-').map(|part| part.parse::<i16>().ok());
    match (parts.next().flatten(), parts.next().flatten(), parts.next()) {
        (Some(year), Some(month @ 1..=12), None) => date(i64::from(year), month as i8, None, locale),
        (Some(year), Some(month @ 1..=12), Some(Some(day @ 1..=31))) => date(i64::from(year), month as i8, Some(day as i8), locale),
        _ => String::from(text),
    }
}

fn date(year: i64, month: i8, day: Option<i8>, locale: Locale) -> String {
    let month = words(locale).months[usize::try_from(month - 1).unwrap_or(0)];
    match (day, locale) {
        (None, _) => format!("{month} {year}"),
        // As French writes the first of a month.
        (Some(1), Locale::Fr) => format!("1er {month} {year}"),
        (Some(day), _) => format!("{day} {month} {year}"),
    }
}

fn weekday(local: &Zoned) -> usize {
    match local.weekday() {
        Weekday::Monday => 0,
        Weekday::Tuesday => 1,
        Weekday::Wednesday => 2,
        Weekday::Thursday => 3,
        Weekday::Friday => 4,
        Weekday::Saturday => 5,
        Weekday::Sunday => 6,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_deadline_is_said_in_the_programmes_zone() {
        let deadline = Timestamp::parse("2023-12-01T22:59:59Z").unwrap();
        assert_eq!(
            moment(deadline, "Europe/Paris", Locale::En),
            "Friday 1 December 2023 at 23:59 (Paris)"
        );
        assert_eq!(
            moment(deadline, "Europe/Paris", Locale::Fr),
            "vendredi 1er décembre 2023 à 23:59 (Paris)"
        );
        assert_eq!(moment(deadline, "Nowhere/At_all", Locale::En), "2023-12-01T22:59:59Z");
    }

    #[test]
    fn days_and_months_are_said() {
        assert_eq!(day("2024-01-15", Locale::En), "15 January 2024");
        assert_eq!(day("2024-06", Locale::Fr), "juin 2024");
        assert_eq!(day("soon", Locale::En), "soon");
    }
}
