//! The first frame, and who it lets in.

use super::socket::{Incoming, Reason, Socket};
use hearth_protocol::{ClientFrame, CloseCode, Hello};
use hearth_rooms::{ConnectionId, JoinRejected, Joined, Rooms};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

/// How a line began.
pub(super) enum Greeting<S> {
    /// It has a place in a room.
    Joined(Box<Socket<S>>, Box<Joined>),
    /// It is not let in.
    Denied(Box<Socket<S>>, JoinRejected),
    /// It said something else than hello.
    Bad(Box<Socket<S>>, Reason),
    /// It is gone.
    Gone,
}

/// Waits for the hello, and for a place in the circle's room.
pub(super) async fn greet<S>(rooms: &Rooms, io: S, line: ConnectionId) -> Greeting<S>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut socket = Socket::new(io).await;
    let first = tokio::select! {
        first = timeout(rooms.timers().hello, hello(&mut socket)) => first,
        () = rooms.stop().cancelled() => Ok(First::Bad(CloseCode::Restarting.into())),
    };
    let hello = match first {
        Ok(First::Hello(hello)) => *hello,
        Ok(First::Bad(reason)) => {
            rooms.count_closed(reason.name);
            return Greeting::Bad(Box::new(socket), reason);
        }
        Ok(First::Gone) => return Greeting::Gone,
        Err(_) => {
            rooms.count_closed(CloseCode::NoHello.reason());
            return Greeting::Bad(Box::new(socket), CloseCode::NoHello.into());
        }
    };
    let joined = tokio::select! {
        joined = rooms.join(hello, line) => joined,
        () = rooms.stop().cancelled() => Err(CloseCode::Restarting.into()),
    };
    match joined {
        Ok(joined) => Greeting::Joined(Box::new(socket), Box::new(joined)),
        Err(denied) => Greeting::Denied(Box::new(socket), denied),
    }
}

enum First {
    Hello(Box<Hello>),
    Bad(Reason),
    Gone,
}

async fn hello<S>(socket: &mut Socket<S>) -> First
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        return match socket.next().await {
            Incoming::Text(text) => match ClientFrame::parse(&text) {
                Ok(ClientFrame::Hello(hello)) => First::Hello(hello),
                _ => First::Bad(CloseCode::BadFrame.into()),
            },
            Incoming::Binary(_) => First::Bad(Reason::BINARY),
            Incoming::Bad(reason) => First::Bad(reason),
            Incoming::Control => continue,
            // The reply to its close needs no waiting for: nothing was said on this line.
            Incoming::Closing | Incoming::Gone => First::Gone,
        };
    }
}
