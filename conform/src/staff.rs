//! A session of the staff's, begun by a one-time link or with an account.

use opencall_core::contract::StaffSide;
use opencall_core::contract::staff::HEADER;
use serde_json::{Value, json};

use crate::check::{Outcome, Stop};
use crate::http::{Client, Reply, Request};
use crate::run::Run;

/// What whoever signs in is called.
pub const NAME: &str = "Conformance suite";

/// Somebody who is signed in.
pub struct Staff {
    http: Client,
    cookie: String,
    /// The reply that began the session.
    pub signed_in: Reply,
    /// The secret of the link that was used up, or the account's password.
    pub secret: String,
}

/// Whether staff sign in with accounts.
pub fn has_accounts(run: &Run) -> bool {
    run.claims.all(run).staff == StaffSide::Accounts
}

impl Staff {
    /// Signs in with the link or the account that was given.
    ///
    /// # Errors
    /// Without one; when it is not taken.
    pub fn sign_in(run: &Run) -> Outcome<Self> {
        let (secret, body) = if has_accounts(run) {
            let Some((account, password)) = &run.options.account else {
                return Stop::not_given(
                    "needs a session of the staff's: give an account with --account and its password in OPENCALL_PASSWORD",
                );
            };
            (password.clone(), json!({"account": account, "password": password}))
        } else {
            let Some(token) = &run.options.token else {
                return Stop::not_given("needs a session of the staff's: give an unused link with --token");
            };
            let secret = token.rsplit('#').next().unwrap_or_default().to_owned();
            let body = json!({"secret": secret, "name": NAME});
            (secret, body)
        };
        let signed_in = run.http.request("POST", "/staff/session").header(HEADER, "1").json(&body).send()?;
        // Whatever else is wrong with the reply: what opens the staff's pages is not shown.
        for (_, cookie) in signed_in.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let pair = cookie.split(';').next().unwrap_or_default();
            run.http
                .conceal_password(pair.split_once('=').map_or(pair, |(_, value)| value).trim());
        }
        signed_in.json(&[201])?;
        let pair = signed_in
            .header("set-cookie")
            .and_then(|cookie| cookie.split(';').next())
            .unwrap_or_default();
        if !pair.contains('=') {
            return Err(signed_in.short("a cookie with the session"));
        }
        Ok(Self {
            http: run.http.clone(),
            cookie: pair.to_owned(),
            secret,
            signed_in,
        })
    }

    /// A request of the session's, with the header that other sites cannot send.
    pub fn request(&self, method: &str, path: &str) -> Request<'_> {
        self.bare(method, path).header(HEADER, "1")
    }

    /// The same without that header.
    pub fn bare(&self, method: &str, path: &str) -> Request<'_> {
        self.http.request(method, &format!("/staff{path}")).header("Cookie", &self.cookie)
    }

    /// Reads.
    ///
    /// # Errors
    /// When there is no reply.
    pub fn get(&self, path: &str) -> Outcome<Reply> {
        self.bare("GET", path).send()
    }

    /// Sends JSON.
    ///
    /// # Errors
    /// When there is no reply.
    pub fn send(&self, method: &str, path: &str, body: &Value) -> Outcome<Reply> {
        self.request(method, path).json(body).send()
    }

    /// Whoever is signed in has to be allowed this.
    ///
    /// # Errors
    /// When the role does not allow it.
    pub fn may(&self, permission: &str) -> Outcome {
        let view = self.signed_in.value();
        let permissions = view["permissions"].as_array().into_iter().flatten();
        if permissions.into_iter().any(|known| known == permission) {
            return Ok(());
        }
        Stop::not_checked(format!("whoever the link is for may not {}", permission.replace('_', " ")))
    }

    /// Ends the session.
    pub fn sign_out(&self) {
        // Whether that works has a check of its own.
        let _ = self.request("DELETE", "/session").send();
    }
}
