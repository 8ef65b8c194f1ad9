//! Ctrl-C: the run ends at once, but never while files are put into their
//! places, so that nothing half-written is left beside them.

use std::process::exit;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::cli::terminal::err;
use crate::pipeline::{Event, Progress, Stage};

/// How long a thread waits for the files to be in their places.
const REST: Duration = Duration::from_millis(2);

/// Hears of the stages of a run, and ends the process between them.
#[derive(Debug, Default)]
pub struct Ending {
    /// Whether files are being put into their places.
    placing: Arc<Mutex<bool>>,
}

impl Ending {
    /// Waits for Ctrl-C, or to be told to end, beside everything else. Where
    /// that can't be heard, the system ends the process by itself.
    pub fn listen(&self) {
        let placing = Arc::clone(&self.placing);
        let listening = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if runtime.is_ok_and(|runtime| runtime.block_on(told())) {
                loop {
                    let placing = placing.lock().unwrap_or_else(PoisonError::into_inner);
                    if !*placing {
                        err("Stopped\n");
                        // Still under the lock: placing can't begin.
                        exit(0);
                    }
                    drop(placing);
                    thread::sleep(REST);
                }
            }
        };
        // Without the thread Ctrl-C is what it always is.
        let _ = thread::Builder::new().name("ending".to_owned()).spawn(listening);
    }
}

impl Progress for Ending {
    fn event(&self, event: Event<'_>) {
        let placing = match event {
            Event::Stage { stage, .. } => stage == Stage::Place,
            Event::Planned { .. } | Event::Started { .. } | Event::Finished { .. } => false,
        };
        *self.placing.lock().unwrap_or_else(PoisonError::into_inner) = placing;
    }
}

/// Waits until the process is told to end; whether that could be heard.
#[cfg(unix)]
async fn told() -> bool {
    use tokio::signal::unix::{SignalKind, signal};
    match (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) {
        (Ok(mut interrupt), Ok(mut terminate)) => {
            std::future::poll_fn(|context| {
                let either = [interrupt.poll_recv(context), terminate.poll_recv(context)];
                if either.iter().any(|it| it.is_ready()) {
                    std::task::Poll::Ready(())
                } else {
                    std::task::Poll::Pending
                }
            })
            .await;
            true
        }
        (Err(_), _) | (_, Err(_)) => false,
    }
}

/// The same where there is no signal but Ctrl-C.
#[cfg(not(unix))]
async fn told() -> bool {
    tokio::signal::ctrl_c().await.is_ok()
}
