//! The signals that stop the server: SIGTERM, SIGINT and SIGHUP, or Ctrl-C elsewhere than on Unix.

use std::io;

pub(crate) struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    /// Arrives when the terminal closes. `None` if the process was started to ignore it (`nohup`).
    #[cfg(unix)]
    hangup: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    /// Installs the signal handlers.
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: if ignores_hangup() { None } else { Some(signal(SignalKind::hangup())?) },
        })
    }

    async fn first(&mut self) {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => drop(hangup.recv().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            () = hangup => {}
        }
    }

    /// A second hangup doesn't count: when a terminal closes, the shell and the kernel send one each.
    async fn second(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    async fn first(&mut self) {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "can't install the Ctrl-C handler; end the process to stop");
            std::future::pending::<()>().await;
        }
    }

    async fn second(&mut self) {
        self.first().await;
    }
}

impl Signals {
    /// Waits for a signal, then runs `stop`. A second signal exits the process at once.
    pub(crate) async fn then<T>(mut self, stop: impl Future<Output = T>) -> T {
        self.first().await;
        tracing::info!("stopping; send a second signal to stop immediately");
        let second = tokio::spawn(async move {
            self.second().await;
            std::process::exit(1);
        });
        let stopped = stop.await;
        second.abort();
        stopped
    }
}

/// Returns whether the process was started with SIGHUP ignored. Listening for it would undo that.
#[cfg(unix)]
fn ignores_hangup() -> bool {
    // Systems without this file have no other way to ask in safe Rust; there, `nohup` isn't heeded.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // SIGHUP is signal 1, the lowest bit.
    mask.is_some_and(|mask| mask & 1 == 1)
}
