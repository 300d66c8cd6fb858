//! What lies below and above the gateway: requests and replies, and something that sends one.

use std::future::Future;
use std::pin::Pin;

/// A future of one thread.
pub type Local<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// One request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// The address: whole towards the store; of a request of the contract the path and query only.
    pub url: String,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Request {
    /// A header by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

/// A reply, whatever its status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// A header by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Nobody was reached, or the connection broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreachable;

/// Sends requests and knows the device's time: all that differs between a browser and a test.
pub trait Http {
    /// Sends one request, once.
    fn send(&self, request: Request) -> Local<'_, Result<Reply, Unreachable>>;

    /// The device's clock, in milliseconds since the Unix epoch.
    fn now(&self) -> i64;

    /// 32 random bytes.
    fn random(&self) -> [u8; 32];
}
