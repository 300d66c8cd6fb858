//! Bytes arriving: tus, piece by piece.

use axum::body::{Body, Bytes};
use futures_util::stream;
use serde_json::json;

use crate::harness::{Applicant, Call, Server, pdf};

async fn applicant(server: &Server) -> Applicant<'_> {
    Applicant::begun(server, json!({})).await
}

#[tokio::test]
async fn what_the_server_speaks_is_said() {
    let server = Server::start().await;
    let reply = server.send(Call::new("OPTIONS", "/api/v1/application/files")).await.expect(204);
    assert_eq!(reply.header("tus-version"), "1.0.0");
    assert_eq!(reply.header("tus-extension"), "creation,creation-with-upload,termination");
    assert!(!reply.header("tus-max-size").is_empty());
    let applicant = applicant(&server).await;
    let other = applicant.call("POST", "application/files").header("tus-resumable", "0.2.2");
    assert_eq!(applicant.send(other).await.expect(412).header("tus-version"), "1.0.0");
}

#[tokio::test]
async fn a_file_arrives_in_pieces_and_is_listed_all_along() {
    let server = Server::start().await;
    let applicant = applicant(&server).await;
    let content = pdf(10_000);
    let created = applicant.create("deck", "My deck.pdf", 10_000).await.expect(201);
    let location = created.header("location");
    assert_eq!(applicant.read().await["files"][0]["received"], 0);
    let reply = applicant.append(location, 0, &content[..4_000]).await.expect(204);
    assert_eq!(reply.header("upload-offset"), "4000");
    let file = applicant.read().await["files"][0].clone();
    assert_eq!(
        (&file["received"], &file["size"], &file["type"]),
        (&json!(4_000), &json!(10_000), &json!(null))
    );
    let head = applicant.offset(location).await.expect(200);
    assert_eq!((head.header("upload-offset"), head.header("upload-length")), ("4000", "10000"));
    assert_eq!(head.header("cache-control"), "no-store");
    applicant.append(location, 4_000, &content[4_000..]).await.expect(204);
    let file = applicant.read().await["files"][0].clone();
    assert_eq!(file["type"], "pdf");
    assert_eq!(file["field"], "deck");
    assert_eq!(file["name"], "My deck.pdf");
    assert_eq!(file["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(applicant.offset(location).await.expect(200).header("upload-offset"), "10000");
}

#[tokio::test]
async fn a_file_comes_back_to_be_saved_and_not_shown() {
    let server = Server::start().await;
    let applicant = applicant(&server).await;
    let answer = applicant.upload("deck", "Présentation \"finale\".pdf", &pdf(2_000)).await;
    let path = format!("application/files/{}", answer["id"].as_str().unwrap());
    let reply = applicant
        .send(applicant.call("GET", &path).header("accept-encoding", "br"))
        .await
        .expect(200);
    assert_eq!(reply.body, pdf(2_000));
    assert_eq!(reply.header("content-type"), "application/pdf");
    assert_eq!(reply.header("content-encoding"), "");
    assert_eq!(
        reply.header("content-disposition"),
        "attachment; filename=\"Pr_sentation _finale_.pdf\"; filename*=UTF-8''Pr%C3%A9sentation%20%22finale%22.pdf"
    );
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert_eq!(reply.header("content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!(reply.header("cache-control"), "no-store");
}

#[tokio::test]
async fn an_unfinished_file_cannot_be_downloaded() {
    let server = Server::start().await;
    let applicant = applicant(&server).await;
    let created = applicant.create("deck", "deck.pdf", 1_000).await.expect(201);
    applicant
        .send(Call::new("GET", created.header("location")).token(&applicant.token))
        .await
        .problem(404, "not-found");
}

#[tokio::test]
async fn another_offset_is_refused_with_the_right_one() {
    let server = Server::start().await;
    let applicant = applicant(&server).await;
    let created = applicant.create("deck", "deck.pdf", 1_000).await.expect(201);
    let location = created.header("location");
    applicant.append(location, 0, &pdf(1_000)[..100]).await.expect(204);
    for offset in [0, 99, 101, u64::MAX] {
        assert_eq!(
            applicant.append(location, offset, b"xx").await.expect(409).header("upload-offset"),
            "100"
        );
    }
    assert_eq!(applicant.offset(location).await.header("upload-offset"), "100");
}

#[tokio::test]
async fn what_arrived_before_a_connection_broke_is_kept() {
    let server = Server::start().await;
    let applicant = applicant(&server).await;
    let content = pdf(1_000);
    let created = applicant.create("deck", "deck.pdf", 1_000).await.expect(201);
    let location = created.header("location");
    let pieces: Vec<Result<Bytes, std::io::Error>> = vec![
        Ok(Bytes::copy_from_slice(&content[..300])),
        Err(std::io::ErrorKind::ConnectionReset.into()),
    ];
    applicant
        .send(applicant.append_call(location, 0, Body::from_stream(stream::iter(pieces))))
        .await
        .problem(400, "malformed");
    assert_eq!(applicant.offset(location).await.header("upload-offset"), "300");
    applicant.append(location, 300, &content[300..]).await.expect(204);
}

#[tokio::test]
async fn whoever_comes_back_takes_over_from_a_request_that_hangs() {
    let server = Server::start().await;
    let applicant = applicant(&server).await;
    let content = pdf(1_000);
    let created = applicant.create("deck", "deck.pdf", 1_000).await.expect(201);
    let location = created.header("location");
    let first = stream::iter([Ok::<_, std::io::Error>(Bytes::copy_from_slice(&content[..300]))]);
    let hanging = Body::from_stream(futures_util::StreamExt::chain(first, stream::pending()));
    let hanging = applicant.send(applicant.append_call(location, 0, hanging));
    let resumed = async {
        // Until the first has begun there is nothing to take over.
        while server
            .uploads_on_disk()
            .first()
            .is_none_or(|path| path.metadata().unwrap().len() < 300)
        {
            tokio::task::yield_now().await;
        }
        let offset = applicant.offset(location).await.expect(200);
        assert_eq!(offset.header("upload-offset"), "300");
        applicant.append(location, 300, &content[300..]).await.expect(204);
    };
    let (hanging, ()) = tokio::join!(hanging, resumed);
    hanging.expect(409);
}

#[tokio::test]
async fn more_bytes_than_announced_are_not_taken() {
    let server = Server::start().await;
    let applicant = applicant(&server).await;
    let created = applicant.create("deck", "deck.pdf", 1_000).await.expect(201);
    let location = created.header("location");
    applicant.append(location, 0, &pdf(1_000)[..500]).await.expect(204);
    applicant.append(location, 500, &[b'x'; 600]).await.problem(413, "too-large");
    assert_eq!(applicant.offset(location).await.header("upload-offset"), "500");
}

/// A creation with bytes.
fn creation(applicant: &Applicant<'_>, kind: &'static str, size: usize, body: impl Into<Body>) -> Call {
    let name = |text: &str| base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text);
    applicant
        .call("POST", "application/files")
        .header("tus-resumable", "1.0.0")
        .header("upload-length", size.to_string())
        .header("upload-metadata", format!("field {},filename {}", name("deck"), name("deck.pdf")))
        .body(kind, body)
}

const BYTES: &str = "application/offset+octet-stream";

#[tokio::test]
async fn a_file_comes_whole_with_its_creation() {
    let server = Server::start().await;
    let applicant = applicant(&server).await;
    let content = pdf(10_000);
    let reply = applicant
        .send(creation(&applicant, BYTES, 10_000, content.clone()))
        .await
        .expect(201);
    assert_eq!(reply.header("upload-offset"), "10000");
    let file = applicant.read().await["files"][0].clone();
    assert_eq!((&file["received"], &file["type"]), (&json!(10_000), &json!("pdf")));
    assert!(reply.header("location").ends_with(file["id"].as_str().unwrap()));
}

#[tokio::test]
async fn a_file_whose_first_part_comes_with_its_creation_goes_on_in_parts() {
    let server = Server::start().await;
    let applicant = applicant(&server).await;
    let content = pdf(1_000);
    let reply = applicant
        .send(creation(&applicant, BYTES, 1_000, content[..400].to_vec()))
        .await
        .expect(201);
    assert_eq!(reply.header("upload-offset"), "400");
    let location = reply.header("location").to_owned();
    applicant.append(&location, 400, &content[400..]).await.expect(204);
    assert_eq!(applicant.read().await["files"][0]["type"], "pdf");
}

#[tokio::test]
async fn what_comes_whole_and_is_no_good_is_refused_and_not_kept() {
    let server = Server::start().await;
    let applicant = applicant(&server).await;
    applicant
        .send(creation(&applicant, BYTES, 400, vec![b'x'; 400]))
        .await
        .problem(422, "file");
    assert_eq!(applicant.read().await["files"], json!([]));
    applicant
        .send(creation(&applicant, BYTES, 100, vec![b'x'; 101]))
        .await
        .problem(413, "too-large");
    let other = creation(&applicant, "application/pdf", 4, vec![b'x'; 4]);
    assert_eq!(applicant.send(other).await.status, 415);
}
