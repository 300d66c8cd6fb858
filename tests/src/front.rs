//! The address that browsers and applicants see. Behind it the server comes and goes; and as a network
//! does, it can lose a reply after the request has arrived.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering};

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A TCP relay on a loopback port that it keeps.
pub struct Front {
    port: u16,
    state: Arc<State>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Default)]
struct State {
    /// The server's port; 0 while there is none.
    behind: AtomicU16,
    /// Whether connections are refused.
    down: AtomicBool,
    /// Whether replies to submissions are lost.
    losing: AtomicBool,
    /// How many replies have been lost.
    lost: AtomicUsize,
    /// Whether the app's wasm is held back.
    holding: tokio::sync::watch::Sender<bool>,
}

impl Front {
    /// Listens on a free loopback port.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                // A connection that breaks concerns only the two at its ends.
                tokio::spawn(async move { relay(client, &state).await.ok() });
            }
        });
        Ok(Self { port, state, task })
    }

    /// Its origin.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Leads to a server on this loopback port from now on.
    pub fn lead_to(&self, port: u16) {
        self.state.behind.store(port, Ordering::SeqCst);
    }

    /// Refuses every connection, or stops refusing.
    pub fn set_down(&self, down: bool) {
        self.state.down.store(down, Ordering::SeqCst);
    }

    /// Loses the replies to submissions (the server has done its work and said so), or stops losing them.
    pub fn lose_submit_replies(&self, losing: bool) {
        self.state.losing.store(losing, Ordering::SeqCst);
    }

    /// Holds the app's wasm back, as a slow network does, or lets it go.
    pub fn hold_app(&self, holding: bool) {
        self.state.holding.send_replace(holding);
    }

    /// How many replies have been lost.
    pub fn lost(&self) -> usize {
        self.state.lost.load(Ordering::SeqCst)
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Carries bytes both ways until one end closes, or until a reply is to be lost.
async fn relay(client: TcpStream, state: &State) -> Result<()> {
    if state.down.load(Ordering::SeqCst) {
        return Ok(());
    }
    let server = TcpStream::connect(("127.0.0.1", state.behind.load(Ordering::SeqCst))).await?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let submitting = AtomicBool::new(false);
    let up = async {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = from_client.read(&mut buffer).await?;
            if read == 0 || state.down.load(Ordering::SeqCst) {
                return anyhow::Ok(());
            }
            // A request's head is the beginning of what arrives on a quiet connection.
            if buffer[..read].starts_with(b"POST /api/v1/application/submit ") {
                submitting.store(true, Ordering::SeqCst);
            }
            if buffer[..read].starts_with(b"GET /apply_bg") {
                // Ends with an error only when the front is gone.
                state.holding.subscribe().wait_for(|holding| !holding).await?;
            }
            to_server.write_all(&buffer[..read]).await?;
        }
    };
    let down = async {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = from_server.read(&mut buffer).await?;
            if read == 0 || state.down.load(Ordering::SeqCst) {
                return anyhow::Ok(());
            }
            if submitting.swap(false, Ordering::SeqCst) && state.losing.load(Ordering::SeqCst) {
                state.lost.fetch_add(1, Ordering::SeqCst);
                return Ok(());
            }
            to_client.write_all(&buffer[..read]).await?;
        }
    };
    tokio::select! { done = up => done, done = down => done }
}
