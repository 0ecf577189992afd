//! The Rust client of Hearth.
//!
//! - [`make_circle`] makes a circle and returns its [`Links`].
//! - [`Join`] takes a seat by a [`Link`] and returns a [`Client`] with its [`Events`].
//! - [`Client::command`] asks for something and waits for the answer; [`Client::view`] is what the
//!   seat sees, folded from snapshot and events; [`Client::wait_for`] waits until it looks as
//!   described.
//!
//! A lost line is taken up again by itself, as the server's close code says: at once, later, or
//! not at all. Commands that were not answered are sent again under the same id, so that each
//! happens once. What the two sides say is described in `PROTOCOL.md`.
//!
//! ```no_run
//! # async fn story() -> Result<(), hearth_client::Error> {
//! use hearth_client::{Join, Link};
//! use hearth_protocol::{Command, Text};
//! use std::time::Duration;
//!
//! let link = Link::parse("http://127.0.0.1:8080/c/0190a5e0-0000-7000-8000-000000000001#AAEC…")?;
//! let (ana, _events) = Join::by_link(&link).name("Ana").come_in().await?;
//! let me = ana.seat();
//! ana.wait_for(Duration::from_secs(60), |view| view.flow().token.offered() == Some(me)).await?;
//! ana.command(Command::Take { r#move: ana.current_move() }).await?;
//! let text = Text::plain("I am glad to be here.");
//! ana.command(Command::Share { r#move: ana.current_move(), text }).await?;
//! # Ok(())
//! # }
//! ```

mod back_off;
mod circle;
mod client;
mod error;
mod join;
mod line;
mod link;
mod task;
mod view;

pub use circle::{Links, NewLinks, delete_circle, look_at_door, make_circle, set_next_session};
pub use client::{Client, Events, Missed};
pub use error::{BadLink, Error, Gone};
pub use join::{Join, Ways};
pub use line::{Incoming, LINE_PATH, Line};
pub use link::{Link, Origin};
pub use task::{Coming, Happening};
pub use view::{LineState, View};
