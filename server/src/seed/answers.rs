//! An answer for every kind of question, as an applicant types it. Questions that are known by their id get better ones.

use opencall_core::Answers;
use opencall_core::condition::visible;
use opencall_core::programme::{Field, Kind, Precision, TextFormat};
use serde_json::{Map, Value, json};

use super::dice::Dice;
use super::people;
use crate::programmes::Entry;

const SENTENCES: [&str; 16] = [
    "We read drawings so that nobody has to type them.",
    "Nurses speak, the record writes itself.",
    "Most of our customers found us through other customers.",
    "We fine-tune small open models on data that stays in the hospital.",
    "Le premier pilote a commencé en mars avec trois communes.",
    "Nos adaptateurs sont publiés sous licence Apache 2.0.",
    "The hard part is not the model but the forms it has to fill in.",
    "Farmers get an answer in Wolof or French within ten seconds.",
    "Each answer cites the page it comes from.",
    "We lost two customers by being slow, and learned from it.",
    "Il reste à prouver que cela tient à l’échelle d’une région.",
    "A competitor has more money; we have the data of forty plants.",
    "The first version was a spreadsheet, and it sold.",
    "We need GPUs for six weeks and advice for six months.",
    "Wrong answers cost money here, so a person always confirms.",
    "Our test set is public, and so are our failures.",
];
const CITIES: [&str; 20] = [
    "Paris",
    "Lyon",
    "Nantes",
    "Berlin",
    "München",
    "London",
    "Barcelona",
    "Milano",
    "Casablanca",
    "Lagos",
    "Bruxelles",
    "Zürich",
    "Łódź",
    "Dakar",
    "Abidjan",
    "Tunis",
    "Bengaluru",
    "東京",
    "New York",
    "Marseille",
];

/// Answers to the first `reached` sections, and a few of the one after them.
pub fn of(entry: &Entry, dice: &mut Dice, country: &str, reached: usize, hostile: bool) -> Answers {
    let programme = &entry.programme;
    let mut answers = Answers::default();
    let name = opencall_table::schema::name_field(programme).map(|field| field.id.clone());
    for (at, step) in programme.steps.iter().enumerate().take(reached + 1) {
        for (place, field) in step.fields.iter().enumerate() {
            let begun = at == reached && reached < programme.steps.len();
            if begun && place as u64 > dice.below(4) || !visible(programme, &answers, field, None) {
                continue;
            }
            let value = if name.as_ref() == Some(&field.id) {
                Some(Value::from(if hostile { people::hostile(dice) } else { people::company(dice) }))
            } else {
                answer(field, dice, country)
            };
            if let Some(value) = value {
                answers.0.insert(field.id.clone(), value);
            }
        }
    }
    answers
}

