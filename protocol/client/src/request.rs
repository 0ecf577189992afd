//! What the handles of a client ask of the task that owns its connection.

use crate::error::Error;
use crate::options::Reconnect;
use hearth_protocol::frame::Outcome;
use hearth_protocol::{CommandId, MessageNo, RoomId};
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

pub(crate) enum Request {
    /// Send a command, again after each reconnect, until it is answered.
    Command(PendingCommand),
    /// Send a message once. It is lost if there is no connection.
    Raw(Message),
    /// Drop the connection and don't reconnect.
    Disconnect(oneshot::Sender<()>),
    /// Reconnect now.
    Reconnect(Reconnect, oneshot::Sender<Result<(), Error>>),
    /// Read what the server sends, or stop reading.
    SetReading(bool),
}

/// A command without an answer yet.
pub(crate) struct PendingCommand {
    pub(crate) id: CommandId,
    pub(crate) text: Utf8Bytes,
    /// For `page`: the message whose predecessors it asks for.
    pub(crate) page_before: Option<MessageNo>,
    /// Room that the caller saw. The command has no meaning in another one.
    pub(crate) room: RoomId,
    pub(crate) answer: oneshot::Sender<Result<Outcome, Error>>,
    /// Held until the answer, so that at most `UNANSWERED_MAX` commands are pending. A caller who
    /// stops waiting doesn't free it.
    pub(crate) _permit: OwnedSemaphorePermit,
}
