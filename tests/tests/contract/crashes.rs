//! The server killed at random, again and again, under a mixed load: what it acknowledged is there, and nothing twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use opencall_core::{Timestamp, proof};
use opencall_tests::applicant::digest;
use opencall_tests::seeded::Seeded;
use opencall_tests::{Applicant, Backend, Reply, Setup, kept, material, wait};
use serde_json::{Value, json};

const KILLS: usize = 50;
const WORKERS: usize = 4;

/// What the server has acknowledged of one application.
struct Acknowledged {
    applicant: Applicant,
    city: String,
    seal: Value,
    receipt: Value,
}

/// What was asked and acknowledged, over all workers.
#[derive(Default)]
struct Counts {
    saves: AtomicUsize,
    unknown: AtomicUsize,
    repeated: AtomicUsize,
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_fifty_times_under_load_it_keeps_what_it_acknowledged_and_nothing_twice() -> anyhow::Result<()> {
    let mut backend = Backend::with(Setup::crowd()).await?;
    let mut chance = Seeded::new("fifty kills");
    let document = Arc::new(backend.document().await?);
    let (stop, counts) = (Arc::new(AtomicBool::new(false)), Arc::new(Counts::default()));
    let (local, mut workers) = (tokio::task::LocalSet::new(), Vec::new());
    for _ in 0..WORKERS {
        let people: Vec<Applicant> = (0..500).map(|_| Applicant::new(&backend)).collect::<Result<_, _>>()?;
        let (document, stop, counts, chance) = (document.clone(), stop.clone(), counts.clone(), chance.branch());
        workers.push(local.spawn_local(work(people, document, stop, counts, chance)));
    }
    let mut all = Vec::new();
    let load = local.run_until(async {
        for _ in 0..KILLS {
            tokio::time::sleep(chance.wait_below(Duration::from_millis(500))).await;
            backend.kill();
            backend.run().await?;
        }
        stop.store(true, Ordering::SeqCst);
        for worker in workers {
            all.extend(worker.await??);
        }
        anyhow::Ok(())
    });
    load.await?;
    // Once more, so that what is compared has come from disk.
    backend.kill();
    backend.run().await?;
    for known in &all {
        let view = known.applicant.read().await?.expect(200)?.json();
        assert_eq!(view["answers"]["city"], known.city.as_str());
        assert_eq!((&view["seal"], &view["receipt"]), (&known.seal, &known.receipt));
        assert!(proof::read(&known.receipt).is_ok() && proof::read(&known.seal).is_ok());
        assert!(time(&known.seal["sealed_at"]) <= time(&known.receipt["received_at"]));
        assert_eq!(known.applicant.happened().await?, ["begun", "sealed", "submitted"], "each once");
    }
    let count = i64::try_from(all.len())?;
    assert_eq!(kept::counts(&backend.data()).await?, [count; 3]);
    assert!(all.len() >= WORKERS, "there was a load to survive");
    println!(
        "{KILLS} kills; acknowledged: {count} applications, {} saves, {count} seals, {count} submissions; \
         {} saves had an unknown outcome, {} requests were repeated",
        counts.saves.load(Ordering::SeqCst),
        counts.unknown.load(Ordering::SeqCst),
        counts.repeated.load(Ordering::SeqCst)
    );
    Ok(())
}

fn time(value: &Value) -> Option<Timestamp> {
    Timestamp::parse(value.as_str()?)
}

/// Applies for one after the other until told to stop.
async fn work(
    people: Vec<Applicant>,
    document: Arc<Value>,
    stop: Arc<AtomicBool>,
    counts: Arc<Counts>,
    mut chance: Seeded,
) -> anyhow::Result<Vec<Acknowledged>> {
    let mut done = Vec::new();
    for applicant in people {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        done.push(apply(applicant, &document, &counts, &mut chance).await?);
    }
    Ok(done)
}

async fn apply(applicant: Applicant, document: &Value, counts: &Counts, chance: &mut Seeded) -> anyhow::Result<Acknowledged> {
    let mut answers = material::answers();
    answers["city"] = json!("Paris");
    answered(counts, async || applicant.begin(&answers).await).await?;
    let (mut version, mut city) = (1, String::from("Paris"));
    for save in 0..1 + chance.below(6) {
        let next = format!("City {save} {}", chance.below(1_000_000));
        match applicant.patch(version, &json!({"city": next})).await {
            Ok(reply) if reply.status == 200 => {
                version = reply.json()["version"].as_u64().unwrap();
                city = next;
                counts.saves.fetch_add(1, Ordering::SeqCst);
            }
            Ok(reply) if reply.status < 500 => anyhow::bail!("a save was refused: {}", reply.json()),
            _ => {
                // Never acknowledged: it is there whole, or not at all.
                counts.unknown.fetch_add(1, Ordering::SeqCst);
                let view = answered(counts, async || applicant.read().await).await?.json();
                let there = (
                    view["version"].as_u64().unwrap(),
                    view["answers"]["city"].as_str().unwrap().to_owned(),
                );
                anyhow::ensure!(
                    there == (version, city.clone()) || there == (version + 1, next.clone()),
                    "after {city:?} in version {version} was acknowledged, and {next:?} was not: {there:?}"
                );
                (version, city) = there;
            }
        }
    }
    answers["city"] = json!(city);
    let digest = digest(document, &answers)?;
    let seal = answered(counts, async || applicant.seal(&digest, "seal").await).await?;
    let receipt = answered(counts, async || applicant.submit(version, "submit").await).await?;
    // A repeated request gives the same reply, to the byte.
    let again = answered(counts, async || applicant.submit(version, "submit").await).await?;
    anyhow::ensure!(again.bytes == receipt.bytes, "a repeated submission was answered otherwise");
    Ok(Acknowledged {
        seal: seal.json(),
        receipt: receipt.json(),
        applicant,
        city,
    })
}

/// Repeats a request, the same each time, until it is answered; a refusal is an error.
async fn answered(counts: &Counts, mut ask: impl AsyncFnMut() -> anyhow::Result<Reply>) -> anyhow::Result<Reply> {
    wait::until("a definite answer", wait::PATIENCE, async || match ask().await {
        Ok(reply) if reply.status < 300 => Ok(Some(Ok(reply))),
        Ok(reply) if reply.status >= 500 || reply.problem() == "/problems/idempotency-key-running" => {
            counts.repeated.fetch_add(1, Ordering::SeqCst);
            Ok(None)
        }
        Ok(reply) => Ok(Some(Err(anyhow::anyhow!("refused: {}", reply.json())))),
        Err(_) => {
            counts.repeated.fetch_add(1, Ordering::SeqCst);
            Ok(None)
        }
    })
    .await?
}
