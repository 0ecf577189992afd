//! The `hearth` command as its own process, which can be killed.

use crate::ports::own_address;
use hearth_client::Origin;
use std::ffi::{OsStr, OsString};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Upper bound for a server to start on this machine.
const START_WITHIN: Duration = Duration::from_secs(30);

/// A server in its own process, with the same address and data folder each time it starts.
#[derive(Debug)]
pub struct Process {
    binary: PathBuf,
    data: PathBuf,
    address: SocketAddr,
    settings: Vec<(String, String)>,
    variables: Vec<(String, OsString)>,
    arguments: Vec<OsString>,
    child: Option<Child>,
}

impl Process {
    /// Prepares a server without starting it. `settings` are environment variables without `HEARTH_`.
    pub fn new(binary: &Path, data: &Path, settings: &[(&str, &str)]) -> Self {
        let own = |(name, value): &(&str, &str)| (format!("HEARTH_{name}"), (*value).to_owned());
        Self {
            binary: binary.to_owned(),
            data: data.to_owned(),
            address: own_address(),
            settings: settings.iter().map(own).collect(),
            variables: Vec::new(),
            arguments: Vec::new(),
            child: None,
        }
    }

    /// Starts it with these environment variables too.
    pub fn with_variables(mut self, variables: &[(&str, &OsStr)]) -> Self {
        let owned = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.variables.extend(owned);
        self
    }

    /// Starts it with these arguments before the usual ones.
    pub fn with_arguments(mut self, arguments: &[&OsStr]) -> Self {
        self.arguments.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        self
    }

    /// Starts the server and waits until it listens.
    pub fn start(&mut self) -> io::Result<()> {
        let child = Command::new(&self.binary)
            .env_clear()
            .envs(self.settings.iter().cloned())
            .envs(self.variables.iter().cloned())
            .current_dir(&self.data)
            .args(&self.arguments)
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
                return Err(io::Error::other("the server doesn't listen"));
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

    /// Sends SIGTERM, as a service manager does, and returns the exit status.
    pub fn stop(&mut self) -> io::Result<ExitStatus> {
        let mut child =
            self.child.take().ok_or_else(|| io::Error::other("the server isn't running"))?;
        let asked = Command::new("kill").arg("-TERM").arg(child.id().to_string()).status()?;
        if !asked.success() {
            return Err(io::Error::other("SIGTERM could not be sent"));
        }
        child.wait()
    }

    pub fn origin(&self) -> Origin {
        Origin::parse(&format!("http://{}", self.address)).expect("an address is an origin")
    }

    /// Returns the process id while it runs.
    pub fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns its log.
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
