//! Random calls, compared with a simple model of the interface.

use crate::engine::Engine;
use crate::support::{a_circle, new_circle};
use hearth_journal::{
    AppendError, BarChange, Batch, CircleBar, DueRoom, EraseScope, Journal, JournalError, StoredRow,
};
use hearth_protocol::keys::KeyHash;
use hearth_protocol::{BarId, CircleId, RoomId, Text, TextId};
use proptest::prelude::*;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const CIRCLES: usize = 3;
const ROOMS_OF_A_CIRCLE: usize = 3;

#[derive(Debug, Clone)]
enum Step {
    Append {
        room: usize,
        after: After,
        say: u8,
        erase: bool,
        bar: Option<(u8, bool)>,
        deadline: Option<u64>,
        ends: bool,
    },
    Snapshot {
        room: usize,
        back: u64,
    },
    Erase {
        room: usize,
        scope: EraseScope,
    },
    DeleteCircle {
        circle: usize,
    },
    CreateCircle {
        circle: usize,
    },
    NextAt {
        circle: usize,
        at: Option<u64>,
    },
    Reopen,
}

#[derive(Debug, Clone, Copy)]
enum After {
    Head,
    Zero,
    Behind,
    Ahead,
}

fn step() -> impl Strategy<Value = Step> {
    let room = 0..CIRCLES * ROOMS_OF_A_CIRCLE;
    let after = prop_oneof![
        8 => Just(After::Head),
        1 => Just(After::Zero),
        1 => Just(After::Behind),
        1 => Just(After::Ahead),
    ];
    let scope = prop_oneof![Just(EraseScope::Texts), Just(EraseScope::All)];
    let append = (
        room.clone(),
        after,
        1u8..4,
        prop::bool::weighted(0.2),
        prop::option::weighted(0.2, (0u8..4, any::<bool>())),
        prop::option::of(0u64..50),
        prop::bool::weighted(0.1),
    );
    prop_oneof![
        20 => append.prop_map(|(room, after, say, erase, bar, deadline, ends)| {
            Step::Append { room, after, say, erase, bar, deadline, ends }
        }),
        3 => (room.clone(), 0u64..4).prop_map(|(room, back)| Step::Snapshot { room, back }),
        2 => (room, scope).prop_map(|(room, scope)| Step::Erase { room, scope }),
        1 => (0..CIRCLES).prop_map(|circle| Step::DeleteCircle { circle }),
        1 => (0..CIRCLES).prop_map(|circle| Step::CreateCircle { circle }),
        1 => (0..CIRCLES, prop::option::of(0u64..50)).prop_map(|(circle, at)| {
            Step::NextAt { circle, at }
        }),
        1 => Just(Step::Reopen),
    ]
}

#[derive(Debug, Default, Clone)]
struct RoomModel {
    head: u64,
    last: Uuid,
    rows: Vec<StoredRow>,
    texts: BTreeMap<TextId, Text>,
    snapshot: Option<(u64, String)>,
    deadline: Option<u64>,
    ended: bool,
    newest_at: u64,
}

#[derive(Debug, Default)]
struct Model {
    /// Time of each circle's next session.
    circles: BTreeMap<CircleId, Option<u64>>,
    rooms: BTreeMap<RoomId, (CircleId, RoomModel)>,
    bars: BTreeMap<CircleId, BTreeMap<BarId, CircleBar>>,
    /// Rooms in the order of their creation.
    created: Vec<RoomId>,
}

impl Model {
    fn live(&self, circle: CircleId) -> Option<RoomId> {
        self.rooms.iter().find(|(_, (of, room))| *of == circle && !room.ended).map(|(id, _)| *id)
    }

    fn append(
        &mut self,
        circle: CircleId,
        room: RoomId,
        after: u64,
        batch: &Batch,
    ) -> Result<(), AppendError> {
        if !self.circles.contains_key(&circle) {
            return Err(AppendError::Failed(JournalError::NoCircle { circle }));
        }
        let head = self.rooms.get(&room).map(|(_, room)| room.head);
        if head.unwrap_or(0) != after || (head.is_none() && self.live(circle).is_some()) {
            return Err(AppendError::Conflict { head: head.unwrap_or(0) });
        }
        if head.is_none() {
            self.created.push(room);
        }
        let (_, row) = self.rooms.entry(room).or_insert_with(|| (circle, RoomModel::default()));
        row.head = batch.rows.last().unwrap().seq;
        row.last = batch.id;
        row.newest_at = batch.rows.iter().map(|new| new.at).fold(row.newest_at, u64::max);
        row.rows.extend(batch.rows.clone());
        row.texts.extend(batch.texts.clone());
        row.deadline = batch.deadline;
        row.ended |= batch.ended;
        let bars = self.bars.entry(circle).or_default();
        for change in &batch.bars {
            match change {
                BarChange::Put { id, key, name, at } => {
                    let (id, key, at, name) = (*id, *key, *at, row.texts[name].clone());
                    bars.insert(id, CircleBar { id, key, name, at });
                }
                BarChange::Lift(id) => {
                    bars.remove(id);
                }
            }
        }
        row.texts.retain(|id, _| !batch.erased.contains(id));
        Ok(())
    }

