use super::*;
use hearth_protocol::event::RoomEvent;
use hearth_protocol::frame::{EventFrame, ServerFrame};
use hearth_protocol::text::{Text, Words};
use hearth_protocol::{Flow, SaidKind};
use proptest::prelude::*;
use tokio::sync::Notify;
use uuid::Uuid;

const BYTES_MAX: usize = 256 * 1024;

fn subscriber(broadcast: &Arc<Broadcast>, seat: u16, is_host: bool) -> Subscriber {
    let link =
        Arc::new(ConnectionLink::new(ConnectionId(u64::from(seat)), Arc::new(Notify::new())));
    Subscriber::new(broadcast, SeatNo(seat), is_host, link)
}

fn event(recipients: Recipients, seq: u64, number: u64, text: &str) -> BroadcastEntry {
    BroadcastEntry {
        recipients,
        delivery: Delivery::Event { seq, number, frame: Frame::text(&text).unwrap() },
    }
}

fn payloads(frames: VecDeque<Bytes>) -> Vec<String> {
    frames.into_iter().map(|bytes| Frame::from_bytes(bytes).payload().to_owned()).collect()
}

fn take_all(subscriber: &mut Subscriber) -> (Vec<String>, TakenFrames) {
    let mut frames = VecDeque::new();
    let taken = subscriber.take(&mut frames, usize::MAX);
    (payloads(frames), taken)
}

#[derive(Debug, Clone)]
enum Step {
    Push(Vec<(u8, u16)>),
    Take(usize, usize),
}

fn recipients_of(kind: u8, seat: u16) -> Recipients {
    match kind {
        0 => Recipients::Room,
        1 => Recipients::Hosts,
        2 => Recipients::Seat(SeatNo(seat)),
        3 => Recipients::AllExcept(SeatNo(seat)),
        _ => Recipients::Connection(ConnectionId(u64::from(seat))),
    }
}

fn is_for(recipients: Recipients, seat: u16, is_host: bool) -> bool {
    match recipients {
        Recipients::Room => true,
        Recipients::Hosts => is_host,
        Recipients::Seat(other) => other.0 == seat,
        Recipients::AllExcept(other) => other.0 != seat,
        Recipients::Connection(id) => id.0 == u64::from(seat),
    }
}

proptest! {
    #[test]
    fn a_subscriber_that_keeps_up_gets_exactly_its_entries_in_order(
        steps in prop::collection::vec(
            prop_oneof![
                prop::collection::vec((0_u8..5, 1_u16..4), 1..20).prop_map(Step::Push),
                (0_usize..3, 1_usize..200).prop_map(|(who, bytes)| Step::Take(who, bytes)),
            ],
            1..60,
        )
    ) {
        let broadcast = Arc::new(Broadcast::new(BYTES_MAX));
        let mut subscribers: Vec<Subscriber> =
            (1..4).map(|seat| subscriber(&broadcast, seat, seat == 1)).collect();
        let mut expected: Vec<Vec<String>> = vec![Vec::new(); 3];
        let mut got = expected.clone();
        let mut count = 0_u64;
        for step in steps {
            match step {
                Step::Push(entries) => {
                    let entries: Vec<BroadcastEntry> = entries.into_iter().map(|(kind, seat)| {
                        count += 1;
                        let recipients = recipients_of(kind, seat);
                        let text = format!("\"{count}\"");
                        for (index, list) in expected.iter_mut().enumerate() {
                            if is_for(recipients, index as u16 + 1, index == 0) {
                                list.push(text.clone());
                            }
                        }
                        event(recipients, count, count, &count.to_string())
                    }).collect();
                    broadcast.push(entries);
                }
                Step::Take(who, bytes) => {
                    let mut frames = VecDeque::new();
                    let taken = subscribers[who].take(&mut frames, bytes);
                    prop_assert_eq!(taken.close, None);
                    got[who].extend(payloads(frames));
                }
            }
        }
        for (who, subscriber) in subscribers.iter_mut().enumerate() {
            let (rest, taken) = take_all(subscriber);
            prop_assert!(taken.caught_up);
            got[who].extend(rest);
        }
        prop_assert_eq!(got, expected);
    }

    #[test]
    fn the_buffer_is_bounded_and_a_subscriber_that_falls_behind_is_closed(
        sizes in prop::collection::vec(0_usize..40_000, 1..200),
        small in 0_usize..3_000,
    ) {
        let broadcast = Arc::new(Broadcast::new(BYTES_MAX));
        let mut slow = subscriber(&broadcast, 1, false);
        let mut all = 0;
        for (index, size) in sizes.iter().chain(std::iter::repeat_n(&1, small)).enumerate() {
            broadcast.push([event(Recipients::Room, index as u64, index as u64, &"x".repeat(*size))]);
            all += 1;
            let buffer = broadcast.buffer();
            prop_assert!(buffer.bytes <= BYTES_MAX);
            prop_assert!(buffer.entries.len() <= ENTRIES_MAX);
            prop_assert_eq!(buffer.bytes, buffer.entries.iter().map(BroadcastEntry::bytes).sum::<usize>());
        }
        let kept = broadcast.buffer().entries.len();
        let (_, taken) = take_all(&mut slow);
        prop_assert_eq!(taken.close, (kept < all).then_some(CloseCode::TooSlow));
    }
}

