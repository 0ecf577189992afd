use super::*;
use hearth_protocol::keys::KeyHash;
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::Path;

/// Returns sources with these flags and variables, and a `hearth.toml` with this content.
fn sources(
    folder: &Path,
    flags: &[(&str, &str)],
    environment: &[(&str, &str)],
    file: &str,
) -> Sources {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    if !file.is_empty() {
        std::fs::write(folder.join("hearth.toml"), file).unwrap();
    }
    Sources {
        flags: flags.iter().map(owned).collect(),
        environment: environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), OsString::from(value)))
            .collect::<HashMap<_, _>>(),
        file: None,
        folder: folder.to_owned(),
    }
}

fn load(
    flags: &[(&str, &str)],
    environment: &[(&str, &str)],
    file: &str,
) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    Config::load(sources(folder.path(), flags, environment, file))
        .map_err(|error| error.to_string())
}

fn problem(file: &str) -> String {
    load(&[], &[], file).expect_err("the configuration should be refused")
}

#[test]
fn without_any_configuration_the_defaults_serve_this_machine() {
    let config = load(&[], &[], "").unwrap();
    assert_eq!(config, Config::default());
    assert!(config.listen.ip().is_loopback());
    assert!(
        config.limits.websockets_per_address_max >= 200,
        "a school behind one address can join"
    );
}

#[test]
fn flags_override_variables_which_override_the_file_which_overrides_the_defaults() {
    let file = "listen = \"127.0.0.1:1\"\nlog = \"json\"\nlog_level = \"warn\"\n[limits]\nrooms_max = 7\nbody_ms = 70\n";
    let environment = [
        ("HEARTH_LISTEN", "127.0.0.1:2"),
        ("HEARTH_LOG_LEVEL", "debug"),
        ("HEARTH_LIMITS__ROOMS_MAX", "8"),
        ("PATH", "/bin"),
    ];
    let config = load(&[("listen", "127.0.0.1:3")], &environment, file).unwrap();
    assert_eq!(config.listen.port(), 3);
    assert_eq!(config.log_level.as_str(), "debug");
    assert_eq!(config.log, LogFormat::Json);
    assert_eq!((config.limits.rooms_max, config.limits.body_ms), (8, 70));
    assert_eq!(config.limits.hello_ms, Limits::default().hello_ms);
}

#[test]
fn every_setting_is_read_from_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let hash = KeyHash::from_bytes([7; 32]);
    let hash_file = folder.path().join("hash");
    std::fs::write(&hash_file, format!("{}\n", hash.encode())).unwrap();
    let file = format!(
        "listen = \"[::]:80\"\nmetrics_listen = \"127.0.0.1:9090\"\ndata = \"./elsewhere\"\n\
         public_url = \"https://circles.example.org\"\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n\
         who_may_create = \"operator\"\noperator_key_hash_file = {hash_file:?}\nlog = \"pretty\"\n\
         demo_url = \"https://demo.example.org/c/x#y\"\nlog_level = \"info,hearth=trace\"\n"
    );
    let config = Config::load(sources(folder.path(), &[], &[], &file)).unwrap();
    assert_eq!(config.listen.port(), 80);
    assert_eq!(config.metrics_listen.map(|address| address.port()), Some(9090));
    assert_eq!(config.data, Path::new("./elsewhere"));
    assert_eq!(config.public_url.unwrap().origin(), "https://circles.example.org");
    assert_eq!(config.trusted_proxies.len(), 2);
    assert_eq!(config.who_may_create, WhoMayCreate::Operator);
    assert_eq!(config.operator_key_hash, Some(hash));
    let demo = config.demo_url.unwrap();
    assert_eq!(demo.as_str(), "https://demo.example.org/c/x#y");
}

#[test]
fn a_list_in_a_variable_is_separated_by_commas_and_an_empty_variable_is_ignored() {
    let environment = [("HEARTH_TRUSTED_PROXIES", "10.0.0.0/8, ::1"), ("HEARTH_LISTEN", "")];
    let config = load(&[], &environment, "").unwrap();
    assert_eq!(config.trusted_proxies.len(), 2);
    assert_eq!(config.listen, Config::default().listen);
}

