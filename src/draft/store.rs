//! This device's store: IndexedDB. The only file that knows it.
//!
//! Every failure is a value: a browser may refuse storage, run out of room, or close the database at any time.

use std::cell::{Cell, RefCell};
use std::pin::Pin;

use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, IdbDatabase, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction};

use super::state::StoreError;

const NAME: &str = "opencall";
/// How long opening may take before this device counts as one that stores nothing, in ms.
const PATIENCE_MS: i32 = 4_000;
/// The same once it has taken too long: every save would wait for it.
const LITTLE_PATIENCE_MS: i32 = 500;
/// How long reading or writing a draft may take, in ms. Some browsers lose their database while they sleep, and never say so.
const DRAFT_PATIENCE_MS: i32 = 10_000;
/// Files are large: they take the time they take.
const FILE_PATIENCE_MS: i32 = i32::MAX;

/// What is kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// Drafts and lists of uploads, as text.
    Drafts,
    /// Files being uploaded.
    Files,
}

impl Shelf {
    const ALL: [Self; 2] = [Self::Drafts, Self::Files];

    const fn name(self) -> &'static str {
        match self {
            Self::Drafts => "drafts",
            Self::Files => "files",
        }
    }

    const fn patience_ms(self) -> i32 {
        match self {
            Self::Drafts => DRAFT_PATIENCE_MS,
            Self::Files => FILE_PATIENCE_MS,
        }
    }
}

/// What became of [`Store::swap`].
#[derive(Debug, PartialEq, Eq)]
pub enum Swapped {
    /// The text is kept; `missing` when nothing was there though something was expected.
    Kept {
        /// Whether the store had been emptied.
        missing: bool,
    },
    /// Something else is there, and stays.
    Other(String),
}

/// This device's store. Opens itself when it is first needed, and again when the browser has closed it.
#[derive(Debug, Default)]
pub struct Store {
    database: RefCell<Option<IdbDatabase>>,
    hangs: Cell<bool>,
}

/// What is asked of a shelf.
type Act<'a> = dyn Fn(&IdbObjectStore) -> Result<IdbRequest, JsValue> + 'a;
/// What came of it.
type Ran = Result<JsValue, StoreError>;

impl Store {
    /// What is kept under a key.
    pub async fn get(&self, shelf: Shelf, key: &str) -> Result<Option<JsValue>, StoreError> {
        let key = JsValue::from_str(key);
        let value = self.run(shelf, "readonly", &|store| store.get(&key)).await?;
        Ok(if value.is_undefined() || value.is_null() {
            None
        } else {
            Some(value)
        })
    }

    /// Keeps a value under a key, in place of what was there. Done when it is on the disk.
    pub async fn put(&self, shelf: Shelf, key: &str, value: &JsValue) -> Result<(), StoreError> {
        let key = JsValue::from_str(key);
        self.run(shelf, "readwrite", &|store| store.put_with_key(value, &key))
            .await
            .map(|_| ())
    }

    /// Keeps a text under a key if what is there is still `expected`, or nothing; otherwise gives what is there.
    /// Reading and writing are one transaction, so that of two tabs writing at once neither overwrites the other unseen.
    pub async fn swap(&self, shelf: Shelf, key: &str, expected: Option<&str>, text: &str) -> Result<Swapped, StoreError> {
        let key = JsValue::from_str(key);
        let (transaction, read) = self.begin_twice(shelf, "readwrite", &|store| store.get(&key)).await?;
        let there = self.heard(shelf, succeeded(shelf, &read).await)?.as_string();
        if let Some(there) = &there
            && expected != Some(there.as_str())
        {
            return Ok(Swapped::Other(there.clone()));
        }
        // The transaction lives on: this runs before the reading's event is over.
        let store = transaction.object_store(shelf.name()).map_err(|error| classify(&error))?;
        store
            .put_with_key(&JsValue::from_str(text), &key)
            .map_err(|error| classify(&error))?;
        commit(&transaction);
        let missing = expected.is_some() && there.is_none();
        self.heard(shelf, finished(shelf, &transaction).await.map(|()| Swapped::Kept { missing }))
    }

