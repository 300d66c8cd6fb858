//! The app's pipeline: Trunk → one style sheet, a file of words a language → (wasm-opt) → names by content → compressed beside.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};

use crate::fingerprint::{self, Files};
use crate::{base, css, paths, process, shorten, tools, trim, words};

/// How the app is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Quick to build: for trying things out.
    Dev,
    /// Small and precompressed: what is deployed and measured.
    Release,
}

/// The pages, each an app of its own to Trunk.
const PAGES: [&str; 5] = ["index.html", "staff.html", "verify.html", "partner.html", "kit.html"];
/// What is said to wasm-opt: smallest code, and the features that current browsers and rustc's own library share. In the
/// order of their names functions of a kind stand together, which compresses better.
const WASM_OPT: [&str; 14] = [
    "-Oz",
    "--gufa-optimizing",
    "-Oz",
    "--merge-similar-functions",
    "-Oz",
    "--reorder-functions-by-name",
    // Functions that are called once stay functions unless they are tiny: what stands together alike compresses better than what is
    // inlined (1.1 kB of the staff's, measured with 0, 30, 100 and no bound).
    "--one-caller-inline-max-function-size=30",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// For the app whose searching compares sixteen bytes at once (`table/src/search.rs`). The applicants' has to run in older browsers.
const WITH_SIMD: (&str, &str) = ("staff_bg.wasm", "--enable-simd");

/// What makes the release of the app small beyond its cargo profile: the standard library is built with it, for size
/// and without the machinery that words panics (see docs/decisions/0006-small-wasm.md). These are options that
/// stable compilers keep behind `RUSTC_BOOTSTRAP`.
const SMALL: [(&str, &str); 4] = [
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    (
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none",
    ),
];

/// Builds the app for the root of an origin, and gives the folder it is in.
pub fn app(mode: Mode) -> Result<PathBuf> {
    app_below(mode, "")
}

/// Builds the app for a path of its host (as [`base::path`] gives it), and gives the folder it is in.
pub fn app_below(mode: Mode, path: &str) -> Result<PathBuf> {
    tools::for_building()?;
    let out = match mode {
        Mode::Dev => paths::dist_dev(),
        Mode::Release => paths::dist(),
    };
    let mut files = Files::new();
    for page in PAGES {
        let source = std::fs::read_to_string(paths::root().join(page)).with_context(|| format!("{page} cannot be read"))?;
        if source.contains("rel=\"rust\"") {
            let mut bundled = Files::new();
            read_into(&mut bundled, &bundle(page, mode)?)?;
            // Trunk calls every page index.html.
            if let Some(html) = bundled.remove("index.html") {
                bundled.insert(page.to_owned(), html);
            }
            files.append(&mut bundled);
        } else {
            // Its style sheet may be one that no app has; it is bundled below.
            for sheet in source.split("href=\"style/").skip(1).filter_map(|rest| rest.split('"').next()) {
                files.entry(sheet.to_owned()).or_default();
            }
            files.insert(page.to_owned(), static_page(&source).into_bytes());
        }
    }
    files.append(&mut records(mode)?);
    for (path, content) in &mut files {
        if path.ends_with(".html") {
            // Trunk leaves its own link where it does not put its loader.
            let page = String::from_utf8_lossy(content);
            *content = page
                .lines()
                .filter(|line| !line.contains("data-trunk") && !line.is_empty())
                .collect::<Vec<_>>()
                .join("\n")
                .into_bytes();
        } else if path.ends_with(".css") {
            let source = paths::root().join("style").join(path.as_str());
            if source.exists() {
                *content = css::bundle(&source)?.into_bytes();
            }
        }
    }
    add_words(&mut files)?;
    if mode == Mode::Release {
        shrink(&mut files)?;
    }
    let mut files = fingerprint::fingerprint(files)?;
    for (_, page) in files.iter_mut().filter(|(name, _)| name.ends_with(".html")) {
        *page = base::below(&String::from_utf8_lossy(page), path).into_bytes();
    }
    if mode == Mode::Release {
        precompress(&mut files)?;
    }
    write(&files, &out)?;
    Ok(out)
}

/// Builds the server in a cargo profile and gives its binary.
pub fn server(profile: &str) -> Result<PathBuf> {
    process::run(process::cargo().args(["build", "--package", "opencall-server", "--profile", profile]))?;
    Ok(paths::server(profile))
}

/// A page without an app: Trunk would build one for it all the same.
fn static_page(source: &str) -> String {
    source.replace("<link data-trunk rel=\"css\" href=\"style/", "<link rel=\"stylesheet\" href=\"/")
}

/// Runs Trunk on one page; gives the folder it wrote.
fn bundle(page: &str, mode: Mode) -> Result<PathBuf> {
    let folder = if mode == Mode::Dev { "dev" } else { "release" };
    let out = paths::root().join("target/trunk").join(folder).join(page.trim_end_matches(".html"));
    std::fs::create_dir_all(&out).with_context(|| format!("{} cannot be made", out.display()))?;
    let mut trunk = process::command("trunk");
    trunk
        .args(["build", page, "--skip-version-check", "--log", "warn", "--dist"])
        .arg(&out)
        .env("PATH", tools::path()?);
    // Trunk takes NO_COLOR for a flag that must say true or false.
    trunk.env_remove("NO_COLOR");
    match mode {
        Mode::Dev => trunk.args(["--cargo-profile", "dev-app"]),
        Mode::Release => {
            if tools::standard_library_source() {
                trunk.envs(SMALL);
            }
            trunk.arg("--release")
        }
    };
    process::run(&mut trunk)?;
    Ok(out)
}

/// Builds the module that answers the contract from a record store. No page is its own, so Trunk does not build it.
fn records(mode: Mode) -> Result<Files> {
    let profile = if mode == Mode::Dev { "dev-app" } else { "release" };
    let mut cargo = process::cargo();
    cargo.args([
        "build",
        "--quiet",
        "--package",
        "opencall-records",
        "--lib",
        "--target",
        "wasm32-unknown-unknown",
        "--profile",
        profile,
    ]);
    if mode == Mode::Release && tools::standard_library_source() {
        cargo.envs(SMALL);
    }
    process::run(&mut cargo)?;
    let out = paths::root().join("target/trunk").join(profile).join("records");
    process::run(
        process::command("wasm-bindgen")
            .args(["--target", "web", "--no-typescript", "--out-name", "records", "--out-dir"])
            .arg(&out)
            .arg(
                paths::target()
                    .join("wasm32-unknown-unknown")
                    .join(profile)
                    .join("opencall_records.wasm"),
            )
            .env("PATH", tools::path()?),
    )?;
    let mut files = Files::new();
    read_into(&mut files, &out)?;
    Ok(files)
}

/// Reads a folder and everything below it.
fn read_into(files: &mut Files, folder: &Path) -> Result<()> {
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).with_context(|| format!("{} cannot be read", next.display()))? {
            let path = entry?.path();
            // Trunk keeps what it is still writing in here.
            if path.ends_with(".stage") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(folder)?
                    .components()
                    .map(|part| part.as_os_str().to_string_lossy())
                    .collect::<Vec<_>>()
                    .join("/");
                files.insert(name, std::fs::read(&path)?);
            }
        }
    }
    Ok(())
}

