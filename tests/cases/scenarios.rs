//! Runs every transcript in `protocol/scenarios`.

use hearth_tests::scenario::{parse, run};
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/scenarios")
}

async fn play(name: &str) {
    let path = folder().join(format!("{name}.md"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}.md: {error}"));
    let file = format!("protocol/scenarios/{name}.md");
    let scenario = parse(&file, &text).unwrap_or_else(|error| panic!("{error}"));
    if let Err(why) = run(name, &scenario, &folder().join("frames")).await {
        panic!("{why}");
    }
}

macro_rules! scenarios {
    ($($test:ident = $name:literal;)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                play($name).await;
            }
        )*

        const PLAYED: &[&str] = &[$($name,)*];
    };
}

scenarios! {
    a_drop_in_takes_late_arrivals_at_the_end = "late-joins-at-the-end";
    a_facilitators_circle = "facilitators-circle";
    a_facilitator_is_lost_and_back = "facilitator-lost";
    a_firm_limit_moves_the_token_on = "firm-limit";
    a_forgotten_room_ends_itself = "empty-room";
    a_go_round_of_five_with_a_pass_and_a_later = "go-round-of-five";
    a_holder_drops_and_does_not_return = "holder-does-not-return";
    a_holder_drops_and_returns = "holder-drops";
    a_late_arrival_listens_until_the_next_round = "late-arrival";
    a_circle_that_has_begun_lets_nobody_in_late = "late-closed";
    a_pause_keeps_the_turn = "pause";
    a_recovery_meeting = "recovery-meeting";
    a_removal_and_its_undo = "removal";
    a_silence_that_nobody_breaks = "silence";
    an_end_is_undone_and_done = "end";
    an_offer_is_not_answered = "offer-unanswered";
    an_open_floor = "open-floor";
    everything_is_sent_twice_and_happens_once = "everything-twice";
    muting_the_holder_and_the_offered = "mute";
    no_host_is_left = "no-host";
    only_the_absent_are_left_to_be_heard = "only-the-absent";
    popcorn_from_the_centre = "popcorn";
    roles_change = "roles";
    the_order_changes_in_mid_round = "order-changed";
    the_server_is_killed_in_mid_turn = "killed-in-mid-turn";
    two_press_the_same_button = "double-advance";
    two_screens_for_one_seat = "two-screens";
    words_are_hidden_by_a_host = "hidden";
    words_are_taken_back = "taken-back";
}

#[test]
fn every_file_of_frames_belongs_to_a_transcript() {
    for entry in fs::read_dir(folder().join("frames")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        let scenario = name.split('.').next().unwrap_or_default();
        assert!(PLAYED.contains(&scenario), "frames/{name} is left over: delete it");
    }
}

#[test]
fn every_transcript_is_played() {
    let mut found: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| name != "README")
        .collect();
    found.sort();
    let mut played = PLAYED.to_vec();
    played.sort_unstable();
    assert_eq!(found, played, "a transcript without a test, or a test without a transcript");
}