#[test]
fn each_problem_names_its_key_its_source_and_a_remedy() {
    let table = [
        ("listen = \"8080\"", "`listen`", "127.0.0.1:8080"),
        ("listen = [\"127.0.0.1:1\", \"127.0.0.1:2\"]", "`listen`", "127.0.0.1:8080"),
        ("data = \"hearth.toml/\"\nlog = 3", "`log`", "pretty or json"),
        ("public_url = \"circles.example.org\"", "`public_url`", "https://circles.example.org"),
        ("demo_url = \"/c/circle\"", "`demo_url`", "a link to a circle"),
        ("demo_url = \"mailto:a@b.example\"", "`demo_url`", "https://"),
        ("trusted_proxies = [\"my-proxy\"]", "`my-proxy`", "10.0.0.0/8"),
        ("who_may_create = \"everyone\"", "`who_may_create`", "anyone, operator or command_line"),
        ("who_may_create = \"operator\"", "`who_may_create`", "hearth operator-key"),
        ("operator_key_hash_file = \"/nowhere\"", "`operator_key_hash_file`", "operator-key"),
        ("log_level = \"loud=very\"", "`log_level`", "error, warn, info"),
        ("metrics_listen = \"127.0.0.1:8080\"", "`metrics_listen`", "another port"),
        ("[limits]\nrooms_max = 0", "`limits.rooms_max`", "from 1 to"),
        ("[limits]\nrooms_max = true", "`limits.rooms_max`", "whole number"),
        ("[limits]\nrooms_max = -4", "`limits.rooms_max`", "whole number"),
        ("[limits]\nrooms_max = [1]", "`limits.rooms_max`", "whole number"),
        ("limits = 4", "`limits`", "hearth config"),
        ("listn = \"x\"", "`listn`", "`listen` (HEARTH_LISTEN)"),
        ("[limits]\nroom_max = 4", "`limits.room_max`", "`limits.rooms_max`"),
        ("weather = \"fine\"", "`weather`", "hearth config"),
        ("listen = ", "hearth.toml", "TOML"),
    ];
    for (file, key, remedy) in table {
        let said = problem(file);
        assert!(said.contains(key) && said.contains(remedy), "{file}\n{said}");
        assert!(
            said.contains("hearth.toml") || said.contains("operator-key") || said.contains("port"),
            "{said}"
        );
    }
}

#[test]
fn variables_that_a_platform_injects_never_stop_the_start_and_typing_errors_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let platform = [
        ("HEARTH_SERVICE_HOST", "10.0.0.1"),
        ("HEARTH_PORT_8080_TCP", "tcp://10.0.0.1:8080"),
        ("HEARTH_WEB_DIST", "dist"),
        ("HEARTH_OPERATOR_KEY", "a secret"),
        ("PATH", "/bin"),
    ];
    let sources_of = |environment| sources(folder.path(), &[], environment, "");
    assert_eq!(sources_of(&platform).ignored_variables(), [""; 0]);
    let unknown = [
        ("HEARTH_WEB_PORT", "tcp://10.0.0.1:80"),
        ("HEARTH_VERSION", "1"),
        ("HEARTH_LISTN", "a secret"),
        ("HEARTH_LISTEN__PORT", "1"),
        ("HEARTH_LIMITS", "4"),
        ("HEARTH_LIMITS__ROMMS_MAX", "4"),
        ("HEARTH__", ""),
    ];
    let ignored = sources_of(&unknown).ignored_variables();
    assert_eq!(ignored.len(), unknown.len(), "{ignored:?}");
    for (name, _) in unknown {
        let sentence = ignored.iter().find(|said| said.contains(&format!("{name} isn't"))).unwrap();
        assert!(!sentence.contains("a secret"), "{sentence}");
    }
    let said = ignored.join("\n");
    assert!(said.contains("did you mean HEARTH_LISTEN?"), "{said}");
    assert!(said.contains("did you mean HEARTH_LIMITS__ROOMS_MAX?"), "{said}");
    assert_eq!(load(&[], &[&platform[..], &unknown[..]].concat(), "").unwrap(), Config::default());
}

