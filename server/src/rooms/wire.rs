//! Finished WebSocket frames: what the server sends is unmasked, so header and payload are encoded
//! once and the same bytes go to every line.

use bytes::Bytes;
use hearth_protocol::event::RoomEvent;
use hearth_protocol::frame::{Answer, EventFrame, Notice, Outcome, ServerFrame};
use hearth_protocol::text::Words;
use hearth_protocol::{CommandId, EachWords, Refusal, WordsId};
use serde::Serialize;
use std::fmt;
use std::ops::Range;
use std::str;

/// Bytes of the longest header of an unmasked frame.
const HEADER_BYTES_MAX: usize = 10;
/// A final text frame's first byte (RFC 6455, 5.2).
const FINAL_TEXT: u8 = 0x81;
/// An empty, unmasked ping.
pub(crate) const PING: &[u8] = &[0x89, 0x00];

/// A whole WebSocket text frame: header and JSON payload.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Frame(Bytes);

impl fmt::Debug for Frame {
    /// Shows nothing of the payload: words may stand in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({} bytes)", self.len())
    }
}

impl Frame {
    /// Encodes a value as one text frame.
    pub(crate) fn text<T: Serialize>(value: &T) -> Result<Self, serde_json::Error> {
        let mut buffer = vec![0_u8; HEADER_BYTES_MAX];
        serde_json::to_writer(&mut buffer, value)?;
        let length = buffer.len() - HEADER_BYTES_MAX;
        let header = header(FINAL_TEXT, length);
        let start = HEADER_BYTES_MAX - header.len();
        for (place, byte) in buffer.iter_mut().skip(start).zip(&header) {
            *place = *byte;
        }
        Ok(Self(Bytes::from(buffer).slice(start..)))
    }

    /// Returns the frame that these bytes are.
    #[cfg(test)]
    pub(crate) fn of(bytes: Bytes) -> Self {
        Self(bytes)
    }

    /// Encodes an answer.
    pub(crate) fn answer(
        re: Option<CommandId>,
        outcome: Outcome,
    ) -> Result<Self, serde_json::Error> {
        Self::text(&ServerFrame::Answer(Answer { re, outcome }))
    }

    /// Encodes a refusal.
    pub(crate) fn refused(
        re: Option<CommandId>,
        refusal: impl Into<Refusal>,
    ) -> Result<Self, serde_json::Error> {
        Self::answer(re, Outcome::Refused(refusal.into()))
    }

    /// Returns the bytes that go out.
    pub(crate) fn bytes(&self) -> &Bytes {
        &self.0
    }

    /// Returns how many bytes go out.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the JSON text in it.
    pub(crate) fn payload(&self) -> &str {
        let bytes = self.0.get(payload_range(&self.0)).unwrap_or_default();
        str::from_utf8(bytes).unwrap_or_default()
    }

    /// Returns the frame without the text of `erased`, if that may stand in it.
    pub(crate) fn without(&self, erased: WordsId) -> Option<Self> {
        // The id stands beside every text as a string, so a frame that lacks it needs no parsing.
        if !self.payload().contains(&erased.to_string()) {
            return None;
        }
        let mut parsed = ServerFrame::parse(self.payload()).ok()?;
        let mut found = false;
        each_words(&mut parsed, &mut |words| {
            if words.id == erased && words.text.is_some() {
                words.text = None;
                found = true;
            }
        });
        if found { Self::text(&parsed).ok() } else { None }
    }
}

fn header(first: u8, length: usize) -> Vec<u8> {
    let mut header = vec![first];
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < 126 => header.push(short),
        (_, Ok(medium)) => {
            header.push(126);
            header.extend_from_slice(&medium.to_be_bytes());
        }
        _ => {
            header.push(127);
            header.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    header
}

fn payload_range(frame: &[u8]) -> Range<usize> {
    let start = match frame.get(1) {
        Some(126) => 4,
        Some(127) => HEADER_BYTES_MAX,
        _ => 2,
    };
    start.min(frame.len())..frame.len()
}

/// Calls `visit` with every reference to a human text in a frame.
pub(crate) fn each_words(frame: &mut ServerFrame, visit: &mut dyn FnMut(&mut Words)) {
    match frame {
        ServerFrame::Event(EventFrame::Room { event, .. }) => RoomEvent::each_words(event, visit),
        ServerFrame::Notice(Notice::Snapshot(snapshot)) => snapshot.each_words(visit),
        ServerFrame::Notice(Notice::Welcome(welcome)) => {
            if let Some(snapshot) = &mut welcome.snapshot {
                snapshot.each_words(visit);
            }
        }
        ServerFrame::Answer(Answer { outcome: Outcome::Page(page), .. }) => {
            page.said.iter_mut().for_each(|said| visit(&mut said.words));
        }
        ServerFrame::Event(_) | ServerFrame::Notice(_) | ServerFrame::Answer(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_protocol::frame::Page;
    use hearth_protocol::text::Text;
    use hearth_protocol::{Flow, Said, SaidKind, SeatNo};
    use uuid::Uuid;

    fn said(id: WordsId) -> ServerFrame {
        ServerFrame::Event(EventFrame::Room {
            room: 4,
            at: 9,
            event: RoomEvent::Said {
                words: Words::new(id, Text::plain("my own words")),
                seat: SeatNo(1),
                kind: SaidKind::Share,
                flow: Flow::at_rest(),
            },
        })
    }

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

    #[test]
    fn erased_words_leave_an_event_and_a_page_and_their_id_stays() {
        let id = WordsId(Uuid::from_u128(7));
        let page = Answer {
            re: None,
            outcome: Outcome::Page(Page {
                said: vec![Said {
                    words: Words::new(id, Text::plain("my own words")),
                    seat: SeatNo(1),
                    kind: SaidKind::Share,
                    round: 1,
                    at: 9,
                    taken_back: false,
                    gestures: Vec::new(),
                }],
                earlier: false,
            }),
        };
        for whole in [said(id), ServerFrame::Answer(page)] {
            let frame = Frame::text(&whole).unwrap();
            let bare = frame.without(id).unwrap();
            assert!(frame.payload().contains("my own words"));
            assert!(!bare.payload().contains("my own words"));
            assert!(bare.payload().contains(&id.to_string()));
            assert!(ServerFrame::parse(bare.payload()).is_ok());
            assert!(bare.without(id).is_none(), "nothing is left to take out");
        }
    }

    #[test]
    fn other_words_stay_as_they_are() {
        let frame = Frame::text(&said(WordsId(Uuid::from_u128(7)))).unwrap();
        assert!(frame.without(WordsId(Uuid::from_u128(8))).is_none());
    }
}
