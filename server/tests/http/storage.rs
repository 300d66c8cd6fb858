//! When nothing can be written.

use serde_json::json;
use sqlx::Connection as _;

use crate::harness::{Applicant, Server, pdf};

#[tokio::test]
async fn a_full_disk_loses_nothing_and_is_said() {
    let server = Server::start().await;
    if std::env::var("OPENCALL_TEST_DATABASE_URL").is_ok_and(|url| !url.is_empty()) {
        // Only SQLite can be told to be full.
        return;
    }
    let (applicant, version) = Applicant::ready(&server).await;
    let limit = async |pages: u32| {
        // Every connection of the pool, since each has a limit of its own.
        let mut connections = Vec::new();
        for _ in 0..server.app.store.pool().options().get_max_connections() {
            connections.push(server.app.store.pool().acquire().await.unwrap());
        }
        for connection in &mut connections {
            let sql = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
            sqlx::query(sql).execute(&mut **connection).await.unwrap();
        }
    };
    limit(1).await;
    let long = json!({"pitch": "x".repeat(100_000)});
    let refused = applicant.patch(version, &long).await.problem(503, "storage");
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(applicant.read().await["version"], version);
    let mut other = Applicant::new(&server);
    other.begin("a", long.clone()).await.problem(503, "storage");
    other.send(other.call("GET", "application")).await.problem(401, "unknown-token");
    limit(1_000_000).await;
    applicant.patch(version, &long).await.expect(200);
    other.token = Applicant::new(&server).token;
    other.begin("a", long).await.expect(201);
}

#[tokio::test]
async fn when_the_data_folder_goes_uploads_are_refused_and_said() {
    let server = Server::start().await;
    let applicant = Applicant::begun(&server, json!({})).await;
    let created = applicant.create("deck", "deck.pdf", 100).await.expect(201);
    std::fs::remove_dir(server.data().join("files")).unwrap();
    std::fs::write(server.data().join("files"), "in the way").unwrap();
    applicant
        .append(created.header("location"), 0, &pdf(100))
        .await
        .problem(503, "storage");
}

#[tokio::test]
async fn erased_answers_leave_the_database_file_with_the_next_sweep() {
    let server = Server::start().await;
    if std::env::var("OPENCALL_TEST_DATABASE_URL").is_ok_and(|url| !url.is_empty()) {
        // PostgreSQL's own vacuum sees to it.
        return;
    }
    let secret = "a very particular sentence";
    let applicant = Applicant::begun(&server, json!({"name": secret})).await;
    applicant.send(applicant.call("DELETE", "application")).await.expect(204);
    opencall_server::store::sweep::sweep(&server.app.store, server.now()).await.unwrap();
    for file in std::fs::read_dir(server.data()).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            assert!(
                !bytes.windows(secret.len()).any(|window| window == secret.as_bytes()),
                "{}",
                path.display()
            );
        }
    }
}

#[tokio::test]
async fn a_database_opens_again_with_what_it_held() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let store = opencall_server::store::Store::open(folder.path(), None).await.unwrap();
        assert!(store.is_ready().await);
        store.close().await;
    }
    let url = format!("sqlite://{}", folder.path().join("opencall.db").display());
    let mut connection = sqlx::AnyConnection::connect(&url).await.unwrap();
    let row = sqlx::query("SELECT COUNT(*) AS n FROM _sqlx_migrations")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(sqlx::Row::get::<i64, _>(&row, "n"), 6);
}
