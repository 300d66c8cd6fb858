//! Receipts and seals prove themselves: to openssl, and to nobody once a byte has changed.

use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use opencall_core::proof::{self, PublicKey, Statement};
use opencall_tests::{Applicant, Backend, edition};
use serde_json::Value;

/// The keys as the programme publishes them.
async fn keys(backend: &Backend) -> anyhow::Result<Vec<PublicKey>> {
    let address = backend.address(&format!("/api/v1/programmes/{}/keys", edition::ID));
    let keys: Value = reqwest::get(address).await?.json().await?;
    Ok(serde_json::from_value(keys["keys"].clone())?)
}

/// Whether `openssl pkeyutl -verify -rawin` takes the signature: the commands of `docs/receipts.md`.
fn openssl_takes(folder: &Path, pem: &str, statement: &[u8], signature: &[u8]) -> anyhow::Result<bool> {
    std::fs::write(folder.join("key.pem"), pem)?;
    std::fs::write(folder.join("statement"), statement)?;
    std::fs::write(folder.join("signature"), signature)?;
    let arguments = "pkeyutl -verify -rawin -pubin -inkey key.pem -in statement -sigfile signature";
    let done = Command::new("openssl").current_dir(folder).args(arguments.split(' ')).output()?;
    Ok(done.status.success())
}

/// A receipt and a seal of the same application.
async fn proofs(backend: &Backend) -> anyhow::Result<[Value; 2]> {
    let applicant = Applicant::new(backend)?;
    let version = applicant.complete().await?;
    let receipt = applicant.submit(version, "s").await?.expect(200)?.json();
    let seal = applicant.seal(receipt["digest"].as_str().unwrap(), "k").await?.expect(200)?.json();
    Ok([receipt, seal])
}

#[tokio::test(flavor = "multi_thread")]
async fn openssl_takes_what_the_server_signed_and_nothing_else() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let keys = keys(&backend).await?;
    for document in proofs(&backend).await? {
        let statement = document["signed"]["statement"].as_str().unwrap().as_bytes().to_vec();
        let signature = STANDARD.decode(document["signed"]["signature"].as_str().unwrap())?;
        let pem = &keys[0].pem;
        assert!(openssl_takes(backend.scratch(), pem, &statement, &signature)?);
        for at in [
            0,
            1,
            statement.len() / 3,
            statement.len() / 2,
            statement.len() - 2,
            statement.len() - 1,
        ] {
            let mut changed = statement.clone();
            changed[at] ^= 1;
            assert!(
                !openssl_takes(backend.scratch(), pem, &changed, &signature)?,
                "byte {at} of the statement"
            );
        }
        for at in [0, 1, 31, 32, 62, 63] {
            let mut changed = signature.clone();
            changed[at] ^= 1;
            assert!(
                !openssl_takes(backend.scratch(), pem, &statement, &changed)?,
                "byte {at} of the signature"
            );
        }
        assert!(!openssl_takes(
            backend.scratch(),
            pem,
            &statement[..statement.len() - 1],
            &signature
        )?);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_id_is_the_one_openssl_computes() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let key = keys(&backend).await?.remove(0);
    std::fs::write(backend.scratch().join("key.pem"), &key.pem)?;
    let der = Command::new("openssl")
        .current_dir(backend.scratch())
        .args(["pkey", "-pubin", "-in", "key.pem", "-outform", "DER"])
        .output()?;
    assert!(opencall_tests::applicant::sha256(&der.stdout).starts_with(&key.key_id));
    assert!(der.stdout.ends_with(&STANDARD.decode(&key.public_key)?));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn any_changed_byte_of_a_statement_or_a_signature_is_refused() -> anyhow::Result<()> {
    let backend = Backend::start().await?;
    let keys = keys(&backend).await?;
    let public_key: [u8; 32] = STANDARD.decode(&keys[0].public_key)?.try_into().unwrap();
    let (mut statements, mut signatures, mut documents) = (0, 0, 0);
    for document in proofs(&backend).await? {
        assert!(proof::check(&document, &keys).is_ok());
        let statement = document["signed"]["statement"].as_str().unwrap().as_bytes().to_vec();
        let signature: [u8; 64] = STANDARD
            .decode(document["signed"]["signature"].as_str().unwrap())?
            .try_into()
            .unwrap();
        assert!(proof::fits(&statement, &signature, &public_key));
        for at in 0..statement.len() {
            let mut changed = statement.clone();
            changed[at] ^= 1;
            assert!(!proof::fits(&changed, &signature, &public_key), "byte {at}");
            statements += 1;
        }
        for at in 0..signature.len() {
            for bit in 0..8 {
                let mut changed = signature;
                changed[at] ^= 1 << bit;
                assert!(!proof::fits(&statement, &changed, &public_key), "byte {at}");
                signatures += 1;
            }
        }
        // And of the whole file, as somebody would keep it.
        let file = document.to_string().into_bytes();
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 1;
            let refused = serde_json::from_slice(&changed).map_or(true, |document| proof::check(&document, &keys).is_err());
            assert!(refused, "byte {at}: {}", String::from_utf8_lossy(&changed));
            documents += 1;
        }
    }
    println!("refused: {statements} changed statements, {signatures} changed signatures, {documents} changed files");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_of_a_server_share_the_key_they_are_given_and_a_restart_keeps_its_own() -> anyhow::Result<()> {
    let mut backend = Backend::start().await?;
    let before = keys(&backend).await?;
    let [receipt, _] = proofs(&backend).await?;
    backend.kill();
    backend.run().await?;
    assert_eq!(keys(&backend).await?, before);
    assert!(matches!(proof::check(&receipt, &keys(&backend).await?), Ok(Statement::Receipt(_))));
    assert!(!backend.log().contains("PRIVATE"), "the key is in no log");
    let made = Command::new("openssl")
        .args(["genpkey", "-algorithm", "ed25519", "-out"])
        .arg(backend.scratch().join("shared.pem"))
        .output()?;
    assert!(made.status.success());
    let file = backend.scratch().join("shared.pem").display().to_string();
    let setup = || opencall_tests::Setup {
        arguments: vec![String::from("--signing-key"), file.clone()],
        ..opencall_tests::Setup::default()
    };
    let (one, two) = (Backend::with(setup()).await?, Backend::with(setup()).await?);
    let [receipt, _] = proofs(&one).await?;
    assert!(proof::check(&receipt, &keys(&two).await?).is_ok());
    assert!(!one.data().join("signing-key.pem").exists());
    Ok(())
}
