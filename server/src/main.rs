//! `opencall-server`: see `opencall-server --help`.

use std::path::Path;
use std::process::ExitCode;

use clap::Parser as _;
use opencall_core::{Locale, phase};
use opencall_server::clock::Clock;
use opencall_server::config::{Cli, Command, Extend, Invite, LogFormat, PartnerLink, Serve};
use opencall_server::{extend, invite, partner_link, programmes, seed, serve, shell};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        None => run(&cli.serve),
        Some(Command::Serve(options)) => run(&options),
        Some(Command::Extend(options)) => extend(&options),
        Some(Command::Invite(options)) => invite(&options),
        Some(Command::PartnerLink(options)) => partner_link(&options),
        Some(Command::Seed(options)) => told(seed::run(&options)),
        Some(Command::Check { file }) => check(&file),
        Some(Command::Shell {
            dist,
            lang,
            in_place,
            file,
        }) => write_shell(&dist, lang, in_place, &file),
    }
}

fn run(options: &Serve) -> ExitCode {
    // Statements that were slow are the database's business, and their text would fill the log.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=error"));
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(colours);
    match options.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    match runtime.block_on(serve::run(options, stopped())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn extend(options: &Extend) -> ExitCode {
    told(extend::run(options))
}

fn invite(options: &Invite) -> ExitCode {
    told(invite::run(options))
}

fn partner_link(options: &PartnerLink) -> ExitCode {
    told(partner_link::run(options))
}

/// Does what a command asks for, and prints what was done.
fn told<E: std::fmt::Display>(work: impl Future<Output = Result<String, E>>) -> ExitCode {
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    match runtime.block_on(work) {
        Ok(done) => {
            println!("{done}");
            ExitCode::SUCCESS
        }
        Err(error) => fail(&error),
    }
}

fn check(file: &Path) -> ExitCode {
    match programmes::read(file) {
        Ok(entry) => {
            println!("{}: fit to be served as {:?}", file.display(), entry.programme.id);
            ExitCode::SUCCESS
        }
        Err(error) => fail(&error),
    }
}

fn write_shell(dist: &Path, lang: Locale, in_place: bool, file: &Path) -> ExitCode {
    let entry = match programmes::read(file) {
        Ok(entry) => entry,
        Err(error) => return fail(&error),
    };
    let phase = phase(&entry.programme.schedule, None, Clock::System.now());
    let outcome = if in_place {
        shell::files::write(dist, &entry, lang, phase).map(|file| println!("{}", file.display()))
    } else {
        shell::files::page(dist, &entry, lang, phase).map(|page| print!("{page}"))
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format_args!("{}: {error}", dist.display())),
    }
}

fn fail(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("opencall-server: {error}");
    ExitCode::FAILURE
}

/// Resolves at SIGTERM or SIGINT.
async fn stopped() {
    let interrupt = async {
        // Without the signal there is nothing to wait for but the other one.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
