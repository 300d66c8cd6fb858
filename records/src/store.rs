//! Records read, listed, made, changed and removed, as the description says.

use opencall_core::Timestamp;
use serde_json::{Map, Value};

use crate::auth::{self, Sessions, Who};
use crate::description::{Call, Collection, Description, Filters, List, Next};
use crate::http::{Http, Reply, Request, Unreachable};
use crate::template::Fill;

/// The most pages of one list: whoever sends more does so for ever.
const MOST_PAGES: u32 = 10_000;
/// What sorts before every id: letters and digits, or `-` behind some.
const BEFORE_ALL: &str = "-";
/// How often a request is sent again that met others.
const AGAIN: u32 = 3;

/// Why a record store gave nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nobody was reached.
    Unreachable,
    /// It refused.
    Refused {
        /// The HTTP status.
        status: u16,
        /// `Retry-After`, as it came.
        retry_after: Option<String>,
        /// Which request it was.
        what: String,
    },
    /// Its reply is not what the description says.
    Shape(String),
}

impl From<Unreachable> for Trouble {
    fn from(_: Unreachable) -> Self {
        Self::Unreachable
    }
}

/// A record, and what the store says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Its members.
    pub record: Value,
    /// Its version.
    pub version: u64,
    /// When it was last written.
    pub written: Option<Timestamp>,
}

/// What became of making a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Made {
    /// It is there.
    Made(Box<Found>),
    /// There was one of this id already.
    Exists,
}

/// What became of changing a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Changed {
    /// It is changed.
    Done(Box<Found>),
    /// It has another version.
    Conflict,
    /// There is none, or none for whoever asks.
    Absent,
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The record's members.
    pub record: Value,
    /// Whether it was removed.
    pub removed: bool,
    /// When the store received it, for collections that say where this stands.
    pub received: Option<Timestamp>,
    /// Who wrote it, for collections that say where this stands.
    pub owner: Option<Value>,
    /// When it was last written, as the store writes it: a place to go on from.
    pub cursor: Value,
}

