//! When to look at the files: when the system tells of a change, or, where it
//! can't, twice a second.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

/// How long is waited without events from the system.
const INTERVAL: Duration = Duration::from_millis(500);

/// Where events come from.
pub struct Events {
    watcher: Option<RecommendedWatcher>,
    heard: Receiver<Heard>,
    /// Keeps the channel open where nothing is heard.
    _sender: Sender<Heard>,
    /// The folders that events come from.
    folders: BTreeSet<PathBuf>,
    /// Why there are no events, until it is said.
    trouble: Option<String>,
}

/// Something happened.
enum Heard {
    /// To a file.
    Change,
    /// These are not what they were: if folders, events come no more.
    Gone(Vec<PathBuf>),
}

impl Events {
    /// Events of no folder yet; none at all if `poll`.
    pub fn new(poll: bool) -> Self {
        let (sender, heard) = channel();
        let mut events =
            Self { watcher: None, heard, _sender: sender.clone(), folders: BTreeSet::new(), trouble: None };
        if poll {
            return events;
        }
        let tell = move |event: notify::Result<notify::Event>| {
            let heard = match event {
                Ok(event) => match event.kind {
                    EventKind::Access(AccessKind::Close(AccessMode::Write)) => Heard::Change,
                    // Our own reading.
                    EventKind::Access(_) => return,
                    EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)) => Heard::Gone(event.paths),
                    EventKind::Any | EventKind::Create(_) | EventKind::Modify(_) | EventKind::Other => {
                        Heard::Change
                    }
                },
                // Events may be missing: look.
                Err(_) => Heard::Change,
            };
            // Nobody listens any more when the run ends.
            let _ = sender.send(heard);
        };
        match notify::recommended_watcher(tell) {
            Ok(watcher) => events.watcher = Some(watcher),
            Err(error) => events.fail(&error),
        }
        events
    }

    fn fail(&mut self, error: &notify::Error) {
        self.watcher = None;
        self.trouble = Some(format!("changes can't be heard of ({error})"));
    }

    /// Why the files are looked at without being told to, once.
    pub fn trouble(&mut self) -> Option<String> {
        self.trouble.take()
    }

    /// Has events come from these folders and no others; whether any is new.
    pub fn watch(&mut self, folders: &BTreeSet<PathBuf>) -> bool {
        let Some(watcher) = &mut self.watcher else { return false };
        for folder in self.folders.difference(folders) {
            // It may be gone.
            let _ = watcher.unwatch(folder);
        }
        let new: Vec<&PathBuf> = folders.difference(&self.folders).collect();
        let mut trouble = None;
        for folder in &new {
            if let Err(error) = watcher.watch(folder, RecursiveMode::NonRecursive)
                && folder.is_dir()
            {
                trouble = Some(error);
            }
        }
        let any = !new.is_empty();
        self.folders.clone_from(folders);
        if let Some(error) = trouble {
            self.fail(&error);
        }
        any
    }

    /// Forgets all folders: they are gone.
    pub fn forget(&mut self) {
        if let Some(watcher) = &mut self.watcher {
            for folder in std::mem::take(&mut self.folders) {
                let _ = watcher.unwatch(&folder);
            }
        }
    }

    /// Waits until something may have happened, and then until nothing has for
    /// a moment, but no longer than `patience`.
    pub fn wait(&mut self, calm: Duration, patience: Duration) {
        if self.watcher.is_none() {
            std::thread::sleep(INTERVAL);
            return;
        }
        if self.folders.is_empty() {
            // They are gone, and may come back.
            std::thread::sleep(INTERVAL);
            return;
        }
        let Ok(first) = self.heard.recv() else { return };
        self.hear(first);
        let end = Instant::now() + patience;
        while Instant::now() < end {
            match self.heard.recv_timeout(calm) {
                Ok(heard) => self.hear(heard),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Change => {}
            Heard::Gone(paths) => {
                for path in paths {
                    // What is below it has moved with it.
                    let gone: Vec<PathBuf> =
                        self.folders.iter().filter(|folder| folder.starts_with(&path)).cloned().collect();
                    for folder in gone {
                        self.folders.remove(&folder);
                        if let Some(watcher) = &mut self.watcher {
                            let _ = watcher.unwatch(&folder);
                        }
                    }
                }
            }
        }
    }
}
