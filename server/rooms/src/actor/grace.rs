//! Grace periods: a seat whose connection has closed stays present for a few seconds.

use super::Actor;
use crate::connection_link::{ConnectionEnd, ConnectionId};
use hearth_protocol::{Millis, SeatNo};

/// Time to reconnect before a seat counts as away.
pub(super) const GRACE_MS: u64 = 3_000;

/// A closed connection whose seat isn't away yet.
pub(super) struct GracePeriod {
    pub(super) connection: ConnectionId,
    pub(super) until: Millis,
}

impl Actor {
    /// Forgets the connections that have ended, and starts their seats' grace periods.
    pub(super) fn take_disconnected(&mut self) {
        let now = self.now();
        let disconnected: Vec<(SeatNo, ConnectionId, ConnectionEnd)> = self
            .links
            .iter()
            .filter_map(|(seat, link)| Some((*seat, link.connection(), link.disconnected()?)))
            .collect();
        for (seat, connection, reason) in disconnected {
            self.links.remove(&seat);
            let until = match reason {
                ConnectionEnd::Closed => now.saturating_add(GRACE_MS),
                ConnectionEnd::PingTimeout => now,
                // The next server finds the seat still marked as present, and corrects that.
                ConnectionEnd::ServerStop => continue,
            };
            self.grace_periods.insert(seat, GracePeriod { connection, until });
        }
    }
}
