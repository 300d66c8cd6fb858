//! `cargo xtask conform --base-url URL`: drives a backend through the contract and says what holds.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::Parser;
use opencall_conform::suite::{self, Options, Selection};
use opencall_conform::{checks, report};

/// Drives any backend through the contract (docs/backend.md) over HTTP and says what holds and what falls short.
///
/// What it begins it erases again. It never reads or changes an application that it has not begun itself.
/// Ends with 0 when everything that is offered holds, 1 when something falls short or of something offered nothing could be found out,
/// 2 when the backend cannot be reached.
#[derive(Parser)]
#[command(name = "cargo xtask conform", bin_name = "cargo xtask conform", version)]
struct Arguments {
    /// The backend's address, such as https://apply.example.org or https://example.org/calls
    #[arg(long, value_name = "URL", required_unless_present = "list")]
    base_url: Option<String>,
    /// An unused one-time link for staff, or its secret; without one the staff's side is not checked
    #[arg(long, value_name = "LINK_OR_SECRET")]
    token: Option<String>,
    /// Where staff have accounts: the name of one; its password is in the environment's OPENCALL_PASSWORD
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// The open call to apply to [default: the one in config.json, else the first that is open]
    #[arg(long, value_name = "ID")]
    programme: Option<String>,
    /// A call that is not open, where nothing may be begun [default: the first in the list]
    #[arg(long, value_name = "ID")]
    closed_programme: Option<String>,
    /// The private link of a draft whose call has closed: nothing may be changed by it, and nothing is
    #[arg(long, value_name = "LINK_OR_TOKEN")]
    closed_draft: Option<String>,
    /// An origin whose pages the backend lets use it; without one CORS is not checked
    #[arg(long, value_name = "ORIGIN")]
    origin: Option<String>,
    /// Where the capabilities are read [default: URL/api/v1/openapi.json, else URL/config.json]
    #[arg(long, value_name = "FILE_OR_URL")]
    config: Option<String>,
    /// Only these: applicant, staff, a capability (drafts, seals …) or a check's id; may be given several times
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    only: Vec<String>,
    /// Says it as JSON
    #[arg(long)]
    json: bool,
    /// Names every check, also those that hold
    #[arg(long)]
    all: bool,
    /// Lists the checks and ends
    #[arg(long)]
    list: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.list {
        print!("{}", report::table());
        return ExitCode::SUCCESS;
    }
    let selection = match Selection::of(&arguments.only) {
        Ok(selection) => selection,
        Err(error) => return unusable(&error),
    };
    let base_url = arguments.base_url.unwrap_or_default();
    if !base_url.starts_with("http://") && !base_url.starts_with("https://") {
        return unusable("--base-url begins with http:// or https://");
    }
    let password = || std::env::var("OPENCALL_PASSWORD").unwrap_or_default();
    let options = Options {
        base_url,
        account: arguments.account.map(|name| (name, password())),
        token: arguments.token,
        programme: arguments.programme,
        closed_programme: arguments.closed_programme,
        closed_draft: arguments.closed_draft,
        origin: arguments.origin,
        config: arguments.config,
    };
    let watched = std::io::stderr().is_terminal();
    let count = checks::all().filter(|check| selection.has(check)).count();
    let mut at = 0;
    let outcome = suite::run(options, &selection, |check| {
        at += 1;
        if watched {
            eprint!("\r\x1b[K{at}/{count} {}", check.id);
            let _ = std::io::stderr().flush();
        }
    });
    if watched {
        eprint!("\r\x1b[K");
    }
    match outcome {
        Ok(results) => {
            if arguments.json {
                println!("{:#}", report::json(&results));
            } else {
                print!("{}", results.text(arguments.all));
            }
            if let Some(words) = report::unknown(&results) {
                eprintln!("conform: {words}");
            }
            if results.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => unusable(&error),
    }
}

/// Nothing was found out.
fn unusable(error: &str) -> ExitCode {
    eprintln!("conform: {error}");
    ExitCode::from(2)
}
