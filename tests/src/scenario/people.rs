//! The people of a scenario, their screens, and every frame they received.

use super::frame_log::FrameLog;
use super::names::Names;
use super::recording::Recording;
use super::statements::Shown;
use hearth_client::{Client, ConnectionState, Event, Events};
use hearth_protocol::api::LinkRole;
use hearth_protocol::frame::{Answer, Notice, Outcome};
use hearth_protocol::keys::SeatKey;
use hearth_protocol::{CommandId, SeatNo, ServerFrame, Snapshot};
use std::collections::{BTreeMap, BTreeSet};

/// One screen on a seat: its first snapshot with every frame since merged into it.
#[derive(Debug)]
pub(super) struct Screen {
    pub(super) client: Client,
    pub(super) view: Snapshot,
    /// The close codes it received, in order; `None` if the connection broke.
    pub(super) closes: Vec<Option<u16>>,
    pub(super) recording: Recording,
    events: Events,
}

impl Screen {
    pub(super) fn new(name: &str, nth: usize, client: Client, events: Events) -> Self {
        let screen = if nth == 1 { name.to_owned() } else { format!("{name}-{nth}") };
        let recording = Recording { screen, seat: client.seat().0, frames: Vec::new() };
        // Present only until the welcome has been read.
        let view = client.view().snapshot;
        Self { client, view, closes: Vec::new(), recording, events }
    }

    pub(super) fn is_open(&self) -> bool {
        self.client.with_view(|view| view.connection == ConnectionState::Open)
    }

    /// Merges a frame as PROTOCOL.md says, independently of the client's own view.
    fn merge(&mut self, frame: ServerFrame) -> Result<(), String> {
        match frame {
            ServerFrame::Decision(frame) => {
                self.view.apply(*frame).map_err(|error| error.to_string())?;
            }
            ServerFrame::Notice(Notice::Snapshot(snapshot)) => self.view = *snapshot,
            ServerFrame::Notice(Notice::Welcome(welcome)) => {
                if let Some(snapshot) = welcome.snapshot {
                    self.view = snapshot;
                }
            }
            ServerFrame::Answer(Answer { outcome: Outcome::Page(page), .. }) => {
                self.view.add_page(page);
            }
            ServerFrame::Notice(Notice::Writing(_) | Notice::Beat(_)) | ServerFrame::Answer(_) => {}
        }
        Ok(())
    }
}

/// Someone in the story.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) by: LinkRole,
    pub(super) key: SeatKey,
    /// Their screens, the current one last.
    pub(super) screens: Vec<Screen>,
}

impl Person {
    pub(super) fn screen(&self) -> Option<&Screen> {
        self.screens.last()
    }

    pub(super) fn open_screen(&self) -> Option<&Screen> {
        self.screen().filter(|screen| screen.is_open())
    }
}

/// Everyone in the story, and what they received.
#[derive(Debug, Default)]
pub(super) struct People {
    pub(super) all: Vec<Person>,
    pub(super) seats: BTreeMap<String, SeatNo>,
    pub(super) log: FrameLog,
    /// Ids of the commands that the runner sends in order to wait. Their answers aren't part of the
    /// story.
    pub(super) barriers: BTreeSet<CommandId>,
}

impl People {
    pub(super) fn person(&self, name: &str) -> Result<&Person, String> {
        let found = self.all.iter().find(|person| person.name == name);
        found.ok_or_else(|| format!("{name} hasn't joined"))
    }

    pub(super) fn person_mut(&mut self, name: &str) -> Result<&mut Person, String> {
        let found = self.all.iter_mut().find(|person| person.name == name);
        found.ok_or_else(|| format!("{name} hasn't joined"))
    }

    pub(super) fn names(&self) -> Names<'_> {
        Names { seats: &self.seats, log: &self.log }
    }

    /// Returns the open screens, each with its person.
    pub(super) fn open(&self) -> impl Iterator<Item = (&Person, &Screen)> {
        self.all.iter().filter_map(|person| Some((person, person.open_screen()?)))
    }

    /// Returns what the open screens show.
    pub(super) fn shown(&self) -> Vec<Shown<'_>> {
        self.open()
            .map(|(person, screen)| Shown { name: &person.name, view: &screen.view })
            .collect()
    }

    /// Reads what the screens received since the last time.
    pub(super) fn pump(&mut self) -> Result<(), String> {
        let Self { all, log, barriers, .. } = self;
        for person in all.iter_mut() {
            for screen in &mut person.screens {
                while let Some(event) =
                    screen.events.try_next().map_err(|lagged| lagged.to_string())?
                {
                    receive(screen, log, barriers, event)
                        .map_err(|why| format!("{}: {why}", person.name))?;
                }
            }
        }
        Ok(())
    }
}

fn receive(
    screen: &mut Screen,
    log: &mut FrameLog,
    barriers: &BTreeSet<CommandId>,
    event: Event,
) -> Result<(), String> {
    let text = match event {
        Event::Raw(text) => text,
        Event::ConnectionLost { code } => {
            screen.closes.push(code);
            return Ok(());
        }
        Event::Closed(reason) => {
            screen.closes.push(reason.code);
            return Ok(());
        }
        // These events repeat what the raw frames say.
        _ => return Ok(()),
    };
    let frame = ServerFrame::parse(&text).map_err(|error| error.to_string())?;
    match &frame {
        ServerFrame::Decision(frame) => log.add(screen.client.seat(), frame)?,
        ServerFrame::Answer(Answer { re: Some(re), .. }) if barriers.contains(re) => return Ok(()),
        // The time of a heartbeat depends on the machine.
        ServerFrame::Notice(Notice::Beat(_)) => return Ok(()),
        ServerFrame::Answer(_) | ServerFrame::Notice(_) => {}
    }
    let snapshots = matches!(&frame, ServerFrame::Notice(_) | ServerFrame::Answer(_));
    screen.merge(frame)?;
    if snapshots {
        log.add_view(&screen.view);
    }
    screen.recording.frames.push(serde_json::from_str(&text).map_err(|error| error.to_string())?);
    Ok(())
}
