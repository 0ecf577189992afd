//! Builds the page and writes down its files for embedding, under the feature `web`.
//!
//! The sources of `client-web` and the generated types it imports are copied to OUT_DIR, so that
//! building changes nothing in the work tree; `npm ci` runs when the lock changed, then svelte-check
//! and Vite.
//! `HEARTH_WEB_DIST` names a page that was built elsewhere instead.

use sha2::{Digest, Sha256};
use std::ffi::OsStr;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

/// What of `client-web` is not part of the page's sources.
const NOT_SOURCES: &[&str] = &["node_modules", "dist", "test", "coverage"];
const NODE_LEAST: u32 = 20;
/// Where the types that the page imports stand, seen from the root of the project.
const TYPES: &str = "protocol/generated/ts";

const WITHOUT_NODE: &str = "The page is built with Node 20 or newer and npm. Either\n  \
    - install them (Debian: apt-get install nodejs npm), or\n  \
    - name a page that was built elsewhere: HEARTH_WEB_DIST=<folder> cargo build, or\n  \
    - build the server without its page: cargo build --no-default-features";

#[allow(
    clippy::print_stderr,
    reason = "what a build script writes there, cargo shows when it fails"
)]
fn main() -> ExitCode {
    println!("cargo::rerun-if-env-changed=HEARTH_WEB_DIST");
    if env::var_os("CARGO_FEATURE_WEB").is_none() {
        return ExitCode::SUCCESS;
    }
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nThe page could not be built: {error}\n");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), String> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo named no OUT_DIR")?);
    let server = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo named no folder")?);
    let compress = server.join("compress.mjs");
    let (dist, has_node) = match env::var_os("HEARTH_WEB_DIST").filter(|name| !name.is_empty()) {
        Some(prebuilt) => (prebuilt_page(&server, &prebuilt)?, node_version().is_ok()),
        None => (build_page(&server, &out)?, true),
    };
    println!("cargo::rerun-if-changed={}", compress.display());
    let page = out.join("page");
    if page.exists() {
        fs::remove_dir_all(&page).map_err(|error| failed("empty", &page, &error))?;
    }
    copy(&dist, &page, &[])?;
    let files = files_of(&page)?;
    if has_node {
        // Without Node the server compresses the page itself, at each start.
        run(Command::new("node").arg(&compress).args(&files), "compress the page")?;
    }
    write_table(&page, &files, &out.join("page.rs"))
}

/// Returns the folder that was named; one without a root is looked for from the project's root.
fn prebuilt_page(server: &Path, name: &OsStr) -> Result<PathBuf, String> {
    let dist = server.parent().unwrap_or(server).join(name);
    let dist = fs::canonicalize(&dist).map_err(|error| {
        format!(
            "HEARTH_WEB_DIST names {}, which cannot be opened ({error}). Name the folder that \
             `npx vite build` wrote, by its whole path or from the project's root",
            dist.display()
        )
    })?;
    if !dist.join("index.html").is_file() {
        return Err(format!(
            "HEARTH_WEB_DIST names {}, but there is no index.html in it. Name the folder that \
             `npx vite build` wrote",
            dist.display()
        ));
    }
    println!("cargo::rerun-if-changed={}", dist.display());
    Ok(dist)
}

/// Builds the page from its sources, and returns the folder it is in.
fn build_page(server: &Path, out: &Path) -> Result<PathBuf, String> {
    let root = server.parent().ok_or("the server's folder has no parent")?;
    let (sources, types) = (root.join("client-web"), root.join(TYPES));
    for entry in list(&sources)? {
        if !is_one_of(&entry, NOT_SOURCES) {
            println!("cargo::rerun-if-changed={}", entry.display());
        }
    }
    println!("cargo::rerun-if-changed={}", types.display());
    node_version()?;

    let work = out.join("web");
    let web = work.join("client-web");
    copy(&sources, &web, NOT_SOURCES)?;
    copy(&types, &work.join(TYPES), &[])?;
    install(&web)?;
    // A word that a language lacks, or a type that does not fit, is no page to serve.
    let mut check = npm_tool("npx");
    check.args(["--no-install", "svelte-check", "--fail-on-warnings"]);
    run(check.current_dir(&web), "check the types and the words of the page")?;
    let dist = out.join("dist");
    let mut vite = npm_tool("npx");
    vite.args(["--no-install", "vite", "build", "--emptyOutDir", "--logLevel", "warn", "--outDir"]);
    run(vite.arg(&dist).current_dir(&web), "build the page with Vite")?;
    Ok(dist)
}

/// Installs the page's tools, unless those that are there are of the same lock.
fn install(web: &Path) -> Result<(), String> {
    let read = |path: PathBuf| fs::read(&path).map_err(|error| failed("read", &path, &error));
    let lock = read(web.join("package-lock.json"))?;
    let stamp = web.join("node_modules").join(".hearth-lock");
    if stamp.exists() && read(stamp.clone())? == lock {
        return Ok(());
    }
    let mut npm = npm_tool("npm");
    npm.args(["ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund"]);
    run(npm.current_dir(web), "install the page's tools with npm")?;
    fs::write(&stamp, lock).map_err(|error| failed("write", &stamp, &error))
}