    fn due(&self) -> Vec<DueRoom> {
        let mut due: Vec<DueRoom> = self
            .created
            .iter()
            .filter_map(|id| {
                let (circle, room) = self.rooms.get(id)?;
                let deadline = room.deadline.filter(|_| !room.ended)?;
                Some(DueRoom { circle: *circle, room: *id, deadline })
            })
            .collect();
        due.sort_by_key(|due| (due.deadline, due.room.0));
        due
    }
}

/// An engine, its model, and the ids to which the steps refer.
struct Run<E> {
    journal: E,
    model: Model,
    circles: Vec<CircleId>,
    rooms: Vec<RoomId>,
}

impl<E: Engine> Run<E> {
    async fn new() -> Self {
        let journal = E::new();
        let mut circles = Vec::new();
        for _ in 0..CIRCLES {
            circles.push(a_circle(&*journal).await);
        }
        let rooms = (0..CIRCLES * ROOMS_OF_A_CIRCLE).map(|_| RoomId(Uuid::new_v4())).collect();
        let circle_times = circles.iter().map(|circle| (*circle, new_circle().next_at)).collect();
        let model = Model { circles: circle_times, ..Model::default() };
        Self { journal, model, circles, rooms }
    }

    fn batch(&self, step: &Step, after: u64) -> Batch {
        let Step::Append { room, say, erase, bar, deadline, ends, .. } = step else {
            unreachable!()
        };
        let texts: Vec<(TextId, Text)> = (0..*say)
            .map(|n| (TextId(Uuid::new_v4()), Text::plain(format!("words {n}"))))
            .collect();
        let known = self.model.rooms.get(&self.rooms[*room]);
        let first = known.and_then(|(_, room)| room.texts.keys().next().copied());
        let erased: Vec<TextId> = first.filter(|_| *erase).into_iter().collect();
        let name = erased.first().copied().unwrap_or(texts[0].0);
        let bars = bar.map(|(n, bars)| {
            let (id, key) = (BarId(Uuid::from_u128(n.into())), KeyHash::from_bytes([n; 32]));
            if bars { BarChange::Put { id, key, name, at: after } } else { BarChange::Lift(id) }
        });
        Batch {
            id: Uuid::new_v4(),
            rows: (1..=u64::from(*say))
                .map(|n| StoredRow { seq: after + n, at: after, body: format!("[{n}]") })
                .collect(),
            texts,
            erased,
            bars: bars.into_iter().collect(),
            deadline: *deadline,
            ended: *ends,
        }
    }

    async fn step(mut self, step: &Step) -> Self {
        match step {
            Step::Append { room, after, .. } => {
                let (circle, id) = (self.circles[room / ROOMS_OF_A_CIRCLE], self.rooms[*room]);
                let head = self.model.rooms.get(&id).map_or(0, |(_, room)| room.head);
                let after = match after {
                    After::Head => head,
                    After::Zero => 0,
                    After::Behind => head.saturating_sub(1),
                    After::Ahead => head + 1,
                };
                let batch = self.batch(step, after);
                let expected = self.model.append(circle, id, after, &batch);
                assert_eq!(self.journal.append(circle, id, after, batch).await, expected);
            }
            Step::Snapshot { room, back } => {
                let id = self.rooms[*room];
                let head = self.model.rooms.get(&id).map_or(0, |(_, room)| room.head);
                let seq = head.saturating_sub(*back);
                let outcome = self.journal.put_snapshot(id, seq, format!("at {seq}")).await;
                let Some((_, row)) = self.model.rooms.get_mut(&id) else {
                    assert_eq!(outcome, Err(JournalError::NoRoom { room: id }));
                    return self;
                };
                assert_eq!(outcome, Ok(()));
                let has_row = row.rows.iter().any(|row| row.seq == seq);
                if has_row && row.snapshot.as_ref().is_none_or(|(kept, _)| *kept < seq) {
                    row.snapshot = Some((seq, format!("at {seq}")));
                }
            }
            Step::Erase { room, scope } => self.erase(self.rooms[*room], *scope).await,
            Step::DeleteCircle { circle } => {
                let circle = self.circles[*circle];
                self.journal.delete_circle(circle).await.unwrap();
                self.model.circles.remove(&circle);
                self.model.bars.remove(&circle);
                self.model.rooms.retain(|_, (of, _)| *of != circle);
                let rooms = &self.model.rooms;
                self.model.created.retain(|room| rooms.contains_key(room));
            }
            Step::CreateCircle { circle } => {
                let circle = self.circles[*circle];
                let outcome = self.journal.create_circle(&new_circle(), circle, 1).await;
                if let Entry::Vacant(place) = self.model.circles.entry(circle) {
                    place.insert(new_circle().next_at);
                    assert_eq!(outcome, Ok(()));
                } else {
                    assert_eq!(outcome, Err(JournalError::CircleExists { circle }));
                }
            }
            Step::NextAt { circle, at } => {
                let circle = self.circles[*circle];
                let outcome = self.journal.set_next_at(circle, *at).await;
                let expected = match self.model.circles.get_mut(&circle) {
                    Some(next_at) => {
                        *next_at = *at;
                        Ok(())
                    }
                    None => Err(JournalError::NoCircle { circle }),
                };
                assert_eq!(outcome, expected);
            }
            Step::Reopen => self.journal = self.journal.reopened(),
        }
        self
    }

