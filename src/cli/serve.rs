//! `bindery serve`: an output folder on the network.

use std::path::PathBuf;

use clap::Args;

use super::FAILED;

/// What `serve` takes.
#[derive(Debug, Args)]
pub struct Serving {
    /// The folder of editions
    #[arg(value_name = "OUTPUT", default_value = "output")]
    pub folder: PathBuf,
}

/// Gives the exit code.
pub fn serve_command(_: &Serving) -> u8 {
    FAILED
}
