//! The command line of Bindery.

use std::process::ExitCode;

fn main() -> ExitCode {
    bindery::cli::main(std::env::args_os())
}
