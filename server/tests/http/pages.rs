//! The app's files and shells.

use crate::harness::{CALL, Call, Server};

async fn page(server: &Server, path: &str, language: &str) -> crate::harness::Reply {
    server
        .send(
            Call::new("GET", path)
                .header("accept", "text/html")
                .header("accept-language", language),
        )
        .await
}

#[tokio::test]
async fn the_call_stands_in_the_page_in_the_readers_language() {
    let server = Server::start().await;
    let english = page(&server, "/", "en-US,en;q=0.9").await.expect(200);
    assert_eq!(english.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(english.header("vary"), "Accept-Language, Accept-Encoding");
    assert_eq!(english.header("cache-control"), "no-cache");
    let text = english.text();
    assert!(text.contains("<html lang=\"en\">"), "{text}");
    assert!(text.contains("Open until"), "{text}");
    assert!(
        text.contains("<time datetime=\"2026-02-01T11:00:00Z\">Sunday 1 February 2026 at 12:00 (Paris)</time>"),
        "{text}"
    );
    assert!(text.contains("href=\"/small-call/eligibility\""), "{text}");
    assert!(text.contains("href=\"/api/v1/programmes/small-call\" crossorigin"), "{text}");
    let french = page(&server, "/small-call", "fr-FR").await.expect(200).text();
    assert!(french.contains("<html lang=\"fr\">"), "{french}");
    assert!(french.contains("dimanche 1er février 2026 à 12:00 (Paris)"), "{french}");
    assert!(page(&server, "/?lang=fr", "en").await.text().contains("<html lang=\"fr\">"));
}

#[tokio::test]
async fn markup_in_a_programme_is_text() {
    let server = Server::start().await;
    let text = page(&server, "/", "en").await.text();
    assert!(
        text.contains("<title>Small &lt;b&gt;call&lt;/b&gt; &amp; &quot;quotes&quot;</title>"),
        "{text}"
    );
    assert!(text.contains("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;"), "{text}");
    assert!(text.contains("href=\"https://acme.example/?a=1&amp;b=&#39;2&#39;\""), "{text}");
    assert!(
        !text.contains("<b>") && !text.contains("<script>alert") && !text.contains("<i>"),
        "{text}"
    );
}

#[tokio::test]
async fn the_page_says_where_the_call_stands() {
    let server = Server::start().await;
    server.at("2025-12-01T00:00:00Z");
    let before = page(&server, "/", "en").await.text();
    assert!(
        before.contains("Opens on") && before.contains("href=\"/small-call/apply\""),
        "{before}"
    );
    server.at("2026-02-01T11:00:01Z");
    let grace = page(&server, "/", "en").await.text();
    assert!(grace.contains("The call has closed"), "{grace}");
    server.at("2026-02-01T12:00:00Z");
    let after = page(&server, "/", "en").await.text();
    assert!(after.contains("Closed on") && !after.contains("eligibility"), "{after}");
}

#[tokio::test]
async fn an_inner_page_says_which_call_it_is_of_and_no_more() {
    let server = Server::start().await;
    for path in [
        "/small-call/apply",
        "/small-call/apply/no-such-section",
        "/small-call/check",
        "/small-call/status",
        "/small-call/draft",
    ] {
        let text = page(&server, path, "en").await.expect(200).text();
        assert!(text.contains("<p class=\"call-place\">Small &lt;b&gt;call"), "{path}: {text}");
        assert!(text.contains("class=\"waiting\"") && !text.contains("About"), "{path}: {text}");
    }
}

#[tokio::test]
async fn a_section_can_be_typed_into_before_the_app_is_there_while_the_call_is_open() {
    let server = Server::start().await;
    let text = page(&server, "/small-call/apply/company", "en").await.expect(200).text();
    for part in [
        "<h1>",
        "<p class=\"soft\">Section 1 of ",
        "data-at=\"/name\" readonly",
        "<label class=\"field-label\" for=\"q-name-in\">",
        "<section class=\"bar\" aria-label=\"Time left and your draft\">",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("class=\"call-place\"") && !text.contains("<b>"), "{text}");
    for moment in ["2025-12-01T00:00:00Z", "2026-02-01T11:00:01Z", "2026-02-02T12:00:00Z"] {
        server.at(moment);
        let text = page(&server, "/small-call/apply/company", "en").await.text();
        assert!(!text.contains("data-at"), "{moment}: {text}");
    }
}

#[tokio::test]
async fn the_style_is_in_the_page_and_only_that_style_may_be() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let server = Server::start().await;
    let reply = page(&server, "/", "en").await;
    let text = reply.text();
    let style = text.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    assert_eq!(style, "p{color:red}");
    let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(style));
    let policy = reply.header("content-security-policy");
    assert!(policy.contains(&format!("style-src 'self' 'sha256-{hash}';")), "{policy}");
    assert!(!text.contains("stylesheet"), "{text}");
}

