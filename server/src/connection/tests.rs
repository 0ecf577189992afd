//! Connections that misbehave or stall.

use crate::access::WebSocketPermit;
use crate::testing::TestServer;
use futures_util::SinkExt;
use hearth_journal::faults::Fault;
use hearth_protocol::frame::{Answer, Notice, Outcome, ServerFrame};
use hearth_protocol::limits::{FRAME_BYTES_MAX, IN_FLIGHT_MAX};
use hearth_protocol::presence::{PresenceFact, Role};
use hearth_protocol::queue::QueueCommand;
use hearth_protocol::signal::{GestureKind, SignalCommand};
use hearth_protocol::{ClientFrame, MessageNo, RefusalCode, SeatNo, Settings};
use hearth_rooms::testing::{Client, announce, new_id, open_round, take};
use hearth_rooms::{ConnectionTimers, RoomsLimits};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

const ID: &str = "0190a5e0-0000-7000-8000-000000000001";

async fn quick() -> TestServer {
    let timers = ConnectionTimers {
        hello: Duration::from_millis(200),
        idle: Duration::from_millis(300),
        idle_with_token: Duration::from_millis(100),
        pong: Duration::from_millis(200),
        beat: Duration::from_millis(400),
        ..ConnectionTimers::default()
    };
    TestServer::with(Settings::default(), RoomsLimits::default(), timers).await
}

#[tokio::test]
async fn a_connection_without_a_hello_is_closed_in_time() {
    let server = quick().await;
    assert_eq!(server.connect().await.closed().await.code, Some(4004));
}

