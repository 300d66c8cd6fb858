//! Signed receipts, and digests that are fixed before the deadline.

use opencall_core::proof::{self, PublicKey};
use serde_json::{Value, json};

use crate::check::{Capability::Seals, Check, Outcome};
use crate::draft::{Draft, key};
use crate::fill::Extent;
use crate::http::Reply;
use crate::run::Run;

pub(super) const CHECKS: &[Check] = &[
    Seals.check(
        "seals/keys",
        "the public keys are published, each under its own id",
        "docs/backend.md, Receipts; docs/receipts.md; RFC 8410, 4",
        keys,
    ),
    Seals.check(
        "seals/receipt",
        "a receipt is signed with one of them, and shows what was signed",
        "docs/backend.md, Receipts; RFC 8032, 5.1",
        receipt,
    ),
    Seals.check(
        "seals/receipt-files",
        "a receipt names the files that were received with it",
        "docs/backend.md, Receipts",
        receipt_files,
    ),
    Seals.check(
        "seals/seal",
        "a digest is sealed, complete or not, and signed",
        "docs/backend.md, A seal",
        seal,
    ),
    Seals.check(
        "seals/shown",
        "the application shows the last seal, the export all, the timeline that there was one",
        "docs/backend.md, A seal",
        shown,
    ),
    Seals.check(
        "seals/sealed-at",
        "the receipt of what was sealed says since when it was",
        "docs/backend.md, A seal",
        sealed_at,
    ),
    Seals.check(
        "seals/replay",
        "sealing again with the same key gives the same seal, byte for byte",
        "docs/backend.md, Idempotency-Key",
        replay,
    ),
    Seals.check(
        "seals/malformed",
        "what is no digest is refused",
        "docs/backend.md, Problems",
        malformed,
    ),
    Seals.check(
        "seals/missing-key",
        "sealing without an Idempotency-Key is refused",
        "docs/backend.md, Idempotency-Key",
        missing_key,
    ),
];

fn published(run: &Run) -> Outcome<(Reply, Vec<PublicKey>)> {
    let reply = run
        .http
        .request("GET", &format!("/programmes/{}/keys", run.programme()?.id))
        .send()?;
    let value = reply.json(&[200])?;
    let keys = serde_json::from_value(value["keys"].clone());
    let keys = keys.map_err(|error| reply.short_of("keys, each with key_id, algorithm, public_key, pem and since", error.to_string()))?;
    Ok((reply, keys))
}

fn keys(run: &Run) -> Outcome {
    use base64::Engine as _;
    let (reply, keys) = published(run)?;
    reply.require(!keys.is_empty(), "at least one key")?;
    for key in &keys {
        let bytes = base64::engine::general_purpose::STANDARD.decode(&key.public_key).ok();
        let id = bytes.and_then(|bytes| Some(proof::key_id(&bytes.try_into().ok()?)));
        reply.require(
            id.as_ref() == Some(&key.key_id),
            "key_id is the first 16 digits of the SHA-256 of the key's DER form",
        )?;
        reply.require(key.algorithm == proof::ALGORITHM, "algorithm is Ed25519")?;
        reply.require(key.pem.contains("BEGIN PUBLIC KEY"), "pem is a PEM file")?;
    }
    Ok(())
}

/// A receipt or a seal has to be signed with a published key, and show what was signed.
fn proves(run: &Run, reply: &Reply, document: &Value) -> Outcome {
    let (_, keys) = published(run)?;
    match proof::check(document, &keys) {
        Ok(_) => Ok(()),
        Err(refusal) => Err(reply.short_of("a signature that fits (docs/receipts.md)", refusal.to_string())),
    }
}

fn receipt(run: &Run) -> Outcome {
    let submitted = run.submitted(Extent::Everything)?;
    proves(run, &submitted.receipt, &submitted.receipt.value())?;
    let read = submitted.draft.read()?;
    proves(run, &read, &read.value()["receipt"])
}

