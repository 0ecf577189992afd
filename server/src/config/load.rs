//! Checks the merged sources and builds the configuration from them. It reports every problem, not
//! only the first.

use super::layers::{Layers, Sources};
use super::limits::Limits;
use super::settings::{Config, ReadSettings, closest, names, settings, variable};
use super::show::show;
use super::values::{KeyHashFile, SettingValue, WhoMayCreate};
use std::fmt;
use std::ops::RangeInclusive;

/// An invalid configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// One sentence per problem: the setting, what's wrong with it, and what to do.
    pub problems: Vec<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Invalid configuration:")?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
    }
}

impl Config {
    /// Reads and checks the configuration.
    pub fn load(sources: Sources) -> Result<Self, ConfigError> {
        load(sources).map(|(config, _)| config)
    }

    /// Returns the effective configuration as TOML without secrets, with the source of each value.
    pub fn explain(sources: Sources) -> Result<String, ConfigError> {
        load(sources).map(|(config, layers)| show(&config, &layers))
    }
}

fn load(sources: Sources) -> Result<(Config, Layers), ConfigError> {
    let (layers, problems) = Layers::merge(sources);
    let mut reader = Reader { layers, problems };
    reader.refuse_unknown();
    let mut config = Config::read(&mut reader);
    reader.check_combinations(&config);
    if !reader.problems.is_empty() {
        return Err(ConfigError { problems: reader.problems });
    }
    if let Some(KeyHashFile(hash)) = config.operator_key_hash_file {
        config.operator_key_hash = Some(hash);
    }
    Ok((config, reader.layers))
}

struct Reader {
    layers: Layers,
    problems: Vec<String>,
}

impl ReadSettings for Reader {
    fn setting<T: SettingValue>(&mut self, name: &'static str, default: T) -> T {
        let Some(text) = self.layers.text(name) else { return default };
        let parsed = match text {
            None => Err("isn't a single value".to_owned()),
            Some(_) if self.layers.is_array(name) && !T::IS_LIST => {
                Err("isn't a single value".to_owned())
            }
            Some(text) => T::parse(&text),
        };
        parsed.unwrap_or_else(|problem| {
            let setting = settings().into_iter().find(|setting| setting.name == name);
            let expects = setting.map_or("", |setting| setting.expects);
            let problem = self.describe(name, &problem, T::IS_SECRET);
            self.problems.push(format!("{problem}. Expected {expects}"));
            default
        })
    }

    fn limits(&mut self) -> Limits {
        Limits::read(|name, default, range| self.limit(name, default, range))
    }
}

impl Reader {
    fn refuse_unknown(&mut self) {
        for name in self.layers.names().filter(|name| !names().any(|known| known == *name)) {
            let origin = self.origin(name);
            let hint = closest(name).map_or_else(
                || "`hearth config` lists all settings".to_owned(),
                |known| format!("did you mean `{known}` ({})?", variable(known)),
            );
            self.problems.push(format!("`{name}` (from {origin}) isn't a setting; {hint}"));
        }
    }

    fn origin(&self, name: &str) -> &str {
        self.layers.origin(name).unwrap_or("the defaults")
    }

    fn limit(&mut self, name: &'static str, default: u64, range: RangeInclusive<u64>) -> u64 {
        let Some(text) = self.layers.text(name) else { return default };
        let number = text.and_then(|text| text.replace('_', "").parse::<u64>().ok());
        let is_array = self.layers.is_array(name);
        number.filter(|number| !is_array && range.contains(number)).unwrap_or_else(|| {
            let problem = self.describe(name, "isn't a number or is out of range", false);
            let (least, most) = (range.start(), range.end());
            self.problems
                .push(format!("{problem}. Expected a whole number from {least} to {most}"));
            default
        })
    }

    /// Says what's wrong, with the value unless it may be a secret.
    fn describe(&self, name: &str, problem: &str, is_secret: bool) -> String {
        let origin = self.origin(name);
        match self.layers.text(name).flatten() {
            Some(text) if !is_secret => {
                format!("`{name}` (from {origin}) is \"{text}\", which {problem}")
            }
            _ => format!("`{name}` (from {origin}) {problem}"),
        }
    }

    /// Checks the settings that depend on each other.
    fn check_combinations(&mut self, config: &Config) {
        if config.operator_key_hash.is_some() && config.operator_key_hash_file.is_some() {
            self.problems.push(
                "`operator_key_hash` and `operator_key_hash_file` are both set. Remove one"
                    .to_owned(),
            );
        }
        let has_key = config.operator_key_hash.is_some() || config.operator_key_hash_file.is_some();
        if config.who_may_create == WhoMayCreate::Operator && !has_key {
            self.problems.push(
                "`who_may_create` is \"operator\", but no operator key is configured. Run `hearth \
                 operator-key`, keep the key it prints, and set `operator_key_hash` to the hash"
                    .to_owned(),
            );
        }
        if config.metrics_listen.is_some_and(|metrics| metrics == config.listen) {
            self.problems.push(
                "`metrics_listen` is the same as `listen`. Choose another port, or remove it to \
                 serve /metrics to this machine only"
                    .to_owned(),
            );
        }
    }
}
