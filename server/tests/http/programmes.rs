//! Programme documents.

use opencall_server::programmes::{LoadError, Programmes};
use serde_json::json;

use crate::harness::{CALL, Call, Server};

#[tokio::test]
async fn calls_are_listed_with_where_they_stand() {
    let server = Server::start().await;
    let listed = server.get("/api/v1/programmes").await.expect(200).json();
    assert_eq!(listed[0]["id"], "small-call");
    assert_eq!(listed[0]["title"]["fr"], "Petit <b>appel</b>");
    assert_eq!(listed[0]["phase"]["phase"], "open");
}

#[tokio::test]
async fn a_document_is_sent_once_and_then_known() {
    let server = Server::start().await;
    let first = server.get("/api/v1/programmes/small-call").await.expect(200);
    assert_eq!(first.json(), serde_json::from_str::<serde_json::Value>(CALL).unwrap());
    assert_eq!(first.header("cache-control"), "no-cache");
    let known = Call::new("GET", "/api/v1/programmes/small-call").header("if-none-match", first.header("etag"));
    assert!(server.send(known).await.expect(304).body.is_empty());
    server.get("/api/v1/programmes/other").await.problem(404, "not-found");
}

#[tokio::test]
async fn a_document_is_compressed_beforehand() {
    let server = Server::start().await;
    let call = Call::new("GET", "/api/v1/programmes/small-call").header("accept-encoding", "gzip, br");
    let reply = server.send(call).await.expect(200);
    assert_eq!(reply.header("content-encoding"), "br");
    let mut plain = Vec::new();
    brotli::BrotliDecompress(&mut &reply.body[..], &mut plain).unwrap();
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&plain).unwrap()["id"], "small-call");
}

#[tokio::test]
async fn a_changed_document_is_served_and_a_faulty_one_is_not() {
    let server = Server::start().await;
    let path = server.folder.path().join("programmes/call.json");
    assert!(server.app.programmes.refresh().is_empty());
    std::fs::write(&path, CALL.replace("\"seats\": 2", "\"seats\": 33")).unwrap();
    assert!(server.app.programmes.refresh().is_empty());
    assert_eq!(server.get("/api/v1/programmes/small-call").await.json()["seats"], 33);
    std::fs::write(&path, "{\"id\": \"small-call\"").unwrap();
    assert_eq!(server.app.programmes.refresh().len(), 1);
    assert!(server.app.programmes.refresh().is_empty(), "said once");
    assert_eq!(server.get("/api/v1/programmes/small-call").await.json()["seats"], 33);
    std::fs::remove_file(&path).unwrap();
    server.app.programmes.refresh();
    server.get("/api/v1/programmes/small-call").await.expect(200);
}

#[test]
fn every_fault_of_a_document_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let faulty = CALL
        .replace("\"max\": 80", "\"max\": -1")
        .replace("\"seats\": 2", "\"seats\": 0")
        .replace("Europe/Paris", "Mars/Olympus");
    std::fs::write(folder.path().join("faulty.json"), faulty).unwrap();
    let errors = Programmes::open(vec![folder.path().into()]).unwrap_err();
    let text = errors[0].to_string();
    for path in ["/steps/0/fields/0/max", "/seats", "/schedule/zone"] {
        assert!(text.contains(path), "{text}");
    }
}

#[test]
fn two_documents_cannot_have_one_id() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.json", "b.json"] {
        std::fs::write(folder.path().join(name), CALL).unwrap();
    }
    let errors = Programmes::open(vec![folder.path().into()]).unwrap_err();
    assert!(
        matches!(&errors[..], [LoadError::SameId(path, id)] if path.ends_with("b.json") && id == "small-call"),
        "{errors:?}"
    );
}

#[tokio::test]
async fn applications_to_a_programme_no_longer_served_can_still_be_read() {
    let mut server = Server::start().await;
    let token = {
        let applicant = crate::harness::Applicant::begun(&server, json!({"name": "Acme"})).await;
        applicant.token
    };
    std::sync::Arc::get_mut(&mut server.app).unwrap().programmes = Programmes::open(vec![]).unwrap();
    let applicant = crate::harness::Applicant { server: &server, token };
    assert_eq!(applicant.read().await["answers"]["name"], "Acme");
    applicant.patch(1, &json!({"name": "B"})).await.problem(404, "not-found");
    applicant.submit(1, "s").await.problem(404, "not-found");
}
