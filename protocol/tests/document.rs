//! PROTOCOL.md matches the types: its examples parse and come back unchanged, and it describes the
//! whole wire format.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use hearth_protocol::api::{About, CircleMade, Door, NewCircle, NextSession, Problem};
use hearth_protocol::frame::{Notice, Outcome};
use hearth_protocol::merge::apply_merge_patch;
use hearth_protocol::message::MessageKind;
use hearth_protocol::policy::{Allowed, Permission, When};
use hearth_protocol::presence::{Presence, Role, Stance};
use hearth_protocol::session::{EndReason, PauseReason, Phase};
use hearth_protocol::signal::GestureKind;
use hearth_protocol::turn::{OfferEnd, TurnEnd};
use hearth_protocol::{
    ClientFrame, CloseCode, Command, Fact, RefusalCode, ServerFrame, Snapshot, limits,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Deserializer, Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const DOCUMENT: &str = include_str!("../PROTOCOL.md");
const ID: &str = "0190a5e0-0000-7000-8000-000000000001";

/// The text of each fenced block of a kind.
fn blocks(kind: &str) -> Vec<&'static str> {
    let opening = format!("```{kind}\n");
    DOCUMENT.split(&opening).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// The JSON values of all blocks of a kind.
fn examples(kind: &str) -> Vec<Value> {
    let values: Vec<Value> = blocks(kind)
        .into_iter()
        .flat_map(|block| Deserializer::from_str(block).into_iter::<Value>())
        .map(|value| value.unwrap_or_else(|error| panic!("{kind}: {error}")))
        .collect();
    assert!(!values.is_empty(), "PROTOCOL.md has no example of kind {kind}");
    values
}

/// The rows of the table under a header, as their cells.
fn table(header: &str) -> Vec<Vec<&'static str>> {
    let rest = DOCUMENT.split(header).nth(1).unwrap_or_else(|| panic!("no table {header}"));
    let rows: Vec<Vec<&str>> = rest
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert!(!rows.is_empty(), "the table {header} has no rows");
    rows
}

/// The names in backticks in a cell, each with the cells beside it.
fn named(header: &str) -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut found = BTreeMap::new();
    for row in table(header) {
        for name in row[0].split('`').skip(1).step_by(2) {
            assert!(found.insert(name, row.clone()).is_none(), "{name} appears twice in {header}");
        }
    }
    found
}

