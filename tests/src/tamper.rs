//! What networks and faulty backends do to replies on the wire: a page in their place, headers taken out, ends cut off, endless bodies,
//! silence. One request a connection, so that each can be looked at.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What becomes of the reply to a request.
#[derive(Clone)]
pub enum Damage {
    /// A network's sign-in page in its place; the server hears of nothing.
    Page,
    /// Another reply in its place; the server hears of nothing. Status, media type (empty for none), body.
    Instead(u16, &'static str, String),
    /// Without these headers.
    Without(&'static [&'static str]),
    /// With this header in the place of the one it has.
    With(&'static str, String),
    /// With another body: the text of the one it has, changed.
    Changed(fn(&str) -> String),
    /// The connection breaks after so many bytes of the body.
    Broken(usize),
    /// A body that never ends.
    Endless,
    /// It is lost; the server has done its work.
    Lost,
    /// It is held back so long.
    Late(Duration),
    /// The server is asked as a backend without `If-Match` is: whatever is there is written over.
    LastWins,
}

/// Which requests, by how they begin (`PATCH /api/v1/application `), and what becomes of the replies.
pub type Rules = Arc<Vec<(String, Damage)>>;

/// How many bytes of endless bodies were taken by the other side, the most of one.
pub static POURED: AtomicUsize = AtomicUsize::new(0);

/// Answers one request, and closes the connection.
pub async fn relay(mut client: TcpStream, server: u16, rules: &Rules) -> Result<()> {
    let (head, body) = request(&mut client).await?;
    // What is open in advance, and not used.
    if head.is_empty() {
        return Ok(());
    }
    let Some((_, damage)) = rules.iter().find(|(start, _)| head.starts_with(start.as_str())) else {
        let mut server = ask(server, &head, &body).await?;
        tokio::io::copy(&mut server, &mut client).await?;
        return Ok(());
    };
    match damage {
        Damage::Page => {
            let page = "<!doctype html><title>Guest network</title><p>Sign in to go online.";
            send(&mut client, 200, "text/html; charset=utf-8", page.as_bytes()).await
        }
        Damage::Instead(status, media_type, body) => send(&mut client, *status, media_type, body.as_bytes()).await,
        Damage::Endless => pour(&mut client).await,
        Damage::Late(time) => {
            let (head, body) = reply(server, &head, &body).await?;
            tokio::time::sleep(*time).await;
            pass_on(&mut client, &head, &body, body.len()).await
        }
        Damage::Lost => reply(server, &head, &body).await.map(drop),
        Damage::LastWins => {
            let version = version(server, &head).await?;
            let head = head.replacen("\r\n", &format!("\r\nIf-Match: \"{version}\"\r\n"), 1);
            let (head, body) = reply(server, &head, &body).await?;
            pass_on(&mut client, &head, &body, body.len()).await
        }
        Damage::Without(names) => {
            let (head, body) = reply(server, &head, &body).await?;
            pass_on(&mut client, &without(&head, names), &body, body.len()).await
        }
        Damage::With(name, value) => {
            let (head, body) = reply(server, &head, &body).await?;
            let head = without(&head, &[name]).replacen("\r\n", &format!("\r\n{name}: {value}\r\n"), 1);
            pass_on(&mut client, &head, &body, body.len()).await
        }
        Damage::Changed(change) => {
            let (head, body) = reply(server, &head, &body).await?;
            let body = change(&String::from_utf8_lossy(&body)).into_bytes();
            pass_on(&mut client, &head, &body, body.len()).await
        }
        Damage::Broken(bytes) => {
            let (head, body) = reply(server, &head, &body).await?;
            pass_on(&mut client, &head, &body[..body.len().min(*bytes)], body.len()).await
        }
    }
}

/// A request to its end: its head, and its body.
async fn request(client: &mut TcpStream) -> Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        ensure!(bytes.len() < 256 * 1024, "a head without an end");
        if client.read_buf(&mut bytes).await? == 0 {
            return Ok(Default::default());
        }
    };
    let body = bytes.split_off(end);
    let head = String::from_utf8(bytes)?;
    let length = header(&head, "content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
    let mut body = body;
    while body.len() < length {
        ensure!(client.read_buf(&mut body).await? > 0, "the request broke off");
    }
    Ok((head, body))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    lines
        .into_iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

fn without(head: &str, names: &[&str]) -> String {
    let stays = |line: &&str| {
        !line
            .split_once(':')
            .is_some_and(|(key, _)| names.iter().any(|name| key.eq_ignore_ascii_case(name)))
    };
    let lines: Vec<_> = head.trim_end().split("\r\n").filter(stays).collect();
    format!("{}\r\n\r\n", lines.join("\r\n"))
}

/// Sends a request to the server, for a reply that is not compressed and ends with the connection.
async fn ask(server: u16, head: &str, body: &[u8]) -> Result<TcpStream> {
    let mut to = TcpStream::connect(("127.0.0.1", server)).await?;
    let head = without(head, &["connection", "accept-encoding"]).replacen("\r\n", "\r\nConnection: close\r\n", 1);
    to.write_all(head.as_bytes()).await?;
    to.write_all(body).await?;
    Ok(to)
}

/// The server's reply: its head without its length, and its body.
async fn reply(server: u16, head: &str, body: &[u8]) -> Result<(String, Vec<u8>)> {
    let mut from = ask(server, head, body).await?;
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes).await?;
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n").context("no reply")?;
    let body = bytes.split_off(at + 4);
    let head = String::from_utf8(bytes)?;
    ensure!(
        header(&head, "transfer-encoding").is_none(),
        "only replies with a length can be looked at"
    );
    Ok((without(&head, &["content-length"]), body))
}

async fn pass_on(client: &mut TcpStream, head: &str, body: &[u8], length: usize) -> Result<()> {
    let head = head.replacen("\r\n", &format!("\r\nContent-Length: {length}\r\n"), 1);
    client.write_all(head.as_bytes()).await?;
    client.write_all(body).await?;
    Ok(client.shutdown().await?)
}

async fn send(client: &mut TcpStream, status: u16, media_type: &str, body: &[u8]) -> Result<()> {
    let kind = if media_type.is_empty() {
        String::new()
    } else {
        format!("Content-Type: {media_type}\r\n")
    };
    pass_on(
        client,
        &format!("HTTP/1.1 {status} Told\r\n{kind}Connection: close\r\n\r\n"),
        body,
        body.len(),
    )
    .await
}

/// The version of the application that the request is about.
async fn version(server: u16, head: &str) -> Result<u64> {
    let bearer = header(head, "authorization").context("no token")?;
    let head = format!("GET /api/v1/application HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {bearer}\r\n\r\n");
    let (_, body) = reply(server, &head, &[]).await?;
    let whole: serde_json::Value = serde_json::from_slice(&body)?;
    whole["version"].as_u64().context("no version")
}

/// A list that never ends, for as long as somebody reads.
async fn pour(client: &mut TcpStream) -> Result<()> {
    client
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n[0")
        .await?;
    let part = ",0".repeat(32 * 1024);
    let mut sum = 0;
    while sum < 256 << 20 {
        client.write_all(part.as_bytes()).await?;
        sum += part.len();
        POURED.fetch_max(sum, Ordering::SeqCst);
    }
    Ok(())
}
