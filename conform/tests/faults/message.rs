//! Requests and replies on their way through the proxy (RFC 9112), small enough to be held whole.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::Value;

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path with its query.
    pub target: String,
    /// The headers; names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// A reply.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers; names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// What is asked of the backend instead, for a reply that does not end and goes through as it comes.
    pub through: Option<Request>,
}

impl Request {
    /// A request like this one without its body.
    pub fn like(&self, method: &str, target: &str) -> Self {
        let mut headers = self.headers.clone();
        headers.retain(|(name, _)| matches!(name.as_str(), "authorization" | "cookie"));
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers,
            body: Vec::new(),
        }
    }

    /// The path below `/api/v1`, without a query.
    pub fn path(&self) -> &str {
        let path = self.target.split('?').next().unwrap_or_default();
        path.strip_prefix("/api/v1").unwrap_or(path)
    }

    /// Whether it is this call.
    pub fn is(&self, method: &str, path: &str) -> bool {
        self.method == method && self.path() == path
    }

    /// Whether it begins a draft.
    pub fn begins(&self) -> bool {
        self.method == "POST" && self.path().ends_with("/applications")
    }

    /// Whether it is about one upload.
    pub fn is_upload(&self, method: &str) -> bool {
        self.method == method && self.path().starts_with("/application/files/")
    }

    /// Whether it listens to events, which do not end.
    pub fn listens(&self) -> bool {
        self.method == "GET" && self.path().ends_with("/events") && !self.header("cookie").is_empty()
    }

    /// A header; empty for none.
    pub fn header(&self, name: &str) -> &str {
        get(&self.headers, name)
    }

    /// Sets a header.
    pub fn set(&mut self, name: &str, value: &str) {
        set(&mut self.headers, name, value);
    }

    /// Takes a header away.
    pub fn remove(&mut self, name: &str) {
        self.headers.retain(|(known, _)| known != name);
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Another body.
    pub fn set_json(&mut self, value: &Value) {
        self.body = value.to_string().into_bytes();
    }
}

impl Reply {
    /// A JSON reply.
    pub fn json_of(status: u16, value: &Value) -> Self {
        let kind = if status >= 400 {
            "application/problem+json"
        } else {
            "application/json"
        };
        let headers = [
            ("content-type", kind),
            ("cache-control", "no-store"),
            ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ];
        Self {
            status,
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            body: value.to_string().into_bytes(),
            through: None,
        }
    }

    /// A header; empty for none.
    pub fn header(&self, name: &str) -> &str {
        get(&self.headers, name)
    }

    /// Sets a header.
    pub fn set(&mut self, name: &str, value: &str) {
        set(&mut self.headers, name, value);
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Changes the body as JSON.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Value)) -> Self {
        let mut value = self.json();
        change(&mut value);
        self.body = value.to_string().into_bytes();
        self
    }
}

fn get<'a>(headers: &'a [(String, String)], name: &str) -> &'a str {
    headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

fn set(headers: &mut Vec<(String, String)>, name: &str, value: &str) {
    headers.retain(|(known, _)| known != name);
    headers.push((name.to_owned(), value.to_owned()));
}

type Head = (String, Vec<(String, String)>);

/// Reads a first line and headers.
fn head(from: &mut impl BufRead) -> std::io::Result<Head> {
    let mut first = String::new();
    from.read_line(&mut first)?;
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        from.read_line(&mut line)?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.trim().to_owned())),
            None => return Ok((first, headers)),
        }
    }
}

/// Reads a request; `None` when there is none.
///
/// # Errors
/// When the connection breaks.
pub fn read_request(from: &TcpStream) -> std::io::Result<Option<Request>> {
    let mut from = BufReader::new(from);
    let (first, headers) = head(&mut from)?;
    let mut parts = first.split(' ');
    let (Some(method), Some(target)) = (parts.next(), parts.next()) else {
        return Ok(None);
    };
    let mut body = vec![0; get(&headers, "content-length").parse().unwrap_or(0)];
    from.read_exact(&mut body)?;
    Ok(Some(Request {
        method: method.to_owned(),
        target: target.to_owned(),
        headers,
        body,
    }))
}

/// Writes a request as HTTP/1.0, so that the reply ends with the connection and comes in one piece.
///
/// # Errors
/// When the connection breaks.
pub fn write_request(to: &mut TcpStream, request: &Request) -> std::io::Result<()> {
    let mut text = format!("{} {} HTTP/1.0\r\n", request.method, request.target);
    for (name, value) in &request.headers {
        if !matches!(
            name.as_str(),
            "connection" | "content-length" | "transfer-encoding" | "accept-encoding"
        ) {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    text.push_str(&format!("content-length: {}\r\n\r\n", request.body.len()));
    to.write_all(text.as_bytes())?;
    to.write_all(&request.body)
}

/// Reads a reply to its end.
///
/// # Errors
/// When the connection breaks.
pub fn read_reply(from: &TcpStream) -> std::io::Result<Reply> {
    let mut from = BufReader::new(from);
    let (first, headers) = head(&mut from)?;
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(502);
    let mut body = Vec::new();
    from.read_to_end(&mut body)?;
    Ok(Reply {
        status,
        headers,
        body,
        through: None,
    })
}

/// Writes a reply, and says that the connection ends with it.
///
/// # Errors
/// When the connection breaks.
pub fn write_reply(to: &mut TcpStream, reply: &Reply, with_body: bool) -> std::io::Result<()> {
    let mut text = format!("HTTP/1.1 {} Replied\r\n", reply.status);
    for (name, value) in &reply.headers {
        if !matches!(name.as_str(), "connection" | "content-length" | "transfer-encoding") {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    if reply.status != 204 && reply.status != 304 {
        text.push_str(&format!("content-length: {}\r\n", reply.body.len()));
    }
    text.push_str("connection: close\r\n\r\n");
    to.write_all(text.as_bytes())?;
    if with_body { to.write_all(&reply.body) } else { Ok(()) }
}
