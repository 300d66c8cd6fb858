//! Bad input: a clear refusal or harmless text; nothing lost, nothing executed, never a 5xx.

use axum::body::Body;
use serde_json::{Value, json};

use crate::harness::{Applicant, Call, Server};

async fn raw_patch(applicant: &Applicant<'_>, body: impl Into<Body>) -> crate::harness::Reply {
    applicant
        .send(
            applicant
                .call("PATCH", "application")
                .if_match(1)
                .body("application/merge-patch+json", body),
        )
        .await
}

#[tokio::test]
async fn what_is_no_json_is_refused_in_words() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({"name": "Acme"})).await;
    let deep = "[".repeat(100_000);
    let bodies: [&[u8]; 12] = [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b"\"text\"",
        b"{\"name\": \"\\ud800\"}",
        b"{\"name\": \"\\udc00 alone\"}",
        b"{\"name\": \"\xff\xfe\"}",
        b"{\"name\": 1e999}",
        b"{\"name\": NaN}",
        deep.as_bytes(),
    ];
    for body in bodies {
        let reply = raw_patch(&applicant, body.to_vec()).await.problem(400, "malformed");
        assert!(
            reply.json()["detail"].as_str().is_some_and(|detail| detail.len() > 20),
            "{}",
            reply.text()
        );
    }
    let surrogate = raw_patch(&applicant, "{\"name\": \"\\ud800\"}").await;
    assert!(surrogate.text().contains("surrogate"), "{}", surrogate.text());
    let nested = format!("{{\"name\": {}{}}}", "[".repeat(100), "]".repeat(100));
    raw_patch(&applicant, nested).await.problem(400, "malformed");
    assert_eq!(applicant.read().await["answers"], json!({"name": "Acme"}));
}

#[tokio::test]
async fn a_megabyte_is_too_large() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({"name": "Acme"})).await;
    let body = json!({"name": "x".repeat(1_000_000)}).to_string();
    raw_patch(&applicant, body.clone()).await.problem(413, "too-large");
    // Without a length announced, too.
    let chunks = body
        .into_bytes()
        .chunks(10_000)
        .map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec()))
        .collect::<Vec<_>>();
    raw_patch(&applicant, Body::from_stream(futures_util::stream::iter(chunks)))
        .await
        .problem(413, "too-large");
    let other = Applicant::new(&server);
    other
        .begin("a", json!({"name": "x".repeat(1_000_000)}))
        .await
        .problem(413, "too-large");
    assert_eq!(applicant.read().await["answers"], json!({"name": "Acme"}));
}

#[tokio::test]
async fn strange_text_is_kept_as_text() {
    let server = Server::start().await;
    let strange = [
        "<script>alert(1)</script>",
        "'; DROP TABLE applications; --",
        "\u{0}\u{1}\u{7f}",
        "\u{202e}gnp.exe",
        "👩‍👩‍👧‍👦 e\u{301}",
        "{{constructor}}",
        "=cmd|' /C calc'!A0",
    ];
    for text in strange {
        let applicant = Applicant::begun(&server, json!({})).await;
        applicant.patch(1, &json!({"name": text, text: "as a name"})).await.expect(200);
        let view = applicant.read().await;
        assert_eq!(view["answers"]["name"], text);
        let refused = applicant.submit(2, "s").await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        applicant.send(applicant.call("GET", "application/export")).await.expect(200);
    }
}

#[tokio::test]
async fn a_team_of_two_hundred_is_saved_and_not_submitted() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    let team: Vec<Value> = (0..200)
        .map(|n| json!({"id": n.to_string(), "who": format!("Person {n}")}))
        .collect();
    applicant.patch(version, &json!({"team": team})).await.expect(200);
    assert_eq!(
        applicant.submit(version + 1, "s").await.problem(422, "answers").errors(),
        ["/team too_many"]
    );
}

