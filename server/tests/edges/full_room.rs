//! A full room with the smallest settings that are allowed.

use crate::server::{LONG, start};
use hearth_client::{CircleOptions, Client, Event, Events, Join, Origin, make_circle};
use hearth_protocol::Text;
use hearth_protocol::api::LinkRole;
use hearth_protocol::limits::{
    NAME_CHARS_MAX, PROMPT_CHARS_MAX, SEATS_FOR_HOSTS, SEATS_MAX, SHARE_CHARS_MAX,
};
use hearth_protocol::message::MessageCommand;
use hearth_protocol::round::{RoundCommand, Start};
use hearth_protocol::turn::TurnCommand;

/// The smallest value that the configuration accepts.
const BROADCAST_BYTES_MIN: usize = 786_432;

/// A character that takes the most bytes.
fn longest(chars: usize) -> Text {
    Text::plain("\u{1d538}".repeat(chars))
}

fn keeps_connection(events: &mut Events) {
    while let Some(event) = events.try_next().unwrap() {
        assert!(!matches!(event, Event::ConnectionLost { .. }), "disconnected");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_longest_words_disconnect_nobody_in_a_full_room_with_the_smallest_buffer() {
    let running = start(|config| {
        config.limits.broadcast_bytes_per_room = BROADCAST_BYTES_MIN;
    })
    .await;
    let origin = Origin::parse(&running.server.origin()).unwrap();
    let links = make_circle(&origin, CircleOptions::titled("Tuesday")).await.unwrap();
    let link = links.link(LinkRole::Facilitator);
    let (fay, _) = Join::by_link(&link).name("Fay").connect().await.unwrap();
    let mut people: Vec<(Client, Events)> = Vec::new();
    for number in 1..usize::from(SEATS_MAX) {
        let name = format!("{number:\u{1d538}<NAME_CHARS_MAX$}");
        let role = if number < usize::from(SEATS_MAX - SEATS_FOR_HOSTS) {
            LinkRole::Participant
        } else {
            LinkRole::Moderator
        };
        people.push(Join::by_link(&links.link(role)).name(name).connect().await.unwrap());
    }
    let prompt = Some(longest(PROMPT_CHARS_MAX));
    fay.command(RoundCommand::OpenRound {
        prompt,
        order: None,
        hands_by: None,
        advance: None,
        limit: None,
        unlimited: false,
        start: Start::default(),
        slow_ms: None,
        closing: false,
    })
    .await
    .unwrap();
    let turn_id = fay.current_turn_id();
    fay.command(TurnCommand::Take { turn_id }).await.unwrap();
    let share =
        MessageCommand::Share { turn_id: fay.current_turn_id(), text: longest(SHARE_CHARS_MAX) };
    fay.command(share).await.unwrap();
    for (client, events) in &mut people {
        // The question and the share.
        client.wait_for(LONG, |view| view.snapshot.messages.len() == 2).await.unwrap();
        keeps_connection(events);
    }
    running.server.stop().await.unwrap();
}
