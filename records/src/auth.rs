//! Whose request it is: who asks, and the headers that say so to the store.

use std::cell::RefCell;
use std::collections::BTreeMap;

use opencall_core::encoding::base64;
use opencall_core::seal::digest;

use crate::description::{Call, Scheme};
use crate::store::{Store, Trouble};
use crate::template::Fill;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody.
    Anyone,
    /// Whoever holds a private link.
    Applicant(Link),
    /// Somebody of the staff.
    Staff(Account),
}

/// What a private link's token is good for at the store. The token itself is sent nowhere: what is sent is derived from it by SHA-256,
/// each for one purpose, so that none tells another.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// The application's id.
    pub id: String,
    /// What its account is called, where applicants have such: whoever knows the id cannot have it locked by wrong passwords.
    pub account: String,
    key: String,
    password: String,
    acts: String,
}

/// Its secrets are shown nowhere, so that they end up in no log.
impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Link").field(&self.id).finish()
    }
}

impl Link {
    /// Of a token; `None` unless it is 43 characters of base64url. `length` is how many hex digits an id has.
    pub fn of(token: &str, length: usize) -> Option<Self> {
        let fits = token.len() == 43 && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if !fits {
            return None;
        }
        let derived = |purpose: &str| digest(&["opencall ", purpose, " ", token].concat());
        let mut id = derived("id");
        id.truncate(length.clamp(15, 64));
        Some(Self {
            id,
            account: derived("account"),
            key: derived("key"),
            password: derived("password"),
            acts: derived("acts"),
        })
    }

    /// The id of the record of what is done with the application for the `number`th time. It ends in 16 hex digits that only the link
    /// tells, so that nobody who knows the application's id takes it first; each device with the link makes the same.
    pub fn act(&self, number: u64) -> String {
        let proof = digest(&format!("{} {number}", self.acts));
        format!("{}-{number}-{}", self.id, &proof[..16])
    }
}

/// Somebody of the staff, as they sign in at the store.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The account's name.
    pub name: String,
    password: String,
}

impl Account {
    /// With its password, which is kept in memory only.
    pub fn new(name: &str, password: &str) -> Self {
        Self {
            name: name.to_owned(),
            password: password.to_owned(),
        }
    }
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Account").field(&self.name).finish()
    }
}

/// Tokens that the store gave for accounts.
#[derive(Debug, Default)]
pub struct Sessions(RefCell<BTreeMap<String, String>>);

impl Sessions {
    /// Forgets whoever it is.
    pub fn forget(&self, who: &Who) {
        if let Some((account, _)) = account(who) {
            self.0.borrow_mut().remove(&account);
        }
    }
}

/// The account and password of a scheme that has such. A description makes an address of an applicant's where the store wants one.
fn account(who: &Who) -> Option<(String, String)> {
    match who {
        Who::Anyone => None,
        Who::Applicant(link) => Some((link.account.clone(), link.password.clone())),
        Who::Staff(account) => Some((account.name.clone(), account.password.clone())),
    }
}

/// The headers that say whose a request is.
///
/// # Errors
/// When signing in fails; [`Trouble::Refused`] with 401 when the store does not know them.
pub async fn headers(store: &Store, who: &Who) -> Result<Vec<(String, String)>, Trouble> {
    let scheme = match who {
        Who::Anyone => return Ok(Vec::new()),
        Who::Applicant(_) => &store.description().applicants,
        Who::Staff(_) => &store.description().staff,
    };
    match (scheme, who) {
        (Scheme::Basic { name }, Who::Applicant(link)) => Ok(vec![basic(name, &link.key)]),
        (Scheme::Basic { .. }, Who::Staff(account)) => Ok(vec![basic(&account.name, &account.password)]),
        (Scheme::Header { name, value }, Who::Applicant(link)) => {
            let fill = Fill::default().with("key", link.key.as_str()).with("id", link.id.as_str());
            Ok(vec![(name.to_lowercase(), fill.header(value))])
        }
        (Scheme::Header { name, value }, Who::Staff(account)) => {
            let fill = Fill::default()
                .with("key", account.password.as_str())
                .with("account", account.name.as_str());
            Ok(vec![(name.to_lowercase(), fill.header(value))])
        }
        (Scheme::Login { login, token, header, .. }, _) => {
            let Some((name, password)) = account(who) else {
                return Ok(Vec::new());
            };
            let known = store.sessions().0.borrow().get(&name).cloned();
            let session = match known {
                Some(session) => session,
                None => {
                    let session = sign_in(store, login, token, &name, &password).await?;
                    store.sessions().0.borrow_mut().insert(name, session.clone());
                    session
                }
            };
            Ok(vec![(
                header.0.to_lowercase(),
                Fill::default().with("token", session).header(&header.1),
            )])
        }
        (_, Who::Anyone) => Ok(Vec::new()),
    }
}

