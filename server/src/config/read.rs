//! Layers the sources and checks what comes out. All problems are told at once.

use super::keys::{self, KEYS};
use super::{Config, Limits, parse};
use config::{FileFormat, Map, Source, Value, ValueKind};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// The file that is read when none is named, if it is there.
const DEFAULT_FILE: &str = "hearth.toml";

/// Variables that begin as settings do but are none: for the build and the command line's own use.
const OTHER_VARIABLES: &[&str] = &["HEARTH_CONFIG", "HEARTH_OPERATOR_KEY", "HEARTH_WEB_DIST"];

/// Where a configuration is read from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Settings given as flags.
    pub flags: Vec<(String, String)>,
    /// The environment's variables; those that do not begin with `HEARTH_` are ignored.
    pub environment: HashMap<String, String>,
    /// The file that was named; without one, `hearth.toml` is read if it is there.
    pub file: Option<PathBuf>,
    /// The folder in which `hearth.toml` is looked for.
    pub folder: PathBuf,
}

impl Sources {
    /// Returns these flags over the process's environment and working folder.
    pub fn of_process(flags: Vec<(String, String)>, file: Option<PathBuf>) -> Self {
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self { flags, environment, file, folder: PathBuf::from(".") }
    }
}

/// What is wrong with the configuration, one sentence for each problem.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// Each names a setting, what is wrong with it, and what to do.
    pub problems: Vec<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration is not right, so nothing was started:")?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
    }
}

/// Where each setting came from.
pub(super) type Origins = BTreeMap<String, String>;

/// Reads and checks the whole configuration.
pub(super) fn load(sources: Sources) -> Result<(Config, Origins), ConfigError> {
    let mut reader = Reader::default();
    if let Some(file) = file_of(&sources) {
        match read_file(&file) {
            Ok(source) => reader.take(&source, &format!("{}", file.display())),
            Err(problem) => reader.problems.push(problem),
        }
    }
    let environment = config::Environment::with_prefix("HEARTH")
        .prefix_separator("_")
        .separator("__")
        .ignore_empty(true)
        .source(Some(settings_among(sources.environment)));
    reader.take(&environment, "the environment");
    for (name, value) in sources.flags {
        reader.put(name, Value::from(value), "a flag");
    }
    reader.refuse_unknown();
    let config = reader.build();
    if reader.problems.is_empty() {
        Ok((config, reader.origins))
    } else {
        Err(ConfigError { problems: reader.problems })
    }
}

fn file_of(sources: &Sources) -> Option<PathBuf> {
    let named = sources.file.clone().or_else(|| {
        sources.environment.get("HEARTH_CONFIG").filter(|name| !name.is_empty()).map(PathBuf::from)
    });
    named.or_else(|| Some(sources.folder.join(DEFAULT_FILE)).filter(|file| file.exists()))
}

fn read_file(file: &Path) -> Result<impl Source + use<>, String> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        format!(
            "the file {} cannot be read ({error}). Name another with --config, or make it readable",
            file.display()
        )
    })?;
    let source = config::File::from_str(&text, FileFormat::Toml);
    source.collect().map_err(|error| {
        format!("the file {} is no TOML: {}", file.display(), error.to_string().trim_end())
    })?;
    Ok(source)
}

/// Leaves out variables that are not settings, those among them that container platforms make for
/// a service which happens to be called hearth.
fn settings_among(environment: HashMap<String, String>) -> Map<String, String> {
    environment
        .into_iter()
        .filter(|(name, _)| {
            name.starts_with("HEARTH_")
                && !OTHER_VARIABLES.contains(&name.as_str())
                && !name.starts_with("HEARTH_SERVICE_")
                && !name.starts_with("HEARTH_PORT")
        })
        .collect()
}

#[derive(Default)]
struct Reader {
    values: BTreeMap<String, Value>,
    origins: Origins,
    problems: Vec<String>,
}

impl Reader {
    /// Lays a source over what was read before.
    fn take(&mut self, source: &dyn Source, origin: &str) {
        match source.collect() {
            Ok(map) => map.into_iter().for_each(|(name, value)| self.flatten(name, value, origin)),
            Err(error) => self.problems.push(format!("{origin} cannot be read: {error}")),
        }
    }

    fn flatten(&mut self, name: String, value: Value, origin: &str) {
        match value.kind {
            ValueKind::Table(table) => table
                .into_iter()
                .for_each(|(inner, value)| self.flatten(format!("{name}.{inner}"), value, origin)),
            _ => self.put(name, value, origin),
        }
    }

    fn put(&mut self, name: String, value: Value, origin: &str) {
        self.origins.insert(name.clone(), origin.to_owned());
        self.values.insert(name, value);
    }

    fn refuse_unknown(&mut self) {
        for name in self.values.keys().filter(|name| !keys::names().any(|known| known == **name)) {
            let origin = self.origin(name);
            let hint = keys::closest(name).map_or_else(
                || "`hearth config` prints all that there are".to_owned(),
                |known| format!("did you mean `{known}` ({})?", keys::variable(known)),
            );
            self.problems.push(format!("`{name}` (from {origin}) is no setting; {hint}"));
        }
    }

    fn origin(&self, name: &str) -> &str {
        self.origins.get(name).map_or("the defaults", String::as_str)
    }

    /// Returns the setting as one text, where it is one value.
    fn text(&self, name: &str) -> Option<String> {
        match self.values.get(name).map(|value| &value.kind) {
            Some(ValueKind::Array(_)) => None,
            _ => self.texts(name)?.pop(),
        }
    }

