//! Access control: which hosts and origins a request may name, and how much each address may do.
//! It reads addresses and headers only; keys are checked later.

mod address;
mod limits;
mod operator;
mod origin;

pub use address::{AddressKey, client_address};
pub use limits::{AccessLimits, ConnectionPermit, LimitReached, WebSocketPermit};
pub use operator::OperatorKey;
pub use origin::{Mismatch, OriginPolicy};
