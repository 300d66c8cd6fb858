//! The address that browsers and applicants see. Behind it the server comes and goes; and as a network
//! does, it can lose a reply after the request has arrived.

use std::sync::atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::abandoned::Cut;
use crate::seeded::Seeded;
use crate::tamper::{self, Damage, Rules};

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
    /// Where seals and submissions are given up, if they are.
    cutting: Mutex<Option<(Seeded, usize)>>,
    /// How many replies have been lost.
    lost: AtomicUsize,
    /// Whether the app's wasm is held back.
    holding: tokio::sync::watch::Sender<bool>,
    /// What is done to replies.
    tampering: tokio::sync::watch::Sender<Rules>,
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

    /// Cuts the connection of two in three seals and submissions anywhere, see [`Cut`], at most three times in a row; with `None` of none
    /// any more.
    pub fn cut_submissions(&self, chance: Option<Seeded>) {
        *self.state.cutting() = chance.map(|chance| (chance, 0));
    }

    /// Holds the app's wasm back, as a slow network does, or lets it go.
    pub fn hold_app(&self, holding: bool) {
        self.state.holding.send_replace(holding);
    }

    /// Does this to the replies to requests that begin like this (`PATCH /api/v1/application `), beside what is done already.
    /// Connections that are open break.
    pub fn tamper(&self, start: &str, damage: Damage) {
        self.state.tampering.send_modify(|rules| {
            let mut all = rules.to_vec();
            all.insert(0, (start.to_owned(), damage));
            *rules = Arc::new(all);
        });
    }

    /// Passes everything on again as it is. Connections that are open break.
    pub fn be_honest(&self) {
        self.state.tampering.send_replace(Rules::default());
    }

    /// How many replies have been lost.
    pub fn lost(&self) -> usize {
        self.state.lost.load(Ordering::SeqCst)
    }
}

impl State {
    fn cutting(&self) -> MutexGuard<'_, Option<(Seeded, usize)>> {
        self.cutting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a request is to be given up, if it is.
    fn cut(&self, request: &[u8]) -> Option<Cut> {
        let seals = request.starts_with(b"POST /api/v1/application/seal ");
        let submits = request.starts_with(b"POST /api/v1/application/submit ");
        if !seals && !submits {
            return None;
        }
        let mut cutting = self.cutting();
        let (chance, in_a_row) = cutting.as_mut()?;
        if *in_a_row == 3 || chance.below(3) == 0 {
            *in_a_row = 0;
            return None;
        }
        *in_a_row += 1;
        Some(Cut::any(chance, request.len()))
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
    let behind = state.behind.load(Ordering::SeqCst);
    let mut tampering = state.tampering.subscribe();
    let rules = tampering.borrow_and_update().clone();
    if !rules.is_empty() {
        return tokio::select! {
            done = tamper::relay(client, behind, &rules) => done,
            _ = tampering.changed() => Ok(()),
        };
    }
    let server = TcpStream::connect(("127.0.0.1", behind)).await?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let submitting = AtomicBool::new(false);
    let reading = AtomicUsize::new(usize::MAX);
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
            let cut = state.cut(&buffer[..read]);
            state.lost.fetch_add(usize::from(cut.is_some()), Ordering::SeqCst);
            match cut {
                Some(Cut::Sending(bytes)) => {
                    to_server.write_all(&buffer[..bytes]).await?;
                    return Ok(());
                }
                Some(Cut::Waiting(time)) => {
                    to_server.write_all(&buffer[..read]).await?;
                    tokio::time::sleep(time).await;
                    return Ok(());
                }
                Some(Cut::Reading(bytes)) => reading.store(bytes, Ordering::SeqCst),
                None => {}
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
            let wanted = reading.load(Ordering::SeqCst);
            if wanted <= read {
                to_client.write_all(&buffer[..wanted]).await?;
                return Ok(());
            }
            to_client.write_all(&buffer[..read]).await?;
        }
    };
    tokio::select! { done = up => done, done = down => done, _ = tampering.changed() => Ok(()) }
}
