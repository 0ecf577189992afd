//! A line: one WebSocket to a server, without rules of its own.

use crate::error::Error;
use crate::link::Origin;
use futures_util::{Sink, Stream};
use hearth_protocol::limits::UNANSWERED_MAX;
use hearth_protocol::{ClientFrame, SUBPROTOCOL};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::ClientRequestBuilder;
use tokio_tungstenite::tungstenite::error::UrlError;
use tokio_tungstenite::tungstenite::http::Uri;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error as WsError, Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// Where a server takes lines.
pub const LINE_PATH: &str = "/ws";

/// Bytes of one frame from a server: a welcome with its words, names and settings, and room to grow.
const FRAME_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Frames that wait to be written: every unanswered command, a hello, signs of writing.
const OUTBOX_MAX: usize = 4 * UNANSWERED_MAX;
const BUFFER_BYTES: usize = 8 * 1024;

/// What came in over a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incoming {
    /// A text message.
    Text(Utf8Bytes),
    /// The line is closed, with this code; without one where it broke off.
    Closed(Option<u16>),
}

/// One WebSocket to a server. Reading and writing go on together in [`next`](Self::next), so that
/// neither side ever waits for the other to read first.
#[derive(Debug)]
pub struct Line {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    outbox: VecDeque<Message>,
    unflushed: bool,
}

impl Line {
    /// Opens a line. Nothing is said on it yet.
    pub async fn open(origin: &Origin, within: Duration) -> Result<Self, Error> {
        let no_line = |status, why: String| Error::NoLine { origin: origin.clone(), status, why };
        let uri: Uri = origin.ws(LINE_PATH).parse().map_err(|_| crate::error::BadLink::Origin)?;
        let request = ClientRequestBuilder::new(uri).with_sub_protocol(SUBPROTOCOL);
        let config = WebSocketConfig::default()
            .read_buffer_size(BUFFER_BYTES)
            .write_buffer_size(0)
            .max_write_buffer_size(FRAME_BYTES_MAX)
            .max_message_size(Some(FRAME_BYTES_MAX))
            .max_frame_size(Some(FRAME_BYTES_MAX));
        let opening = connect_async_with_config(request, Some(config), true);
        match timeout(within, opening).await {
            Err(_) => Err(Error::Timeout(within)),
            Ok(Ok((stream, _))) => Ok(Self { stream, outbox: VecDeque::new(), unflushed: false }),
            Ok(Err(WsError::Io(source))) => {
                Err(Error::NoConnection { origin: origin.clone(), source })
            }
            Ok(Err(WsError::Url(UrlError::TlsFeatureNotEnabled))) => Err(Error::NoTls),
            Ok(Err(WsError::Http(response))) => {
                let status = response.status();
                Err(no_line(Some(status.as_u16()), format!("it answered {status}")))
            }
            Ok(Err(other)) => Err(no_line(None, other.to_string())),
        }
    }

    /// Puts a frame in the queue; [`next`](Self::next) and [`flush`](Self::flush) write it.
    pub fn send(&mut self, frame: &ClientFrame) -> io::Result<()> {
        self.send_raw(Message::text(frame.to_text().map_err(io::Error::other)?))
    }

    /// Puts any message in the queue.
    pub fn send_raw(&mut self, message: Message) -> io::Result<()> {
        if self.outbox.len() >= OUTBOX_MAX {
            return Err(io::Error::other("more frames wait to be written than the line holds"));
        }
        self.outbox.push_back(message);
        Ok(())
    }

    /// Writes what is queued, and waits for what comes in. May be dropped and called again without
    /// losing anything.
    pub async fn next(&mut self) -> Incoming {
        poll_fn(|cx| {
            loop {
                if self.poll_write(cx).is_err() {
                    // Writing failed; what the server had said before, a close code above all, can
                    // still be read.
                    self.outbox.clear();
                }
                let got = match Pin::new(&mut self.stream).poll_next(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(got) => got,
                };
                return Poll::Ready(match got {
                    Some(Ok(Message::Text(text))) => Incoming::Text(text),
                    Some(Ok(Message::Close(frame))) => {
                        // The reply to the close is queued; it goes out if it can at once.
                        let _sent = Pin::new(&mut self.stream).poll_flush(cx);
                        Incoming::Closed(frame.map(|frame| frame.code.into()))
                    }
                    Some(Ok(_)) => {
                        self.unflushed = true;
                        continue;
                    }
                    Some(Err(_)) | None => Incoming::Closed(None),
                });
            }
        })
        .await
    }

    /// Writes what is queued, without reading.
    pub async fn flush(&mut self) -> io::Result<()> {
        poll_fn(|cx| match self.poll_write(cx) {
            Err(error) => Poll::Ready(Err(io::Error::other(error))),
            Ok(()) if self.outbox.is_empty() && !self.unflushed => Poll::Ready(Ok(())),
            Ok(()) => Poll::Pending,
        })
        .await
    }

    /// Says goodbye and closes, waiting for the server no longer than `within`.
    pub async fn close(mut self, within: Duration) {
        if self.send_raw(Message::Close(None)).is_ok() {
            // A server that does not answer in time finds the line broken off instead.
            let _answered = timeout(within, async {
                while !matches!(self.next().await, Incoming::Closed(_)) {}
            })
            .await;
        }
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) -> Result<(), WsError> {
        loop {
            let mut stream = Pin::new(&mut self.stream);
            if self.outbox.is_empty() {
                if self.unflushed && stream.poll_flush(cx)?.is_ready() {
                    self.unflushed = false;
                }
                return Ok(());
            }
            if stream.as_mut().poll_ready(cx)?.is_pending() {
                return Ok(());
            }
            if let Some(message) = self.outbox.pop_front() {
                self.unflushed = true;
                stream.start_send(message)?;
            }
        }
    }
}
