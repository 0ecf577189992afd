//! The operator's configuration. Flags override environment variables, which override one TOML
//! file, which overrides the defaults. Everything is checked before the server starts.

mod layers;
mod limits;
mod load;
mod public_url;
mod settings;
mod show;
#[cfg(test)]
mod tests;
mod values;

pub use layers::Sources;
pub use limits::Limits;
pub use load::ConfigError;
pub(crate) use public_url::HostPort;
pub use public_url::{PublicUrl, PublicUrlError};
pub(crate) use settings::settings;
pub use settings::{Config, reachable};
pub use values::{KeyHashFile, LogFilter, LogFormat, WebUrl, WhoMayCreate};