    async fn erase(&mut self, id: RoomId, scope: EraseScope) {
        let outcome = self.journal.erase(id, scope).await;
        match self.model.rooms.get_mut(&id) {
            Some((_, room)) if scope == EraseScope::All && !room.ended => {
                assert_eq!(outcome, Err(JournalError::RoomIsLive { room: id }));
            }
            Some((_, room)) => {
                assert_eq!(outcome, Ok(()));
                room.texts.clear();
                if scope == EraseScope::All {
                    room.rows.clear();
                    room.snapshot = None;
                }
            }
            None => assert_eq!(outcome, Ok(())),
        }
    }

    async fn compare(&self) {
        let journal = &self.journal;
        for id in &self.rooms {
            let nothing = RoomModel::default();
            let row = self.model.rooms.get(id).map(|(_, room)| room);
            let last = journal.last_batch(*id).await.unwrap();
            assert_eq!(last, row.map(|room| (room.last, room.head)));
            let row = row.unwrap_or(&nothing);
            assert_eq!(journal.read(*id, 0, 10_000).await.unwrap(), row.rows);
            assert_eq!(journal.snapshot(*id).await.unwrap(), row.snapshot);
            let ids: Vec<TextId> = row.texts.keys().copied().collect();
            let texts = journal.texts(*id, &ids).await.unwrap();
            assert_eq!(texts.into_iter().collect::<BTreeMap<_, _>>(), row.texts);
        }
        for circle in &self.circles {
            assert_eq!(journal.live_room(*circle).await.unwrap(), self.model.live(*circle));
            let bars = self.model.bars.get(circle).cloned().unwrap_or_default();
            let bars: Vec<CircleBar> = bars.into_values().collect();
            assert_eq!(journal.bars(*circle).await.unwrap(), bars);
            let next_at = journal.circle(*circle).await.unwrap().map(|row| row.next_at);
            assert_eq!(next_at, self.model.circles.get(circle).copied());
        }
        assert_eq!(journal.due(u64::MAX, None).await.unwrap(), self.model.due());
        let next = self.model.due().first().map(|due| due.deadline);
        assert_eq!(journal.next_due().await.unwrap(), next);
        let left = journal.unerased_rooms().await.unwrap().into_iter().map(|(_, room)| room);
        let rooms = self.model.rooms.iter();
        let expected =
            rooms.filter(|(_, (_, r))| r.ended && !r.texts.is_empty()).map(|(id, _)| *id);
        assert_eq!(left.collect::<BTreeSet<_>>(), expected.collect::<BTreeSet<_>>());
        let kept = 2..=6;
        let expired = journal.expired_rooms(kept.clone()).await.unwrap().into_iter();
        let rooms = self.model.rooms.iter().filter(|(_, (_, room))| {
            room.ended && !room.rows.is_empty() && !kept.contains(&room.newest_at)
        });
        let expected = rooms.map(|(id, _)| *id);
        assert_eq!(expired.collect::<BTreeSet<_>>(), expected.collect::<BTreeSet<_>>());
    }
}

pub(super) fn the_journal_agrees_with_its_model<E: Engine>() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config =
        ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(steps in prop::collection::vec(step(), 1..60))| {
        runtime.block_on(async {
            let mut run = Run::<E>::new().await;
            for step in &steps {
                run = run.step(step).await;
            }
            run.compare().await;
            run.journal = run.journal.reopened();
            run.compare().await;
        });
    });
}
