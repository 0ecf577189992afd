//! Echoes every message, for conformance tests only. It uses the socket of ordinary connections,
//! with a higher message limit for the suite's large messages.

use super::socket::{Incoming, Socket};
use bytes::Bytes;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

/// The largest message of the Autobahn suite.
const MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024;
const TIMEOUT: Duration = Duration::from_secs(10);

/// Echoes every message until the peer closes or violates the protocol.
pub async fn echo<S>(io: S)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut socket = Socket::with_message_max(io, MESSAGE_BYTES_MAX).await;
    loop {
        let (opcode, payload) = match socket.next().await {
            Incoming::Text(text) => (OpCode::Data(Data::Text), Bytes::from(text)),
            Incoming::Binary(bytes) => (OpCode::Data(Data::Binary), bytes),
            Incoming::Control => continue,
            Incoming::Closing => return socket.finish(TIMEOUT).await,
            Incoming::Invalid(reason) => return socket.close(reason, TIMEOUT).await,
            Incoming::Lost => return,
        };
        let mut header = Vec::new();
        let format = FrameHeader { opcode, ..FrameHeader::default() };
        // Writing to a Vec can't fail.
        let _infallible = format.format(payload.len() as u64, &mut header);
        let mut frames = VecDeque::from([Bytes::from(header), payload]);
        if socket.write(&mut frames, TIMEOUT).await.is_err() {
            return;
        }
    }
}
