use crate::server::{Running, entry_key, new_circle, new_circle_json, start};
use hearth::access::OperatorKey;
use hearth::config::{WebUrl, WhoMayCreate};
use hearth::startup::CommandLineAccess;
use hearth_protocol::api::{About, CircleMade, Door, LinkRole, NewCircle};
use hearth_protocol::keys::EntryKey;
use hearth_protocol::{CircleId, Text};

async fn make(running: &Running) -> CircleId {
    let answer = running.post(&[], &new_circle_json()).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    serde_json::from_slice::<CircleMade>(&answer.body).unwrap().circle
}

fn authorization(key: &EntryKey) -> String {
    format!("Authorization: Hearth {}", key.encode())
}

#[tokio::test]
async fn a_demo_circle_is_offered_where_the_operator_names_one() {
    for url in [None, Some("https://demo.example.org/c/x#y")] {
        let running = start(|config| {
            config.demo_url = url.map(|url| WebUrl::parse(url).unwrap());
        })
        .await;
        let answer = running.get("/api/about").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let about: About = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(about.demo_url.as_deref(), url);
        running.server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn each_link_reads_its_circle_in_its_role() {
    let running = start(|_| {}).await;
    let circle = make(&running).await;
    for role in LinkRole::ALL {
        let key = authorization(&entry_key(role));
        let answer = running.ask(&format!("GET /api/circles/{circle}"), &[&key], "").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let door: Door = serde_json::from_slice(&answer.body).unwrap();
        let made = new_circle();
        assert_eq!((door.circle, door.role, &door.title), (circle, role, &made.title));
        assert_eq!((door.agreements, door.settings), (made.agreements, made.settings));
        assert_eq!((door.locker.as_str(), door.session), ("bG9ja2Vy", None));
    }
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn an_unknown_circle_and_a_wrong_key_look_the_same() {
    let running = start(|_| {}).await;
    let circle = make(&running).await;
    let wrong = authorization(&EntryKey::from_bytes([99; 32]));
    let mut answers = Vec::new();
    for place in [circle.to_string(), uuid::Uuid::new_v4().to_string(), "x".into(), "%ff".into()] {
        let answer = running.ask(&format!("GET /api/circles/{place}"), &[&wrong], "").await;
        answers.push((answer.status, answer.text()));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(answers[0].0, 404);
    for no_key in ["X-Nothing: 1", "Authorization: Bearer x", "Authorization: Hearth x"] {
        let answer = running.ask(&format!("GET /api/circles/{circle}"), &[no_key], "").await;
        assert_eq!((answer.status, answer.problem()), (401, "key_needed".to_owned()));
    }
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn only_the_keeper_can_delete_a_circle_and_then_it_is_gone() {
    let running = start(|_| {}).await;
    let circle = make(&running).await;
    let place = format!("/api/circles/{circle}");
    let facilitator = authorization(&entry_key(LinkRole::Facilitator));
    let keeper = authorization(&entry_key(LinkRole::Keeper));
    let answer = running.ask(&format!("DELETE {place}"), &[&facilitator], "").await;
    assert_eq!((answer.status, answer.problem()), (403, "keeper_alone".to_owned()));
    assert_eq!(running.ask(&format!("GET {place}"), &[&keeper], "").await.status, 200);
    let answer = running.ask(&format!("DELETE {place}"), &[&keeper], "").await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    for method in ["GET", "DELETE"] {
        let answer = running.ask(&format!("{method} {place}"), &[&keeper], "").await;
        assert_eq!((answer.status, answer.problem()), (404, "no_circle".to_owned()));
    }
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn an_invalid_circle_is_refused_without_repeating_its_content() {
    let running = start(|_| {}).await;
    let with = |change: fn(&mut NewCircle)| {
        let mut new = new_circle();
        change(&mut new);
        serde_json::to_string(&new).unwrap()
    };
    let good = new_circle_json();
    let table = [
        (400, "malformed", String::new()),
        (400, "malformed", "[".repeat(60_000)),
        (400, "malformed", "{\"secret-word\":".to_owned()),
        (400, "malformed", "\"secret-word\"".to_owned()),
        (400, "malformed", good.replace("\"keeper\"", "\"secret-word\"")),
        (400, "malformed", good.replace("\"plain\"", "\"secret-word\"")),
        (400, "malformed", good.replace("\"title\"", "\"headline\"")),
        (400, "bad_entries", with(|new| drop(new.entries.pop()))),
        (400, "empty", with(|new| new.title = Text::plain(" "))),
        (400, "too_long", with(|new| new.title = Text::plain("secret-word".repeat(12)))),
        (400, "bad_locker", with(|new| new.entries[0].locker = "secret-word!".to_owned())),
        (413, "too_large", with(|new| new.title = Text::plain("x".repeat(70_000)))),
    ];
    for (status, code, body) in table {
        let answer = running.post(&[], &body).await;
        assert_eq!((answer.status, answer.problem().as_str()), (status, code), "{body:.80}");
        assert!(!answer.text().contains("secret-word"), "{}", answer.text());
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded"] {
        let kind = format!("Content-Type: {kind}");
        let answer = running.ask("POST /api/circles", &[&kind], &good).await;
        assert_eq!((answer.status, answer.problem()), (415, "not_json".to_owned()));
    }
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn one_address_cannot_create_unlimited_circles() {
    let running = start(|config| config.limits.circles_per_hour_per_address = 2).await;
    make(&running).await;
    make(&running).await;
    let refused = running.post(&[], "{}").await;
    assert_eq!(
        refused.problem(),
        "malformed",
        "a request refused for another reason doesn't count"
    );
    let answer = running.post(&[], &new_circle_json()).await;
    assert_eq!((answer.status, answer.problem()), (429, "too_many_circles".to_owned()));
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn one_address_cannot_send_unlimited_requests() {
    let running = start(|config| config.limits.requests_per_minute_per_address = 3).await;
    for _ in 0..3 {
        assert_eq!(running.get("/api/circles/x").await.status, 401);
    }
    let answer = running.get("/api/circles/x").await;
    assert_eq!((answer.status, answer.problem()), (429, "too_many".to_owned()));
    assert_eq!(answer.header("retry-after"), Some("60"));
    assert_eq!(running.get("/healthz").await.status, 200);
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn circles_are_created_only_by_those_the_operator_allows() {
    let key = OperatorKey::generate().unwrap();
    let other = OperatorKey::generate().unwrap();
    let body = new_circle_json();
    for (who, none, with_key, with_other) in [
        (WhoMayCreate::Anyone, 201, 201, 401),
        (WhoMayCreate::Operator, 401, 201, 401),
        (WhoMayCreate::CommandLine, 403, 403, 403),
    ] {
        let running = start(|config| {
            config.who_may_create = who;
            config.operator_key_hash = Some(key.hash());
        })
        .await;
        let said = |key: &OperatorKey| format!("Authorization: Hearth {}", key.encode());
        assert_eq!(running.post(&[], &body).await.status, none, "{who:?}");
        assert_eq!(running.post(&[&said(&key)], &body).await.status, with_key, "{who:?}");
        assert_eq!(running.post(&[&said(&other)], &body).await.status, with_other, "{who:?}");
        let door = CommandLineAccess::read(&running.data.path().join("data")).unwrap().unwrap();
        let local = format!("authorization: hearth {}", door.key);
        assert_eq!(running.post(&[&local], &body).await.status, 201, "{who:?}");
        running.server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_circle_survives_a_restart() {
    let running = start(|_| {}).await;
    let circle = make(&running).await;
    let (server, data) = (running.server, running.data);
    let mut config = (*server.app().config).clone();
    server.stop().await.unwrap();
    config.listen.set_port(0);
    let server = hearth::startup::Server::start(config).await.unwrap();
    let running = Running { server, data };
    let key = authorization(&entry_key(LinkRole::Participant));
    let answer = running.ask(&format!("GET /api/circles/{circle}"), &[&key], "").await;
    assert_eq!(answer.status, 200);
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn while_the_journal_is_closed_requests_fail_and_the_server_is_not_ready() {
    let running = start(|_| {}).await;
    let circle = make(&running).await;
    let ready = running.get("/readyz").await;
    assert_eq!((ready.status, ready.text().as_str()), (200, "ready\n"));
    running.server.app().journal.close().await.unwrap();
    let key = authorization(&entry_key(LinkRole::Keeper));
    let place = format!("/api/circles/{circle}");
    for answer in [
        running.get("/readyz").await,
        running.post(&[], &new_circle_json()).await,
        running.ask(&format!("GET {place}"), &[&key], "").await,
        running.ask(&format!("DELETE {place}"), &[&key], "").await,
    ] {
        assert_eq!((answer.status, answer.problem()), (503, "not_stored".to_owned()));
        assert!(!answer.text().contains(running.data.path().to_str().unwrap()), "no paths");
    }
    assert_eq!(running.get("/healthz").await.text(), "ok\n");
    running.server.stop().await.unwrap();
}
