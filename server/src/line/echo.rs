//! A line that sends back what it gets, for conformance tests alone: the same socket, reads,
//! writes and closes as every line, with room for the suite's large messages.

use super::socket::{Incoming, Socket};
use hearth_rooms::ws_frame::message_frame;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

/// The largest message of the Autobahn suite.
const MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024;
const WITHIN: Duration = Duration::from_secs(10);

/// Sends back every message until the other end closes, or breaks the protocol.
pub async fn echo<S>(io: S)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut socket = Socket::with_message_max(io, MESSAGE_BYTES_MAX).await;
    loop {
        let frames = match socket.next().await {
            Incoming::Text(text) => message_frame(true, text.into()),
            Incoming::Binary(bytes) => message_frame(false, bytes),
            Incoming::Control => continue,
            Incoming::Closing => return socket.finish(WITHIN).await,
            Incoming::Bad(reason) => return socket.close(reason, WITHIN).await,
            Incoming::Gone => return,
        };
        if socket.write(&mut VecDeque::from(frames), WITHIN).await.is_err() {
            return;
        }
    }
}