/// Which records of a collection.
#[derive(Clone, Debug)]
pub enum Which<'a> {
    /// All.
    All,
    /// Those of one application.
    Of(&'a str),
    /// Those written since.
    Since(&'a Value),
}

/// The store.
pub struct Store {
    description: Description,
    http: Box<dyn Http>,
    sessions: Sessions,
}

impl Store {
    /// As described, reached through `http`.
    pub fn new(description: Description, http: Box<dyn Http>) -> Self {
        Self {
            description,
            http,
            sessions: Sessions::default(),
        }
    }

    /// What is said about it.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// Who is signed in at it.
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// What lies below.
    pub fn http(&self) -> &dyn Http {
        &*self.http
    }

    /// Reads one record; `None` where there is none for whoever asks.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn read(&self, who: &Who, collection: &Collection, id: &str) -> Result<Option<Found>, Trouble> {
        let call = &self.description.read;
        let fill = self.fill(collection).with("id", id);
        let reply = self.call(who, call, &fill).await?;
        if call.absent.contains(&reply.status) {
            return Ok(None);
        }
        let whole = self.json(call, &reply)?;
        // An empty list where a record was asked for.
        match whole.pointer(&call.reply) {
            Some(record @ Value::Object(_)) => self.found(record.clone()).map(Some),
            _ => Ok(None),
        }
    }

    /// Makes one record. `owner` is whom it is about, for stores where it is shared with them.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn create(
        &self,
        who: &Who,
        collection: &Collection,
        id: &str,
        mut record: Map<String, Value>,
        owner: Option<&Value>,
    ) -> Result<Made, Trouble> {
        let shared = collection.create.as_ref().filter(|_| owner.is_some());
        let call = shared.unwrap_or(&self.description.create);
        record.insert(String::from("id"), Value::from(id));
        self.count(&mut record, 1);
        let fill = self
            .fill(collection)
            .with("id", id)
            .with("owner", owner.cloned().unwrap_or_default())
            .with("record", Value::Object(record));
        let reply = self.call(who, call, &fill).await?;
        if call.says_exists(reply.status, &reply.body) {
            return Ok(Made::Exists);
        }
        let whole = self.json(call, &reply)?;
        let record = self.record(call, &whole)?;
        Ok(Made::Made(Box::new(self.found(record)?)))
    }

    /// Changes members of one record that still has this version. `owner` as when it is made.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn update(
        &self,
        who: &Who,
        collection: &Collection,
        id: &str,
        version: u64,
        mut changes: Map<String, Value>,
        owner: Option<&Value>,
    ) -> Result<Changed, Trouble> {
        let shared = collection.update.as_ref().filter(|_| owner.is_some());
        let call = shared.unwrap_or(&self.description.update);
        self.count(&mut changes, version + 1);
        let fill = self
            .fill(collection)
            .with("id", id)
            .with("version", version)
            .with("owner", owner.cloned().unwrap_or_default())
            .with("record", Value::Object(changes));
        let reply = self.call(who, call, &fill).await?;
        if call.conflict.contains(&reply.status) {
            return Ok(Changed::Conflict);
        }
        if call.absent.contains(&reply.status) {
            return Ok(Changed::Absent);
        }
        let whole = self.json(call, &reply)?;
        match whole.pointer(&call.reply) {
            Some(record @ Value::Object(_)) => Ok(Changed::Done(Box::new(self.found(record.clone())?))),
            // It was done for all that fit, and none did.
            _ => Ok(Changed::Conflict),
        }
    }

    /// Removes one record. One that is not there is removed already.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn remove(&self, who: &Who, collection: &Collection, id: &str) -> Result<(), Trouble> {
        let call = &self.description.remove;
        let reply = self.call(who, call, &self.fill(collection).with("id", id)).await?;
        if call.absent.contains(&reply.status) || matches!(reply.status, 200..=299) {
            return Ok(());
        }
        Err(refused(call, &reply))
    }

    /// Lists records.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn list(&self, who: &Who, collection: &Collection, which: Which<'_>) -> Result<Vec<Item>, Trouble> {
        let list = collection.list.as_ref().unwrap_or(&self.description.list);
        let filters = collection.filters.as_ref().unwrap_or(&self.description.filters);
        let mut items = Vec::new();
        let (mut next, mut last) = (None, String::from(BEFORE_ALL));
        for page in 0..MOST_PAGES {
            let url = next
                .take()
                .unwrap_or_else(|| self.page(list, filters, collection, &which, page, &last));
            let call = Call {
                method: String::from("GET"),
                url: String::new(),
                headers: list.headers.clone(),
                absent: list.absent.clone(),
                ..Call::default()
            };
            let reply = self.send(who, &call, &url, &Fill::default()).await?;
            if list.absent.contains(&reply.status) {
                return Ok(items);
            }
            let mut whole = self.json(&call, &reply)?;
            let Some(Value::Array(found)) = whole.pointer_mut(&list.items).map(Value::take) else {
                return Err(Trouble::Shape(format!("GET {}: no list at \"{}\"", list.url, list.items)));
            };
            let count = found.len();
            if let Some(id) = found.last().and_then(|item| item.pointer(&list.record)?.get("id")?.as_str()) {
                id.clone_into(&mut last);
            }
            items.extend(found.into_iter().filter_map(|item| self.item(list, collection, item)));
            match &list.next {
                Next::Header(name) => match reply.header(name) {
                    // Whoever asks is told by its headers: they go nowhere else.
                    Some(url) if same_origin(url, &self.description.base) => next = Some(url.to_owned()),
                    Some(url) => return Err(Trouble::Shape(format!("GET {}: the next page is elsewhere: {url}", list.url))),
                    None => return Ok(items),
                },
                Next::Key | Next::Page | Next::Offset if count < list.limit as usize => return Ok(items),
                Next::Key | Next::Page | Next::Offset => {}
            }
        }
        Err(Trouble::Shape(format!("GET {}: more than {MOST_PAGES} pages", list.url)))
    }

    /// Whether somebody may list a collection: what tells staff from everybody else.
    ///
    /// # Errors
    /// [`Trouble`], but for a refusal of whoever asks.
    pub async fn may_list(&self, who: &Who, collection: &Collection) -> Result<bool, Trouble> {
        let list = collection.list.as_ref().unwrap_or(&self.description.list);
        let url = self.page(list, &Filters::default(), collection, &Which::All, 0, BEFORE_ALL);
        let call = Call {
            method: String::from("GET"),
            headers: list.headers.clone(),
            ..Call::default()
        };
        match self.send(who, &call, &url, &Fill::default()).await {
            Ok(reply) if matches!(reply.status, 200..=299) => Ok(true),
            Ok(reply) if matches!(reply.status, 401 | 403) || list.absent.contains(&reply.status) => Ok(false),
            Ok(reply) => Err(refused(&call, &reply)),
            // Signing in failed.
            Err(Trouble::Refused { status: 401 | 403, .. }) => Ok(false),
            Err(trouble) => Err(trouble),
        }
    }

    /// The address of a page of a list.
    fn page(&self, list: &List, filters: &Filters, collection: &Collection, which: &Which<'_>, page: u32, last: &str) -> String {
        let filter = match which {
            Which::All => String::new(),
            Which::Of(id) => Fill::default().with("id", *id).address(&filters.application),
            Which::Since(cursor) => {
                let since = filters.since.as_deref().unwrap_or_default();
                Fill::default().with("cursor", (*cursor).clone()).address(since)
            }
        };
        let fill = self
            .fill(collection)
            .with("where", filter)
            .with("limit", list.limit)
            .with("last", last)
            .with("page", page + 1)
            .with("offset", u64::from(page) * u64::from(list.limit));
        fill.address(&list.url)
    }

    /// Whether changes since a time can be asked for.
    pub fn tells_changes(&self, collection: &Collection) -> bool {
        let filters = collection.filters.as_ref().unwrap_or(&self.description.filters);
        filters.since.is_some()
    }

    fn item(&self, list: &List, collection: &Collection, item: Value) -> Option<Item> {
        let record = item.pointer(&list.record)?.clone();
        let removed = self.description.removed.as_ref().and_then(|place| record.pointer(place));
        Some(Item {
            removed: removed == Some(&Value::Bool(true)),
            received: collection.received.as_ref().and_then(|time| time.of(&item)),
            owner: collection.owner.as_ref().and_then(|place| item.pointer(place)).cloned(),
            cursor: match &collection.cursor {
                Some(place) => item.pointer(place).cloned().unwrap_or_default(),
                None => record.pointer(&self.description.written.member).cloned().unwrap_or_default(),
            },
            record,
        })
    }

    /// A request of nobody's; gives the whole reply, and nothing where it says that there is such a thing already.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn bare(&self, call: &Call, fill: Fill) -> Result<Value, Trouble> {
        let fill = fill.with("base", self.description.base.as_str());
        let reply = self.send(&Who::Anyone, call, &fill.address(&call.url), &fill).await?;
        let is_empty = reply.body.is_empty() && matches!(reply.status, 200..=299);
        if is_empty || call.says_exists(reply.status, &reply.body) {
            return Ok(Value::Null);
        }
        self.json(call, &reply)
    }

    async fn call(&self, who: &Who, call: &Call, fill: &Fill) -> Result<Reply, Trouble> {
        self.send(who, call, &fill.address(&call.url), fill).await
    }

    /// Sends a request. One that is refused because a session has ended is sent once more with a new one, and one that met others up to
    /// three times.
    async fn send(&self, who: &Who, call: &Call, url: &str, fill: &Fill) -> Result<Reply, Trouble> {
        let (mut is_new_session, mut attempts) = (false, 0);
        loop {
            let mut request = Request {
                method: call.method.clone(),
                url: url.to_owned(),
                ..Request::default()
            };
            for (name, value) in self.description.headers.iter().chain(&call.headers) {
                put(&mut request.headers, name, fill.header(value));
            }
            if *who != Who::Anyone {
                for (name, value) in Box::pin(auth::headers(self, who)).await? {
                    put(&mut request.headers, &name, value);
                }
            }
            if let Some(template) = &call.body {
                put_missing(&mut request.headers, "content-type", "application/json");
                request.body = fill.json(template).to_string();
            }
            let reply = self.http.send(request).await?;
            if self.description.again.contains(&reply.status) && attempts < AGAIN {
                attempts += 1;
            } else if reply.status == 401 && !is_new_session && *who != Who::Anyone {
                self.sessions.forget(who);
                is_new_session = true;
            } else {
                return Ok(reply);
            }
        }
    }

    fn json(&self, call: &Call, reply: &Reply) -> Result<Value, Trouble> {
        if !matches!(reply.status, 200..=299) {
            return Err(refused(call, reply));
        }
        serde_json::from_slice(&reply.body).map_err(|fault| Trouble::Shape(format!("{} {}: {fault}", call.method, call.url)))
    }

    fn record(&self, call: &Call, whole: &Value) -> Result<Value, Trouble> {
        match whole.pointer(&call.reply) {
            Some(record @ Value::Object(_)) => Ok(record.clone()),
            _ => Err(Trouble::Shape(format!(
                "{} {}: no record at \"{}\"",
                call.method, call.url, call.reply
            ))),
        }
    }

    fn found(&self, record: Value) -> Result<Found, Trouble> {
        let place = &self.description.version.member;
        let version = record.pointer(place).and_then(Value::as_u64);
        Ok(Found {
            version: version.ok_or_else(|| Trouble::Shape(format!("a record without a version at \"{place}\"")))?,
            written: self.description.written.of(&record),
            record,
        })
    }

    /// Puts a version into what is written, where the store counts none.
    fn count(&self, record: &mut Map<String, Value>, version: u64) {
        let place = &self.description.version;
        if place.counted {
            record.insert(place.member.trim_start_matches('/').to_owned(), Value::from(version));
        }
    }

    fn fill(&self, collection: &Collection) -> Fill {
        Fill::default()
            .with("base", self.description.base.as_str())
            .with("path", collection.path.as_str())
    }
}