fn answer(field: &Field, dice: &mut Dice, country: &str) -> Option<Value> {
    // What may stay empty often does.
    if field.optional && dice.below(3) == 0 {
        return None;
    }
    let digits = |number: u64| Value::from(number.to_string());
    Some(match &field.kind {
        Kind::Text {
            format: TextFormat::Siren, ..
        } => json!(siren(dice)),
        Kind::Text { max, .. } => {
            let text = match field.id.as_str() {
                "city" => String::from(*dice.of(&CITIES)),
                id if id.contains("name") => people::person(dice),
                _ => String::from(*dice.of(&SENTENCES)),
            };
            json!(cut(&text, *max))
        }
        Kind::LongText { max } => {
            let text: Vec<&str> = (0..2 + dice.below(5)).map(|_| *dice.of(&SENTENCES)).collect();
            json!(cut(&text.join(" "), *max))
        }
        Kind::Email => json!(format!("person{}@example.org", dice.below(1_000_000))),
        Kind::Url { hosts } => json!(format!(
            "https://{}/{}",
            hosts.first().map_or("example.org", String::as_str),
            dice.below(1_000_000)
        )),
        Kind::Number { min, max, .. } => {
            // Mostly small ones.
            let room = (max - min).clamp(0.0, 1e9) as u64;
            let small = dice.below(room.min(40) + 1);
            digits(min.ceil().max(0.0) as u64 + if dice.below(9) == 0 { dice.below(room + 1) } else { small })
        }
        Kind::Money { currencies, max } => {
            let amount = (dice.below(500) * 1_000).min(*max as u64);
            json!({"amount": amount.to_string(), "currency": currencies.first()?})
        }
        Kind::Date {
            precision,
            earliest,
            latest,
        } => date(*precision, earliest.as_deref(), latest.as_deref(), dice),
        Kind::Country => json!(country),
        Kind::Choice { options } => json!(options[dice.below(options.len() as u64).min(dice.below(options.len() as u64)) as usize].id),
        Kind::Choices { options, min, max } => {
            let most = u64::from(*max).min(options.len() as u64).max(1);
            let count = (u64::from(*min).max(1) + dice.below(2)).min(most) as usize;
            let from = dice.below(options.len() as u64) as usize;
            let mut chosen: Vec<usize> = (0..count).map(|step| (from + step) % options.len()).collect();
            chosen.sort_unstable();
            json!(chosen.into_iter().map(|place| options[place].id.as_str()).collect::<Vec<_>>())
        }
        Kind::YesNo => json!(dice.below(2) == 0),
        Kind::Consent { version } => json!({"given": true, "version": version}),
        Kind::Group { min, max, fields, .. } => {
            let count = (u64::from(*min).max(1) + dice.below(2)).min(u64::from(*max));
            let row = |number: u64, dice: &mut Dice| {
                let mut row = Map::from_iter([(String::from("id"), json!(format!("r{number}")))]);
                for field in fields {
                    if let Some(value) = answer(field, dice, country) {
                        row.insert(field.id.clone(), value);
                    }
                }
                Value::Object(row)
            };
            Value::Array((0..count).map(|number| row(number, dice)).collect())
        }
        Kind::File { or_link, .. } if *or_link => json!({"link": format!("https://video.example.org/{}", dice.below(1_000_000))}),
        Kind::File { .. } => return None,
        Kind::Model { licences, .. } => json!({
            "reference": dice.of(&["mistralai/Mistral-7B-v0.1", "meta-llama/Llama-3.2-3B", "HuggingFaceTB/SmolLM2-1.7B"]),
            "licence": licences.first().map_or("apache-2.0", String::as_str),
            "use": dice.of(&SENTENCES),
        }),
    })
}

/// A nine-digit number whose check digit is right.
fn siren(dice: &mut Dice) -> String {
    let digits: Vec<u64> = (0..8).map(|_| dice.below(10)).collect();
    let sum: u64 = digits
        .iter()
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { *digit } else { digit * 2 / 10 + digit * 2 % 10 })
        .sum();
    let mut text: String = digits.iter().map(u64::to_string).collect();
    text.push_str(&((10 - sum % 10) % 10).to_string());
    text
}

fn date(precision: Precision, earliest: Option<&str>, latest: Option<&str>, dice: &mut Dice) -> Value {
    let part = |text: &str, range: std::ops::Range<usize>| text.get(range).and_then(|text| text.parse::<u64>().ok());
    let year = |text: Option<&str>| text.and_then(|text| part(text, 0..4));
    let typed = |year: u64, month: u64, day: u64| {
        let mut date = json!({"month": month.to_string(), "year": year.to_string()});
        if precision == Precision::Day {
            date["day"] = json!(day.to_string());
        }
        date
    };
    let year = match (year(earliest), year(latest)) {
        // Well inside what is allowed.
        (Some(first), Some(last)) if last > first + 1 => first + 1 + dice.below(last - first - 1),
        (None, Some(last)) => last.saturating_sub(1 + dice.below(6)),
        (None, None) => 2_019 + dice.below(5),
        // Little room: the first day there is.
        (Some(first), _) => {
            let earliest = earliest.unwrap_or_default();
            return typed(first, part(earliest, 5..7).unwrap_or(1), part(earliest, 8..10).unwrap_or(1));
        }
    };
    typed(year, 1 + dice.below(12), 1 + dice.below(28))
}

fn cut(text: &str, max: u32) -> String {
    text.chars().take(max as usize).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_siren_has_its_check_digit() {
        let mut dice = Dice::new(1, 1);
        for _ in 0..200 {
            let siren = siren(&mut dice);
            let sum: u32 = siren
                .chars()
                .filter_map(|c| c.to_digit(10))
                .enumerate()
                .map(|(at, digit)| if at % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 })
                .sum();
            assert_eq!((siren.len(), sum % 10), (9, 0), "{siren}");
        }
    }
}
