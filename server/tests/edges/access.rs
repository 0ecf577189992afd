use crate::server::{LONG, start};
use hearth::config::{Config, PublicUrl};
use std::net::SocketAddr;

const HEADERS: [(&str, &str); 8] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
         font-src 'self'; img-src 'self'; manifest-src 'self'; \
         require-trusted-types-for 'script'; trusted-types svelte-trusted-html; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
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
async fn a_421_says_which_host_it_received_and_which_one_is_expected() {
    let detail = |answer: crate::server::Answer| {
        assert_eq!((answer.status, answer.problem().as_str()), (421, "wrong_host"), "{answer:?}");
        let problem: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        problem["detail"].as_str().unwrap().to_owned()
    };
    let long = format!("Host: {}", "x".repeat(5_000));
    let url = "https://circles.example.org:8443";
    for (public_url, expected) in [
        (PublicUrl::parse(url).ok(), "\"circles.example.org:8443\""),
        (None, "to the machine it runs on"),
    ] {
        let running = start(|config| config.public_url = public_url).await;
        for (headers, received) in [
            (&["Host: circles.example.org"][..], "\"circles.example.org\""),
            (&["Host: localhost", "Host: rebound.example"], "\"rebound.example\""),
            (&["Host: \"><script>\"}"], r#""><script>"}"#),
            (&["Host: \u{e4}"], "no valid Host"),
            (&["Host: "], "no valid Host"),
            (&[&long], "a very long Host"),
        ] {
            let said = detail(running.ask("GET /healthz", headers, "").await);
            assert!(said.contains(received) && said.contains(expected), "{said}");
            assert!(said.contains("public_url"), "{said}");
            assert_eq!(said.contains("$http_host"), expected.contains("8443"), "{said}");
        }
        running.server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn an_unknown_path_is_answered_with_the_page_to_a_browser_and_with_a_problem_to_a_program() {
    let running = start(|_| {}).await;
    let program = running.get("/nothing").await;
    assert_eq!((program.status, program.problem()), (404, "nothing_here".to_owned()));
    let person = running.ask("GET /nothing", &["Accept: text/html,*/*"], "").await;
    assert_eq!(person.status, 404);
    assert_eq!(person.header("content-type"), Some("text/html"));
    assert_eq!(person.body, running.get("/").await.body);
    assert!(person.header("content-security-policy").is_some());
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
    running.server.stop().await.unwrap();
}

/// Returns whether a server with this configuration shows its metrics to a request from this machine.
async fn shows_metrics(change: impl FnOnce(&mut Config), headers: &[&str]) -> bool {
    let running = start(change).await;
    let answer = running.ask("GET /metrics", headers, "").await;
    running.server.stop().await.unwrap();
    assert!(matches!(answer.status, 200 | 404), "{answer:?}");
    answer.status == 200
}

#[tokio::test]
async fn metrics_are_never_shown_through_a_proxy_even_one_that_adds_no_header() {
    let here = "Host: localhost";
    assert!(shows_metrics(|_| {}, &[here]).await);
    for header in [
        "X-Forwarded-For: 203.0.113.9",
        "Forwarded: for=203.0.113.9",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Host: circles.example.org",
        "X-Real-IP: 203.0.113.9",
        "Via: 1.1 proxy",
    ] {
        assert!(!shows_metrics(|_| {}, &[here, header]).await, "{header}");
    }
    let public = |url| move |config: &mut Config| config.public_url = PublicUrl::parse(url).ok();
    let url = "http://circles.example.org";
    assert!(shows_metrics(public(url), &[here]).await);
    assert!(!shows_metrics(public(url), &["Host: circles.example.org"]).await);
    assert!(!shows_metrics(public(url), &[here, "Host: circles.example.org"]).await);
    // Hearth doesn't serve TLS, so something in front of it does.
    assert!(!shows_metrics(public("https://circles.example.org"), &[here]).await);
    for (proxy, shown) in [("127.0.0.1/32", false), ("0.0.0.0/0", false), ("::1/128", true)] {
        let trusting = |config: &mut Config| config.trusted_proxies = vec![proxy.parse().unwrap()];
        assert_eq!(shows_metrics(trusting, &[here]).await, shown, "{proxy}");
    }
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
