//! What the layer costs a call over bare `fetch`; the figures are in docs/fetch-layer.md, the commands too.
#![allow(clippy::unwrap_used)]

use super::endpoint::Token;

/// A reply of the size that a filled-in draft has.
fn application() -> String {
    let answers: Vec<String> = (0..50)
        .map(|at| format!("\"field_{at}\":\"{}\"", "An answer of some length. ".repeat(4)))
        .collect();
    format!(
        r#"{{"id":"a","programme":"p","status":"draft","version":7,"answers":{{{}}},"created_at":"2023-11-08T09:00:00Z","updated_at":"2023-11-08T09:00:00Z"}}"#,
        answers.join(",")
    )
}

const SAVED: &str = r#"{"version":8,"saved_at":"2023-11-08T09:00:00Z"}"#;

fn token() -> Token {
    Token::parse(&"t".repeat(43)).unwrap()
}

/// Allocations, counted where there is an allocator to count them: natively, over a transport that has the reply ready.
#[cfg(not(target_arch = "wasm32"))]
mod allocations {
    use serde_json::{Map, Value};

    use super::super::recorded::{Recorded, now, reply};
    use super::*;

    /// How often the allocator was asked, and for how many bytes, beyond what the transport itself needs.
    fn counted(body: &str, call: impl Fn(&super::super::Client)) -> (u64, u64) {
        let made = || Recorded::new([reply(200, "application/json", body)]);
        // Made and dropped outside, so that only the call is counted.
        let recorded = made();
        let client = recorded.client();
        call(&client);
        let recorded = made();
        let client = recorded.client();
        let layer = allocation_counter::measure(|| call(&client));
        (layer.count_total, layer.bytes_total)
    }

    #[test]
    fn a_call_allocates_little_beyond_its_reply() {
        let token = token();
        let save = counted(SAVED, |client| {
            let patch = Map::from_iter([("city".to_owned(), Value::from("Lyon"))]);
            now(client.save(&token, 7, patch, String::new())).unwrap();
        });
        let body = application();
        let bare = allocation_counter::measure(|| drop(serde_json::from_str::<Value>(&body).unwrap()));
        let read = counted(&body, |client| drop(now(client.read(&token)).unwrap()));
        println!("a save: {} allocations, {} bytes", save.0, save.1);
        println!("a draft of {} bytes: {} allocations, {} bytes", body.len(), read.0, read.1);
        println!(
            "the same as a value only: {} allocations, {} bytes",
            bare.count_total, bare.bytes_total
        );
        assert!(save.0 < 100, "{} allocations for a save", save.0);
        assert!(
            read.0 < bare.count_total + 120,
            "{} allocations for a draft, {} for its value",
            read.0,
            bare.count_total
        );
    }
}

/// Time, in the browser: the same stub stands in for `fetch` both times, so that no network is in the figures.
#[cfg(target_arch = "wasm32")]
mod time {
    use js_sys::{Function, Promise, Reflect};
    use serde_json::{Map, Value};
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use wasm_bindgen_test::{console_log, wasm_bindgen_test};

    use super::super::Client;
    use super::*;
    use crate::clock::monotonic;
    use crate::config::Config;

    const CALLS: u32 = 2_000;
    const ROUNDS: usize = 5;

    /// Puts a `fetch` in place that answers at once with this body, and gives the real one.
    fn stub(body: &str) -> JsValue {
        let window = leptos::prelude::window();
        let name = JsValue::from_str("fetch");
        let real = Reflect::get(&window, &name).unwrap();
        let make = Function::new_with_args(
            "body",
            "return () => Promise.resolve(new Response(body, {headers: {'content-type': 'application/json', 'etag': '\"7\"'}}))",
        );
        let stub = make.call1(&JsValue::NULL, &JsValue::from_str(body)).unwrap();
        Reflect::set(&window, &name, &stub).unwrap();
        real
    }

    fn restore(real: &JsValue) {
        Reflect::set(&leptos::prelude::window(), &JsValue::from_str("fetch"), real).unwrap();
    }

    /// What somebody would write by hand: a request with a time limit, its JSON.
    async fn bare(method: &str, body: Option<&str>) -> f64 {
        let script = Function::new_with_args(
            "calls, method, body",
            "return (async () => {
                const headers = {authorization: 'Bearer ' + 't'.repeat(43), 'content-type': 'application/merge-patch+json'};
                const begun = performance.now();
                for (let n = 0; n < calls; n++) {
                    const limit = new AbortController();
                    const timer = setTimeout(() => limit.abort(), 15000);
                    const reply = await fetch(new Request('/api/v1/application', {method, headers, body, signal: limit.signal}));
                    if (!reply.ok) throw new Error(reply.status);
                    await reply.json();
                    clearTimeout(timer);
                }
                return performance.now() - begun;
            })()",
        );
        let body = body.map_or(JsValue::UNDEFINED, JsValue::from_str);
        let promise = script
            .call3(&JsValue::NULL, &JsValue::from(CALLS), &JsValue::from_str(method), &body)
            .unwrap();
        JsFuture::from(promise.unchecked_into::<Promise>()).await.unwrap().as_f64().unwrap()
    }

    fn client() -> Client {
        Client::in_browser(&Config {
            records: None,
            api: String::new(),
            programme: "p".to_owned(),
            capabilities: opencall_core::contract::Capabilities {
                clock: true,
                ..Default::default()
            },
        })
    }

    fn median(mut all: Vec<f64>) -> f64 {
        all.sort_by(f64::total_cmp);
        all[all.len() / 2] * 1_000.0 / f64::from(CALLS)
    }

    #[wasm_bindgen_test]
    #[ignore = "takes a minute; `cargo xtask bench fetch`"]
    async fn what_a_call_costs_over_bare_fetch() {
        let (client, token, draft) = (client(), token(), application());
        let (mut saves, mut reads) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
        for _ in 0..ROUNDS {
            let real = stub(SAVED);
            saves[0].push(bare("PATCH", Some("{\"city\":\"Lyon\"}")).await);
            let begun = monotonic();
            for _ in 0..CALLS {
                let patch = Map::from_iter([("city".to_owned(), Value::from("Lyon"))]);
                client.save(&token, 7, patch, String::new()).await.unwrap();
            }
            saves[1].push(monotonic() - begun);
            restore(&real);
            let real = stub(&draft);
            reads[0].push(bare("GET", None).await);
            let begun = monotonic();
            for _ in 0..CALLS {
                client.read(&token).await.unwrap();
            }
            reads[1].push(monotonic() - begun);
            restore(&real);
        }
        let [save_bare, save] = saves.map(median);
        let [read_bare, read] = reads.map(median);
        console_log!("a save: {save_bare:.0} µs bare, {save:.0} µs through the layer");
        console_log!(
            "a draft of {} bytes: {read_bare:.0} µs bare, {read:.0} µs through the layer",
            draft.len()
        );
    }
}
