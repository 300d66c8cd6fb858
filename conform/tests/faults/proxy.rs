//! A backend that is wrong: a proxy on a loopback port, in front of one that is not.

use std::collections::HashMap;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::message::{self, Reply, Request};

/// What a variant does: from a request to a reply, with the backend at hand.
pub type Fault = fn(&World, Request) -> Reply;

/// The backend behind the proxy, and what the proxy remembers.
pub struct World {
    port: u16,
    memory: Mutex<HashMap<String, Vec<u8>>>,
    ticks: AtomicU64,
}

impl World {
    /// Asks the backend.
    pub fn ask(&self, request: &Request) -> Reply {
        let made_up = |status, body| Reply {
            status,
            headers: Vec::new(),
            body,
            through: request.listens().then(|| request.clone()),
        };
        if request.listens() {
            return made_up(200, Vec::new());
        }
        self.try_to_ask(request)
            .unwrap_or_else(|error| made_up(502, error.to_string().into_bytes()))
    }

    fn try_to_ask(&self, request: &Request) -> std::io::Result<Reply> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        message::write_request(&mut stream, request)?;
        message::read_reply(&stream)
    }

    /// Another number each time.
    pub fn tick(&self) -> u64 {
        self.ticks.fetch_add(1, Ordering::Relaxed)
    }

    /// What was remembered under a name first; this, if nothing was.
    pub fn first(&self, name: &str, value: &[u8]) -> Vec<u8> {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.entry(name.to_owned()).or_insert_with(|| value.to_vec()).clone()
    }

    /// The names that begin like this, without that beginning.
    pub fn names(&self, start: &str) -> Vec<String> {
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory
            .keys()
            .filter_map(|name| name.strip_prefix(start))
            .map(str::to_owned)
            .collect()
    }

    /// What was remembered under a name.
    pub fn remembered(&self, name: &str) -> Option<Vec<u8>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }
}

/// A running proxy. It takes no more connections once this is dropped.
pub struct Proxy {
    port: u16,
    ended: Arc<AtomicBool>,
    /// What it remembers.
    pub world: Arc<World>,
}

impl Proxy {
    /// Starts one in front of a backend on this loopback port.
    ///
    /// # Errors
    /// When no port is free.
    pub fn start(behind: u16, fault: Fault) -> Result<Self, String> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| error.to_string())?;
        let port = listener.local_addr().map_err(|error| error.to_string())?.port();
        let ended = Arc::new(AtomicBool::new(false));
        let world = Arc::new(World {
            port: behind,
            memory: Mutex::default(),
            ticks: AtomicU64::new(0),
        });
        let (is_over, shared) = (Arc::clone(&ended), Arc::clone(&world));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if is_over.load(Ordering::SeqCst) {
                    break;
                }
                let world = Arc::clone(&shared);
                // A connection that breaks concerns only the two at its ends.
                std::thread::spawn(move || serve(stream, &world, fault).ok());
            }
        });
        Ok(Self { port, ended, world })
    }

    /// Where it is.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // The last one it accepts, so that it looks whether it is over.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn serve(mut stream: TcpStream, world: &World, fault: Fault) -> std::io::Result<()> {
    let Some(request) = message::read_request(&stream)? else {
        return Ok(());
    };
    let with_body = request.method != "HEAD";
    let reply = fault(world, request);
    if let Some(request) = &reply.through {
        let mut behind = TcpStream::connect(("127.0.0.1", world.port))?;
        message::write_request(&mut behind, request)?;
        return std::io::copy(&mut behind, &mut stream).map(drop);
    }
    message::write_reply(&mut stream, &reply, with_body)
}
