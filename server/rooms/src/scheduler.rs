//! Loads rooms whose next deadline has come while they weren't loaded, and erases rooms that have
//! ended.

use crate::context::Context;
use crate::loader::{self, LoadError};
use futures_util::StreamExt;
use futures_util::stream;
use hearth_journal::{DueRoom, EraseScope, JournalError, LIST_MAX};
use hearth_protocol::Millis;
use std::sync::Arc;

/// Bounds of the time between two checks.
const CHECK_MS_MIN: u64 = 1_000;
const CHECK_MS_MAX: u64 = 30_000;
/// Rooms loaded concurrently.
const CONCURRENCY: usize = 16;
/// How often to look for ended rooms that aren't erased yet.
const ERASE_EVERY_MS: u64 = 60_000;

/// Loads rooms as they become due, until the server stops.
pub(crate) async fn run(context: Arc<Context>) {
    let mut jumps = context.clock.jumps();
    // Load every live room first: the people in it lost their connections when the previous process
    // stopped.
    load_due(&context, Millis::MAX).await;
    let mut erase_at = 0;
    loop {
        let now = context.clock.now();
        if now >= erase_at {
            let more = erase_ended_rooms(&context, now).await.unwrap_or_else(|error| {
                tracing::error!(%error, "can't list the rooms that are to be erased");
                false
            });
            erase_at = if more { now } else { now.saturating_add(ERASE_EVERY_MS) };
        }
        let next = match context.journal.next_due().await {
            Ok(next) => next.unwrap_or(Millis::MAX),
            Err(error) => {
                tracing::error!(%error, "room deadlines not checked, retrying");
                Millis::MAX
            }
        };
        let at = next.clamp(now.saturating_add(CHECK_MS_MIN), now.saturating_add(CHECK_MS_MAX));
        tokio::select! {
            () = context.stop.cancelled() => return,
            () = context.clock.sleep_until(at) => load_due(&context, context.clock.now()).await,
            () = context.clock.jumped_since(jumps) => {
                jumps = context.clock.jumps();
                erase_at = 0;
                // If the clock was ahead, so are the deadlines of rooms that aren't loaded. A room
                // whose time is ahead stays loaded, and handles its own deadlines.
                load_due(&context, Millis::MAX).await;
            }
        }
    }
}

/// Loads all rooms whose deadline is at or before `before`.
async fn load_due(context: &Arc<Context>, before: Millis) {
    let mut after = None;
    while !context.stop.is_cancelled() {
        let due = match context.journal.due(before, after).await {
            Ok(due) => due,
            Err(error) => return tracing::error!(%error, "can't list the rooms that are due"),
        };
        let is_last = due.len() < LIST_MAX;
        after = due.last().copied();
        stream::iter(due)
            .take_until(context.stop.cancelled())
            .for_each_concurrent(CONCURRENCY, |due| load(context, due))
            .await;
        if is_last {
            return;
        }
    }
}

async fn load(context: &Arc<Context>, due: DueRoom) {
    // A loaded room handles its own deadlines.
    if context.registry.loaded(due.circle).is_some() {
        return;
    }
    match loader::get_or_load(context, due.circle, false).await {
        // NoSession: it ended in between.
        Ok(_) | Err(LoadError::NoSession) => {}
        Err(error @ LoadError::Full) => {
            tracing::warn!(%error, room = %due.room, "a due room can't be loaded yet");
        }
        Err(error) => {
            tracing::error!(%error, room = %due.room, "can't load a due room");
        }
    }
}

/// Erases leftover texts, and the rows of rooms that ended long enough ago. Returns whether there
/// may be more of them.
async fn erase_ended_rooms(context: &Context, now: Millis) -> Result<bool, JournalError> {
    let texts = context.journal.unerased_rooms().await?;
    let keep_ms = context.limits.keep_ended_sessions_ms;
    // An end in the future was recorded by a clock that was wrong. It must not postpone the erasing.
    let kept = now.saturating_sub(keep_ms).saturating_add(1)..=now.saturating_add(keep_ms);
    let rows = context.journal.expired_rooms(kept).await?;
    let more = texts.len() == LIST_MAX || rows.len() == LIST_MAX;
    if !rows.is_empty() {
        tracing::info!(rooms = rows.len(), "erasing the rows of sessions that ended before");
    }
    let texts = texts.into_iter().map(|(_, room)| (room, EraseScope::Texts));
    let rows = rows.into_iter().map(|room| (room, EraseScope::All));
    stream::iter(texts.chain(rows))
        .take_until(context.stop.cancelled())
        .for_each_concurrent(CONCURRENCY, |(room, scope)| context.erase(room, scope))
        .await;
    Ok(more)
}
