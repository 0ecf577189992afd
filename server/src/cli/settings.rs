//! The settings as command-line flags, generated from the table of settings.

use super::CliError;
use crate::config::{Sources, settings};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

const HEADING: &str = "Settings";
const CONFIG: &str = "config";
const SET: &str = "set";

/// The settings that were given as flags.
#[derive(Debug, Clone, Default)]
pub(super) struct ConfigFlags {
    config: Option<PathBuf>,
    values: Vec<(String, String)>,
}

impl ConfigFlags {
    /// Returns whether `--listen` was given.
    pub(super) fn names_listen(&self) -> bool {
        self.names("listen")
    }

    fn names(&self, setting: &str) -> bool {
        self.values.iter().any(|(name, _)| name == setting)
    }

    /// Returns the sources for a demo in this empty folder. They ignore the environment and
    /// `hearth.toml`, which configure the machine's real server.
    pub(super) fn demo_sources(mut self, folder: &Path) -> Result<Sources, CliError> {
        if self.names("data") {
            return Err("the demo saves nothing, so it has no data folder; remove --data".into());
        }
        self.values.push(("data".to_owned(), folder.display().to_string()));
        if !self.names("log_level") {
            self.values.push(("log_level".to_owned(), "warn".to_owned()));
        }
        let folder = folder.to_owned();
        Ok(Sources { environment: HashMap::new(), folder, ..self.sources() })
    }

    /// Returns these flags over the environment and the file.
    pub(super) fn sources(self) -> Sources {
        Sources::of_process(self.values, self.config)
    }
}

impl Args for ConfigFlags {
    fn augment_args(command: Command) -> Command {
        let config = Arg::new(CONFIG)
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help("TOML file to read [default: hearth.toml, if it exists]");
        let settings = settings().into_iter().map(|setting| {
            let help = match setting.default.as_str() {
                "" => setting.help.to_owned(),
                default => format!("{} [default: {default}]", setting.help),
            };
            Arg::new(setting.name)
                .long(setting.name.replace('_', "-"))
                .value_name(setting.placeholder)
                // A hash may start with a hyphen.
                .allow_hyphen_values(setting.is_secret)
                .help(help)
        });
        let set = Arg::new(SET)
            .value_name("NAME=VALUE")
            .value_parser(assignment)
            .action(ArgAction::Append)
            .help(
                "Any other setting, such as limits.rooms_max=100; `hearth config` lists them all",
            );
        let all = std::iter::once(config.long(CONFIG)).chain(settings).chain([set.long(SET)]);
        command.args(all.map(|arg| arg.global(true).help_heading(HEADING)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ConfigFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.config = matches.get_one::<PathBuf>(CONFIG).cloned();
        self.values = settings()
            .into_iter()
            .filter_map(|setting| {
                let value = matches.get_one::<String>(setting.name)?;
                Some((setting.name.to_owned(), value.clone()))
            })
            .collect();
        let set = matches.get_many::<(String, String)>(SET);
        self.values.extend(set.into_iter().flatten().cloned());
        Ok(())
    }
}

fn assignment(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .ok_or_else(|| "expected NAME=VALUE".to_owned())
}
