//! The door: who may knock, from where, and how often. It looks at addresses and headers alone;
//! keys are checked behind it.

mod address;
mod host;
mod limits;
mod operator;

pub use address::{AddressKey, client_address};
pub use host::{Origins, PublicUrl, PublicUrlError, Turned};
pub use limits::{Closed, ConnectionPass, Gates, LinePass, PeerAddr};
pub use operator::OperatorKey;
