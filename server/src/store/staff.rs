//! People of the staff, the one-time links that sign them in, and their sessions. Secrets are kept as SHA-256 only.

use opencall_core::Timestamp;
use opencall_core::contract::staff::{InvitationView, PersonView, SessionInfo};
use opencall_core::role::Role;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};

use super::Tx;
use crate::api::problem::Failure;
use crate::token::{TokenHash, random_id};

/// Milliseconds after which a session that is not used ends: 30 days.
pub const IDLE_MS: i64 = 30 * DAY_MS;
/// Milliseconds after which every session ends: 90 days.
pub const LONGEST_MS: i64 = 90 * DAY_MS;
/// Milliseconds for which a link can be used: 7 days.
pub const LINK_MS: i64 = 7 * DAY_MS;
const DAY_MS: i64 = 86_400_000;
/// Milliseconds between two times a session's use is written down.
const SEEN_MS: i64 = 60_000;

/// Somebody of the staff.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// Public id.
    pub id: String,
    /// The name the others see.
    pub name: String,
    /// What the person is there for.
    pub role: Role,
    /// Whether the person may sign in.
    pub active: bool,
    /// Since when.
    pub created_at: Timestamp,
}

impl Person {
    /// As the contract shows it.
    pub fn view(&self) -> PersonView {
        PersonView {
            id: self.id.clone(),
            name: self.name.clone(),
            role: self.role,
            active: self.active,
            created_at: self.created_at,
        }
    }
}

/// A one-time link.
#[derive(Clone, Debug)]
pub struct Link {
    /// Public id.
    pub id: String,
    /// The role it gives.
    pub role: Role,
    /// For whom; empty where nobody knows.
    pub name: String,
    /// The person it signs in again.
    pub person: Option<String>,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Public id.
    pub id: String,
    /// Whose.
    pub person: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was used last, to the minute.
    pub seen_at: Timestamp,
}

impl Session {
    /// When it ends if it is not used.
    pub fn expires_at(&self) -> Timestamp {
        Timestamp::from_millis((self.seen_at.millis() + IDLE_MS).min(self.created_at.millis() + LONGEST_MS))
    }

    /// As the contract shows it, to `asking`.
    pub fn view(&self, asking: &Self) -> SessionInfo {
        SessionInfo {
            id: self.id.clone(),
            person: self.person.clone(),
            created_at: self.created_at,
            seen_at: self.seen_at,
            expires_at: self.expires_at(),
            current: self.id == asking.id,
        }
    }
}

/// Everybody, by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn people(pool: &AnyPool) -> Result<Vec<Person>, Failure> {
    let rows = sqlx::query("SELECT id, name, role, active, created_at FROM people ORDER BY name, id")
        .fetch_all(pool)
        .await?;
    rows.iter().map(person).collect()
}

/// Somebody.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(tx: &mut Tx, id: &str) -> Result<Option<Person>, Failure> {
    let row = sqlx::query("SELECT id, name, role, active, created_at FROM people WHERE id = $1")
        .bind(id)
        .fetch_optional(tx.connection())
        .await?;
    row.as_ref().map(person).transpose()
}

/// Adds somebody.
///
/// # Errors
/// When the database cannot be written.
pub async fn add(tx: &mut Tx, name: &str, role: Role, now: Timestamp) -> Result<Person, Failure> {
    let person = Person {
        id: random_id(),
        name: String::from(name),
        role,
        active: true,
        created_at: now,
    };
    sqlx::query("INSERT INTO people (id, name, role, active, created_at) VALUES ($1, $2, $3, 1, $4)")
        .bind(person.id.as_str())
        .bind(name)
        .bind(role.name())
        .bind(now.millis())
        .execute(tx.connection())
        .await?;
    Ok(person)
}

/// Changes somebody's role, and whether they may sign in; whoever may not has no session left.
///
/// # Errors
/// When the database cannot be written.
pub async fn change(tx: &mut Tx, person: &Person) -> Result<(), Failure> {
    sqlx::query("UPDATE people SET role = $1, active = $2 WHERE id = $3")
        .bind(person.role.name())
        .bind(i64::from(person.active))
        .bind(person.id.as_str())
        .execute(tx.connection())
        .await?;
    if !person.active {
        for sql in [
            "DELETE FROM staff_sessions WHERE person = $1",
            "DELETE FROM staff_links WHERE person = $1",
        ] {
            sqlx::query(sql).bind(person.id.as_str()).execute(tx.connection()).await?;
        }
    }
    Ok(())
}

