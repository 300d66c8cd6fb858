//! Drawing: elements, what stands in them, and what follows signals.
//!
//! Leptos' signals with a drawing layer of our own. `view!` gives every element and every closure a type of its own, and
//! with as many pages as there are here that came to three times the bytes an applicant should wait for
//! (`docs/decisions/0007-own-drawing.md`). Here everything is one type, [`View`], and what follows signals is a boxed
//! closure in an effect; the interface is that of `view!`'s parts: [`el`], attributes, properties, events, children.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, Node};

/// Something drawn: one node, several in a fragment, or nothing.
#[derive(Clone)]
pub struct View(Option<Node>);

/// An element being put together.
#[derive(Clone)]
pub struct El(Element);

/// Puts the value of an attribute, `None` for none.
pub type Put = Box<dyn Fn(Option<&str>)>;

/// What can stand in an element.
pub trait Show {
    /// Draws it.
    fn show(self) -> View;
}

/// What an attribute can be: a text, an optional text (absent when `None`), a flag, or a closure giving one of them.
pub trait Value {
    /// Hands the value to `put`, again whenever it changes.
    fn follow(self, put: Put);
}

/// An HTML element, or inside `svg` one of its parts.
pub fn el(name: &str) -> El {
    let svg = matches!(name, "svg" | "path" | "g" | "rect" | "line" | "polyline" | "text");
    let space = if svg {
        "http://www.w3.org/2000/svg"
    } else {
        "http://www.w3.org/1999/xhtml"
    };
    El(document()
        .create_element_ns(Some(space), name)
        .expect("the names are our own and well formed"))
}

/// Puts a view at the end of an element of the page, and draws it under the current owner.
pub fn mount(parent: &Element, view: View) {
    if let Some(node) = view.0 {
        let _ = parent.append_child(&node);
    }
}

impl El {
    /// Sets an attribute, or lets it follow a closure.
    pub fn attr(self, name: &'static str, value: impl Value) -> Self {
        let element = self.0.clone();
        value.follow(Box::new(move |value| {
            let _ = match value {
                Some(value) => element.set_attribute(name, value),
                None => element.remove_attribute(name),
            };
        }));
        self
    }

    /// Lets a text property of a control follow a closure. It is only set when it differs, so that the caret stays.
    pub fn value(self, value: impl Fn() -> String + 'static) -> Self {
        let element: JsValue = self.0.clone().into();
        let name = JsValue::from_str("value");
        // A select takes its value once its options stand in it: see `draw`.
        effect(Box::new(move || {
            let value = value();
            let now = js_sys::Reflect::get(&element, &name).ok().and_then(|now| now.as_string());
            if now.as_deref() != Some(&value) {
                let _ = js_sys::Reflect::set(&element, &name, &JsValue::from_str(&value));
            }
        }));
        self
    }

    /// Lets the tick of a radio or checkbox follow a closure.
    pub fn checked(self, checked: impl Fn() -> bool + 'static) -> Self {
        let element: JsValue = self.0.clone().into();
        effect(Box::new(move || {
            let _ = js_sys::Reflect::set(&element, &JsValue::from_str("checked"), &JsValue::from_bool(checked()));
        }));
        self
    }

    /// Listens to an event.
    pub fn on(self, name: &str, act: impl FnMut(Event) + 'static) -> Self {
        listen(&self.0, name, Box::new(act));
        self
    }

    /// The element itself.
    pub fn node(&self) -> &Element {
        &self.0
    }

    /// Puts something at the end of what stands in it.
    pub fn kid(self, kid: impl Show) -> Self {
        mount(&self.0, kid.show());
        self
    }
}

fn listen(element: &Element, name: &str, act: Box<dyn FnMut(Event)>) {
    // The browser frees the closure with the element (wasm-bindgen registers it for finalization).
    let act = Closure::wrap(act).into_js_value();
    let _ = element.add_event_listener_with_callback(name, act.unchecked_ref());
}

/// The input in which an event happened.
pub fn input_of(event: &Event) -> Option<web_sys::HtmlInputElement> {
    event.target()?.dyn_into().ok()
}

/// Runs now, and again whenever a signal it read changes, for as long as the current owner lives.
fn effect(run: Box<dyn Fn()>) {
    let effect = RenderEffect::new(move |_: Option<()>| run());
    StoredValue::new_local(effect);
}

/// Runs after what is drawn now, and again whenever a signal it read changes, for as long as the current owner lives.
pub fn later(run: impl FnMut() + 'static) {
    later_boxed(Box::new(run));
}

fn later_boxed(mut run: Box<dyn FnMut()>) {
    Effect::new(move |_: Option<()>| run());
}

