//! A site of fixed pages, sent compressed, from a server that does nothing else: what ours is measured against.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A static server.
pub struct Site {
    port: u16,
    task: tokio::task::JoinHandle<()>,
}

/// A file of a site.
pub struct Asset {
    /// Its path, from `/` on.
    pub path: String,
    /// Its media type.
    pub media_type: &'static str,
    /// What it holds.
    pub body: Vec<u8>,
    /// Brotli's quality: 11 for what is compressed once and kept, 5 for what a backend would compress as it goes.
    pub quality: u32,
}

impl Site {
    /// Serves these files at a free loopback port.
    pub async fn start(assets: Vec<Asset>) -> Result<Self> {
        let mut replies = BTreeMap::new();
        for asset in assets {
            let mut brotli = brotli::CompressorWriter::new(Vec::new(), 1 << 16, asset.quality, 24);
            brotli.write_all(&asset.body)?;
            let body = brotli.into_inner();
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Encoding: br\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                asset.media_type,
                body.len()
            );
            replies.insert(asset.path, [head.into_bytes(), body].concat());
        }
        let replies = Arc::new(replies);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let replies = Arc::clone(&replies);
                tokio::spawn(async move { answer(socket, &replies).await.ok() });
            }
        });
        Ok(Self { port, task })
    }

    /// The same site under another name: to browsers, another site.
    pub fn elsewhere(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The address of a path.
    pub fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(mut socket: TcpStream, replies: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    let mut request = [0; 8192];
    let read = socket.read(&mut request).await?;
    let head = String::from_utf8_lossy(&request[..read]);
    let path = head.split(' ').nth(1).unwrap_or_default();
    const NONE: &[u8] = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    socket.write_all(replies.get(path).map_or(NONE, Vec::as_slice)).await?;
    Ok(socket.shutdown().await?)
}
