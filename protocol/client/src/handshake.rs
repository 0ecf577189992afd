//! Opening a connection to a seat: the client's hello and the server's welcome.

use crate::connection::{Connection, Incoming};
use crate::error::{CloseReason, Error};
use crate::link::Origin;
use hearth_protocol::frame::{Answer, Notice, Outcome, Welcome};
use hearth_protocol::{ClientFrame, Hello, ServerFrame};
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// A connection on which the server welcomed the client.
pub(crate) struct Welcomed {
    pub(crate) connection: Connection,
    /// The welcome as received.
    pub(crate) text: Utf8Bytes,
    pub(crate) welcome: Welcome,
}

/// Everything needed to open a connection to a seat, the first time and every later one.
#[derive(Debug, Clone)]
pub(crate) struct Handshake {
    pub(crate) origin: Origin,
    pub(crate) hello: Hello,
    pub(crate) timeout: Duration,
}

impl Handshake {
    /// Opens a connection, sends the hello and waits for the welcome.
    pub(crate) async fn open(&mut self) -> Result<Welcomed, Error> {
        let welcomed = timeout(self.timeout, self.exchange()).await;
        let welcomed = welcomed.unwrap_or(Err(Error::Timeout(self.timeout)))?;
        if self.hello.resume.is_none() && welcomed.welcome.snapshot.is_none() {
            return Err(Error::Protocol("the server's welcome has no snapshot".to_owned()));
        }
        if let Some(key) = self.hello.new_seat_key.take() {
            self.hello.seat_key = key;
        }
        Ok(welcomed)
    }

    async fn exchange(&self) -> Result<Welcomed, Error> {
        let mut connection = Connection::open(&self.origin, self.timeout).await?;
        connection
            .send(&ClientFrame::Hello(Box::new(self.hello.clone())))
            .map_err(|source| Error::Unreachable { origin: self.origin.clone(), source })?;
        let mut refusal = None;
        loop {
            let text = match connection.next().await {
                Incoming::Text(text) => text,
                Incoming::Closed(code) => {
                    return Err(Error::JoinRejected { reason: CloseReason { code }, refusal });
                }
            };
            match ServerFrame::parse(&text).map_err(|error| Error::Protocol(error.to_string()))? {
                ServerFrame::Notice(Notice::Welcome(welcome)) => {
                    return Ok(Welcomed { connection, text, welcome: *welcome });
                }
                // The refusal explains the close that follows it.
                ServerFrame::Answer(Answer { outcome: Outcome::Refused(refused), .. }) => {
                    refusal = Some(refused);
                }
                _ => return Err(Error::Protocol("the first frame isn't a welcome".to_owned())),
            }
        }
    }
}