/// Adds the words of each language, the staff's behind the applicants', and names them in each app's page: `rel=words` means nothing to
/// browsers, and the server makes a preload of the reader's.
fn add_words(files: &mut Files) -> Result<()> {
    let compact = |source: String| {
        let source = paths::root().join(source);
        let text = std::fs::read_to_string(&source).with_context(|| format!("{} cannot be read", source.display()))?;
        let compact = words::read(&text).and_then(|texts| words::compact(&texts));
        compact.map_err(|fault| anyhow!("{}: {fault}", source.display()))
    };
    for (page, prefix) in [("index.html", ""), ("staff.html", "staff-")] {
        let mut links = String::new();
        for locale in opencall_core::Locale::ALL {
            let tag = locale.tag();
            let mut text = compact(format!("src/i18n/{tag}.toml"))?;
            if page == "staff.html" {
                text = [text, compact(format!("src/staff/{tag}.toml"))?].join("\n");
            }
            let name = format!("words/{prefix}{tag}.txt");
            links += &format!("<link rel=\"words\" hreflang=\"{tag}\" href=\"/{name}\">\n");
            files.insert(name, text.into_bytes());
        }
        let page = files.get_mut(page).with_context(|| format!("{page} is missing"))?;
        *page = String::from_utf8_lossy(page)
            .replacen("</head>", &format!("{links}</head>"), 1)
            .into_bytes();
    }
    Ok(())
}

