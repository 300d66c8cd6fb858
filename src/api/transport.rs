//! What lies below the client: something that sends one request and waits.

use std::future::Future;
use std::pin::Pin;

/// A future of the browser's one thread.
pub type Local<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// The methods of HTTP in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Reads the headers only.
    Head,
    /// Makes or does something.
    Post,
    /// Puts something in the place of what was there.
    Put,
    /// Changes something.
    Patch,
    /// Removes something.
    Delete,
}

impl Method {
    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether sending it twice does what sending it once does (RFC 9110, section 9.2.2).
    pub const fn is_idempotent(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Put | Self::Delete)
    }
}

/// What a request carries.
#[derive(Clone, Debug)]
pub enum Payload {
    /// Nothing.
    Nothing,
    /// A text, with its media type in the headers.
    Text(String),
    /// A part of a file.
    Blob(web_sys::Blob),
}

/// One request.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The whole address.
    pub url: String,
    /// The headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Payload,
    /// Milliseconds until it is given up.
    pub timeout_ms: u32,
    /// Whether it goes on when the page goes away; only for small bodies.
    pub keepalive: bool,
    /// The most bytes of a reply that are read.
    pub most_bytes: usize,
}

/// A reply, whatever its status.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Those headers that the contract has, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text; one that is no UTF-8 became U+FFFD.
    pub body: String,
}

impl Reply {
    /// A header by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The media type without parameters, in lower case; empty where there is none.
    pub fn media_type(&self) -> String {
        let value = self.header("content-type").unwrap_or("");
        value.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
    }
}

/// Why there is no reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Nobody was reached, or the connection broke.
    Unreachable,
    /// The time was up.
    TimedOut,
    /// The reply has more bytes than are read.
    TooLong,
}

/// Sends requests, waits, and throws dice: everything of the client that tests replace.
pub trait Transport: Send + Sync {
    /// Sends one request, once.
    fn send(&self, request: Request) -> Local<'_, Result<Reply, Failure>>;

    /// Waits.
    fn wait(&self, ms: u32) -> Local<'_, ()>;

    /// A random number from 0 up to 1.
    fn random(&self) -> f64;

    /// Milliseconds of a clock that nobody sets, since some moment.
    fn monotonic(&self) -> f64 {
        0.0
    }
}
