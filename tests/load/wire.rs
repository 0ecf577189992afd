//! WebSocket frames at the lowest cost: enough for the generator and the floor, which would
//! otherwise spend more than the servers they measure.

use hearth_tests::raw::first_frame;
use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Poll, ready};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

pub(crate) const TEXT: u8 = 1;
pub(crate) const CLOSE: u8 = 8;
pub(crate) const PING: u8 = 9;
const PONG: u8 = 10;

/// Bytes to read at once. All connections of a thread share one buffer.
const READ_BYTES: usize = 64 * 1024;
/// Maximum size of the head of a request or response, in bytes.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// A mask of zeros is valid, and leaves the payload as it is.
const MASK: [u8; 4] = [0; 4];
/// Any key will do.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_BYTES]);
}

/// Returns the bytes of one final frame as a server sends it.
pub(crate) fn server_frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = head(opcode, payload.len(), 0);
    bytes.extend(payload);
    bytes
}

/// Returns the bytes of one final frame as a client sends it.
pub(crate) fn client_frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = head(opcode, payload.len(), 0x80);
    bytes.extend(MASK);
    bytes.extend(payload);
    bytes
}

fn head(opcode: u8, length: usize, masked: u8) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length + 14);
    bytes.push(0x80 | opcode);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ 0..=125), _) => bytes.push(masked | length),
        (_, Ok(length)) => {
            bytes.push(masked | 126);
            bytes.extend(length.to_be_bytes());
        }
        _ => {
            bytes.push(masked | 127);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    bytes
}

/// Returns the opcode and payload of the first frame in `bytes`, and its length. The payload is
/// left masked: the generator's mask is zero.
fn parse(bytes: &[u8]) -> Option<(u8, &[u8], usize)> {
    let (opcode, place) = first_frame(bytes)?;
    Some((opcode, bytes.get(place.clone())?, place.end))
}

/// The reading half of a WebSocket. It holds no memory between two whole frames.
#[derive(Debug)]
pub(crate) struct Reader {
    half: OwnedReadHalf,
    /// The beginning of a frame whose rest hasn't arrived.
    rest: Vec<u8>,
}

impl Reader {
    pub(crate) fn new(half: OwnedReadHalf) -> Self {
        Self { half, rest: Vec::new() }
    }

    /// Waits until something arrives, and passes the opcode and payload of each complete frame to
    /// `each`.
    pub(crate) async fn read(&mut self, mut each: impl FnMut(u8, &[u8])) -> io::Result<()> {
        poll_fn(|cx| {
            BUFFER.with_borrow_mut(|buffer| {
                let mut read = ReadBuf::new(buffer);
                ready!(Pin::new(&mut self.half).poll_read(cx, &mut read))?;
                let mut bytes = read.filled();
                if bytes.is_empty() {
                    return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
                }
                if !self.rest.is_empty() {
                    self.rest.extend(bytes);
                    bytes = &self.rest;
                }
                while let Some((opcode, payload, length)) = parse(bytes) {
                    each(opcode, payload);
                    bytes = bytes.get(length..).unwrap_or_default();
                }
                // A new vector, so that an idle connection holds none.
                self.rest = bytes.to_vec();
                Poll::Ready(Ok(()))
            })
        })
        .await
    }

    /// Reads the head of an HTTP request or response.
    pub(crate) async fn http_head(&mut self) -> io::Result<String> {
        loop {
            let count = poll_fn(|cx| {
                BUFFER.with_borrow_mut(|buffer| {
                    let mut read = ReadBuf::new(buffer);
                    ready!(Pin::new(&mut self.half).poll_read(cx, &mut read))?;
                    self.rest.extend(read.filled());
                    Poll::Ready(Ok::<_, io::Error>(read.filled().len()))
                })
            })
            .await?;
            if let Some(end) = self.rest.windows(4).position(|end| end == b"\r\n\r\n") {
                let rest = self.rest.split_off(end + 4);
                let head = std::mem::replace(&mut self.rest, rest);
                return String::from_utf8(head).map_err(io::Error::other);
            }
            if count == 0 || self.rest.len() > HEAD_BYTES_MAX {
                return Err(io::Error::other(
                    "there was no complete head of a request or response",
                ));
            }
        }
    }

