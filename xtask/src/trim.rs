//! Takes out of a wasm file and its glue what the app never uses. wasm-bindgen exports everything that any crate marks for
//! it, and what is exported stays: such as streams of server functions, which this app has none of.

use std::collections::BTreeSet;

use anyhow::{Context, Result};

use crate::wasm;

/// The glue without classes of which the wasm never makes one.
pub fn classes(glue: &str) -> String {
    let mut glue = glue.to_owned();
    let names: Vec<String> = glue
        .split("\nexport class ")
        .skip(1)
        .chain(glue.strip_prefix("export class "))
        .filter_map(|rest| rest.split(' ').next().map(str::to_owned))
        .collect();
    for name in names {
        if glue.contains(&format!("{name}.__wrap(")) {
            continue;
        }
        for (begin, end) in [
            (format!("export class {name} {{\n"), "\n}\n"),
            (format!("if (Symbol.dispose) {name}."), ";\n"),
            (format!("const {name}Finalization = "), ";\n"),
        ] {
            glue = without(&glue, &begin, end);
        }
    }
    glue
}

/// The wasm without exports that the glue does not name; wasm-opt then finds what nobody calls.
///
/// # Errors
/// When the wasm cannot be read.
pub fn exports(wasm: &[u8], glue: &str) -> Result<Vec<u8>> {
    let named: BTreeSet<&str> = glue
        .split("wasm.")
        .skip(1)
        .map(|rest| &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())])
        .collect();
    wasm::sections(wasm, |kind, section| match kind {
        wasm::EXPORTS => wasm::exports(section, |name| named.contains(name).then(|| name.to_owned())).map(Some),
        _ => Ok(None),
    })
}

/// The glue without functions that the wasm no longer imports.
///
/// # Errors
/// When the wasm cannot be read, or the glue is not laid out as wasm-bindgen does it.
pub fn imports(wasm: &[u8], glue: &str) -> Result<String> {
    let mut used = BTreeSet::new();
    wasm::sections(wasm, |kind, section| {
        if kind == wasm::IMPORTS {
            wasm::imports(section, |name| {
                used.insert(name);
                name.to_owned()
            })?;
        }
        Ok(None)
    })?;
    let (before, rest) = glue
        .split_once("        __proto__: null,\n")
        .context("the glue has no list of imports")?;
    let (list, after) = rest.split_once("\n    };\n").context("the list of imports has no end")?;
    let mut kept = String::new();
    let mut keeps = true;
    for line in list.split_inclusive('\n') {
        // An import begins at this depth, and only an import.
        if let Some((name, _)) = line
            .strip_prefix("        ")
            .filter(|line| !line.starts_with([' ', '}']))
            .and_then(|line| line.split_once(": "))
        {
            keeps = used.contains(name);
        }
        if keeps {
            kept.push_str(line);
        }
    }
    Ok([before, "        __proto__: null,\n", &kept, "\n    };\n", after].concat())
}

/// A text without the piece from `begin` to `end`, both included.
fn without(text: &str, begin: &str, end: &str) -> String {
    let Some((before, rest)) = text.split_once(begin) else {
        return text.to_owned();
    };
    let after = rest.split_once(end).map_or("", |(_, after)| after);
    [before, after].concat()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const GLUE: &str = "export class Stream {
    free() {
        wasm.stream_free(this.__wbg_ptr);
    }
}
if (Symbol.dispose) Stream.prototype[Symbol.dispose] = Stream.prototype.free;
function imports() {
    const import0 = {
        __proto__: null,
        __wb1: function() {
            return wasm.memory;
        },
        __wb2: function() { return f(function () {
            x();
        }, arguments); },
    };
    return import0;
}
const StreamFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {} }
    : new FinalizationRegistry(ptr => wasm.stream_free(ptr, 1));
";

    #[test]
    fn a_class_of_which_none_is_made_goes() {
        let trimmed = classes(GLUE);
        assert!(
            trimmed.starts_with("function imports() {") && trimmed.ends_with("    return import0;\n}\n"),
            "{trimmed}"
        );
        let made = format!("{GLUE}Stream.__wrap(ret)");
        assert_eq!(classes(&made), made);
    }

    #[test]
    fn exports_stay_that_the_glue_names() {
        let wasm = b"\0asm\x01\0\0\0\x07\x18\x02\x06memory\x02\0\x0bstream_free\0\x01";
        let trimmed = exports(wasm, &classes(GLUE)).unwrap();
        assert_eq!(trimmed, b"\0asm\x01\0\0\0\x07\x0a\x01\x06memory\x02\0");
        assert_eq!(exports(wasm, GLUE).unwrap(), wasm);
    }

    #[test]
    fn imports_stay_that_the_wasm_names() {
        let wasm = b"\0asm\x01\0\0\0\x02\x0b\x01\x01m\x05__wb2\0\0";
        let trimmed = imports(wasm, GLUE).unwrap();
        assert!(
            !trimmed.contains("__wb1")
                && trimmed
                    .contains("        __wb2: function() { return f(function () {\n            x();\n        }, arguments); },\n    };"),
            "{trimmed}"
        );
    }
}
