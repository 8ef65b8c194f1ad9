//! Programs of the machine, which only the user can allow: preprocessors, and
//! Graphviz's `dot`. Each runs with a time limit, a limit to what it may print,
//! and few environment variables; preprocessors in a copy of the revision's
//! files. It is no sandbox: such a program can do what the user can.

mod checkout;
mod command;
mod dot;
mod process;
#[cfg(all(test, unix))]
mod tests;

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use tempfile::TempDir;

pub use self::dot::dot;
use self::process::{Done, Fault, Limits};
use crate::reader::{Programs, Trouble};
use crate::source::FileTree;

/// How long a program may run when the user does not say.
pub const TIME_LIMIT: Duration = Duration::from_secs(60);
/// How much a program may print, in bytes.
const OUTPUT_LIMIT: u64 = 256 << 20;

/// Runs programs for one revision. Its files are laid out in a temporary
/// folder once the first program is run.
pub struct Runner<'a> {
    tree: &'a dyn FileTree,
    limits: Limits,
    checkout: OnceLock<Result<TempDir, String>>,
}

impl<'a> Runner<'a> {
    /// A runner for the files of a revision.
    pub fn new(tree: &'a dyn FileTree, time: Duration) -> Self {
        Self { tree, limits: Limits { time, output: OUTPUT_LIMIT }, checkout: OnceLock::new() }
    }

    fn root(&self, folder: &str) -> Result<PathBuf, Trouble> {
        let laid_out = self.checkout.get_or_init(|| checkout::lay_out(self.tree).map_err(|e| e.to_string()));
        match laid_out {
            Ok(root) => Ok(root.path().join("book").join(folder)),
            Err(error) => Err(Trouble {
                what: format!("can't run, since the revision's files can't be laid out: {error}"),
                said: String::new(),
            }),
        }
    }
}

impl Programs for Runner<'_> {
    fn folder(&self, folder: &str) -> Result<String, Trouble> {
        Ok(self.root(folder)?.to_string_lossy().into_owned())
    }

    fn run(
        &self,
        command: &str,
        arguments: &[&str],
        folder: &str,
        input: &[u8],
    ) -> Result<(bool, Vec<u8>, String), Trouble> {
        let root = self.root(folder)?;
        let temporary =
            root.ancestors().find(|p| p.ends_with("book")).and_then(|p| p.parent()).unwrap_or(&root);
        let not_started = |why: &str| Trouble { what: format!("does not start: {why}"), said: String::new() };
        let (program, command) =
            command::command(command, arguments, &root, temporary).map_err(not_started)?;
        match process::run(command, input, self.limits) {
            Ok(Done { success, output, said }) => Ok((success, output, said)),
            Err(Fault::NotStarted(error)) => Err(not_started(&format!("`{program}`: {error}"))),
            Err(Fault::Stopped { what, said }) => Err(Trouble { what, said }),
        }
    }
}
