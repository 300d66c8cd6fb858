//! How long the list takes with many applications. Left out of the usual run: it prints figures for `docs/records.md`.

use std::time::Instant;

use serde_json::{Value, json};

use super::harness::{Caller, Device, answers, link, make, programme, token};

const MANY: usize = 2_000;

#[test]
#[ignore = "prints figures, and fails at nothing"]
fn the_list_of_many() {
    let programme = programme(86_400);
    let began = Instant::now();
    let device = Device::new();
    for _ in 0..MANY {
        let token = token();
        assert_eq!(device.begin(&token, &programme, &answers()).status, 201);
        let link = link(&token);
        let act = json!({"application": link.id, "programme": programme, "act": "submitted", "draft_version": 1, "digest": "00"});
        let (status, body) = make(&Caller::Applicant(token), "acts", &link.act(1), act);
        assert!(matches!(status, 200 | 201), "{body}");
    }
    println!("{MANY} written in {:.1} s", began.elapsed().as_secs_f64());
    let staff = Device::with_whole_pages();
    staff.sign_in();
    let rows = format!("/programmes/{programme}/rows");
    let began = Instant::now();
    let reply = staff.staff("GET", &rows, &Value::Null);
    println!(
        "first read: {:.2} s, {} bytes to the page",
        began.elapsed().as_secs_f64(),
        reply.body.len()
    );
    let began = Instant::now();
    let changes = format!("/programmes/{programme}/changes?since=1000000");
    staff.staff("GET", &changes, &Value::Null);
    println!("again, soon after the writing: {:.2} s", began.elapsed().as_secs_f64());
    std::thread::sleep(std::time::Duration::from_secs(75));
    staff.staff("GET", &changes, &Value::Null);
    let began = Instant::now();
    staff.staff("GET", &changes, &Value::Null);
    println!("again, a minute later: {:.2} s", began.elapsed().as_secs_f64());
}
