//! The bytes that an in-memory journal counts.

use super::*;
use hearth_protocol::keys::KeyHash;

fn batch(after: u64, text: TextId, bars: Vec<BarChange>) -> Batch {
    Batch {
        id: Uuid::new_v4(),
        rows: vec![StoredRow { seq: after + 1, at: 1, body: "{}".to_owned() }],
        texts: vec![(text, Text::plain("words"))],
        erased: Vec::new(),
        bars,
        deadline: None,
        ended: true,
    }
}

#[test]
fn everything_charged_is_released() {
    let mut state = State::new(10_000);
    let (circle, room) = (CircleId(Uuid::new_v4()), RoomId(Uuid::new_v4()));
    let (one, two) = (TextId(Uuid::new_v4()), TextId(Uuid::new_v4()));
    let put = |id, name| {
        let (id, key) = (BarId(Uuid::from_u128(id)), KeyHash::from_bytes([1; 32]));
        BarChange::Put { id, key, name, at: 1 }
    };
    let lift = |id| BarChange::Lift(BarId(Uuid::from_u128(id)));
    let new = NewCircle {
        title: Text::plain("A circle"),
        agreements: None,
        held_by: Some(Text::plain("Fay")),
        lasts_ms: None,
        next_at: None,
        settings: hearth_protocol::Settings::default(),
        entries: Vec::new(),
    };
    state.create_circle(&new, circle, 1).unwrap();
    let created = state.bytes;
    let bars = vec![put(1, one), put(1, one), put(2, one), lift(2), put(3, one)];
    state.append(circle, room, 0, batch(0, one, bars)).unwrap();
    let erasing = Batch { erased: vec![one, two], ..batch(1, two, vec![lift(1)]) };
    state.append(circle, room, 1, erasing).unwrap();
    state.put_snapshot(room, 1, "short".to_owned()).unwrap();
    state.put_snapshot(room, 2, "somewhat longer".to_owned()).unwrap();
    state.put_snapshot(room, 1, "ignored".to_owned()).unwrap();
    state.erase(room, EraseScope::All).unwrap();
    let bar = bar_bytes(&Text::plain("words"));
    assert_eq!(state.bytes, created + OVERHEAD + bar, "the room itself and one bar stay");
    state.delete_circle(circle);
    assert_eq!(state.bytes, 0);
}
