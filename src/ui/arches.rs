//! The hall: a row of arches, one bay a section, filling with light as they are done. Progress and way at once.

use super::dom::{Show, View, el};
use super::kept::Kept;

/// How much light falls into a bay.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Light {
    /// None.
    None,
    /// It falls in from the side.
    Some,
    /// Full.
    Full,
    /// Something is amiss.
    Amiss,
}

impl Light {
    /// The class of `style/arches.css` and of tags.
    pub const fn class(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Some => "some",
            Self::Full => "done",
            Self::Amiss => "amiss",
        }
    }

    /// The lit part of the arch.
    const fn path(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Some => "M0 72 100 36V72Z",
            Self::Full | Self::Amiss => "M0 72V50C0 22 22 4 50 4S100 22 100 50V72Z",
        }
    }
}

/// One bay.
pub struct Bay {
    /// Where it leads.
    pub href: String,
    /// The section's name.
    pub name: String,
    /// Its state, read after the name by screen readers.
    pub state: Kept<(Light, &'static str)>,
    /// Whether it is the page one is on.
    pub current: bool,
}

/// The row of bays.
pub fn bays(label: &'static str, bays: Vec<Bay>) -> View {
    let items: Vec<_> = bays.into_iter().map(bay).collect();
    el("nav")
        .attr("aria-label", label)
        .kid(el("ol").attr("class", "bays").kid(items))
        .show()
}

fn bay(bay: Bay) -> View {
    let Bay {
        href,
        name,
        state,
        current,
    } = bay;
    el("li")
        .kid(
            el("a")
                .attr("class", move || ["bay ", state.get().0.class()].concat())
                .attr("href", href)
                .attr("title", name.clone())
                .attr("aria-current", current.then_some("step"))
                .kid(
                    el("svg")
                        .attr("viewBox", "0 0 100 72")
                        .attr("preserveAspectRatio", "none")
                        .attr("aria-hidden", "true")
                        .kid(el("path").attr("class", "bay-light").attr("d", move || state.get().0.path()))
                        .kid(
                            el("path")
                                .attr("class", "bay-inner")
                                .attr("d", "M8 72V52C8 28 26 12 50 12S92 28 92 52V72"),
                        )
                        .kid(
                            el("path")
                                .attr("class", "bay-outer")
                                .attr("d", "M0 72V50C0 22 22 4 50 4S100 22 100 50V72"),
                        ),
                )
                .kid(el("span").attr("class", "bay-name").kid(name.clone()))
                .kid(
                    el("span")
                        .attr("class", "vh")
                        .kid(name.clone())
                        .kid(", ")
                        .kid(move || state.get().1),
                ),
        )
        .show()
}
