//! What came of a run, for people and for programs. No token stands in it whole, and nothing of a password or a cookie.

use serde_json::{Value, json};

use crate::check::{Capability, Fault};
use crate::checks;
use crate::claims::in_words;
use crate::conceal::Secrets;
use crate::http::{Asked, Reply};
use crate::suite::{Finding, Results, Verdict};

/// How much of a body is shown, in characters.
const SHOWN: usize = 800;

/// For people: a line a capability, and all about what fell short.
pub fn text(results: &Results, all: bool) -> String {
    let secrets = results.conceal.secrets();
    let mut out = format!("{}\n", secrets.text(&results.base_url));
    let mut line = |name: &str, value: &str| out.push_str(&format!("  {name:<10} {value}\n"));
    line("offers", &in_words(&results.capabilities));
    line("claimed in", &secrets.text(&results.read_from));
    line("open call", results.programme.as_deref().unwrap_or("none"));
    line("closed", results.closed.as_deref().unwrap_or("none"));
    out.push('\n');
    for capability in Capability::ALL {
        let of_it: Vec<&Finding> = results
            .findings
            .iter()
            .filter(|finding| finding.check.capability == capability)
            .collect();
        if of_it.is_empty() {
            continue;
        }
        let held = of_it.iter().filter(|finding| matches!(finding.verdict, Verdict::Holds)).count();
        let fell = of_it.iter().any(|finding| matches!(finding.verdict, Verdict::FallsShort(_)));
        let state = match (fell, held) {
            (true, _) => "falls short",
            (false, 0) if of_it.iter().all(|finding| matches!(finding.verdict, Verdict::NotOffered(_))) => "not offered",
            (false, 0) => "not checked",
            _ => "holds",
        };
        out.push_str(&format!("{state:<12} {:<12} {held} of {}\n", capability.name(), of_it.len()));
        for finding in &of_it {
            one(&mut out, finding, &secrets, all);
        }
        if !all {
            not_checked(&mut out, &of_it, &secrets);
        }
    }
    out.push_str(&format!("\n{}\n", summary(results)));
    out
}

/// What of that which is offered nothing was found out of, in words; `None` where there is nothing such.
pub fn unknown(results: &Results) -> Option<String> {
    let unknown = results.unknown();
    let (_, why) = unknown.first()?;
    let names: Vec<&str> = unknown.iter().map(|(capability, _)| capability.name()).collect();
    let why = results.conceal.secrets().text(why);
    Some(format!("nothing could be found out of {}: {why}", names.join(", ")))
}

/// The last line: how many, and how long.
pub fn summary(results: &Results) -> String {
    let [passed, failed, not_offered, not_checked] = results.counts();
    let mut text = format!("{passed} passed, {failed} failed, {not_offered} not offered");
    if not_checked > 0 {
        text.push_str(&format!(", {not_checked} not checked"));
    }
    text.push_str(&format!(" ({} requests, {:.1} s", results.requests, results.took.as_secs_f64()));
    if results.waited.as_secs() > 0 {
        text.push_str(&format!(
            ", of which {:.0} s waited as the backend asked",
            results.waited.as_secs_f64()
        ));
    }
    text.push(')');
    text
}

fn one(out: &mut String, finding: &Finding, secrets: &Secrets, all: bool) {
    let check = &finding.check;
    match &finding.verdict {
        Verdict::Holds if all => out.push_str(&format!("  holds        {:<30} {}\n", check.id, check.says)),
        Verdict::Holds => {}
        Verdict::NotOffered(why) if all => out.push_str(&format!("  not offered  {:<30} {}\n", check.id, secrets.text(why))),
        Verdict::NotChecked(why) | Verdict::NotGiven(why) if all => {
            out.push_str(&format!("  not checked  {:<30} {}\n", check.id, secrets.text(why)));
        }
        Verdict::NotOffered(_) | Verdict::NotChecked(_) | Verdict::NotGiven(_) => {}
        Verdict::FallsShort(fault) => {
            out.push_str(&format!("  falls short  {:<30} {}\n", check.id, check.says));
            out.push_str(&format!(
                "    clause     {}\n    expected   {}\n",
                check.clause,
                indented(&secrets.text(&fault.expected))
            ));
            if let Some(found) = &fault.found {
                out.push_str(&format!("    found      {}\n", indented(&secrets.text(found))));
            }
            if let Some(asked) = &fault.asked {
                out.push_str(&format!("    request    {}\n", indented(&as_curl(asked, secrets))));
            }
            if let Some(reply) = &fault.reply {
                out.push_str(&format!("    reply      {}\n", indented(&as_came(reply, secrets))));
            }
        }
    }
}

