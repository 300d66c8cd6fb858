//! The app at other places than the root of the backend's own origin.

use opencall_core::{Locale, phase};
use opencall_server::programmes;
use opencall_server::shell::files;

use crate::harness::{Call, Server};

/// Has the app be one that was built to live below a path.
fn live_below(server: &Server, path: &str) {
    let page = server.folder.path().join("dist/index.html");
    let html = std::fs::read_to_string(&page).unwrap();
    let html = html
        .replace("<html lang=\"en\"", &format!("<html lang=\"en\" data-base=\"{path}\""))
        .replace("href=\"/", &format!("href=\"{path}/"));
    std::fs::write(page, html).unwrap();
}

async fn page(server: &Server, path: &str) -> String {
    let call = Call::new("GET", path).header("accept", "text/html").header("accept-language", "fr");
    server.send(call).await.expect(200).text()
}

#[tokio::test]
async fn behind_a_proxy_that_takes_a_path_off_the_pages_lead_below_it() {
    let server = Server::start().await;
    live_below(&server, "/calls");
    let dist = server.folder.path().join("dist");
    std::fs::write(dist.join("main-0123456789abcdef.css"), "@font-face{src:url(\"fonts/a.woff2\")}").unwrap();
    std::fs::write(
        dist.join("config.json"),
        r#"{"contract": 1, "programme": "small-call", "api": "/calls/"}"#,
    )
    .unwrap();
    let call = page(&server, "/").await;
    assert!(call.contains("<html lang=\"fr\" data-base=\"/calls\">"), "{call}");
    assert!(call.contains("href=\"/calls/small-call/eligibility\""), "{call}");
    assert!(call.contains("href=\"/calls/api/v1/programmes/small-call\" crossorigin"), "{call}");
    assert!(
        call.contains("url(\"/calls/fonts/a.woff2\")"),
        "the style stands in the page: {call}"
    );
    let framed = page(&server, "/embed/small-call").await;
    assert!(framed.contains("href=\"/calls/embed/small-call/eligibility\""), "{framed}");
    assert!(
        framed.contains("<html class=\"framed\" lang=\"fr\" data-base=\"/calls\">"),
        "{framed}"
    );
}

#[tokio::test]
async fn a_host_of_files_is_given_the_call_as_a_page_again_and_again() {
    let server = Server::start().await;
    let dist = server.folder.path().join("dist");
    std::fs::write(
        dist.join("config.json"),
        r#"{"contract": 1, "programme": "small-call", "api": "https://api.example.org/"}"#,
    )
    .unwrap();
    let built = std::fs::read_to_string(dist.join("index.html")).unwrap();
    let entry = programmes::read(&server.folder.path().join("programmes/call.json")).unwrap();
    let phase = phase(&entry.programme.schedule, None, server.app.clock.now());
    let read = |name: &str| std::fs::read_to_string(dist.join(name)).unwrap();

    for (locale, words) in [(Locale::En, "Open until"), (Locale::Fr, "dimanche 1er février 2026")] {
        assert_eq!(files::write(&dist, &entry, locale, phase).unwrap(), dist.join("index.html"));
        let page = read("index.html");
        assert!(page.contains(words), "{page}");
        assert!(
            page.contains("href=\"https://api.example.org/api/v1/programmes/small-call\" crossorigin"),
            "{page}"
        );
        assert_eq!(read("app.html"), built, "the page as it was built is kept");
        let mut gzip = String::new();
        let packed = std::fs::File::open(dist.join("index.html.gz")).unwrap();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(packed), &mut gzip).unwrap();
        assert_eq!(gzip, page, "the compressed copy is the same page");
        assert!(dist.join("index.html.br").exists() && dist.join("app.html.br").exists());
    }

    // A call that is not the one at the root has a file of its own.
    std::fs::write(dist.join("config.json"), r#"{"contract": 1, "programme": "other", "api": ""}"#).unwrap();
    assert_eq!(
        files::write(&dist, &entry, Locale::En, phase).unwrap(),
        dist.join("small-call.html")
    );
    // Without the page as it was built there is nothing to fill.
    std::fs::remove_file(dist.join("app.html")).unwrap();
    assert!(files::write(&dist, &entry, Locale::En, phase).is_err());
}

#[tokio::test]
async fn a_page_that_may_not_read_replies_learns_that_there_is_a_backend() {
    let server = Server::start().await;
    let reply = server.get("/api/v1/clock").await.expect(200);
    assert_eq!(reply.header("cross-origin-resource-policy"), "cross-origin");
}
