//! Settings as flags.

use super::Failed;
use crate::config::Sources;
use clap::Args;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Every setting can also stand in a variable (HEARTH_LISTEN, HEARTH_LIMITS__ROOMS_MAX …) or in a
/// TOML file; a flag wins over a variable, a variable over the file.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Settings")]
pub(super) struct Settings {
    /// The TOML file to read [default: hearth.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// The folder that holds everything the server keeps [default: ./hearth-data]
    #[arg(long, global = true, value_name = "FOLDER")]
    data: Option<String>,
    /// The address people open, such as https://circles.example.org
    #[arg(long, global = true, value_name = "URL")]
    public_url: Option<String>,
    /// Proxies whose X-Forwarded-For is believed: addresses or networks
    #[arg(long, global = true, value_name = "NETWORK,…")]
    trusted_proxies: Option<String>,
    /// Who may make circles: anyone, operator or command_line [default: anyone]
    #[arg(long, global = true, value_name = "WHO")]
    who_may_create: Option<String>,
    /// The hash of the operator's key, from `hearth operator-key`
    #[arg(long, global = true, value_name = "HASH")]
    operator_key_hash: Option<String>,
    /// A file that holds that hash
    #[arg(long, global = true, value_name = "FILE")]
    operator_key_hash_file: Option<String>,
    /// Serve figures at an address of their own, not beside everything else
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    metrics_listen: Option<String>,
    /// How the log is written: pretty or json [default: pretty]
    #[arg(long, global = true, value_name = "FORM")]
    log: Option<String>,
    /// What is logged: error, warn, info, debug, trace, or a filter [default: info]
    #[arg(long, global = true, value_name = "FILTER")]
    log_level: Option<String>,
    /// Any other setting, such as limits.rooms_max=100; `hearth config` prints them all
    #[arg(long, global = true, value_name = "NAME=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
}

impl Settings {
    /// Returns whether a flag says where to listen.
    pub(super) fn names_listen(&self) -> bool {
        self.listen.is_some()
    }

    /// Returns these flags alone, for the demo in this empty folder: a server that is configured
    /// here is another one.
    pub(super) fn demo_sources(self, folder: &Path) -> Result<Sources, Failed> {
        if self.data.is_some() {
            return Err("the demo keeps nothing, so it has no data folder; leave --data out".into());
        }
        let quiet = self.log_level.clone().or_else(|| Some("warn".to_owned()));
        let data = Some(folder.display().to_string());
        let sources = Self { log_level: quiet, data, ..self }.sources();
        Ok(Sources { environment: HashMap::new(), folder: folder.to_owned(), ..sources })
    }

    /// Returns these flags over the environment and the file.
    pub(super) fn sources(self) -> Sources {
        let named = [
            ("listen", self.listen),
            ("data", self.data),
            ("public_url", self.public_url),
            ("trusted_proxies", self.trusted_proxies),
            ("who_may_create", self.who_may_create),
            ("operator_key_hash", self.operator_key_hash),
            ("operator_key_hash_file", self.operator_key_hash_file),
            ("metrics_listen", self.metrics_listen),
            ("log", self.log),
            ("log_level", self.log_level),
        ];
        let named = named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Sources::of_process(named.chain(self.set).collect(), self.config)
    }
}

fn assignment(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .ok_or_else(|| "write it as name=value".to_owned())
}
