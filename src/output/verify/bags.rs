//! What a bag says of itself, beside its lists.

use super::files::{Look, RESTORE};
use super::problems::{Fault, Problem};
use crate::output::bag;

impl Look<'_> {
    /// A bag's declaration (RFC 8493, section 2.1.1): the lines that every bag
    /// of ours has, for by them others read the rest.
    pub(super) fn declaration(&mut self) {
        let Some(bytes) = self.read(bag::DECLARATION) else { return };
        if !String::from_utf8_lossy(&bytes).lines().eq(bag::DECLARED) {
            let message = format!("does not hold just the lines `{}`", bag::DECLARED.join("` and `"));
            self.problems.push(Problem::of(Fault::Unreadable, bag::DECLARATION, message).hint(RESTORE));
        }
    }

    /// What a bag says of its payload's size (section 2.2.2).
    pub(super) fn info(&mut self) {
        let Some(bytes) = self.read(bag::INFO) else { return };
        let text = String::from_utf8_lossy(&bytes);
        let Some(oxum) = text.lines().find_map(|line| line.strip_prefix("Payload-Oxum: ")) else { return };
        let payload = self.files.iter().filter(|(path, _)| path.starts_with(&self.prefix));
        let (octets, streams) = payload.fold((0, 0), |(octets, n), (_, size)| (octets + size, n + 1));
        if oxum.trim() != format!("{octets}.{streams}") {
            let message = format!("says Payload-Oxum {}, and it is {octets}.{streams}", oxum.trim());
            self.problem(Fault::Changed, bag::INFO, message);
        }
    }
}
