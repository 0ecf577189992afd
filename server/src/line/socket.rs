//! The socket under a line: tungstenite reads it; what the room sends is finished frames, written
//! to the bare stream beneath.

use bytes::{Buf, Bytes};
use futures_util::{SinkExt, StreamExt};
use hearth_protocol::CloseCode;
use hearth_protocol::limits::FRAME_BYTES_MAX;
use hearth_rooms::ws_frame::close_frame;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode as WireCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

/// Bytes read at once: few, since most lines are quiet most of the time.
const READ_BUFFER_BYTES: usize = 1024;
/// What tungstenite itself writes: pongs and closes.
const WRITE_BUFFER_BYTES_MAX: usize = 1024;
/// Frames that go out in one write.
const FRAMES_AT_ONCE: usize = 32;
/// How many times as long as it may stand still one write may take in all.
const WRITE_TIMES_MAX: u32 = 6;
/// Bytes, and messages, that are still read after a close was sent.
const DRAIN_BYTES_MAX: usize = 1024 * 1024;
const DRAIN_MESSAGES_MAX: usize = 4_096;

/// Why this end closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reason {
    /// The code on the wire.
    pub(super) code: u16,
    /// What stands beside it, for developers.
    pub(super) name: &'static str,
    /// Whether frames can still be told apart in what comes in.
    readable: bool,
}

impl Reason {
    const PROTOCOL: Self = Self { code: 1002, name: "protocol_error", readable: false };
    /// Text frames alone are understood.
    pub(super) const BINARY: Self = Self { code: 1003, name: "text_only", readable: true };
    const UTF8: Self = Self { code: 1007, name: "invalid_utf8", readable: false };
    const TOO_BIG: Self = Self { code: 1009, name: "too_big", readable: false };
}

impl From<CloseCode> for Reason {
    fn from(code: CloseCode) -> Self {
        Self { code: code.code(), name: code.reason(), readable: true }
    }
}

/// What came in.
#[derive(Debug, PartialEq)]
pub(super) enum Incoming {
    /// A text message.
    Text(Utf8Bytes),
    /// A binary message.
    Binary(Bytes),
    /// A ping or a pong; pings are answered by themselves.
    Control,
    /// The other end closes; its close was answered.
    Closing,
    /// Something that ends the line.
    Bad(Reason),
    /// Nothing any more.
    Gone,
}

/// The other end takes nothing more, or not in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dead;

/// A stream that notes how much was read from it.
#[derive(Debug)]
struct Watched<S> {
    io: S,
    read: usize,
}

/// The socket under a line.
#[derive(Debug)]
pub(super) struct Socket<S> {
    ws: WebSocketStream<Watched<S>>,
}

