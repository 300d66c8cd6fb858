//! Signing in by a one-time link, and out again.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use opencall_core::Timestamp;
use opencall_core::contract::staff::{LinkSecret, LinkView, SessionInfo, SessionView, SignIn, staff_problem};
use opencall_core::role::Permission;
use opencall_core::text::clean_line;
use serde_json::Map;

use super::gate::{Signed, cookie_name};
use crate::App;
use crate::api::extract::{self, Client, Path};
use crate::api::problem::Failure;
use crate::api::reply::Reply;
use crate::store::staff::{self, LONGEST_MS, Link, Person, Session};
use crate::store::{Store, Tx, audit};
use crate::token::{TokenHash, random, random_id};

/// The most characters of a name.
const NAME_LIMIT: usize = 80;

/// A new secret, and what is kept of it.
pub fn new_secret() -> (String, TokenHash) {
    let secret = URL_SAFE_NO_PAD.encode(random::<32>());
    let hash = TokenHash::from_token(&secret).expect("32 bytes in base64url are a token");
    (secret, hash)
}

/// What a link looks like below the origin. Its secret stands in the fragment, which browsers send nowhere.
pub fn link_path(secret: &str) -> String {
    format!("/staff#{secret}")
}

/// What a link is good for.
///
/// # Errors
/// 404 for one that is unknown, used or expired; 429 for whoever guesses.
pub async fn look(State(app): State<App>, request: Request) -> Result<Reply, Failure> {
    let (client, body) = attempt(&app, request).await?;
    let LinkSecret { secret } = extract::json(&body)?;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let result = known(&mut tx, &secret, now).await;
    let (_, link) = guessed(&app, client, tx.end(result).await)?;
    Reply::json(
        StatusCode::OK,
        &LinkView {
            role: link.role,
            name: Some(link.name).filter(|name| !name.is_empty()),
            expires_at: link.expires_at,
        },
    )
}

/// Signs in, and uses the link up.
///
/// # Errors
/// As [`look`]; 400 without a name where one is needed.
pub async fn sign_in(State(app): State<App>, request: Request) -> Result<Response, Failure> {
    let (client, body) = attempt(&app, request).await?;
    let asked: SignIn = extract::json(&body)?;
    extract::printable(asked.name.as_deref().unwrap_or_default(), NAME_LIMIT, "A name")?;
    let now = app.clock.now();
    let (secret, hash) = new_secret();
    let mut tx = app.store.begin().await?;
    let result = sign_in_within(&mut tx, &asked, &hash, now).await;
    let (session, person) = guessed(&app, client, tx.end(result).await)?;
    let mut response = Reply::json(StatusCode::CREATED, &view(&person, &session))?.into_response();
    set_cookie(&app, &mut response, &secret, LONGEST_MS / 1_000);
    Ok(response)
}

async fn sign_in_within(tx: &mut Tx, asked: &SignIn, session: &TokenHash, now: Timestamp) -> Result<(Session, Person), Failure> {
    let (hash, link) = known(tx, &asked.secret, now).await?;
    let person = match &link.person {
        Some(id) => staff::find(tx, id).await?.filter(|person| person.active).ok_or_else(unknown_link)?,
        None => {
            let given = asked.name.as_deref().map(clean_line).filter(|name| !name.is_empty());
            let name = given.unwrap_or_else(|| link.name.clone());
            staff::add(tx, &checked_name(&name)?, link.role, now).await?
        }
    };
    if !staff::use_link(tx, &hash).await? {
        return Err(unknown_link());
    }
    staff::forget_first_link(tx).await?;
    let session = staff::begin_session(tx, session, &person.id, now).await?;
    audit::add(tx, now, Some(&person), "signed_in", None, Map::new()).await?;
    Ok((session, person))
}

/// A name as it is kept.
///
/// # Errors
/// 400 for none, for one of more than 80 characters, and for one that cannot be printed.
pub fn checked_name(name: &str) -> Result<String, Failure> {
    extract::line(name, NAME_LIMIT, "A name")
}

/// Who is signed in.
///
/// # Errors
/// 401.
pub async fn read(signed: Signed) -> Result<Reply, Failure> {
    Reply::json(StatusCode::OK, &view(&signed.person, &signed.session))
}

fn view(person: &Person, session: &Session) -> SessionView {
    SessionView {
        person: person.view(),
        session: session.view(session),
        permissions: person.role.permissions().to_vec(),
    }
}

