//! Builds the page.
//!
//! It copies the sources of `client-web`, and the generated types they import, to `OUT_DIR`, so that a
//! build never changes the work tree. There it runs `npm ci` if the lock file changed, then
//! svelte-check and Vite. `HEARTH_WEB_DIST` names a finished page to use instead.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

/// Entries of `client-web` that aren't sources of the page.
const NOT_SOURCES: &[&str] =
    &["node_modules", "dist", "test", "gallery", "coverage", "Cargo.toml", "build.rs", "lib.rs"];
const NODE_MIN: u32 = 20;
/// The types and the policy table that the page imports, relative to the root of the repository.
const GENERATED: &str = "protocol/generated";

const ALTERNATIVES: &str = "Building the page needs Node 20 or newer and npm. Either\n  \
    - install them (Debian: apt-get install nodejs npm), or\n  \
    - embed a finished page: HEARTH_WEB_DIST=<folder> cargo build, or\n  \
    - build the server without its page: cargo build --no-default-features";

#[allow(clippy::print_stderr, reason = "cargo shows a build script's stderr if it fails")]
fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nCan't build the page: {error}\n");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), String> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=HEARTH_WEB_DIST");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR isn't set")?);
    let sources = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("no manifest folder")?);
    let root = sources.parent().ok_or("the page's folder has no parent")?;
    let page = match env::var_os("HEARTH_WEB_DIST").filter(|name| !name.is_empty()) {
        Some(finished) => finished_page(root, &finished)?,
        None => build_page(root, &sources, &out)?,
    };
    println!("cargo::rustc-env=HEARTH_PAGE_FOLDER={}", page.display());
    Ok(())
}

/// Returns the named folder, relative to the root of the repository.
fn finished_page(root: &Path, name: &OsStr) -> Result<PathBuf, String> {
    let page = root.join(name);
    if !page.join("index.html").is_file() {
        return Err(format!(
            "HEARTH_WEB_DIST names {}, which doesn't contain an index.html. Name the output folder \
             of `npx vite build`, absolute or relative to the root of the repository",
            page.display()
        ));
    }
    println!("cargo::rerun-if-changed={}", page.display());
    fs::canonicalize(&page).map_err(|error| failed("open", &page, &error))
}

/// Builds the page from its sources, and returns its folder.
fn build_page(root: &Path, sources: &Path, out: &Path) -> Result<PathBuf, String> {
    let generated = root.join(GENERATED);
    for entry in list(sources)? {
        if !is_one_of(&entry, NOT_SOURCES) {
            println!("cargo::rerun-if-changed={}", entry.display());
        }
    }
    println!("cargo::rerun-if-changed={}", generated.display());
    require_node()?;

    let work = out.join("web");
    let web = work.join("client-web");
    mirror(sources, &web, NOT_SOURCES)?;
    mirror(&generated, &work.join(GENERATED), &[])?;
    install(&web)?;
    // Vite ignores types, so a missing translation or a type error would otherwise reach the page.
    let mut check = npm_tool("npx");
    check.args(["--no-install", "svelte-check", "--fail-on-warnings"]);
    run(check.current_dir(&web), "check the types of the page")?;
    let dist = out.join("dist");
    let mut vite = npm_tool("npx");
    vite.args(["--no-install", "vite", "build", "--emptyOutDir", "--logLevel", "warn", "--outDir"]);
    run(vite.arg(&dist).current_dir(&web), "build the page with Vite")?;
    Ok(dist)
}

/// Installs the page's packages, unless those of the same lock file are installed.
fn install(web: &Path) -> Result<(), String> {
    let read = |path: PathBuf| fs::read(&path).map_err(|error| failed("read", &path, &error));
    let lock = read(web.join("package-lock.json"))?;
    let installed = web.join("node_modules").join(".hearth-lock");
    if installed.exists() && read(installed.clone())? == lock {
        return Ok(());
    }
    let mut npm = npm_tool("npm");
    npm.args(["ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund"]);
    run(npm.current_dir(web), "install the page's packages with npm")?;
    fs::write(&installed, lock).map_err(|error| failed("write", &installed, &error))
}

fn require_node() -> Result<(), String> {
    let output = Command::new("node").arg("--version").output();
    let output = output.map_err(|error| format!("can't run `node` ({error}).\n{ALTERNATIVES}"))?;
    let version = String::from_utf8_lossy(&output.stdout);
    let major = version.trim().trim_start_matches('v').split('.').next();
    match major.and_then(|major| major.parse::<u32>().ok()) {
        Some(NODE_MIN..) => Ok(()),
        _ => Err(format!("`node --version` says `{}`.\n{ALTERNATIVES}", version.trim())),
    }
}

fn npm_tool(name: &str) -> Command {
    if cfg!(windows) { Command::new(format!("{name}.cmd")) } else { Command::new(name) }
}

/// Runs a command, and returns its output as the error if it fails.
fn run(command: &mut Command, action: &str) -> Result<(), String> {
    let output =
        command.output().map_err(|error| format!("can't {action} ({error}).\n{ALTERNATIVES}"))?;
    if output.status.success() {
        return Ok(());
    }
    let printed = [output.stdout, output.stderr].concat();
    Err(format!("can't {action}:\n{}\n{ALTERNATIVES}", String::from_utf8_lossy(&printed).trim()))
}

/// Makes `to` a copy of `from`. Ignores entries named in `except` on both sides.
fn mirror(from: &Path, to: &Path, except: &[&str]) -> Result<(), String> {
    fs::create_dir_all(to).map_err(|error| failed("create", to, &error))?;
    for old in list(to)? {
        let is_gone = old.file_name().is_some_and(|name| !from.join(name).exists());
        if is_gone && !is_one_of(&old, except) {
            let removed =
                if old.is_dir() { fs::remove_dir_all(&old) } else { fs::remove_file(&old) };
            removed.map_err(|error| failed("remove", &old, &error))?;
        }
    }
    for entry in list(from)? {
        let Some(name) = entry.file_name() else { continue };
        if is_one_of(&entry, except) {
            continue;
        }
        let target = to.join(name);
        if entry.is_dir() {
            mirror(&entry, &target, &[])?;
        } else {
            fs::copy(&entry, &target).map_err(|error| failed("copy", &entry, &error))?;
        }
    }
    Ok(())
}

fn is_one_of(path: &Path, names: &[&str]) -> bool {
    names.iter().any(|name| path.file_name() == Some(OsStr::new(name)))
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, String> {
    fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect())
        .map_err(|error| failed("list", folder, &error))
}

fn failed(action: &str, path: &Path, error: &io::Error) -> String {
    format!("can't {action} {}: {error}", path.display())
}
