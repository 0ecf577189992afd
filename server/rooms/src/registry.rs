//! The registry of loaded rooms: one slot per circle, filled once even if many callers ask at the
//! same time.
//!
//! No map guard leaves this file, and none is held across an await.

use dashmap::DashMap;
use hearth_protocol::CircleId;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// One circle's slot: empty while its room is being loaded.
#[derive(Debug)]
pub(crate) struct Slot<V>(OnceCell<V>);

/// A concurrent map with single-flight loading.
#[derive(Debug)]
pub(crate) struct Registry<V> {
    slots: DashMap<CircleId, Arc<Slot<V>>>,
}

impl<V: Clone> Registry<V> {
    pub(crate) fn new() -> Self {
        Self { slots: DashMap::new() }
    }

    /// Returns a circle's value if it is loaded.
    pub(crate) fn loaded(&self, circle: CircleId) -> Option<V> {
        self.slots.get(&circle).and_then(|slot| slot.0.get().cloned())
    }

    /// Returns a circle's value, calling `load` if there is none. Of several concurrent callers one
    /// loads and the others wait; if it fails, the next one tries.
    pub(crate) async fn get_or_load<E, F>(
        &self,
        circle: CircleId,
        load: impl FnOnce(Arc<Slot<V>>) -> F,
    ) -> Result<V, E>
    where
        F: Future<Output = Result<V, E>>,
    {
        let visit = self.visit(circle);
        let slot = visit.slot.clone();
        visit.slot.0.get_or_try_init(|| load(slot)).await.cloned()
    }

    /// Removes a slot. Only the room in it calls this, when it is unloaded.
    pub(crate) fn remove(&self, circle: CircleId, slot: &Arc<Slot<V>>) {
        self.slots.remove_if(&circle, |_, current| Arc::ptr_eq(current, slot));
    }

    /// Returns how many slots there are, including those being loaded.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    fn visit(&self, circle: CircleId) -> Visit<'_, V> {
        let slot = self.slots.entry(circle).or_insert_with(|| Arc::new(Slot(OnceCell::new())));
        Visit { registry: self, circle, slot: slot.clone() }
    }
}

/// A caller's interest in a slot. The last visit to an empty slot removes it.
struct Visit<'a, V> {
    registry: &'a Registry<V>,
    circle: CircleId,
    slot: Arc<Slot<V>>,
}

impl<V> Drop for Visit<'_, V> {
    fn drop(&mut self) {
        // Slots are cloned under the same shard lock that this closure runs under. So a count of
        // two (the map and this visit) means that nobody else can fill the slot.
        self.registry.slots.remove_if(&self.circle, |_, current| {
            Arc::ptr_eq(current, &self.slot)
                && !current.0.initialized()
                && Arc::strong_count(current) == 2
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;
    use tokio::time::sleep;
    use uuid::Uuid;

    const CIRCLE: CircleId = CircleId(Uuid::from_u128(1));

    #[tokio::test(start_paused = true)]
    async fn a_room_asked_for_by_many_at_once_is_loaded_once() {
        let registry = Arc::new(Registry::new());
        let loads = Arc::new(AtomicUsize::new(0));
        let asks: Vec<_> = (0..50)
            .map(|_| {
                let (registry, loads) = (registry.clone(), loads.clone());
                tokio::spawn(async move {
                    registry
                        .get_or_load(CIRCLE, |_| async {
                            sleep(Duration::from_millis(10)).await;
                            Ok::<_, ()>(loads.fetch_add(1, Ordering::SeqCst))
                        })
                        .await
                })
            })
            .collect();
        for ask in asks {
            assert_eq!(ask.await.unwrap(), Ok(0));
        }
        assert_eq!(loads.load(Ordering::SeqCst), 1);
        assert_eq!(registry.loaded(CIRCLE), Some(0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_or_cancelled_load_leaves_no_slot_and_the_next_one_succeeds() {
        let registry: Arc<Registry<u8>> = Arc::new(Registry::new());
        let failing = registry.get_or_load(CIRCLE, |_| async {
            sleep(Duration::from_millis(10)).await;
            Err("no")
        });
        let waiting = registry.get_or_load(CIRCLE, |_| async { Ok::<u8, &str>(7) });
        let (failed, loaded) = tokio::join!(failing, waiting);
        assert_eq!((failed, loaded), (Err("no"), Ok(7)));
        assert_eq!(registry.len(), 1);

        let other = CircleId(Uuid::from_u128(2));
        let given_up = registry.get_or_load(other, |_| async {
            sleep(Duration::from_secs(60)).await;
            Ok::<u8, ()>(1)
        });
        assert!(tokio::time::timeout(Duration::from_secs(1), given_up).await.is_err());
        assert_eq!(registry.loaded(other), None);
        assert_eq!(registry.len(), 1, "an abandoned slot is removed");
    }

    #[tokio::test]
    async fn only_the_room_in_a_slot_removes_it() {
        let registry: Registry<u8> = Registry::new();
        let mut slots = Vec::new();
        for value in [1, 2] {
            let loaded = registry
                .get_or_load(CIRCLE, |slot| {
                    slots.push(slot);
                    async move { Ok::<_, ()>(value) }
                })
                .await;
            assert_eq!(loaded, Ok(value));
            registry.remove(CIRCLE, &slots[0]);
        }
        assert_eq!(registry.loaded(CIRCLE), Some(2), "the first slot was removed before");
    }
}
