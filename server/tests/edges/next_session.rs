//! The time of a circle's next session, and the other facts that the API returns before joining.

use crate::server::{Answer, LONG, Running, entry_key, new_circle, start};
use hearth_client::{
    CircleOptions, Error, Join, Link, Links, Origin, look_at_door, make_circle, set_next_session,
};
use hearth_protocol::api::{CircleMade, Door, LinkRole, NewCircle};
use hearth_protocol::round::{RoundCommand, Start};
use hearth_protocol::settings::Late;
use hearth_protocol::{CircleId, CloseCode, Millis, Settings, Text};

const DAY: Millis = 86_400_000;

async fn make(running: &Running, change: impl FnOnce(&mut NewCircle)) -> Answer {
    let mut new = new_circle();
    change(&mut new);
    running.post(&[], &serde_json::to_string(&new).unwrap()).await
}

async fn a_circle(running: &Running) -> CircleId {
    let answer = make(running, |_| {}).await;
    serde_json::from_slice::<CircleMade>(&answer.body).unwrap().circle
}

async fn put(running: &Running, circle: CircleId, by: LinkRole, body: &str) -> Answer {
    let key = format!("Authorization: Hearth {}", entry_key(by).encode());
    let headers = [key.as_str(), "Content-Type: application/json"];
    running.ask(&format!("PUT /api/circles/{circle}/next_session"), &headers, body).await
}

async fn door(running: &Running, circle: CircleId) -> Door {
    let key = format!("Authorization: Hearth {}", entry_key(LinkRole::Listener).encode());
    let answer = running.ask(&format!("GET /api/circles/{circle}"), &[&key], "").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    serde_json::from_slice(&answer.body).unwrap()
}

async fn links(running: &Running, settings: Settings) -> Links {
    let origin = Origin::parse(&running.server.origin()).unwrap();
    let new = CircleOptions { settings, ..CircleOptions::titled("Tuesday") };
    make_circle(&origin, new).await.unwrap()
}

