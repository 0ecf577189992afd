//! A line: one WebSocket connection, from its hello to its end, in one task.
//!
//! It holds one position in its room's ring and nothing else while it is idle: no queue, no
//! buffer beyond the socket's small one.

#[cfg(feature = "echo")]
mod echo;
mod hello;
mod live;
mod quiet;
mod socket;

#[cfg(test)]
mod tests;

#[cfg(feature = "echo")]
pub use echo::echo;

use crate::door::PeerAddr;
use hearth_rooms::ws_frame::Frame;
use hearth_rooms::{JoinRejected, Rooms};
use hello::Greeting;
use live::Live;
use socket::{Reason, Socket};
use tokio::io::{AsyncRead, AsyncWrite};

/// Serves a line until it ends. `io` is the stream after the handshake.
pub async fn serve<S>(rooms: Rooms, io: S, mut peer: PeerAddr)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let number = rooms.next_connection_id();
    // The greeting's future is large and short-lived; an idle line must not carry it along.
    let greeted = Box::pin(hello::greet(&rooms, io, number)).await;
    peer.welcomed();
    match greeted {
        Greeting::Joined(socket, joined) => {
            tracing::debug!(line = %number, room = %joined.room, seat = %joined.seat, "joined");
            let mut live = Live::new(&rooms, socket, *joined);
            live.run(&rooms).await;
        }
        Greeting::Denied(socket, denied) => Box::pin(turn_away(&rooms, socket, denied)).await,
        Greeting::Bad(mut socket, reason) => {
            let drain = rooms.timers().drain;
            Box::pin(socket.close(reason, drain)).await;
        }
        Greeting::Gone => {}
    }
    tracing::debug!(line = %number, "the line has ended");
}

async fn turn_away<S>(rooms: &Rooms, mut socket: Box<Socket<S>>, denied: JoinRejected)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let timers = rooms.timers();
    rooms.count_closed(denied.code.reason());
    if let Some(refusal) = denied.refusal
        && let Ok(frame) = Frame::refused(None, refusal)
        && socket.write_one(frame.bytes(), timers.write).await.is_err()
    {
        return;
    }
    socket.close(Reason::from(denied.code), timers.drain).await;
}
