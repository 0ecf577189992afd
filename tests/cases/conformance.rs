//! Autobahn's test cases, run by kosoku against the server's WebSocket code.

use hearth_tests::server::TestServer;
use serde_json::Value;
use std::process::Command;

/// All cases except those for compression, which Hearth doesn't support.
const CASES: usize = 301;
/// Verdicts that count as conforming. The last is for cases without a right answer.
const CONFORMS: &[&str] = &["OK", "NON-STRICT", "INFORMATIONAL"];

#[test]
fn the_websocket_code_passes_all_of_autobahns_cases() {
    if std::env::var_os("HEARTH_SKIP_CONFORMANCE").is_some() {
        eprintln!("NOT RUN: conformance, because HEARTH_SKIP_CONFORMANCE is set");
        return;
    }
    let server = TestServer::with_system_clock(|_| {});
    let report = tempfile::tempdir().unwrap();
    let run = Command::new("kosoku")
        .args(["-m", "fuzzingclient", "-x", "12.*", "-x", "13.*", "-p", "4", "-o"])
        .arg(report.path())
        .arg(format!("ws://{}/echo", server.address()))
        .output()
        .expect(
            "kosoku runs the cases: `pip install kosoku==0.1.0`, or set HEARTH_SKIP_CONFORMANCE",
        );
    let stderr = String::from_utf8_lossy(&run.stderr);
    let index = std::fs::read(report.path().join("index.json"))
        .unwrap_or_else(|error| panic!("kosoku wrote no report ({error}): {stderr}"));
    let index: Value = serde_json::from_slice(&index).unwrap();
    let cases = index.as_object().unwrap().values().next().unwrap().as_object().unwrap();
    let failed: Vec<_> = cases
        .iter()
        .filter(|(_, case)| {
            ["behavior", "behaviorClose"]
                .iter()
                .any(|field| !CONFORMS.contains(&case[field].as_str().unwrap_or_default()))
        })
        .map(|(name, _)| name)
        .collect();
    assert!(failed.is_empty(), "{} of {} cases fail: {failed:?}", failed.len(), cases.len());
    assert_eq!(cases.len(), CASES);
    assert!(run.status.success(), "{stderr}");
    eprintln!("{}/{CASES} of Autobahn's cases", cases.len());
}
