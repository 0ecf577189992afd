//! What the operating system says of a process, and where threads run.

use std::io;

/// The core on which servers run, and the one for the generator.
pub(crate) const SERVER_CORE: usize = 0;
pub(crate) const GENERATOR_CORE: usize = 1;

/// Linux reports hundredths of a second on every architecture.
const TICKS_PER_SECOND: f64 = 100.0;

/// What a process has used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Used {
    /// Seconds of CPU, user and system together.
    pub(crate) cpu_s: f64,
    /// Resident memory.
    pub(crate) resident_kib: u64,
}

/// Reads what a process has used so far.
pub(crate) fn used(process: u32) -> io::Result<Used> {
    let read = |file| std::fs::read_to_string(format!("/proc/{process}/{file}"));
    let cpu_s = cpu_seconds(&read("stat")?).ok_or_else(|| io::Error::other("no CPU times"))?;
    let resident = resident_kib(&read("status")?);
    Ok(Used { cpu_s, resident_kib: resident.ok_or_else(|| io::Error::other("no VmRSS"))? })
}

/// Returns the seconds of CPU that all processes together have used so far.
pub(crate) fn used_by_all() -> io::Result<f64> {
    let stat = std::fs::read_to_string("/proc/stat")?;
    cpu_seconds_of_all(&stat).ok_or_else(|| io::Error::other("no CPU times"))
}

fn cpu_seconds_of_all(stat: &str) -> Option<f64> {
    let line = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
    let ticks: Option<Vec<f64>> = line.split_whitespace().map(|field| field.parse().ok()).collect();
    // User, nice and system; then idle, waiting and interrupts, which belong to nobody.
    Some(ticks?.iter().take(3).sum::<f64>() / TICKS_PER_SECOND)
}

fn cpu_seconds(stat: &str) -> Option<f64> {
    // The name is in parentheses, and may contain anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS_PER_SECOND)
}

fn resident_kib(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Keeps this thread, and the threads and processes that it starts from now on, on one core.
#[cfg(target_os = "linux")]
pub(crate) fn stay_on(core: usize) -> io::Result<()> {
    let mut cores = rustix::thread::CpuSet::new();
    cores.set(core);
    Ok(rustix::thread::sched_setaffinity(None, &cores)?)
}

/// Lets this thread sleep to the microsecond; Linux otherwise rounds up by up to 50 of them.
#[cfg(target_os = "linux")]
pub(crate) fn sleep_exactly() -> io::Result<()> {
    Ok(rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1))?)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn stay_on(_core: usize) -> io::Result<()> {
    Err(io::Error::other("comparing servers needs Linux"))
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn sleep_exactly() -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_memory_are_read_whatever_the_process_is_called() {
        let stat = "17 (a) b (c) S 1 17 17 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 4 0 8000 1 2";
        assert_eq!(cpu_seconds(stat), Some(3.0));
        assert_eq!(resident_kib("Name:\ta\nVmRSS:\t  4242 kB\nThreads:\t4\n"), Some(4_242));
        assert_eq!(resident_kib("Name:\ta\n"), None);
        let all = "cpu  100 50 150 9000 7 7 7 0 0 0\ncpu0 1 1 1 1 1 1 1 0 0 0\n";
        assert_eq!(cpu_seconds_of_all(all), Some(3.0));
    }
}