#[test]
fn a_removed_seats_connection_gets_nothing_after_its_close() {
    let broadcast = Arc::new(Broadcast::new(BYTES_MAX));
    let mut removed = subscriber(&broadcast, 1, false);
    let mut other = subscriber(&broadcast, 2, false);
    broadcast.push([
        event(Recipients::Seat(SeatNo(1)), 1, 1, "removed"),
        BroadcastEntry {
            recipients: Recipients::Connection(ConnectionId(1)),
            delivery: Delivery::Close(CloseCode::Removed),
        },
        event(Recipients::Room, 2, 1, "later"),
    ]);
    let (frames, taken) = take_all(&mut removed);
    assert_eq!(frames, ["\"removed\""]);
    assert_eq!(taken.close, Some(CloseCode::Removed));
    assert_eq!(take_all(&mut other).0, ["\"later\""]);
}

#[test]
fn what_hosts_receive_begins_and_ends_at_the_snapshot_after_a_change_of_role() {
    let broadcast = Arc::new(Broadcast::new(BYTES_MAX));
    let mut connection = subscriber(&broadcast, 1, false);
    for (is_host, text) in [(true, "as a host"), (false, "as a member")] {
        broadcast.push([event(Recipients::Hosts, 1, 1, "before")]);
        assert!(connection.link.push_large_frame(Frame::text(&text).unwrap()));
        broadcast.push([
            BroadcastEntry {
                recipients: Recipients::Connection(ConnectionId(1)),
                delivery: Delivery::LargeSnapshot { is_host },
            },
            event(Recipients::Hosts, 2, 2, "after"),
        ]);
    }
    let (frames, _) = take_all(&mut connection);
    assert_eq!(frames, ["\"as a host\"", "\"after\"", "\"before\"", "\"as a member\""]);
}

#[tokio::test(start_paused = true)]
async fn a_writing_signal_reaches_the_others_at_once_and_nobody_late() {
    let broadcast = Arc::new(Broadcast::new(BYTES_MAX));
    let mut writer = subscriber(&broadcast, 1, false);
    let mut prompt = subscriber(&broadcast, 2, false);
    let mut late = subscriber(&broadcast, 3, false);
    let frame = Frame::text(&"writing").unwrap();
    broadcast.push([BroadcastEntry {
        recipients: Recipients::AllExcept(SeatNo(1)),
        delivery: Delivery::Writing { frame, since: Instant::now() },
    }]);
    prompt.changed().await;
    assert_eq!(take_all(&mut prompt).0, ["\"writing\""]);
    assert!(take_all(&mut writer).0.is_empty());
    tokio::time::advance(WRITING_MAX_AGE).await;
    assert!(take_all(&mut late).0.is_empty());
}

#[test]
fn an_erased_text_is_in_no_entry_read_later() {
    let broadcast = Arc::new(Broadcast::new(BYTES_MAX));
    let mut late = subscriber(&broadcast, 2, false);
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
        broadcast.push([BroadcastEntry {
            recipients: Recipients::Room,
            delivery: Delivery::Event { seq: number, number, frame },
        }]);
    }
    broadcast.redact(id);
    let mut frames = VecDeque::new();
    late.take(&mut frames, usize::MAX);
    let all = frames.iter().map(|frame| String::from_utf8_lossy(frame)).collect::<String>();
    assert!(!all.contains("in haste"));
    assert!(all.contains("kept"));
    assert_eq!(frames.len(), 2, "the events themselves stay, so there is no gap");
    let buffer = broadcast.buffer();
    assert_eq!(buffer.bytes, buffer.entries.iter().map(BroadcastEntry::bytes).sum::<usize>());
}
