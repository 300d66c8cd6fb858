//! This device's store: IndexedDB. The only file that knows it.
//!
//! Every failure is a value: a browser may refuse storage, run out of room, or close the database at any time.

use std::cell::RefCell;

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, IdbDatabase, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction};

use super::state::StoreError;

const NAME: &str = "opencall";
/// How long opening may take before this device counts as one that stores nothing, in ms.
const PATIENCE_MS: i32 = 4_000;

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
}

/// This device's store. Opens itself when it is first needed, and again when the browser has closed it.
#[derive(Debug, Default)]
pub struct Store {
    database: RefCell<Option<IdbDatabase>>,
}

impl Store {
    /// What is kept under a key.
    pub async fn get(&self, shelf: Shelf, key: &str) -> Result<Option<JsValue>, StoreError> {
        let key = JsValue::from_str(key);
        let value = self.run(shelf, "readonly", |store| store.get(&key)).await?;
        Ok(if value.is_undefined() || value.is_null() {
            None
        } else {
            Some(value)
        })
    }

    /// Keeps a value under a key, in place of what was there. Done when it is on the disk.
    pub async fn put(&self, shelf: Shelf, key: &str, value: &JsValue) -> Result<(), StoreError> {
        let key = JsValue::from_str(key);
        self.run(shelf, "readwrite", |store| store.put_with_key(value, &key))
            .await
            .map(|_| ())
    }

    /// Keeps a text under a key if what is there is still `expected`, or nothing; otherwise gives what is there.
    /// Reading and writing are one transaction, so that of two tabs writing at once neither overwrites the other unseen.
    pub async fn swap(&self, shelf: Shelf, key: &str, expected: Option<&str>, text: &str) -> Result<Option<String>, StoreError> {
        let key = JsValue::from_str(key);
        let (transaction, read) = self.begin_twice(shelf, "readwrite", &|store| store.get(&key)).await?;
        let there = succeeded(&read).await?.as_string();
        if let Some(there) = there
            && expected != Some(there.as_str())
        {
            return Ok(Some(there));
        }
        // The transaction lives on: this runs before the reading's event is over.
        let store = transaction.object_store(shelf.name()).map_err(|error| classify(&error))?;
        store
            .put_with_key(&JsValue::from_str(text), &key)
            .map_err(|error| classify(&error))?;
        finished(&transaction).await.map(|()| None)
    }

    /// Forgets what is kept under a key.
    pub async fn delete(&self, shelf: Shelf, key: &str) -> Result<(), StoreError> {
        let key = JsValue::from_str(key);
        self.run(shelf, "readwrite", |store| store.delete(&key)).await.map(|_| ())
    }

    async fn run(
        &self,
        shelf: Shelf,
        mode: &str,
        action: impl Fn(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
    ) -> Result<JsValue, StoreError> {
        let (transaction, request) = self.begin_twice(shelf, mode, &action).await?;
        finished(&transaction).await?;
        request.result().map_err(|error| classify(&error))
    }

    async fn begin_twice(
        &self,
        shelf: Shelf,
        mode: &str,
        action: &dyn Fn(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
    ) -> Result<(IdbTransaction, IdbRequest), StoreError> {
        match self.begin(shelf, mode, action).await {
            // The browser closed the database behind our back; once more with a new one.
            Err(Begin::Closed) => {
                self.database.replace(None);
                self.begin(shelf, mode, action).await.map_err(Begin::error)
            }
            other => other.map_err(Begin::error),
        }
    }

    async fn begin(
        &self,
        shelf: Shelf,
        mode: &str,
        action: &dyn Fn(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
    ) -> Result<(IdbTransaction, IdbRequest), Begin> {
        let known = self.database.borrow().clone();
        let database = match known {
            Some(database) => database,
            None => {
                let database = open().await.map_err(Begin::Failed)?;
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

/// Waits until a transaction is complete, or says why it was undone.
async fn finished(transaction: &IdbTransaction) -> Result<(), StoreError> {
    let promise = Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onabort(Some(&reject));
    });
    let outcome = JsFuture::from(promise).await;
    transaction.set_oncomplete(None);
    transaction.set_onabort(None);
    match outcome {
        Ok(_) => Ok(()),
        Err(_) => Err(transaction.error().map_or(StoreError::Broken, |error| classify(&error))),
    }
}

/// Waits until a request within a transaction has its result.
async fn succeeded(request: &IdbRequest) -> Result<JsValue, StoreError> {
    let promise = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    let outcome = JsFuture::from(promise).await;
    request.set_onsuccess(None);
    request.set_onerror(None);
    outcome.map_err(|_| StoreError::Broken)?;
    request.result().map_err(|error| classify(&error))
}

async fn open() -> Result<IdbDatabase, StoreError> {
    let factory = window()
        .indexed_db()
        .map_err(|error| classify(&error))?
        .ok_or(StoreError::Refused)?;
    let request = factory.open_with_u32(NAME, 1).map_err(|error| classify(&error))?;
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
    let promise = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
        // Some browsers never answer, for instance behind a dialog of their own.
        let arguments = Array::of1(&JsValue::UNDEFINED);
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments(&reject, PATIENCE_MS, &arguments);
    });
    let outcome = JsFuture::from(promise).await;
    request.set_onsuccess(None);
    request.set_onerror(None);
    request.set_onupgradeneeded(None);
    if outcome.is_err() {
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
        _ => StoreError::Broken,
    }
}
