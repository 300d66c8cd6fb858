//! `opencall-server seed`: fills a data folder with made-up applications, through the store, for trying things out, tests and benchmarks.
//!
//! The same seed gives the same applications. Their times lie between the opening and the deadline, or now where that is earlier, dense
//! towards the end; so they are the same from the deadline on, and until then as far along as the call is.
//!
//! - [`dice`]: numbers that look thrown; [`people`]: names; [`answers`]: an answer for every kind of question.

pub mod answers;
pub mod dice;
pub mod people;

use std::time::Instant;

use opencall_core::answers::FileAnswer;
use opencall_core::contract::{HappeningKind, Source};
use opencall_core::programme::{FileType, Kind};
use opencall_core::proof::NamedFile;
use opencall_core::{Answers, Locale, Status, Timestamp, application, seal};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::api::problem::Failure;
use crate::api::submit::received;
use crate::programmes::Entry;
use crate::signing::Key;
use crate::store::applications::{self, Record};
use crate::store::events::{self, What};
use crate::store::files::{self, Checked, FileRecord};
use crate::store::{Store, Tx, rows, submissions};
use crate::token::{TokenHash, hex};
use dice::Dice;

/// Applications of one transaction.
const BATCH: u64 = 500;
/// One in so many is what people try.
const HOSTILE: u64 = 500;
/// Of a hundred, so many stay drafts.
const DRAFTS: u64 = 35;
/// The file that everybody uploads.
const PDF: &[u8] =
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\ntrailer\n<< /Size 4 /Root 1 0 R >>\n%%EOF\n";

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// How many applications.
    pub applications: u64,
    /// Where the dice begin.
    pub seed: u64,
    /// Adds to a programme that has applications.
    pub add: bool,
}

/// Why nothing was filled in.
#[derive(Debug)]
pub enum SeedError {
    /// The programme has so many applications already.
    NotEmpty(u64),
    /// The call has not opened: nothing can lie between its opening and now.
    NotOpen,
    /// The store cannot be used.
    Store(Failure),
}

impl std::fmt::Display for SeedError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotEmpty(count) => write!(f, "the programme has {count} applications already; --add adds to them"),
            Self::NotOpen => f.write_str("the call has not opened yet"),
            Self::Store(_) => f.write_str("the data folder cannot be written"),
        }
    }
}

impl std::error::Error for SeedError {}

impl From<Failure> for SeedError {
    fn from(failure: Failure) -> Self {
        Self::Store(failure)
    }
}

/// Fills a programme; says after every batch how far it is. Gives how many have each status.
///
/// # Errors
/// See [`SeedError`]; what was written before a failure stays.
pub async fn fill(
    store: &Store,
    key: &Key,
    entry: &Entry,
    wanted: Wanted,
    now: Timestamp,
    mut tell: impl FnMut(u64),
) -> Result<[u64; 8], SeedError> {
    let there = rows::count(store.pool(), &entry.programme.id).await?;
    if there > 0 && !wanted.add {
        return Err(SeedError::NotEmpty(there));
    }
    let schedule = &entry.programme.schedule;
    let end = now.millis().min(schedule.deadline.millis());
    if end <= schedule.opens.millis() {
        return Err(SeedError::NotOpen);
    }
    let mut counts = [0; 8];
    let mut done = 0;
    while done < wanted.applications {
        let until = (done + BATCH).min(wanted.applications);
        let mut tx = store.begin().await?;
        let result = async {
            for number in done..until {
                // Each has dice of its own: more applications change none of those before.
                let mut dice = Dice::new(wanted.seed, there + number);
                let status = one(&mut tx, store, key, entry, &mut dice, (schedule.opens.millis(), end, now.millis())).await?;
                counts[Status::ALL.iter().position(|one| *one == status).unwrap_or(0)] += 1;
            }
            Ok(())
        }
        .await;
        tx.end(result).await?;
        done = until;
        tell(done);
    }
    Ok(counts)
}

/// One application; gives where it stands in the end.
async fn one(
    tx: &mut Tx,
    store: &Store,
    key: &Key,
    entry: &Entry,
    dice: &mut Dice,
    (opens, end, now): (i64, i64, i64),
) -> Result<Status, Failure> {
    let at = dice.towards_the_end(opens, end);
    let country = people::country(dice);
    let token = TokenHash::from_token(&dice.token()).ok_or_else(Failure::internal)?;
    let mut record = Record {
        id: hex(&dice.bytes::<16>()),
        programme: entry.programme.id.clone(),
        reference: dice.reference(),
        status: Status::Draft,
        version: 1,
        answers: Answers::default(),
        locale: if ["FR", "BE", "MA", "SN", "CI", "TN"].contains(&country) {
            Locale::Fr
        } else {
            Locale::En
        },
        source: Source {
            partner: people::partner(entry, dice),
            ..Source::default()
        },
        extension: None,
        created_at: Timestamp::from_millis(at),
        updated_at: Timestamp::from_millis(at),
        changed_by: None,
    };
    while !applications::insert(tx, &token, &record).await? {
        record.reference = dice.reference();
    }
    events::add(tx, &record.id, record.created_at, HappeningKind::Begun).await?;
    let hostile = dice.below(HOSTILE) == 0;
    let stops = dice.below(100) < DRAFTS;
    // More people stop early than late.
    let steps = entry.programme.steps.len() as u64;
    let reached = if stops { dice.below(steps).min(dice.below(steps)) } else { steps };
    record.answers = answers::of(entry, dice, country, reached as usize, hostile);
    let kept = if stops {
        Vec::new()
    } else {
        upload(tx, store, entry, dice, &mut record).await?
    };
    // Written over hours or days, and never after the end.
    let last = (at + dice.below(4 * 86_400_000) as i64)
        .min(end - dice.below(60_000) as i64)
        .max(at);
    record.updated_at = Timestamp::from_millis(last);
    record.version += 1;
    applications::save(tx, &record, &applications::text(&record.answers)?).await?;
    if !stops && let Ok(whole) = application(&entry.programme, &record.answers) {
        let canonical = seal::canonical(&whole);
        let digest = seal::digest(&canonical);
        let named = kept.iter().map(|(file, _)| file.clone()).collect();
        let ids: Vec<String> = kept.into_iter().map(|(_, id)| id).collect();
        let submission = received(key, entry, &record, (canonical, digest), named, None, record.updated_at);
        submissions::add(tx, &record.id, &submission, &entry.digest, &ids).await?;
        applications::set_status(tx, &record.id, Status::Submitted).await?;
        events::add(tx, &record.id, record.updated_at, HappeningKind::Submitted).await?;
        record.status = Status::Submitted;
        judge(tx, dice, &mut record, (end, now)).await?;
    }
    rows::touch(tx, entry, &record).await?;
    Ok(record.status)
}

