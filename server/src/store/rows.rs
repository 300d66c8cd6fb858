//! The staff's table as it is kept: every change of an application has a number, and each application the cells of its row, so that
//! nobody waits for 100,000 applications to be read and checked.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use opencall_core::Timestamp;
use opencall_table::{Facts, Row, Schema, block};
use sha2::{Digest as _, Sha256};
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};

use super::applications::{Record, signed, unsigned};
use super::{Tx, submissions};
use crate::api::problem::Failure;
use crate::programmes::Entry;
use crate::token::hex;

/// The next number of a counter. Its row is held until the transaction ends, so that numbers are committed in their order.
///
/// # Errors
/// When the database cannot be written.
pub async fn next(tx: &mut Tx, counter: &str) -> Result<u64, Failure> {
    let row = sqlx::query(
        "INSERT INTO counters (name, value) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value",
    )
    .bind(counter)
    .fetch_one(tx.connection())
    .await?;
    Ok(unsigned(row.try_get("value")?))
}

/// The name of a programme's counter.
fn counter(programme: &str) -> String {
    format!("rows {programme}")
}

/// What cells are written for: the columns, and the form they were computed with. A later deadline changes neither.
pub fn written_for(schema: &Schema, entry: &Entry) -> String {
    let form = serde_json::to_vec(&entry.programme.steps).unwrap_or_default();
    format!("{:08x} {}", schema.digest(), &hex(&Sha256::digest(form))[..16])
}

