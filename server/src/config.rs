//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use axum::http::HeaderValue;
use clap::{Args, Parser, Subcommand, ValueEnum};
use opencall_core::role::Role;
use opencall_core::text::{characters, clean_line};
use opencall_core::{Locale, Timestamp};

/// What `--help` says at its end.
const MORE: &str = "\
What is kept:
  DATA/opencall.db   applications, submissions, what happened to them (SQLite; not used with DATABASE_URL)
  DATA/files/        uploads, one folder an application
  DATA/signing-key.pem  the key that receipts and seals are signed with (unless --signing-key): back it up, tell nobody
  Back up both together: `sqlite3 DATA/opencall.db \".backup copy.db\"` while the server runs, then DATA/files.

Looking in:
  sqlite3 DATA/opencall.db 'SELECT reference, programme, status, version FROM applications'

Environment:
  DATABASE_URL       postgres://user:password@host/database for PostgreSQL; sqlite://PATH?mode=rwc for another file.
                     Tables are made and brought up to date at the start. Several processes may share one PostgreSQL
                     and one DATA folder; behind a load balancer, keep one client's uploads on one process.
                     TLS to PostgreSQL (`?sslmode=verify-full`) takes a build with `--features tls`.
  RUST_LOG           what is logged, such as `info` or `opencall_server=debug`. Logs name no person: no tokens,
                     answers, addresses or query strings.

Addresses:
  /                  the app; /PROGRAMME is a call; /staff the staff's pages
  /api/v1            the contract, described in docs/backend.md
  /healthz, /readyz  200 while the process answers; 200 while the database answers too, else 503

Signals:
  SIGTERM, SIGINT    no new connections; requests under way have 10 s to end; then the database is closed.
  Nothing is acknowledged before it is on disk, so SIGKILL loses nothing that was acknowledged.

TLS: put a proxy in front, pass --https so that browsers are told to stay with https, and --trust-forwarded-for if the
proxy sets X-Forwarded-For. Programme documents are read again within 2 s of a change; one with faults is refused, every
fault is logged with its path, and the version before it stays.";

/// Opencall's reference backend: serves the built app, the programmes, and the contract that the app speaks.
#[derive(Debug, Parser)]
#[command(name = "opencall-server", version, args_conflicts_with_subcommands = true, after_long_help = MORE, max_term_width = 110)]
pub struct Cli {
    /// What to do; `serve` when nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to serve.
    #[command(flatten)]
    pub serve: Serve,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serves the app and the contract (the default).
    #[command(after_long_help = MORE)]
    Serve(Serve),
    /// Checks a programme document: prints every fault with its path, and fails if there is one.
    Check {
        /// The document.
        file: PathBuf,
    },
    /// Extends a deadline, of a whole call or of one application, also while the server runs. It can only become later.
    Extend(Extend),
    /// Makes a one-time link that signs somebody of the staff in, also while the server runs; prints its path.
    Invite(Invite),
    /// Makes the link that shows a partner how many applications came by its pages, also while the server runs; prints its path.
    PartnerLink(PartnerLink),
    /// Fills a programme with made-up applications, for trying things out.
    Seed(Seed),
    /// Writes a call into the app's page, for a host that serves files only; prints the page, or writes it with --in-place.
    Shell {
        /// The folder of the built app.
        #[arg(long, value_name = "DIR", default_value = "dist")]
        dist: PathBuf,
        /// The language.
        #[arg(long, value_name = "LANG", default_value = "en", value_parser = locale)]
        lang: Locale,
        /// Writes index.html (for another programme than config.json's PROGRAMME.html) with its compressed copies, and prints its name.
        /// The page as it was built stays as app.html.
        #[arg(long)]
        in_place: bool,
        /// The programme document.
        file: PathBuf,
    },
}

/// What is kept, and where.
#[derive(Clone, Debug, Args)]
pub struct Kept {
    /// The folder for the database and the uploads; made when it is missing.
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
    /// The folder of the built app (`cargo xtask dist`).
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub dist: PathBuf,
    /// A programme document, or a folder of them; may be given several times [default: DIST/programmes].
    #[arg(long, value_name = "DIR_OR_FILE")]
    pub programmes: Vec<PathBuf>,
    /// The database, when it is not DATA/opencall.db; see below.
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
}

