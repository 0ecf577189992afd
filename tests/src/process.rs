//! The `hearth` command as a process of its own, to be killed.

use crate::ports::own_address;
use hearth_client::Origin;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long a server may take to start on this machine.
const START_WITHIN: Duration = Duration::from_secs(30);

/// A server in a process of its own, on one address and one data folder through all its lives.
#[derive(Debug)]
pub struct Process {
    binary: PathBuf,
    data: PathBuf,
    address: SocketAddr,
    settings: Vec<(String, String)>,
    child: Option<Child>,
}

impl Process {
    /// Prepares a server; nothing runs yet. `settings` are variables of its environment, without
    /// `HEARTH_`.
    pub fn new(binary: &Path, data: &Path, settings: &[(&str, &str)]) -> Self {
        let own = |(name, value): &(&str, &str)| (format!("HEARTH_{name}"), (*value).to_owned());
        Self {
            binary: binary.to_owned(),
            data: data.to_owned(),
            address: own_address(),
            settings: settings.iter().map(own).collect(),
            child: None,
        }
    }

    /// Starts the server and waits until it listens.
    pub fn start(&mut self) -> io::Result<()> {
        let child = Command::new(&self.binary)
            .env_clear()
            .envs(self.settings.iter().cloned())
            .current_dir(&self.data)
            .arg("--data")
            .arg(&self.data)
            .arg("--listen")
            .arg(self.address.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::from(self.log()?))
            .spawn()?;
        self.child = Some(child);
        let deadline = Instant::now() + START_WITHIN;
        while std::net::TcpStream::connect(self.address).is_err() {
            let ended = self.child.as_mut().map_or(Ok(None), Child::try_wait)?;
            if let Some(status) = ended {
                let log = std::fs::read_to_string(self.log_path()).unwrap_or_default();
                return Err(io::Error::other(format!("the server ended ({status}): {log}")));
            }
            if Instant::now() > deadline {
                return Err(io::Error::other("the server does not listen"));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Kills the server with SIGKILL.
    pub fn kill(&mut self) -> io::Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Asks the server to stop, as a service manager does, and returns how it ended.
    pub fn stop(&mut self) -> io::Result<ExitStatus> {
        let mut child = self.child.take().ok_or_else(|| io::Error::other("it does not run"))?;
        let asked = Command::new("kill").arg("-TERM").arg(child.id().to_string()).status()?;
        if !asked.success() {
            return Err(io::Error::other("the server could not be asked to stop"));
        }
        child.wait()
    }

    /// Returns where the server is.
    pub fn origin(&self) -> Origin {
        Origin::parse(&format!("http://{}", self.address)).expect("an address is an origin")
    }

    /// Returns the process's number while it runs.
    pub fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Returns where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns what the server has logged.
    pub fn logged(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    fn log_path(&self) -> PathBuf {
        self.data.join("server.log")
    }

    fn log(&self) -> io::Result<std::fs::File> {
        std::fs::OpenOptions::new().create(true).append(true).open(self.log_path())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Err(error) = self.kill() {
            panic!("the server's process could not be killed: {error}");
        }
    }
}
