//! One WebSocket connection to a server.

use crate::error::Error;
use crate::link::{BadLink, Origin};
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

/// The path at which a server accepts WebSocket connections.
pub const WS_PATH: &str = "/ws";

/// Maximum size of a frame from a server, in bytes. A welcome with all its texts is far smaller.
const FRAME_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Maximum frames waiting to be written: every unanswered command, a hello, and typing signals.
const OUTBOX_MAX: usize = 4 * UNANSWERED_MAX;
const BUFFER_BYTES: usize = 8 * 1024;

/// What a connection received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incoming {
    /// A text message.
    Text(Utf8Bytes),
    /// The connection is closed, with the code the server gave, if it gave one.
    Closed(Option<u16>),
}

/// One WebSocket connection to a server, without hello or reconnects: [`Join`](crate::Join) adds those.
///
/// [`next`](Self::next) both reads and writes, so that two sides with full buffers can't block each
/// other.
#[derive(Debug)]
pub struct Connection {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    outbox: VecDeque<Message>,
    unflushed: bool,
}

impl Connection {
    /// Opens a connection and sends nothing on it.
    pub async fn open(origin: &Origin, within: Duration) -> Result<Self, Error> {
        let failed = |status, reason: String| Error::HandshakeFailed {
            origin: origin.clone(),
            status,
            reason,
        };
        let uri: Uri = origin.ws(WS_PATH).parse().map_err(|_| BadLink::Origin)?;
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
                Err(Error::Unreachable { origin: origin.clone(), source })
            }
            Ok(Err(WsError::Url(UrlError::TlsFeatureNotEnabled))) => Err(Error::NoTls),
            Ok(Err(WsError::Http(response))) => {
                let status = response.status();
                Err(failed(Some(status.as_u16()), format!("it answered {status}")))
            }
            Ok(Err(other)) => Err(failed(None, other.to_string())),
        }
    }

    /// Queues a frame; [`next`](Self::next) and [`flush`](Self::flush) write it.
    pub fn send(&mut self, frame: &ClientFrame) -> io::Result<()> {
        self.send_raw(Message::text(frame.to_text().map_err(io::Error::other)?))
    }

    /// Queues any WebSocket message.
    pub fn send_raw(&mut self, message: Message) -> io::Result<()> {
        if self.outbox.len() >= OUTBOX_MAX {
            return Err(io::Error::other("the queue of frames to write is full"));
        }
        self.outbox.push_back(message);
        Ok(())
    }

    /// Writes queued messages and waits for the next one from the server. Cancel safe.
    pub async fn next(&mut self) -> Incoming {
        poll_fn(|cx| {
            loop {
                if self.poll_write(cx).is_err() {
                    // Writing failed, but what the server sent before, above all a close code, can
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
                        // The WebSocket library queued a close in reply; send it if that needs no wait.
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

    /// Writes queued messages without reading.
    pub async fn flush(&mut self) -> io::Result<()> {
        poll_fn(|cx| match self.poll_write(cx) {
            Err(error) => Poll::Ready(Err(io::Error::other(error))),
            Ok(()) if self.outbox.is_empty() && !self.unflushed => Poll::Ready(Ok(())),
            Ok(()) => Poll::Pending,
        })
        .await
    }

    /// Closes the connection, waiting at most `within` for the server's reply.
    pub async fn close(mut self, within: Duration) {
        if self.send_raw(Message::Close(None)).is_ok() {
            // If the server doesn't reply in time, dropping the socket ends the connection.
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