fn refused(call: &Call, reply: &Reply) -> Trouble {
    Trouble::Refused {
        status: reply.status,
        retry_after: reply.header("retry-after").map(str::to_owned),
        what: format!("{} {}", call.method, call.url),
    }
}

/// Puts a header in the place of one of the same name.
fn put(headers: &mut Vec<(String, String)>, name: &str, value: String) {
    let name = name.to_lowercase();
    headers.retain(|(known, _)| *known != name);
    headers.push((name, value));
}

fn put_missing(headers: &mut Vec<(String, String)>, name: &str, value: &str) {
    if !headers.iter().any(|(known, _)| known == name) {
        headers.push((name.to_owned(), value.to_owned()));
    }
}

/// Whether two addresses have scheme, host and port in common.
fn same_origin(one: &str, other: &str) -> bool {
    fn origin(url: &str) -> Option<&str> {
        let rest = url.split_once("://")?.1;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        Some(&url[..url.len() - rest.len() + end])
    }
    match (origin(one), origin(other)) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        // Of the app's own origin, both.
        (None, None) => one.starts_with('/') && !one.starts_with("//"),
        // A whole address where ours has none: a store behind the same host names itself so.
        (Some(_), None) | (None, Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::same_origin;

    #[test]
    fn credentials_go_to_the_stores_own_origin_only() {
        assert!(same_origin("https://a.example/v1/x?_token=1", "https://a.example/v1"));
        assert!(same_origin("/v1/x", "/v1"));
        for elsewhere in [
            "https://a.example.evil/",
            "http://a.example/",
            "https://a.example:81/",
            "//evil/",
            "https://evil/?https://a.example/",
        ] {
            assert!(!same_origin(elsewhere, "https://a.example/v1"), "{elsewhere}");
            assert!(!same_origin(elsewhere, "/v1"), "{elsewhere}");
        }
    }
}
