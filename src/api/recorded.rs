//! A transport for tests: replies written beforehand, requests kept, no waiting.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use opencall_core::contract::{Capabilities, Concurrency, Uploads};

use super::client::Client;
use super::transport::{Failure, Local, Reply, Request, Transport};
use crate::config::Config;

/// Answers each request with the next reply.
#[derive(Default)]
pub struct Recorded {
    replies: Mutex<VecDeque<Result<Reply, Failure>>>,
    sent: Mutex<Vec<Request>>,
    waits: Mutex<Vec<u32>>,
}

impl Recorded {
    /// With these replies, in order.
    pub fn new(replies: impl IntoIterator<Item = Result<Reply, Failure>>) -> Arc<Self> {
        Arc::new(Self {
            replies: Mutex::new(replies.into_iter().collect()),
            ..Self::default()
        })
    }

    /// A client over it, to a backend that can do everything.
    pub fn client(self: &Arc<Self>) -> Client {
        let capabilities = Capabilities {
            idempotency: true,
            concurrency: Concurrency::IfMatch,
            uploads: Uploads::Tus,
            clock: true,
            ..Capabilities::default()
        };
        self.client_with(capabilities)
    }

    /// A client over it, to a backend with these capabilities.
    pub fn client_with(self: &Arc<Self>, capabilities: Capabilities) -> Client {
        let config = Config {
            api: "https://api.example".to_owned(),
            programme: "p".to_owned(),
            capabilities,
            records: None,
        };
        Client::new(&config, self.clone())
    }

    /// What was sent.
    pub fn sent(&self) -> Vec<Request> {
        self.sent.lock().expect("no test panics while holding it").clone()
    }

    /// How long was waited, in ms, each time.
    pub fn waits(&self) -> Vec<u32> {
        self.waits.lock().expect("no test panics while holding it").clone()
    }
}

impl Transport for Recorded {
    fn send(&self, request: Request) -> Local<'_, Result<Reply, Failure>> {
        self.sent.lock().expect("no test panics while holding it").push(request);
        let reply = self.replies.lock().expect("no test panics while holding it").pop_front();
        Box::pin(async move { reply.expect("the test wrote a reply for every request") })
    }

    fn wait(&self, ms: u32) -> Local<'_, ()> {
        self.waits.lock().expect("no test panics while holding it").push(ms);
        Box::pin(async {})
    }

    fn random(&self) -> f64 {
        0.5
    }
}

/// A reply.
pub fn reply(status: u16, media_type: &str, body: &str) -> Result<Reply, Failure> {
    Ok(Reply {
        status,
        headers: vec![("content-type".to_owned(), media_type.to_owned())],
        body: body.to_owned(),
    })
}

/// A reply with one more header.
pub fn with(reply: Result<Reply, Failure>, name: &str, value: &str) -> Result<Reply, Failure> {
    reply.map(|mut reply| {
        reply.headers.push((name.to_owned(), value.to_owned()));
        reply
    })
}

/// Runs a future that never really waits.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing recorded ever waits"),
    }
}
