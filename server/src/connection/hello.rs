//! The first frame of a connection: it must be a hello, which may lead to a seat in a room.

use super::socket::{Incoming, ServerClose, Socket};

use hearth_protocol::{ClientFrame, CloseCode, Hello};
use hearth_rooms::{ConnectionId, JoinRejected, Joined, Rooms};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

/// How a connection started.
pub(super) enum Greeting<S> {
    /// The client has a seat.
    Joined(Box<Socket<S>>, Box<Joined>),
    /// The room or the server refused the hello.
    Rejected(Box<Socket<S>>, JoinRejected),
    /// The client sent something other than a hello, or nothing in time.
    Invalid(Box<Socket<S>>, ServerClose),
    /// The peer disconnected.
    Lost,
}

/// Reads the hello, and joins the circle's room.
pub(super) async fn greet<S>(rooms: &Rooms, io: S, connection: ConnectionId) -> Greeting<S>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut socket = Socket::new(io).await;
    let first = tokio::select! {
        first = timeout(rooms.timers().hello, read_hello(&mut socket)) => first,
        () = rooms.stop().cancelled() => Ok(FirstFrame::Invalid(CloseCode::Restarting.into())),
    };
    let hello = match first {
        Ok(FirstFrame::Hello(hello)) => *hello,
        Ok(FirstFrame::Invalid(reason)) => {
            rooms.count_closed(reason.name);
            return Greeting::Invalid(Box::new(socket), reason);
        }
        Ok(FirstFrame::Lost) => return Greeting::Lost,
        Err(_) => {
            rooms.count_closed(CloseCode::NoHello.reason());
            return Greeting::Invalid(Box::new(socket), CloseCode::NoHello.into());
        }
    };
    let joined = tokio::select! {
        joined = rooms.join(hello, connection) => joined,
        () = rooms.stop().cancelled() => Err(CloseCode::Restarting.into()),
    };
    match joined {
        Ok(joined) => Greeting::Joined(Box::new(socket), Box::new(joined)),
        Err(rejected) => Greeting::Rejected(Box::new(socket), rejected),
    }
}

enum FirstFrame {
    Hello(Box<Hello>),
    Invalid(ServerClose),
    Lost,
}

async fn read_hello<S>(socket: &mut Socket<S>) -> FirstFrame
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        return match socket.next().await {
            Incoming::Text(text) => match ClientFrame::parse(&text) {
                Ok(ClientFrame::Hello(hello)) => FirstFrame::Hello(hello),
                _ => FirstFrame::Invalid(CloseCode::BadFrame.into()),
            },
            Incoming::Binary(_) => FirstFrame::Invalid(ServerClose::BINARY),
            Incoming::Invalid(reason) => FirstFrame::Invalid(reason),
            Incoming::Control => continue,
            // Nothing was sent on this connection, so don't wait for the close handshake.
            Incoming::Closing | Incoming::Lost => FirstFrame::Lost,
        };
    }
}
