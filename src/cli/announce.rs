//! `bindery announce`: the text that goes with an edition.

use std::path::PathBuf;

use clap::Args;

use super::FAILED;

/// What `announce` takes.
#[derive(Debug, Args)]
pub struct Announcing {
    /// The folder of editions
    #[arg(value_name = "OUTPUT", default_value = "output")]
    pub folder: PathBuf,
}

/// Gives the exit code.
pub fn announce_command(_: &Announcing) -> u8 {
    FAILED
}
