//! Bindery as a renderer of mdBook: `[output.bindery]` in `book.toml`.

use std::process::ExitCode;

fn main() -> ExitCode {
    bindery::cli::backend::main(std::env::args_os())
}