    /// Forgets everything on a shelf.
    pub async fn clear(&self, shelf: Shelf) -> Result<(), StoreError> {
        self.run(shelf, "readwrite", &|store| store.clear()).await.map(|_| ())
    }

    /// Forgets what is kept under a key.
    pub async fn delete(&self, shelf: Shelf, key: &str) -> Result<(), StoreError> {
        let key = JsValue::from_str(key);
        self.run(shelf, "readwrite", &|store| store.delete(&key)).await.map(|_| ())
    }

    /// Boxed, so that the code for waiting is there once.
    fn run<'a>(&'a self, shelf: Shelf, mode: &'a str, action: &'a Act<'a>) -> Pin<Box<dyn Future<Output = Ran> + 'a>> {
        Box::pin(self.act(shelf, mode, action))
    }

    async fn act(&self, shelf: Shelf, mode: &str, action: &Act<'_>) -> Ran {
        let (transaction, request) = self.begin_twice(shelf, mode, action).await?;
        if mode == "readwrite" {
            // Not after reading: Chromium then gives no value that is larger than 64 KiB.
            commit(&transaction);
        }
        self.heard(shelf, finished(shelf, &transaction).await)?;
        request.result().map_err(|error| classify(&error))
    }

    /// A database that failed is opened anew the next time: it may have been deleted, or be lost to this page.
    fn heard<T>(&self, shelf: Shelf, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        if shelf == Shelf::Drafts && matches!(outcome, Err(StoreError::Broken)) {
            self.database.replace(None);
        }
        outcome
    }

    async fn begin_twice(&self, shelf: Shelf, mode: &str, action: &Act<'_>) -> Result<(IdbTransaction, IdbRequest), StoreError> {
        match self.begin(shelf, mode, action).await {
            // The browser closed the database behind our back; once more with a new one.
            Err(Begin::Closed) => {
                self.database.replace(None);
                self.begin(shelf, mode, action).await.map_err(Begin::error)
            }
            other => other.map_err(Begin::error),
        }
    }

    async fn begin(&self, shelf: Shelf, mode: &str, action: &Act<'_>) -> Result<(IdbTransaction, IdbRequest), Begin> {
        let known = self.database.borrow().clone();
        let database = match known {
            Some(database) => database,
            None => {
                let patience = if self.hangs.get() { LITTLE_PATIENCE_MS } else { PATIENCE_MS };
                let opened = open(patience).await;
                self.hangs.set(opened == Err(StoreError::Refused));
                let database = opened.map_err(Begin::Failed)?;
                self.database.replace(Some(database.clone()));
                database
            }
        };
        let transaction = transaction(&database, shelf, mode).map_err(|_| Begin::Closed)?;
        let store = transaction
            .object_store(shelf.name())
            .map_err(|error| Begin::Failed(classify(&error)))?;
        let request = action(&store).map_err(|error| Begin::Failed(classify(&error)))?;
        Ok((transaction, request))
    }
}

enum Begin {
    Closed,
    Failed(StoreError),
}

impl Begin {
    fn error(self) -> StoreError {
        match self {
            Self::Closed => StoreError::Broken,
            Self::Failed(error) => error,
        }
    }
}

/// A transaction that is complete only when it is on the disk. Called by name: `web-sys` has the options
/// behind an unstable flag.
fn transaction(database: &IdbDatabase, shelf: Shelf, mode: &str) -> Result<IdbTransaction, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &JsValue::from_str("durability"), &JsValue::from_str("strict"))?;
    let begin: Function = Reflect::get(database, &JsValue::from_str("transaction"))?.dyn_into()?;
    begin
        .call3(database, &JsValue::from_str(shelf.name()), &JsValue::from_str(mode), &options)?
        .dyn_into()
}

/// Has a transaction written though the page may be gone before its requests have been answered. Called by name, since
/// older browsers lack it and write all the same when the requests are done.
fn commit(transaction: &IdbTransaction) {
    let commit = Reflect::get(transaction, &JsValue::from_str("commit")).and_then(JsCast::dyn_into::<Function>);
    if let Ok(commit) = commit {
        let _ = commit.call0(transaction);
    }
}