/// Signs out.
///
/// # Errors
/// 401.
pub async fn sign_out(State(app): State<App>, signed: Signed) -> Result<Response, Failure> {
    let mut tx = app.store.begin().await?;
    let now = app.clock.now();
    let result = async {
        staff::end_session(&mut tx, &signed.session.id, None).await?;
        audit::add(&mut tx, now, Some(&signed.person), "signed_out", None, Map::new()).await
    }
    .await;
    tx.end(result).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&app, &mut response, "", 0);
    Ok(response)
}

/// One's own sessions; organisers see everybody's.
///
/// # Errors
/// 401.
pub async fn list(State(app): State<App>, signed: Signed) -> Result<Reply, Failure> {
    let now = app.clock.now();
    let sessions = staff::sessions(app.store.pool(), whose(&signed), now).await?;
    let views: Vec<SessionInfo> = sessions.iter().map(|session| session.view(&signed.session)).collect();
    Reply::json(StatusCode::OK, &views)
}

/// Ends a session of one's own; organisers end anybody's.
///
/// # Errors
/// 401; 404 for what is no session of theirs.
pub async fn end(State(app): State<App>, signed: Signed, Path(session): Path<String>) -> Result<StatusCode, Failure> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let result = async {
        if !staff::end_session(&mut tx, &session, whose(&signed)).await? {
            return Err(Failure::not_found());
        }
        audit::add(&mut tx, now, Some(&signed.person), "ended_session", None, Map::new()).await
    }
    .await;
    tx.end(result).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whose sessions somebody sees: `None` for everybody's.
fn whose(signed: &Signed) -> Option<&str> {
    let all = signed.person.role.may(Permission::ManagePeople);
    (!all).then_some(signed.person.id.as_str())
}

/// Makes the first organiser's link where there is nobody yet, in the place of one made before; gives its path.
///
/// # Errors
/// When the database cannot be used.
pub async fn first_link(store: &Store, now: Timestamp) -> Result<Option<String>, Failure> {
    let mut tx = store.begin().await?;
    let result = async {
        if !staff::nobody(&mut tx).await? {
            return Ok(None);
        }
        make_link(&mut tx, opencall_core::role::Role::Organiser, "", None, now)
            .await
            .map(|(path, _)| Some(path))
    }
    .await;
    tx.end(result).await
}

/// Makes a link; gives its path with the secret, which is nowhere else.
///
/// # Errors
/// When the database cannot be written.
pub async fn make_link(
    tx: &mut Tx,
    role: opencall_core::role::Role,
    name: &str,
    person: Option<&Person>,
    now: Timestamp,
) -> Result<(String, Link), Failure> {
    let (secret, hash) = new_secret();
    let link = Link {
        id: random_id(),
        role,
        name: String::from(name),
        person: person.map(|person| person.id.clone()),
        created_at: now,
        expires_at: Timestamp::from_millis(now.millis() + staff::LINK_MS),
    };
    staff::add_link(tx, &hash, &link).await?;
    Ok((link_path(&secret), link))
}

/// The body of an attempt, and who makes it.
async fn attempt(app: &App, request: Request) -> Result<(Client, axum::body::Bytes), Failure> {
    let (parts, body) = request.into_parts();
    extract::media_type(&parts.headers, &["application/json"])?;
    Ok((Client::of(&parts, app.trust_forwarded_for), extract::bytes(body).await?))
}

/// The link of a secret.
async fn known(tx: &mut Tx, secret: &str, now: Timestamp) -> Result<(TokenHash, Link), Failure> {
    let hash = TokenHash::from_token(secret).ok_or_else(unknown_link)?;
    let link = staff::link(tx, &hash, now).await?.ok_or_else(unknown_link)?;
    Ok((hash, link))
}

/// Whoever guesses soon has to wait, and is no longer told whether a guess was right.
fn guessed<T>(app: &App, client: Client, outcome: Result<T, Failure>) -> Result<T, Failure> {
    if outcome.as_ref().is_err_and(|failure| failure.status() == 404) {
        app.limits.address(client.0)?;
    }
    outcome
}

fn unknown_link() -> Failure {
    Failure::new(StatusCode::NOT_FOUND, staff_problem::LINK, "This link signs nobody in")
        .detail("It is unknown, used already, or its time is up. An organiser can make another one.")
}

fn set_cookie(app: &App, response: &mut Response, secret: &str, seconds: i64) {
    let secure = if app.https { "; Secure" } else { "" };
    let cookie = format!(
        "{}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}",
        cookie_name(app)
    );
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
}
