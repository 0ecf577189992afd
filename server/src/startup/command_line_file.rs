//! The file through which `hearth circle new` on the same machine finds the running server and
//! authenticates. Anyone who can read the data folder can create circles; nobody else gets the key.

use crate::access::OperatorKey;
use serde::{Deserialize, Serialize};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

const NAME: &str = "command-line.json";

/// How the command line reaches the server that uses a data folder.
#[derive(Clone, Serialize, Deserialize)]
pub struct CommandLineAccess {
    /// The server's address, as reached from this machine.
    pub address: SocketAddr,
    /// The origin people open.
    pub origin: String,
    /// A key that changes at each start of the server.
    pub key: String,
}

impl CommandLineAccess {
    /// Reads the file from a data folder, if there is one.
    pub fn read(data: &Path) -> io::Result<Option<Self>> {
        match std::fs::read(data.join(NAME)) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(io::Error::other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The file of a running server, removed on drop.
#[derive(Debug)]
pub struct CommandLineFile(PathBuf);

impl CommandLineFile {
    /// Writes the file with mode 0600.
    pub fn write(
        data: &Path,
        address: SocketAddr,
        origin: String,
        key: &OperatorKey,
    ) -> io::Result<Self> {
        let path = data.join(NAME);
        let access = CommandLineAccess { address, origin, key: key.encode() };
        let bytes = serde_json::to_vec(&access).map_err(io::Error::other)?;
        // A killed server may have left a file with other permissions, so don't reuse it.
        if let Err(error) = std::fs::remove_file(&path)
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(error);
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path)?.write_all(&bytes)?;
        Ok(Self(path))
    }
}

impl Drop for CommandLineFile {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            tracing::debug!(%error, "can't remove command-line.json");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_finds_the_running_server_and_only_the_owner_can_read_the_key() {
        let data = tempfile::tempdir().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], 4711));
        let key = OperatorKey::generate().unwrap();
        assert!(CommandLineAccess::read(data.path()).unwrap().is_none());
        std::fs::write(data.path().join(NAME), "left by a server that was killed").unwrap();
        let file =
            CommandLineFile::write(data.path(), address, "http://x".to_owned(), &key).unwrap();
        let read = CommandLineAccess::read(data.path()).unwrap().unwrap();
        assert_eq!((read.address, read.key), (address, key.encode()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(data.path().join(NAME)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        drop(file);
        assert!(CommandLineAccess::read(data.path()).unwrap().is_none());
    }
}
