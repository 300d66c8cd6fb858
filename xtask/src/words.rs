//! The words of the app: `src/i18n/*.toml`, for people to write in, become files with a line a text, to be fetched.
//! The app's own tests compile this file too.

/// The texts of a language by name, in the order of its source: lines of `name = "text"`, comments and empty lines. What
/// stands in the quotes is written as in JSON.
///
/// # Errors
/// The first line that is something else.
pub fn read(source: &str) -> Result<Vec<(String, String)>, String> {
    let lines = source.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let text = |line: &str| {
        let (name, text) = line.split_once(" = ")?;
        Some((name.to_owned(), serde_json::from_str(text).ok()?))
    };
    lines
        .map(|line| text(line).ok_or_else(|| format!("not a name and a text: {line}")))
        .collect()
}

/// The file that is fetched: the check value of the names, then the texts.
///
/// # Errors
/// The name of a text that is longer than a line.
pub fn compact(texts: &[(String, String)]) -> Result<String, String> {
    let mut file = check(texts).to_string();
    for (name, text) in texts {
        if text.contains('\n') {
            return Err(format!("{name} has a line break"));
        }
        file.push('\n');
        file.push_str(text);
    }
    Ok(file)
}

/// FNV-1a over the names, each with a line break behind it; as in `src/i18n/messages.rs`.
fn check(texts: &[(String, String)]) -> u32 {
    let names = texts.iter().flat_map(|(name, _)| name.bytes().chain([b'\n']));
    names.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
