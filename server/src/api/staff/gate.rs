//! What every call of the staff's passes before its handler sees it.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use opencall_core::contract::staff::{HEADER, staff_problem};

use super::Need;
use crate::App;
use crate::api::problem::Failure;
use crate::store::staff::{self, Person, Session};
use crate::token::TokenHash;

/// Who is signed in. Handlers of routes that need nobody cannot have it.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Who.
    pub person: Person,
    /// In which session.
    pub session: Session,
}

impl FromRequestParts<App> for Signed {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        parts.extensions.get::<Self>().cloned().ok_or_else(signed_out)
    }
}

/// The name of the cookie. Where the site is reached over https, browsers see to it that nobody else has set it
/// (RFC 6265bis, 4.1.3.2).
pub fn cookie_name(app: &App) -> &'static str {
    if app.https { "__Host-opencall_staff" } else { "opencall_staff" }
}

/// The secret of the cookie.
pub fn secret(app: &App, headers: &HeaderMap) -> Option<TokenHash> {
    let name = cookie_name(app);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    TokenHash::from_token(pairs.find(|(key, _)| *key == name)?.1)
}

/// Lets a request through to its handler, or says why not.
pub async fn gate(State((app, need)): State<(App, Need)>, mut request: Request, next: Next) -> Response {
    if let Err(refused) = not_foreign(request.method(), request.headers()) {
        return refused.into_response();
    }
    if need != Need::Nothing {
        match signed(&app, request.headers()).await {
            Ok(signed) => {
                if let Need::May(permission) = need
                    && !signed.person.role.may(permission)
                {
                    return not_allowed().into_response();
                }
                request.extensions_mut().insert(signed);
            }
            Err(refused) => return refused.into_response(),
        }
    }
    next.run(request).await
}

/// Refuses what another site's page could have made a browser send. SameSite keeps the cookie from them; this is the second
/// lock: a header that needs our permission, and where the browser says who asks, that it is us.
fn not_foreign(method: &Method, headers: &HeaderMap) -> Result<(), Failure> {
    if matches!(*method, Method::GET | Method::HEAD) {
        return Ok(());
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let ours = match headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or("")) {
        None => true,
        Some(origin) => origin.split_once("://").map(|(_, host)| host) == host,
    };
    if headers.contains_key(HEADER) && ours {
        return Ok(());
    }
    Err(Failure::new(
        StatusCode::FORBIDDEN,
        staff_problem::FOREIGN,
        "The request could have come from another site",
    )
    .detail(format!("Send it from this site, with the header {HEADER}: 1.")))
}

/// Who the cookie stands for. That the session is in use is written down once a minute.
async fn signed(app: &App, headers: &HeaderMap) -> Result<Signed, Failure> {
    let now = app.clock.now();
    let secret = secret(app, headers).ok_or_else(signed_out)?;
    let found = staff::session(app.store.pool(), &secret, now).await?;
    let (session, person) = found.ok_or_else(signed_out)?;
    // Reading goes on where nothing can be written.
    if staff::is_due(&session, now)
        && let Ok(mut tx) = app.store.begin_light().await
    {
        let result = staff::seen(&mut tx, &session.id, now).await;
        let _ = tx.end(result).await;
    }
    Ok(Signed { person, session })
}

/// Nobody is signed in.
pub fn signed_out() -> Failure {
    Failure::new(StatusCode::UNAUTHORIZED, staff_problem::SIGNED_OUT, "Nobody is signed in").header(header::WWW_AUTHENTICATE, "Cookie")
}

/// The role of whoever asks does not allow it.
pub fn not_allowed() -> Failure {
    Failure::new(StatusCode::FORBIDDEN, staff_problem::NOT_ALLOWED, "Your role does not allow it")
}
