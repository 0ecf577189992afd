//! Loads rooms whose next deadline has come while they weren't loaded.

use crate::context::Context;
use crate::loader::{self, LoadError};
use futures_util::StreamExt;
use futures_util::stream;
use hearth_journal::{DueRoom, JournalError};
use hearth_protocol::Millis;
use std::sync::Arc;

/// Bounds of the time between two checks.
const CHECK_MS_MIN: u64 = 1_000;
const CHECK_MS_MAX: u64 = 30_000;
/// Rooms loaded concurrently.
const CONCURRENCY: usize = 16;
/// How often to look for ended rooms whose texts aren't erased yet.
const ERASE_EVERY_MS: u64 = 60_000;

/// Loads rooms as they become due, until the server stops.
pub(crate) async fn run(context: Arc<Context>) {
    // Load every live room first: the people in it lost their connections when the previous process
    // stopped.
    load_due(&context, Millis::MAX).await;
    let mut erase_at = 0;
    loop {
        let now = context.clock.now();
        if now >= erase_at {
            erase_leftover_texts(&context).await;
            erase_at = now.saturating_add(ERASE_EVERY_MS);
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
            () = context.clock.sleep_until(at) => {}
        }
        load_due(&context, context.clock.now()).await;
    }
}

async fn load_due(context: &Arc<Context>, before: Millis) {
    match context.journal.due(before).await {
        Ok(due) => {
            stream::iter(due)
                .take_until(context.stop.cancelled())
                .for_each_concurrent(CONCURRENCY, |due| load(context, due))
                .await;
        }
        Err(error) => tracing::error!(%error, "due rooms not loaded, retrying"),
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

async fn erase_leftover_texts(context: &Context) {
    let erased = async {
        for (_, room) in context.journal.unerased_rooms().await? {
            context.erase_texts(room).await;
        }
        Ok::<_, JournalError>(())
    };
    if let Err(error) = erased.await {
        tracing::error!(%error, "leftover texts not erased, retrying");
    }
}
