//! Finished WebSocket frames. Server frames are unmasked, so header and payload are encoded once and
//! every connection sends the same bytes.

use bytes::Bytes;
use hearth_protocol::frame::{Answer, Outcome, ServerFrame};
use hearth_protocol::{CommandId, Refusal};
use serde::Serialize;
use serde::ser::Error;
use std::fmt;
use std::ops::Range;
use std::str;
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};

/// Bytes of the longest header of an unmasked frame.
const HEADER_BYTES_MAX: usize = 10;
/// Most frames are shorter.
const USUAL_BYTES: usize = 1_024;
/// An empty, unmasked ping.
pub const PING: &[u8] = &[0x89, 0x00];
/// Bytes of the reason that fit into a close frame beside the code.
const REASON_BYTES_MAX: usize = 123;

/// A whole WebSocket text frame: header and JSON payload.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame(Bytes);

impl fmt::Debug for Frame {
    /// Hides the payload, since it may contain people's messages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({} bytes)", self.len())
    }
}

impl Frame {
    /// Encodes a value as one text frame.
    pub fn text<T: Serialize>(value: &T) -> Result<Self, serde_json::Error> {
        // The header's length depends on the payload's, so leave room for the longest.
        let mut buffer = Vec::with_capacity(USUAL_BYTES);
        buffer.resize(HEADER_BYTES_MAX, 0);
        serde_json::to_writer(&mut buffer, value)?;
        let length = (buffer.len() - HEADER_BYTES_MAX) as u64;
        let header = header(OpCode::Data(Data::Text));
        let start = HEADER_BYTES_MAX - header.len(length);
        let mut place = buffer.get_mut(start..HEADER_BYTES_MAX).unwrap_or_default();
        header.format(length, &mut place).map_err(serde_json::Error::custom)?;
        // Many frames are kept for long.
        buffer.shrink_to_fit();
        Ok(Self(Bytes::from(buffer).slice(start..)))
    }

    #[cfg(test)]
    pub(crate) fn from_bytes(bytes: Bytes) -> Self {
        Self(bytes)
    }

    pub fn answer(re: Option<CommandId>, outcome: Outcome) -> Result<Self, serde_json::Error> {
        Self::text(&ServerFrame::Answer(Answer { re, outcome }))
    }

    pub fn refused(
        re: Option<CommandId>,
        refusal: impl Into<Refusal>,
    ) -> Result<Self, serde_json::Error> {
        Self::answer(re, Outcome::Refused(refusal.into()))
    }

    /// Returns the whole frame, header included.
    pub fn bytes(&self) -> &Bytes {
        &self.0
    }

    /// Returns the whole frame's length, header included.
    #[allow(clippy::len_without_is_empty, reason = "no frame is empty: it has a header")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the JSON payload.
    pub fn payload(&self) -> &str {
        let bytes = self.0.get(payload_range(&self.0)).unwrap_or_default();
        str::from_utf8(bytes).unwrap_or_default()
    }
}

/// Encodes a whole close frame.
pub fn close_frame(code: u16, reason: &str) -> Vec<u8> {
    let reason = reason.get(..REASON_BYTES_MAX.min(reason.len())).unwrap_or_default();
    let mut frame = header_bytes(OpCode::Control(Control::Close), 2 + reason.len());
    frame.extend_from_slice(&code.to_be_bytes());
    frame.extend_from_slice(reason.as_bytes());
    frame
}

/// Returns the header and the payload of a whole message.
pub fn message_frame(is_text: bool, payload: Bytes) -> [Bytes; 2] {
    let data = if is_text { Data::Text } else { Data::Binary };
    [Bytes::from(header_bytes(OpCode::Data(data), payload.len())), payload]
}

fn header(opcode: OpCode) -> FrameHeader {
    FrameHeader { opcode, ..FrameHeader::default() }
}

fn header_bytes(opcode: OpCode, length: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER_BYTES_MAX);
    // Writing to a Vec can't fail.
    let _infallible = header(opcode).format(length as u64, &mut bytes);
    bytes
}

fn payload_range(frame: &[u8]) -> Range<usize> {
    let start = match frame.get(1) {
        Some(126) => 4,
        Some(127) => HEADER_BYTES_MAX,
        _ => 2,
    };
    start.min(frame.len())..frame.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_of_any_length_carries_its_payload_unmasked() {
        for (length, header) in [(0, 2), (123, 2), (124, 4), (65_533, 4), (65_534, 10)] {
            let text = "x".repeat(length);
            let frame = Frame::text(&text).unwrap();
            assert_eq!(frame.len(), header + length + 2);
            assert_eq!(frame.bytes()[0], 0x81);
            assert_eq!(frame.payload(), format!("\"{text}\""));
        }
    }
}