impl<S> Socket<S>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    /// Returns the socket over a stream after its handshake.
    pub(super) async fn new(io: S) -> Self {
        Self::with_message_max(io, FRAME_BYTES_MAX).await
    }

    /// The same with another bound for messages.
    pub(super) async fn with_message_max(io: S, message_bytes_max: usize) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(0)
            .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
            .max_message_size(Some(message_bytes_max))
            .max_frame_size(Some(message_bytes_max));
        let watched = Watched { io, read: 0 };
        Self { ws: WebSocketStream::from_raw_socket(watched, Role::Server, Some(config)).await }
    }

    /// Waits for what comes in. Nothing is lost where the wait is given up.
    pub(super) async fn next(&mut self) -> Incoming {
        match self.ws.next().await {
            Some(Ok(Message::Text(text))) => Incoming::Text(text),
            Some(Ok(Message::Binary(bytes))) => Incoming::Binary(bytes),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Incoming::Control,
            Some(Ok(Message::Close(_))) => Incoming::Closing,
            Some(Err(error)) => incoming_error(&error),
            None => Incoming::Gone,
        }
    }

    /// Returns how many bytes were read since this was last asked.
    pub(super) fn take_read(&mut self) -> usize {
        std::mem::take(&mut self.ws.get_mut().read)
    }

    /// Writes finished frames, several at once. A line may be slow, but not stand still for
    /// `within`, nor take more than a few times as long for all of them.
    pub(super) async fn write(
        &mut self,
        frames: &mut VecDeque<Bytes>,
        within: Duration,
    ) -> Result<(), Dead> {
        let cut_off = Instant::now() + within.saturating_mul(WRITE_TIMES_MAX);
        let patience = || (Instant::now() + within).min(cut_off);
        // A pong that tungstenite has begun must not be torn in two.
        timeout_at(patience(), self.ws.flush()).await.map_err(|_| Dead)?.map_err(|_| Dead)?;
        let io = &mut self.ws.get_mut().io;
        while !frames.is_empty() {
            let written = poll_fn(|cx| poll_write_frames(io, frames, cx));
            match timeout_at(patience(), written).await {
                Ok(Ok(written)) if written > 0 => advance(frames, written),
                _ => return Err(Dead),
            }
        }
        timeout_at(patience(), io.flush()).await.map_err(|_| Dead)?.map_err(|_| Dead)
    }

    /// Writes one finished frame.
    pub(super) async fn write_one(&mut self, frame: &Bytes, within: Duration) -> Result<(), Dead> {
        self.write(&mut VecDeque::from([frame.clone()]), within).await
    }

    /// Closes from this end, and waits a little for the other's answer.
    pub(super) async fn close(&mut self, reason: Reason, within: Duration) {
        let ended = if reason.readable {
            timeout(within, self.close_and_read(reason)).await.is_ok()
        } else {
            timeout(within, self.close_and_discard(reason, within)).await.is_ok()
        };
        if !ended {
            tracing::debug!("the other end did not answer the close");
        }
        self.shut_down(within).await;
    }

    /// Ends after the other end has closed.
    pub(super) async fn finish(&mut self, within: Duration) {
        let rest = async {
            // The answer to its close goes out as this is read.
            while self.ws.next().await.is_some_and(|message| message.is_ok()) {}
        };
        if timeout(within, rest).await.is_err() {
            tracing::debug!("the other end did not take the answer to its close");
        }
        self.shut_down(within).await;
    }

    async fn shut_down(&mut self, within: Duration) {
        // Whether it could be said or not, the stream is dropped after this.
        if !matches!(timeout(within, self.ws.get_mut().io.shutdown()).await, Ok(Ok(()))) {
            tracing::trace!("the stream was gone already");
        }
    }

    async fn close_and_read(&mut self, reason: Reason) {
        let frame = CloseFrame { code: WireCode::from(reason.code), reason: reason.name.into() };
        if self.ws.close(Some(frame)).await.is_err() {
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

    /// What comes in cannot be told apart any more: it is read and thrown away, so that the other
    /// end gets to read the close instead of a reset.
    async fn close_and_discard(&mut self, reason: Reason, within: Duration) {
        let frame = Bytes::from(close_frame(reason.code, reason.name));
        if self.write_one(&frame, within).await.is_err() {
            return;
        }
        let io = &mut self.ws.get_mut().io;
        let mut heap = vec![0; 4096];
        let mut discarded = 0;
        while let Ok(read) = io.read(&mut heap).await {
            discarded += read;
            if read == 0 || discarded > DRAIN_BYTES_MAX {
                return;
            }
        }
    }
}

fn incoming_error(error: &Error) -> Incoming {
    match error {
        Error::Capacity(_) => Incoming::Bad(Reason::TOO_BIG),
        Error::Utf8(_) => Incoming::Bad(Reason::UTF8),
        Error::Protocol(
            tokio_tungstenite::tungstenite::error::ProtocolError::ResetWithoutClosingHandshake,
        ) => Incoming::Gone,
        Error::Protocol(_) => Incoming::Bad(Reason::PROTOCOL),
        _ => Incoming::Gone,
    }
}

fn poll_write_frames<S: AsyncWrite + Unpin>(
    io: &mut S,
    frames: &VecDeque<Bytes>,
    cx: &mut Context<'_>,
) -> Poll<io::Result<usize>> {
    let mut slices = [IoSlice::new(&[]); FRAMES_AT_ONCE];
    let mut count = 0;
    for (slice, frame) in slices.iter_mut().zip(frames) {
        *slice = IoSlice::new(frame);
        count += 1;
    }
    let slices = slices.get(..count).unwrap_or_default();
    Pin::new(io).poll_write_vectored(cx, slices)
}

fn advance(frames: &mut VecDeque<Bytes>, mut written: usize) {
    while let Some(frame) = frames.front_mut() {
        if written < frame.len() {
            frame.advance(written);
            return;
        }
        written -= frame.len();
        frames.pop_front();
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.io).poll_read(cx, buf);
        self.read = self.read.saturating_add(buf.filled().len() - before);
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
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
