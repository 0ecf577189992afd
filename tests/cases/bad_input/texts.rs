//! Texts of no characters, of one too many, and of characters that cannot be shown.

use super::Scene;
use hearth_protocol::frame::Outcome;
use hearth_protocol::limits::{NAME_CHARS_MAX, PROMPT_CHARS_MAX, SHARE_CHARS_MAX};
use hearth_protocol::{Command, RefusalCode, Text};
use hearth_tests::house::House;
use serde_json::json;

fn commands(scene: &Scene, text: &Text) -> Vec<(usize, Command)> {
    let r#move = scene.fay.client.current_move();
    let (text, name) = (text.clone(), text.clone());
    let round = json!({ "open_round": { "prompt": text } });
    vec![
        (SHARE_CHARS_MAX, Command::Say { r#move, text: text.clone() }),
        (SHARE_CHARS_MAX, Command::Announce { text: text.clone() }),
        (NAME_CHARS_MAX, Command::Rename { name }),
        (PROMPT_CHARS_MAX, Command::Pause { message: Some(text) }),
        (PROMPT_CHARS_MAX, serde_json::from_value(round).unwrap()),
    ]
}

#[tokio::test]
async fn texts_of_nothing_of_too_much_and_of_control_characters_are_refused_by_name() {
    let mut scene = Scene::set(House::with_system_clock(|_| {})).await;
    for (max, _) in commands(&scene, &Text::plain("x")) {
        for (text, code) in [
            (Text::plain(""), RefusalCode::Empty),
            (Text::plain(" \t\n"), RefusalCode::Empty),
            (Text::Sealed(String::new()), RefusalCode::Empty),
            (Text::plain("\u{1f331}".repeat(max + 1)), RefusalCode::TooLong),
            (Text::plain("a\u{7}b"), RefusalCode::BadText),
            (Text::plain("a\0b"), RefusalCode::BadText),
        ] {
            for (_, command) in commands(&scene, &text).into_iter().filter(|(m, _)| *m == max) {
                scene.fay.is_refused(command, code).await;
            }
        }
    }
    scene.is_unharmed().await;
}

#[tokio::test]
async fn texts_of_one_and_of_the_most_characters_are_kept_to_the_last() {
    let scene = Scene::set(House::with_system_clock(|_| {})).await;
    for text in ["x".to_owned(), "\u{1f331}".repeat(SHARE_CHARS_MAX)] {
        scene.fay.says(&text).await;
        scene.ana.sees(&text).await;
    }
    let name = Text::plain("\u{1f331}".repeat(NAME_CHARS_MAX));
    scene.ana.does(Command::Rename { name: name.clone() }).await;
    assert_eq!(scene.ana.client.view().me().unwrap().name.text, Some(name));
}

#[tokio::test]
async fn the_holders_words_are_held_to_the_same() {
    let scene = Scene::set(House::with_system_clock(|_| {})).await;
    scene.fay.does(serde_json::from_value(json!({ "open_round": {} })).unwrap()).await;
    scene.fay.does(Command::Take { r#move: scene.fay.client.current_move() }).await;
    for (text, code) in [
        (String::new(), RefusalCode::Empty),
        ("x".repeat(SHARE_CHARS_MAX + 1), RefusalCode::TooLong),
        ("\u{0}".to_owned(), RefusalCode::BadText),
    ] {
        let r#move = scene.fay.client.current_move();
        let share = Command::Share { r#move, text: Text::plain(text) };
        scene.fay.is_refused(share, code).await;
    }
    let r#move = scene.fay.client.current_move();
    let lines = Command::Share { r#move, text: Text::plain("one\n\ttwo\r\nthree") };
    assert!(matches!(scene.fay.asks(lines).await, Outcome::Ok(_)));
}
