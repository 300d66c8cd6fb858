//! The rows, as ours loads them, and as JSON for pages written by hand.

use anyhow::{Context, Result, ensure};
use opencall_core::contract::staff::HEADER;
use opencall_core::{Programme, Status};
use opencall_table::schema::{NAME, STATUS};
use opencall_table::stream::Reader;
use opencall_table::{Cell, Query, Schema, Table};
use opencall_tests::{Backend, desk, edition};
use serde_json::{Map, Value, json};

/// All rows, and somebody who may move them.
pub struct Rows {
    table: Table,
    /// A word of which each letter finds fewer.
    pub word: String,
    cookie: String,
    http: reqwest::Client,
}

impl Rows {
    /// Signs in and loads them.
    pub async fn load(backend: &Backend) -> Result<Self> {
        let http = reqwest::Client::new();
        let link = desk::link(backend, "organiser", "Bench")?;
        let secret = link.split_once('#').context("a link without a secret")?.1;
        let reply = http
            .post(backend.address("/api/v1/staff/session"))
            .header(HEADER, "1")
            .json(&json!({"secret": secret, "name": "Bench"}))
            .send()
            .await?
            .error_for_status()?;
        let cookie = reply.headers()["set-cookie"]
            .to_str()?
            .split(';')
            .next()
            .unwrap_or_default()
            .to_owned();
        let programme = Programme::load(&backend.document().await?.to_string())
            .ok()
            .context("the programme cannot be read")?;
        let path = format!("/api/v1/staff/programmes/{}/rows", edition::ID);
        let bytes = http
            .get(backend.address(&path))
            .header("cookie", &cookie)
            .send()
            .await?
            .error_for_status()?
            .bytes()
            .await?;
        let mut table = Table::new(Schema::of(&programme));
        let schema = table.schema().clone();
        for block in Reader::new(&schema).push(&bytes).ok().context("the rows cannot be read")? {
            table.take(block);
        }
        let mut rows = Self {
            table,
            word: String::new(),
            cookie,
            http,
        };
        rows.word = rows.word_to_search().context("no word of which each letter finds fewer")?;
        Ok(rows)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.table.len()
    }

    /// Of a name: the first five letters of which each finds fewer than the one before, and the last still hundreds.
    fn word_to_search(&self) -> Option<String> {
        let found = |search: &str| {
            let query = Query {
                search: search.to_owned(),
                ..Query::default()
            };
            self.table.matching(&query, None).len()
        };
        let names = (0..2_000).map(|row| self.table.text(row, NAME).to_lowercase());
        names
            .flat_map(|name| name.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            .filter(|word| word.len() >= 5 && word.chars().all(|letter| letter.is_ascii_lowercase()))
            .map(|word| word[..5].to_owned())
            .find(|word| {
                let counts: Vec<usize> = (1..=5).map(|length| found(&word[..length])).collect();
                counts[0] < self.count() && counts.is_sorted_by(|more, fewer| more > fewer) && counts[4] > 300
            })
    }

    /// What a page written by hand loads: an object a row with every column, times in milliseconds; and which columns are searched.
    pub fn json(&self) -> String {
        let rows: Vec<Value> = (0..self.count() as u32).map(|row| Value::Object(self.object(row))).collect();
        let columns = &self.table.schema().columns;
        let searched: Vec<&str> = columns
            .iter()
            .filter(|column| column.is_searched())
            .map(|column| column.id.as_str())
            .collect();
        json!({"searched": searched, "rows": rows}).to_string()
    }

    fn object(&self, row: u32) -> Map<String, Value> {
        let mut object = Map::new();
        for (place, column) in self.table.schema().columns.iter().enumerate() {
            let options = column.options();
            let option = |place: usize| options.get(place).cloned().unwrap_or_default();
            let value = match self.table.cell(row, place) {
                Cell::Missing => continue,
                Cell::Text(text) => text.into(),
                Cell::One(place) => option(place.into()).into(),
                Cell::Many(bits) => (0..options.len()).filter(|place| bits >> place & 1 == 1).map(option).collect(),
                Cell::Number(number) => number.into(),
                Cell::Time(time) => time.into(),
            };
            object.insert(column.id.clone(), value);
        }
        object
    }

    /// A hundred submitted applications, those of `seen` first.
    pub fn hundred(&self, seen: &[String]) -> Vec<String> {
        let submitted = |row: &u32| {
            self.table.cell(*row, STATUS) == Cell::One(Status::ALL.iter().position(|one| *one == Status::Submitted).unwrap_or(0) as u16)
        };
        let seen = seen.iter().filter_map(|reference| self.table.find(reference));
        let rest = 0..self.count() as u32;
        let mut all: Vec<String> = Vec::new();
        for row in seen.chain(rest).filter(submitted) {
            let reference = self.table.reference(row).to_owned();
            if !all.contains(&reference) {
                all.push(reference);
            }
            if all.len() == 100 {
                break;
            }
        }
        all
    }

    /// These rows with another status, as JSON.
    pub fn changed(&self, references: &[String], status: &str) -> String {
        let one = |reference: &String| {
            let mut object = self.object(self.table.find(reference)?);
            object.insert(String::from("status"), status.into());
            Some(Value::Object(object))
        };
        Value::Array(references.iter().filter_map(one).collect()).to_string()
    }

    /// Moves these in the backend; gives by what it is undone.
    pub async fn move_to_review(&self, backend: &Backend, references: &[String]) -> Result<String> {
        let seen: Vec<Value> = references
            .iter()
            .map(|reference| json!({"reference": reference, "status": "submitted"}))
            .collect();
        let path = format!("/api/v1/staff/programmes/{}/moves", edition::ID);
        let moved = self
            .post(backend, &path, &json!({"to": "in_review", "applications": seen}))
            .await?
            .json::<Value>()
            .await?;
        let all = moved["outcomes"]
            .as_array()
            .is_some_and(|all| all.iter().all(|one| one["outcome"] == "moves"));
        ensure!(all, "not all have moved: {moved}");
        Ok(moved["id"].as_str().context("nothing has moved")?.to_owned())
    }

    /// Moves them back.
    pub async fn undo(&self, backend: &Backend, id: &str) -> Result<()> {
        self.post(backend, &format!("/api/v1/staff/moves/{id}/undo"), &json!({})).await?;
        Ok(())
    }

    /// Begins to take all of them out as CSV.
    pub async fn csv(&self, backend: &Backend) -> Result<reqwest::Response> {
        let references: Vec<&str> = (0..self.count() as u32).map(|row| self.table.reference(row)).collect();
        let path = format!("/api/v1/staff/programmes/{}/export", edition::ID);
        self.post(backend, &path, &json!({"format": "csv", "references": references})).await
    }

    async fn post(&self, backend: &Backend, path: &str, body: &Value) -> Result<reqwest::Response> {
        let request = self
            .http
            .post(backend.address(path))
            .header(HEADER, "1")
            .header("cookie", &self.cookie)
            .json(body);
        let reply = request.send().await?;
        let status = reply.status();
        if status.is_success() {
            return Ok(reply);
        }
        anyhow::bail!("{path}: {status} {}", reply.text().await?)
    }
}
