//! The reverse proxies as docs/operators.md sets them up: the test runs the configurations from that
//! page, with other paths and ports.

use hearth::access::OperatorKey;
use hearth_client::WS_PATH;
use hearth_protocol::api::{CircleMade, Entry, LinkRole, NewCircle};
use hearth_protocol::keys::{SeatKey, Secret};
use hearth_protocol::presence::Stance;
use hearth_protocol::{ClientFrame, CloseCode, Hello, Settings, Text};
use hearth_tests::ports::own_address;
use hearth_tests::process::Process;
use hearth_tests::raw::{Got, Raw};
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

const OPERATORS: &str = include_str!("../../docs/operators.md");
/// The example host of the documentation.
const HOST: &str = "circles.example.org";
/// Upper bound for a proxy to start on this machine.
const START_WITHIN: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Nginx,
    Caddy,
}

/// The port in the public URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Port {
    /// 443, which browsers leave out. The proxy listens elsewhere, because 443 needs privileges.
    Default,
    Other,
}

/// Returns the documented block of code that contains this text.
fn documented(text: &str) -> String {
    let blocks = OPERATORS.split("\n```").skip(1).step_by(2);
    let block = blocks.map(|block| block.split_once('\n').map_or("", |(_language, code)| code));
    let mut found = block.filter(|block| block.contains(text));
    let only = found.next().unwrap_or_else(|| panic!("no block contains {text:?}"));
    assert_eq!(found.next(), None, "several blocks contain {text:?}");
    only.to_owned()
}

/// Replaces a part of a documented block, which must be there.
fn with(block: &str, documented: &str, here: &str) -> String {
    assert!(block.contains(documented), "{documented:?} isn't in {block}");
    block.replace(documented, here)
}

/// A proxy in its own process, killed when dropped.
struct Proxy {
    child: Child,
    address: SocketAddr,
    /// Certificate that clients of this proxy trust.
    root: PathBuf,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.child.kill().expect("the proxy can be killed");
        self.child.wait().expect("the proxy ends");
    }
}

fn start(command: &mut Command, package: &str) -> Child {
    let started = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
    started.unwrap_or_else(|error| {
        panic!(
            "can't run {package} ({error}); install the Debian package {package}, or use tests/run"
        )
    })
}

impl Proxy {
    fn start(kind: Kind, port: Port, folder: &Path, hearth: SocketAddr) -> Self {
        let address = own_address();
        let (child, root) = match kind {
            Kind::Nginx => nginx(folder, address, hearth),
            Kind::Caddy => caddy(folder, address, hearth, port),
        };
        Self { child, address, root }
    }

