//! The file by which `hearth circle new` on the same machine finds the running server and is known
//! to it. Who may read the data folder may make circles; nobody else learns the key.

use crate::door::OperatorKey;
use serde::{Deserialize, Serialize};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

const NAME: &str = "command-line.json";

/// How the command line reaches the server that has this data folder.
#[derive(Clone, Serialize, Deserialize)]
pub struct CommandLineDoor {
    /// Where the server is reached from this machine.
    pub address: SocketAddr,
    /// What people open.
    pub origin: String,
    /// The key, made anew at each start.
    pub key: String,
}

impl CommandLineDoor {
    /// Returns what the server that has this data folder wrote, if one did.
    pub fn read(data: &Path) -> io::Result<Option<Self>> {
        match std::fs::read(data.join(NAME)) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(io::Error::other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The file while the server runs; it goes when this is dropped.
#[derive(Debug)]
pub struct DoorFile(PathBuf);

impl DoorFile {
    /// Writes the file, for its owner's eyes alone.
    pub fn write(
        data: &Path,
        address: SocketAddr,
        origin: String,
        key: &OperatorKey,
    ) -> io::Result<Self> {
        let path = data.join(NAME);
        let door = CommandLineDoor { address, origin, key: key.encode() };
        let bytes = serde_json::to_vec(&door).map_err(io::Error::other)?;
        // A file left by a server that was killed may be open to others: it is not reused.
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

impl Drop for DoorFile {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            tracing::debug!(%error, "the command line's file could not be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_finds_the_running_server_and_nobody_else_may_read_the_key() {
        let data = tempfile::tempdir().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], 4711));
        let key = OperatorKey::generate().unwrap();
        assert!(CommandLineDoor::read(data.path()).unwrap().is_none());
        std::fs::write(data.path().join(NAME), "left by a server that was killed").unwrap();
        let file = DoorFile::write(data.path(), address, "http://x".to_owned(), &key).unwrap();
        let read = CommandLineDoor::read(data.path()).unwrap().unwrap();
        assert_eq!((read.address, read.key), (address, key.encode()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(data.path().join(NAME)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        drop(file);
        assert!(CommandLineDoor::read(data.path()).unwrap().is_none());
    }
}
