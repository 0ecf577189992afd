//! A chat that keeps what it shows: each message is committed to SQLite (WAL, `synchronous=FULL`)
//! before anybody sees it, by one thread that commits in groups. It has no turns, no recipients and
//! no resuming.

use futures_util::{SinkExt, StreamExt};
use rusqlite::Connection;
use serde_json::Value;
use std::collections::HashMap;
use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio_tungstenite::accept_hdr_async_with_config;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use uuid::Uuid;

/// Messages in one commit.
const GROUP_MAX: usize = 256;
/// Messages that a connection may be behind.
const BEHIND_MAX: usize = 256;
const BUFFER_BYTES: usize = 1_024;

type Failed = Box<dyn Error + Send + Sync>;
type Room = broadcast::Sender<Utf8Bytes>;

/// A message on its way to the disk, and then to its room.
struct Said {
    circle: String,
    words: String,
    room: Room,
}

struct Chat {
    rooms: Mutex<HashMap<String, Room>>,
    writer: mpsc::Sender<Said>,
}

/// Serves until the process is killed.
pub(crate) async fn serve(data: &Path, listen: SocketAddr) -> Result<(), Box<dyn Error>> {
    let db = Connection::open(data.join("chat.db"))?;
    db.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.execute_batch("CREATE TABLE message (circle TEXT, at INTEGER, id TEXT, words TEXT)")?;
    let (writer, waiting) = mpsc::channel();
    std::thread::spawn(move || {
        if let Err(error) = write(db, &waiting) {
            eprintln!("nothing can be written any more: {error}");
            std::process::exit(1);
        }
    });
    let chat = Arc::new(Chat { rooms: Mutex::default(), writer });
    let listener = TcpListener::bind(listen).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        // A connection ends with an error when its client goes.
        let chat = Arc::clone(&chat);
        tokio::spawn(async move { drop(connection(&chat, stream).await) });
    }
}

/// Commits everything that is waiting as one group, then shows it.
#[expect(clippy::disallowed_methods, reason = "the time isn't Hearth's")]
fn write(mut db: Connection, waiting: &mpsc::Receiver<Said>) -> Result<(), Failed> {
    while let Ok(first) = waiting.recv() {
        let group = std::iter::once(first).chain(waiting.try_iter().take(GROUP_MAX - 1));
        let commit = db.transaction()?;
        let mut shown = Vec::new();
        let mut insert = commit.prepare_cached("INSERT INTO message VALUES (?1, ?2, ?3, ?4)")?;
        for Said { circle, words, room } in group {
            let at = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as i64;
            let id = Uuid::new_v4().to_string();
            insert.execute((&circle, at, &id, &words))?;
            let number = commit.last_insert_rowid();
            shown.push((room, delivery(number, at, &id, &words)));
        }
        drop(insert);
        commit.commit()?;
        for (room, frame) in shown {
            // Nobody may be there any more.
            drop(room.send(frame.into()));
        }
    }
    Ok(())
}

/// Returns a frame like Hearth's, so that the bytes on the wire are comparable.
fn delivery(number: i64, at: i64, id: &str, words: &str) -> String {
    let words = Value::from(words);
    format!(
        r#"{{"room":{number},"at":{at},"facts":[{{"said":{{"message":{number}}}}}],"patch":{{"turn":{{"token":{{"held":{{"shares":{number}}}}}}}}},"messages":{{"{number}":{{"seat":1,"kind":"share","round":1,"at":{at},"text":"{id}","taken_back":false,"hidden":false,"gestures":{{}}}}}},"texts":{{"{id}":{{"plain":{words}}}}}}}"#
    )
}

#[expect(clippy::result_large_err, reason = "the type of the library's callback")]
async fn connection(chat: &Chat, stream: TcpStream) -> Result<(), Failed> {
    stream.set_nodelay(true)?;
    let config =
        WebSocketConfig::default().read_buffer_size(BUFFER_BYTES).write_buffer_size(BUFFER_BYTES);
    let subprotocol = |_: &Request, mut response: Response| {
        let name = HeaderValue::from_static(hearth_protocol::SUBPROTOCOL);
        response.headers_mut().insert("sec-websocket-protocol", name);
        Ok(response)
    };
    let mut socket = accept_hdr_async_with_config(stream, subprotocol, Some(config)).await?;
    let hello = socket.next().await.ok_or("no hello")??;
    let hello: Value = serde_json::from_str(hello.to_text()?)?;
    let circle = hello.pointer("/hello/circle").and_then(Value::as_str).ok_or("no circle")?;
    let room = {
        let mut rooms = chat.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || broadcast::channel(BEHIND_MAX).0;
        rooms.entry(circle.to_owned()).or_insert_with(new).clone()
    };
    let mut shown = room.subscribe();
    socket.send(Message::text(r#"{"welcome":{}}"#)).await?;
    loop {
        tokio::select! {
            frame = shown.recv() => socket.send(Message::Text(frame?)).await?,
            message = socket.next() => {
                let Message::Text(message) = message.ok_or("gone")?? else { continue };
                let message: Value = serde_json::from_str(&message)?;
                let words = message.pointer("/share/text/plain").and_then(Value::as_str);
                let words = words.ok_or("no words")?.to_owned();
                let said = Said { circle: circle.to_owned(), words, room: room.clone() };
                chat.writer.send(said)?;
            }
        }
    }
}
