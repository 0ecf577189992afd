//! Rooms over a temporary store, with the server's own connections.

use crate::access::WebSocketPermit;
use hearth_rooms::Rooms;
use hearth_rooms::testing::{ServeConnection, TestServerWith};
use tokio::io::DuplexStream;

/// Serves connections as the server does, without counting addresses.
pub(crate) struct ServerConnection;

impl ServeConnection for ServerConnection {
    async fn serve(rooms: Rooms, stream: DuplexStream) {
        crate::connection::serve(rooms, stream, None, WebSocketPermit::uncounted()).await;
    }
}

pub(crate) type TestServer = TestServerWith<ServerConnection>;
