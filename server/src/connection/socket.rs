//! The socket of a connection. Tungstenite reads it; the room's frames are already encoded, so they
//! are written directly to the stream below.

use super::input_limit::InputLimit;
use super::tcp_socket::{advance, with_slices};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use hearth_protocol::CloseCode;
use hearth_protocol::limits::FRAME_BYTES_MAX;
use hearth_rooms::DirectWrite;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

/// Size of the read buffer: small, because most connections are idle most of the time.
const READ_BUFFER_BYTES: usize = 256;
/// Size of tungstenite's write buffer, which only holds pongs and closes.
const WRITE_BUFFER_BYTES_MAX: usize = 1024;
/// A write may take this many times its timeout in total, as long as it makes progress.
const WRITE_TIMES_MAX: u32 = 6;
/// Bytes and messages to read and discard after sending a close.
const DRAIN_BYTES_MAX: usize = 1024 * 1024;
const DRAIN_MESSAGES_MAX: usize = 4_096;

/// Why we close the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ServerClose {
    /// The WebSocket close code.
    pub(super) code: u16,
    /// The name sent with the code, for developers.
    pub(super) name: &'static str,
    /// Whether the input can still be parsed as frames.
    framing_intact: bool,
}

impl ServerClose {
    const PROTOCOL: Self = Self { code: 1002, name: "protocol_error", framing_intact: false };
    /// The protocol has only text frames.
    pub(super) const BINARY: Self = Self { code: 1003, name: "text_only", framing_intact: true };
    const UTF8: Self = Self { code: 1007, name: "invalid_utf8", framing_intact: false };
    const TOO_BIG: Self = Self { code: 1009, name: "too_big", framing_intact: false };
}

impl ServerClose {
    /// Too much arrived. Tungstenite can't continue after the error that stopped it.
    fn flood() -> Self {
        Self { framing_intact: false, ..CloseCode::Flood.into() }
    }

    fn frame(self) -> CloseFrame {
        CloseFrame { code: self.code.into(), reason: self.name.into() }
    }
}

impl From<CloseCode> for ServerClose {
    fn from(code: CloseCode) -> Self {
        Self { code: code.code(), name: code.reason(), framing_intact: true }
    }
}

/// What the peer sent.
#[derive(Debug, PartialEq)]
pub(super) enum Incoming {
    Text(Utf8Bytes),
    Binary(Bytes),
    /// A ping or a pong; tungstenite answers pings.
    Control,
    /// A close, which tungstenite answers.
    Closing,
    /// Invalid input, for which we must close the connection.
    Invalid(ServerClose),
    /// The peer disconnected without a close.
    Lost,
}

/// The peer disconnected or stopped reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WriteFailed;

/// A stream that counts the bytes read from it, and fails when they are too many.
#[derive(Debug)]
struct CountingStream<S> {
    io: S,
    bytes_read: usize,
    /// `None` for connections without a limit.
    limit: Option<InputLimit>,
}

impl<S> CountingStream<S> {
    fn limit_is_exceeded(&self) -> bool {
        self.limit.as_ref().is_some_and(InputLimit::is_exceeded)
    }
}

/// The socket of a connection.
pub(super) struct Socket<S> {
    ws: WebSocketStream<CountingStream<S>>,
    /// The side to which the room writes.
    direct: Option<Arc<dyn DirectWrite>>,
}

