//! Saved views of the staff's list.

use serde_json::{Value, json};

use crate::harness::Server;
use crate::staff::{Staff, call};

const VIEWS: &str = "programmes/small-call/views";

async fn names(staff: &Staff<'_>) -> Vec<String> {
    let all = staff.get(VIEWS).await.expect(200).json();
    let one = |view: &Value| format!("{} {} {}", view["name"], view["shared"], view["mine"]).replace('"', "");
    all.as_array().unwrap().iter().map(one).collect()
}

async fn put(staff: &Staff<'_>, server: &Server, id: &str, body: Value) -> crate::harness::Reply {
    let call = call("PUT", &format!("views/{id}")).json(&body).header("cookie", &staff.cookie);
    server.send(call).await
}

#[tokio::test]
async fn views_are_ones_own_until_they_are_shared() {
    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    let (vera, jude) = (olga.invite("viewer", "Vera").await, olga.invite("judge", "Jude").await);
    let mine = json!({"name": "  Ready to read ", "query": "status=submitted&sort=-updated"});
    let saved = olga.post(VIEWS, &mine).await.expect(201).json();
    assert_eq!(
        (&saved["name"], &saved["shared"], &saved["owner"]),
        (&json!("Ready to read"), &json!(false), &json!("Olga"))
    );
    let id = saved["id"].as_str().unwrap();
    assert_eq!(names(&olga).await, ["Ready to read false true"]);
    // To others it does not exist.
    assert!(names(&vera).await.is_empty());
    put(&vera, &server, id, mine.clone()).await.problem(404, "not-found");
    vera.delete(&format!("views/{id}")).await.problem(404, "not-found");
    jude.get(VIEWS).await.problem(403, "not-allowed");

    // Of the same name there is one a person.
    olga.post(VIEWS, &json!({"name": "Ready to read", "query": ""}))
        .await
        .problem(409, "view-exists");
    let hers = vera
        .post(VIEWS, &json!({"name": "Ready to read", "query": "q=a"}))
        .await
        .expect(201)
        .json();
    vera.post(VIEWS, &json!({"name": "For all", "query": "q=a", "shared": true}))
        .await
        .problem(403, "not-allowed");
    put(
        &vera,
        &server,
        hers["id"].as_str().unwrap(),
        json!({"name": "Hers", "query": "q=b", "shared": true}),
    )
    .await
    .problem(403, "not-allowed");
    put(
        &vera,
        &server,
        hers["id"].as_str().unwrap(),
        json!({"name": "Hers", "query": "q=b"}),
    )
    .await
    .expect(200);

    let shared = json!({"name": "Ready to read", "query": "status=submitted", "shared": true});
    put(&olga, &server, id, shared.clone()).await.expect(200);
    assert_eq!(names(&vera).await, ["Hers false true", "Ready to read true false"]);
    put(&vera, &server, id, shared.clone()).await.problem(403, "not-allowed");
    vera.delete(&format!("views/{id}")).await.problem(403, "not-allowed");
    // Another organiser looks after what is shared.
    let oscar = olga.invite("organiser", "Oscar").await;
    let renamed = put(&oscar, &server, id, json!({"name": "To be read", "query": "q=c", "shared": true}))
        .await
        .expect(200)
        .json();
    assert_eq!((&renamed["owner"], &renamed["mine"]), (&json!("Olga"), &json!(false)));
    oscar.delete(&format!("views/{id}")).await.expect(204);
    assert!(names(&olga).await.is_empty());
    let trail = olga.get("audit").await.expect(200).json();
    let about: Vec<String> = trail
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["what"].as_str().unwrap().contains("view"))
        .map(|entry| format!("{} {} {}", entry["by"], entry["what"], entry["detail"]["view"]).replace('"', ""))
        .collect();
    assert_eq!(
        about,
        [
            "Oscar unshared_view To be read",
            "Oscar changed_view To be read",
            "Olga shared_view Ready to read"
        ]
    );
}

#[tokio::test]
async fn what_is_too_long_or_too_many_is_refused_and_nothing_is_lost() {
    let server = Server::start().await;
    let olga = Staff::first(&server).await;
    for wrong in [
        json!({"name": " ", "query": ""}),
        json!({"name": "n".repeat(81), "query": ""}),
        json!({"name": "n", "query": "q".repeat(4_001)}),
        json!({"name": "n", "query": "q=#"}),
        json!({"query": ""}),
    ] {
        olga.post(VIEWS, &wrong).await.expect(400);
    }
    olga.post("programmes/none/views", &json!({"name": "n", "query": ""}))
        .await
        .problem(404, "not-found");
    for at in 0..100 {
        olga.post(VIEWS, &json!({"name": format!("{at:03}"), "query": ""}))
            .await
            .expect(201);
    }
    olga.post(VIEWS, &json!({"name": "one more", "query": ""}))
        .await
        .problem(409, "too-many-views");
    assert_eq!(names(&olga).await.len(), 100);
}