    /// Returns whether a frame is already here.
    fn next_here(&mut self) -> Option<(u8, Vec<u8>)> {
        let (opcode, payload, length) = parse(&self.rest)?;
        let frame = (opcode, payload.to_vec());
        self.rest.drain(..length);
        Some(frame)
    }
}

/// Both halves of a WebSocket to a server.
#[derive(Debug)]
pub(crate) struct Socket {
    pub(crate) reader: Reader,
    pub(crate) writer: OwnedWriteHalf,
    /// Frames that arrived together with one that was waited for.
    ahead: std::collections::VecDeque<Vec<u8>>,
}

impl Socket {
    /// Connects to `/ws` at this address.
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (half, writer) = stream.into_split();
        let mut socket = Self { reader: Reader::new(half), writer, ahead: Default::default() };
        let request = format!(
            "GET /ws HTTP/1.1\r\nhost: {address}\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: {KEY}\r\n\
             sec-websocket-protocol: {}\r\n\r\n",
            hearth_protocol::SUBPROTOCOL
        );
        write_now(&socket.writer, request.as_bytes())?;
        let head = socket.reader.http_head().await?;
        if !head.starts_with("HTTP/1.1 101") {
            return Err(io::Error::other(format!("no WebSocket: {head}")));
        }
        while let Some((opcode, payload)) = socket.reader.next_here() {
            if opcode == TEXT {
                socket.ahead.push_back(payload);
            }
        }
        Ok(socket)
    }

    /// Returns the next text frame, and answers pings. For setting up; measurements use the halves.
    pub(crate) async fn next_text(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(text) = self.ahead.pop_front() {
                return Ok(text);
            }
            let (ahead, writer) = (&mut self.ahead, &self.writer);
            let mut ended = None;
            let keep = |opcode, payload: &[u8]| match opcode {
                TEXT => ahead.push_back(payload.to_vec()),
                PING => ended = pong(writer, payload).err(),
                CLOSE => ended = Some(io::Error::other("the server closed the connection")),
                _ => {}
            };
            self.reader.read(keep).await?;
            if let Some(error) = ended {
                return Err(error);
            }
        }
    }
}

/// Answers a ping.
pub(crate) fn pong(writer: &OwnedWriteHalf, payload: &[u8]) -> io::Result<()> {
    write_now(writer, &client_frame(PONG, payload))
}

/// Writes everything, or fails: a peer that leaves a socket's buffer full isn't keeping up, and
/// there is nothing to measure.
pub(crate) fn write_now(writer: &OwnedWriteHalf, bytes: &[u8]) -> io::Result<()> {
    match writer.try_write(bytes) {
        Ok(written) if written == bytes.len() => Ok(()),
        Ok(_) => Err(io::Error::other("a socket's buffer is full: the peer doesn't keep up")),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_every_size_are_parsed_again() {
        for length in [0, 1, 125, 126, 65_535, 65_536] {
            let payload = vec![b'h'; length];
            for frame in [server_frame(TEXT, &payload), client_frame(TEXT, &payload)] {
                let (opcode, found, whole) = parse(&frame).unwrap();
                assert_eq!((opcode, found, whole), (TEXT, payload.as_slice(), frame.len()));
                assert!(parse(&frame[..frame.len() - 1]).is_none(), "{length}: cut short");
            }
        }
    }

    #[tokio::test]
    async fn frames_arrive_whole_however_they_are_cut() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut sender = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let mut reader = Reader::new(listener.accept().await.unwrap().0.into_split().0);
        let mut sent = server_frame(TEXT, b"one");
        sent.extend(server_frame(PING, b""));
        sent.extend(server_frame(TEXT, &[b'2'; 300]));
        let sending = tokio::spawn(async move {
            for byte in sent {
                tokio::io::AsyncWriteExt::write_all(&mut sender, &[byte]).await.unwrap();
                tokio::task::yield_now().await;
            }
        });
        let mut found = Vec::new();
        while found.len() < 3 {
            reader.read(|opcode, payload| found.push((opcode, payload.len()))).await.unwrap();
        }
        sending.await.unwrap();
        assert_eq!(found, [(TEXT, 3), (PING, 0), (TEXT, 300)]);
        assert!(reader.rest.is_empty());
    }
}