/// What became of it: some take it back; once the call is over staff have moved most of them.
async fn judge(tx: &mut Tx, dice: &mut Dice, record: &mut Record, (end, now): (i64, i64)) -> Result<(), Failure> {
    let chance = dice.below(100);
    if chance < 2 {
        applications::set_status(tx, &record.id, Status::Withdrawn).await?;
        events::add(tx, &record.id, record.updated_at, HappeningKind::Withdrawn).await?;
        record.status = Status::Withdrawn;
        return Ok(());
    }
    if now <= end {
        return Ok(());
    }
    let way: &[Status] = match chance {
        2..10 => &[Status::Ineligible],
        10..60 => &[Status::InReview],
        60..70 => &[Status::InReview, Status::Shortlisted],
        70..90 => &[Status::InReview, Status::Declined],
        _ => &[],
    };
    for to in way {
        let what = What {
            kind: HappeningKind::Moved,
            until: None,
            reason: None,
            by: Some("Seed"),
            moved: Some((record.status, *to)),
        };
        applications::set_status(tx, &record.id, *to).await?;
        events::add(tx, &record.id, Timestamp::from_millis(now), what).await?;
        record.status = *to;
    }
    Ok(())
}

/// Uploads a PDF for every file question that has to have one; gives each as a receipt names it, with its id.
async fn upload(
    tx: &mut Tx,
    store: &Store,
    entry: &Entry,
    dice: &mut Dice,
    record: &mut Record,
) -> Result<Vec<(NamedFile, String)>, Failure> {
    let mut kept = Vec::new();
    let sha256 = hex(&Sha256::digest(PDF));
    for field in entry.programme.steps.iter().flat_map(|step| &step.fields) {
        let Kind::File { accept, .. } = &field.kind else { continue };
        if field.optional || !accept.contains(&FileType::Pdf) {
            continue;
        }
        let file = FileRecord {
            id: hex(&dice.bytes::<16>()),
            application: record.id.clone(),
            field: field.id.clone(),
            name: String::from("deck.pdf"),
            size: PDF.len() as u64,
            accept: accept.clone(),
            checked: None,
            created_at: record.created_at,
        };
        let path = store.file_path(&record.id, &file.id);
        if let Some(folder) = path.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        tokio::fs::write(path, PDF).await?;
        files::insert(tx, &file).await?;
        let checked = Checked {
            kind: FileType::Pdf,
            sha256: sha256.clone(),
        };
        files::complete(tx, &file.id, &checked, record.created_at).await?;
        let answer = FileAnswer::Upload {
            id: file.id.clone(),
            name: file.name.clone(),
            size: file.size,
            sha256: sha256.clone(),
            kind: FileType::Pdf,
        };
        record.answers.0.insert(field.id.clone(), json!(answer));
        let named = NamedFile {
            field: field.id.clone(),
            name: file.name,
            size: file.size,
            sha256: sha256.clone(),
        };
        kept.push((named, file.id));
    }
    Ok(kept)
}

/// Runs the command; prints how far it is, and what there is in the end.
///
/// # Errors
/// Words for whoever ran it.
pub async fn run(options: &crate::config::Seed) -> Result<String, String> {
    let clock = options
        .clock_file
        .clone()
        .map_or(crate::clock::Clock::System, crate::clock::Clock::File);
    let sources = options.kept.programme_sources();
    let programmes = crate::programmes::Programmes::open(sources).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        lines.join("\n")
    })?;
    let entry = programmes
        .get(&options.programme)
        .ok_or_else(|| format!("there is no programme {:?} here", options.programme))?;
    let store = Store::open(&options.kept.data, options.kept.database_url.as_deref())
        .await
        .map_err(|error| error.to_string())?;
    let key = Key::in_folder(&options.kept.data).map_err(|error| error.to_string())?;
    let now = clock.now();
    crate::serve::publish(&store, &key, now)
        .await
        .map_err(|_| String::from("the database cannot be used"))?;
    let wanted = Wanted {
        applications: options.applications,
        seed: options.seed,
        add: options.add,
    };
    let began = Instant::now();
    let counts = fill(&store, &key, &entry, wanted, now, |done| {
        if done.is_multiple_of(10_000) {
            eprintln!("{done} applications, {:.0} s", began.elapsed().as_secs_f64());
        }
    })
    .await;
    store.close().await;
    let counts = counts.map_err(|error| error.to_string())?;
    let lines = Status::ALL.iter().zip(counts).filter(|(_, count)| *count > 0);
    let lines: Vec<String> = lines.map(|(status, count)| format!("{count} {}", status.name())).collect();
    Ok(format!("{} in {:.1} s", lines.join(", "), began.elapsed().as_secs_f64()))
}
