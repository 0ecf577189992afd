//! The signals that stop the server: SIGTERM and SIGINT, or Ctrl-C elsewhere than on Unix.

use std::io;

pub(crate) struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Installs the signal handlers.
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
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

    async fn next(&mut self) {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "can't install the Ctrl-C handler; end the process to stop");
            std::future::pending::<()>().await;
        }
    }
}

impl Signals {
    /// Waits for a signal, then runs `stop`. A second signal exits the process at once.
    pub(crate) async fn then<T>(mut self, stop: impl Future<Output = T>) -> T {
        self.next().await;
        tracing::info!("stopping; send a second signal to stop immediately");
        let second = tokio::spawn(async move {
            self.next().await;
            std::process::exit(1);
        });
        let stopped = stop.await;
        second.abort();
        stopped
    }
}