    /// Connects over TLS, as soon as the proxy has started.
    async fn connect(&mut self) -> TlsStream<TcpStream> {
        let deadline = Instant::now() + START_WITHIN;
        loop {
            let error = match self.try_connect().await {
                Ok(stream) => return stream,
                Err(error) => error,
            };
            assert_eq!(self.child.try_wait().unwrap(), None, "the proxy ended");
            assert!(Instant::now() < deadline, "the proxy doesn't serve: {error}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn try_connect(&self) -> io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(self.address).await?;
        let root = CertificateDer::from_pem_file(&self.root).map_err(io::Error::other)?;
        let mut roots = RootCertStore::empty();
        roots.add(root).map_err(io::Error::other)?;
        let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let name = ServerName::try_from(HOST).map_err(io::Error::other)?;
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }

    /// Opens a connection to the proxy without TLS: a bridge adds it.
    async fn raw(&mut self) -> Raw {
        let bridge = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let raw = Raw::connect(bridge.local_addr().unwrap()).await;
        let (mut plain, _) = bridge.accept().await.unwrap();
        let mut tls = self.connect().await;
        // It ends with the connection; how doesn't matter to it.
        tokio::spawn(async move {
            drop(tokio::io::copy_bidirectional(&mut plain, &mut tls).await);
        });
        raw
    }
}

/// Starts nginx in one process, so that killing it leaves nothing behind.
fn nginx(folder: &Path, address: SocketAddr, hearth: SocketAddr) -> (Child, PathBuf) {
    let (certificate, key) = certificate(folder);
    let block = documented("proxy_pass");
    let block = with(&block, "listen 443 ssl;", &format!("listen {address} ssl;"));
    let block = with(&block, "listen [::]:443 ssl;", "");
    let live = "/etc/letsencrypt/live/circles.example.org";
    let block = with(&block, &format!("{live}/fullchain.pem"), &certificate.display().to_string());
    let block = with(&block, &format!("{live}/privkey.pem"), &key.display().to_string());
    let block = with(&block, "127.0.0.1:8080", &hearth.to_string());
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {}/{name};\n", folder.display()));
    let config = format!(
        "daemon off;\nmaster_process off;\npid {}/nginx.pid;\nerror_log stderr;\nevents {{}}\n\
         http {{\n{}{block}}}\n",
        folder.display(),
        temporary.concat()
    );
    let file = folder.join("nginx.conf");
    fs::write(&file, config).unwrap();
    let mut command = Command::new("nginx");
    command.arg("-p").arg(folder).arg("-c").arg(&file).args(["-e", "stderr"]);
    (start(&mut command, "nginx"), certificate)
}

/// Makes a certificate for [`HOST`] that signs itself, and its key.
fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    let mut command = Command::new("openssl");
    command
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
        .args(["-days", "2", "-subj", &format!("/CN={HOST}")])
        .args(["-addext", &format!("subjectAltName=DNS:{HOST}")])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-out")
        .arg(&certificate)
        .arg("-keyout")
        .arg(&key)
        .stderr(Stdio::null());
    assert!(start(&mut command, "openssl").wait().unwrap().success(), "openssl failed");
    (certificate, key)
}

/// Starts Caddy, which signs its certificate itself instead of asking for one.
fn caddy(folder: &Path, address: SocketAddr, hearth: SocketAddr, port: Port) -> (Child, PathBuf) {
    let block = documented("reverse_proxy");
    let block = with(&block, "127.0.0.1:8080", &hearth.to_string());
    let block = match port {
        Port::Default => block,
        Port::Other => {
            with(&block, &format!("{HOST} {{"), &format!("{HOST}:{} {{", address.port()))
        }
    };
    let options = format!(
        "{{\n admin off\n local_certs\n skip_install_trust\n auto_https disable_redirects\n \
         default_bind {}\n https_port {}\n}}\n",
        address.ip(),
        address.port()
    );
    let file = folder.join("Caddyfile");
    fs::write(&file, options + &block).unwrap();
    let mut command = Command::new("caddy");
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(&file);
    command.env("HOME", folder).env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder);
    let log = fs::File::create(folder.join("caddy.log")).unwrap();
    let child = start(command.stderr(log), "caddy");
    (child, folder.join("caddy/pki/authorities/local/root.crt"))
}

/// The documented server behind a documented proxy.
struct Proxied {
    server: Process,
    proxy: Proxy,
    key: OperatorKey,
    /// What browsers send as `Host`.
    host: String,
    _folder: TempDir,
}

