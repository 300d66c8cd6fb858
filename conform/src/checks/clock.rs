//! The backend's time.

use std::time::{Duration, Instant};

use opencall_core::Timestamp;

use crate::check::{Capability::Clock, Check, Outcome};
use crate::http::Reply;
use crate::run::Run;

pub(super) const CHECKS: &[Check] = &[
    Clock.check(
        "clock/now",
        "the clock says now, in UTC",
        "docs/backend.md, Calls; RFC 3339, 5.6",
        now,
    ),
    Clock.check("clock/steady", "it never goes back", "docs/backend.md, Calls", steady),
    Clock.check(
        "clock/runs",
        "it goes on as time does, and no reply is kept in between",
        "docs/backend.md, Caches; RFC 9111, 5.2.2.5",
        runs,
    ),
    Clock.check(
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
        .and_then(Timestamp::parse_http_date)
        .ok_or_else(|| reply.short("a Date header, such as Fri, 01 Dec 2023 22:59:59 GMT"))?;
    // A date has whole seconds, cut off.
    let apart = date.millis_until(now);
    if (-2_000..=3_000).contains(&apart) {
        return Ok(());
    }
    Err(reply.short_of("now and Date differ by two seconds at most", format!("they differ by {apart} ms")))
}
