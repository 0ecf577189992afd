//! Starting and stopping the server: its sockets, its accept loop and the signals that stop it.

mod accept;
mod command_line_file;
mod data_folder;
mod error;
mod preflight;
mod server;
mod signals;

pub use command_line_file::{CommandLineAccess, CommandLineFile};
pub(crate) use data_folder::create_private_folder;
pub use error::StartError;
pub use server::{Server, run};
pub(crate) use signals::Signals;