    /// Returns the setting's parts; what is no list is its only part.
    fn texts(&self, name: &str) -> Option<Vec<String>> {
        let one = |kind: &ValueKind| match kind {
            ValueKind::Nil | ValueKind::Table(_) | ValueKind::Array(_) => None,
            other => Some(other.to_string()),
        };
        match self.values.get(name).map(|value| &value.kind) {
            None => {
                let default = KEYS.iter().find(|key| key.name == name).map(|key| key.default)?;
                Some(vec![default.to_owned()])
            }
            Some(ValueKind::Array(parts)) => parts.iter().map(|part| one(&part.kind)).collect(),
            Some(kind) => one(kind).map(|text| vec![text]),
        }
    }

    /// Returns the parsed setting; on a problem notes it, and returns nothing.
    fn read<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let parsed = match self.text(name) {
            Some(text) => parse(&text),
            None => Err("is not one value".to_owned()),
        };
        parsed.map_err(|problem| self.blame(name, &problem)).ok()
    }

    /// Returns the parsed setting, or nothing where it is empty.
    fn read_optional<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        self.read(name, |text| if text.is_empty() { Ok(None) } else { parse(text).map(Some) })?
    }

    fn read_list<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&[String]) -> Result<Vec<T>, String>,
    ) -> Vec<T> {
        let parts: Option<Vec<String>> = self.texts(name).map(|texts| {
            let parts = texts.iter().flat_map(|text| text.split(',')).map(str::trim);
            parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
        });
        let parsed = parts.map_or_else(|| Err("is no list".to_owned()), |parts| parse(&parts));
        parsed.map_err(|problem| self.blame(name, &problem)).unwrap_or_default()
    }

    fn read_limit(&mut self, name: &'static str, default: u64, range: RangeInclusive<u64>) -> u64 {
        if !self.values.contains_key(name) {
            return default;
        }
        let expects =
            format!("It expects a whole number from {} to {}", range.start(), range.end());
        let number = self.text(name).and_then(|text| text.replace('_', "").parse::<u64>().ok());
        number.filter(|number| range.contains(number)).unwrap_or_else(|| {
            let problem = self.shown(name, "is out of its range or no number");
            self.problems.push(format!("{problem}. {expects}"));
            default
        })
    }

    fn blame(&mut self, name: &str, problem: &str) {
        let expects = KEYS.iter().find(|key| key.name == name).map_or("", |key| key.expects);
        let shown = self.shown(name, problem);
        self.problems.push(format!("{shown}. It expects {expects}"));
    }

    /// Says what is wrong, with the value, unless somebody may have put a key there.
    fn shown(&self, name: &str, problem: &str) -> String {
        let origin = self.origin(name);
        match self.texts(name) {
            Some(texts) if !name.starts_with("operator_key") => {
                format!("`{name}` (from {origin}) is \"{}\", which {problem}", texts.join(", "))
            }
            _ => format!("`{name}` (from {origin}) {problem}"),
        }
    }

    fn build(&mut self) -> Config {
        let fallback = Config::default();
        let hash = self.read_optional("operator_key_hash", parse::key_hash);
        let hash_file = self.read_optional("operator_key_hash_file", parse::key_hash_file);
        if hash.is_some() && hash_file.is_some() {
            self.problems.push(
                "`operator_key_hash` and `operator_key_hash_file` are both set. Keep one"
                    .to_owned(),
            );
        }
        let config = Config {
            listen: self.read("listen", parse::address).unwrap_or(fallback.listen),
            metrics_listen: self.read_optional("metrics_listen", parse::address),
            data: self.read("data", parse::folder).unwrap_or(fallback.data),
            public_url: self.read_optional("public_url", parse::public_url),
            trusted_proxies: self.read_list("trusted_proxies", parse::networks),
            who_may_create: self
                .read("who_may_create", parse::who_may_create)
                .unwrap_or(fallback.who_may_create),
            operator_key_hash: hash.or(hash_file),
            log: self.read("log", parse::log).unwrap_or(fallback.log),
            log_level: self.read("log_level", parse::log_level).unwrap_or(fallback.log_level),
            limits: Limits::read(|name, default, range| self.read_limit(name, default, range)),
        };
        self.check_together(&config);
        config
    }

    /// Checks what no setting can tell alone.
    fn check_together(&mut self, config: &Config) {
        let needs_key = config.who_may_create == super::WhoMayCreate::Operator;
        if needs_key && config.operator_key_hash.is_none() {
            self.problems.push(
                "`who_may_create` is \"operator\", but no operator's key is set. Run `hearth \
                 operator-key`, keep the key it prints, and set `operator_key_hash` to the hash"
                    .to_owned(),
            );
        }
        if config.metrics_listen.is_some_and(|metrics| metrics == config.listen) {
            self.problems.push(
                "`metrics_listen` is the same as `listen`. Choose another port, or leave it out: \
                 /metrics is then served to this machine alone"
                    .to_owned(),
            );
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: std::net::SocketAddr::from(([127, 0, 0, 1], 8080)),
            metrics_listen: None,
            data: PathBuf::from("./hearth-data"),
            public_url: None,
            trusted_proxies: Vec::new(),
            who_may_create: super::WhoMayCreate::Anyone,
            operator_key_hash: None,
            log: super::LogFormat::Pretty,
            log_level: "info".to_owned(),
            limits: Limits::default(),
        }
    }
}