#[tokio::test]
async fn other_media_types_are_refused() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({})).await;
    let patch = || applicant.call("PATCH", "application").if_match(1);
    applicant.send(patch().body("application/json", "{}")).await.expect(415);
    applicant.send(patch().body("text/plain", "{}")).await.expect(415);
    applicant.send(patch()).await.expect(415);
    applicant
        .send(patch().body("Application/Merge-Patch+JSON; charset=utf-8", "{}"))
        .await
        .expect(200);
    let begin = applicant.call("POST", "programmes/small-call/applications").key("b");
    applicant
        .send(begin.body("application/x-www-form-urlencoded", "answers={}"))
        .await
        .expect(415);
    let created = applicant.create("deck", "deck.pdf", 100).await.expect(201);
    let upload = Call::new("PATCH", created.header("location"))
        .token(&applicant.token)
        .header("upload-offset", "0");
    applicant.send(upload.body("application/octet-stream", "x")).await.expect(415);
}

#[tokio::test]
async fn a_beginning_has_to_be_one() {
    let server = Server::start().await;
    let applicant = Applicant::new(&server);
    let bodies = [
        json!({}),
        json!({"answers": [], "locale": "en"}),
        json!({"answers": {}, "locale": "klingon"}),
        json!({"answers": {}, "locale": "en", "partner": 7}),
        json!({"answers": {}, "locale": "en", "referrer": ["https://a.example"]}),
        json!({"answers": {}, "locale": "en", "campaign": {}}),
        json!([]),
    ];
    for body in bodies {
        let call = applicant.call("POST", "programmes/small-call/applications").key("a").json(&body);
        applicant.send(call).await.problem(400, "malformed");
    }
}

#[tokio::test]
async fn what_is_not_there_and_what_is_not_done_are_said() {
    let server = Server::start().await;
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v1/nothing",
        "/api/v2/clock",
        "/api/v1/application/files/x/y",
    ] {
        server.get(path).await.problem(404, "not-found");
    }
    for (method, path) in [
        ("POST", "/api/v1/clock"),
        ("PUT", "/api/v1/application"),
        ("DELETE", "/api/v1/programmes"),
        ("POST", "/"),
        ("DELETE", "/boot.js"),
    ] {
        let reply = server.send(Call::new(method, path)).await.expect(405);
        assert!(reply.header("allow").contains("GET"), "{method} {path}: {:?}", reply.headers);
    }
    server.send(Call::new("PUT", "/api/v1/application/submit")).await.expect(405);
}

#[tokio::test]
async fn strange_paths_are_harmless() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({})).await;
    for id in ["%00", "..%2f..%2fopencall.db", "%ff", "'%20OR%201=1--", &"a".repeat(5_000)] {
        for method in ["GET", "DELETE", "HEAD"] {
            let reply = applicant.send(applicant.call(method, &format!("application/files/{id}"))).await;
            assert!(reply.status.is_client_error(), "{method} {id}: {}", reply.status);
        }
        let reply = server.get(&format!("/api/v1/programmes/{id}")).await;
        assert!(reply.status.is_client_error(), "{id}: {}", reply.status);
    }
}

#[tokio::test]
async fn strange_headers_are_harmless() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({})).await;
    let strange: [&[u8]; 4] = [b"\xff\xfe", b"", b"\"\"\"\"", &[b'x'; 5_000]];
    for value in strange {
        for name in [
            "if-match",
            "idempotency-key",
            "upload-length",
            "upload-offset",
            "upload-metadata",
            "accept-encoding",
            "if-none-match",
            "accept-language",
        ] {
            for (method, path) in [
                ("PATCH", "application"),
                ("POST", "application/submit"),
                ("POST", "application/files"),
                ("GET", "application"),
            ] {
                let reply = applicant.send(applicant.call(method, path).header(name, value)).await;
                assert!(!reply.status.is_server_error(), "{name} {method} {path}: {}", reply.text());
            }
            server.send(Call::new("GET", "/").header(name, value)).await.expect(200);
        }
    }
    let reply = server
        .send(Call::new("GET", "/api/v1/application").header("authorization", b"Bearer \xff".as_slice()))
        .await;
    reply.problem(401, "unknown-token");
}