fn receipt_files(run: &Run) -> Outcome {
    let submitted = run.submitted(Extent::Everything)?;
    let read = submitted.draft.read()?;
    let kept = read.value()["files"].as_array().cloned().unwrap_or_default();
    let named = submitted.receipt.value()["files"].as_array().cloned();
    let named = named.ok_or_else(|| submitted.receipt.short("files, a list"))?;
    for file in &kept {
        let is = |known: &&Value| {
            ["field", "name", "size", "sha256"]
                .iter()
                .all(|member| known[member] == file[member])
        };
        let field = &file["field"];
        submitted.receipt.require(
            named.iter().find(is).is_some(),
            &format!("files names {field}'s with name, size and SHA-256"),
        )?;
    }
    submitted.receipt.require(named.len() == kept.len(), "and no others")
}

/// A digest of nothing in particular.
fn some_digest(of: &str) -> String {
    opencall_core::seal::digest(of)
}

fn seal(run: &Run) -> Outcome {
    let call = run.programme()?;
    let (draft, begun) = Draft::begin(&run.http, &call.id, &json!({"conformance_a": "not complete"}))?;
    let digest = some_digest("seal");
    let reply = draft.seal(&digest, draft.version()?, &key()?)?;
    reply.json(&[200])?;
    reply.member("/digest", &json!(digest))?;
    reply.member("/application", &begun.value()["id"])?;
    reply.member("/files", &json!([]))?;
    let at = reply.time("/sealed_at")?;
    reply.require(at >= begun.time("/created_at")?, "sealed_at is not before the draft was begun")?;
    let schedule = &call.programme.schedule;
    reply.require(
        reply.time("/deadline")? == schedule.deadline,
        &format!("deadline is {}", schedule.deadline),
    )?;
    let until = schedule.grace_for(None);
    reply.require(reply.time("/until")? == until, &format!("until is {until}, the end of the grace"))?;
    proves(run, &reply, &reply.value())
}

fn shown(run: &Run) -> Outcome {
    let draft = run.draft(&json!({}))?;
    let version = draft.version()?;
    draft.seal(&some_digest("first"), version, &key()?)?.json(&[200])?;
    let last = draft.seal(&some_digest("second"), version, &key()?)?;
    last.json(&[200])?;
    let read = draft.read()?;
    read.member("/seal", &last.value())?;
    read.member("/version", &json!(version))?;
    let export = draft.get("/export")?;
    let value = export.json(&[200])?;
    let digests: Vec<&str> = value["seals"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|seal| seal["digest"].as_str())
        .collect();
    export.require(
        digests == [some_digest("first"), some_digest("second")],
        "seals has both, the first one first",
    )?;
    let happened = draft.happened()?;
    export.require(happened == ["begun", "sealed", "sealed"], "the timeline has begun, sealed, sealed")
}

fn sealed_at(run: &Run) -> Outcome {
    let complete = run.complete(Extent::Required)?;
    let seal = complete.draft.seal(&complete.digest, complete.version, &key()?)?;
    seal.json(&[200])?;
    let reply = complete.draft.submit(complete.version, &key()?)?;
    reply.json(&[200])?;
    reply.member("/digest", &seal.value()["digest"])?;
    reply.member("/sealed_at", &seal.value()["sealed_at"])?;
    proves(run, &reply, &reply.value())
}

fn replay(run: &Run) -> Outcome {
    run.needs_keys()?;
    let draft = run.draft(&json!({}))?;
    let (digest, key, version) = (some_digest("replay"), key()?, draft.version()?);
    let first = draft.seal(&digest, version, &key)?;
    first.json(&[200])?;
    let again = draft.seal(&digest, version, &key)?;
    again.require(again.status == 200 && again.body == first.body, "the same reply, byte for byte")?;
    let other = draft.seal(&some_digest("another"), version, &key)?;
    other.problem(&[422], "/problems/idempotency-key-reused").map(drop)
}

fn malformed(run: &Run) -> Outcome {
    let draft = run.some_draft()?;
    for digest in ["", "conformance", &"A".repeat(64), &"0".repeat(63)] {
        draft.seal(digest, 1, &key()?)?.problem(&[400, 422], "/problems/malformed")?;
    }
    Ok(())
}

fn missing_key(run: &Run) -> Outcome {
    run.needs_keys()?;
    let draft = run.some_draft()?;
    let request = draft.request("POST", "/application/seal");
    let reply = request.json(&json!({"digest": some_digest("x"), "files": []})).send()?;
    reply.problem(&[400], "/problems/idempotency-key-missing").map(drop)
}
