//! Another site: one page at an origin of its own, `localhost`, where the app's is `127.0.0.1`. To browsers these are two sites, so
//! what the app stores in a frame there is kept apart from what it stores by itself.

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::{edition, settings};

/// A page on another site.
pub struct Host {
    port: u16,
    task: tokio::task::JoinHandle<()>,
}

impl Host {
    /// Serves this page at every address of a free loopback port.
    pub async fn start(html: &str) -> Result<Self> {
        Self::serve(html, "", "").await
    }

    /// Serves this page with a `Content-Security-Policy` in its header.
    pub async fn guarded(html: &str, policy: &str) -> Result<Self> {
        Self::serve(html, "", policy).await
    }

    /// Serves one of the pages of `tests/hosts/` with the form that is at an origin, and a policy that allows the form and the page's own
    /// style sheet. `more` stands among the tag's attributes.
    pub async fn sample(name: &str, form: &str, more: &str) -> Result<Self> {
        let read = |ending: &str| {
            let file = settings::root().join(format!("tests/hosts/{name}.{ending}"));
            std::fs::read_to_string(&file).with_context(|| file.display().to_string())
        };
        let html = read("html")?
            .replace("FORM", form)
            .replace("PROGRAMME", edition::ID)
            .replace("MORE", more);
        let policy =
            format!("default-src 'none'; script-src {form}; frame-src {form}; style-src 'self'; base-uri 'none'; form-action 'none'");
        Self::serve(&html, &read("css")?, &policy).await
    }

    async fn serve(html: &str, css: &str, policy: &str) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let policy = if policy.is_empty() {
            String::new()
        } else {
            format!("Content-Security-Policy: {policy}\r\n")
        };
        let reply = |kind: &str, body: &str| {
            let length = body.len();
            format!(
                "HTTP/1.1 200 OK\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {length}\r\n{policy}Connection: close\r\n\r\n{body}"
            )
        };
        let (page, sheet) = (reply("text/html", html), reply("text/css", css));
        let task = tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let (page, sheet) = (page.clone(), sheet.clone());
                // A browser that has gone away needs no reply.
                tokio::spawn(async move {
                    let mut request = [0; 4096];
                    let length = client.read(&mut request).await?;
                    let line = request[..length].split(|byte| *byte == b'\r').next().unwrap_or_default();
                    let is_sheet = line.windows(5).any(|part| part == b".css ");
                    client.write_all(if is_sheet { sheet } else { page }.as_bytes()).await
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
