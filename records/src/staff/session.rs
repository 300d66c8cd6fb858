//! Signing in with an account of the store's. It is kept in memory only: a reload signs out.

use std::collections::BTreeMap;

use opencall_core::Timestamp;
use opencall_core::contract::staff::{AccountSignIn, PersonView, SessionInfo, SessionView, staff_problem};
use opencall_core::role::{Permission, Role};

use super::book::Book;
use super::moves::Done;
use crate::auth::{Account, Who};
use crate::gateway::Gateway;
use crate::http::{Reply, Request};
use crate::problem::{self, Failure};

/// Somebody of the staff at work.
#[derive(Debug)]
pub struct Desk {
    account: Account,
    since: Timestamp,
    pub(super) books: BTreeMap<String, Book>,
    pub(super) done: Option<Done>,
}

/// What somebody may do who has an account: what a record store can do.
const PERMISSIONS: [Permission; 3] = [Permission::ReadApplications, Permission::WriteNotes, Permission::MoveApplications];

impl Gateway {
    /// `POST /staff/session` with the name and password of an account.
    ///
    /// # Errors
    /// 404 where the store lets nobody of this name and password read what staff read.
    pub async fn sign_in(&self, request: &Request) -> Result<Reply, Failure> {
        let asked: AccountSignIn = serde_json::from_str(&request.body).map_err(|fault| Failure::malformed(fault.to_string()))?;
        let account = Account::new(asked.account.trim(), &asked.password);
        let who = Who::Staff(account.clone());
        // What no applicant is shown any of.
        let collection = &self.store.description().collections.notes;
        if !self.store.may_list(&who, collection).await? {
            return Err(Failure::new(404, staff_problem::LINK, "No account has this name and password"));
        }
        // Moves and notes have the time of it, not of this device, where it can be had.
        let _ = self.clock().await;
        *self.desk.borrow_mut() = Some(Desk {
            account,
            since: self.now(),
            books: BTreeMap::new(),
            done: None,
        });
        let mut reply = self.session()?;
        reply.status = 201;
        Ok(reply)
    }

    /// `GET /staff/session`.
    ///
    /// # Errors
    /// 401.
    pub fn session(&self) -> Result<Reply, Failure> {
        let desk = self.desk.borrow();
        let desk = desk.as_ref().ok_or_else(signed_out)?;
        let person = PersonView {
            id: desk.account.name.clone(),
            name: desk.account.name.clone(),
            role: Role::Organiser,
            active: true,
            created_at: desk.since,
        };
        problem::json(
            200,
            &SessionView {
                person,
                session: self.info(desk),
                permissions: PERMISSIONS.to_vec(),
            },
        )
    }

    /// `GET /staff/sessions`: this one.
    ///
    /// # Errors
    /// 401.
    pub fn sessions(&self) -> Result<Reply, Failure> {
        let desk = self.desk.borrow();
        problem::json(200, &[self.info(desk.as_ref().ok_or_else(signed_out)?)])
    }

    fn info(&self, desk: &Desk) -> SessionInfo {
        let now = self.now();
        SessionInfo {
            id: String::from("here"),
            person: desk.account.name.clone(),
            created_at: desk.since,
            seen_at: now,
            expires_at: now.plus_millis(24 * 3_600_000),
            current: true,
        }
    }

    /// `DELETE /staff/session`.
    pub fn sign_out(&self) -> Reply {
        if let Some(desk) = self.desk.borrow_mut().take() {
            self.store.sessions().forget(&Who::Staff(desk.account));
        }
        problem::empty(204)
    }

    /// Whoever is signed in.
    ///
    /// # Errors
    /// 401.
    pub fn account(&self) -> Result<Account, Failure> {
        self.desk.borrow().as_ref().map(|desk| desk.account.clone()).ok_or_else(signed_out)
    }
}

/// Nobody is signed in.
pub fn signed_out() -> Failure {
    Failure::new(401, staff_problem::SIGNED_OUT, "Nobody is signed in")
}
