//! What the documentation and the test runner tell people and machines to run.

use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn no_documented_service_leaves_peoples_words_in_a_core_dump() {
    let operators = read("docs/operators.md");
    let services: Vec<_> =
        operators.split("```").filter(|code| code.contains("[Service]")).collect();
    assert_eq!(services.len(), 2);
    for service in services {
        assert!(service.lines().any(|line| line == "LimitCORE=0"), "{service}");
    }
}

#[test]
fn the_gate_and_the_documented_release_use_exactly_the_locked_dependencies() {
    for path in
        ["tests/run", "README.md", "docs/operators.md", "docs/performance.md", "CONTRIBUTING.md"]
    {
        let text = read(path);
        let builds = |line: &&str| {
            let gate = path == "tests/run";
            line.contains("cargo build --release")
                || line.contains("cargo run --release")
                || line.contains("cargo install")
                || (gate
                    && ["build", "test", "clippy"]
                        .iter()
                        .any(|c| line.contains(&format!("cargo {c} "))))
        };
        for line in text.lines().filter(builds) {
            assert!(line.contains("--locked"), "{path}: {line}");
        }
    }
}

#[test]
fn packages_of_npm_never_run_scripts_of_their_own() {
    for path in ["tests/run", "docs/testing.md", "client-web/build.rs"] {
        let text = read(path);
        for line in text.lines().filter(|line| line.contains("npm ci ") && !line.contains("//!")) {
            assert!(line.contains("--ignore-scripts"), "{path}: {line}");
        }
    }
    for folder in ["client-web", "tests/browser"] {
        let settings = read(&format!("{folder}/.npmrc"));
        assert!(settings.lines().any(|line| line == "ignore-scripts=true"), "{folder}");
    }
}

#[test]
fn licenses_sources_and_banned_crates_are_part_of_the_gate() {
    assert!(
        read("tests/run")
            .contains("cargo deny --locked --log-level warn check licenses sources bans")
    );
    let rules = read("deny.toml");
    for rule in ["unknown-registry = \"deny\"", "unknown-git = \"deny\"", "wildcards = \"deny\""] {
        assert!(rules.contains(rule), "{rule}");
    }
}
