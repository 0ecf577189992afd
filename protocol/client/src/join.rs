//! Joining a circle with a link, or returning to a seat with its key.

use crate::actor::Actor;
use crate::client::Client;
use crate::error::Error;
use crate::events::Events;
use crate::handshake::{Handshake, Welcomed};
use crate::link::{Link, Origin};
use crate::options::ConnectionOptions;
use crate::random;
use crate::view::View;
use hearth_protocol::keys::{EntryKey, SeatKey};
use hearth_protocol::limits::UNANSWERED_MAX;
use hearth_protocol::presence::Stance;
use hearth_protocol::{CircleId, Hello, Text};
use tokio::sync::{broadcast, mpsc, watch};

/// Takes a seat, or returns to one.
#[derive(Debug, Clone)]
pub struct Join {
    origin: Origin,
    circle: CircleId,
    seat_key: Option<SeatKey>,
    new_seat_key: Option<SeatKey>,
    entry_key: Option<EntryKey>,
    name: Option<Text>,
    stance: Stance,
    options: ConnectionOptions,
}

impl Join {
    /// Joins with a link. A new seat key is generated unless [`seat_key`](Self::seat_key) gives
    /// one.
    pub fn by_link(link: &Link) -> Self {
        Self {
            entry_key: Some(link.secret().entry_key()),
            ..Self::to_circle(link.origin().clone(), link.circle())
        }
    }

    /// Returns to a seat without a link. Needs the seat's key.
    pub fn to_circle(origin: Origin, circle: CircleId) -> Self {
        Self {
            origin,
            circle,
            seat_key: None,
            new_seat_key: None,
            entry_key: None,
            name: None,
            stance: Stance::default(),
            options: ConnectionOptions::default(),
        }
    }

    /// Sets the person's name. Needed to take a new seat.
    pub fn name(self, name: impl Into<String>) -> Self {
        Self { name: Some(Text::plain(name)), ..self }
    }

    /// Sets the stance to join with.
    pub fn stance(self, stance: Stance) -> Self {
        Self { stance, ..self }
    }

    /// Sets the seat key. The same key always leads to the same seat.
    pub fn seat_key(self, key: SeatKey) -> Self {
        Self { seat_key: Some(key), ..self }
    }

    /// Sets the entry key, in place of the link's.
    pub fn entry_key(self, key: EntryKey) -> Self {
        Self { entry_key: Some(key), ..self }
    }

    /// Replaces the seat's key with this one and invalidates the old one (*it wasn't me*).
    pub fn new_seat_key(self, key: SeatKey) -> Self {
        Self { new_seat_key: Some(key), ..self }
    }

    /// Sets how the client keeps its connection.
    pub fn options(self, options: ConnectionOptions) -> Self {
        Self { options, ..self }
    }

    /// Connects and waits for the welcome. The first event is the [`Reset`](crate::Event::Reset) to
    /// the snapshot in it.
    ///
    /// Must be called within a Tokio runtime: a task keeps the connection until every [`Client`] is
    /// dropped.
    pub async fn connect(self) -> Result<(Client, Events), Error> {
        let options = self.options;
        let mut handshake = self.handshake()?;
        let Welcomed { connection, text, welcome } = handshake.open().await?;
        let view = View::new(welcome)
            .ok_or_else(|| Error::Protocol("the server's welcome has no snapshot".to_owned()))?;
        let (view_sender, view) = watch::channel(view);
        let (event_sender, events) = broadcast::channel(options.event_buffer);
        let (request_sender, requests) = mpsc::channel(UNANSWERED_MAX);
        let client = Client::new(request_sender, view, event_sender.clone());
        let actor = Actor::new(handshake, options, connection, requests, view_sender, event_sender);
        tokio::spawn(actor.run(text));
        Ok((client, Events::new(events)))
    }

    fn handshake(self) -> Result<Handshake, Error> {
        let seat_key = match self.seat_key {
            Some(key) => key,
            None => random::seat_key()?,
        };
        let hello = Hello {
            circle: self.circle,
            seat_key,
            entry_key: self.entry_key,
            name: self.name,
            stance: self.stance,
            resume: None,
            new_seat_key: self.new_seat_key,
        };
        Ok(Handshake { origin: self.origin, hello, timeout: self.options.connect_timeout })
    }
}
