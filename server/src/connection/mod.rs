//! A WebSocket connection, from its first frame to its close, in one task.
//!
//! While idle, a connection holds only its position in the room's broadcast buffer: no queue, and
//! no buffer beyond the small one of its socket.

#[cfg(feature = "echo")]
mod echo;
mod hello;
mod input_limit;
mod keepalive;
mod session;
mod socket;
mod tcp_socket;

#[cfg(test)]
mod tests;

#[cfg(feature = "echo")]
pub use echo::echo;

use crate::access::WebSocketPermit;
use hearth_rooms::ws_frame::Frame;
use hearth_rooms::{DirectWrite, JoinRejected, Rooms};
use hello::Greeting;
use session::Session;
use socket::{ServerClose, Socket};
use std::sync::Arc;
pub(crate) use tcp_socket::TcpSocket;
use tokio::io::{AsyncRead, AsyncWrite};

/// Serves a connection until it closes. `io` is the stream after the HTTP upgrade, and `direct` its side
/// to which the room writes, if it has one.
pub async fn serve<S>(
    rooms: Rooms,
    io: S,
    direct: Option<Arc<dyn DirectWrite>>,
    mut permit: WebSocketPermit,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let number = rooms.next_connection_id();
    // The greeting's future is large and short-lived; boxed, it isn't part of an idle connection.
    let greeting = Box::pin(hello::greet(&rooms, io, number)).await;
    permit.handshake_done();
    match greeting {
        Greeting::Joined(mut socket, joined) => {
            tracing::debug!(connection = %number, room = %joined.room, seat = %joined.seat, "joined");
            if let Some(direct) = direct {
                socket.set_direct(direct.clone());
                joined.subscriber.write_directly_to(direct);
            }
            let mut session = Session::new(&rooms, socket, *joined);
            session.run(&rooms).await;
        }
        Greeting::Rejected(socket, rejected) => Box::pin(reject(&rooms, socket, rejected)).await,
        Greeting::Invalid(mut socket, reason) => {
            let timeout = rooms.timers().drain;
            Box::pin(socket.close(reason, timeout)).await;
        }
        Greeting::Lost => {}
    }
    tracing::debug!(connection = %number, "connection closed");
}

async fn reject<S>(rooms: &Rooms, mut socket: Box<Socket<S>>, rejected: JoinRejected)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let timers = rooms.timers();
    rooms.count_closed(rejected.code.reason());
    if let Some(refusal) = &rejected.refusal {
        rooms.count_refusal(refusal.code);
    }
    if let Some(refusal) = rejected.refusal
        && let Ok(frame) = Frame::refused(None, refusal)
        && socket.write_one(frame.bytes(), timers.write).await.is_err()
    {
        return;
    }
    socket.close(ServerClose::from(rejected.code), timers.drain).await;
}
