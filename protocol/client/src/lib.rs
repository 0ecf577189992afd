//! The Rust client of Hearth.
//!
//! - [`make_circle`] creates a circle and returns its [`Links`].
//! - [`Join`] takes a seat by a [`Link`] and returns a [`Client`] and its [`Events`].
//! - [`Client::command`] sends a command and waits for the answer.
//! - [`Client::view`] is what the seat sees: a [`Snapshot`] with every frame since merged into it.
//!   [`Client::wait_for`] waits until the view matches.
//! - [`Events`] report what happened: [`Event::Decision`] with typed facts, or [`Event::Reset`] if
//!   a snapshot replaced everything.
//!
//! The client reconnects by itself as the server's close code says: at once, later, or not at all.
//! Commands without an answer are sent again under the same id, so each happens once. The wire
//! protocol is described in `PROTOCOL.md`.
//!
//! ```no_run
//! # async fn story() -> Result<(), hearth_client::Error> {
//! use hearth_client::{Join, Link};
//! use hearth_protocol::Text;
//! use hearth_protocol::message::MessageCommand::Share;
//! use hearth_protocol::turn::TurnCommand::{Finish, Take};
//! use std::time::Duration;
//!
//! let link = Link::parse("http://127.0.0.1:8080/c/0190a5e0-0000-7000-8000-000000000001#AAEC…")?;
//! let (ana, _events) = Join::by_link(&link).name("Ana").connect().await?;
//! ana.wait_for(Duration::from_secs(60), |view| view.is_offered_turn()).await?;
//! ana.command(Take { turn_id: ana.current_turn_id() }).await?;
//! let text = Text::plain("I am glad to be here.");
//! ana.command(Share { turn_id: ana.current_turn_id(), text }).await?;
//! ana.command(Finish { turn_id: ana.current_turn_id(), to: None }).await?;
//! # Ok(())
//! # }
//! ```
//!
//! [`Snapshot`]: hearth_protocol::Snapshot

#![warn(missing_docs)]

mod actor;
mod backoff;
mod circle;
mod client;
mod connection;
mod error;
mod events;
mod handshake;
mod join;
mod link;
mod locker;
mod options;
mod random;
mod request;
mod view;

pub use circle::{
    CircleOptions, LinkSecrets, Links, delete_circle, look_at_door, make_circle, other_links,
    set_next_session,
};
pub use client::Client;
pub use connection::{Connection, Incoming, WS_PATH};
pub use error::{CloseReason, Error, Lagged};
pub use events::{Event, Events};
pub use join::Join;
pub use link::{BadLink, Link, Origin};
pub use options::{ConnectionOptions, Reconnect};
pub use view::{ConnectionState, View};