fn node_version() -> Result<(), String> {
    let output = Command::new("node").arg("--version").output();
    let version = match output {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
        Ok(_) | Err(_) => return Err(format!("there is no `node`.\n{WITHOUT_NODE}")),
    };
    let version = version.trim();
    let major =
        version.trim_start_matches('v').split('.').next().and_then(|text| text.parse().ok());
    if major.is_none_or(|major: u32| major < NODE_LEAST) {
        return Err(format!("`node` is {version}.\n{WITHOUT_NODE}"));
    }
    Ok(())
}

fn npm_tool(name: &str) -> Command {
    if cfg!(windows) { Command::new(format!("{name}.cmd")) } else { Command::new(name) }
}

/// Runs a command; what it says is shown only when it fails.
fn run(command: &mut Command, doing: &str) -> Result<(), String> {
    let output = command
        .output()
        .map_err(|error| format!("could not {doing} ({error}).\n{WITHOUT_NODE}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("could not {doing}:\n{}\n{WITHOUT_NODE}", String::from_utf8_lossy(&said).trim()))
}

/// Copies a tree; what is there no more is taken away, but for what is in `except`.
fn copy(from: &Path, to: &Path, except: &[&str]) -> Result<(), String> {
    fs::create_dir_all(to).map_err(|error| failed("make", to, &error))?;
    for there in list(to)? {
        let gone = there.file_name().is_some_and(|name| !from.join(name).exists());
        if gone && !is_one_of(&there, except) {
            let removed =
                if there.is_dir() { fs::remove_dir_all(&there) } else { fs::remove_file(&there) };
            removed.map_err(|error| failed("remove", &there, &error))?;
        }
    }
    for entry in list(from)? {
        let Some(name) = entry.file_name() else { continue };
        let target = to.join(name);
        if is_one_of(&entry, except) {
            continue;
        }
        if entry.is_dir() {
            copy(&entry, &target, &[])?;
        } else {
            fs::copy(&entry, &target).map_err(|error| failed("copy", &entry, &error))?;
        }
    }
    Ok(())
}

fn is_one_of(path: &Path, names: &[&str]) -> bool {
    names.iter().any(|name| path.file_name() == Some(OsStr::new(name)))
}

/// Lists a folder in the order of names.
fn list(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>());
    let mut entries = entries.map_err(|error| failed("list", folder, &error))?;
    entries.sort();
    Ok(entries)
}

/// Lists all files of a tree.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for entry in list(folder)? {
        if entry.is_dir() {
            files.extend(files_of(&entry)?);
        } else {
            files.push(entry);
        }
    }
    Ok(files)
}

/// Writes the table of the page's files, for `web/mod.rs`.
fn write_table(page: &Path, files: &[PathBuf], table: &Path) -> Result<(), String> {
    let mut code = String::from("&[\n");
    for file in files {
        let bytes = fs::read(file).map_err(|error| failed("read", file, &error))?;
        let route = file.strip_prefix(page).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let etag: String =
            Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let (kind, is_text) = content_type(file)?;
        let brotli = PathBuf::from(format!("{}.br", file.display()));
        let is_compressed = is_text && brotli.exists();
        let embedded = if is_compressed { &brotli } else { file };
        writeln!(
            code,
            "    memory_serve::Asset {{ route: {:?}, path: \"\", etag: {etag:?}, content_type: {kind:?}, \
             bytes: Some(include_bytes!({embedded:?})), is_compressed: {is_compressed}, \
             should_compress: {is_text} }},",
            format!("/{route}")
        )
        .map_err(|error| error.to_string())?;
    }
    code.push_str("]\n");
    fs::write(table, code).map_err(|error| failed("write", table, &error))
}

/// Returns the type of a file of the page, and whether it is worth compressing.
fn content_type(file: &Path) -> Result<(&'static str, bool), String> {
    Ok(match file.extension().and_then(OsStr::to_str).unwrap_or_default() {
        "html" => ("text/html", true),
        "js" | "mjs" => ("text/javascript", true),
        "css" => ("text/css", true),
        "svg" => ("image/svg+xml", true),
        "json" => ("application/json", true),
        "webmanifest" => ("application/manifest+json", true),
        "txt" => ("text/plain", true),
        "png" => ("image/png", false),
        "ico" => ("image/x-icon", false),
        "webp" => ("image/webp", false),
        "woff2" => ("font/woff2", false),
        _ => {
            return Err(format!(
                "the server does not know the type of {}. Add it to server/build.rs",
                file.display()
            ));
        }
    })
}

fn failed(doing: &str, path: &Path, error: &io::Error) -> String {
    format!("could not {doing} {}: {error}", path.display())
}
