//! A programme with applications, and its staff in the browser.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{Applicant, Backend, Page, Role, Setup};

/// Names as people have them, and as people try.
const NAMES: [&str; 12] = [
    "Atelier Neuf",
    "Œuvres & Fils",
    "Zebra Robotics",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "Łódź Analytics",
    "شركة الذكاء",
    "東京医療",
    "\u{202e}gpj.exe Labs",
    "<script>alert(1)</script>",
    "Ärzte ohne Papier",
    "Bio Santé",
    "Élan Énergie",
];

/// A backend with so many applications: every third a draft, the others submitted; countries, stages and partners differ.
pub async fn with_applications(count: usize) -> Result<(Backend, Vec<Applicant>)> {
    let backend = Backend::with(Setup::crowd()).await?;
    let mut people = Vec::with_capacity(count);
    for at in 0..count {
        let applicant = Applicant::new(&backend)?;
        apply(&applicant, at).await?;
        people.push(applicant);
    }
    Ok((backend, people))
}

/// Somebody applies, the same way for the same number.
pub async fn apply(applicant: &Applicant, at: usize) -> Result<()> {
    let name = format!("{} {}", NAMES[at % NAMES.len()], at / NAMES.len() + 1);
    if at % 3 == 2 {
        let answers = json!({"company_name": name, "country": (["FR", "DE", "NG"][at % 3]), "one_line": "Not finished yet"});
        applicant.begin(&answers).await?.expect(201)?;
        return Ok(());
    }
    let mut answers = crate::material::answers();
    answers["company_name"] = name.into();
    answers["country"] = ["FR", "DE", "IT", "NG", "IN"][at % 5].into();
    answers["siren"] = if at.is_multiple_of(5) {
        answers["siren"].clone()
    } else {
        Value::Null
    };
    let begun = applicant.begin(&answers).await?.expect(201)?;
    let version = begun.json()["version"].as_u64().context("no version")?;
    applicant.submit(version, "s").await?.expect(200)?;
    Ok(())
}

/// The address of a one-time link for somebody of this role.
pub fn link(backend: &Backend, role: &str, name: &str) -> Result<String> {
    let made = backend.command(&["invite", "--role", role, "--name", name])?;
    anyhow::ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Ok(backend.address(String::from_utf8(made.stdout)?.trim()))
}

/// Somebody of this role signs in and sees the list.
pub async fn sign_in(backend: &Backend, page: &Page, role: &str, name: &str) -> Result<()> {
    page.open_unready(&link(backend, role, name)?).await?;
    page.click(Role::Button, "Sign in").await?;
    page.find(Role::Button, "Sign out").await?;
    Ok(())
}
