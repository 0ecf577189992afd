//! Limits what a connection may send: bytes per second and frames per second.
//!
//! It counts in the stream below tungstenite, since not everything that arrives becomes a message.
//! Empty continuation frames, for example, don't, and tungstenite reads any number of them at once.
//! The limits on commands, pings and typing signals are stricter, and apply to whole messages.

use std::time::Duration;
use tokio::time::Instant;

/// Bytes that a connection may send at once, and then per second. A seat that sends the longest
/// frames at its usual rate stays below.
const BYTES_BURST: u64 = 4 * 1024 * 1024;
const BYTES_PER_SECOND: u64 = 1024 * 1024;
/// Frames that a connection may send at once, and then per second: many more than the commands that
/// a seat may send, so that floods of commands are refused and closed as such.
const FRAMES_BURST: u64 = 4_000;
const FRAMES_PER_SECOND: u64 = 1_000;
/// Longest header of a frame: 2 bytes, the length (8), and the mask (4).
const HEADER_BYTES_MAX: usize = 14;

/// Counts what arrives on one connection.
#[derive(Debug)]
pub(super) struct InputLimit {
    frames: FrameCounter,
    frame_allowance: Allowance,
    byte_allowance: Allowance,
    exceeded: bool,
}

impl InputLimit {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            frames: FrameCounter::default(),
            frame_allowance: Allowance::new(FRAMES_BURST, FRAMES_PER_SECOND, now),
            byte_allowance: Allowance::new(BYTES_BURST, BYTES_PER_SECOND, now),
            exceeded: false,
        }
    }

    /// Counts what was read. Returns whether the connection may go on.
    pub(super) fn allows(&mut self, bytes: &[u8], now: Instant) -> bool {
        let frames = self.frames.count(bytes);
        let allowed = self.byte_allowance.take(bytes.len() as u64, now)
            & self.frame_allowance.take(frames, now);
        self.exceeded |= !allowed;
        allowed
    }

    /// Returns whether a limit was exceeded.
    pub(super) fn is_exceeded(&self) -> bool {
        self.exceeded
    }
}

/// A token bucket.
#[derive(Debug)]
struct Allowance {
    left: u64,
    burst: u64,
    per_second: u64,
    refilled_at: Instant,
}

impl Allowance {
    fn new(burst: u64, per_second: u64, now: Instant) -> Self {
        Self { left: burst, burst, per_second, refilled_at: now }
    }

    /// Takes this many, or returns false if there are fewer.
    fn take(&mut self, count: u64, now: Instant) -> bool {
        let millis = now.saturating_duration_since(self.refilled_at).as_millis();
        let millis = u64::try_from(millis).unwrap_or(u64::MAX);
        let refill = millis.saturating_mul(self.per_second) / 1_000;
        if refill > 0 {
            self.left = self.left.saturating_add(refill).min(self.burst);
            // Not the part of a unit that is still to come.
            let used = Duration::from_millis(refill.saturating_mul(1_000) / self.per_second);
            self.refilled_at = self.refilled_at.checked_add(used).unwrap_or(now);
        }
        let enough = count <= self.left;
        self.left = self.left.saturating_sub(count);
        enough
    }
}

/// Counts the frames in a stream of bytes, whatever the reads that they arrive in. It reads only
/// lengths. Tungstenite checks everything else.
#[derive(Debug, Default)]
struct FrameCounter {
    header: [u8; HEADER_BYTES_MAX],
    header_bytes: usize,
    /// Bytes of the current frame's payload that haven't arrived.
    payload_left: u64,
}

impl FrameCounter {
    /// Returns how many frames begin in these bytes.
    fn count(&mut self, mut bytes: &[u8]) -> u64 {
        let mut frames = 0;
        loop {
            let skipped = usize::try_from(self.payload_left).unwrap_or(usize::MAX).min(bytes.len());
            self.payload_left -= skipped as u64;
            let Some((first, rest)) = bytes.get(skipped..).and_then(<[u8]>::split_first) else {
                return frames;
            };
            frames += u64::from(self.header_bytes == 0);
            if let Some(place) = self.header.get_mut(self.header_bytes) {
                *place = *first;
            }
            self.header_bytes += 1;
            if let Some(payload) = self.payload() {
                self.payload_left = payload;
                self.header_bytes = 0;
            }
            bytes = rest;
        }
    }

    /// Returns the length of the payload once the header is complete.
    fn payload(&self) -> Option<u64> {
        let [_, second, rest @ ..] = &self.header;
        if self.header_bytes < 2 {
            return None;
        }
        let mask_bytes = if second & 0x80 == 0 { 0 } else { 4 };
        let (length_bytes, length) = match second & 0x7f {
            126 => (2, rest.first_chunk().map(|bytes| u64::from(u16::from_be_bytes(*bytes)))),
            127 => (8, rest.first_chunk().map(|bytes| u64::from_be_bytes(*bytes))),
            short => (0, Some(u64::from(short))),
        };
        if self.header_bytes < 2 + length_bytes + mask_bytes { None } else { length }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_tungstenite::tungstenite::protocol::frame::Frame;
    use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

    fn frame(length: usize, masked: bool) -> Vec<u8> {
        let mut frame = Frame::message(
            vec![0xFF; length],
            OpCode::Data(Data::Continue),
            length.is_multiple_of(2),
        );
        if masked {
            frame.header_mut().mask = Some([1, 2, 3, 4]);
        }
        let mut bytes = Vec::new();
        frame.format(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn frames_are_counted_however_they_are_cut() {
        let lengths = [0, 1, 125, 126, 0, 0, 65_535, 65_536, 70_000, 0];
        for masked in [true, false] {
            let all: Vec<u8> = lengths.iter().flat_map(|length| frame(*length, masked)).collect();
            for size in [1, 2, 3, 7, 1024, all.len()] {
                let mut counter = FrameCounter::default();
                let frames: u64 = all.chunks(size).map(|chunk| counter.count(chunk)).sum();
                assert_eq!(frames, lengths.len() as u64, "in pieces of {size}");
                assert_eq!((counter.header_bytes, counter.payload_left), (0, 0));
            }
        }
    }

    #[test]
    fn an_allowance_is_used_up_and_refills_over_time() {
        let start = Instant::now();
        let after = |millis| start + Duration::from_millis(millis);
        let mut allowance = Allowance::new(10, 4, start);
        assert!(allowance.take(10, start));
        assert!(!allowance.take(1, after(249)));
        assert!(allowance.take(1, after(250)));
        assert!(!allowance.take(1, after(499)));
        assert!(allowance.take(1, after(501)));
        assert!(allowance.take(1, after(750)), "no part of a unit is lost");
        assert!(allowance.take(10, after(100_000)));
        assert!(!allowance.take(1, after(100_000)), "it never exceeds its burst");
    }
}
