//! E-mail addresses and web addresses.

use serde_json::Value;

use super::{Answer, Read, string};
use crate::problem::Code;
use crate::text::{clean_line, has_controls, reorders};

/// RFC 5321 leaves 254 octets for an address between its angle brackets.
const EMAIL_MAX: usize = 254;

/// What every browser takes.
const URL_MAX: usize = 2_048;

/// An e-mail address.
pub(super) fn email(raw: &Value) -> Read {
    let text = clean_line(string(raw)?);
    if is_email(&text) {
        Ok(Some(Answer::Text(text)))
    } else {
        Err(Code::NotEmail)
    }
}

/// Whether a text is an e-mail address as HTML's `<input type=email>` has it
/// (<https://html.spec.whatwg.org/#valid-e-mail-address>), with a dot in its domain.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let of_local = |b: u8| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b);
    text.len() <= EMAIL_MAX && !local.is_empty() && local.bytes().all(of_local) && domain.is_ascii() && is_host(domain)
}

/// A web address on one of the hosts.
pub(super) fn url(raw: &Value, hosts: &[String]) -> Read {
    let text = string(raw)?;
    if has_controls(text) {
        return Err(Code::ControlCharacters);
    }
    let (address, host) = split_address(&clean_line(text)).ok_or(Code::NotUrl)?;
    let on = |allowed: &String| {
        host.strip_suffix(allowed.as_str())
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
            && host.is_ascii()
    };
    if !hosts.is_empty() && !hosts.iter().any(on) {
        return Err(Code::HostNotAllowed { hosts: hosts.to_vec() });
    }
    Ok(Some(Answer::Text(address)))
}

/// A web address as it is kept: `https://` added where there was no scheme, scheme and host in lower case.
/// `None` when it is none.
///
/// Narrower than the URL standard, on purpose: only http and https; no user names (they serve to deceive), no IP
/// addresses, a dot in the host; no white space, quotes, angle brackets or backslashes, which browsers would rewrite.
pub fn web_address(text: &str) -> Option<String> {
    split_address(text).map(|(address, _)| address)
}

/// The address as kept, and its host.
fn split_address(text: &str) -> Option<(String, String)> {
    if text.len() > URL_MAX || !text.chars().all(may_stand_in_address) {
        return None;
    }
    let (scheme, rest) = match text.find(':') {
        // The first colon belongs to a path or query, or stands before a port: no scheme was typed.
        Some(colon) if text.as_bytes()[..colon].iter().any(|b| b"/?#.".contains(b)) => ("https", text),
        Some(colon) => {
            let scheme = if text[..colon].eq_ignore_ascii_case("https") {
                "https"
            } else if text[..colon].eq_ignore_ascii_case("http") {
                "http"
            } else {
                return None;
            };
            (scheme, text[colon + 1..].strip_prefix("//")?)
        }
        None => ("https", text),
    };
    let end = rest.bytes().position(|b| b"/?#".contains(&b)).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let (host, port) = authority
        .split_once(':')
        .map_or((authority, None), |(host, port)| (host, Some(port)));
    if !is_host(host) {
        return None;
    }
    if let Some(port) = port
        && (port.is_empty() || port.len() > 5 || !port.bytes().all(|b| b.is_ascii_digit()))
    {
        return None;
    }
    let host = host.to_ascii_lowercase();
    let mut address = String::with_capacity(text.len() + 8);
    address.push_str(scheme);
    address.push_str("://");
    address.push_str(&host);
    address.push_str(&authority[host.len()..]);
    address.push_str(tail);
    Some((address, host))
}

/// Whether a character may stand anywhere in an address. What browsers would rewrite may not.
fn may_stand_in_address(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_graphic() && !b"<>\"\\`{}|^".contains(&(c as u8))
    } else {
        !c.is_control() && !c.is_whitespace() && !reorders(c)
    }
}

