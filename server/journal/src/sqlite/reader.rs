//! The reader thread: it runs queries, so that they block neither writes nor callers.

use super::errors::storage;
use super::queries::QueryError;
use super::shared::Shared;
use crate::error::JournalError;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// A query, with its place in the bounded queue.
type Query = (Box<dyn FnOnce(&Shared) + Send>, OwnedSemaphorePermit);

/// The sending end of the query queue.
#[derive(Debug)]
pub(super) struct QueryQueue {
    shared: Arc<Shared>,
    sender: Sender<Query>,
    permits: Arc<Semaphore>,
}

impl QueryQueue {
    /// Creates a queue for `queue_max` queries, and its receiving end for [`run`].
    pub(super) fn new(shared: Arc<Shared>, queue_max: usize) -> (Self, Receiver<Query>) {
        let (sender, receiver) = channel();
        (Self { shared, sender, permits: Arc::new(Semaphore::new(queue_max)) }, receiver)
    }

    /// Runs a query in a transaction of its own.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        doing: &'static str,
        query: impl FnOnce(&Connection) -> Result<T, QueryError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let closed = || JournalError::Closed { doing };
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| closed())?;
        let (reply, answer) = oneshot::channel();
        let job = move |shared: &Shared| {
            // The caller may have been dropped.
            let _ignored = reply.send(in_transaction(shared, doing, query));
        };
        self.sender.send((Box::new(job), permit)).map_err(|_| closed())?;
        answer.await.unwrap_or_else(|_| Err(self.shared.unavailable(doing)))
    }

    /// Refuses all later queries.
    pub(super) fn close(&self) {
        self.permits.close();
    }
}

/// Runs queries until every sender is dropped.
pub(super) fn run(shared: &Shared, queries: &Receiver<Query>) {
    while let Ok((query, _permit)) = queries.recv() {
        query(shared);
    }
}

fn in_transaction<T>(
    shared: &Shared,
    doing: &'static str,
    query: impl FnOnce(&Connection) -> Result<T, QueryError>,
) -> Result<T, JournalError> {
    let guard = shared.reader();
    let Some(db) = guard.as_ref() else {
        return Err(shared.unavailable(doing));
    };
    let result = db.unchecked_transaction().map_err(QueryError::from).and_then(|_tx| query(db));
    result.map_err(|error| match error {
        QueryError::Sql(error) => storage(doing, &shared.folder, &error),
        QueryError::Damaged(what) => {
            JournalError::Unreadable { what, folder: shared.folder.clone() }
        }
    })
}