#[test]
fn invalid_values_of_settings_and_unknown_flags_and_keys_stop_the_start_wherever_they_are() {
    for name in ["HEARTH_LISTEN", "HEARTH_PUBLIC_URL", "HEARTH_LIMITS__ROOMS_MAX"] {
        let said = load(&[], &[(name, "tcp://10.0.0.1:80")], "").unwrap_err();
        assert!(said.contains("(from the environment)"), "{said}");
    }
    let said = load(&[("limits.romms_max", "1")], &[], "").unwrap_err();
    assert!(said.contains("(from a flag)") && said.contains("`limits.rooms_max`"), "{said}");
    assert!(load(&[], &[], "version = 1").unwrap_err().contains("`version`"));
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_text_is_refused_instead_of_ignored() {
    use std::os::unix::ffi::OsStringExt;
    let folder = tempfile::tempdir().unwrap();
    let mut sources = sources(folder.path(), &[], &[], "");
    sources.environment.insert("HEARTH_DATA".to_owned(), OsString::from_vec(vec![b'/', 0xff]));
    let said = Config::load(sources).unwrap_err().to_string();
    assert!(said.contains("`data` (from the environment) isn't valid UTF-8"), "{said}");
}

#[test]
fn a_file_that_is_not_toml_is_said_to_be_so_once_and_where() {
    let said = problem("log = \"json\"\nlisten");
    assert_eq!(said.matches("TOML").count(), 1, "{said}");
    assert!(said.contains("line 2"), "{said}");
}

#[test]
fn all_problems_are_reported_at_once_and_a_misplaced_key_is_not_printed() {
    let said = problem("listen = \"x\"\nlog = \"y\"\noperator_key_hash = \"my-secret-key\"\n");
    assert_eq!(said.lines().count(), 4, "{said}");
    assert!(!said.contains("my-secret-key"), "{said}");
}

#[test]
fn a_named_file_must_exist() {
    let folder = tempfile::tempdir().unwrap();
    let mut sources = sources(folder.path(), &[], &[], "");
    sources.file = Some(folder.path().join("other.toml"));
    let said = Config::load(sources).unwrap_err().to_string();
    assert!(said.contains("other.toml") && said.contains("--config"), "{said}");
}

#[test]
fn the_printed_configuration_loads_to_the_same_and_contains_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let hash = KeyHash::from_bytes([7; 32]).encode();
    let flags = [("operator_key_hash", hash.as_str()), ("trusted_proxies", "10.0.0.0/8,::1")];
    let environment = [("HEARTH_LIMITS__HELLO_MS", "1234")];
    let file = "public_url = \"https://circles.example.org\"\n";
    let shown = Config::explain(sources(folder.path(), &flags, &environment, file)).unwrap();
    assert!(!shown.contains(&hash), "{shown}");
    assert!(shown.contains("hello_ms = 1234") && shown.contains("# the environment"), "{shown}");
    let again = load(&[], &[], &shown).unwrap();
    let mut expected = Config::load(sources(folder.path(), &flags, &environment, file)).unwrap();
    expected.operator_key_hash = None;
    assert_eq!(again, expected);
}

#[test]
fn a_listener_on_all_addresses_is_reached_at_loopback() {
    assert_eq!(reachable("0.0.0.0:80".parse().unwrap()).to_string(), "127.0.0.1:80");
    assert_eq!(reachable("[::]:80".parse().unwrap()).to_string(), "[::1]:80");
    let config = load(&[], &[], "").unwrap();
    assert_eq!(config.origin("0.0.0.0:8080".parse().unwrap()), "http://127.0.0.1:8080");
}
