//! `cargo xtask start`: everything built and served on this machine, with a programme open now.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::build::{self, Mode};
use crate::{edition, paths, process};

/// What to start, and where.
#[derive(Args)]
pub struct Options {
    /// The loopback port to serve at
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Where applications, files and programmes are kept
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// A programme of your own (JSON) to serve as it is, instead of the sample
    #[arg(long)]
    programme: Option<PathBuf>,
    /// Build as for deployment: slower to build, quicker to use
    #[arg(long)]
    release: bool,
}

/// The programme served unless another is named.
const SAMPLE: &str = "ai-startup-program";

/// Builds, prepares the data folder, and becomes the server.
pub fn run(options: &Options) -> Result<()> {
    // First of all: minutes of building for a port that is taken would be a pity.
    if std::net::TcpListener::bind(("127.0.0.1", options.port)).is_err() {
        bail!("port {} is taken; choose another with --port", options.port);
    }
    let data = paths::root().join(&options.data);
    let id = prepare(&data, options.programme.as_deref())?;
    let (mode, profile) = if options.release {
        (Mode::Release, "server")
    } else {
        (Mode::Dev, "dev")
    };
    let app = build::app(mode)?;
    let server = build::server(profile)?;
    let origin = format!("http://127.0.0.1:{}", options.port);
    println!("\nApplicants:   {origin}/{id}");
    println!("Staff:        {origin}/staff");
    println!("Kept in:      {}", data.display());
    println!("Stop:         Ctrl-C\n");
    let mut command = process::command(server);
    command
        .arg("--listen")
        .arg(format!("127.0.0.1:{}", options.port))
        .arg("--data")
        .arg(&data)
        .arg("--dist")
        .arg(app);
    become_the(&mut command)
}

/// Puts the programmes into the data folder; gives the id of the one to open.
pub fn prepare(data: &Path, own: Option<&Path>) -> Result<String> {
    let folder = data.join("programmes");
    std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let samples = paths::root().join("public/programmes");
    for entry in std::fs::read_dir(&samples).with_context(|| format!("{} cannot be read", samples.display()))? {
        let file = entry?.path();
        let there = folder.join(file.file_name().unwrap_or_default());
        let is_sample = file.file_stem().is_some_and(|stem| stem == SAMPLE);
        if is_sample {
            sample(&file, &there)?;
        } else if file.extension().is_some_and(|ending| ending == "json") && !there.exists() {
            std::fs::copy(&file, &there).with_context(|| format!("{} cannot be written", there.display()))?;
        }
    }
    let Some(own) = own else { return Ok(SAMPLE.to_owned()) };
    let text = std::fs::read_to_string(own).with_context(|| format!("{} cannot be read", own.display()))?;
    let programme = opencall_core::Programme::load(&text).map_err(|faults| {
        let faults: Vec<_> = faults.iter().map(|fault| format!("\n  {fault}")).collect();
        anyhow::anyhow!("{} cannot be served:{}", own.display(), faults.concat())
    })?;
    std::fs::write(folder.join(format!("{}.json", programme.id)), text).context("the programme cannot be copied")?;
    Ok(programme.id)
}

/// Writes the sample with its dates moved to now, unless an open one is there.
fn sample(from: &Path, to: &Path) -> Result<()> {
    let now = jiff::Timestamp::now();
    let there = std::fs::read_to_string(to).ok().and_then(|text| serde_json::from_str(&text).ok());
    if there.is_some_and(|document| edition::is_open(&document, now)) {
        return Ok(());
    }
    let text = std::fs::read_to_string(from).with_context(|| format!("{} cannot be read", from.display()))?;
    let mut document = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", from.display()))?;
    edition::open_at(&mut document, now)?;
    std::fs::write(to, serde_json::to_string_pretty(&document)?).with_context(|| format!("{} cannot be written", to.display()))
}

/// Runs a command in our place, so that whatever ends us ends it.
#[cfg(unix)]
fn become_the(command: &mut std::process::Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec()).context("the server cannot be started")
}

/// Runs a command to its end.
#[cfg(not(unix))]
fn become_the(command: &mut std::process::Command) -> Result<()> {
    process::run(command)
}
