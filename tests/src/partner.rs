//! A partner: its link, and who comes by its pages.

use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::{Value, json};

use crate::applicant::{new_token, send};
use crate::{Applicant, Backend, desk, edition, material};

/// Somebody of the staff who is signed in without a browser.
pub struct Organiser {
    origin: String,
    cookie: String,
}

impl Organiser {
    /// Signs in.
    pub async fn new(backend: &Backend) -> Result<Self> {
        let link = desk::link(backend, "organiser", "Olga Organiser")?;
        let secret = link.split_once('#').context("no secret")?.1;
        let call = reqwest::Client::new().post(backend.address("/api/v1/staff/session"));
        let reply = send(call.header("Opencall-Staff", "1").json(&json!({"secret": secret})))
            .await?
            .expect(201)?;
        let cookie = reply.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
        Ok(Self {
            origin: backend.origin(),
            cookie,
        })
    }

    /// Calls what is below the programme, and expects this status.
    pub async fn call(&self, method: Method, path: &str, status: u16) -> Result<Vec<u8>> {
        let address = format!("{}/api/v1/staff/programmes/{}/{path}", self.origin, edition::ID);
        let call = reqwest::Client::new().request(method, address).header("Cookie", &self.cookie);
        Ok(send(call.header("Opencall-Staff", "1")).await?.expect(status)?.bytes)
    }

    /// Makes a partner's link; gives its path.
    pub async fn link(&self, partner: &str) -> Result<String> {
        let made = self.call(Method::POST, &format!("partners/{partner}/link"), 201).await?;
        let made: Value = serde_json::from_slice(&made)?;
        Ok(made["link"].as_str().context("no link")?.to_owned())
    }
}

/// So many begin by a partner's pages, and some of them submit. The backend is one for crowds, whose programme asks for no file.
pub async fn comes(backend: &Backend, partner: &str, begin: usize, submit: usize) -> Result<()> {
    for at in 0..begin {
        let applicant = Applicant::new(backend)?;
        let path = format!("/api/v1/programmes/{}/applications", edition::ID);
        let body = json!({"answers": material::answers(), "locale": "en", "partner": partner});
        let call = applicant
            .request(Method::POST, &path)
            .header("Idempotency-Key", format!("\"{}\"", new_token()?));
        let begun = send(call.json(&body)).await?.expect(201)?.json();
        if at < submit {
            let version = begun["version"].as_u64().context("no version")?;
            applicant.submit(version, "s").await?.expect(200)?;
        }
    }
    Ok(())
}