fn wire_name(value: impl Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

/// Fields as a table shows them. A `?` after a name marks an optional field.
struct Fields {
    all: Map<String, Value>,
    optional: BTreeSet<String>,
}

impl Fields {
    fn read(cell: &str) -> Self {
        let shown: Map<String, Value> = serde_json::from_str(cell.trim_matches('`'))
            .unwrap_or_else(|error| panic!("{error} in {cell}"));
        let (mut all, mut optional) = (Map::new(), BTreeSet::new());
        for (name, value) in shown {
            let plain = name.trim_end_matches('?').to_owned();
            if plain != name {
                optional.insert(plain.clone());
            }
            all.insert(plain, value);
        }
        Self { all, optional }
    }

    /// Checks that the table marks as optional exactly those fields that can be left out, and shows
    /// every field of `sample`.
    fn check(&self, name: &str, sample: &Value, parses: impl Fn(Value) -> bool) {
        assert!(parses(Value::Object(self.all.clone())), "{name} doesn't parse");
        for field in self.all.keys() {
            let mut without = self.all.clone();
            without.remove(field);
            let can_be_left_out = parses(Value::Object(without));
            assert_eq!(can_be_left_out, self.optional.contains(field), "`?` of {name}.{field}");
        }
        for field in sample[name].as_object().unwrap().keys() {
            assert!(self.all.contains_key(field), "{name} is shown without {field}");
        }
    }
}

fn client(value: &Value) -> ClientFrame {
    let frame = ClientFrame::parse(&value.to_string()).unwrap_or_else(|e| panic!("{e:?}: {value}"));
    let again: Value = serde_json::from_str(&frame.to_text().unwrap()).unwrap();
    // Omitted fields may come back as defaults; fields that are present must not be lost.
    let mut merged = again.clone();
    apply_merge_patch(&mut merged, value.clone());
    assert_eq!(merged, again, "{value}");
    frame
}

fn server(value: &Value) -> ServerFrame {
    let frame = ServerFrame::parse(&value.to_string()).unwrap_or_else(|e| panic!("{e}: {value}"));
    assert_eq!(&serde_json::to_value(&frame).unwrap(), value);
    if let ServerFrame::Decision(frame) = &frame {
        assert_eq!(frame.known_facts().count(), frame.facts.len(), "unknown fact in {value}");
    }
    frame
}

/// The annotated welcome, without its comments.
fn welcome() -> Value {
    let block = blocks("jsonc welcome")[0];
    let lines: String =
        block.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n");
    serde_json::from_str(&lines).unwrap()
}

fn snapshot() -> Snapshot {
    match server(&welcome()) {
        ServerFrame::Notice(Notice::Welcome(welcome)) => welcome.snapshot.unwrap(),
        other => panic!("not a welcome: {other:?}"),
    }
}

/// What the last column must say about a command's condition.
fn condition(when: When) -> &'static str {
    match when {
        When::Always => "any time",
        When::CanTake => {
            "offered to you (`not_offered`); or, in popcorn, the token rests (`not_free`)"
        }
        When::HasToken => "offered to you or held by you (`not_offered`)",
        When::HoldsToken => "held by you (`not_your_turn`)",
        When::HasTokenOrHosts => {
            "offered to you or held by you; for hosts, by anyone (`not_your_turn`)"
        }
        When::TokenOut => "offered or held (`not_now`)",
        When::OrderOffers => "in a round (`no_round`) of an order that offers",
        When::TokenRestsInQueue => {
            "in go_round or hands (`no_round`, `wrong_order`), the token rests (`not_free`)"
        }
        When::OrderHalted => "the order is halted (`no_round`, `not_now`)",
        When::FloorOpen => "the floor is open",
        When::OrderIsHands => "the order is hands (`no_round`, `wrong_order`)",
        When::CanRaise => {
            "the order is hands (`no_round`, `wrong_order`) and you are sharing (`listening`)"
        }
        When::WaitsInQueue => {
            "in go_round or hands (`no_round`, `wrong_order`), you wait (`not_now`)"
        }
        When::QueueCanBeReordered => {
            "in go_round, or hands by first come (`no_round`, `wrong_order`)"
        }
        When::RoundOpen => "a round is open (`no_round`)",
        When::NoRoundOpen => "no round is open (`round_open`)",
        When::Paused => "paused (`not_now`)",
        When::NotPaused => "not paused (`paused`)",
        When::Ending => "an end can be undone (`not_now`)",
        When::NotSilent => "no silence is kept (`silence`)",
        When::Silent => "a silence is kept (`not_now`)",
        When::CanRing => {
            "you are a facilitator, or the circle lets everyone (`not_allowed`) and you haven't in this round (`already_rung`)"
        }
    }
}

#[test]
fn every_command_is_in_the_document_with_its_policy() {
    let rows = named("| command | fields |");
    let known: BTreeSet<&str> = Command::policies().map(|(name, _)| *name).collect();
    assert_eq!(rows.keys().copied().collect::<BTreeSet<_>>(), known);
    let cell = |allowed: Allowed| if allowed == Allowed::Yes { "yes" } else { "no" };
    for command in Command::samples() {
        let (name, policy) = (command.name(), command.policy());
        let row = &rows[name];
        let fields = Fields::read(row[1]);
        fields.check(name, &json!(command), |fields| {
            ClientFrame::parse(&json!({"id": ID, name: fields}).to_string()).is_ok()
        });
        let role = match policy.role {
            Permission::Seat => "anyone",
            Permission::Voice => "voice",
            Permission::Host => "host",
            Permission::Facilitator => "facilitator",
            Permission::FacilitatorOnly => "facilitator only",
        };
        let expected = [role, cell(policy.muted), cell(policy.paused), cell(policy.ending)];
        assert_eq!(row[2..6], expected, "who, muted, paused, ending of {name}");
        assert_eq!(fields.all.contains_key("turn_id"), policy.names_turn, "turn of {name}");
        assert!(row[6].starts_with(condition(policy.when)), "{name}: {}", row[6]);
    }
}

