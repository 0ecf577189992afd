//! A TCP socket to which two sides write: the connection's task, and its room, which writes frames
//! without waiting ([`DirectWrite`]). Neither writes within a frame of the other.

use bytes::{Buf, Bytes};
use hearth_rooms::DirectWrite;
use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// Frames per vectored write.
pub(super) const FRAMES_AT_ONCE: usize = 32;
/// Opcode of a close frame, in the lower half of a frame's first byte (RFC 6455, section 5.2).
const CLOSE: u8 = 0x8;

/// A TCP socket after its HTTP upgrade.
#[derive(Debug)]
pub(crate) struct TcpSocket {
    /// What arrived together with the upgrade.
    early: Bytes,
    read: OwnedReadHalf,
    shared: Arc<SharedWriter>,
}

/// The side of a socket that writes.
#[derive(Debug)]
struct SharedWriter(Mutex<Writer>);

#[derive(Debug)]
struct Writer {
    half: OwnedWriteHalf,
    /// The rest of a frame of the room's. It goes before anything else.
    rest: Bytes,
    /// Whether the task's last write ended with a frame.
    between_frames: bool,
    /// Whether only the task still writes: it has sent a close, or may have.
    task_only: bool,
}

impl TcpSocket {
    /// Wraps a stream. `early` is what was read from it beyond the HTTP upgrade.
    pub(crate) fn new(stream: TcpStream, early: &[u8]) -> Self {
        let (read, half) = stream.into_split();
        // A copy, because even an empty part would hold on to the buffer of the HTTP connection.
        let early = Bytes::copy_from_slice(early);
        let writer = Writer { half, rest: Bytes::new(), between_frames: true, task_only: false };
        Self { early, read, shared: Arc::new(SharedWriter(Mutex::new(writer))) }
    }

    /// Returns the side to which the room writes.
    pub(crate) fn direct(&self) -> Arc<dyn DirectWrite> {
        self.shared.clone()
    }
}

impl SharedWriter {
    fn lock(&self) -> MutexGuard<'_, Writer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DirectWrite for SharedWriter {
    fn write_now(&self, frames: &mut VecDeque<Bytes>) -> bool {
        let mut writer = self.lock();
        if writer.task_only || !writer.between_frames || !writer.rest.is_empty() {
            return false;
        }
        let mut is_cut = false;
        while !frames.is_empty() {
            match writer.try_write(frames) {
                Ok(written) if written > 0 => is_cut = advance(frames, written),
                // The task waits until the socket takes more, or meets the same error.
                Ok(_) | Err(_) => {
                    if is_cut {
                        writer.rest = frames.pop_front().unwrap_or_default();
                    }
                    return false;
                }
            }
        }
        true
    }

    fn poll_rest(&self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        self.lock().poll_rest(cx)
    }
}

impl Writer {
    fn try_write(&self, frames: &VecDeque<Bytes>) -> io::Result<usize> {
        match frames.front() {
            Some(frame) if frames.len() == 1 => self.half.try_write(frame),
            _ => with_slices(frames, |slices| self.half.try_write_vectored(slices)),
        }
    }

