//! Choices: of a country, of one option, of several; yes or no; consent.

use serde_json::Value;

use super::{Answer, Read, string};
use crate::country::is_country;
use crate::problem::Code;
use crate::programme::Choice;

/// A country.
pub(super) fn country(raw: &Value) -> Read {
    let code = string(raw)?;
    if is_country(code) {
        Ok(Some(Answer::Country(String::from(code))))
    } else {
        Err(Code::UnknownCountry)
    }
}

/// One option.
pub(super) fn one(raw: &Value, options: &[Choice]) -> Read {
    let id = string(raw)?;
    let option = options.iter().find(|option| option.id == id).ok_or(Code::UnknownChoice)?;
    Ok(Some(Answer::Choice(option.id.clone())))
}

/// Several options; each counts once, and their order is the programme's.
pub(super) fn many(raw: &Value, options: &[Choice], min: u32, max: u32) -> Read {
    let chosen = raw.as_array().ok_or(Code::WrongShape)?;
    for id in chosen {
        let id = string(id)?;
        if !options.iter().any(|option| option.id == id) {
            return Err(Code::UnknownChoice);
        }
    }
    let kept: Vec<String> = options
        .iter()
        .map(|option| &option.id)
        .filter(|id| chosen.iter().any(|raw| raw.as_str() == Some(id)))
        .cloned()
        .collect();
    let count = u32::try_from(kept.len()).unwrap_or(u32::MAX);
    if count < min {
        Err(Code::TooFew { min })
    } else if count > max {
        Err(Code::TooMany { max })
    } else {
        Ok(Some(Answer::Choices(kept)))
    }
}

/// Yes or no.
pub(super) fn yes_no(raw: &Value) -> Read {
    Ok(Some(Answer::YesNo(raw.as_bool().ok_or(Code::WrongShape)?)))
}

/// An agreement, to the current version of the text.
pub(super) fn consent(raw: &Value, version: &str) -> Read {
    if raw.get("given").and_then(Value::as_bool) != Some(true) {
        return Err(Code::WrongShape);
    }
    if raw.get("version").and_then(Value::as_str) != Some(version) {
        return Err(Code::ConsentOutdated);
    }
    Ok(Some(Answer::Consent {
        version: String::from(version),
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::locale::Localised;

    fn options() -> Vec<Choice> {
        ["health", "climate", "work"]
            .map(|id| Choice {
                id: String::from(id),
                label: Localised::default(),
                hint: None,
            })
            .into()
    }

    #[test]
    fn only_what_is_offered_can_be_chosen() {
        assert_eq!(one(&json!("work"), &options()), Ok(Some(Answer::Choice(String::from("work")))));
        assert_eq!(one(&json!("war"), &options()), Err(Code::UnknownChoice));
        assert_eq!(one(&json!(["work"]), &options()), Err(Code::WrongShape));
        assert_eq!(country(&json!("FR")), Ok(Some(Answer::Country(String::from("FR")))));
        assert_eq!(country(&json!("France")), Err(Code::UnknownCountry));
    }

    #[test]
    fn choices_count_once_and_come_in_the_order_of_the_form() {
        let chosen = Answer::Choices(vec![String::from("health"), String::from("work")]);
        assert_eq!(many(&json!(["work", "health", "work"]), &options(), 1, 2), Ok(Some(chosen)));
        assert_eq!(many(&json!(["work"]), &options(), 2, 3), Err(Code::TooFew { min: 2 }));
        assert_eq!(
            many(&json!(["work", "health", "climate"]), &options(), 0, 2),
            Err(Code::TooMany { max: 2 })
        );
        assert_eq!(many(&json!(["work", "war"]), &options(), 0, 2), Err(Code::UnknownChoice));
        assert_eq!(many(&json!("work"), &options(), 0, 2), Err(Code::WrongShape));
        assert_eq!(many(&json!([null]), &options(), 0, 2), Err(Code::WrongShape));
    }

    #[test]
    fn consent_is_to_a_version() {
        let given = consent(&json!({ "given": true, "version": "2" }), "2");
        assert_eq!(
            given,
            Ok(Some(Answer::Consent {
                version: String::from("2")
            }))
        );
        assert_eq!(consent(&json!({ "given": true, "version": "1" }), "2"), Err(Code::ConsentOutdated));
        assert_eq!(consent(&json!({ "given": true }), "2"), Err(Code::ConsentOutdated));
        assert_eq!(consent(&json!(true), "2"), Err(Code::WrongShape));
        assert_eq!(yes_no(&json!("yes")), Err(Code::WrongShape));
    }
}
