//! `bindery catalogue`: what lists the editions of an output folder.

use std::path::PathBuf;

use clap::Args;

use super::FAILED;

/// What `catalogue` takes.
#[derive(Debug, Args)]
pub struct Cataloguing {
    /// The folder of editions
    #[arg(value_name = "OUTPUT", default_value = "output")]
    pub folder: PathBuf,
}

/// Gives the exit code.
pub fn catalogue_command(_: &Cataloguing) -> u8 {
    FAILED
}
