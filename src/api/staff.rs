//! The staff's calls: the same endpoints and errors as the applicants', with a session in a cookie that no script can read. Being signed in is
//! a type: whoever has a [`Staff`] was let in by the backend.

use opencall_core::contract::staff::{
    AuditEntry, Credentials, ExportRequest, Extend, HEADER, InvitationView, Invite, LinkSecret, LinkView, MoveRequest, Moved, NewNote,
    PersonChange, PersonView, SavedView, SessionInfo, SessionView, StaffApplication, ViewRequest, staff_problem,
};
use opencall_core::{Programme, Timestamp};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::client::Client;
use super::endpoint::{Endpoint, Reads, Sends};
use super::error::{ApiError, UNLIKE};
use super::live::{Line, Live};
use super::stream;
use super::transport::Method;

const BASE: &str = "/api/v1/staff";
/// The most bytes of all rows that are read: 100,000 applications have some 20 MB.
const ROWS_BYTES: usize = 1 << 30;
/// The same for changes, which are held in memory before they are read.
const CHANGES_BYTES: usize = 128 << 20;

/// A body or reply that is JSON by its type.
pub struct Json<T>(pub T);

impl<T: Serialize> Sends for Json<T> {
    fn text(&self) -> Option<(&'static str, String)> {
        // None of the contract's types fails to be written.
        Some(("application/json", serde_json::to_string(&self.0).unwrap_or_default()))
    }
}

impl<T: DeserializeOwned> Reads for Json<T> {
    fn read(body: &str) -> Result<Self, String> {
        serde_json::from_str(body).map(Json).map_err(|fault| {
            // It is JSON, and says something else.
            let what = if fault.is_data() { UNLIKE } else { "" };
            [what, &fault.to_string()].concat()
        })
    }
}

/// What staff are shown of a receipt; whoever wants to check it takes it out whole.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ReceiptFacts {
    /// When the application was received.
    pub received_at: Timestamp,
    /// When its digest was sealed, if it was.
    pub sealed_at: Option<Timestamp>,
    /// The deadline that was in force.
    pub deadline: Timestamp,
    /// SHA-256 of the canonical application.
    pub digest: String,
}

/// One application as the pages show it.
pub type ShownApplication = StaffApplication<ReceiptFacts, IgnoredAny>;

/// The calls of somebody who is signed out.
#[derive(Clone)]
pub struct SignedOut(Client);

/// The calls of somebody who is signed in. Cheap to clone.
#[derive(Clone)]
pub struct Staff(Client);

impl SignedOut {
    /// At this backend.
    pub fn new(client: Client) -> Self {
        Self(client)
    }

