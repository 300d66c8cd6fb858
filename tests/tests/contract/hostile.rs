//! Bad input: a clear error or harmless text, nothing lost, never a 500.

use opencall_tests::applicant::send;
use opencall_tests::{Applicant, Backend, material};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn markup_and_odd_characters_are_text() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let applicant = Applicant::new(&backend)?;
    for text in [
        "<script>alert(1)</script>",
        "'; DROP TABLE applications; --",
        "\u{202e}fdp.exe",
        "👩‍👩‍👧‍👦 e\u{301}",
        "a\u{0}b\u{7}c",
    ] {
        let other = Applicant::new(&backend)?;
        other.begin(&json!({"company_name": text})).await?.expect(201)?;
        assert_eq!(other.read().await?.json()["answers"]["company_name"], text);
        let version = other.read().await?.json()["version"].as_u64().unwrap();
        assert!([200, 422].contains(&other.submit(version, "k").await?.status));
    }
    applicant.begin(&json!({})).await?.expect(201)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_refused_in_words() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let applicant = Applicant::new(&backend)?;
    applicant.begin(&json!({})).await?.expect(201)?;
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    for body in [
        "",
        "{",
        "[]",
        "7",
        "null",
        "{\"city\": \"\\ud800\"}",
        "{\"\\ud800\": 1}",
        &format!("{{\"city\": {deep}}}"),
        "\u{feff}{}",
    ] {
        let request = applicant.request(Method::PATCH, "/api/v1/application").header("If-Match", "\"1\"");
        let reply = send(request.header("Content-Type", "application/merge-patch+json").body(body.to_owned())).await?;
        assert!((400..500).contains(&reply.status), "{body:.30}: {}", reply.status);
        assert_eq!(reply.header("content-type"), "application/problem+json", "{body:.30}");
    }
    for tag in ["7", "*", "\"\"", "\"x\"", "W/\"1\"", "\"18446744073709551616\""] {
        let request = applicant.request(Method::PATCH, "/api/v1/application").header("If-Match", tag);
        let reply = send(request.header("Content-Type", "application/merge-patch+json").body("{}")).await?;
        assert!(
            (400..500).contains(&reply.status) || (tag == "*" && reply.status == 200),
            "If-Match {tag}: {}",
            reply.status
        );
    }
    let reply = send(
        applicant
            .request(Method::POST, "/api/v1/application/submit")
            .header("If-Match", "\"1\""),
    )
    .await?;
    assert_eq!(reply.expect(400)?.problem(), "/problems/idempotency-key-missing");
    assert_eq!(
        applicant.read().await?.expect(200)?.json()["answers"],
        json!({}),
        "nothing was changed by any of it"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_megabyte_in_a_short_field_is_an_error_and_not_a_crash() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let applicant = Applicant::new(&backend)?;
    let version = applicant.begin(&json!({"city": "Paris"})).await?.expect(201)?.json()["version"]
        .as_u64()
        .unwrap();
    let reply = applicant.patch(version, &json!({"company_name": "a".repeat(1_000_000)})).await?;
    match reply.status {
        200 => {
            let version = reply.json()["version"].as_u64().unwrap();
            let refused = applicant.submit(version, "k").await?.expect(422)?;
            assert!(refused.errors().contains(&"/company_name too_long".to_owned()));
        }
        status => assert_eq!(status, 413, "{}", String::from_utf8_lossy(&reply.bytes)),
    }
    assert_eq!(applicant.read().await?.expect(200)?.json()["answers"]["city"], "Paris");
    assert_eq!(
        applicant
            .patch(version + 1, &json!({"company_name": "a".repeat(20_000_000)}))
            .await
            .map_or(413, |reply| reply.status),
        413
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_of_two_hundred_is_saved_and_refused() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let applicant = Applicant::new(&backend)?;
    let mut answers = material::answers();
    let member = answers["team"][0].clone();
    answers["team"] = (0..200)
        .map(|number| {
            let mut member = member.clone();
            member["id"] = json!(format!("r{number}"));
            member
        })
        .collect();
    let version = applicant.begin(&answers).await?.expect(201)?.json()["version"].as_u64().unwrap();
    assert!(
        applicant
            .submit(version, "k")
            .await?
            .expect(422)?
            .errors()
            .contains(&"/team too_many".to_owned())
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_addresses_and_methods_are_problems_of_the_contract() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let applicant = Applicant::new(&backend)?;
    for (method, path, status) in [
        (Method::GET, "/api/v1/nothing", 404),
        (Method::GET, "/api/v1/programmes/none", 404),
        (Method::GET, "/api/v1/programmes/..%2f..%2fetc", 404),
        (Method::POST, "/api/v1/clock", 405),
    ] {
        let reply = send(applicant.request(method, path)).await?;
        assert_eq!(reply.status, status, "{path}");
        assert_eq!(reply.header("content-type"), "application/problem+json", "{path}");
    }
    Ok(())
}