impl<S> Socket<S>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    /// Wraps a stream after its HTTP upgrade.
    pub(super) async fn new(io: S) -> Self {
        Self::configured(io, FRAME_BYTES_MAX, Some(InputLimit::new(Instant::now()))).await
    }

    /// Like [`new`](Self::new), with another message limit, and no limit on frames and bytes.
    #[cfg(feature = "echo")]
    pub(super) async fn with_message_max(io: S, message_bytes_max: usize) -> Self {
        Self::configured(io, message_bytes_max, None).await
    }

    async fn configured(io: S, message_bytes_max: usize, limit: Option<InputLimit>) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(0)
            .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
            .max_message_size(Some(message_bytes_max))
            .max_frame_size(Some(message_bytes_max));
        let stream = CountingStream { io, bytes_read: 0, limit };
        let ws = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
        Self { ws, direct: None }
    }

    /// Notes the side to which the room writes.
    pub(super) fn set_direct(&mut self, direct: Arc<dyn DirectWrite>) {
        self.direct = Some(direct);
    }

    /// Receives the next message. Cancel safe.
    pub(super) async fn next(&mut self) -> Incoming {
        match self.ws.next().await {
            Some(Ok(Message::Text(text))) => Incoming::Text(text),
            Some(Ok(Message::Binary(bytes))) => Incoming::Binary(bytes),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Incoming::Control,
            Some(Ok(Message::Close(_))) => Incoming::Closing,
            Some(Err(_)) if self.ws.get_ref().limit_is_exceeded() => {
                Incoming::Invalid(ServerClose::flood())
            }
            Some(Err(error)) => incoming_error(&error),
            None => Incoming::Lost,
        }
    }

    /// Returns the number of bytes read since the last call.
    pub(super) fn take_bytes_read(&mut self) -> usize {
        std::mem::take(&mut self.ws.get_mut().bytes_read)
    }

    /// Writes encoded frames, several at once. Fails if there is no progress for `stall_timeout`, or
    /// if all of them together take more than [`WRITE_TIMES_MAX`] times as long.
    pub(super) async fn write(
        &mut self,
        frames: &mut VecDeque<Bytes>,
        stall_timeout: Duration,
    ) -> Result<(), WriteFailed> {
        let last_deadline = Instant::now() + stall_timeout.saturating_mul(WRITE_TIMES_MAX);
        let deadline = || (Instant::now() + stall_timeout).min(last_deadline);
        // The room may have written half a frame.
        while let Some(direct) = &self.direct {
            let rest = timeout_at(deadline(), poll_fn(|cx| direct.poll_rest(cx))).await;
            if !rest.map_err(|_| WriteFailed)?.map_err(|_| WriteFailed)? {
                break;
            }
        }
        // Tungstenite may have written half a pong; finish it before writing below it.
        timeout_at(deadline(), self.ws.flush())
            .await
            .map_err(|_| WriteFailed)?
            .map_err(|_| WriteFailed)?;
        let io = &mut self.ws.get_mut().io;
        while !frames.is_empty() {
            let written = poll_fn(|cx| {
                with_slices(frames, |slices| Pin::new(&mut *io).poll_write_vectored(cx, slices))
            });
            match timeout_at(deadline(), written).await {
                Ok(Ok(written)) if written > 0 => {
                    advance(frames, written);
                }
                _ => return Err(WriteFailed),
            }
        }
        timeout_at(deadline(), io.flush()).await.map_err(|_| WriteFailed)?.map_err(|_| WriteFailed)
    }

    /// Writes the rest of a frame that the room wrote. Fails like [`write`](Self::write).
    pub(super) async fn flush(&mut self, stall_timeout: Duration) -> Result<(), WriteFailed> {
        self.write(&mut VecDeque::new(), stall_timeout).await
    }

    /// Writes one encoded frame.
    pub(super) async fn write_one(
        &mut self,
        frame: &Bytes,
        stall_timeout: Duration,
    ) -> Result<(), WriteFailed> {
        self.write(&mut VecDeque::from([frame.clone()]), stall_timeout).await
    }

    /// Closes the connection, and waits up to `within` for the peer's close.
    pub(super) async fn close(&mut self, reason: ServerClose, within: Duration) {
        let answered = if reason.framing_intact {
            timeout(within, self.close_and_read(reason)).await.is_ok()
        } else {
            timeout(within, self.close_and_discard(reason, within)).await.is_ok()
        };
        if !answered {
            tracing::debug!("peer did not answer the close");
        }
        self.shut_down(within).await;
    }

    /// Finishes after the peer sent a close.
    pub(super) async fn finish(&mut self, within: Duration) {
        let flush_answer = async {
            // Reading also sends tungstenite's answer to the close.
            while self.ws.next().await.is_some_and(|message| message.is_ok()) {}
        };
        if timeout(within, flush_answer).await.is_err() {
            tracing::debug!("peer did not read the answer to its close");
        }
        self.shut_down(within).await;
    }

    async fn shut_down(&mut self, within: Duration) {
        // The caller drops the stream next, whether this succeeds or not.
        if !matches!(timeout(within, self.ws.get_mut().io.shutdown()).await, Ok(Ok(()))) {
            tracing::trace!("stream was already closed");
        }
    }

    async fn close_and_read(&mut self, reason: ServerClose) {
        if self.ws.close(Some(reason.frame())).await.is_err() {
            return;
        }
        let mut messages = 0;
        while self.ws.next().await.is_some_and(|message| message.is_ok()) {
            messages += 1;
            if messages == DRAIN_MESSAGES_MAX {
                return;
            }
        }
    }

    /// Framing is lost, so drain and discard the input until the peer closes. Closing with unread
    /// input would reset the stream, and the peer might never see the close.
    async fn close_and_discard(&mut self, reason: ServerClose, within: Duration) {
        let mut frame = Vec::new();
        if Frame::close(Some(reason.frame())).format(&mut frame).is_err()
            || self.write_one(&Bytes::from(frame), within).await.is_err()
        {
            return;
        }
        let io = &mut self.ws.get_mut().io;
        let mut buffer = vec![0; 4096];
        let mut discarded = 0;
        while let Ok(read) = io.read(&mut buffer).await {
            discarded += read;
            if read == 0 || discarded > DRAIN_BYTES_MAX {
                return;
            }
        }
    }
}

fn incoming_error(error: &Error) -> Incoming {
    match error {
        Error::Capacity(_) => Incoming::Invalid(ServerClose::TOO_BIG),
        Error::Utf8(_) => Incoming::Invalid(ServerClose::UTF8),
        Error::Protocol(
            tokio_tungstenite::tungstenite::error::ProtocolError::ResetWithoutClosingHandshake,
        ) => Incoming::Lost,
        Error::Protocol(_) => Incoming::Invalid(ServerClose::PROTOCOL),
        _ => Incoming::Lost,
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for CountingStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let this = &mut *self;
        let polled = Pin::new(&mut this.io).poll_read(cx, buf);
        let read = buf.filled().get(before..).unwrap_or_default();
        this.bytes_read = this.bytes_read.saturating_add(read.len());
        let limit = this.limit.as_mut().filter(|_| !read.is_empty());
        if limit.is_some_and(|limit| !limit.allows(read, Instant::now())) {
            return Poll::Ready(Err(io::ErrorKind::QuotaExceeded.into()));
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for CountingStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
