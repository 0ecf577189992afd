//! The floor: what delivering costs if a server does nothing else. It accepts WebSockets, and for
//! each message from a connection writes a ready-made frame to every connection of the room. It
//! orders, checks and stores nothing.

use crate::wire::{Reader, TEXT, server_frame, write_now};
use std::collections::HashMap;
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// Files with the frames to write, in the data folder.
pub(crate) const WELCOME_FILE: &str = "welcome.json";
pub(crate) const DELIVERY_FILE: &str = "delivery.json";
/// The part of a hello that names its circle.
pub(crate) const CIRCLE: std::ops::Range<usize> = 20..56;

type Room = Arc<Mutex<Vec<Arc<OwnedWriteHalf>>>>;

/// The frames, and the rooms by what a hello says of its circle.
struct Floor {
    welcome: Vec<u8>,
    delivery: Vec<u8>,
    rooms: Mutex<HashMap<Vec<u8>, Room>>,
}

/// Serves until the process is killed.
pub(crate) async fn serve(data: &Path, listen: SocketAddr) -> Result<(), Box<dyn Error>> {
    let welcome = server_frame(TEXT, &std::fs::read(data.join(WELCOME_FILE))?);
    let delivery = server_frame(TEXT, &std::fs::read(data.join(DELIVERY_FILE))?);
    let floor = Arc::new(Floor { welcome, delivery, rooms: Mutex::default() });
    let listener = TcpListener::bind(listen).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        let floor = Arc::clone(&floor);
        // A connection ends with an error when its client goes.
        tokio::spawn(async move { drop(connection(&floor, stream).await) });
    }
}

async fn connection(floor: &Floor, stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (half, writer) = stream.into_split();
    let (mut reader, writer) = (Reader::new(half), Arc::new(writer));
    let head = reader.http_head().await?;
    let key = head.lines().find_map(|line| line.strip_prefix("sec-websocket-key: "));
    let accept = derive_accept_key(key.unwrap_or_default().as_bytes());
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\
         sec-websocket-protocol: {}\r\nsec-websocket-accept: {accept}\r\n\r\n",
        hearth_protocol::SUBPROTOCOL
    );
    write_now(&writer, answer.as_bytes())?;
    let mut room: Option<Room> = None;
    loop {
        let each = |_, payload: &[u8]| match &room {
            Some(room) => {
                let room = room.lock().unwrap_or_else(PoisonError::into_inner);
                for member in room.iter() {
                    drop(write_now(member, &floor.delivery));
                }
            }
            None => {
                let circle = payload.get(CIRCLE).unwrap_or_default().to_vec();
                let mut rooms = floor.rooms.lock().unwrap_or_else(PoisonError::into_inner);
                let joined = Arc::clone(rooms.entry(circle).or_default());
                let mut members = joined.lock().unwrap_or_else(PoisonError::into_inner);
                members.push(Arc::clone(&writer));
                drop(members);
                drop(write_now(&writer, &floor.welcome));
                room = Some(joined);
            }
        };
        reader.read(each).await?;
    }
}
