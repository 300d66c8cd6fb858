//! A connection that breaks while a request is being sent, as they do on the way home.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use crate::check::{Outcome, Stop};
use crate::http::Client;

/// Sends a request below `/api/v1` up to the middle of its body, and breaks off. `length` is what the body was to have.
///
/// # Errors
/// [`Stop::NotChecked`] where that cannot be done: behind https, or when no connection comes about.
pub fn off(http: &Client, method: &str, path: &str, headers: &[(&str, &str)], part: &[u8], length: usize) -> Outcome {
    let Some(rest) = http.base().strip_prefix("http://") else {
        return Stop::not_checked("a connection is broken off only where it is not encrypted");
    };
    let (authority, base) = rest
        .split_once('/')
        .map_or((rest, String::new()), |(authority, base)| (authority, format!("/{base}")));
    let has_port = authority
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let address = if has_port {
        authority.to_owned()
    } else {
        format!("{authority}:80")
    };
    let mut text = format!("{method} {base}/api/v1{path} HTTP/1.1\r\nHost: {authority}\r\nContent-Length: {length}\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    let send = || -> std::io::Result<()> {
        let mut stream = TcpStream::connect(&address)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(text.as_bytes())?;
        stream.write_all(part)?;
        stream.shutdown(Shutdown::Write)?;
        // Until the other end has seen it: what is asked next comes after it.
        let mut nothing = Vec::new();
        let _ = stream.read_to_end(&mut nothing);
        Ok(())
    };
    send().map_err(|error| Stop::NotChecked(format!("no connection to break off: {error}")))
}