#[tokio::test]
async fn anything_before_the_hello_closes_the_connection() {
    let server = TestServer::new().await;
    let before_hello = [
        (Message::text(format!(r#"{{"id":"{ID}","raise":{{}}}}"#)), 4205),
        (Message::text("{\"writing\":{}}"), 4205),
        (Message::text("{\"hello\":{}}"), 4205),
        (Message::text("{\"hello\":"), 4205),
        (Message::text(""), 4205),
        (Message::binary(vec![1, 2, 3]), 1003),
        (Message::text("x".repeat(FRAME_BYTES_MAX + 1)), 1009),
        (Message::Frame(Frame::message(vec![0xC3, 0x28], OpCode::Data(Data::Text), true)), 1007),
        (Message::Frame(Frame::message(vec![], OpCode::Data(Data::Continue), true)), 1002),
    ];
    for (message, code) in before_hello {
        let mut wire = server.connect().await;
        wire.send_message(message).await;
        assert_eq!(wire.closed().await.code, Some(code));
    }
    assert_eq!(server.rooms.loaded_count(), 0);
}

#[tokio::test]
async fn invalid_frames_are_answered_and_eight_in_a_row_close_the_connection() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let before = server.replayed().await;
    let deep = format!(r#"{{"id":"{ID}","raise":{}1{}}}"#, "[".repeat(500), "]".repeat(500));
    let bad = [
        (format!(r#"{{"id":"{ID}","sing":{{}}}}"#), RefusalCode::UnknownCommand),
        (format!(r#"{{"id":"{ID}","take":{{"turn_id":"x"}}}}"#), RefusalCode::Malformed),
        (deep, RefusalCode::Malformed),
        ("[]".to_owned(), RefusalCode::Malformed),
    ];
    for (text, code) in bad {
        ana.wire.send_text(&text).await;
        match ana.next().await.unwrap() {
            ServerFrame::Answer(Answer { outcome: Outcome::Refused(refusal), .. }) => {
                assert_eq!(refusal.code, code, "{text}");
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(server.replayed().await, before, "nothing was changed");
    // A valid frame resets the count.
    assert_eq!(ana.is_refused(QueueCommand::Raise {}).await, RefusalCode::NoRound);
    for _ in 0..8 {
        ana.wire.send_text("nonsense").await;
    }
    let closed = ana.wire.closed().await;
    assert_eq!((closed.code, closed.refused), (Some(4205), Some(RefusalCode::Malformed)));
}

#[tokio::test]
async fn binary_invalid_and_oversized_messages_close_the_connection_and_the_room_goes_on() {
    let server = TestServer::new().await;
    let mut ben = server.join(Role::Facilitator, "Ben").await;
    let bad = [
        (Message::binary(vec![0; 10]), 1003),
        (Message::text("x".repeat(FRAME_BYTES_MAX + 1)), 1009),
        (Message::Frame(Frame::message(vec![0xFF], OpCode::Data(Data::Text), true)), 1007),
    ];
    for (message, code) in bad {
        let mut ana = server.join(Role::Participant, "Ana").await;
        ana.wire.send_message(message).await;
        assert_eq!(ana.wire.closed().await.code, Some(code));
    }
    ben.does(announce("we go on")).await;
    assert_eq!(ben.screen(), server.truth(ben.seat()).await);
}

#[tokio::test]
async fn texts_that_are_empty_or_too_long_are_refused() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    for (words, code) in
        [(String::new(), RefusalCode::Empty), ("x".repeat(4_001), RefusalCode::TooLong)]
    {
        let command = announce(words);
        assert_eq!(ana.is_refused(command).await, code);
    }
    ana.does(announce("é".repeat(4_000))).await;
}

#[tokio::test]
async fn a_flood_is_refused_and_then_closed_and_nobody_else_suffers() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let mut mal = server.join(Role::Participant, "Mal").await;
    let mut too_fast = 0;
    for _ in 0..400 {
        let gesture =
            SignalCommand::Gesture { message: MessageNo(9), kind: GestureKind::Heard, on: true };
        let command = Box::new(gesture.into());
        let frame = ClientFrame::Command { id: new_id(), command };
        if mal.wire.0.send(Message::text(frame.to_text().unwrap())).await.is_err() {
            break;
        }
    }
    let closed = loop {
        match mal.next().await {
            Ok(ServerFrame::Answer(Answer { outcome: Outcome::Refused(refusal), .. })) => {
                too_fast += usize::from(refusal.code == RefusalCode::TooFast);
            }
            Ok(_) => {}
            Err(closed) => break closed,
        }
    };
    assert_eq!(closed.code, Some(4102));
    assert!(too_fast >= 60, "{too_fast} were refused first");
    ana.does(announce("all is well")).await;
}

/// The first part of a message, and then empty parts without end.
const UNFINISHED: [u8; 7] = [0x01, 0x81, 0, 0, 0, 0, b'x'];
const EMPTY_PART: [u8; 6] = [0x00, 0x80, 0, 0, 0, 0];
const EMPTY_PONG: [u8; 6] = [0x8A, 0x80, 0, 0, 0, 0];

/// Writes copies of `part` until the connection takes no more. Returns how many it took.
async fn flood(mal: &mut Client, part: &[u8], parts_max: usize) -> usize {
    let piece: Vec<u8> = part.repeat(100);
    let mut written = 0;
    while written < parts_max {
        let write = mal.0.get_mut().write_all(&piece);
        match tokio::time::timeout(Duration::from_millis(500), write).await {
            Ok(Ok(())) => written += 100,
            Ok(Err(_)) | Err(_) => break,
        }
    }
    written
}

#[tokio::test]
async fn a_flood_of_empty_continuation_frames_is_cut_early_and_costs_others_nothing() {
    const PARTS: usize = 1_000_000;
    let mut server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    server.pipe_bytes = 16 * 1024;
    let mut mal = server.join(Role::Participant, "Mal").await;
    mal.wire.0.get_mut().write_all(&UNFINISHED).await.unwrap();
    let began = tokio::time::Instant::now();
    let flooding = tokio::spawn(async move {
        let written = flood(&mut mal.wire, &EMPTY_PART, PARTS).await;
        (written, mal.wire.closed().await.code)
    });
    for number in 0..20 {
        ana.does(announce(format!("word {number}"))).await;
    }
    let (written, code) = flooding.await.unwrap();
    assert_eq!(code, Some(4102));
    // What the server reads and throws away until the peer closes costs next to nothing.
    assert!(written < PARTS / 4, "{written} frames were taken");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    ana.does(announce("all is well")).await;
}

#[tokio::test]
async fn a_flood_of_empty_frames_is_cut_before_the_hello_as_well() {
    let server = TestServer::new().await;
    for (first, part) in [(&UNFINISHED[..], EMPTY_PART), (&[], EMPTY_PONG)] {
        let mut mal = server.connect().await;
        mal.0.get_mut().write_all(first).await.unwrap();
        flood(&mut mal, &part, 10_000).await;
        assert_eq!(mal.closed().await.code, Some(4102));
    }
    assert_eq!(server.rooms.loaded_count(), 0);
}

#[tokio::test]
async fn a_message_in_frames_of_one_byte_arrives() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let json = format!(r#"{{"id":"{ID}","announce":{{"text":{{"plain":"in pieces"}}}}}}"#);
    for (place, byte) in json.bytes().enumerate() {
        let opcode = if place == 0 { 0x01 } else { 0x00 };
        let end = if place + 1 == json.len() { 0x80 } else { 0x00 };
        let frame = [opcode | end, 0x81, 0, 0, 0, 0, byte];
        ana.wire.0.get_mut().write_all(&frame).await.unwrap();
    }
    let id = ID.parse::<hearth_protocol::CommandId>().unwrap();
    assert!(matches!(ana.answer(id).await, Outcome::Ok(_)));
}

#[tokio::test]
async fn reconnecting_does_not_refill_a_flooding_seats_allowance() {
    let limits = RoomsLimits {
        commands_burst_per_seat: 5,
        commands_per_second_per_seat: 1,
        ..RoomsLimits::default()
    };
    let server = TestServer::with(Settings::default(), limits, ConnectionTimers::default()).await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    for _ in 0..5 {
        ana.does(announce("once more")).await;
    }
    let mut ana = server.resume(ana.drops()).await.unwrap();
    let refused = ana.is_refused(announce("once more")).await;
    assert_eq!(refused, RefusalCode::TooFast);
}

#[tokio::test]
async fn many_commands_sent_at_once_are_answered_in_order() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    server.journal.next_appends(3, Fault::Delayed(Duration::from_millis(50)));
    let ids: Vec<_> = (0..30).map(|_| new_id()).collect();
    for (number, id) in ids.iter().enumerate() {
        let command = Box::new(announce(format!("word {number}")));
        ana.wire.send(&ClientFrame::Command { id: *id, command }).await;
    }
    for id in ids {
        loop {
            if let ServerFrame::Answer(Answer { re, outcome }) = ana.next().await.unwrap() {
                assert_eq!(re, Some(id));
                assert!(matches!(outcome, Outcome::Ok(_)));
                break;
            }
        }
    }
    assert_eq!(ana.view.messages.len(), 30);
    assert_eq!(ana.screen(), server.truth(ana.seat()).await);
}

#[tokio::test]
async fn an_idle_connection_gets_beats_and_stays_open() {
    let server = quick().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    for _ in 0..3 {
        let frame = ana.next().await.unwrap();
        assert!(matches!(frame, ServerFrame::Notice(Notice::Beat(_))), "{frame:?}");
    }
    ana.does(announce("still here")).await;
}

#[tokio::test]
async fn a_connection_that_does_not_answer_a_ping_is_closed_as_lost() {
    let server = quick().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    // Ben's machine accepts bytes but answers nothing.
    let ben = server.join(Role::Participant, "Ben").await;
    ana.until(|fact| *fact == PresenceFact::Away { seat: SeatNo(2) }.into()).await;
    let mut ben = ben;
    assert_eq!(ben.wire.closed().await.code, Some(4002));
}

#[tokio::test]
async fn the_hello_does_not_count_as_later_activity() {
    let idle = Duration::from_secs(2);
    let timers =
        ConnectionTimers { idle, pong: Duration::from_millis(100), ..ConnectionTimers::default() };
    let server = TestServer::with(Settings::default(), RoomsLimits::default(), timers).await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    // Ben goes into a tunnel right after joining.
    let _ben = server.join(Role::Participant, "Ben").await;
    let away = ana.until(|fact| *fact == PresenceFact::Away { seat: SeatNo(2) }.into());
    assert!(tokio::time::timeout(idle.mul_f32(1.7), away).await.is_ok());
}

#[tokio::test]
async fn a_lost_connection_is_detected_sooner_when_its_seat_has_the_token() {
    let timers = ConnectionTimers {
        idle: Duration::from_secs(60),
        idle_with_token: Duration::from_millis(100),
        pong: Duration::from_millis(200),
        ..ConnectionTimers::default()
    };
    let server = TestServer::with(Settings::default(), RoomsLimits::default(), timers).await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let mut ben = server.join(Role::Moderator, "Ben").await;
    ana.does(open_round()).await;
    ana.does(take(ana.turn_id())).await;
    // From here on the test neither reads nor answers anything of Ana's.
    ben.until(|fact| *fact == PresenceFact::Away { seat: SeatNo(1) }.into()).await;
    assert_eq!(ana.wire.closed().await.code, Some(4002));
}

#[tokio::test]
async fn a_connection_with_many_unanswered_commands_is_not_read() {
    let mut server = TestServer::new().await;
    server.pipe_bytes = 1_024;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    server.journal.next_appends(1, Fault::Delayed(Duration::from_millis(500)));
    let ids: Vec<_> = (0..16).map(|_| new_id()).collect();
    let mut sent = 0;
    let send_all = async {
        for id in &ids {
            let command = Box::new(announce("x".repeat(1_000)));
            ana.wire.send(&ClientFrame::Command { id: *id, command }).await;
            sent += 1;
        }
    };
    assert!(tokio::time::timeout(Duration::from_millis(300), send_all).await.is_err());
    assert!(sent <= IN_FLIGHT_MAX + 1, "{sent} were accepted");
}

#[tokio::test]
async fn a_slowly_arriving_message_counts_as_activity() {
    let server = quick().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    let json = format!(r#"{{"id":"{ID}","announce":{{"text":{{"plain":"so slow"}}}}}}"#);
    let mut frame = vec![0x81, 0x80 | u8::try_from(json.len()).unwrap(), 0, 0, 0, 0];
    frame.extend_from_slice(json.as_bytes());
    for byte in frame {
        ana.wire.0.get_mut().write_all(&[byte]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let id = ID.parse::<hearth_protocol::CommandId>().unwrap();
    assert!(matches!(ana.answer(id).await, Outcome::Ok(_)));
}

#[tokio::test]
async fn the_peers_close_is_answered_and_the_stream_ends() {
    let server = TestServer::new().await;
    let mut ana = server.join(Role::Facilitator, "Ana").await;
    // An empty close with a mask of zeros.
    ana.wire.0.get_mut().write_all(&[0x88, 0x80, 0, 0, 0, 0]).await.unwrap();
    let mut rest = Vec::new();
    ana.wire.0.get_mut().read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, [0x88, 0x00]);
}

#[tokio::test]
async fn an_idle_connections_task_is_small() {
    let server = TestServer::new().await;
    let (_near, far) = tokio::io::duplex(64);
    let task = super::serve(server.rooms, far, None, WebSocketPermit::uncounted());
    let bytes = size_of_val(&task);
    assert!(bytes <= 1_280, "{bytes} bytes");
}