impl Proxied {
    fn start(kind: Kind, port: Port) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        let (key, hash) = (OperatorKey::generate().unwrap(), folder.path().join("operator.hash"));
        fs::write(&hash, key.hash().encode()).unwrap();
        let file = folder.path().join("hearth.toml");
        let binary = Path::new(env!("CARGO_BIN_EXE_hearth-under-test"));
        let config = [("CONFIG", file.to_str().unwrap())];
        let mut server = Process::new(binary, &data, &config);
        let proxy = Proxy::start(kind, port, folder.path(), server.address());
        let host = match port {
            Port::Default => HOST.to_owned(),
            Port::Other => format!("{HOST}:{}", proxy.address.port()),
        };
        // `listen` and `data` are overridden.
        let toml = documented("trusted_proxies");
        let toml = with(&toml, "/etc/hearth/operator.hash", hash.to_str().unwrap());
        let toml = with(&toml, HOST, &host);
        fs::write(&file, toml).unwrap();
        server.start().unwrap();
        Self { server, proxy, key, host, _folder: folder }
    }

    /// Sends a request, and returns the head and body of its response.
    async fn ask(&mut self, line: &str, headers: &[(&str, &str)], body: &str) -> (String, String) {
        let mut raw = self.proxy.raw().await;
        let mut request = format!("{line} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "host") {
            request += &format!("host: {}\r\n", self.host);
        }
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += &format!("content-length: {}\r\n\r\n{body}", body.len());
        raw.write(request.as_bytes()).await.unwrap();
        (raw.head().await, raw.rest().await)
    }

    async fn new_circle(&mut self, secret: Secret) -> CircleMade {
        let entries = LinkRole::ALL.map(|role| Entry {
            role,
            entry_hash: if role == LinkRole::Participant {
                secret.entry_key().hash()
            } else {
                Secret::from_bytes([role as u8; 32]).entry_key().hash()
            },
            locker: String::new(),
        });
        let new = NewCircle {
            title: Text::plain("Tuesday"),
            agreements: None,
            held_by: None,
            lasts_ms: None,
            next_at: None,
            settings: Settings::default(),
            entries: entries.to_vec(),
        };
        let (origin, key) = (format!("https://{}", self.host), self.key.encode());
        let headers = [
            ("content-type", "application/json"),
            ("origin", &origin),
            ("authorization", &format!("Hearth {key}")),
        ];
        let body = serde_json::to_string(&new).unwrap();
        let (head, body) = self.ask("POST /api/circles", &headers, &body).await;
        assert!(head.starts_with("HTTP/1.1 201"), "{head}{body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Joins a new circle, and stays until the server stops.
    async fn serves_people(&mut self) {
        let secret = Secret::from_bytes([99; 32]);
        let made = self.new_circle(secret).await;
        let mut raw = self.proxy.raw().await;
        let origin = format!("https://{}", self.host);
        let headers = [("host", self.host.as_str()), ("origin", &origin)];
        let request = Raw::upgrade(self.proxy.address, WS_PATH, &headers);
        raw.write(request.as_bytes()).await.unwrap();
        let head = raw.head().await;
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        let hello = Hello {
            circle: made.circle,
            seat_key: SeatKey::from_bytes([7; 32]),
            entry_key: Some(secret.entry_key()),
            name: Some(Text::plain("Ana")),
            stance: Stance::Listening,
            resume: None,
            new_seat_key: None,
        };
        let hello = ClientFrame::Hello(Box::new(hello)).to_text().unwrap();
        raw.text(&hello).await.unwrap();
        assert!(matches!(raw.next().await, Got::Text(text) if text.contains("welcome")));

        let status = self.server.stop().unwrap();
        assert!(status.success(), "{status}: {}", self.server.logged());
        let (_, end) = raw.until_closed().await;
        assert_eq!(end, Got::Close(Some(CloseCode::Restarting.code())));
    }
}

async fn serves_people_behind(kind: Kind, port: Port) {
    let mut proxied = Proxied::start(kind, port);
    let (head, _) = proxied.ask("GET /readyz", &[], "").await;
    assert!(head.starts_with("HTTP/1.1 200"), "{kind:?} {port:?}: {head}");
    let (head, _) = proxied.ask("GET /metrics", &[], "").await;
    assert!(head.starts_with("HTTP/1.1 404"), "{kind:?} {port:?}: {head}");
    if kind == Kind::Nginx {
        let other = [("host", "elsewhere.example")];
        let (head, body) = proxied.ask("GET /readyz", &other, "").await;
        assert!(head.starts_with("HTTP/1.1 421"), "{head}");
        assert!(body.contains("elsewhere.example") && body.contains(&proxied.host), "{body}");
    }
    proxied.serves_people().await;
    let logged = proxied.server.logged();
    assert!(!logged.contains("trusted_proxies"), "the proxy is trusted: {logged}");
    assert!(!logged.contains("WARN"), "{logged}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documented_nginx_configuration_serves_people_on_port_443_and_on_another() {
    serves_people_behind(Kind::Nginx, Port::Default).await;
    serves_people_behind(Kind::Nginx, Port::Other).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documented_caddy_configuration_serves_people_on_port_443_and_on_another() {
    serves_people_behind(Kind::Caddy, Port::Default).await;
    serves_people_behind(Kind::Caddy, Port::Other).await;
}
