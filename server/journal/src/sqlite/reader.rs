//! The thread that reads, so that no reading holds up writing or whoever asks.

use super::look::Unread;
use super::shared::Shared;
use super::trouble::storage;
use crate::error::JournalError;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// Something to read, with its place in the bounded queue.
type Look = (Box<dyn FnOnce(&Shared) + Send>, OwnedSemaphorePermit);

/// The queue of what is to be read.
#[derive(Debug)]
pub(super) struct Looks {
    shared: Arc<Shared>,
    inbox: Sender<Look>,
    places: Arc<Semaphore>,
}

impl Looks {
    /// Returns a queue of `queue_max` places, and its other end for [`run`].
    pub(super) fn new(shared: Arc<Shared>, queue_max: usize) -> (Self, Receiver<Look>) {
        let (inbox, outbox) = channel();
        (Self { shared, inbox, places: Arc::new(Semaphore::new(queue_max)) }, outbox)
    }

    /// Reads something, all of it from one moment of the store.
    pub(super) async fn look<T: Send + 'static>(
        &self,
        doing: &'static str,
        read: impl FnOnce(&Connection) -> Result<T, Unread> + Send + 'static,
    ) -> Result<T, JournalError> {
        let closed = || JournalError::Closed { doing };
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| closed())?;
        let (answer, answered) = oneshot::channel();
        let look = move |shared: &Shared| {
            // Whoever asked may have gone.
            let _gone = answer.send(at_one_moment(shared, doing, read));
        };
        self.inbox.send((Box::new(look), place)).map_err(|_| closed())?;
        answered.await.unwrap_or_else(|_| Err(self.shared.unavailable(doing)))
    }

    /// Takes no more: who asks from now on is told that the store is closed.
    pub(super) fn close(&self) {
        self.places.close();
    }
}

/// Reads what is asked for, until nobody is left to ask.
pub(super) fn run(shared: &Shared, looks: &Receiver<Look>) {
    while let Ok((look, _place)) = looks.recv() {
        look(shared);
    }
}

fn at_one_moment<T>(
    shared: &Shared,
    doing: &'static str,
    read: impl FnOnce(&Connection) -> Result<T, Unread>,
) -> Result<T, JournalError> {
    let guard = shared.reader();
    let Some(db) = guard.as_ref() else {
        return Err(shared.unavailable(doing));
    };
    let found = db.unchecked_transaction().map_err(Unread::from).and_then(|_moment| read(db));
    found.map_err(|unread| match unread {
        Unread::Sql(error) => storage(doing, &shared.folder, &error),
        Unread::Damaged(what) => JournalError::Unreadable { what, folder: shared.folder.clone() },
    })
}
