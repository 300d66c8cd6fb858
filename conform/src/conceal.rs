//! What no report may say: tokens, passwords and cookies.

use serde_json::Value;

/// From so many bytes on a secret is one that nobody can guess. Its first characters may be shown, to tell one from another.
const UNGUESSABLE: usize = 20;
/// Shorter ones are hidden only where it is known what stands there: hidden everywhere, they would be told by the words that are missing.
const LEAST: usize = 4;
/// Members whose values are never shown.
const MEMBERS: [&str; 2] = ["password", "secret"];
/// What stands for what is hidden.
const HIDDEN: &str = "…";

/// The secrets of a run.
#[derive(Clone, Default)]
pub struct Secrets {
    /// What is hidden wherever it stands, the longest first, and what stands there instead.
    hidden: Vec<(String, String)>,
    /// What no reply may have in it.
    unsaid: Vec<String>,
}

impl Secrets {
    /// A token, or a link with one.
    pub fn add(&mut self, secret: &str) {
        let shown = if secret.len() >= UNGUESSABLE { 4 } else { 0 };
        self.hide(secret, shown);
    }

    /// A password, or what a cookie holds: none of its characters is shown.
    pub fn add_password(&mut self, secret: &str) {
        self.hide(secret, 0);
    }

    fn hide(&mut self, secret: &str, shown: usize) {
        if secret.len() >= UNGUESSABLE {
            self.unsaid.push(secret.to_owned());
        }
        let start: String = secret.chars().take(shown).collect();
        let written = Value::from(secret).to_string();
        let within = written.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        // As it is, and as JSON writes it.
        for form in [secret, within.unwrap_or(secret)] {
            if form.len() >= LEAST && !self.hidden.iter().any(|(known, _)| known == form) {
                let at = self.hidden.partition_point(|(known, _)| known.len() >= form.len());
                self.hidden.insert(at, (form.to_owned(), format!("{start}{HIDDEN}")));
            }
        }
    }

    /// Whether a body has in it what no reply may say. A short password may stand there by chance.
    pub fn are_in(&self, body: &[u8]) -> bool {
        let text = String::from_utf8_lossy(body);
        self.unsaid.iter().any(|secret| text.contains(secret.as_str()))
    }

    /// A text without them.
    pub fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (secret, instead) in &self.hidden {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), instead);
            }
        }
        text
    }

    /// A body without them. It is shown as it is where nothing of it is hidden.
    pub fn body(&self, text: &str) -> String {
        if let Ok(mut value) = serde_json::from_str::<Value>(text)
            && self.hide_in(&mut value)
        {
            return self.text(&value.to_string());
        }
        self.text(text)
    }

    /// Hides them in JSON, however it writes them; gives whether there was anything to hide.
    fn hide_in(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) => {
                let without = self.text(text);
                let is_other = without != *text;
                *text = without;
                is_other
            }
            Value::Array(items) => items.iter_mut().map(|item| self.hide_in(item)).filter(|any| *any).count() > 0,
            Value::Object(members) => members.iter_mut().fold(false, |any, (name, value)| {
                if MEMBERS.iter().any(|secret| name.eq_ignore_ascii_case(secret)) {
                    *value = Value::from(HIDDEN);
                    return true;
                }
                self.hide_in(value) || any
            }),
            _ => false,
        }
    }

    /// A header's value without them. What a cookie holds is never shown.
    pub fn header(&self, name: &str, value: &str) -> String {
        let mut parts = value.split(';').map(str::trim);
        if name.eq_ignore_ascii_case("cookie") {
            return parts.map(without_value).collect::<Vec<_>>().join("; ");
        }
        if name.eq_ignore_ascii_case("set-cookie") {
            let pair = parts.next().map(without_value).unwrap_or_default();
            let attributes = parts.map(attribute);
            return std::iter::once(pair).chain(attributes).collect::<Vec<_>>().join("; ");
        }
        self.text(value)
    }
}

/// A cookie's name alone.
fn without_value(pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, _)) => format!("{name}={HIDDEN}"),
        None => HIDDEN.to_owned(),
    }
}

/// An attribute of a cookie (RFC 6265, section 4.1.1). Another cookie may stand behind it, where two headers were made one.
fn attribute(text: &str) -> String {
    const KNOWN: [&str; 8] = [
        "expires",
        "max-age",
        "domain",
        "path",
        "secure",
        "httponly",
        "samesite",
        "partitioned",
    ];
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let is_known = KNOWN.iter().any(|known| name.trim().eq_ignore_ascii_case(known));
    if is_known && !value.contains('=') {
        text.to_owned()
    } else {
        without_value(text)
    }
}

