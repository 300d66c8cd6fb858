//! What is said about a record store: the member `records` of `config.json`. `docs/records.md` explains each member by examples.
//!
//! Members of records are named by JSON Pointers (RFC 6901) into replies; addresses, headers and bodies are templates
//! ([`crate::template`]).

use std::collections::BTreeMap;

use opencall_core::Timestamp;
use serde::Deserialize;
use serde_json::Value;

/// A record store.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// What addresses begin with.
    pub base: String,
    /// A document whose `Date` header is the time (RFC 9110, section 6.6.1): of the app's own origin, where scripts may read it.
    #[serde(default = "clock")]
    pub clock: String,
    /// How many of 64 hex digits the id of an application has; 15 to 64.
    #[serde(default = "id_length")]
    pub id_length: usize,
    /// Headers of every request.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Statuses that say that others wrote at the same moment: such a request is sent again at once, three times at most.
    #[serde(default)]
    pub again: Vec<u16>,
    /// How applicants' requests say whose they are.
    pub applicants: Scheme,
    /// How staff's do.
    pub staff: Scheme,
    /// The collections.
    pub collections: Collections,
    /// Reads one record.
    pub read: Call,
    /// Makes one record, and refuses if there is one of this id.
    pub create: Call,
    /// Changes one record, if it still has the version.
    pub update: Call,
    /// Removes one record.
    pub remove: Call,
    /// Whether the store removes what was submitted and done along with a draft, so that applicants need not be able to remove it alone.
    #[serde(default)]
    pub cascades: bool,
    /// Lists records.
    pub list: List,
    /// How records are listed of one application, or since a time; added to the list's address as `{where}`.
    #[serde(default)]
    pub filters: Filters,
    /// Where a record's version stands.
    pub version: Version,
    /// When the store last wrote a record, by its own clock.
    pub written: Time,
    /// Where a listed record says that it was removed, if the store tells of such.
    #[serde(default)]
    pub removed: Option<String>,
}

impl Description {
    /// Whether the store itself says that a record has another version. One that does not may be asked for the version all the same, as well
    /// as it can be asked, but promises nothing.
    pub fn compares(&self) -> bool {
        !self.update.conflict.is_empty()
    }
}

fn clock() -> String {
    String::from("/config.json")
}

fn id_length() -> usize {
    64
}

/// The collections.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collections {
    /// Programmes' documents: read by everybody, written by staff.
    pub programmes: Collection,
    /// Drafts: made, read, written and removed by their applicant; read by staff.
    pub applications: Collection,
    /// Answers as they were submitted: made, read and removed by their applicant; read by staff.
    pub submissions: Collection,
    /// What applicants did: made and read by their applicant; read by staff. The store's own time of each is what counts.
    pub acts: Collection,
    /// Where staff moved applications: written by staff only, and shown to the applicant.
    pub decisions: Collection,
    /// What staff said of applications, and why and by whom they were moved: written and read by staff only.
    pub notes: Collection,
}

/// One collection.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collection {
    /// What stands for it in addresses, as `{path}`.
    pub path: String,
    /// Another way to list it, where the store keeps a trail that nobody can write: then this is what is believed.
    #[serde(default)]
    pub list: Option<List>,
    /// Another way to make its records where it is known whose application they are about (`{owner}`), so that the store can show them
    /// to that applicant.
    #[serde(default)]
    pub create: Option<Call>,
    /// Another way to change them, likewise.
    #[serde(default)]
    pub update: Option<Call>,
    /// Other filters of its list.
    #[serde(default)]
    pub filters: Option<Filters>,
    /// When an item of its list was received, by the store's clock.
    #[serde(default)]
    pub received: Option<Time>,
    /// Where an item of its list says who wrote it, as the store names them.
    #[serde(default)]
    pub owner: Option<String>,
    /// Where an item of its list says how late it is, to go on from; where absent, the record's [`Description::written`].
    #[serde(default)]
    pub cursor: Option<String>,
}

/// A request, and how its reply is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The method.
    pub method: String,
    /// The address.
    pub url: String,
    /// The headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body; none where absent.
    #[serde(default)]
    pub body: Option<Value>,
    /// Where the record stands in the reply.
    #[serde(default)]
    pub reply: String,
    /// Statuses that say there is no such record, or none for whoever asks; of a login, that there is no such account, or not with this
    /// password.
    #[serde(default)]
    pub absent: Vec<u16>,
    /// Statuses that say there is one already.
    #[serde(default)]
    pub exists: Vec<u16>,
    /// Where one of those statuses says other things too: what has to stand where in its body; `null` for anything.
    #[serde(default)]
    pub exists_if: BTreeMap<String, Value>,
    /// Statuses that say it has another version; none where the store does not say so by itself ([`Description::compares`]).
    #[serde(default)]
    pub conflict: Vec<u16>,
    /// Whether a change is merged into the record as RFC 7396 says; else each member is put in the place of what it was.
    #[serde(default)]
    pub merges: bool,
}

/// A list, page by page.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// The address of the first page, or of any where pages go on from the id of the last item (`{last}`), are numbered (`{page}`) or counted
    /// off (`{offset}`).
    pub url: String,
    /// The headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Where the items stand in the reply.
    #[serde(default)]
    pub items: String,
    /// Where the record stands in an item.
    #[serde(default)]
    pub record: String,
    /// How many items a whole page has; `{limit}` in the address.
    pub limit: u32,
    /// How the next page is found.
    pub next: Next,
    /// Statuses that say there is nothing for whoever asks.
    #[serde(default)]
    pub absent: Vec<u16>,
}

