//! Values derived from signals and kept until they change: Leptos' memo, held once.
//!
//! `Memo<T>` leaves some kilobytes of code in the wasm for every `T`. A [`Kept`] stands on one `Memo` of one type and
//! costs a comparison.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use leptos::prelude::*;

/// A value derived from signals. Those who read it run again only when it has become another.
pub struct Kept<T> {
    memo: Memo<Same>,
    of: PhantomData<fn() -> T>,
}

/// Derives a value; `derive` is given the one before.
pub fn kept<T: PartialEq + Send + Sync + 'static>(derive: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Kept<T> {
    Kept {
        memo: memo(Box::new(move |before| {
            Same(Arc::new(derive(before.and_then(|before| before.0.any().downcast_ref()))))
        })),
        of: PhantomData,
    }
}

/// How a value follows from the one before.
type Derive = Box<dyn Fn(Option<&Same>) -> Same + Send + Sync>;

fn memo(derive: Derive) -> Memo<Same> {
    Memo::new(derive)
}

impl<T: Clone + 'static> Kept<T> {
    /// The value; reactive.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// The value, not followed.
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }

    /// Looks at the value; reactive.
    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(self.memo.get().of())
    }

    /// Looks at the value once.
    pub fn with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(self.memo.get_untracked().of())
    }
}

/// A signal of one's own: a value that is set, and those who read it run again. Held once, as [`Kept`] is.
pub struct Slot<T> {
    signal: RwSignal<Arc<dyn Any + Send + Sync>>,
    of: PhantomData<fn() -> T>,
}

/// A signal with its first value.
pub fn slot<T: Send + Sync + 'static>(value: T) -> Slot<T> {
    Slot {
        signal: RwSignal::new(Arc::new(value)),
        of: PhantomData,
    }
}

impl<T: Clone + Send + Sync + 'static> Slot<T> {
    /// The value; reactive.
    pub fn get(self) -> T {
        self.value(true).as_ref().clone()
    }

    /// The value, not followed.
    pub fn get_untracked(self) -> T {
        self.value(false).as_ref().clone()
    }

    /// Looks at the value; reactive.
    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.value(true))
    }

    /// Looks at the value once.
    pub fn with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.value(false))
    }

    // Once a type, not once a place that looks.
    #[inline(never)]
    fn value(self, follow: bool) -> Arc<T> {
        let value = if follow { self.signal.get() } else { self.signal.get_untracked() };
        value.downcast().expect("only a T is ever put in")
    }

    /// Looks at the value once; `None` where the page it belonged to is gone.
    pub fn try_with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> Option<R> {
        let value = self.signal.try_get_untracked()?;
        Some(look(value.downcast_ref().expect("only a T is ever put in")))
    }

    /// Whether the page it belonged to is gone.
    pub fn is_disposed(self) -> bool {
        self.signal.is_disposed()
    }

    /// Changes a copy of the value and sets it.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        let mut value = self.get_untracked();
        change(&mut value);
        self.set(value);
    }

    /// The same, only to look at.
    pub fn look(self) -> Look<T> {
        Look(self)
    }

    /// Sets the value; nothing where the page it belonged to is gone.
    pub fn set(self, value: T) {
        let _ = self.signal.try_set(Arc::new(value));
    }
}

/// A [`Slot`] for those who only look.
pub struct Look<T>(Slot<T>);

impl<T: Clone + Send + Sync + 'static> Look<T> {
    /// The value; reactive.
    pub fn get(self) -> T {
        self.0.get()
    }

    /// The value, not followed.
    pub fn get_untracked(self) -> T {
        self.0.get_untracked()
    }

    /// Looks at the value; reactive.
    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> R {
        self.0.with(look)
    }

    /// Looks at the value once.
    pub fn with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> R {
        self.0.with_untracked(look)
    }

    /// Follows the value.
    pub fn track(self) {
        self.0.signal.track();
    }
}

impl<T> Clone for Look<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Look<T> {}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Slot<T> {}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Kept<T> {}

/// Any value that can be compared with another of its type.
#[derive(Clone)]
struct Same(Arc<dyn AnySame>);

impl Same {
    fn of<T: 'static>(&self) -> &T {
        self.0.any().downcast_ref().expect("only a T is ever put in")
    }
}

trait AnySame: Send + Sync {
    fn any(&self) -> &dyn Any;
    fn is(&self, other: &dyn Any) -> bool;
}

impl<T: PartialEq + Send + Sync + 'static> AnySame for T {
    fn any(&self) -> &dyn Any {
        self
    }

    fn is(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<T>() == Some(self)
    }
}

impl PartialEq for Same {
    fn eq(&self, other: &Self) -> bool {
        self.0.is(other.0.any())
    }
}