#[cfg(test)]
mod tests {
    use super::Secrets;

    const TOKEN: &str = "EXdNabcdefghijklmnopqrstuvwxyz0123456789-_A";

    #[test]
    fn a_token_shows_its_first_characters_and_no_more() {
        let mut secrets = Secrets::default();
        secrets.add(TOKEN);
        assert_eq!(secrets.header("authorization", &format!("Bearer {TOKEN}")), "Bearer EXdN…");
        assert_eq!(secrets.body(&format!(r#"{{ "token" : "{TOKEN}" }}"#)), r#"{"token":"EXdN…"}"#);
        assert_eq!(secrets.text(&TOKEN[..20]), TOKEN[..20]);
    }

    #[test]
    fn a_short_secret_shows_nothing() {
        let mut secrets = Secrets::default();
        secrets.add("link-123");
        assert_eq!(secrets.text("the link link-123"), "the link …");
    }

    #[test]
    fn a_password_shows_none_of_its_characters_however_it_is_written() {
        for password in [
            "correct-horse",
            "x",
            "it's \"so\" \\ long that nobody guesses it",
            "pässwörd\n",
            "ends with a \"",
        ] {
            let mut secrets = Secrets::default();
            secrets.add_password(password);
            let body = serde_json::json!({"account": "ada", "password": password}).to_string();
            assert_eq!(secrets.body(&body), r#"{"account":"ada","password":"…"}"#);
            if password.len() > 1 {
                let said = serde_json::json!({"title": format!("no {password} here")}).to_string();
                assert_eq!(secrets.body(&said), r#"{"title":"no … here"}"#);
                assert_eq!(secrets.body(&said[..said.len() - 1]), r#"{"title":"no … here""#);
                assert_eq!(secrets.text(&format!("no {password} here")), "no … here");
            }
        }
        let mut secrets = Secrets::default();
        secrets.add_password("correct-horse");
        assert_eq!(secrets.body(r#"["\u0063orrect-horse"]"#), r#"["…"]"#);
    }

    #[test]
    fn members_that_are_secret_are_hidden_whatever_they_hold() {
        let secrets = Secrets::default();
        let body = r#"{"a":[{"secret":"not known"},{"secret":["known"]}],"Password":{"of":"nobody"},"name":"Ada"}"#;
        let shown = secrets.body(body);
        assert!(
            !shown.contains("known") && !shown.contains("nobody") && shown.contains(r#""name":"Ada""#),
            "{shown}"
        );
    }

    #[test]
    fn what_hides_nothing_is_shown_as_it_is() {
        let body = "{ \"b\": 1.0,\n \"a\": [] }";
        assert_eq!(Secrets::default().body(body), body);
    }

    #[test]
    fn what_a_cookie_holds_is_never_shown() {
        let secrets = Secrets::default();
        for (name, value, shown) in [
            ("set-cookie", "sid=SECRET", "sid=…"),
            ("set-cookie", "SECRET", "…"),
            ("set-cookie", "sid=SEC=RET;HttpOnly", "sid=…; HttpOnly"),
            (
                "Set-Cookie",
                "sid=SECRET; Path=/; Max-Age=9; SameSite=Strict; Expires=Fri, 01 Dec 2023 22:59:59 GMT",
                "sid=…; Path=/; Max-Age=9; SameSite=Strict; Expires=Fri, 01 Dec 2023 22:59:59 GMT",
            ),
            ("set-cookie", "a=1; Path=/, sid=SECRET; HttpOnly", "a=…; Path=…; HttpOnly"),
            ("set-cookie", "a=1; sid=SECRET; SECRET", "a=…; sid=…; …"),
            ("cookie", "sid=SECRET", "sid=…"),
            ("Cookie", "a=1; sid=SECRET; SECRET", "a=…; sid=…; …"),
        ] {
            assert_eq!(secrets.header(name, value), shown);
        }
    }

    #[test]
    fn only_what_nobody_can_guess_is_looked_for_in_replies() {
        let mut secrets = Secrets::default();
        secrets.add(TOKEN);
        secrets.add_password("organiser");
        secrets.add_password("a password nobody says by chance");
        assert!(secrets.are_in(format!("[{TOKEN:?}]").as_bytes()));
        assert!(secrets.are_in(b"a password nobody says by chance"));
        assert!(!secrets.are_in(br#"{"role": "organiser"}"#));
    }
}
