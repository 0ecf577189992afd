//! Reads the sources of the configuration and merges them.

use super::settings::{closest, names, variable};
use config::{FileFormat, Source, Value, ValueKind};
use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The file that is read if none is named and it exists.
const DEFAULT_FILE: &str = "hearth.toml";

const PREFIX: &str = "HEARTH_";

/// Variables with the prefix that aren't settings: the build and the command line use them.
const OTHER_VARIABLES: &[&str] = &["HEARTH_CONFIG", "HEARTH_OPERATOR_KEY", "HEARTH_WEB_DIST"];

const ENVIRONMENT: &str = "the environment";

/// Where to read the configuration from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Settings given as flags: name and value.
    pub flags: Vec<(String, String)>,
    /// Environment variables; those that don't start with `HEARTH_` are ignored.
    pub environment: HashMap<String, OsString>,
    /// The file to read; without one, `hearth.toml` is read if it exists.
    pub file: Option<PathBuf>,
    /// The folder in which to look for `hearth.toml`.
    pub folder: PathBuf,
}

impl Sources {
    /// Returns these flags over the process's environment and working folder.
    pub fn of_process(flags: Vec<(String, String)>, file: Option<PathBuf>) -> Self {
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .collect();
        Self { flags, environment, file, folder: PathBuf::from(".") }
    }

    /// Returns one sentence for each variable with the prefix `HEARTH_` that is ignored because
    /// it's no setting. Not an error: container platforms define variables for each service, with
    /// any name. The sentences contain no values.
    pub fn ignored_variables(&self) -> Vec<String> {
        let unknown = self.environment.keys().filter(|name| {
            name.starts_with(PREFIX)
                && !OTHER_VARIABLES.contains(&name.as_str())
                // A service named hearth.
                && !name.starts_with("HEARTH_SERVICE_")
                && !name.starts_with("HEARTH_PORT")
                && !names().any(|setting| variable(setting) == **name)
        });
        let mut sentences: Vec<_> = unknown.map(|name| ignored(name)).collect();
        sentences.sort();
        sentences
    }

    /// Returns the file to read, if any.
    fn file(&self) -> Option<PathBuf> {
        let named = self.environment.get("HEARTH_CONFIG").filter(|name| !name.is_empty());
        let default = self.folder.join(DEFAULT_FILE);
        self.file
            .clone()
            .or_else(|| named.map(PathBuf::from))
            .or_else(|| default.exists().then_some(default))
    }
}

/// The merged sources: for each setting that any of them sets, the value that wins.
#[derive(Debug, Default)]
pub(super) struct Layers {
    values: BTreeMap<String, Value>,
    origins: BTreeMap<String, String>,
}

impl Layers {
    /// Merges the sources; also returns one sentence for each that can't be read.
    pub(super) fn merge(sources: Sources) -> (Self, Vec<String>) {
        let mut layers = Self::default();
        let mut problems = Vec::new();
        if let Some(file) = sources.file() {
            match read_file(&file) {
                Ok(source) => layers.add(&source, &file.display().to_string(), &mut problems),
                Err(problem) => problems.push(problem),
            }
        }
        for name in names() {
            let Some(value) = sources.environment.get(&variable(name)) else { continue };
            match value.to_str() {
                Some("") => {}
                Some(value) => layers.set(name.to_owned(), Value::from(value), ENVIRONMENT),
                None => {
                    problems.push(format!("`{name}` (from {ENVIRONMENT}) isn't valid UTF-8"));
                }
            }
        }
        for (name, value) in sources.flags {
            layers.set(name, Value::from(value), "a flag");
        }
        (layers, problems)
    }

    fn add(&mut self, source: &dyn Source, origin: &str, problems: &mut Vec<String>) {
        match source.collect() {
            Ok(map) => map.into_iter().for_each(|(name, value)| self.flatten(name, value, origin)),
            Err(error) => problems.push(format!("can't read {origin}: {error}")),
        }
    }

    fn flatten(&mut self, name: String, value: Value, origin: &str) {
        match value.kind {
            ValueKind::Table(table) => table
                .into_iter()
                .for_each(|(inner, value)| self.flatten(format!("{name}.{inner}"), value, origin)),
            _ => self.set(name, value, origin),
        }
    }

    fn set(&mut self, name: String, value: Value, origin: &str) {
        self.origins.insert(name.clone(), origin.to_owned());
        self.values.insert(name, value);
    }

    /// Returns the names of all settings that a source sets.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// Returns the source that set this setting, if any did.
    pub(super) fn origin(&self, name: &str) -> Option<&str> {
        self.origins.get(name).map(String::as_str)
    }

    pub(super) fn is_array(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| matches!(value.kind, ValueKind::Array(_)))
    }

    /// Returns the setting's text, with the parts of an array separated by commas, or `None` if it
    /// isn't set. A table or a nested array has no text: that's the inner `None`.
    pub(super) fn text(&self, name: &str) -> Option<Option<String>> {
        let scalar = |kind: &ValueKind| match kind {
            ValueKind::Nil | ValueKind::Table(_) | ValueKind::Array(_) => None,
            other => Some(other.to_string()),
        };
        let text = match &self.values.get(name)?.kind {
            ValueKind::Array(parts) => {
                let parts: Option<Vec<_>> = parts.iter().map(|part| scalar(&part.kind)).collect();
                parts.map(|parts| parts.join(", "))
            }
            kind => scalar(kind),
        };
        Some(text)
    }
}

fn read_file(file: &Path) -> Result<impl Source + use<>, String> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        format!(
            "can't read the file {} ({error}). Make it readable, or name another with --config",
            file.display()
        )
    })?;
    let source = config::File::from_str(&text, FileFormat::Toml);
    source.collect().map_err(|error| {
        let error = error.to_string();
        let detail = error.strip_prefix("TOML parse error ").unwrap_or(&error);
        format!("{} isn't valid TOML: {}", file.display(), detail.trim_end())
    })?;
    Ok(source)
}

fn ignored(variable_name: &str) -> String {
    let key = variable_name.strip_prefix(PREFIX).unwrap_or_default();
    let similar = closest(&key.to_lowercase().replace("__", "."));
    let hint =
        similar.map_or_else(String::new, |name| format!("; did you mean {}?", variable(name)));
    let shown = variable_name.escape_debug();
    format!("the environment variable {shown} isn't a setting and is ignored{hint}")
}
