//! The backend's time.

use std::time::{Duration, Instant};

use opencall_core::Timestamp;

use crate::check::{Capability, Check, Outcome};
use crate::http::Reply;
use crate::run::Run;

const fn check(id: &'static str, says: &'static str, clause: &'static str, run: fn(&Run) -> Outcome) -> Check {
    Check {
        id,
        capability: Capability::Clock,
        says,
        clause,
        run,
    }
}

pub(super) const CHECKS: &[Check] = &[
    check(
        "clock/now",
        "the clock says now, in UTC",
        "docs/backend.md, Calls; RFC 3339, 5.6",
        now,
    ),
    check("clock/steady", "it never goes back", "docs/backend.md, Calls", steady),
    check(
        "clock/runs",
        "it goes on as time does, and no reply is kept in between",
        "docs/backend.md, Caches; RFC 9111, 5.2.2.5",
        runs,
    ),
    check(
        "clock/date",
        "it agrees with the Date header within two seconds",
        "RFC 9110, 6.6.1",
        date,
    ),
];

fn ask(run: &Run) -> Outcome<(Reply, Timestamp)> {
    let reply = run.http.request("GET", "/clock").send()?;
    reply.json(&[200])?;
    let now = reply.time("/now")?;
    Ok((reply, now))
}

fn now(run: &Run) -> Outcome {
    ask(run).map(drop)
}

fn steady(run: &Run) -> Outcome {
    let mut before = Timestamp::from_millis(i64::MIN);
    for _ in 0..5 {
        let (reply, now) = ask(run)?;
        if now < before {
            return Err(reply.short(format!("a time not before {before}, which the reply before had")));
        }
        before = now;
    }
    Ok(())
}

fn runs(run: &Run) -> Outcome {
    let began = Instant::now();
    let (_, first) = ask(run)?;
    std::thread::sleep(Duration::from_millis(50));
    let (reply, second) = ask(run)?;
    let passed = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
    let said = first.millis_until(second);
    if said <= 0 || said > passed + 1_000 {
        return Err(reply.short_of(
            format!("at most {passed} ms after the reply before, and not the same time"),
            format!("{said} ms"),
        ));
    }
    let kept = reply.header_has("cache-control", "no-store") || reply.header_has("cache-control", "no-cache");
    reply.require(kept, "Cache-Control: no-store")
}

fn date(run: &Run) -> Outcome {
    let (reply, now) = ask(run)?;
    let date = reply
        .header("date")
        .and_then(http_date)
        .ok_or_else(|| reply.short("a Date header, such as Fri, 01 Dec 2023 22:59:59 GMT"))?;
    // A date has whole seconds, cut off.
    let apart = date.millis_until(now);
    if (-2_000..=3_000).contains(&apart) {
        return Ok(());
    }
    Err(reply.short_of("now and Date differ by two seconds at most", format!("they differ by {apart} ms")))
}

/// The date of a header as it is sent nowadays (RFC 9110, section 5.6.7).
fn http_date(text: &str) -> Option<Timestamp> {
    let (_, rest) = text.split_once(", ")?;
    let mut parts = rest.strip_suffix(" GMT")?.split(' ');
    let (day, month, year, time) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months.iter().position(|known| *known == month)? + 1;
    Timestamp::parse(&format!("{year}-{month:02}-{day}T{time}Z"))
}

#[cfg(test)]
mod tests {
    use super::http_date;

    #[test]
    fn dates_of_headers_are_read() {
        let date = http_date("Sun, 06 Nov 1994 08:49:37 GMT").map(|date| date.to_string());
        assert_eq!(date.as_deref(), Some("1994-11-06T08:49:37Z"));
        assert_eq!(http_date("1994-11-06T08:49:37Z"), None);
    }
}