/// What stands between two marks and is drawn anew whenever a signal it read changes.
fn live(draw: Box<dyn Fn() -> View>) -> View {
    let page = document();
    let fragment = page.create_document_fragment();
    let (start, end): (Node, Node) = (page.create_comment("").into(), page.create_comment("").into());
    let _ = fragment.append_child(&start);
    let _ = fragment.append_child(&end);
    effect(Box::new(move || {
        let view = draw();
        if let (Some(node), Some(old)) = (&view.0, start.next_sibling())
            && node.node_type() == Node::TEXT_NODE
            && old.node_type() == Node::TEXT_NODE
        {
            // Words for words: the node stays, and so does most of the layout.
            let words = node.node_value();
            if old.node_value() != words {
                old.set_node_value(words.as_deref());
            }
            return;
        }
        while let Some(old) = start.next_sibling().filter(|next| *next != end) {
            if let Some(parent) = old.parent_node() {
                let _ = parent.remove_child(&old);
            }
        }
        if let (Some(node), Some(parent)) = (view.0, end.parent_node()) {
            let _ = parent.insert_before(&node, Some(&end));
        }
    }));
    View(Some(fragment.into()))
}

/// One view for each key, which keeps its elements when others come and go.
pub fn keyed(keys: impl Fn() -> Vec<String> + 'static, draw: impl Fn(String) -> View + 'static) -> View {
    let page = document();
    let fragment = page.create_document_fragment();
    let end: Node = page.create_comment("").into();
    let _ = fragment.append_child(&end);
    let rows: Rc<RefCell<Vec<(String, Owner, Node)>>> = Rc::default();
    let parent = Owner::current().unwrap_or_default();
    effect(Box::new(move || {
        let keys = keys();
        let Some(place) = end.parent_node() else { return };
        let mut old = rows.take();
        old.retain(|(key, owner, node)| {
            let stays = keys.contains(key);
            if !stays {
                owner.cleanup();
                let _ = place.remove_child(node);
            }
            stays
        });
        let mut now = Vec::new();
        for key in keys {
            let row = match old.iter().position(|(one, ..)| *one == key) {
                Some(at) => old.remove(at),
                None => {
                    let owner = parent.with(Owner::new);
                    let view = owner.with(|| untrack(|| draw(key.clone())));
                    let Some(node) = view.0 else { continue };
                    (key, owner, node)
                }
            };
            now.push(row);
        }
        let mut next = end.clone();
        for (_, _, node) in now.iter().rev() {
            // What is in its place already is left alone: moving it would take focus away.
            if node.next_sibling().as_ref() != Some(&next) {
                let _ = place.insert_before(node, Some(&next));
            }
            next = node.clone();
        }
        rows.replace(now);
    }));
    View(Some(fragment.into()))
}

/// Several views one behind the other.
pub fn many(views: Vec<View>) -> View {
    let fragment = document().create_document_fragment();
    for node in views.into_iter().filter_map(|view| view.0) {
        let _ = fragment.append_child(&node);
    }
    View(Some(fragment.into()))
}

fn text(text: &str) -> View {
    View((!text.is_empty()).then(|| document().create_text_node(text).into()))
}

impl Show for View {
    fn show(self) -> View {
        self
    }
}

impl Show for El {
    fn show(self) -> View {
        View(Some(self.0.into()))
    }
}

impl Show for () {
    fn show(self) -> View {
        View(None)
    }
}

impl Show for &str {
    fn show(self) -> View {
        text(self)
    }
}

impl Show for usize {
    fn show(self) -> View {
        text(&self.to_string())
    }
}

impl Show for String {
    fn show(self) -> View {
        text(&self)
    }
}

impl<S: Show> Show for Option<S> {
    fn show(self) -> View {
        self.map_or(View(None), Show::show)
    }
}

impl<S: Show> Show for Vec<S> {
    fn show(self) -> View {
        many(self.into_iter().map(Show::show).collect())
    }
}

impl<S: Show, F: Fn() -> S + 'static> Show for F {
    fn show(self) -> View {
        live(Box::new(move || self().show()))
    }
}

impl Value for &str {
    fn follow(self, put: Put) {
        put(Some(self));
    }
}

impl Value for String {
    fn follow(self, put: Put) {
        put(Some(&self));
    }
}

impl Value for Option<&str> {
    fn follow(self, put: Put) {
        put(self);
    }
}

impl Value for Option<String> {
    fn follow(self, put: Put) {
        put(self.as_deref());
    }
}

/// What a closure for an attribute can give.
pub trait Given {
    /// As text; `None` where the attribute is absent.
    fn given(self) -> Option<String>;
}

impl Given for &str {
    fn given(self) -> Option<String> {
        Some(self.to_owned())
    }
}

impl Given for String {
    fn given(self) -> Option<String> {
        Some(self)
    }
}

impl Given for Option<&str> {
    fn given(self) -> Option<String> {
        self.map(str::to_owned)
    }
}

impl Given for Option<String> {
    fn given(self) -> Option<String> {
        self
    }
}

impl Given for bool {
    fn given(self) -> Option<String> {
        self.then(String::new)
    }
}

impl<G: Given, F: Fn() -> G + 'static> Value for F {
    fn follow(self, put: Put) {
        followed(Box::new(move || self().given()), put);
    }
}

fn followed(value: Box<dyn Fn() -> Option<String>>, put: Put) {
    let before = RefCell::new(None);
    effect(Box::new(move || {
        let value = Some(value());
        if *before.borrow() != value {
            put(value.as_ref().and_then(Option::as_deref));
            before.replace(value);
        }
    }));
}
