//! Writing a group of commands in one transaction.

#[cfg(test)]
use super::commit_faults::{CommitFault, CommitFaults};
use super::errors::{ErrorKind, Stop, error_kind, storage};
use super::job::Job;
use crate::error::{AppendError, JournalError};
#[cfg(test)]
use rusqlite::Transaction;
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// Outcome of a group.
pub(super) enum GroupOutcome {
    /// The transaction is durable. Each command was executed or refused.
    Committed(Vec<Result<(), AppendError>>),
    /// Nothing was written, because the command at this index can't be stored.
    Invalid(usize, JournalError),
    /// Nothing was written: the disk is full.
    Full,
    /// Nothing was written: another program has locked the file.
    NotWritten(JournalError),
    /// Nothing was written, and the store must be reopened.
    Broken(JournalError),
    /// The transaction may or may not have been written. The store must be reopened.
    Unknown,
}

/// Executes a group of commands and commits them.
pub(super) fn commit(
    db: &mut Connection,
    jobs: &[Job],
    usable: usize,
    folder: &Path,
    #[cfg(test)] faults: &CommitFaults,
) -> GroupOutcome {
    let doing = jobs.first().map_or("write", |job| job.command.doing());
    let transaction = match db.transaction_with_behavior(TransactionBehavior::Immediate) {
        Ok(transaction) => transaction,
        Err(error) => return before_commit(&error, storage(doing, folder, &error)),
    };
    let mut results = Vec::with_capacity(jobs.len());
    for (index, job) in jobs.iter().enumerate() {
        match job.command.execute(&transaction, usable) {
            Ok(()) => results.push(Ok(())),
            Err(Stop::Refused(error)) => results.push(Err(error)),
            Err(Stop::Invalid(error)) => return GroupOutcome::Invalid(index, error),
            Err(Stop::Sql(error)) => {
                let converted = storage(job.command.doing(), folder, &error);
                return match error_kind(&error) {
                    ErrorKind::Request => GroupOutcome::Invalid(index, converted),
                    ErrorKind::Full | ErrorKind::Busy | ErrorKind::Store => {
                        before_commit(&error, converted)
                    }
                };
            }
        }
    }
    #[cfg(test)]
    if let Some(fault) = faults.next() {
        return injected(fault, transaction);
    }
    match transaction.commit() {
        Ok(()) => GroupOutcome::Committed(results),
        // The last frame of the log is missing, so no reader treats the others as committed.
        Err(error) if error_kind(&error) == ErrorKind::Full => GroupOutcome::Full,
        Err(error) => {
            let error = storage(doing, folder, &error);
            tracing::error!(%error, "commit failed, reopening the store");
            GroupOutcome::Unknown
        }
    }
}

/// Classifies an error from before the commit.
fn before_commit(error: &rusqlite::Error, converted: JournalError) -> GroupOutcome {
    match error_kind(error) {
        ErrorKind::Full => GroupOutcome::Full,
        ErrorKind::Busy | ErrorKind::Request => GroupOutcome::NotWritten(converted),
        ErrorKind::Store => GroupOutcome::Broken(converted),
    }
}

#[cfg(test)]
fn injected(fault: CommitFault, transaction: Transaction<'_>) -> GroupOutcome {
    match fault {
        CommitFault::Written => {
            transaction.commit().unwrap();
            GroupOutcome::Unknown
        }
        CommitFault::NotWritten => GroupOutcome::Unknown,
        CommitFault::Full => GroupOutcome::Full,
    }
}
