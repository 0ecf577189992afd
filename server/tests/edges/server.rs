//! A server for a test, and requests written by hand, so that tests can send invalid bytes.

use hearth::config::Config;
use hearth::startup::Server;
use hearth_protocol::api::{Entry, LinkRole, NewCircle, Problem};
use hearth_protocol::keys::{EntryKey, Secret};
use hearth_protocol::{Settings, Text};
use std::net::SocketAddr;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Timeout for everything that should succeed.
pub(crate) const LONG: Duration = Duration::from_secs(20);

pub(crate) struct Running {
    pub(crate) server: Server,
    pub(crate) data: TempDir,
}

/// Starts a server with the default configuration, modified by `change`.
pub(crate) async fn start(change: impl FnOnce(&mut Config)) -> Running {
    let data = tempfile::tempdir().unwrap();
    let mut config = Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        data: data.path().join("data"),
        ..Config::default()
    };
    change(&mut config);
    Running { server: Server::start(config).await.unwrap(), data }
}

#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let end =
            bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a response has a head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head, body: bytes[end + 4..].to_vec() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (there, value) = line.split_once(':')?;
            there.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), Some(Problem::CONTENT_TYPE), "{self:?}");
        let problem: Problem = serde_json::from_slice(&self.body).unwrap();
        assert_eq!((problem.kind.as_str(), problem.status), ("about:blank", self.status));
        let detail = &problem.detail;
        assert!(detail.ends_with('.') || detail.ends_with('>'), "{detail}");
        problem.code
    }
}

impl Running {
    /// Sends these bytes, and returns everything until the server closes.
    pub(crate) async fn raw(&self, request: &[u8]) -> Vec<u8> {
        let mut socket = self.connect().await;
        socket.write_all(request).await.unwrap();
        read_to_end(&mut socket).await
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.server.address()).await.unwrap()
    }

    /// Sends a request with these headers and this body, adding `Host` unless it's given.
    pub(crate) async fn ask(&self, line: &str, headers: &[&str], body: &str) -> Answer {
        let mut request = format!("{line} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|header| header.starts_with("Host:")) {
            request += &format!("Host: {}\r\n", self.server.address());
        }
        for header in headers {
            request += &format!("{header}\r\n");
        }
        request += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
        Answer::parse(&self.raw(request.as_bytes()).await)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path}"), &[], "").await
    }

    /// Posts JSON to `/api/circles`.
    pub(crate) async fn post(&self, headers: &[&str], body: &str) -> Answer {
        let headers = [&["Content-Type: application/json"], headers].concat();
        self.ask("POST /api/circles", &headers, body).await
    }
}

/// Reads until the peer closes or resets the connection.
pub(crate) async fn read_to_end(socket: &mut TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    let mut part = [0; 4096];
    let reading = async {
        while let Ok(read @ 1..) = socket.read(&mut part).await {
            all.extend_from_slice(&part[..read]);
        }
    };
    tokio::time::timeout(LONG, reading).await.expect("the server closes");
    all
}

/// Derives a link's secret from its role.
pub(crate) fn secret(role: LinkRole) -> Secret {
    Secret::from_bytes([role as u8 + 1; 32])
}

pub(crate) fn entry_key(role: LinkRole) -> EntryKey {
    secret(role).entry_key()
}

/// Returns a new circle as the page sends it.
pub(crate) fn new_circle() -> NewCircle {
    let entries = LinkRole::ALL.map(|role| Entry {
        role,
        entry_hash: entry_key(role).hash(),
        locker: "bG9ja2Vy".to_owned(),
    });
    NewCircle {
        title: Text::plain("Tuesday evening"),
        agreements: Some(Text::plain("What is said here stays here.")),
        held_by: None,
        lasts_ms: None,
        next_at: None,
        settings: Settings::default(),
        entries: entries.to_vec(),
    }
}

pub(crate) fn new_circle_json() -> String {
    serde_json::to_string(&new_circle()).unwrap()
}
