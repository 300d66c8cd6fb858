//! The messages between a partner's page and the form in its frame: data of fixed shape, nothing of which is ever run, drawn or
//! followed. `docs/embed.md` is their description; `public/embed/v1.js` is the other side.

use serde_json::{Value, json};

/// The protocol's version.
pub const VERSION: u64 = 1;
/// The most UTF-16 code units of a message that is read.
pub const LONGEST: u32 = 4_096;

/// What the form tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// It can be used.
    Ready,
    /// How tall it is.
    Height {
        /// In CSS pixels.
        height: u32,
    },
    /// A section is shown.
    Step {
        /// Which, from 1.
        index: usize,
        /// Of how many.
        total: usize,
    },
    /// What was written is with the backend.
    Saved,
    /// The application was submitted, or had been.
    Submitted {
        /// Its public reference.
        reference: String,
    },
    /// The call is over.
    Closed,
}

impl Told {
    /// As it is sent.
    pub fn json(&self) -> Value {
        match self {
            Self::Ready => json!({"type": "ready"}),
            Self::Height { height } => json!({"type": "height", "height": height}),
            Self::Step { index, total } => json!({"type": "step", "index": index, "total": total}),
            Self::Saved => json!({"type": "saved"}),
            Self::Submitted { reference } => json!({"type": "submitted", "reference": reference}),
            Self::Closed => json!({"type": "closed"}),
        }
    }
}

/// What the page around asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// That the form takes the focus.
    Focus,
    /// That it is light or dark, or as the reader's device has it.
    Theme(Theme),
}

/// How light the form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the reader's device has it.
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The value of CSS `color-scheme`.
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::Auto => "",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// What a message through the channel asks for; `None` for whatever is none.
pub fn asked(data: &Value) -> Option<Asked> {
    match data.get("type")?.as_str()? {
        "focus" => Some(Asked::Focus),
        "theme" => Some(Asked::Theme(match data.get("theme")?.as_str()? {
            "auto" => Theme::Auto,
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => return None,
        })),
        _ => None,
    }
}

/// The first message of the form: it is here, and waits for a channel.
pub fn hello() -> Value {
    json!({"opencall": VERSION, "type": "hello"})
}

/// Whether a message is the answer to [`hello`].
pub fn is_connection(data: &Value) -> bool {
    data.get("opencall").and_then(Value::as_u64) == Some(VERSION) && data.get("type").and_then(Value::as_str) == Some("connect")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_answer_to_hello_connects() {
        assert!(is_connection(&json!({"opencall": 1, "type": "connect"})));
        for other in [
            json!({"opencall": 2, "type": "connect"}),
            json!({"opencall": "1", "type": "connect"}),
            json!({"type": "connect"}),
            hello(),
            json!("connect"),
            json!([1, "connect"]),
            Value::Null,
        ] {
            assert!(!is_connection(&other), "{other}");
        }
    }

    #[test]
    fn what_is_not_asked_for_in_these_words_is_not_asked_for() {
        assert_eq!(asked(&json!({"type": "focus"})), Some(Asked::Focus));
        assert_eq!(asked(&json!({"type": "theme", "theme": "dark"})), Some(Asked::Theme(Theme::Dark)));
        for other in [
            json!({"type": "Focus"}),
            json!({"type": ["focus"]}),
            json!({"type": "theme"}),
            json!({"type": "theme", "theme": "dark; --oc-ink: url(x)"}),
            json!("focus"),
            json!({}),
            Value::Null,
        ] {
            assert_eq!(asked(&other), None, "{other}");
        }
    }

    #[test]
    fn what_is_told_names_itself() {
        let told = [
            Told::Ready,
            Told::Height { height: 1 },
            Told::Step { index: 1, total: 7 },
            Told::Saved,
            Told::Submitted {
                reference: "K7QF-2MXD".to_owned(),
            },
            Told::Closed,
        ];
        let names: Vec<String> = told
            .iter()
            .map(|one| one.json()["type"].as_str().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(names, ["ready", "height", "step", "saved", "submitted", "closed"]);
        assert_eq!(told[2].json(), json!({"type": "step", "index": 1, "total": 7}));
    }
}
