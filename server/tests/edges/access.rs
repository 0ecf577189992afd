use crate::server::{LONG, start};
use hearth::config::PublicUrl;
use std::net::SocketAddr;

const HEADERS: [(&str, &str); 8] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
         img-src 'self'; manifest-src 'self'; require-trusted-types-for 'script'; \
         trusted-types svelte-trusted-html; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
    ),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
    (
        "permissions-policy",
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), \
         gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
    ),
    ("content-type", "application/problem+json"),
];

#[tokio::test]
async fn every_response_has_the_security_headers_including_errors_and_unknown_paths() {
    let running = start(|_| {}).await;
    let address = running.server.address();
    let here = format!("Host: {address}");
    for (line, headers) in [
        ("GET /api/circles/x", vec![here.as_str()]),
        ("GET /api/nothing", vec![]),
        ("GET /nothing", vec![]),
        ("PUT /api/circles", vec![]),
        ("GET /ws", vec![]),
        ("GET /healthz", vec!["Host: rebound.example"]),
        ("GET /healthz", vec!["Origin: https://evil.example"]),
    ] {
        let answer = running.ask(line, &headers, "").await;
        assert!(answer.status >= 400, "{answer:?}");
        for (name, value) in HEADERS {
            assert_eq!(answer.header(name), Some(value), "{name} of {line}");
        }
        assert_eq!(answer.header("strict-transport-security"), None);
    }
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn browsers_are_told_to_stay_on_https_if_the_public_url_uses_it() {
    let running = start(|config| {
        config.public_url = PublicUrl::parse("https://circles.example.org").ok();
    })
    .await;
    let answer = running.ask("GET /healthz", &["Host: circles.example.org"], "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"));
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn requests_for_other_hosts_and_from_other_sites_are_refused() {
    let running = start(|config| {
        config.public_url = PublicUrl::parse("https://circles.example.org").ok();
    })
    .await;
    let table: &[(&str, &[&str], u16, &str)] = &[
        ("GET /healthz", &["Host: circles.example.org"], 200, ""),
        ("GET /healthz", &["Host: localhost"], 200, ""),
        (
            "GET /healthz",
            &["Host: circles.example.org", "Origin: https://circles.example.org"],
            200,
            "",
        ),
        ("GET /healthz", &["Host: rebound.example"], 421, "wrong_host"),
        ("GET /healthz", &["Host: localhost", "Host: rebound.example"], 421, "wrong_host"),
        ("GET http://rebound.example/healthz", &["Host: localhost"], 421, "wrong_host"),
        (
            "GET /healthz",
            &["Host: circles.example.org", "Origin: https://evil.example"],
            403,
            "wrong_origin",
        ),
        ("GET /healthz", &["Host: circles.example.org", "Origin: null"], 403, "wrong_origin"),
        (
            "POST /api/circles",
            &["Host: localhost", "Origin: http://localhost:1"],
            403,
            "wrong_origin",
        ),
    ];
    for (line, headers, status, code) in table {
        let answer = running.ask(line, headers, "").await;
        assert_eq!(answer.status, *status, "{line} {headers:?}");
        if !code.is_empty() {
            assert_eq!(answer.problem(), *code);
        }
    }
    let nameless = running.raw(b"GET /healthz HTTP/1.0\r\n\r\n").await;
    assert!(nameless.starts_with(b"HTTP/1.0 421"), "{}", String::from_utf8_lossy(&nameless));
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn an_unknown_path_is_answered_in_text_to_a_browser_and_with_a_problem_to_a_program() {
    let running = start(|_| {}).await;
    let program = running.get("/nothing").await;
    assert_eq!((program.status, program.problem()), (404, "nothing_here".to_owned()));
    let person = running.ask("GET /nothing", &["Accept: text/html,*/*"], "").await;
    assert_eq!(person.status, 404);
    assert_eq!(person.header("content-type"), Some("text/plain; charset=utf-8"));
    for (line, allowed) in [
        ("PUT /api/circles", "POST"),
        ("PATCH /api/circles/x", "GET, DELETE"),
        ("POST /healthz", "GET, HEAD"),
        ("POST /ws", "GET"),
    ] {
        let answer = running.ask(line, &[], "").await;
        assert_eq!((answer.status, answer.problem()), (405, "wrong_method".to_owned()), "{line}");
        assert_eq!(answer.header("allow"), Some(allowed), "{line}");
    }
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn metrics_are_only_for_this_machine_and_contain_nothing_from_requests() {
    let running = start(|_| {}).await;
    running.get("/api/circles/secret-path").await;
    running.ask("GET /healthz", &["Host: secret-host.example"], "").await;
    let answer = running.get("/metrics").await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").unwrap().starts_with("application/openmetrics-text"));
    let metrics = answer.text();
    assert!(metrics.contains("hearth_rejected_total{reason=\"host\"} 1"), "{metrics}");
    assert!(metrics.contains("route=\"/api/circles/{circle}\",status=\"401\"} 1"), "{metrics}");
    assert!(!metrics.contains("secret"), "{metrics}");
    let proxied = running.ask("GET /metrics", &["X-Forwarded-For: 203.0.113.9"], "").await;
    assert_eq!(proxied.status, 404);
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn metrics_with_their_own_listener_are_not_served_elsewhere() {
    let running =
        start(|config| config.metrics_listen = Some(SocketAddr::from(([127, 0, 0, 1], 0)))).await;
    assert_eq!(running.get("/metrics").await.status, 404);
    let own = running.server.metrics_address().unwrap();
    let mut socket = tokio::net::TcpStream::connect(own).await.unwrap();
    let request = b"GET /metrics HTTP/1.1\r\nHost: anything\r\nConnection: close\r\n\r\n";
    tokio::io::AsyncWriteExt::write_all(&mut socket, request).await.unwrap();
    let answer = crate::server::read_to_end(&mut socket).await;
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn the_clients_of_a_trusted_proxy_are_counted_separately() {
    let running = start(|config| {
        config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
        config.limits.requests_per_minute_per_address = 1;
    })
    .await;
    for (person, status) in [("203.0.113.1", 401), ("203.0.113.2", 401), ("203.0.113.1", 429)] {
        let forwarded = format!("X-Forwarded-For: {person}");
        let answer = running.ask("GET /api/circles/x", &[&forwarded], "").await;
        assert_eq!(answer.status, status, "{person}");
    }
    running.server.stop().await.unwrap();
}

#[tokio::test]
async fn an_address_beyond_its_connection_limit_gets_a_503() {
    let running = start(|config| config.limits.connections_per_address_max = 1).await;
    let held = running.connect().await;
    let refused = tokio::time::timeout(LONG, async {
        loop {
            let answer = running.raw(b"").await;
            if !answer.is_empty() {
                return answer;
            }
        }
    })
    .await
    .unwrap();
    assert!(refused.starts_with(b"HTTP/1.1 503"), "{}", String::from_utf8_lossy(&refused));
    drop(held);
    running.server.stop().await.unwrap();
}