/// Runs wasm-opt over a wasm file.
fn optimised(name: &str, wasm: &[u8]) -> Result<Vec<u8>> {
    let folder = paths::root().join("target/trunk");
    let (before, after) = (folder.join(format!("before-{name}")), folder.join(format!("after-{name}")));
    std::fs::write(&before, wasm)?;
    let (with_simd, simd) = WITH_SIMD;
    let features = (name == with_simd).then_some(simd);
    process::run(tools::wasm_opt()?.args(WASM_OPT).args(features).arg(&before).arg("-o").arg(&after))?;
    let optimised = std::fs::read(&after)?;
    if !optimised.starts_with(b"\0asm") {
        bail!("wasm-opt wrote no wasm for {name}");
    }
    Ok(optimised)
}

/// Makes every wasm and its glue small: out with what is not used, short names. No spaces in any script.
fn shrink(files: &mut Files) -> Result<()> {
    let apps: Vec<String> = files
        .keys()
        .filter_map(|path| path.strip_suffix("_bg.wasm").map(str::to_owned))
        .collect();
    for app in apps {
        let (name, script) = (format!("{app}_bg.wasm"), format!("{app}.js"));
        let glue = String::from_utf8(files.get(&script).cloned().unwrap_or_default()).with_context(|| format!("{script} is not UTF-8"))?;
        let glue = trim::classes(&glue);
        let wasm = optimised(&name, &trim::exports(&files[&name], &glue)?)?;
        let glue = trim::imports(&wasm, &glue)?;
        let (wasm, glue) = shorten::names(&wasm, &glue).with_context(|| format!("{name} and {script}"))?;
        files.insert(name, wasm);
        files.insert(script, glue.into_bytes());
    }
    for (_, script) in files.iter_mut().filter(|(path, _)| path.ends_with(".js")) {
        *script = minified(&String::from_utf8_lossy(script))?;
    }
    Ok(())
}

/// Runs terser over a script.
fn minified(script: &str) -> Result<Vec<u8>> {
    let folder = paths::root().join("target/trunk");
    let (before, after) = (folder.join("before.js"), folder.join("after.js"));
    std::fs::write(&before, script)?;
    process::run(
        tools::terser()?
            .arg(&before)
            .args(["--module", "--compress", "passes=2", "--mangle", "--output"])
            .arg(&after),
    )?;
    Ok(std::fs::read(&after)?)
}

/// Puts a brotli and a gzip file beside everything that gets smaller by it.
fn precompress(files: &mut Files) -> Result<()> {
    let mut compressed = Files::new();
    for (path, content) in files.iter() {
        // Programmes are there for the backend, which serves and compresses them itself. Whoever hosts the app writes `config.json`, and
        // hosts would go on sending a compressed copy of the old one.
        if path.starts_with("programmes/")
            || path == "config.json"
            || !["html", "js", "css", "wasm", "json", "svg", "txt"].contains(&fingerprint::extension(path))
        {
            continue;
        }
        for (ending, smaller) in [("br", brotli(content)?), ("gz", gzip(content)?)] {
            if smaller.len() < content.len() {
                compressed.insert(format!("{path}.{ending}"), smaller);
            }
        }
    }
    files.append(&mut compressed);
    Ok(())
}

/// Brotli at its strongest.
fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 24);
    writer.write_all(content)?;
    Ok(writer.into_inner())
}

/// Gzip at its strongest.
fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(content)?;
    Ok(writer.finish()?)
}

/// Puts the files into a folder, and nothing else.
fn write(files: &Files, out: &Path) -> Result<()> {
    if out.exists() {
        std::fs::remove_dir_all(out).with_context(|| format!("{} cannot be emptied", out.display()))?;
    }
    for (path, content) in files {
        let file = out.join(path);
        std::fs::create_dir_all(file.parent().unwrap_or(out))?;
        std::fs::write(&file, content).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::static_page;

    #[test]
    fn a_page_without_an_app_keeps_its_style_sheet() {
        assert_eq!(
            static_page("<link data-trunk rel=\"css\" href=\"style/main.css\">"),
            "<link rel=\"stylesheet\" href=\"/main.css\">"
        );
    }
}
