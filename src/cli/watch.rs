//! `bindery watch`: the draft, again and again.

use std::path::PathBuf;

use clap::Args;

use super::FAILED;

/// What `watch` takes.
#[derive(Debug, Args)]
pub struct Watching {
    /// The folder of editions
    #[arg(value_name = "OUTPUT", default_value = "output")]
    pub folder: PathBuf,
}

impl Watching {
    /// How many threads work.
    pub fn jobs(&self) -> Option<u16> {
        None
    }
}

/// Gives the exit code.
pub fn watch_command(_: &Watching) -> u8 {
    FAILED
}
