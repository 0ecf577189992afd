//! The map of rooms: one cell a circle, filled once however many ask at the same time.
//!
//! No guard of the map leaves this file, and none is held across an await.

use dashmap::DashMap;
use hearth_protocol::CircleId;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// One circle's place in the map.
#[derive(Debug)]
pub(crate) struct Cell<V>(OnceCell<V>);

/// The map.
#[derive(Debug)]
pub(crate) struct Map<V> {
    cells: DashMap<CircleId, Arc<Cell<V>>>,
}

impl<V: Clone> Map<V> {
    /// Returns an empty map.
    pub(crate) fn new() -> Self {
        Self { cells: DashMap::new() }
    }

    /// Returns what is there for a circle, without loading anything.
    pub(crate) fn loaded(&self, circle: CircleId) -> Option<V> {
        self.cells.get(&circle).and_then(|cell| cell.0.get().cloned())
    }

    /// Returns what is there for a circle, or else what `load` makes of its cell. Of several that
    /// ask at once one loads and the others wait; where it fails, each fails or tries in turn.
    pub(crate) async fn get_or_load<E, F>(
        &self,
        circle: CircleId,
        load: impl FnOnce(Arc<Cell<V>>) -> F,
    ) -> Result<V, E>
    where
        F: Future<Output = Result<V, E>>,
    {
        let visit = self.visit(circle);
        let cell = visit.cell.clone();
        visit.cell.0.get_or_try_init(|| load(cell)).await.cloned()
    }

    /// Takes a cell out of the map: only whoever closes what is in it does that.
    pub(crate) fn retire(&self, circle: CircleId, cell: &Arc<Cell<V>>) {
        self.cells.remove_if(&circle, |_, there| Arc::ptr_eq(there, cell));
    }

    /// Returns how many cells there are, those being filled included.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    fn visit(&self, circle: CircleId) -> Visit<'_, V> {
        let cell = self.cells.entry(circle).or_insert_with(|| Arc::new(Cell(OnceCell::new())));
        Visit { map: self, circle, cell: cell.clone() }
    }
}

/// Somebody's interest in a cell. The last who leaves an empty one takes it away.
struct Visit<'a, V> {
    map: &'a Map<V>,
    circle: CircleId,
    cell: Arc<Cell<V>>,
}

impl<V> Drop for Visit<'_, V> {
    fn drop(&mut self) {
        // Cells are cloned out of the map under the lock that this closure holds, so a count of
        // two (the map's and this one) means that nobody else can fill it any more.
        self.map.cells.remove_if(&self.circle, |_, there| {
            Arc::ptr_eq(there, &self.cell)
                && !there.0.initialized()
                && Arc::strong_count(there) == 2
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
        let map = Arc::new(Map::new());
        let loads = Arc::new(AtomicUsize::new(0));
        let asks: Vec<_> = (0..50)
            .map(|_| {
                let (map, loads) = (map.clone(), loads.clone());
                tokio::spawn(async move {
                    map.get_or_load(CIRCLE, |_| async {
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
        assert_eq!(map.loaded(CIRCLE), Some(0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_load_that_fails_or_is_given_up_leaves_nothing_behind_and_the_next_succeeds() {
        let map: Arc<Map<u8>> = Arc::new(Map::new());
        let failing = map.get_or_load(CIRCLE, |_| async {
            sleep(Duration::from_millis(10)).await;
            Err("no")
        });
        let waiting = map.get_or_load(CIRCLE, |_| async { Ok::<u8, &str>(7) });
        let (failed, loaded) = tokio::join!(failing, waiting);
        assert_eq!((failed, loaded), (Err("no"), Ok(7)));
        assert_eq!(map.len(), 1);

        let other = CircleId(Uuid::from_u128(2));
        let given_up = map.get_or_load(other, |_| async {
            sleep(Duration::from_secs(60)).await;
            Ok::<u8, ()>(1)
        });
        assert!(tokio::time::timeout(Duration::from_secs(1), given_up).await.is_err());
        assert_eq!(map.loaded(other), None);
        assert_eq!(map.len(), 1, "an empty cell stays for nobody");
    }

    #[tokio::test]
    async fn only_the_handle_that_closes_takes_its_cell_away() {
        let map: Map<u8> = Map::new();
        let mut cells = Vec::new();
        for value in [1, 2] {
            let loaded = map
                .get_or_load(CIRCLE, |cell| {
                    cells.push(cell);
                    async move { Ok::<_, ()>(value) }
                })
                .await;
            assert_eq!(loaded, Ok(value));
            map.retire(CIRCLE, &cells[0]);
        }
        assert_eq!(map.loaded(CIRCLE), Some(2), "the first handle is long gone");
    }
}
