//! What is said on Hearth's wire (subprotocol `hearth.v1`).
//!
//! Commands, events by audience, snapshots, refusals, close codes, limits and keys: types and text
//! only, without IO, clock or randomness. `PROTOCOL.md` beside this crate is the same for
//! strangers; the TypeScript types and the JSON Schema in `protocol/generated` are made from here.
//!
//! The one piece of behaviour is the *fold*: how an event changes what a screen shows
//! ([`Snapshot::apply`]). An event states its result, so folding is assignment; the rules that
//! decide which events come stand in `server/room` and nowhere else.

pub mod api;
pub mod close;
pub mod command;
pub mod event;
mod fold;
pub mod frame;
pub mod ids;
pub mod keys;
pub mod limits;
pub mod people;
pub mod refusal;
pub mod round;
pub mod said;
pub mod schema;
pub mod settings;
pub mod text;
pub mod token;
pub mod view;
mod words;

pub use close::CloseCode;
pub use command::{ClientFrame, Command, Hello};
pub use event::{RoomEvent, SeatEvent, StaffEvent};
pub use fold::{FoldError, apply_said};
pub use frame::ServerFrame;
pub use ids::{CircleId, CommandId, Epoch, Millis, Move, RoomId, SeatNo, WordsId};
pub use people::{Person, Presence, Role, Stance};
pub use refusal::{Refusal, RefusalCode};
pub use round::{Advance, HandsBy, Order, Round, Start, TurnLimit};
pub use said::{Gesture, GestureKind, Said, SaidKind};
pub use settings::{Late, Offers, Pace, Settings, Timers};
pub use text::{Text, Words};
pub use token::{Flow, OfferClock, Timer, Token};
pub use view::{Board, Common, Cursor, Own, Pause, PauseWhy, Phase, Snapshot};
pub use words::EachWords;

/// The WebSocket subprotocol both sides name in the handshake.
pub const SUBPROTOCOL: &str = "hearth.v1";
