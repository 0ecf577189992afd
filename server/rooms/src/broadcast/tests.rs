use super::*;
use crate::connection_link::ConnectionLink;
use crate::large_frame::LargeFrame;
use crate::subscriber::{DirectWrite, Subscriber, TakenFrames};
use bytes::Bytes;
use futures_util::FutureExt;
use hearth_protocol::frame::Page;
use hearth_protocol::{CommandId, Keyed, MessageNo, Text, TextId};
use hearth_room::{MessagePart, ROW_FORMAT, RoomPart, Row};
use proptest::prelude::*;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::io;
use std::task::{Context, Poll};
use tokio::sync::Notify;
use uuid::Uuid;

const BYTES_MAX: usize = 256 * 1024;

fn subscriber(broadcast: &Arc<Broadcast>, seat: u16, is_host: bool) -> Subscriber {
    let link =
        Arc::new(ConnectionLink::new(ConnectionId(u64::from(seat)), Arc::new(Notify::new())));
    Subscriber::new(broadcast, SeatNo(seat), is_host.then_some(0), link)
}

fn row(seq: u64) -> Row {
    Row {
        format: ROW_FORMAT,
        seq,
        at: 5,
        cause: None,
        room: None,
        hosts: None,
        own: Vec::new(),
        internal: None,
        effects: Vec::new(),
    }
}

fn entry(recipients: Recipients, number: u64, text: &str) -> BroadcastEntry {
    let frame = Frame::text(&text).unwrap();
    let delivery = match recipients {
        Recipients::Audience(_) => {
            let (source, partial) = (None, Vec::new());
            Delivery::Decision(Box::new(DecisionFrame { source, number, frame, partial }))
        }
        Recipients::AllExcept(_) | Recipients::Connection(_) => Delivery::Answer(frame),
    };
    BroadcastEntry { recipients, delivery }
}

fn payloads(frames: VecDeque<Bytes>) -> Vec<String> {
    frames.into_iter().map(|bytes| Frame::from_bytes(bytes).payload().to_owned()).collect()
}

fn take_all(subscriber: &mut Subscriber) -> (Vec<String>, TakenFrames) {
    let mut frames = VecDeque::new();
    let taken = subscriber.take(&mut frames, usize::MAX);
    (payloads(frames), taken)
}

/// A socket that a room writes to, and what it does with frames.
#[derive(Default)]
struct Pipe(Mutex<PipeState>);

#[derive(Default)]
struct PipeState {
    mode: Mode,
    written: VecDeque<Bytes>,
    rest: VecDeque<Bytes>,
}

#[derive(Debug, Clone, Copy, Default)]
enum Mode {
    #[default]
    TakesAll,
    TakesOne,
    /// Takes a part of one frame, and keeps the rest of it.
    Cuts,
    /// Is within a frame of the task's own.
    Busy,
}

impl DirectWrite for Pipe {
    fn write_now(&self, frames: &mut VecDeque<Bytes>) -> bool {
        let mut pipe = self.0.lock().unwrap();
        assert!(pipe.rest.is_empty(), "a socket with a rest is flushed first");
        match pipe.mode {
            Mode::TakesAll => pipe.written.append(frames),
            Mode::TakesOne => pipe.written.extend(frames.pop_front()),
            Mode::Cuts => pipe.rest.extend(frames.pop_front()),
            Mode::Busy => return false,
        }
        frames.is_empty() && pipe.rest.is_empty()
    }

    fn poll_rest(&self, _cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        Poll::Ready(Ok(false))
    }
}

impl Pipe {
    /// Does what a connection's task does when it is woken. Returns how many answers there were.
    fn serve(&self, subscriber: &mut Subscriber, bytes_max: usize) -> usize {
        let mut frames = VecDeque::new();
        let taken = subscriber.take(&mut frames, bytes_max);
        assert_eq!(taken.close, None);
        let mut pipe = self.0.lock().unwrap();
        assert!(taken.flush || pipe.rest.is_empty());
        let mut rest = std::mem::take(&mut pipe.rest);
        pipe.written.append(&mut rest);
        pipe.written.append(&mut frames);
        taken.answers
    }

    fn payloads(&self) -> Vec<String> {
        payloads(self.0.lock().unwrap().written.clone())
    }
}