/// Whether a text is a host's name with a dot in it: labels of letters (of any script), digits and inner hyphens,
/// at most 63 bytes each, 253 together, and a last label that is no number.
///
/// Beyond ASCII every character passes that has a shape of its own; which are letters only the DNS decides, and tables
/// of them would weigh more in the browser than all of this.
pub fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        let inner = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || !b.is_ascii();
        !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-') && label.bytes().all(inner)
    };
    let Some(dot) = host.rfind('.') else { return false };
    let of_shape = host.is_ascii() || host.chars().all(may_stand_in_address);
    host.len() <= 253 && of_shape && host.split('.').all(label) && !host.as_bytes()[dot + 1..].iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kept(typed: &str, hosts: &[&str]) -> Read {
        url(&json!(typed), &hosts.iter().map(|host| String::from(*host)).collect::<Vec<_>>())
    }

    #[test]
    fn a_scheme_is_added_and_the_host_is_lowercase() {
        for (typed, address) in [
            ("example.org", "https://example.org"),
            (" HTTPS://Example.ORG/Path?q=A#b ", "https://example.org/Path?q=A#b"),
            ("http://example.org:8080/x", "http://example.org:8080/x"),
            ("example.org:8080", "https://example.org:8080"),
            ("example.org/?next=https://other.org", "https://example.org/?next=https://other.org"),
            ("école.fr/été", "https://école.fr/été"),
        ] {
            assert_eq!(kept(typed, &[]), Ok(Some(Answer::Text(String::from(address)))), "{typed}");
        }
    }

    #[test]
    fn what_could_deceive_or_run_is_no_web_address() {
        for typed in [
            "javascript:alert(1)",
            "javascript://example.org/%0aalert(1)",
            "data:text/html,x",
            "mailto:a@example.org",
            "ftp://example.org",
            "https://",
            "https:///example.org",
            "localhost",
            "http://localhost:3000",
            "http://127.0.0.1/",
            "http://[::1]/",
            "https://good.org@evil.org",
            "https://user:pass@example.org",
            "https://evil.org\\@good.org",
            "https://exa mple.org",
            "https://example..org",
            "https://-example.org",
            "https://example.org:99999999",
            "https://example.org/\"><script>",
            "https://e%78ample.org",
            "just words",
            "a.b@c.org",
        ] {
            assert_eq!(kept(typed, &[]), Err(Code::NotUrl), "{typed}");
        }
        assert_eq!(kept("https://example.org/\u{7}", &[]), Err(Code::ControlCharacters));
        assert_eq!(
            kept(&("https://example.org/".to_owned() + &"x".repeat(1 << 20)), &[]),
            Err(Code::NotUrl)
        );
    }

    #[test]
    fn hosts_include_their_subdomains_and_nobody_elses() {
        for good in ["huggingface.co/x", "https://www.huggingface.co", "youtu.be/x"] {
            assert!(kept(good, &["huggingface.co", "youtu.be"]).is_ok(), "{good}");
        }
        for bad in [
            "https://nothuggingface.co",
            "https://huggingface.co.evil.org",
            "https://evil.org/huggingface.co",
            "https://évil.huggingface.co",
        ] {
            assert_eq!(
                kept(bad, &["huggingface.co"]),
                Err(Code::HostNotAllowed {
                    hosts: vec![String::from("huggingface.co")]
                }),
                "{bad}"
            );
        }
    }

    #[test]
    fn addresses_of_mail_are_taken_as_browsers_take_them() {
        for good in [
            "ada@example.org",
            "a.b+tag@sub.example.co",
            "o'brien@example.ie",
            "x@xn--e1afmkfd.xn--p1ai",
        ] {
            assert_eq!(
                email(&json!(format!(" {good}\n"))),
                Ok(Some(Answer::Text(String::from(good)))),
                "{good}"
            );
        }
        for bad in [
            "ada",
            "ada@",
            "@example.org",
            "ada@localhost",
            "ada@@example.org",
            "a b@example.org",
            "ada@exam_ple.org",
            "ada@example.org, bob@example.org",
            "ada@127.0.0.1",
        ] {
            assert_eq!(email(&json!(bad)), Err(Code::NotEmail), "{bad}");
        }
        assert_eq!(email(&json!("x".repeat(1 << 20) + "@example.org")), Err(Code::NotEmail));
    }
}
