//! The embedded page.

use crate::server::{Answer, start};

fn cache_control(answer: &Answer) -> Option<&str> {
    answer.header("cache-control")
}

#[tokio::test]
async fn the_page_is_served_at_the_root_and_at_every_circle_and_nowhere_else() {
    let running = start(|_| {}).await;
    let start = running.get("/").await;
    assert_eq!((start.status, start.header("content-type")), (200, Some("text/html")));
    assert_eq!(cache_control(&start), Some("no-cache"));
    assert!(start.header("content-security-policy").is_some());
    let circle = running.get("/c/0190a5e0-0000-7000-8000-000000000001").await;
    assert_eq!((circle.status, &circle.body), (200, &start.body));
    for path in ["/c", "/c/x/y", "/d/x", "/assets/nothing.js"] {
        assert_eq!(running.get(path).await.status, 404, "{path}");
    }
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn the_pages_files_are_compressed_and_cached() {
    let running = start(|_| {}).await;
    let page = running.get("/").await.text();
    let script = page.split('"').find(|part| part.starts_with("/assets/") && part.ends_with(".js"));
    let get = format!("GET {}", script.expect("the page has a script"));
    let plain = running.ask(&get, &[], "").await;
    assert_eq!((plain.status, plain.header("content-type")), (200, Some("text/javascript")));
    assert_eq!(cache_control(&plain), Some("public, max-age=31536000, immutable"));
    for (accepted, encoding) in [("gzip, deflate, br", "br"), ("gzip", "gzip")] {
        let accepted = format!("Accept-Encoding: {accepted}");
        let packed = running.ask(&get, &[&accepted], "").await;
        assert_eq!(packed.header("content-encoding"), Some(encoding));
        assert_eq!(packed.header("vary"), Some("accept-encoding"));
        assert!(packed.body.len() < plain.body.len() / 2);
    }
    let seen = format!("If-None-Match: {}", plain.header("etag").unwrap());
    let again = running.ask(&get, &[&seen], "").await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    running.server.stop().await.unwrap();
}
