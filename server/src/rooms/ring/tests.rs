use super::*;
use hearth_protocol::event::RoomEvent;
use hearth_protocol::frame::{EventFrame, ServerFrame};
use hearth_protocol::text::{Text, Words};
use hearth_protocol::{Flow, SaidKind};
use proptest::prelude::*;
use tokio::sync::Notify;
use uuid::Uuid;

const RING_BYTES_MAX: usize = 256 * 1024;

fn reader(ring: &Arc<Ring>, seat: u16, staff: bool) -> Reader {
    let desk = Arc::new(Desk::new(LineNo(u64::from(seat)), Arc::new(Notify::new())));
    Reader::new(ring, SeatNo(seat), staff, desk)
}

fn event(to: To, seq: u64, number: u64, text: &str) -> Entry {
    Entry { to, what: What::Event { seq, number, frame: Frame::text(&text).unwrap() } }
}

fn payloads(frames: VecDeque<Bytes>) -> Vec<String> {
    frames.into_iter().map(|bytes| Frame::of(bytes).payload().to_owned()).collect()
}

fn take_all(reader: &mut Reader) -> (Vec<String>, Taken) {
    let mut frames = VecDeque::new();
    let taken = reader.take(&mut frames, usize::MAX);
    (payloads(frames), taken)
}

#[derive(Debug, Clone)]
enum Play {
    Push(Vec<(u8, u16)>),
    Take(usize, usize),
}

fn to_of(kind: u8, seat: u16) -> To {
    match kind {
        0 => To::Room,
        1 => To::Staff,
        2 => To::Seat(SeatNo(seat)),
        3 => To::Others(SeatNo(seat)),
        _ => To::Line(LineNo(u64::from(seat))),
    }
}

fn is_for(to: To, seat: u16, staff: bool) -> bool {
    match to {
        To::Room => true,
        To::Staff => staff,
        To::Seat(other) => other.0 == seat,
        To::Others(other) => other.0 != seat,
        To::Line(line) => line.0 == u64::from(seat),
    }
}

proptest! {
    #[test]
    fn a_reader_that_keeps_up_gets_exactly_its_audiences_entries_in_order(
        plays in prop::collection::vec(
            prop_oneof![
                prop::collection::vec((0_u8..5, 1_u16..4), 1..20).prop_map(Play::Push),
                (0_usize..3, 1_usize..200).prop_map(|(who, bytes)| Play::Take(who, bytes)),
            ],
            1..60,
        )
    ) {
        let ring = Arc::new(Ring::new(RING_BYTES_MAX));
        let mut readers: Vec<Reader> =
            (1..4).map(|seat| reader(&ring, seat, seat == 1)).collect();
        let mut expected: Vec<Vec<String>> = vec![Vec::new(); 3];
        let mut got = expected.clone();
        let mut count = 0_u64;
        for play in plays {
            match play {
                Play::Push(entries) => {
                    let entries: Vec<Entry> = entries.into_iter().map(|(kind, seat)| {
                        count += 1;
                        let to = to_of(kind, seat);
                        let text = format!("\"{count}\"");
                        for (index, list) in expected.iter_mut().enumerate() {
                            if is_for(to, index as u16 + 1, index == 0) {
                                list.push(text.clone());
                            }
                        }
                        event(to, count, count, &count.to_string())
                    }).collect();
                    ring.push(entries);
                }
                Play::Take(who, bytes) => {
                    let mut frames = VecDeque::new();
                    let taken = readers[who].take(&mut frames, bytes);
                    prop_assert_eq!(taken.close, None);
                    got[who].extend(payloads(frames));
                }
            }
        }
        for (who, reader) in readers.iter_mut().enumerate() {
            let (rest, taken) = take_all(reader);
            prop_assert!(taken.all);
            got[who].extend(rest);
        }
        prop_assert_eq!(got, expected);
    }

    #[test]
    fn a_ring_never_grows_beyond_its_bounds_and_who_falls_behind_is_told(
        sizes in prop::collection::vec(0_usize..40_000, 1..200),
        small in 0_usize..3_000,
    ) {
        let ring = Arc::new(Ring::new(RING_BYTES_MAX));
        let mut slow = reader(&ring, 1, false);
        let mut all = 0;
        for (index, size) in sizes.iter().chain(std::iter::repeat_n(&1, small)).enumerate() {
            ring.push([event(To::Room, index as u64, index as u64, &"x".repeat(*size))]);
            all += 1;
            let state = ring.state();
            prop_assert!(state.bytes <= RING_BYTES_MAX);
            prop_assert!(state.entries.len() <= RING_ENTRIES_MAX);
            prop_assert_eq!(state.bytes, state.entries.iter().map(Entry::bytes).sum::<usize>());
        }
        let kept = ring.state().entries.len();
        let (_, taken) = take_all(&mut slow);
        prop_assert_eq!(taken.close, (kept < all).then_some(CloseCode::TooSlow));
    }
}