/// What could not be found out, a line a reason.
fn not_checked(out: &mut String, findings: &[&Finding], secrets: &Secrets) {
    let reasons = findings.iter().filter_map(|finding| match &finding.verdict {
        Verdict::NotChecked(why) | Verdict::NotGiven(why) => Some(why.as_str()),
        _ => None,
    });
    let reasons: Vec<&str> = reasons.collect();
    for (index, why) in reasons.iter().enumerate() {
        if !reasons[..index].contains(why) {
            let count = reasons.iter().filter(|other| *other == why).count();
            out.push_str(&format!("  not checked  {count}: {}\n", secrets.text(why)));
        }
    }
}

fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n               ")
}

/// A request as it would be typed, without what is secret.
pub fn as_curl(asked: &Asked, secrets: &Secrets) -> String {
    let quote = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    let mut text = match asked.method.as_str() {
        "HEAD" => String::from("curl -I"),
        method => format!("curl -i -X {method}"),
    };
    text.push_str(&format!(" {}", quote(&secrets.text(&asked.url))));
    for (name, value) in &asked.headers {
        text.push_str(&format!(" -H {}", quote(&format!("{name}: {}", secrets.header(name, value)))));
    }
    if !asked.body.is_empty() {
        text.push_str(&format!(" --data-binary {}", quote(&shown(&asked.body, secrets))));
    }
    text
}

/// A reply: status, headers, and the beginning of its body, without what is secret.
fn as_came(reply: &Reply, secrets: &Secrets) -> String {
    let mut text = format!("{}\n", reply.status);
    for (name, value) in &reply.headers {
        text.push_str(&format!("{name}: {}\n", secrets.header(name, value)));
    }
    text.push_str(&shown(&reply.body, secrets));
    text
}

fn shown(bytes: &[u8], secrets: &Secrets) -> String {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return format!("({} bytes that are no text)", bytes.len());
    };
    // Before it is cut: half a secret would not be known again.
    let text = secrets.body(text);
    if text.chars().count() <= SHOWN {
        return text;
    }
    let start: String = text.chars().take(SHOWN).collect();
    format!("{start}… ({} bytes)", bytes.len())
}

/// For programs.
pub fn json(results: &Results) -> Value {
    let secrets = results.conceal.secrets();
    let finding = |finding: &Finding| {
        let check = &finding.check;
        let (outcome, more) = match &finding.verdict {
            Verdict::Holds => ("holds", json!({})),
            Verdict::FallsShort(fault) => ("falls short", of_fault(fault, &secrets)),
            Verdict::NotOffered(why) => ("not offered", json!({"why": secrets.text(why)})),
            Verdict::NotChecked(why) | Verdict::NotGiven(why) => ("not checked", json!({"why": secrets.text(why)})),
        };
        let mut value = json!({
            "id": check.id, "capability": check.capability.name(), "says": check.says, "clause": check.clause, "outcome": outcome,
            "milliseconds": u64::try_from(finding.took.as_millis()).unwrap_or(u64::MAX),
        });
        if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
            value.extend(more);
        }
        value
    };
    let [passed, failed, not_offered, not_checked] = results.counts();
    let unknown: Vec<&str> = results.unknown().iter().map(|(capability, _)| capability.name()).collect();
    json!({
        "base_url": secrets.text(&results.base_url),
        "capabilities": results.capabilities,
        "claimed_in": secrets.text(&results.read_from),
        "programme": results.programme,
        "closed_programme": results.closed,
        "checks": results.findings.iter().map(finding).collect::<Vec<_>>(),
        "passed": passed, "failed": failed, "not_offered": not_offered, "not_checked": not_checked,
        "unknown": unknown,
        "requests": results.requests, "seconds": results.took.as_secs_f64(), "waited_seconds": results.waited.as_secs_f64(),
    })
}

fn of_fault(fault: &Fault, secrets: &Secrets) -> Value {
    let reply = fault
        .reply
        .as_ref()
        .map(|reply| json!({"status": reply.status, "text": as_came(reply, secrets)}));
    json!({
        "expected": secrets.text(&fault.expected),
        "found": fault.found.as_ref().map(|found| secrets.text(found)),
        "request": fault.asked.as_ref().map(|asked| as_curl(asked, secrets)),
        "reply": reply,
    })
}

/// Every check as a table in Markdown, for `docs/conformance.md`.
pub fn table() -> String {
    let mut out = String::from("| check | what holds | clause |\n|---|---|---|\n");
    for check in checks::all() {
        out.push_str(&format!("| `{}` | {} | {} |\n", check.id, check.says, check.clause));
    }
    out
}