#[derive(Debug, Clone)]
enum Step {
    Push(Vec<(u8, u16)>),
    Take(usize, usize),
    Mode(usize, Mode),
    StopDirectWrites(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let mode =
        prop_oneof![Just(Mode::TakesAll), Just(Mode::TakesOne), Just(Mode::Cuts), Just(Mode::Busy)];
    let step = prop_oneof![
        4 => prop::collection::vec((0_u8..5, 1_u16..4), 1..20).prop_map(Step::Push),
        4 => (0_usize..3, prop_oneof![1_usize..200, Just(usize::MAX)])
            .prop_map(|(who, bytes)| Step::Take(who, bytes)),
        1 => (0_usize..3, mode).prop_map(|(who, mode)| Step::Mode(who, mode)),
        1 => (0_usize..3).prop_map(Step::StopDirectWrites),
    ];
    prop::collection::vec(step, 1..60)
}

fn own(seat: u16) -> Recipients {
    Recipients::Audience(Audience::Own(SeatNo(seat)))
}

fn recipients_of(kind: u8, seat: u16) -> Recipients {
    match kind {
        0 => Recipients::ROOM,
        1 => Recipients::Audience(Audience::Hosts),
        2 => own(seat),
        3 => Recipients::AllExcept(SeatNo(seat)),
        _ => Recipients::Connection(ConnectionId(u64::from(seat))),
    }
}

fn is_for(recipients: Recipients, seat: u16, is_host: bool) -> bool {
    match recipients {
        Recipients::Audience(Audience::Room) => true,
        Recipients::Audience(Audience::Hosts) => is_host,
        Recipients::Audience(Audience::Own(other)) => other.0 == seat,
        Recipients::AllExcept(other) => other.0 != seat,
        Recipients::Connection(id) => id.0 == u64::from(seat),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn a_subscriber_that_keeps_up_gets_exactly_its_entries_in_order_from_its_room_or_its_task(
        steps in steps(),
        direct in any::<[bool; 3]>(),
    ) {
        let broadcast = Arc::new(Broadcast::new(BYTES_MAX));
        let mut subscribers: Vec<Subscriber> =
            (1..4).map(|seat| subscriber(&broadcast, seat, seat == 1)).collect();
        let pipes: Vec<Arc<Pipe>> = (0..3).map(|_| Arc::default()).collect();
        for (who, subscriber) in subscribers.iter().enumerate() {
            if direct[who] {
                subscriber.write_directly_to(pipes[who].clone());
            }
        }
        let mut expected: Vec<Vec<String>> = vec![Vec::new(); 3];
        let (mut answers, mut answered) = ([0; 3], [0; 3]);
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
                                answers[index] += usize::from(kind > 2);
                            }
                        }
                        entry(recipients, count, &count.to_string())
                    }).collect();
                    broadcast.push(entries);
                    for (who, subscriber) in subscribers.iter().enumerate() {
                        let is_all_written = pipes[who].payloads() == expected[who];
                        let is_woken = subscriber.changed().now_or_never().is_some();
                        prop_assert!(is_all_written || is_woken);
                    }
                }
                Step::Take(who, bytes) => {
                    answered[who] += pipes[who].serve(&mut subscribers[who], bytes);
                }
                Step::Mode(who, mode) => pipes[who].0.lock().unwrap().mode = mode,
                Step::StopDirectWrites(who) => {
                    answered[who] += subscribers[who].stop_direct_writes();
                }
            }
        }
        for (who, subscriber) in subscribers.iter_mut().enumerate() {
            for _ in 0..2 {
                answered[who] += pipes[who].serve(subscriber, usize::MAX);
            }
            prop_assert_eq!(pipes[who].payloads(), expected[who].clone());
            // After a call that found nothing, the room writes by itself.
            pipes[who].0.lock().unwrap().mode = Mode::TakesAll;
            let _changed = subscriber.changed().now_or_never();
        }
        broadcast.push([entry(Recipients::ROOM, count + 1, "last")]);
        for (who, subscriber) in subscribers.iter_mut().enumerate() {
            let is_written = pipes[who].payloads().last().is_some_and(|last| last == "\"last\"");
            prop_assert_eq!(is_written, direct[who]);
            prop_assert_eq!(subscriber.changed().now_or_never().is_some(), !direct[who]);
        }
        prop_assert_eq!(answered, answers);
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
            broadcast.push([entry(Recipients::ROOM, index as u64 + 1, &"x".repeat(*size))]);
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
        entry(own(1), 1, "removed"),
        BroadcastEntry {
            recipients: Recipients::Connection(ConnectionId(1)),
            delivery: Delivery::Close(CloseCode::Removed),
        },
        entry(Recipients::ROOM, 1, "later"),
    ]);
    let (frames, taken) = take_all(&mut removed);
    assert_eq!(frames, ["\"removed\""]);
    assert_eq!(taken.close, Some(CloseCode::Removed));
    assert_eq!(take_all(&mut other).0, ["\"later\""]);
}

fn page(words: &str) -> LargeFrame {
    let texts = BTreeMap::from([(TextId(Uuid::from_u128(9)), Text::plain(words))]);
    let page = Page { messages: Keyed::default(), earlier: false, texts };
    LargeFrame::page(CommandId::new(Uuid::from_u128(8)), page).unwrap()
}