async fn sign_in(store: &Store, login: &Call, token: &str, account: &str, password: &str) -> Result<String, Trouble> {
    let fill = Fill::default().with("account", account).with("password", password);
    let answer = store.bare(login, fill).await.map_err(|trouble| match trouble {
        Trouble::Refused { status, retry_after, what } if login.absent.contains(&status) => Trouble::Refused {
            status: 401,
            retry_after,
            what,
        },
        other => other,
    })?;
    let found = answer.pointer(token).and_then(|value| value.as_str());
    found
        .map(str::to_owned)
        .ok_or_else(|| Trouble::Shape(format!("{} {}: no token at {token}", login.method, login.url)))
}

/// Makes the account of an applicant, where applicants have accounts. One that is there already is as good.
///
/// # Errors
/// When the store cannot be reached, or refuses for another reason than that there is one.
pub async fn register(store: &Store, link: &Link) -> Result<(), Trouble> {
    let Scheme::Login {
        register: Some(register), ..
    } = &store.description().applicants
    else {
        return Ok(());
    };
    let who = Who::Applicant(link.clone());
    let Some((account, password)) = account(&who) else { return Ok(()) };
    let fill = Fill::default()
        .with("account", account)
        .with("password", password)
        .with("id", link.id.as_str());
    store.bare(register, fill).await.map(|_| ())
}

/// HTTP Basic (RFC 7617).
fn basic(name: &str, password: &str) -> (String, String) {
    let credentials = base64(format!("{name}:{password}").as_bytes());
    (String::from("authorization"), ["Basic ", &credentials].concat())
}

/// The reference that people read out, such as `K7QF-2MXD`: of an application's id, so that everybody who knows the id knows it.
pub fn reference(id: &str) -> String {
    const LETTERS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    use sha2::Digest as _;
    let hash = sha2::Sha256::digest(["opencall reference ", id].concat().as_bytes());
    let mut text = String::with_capacity(9);
    for (place, byte) in hash.iter().take(8).enumerate() {
        if place == 4 {
            text.push('-');
        }
        text.push(char::from(LETTERS[usize::from(*byte) % LETTERS.len()]));
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_a_link_is_good_for_is_derived_from_it_and_does_not_tell_it() {
        let token = "t".repeat(43);
        let link = Link::of(&token, 15).unwrap();
        assert_eq!(link.id.len(), 15);
        let shown = format!("{link:?}");
        assert!(!shown.contains(&link.key) && !shown.contains(&link.password) && !shown.contains(&token));
        assert!(!link.key.starts_with(&link.id) && !link.account.starts_with(&link.id));
        assert_eq!(Link::of(&token, 64).unwrap().id[..15], link.id);
        for wrong in ["", "t", &"t".repeat(44), &"é".repeat(22)] {
            assert!(Link::of(wrong, 64).is_none());
        }
    }

    #[test]
    fn a_reference_is_the_ids_own_and_can_be_read_out() {
        let one = reference("a");
        assert_eq!(one, reference("a"));
        assert_ne!(one, reference("b"));
        assert!(one.len() == 9 && one.as_bytes()[4] == b'-');
    }

    #[test]
    fn basic_credentials_are_those_of_rfc_7617() {
        assert_eq!(basic("Aladdin", "open sesame").1, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    }
}
