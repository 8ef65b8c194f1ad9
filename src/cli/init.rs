//! `bindery init`: a configuration or a theme to begin with.

use std::path::PathBuf;

use clap::Args;

use super::FAILED;

/// What `init` takes.
#[derive(Debug, Args)]
pub struct Beginning {
    /// The folder of editions
    #[arg(value_name = "OUTPUT", default_value = "output")]
    pub folder: PathBuf,
}

/// Gives the exit code.
pub fn init_command(_: &Beginning) -> u8 {
    FAILED
}
