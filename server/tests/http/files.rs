//! What files are taken, under which names, and how long they stay.

use opencall_server::store::sweep;
use serde_json::json;

use crate::harness::{Applicant, Server, mp4, pdf};

async fn applicant(server: &Server) -> Applicant<'_> {
    Applicant::begun(server, json!({})).await
}

#[tokio::test]
async fn what_a_field_cannot_take_is_refused_before_a_byte_is_sent() {
    let server = Server::start().await;
    let applicant = applicant(&server).await;
    let big = applicant.create("deck", "deck.pdf", 20_001).await.problem(413, "file");
    assert_eq!(
        big.json()["errors"],
        json!([{"pointer": "/deck", "code": "file_too_big", "max_bytes": 20_000}])
    );
    assert_eq!(
        applicant.create("deck", "deck.pdf", 0).await.problem(422, "file").errors(),
        ["/deck file_empty"]
    );
    assert_eq!(
        applicant.create("deck", "film.mp4", 10).await.problem(422, "file").errors(),
        ["/deck file_wrong_kind"]
    );
    assert_eq!(
        applicant.create("deck", "deck", 10).await.problem(422, "file").errors(),
        ["/deck file_wrong_kind"]
    );
    for field in [
        "name",
        "nothing",
        "/",
        "/team/0/who",
        "/team/x/cv",
        "/team/0",
        "/deck/0",
        "/team/0/cv/1",
    ] {
        let errors = applicant.create(field, "deck.pdf", 10).await.problem(422, "file").errors();
        assert!(errors[0].ends_with("unknown_field"), "{field}: {errors:?}");
    }
    let call = || applicant.call("POST", "application/files");
    applicant.send(call()).await.problem(400, "malformed");
    applicant.send(call().header("upload-length", "-1")).await.problem(400, "malformed");
    applicant.send(call().header("upload-length", "10")).await.problem(400, "malformed");
    assert!(applicant.read().await["files"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn content_counts_and_not_the_name() {
    let server = Server::start().await;
    let cases: [(&str, &str, Vec<u8>, &str); 7] = [
        (
            "deck",
            "deck.pdf",
            b"<html><script>alert(1)</script>".to_vec(),
            "/deck file_wrong_kind",
        ),
        ("deck", "deck.pdf", mp4(), "/deck file_wrong_kind"),
        ("deck", "deck.pdf", pdf(2_000)[..1_000].to_vec(), "/deck file_damaged"),
        (
            "deck",
            "deck.pdf",
            [pdf(100), b"PK\x03\x04 a zip behind it".to_vec()].concat(),
            "/deck file_damaged",
        ),
        (
            "deck",
            "deck.pdf",
            [b"GIF89a before it ".to_vec(), pdf(100)].concat(),
            "/deck file_wrong_kind",
        ),
        ("film", "film.mp4", [mp4(), b"<html>".to_vec()].concat(), "/film file_damaged"),
        ("film", "film.mp4", pdf(100), "/film file_wrong_kind"),
    ];
    for (field, name, content, problem) in cases {
        let applicant = applicant(&server).await;
        let created = applicant.create(field, name, content.len() as u64).await.expect(201);
        let location = created.header("location");
        let refused = applicant.append(location, 0, &content).await.problem(422, "file");
        assert_eq!(refused.errors(), [problem]);
        assert!(applicant.read().await["files"].as_array().unwrap().is_empty());
        assert_eq!(applicant.offset(location).await.status, 404);
    }
    assert!(server.uploads_on_disk().is_empty());
}

#[tokio::test]
async fn names_are_made_harmless() {
    let server = Server::start().await;
    for (name, kept) in [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\fakepath\\deck.PDF", "deck.PDF"),
        ("\u{202e}fdp.exe.pdf", "fdp.exe.pdf"),
        ("a\u{0}\r\nb.pdf", "ab.pdf"),
        ("<img src=x onerror=alert(1)>.pdf", "<img src=x onerror=alert(1)>.pdf"),
    ] {
        let applicant = applicant(&server).await;
        let answer = applicant.upload("deck", name, &pdf(100)).await;
        assert_eq!(answer["name"], kept);
        let path = format!("application/files/{}", answer["id"].as_str().unwrap());
        applicant.send(applicant.call("GET", &path)).await.expect(200);
    }
}

#[tokio::test]
async fn a_file_is_taken_away_with_its_bytes() {
    let server = Server::start().await;
    let applicant = applicant(&server).await;
    let answer = applicant.upload("deck", "deck.pdf", &pdf(100)).await;
    let path = format!("application/files/{}", answer["id"].as_str().unwrap());
    applicant.send(applicant.call("DELETE", &path)).await.expect(204);
    assert!(server.uploads_on_disk().is_empty());
    applicant.send(applicant.call("DELETE", &path)).await.problem(404, "not-found");
}

#[tokio::test]
async fn what_the_last_submission_refers_to_stays_until_the_next() {
    let server = Server::start().await;
    let (applicant, version) = Applicant::ready(&server).await;
    applicant.submit(version, "one").await.expect(200);
    let old = applicant.read().await["files"][0]["id"].as_str().unwrap().to_owned();
    applicant
        .send(applicant.call("DELETE", &format!("application/files/{old}")))
        .await
        .expect(204);
    assert!(applicant.read().await["files"].as_array().unwrap().is_empty(), "out of sight");
    sweep::sweep(&server.app.store, server.now()).await.unwrap();
    assert_eq!(server.uploads_on_disk().len(), 1, "but kept");
    let deck = applicant.upload("deck", "new.pdf", &pdf(200)).await;
    applicant.patch(version, &json!({"deck": deck})).await.expect(200);
    applicant.submit(version + 1, "two").await.expect(200);
    sweep::sweep(&server.app.store, server.now()).await.unwrap();
    let left = server.uploads_on_disk();
    assert_eq!(left.len(), 1);
    assert!(left[0].ends_with(deck["id"].as_str().unwrap()));
}

#[tokio::test]
async fn an_application_has_so_many_files_and_no_more() {
    let server = Server::start().await;
    let applicant = applicant(&server).await;
    for _ in 0..20 {
        applicant.create("deck", "deck.pdf", 100).await.expect(201);
    }
    applicant.create("deck", "deck.pdf", 100).await.problem(413, "too-large");
}

#[tokio::test]
async fn unfinished_uploads_go_after_a_week() {
    let server = Server::start().await;
    let applicant = applicant(&server).await;
    let created = applicant.create("deck", "deck.pdf", 1_000).await.expect(201);
    applicant
        .append(created.header("location"), 0, &pdf(1_000)[..500])
        .await
        .expect(204);
    applicant.upload("film", "done.pdf", &pdf(100)).await;
    server.pass(sweep::UNFINISHED_KEPT + 1);
    sweep::sweep(&server.app.store, server.now()).await.unwrap();
    let files = applicant.read().await["files"].clone();
    assert_eq!(files.as_array().unwrap().len(), 1);
    assert_eq!(files[0]["name"], "done.pdf");
    assert_eq!(server.uploads_on_disk().len(), 1);
}

#[tokio::test]
async fn bytes_that_a_crash_left_behind_are_swept() {
    let server = Server::start().await;
    let applicant = applicant(&server).await;
    applicant.upload("deck", "deck.pdf", &pdf(100)).await;
    let gone = server.data().join("files").join("0123456789abcdef0123456789abcdef");
    std::fs::create_dir(&gone).unwrap();
    std::fs::write(gone.join("fedcba9876543210fedcba9876543210"), "of an erased application").unwrap();
    sweep::sweep(&server.app.store, server.now()).await.unwrap();
    assert!(!gone.exists());
    assert_eq!(server.uploads_on_disk().len(), 1);
}

#[tokio::test]
async fn a_crash_between_the_last_byte_and_the_check_is_made_good_on_return() {
    let server = Server::start().await;
    let applicant = applicant(&server).await;
    for (content, status) in [(pdf(100), 200), (vec![b'x'; 100], 422)] {
        let created = applicant.create("deck", "deck.pdf", 100).await.expect(201);
        let location = created.header("location");
        let view = applicant.read().await;
        let (application, file) = (view["id"].as_str().unwrap(), location.rsplit('/').next().unwrap());
        let folder = server.data().join("files").join(application);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(file), content).unwrap();
        assert_eq!(applicant.offset(location).await.status, status);
    }
    assert_eq!(applicant.read().await["files"][0]["type"], "pdf");
}
