//! Another site: one page at an origin of its own, `localhost`, where the app's is `127.0.0.1`. To browsers these are two sites, so
//! what the app stores in a frame there is kept apart from what it stores by itself.

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A page on another site.
pub struct Host {
    port: u16,
    task: tokio::task::JoinHandle<()>,
}

impl Host {
    /// Serves this page at every address of a free loopback port.
    pub async fn start(html: &str) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let length = html.len();
        let reply = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{html}"
        );
        let task = tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let reply = reply.clone();
                // A browser that has gone away needs no reply.
                tokio::spawn(async move {
                    let _request = client.read(&mut [0; 4096]).await?;
                    client.write_all(reply.as_bytes()).await
                });
            }
        });
        Ok(Self { port, task })
    }

    /// The page's origin.
    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The page's address.
    pub fn address(&self) -> String {
        format!("{}/", self.origin())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.task.abort();
    }
}
