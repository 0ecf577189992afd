//! A socket that sends any bytes, for input that the client would never send.

use std::io;
use std::net::SocketAddr;
use std::ops::Range;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// Upper bound for an answer.
const WITHIN: Duration = Duration::from_secs(15);
/// Maximum size of a response head, in bytes.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Any mask will do; the server must unmask.
const MASK: [u8; 4] = [0x5a, 0x13, 0x77, 0xc4];

/// What the server sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Got {
    /// A text frame.
    Text(String),
    /// A close frame, with its code if it has one.
    Close(Option<u16>),
    /// Another frame: its opcode.
    Other(u8),
    /// The connection ended without a close frame.
    End,
}

/// A TCP connection to which a test writes bytes.
#[derive(Debug)]
pub struct Raw {
    stream: TcpStream,
    bytes: Vec<u8>,
}

impl Raw {
    pub async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server listens");
        Self { stream, bytes: Vec::new() }
    }

    /// Connects with a small receive buffer.
    pub async fn connect_with_small_buffer(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4 * 1024).expect("a socket's buffer can be set");
        let stream = socket.connect(address).await.expect("the server listens");
        Self { stream, bytes: Vec::new() }
    }

    /// Writes bytes. The server may already have hung up.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        timeout(WITHIN, self.stream.write_all(bytes)).await.unwrap_or_else(|_| {
            Err(io::Error::new(io::ErrorKind::TimedOut, "the server doesn't read"))
        })
    }

    /// Returns a WebSocket upgrade request. `headers` add to the usual ones or replace them; an empty
    /// value removes one.
    pub fn upgrade(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> String {
        let mut all = vec![
            ("host", address.to_string()),
            ("upgrade", "websocket".to_owned()),
            ("connection", "Upgrade".to_owned()),
            ("sec-websocket-version", "13".to_owned()),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==".to_owned()),
            ("sec-websocket-protocol", hearth_protocol::SUBPROTOCOL.to_owned()),
        ];
        for (name, value) in headers {
            all.retain(|(other, _)| other != name);
            if !value.is_empty() {
                all.push((name, (*value).to_owned()));
            }
        }
        let headers: String =
            all.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!("GET {path} HTTP/1.1\r\n{headers}\r\n")
    }

    /// Opens a WebSocket.
    pub async fn open_websocket(&mut self, address: SocketAddr) {
        let request = Self::upgrade(address, hearth_client::WS_PATH, &[]);
        self.write(request.as_bytes()).await.expect("the server reads");
        let head = self.head().await;
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
    }

    /// Reads the head of an HTTP response; empty if the server hung up.
    pub async fn head(&mut self) -> String {
        loop {
            if let Some(end) = find(&self.bytes, b"\r\n\r\n") {
                let head: Vec<u8> = self.bytes.drain(..end + 4).collect();
                return String::from_utf8_lossy(&head).into_owned();
            }
            assert!(self.bytes.len() < HEAD_BYTES_MAX, "the response head is too long");
            if !self.read_more().await {
                return String::new();
            }
        }
    }

    /// Reads everything until the server hangs up.
    pub async fn rest(&mut self) -> String {
        while self.read_more().await {}
        String::from_utf8_lossy(&std::mem::take(&mut self.bytes)).into_owned()
    }

    /// Writes one masked frame.
    pub async fn frame(&mut self, opcode: u8, payload: &[u8]) -> io::Result<()> {
        let frame = frame(opcode, payload);
        self.write(&frame).await
    }

    /// Writes a text frame.
    pub async fn text(&mut self, text: &str) -> io::Result<()> {
        self.frame(1, text.as_bytes()).await
    }

    /// Reads the next frame.
    pub async fn next(&mut self) -> Got {
        loop {
            if let Some((got, length)) = parse(&self.bytes) {
                self.bytes.drain(..length);
                return got;
            }
            if !self.read_more().await {
                return Got::End;
            }
        }
    }

    /// Reads frames until the connection closes, and returns the texts before it and how it closed.
    pub async fn until_closed(&mut self) -> (Vec<String>, Got) {
        let mut texts = Vec::new();
        loop {
            match self.next().await {
                Got::Text(text) => texts.push(text),
                Got::Other(_) => {}
                end => return (texts, end),
            }
        }
    }

    /// Reads more bytes. Returns false if the server hung up.
    async fn read_more(&mut self) -> bool {
        let read = timeout(WITHIN, self.stream.read_buf(&mut self.bytes)).await;
        match read.expect("the server answers, or hangs up") {
            Ok(0) | Err(_) => false,
            Ok(_) => true,
        }
    }
}

/// Returns the bytes of one final, masked frame.
pub fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x80 | opcode];
    match payload.len() {
        length @ 0..=125 => bytes.push(0x80 | u8::try_from(length).unwrap_or(0)),
        length @ 126..=65_535 => {
            bytes.push(0x80 | 126);
            bytes.extend(u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes());
        }
        length => {
            bytes.push(0x80 | 127);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}

/// Returns the opcode of the first frame in `bytes`, and where its payload is. `None` if the frame isn't
/// complete.
pub fn first_frame(bytes: &[u8]) -> Option<(u8, Range<usize>)> {
    let (first, second) = (*bytes.first()?, *bytes.get(1)?);
    let (start, length) = match second & 0x7f {
        126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => {
            let length = u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?);
            (10, usize::try_from(length).ok()?)
        }
        length => (2, usize::from(length)),
    };
    let start = if second & 0x80 == 0 { start } else { start + MASK.len() };
    let payload = start..start.checked_add(length)?;
    (payload.end <= bytes.len()).then_some((first & 0x0f, payload))
}

/// Returns the first frame in `bytes`, and its length.
fn parse(bytes: &[u8]) -> Option<(Got, usize)> {
    let (opcode, place) = first_frame(bytes)?;
    let payload = bytes.get(place.clone())?;
    let got = match opcode {
        1 => Got::Text(String::from_utf8_lossy(payload).into_owned()),
        8 => Got::Close(
            payload.get(..2).and_then(|code| code.try_into().ok()).map(u16::from_be_bytes),
        ),
        opcode => Got::Other(opcode),
    };
    Some((got, place.end))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