    /// Who is signed in; `None` for nobody.
    pub async fn resume(&self) -> Result<Option<(Staff, SessionView)>, ApiError> {
        match self.0.send(get::<SessionView>("/session")).await {
            Ok(Json(view)) => Ok(Some((Staff(self.0.clone()), view))),
            Err(error) if is_out(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What a link is good for.
    pub async fn look(&self, secret: &str) -> Result<LinkView, ApiError> {
        let body = LinkSecret { secret: secret.to_owned() };
        Ok(self.0.send(post::<_, Json<LinkView>>("/link", body)).await?.0)
    }

    /// Signs in; a link is used up.
    pub async fn sign_in(&self, with: Credentials) -> Result<(), ApiError> {
        self.0.send(post::<_, Json<SessionView>>("/session", with)).await?;
        Ok(())
    }
}

/// Whether the backend says that nobody is signed in.
pub fn is_out(error: &ApiError) -> bool {
    error.is(staff_problem::SIGNED_OUT)
}

impl Staff {
    /// The programme's document.
    pub async fn programme(&self, id: &str) -> Result<Programme, ApiError> {
        self.0.programme(id).await
    }

    /// Signs out.
    pub async fn sign_out(&self) -> Result<(), ApiError> {
        self.0.send(delete("/session")).await
    }

    /// Reads all rows as they arrive.
    pub async fn rows(&self, programme: &str, mut take: impl FnMut(&[u8]) -> Result<(), String>) -> Result<(), ApiError> {
        self.read(&format!("/programmes/{programme}/rows"), ROWS_BYTES, &mut take).await
    }

    /// Reads what has changed since a cursor.
    pub async fn changes(&self, programme: &str, since: u64, mut take: impl FnMut(&[u8]) -> Result<(), String>) -> Result<(), ApiError> {
        self.read(&format!("/programmes/{programme}/changes?since={since}"), CHANGES_BYTES, &mut take)
            .await
    }

    async fn read(&self, path: &str, most: usize, take: &mut dyn FnMut(&[u8]) -> Result<(), String>) -> Result<(), ApiError> {
        let url = [self.0.base(), BASE, path].concat();
        let request = web_sys::Request::new_with_str(&url).map_err(|_| ApiError::Offline)?;
        stream::read(request, most, take).await
    }

    /// Whether the backend tells of changes by itself.
    pub fn has_events(&self) -> bool {
        self.0.capabilities().events
    }

    /// Listens to changes since a cursor: the data of each event is what [`Staff::changes`] gives, in base64.
    pub fn listen(
        &self,
        programme: &str,
        since: u64,
        heard: impl FnMut(String) + 'static,
        line: impl Fn(Line) + Clone + 'static,
    ) -> Option<Live> {
        let url = format!("{}{BASE}/programmes/{programme}/events?since={since}", self.0.base());
        Live::listen(&url, "rows", heard, line)
    }

    /// One application.
    pub async fn application(&self, reference: &str) -> Result<ShownApplication, ApiError> {
        Ok(self.0.send(get(&format!("/applications/{reference}"))).await?.0)
    }

    /// The address of a file: as a download, or to be shown in a frame.
    pub fn file(&self, reference: &str, file: &str, inline: bool) -> String {
        let how = if inline { "?inline=1" } else { "" };
        format!("{}{BASE}/applications/{reference}/files/{file}{how}", self.0.base())
    }

    /// Adds a note.
    pub async fn note(&self, reference: &str, text: &str) -> Result<(), ApiError> {
        let body = NewNote { text: text.to_owned() };
        self.0.send(post(&format!("/applications/{reference}/notes"), body)).await
    }

    /// Moves many, or says what would happen.
    pub async fn moves(&self, programme: &str, request: MoveRequest) -> Result<Moved, ApiError> {
        Ok(self
            .0
            .send(post::<_, Json<Moved>>(&format!("/programmes/{programme}/moves"), request))
            .await?
            .0)
    }

    /// Undoes a move.
    pub async fn undo(&self, id: &str) -> Result<Moved, ApiError> {
        Ok(self.0.send(post::<_, Json<Moved>>(&format!("/moves/{id}/undo"), ())).await?.0)
    }

    /// Extends the call's deadline, or one application's.
    pub async fn extend(&self, programme: &str, reference: Option<&str>, extend: Extend) -> Result<(), ApiError> {
        let path = match reference {
            Some(reference) => format!("/applications/{reference}/extension"),
            None => format!("/programmes/{programme}/extension"),
        };
        self.0.send(post(&path, extend)).await
    }

    /// Takes applications out as they arrive, until `signal` aborts it: that looks like a connection that broke.
    pub async fn export(
        &self,
        programme: &str,
        request: &ExportRequest,
        signal: &web_sys::AbortSignal,
        mut take: impl FnMut(&[u8]) -> Result<(), String>,
    ) -> Result<(), ApiError> {
        let url = format!("{}{BASE}/programmes/{programme}/export", self.0.base());
        let broken = |_| ApiError::Offline;
        let init = web_sys::RequestInit::new();
        init.set_method("POST");
        let headers = web_sys::Headers::new().map_err(broken)?;
        headers.set("content-type", "application/json").map_err(broken)?;
        headers.set(HEADER, "1").map_err(broken)?;
        init.set_headers(&headers);
        init.set_signal(Some(signal));
        init.set_body(&serde_json::to_string(request).unwrap_or_default().into());
        let request = web_sys::Request::new_with_str_and_init(&url, &init).map_err(broken)?;
        // What comes is written down and not read: the browser says when it is too much.
        stream::read(request, usize::MAX, &mut take).await
    }

    /// When applications of the edition before were submitted ([`opencall_core::contract::staff::Previous`]): how many so many hours before its
    /// deadline.
    pub async fn previous(&self, programme: &str) -> Result<Vec<(i64, u32)>, ApiError> {
        let told: Value = self.0.send(get(&format!("/programmes/{programme}/previous"))).await?.0;
        let hours = told["submitted"].as_array().into_iter().flatten();
        Ok(hours
            .filter_map(|hour| Some((hour[0].as_i64()?, hour[1].as_u64()? as u32)))
            .collect())
    }

    /// The saved views of a programme's list.
    pub async fn views(&self, programme: &str) -> Result<Vec<SavedView>, ApiError> {
        Ok(self.0.send(get(&format!("/programmes/{programme}/views"))).await?.0)
    }

    /// Saves a view: a new one, or one there is.
    pub async fn save_view(&self, programme: &str, id: Option<&str>, view: ViewRequest) -> Result<SavedView, ApiError> {
        let call = match id {
            Some(id) => staff(Method::Put, &format!("/views/{id}"), Json(view)),
            None => post(&format!("/programmes/{programme}/views"), view),
        };
        Ok(self.0.send::<_, Json<SavedView>>(call).await?.0)
    }

    /// Takes a saved view away.
    pub async fn remove_view(&self, id: &str) -> Result<(), ApiError> {
        self.0.send(delete(&format!("/views/{id}"))).await
    }

    /// Everybody.
    pub async fn people(&self) -> Result<Vec<PersonView>, ApiError> {
        Ok(self.0.send(get("/people")).await?.0)
    }

    /// Changes somebody's role, or whether they may sign in.
    pub async fn change_person(&self, id: &str, change: PersonChange) -> Result<PersonView, ApiError> {
        let call = staff(Method::Patch, &format!("/people/{id}"), Json(change));
        Ok(self.0.send::<_, Json<PersonView>>(call).await?.0)
    }

    /// A link that signs somebody in again.
    pub async fn link(&self, id: &str) -> Result<InvitationView, ApiError> {
        Ok(self
            .0
            .send(post::<_, Json<InvitationView>>(&format!("/people/{id}/link"), ()))
            .await?
            .0)
    }

    /// Links that nobody has used yet.
    pub async fn invitations(&self) -> Result<Vec<InvitationView>, ApiError> {
        Ok(self.0.send(get("/invitations")).await?.0)
    }

    /// Invites somebody.
    pub async fn invite(&self, invite: Invite) -> Result<InvitationView, ApiError> {
        Ok(self.0.send(post::<_, Json<InvitationView>>("/invitations", invite)).await?.0)
    }

    /// Takes an invitation back.
    pub async fn revoke(&self, id: &str) -> Result<(), ApiError> {
        self.0.send(delete(&format!("/invitations/{id}"))).await
    }

    /// Sessions: one's own, or everybody's.
    pub async fn sessions(&self) -> Result<Vec<SessionInfo>, ApiError> {
        Ok(self.0.send(get("/sessions")).await?.0)
    }

    /// Ends a session.
    pub async fn end_session(&self, id: &str) -> Result<(), ApiError> {
        self.0.send(delete(&format!("/sessions/{id}"))).await
    }

    /// Entries of the audit trail before one, the latest first.
    pub async fn audit(&self, before: Option<u64>) -> Result<Vec<AuditEntry>, ApiError> {
        let path = match before {
            Some(before) => format!("/audit?before={before}"),
            None => "/audit".to_owned(),
        };
        Ok(self.0.send(get(&path)).await?.0)
    }

    /// Waits.
    pub async fn wait(&self, ms: u32) {
        self.0.wait(ms).await;
    }
}

fn staff<B, R>(method: Method, path: &str, body: B) -> Endpoint<B, R> {
    let call = Endpoint::new(method, [BASE, path].concat(), body);
    // What only reads needs no permission of another site's.
    if method == Method::Get {
        call
    } else {
        call.with(HEADER, "1".to_owned())
    }
}

fn get<R>(path: &str) -> Endpoint<(), Json<R>> {
    staff(Method::Get, path, ())
}

fn post<B, R>(path: &str, body: B) -> Endpoint<Json<B>, R> {
    staff(Method::Post, path, Json(body))
}

fn delete(path: &str) -> Endpoint<(), ()> {
    staff(Method::Delete, path, ())
}
