//! A server on a machine whose clock is wrong, and is set right while it runs. Debian's `faketime`
//! shows the process another time of day; its monotonic clock stays real, as on a real machine.

use hearth::clock::Clock;
use hearth_client::{CircleOptions, Links, look_at_door, make_circle, set_next_session};
use hearth_protocol::api::LinkRole;
use hearth_tests::process::Process;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How soon the server follows the machine's clock, generously for a busy machine.
const FOLLOWS_WITHIN: Duration = Duration::from_secs(20);
const DAY_MS: u64 = 86_400_000;
/// What the tests count as the same time.
const NEAR_MS: u64 = 60_000;

/// Returns Debian's library, wherever its architecture puts it.
fn library() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").expect("/usr/lib can be read");
    let in_folder = |folder: fs::DirEntry| folder.path().join("faketime/libfaketimeMT.so.1");
    folders.filter_map(Result::ok).map(in_folder).find(|path| path.exists()).expect(
        "this test needs Debian's package faketime: install it, or run tests/run rust, which does",
    )
}

/// Returns the time as this process sees it, which faketime leaves alone.
fn real_now() -> u64 {
    Clock::system().now()
}

/// A server whose time of day the test sets.
struct Machine {
    server: Process,
    time: PathBuf,
    _data: tempfile::TempDir,
}

impl Machine {
    /// Starts a server whose clock is off by `offset`, as faketime writes it: `-7d`, `+30d`.
    fn start(offset: &str) -> Self {
        let data = tempfile::tempdir().unwrap();
        let time = data.path().join("time");
        fs::write(&time, offset).unwrap();
        let binary = Path::new(env!("CARGO_BIN_EXE_hearth-under-test"));
        let server = Process::new(binary, data.path(), &[]).with_variables(&[
            ("LD_PRELOAD", library().as_os_str()),
            ("FAKETIME_TIMESTAMP_FILE", time.as_os_str()),
            ("FAKETIME_NO_CACHE", "1".as_ref()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".as_ref()),
        ]);
        let mut machine = Self { server, time, _data: data };
        machine.server.start().unwrap();
        machine
    }

    fn set_right(&self) {
        fs::write(&self.time, "+0").unwrap();
    }
}

/// Returns the time that the server shows, compared with the real one, in milliseconds.
async fn off_by(links: &Links) -> i64 {
    let door = look_at_door(&links.link(LinkRole::Participant)).await.unwrap();
    i64::try_from(door.now).unwrap() - i64::try_from(real_now()).unwrap()
}

async fn is_right_soon(links: &Links) {
    let deadline = Instant::now() + FOLLOWS_WITHIN;
    loop {
        let off = off_by(links).await;
        if off.unsigned_abs() < NEAR_MS {
            return;
        }
        assert!(Instant::now() < deadline, "the server is still {off} ms off");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn make(machine: &Machine) -> Links {
    make_circle(&machine.server.origin(), CircleOptions::titled("Tuesday")).await.unwrap()
}

#[tokio::test]
async fn a_server_that_starts_with_a_clock_behind_follows_it_once_it_is_set() {
    let machine = Machine::start("-7d");
    let links = make(&machine).await;
    assert!(
        off_by(&links).await + 7 * (DAY_MS as i64) < NEAR_MS as i64,
        "it started a week behind"
    );
    machine.set_right();
    is_right_soon(&links).await;
    let deadline = Instant::now() + FOLLOWS_WITHIN;
    while !machine.server.logged().contains("the machine's clock was set") {
        assert!(Instant::now() < deadline, "no log of the jump: {}", machine.server.logged());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_clock_that_was_a_month_ahead_once_does_no_harm_afterwards() {
    let mut machine = Machine::start("+30d");
    let links = make(&machine).await;
    assert!(off_by(&links).await > 29 * (DAY_MS as i64), "it started a month ahead");
    machine.set_right();
    is_right_soon(&links).await;
    assert!(machine.server.stop().unwrap().success());
    machine.server.start().unwrap();
    is_right_soon(&links).await;
    let tomorrow = real_now() + DAY_MS;
    let set = set_next_session(&links.link(LinkRole::Facilitator), Some(tomorrow)).await.unwrap();
    assert_eq!(set.at, Some(tomorrow));
}
