//! Made-up applications.

use opencall_core::{Programme, application};
use opencall_server::seed::{SeedError, Wanted, fill};
use sqlx::Row as _;

use crate::harness::{OPEN, Server};
use crate::staff::Staff;
use crate::staff_rows::table;

/// The sample programme, which has every kind of question.
const SAMPLE: &str = include_str!("../../../public/programmes/ai-startup-program.json");

async fn sown(applications: u64, seed: u64, now: &str) -> (Server, [u64; 8]) {
    let server = Server::start().await;
    server.at(now);
    let entry = server.app.programmes.get("small-call").unwrap();
    let wanted = Wanted {
        applications,
        seed,
        add: false,
    };
    let counts = fill(&server.app.store, &server.app.key, &entry, wanted, server.now(), |_| ())
        .await
        .unwrap();
    (server, counts)
}

async fn dump(server: &Server) -> Vec<String> {
    let rows = sqlx::query("SELECT reference, status, answers, created_at, updated_at FROM applications ORDER BY reference")
        .fetch_all(server.app.store.pool())
        .await
        .unwrap();
    let line = |row: &sqlx::any::AnyRow| {
        let (reference, status, answers): (String, String, String) = (row.get("reference"), row.get("status"), row.get("answers"));
        format!(
            "{reference} {status} {answers} {} {}",
            row.get::<i64, _>("created_at"),
            row.get::<i64, _>("updated_at")
        )
    };
    rows.iter().map(line).collect()
}

#[tokio::test]
async fn the_same_seed_gives_the_same_applications_and_another_one_others() {
    let (one, _) = sown(60, 7, OPEN).await;
    let (same, _) = sown(60, 7, OPEN).await;
    let (other, _) = sown(60, 8, OPEN).await;
    assert_eq!(dump(&one).await, dump(&same).await);
    assert_ne!(dump(&one).await, dump(&other).await);
}

#[tokio::test]
async fn nothing_lies_in_the_future_and_most_came_late() {
    let (server, counts) = sown(400, 1, OPEN).await;
    assert_eq!(counts.iter().sum::<u64>(), 400);
    assert!(counts[0] > 80 && counts[1] > 150, "{counts:?}");
    let olga = Staff::first(&server).await;
    let table = table(&server, &olga).await;
    assert_eq!(table.len(), 400);
    let now = server.now().millis();
    assert!(table.last(4).unwrap() <= now && table.last(6).unwrap() <= now);
    let created: Vec<i64> = (0..400)
        .filter_map(|row| match table.cell(row, 4) {
            opencall_table::Cell::Time(at) => Some(at),
            _ => None,
        })
        .collect();
    let middle = i64::midpoint(*created.iter().min().unwrap(), now);
    let late = created.iter().filter(|at| **at > middle).count();
    assert!(late > 280, "{late} of 400 in the second half");
}

#[tokio::test]
async fn once_the_call_is_over_staff_have_moved_most_of_them() {
    let (_, counts) = sown(300, 1, "2026-03-01T00:00:00Z").await;
    assert!(counts[3] > 50 && counts[4] > 5 && counts[6] > 10, "{counts:?}");
}

#[tokio::test]
async fn a_programme_with_applications_is_left_alone_unless_asked() {
    let (server, _) = sown(10, 1, OPEN).await;
    let entry = server.app.programmes.get("small-call").unwrap();
    let again = async |add| {
        let wanted = Wanted {
            applications: 5,
            seed: 1,
            add,
        };
        fill(&server.app.store, &server.app.key, &entry, wanted, server.now(), |_| ()).await
    };
    assert!(matches!(again(false).await, Err(SeedError::NotEmpty(10))));
    again(true).await.unwrap();
    assert_eq!(dump(&server).await.len(), 15);
}

#[test]
fn the_sample_programme_can_be_applied_to_by_dice() {
    let programme = Programme::load(SAMPLE).unwrap();
    let steps = programme.steps.len();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("p.json"), SAMPLE).unwrap();
    let entry = opencall_server::programmes::read(&folder.path().join("p.json")).unwrap();
    let mut wrong = Vec::new();
    for number in 0..200 {
        let mut dice = opencall_server::seed::dice::Dice::new(1, number);
        let mut answers = opencall_server::seed::answers::of(&entry, &mut dice, "FR", steps, false);
        let deck = serde_json::json!({"id": "0", "name": "deck.pdf", "size": 9, "sha256": "00".repeat(32), "type": "pdf"});
        answers.0.insert("deck".to_owned(), deck);
        if let Err(problems) = application(&programme, &answers) {
            wrong.push(format!("{:?} {:?}", problems[0].pointer, problems[0].code));
        }
    }
    assert!(wrong.len() < 10, "{} of 200: {:?}", wrong.len(), &wrong[..wrong.len().min(10)]);
}