#[test]
fn what_was_missed_is_found_whole_or_not_at_all() {
    let ring = Ring::new(RING_BYTES_MAX);
    let me = SeatNo(2);
    ring.push([
        event(To::Room, 1, 1, "r1"),
        event(To::Seat(me), 2, 1, "s1"),
        event(To::Staff, 3, 1, "t1"),
        event(To::Seat(SeatNo(3)), 4, 1, "another's"),
        event(To::Room, 5, 2, "r2"),
        event(To::Room, 6, 3, "r3, of later"),
    ]);
    let now = Cursor { room: 2, seat: 1, staff: None };
    let missed = |from, to| {
        let mut search = Search::new(me, from, to)?;
        ring.search(&mut search);
        search.finish().map(|missed| {
            missed.iter().map(|missed| missed.frame.payload().to_owned()).collect::<Vec<_>>()
        })
    };
    let from = Cursor { room: 1, seat: 0, staff: None };
    assert_eq!(missed(from, now).unwrap(), ["\"s1\"", "\"r2\""]);
    assert_eq!(missed(now, now).unwrap(), Vec::<String>::new());
    let staff = Cursor { staff: Some(0), ..from };
    assert_eq!(
        missed(staff, Cursor { staff: Some(1), ..now }).unwrap(),
        ["\"s1\"", "\"t1\"", "\"r2\""]
    );
    assert!(missed(staff, now).is_none(), "no longer staff: a snapshot is due");
    assert!(missed(Cursor { room: 9, ..from }, now).is_none(), "a cursor from another history");
    assert!(missed(from, Cursor { seat: 2, ..now }).is_none(), "one event is not in the ring");
}

#[test]
fn a_removed_seats_line_ends_where_its_close_stands_and_nothing_comes_after() {
    let ring = Arc::new(Ring::new(RING_BYTES_MAX));
    let mut removed = reader(&ring, 1, false);
    let mut other = reader(&ring, 2, false);
    ring.push([
        event(To::Seat(SeatNo(1)), 1, 1, "removed"),
        Entry { to: To::Line(LineNo(1)), what: What::Close(CloseCode::Removed) },
        event(To::Room, 2, 1, "later"),
    ]);
    let (frames, taken) = take_all(&mut removed);
    assert_eq!(frames, ["\"removed\""]);
    assert_eq!(taken.close, Some(CloseCode::Removed));
    assert_eq!(take_all(&mut other).0, ["\"later\""]);
}

#[test]
fn what_staff_see_begins_and_ends_at_the_snapshot_of_a_change_of_role() {
    let ring = Arc::new(Ring::new(RING_BYTES_MAX));
    let mut line = reader(&ring, 1, false);
    for (staff, text) in [(true, "as staff"), (false, "as a member")] {
        ring.push([event(To::Staff, 1, 1, "before")]);
        assert!(line.desk.put(Frame::text(&text).unwrap()));
        ring.push([
            Entry { to: To::Line(LineNo(1)), what: What::ShelvedSnapshot { staff } },
            event(To::Staff, 2, 2, "after"),
        ]);
    }
    let (frames, _) = take_all(&mut line);
    assert_eq!(frames, ["\"as staff\"", "\"after\"", "\"before\"", "\"as a member\""]);
}

#[tokio::test(start_paused = true)]
async fn a_sign_of_writing_reaches_others_at_once_and_nobody_late() {
    let ring = Arc::new(Ring::new(RING_BYTES_MAX));
    let mut writer = reader(&ring, 1, false);
    let mut prompt = reader(&ring, 2, false);
    let mut late = reader(&ring, 3, false);
    let frame = Frame::text(&"writing").unwrap();
    ring.push([Entry {
        to: To::Others(SeatNo(1)),
        what: What::Writing { frame, since: Instant::now() },
    }]);
    prompt.grown().await;
    assert_eq!(take_all(&mut prompt).0, ["\"writing\""]);
    assert!(take_all(&mut writer).0.is_empty());
    tokio::time::advance(WRITING_FRESH).await;
    assert!(take_all(&mut late).0.is_empty());
}

#[test]
fn words_taken_back_are_in_no_entry_that_is_read_later() {
    let ring = Arc::new(Ring::new(RING_BYTES_MAX));
    let mut late = reader(&ring, 2, false);
    let (id, kept) = (WordsId(Uuid::from_u128(1)), WordsId(Uuid::from_u128(2)));
    for (number, id, words) in [(1, id, "spoken in haste"), (2, kept, "kept")] {
        let frame = Frame::text(&ServerFrame::Event(EventFrame::Room {
            room: number,
            at: 5,
            event: RoomEvent::Said {
                words: Words::new(id, Text::plain(words)),
                seat: SeatNo(1),
                kind: SaidKind::Share,
                flow: Flow::at_rest(),
            },
        }))
        .unwrap();
        ring.push([Entry { to: To::Room, what: What::Event { seq: number, number, frame } }]);
    }
    ring.erase(id);
    let mut frames = VecDeque::new();
    late.take(&mut frames, usize::MAX);
    let all = frames.iter().map(|frame| String::from_utf8_lossy(frame)).collect::<String>();
    assert!(!all.contains("in haste"));
    assert!(all.contains("kept"));
    assert_eq!(frames.len(), 2, "the events themselves stay: no gap betrays them");
    let state = ring.state();
    assert_eq!(state.bytes, state.entries.iter().map(Entry::bytes).sum::<usize>());
}
