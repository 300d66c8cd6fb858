//! The app's files as the server gives them out.

use opencall_tests::applicant::{Reply, send};
use opencall_tests::{Backend, edition};

async fn get(backend: &Backend, path: &str, headers: &[(&str, &str)]) -> anyhow::Result<Reply> {
    let mut request = reqwest::Client::new().get(backend.address(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(request).await
}

/// The addresses of an attribute in a page.
fn linked(page: &str, ending: &str) -> Vec<String> {
    page.split('"')
        .filter(|text| text.starts_with('/') && text.ends_with(ending))
        .map(str::to_owned)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_call_can_be_read_without_any_script() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let title = edition::sample()?["title"].clone();
    for (header, query, language) in [
        ("en-GB", "", "en"),
        ("fr-FR,fr;q=0.9", "", "fr"),
        ("en", "?lang=fr", "fr"),
        ("de", "", "en"),
    ] {
        let reply = get(&backend, &format!("/{}{query}", edition::ID), &[("Accept-Language", header)])
            .await?
            .expect(200)?;
        let page = String::from_utf8(reply.bytes.clone())?;
        assert!(page.contains(&format!("lang=\"{language}\"")), "{header} {query}");
        assert!(page.contains(title[language].as_str().unwrap()), "{header} {query}");
        assert!(reply.header("vary").to_ascii_lowercase().contains("accept-language"));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_comes_with_a_policy_that_allows_no_inline_script() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    for path in [
        "/",
        "/ai-startup-program",
        "/ai-startup-program/apply/company",
        "/nowhere/at/all",
        "/staff",
    ] {
        let reply = get(&backend, path, &[]).await?;
        let policy = reply.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("script-src 'self' 'wasm-unsafe-eval'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe-inline"), "{path}: {policy}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert!(!reply.header("referrer-policy").is_empty(), "{path}");
        assert!(!reply.header("cache-control").contains("immutable"), "{path}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_apps_parts_are_compressed_typed_and_kept_for_ever() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let page = String::from_utf8(get(&backend, "/", &[]).await?.expect(200)?.bytes)?;
    for (ending, kind) in [(".wasm", "application/wasm"), (".js", "text/javascript")] {
        let addresses = linked(&page, ending);
        assert!(!addresses.is_empty(), "no {ending} in the page");
        for address in addresses {
            for (accepted, encoding) in [("br, gzip", "br"), ("gzip", "gzip"), ("identity", "")] {
                let reply = get(&backend, &address, &[("Accept-Encoding", accepted)]).await?.expect(200)?;
                assert_eq!(reply.header("content-encoding"), encoding, "{address}");
                assert!(
                    reply.header("content-type").starts_with(kind),
                    "{address}: {}",
                    reply.header("content-type")
                );
                assert!(
                    reply.header("cache-control").contains("immutable"),
                    "{address}: {}",
                    reply.header("cache-control")
                );
                assert!(reply.header("vary").to_ascii_lowercase().contains("accept-encoding"), "{address}");
            }
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_outside_the_app_is_given_out() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    for path in [
        "/..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/Cargo.toml",
        "/data/opencall.db",
        "/index.html.br%00",
    ] {
        let reply = get(&backend, path, &[]).await?;
        let text = String::from_utf8_lossy(&reply.bytes).into_owned();
        assert!(
            !text.contains("root:") && !text.contains("[workspace]") && !text.starts_with("SQLite"),
            "{path}"
        );
        assert!(reply.status < 500, "{path}: {}", reply.status);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_programme_is_asked_for_once_and_then_only_whether_it_changed() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let path = format!("/api/v1/programmes/{}", edition::ID);
    let first = get(&backend, &path, &[]).await?.expect(200)?;
    assert_eq!(first.json()["id"], edition::ID);
    let again = get(&backend, &path, &[("If-None-Match", first.header("etag"))])
        .await?
        .expect(304)?;
    assert!(again.bytes.is_empty());
    let clock = get(&backend, "/api/v1/clock", &[]).await?.expect(200)?;
    assert_eq!(clock.header("cache-control"), "no-store");
    assert!(
        clock.json()["now"]
            .as_str()
            .is_some_and(|now| now.parse::<jiff::Timestamp>().is_ok())
    );
    Ok(())
}