/// How the next page is found.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Next {
    /// This header of the reply has its address.
    Header(String),
    /// Each page has the ids after the last of the page before, in their order: nothing is passed over while records come and go.
    Key,
    /// Pages are numbered from 1.
    Page,
    /// The address says how many items to leave out.
    Offset,
}

/// How records are listed of one application, or since a time.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filters {
    /// Those of the application `{id}`.
    #[serde(default)]
    pub application: String,
    /// Those written since `{cursor}`, the latest value of [`Description::written`] seen; where absent, all are read anew.
    #[serde(default)]
    pub since: Option<String>,
}

/// Where a record's version stands.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// A whole number that grows with every change.
    pub member: String,
    /// Whether it is counted here, because the store counts nothing: then `member` names a member of the record itself.
    #[serde(default)]
    pub counted: bool,
}

/// Where a time stands, and how it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Time {
    /// Where.
    pub member: String,
    /// How.
    #[serde(rename = "as")]
    pub written: Written,
}

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Written {
    /// Milliseconds since the Unix epoch.
    Milliseconds,
    /// ISO 8601, with `T` or a space, and with an offset or none, which means UTC.
    Iso,
}

/// How a request says whose it is.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "lowercase", tag = "scheme", deny_unknown_fields)]
pub enum Scheme {
    /// HTTP Basic (RFC 7617). Of an applicant the password is derived from the private link, of staff it is the account's.
    Basic {
        /// The name that all applicants share; of staff, absent.
        #[serde(default)]
        name: String,
    },
    /// A header with the private link's key (`{key}`, derived from its token, which itself is not sent).
    Header {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
    /// An account at the store, whose token goes with every request. Of an applicant `{account}` and `{password}` are derived from the
    /// private link, and the account is made with the first draft.
    Login {
        /// Makes an account.
        #[serde(default)]
        register: Option<Box<Call>>,
        /// Gives the token.
        login: Box<Call>,
        /// Where the token stands in the reply.
        token: String,
        /// The header and value that carry it, as `{token}`.
        header: (String, String),
    },
}

impl Call {
    /// Whether a reply says that there is such a record already.
    pub fn says_exists(&self, status: u16, body: &[u8]) -> bool {
        let stands = |told: &Value, (place, wanted): (&String, &Value)| match told.pointer(place) {
            Some(found) => wanted.is_null() || found == wanted,
            None => false,
        };
        self.exists.contains(&status)
            && (self.exists_if.is_empty()
                || serde_json::from_slice::<Value>(body).is_ok_and(|told| self.exists_if.iter().all(|one| stands(&told, one))))
    }
}

impl Time {
    /// The time in a reply.
    pub fn of(&self, value: &Value) -> Option<Timestamp> {
        let found = value.pointer(&self.member)?;
        match self.written {
            Written::Milliseconds => found.as_i64().map(Timestamp::from_millis),
            Written::Iso => iso(found.as_str()?),
        }
    }
}

/// ISO 8601 as stores write it: a space for `T`, an offset or nothing for `Z`, any number of digits behind the second.
pub(crate) fn iso(text: &str) -> Option<Timestamp> {
    let text = text.replacen(' ', "T", 1);
    let clock = text.find('T')? + 1;
    let (local, offset) = match text[clock..].find(['Z', '+', '-']) {
        Some(at) => text.split_at(clock + at),
        None => (text.as_str(), "Z"),
    };
    // PostgreSQL leaves out an offset's minutes where they are nought, and others its colon.
    let offset = match offset.len() {
        3 => format!("{offset}:00"),
        5 => format!("{}:{}", offset.get(..3)?, offset.get(3..)?),
        _ => offset.to_owned(),
    };
    Timestamp::parse(&format!("{local}{offset}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_read_as_stores_write_them() {
        let time = Time {
            member: String::from("/at"),
            written: Written::Iso,
        };
        for text in [
            "2026-11-28T18:56:00.748419+00:00",
            "2026-11-28 18:56:00.748Z",
            "2026-11-28T18:56:00.748419",
            "2026-11-28 18:56:00.748+00",
        ] {
            let read = time.of(&json!({"at": text})).map(|at| at.to_string());
            assert_eq!(read.as_deref(), Some("2026-11-28T18:56:00.748Z"), "{text}");
        }
        for text in [
            "2026-11-28T19:56:00.748419+01:00",
            "2026-11-28 19:56:00.748+01",
            "2026-11-28T13:26:00.748-05:30",
        ] {
            let read = time.of(&json!({"at": text})).map(|at| at.to_string());
            assert_eq!(read.as_deref(), Some("2026-11-28T18:56:00.748Z"), "{text}");
        }
        assert_eq!(time.of(&json!({"at": "yesterday"})), None);
        assert_eq!(time.of(&json!({"at": 7})), None);
        let millis = Time {
            member: String::from("/at"),
            written: Written::Milliseconds,
        };
        assert_eq!(
            millis.of(&json!({"at": 1_699_434_000_250_i64})),
            Some(Timestamp::from_millis(1_699_434_000_250))
        );
    }

    #[test]
    fn a_member_nobody_knows_is_a_mistake_and_is_said() {
        let fault = serde_json::from_value::<Version>(json!({"member": "/v", "conted": true}));
        assert!(fault.is_err_and(|fault| fault.to_string().contains("conted")));
    }
}