#[tokio::test]
async fn the_api_tells_who_holds_the_circle_and_its_length_and_time() {
    let running = start(|_| {}).await;
    let now = running.server.app().clock.now();
    let answer = make(&running, |new| {
        new.held_by = Some(Text::plain("Fay and Mo"));
        new.lasts_ms = Some(5_400_000);
        new.next_at = Some(now + DAY);
    })
    .await;
    let circle = serde_json::from_slice::<CircleMade>(&answer.body).unwrap().circle;
    let told = door(&running, circle).await;
    assert_eq!(told.held_by, Some(Text::plain("Fay and Mo")));
    assert_eq!((told.lasts_ms, told.next_at), (Some(5_400_000), Some(now + DAY)));
    assert!((now..=now + LONG.as_millis() as Millis).contains(&told.now), "{}", told.now);

    let told = door(&running, a_circle(&running).await).await;
    assert_eq!((told.held_by, told.lasts_ms, told.next_at), (None, None, None));
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn only_keeper_and_facilitator_can_schedule_the_next_session() {
    let running = start(|_| {}).await;
    let circle = a_circle(&running).await;
    let now = running.server.app().clock.now();
    for (by, at) in [(LinkRole::Keeper, now + DAY), (LinkRole::Facilitator, now + 2 * DAY)] {
        let body = format!("{{\"at\":{at}}}");
        let answer = put(&running, circle, by, &body).await;
        assert_eq!((answer.status, answer.text()), (200, body), "{by:?}");
        assert_eq!(door(&running, circle).await.next_at, Some(at));
    }
    for by in [LinkRole::Moderator, LinkRole::Participant, LinkRole::Listener] {
        for body in [format!("{{\"at\":{}}}", now + DAY), "{}".to_owned(), "nonsense".to_owned()] {
            let answer = put(&running, circle, by, &body).await;
            let refused = (answer.status, answer.problem());
            assert_eq!(refused, (403, "keeper_or_facilitator".to_owned()), "{by:?} {body}");
        }
    }
    assert_eq!(door(&running, circle).await.next_at, Some(now + 2 * DAY));
    let answer = put(&running, circle, LinkRole::Facilitator, "{}").await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "{}"));
    assert_eq!(door(&running, circle).await.next_at, None);
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn an_invalid_time_is_refused_and_changes_nothing() {
    let running = start(|_| {}).await;
    let circle = a_circle(&running).await;
    let now = running.server.app().clock.now();
    let kept = now + DAY;
    put(&running, circle, LinkRole::Keeper, &format!("{{\"at\":{kept}}}")).await;
    let far = now + 400 * DAY + LONG.as_millis() as Millis + 1;
    for (body, code, says) in [
        (format!("{{\"at\":{}}}", now - 1), "out_of_range", "in the past"),
        ("{\"at\":0}".to_owned(), "out_of_range", "in the past"),
        (format!("{{\"at\":{far}}}"), "out_of_range", "400 days"),
        (format!("{{\"at\":{}}}", u64::MAX), "out_of_range", "400 days"),
        ("{\"at\":\"secret-word\"}".to_owned(), "malformed", "doesn't have the expected fields"),
        ("{\"at\":-1}".to_owned(), "malformed", "doesn't have the expected fields"),
        ("{\"at\":1.5}".to_owned(), "malformed", "doesn't have the expected fields"),
        (String::new(), "malformed", "isn't valid JSON"),
    ] {
        let answer = put(&running, circle, LinkRole::Keeper, &body).await;
        assert_eq!((answer.status, answer.problem().as_str()), (400, code), "{body}");
        assert!(answer.text().contains(says), "{}", answer.text());
        assert!(!answer.text().contains("secret-word"));
    }
    assert_eq!(door(&running, circle).await.next_at, Some(kept));

    let path = format!("/api/circles/{circle}/next_session");
    let answer = running.ask(&format!("PUT {path}"), &[], "{}").await;
    assert_eq!((answer.status, answer.problem()), (401, "key_needed".to_owned()));
    let other = CircleId(uuid::Uuid::new_v4());
    let answer = put(&running, other, LinkRole::Keeper, "{}").await;
    assert_eq!((answer.status, answer.problem()), (404, "no_circle".to_owned()));
    let answer = running.get(&path).await;
    assert_eq!((answer.status, answer.problem()), (405, "wrong_method".to_owned()));
    assert_eq!(answer.header("allow"), Some("PUT"));
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn the_holder_and_times_of_a_new_circle_are_validated() {
    let running = start(|_| {}).await;
    let now = running.server.app().clock.now();
    let refused = |answer: Answer| (answer.status, answer.problem());
    let answer = make(&running, |new| new.held_by = Some(Text::plain("Fay\nMo"))).await;
    assert_eq!(refused(answer), (400, "bad_text".to_owned()));
    let answer = make(&running, |new| new.lasts_ms = Some(60_000)).await;
    assert_eq!(refused(answer), (400, "out_of_range".to_owned()));
    let answer = make(&running, |new| new.next_at = Some(now - 1)).await;
    assert_eq!(refused(answer), (400, "out_of_range".to_owned()));
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn a_time_that_has_passed_is_not_shown_and_delays_nobody() {
    let running = start(|_| {}).await;
    let links = links(&running, Settings::default()).await;
    let keeper = links.link(LinkRole::Keeper);
    let at = running.server.app().clock.now() + 1_500;
    assert_eq!(set_next_session(&keeper, Some(at)).await.unwrap().at, Some(at));
    let participant = links.link(LinkRole::Participant);
    assert_eq!(refused(&participant).await, Some(CloseCode::NotYet));
    running.server.app().clock.sleep_until(at).await;
    assert_eq!(look_at_door(&participant).await.unwrap().next_at, None);
    Join::by_link(&participant).name("Ana").connect().await.unwrap();
    running.server.stop().await.unwrap();
}

async fn refused(link: &Link) -> Option<CloseCode> {
    let came = Join::by_link(link).name("Dan").connect().await;
    came.err().as_ref().and_then(Error::close_code)
}

#[tokio::test]
async fn hosts_can_open_early_and_the_api_names_them_and_says_if_the_session_is_closed() {
    let running = start(|_| {}).await;
    let closed = Settings { late: Late::Closed, ..Settings::default() };
    let links = links(&running, closed).await;
    let at = running.server.app().clock.now() + DAY;
    set_next_session(&links.link(LinkRole::Facilitator), Some(at)).await.unwrap();
    let listener = links.link(LinkRole::Listener);
    assert_eq!(refused(&listener).await, Some(CloseCode::NotYet));
    assert_eq!(look_at_door(&listener).await.unwrap().session, None);

    let facilitator = links.link(LinkRole::Facilitator);
    let (fay, _) = Join::by_link(&facilitator).name("Fay").connect().await.unwrap();
    let participant = links.link(LinkRole::Participant);
    let (_ana, _) = Join::by_link(&participant).name("Ana").connect().await.unwrap();
    fay.wait_for(LONG, |view| view.snapshot.room.people.len() == 2).await.unwrap();
    let told = look_at_door(&listener).await.unwrap();
    let session = told.session.unwrap();
    assert_eq!(session.hosts, [Text::plain("Fay")]);
    assert_eq!((session.here, session.closed, told.next_at), (2, false, Some(at)));

    fay.command(RoundCommand::OpenRound {
        prompt: None,
        order: None,
        hands_by: None,
        advance: None,
        limit: None,
        unlimited: false,
        start: Start::Facilitator,
        slow_ms: None,
        closing: false,
    })
    .await
    .unwrap();
    assert!(look_at_door(&listener).await.unwrap().session.unwrap().closed);
    let begun = Join::by_link(&listener).name("Lio").connect().await.unwrap_err();
    assert_eq!(begun.close_code(), Some(CloseCode::Begun));
    assert_eq!(begun.come_back(), hearth_protocol::close::ComeBack::No);
    assert!(begun.to_string().contains("has begun"), "{begun}");
    running.server.stop().await.unwrap();
}
