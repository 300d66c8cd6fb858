//! Apps on other origins.

use crate::harness::{Call, Server};

async fn server() -> Server {
    let mut server = Server::start().await;
    std::sync::Arc::get_mut(&mut server.app).unwrap().allowed_origins = vec!["https://apply.example".parse().unwrap()];
    server
}

fn preflight(origin: &str) -> Call {
    Call::new("OPTIONS", "/api/v1/application")
        .header("origin", origin)
        .header("access-control-request-method", "PATCH")
}

#[tokio::test]
async fn an_allowed_origin_may_ask_and_read() {
    let server = server().await;
    let reply = server.send(preflight("https://apply.example")).await.expect(204);
    assert_eq!(reply.header("access-control-allow-origin"), "https://apply.example");
    assert!(reply.header("access-control-allow-methods").contains("PATCH"));
    assert!(reply.header("access-control-allow-headers").contains("if-match"));
    let reply = server
        .send(Call::new("GET", "/api/v1/clock").header("origin", "https://apply.example"))
        .await
        .expect(200);
    assert_eq!(reply.header("access-control-allow-origin"), "https://apply.example");
    for header in ["date", "etag", "upload-offset"] {
        assert!(reply.header("access-control-expose-headers").contains(header), "{header}");
    }
    let reply = server
        .send(Call::new("GET", "/api/v1/nothing").header("origin", "https://apply.example"))
        .await
        .expect(404);
    assert_eq!(
        reply.header("access-control-allow-origin"),
        "https://apply.example",
        "errors can be read too"
    );
}

#[tokio::test]
async fn other_origins_may_not() {
    let server = server().await;
    for origin in [
        "https://apply.example.evil.example",
        "http://apply.example",
        "null",
        "https://APPLY.example",
    ] {
        assert_eq!(
            server.send(preflight(origin)).await.header("access-control-allow-origin"),
            "",
            "{origin}"
        );
        let reply = server.send(Call::new("GET", "/api/v1/clock").header("origin", origin)).await;
        assert_eq!(reply.header("access-control-allow-origin"), "", "{origin}");
        assert!(reply.headers.get_all("vary").iter().any(|value| value == "Origin"), "{origin}");
    }
    let closed = Server::start().await;
    assert_eq!(
        closed
            .send(preflight("https://apply.example"))
            .await
            .header("access-control-allow-origin"),
        ""
    );
}
