//! What a shell gets of the command line: completions and manual pages.

use clap::Args;

use super::FAILED;

/// What `completions` takes.
#[derive(Debug, Args)]
pub struct Completing {}

/// What `man` takes.
#[derive(Debug, Args)]
pub struct Documenting {}

/// Gives the exit code.
pub fn completions_command(_: &Completing) -> u8 {
    FAILED
}

/// Gives the exit code.
pub fn man_command(_: &Documenting) -> u8 {
    FAILED
}