    /// Writes more of the rest of the room's frame, and returns whether something is still left.
    fn poll_rest(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        if !self.rest.is_empty() {
            match ready!(Pin::new(&mut self.half).poll_write(cx, &self.rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written if written < self.rest.len() => self.rest.advance(written),
                _ => self.rest = Bytes::new(),
            }
        }
        Poll::Ready(Ok(!self.rest.is_empty()))
    }

    /// Writes all of it.
    fn poll_whole_rest(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while ready!(self.poll_rest(cx))? {}
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for TcpSocket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.early.is_empty() {
            return Pin::new(&mut self.read).poll_read(cx, buf);
        }
        let length = self.early.len().min(buf.remaining());
        buf.put_slice(&self.early.split_to(length));
        if self.early.is_empty() {
            self.early = Bytes::new();
        }
        Poll::Ready(Ok(()))
    }
}

/// The task's side. Tungstenite writes whole control frames with [`poll_write`](Self::poll_write),
/// and again what was left of them.
impl AsyncWrite for TcpSocket {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut writer = self.shared.lock();
        ready!(writer.poll_whole_rest(cx))?;
        let written = ready!(Pin::new(&mut writer.half).poll_write(cx, buf))?;
        // After a part of a frame, what follows can't be told apart.
        writer.task_only |= !writer.between_frames || has_close(buf);
        writer.between_frames = written == buf.len();
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut writer = self.shared.lock();
        ready!(writer.poll_whole_rest(cx))?;
        let written = ready!(Pin::new(&mut writer.half).poll_write_vectored(cx, slices))?;
        let length: usize = slices.iter().map(|slice| slice.len()).sum();
        writer.between_frames = written == length;
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.shared.lock().poll_whole_rest(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut writer = self.shared.lock();
        writer.task_only = true;
        Pin::new(&mut writer.half).poll_shutdown(cx)
    }
}

/// Returns whether there is a close among these whole, unmasked control frames.
fn has_close(mut frames: &[u8]) -> bool {
    while let [first, length, rest @ ..] = frames {
        if first & 0x0f == CLOSE {
            return true;
        }
        frames = rest.get(usize::from(*length)..).unwrap_or_default();
    }
    false
}

/// Calls `write` with the beginning of these frames.
pub(super) fn with_slices<T>(
    frames: &VecDeque<Bytes>,
    write: impl FnOnce(&[IoSlice<'_>]) -> T,
) -> T {
    let mut slices = [IoSlice::new(&[]); FRAMES_AT_ONCE];
    let mut count = 0;
    for (slice, frame) in slices.iter_mut().zip(frames) {
        *slice = IoSlice::new(frame);
        count += 1;
    }
    write(slices.get(..count).unwrap_or_default())
}

/// Removes what was written from the beginning of these frames, and returns whether a frame was cut.
pub(super) fn advance(frames: &mut VecDeque<Bytes>, mut written: usize) -> bool {
    while let Some(frame) = frames.front_mut() {
        if written < frame.len() {
            frame.advance(written);
            return written > 0;
        }
        written -= frame.len();
        frames.pop_front();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::socket::{Socket, WriteFailed};
    use super::*;
    use hearth_rooms::ws_frame::{Frame, close_frame};
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpSocket as Unconnected};

    const PONG: [u8; 6] = [0x8a, 4, b'p', b'o', b'n', b'g'];

    /// Returns a socket whose system buffers hold little, and its peer.
    async fn pair() -> (TcpSocket, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let peer = Unconnected::new_v4().unwrap();
        peer.set_recv_buffer_size(4_096).unwrap();
        let address = listener.local_addr().unwrap();
        let (accepted, peer) = tokio::join!(listener.accept(), peer.connect(address));
        let stream = accepted.unwrap().0;
        stream.writable().await.unwrap();
        (TcpSocket::new(stream, &[]), peer.unwrap())
    }

    fn numbered(number: usize) -> Bytes {
        Frame::text(&format!("{number} {}", "x".repeat(number * 37 % 3_000)))
            .unwrap()
            .bytes()
            .clone()
    }

    /// Returns the payloads of all text frames, and the number of pongs. Panics at anything else.
    fn parse(mut bytes: &[u8]) -> (Vec<String>, usize) {
        let (mut texts, mut pongs) = (Vec::new(), 0);
        while let [first, length, ..] = bytes {
            let (start, length) = match length {
                126 => (4, usize::from(u16::from_be_bytes([bytes[2], bytes[3]]))),
                length => (2, usize::from(*length)),
            };
            let (frame, rest) = bytes.split_at(start + length);
            match first {
                0x81 => texts.push(String::from_utf8(frame[start..].to_vec()).unwrap()),
                _ if frame == PONG => pongs += 1,
                other => panic!("a frame that begins with {other:#x}"),
            }
            bytes = rest;
        }
        (texts, pongs)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn frames_of_both_sides_arrive_whole_and_in_order_at_a_slow_reader() {
        const FRAMES: usize = 1_500;
        let (mut socket, mut peer) = pair().await;
        let reading = tokio::spawn(async move {
            let (mut all, mut part) = (Vec::new(), vec![0; 5_000]);
            loop {
                match peer.read(&mut part).await.unwrap() {
                    0 => return all,
                    read => all.extend(&part[..read]),
                }
                tokio::time::sleep(Duration::from_micros(50)).await;
            }
        });
        let direct = socket.direct();
        let room = std::thread::spawn(move || {
            let mut frames = VecDeque::new();
            for number in 0..FRAMES {
                frames.push_back(numbered(number));
                direct.write_now(&mut frames);
                std::thread::sleep(Duration::from_micros(20));
            }
            frames
        });
        let mut pongs = 0;
        while !room.is_finished() {
            socket.write_all(&PONG).await.unwrap();
            socket.flush().await.unwrap();
            pongs += 1;
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        let left = room.join().unwrap();
        assert!(left.len() < FRAMES, "the room wrote some");
        for frame in left {
            socket.write_all(&frame).await.unwrap();
        }
        socket.shutdown().await.unwrap();
        let (texts, found) = parse(&reading.await.unwrap());
        assert_eq!(found, pongs);
        assert_eq!(texts.len(), FRAMES);
        for (number, text) in texts.iter().enumerate() {
            assert!(text.starts_with(&format!("\"{number} ")), "{number}: {text:.20}");
        }
    }

    #[tokio::test]
    async fn the_room_writes_nothing_after_a_close_or_within_a_frame_of_the_task() {
        let (mut socket, _peer) = pair().await;
        let mut frames = VecDeque::from([numbered(1)]);
        assert!(socket.direct().write_now(&mut frames));
        socket.write_all(&[&PONG[..], &close_frame(1_000, "bye")].concat()).await.unwrap();
        frames.push_back(numbered(2));
        assert!(!socket.direct().write_now(&mut frames));
        assert_eq!(frames, [numbered(2)]);

        let (mut socket, _peer) = pair().await;
        let slices = [IoSlice::new(&[0x81, 126]), IoSlice::new(&[b'x'; 8_000_000])];
        let written = socket.write_vectored(&slices).await.unwrap();
        assert!(written < 8_000_000, "the socket holds less");
        assert!(!socket.direct().write_now(&mut frames));
        assert_eq!(frames, [numbered(2)]);
    }

    #[tokio::test]
    async fn a_slow_reader_of_a_large_frame_stays_as_long_as_it_makes_progress() {
        const STALL: Duration = Duration::from_millis(500);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut peer = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let stream = listener.accept().await.unwrap().0;
        stream.writable().await.unwrap();
        let tcp = TcpSocket::new(stream, &[]);
        let direct = tcp.direct();
        let mut socket = Socket::new(tcp).await;
        socket.set_direct(direct.clone());
        let mut frames = VecDeque::from([vec![b'x'; 16_000_000].into()]);
        assert!(!direct.write_now(&mut frames) && frames.is_empty(), "the socket holds less");
        let reading = tokio::spawn(async move {
            let mut part = vec![0; 400_000];
            for _ in 0..40 {
                tokio::time::sleep(STALL / 20).await;
                peer.read_exact(&mut part).await.unwrap();
            }
            peer
        });
        assert_eq!(socket.flush(STALL).await, Ok(()));
        let _peer = reading.await.unwrap();

        let mut frames = VecDeque::from([vec![b'x'; 16_000_000].into()]);
        assert!(!direct.write_now(&mut frames));
        assert_eq!(socket.flush(STALL).await, Err(WriteFailed), "nobody reads");
    }

    #[tokio::test]
    async fn what_came_with_the_upgrade_is_read_first() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut peer = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let stream = listener.accept().await.unwrap().0;
        let mut socket = TcpSocket::new(stream, b"early");
        peer.write_all(b" later").await.unwrap();
        drop(peer);
        let mut read = String::new();
        socket.read_to_string(&mut read).await.unwrap();
        assert_eq!(read, "early later");
    }
}