/// How many organisers may sign in.
///
/// # Errors
/// When the database cannot be read.
pub async fn organisers(tx: &mut Tx) -> Result<i64, Failure> {
    let row = sqlx::query("SELECT COUNT(*) AS n FROM people WHERE role = 'organiser' AND active = 1")
        .fetch_one(tx.connection())
        .await?;
    Ok(row.try_get("n")?)
}

/// Whether there is nobody yet. Links to become the first one are gone then: each start makes a new one, and only it is good.
///
/// # Errors
/// When the database cannot be used.
pub async fn nobody(tx: &mut Tx) -> Result<bool, Failure> {
    let row = sqlx::query("SELECT COUNT(*) AS n FROM people").fetch_one(tx.connection()).await?;
    if row.try_get::<i64, _>("n")? > 0 {
        return Ok(false);
    }
    sqlx::query("DELETE FROM staff_links WHERE name = ''")
        .execute(tx.connection())
        .await?;
    Ok(true)
}

/// Keeps a link.
///
/// # Errors
/// When the database cannot be written.
pub async fn add_link(tx: &mut Tx, secret: &TokenHash, link: &Link) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO staff_links (secret_hash, id, role, name, person, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(secret.as_str())
    .bind(link.id.as_str())
    .bind(link.role.name())
    .bind(link.name.as_str())
    .bind(link.person.clone())
    .bind(link.created_at.millis())
    .bind(link.expires_at.millis())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// A link that can still be used.
///
/// # Errors
/// When the database cannot be read.
pub async fn link(tx: &mut Tx, secret: &TokenHash, now: Timestamp) -> Result<Option<Link>, Failure> {
    let row =
        sqlx::query("SELECT id, role, name, person, created_at, expires_at FROM staff_links WHERE secret_hash = $1 AND expires_at > $2")
            .bind(secret.as_str())
            .bind(now.millis())
            .fetch_optional(tx.connection())
            .await?;
    row.as_ref().map(read_link).transpose()
}

/// Uses a link up. `false` when somebody else has at the same moment.
///
/// # Errors
/// When the database cannot be written.
pub async fn use_link(tx: &mut Tx, secret: &TokenHash) -> Result<bool, Failure> {
    let done = sqlx::query("DELETE FROM staff_links WHERE secret_hash = $1")
        .bind(secret.as_str())
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes away the link of a first organiser that nobody has used: there is somebody now.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget_first_link(tx: &mut Tx) -> Result<(), Failure> {
    sqlx::query("DELETE FROM staff_links WHERE name = ''")
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Takes a link back; gives for whom it was.
///
/// # Errors
/// When the database cannot be written.
pub async fn revoke_link(tx: &mut Tx, id: &str) -> Result<Option<String>, Failure> {
    let row = sqlx::query("DELETE FROM staff_links WHERE id = $1 RETURNING name")
        .bind(id)
        .fetch_optional(tx.connection())
        .await?;
    Ok(row.map(|row| row.try_get("name")).transpose()?)
}

/// Links that can still be used, the latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn links(pool: &AnyPool, now: Timestamp) -> Result<Vec<InvitationView>, Failure> {
    let rows = sqlx::query(
        "SELECT id, role, name, person, created_at, expires_at FROM staff_links WHERE expires_at > $1 ORDER BY created_at DESC, id",
    )
    .bind(now.millis())
    .fetch_all(pool)
    .await?;
    let view = |row: &AnyRow| {
        read_link(row).map(|link| InvitationView {
            id: link.id,
            role: link.role,
            name: link.name,
            created_at: link.created_at,
            expires_at: link.expires_at,
            link: None,
        })
    };
    rows.iter().map(view).collect()
}

/// Begins a session.
///
/// # Errors
/// When the database cannot be written.
pub async fn begin_session(tx: &mut Tx, secret: &TokenHash, person: &str, now: Timestamp) -> Result<Session, Failure> {
    let session = Session {
        id: random_id(),
        person: String::from(person),
        created_at: now,
        seen_at: now,
    };
    sqlx::query("INSERT INTO staff_sessions (secret_hash, id, person, created_at, seen_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(secret.as_str())
        .bind(session.id.as_str())
        .bind(person)
        .bind(now.millis())
        .bind(now.millis())
        .execute(tx.connection())
        .await?;
    Ok(session)
}

/// The session of a cookie with its person; `None` when it has ended or the person may not sign in.
///
/// # Errors
/// When the database cannot be read.
pub async fn session(pool: &AnyPool, secret: &TokenHash, now: Timestamp) -> Result<Option<(Session, Person)>, Failure> {
    let row = sqlx::query(
        "SELECT s.id AS session, s.created_at AS begun_at, s.seen_at, p.id, p.name, p.role, p.active, p.created_at \
         FROM staff_sessions s JOIN people p ON p.id = s.person WHERE s.secret_hash = $1",
    )
    .bind(secret.as_str())
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let person = person(&row)?;
    let session = Session {
        id: row.try_get("session")?,
        person: person.id.clone(),
        created_at: Timestamp::from_millis(row.try_get("begun_at")?),
        seen_at: Timestamp::from_millis(row.try_get("seen_at")?),
    };
    let lives = person.active && now.millis() < session.expires_at().millis();
    Ok(lives.then_some((session, person)))
}

/// Whether a session's use is to be written down again.
pub fn is_due(session: &Session, now: Timestamp) -> bool {
    now.millis() - session.seen_at.millis() >= SEEN_MS
}

/// Writes down that a session is used.
///
/// # Errors
/// When the database cannot be written.
pub async fn seen(tx: &mut Tx, id: &str, now: Timestamp) -> Result<(), Failure> {
    sqlx::query("UPDATE staff_sessions SET seen_at = $1 WHERE id = $2")
        .bind(now.millis())
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Every session that lives, the latest used first; one person's or everybody's.
///
/// # Errors
/// When the database cannot be read.
pub async fn sessions(pool: &AnyPool, person: Option<&str>, now: Timestamp) -> Result<Vec<Session>, Failure> {
    let rows = sqlx::query("SELECT id, person, created_at, seen_at FROM staff_sessions ORDER BY seen_at DESC, id")
        .fetch_all(pool)
        .await?;
    let mut sessions = Vec::with_capacity(rows.len());
    for row in rows {
        let session = Session {
            id: row.try_get("id")?,
            person: row.try_get("person")?,
            created_at: Timestamp::from_millis(row.try_get("created_at")?),
            seen_at: Timestamp::from_millis(row.try_get("seen_at")?),
        };
        if session.expires_at() > now && person.is_none_or(|person| session.person == person) {
            sessions.push(session);
        }
    }
    Ok(sessions)
}

/// Ends a session, of this person only where one is given. `false` when there is none.
///
/// # Errors
/// When the database cannot be written.
pub async fn end_session(tx: &mut Tx, id: &str, person: Option<&str>) -> Result<bool, Failure> {
    let (any, person) = (i64::from(person.is_none()), person.unwrap_or_default());
    let done = sqlx::query("DELETE FROM staff_sessions WHERE id = $1 AND ($2 = 1 OR person = $3)")
        .bind(id)
        .bind(any)
        .bind(person)
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

fn role(row: &AnyRow) -> Result<Role, Failure> {
    let role: String = row.try_get("role")?;
    Role::from_name(&role).ok_or_else(|| {
        tracing::error!("a role cannot be read");
        Failure::internal()
    })
}

fn person(row: &AnyRow) -> Result<Person, Failure> {
    Ok(Person {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        role: role(row)?,
        active: row.try_get::<i64, _>("active")? == 1,
        created_at: Timestamp::from_millis(row.try_get("created_at")?),
    })
}

fn read_link(row: &AnyRow) -> Result<Link, Failure> {
    Ok(Link {
        id: row.try_get("id")?,
        role: role(row)?,
        name: row.try_get("name")?,
        person: row.try_get("person")?,
        created_at: Timestamp::from_millis(row.try_get("created_at")?),
        expires_at: Timestamp::from_millis(row.try_get("expires_at")?),
    })
}
