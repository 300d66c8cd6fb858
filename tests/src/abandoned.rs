//! Requests that are given up before their reply has been read: at the first byte, at the last, or anywhere between.

use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::seeded::Seeded;

/// Where a request is given up.
#[derive(Clone, Copy, Debug)]
pub enum Cut {
    /// After so many bytes of it have been sent: before the server can have done anything.
    Sending(usize),
    /// So long after all of it has been sent: while the server works, or just after.
    Waiting(Duration),
    /// After so many bytes of the reply: the server has done its work.
    Reading(usize),
}

impl Cut {
    /// Any of them, each kind as often.
    pub fn any(chance: &mut Seeded, request: usize) -> Self {
        match chance.below(3) {
            0 => Self::Sending(chance.below(request)),
            1 => Self::Waiting(chance.wait_below(Duration::from_millis(12))),
            _ => Self::Reading(1 + chance.below(120)),
        }
    }
}

/// A `POST` with a bearer token, byte for byte.
pub fn post(path: &str, token: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    text.into_bytes()
}

/// Sends a request to a loopback port and gives it up.
pub async fn send(port: u16, request: &[u8], cut: Cut) -> Result<()> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    match cut {
        Cut::Sending(bytes) => stream.write_all(&request[..bytes]).await?,
        Cut::Waiting(time) => {
            stream.write_all(request).await?;
            tokio::time::sleep(time).await;
        }
        Cut::Reading(bytes) => {
            stream.write_all(request).await?;
            stream.read_exact(&mut vec![0; bytes]).await?;
        }
    }
    Ok(())
}
