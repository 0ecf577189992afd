//! The waker: rooms that are not in memory when something happens in them by itself.

use crate::rooms::House;
use crate::rooms::load::{self, NotLoaded};
use futures_util::StreamExt;
use futures_util::stream;
use hearth_journal::{DueRoom, JournalError};
use hearth_protocol::{CircleId, Millis};
use std::sync::Arc;

/// Longest and shortest time between two looks.
const LOOK_MS_MAX: u64 = 30_000;
const LOOK_MS_MIN: u64 = 1_000;
/// Rooms woken at once.
const WAKE_AT_ONCE: usize = 16;
/// How often words that should be erased are looked for.
const WORDS_LEFT_EVERY_MS: u64 = 60_000;

/// Wakes rooms until the server stops.
pub(crate) async fn wake(house: Arc<House>) {
    // First every room of the life before: those who were here then are away now, and say so.
    look(&house, Millis::MAX).await;
    let mut words_at = 0;
    loop {
        let now = house.clock.now();
        if now >= words_at {
            erase_words_left(&house).await;
            words_at = now.saturating_add(WORDS_LEFT_EVERY_MS);
        }
        let next = match house.journal.next_due().await {
            Ok(next) => next.unwrap_or(Millis::MAX),
            Err(error) => {
                tracing::error!(%error, "the rooms that are due cannot be known");
                Millis::MAX
            }
        };
        let at = next.clamp(now.saturating_add(LOOK_MS_MIN), now.saturating_add(LOOK_MS_MAX));
        tokio::select! {
            () = house.stop.cancelled() => return,
            () = house.clock.sleep_until(at) => {}
        }
        look(&house, house.clock.now()).await;
    }
}

async fn look(house: &Arc<House>, before: Millis) {
    match house.journal.due(before).await {
        Ok(due) => {
            stream::iter(due)
                .take_until(house.stop.cancelled())
                .for_each_concurrent(WAKE_AT_ONCE, |due| wake_one(house, due))
                .await;
        }
        Err(error) => tracing::error!(%error, "the rooms that are due cannot be known"),
    }
}

async fn wake_one(house: &Arc<House>, due: DueRoom) {
    // A room in memory keeps its own time.
    if house.map.loaded(due.circle).is_some() {
        return;
    }
    match load::room(house, due.circle, |_: CircleId| false).await {
        // Ended in between.
        Ok(_) | Err(NotLoaded::NoRoom) => {}
        Err(error @ NotLoaded::Full) => {
            tracing::warn!(%error, room = %due.room, "a room that is due waits for a place");
        }
        Err(error) => {
            tracing::error!(%error, room = %due.room, "a room that is due could not be woken");
        }
    }
}

async fn erase_words_left(house: &House) {
    let erased = async {
        for (_, room) in house.journal.unerased_rooms().await? {
            house.erase_words(room).await;
        }
        Ok::<_, JournalError>(())
    };
    if let Err(error) = erased.await {
        tracing::error!(%error, "the rooms whose words are to be erased cannot be known");
    }
}