/// Numbers a change of an application, and keeps the cells it has now. The last statements of a transaction that changes one: whoever comes
/// later waits from here on.
///
/// # Errors
/// When the database cannot be written.
pub async fn touch(tx: &mut Tx, entry: &Entry, record: &Record) -> Result<(), Failure> {
    let submitted = submissions::last_in(tx, &record.id).await?.map(|last| last.received_at);
    let revision = next(tx, &counter(&record.programme)).await?;
    let schema = Schema::of(&entry.programme);
    let row = row(&schema, entry, record, submitted, revision);
    let cells = STANDARD.encode(block::encode(&schema, &[row], &[]));
    sqlx::query("UPDATE applications SET revision = $1, cells = $2, cells_for = $3 WHERE id = $4")
        .bind(signed(revision))
        .bind(cells)
        .bind(written_for(&schema, entry))
        .bind(record.id.as_str())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Numbers a change where the document is not at hand: the cells are computed when they are asked for.
///
/// # Errors
/// When the database cannot be written.
pub async fn touch_blindly(tx: &mut Tx, programme: &str, id: &str) -> Result<(), Failure> {
    let revision = next(tx, &counter(programme)).await?;
    sqlx::query("UPDATE applications SET revision = $1, cells_for = NULL WHERE id = $2")
        .bind(signed(revision))
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Numbers that an application was erased.
///
/// # Errors
/// When the database cannot be written.
pub async fn erased(tx: &mut Tx, programme: &str, reference: &str) -> Result<(), Failure> {
    let revision = next(tx, &counter(programme)).await?;
    sqlx::query("INSERT INTO gone (programme, revision, reference) VALUES ($1, $2, $3)")
        .bind(programme)
        .bind(signed(revision))
        .bind(reference)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The number of the last change of a programme's applications.
///
/// # Errors
/// When the database cannot be read.
pub async fn cursor(pool: &AnyPool, programme: &str) -> Result<u64, Failure> {
    let row = sqlx::query("SELECT value FROM counters WHERE name = $1")
        .bind(counter(programme))
        .fetch_optional(pool)
        .await?;
    Ok(row.map(|row| row.try_get("value")).transpose()?.map_or(0, unsigned))
}

/// How many applications were submitted last so many whole hours before `deadline`; below nought, after it.
///
/// # Errors
/// When the database cannot be read.
pub async fn submitted_by_hour(pool: &AnyPool, programme: &str, deadline: Timestamp) -> Result<Vec<(i64, u32)>, Failure> {
    const HOUR: i64 = 3_600_000;
    // Whole numbers are cut off towards nought: counted from long after the deadline, none is below it.
    const AFTER: i64 = 100 * 366 * 24;
    let rows = sqlx::query(
        "SELECT ($1 - last) / 3600000 AS hour, COUNT(*) AS n FROM \
         (SELECT MAX(s.received_at) AS last FROM submissions s JOIN applications a ON a.id = s.application WHERE a.programme = $2 GROUP BY a.id) AS lasts \
         GROUP BY hour ORDER BY hour",
    )
    .bind(deadline.millis() + AFTER * HOUR)
    .bind(programme)
    .fetch_all(pool)
    .await?;
    rows.iter()
        .map(|row| {
            let count = u32::try_from(row.try_get::<i64, _>("n")?).unwrap_or(u32::MAX);
            Ok((row.try_get::<i64, _>("hour")? - AFTER, count))
        })
        .collect()
}

/// The number of an application's last change.
///
/// # Errors
/// When the database cannot be read.
pub async fn revision(pool: &AnyPool, id: &str) -> Result<u64, Failure> {
    let row = sqlx::query("SELECT revision FROM applications WHERE id = $1")
        .bind(id)
        .fetch_optional(pool)
        .await?;
    Ok(row.map(|row| row.try_get("revision")).transpose()?.map_or(0, unsigned))
}

/// An application to be taken out: what was submitted last where something was, else the draft.
#[derive(Clone, Debug)]
pub struct TakenOut {
    /// The application.
    pub record: Record,
    /// When it was submitted last.
    pub received: Option<Timestamp>,
    /// The canonical form of what was submitted last.
    pub canonical: Option<String>,
}

/// Applications of a programme by their references, in whatever order.
///
/// # Errors
/// When the database cannot be read.
pub async fn taken_out(pool: &AnyPool, programme: &str, references: &[String]) -> Result<Vec<TakenOut>, Failure> {
    let references: Vec<&String> = references
        .iter()
        .filter(|reference| super::applications::is_possible(reference))
        .collect();
    if references.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (1..=references.len()).map(|place| format!("${place}")).collect();
    // The programme is looked at below: beside it, SQLite would go through all of a programme to find some by their references.
    let sql = format!(
        "SELECT {COLUMNS}, (SELECT s.canonical FROM submissions s WHERE s.application = a.id ORDER BY s.ordinal DESC LIMIT 1) AS canonical \
         FROM applications a WHERE a.reference IN ({})",
        places.join(", ")
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
    for reference in references {
        query = query.bind(reference.as_str());
    }
    let rows = query.fetch_all(pool).await?;
    let taken = |row: &AnyRow| {
        Ok(TakenOut {
            record: super::applications::read(row)?,
            received: received(row)?,
            canonical: row.try_get("canonical")?,
        })
    };
    let taken = rows.iter().map(taken).collect::<Result<Vec<TakenOut>, Failure>>()?;
    Ok(taken.into_iter().filter(|one| one.record.programme == programme).collect())
}

/// How many applications a programme has.
///
/// # Errors
/// When the database cannot be read.
pub async fn count(pool: &AnyPool, programme: &str) -> Result<u64, Failure> {
    let row = sqlx::query("SELECT COUNT(*) AS n FROM applications WHERE programme = $1")
        .bind(programme)
        .fetch_one(pool)
        .await?;
    Ok(unsigned(row.try_get("n")?))
}

/// Where reading the whole table goes on: before this one.
#[derive(Clone, Debug)]
pub struct Place {
    revision: u64,
    id: String,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            revision: i64::MAX as u64,
            id: String::new(),
        }
    }
}

const COLUMNS: &str = "a.id, a.programme, a.reference, a.status, a.version, a.answers, a.locale, a.partner, a.referrer, a.campaign, a.extension, a.created_at, a.updated_at, a.changed_by, \
     a.revision, a.cells, a.cells_for, (SELECT MAX(s.received_at) FROM submissions s WHERE s.application = a.id) AS received_at";

/// Rows of the whole table, the latest changed first, and where to go on; `None` once there is no more.
///
/// # Errors
/// When the database cannot be read.
pub async fn page(pool: &AnyPool, schema: &Schema, entry: &Entry, from: &Place, limit: u32) -> Result<(Vec<Row>, Option<Place>), Failure> {
    // The answers themselves are read only where the cells are of no use.
    let wanted = written_for(schema, entry);
    let rows = sqlx::query(
        "SELECT id, revision, CASE WHEN cells_for = $1 THEN cells ELSE NULL END AS cells FROM applications \
         WHERE programme = $2 AND (revision < $3 OR (revision = $4 AND id < $5)) ORDER BY revision DESC, id DESC LIMIT $6",
    )
    .bind(wanted)
    .bind(entry.programme.id.as_str())
    .bind(signed(from.revision))
    .bind(signed(from.revision))
    .bind(from.id.as_str())
    .bind(i64::from(limit))
    .fetch_all(pool)
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    let mut last = None;
    for row in &rows {
        let (id, revision): (String, i64) = (row.try_get("id")?, row.try_get("revision")?);
        let cells: Option<String> = row.try_get("cells")?;
        match cells.and_then(|cells| decoded(schema, &cells)) {
            Some(row) => found.push(row),
            None => found.extend(computed(pool, schema, entry, &id).await?),
        }
        last = Some(Place {
            revision: unsigned(revision),
            id,
        });
    }
    Ok((found, last.filter(|_| rows.len() == limit as usize)))
}

/// What has changed since a cursor, in the order of the changes: rows, references of those erased, and the cursor afterwards.
///
/// # Errors
/// When the database cannot be read.
pub async fn since(
    pool: &AnyPool,
    schema: &Schema,
    entry: &Entry,
    cursor: u64,
    limit: u32,
) -> Result<(Vec<Row>, Vec<String>, u64), Failure> {
    let programme = entry.programme.id.as_str();
    // Read first: what is committed meanwhile comes again, and nothing is left out.
    let now = self::cursor(pool, programme).await?;
    let rows = sqlx::query(
        "SELECT id, revision, cells, cells_for FROM applications WHERE programme = $1 AND revision > $2 ORDER BY revision LIMIT $3",
    )
    .bind(programme)
    .bind(signed(cursor))
    .bind(i64::from(limit))
    .fetch_all(pool)
    .await?;
    let wanted = written_for(schema, entry);
    let mut found = Vec::with_capacity(rows.len());
    let mut reached = now;
    for row in &rows {
        let cells: Option<String> = row.try_get("cells")?;
        let fits = row
            .try_get::<Option<String>, _>("cells_for")?
            .is_some_and(|cells_for| cells_for == wanted);
        match cells.filter(|_| fits).and_then(|cells| decoded(schema, &cells)) {
            Some(row) => found.push(row),
            None => found.extend(computed(pool, schema, entry, &row.try_get::<String, _>("id")?).await?),
        }
        if rows.len() == limit as usize {
            // There is more: only so far has been read.
            reached = unsigned(row.try_get("revision")?);
        }
    }
    let gone = sqlx::query("SELECT reference FROM gone WHERE programme = $1 AND revision > $2 AND revision <= $3 ORDER BY revision")
        .bind(programme)
        .bind(signed(cursor))
        .bind(signed(reached))
        .fetch_all(pool)
        .await?;
    let gone = gone.iter().map(|row| row.try_get("reference")).collect::<Result<_, _>>()?;
    Ok((found, gone, reached))
}

fn decoded(schema: &Schema, cells: &str) -> Option<Row> {
    let bytes = STANDARD.decode(cells).ok()?;
    block::decode(schema, &bytes).ok()?.rows.into_iter().next()
}

/// The row of an application whose cells were written for something else; none when it has been erased meanwhile.
async fn computed(pool: &AnyPool, schema: &Schema, entry: &Entry, id: &str) -> Result<Option<Row>, Failure> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM applications a WHERE a.id = $1"));
    let row = sqlx::query(sql).bind(id).fetch_optional(pool).await?;
    let Some(row) = row else { return Ok(None) };
    let record = super::applications::read(&row)?;
    Ok(Some(self::row(
        schema,
        entry,
        &record,
        received(&row)?,
        unsigned(row.try_get("revision")?),
    )))
}

fn received(row: &AnyRow) -> Result<Option<Timestamp>, Failure> {
    Ok(row.try_get::<Option<i64>, _>("received_at")?.map(Timestamp::from_millis))
}

fn row(schema: &Schema, entry: &Entry, record: &Record, submitted: Option<Timestamp>, revision: u64) -> Row {
    let facts = Facts {
        revision,
        reference: &record.reference,
        status: record.status,
        partner: record.source.partner.as_deref(),
        created: record.created_at,
        updated: record.updated_at,
        submitted,
        deadline: record.extension,
        locale: record.locale,
    };
    opencall_table::row(schema, &entry.programme, &facts, &record.answers)
}
