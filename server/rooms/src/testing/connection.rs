//! A bare connection: just enough to drive a room over a WebSocket, without the server's limits,
//! timeouts and keepalive.

use crate::{ConnectionEnd, Joined, RoomMessage, Rooms};
use futures_util::StreamExt;
use hearth_protocol::{ClientFrame, CloseCode};
use std::future::Future;
use std::time::Duration;
use tokio::io::{AsyncWriteExt, DuplexStream};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode as WireCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message, Role};

/// Bytes of frames taken at once.
const TAKE_BYTES_MAX: usize = 64 * 1024;
/// Time for the peer to answer a close.
const DRAIN: Duration = Duration::from_secs(2);

/// How a test server serves its connections.
pub trait ServeConnection: 'static {
    /// Serves one connection until it ends. `stream` is the stream after the handshake.
    fn serve(rooms: Rooms, stream: DuplexStream) -> impl Future<Output = ()> + Send;
}

/// Serves connections without the server's connection code.
pub struct BareConnection;

impl ServeConnection for BareConnection {
    async fn serve(rooms: Rooms, stream: DuplexStream) {
        let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
        let Some(Ok(Message::Text(text))) = socket.next().await else { return };
        let Ok(ClientFrame::Hello(hello)) = ClientFrame::parse(&text) else { return };
        let joined = tokio::select! {
            joined = rooms.join(*hello, rooms.next_connection_id()) => joined,
            () = rooms.stop().cancelled() => Err(CloseCode::Restarting.into()),
        };
        match joined {
            Ok(joined) => run(&rooms, &mut socket, joined).await,
            Err(rejected) => {
                if let Some(refusal) = rejected.refusal {
                    let frame = crate::ws_frame::Frame::refused(None, refusal).unwrap();
                    socket.get_mut().write_all(frame.bytes()).await.unwrap();
                }
                close(&mut socket, rejected.code).await;
            }
        }
    }
}

async fn run(rooms: &Rooms, socket: &mut WebSocketStream<DuplexStream>, joined: Joined) {
    let Joined { seat, first_frames: mut frames, mut subscriber, mailbox, link, .. } = joined;
    let connection = link.connection();
    let mut closing = None;
    let code = loop {
        for frame in frames.drain(..) {
            let written = timeout(rooms.timers().write, socket.get_mut().write_all(&frame)).await;
            if !matches!(written, Ok(Ok(()))) {
                return;
            }
        }
        if let Some(code) = closing {
            break code;
        }
        let taken = subscriber.take(&mut frames, TAKE_BYTES_MAX);
        closing = taken.close;
        if !frames.is_empty() || closing.is_some() {
            continue;
        }
        tokio::select! {
            () = subscriber.changed() => {}
            incoming = socket.next() => {
                let Some(Ok(Message::Text(text))) = incoming else { return };
                let message = match ClientFrame::parse(&text) {
                    Ok(ClientFrame::Command { id, command }) => {
                        RoomMessage::Command { connection, seat, id, command }
                    }
                    Ok(ClientFrame::Writing) => RoomMessage::Writing { connection, seat },
                    other => panic!("{other:?} instead of a command"),
                };
                // If the room has closed, the next entry of its broadcast buffer says so.
                drop(mailbox.send(message).await);
            }
        }
    };
    if rooms.stop().is_cancelled() {
        link.disconnect(ConnectionEnd::ServerStop);
    }
    drop(link);
    close(socket, code).await;
}

async fn close(socket: &mut WebSocketStream<DuplexStream>, code: CloseCode) {
    let frame = CloseFrame { code: WireCode::from(code.code()), reason: code.reason().into() };
    if socket.close(Some(frame)).await.is_ok() {
        let drain = async { while socket.next().await.is_some_and(|message| message.is_ok()) {} };
        // The stream is dropped next, whether the peer answered or not.
        let _answered = timeout(DRAIN, drain).await;
    }
}