#[test]
fn every_fact_is_in_the_document_with_its_fields() {
    let rows = named("| fact | fields |");
    let samples = Fact::samples();
    let known: BTreeSet<String> = samples.iter().map(Fact::name).collect();
    assert_eq!(rows.keys().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(), known);
    for sample in samples {
        let name = sample.name();
        let fields = Fields::read(rows[name.as_str()][1]);
        fields.check(&name, &json!(sample), |fields| {
            serde_json::from_value::<Fact>(json!({name.as_str(): fields})).is_ok()
        });
    }
}

#[test]
fn every_refusal_and_close_code_is_in_the_document() {
    let shown: BTreeSet<&str> = named("| code | meaning |").into_keys().collect();
    let known: Vec<String> = RefusalCode::ALL.iter().map(wire_name).collect();
    assert_eq!(shown, known.iter().map(String::as_str).collect());

    let shown: BTreeSet<String> = table("| code | reason | meaning |")
        .iter()
        .map(|row| format!("{} {}", row[0], row[1]))
        .collect();
    let known = CloseCode::ALL.iter().map(|code| format!("{} `{}`", code.code(), code.reason()));
    assert_eq!(shown, known.collect());
}

#[test]
fn every_value_of_a_field_is_in_the_document() {
    let values = table("| field | values |");
    let facts = named("| fact | fields |");
    let check = |cell: &str, all: Vec<String>| {
        for value in all {
            assert!(cell.contains(&format!("`{value}`")), "`{value}` is missing in: {cell}");
        }
    };
    let of = |field: &str| values.iter().find(|row| row[0] == field).unwrap()[1];
    check(of("`role`"), Role::ALL.iter().map(wire_name).collect());
    check(of("`stance`"), Stance::ALL.iter().map(wire_name).collect());
    check(of("`presence`"), Presence::ALL.iter().map(wire_name).collect());
    check(of("`phase`"), Phase::ALL.iter().map(wire_name).collect());
    check(of("`kind` of a message"), MessageKind::ALL.iter().map(wire_name).collect());
    check(of("`kind` of a gesture"), GestureKind::ALL.iter().map(wire_name).collect());
    check(of("`reason` of a pause"), PauseReason::ALL.iter().map(wire_name).collect());
    check(of("`reason` of an end"), EndReason::ALL.iter().map(wire_name).collect());
    check(facts["offer_ended"][3], OfferEnd::ALL.iter().map(wire_name).collect());
    check(facts["turn_ended"][3], TurnEnd::ALL.iter().map(wire_name).collect());
}

/// Every constant in `limits.rs`, by its name in the document, with its value.
fn known_limits() -> BTreeMap<String, String> {
    macro_rules! values {
        ($($name:ident)*) => { [$((stringify!($name), format!("{:?}", limits::$name)),)*] };
    }
    let all = values! {
        FRAME_BYTES_MAX NAME_CHARS_MAX TITLE_CHARS_MAX HELD_BY_CHARS_MAX AGREEMENTS_CHARS_MAX
        PROMPT_CHARS_MAX SHARE_CHARS_MAX SEATS_MAX MESSAGES_MAX TEXTS_MAX UNANSWERED_MAX
        IN_FLIGHT_MAX REMEMBERED_MAX VISITS_MAX WELCOME_TEXT_BYTES_MAX
        WELCOME_MESSAGES_MAX
        PAGE_MESSAGES_MAX TURN_LIMIT_MS SLOW_MS_MAX MUTE_MS_MAX SILENCE_MS SILENCE_DEFAULT_MS
        LASTS_MS NEXT_SESSION_MS_MAX LINES_MAX SEATS_FOR_HOSTS MESSAGES_RESERVED
        BARS_MAX SIGNALS_AT_ONCE SIGNAL_EVERY_MS RETURNS_AT_ONCE RETURN_EVERY_MS BELL_EVERY_MS HIDDEN_MS
        FLOOR_MESSAGES_PER_SEAT_MAX FLOOR_MESSAGES_PER_SEAT_MIN GESTURED_PER_SEAT_MAX
        TEXTS_RESERVED RENAME_EVERY_MS
        WRITING_ADDS_MS_MAX FACILITATOR_AWAY_MS
        LOCKER_BYTES_MAX BODY_BYTES_MAX DEPTH_MAX
    };
    let source = include_str!("../src/limits.rs");
    let declared: BTreeSet<&str> = source
        .lines()
        .filter_map(|line| line.strip_prefix("pub const ")?.split(':').next())
        .filter(|name| *name != "LIMITS")
        .collect();
    assert_eq!(all.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>(), declared);
    let shown = |name: &str| name.trim_end_matches("_MAX").to_lowercase();
    all.iter().map(|(name, value)| (shown(name), value.replace("..=", " to "))).collect()
}

