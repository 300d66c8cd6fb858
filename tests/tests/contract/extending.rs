//! A deadline that becomes later reaches everybody who asks.

use std::time::{Duration, Instant};

use opencall_core::Timestamp;
use opencall_tests::{Applicant, Backend, edition, wait};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_command_extends_a_call_beside_a_running_server() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let applicant = Applicant::new(&backend)?;
    applicant.begin(&json!({})).await?.expect(201)?;
    let address = backend.address(&format!("/api/v1/programmes/{}", edition::ID));
    let known = reqwest::get(&address).await?;
    let etag = known.headers()["etag"].to_str()?.to_owned();
    let deadline = backend.document().await?["schedule"]["deadline"].as_str().unwrap().to_owned();
    let until = Timestamp::parse(&deadline).unwrap().plus_millis(3_600_000);
    let extend = |until: &str| {
        backend.command(&[
            "extend",
            "--programme",
            edition::ID,
            "--until",
            until,
            "--reason",
            "The network of the venue was down.",
        ])
    };
    let done = extend(&until.to_string())?;
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let began = Instant::now();
    let http = reqwest::Client::new();
    let document = wait::until("the new deadline", wait::PATIENCE, async || {
        let reply = http.get(&address).header("If-None-Match", &etag).send().await?;
        Ok(if reply.status() == 304 {
            None
        } else {
            Some(reply.json::<serde_json::Value>().await?)
        })
    })
    .await?;
    assert!(began.elapsed() < Duration::from_secs(10), "an open page has it well within 30 s");
    let now = Timestamp::parse(document["schedule"]["deadline"].as_str().unwrap());
    assert_eq!(now, Some(until));
    let timeline = applicant.get("timeline").await?.json();
    assert_eq!(timeline[1]["what"], "extended");
    assert_eq!(timeline[1]["reason"], "The network of the venue was down.");
    backend.stop_clock_at(until)?;
    applicant.patch(1, &json!({"city": "Lyon"})).await?.expect(200)?;
    let refused = extend(&deadline)?;
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("can only become later"));
    Ok(())
}