#[tokio::test]
async fn an_address_that_the_app_does_not_have_is_not_found_by_the_app() {
    let server = Server::start().await;
    for path in ["/other", "/small-call/elsewhere", "/small-call/apply/a/b"] {
        let reply = page(&server, path, "en").await;
        assert_eq!(reply.status, 404, "{path}");
        assert!(reply.text().contains("<main id=\"call\">"), "{path}: the app says so itself");
    }
    server.get("/missing.js").await.problem(404, "not-found");
    server
        .send(Call::new("GET", "/small-call/apply").header("accept", "application/json"))
        .await
        .problem(404, "not-found");
}

#[tokio::test]
async fn the_staff_have_a_shell_of_their_own() {
    let server = Server::start().await;
    for path in ["/staff", "/staff/applications"] {
        assert!(page(&server, path, "en").await.expect(200).text().contains("<title>Staff</title>"));
    }
}

#[tokio::test]
async fn receipts_and_partners_counts_have_pages_of_their_own_that_may_run_no_wasm() {
    let server = Server::start().await;
    for (path, title) in [
        ("/verify", "Verify"),
        ("/verify.html", "Verify"),
        ("/partner", "Partner"),
        ("/partner.html", "Partner"),
    ] {
        let reply = page(&server, path, "fr").await.expect(200);
        assert_eq!(reply.text(), format!("<!doctype html><title>{title}</title>"), "{path}");
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(reply.header("cache-control"), "no-cache");
        let policy = reply.header("content-security-policy");
        for allowed in [
            "default-src 'none'",
            "script-src 'self';",
            "style-src 'self';",
            "connect-src 'self';",
        ] {
            assert!(policy.contains(allowed), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains("sha256"), "{path}: {policy}");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin", "{path}");
    }
    assert_eq!(page(&server, "/verify/elsewhere", "en").await.status, 404);
}

/// Who may frame what is at a path.
async fn framers(server: &Server, path: &str) -> String {
    let policy = page(server, path, "en").await.header("content-security-policy").to_owned();
    let directive = policy.split(';').find_map(|one| one.trim().strip_prefix("frame-ancestors "));
    directive.map_or(policy.clone(), str::to_owned)
}

#[tokio::test]
async fn only_what_is_below_embed_is_framed_and_only_by_the_programmes_origins() {
    let server = Server::start().await;
    let framed = [
        "/embed/small-call",
        "/embed/small-call/apply",
        "/embed/small-call/apply/company",
        "/embed/small-call/draft",
    ];
    let never = [
        "/",
        "/small-call",
        "/small-call/apply",
        "/staff",
        "/staff/people",
        "/verify",
        "/partner",
        "/embed/partner",
        "/embed",
        "/embed/",
        "/embed/other-call",
        "/embed/staff",
        "/embed/verify",
        "/embed/kit",
        "/embed/check",
        "/embed/small-call/elsewhere",
        "/embed/embed/small-call",
        "/api/v1/clock",
        "/config.json",
        "/healthz",
    ];
    for path in framed {
        assert_eq!(
            framers(&server, path).await,
            "'self'",
            "{path}: nobody is registered, but the kit shows it"
        );
    }
    for path in never {
        assert_eq!(framers(&server, path).await, "'none'", "{path}: nobody is registered");
    }
    let mut document: serde_json::Value = serde_json::from_str(CALL).unwrap();
    document["organisers"][0]["origins"] = serde_json::json!(["https://acme.example", "http://localhost:8000"]);
    std::fs::write(server.folder.path().join("programmes/call.json"), document.to_string()).unwrap();
    assert!(server.app.programmes.refresh().is_empty());
    for path in framed {
        assert_eq!(
            framers(&server, path).await,
            "'self' https://acme.example http://localhost:8000",
            "{path}"
        );
    }
    for path in never {
        assert_eq!(framers(&server, path).await, "'none'", "{path}");
    }
}

#[tokio::test]
async fn links_of_a_page_in_a_frame_stay_in_it() {
    let server = Server::start().await;
    let text = page(&server, "/embed/small-call", "fr").await.expect(200).text();
    assert!(text.contains("<html class=\"framed\" lang=\"fr\">"), "{text}");
    assert!(text.contains("href=\"/embed/small-call/eligibility\""), "{text}");
    assert!(text.contains("href=\"/api/v1/programmes/small-call\" crossorigin"), "{text}");
    assert!(!text.contains("href=\"/small-call"), "{text}");
    for (query, class) in [
        ("?theme=dark", "framed dark"),
        ("?lang=fr&theme=light", "framed light"),
        ("?theme=dark%22", "framed"),
        ("?theme=x", "framed"),
    ] {
        let text = page(&server, &format!("/embed/small-call{query}"), "fr").await.expect(200).text();
        assert!(text.contains(&format!("<html class=\"{class}\" ")), "{query}");
    }
    let dark = page(&server, "/small-call?theme=dark", "fr").await.expect(200).text();
    assert!(!dark.contains("<html class"), "only in frames");
    let bare = page(&server, "/small-call", "fr").await.expect(200).text();
    assert!(!bare.contains("framed") && !bare.contains("/embed/"), "{bare}");
}

#[tokio::test]
async fn the_script_of_partners_pages_may_be_loaded_by_any_page() {
    let server = Server::start().await;
    let script = server.get("/embed/v1.js").await.expect(200);
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(script.header("access-control-allow-origin"), "*");
    assert_eq!(script.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(server.get("/boot.js").await.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn the_partners_kit_is_a_page_without_wasm_that_holds_our_own_form() {
    let server = Server::start().await;
    for path in ["/embed/kit", "/embed/check"] {
        let reply = page(&server, path, "fr").await.expect(200);
        assert_eq!(reply.text(), "<!doctype html><title>Kit</title>", "{path}");
        let policy = reply.header("content-security-policy");
        for allowed in [
            "script-src 'self';",
            "connect-src 'self'; frame-src 'self';",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(allowed), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn any_page_may_ask_what_is_public_about_a_programme_by_a_module() {
    let server = Server::start().await;
    let reply = server.get("/embed/small-call/check.js").await.expect(200);
    for (name, value) in [
        ("content-type", "text/javascript; charset=utf-8"),
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("cache-control", "no-cache"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(reply.header(name), value, "{name}");
    }
    let text = reply.text();
    let facts = text
        .strip_prefix("export default ")
        .and_then(|rest| rest.strip_suffix(";\n"))
        .unwrap_or_default();
    let facts: serde_json::Value = serde_json::from_str(facts).unwrap();
    let names: Vec<&String> = facts.as_object().unwrap().keys().collect();
    assert_eq!(names, ["locales", "origins", "partners", "phase", "programme"], "{facts}");
    assert_eq!(facts["programme"], "small-call");
    assert_eq!(facts["origins"], serde_json::json!([]));
    assert!(facts["phase"].is_string(), "{facts}");
    for path in ["/embed/other-call/check.js", "/embed/check.js", "/small-call/check.js"] {
        server.get(path).await.problem(404, "not-found");
    }
}

#[tokio::test]
async fn pages_and_data_come_with_headers_that_keep_browsers_safe() {
    let server = Server::start().await;
    for path in [
        "/",
        "/staff",
        "/boot.js",
        "/api/v1/programmes",
        "/api/v1/nothing",
        "/missing.js",
        "/healthz",
    ] {
        let reply = server.get(path).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin", "{path}");
        let is_page = ["/", "/staff"].contains(&path);
        assert_eq!(
            reply.header("cross-origin-opener-policy"),
            if is_page { "same-origin" } else { "" },
            "{path}"
        );
        assert_eq!(reply.header("permissions-policy").contains("camera=()"), is_page, "{path}");
        assert_eq!(reply.header("strict-transport-security"), "", "{path}: not over http");
        let policy = reply.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{path}: {policy}"
        );
        assert_eq!(policy.contains("script-src 'self' 'wasm-unsafe-eval'"), is_page, "{path}: {policy}");
        assert_eq!(reply.header("x-request-id").len(), 16, "{path}");
    }
}

#[tokio::test]
async fn https_is_asked_for_only_where_it_is_there() {
    let mut server = Server::start().await;
    std::sync::Arc::get_mut(&mut server.app).unwrap().https = true;
    assert_eq!(server.get("/").await.header("strict-transport-security"), "max-age=31536000");
}

#[tokio::test]
async fn fingerprinted_files_are_kept_for_ever_and_sent_compressed() {
    let server = Server::start().await;
    let path = "/apply-0123456789abcdef.wasm";
    for (accepted, encoding, body) in [
        ("gzip, deflate, br", "br", "brotli wasm"),
        ("gzip", "gzip", "gzip wasm"),
        ("br;q=0, gzip;q=0", "", "plain wasm"),
        ("", "", "plain wasm"),
    ] {
        let reply = server
            .send(Call::new("GET", path).header("accept-encoding", accepted))
            .await
            .expect(200);
        assert_eq!((reply.header("content-encoding"), reply.text().as_str()), (encoding, body));
        assert_eq!(reply.header("content-type"), "application/wasm");
        assert_eq!(reply.header("cache-control"), "public, max-age=31536000, immutable");
        assert!(reply.header("vary").contains("Accept-Encoding"));
    }
    server.get("/apply-0123456789abcdef.wasm.br").await.problem(404, "not-found");
}

#[tokio::test]
async fn other_files_are_asked_for_again_and_not_sent_again() {
    let server = Server::start().await;
    for path in ["/boot.js", "/config.json", "/"] {
        let first = server.get(path).await.expect(200);
        assert_eq!(first.header("cache-control"), "no-cache", "{path}");
        let again = server
            .send(Call::new("GET", path).header("if-none-match", first.header("etag")))
            .await
            .expect(304);
        assert!(again.body.is_empty());
        assert_eq!(again.header("etag"), first.header("etag"));
    }
    std::fs::write(server.folder.path().join("dist/boot.js"), "changed and longer than before").unwrap();
    assert_eq!(server.get("/boot.js").await.text(), "changed and longer than before");
}

#[tokio::test]
async fn nothing_outside_the_folder_is_served() {
    let server = Server::start().await;
    for path in [
        "/../data/opencall.db",
        "/%2e%2e/data/opencall.db",
        "/..%2fdata%2fopencall.db",
        "/.secret",
        "/%2esecret",
        "/a/..%5c..%5cx",
        "//etc/passwd",
    ] {
        let reply = server.get(path).await;
        assert_eq!(reply.status, 404, "{path}");
        assert!(!reply.text().contains("hidden"), "{path}");
    }
}

#[tokio::test]
async fn a_head_request_gets_the_headers_alone() {
    let server = Server::start().await;
    for path in ["/", "/boot.js", "/api/v1/clock"] {
        let reply = server.send(Call::new("HEAD", path)).await.expect(200);
        assert!(reply.body.is_empty(), "{path}");
    }
}

#[tokio::test]
async fn without_a_build_the_page_says_what_to_do() {
    let server = Server::start().await;
    std::fs::remove_dir_all(server.folder.path().join("dist")).unwrap();
    let reply = server.get("/").await;
    assert_eq!(reply.status, 404);
    assert!(reply.text().contains("cargo xtask dist"));
}

#[tokio::test]
async fn long_replies_are_compressed() {
    let server = Server::start().await;
    let applicant = crate::harness::Applicant::begun(&server, serde_json::json!({"name": "x".repeat(5_000)})).await;
    let reply = applicant
        .send(applicant.call("GET", "application").header("accept-encoding", "gzip"))
        .await
        .expect(200);
    assert_eq!(reply.header("content-encoding"), "gzip");
    assert!(reply.body.len() < 1_000);
}

#[tokio::test]
async fn health_is_told() {
    let server = Server::start().await;
    assert_eq!(server.get("/healthz").await.expect(200).text(), "ok\n");
    server.get("/readyz").await.expect(200);
    server.app.store.close().await;
    server.get("/healthz").await.expect(200);
    assert!(!server.get("/readyz").await.problem(503, "storage").header("retry-after").is_empty());
    server
        .send(Call::new("GET", "/api/v1/application").token(&"A".repeat(43)))
        .await
        .problem(503, "storage");
}
