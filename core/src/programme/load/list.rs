//! Reading lists.

use serde_json::Value;

use super::reader::{Object, Reader};
use crate::pointer;

impl Reader {
    /// The elements of a list, at most `max`.
    fn items<'v>(&mut self, object: Object<'v>, name: &str, min: usize, max: usize) -> &'v [Value] {
        let Some(value) = self.member(object, name) else { return &[] };
        let Some(items) = value.as_array() else {
            self.fault_at(name, "must be a list");
            return &[];
        };
        if items.len() < min {
            self.fault_at(name, "must not be empty");
        } else if items.len() > max {
            self.fault_at(name, &["must have at most ", &pointer::decimal(max as u64), " elements"].concat());
            return &items[..max];
        }
        items
    }

    /// A list, element by element. With `min` 1 it must not be empty.
    pub(super) fn list<T>(
        &mut self,
        object: Object<'_>,
        name: &str,
        min: usize,
        max: usize,
        read: impl Fn(&mut Self, Option<&Value>) -> T,
    ) -> Vec<T> {
        let items = self.items(object, name, min, max);
        let mut list = Vec::with_capacity(items.len());
        self.enter(name);
        for (index, item) in items.iter().enumerate() {
            self.enter_index(index);
            list.push(read(self, Some(item)));
            self.leave();
        }
        self.leave();
        list
    }

    /// A list of texts, each once; absent is empty unless `min` is 1.
    pub(super) fn texts(&mut self, object: Object<'_>, name: &str, min: usize, check: fn(&str) -> Option<&'static str>) -> Vec<String> {
        if min == 0 && object.is_none_or(|map| !map.contains_key(name)) {
            return Vec::new();
        }
        let texts = self.list(object, name, min, 300, |reader, value| {
            let text = reader.text_value(value);
            if !text.is_empty()
                && let Some(message) = check(&text)
            {
                reader.fault(message);
            }
            text
        });
        self.unique(name, "", &mut texts.iter().map(String::as_str));
        texts
    }

    /// Names each id of a list that stood before; `member` leads from an element to its id.
    pub(super) fn unique(&mut self, list: &str, member: &str, ids: &mut dyn Iterator<Item = &str>) {
        let mut seen: Vec<&str> = Vec::new();
        for (index, id) in ids.enumerate() {
            if !id.is_empty() && seen.contains(&id) {
                self.enter(list);
                self.enter_index(index);
                let parts = member.split('/').filter(|part| !part.is_empty());
                let depth = parts.clone().count();
                parts.for_each(|part| self.enter(part));
                self.fault(&["`", id, "` is there already"].concat());
                (0..depth + 2).for_each(|_| self.leave());
            }
            seen.push(id);
        }
    }
}
