//! Files, in pieces (tus 1.0), judged by what they hold.

use opencall_tests::applicant::{send, sha256};
use opencall_tests::{Applicant, Backend, material};
use reqwest::Method;
use serde_json::json;

async fn begun(backend: &Backend) -> anyhow::Result<Applicant> {
    let applicant = Applicant::new(backend)?;
    applicant.begin(&json!({})).await?.expect(201)?;
    Ok(applicant)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_goes_on_where_it_was_interrupted_even_by_a_power_cut() -> anyhow::Result<()> {
    let mut backend = Backend::start().await?;
    let applicant = begun(&backend).await?;
    let file = material::pdf(600_000);
    let created = applicant.create_upload("deck", "deck.pdf", file.len()).await?.expect(201)?;
    let address = created.header("location").to_owned();
    applicant.send_bytes(&address, 0, &file[..250_000]).await?.expect(204)?;
    backend.kill();
    backend.run().await?;
    let offset = applicant.offset(&address).await?;
    assert_eq!(offset, 250_000);
    applicant.send_bytes(&address, 100, &file[100..200]).await?.expect(409)?;
    applicant.send_bytes(&address, offset, &file[offset..]).await?.expect(204)?;
    let listed = applicant.read().await?.json()["files"][0].clone();
    assert_eq!(
        (&listed["sha256"], &listed["size"], &listed["type"]),
        (&json!(sha256(&file)), &json!(file.len()), &json!("pdf"))
    );
    let back = send(applicant.request(Method::GET, &address[address.find("/api/").unwrap()..]))
        .await?
        .expect(200)?;
    assert_eq!(back.bytes, file);
    assert!(back.header("content-disposition").starts_with("attachment"));
    assert_eq!(back.header("x-content-type-options"), "nosniff");
    assert!(back.header("content-security-policy").contains("sandbox"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_what_it_holds_and_not_what_it_is_called() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let cases: [(&str, Vec<u8>, &str); 4] = [
        ("web page", b"<html><script>alert(1)</script></html>".to_vec(), "file_wrong_kind"),
        ("program", [b"MZ".to_vec(), vec![0; 500]].concat(), "file_wrong_kind"),
        ("cut off", material::pdf(5_000)[..2_000].to_vec(), "file_damaged"),
        (
            "polyglot",
            [b"PK\x03\x04 and then ".to_vec(), material::pdf(2_000)].concat(),
            "file_wrong_kind",
        ),
    ];
    for (what, bytes, code) in cases {
        let applicant = begun(&backend).await?;
        let created = applicant.create_upload("deck", "deck.pdf", bytes.len()).await?.expect(201)?;
        let reply = applicant.send_bytes(created.header("location"), 0, &bytes).await?.expect(422)?;
        assert_eq!(reply.problem(), "/problems/file", "{what}");
        assert_eq!(reply.errors(), [format!("/deck {code}")], "{what}");
        assert_eq!(applicant.read().await?.json()["files"], json!([]), "{what}: it is gone");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn too_big_empty_and_for_no_field_are_refused_before_a_byte_is_sent() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let applicant = begun(&backend).await?;
    let big = applicant.create_upload("deck", "deck.pdf", 10_000_001).await?;
    assert!([413, 422].contains(&big.status), "{}", big.status);
    assert_eq!(big.json()["errors"][0]["code"], "file_too_big");
    assert_eq!(big.json()["errors"][0]["max_bytes"], 10_000_000);
    for (field, size) in [("nothing", 10), ("city", 10), ("deck", 0)] {
        let reply = applicant.create_upload(field, "deck.pdf", size).await?;
        assert!((400..500).contains(&reply.status), "{field} {size}: {}", reply.status);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_files_are_names_and_not_paths() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    for name in [
        "../../etc/passwd.pdf",
        "C:\\deck.pdf",
        "\u{202e}fdp.exe.pdf",
        "a\u{0}b.pdf",
        &"a".repeat(3_000),
        "",
        "…/é 👩‍👩‍👧.pdf",
    ] {
        let applicant = begun(&backend).await?;
        let reply = applicant.create_upload("deck", name, material::pdf(1_000).len()).await?;
        if reply.status == 201 {
            applicant
                .send_bytes(reply.header("location"), 0, &material::pdf(1_000))
                .await?
                .expect(204)?;
            let kept = applicant.read().await?.json()["files"][0]["name"].as_str().unwrap().to_owned();
            assert!(
                !kept.is_empty() && !kept.contains(['/', '\\', '\u{0}', '\u{202e}']) && kept.chars().count() <= 255,
                "{kept}"
            );
        } else {
            assert!((400..500).contains(&reply.status), "{name:.20}: {}", reply.status);
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_is_taken_where_films_are_asked_for() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let applicant = begun(&backend).await?;
    let answer = applicant.upload("video", "film.mp4", &material::mp4(10_000)).await?;
    assert_eq!(answer["type"], "mp4");
    let created = applicant
        .create_upload("deck", "deck.pdf", material::mp4(10).len())
        .await?
        .expect(201)?;
    let refused = applicant
        .send_bytes(created.header("location"), 0, &material::mp4(10))
        .await?
        .expect(422)?;
    assert_eq!(refused.errors(), ["/deck file_wrong_kind"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_needs_the_very_file_that_was_uploaded() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let applicant = Applicant::new(&backend)?;
    let version = applicant.complete().await?;
    let answers = applicant.read().await?.json()["answers"].clone();
    for (member, value) in [("id", json!("other")), ("sha256", json!("0".repeat(64)))] {
        let mut deck = answers["deck"].clone();
        deck[member] = value;
        let now = applicant.read().await?.json()["version"].as_u64().unwrap();
        let version = applicant.patch(now, &json!({"deck": deck})).await?.expect(200)?.json()["version"]
            .as_u64()
            .unwrap();
        assert_eq!(
            applicant.submit(version, member).await?.expect(422)?.errors(),
            ["/deck file_unknown"]
        );
    }
    assert!(version > 0);
    Ok(())
}