/// Waits for one of two events, and so long at most; whether it was the first.
async fn first_of(patience_ms: i32, listen: &mut dyn FnMut(Option<&Function>, Option<&Function>)) -> bool {
    let mut timer = 0;
    let promise = Promise::new(&mut |resolve, reject| {
        listen(Some(&resolve), Some(&reject));
        let set = window().set_timeout_with_callback_and_timeout_and_arguments_0(&reject, patience_ms);
        timer = set.unwrap_or(0);
    });
    let outcome = JsFuture::from(promise).await;
    listen(None, None);
    window().clear_timeout_with_handle(timer);
    outcome.is_ok()
}

/// Waits until a request has its result; false where it fails or never ends.
async fn answered(patience_ms: i32, request: &IdbRequest) -> bool {
    let mut listen = |resolve: Option<&Function>, reject: Option<&Function>| {
        request.set_onsuccess(resolve);
        request.set_onerror(reject);
    };
    first_of(patience_ms, &mut listen).await
}

/// Waits until a transaction is complete, or says why it was undone.
async fn finished(shelf: Shelf, transaction: &IdbTransaction) -> Result<(), StoreError> {
    let mut listen = |resolve: Option<&Function>, reject: Option<&Function>| {
        transaction.set_oncomplete(resolve);
        transaction.set_onabort(reject);
    };
    if first_of(shelf.patience_ms(), &mut listen).await {
        Ok(())
    } else {
        Err(transaction.error().map_or(StoreError::Broken, |error| classify(&error)))
    }
}

/// Waits until a request within a transaction has its result.
async fn succeeded(shelf: Shelf, request: &IdbRequest) -> Result<JsValue, StoreError> {
    if answered(shelf.patience_ms(), request).await {
        request.result().map_err(|error| classify(&error))
    } else {
        Err(StoreError::Broken)
    }
}

async fn open(patience_ms: i32) -> Result<IdbDatabase, StoreError> {
    // A browser that does not even try to open has its storage switched off, whatever it calls that.
    let factory = window().indexed_db().ok().flatten().ok_or(StoreError::Refused)?;
    let request = factory.open_with_u32(NAME, 1).map_err(|_| StoreError::Refused)?;
    let upgrade = {
        let request = request.clone();
        Closure::once(move || {
            if let Some(database) = database_of(&request) {
                for shelf in Shelf::ALL {
                    // Fails only if it is there already, which is as good.
                    let _ = database.create_object_store(shelf.name());
                }
            }
        })
    };
    request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    // Some browsers never answer, for instance behind a dialog of their own.
    let opened = answered(patience_ms, &request).await;
    request.set_onupgradeneeded(None);
    if !opened {
        let error = request.error().ok().flatten();
        return Err(error.map_or(StoreError::Refused, |error| classify(&error)));
    }
    let database = database_of(&request).ok_or(StoreError::Broken)?;
    // A newer version of the app in another tab is not to wait for this one.
    if let Ok(close) = Reflect::get(&database, &JsValue::from_str("close")).and_then(JsCast::dyn_into::<Function>) {
        database.set_onversionchange(Some(&close.bind0(&database)));
    }
    Ok(database)
}

fn database_of(request: &IdbOpenDbRequest) -> Option<IdbDatabase> {
    request.result().ok()?.dyn_into().ok()
}

fn classify(error: &JsValue) -> StoreError {
    let name = error.dyn_ref::<DomException>().map(DomException::name).unwrap_or_default();
    match name.as_str() {
        "QuotaExceededError" => StoreError::Full,
        "SecurityError" | "InvalidStateError" | "NotAllowedError" => StoreError::Refused,
        // Where storage is denied as a whole, Chromium calls it an unknown error here and a denied one there.
        _ if window().local_storage().is_err() => StoreError::Refused,
        _ => StoreError::Broken,
    }
}