#[test]
fn what_hosts_receive_begins_and_ends_at_the_snapshot_after_a_change_of_role() {
    let broadcast = Arc::new(Broadcast::new(BYTES_MAX));
    let mut connection = subscriber(&broadcast, 1, false);
    let to_hosts = |number, text| entry(Recipients::Audience(Audience::Hosts), number, text);
    // The snapshot includes the decision that promotes the person, with its frame to hosts.
    let snapshots =
        [(Some(2), "as a host", ["1", "2", "3"]), (None, "as a participant", ["4", "5", "6"])];
    for (index, (hosts, text, [before, same, after])) in snapshots.into_iter().enumerate() {
        let first = 3 * index as u64 + 1;
        broadcast.push([to_hosts(first, before)]);
        assert!(connection.link().push_large_frame(page(text)));
        broadcast.push([
            BroadcastEntry {
                recipients: Recipients::Connection(ConnectionId(1)),
                delivery: Delivery::LargeSnapshot { hosts },
            },
            to_hosts(first + 1, same),
            to_hosts(first + 2, after),
        ]);
    }
    let (frames, _) = take_all(&mut connection);
    assert_eq!(frames.len(), 4);
    assert!(frames[0].contains("as a host"));
    assert_eq!(frames[1..3], ["\"3\"", "\"4\""]);
    assert!(frames[3].contains("as a participant"));
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

/// Returns the frame of a message that some seats may not see.
fn said(number: u64, id: TextId, words: &str, unseen_by: &[SeatNo]) -> BroadcastEntry {
    let raw = |json: &str| RawValue::from_string(json.to_owned()).unwrap();
    let common = hearth_room::AudiencePart {
        number,
        facts: None,
        patch: None,
        texts: Vec::new(),
        erased: Vec::new(),
    };
    let part = MessagePart {
        message: MessageNo(1),
        facts: Some(raw("[{\"said\":{\"message\":1}}]")),
        patch: raw("{\"seat\":1}"),
        texts: vec![id],
        erased: Vec::new(),
    };
    let room = Some(RoomPart { common, messages: vec![part] });
    let row = Row { room, ..row(number) };
    let decision = Published::new(Arc::new(row), vec![(id, Text::plain(words))]);
    let partial = unseen_by.iter().map(|seat| (*seat, Vec::new()));
    let frame = DecisionFrame::encode(&decision, Audience::Room, number, partial);
    let delivery = Delivery::Decision(Box::new(frame.unwrap().unwrap()));
    BroadcastEntry { recipients: Recipients::ROOM, delivery }
}

#[test]
fn an_erased_text_is_in_no_entry_read_later() {
    let broadcast = Arc::new(Broadcast::new(BYTES_MAX));
    let mut late = subscriber(&broadcast, 2, false);
    let (id, kept) = (TextId(Uuid::from_u128(1)), TextId(Uuid::from_u128(2)));
    for (number, id, words) in [(1, id, "spoken in haste"), (2, kept, "kept")] {
        broadcast.push([said(number, id, words, &[SeatNo(3)])]);
    }
    broadcast.erase(&[id].into());
    let (frames, _) = take_all(&mut late);
    assert!(!frames.concat().contains("in haste"));
    assert!(frames[0].contains("\"said\"") && frames[1].contains("kept"));
    assert_eq!(frames.len(), 2, "the frames themselves stay, so there is no gap");
    broadcast.for_each_frame(|audience, number, frame| {
        let Missed::Decision(_, decision) = frame.missed(audience) else { panic!("final") };
        let frame = decision.frame(Audience::Room).unwrap().unwrap();
        assert_eq!(frame.payload(), frames[number as usize - 1], "a resume brings the same");
    });
    let buffer = broadcast.buffer();
    assert_eq!(buffer.bytes, buffer.entries.iter().map(BroadcastEntry::bytes).sum::<usize>());
}

#[test]
fn a_seat_that_may_not_see_a_message_gets_the_bare_frame_before_and_after_it_is_erased() {
    let broadcast = Arc::new(Broadcast::new(BYTES_MAX));
    let id = TextId(Uuid::from_u128(1));
    let (mut sees, mut newcomer) =
        (subscriber(&broadcast, 2, false), subscriber(&broadcast, 3, false));
    let mut late_newcomer = subscriber(&broadcast, 3, false);
    broadcast.push([said(1, id, "before they came", &[SeatNo(3)])]);
    assert!(take_all(&mut sees).0[0].contains("before they came"));
    assert_eq!(take_all(&mut newcomer).0, ["{\"room\":1,\"at\":5}"]);
    broadcast.erase(&[id].into());
    assert_eq!(take_all(&mut late_newcomer).0, ["{\"room\":1,\"at\":5}"]);
}