/// How to serve.
#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// Where to listen. Port 0 takes a free one; the line "listening on" says which.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// What is kept, and where.
    #[command(flatten)]
    pub kept: Kept,
    /// The key that receipts and seals are signed with: an Ed25519 key in PEM (`openssl genpkey -algorithm ed25519`). Several
    /// processes on one database share one [default: DATA/signing-key.pem, made on the first start].
    #[arg(long, value_name = "FILE", env = "OPENCALL_SIGNING_KEY")]
    pub signing_key: Option<PathBuf>,
    /// Refuses uploads while the disk has less than this free, so that there is room for seals, answers and submissions. 0 to
    /// use all of it.
    #[arg(long, value_name = "MIB", default_value_t = 64)]
    pub keep_free: u64,
    /// How log lines are written.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// Requests a minute for one application; beginning one, and guessing at links, a tenth of it for one address. 0 for no limit.
    #[arg(long, value_name = "PER_MINUTE", default_value_t = 600)]
    pub rate_limit: u32,
    /// Takes the last address in X-Forwarded-For for the client's. Only behind a proxy that sets it.
    #[arg(long)]
    pub trust_forwarded_for: bool,
    /// The site is reached over https: tells browsers never to use http for it (HSTS).
    #[arg(long)]
    pub https: bool,
    /// Lets an app on this other origin use the API, such as https://apply.example.org; may be given several times.
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    pub allow_origin: Vec<HeaderValue>,
    /// For tests only: takes the time from this file, an RFC 3339 time or an offset in milliseconds such as `+3600000`.
    #[arg(long, value_name = "FILE", hide = true)]
    pub clock_file: Option<PathBuf>,
}

impl Kept {
    /// Where programme documents are looked for.
    pub fn programme_sources(&self) -> Vec<PathBuf> {
        if self.programmes.is_empty() {
            vec![self.dist.join("programmes")]
        } else {
            self.programmes.clone()
        }
    }
}

/// What to extend.
#[derive(Clone, Debug, Args)]
pub struct Extend {
    /// What is kept, and where.
    #[command(flatten)]
    pub kept: Kept,
    /// The application, by its id or its reference (K7QF-2MXD).
    #[arg(long, value_name = "ID", required_unless_present = "programme", conflicts_with = "programme")]
    pub application: Option<String>,
    /// The programme, for everybody.
    #[arg(long, value_name = "ID")]
    pub programme: Option<String>,
    /// The new deadline, RFC 3339, such as 2026-12-02T23:59:59+01:00.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub until: Timestamp,
    /// Why: applicants read it in their timeline.
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub reason: String,
    /// For tests only: as for `serve`.
    #[arg(long, value_name = "FILE", hide = true)]
    pub clock_file: Option<PathBuf>,
}

/// Whom to invite.
#[derive(Clone, Debug, Args)]
pub struct Invite {
    /// What is kept, and where.
    #[command(flatten)]
    pub kept: Kept,
    /// What the person is there for: viewer, organiser or judge.
    #[arg(long, value_name = "ROLE", value_parser = role)]
    pub role: Role,
    /// The person's name.
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// For tests only: as for `serve`.
    #[arg(long, value_name = "FILE", hide = true)]
    pub clock_file: Option<PathBuf>,
}

/// Which partner's link.
#[derive(Clone, Debug, Args)]
pub struct PartnerLink {
    /// What is kept, and where.
    #[command(flatten)]
    pub kept: Kept,
    /// The programme.
    #[arg(long, value_name = "ID")]
    pub programme: String,
    /// The partner: an organiser in the programme's document. A link it had ends.
    #[arg(long, value_name = "ID")]
    pub partner: String,
    /// Takes the partner's link back, and makes none.
    #[arg(long)]
    pub take_back: bool,
    /// For tests only: as for `serve`.
    #[arg(long, value_name = "FILE", hide = true)]
    pub clock_file: Option<PathBuf>,
}

/// What to fill in.
#[derive(Clone, Debug, Args)]
pub struct Seed {
    /// What is kept, and where.
    #[command(flatten)]
    pub kept: Kept,
    /// The programme.
    #[arg(long, value_name = "ID")]
    pub programme: String,
    /// How many applications.
    #[arg(long, value_name = "N")]
    pub applications: u64,
    /// Where the dice begin: the same number gives the same applications.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Adds to a programme that has applications.
    #[arg(long)]
    pub add: bool,
    /// For tests only: as for `serve`.
    #[arg(long, value_name = "FILE", hide = true)]
    pub clock_file: Option<PathBuf>,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

fn origin(text: &str) -> Result<HeaderValue, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or("");
    let fits = !host.is_empty() && !host.contains(['/', '?', '#', ' ', '*']) && *text == *text.to_ascii_lowercase();
    text.parse()
        .ok()
        .filter(|_| fits)
        .ok_or_else(|| String::from("scheme and host in lower case, nothing behind them: https://apply.example.org"))
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_name(text).ok_or_else(|| String::from("viewer, organiser or judge"))
}

fn time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| String::from("a time with its offset: 2026-12-02T23:59:59+01:00"))
}

fn reason(text: &str) -> Result<String, String> {
    let text = clean_line(text);
    if text.is_empty() || characters(&text) > 300 {
        return Err(String::from("one line of at most 300 characters; applicants read it"));
    }
    Ok(text)
}

fn locale(tag: &str) -> Result<Locale, String> {
    Locale::from_tag(tag).ok_or_else(|| String::from("en or fr"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn an_origin_is_a_scheme_and_a_host() {
        assert!(origin("https://apply.example.org").is_ok());
        assert!(origin("http://localhost:8080").is_ok());
        for wrong in [
            "*",
            "apply.example.org",
            "https://",
            "https://a/",
            "https://A",
            "https://*.example.org",
        ] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
    }
}
