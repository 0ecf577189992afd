//! Who is on stage: people, their screens, and everything those received.

use super::differ::first_difference;
use super::frames::Recording;
use hearth_client::{Client, Events, Happening, LineState};
use hearth_protocol::api::LinkRole;
use hearth_protocol::frame::{Answer, EventFrame, Notice};
use hearth_protocol::keys::SeatKey;
use hearth_protocol::{CommandId, SeatNo, ServerFrame};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One screen on a seat.
#[derive(Debug)]
pub(super) struct Screen {
    pub(super) client: Client,
    events: Events,
    /// The close codes it met, in order; `None` where the line broke off.
    pub(super) closes: Vec<Option<u16>>,
    pub(super) recording: Recording,
}

impl Screen {
    pub(super) fn new(name: &str, nth: usize, client: Client, events: Events) -> Self {
        let screen = if nth == 1 { name.to_owned() } else { format!("{name}-{nth}") };
        let recording = Recording { screen, seat: client.seat().0, frames: Vec::new() };
        Self { client, events, closes: Vec::new(), recording }
    }

    pub(super) fn is_open(&self) -> bool {
        self.client.look(|view| view.line == LineState::Open)
    }
}

/// Somebody in the story.
#[derive(Debug)]
pub(super) struct Guest {
    pub(super) name: String,
    pub(super) by: LinkRole,
    pub(super) key: SeatKey,
    /// Their screens, the present one last.
    pub(super) screens: Vec<Screen>,
}

impl Guest {
    pub(super) fn screen(&self) -> Option<&Screen> {
        self.screens.last()
    }

    pub(super) fn open_screen(&self) -> Option<&Screen> {
        self.screen().filter(|screen| screen.is_open())
    }

    pub(super) fn seat(&self) -> Option<SeatNo> {
        self.screen().map(|screen| screen.client.seat())
    }
}

/// Every event that anybody received, by audience and number.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) room: BTreeMap<u64, Value>,
    pub(super) staff: BTreeMap<u64, Value>,
    pub(super) alone: BTreeMap<SeatNo, BTreeMap<u64, Value>>,
}

/// How far the ledger had come.
#[derive(Debug, Default, Clone)]
pub(super) struct Mark {
    pub(super) room: u64,
    pub(super) staff: u64,
    pub(super) alone: BTreeMap<SeatNo, u64>,
}

fn newest(events: &BTreeMap<u64, Value>) -> u64 {
    events.last_key_value().map_or(0, |(number, _)| *number)
}

impl Ledger {
    pub(super) fn mark(&self) -> Mark {
        Mark {
            room: newest(&self.room),
            staff: newest(&self.staff),
            alone: self.alone.iter().map(|(seat, events)| (*seat, newest(events))).collect(),
        }
    }

    /// Notes an event. What two screens received under one number must be one event; words may
    /// since have been erased.
    fn note(&mut self, seat: SeatNo, event: &EventFrame) -> Result<(), String> {
        let body = |value: serde_json::Result<Value>| value.map_err(|error| error.to_string());
        let (events, number, value) = match event {
            EventFrame::Room { room, event, .. } => {
                (&mut self.room, *room, body(serde_json::to_value(event))?)
            }
            EventFrame::Staff { staff, event, .. } => {
                (&mut self.staff, *staff, body(serde_json::to_value(event))?)
            }
            EventFrame::Seat { seat: number, event, .. } => {
                (self.alone.entry(seat).or_default(), *number, body(serde_json::to_value(event))?)
            }
        };
        if let Some(other) = events.get(&number) {
            let erased = |value: &Value| value.pointer("/said/words/text").is_none();
            if let Some(difference) = first_difference(other, &value)
                && !(erased(other) || erased(&value))
            {
                return Err(format!("event {number} differs between two screens: {difference}"));
            }
            return Ok(());
        }
        events.insert(number, value);
        Ok(())
    }
}

/// The people, and what they received.
#[derive(Debug, Default)]
pub(super) struct Stage {
    pub(super) guests: Vec<Guest>,
    pub(super) ledger: Ledger,
    /// Ids of the commands by which the runner waits for its turn; their answers are no part of the
    /// story.
    pub(super) barriers: BTreeSet<CommandId>,
}

impl Stage {
    pub(super) fn guest(&self, name: &str) -> Result<&Guest, String> {
        let found = self.guests.iter().find(|guest| guest.name == name);
        found.ok_or_else(|| format!("{name} has not come in"))
    }

    pub(super) fn guest_mut(&mut self, name: &str) -> Result<&mut Guest, String> {
        let found = self.guests.iter_mut().find(|guest| guest.name == name);
        found.ok_or_else(|| format!("{name} has not come in"))
    }

    pub(super) fn seat(&self, name: &str) -> Result<SeatNo, String> {
        self.guest(name)?.seat().ok_or_else(|| format!("{name} has no seat"))
    }

    pub(super) fn name(&self, seat: SeatNo) -> String {
        let found = self.guests.iter().find(|guest| guest.seat() == Some(seat));
        found.map_or_else(|| format!("seat {seat}"), |guest| guest.name.clone())
    }

    /// Returns the screens whose lines are open, each with its person.
    pub(super) fn open(&self) -> impl Iterator<Item = (&Guest, &Screen)> {
        self.guests.iter().filter_map(|guest| Some((guest, guest.open_screen()?)))
    }

    /// Takes up what came in since the last time.
    pub(super) fn pump(&mut self) -> Result<(), String> {
        let Self { guests, ledger, barriers } = self;
        for guest in guests.iter_mut() {
            for screen in &mut guest.screens {
                while let Some(happening) =
                    screen.events.try_next().map_err(|missed| missed.to_string())?
                {
                    take_up(screen, ledger, barriers, happening)
                        .map_err(|why| format!("{}: {why}", guest.name))?;
                }
            }
        }
        Ok(())
    }
}

fn take_up(
    screen: &mut Screen,
    ledger: &mut Ledger,
    barriers: &BTreeSet<CommandId>,
    happening: Happening,
) -> Result<(), String> {
    let (text, frame) = match happening {
        Happening::Lost { code } => {
            screen.closes.push(code);
            return Ok(());
        }
        Happening::Gone(gone) => {
            screen.closes.push(gone.code);
            return Ok(());
        }
        Happening::Frame { text, frame } => (text, frame),
    };
    match &*frame {
        ServerFrame::Event(event) => ledger.note(screen.client.seat(), event)?,
        ServerFrame::Answer(Answer { re: Some(re), .. }) if barriers.contains(re) => return Ok(()),
        // When a beat comes depends on the machine, and nothing follows from it.
        ServerFrame::Notice(Notice::Beat(_)) => return Ok(()),
        ServerFrame::Answer(_) | ServerFrame::Notice(_) => {}
    }
    screen.recording.frames.push(serde_json::from_str(&text).map_err(|error| error.to_string())?);
    Ok(())
}
