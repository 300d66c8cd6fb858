//! Opencall's reference backend: small, and replaceable by design. `docs/backend.md` is the contract it keeps.
//!
//! - [`config`]: the command line.
//! - [`clock`]: the server's time, which tests can move.
//! - [`programmes`]: the documents being served.
//! - [`signing`]: the key that receipts and seals are signed with.
//! - [`extend`]: the command that extends a deadline.
//! - [`invite`]: the command that invites somebody of the staff.
//! - [`seed`]: made-up applications.
//! - [`store`]: what is kept.
//! - [`token`]: what stands for an application.
//! - [`upload`]: uploads under way and what is checked of them.
//! - [`ratelimit`]: how many requests are taken from one client.
//! - [`api`]: the contract under `/api/v1`.
//! - [`shell`]: the call written into the page before any script runs.
//! - [`assets`]: the built app.
//! - [`layers`]: what every request passes through.
//! - [`serve`]: sockets, signals and background work.

use std::sync::Arc;

use axum::Router;

pub mod api;
pub mod assets;
pub mod clock;
pub mod config;
pub mod extend;
pub mod invite;
pub mod layers;
pub mod partner_link;
pub mod programmes;
pub mod ratelimit;
pub mod seed;
pub mod serve;
pub mod shell;
pub mod signing;
pub mod store;
pub mod token;
pub mod upload;

/// Everything a request may need.
#[derive(Debug)]
pub struct State {
    /// The server's time.
    pub clock: clock::Clock,
    /// The documents being served.
    pub programmes: programmes::Programmes,
    /// What is kept.
    pub store: store::Store,
    /// The key that receipts and seals are signed with.
    pub key: signing::Key,
    /// The idempotency keys being worked on.
    pub running: store::idempotency::Running,
    /// The uploads under way.
    pub uploads: upload::Uploads,
    /// What the staff's tables held when they were asked for last.
    pub snapshots: api::staff::snapshots::Snapshots,
    /// How many requests are taken.
    pub limits: ratelimit::Limits,
    /// The built app.
    pub assets: assets::Assets,
    /// The rendered shells.
    pub shells: shell::Shells,
    /// Whether the last `X-Forwarded-For` is the client's address.
    pub trust_forwarded_for: bool,
    /// Whether the site is reached over https.
    pub https: bool,
    /// The other origins whose scripts may use the API.
    pub allowed_origins: Vec<axum::http::HeaderValue>,
}

/// The state, shared.
pub type App = Arc<State>;

/// The whole service.
pub fn app(state: App) -> Router {
    layers::around(api::router(&state).fallback(assets::serve), &state).with_state(state)
}