#[test]
fn every_limit_is_in_the_document_with_its_value() {
    let shown: BTreeMap<String, String> = named("| limit | of what | value |")
        .into_iter()
        .map(|(name, row)| (name.to_owned(), row[2].to_owned()))
        .collect();
    assert_eq!(shown, known_limits());
}

fn comes_back<T: DeserializeOwned + Serialize>(kind: &str) {
    for value in examples(&format!("json {kind}")) {
        let parsed: T = serde_json::from_value(value.clone())
            .unwrap_or_else(|error| panic!("{kind}: {error} in {value}"));
        assert_eq!(serde_json::to_value(parsed).unwrap(), value, "{kind}");
    }
}

#[test]
fn examples_parse_and_come_back_the_same() {
    comes_back::<NewCircle>("NewCircle");
    comes_back::<CircleMade>("CircleMade");
    comes_back::<Door>("Door");
    comes_back::<NextSession>("NextSession");
    comes_back::<About>("About");
    comes_back::<Problem>("Problem");
    let hellos = examples("json client");
    let hellos = hellos.iter().filter(|value| matches!(client(value), ClientFrame::Hello(_)));
    assert_eq!(hellos.count(), 3, "a new seat, a new key, a resume");

    let mut kinds = BTreeSet::new();
    for value in examples("json server") {
        kinds.insert(match server(&value) {
            ServerFrame::Decision(frame) if frame.hosts.is_some() => "hosts",
            ServerFrame::Decision(frame) if frame.own.is_some() => "own",
            ServerFrame::Decision(_) => "room",
            ServerFrame::Notice(Notice::Welcome(_)) => "welcome",
            ServerFrame::Notice(Notice::Snapshot(_)) => "snapshot",
            ServerFrame::Notice(Notice::Writing(_)) => "writing",
            ServerFrame::Notice(Notice::Beat(_)) => "beat",
            ServerFrame::Answer(answer) => match answer.outcome {
                Outcome::Ok(_) => "ok",
                Outcome::Page(_) => "page",
                Outcome::Refused(_) => "refused",
            },
        });
    }
    let shown = ["beat", "hosts", "ok", "own", "page", "refused", "room", "writing"];
    assert_eq!(kinds, BTreeSet::from(shown));
}

#[test]
fn the_example_snapshot_carries_every_text_it_mentions_and_no_other() {
    let snapshot = snapshot();
    let carried = snapshot.texts.keys().copied().collect();
    assert_eq!(snapshot.text_ids(), carried);
}

#[test]
fn the_example_frames_follow_the_example_snapshot() {
    let mut view = snapshot();
    let mut frames = 0;
    for line in blocks("session")[0].lines() {
        let (way, json) = line.split_at(line.find('{').unwrap());
        let value = serde_json::from_str(json).unwrap();
        match way.trim() {
            "→" => drop(client(&value)),
            "←" => {
                if let ServerFrame::Decision(frame) = server(&value) {
                    view.apply(*frame).unwrap();
                }
            }
            other => panic!("a line of the session begins with {other}"),
        }
        frames += 1;
    }
    assert!(frames > 10);
    assert_eq!((view.cursor.own, view.cursor.hosts), (4, Some(9)));
    assert_eq!(view.cursor.room, 47);
    assert_eq!(view.room.turn.token.offered().map(|seat| seat.0), Some(3));
    assert_eq!(view.text_ids().len(), view.texts.len() + 1, "one text was taken back");
}
