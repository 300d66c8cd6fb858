//! The messages between a partner's page and the form in its frame: data of fixed shape, nothing of which is ever run, drawn or
//! followed. `docs/embed.md` is their description; `public/embed/v1.js` is the other side.

use opencall_core::contract::Source;
use serde_json::{Map, Value, json};

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
    /// Whether the browser keeps drafts for the form in this frame.
    Storage {
        /// It does.
        kept: bool,
    },
    /// Something got the focus that should be in sight.
    Reveal {
        /// Where it begins, in CSS pixels from the form's top.
        top: u32,
        /// How tall it is, in CSS pixels.
        height: u32,
    },
    /// Something that was asked for was not done.
    Refused {
        /// What it belongs to: `prefill` or `token`.
        code: &'static str,
        /// The names that were refused. They never depend on what was answered.
        names: Vec<String>,
    },
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
            Self::Storage { kept } => json!({"type": "storage", "kept": kept}),
            Self::Reveal { top, height } => json!({"type": "reveal", "top": top, "height": height}),
            Self::Refused { code, names } => json!({"type": "error", "code": code, "names": names}),
        }
    }
}

/// What the page around asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// That the form takes the focus.
    Focus,
    /// How it looks: light or dark, or as the reader's device has it; and tokens by name, which nobody has looked at yet.
    Look(Theme, Map<String, Value>),
    /// That fields are filled in which are empty: values by the fields' ids, which nobody has looked at yet.
    Prefill(Map<String, Value>),
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
            Self::Auto => "light dark",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// What a message through the channel asks for; `None` for whatever is none.
pub fn asked(data: Value) -> Option<Asked> {
    let Value::Object(mut data) = data else { return None };
    let mut object = |name: &str| match data.remove(name) {
        Some(Value::Object(map)) => Some(map),
        _ => None,
    };
    let (tokens, answers) = (object("tokens"), object("answers"));
    match data.get("type")?.as_str()? {
        "focus" => Some(Asked::Focus),
        "look" => {
            let theme = match data.get("theme")?.as_str()? {
                "auto" => Theme::Auto,
                "light" => Theme::Light,
                "dark" => Theme::Dark,
                _ => return None,
            };
            Some(Asked::Look(theme, tokens.unwrap_or_default()))
        }
        "prefill" => Some(Asked::Prefill(answers?)),
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

/// What a connection says of what led here, beside the page's own origin.
pub fn source(data: &Value, origin: String) -> Source {
    let text = |name: &str| data.get(name).and_then(Value::as_str).map(str::to_owned);
    let source = Source {
        partner: text("partner"),
        referrer: Some(origin),
        campaign: text("campaign"),
    };
    source.plausible()
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
        let map = |value: Value| value.as_object().cloned().unwrap_or_default();
        assert_eq!(asked(json!({"type": "focus"})), Some(Asked::Focus));
        assert_eq!(
            asked(json!({"type": "look", "theme": "dark", "tokens": {"accent": "#000000"}})),
            Some(Asked::Look(Theme::Dark, map(json!({"accent": "#000000"}))))
        );
        assert_eq!(
            asked(json!({"type": "look", "theme": "auto", "tokens": ["#000000"]})),
            Some(Asked::Look(Theme::Auto, Map::new()))
        );
        assert_eq!(
            asked(json!({"type": "prefill", "answers": {"city": "Lyon"}})),
            Some(Asked::Prefill(map(json!({"city": "Lyon"}))))
        );
        for other in [
            json!({"type": "Focus"}),
            json!({"type": ["focus"]}),
            json!({"type": "look"}),
            json!({"type": "look", "theme": "dark; --oc-ink: url(x)"}),
            json!({"type": "prefill"}),
            json!({"type": "prefill", "answers": [{"city": "Lyon"}]}),
            json!("focus"),
            json!({}),
            Value::Null,
        ] {
            assert_eq!(asked(other.clone()), None, "{other}");
        }
    }

    #[test]
    fn a_connection_says_what_led_here_as_far_as_it_can_be_that() {
        let of = |data: Value| source(&data, "https://www.scaleway.com".to_owned());
        let known = of(json!({"opencall": 1, "type": "connect", "partner": "scaleway", "campaign": "<b>"}));
        assert_eq!((known.partner.as_deref(), known.campaign), (Some("scaleway"), None));
        assert_eq!(known.referrer.as_deref(), Some("https://www.scaleway.com"));
        assert_eq!(of(json!({"partner": ["scaleway"]})).partner, None);
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
            Told::Storage { kept: true },
            Told::Reveal { top: 1, height: 2 },
            Told::Refused {
                code: "prefill",
                names: vec!["city".to_owned()],
            },
        ];
        let names: Vec<String> = told
            .iter()
            .map(|one| one.json()["type"].as_str().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(
            names,
            [
                "ready",
                "height",
                "step",
                "saved",
                "submitted",
                "closed",
                "storage",
                "reveal",
                "error"
            ]
        );
        assert_eq!(told[2].json(), json!({"type": "step", "index": 1, "total": 7}));
    }
}
