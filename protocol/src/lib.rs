//! Hearth's wire format (subprotocol `hearth.v1`).
//!
//! Commands, facts, views, frames, refusals, close codes, limits and keys: types and text only,
//! without IO, clock or randomness. `PROTOCOL.md` beside this crate describes the same for client
//! authors; the TypeScript types, the policy table and the JSON Schema in `protocol/generated` are
//! made from here.
//!
//! A feature is one module: its part of the view, its commands with their policies, its facts.
//! [`features`] lists them. The one piece of behaviour is the *merge* ([`merge::Merge`]): how a
//! frame changes what a screen shows. The rules that decide which frames are sent are in
//! `server/room`.

#![warn(missing_docs, clippy::wildcard_enum_match_arm)]

mod declare;

pub mod ids;
pub mod keyed;
pub mod limits;
pub mod merge;
pub mod text;

pub mod message;
pub mod moderation;
pub mod presence;
pub mod queue;
pub mod round;
pub mod session;
pub mod settings;
pub mod signal;
pub mod silence;
pub mod turn;

pub mod features;
pub mod policy;
pub mod policy_check;
pub mod view;

pub mod api;
pub mod close;
pub mod frame;
pub mod hello;
pub mod keys;
pub mod refusal;
#[cfg(feature = "schema")]
pub mod schema;
pub mod snapshot;
pub mod update;

pub use close::CloseCode;
pub use features::{Command, Fact};
pub use frame::{ClientFrame, ServerFrame};
pub use hello::Hello;
pub use ids::{
    BarId, CircleId, CommandId, Epoch, MessageNo, Millis, RoomId, SeatNo, TextId, TextIds, TurnId,
};
pub use keyed::Keyed;
pub use merge::Merge;
pub use refusal::{Refusal, RefusalCode};
pub use settings::{Settings, Timers};
pub use snapshot::Snapshot;
pub use text::Text;
pub use view::{Cursor, HostsView, RoomView, SeatView};

/// The WebSocket subprotocol both sides name in the handshake.
pub const SUBPROTOCOL: &str = "hearth.v1";
