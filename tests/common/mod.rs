//! Builds Git histories for tests, with the `git` program in a temporary
//! folder. The environment is empty and all names and dates are given, so that
//! a history has the same hashes everywhere.

#![allow(dead_code, reason = "each test program uses its own part of this")]

pub mod run;

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A repository with a work tree, removed when it is dropped.
pub struct Repo {
    folder: TempDir,
    name: &'static str,
}

impl Repo {
    /// An empty repository called `book`, with the branch `main`.
    pub fn new() -> Self {
        let repo = Self { folder: TempDir::new().expect("a temporary folder"), name: "book" };
        std::fs::create_dir(repo.path()).expect("a folder");
        repo.git(&["init", "--quiet"]);
        repo
    }

    /// The work tree's folder.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join(self.name)
    }

    /// The work tree's folder as text.
    pub fn source(&self) -> String {
        self.path().to_string_lossy().into_owned()
    }

    /// A path beside the repository, for clones.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, with its folders.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        write(&self.path(), path, text);
        self
    }

    /// Removes a file.
    pub fn remove(&self, path: &str) -> &Self {
        std::fs::remove_file(self.path().join(path)).expect("a file to remove");
        self
    }

    /// Makes a symbolic link.
    #[cfg(unix)]
    pub fn link(&self, path: &str, target: &str) -> &Self {
        let place = self.path().join(path);
        std::fs::create_dir_all(place.parent().expect("has a parent")).expect("a folder");
        std::os::unix::fs::symlink(target, place).expect("a link");
        self
    }

    /// Adds everything and commits it, also if nothing has changed. Author and
    /// committer date are the same. Gives the hash.
    pub fn commit(&self, message: &str, date: &str) -> String {
        self.git(&["add", "--all"]);
        self.dated(date, &["commit", "--quiet", "--allow-empty", "--message", message]);
        self.head()
    }

    /// Makes a lightweight tag at the head.
    pub fn tag(&self, name: &str) -> &Self {
        self.git(&["tag", name]);
        self
    }

    /// Makes an annotated tag at the head.
    pub fn annotated_tag(&self, name: &str, date: &str) -> &Self {
        self.dated(date, &["tag", "--annotate", "--message", name, name]);
        self
    }

    /// Makes a branch at the head and goes to it.
    pub fn branch(&self, name: &str) -> &Self {
        self.git(&["checkout", "--quiet", "-b", name]);
        self
    }

    /// Goes to a branch.
    pub fn checkout(&self, name: &str) -> &Self {
        self.git(&["checkout", "--quiet", name]);
        self
    }

    /// Merges a branch into the current one, with a commit of its own.
    pub fn merge(&self, branch: &str, date: &str) -> String {
        self.dated(date, &["merge", "--quiet", "--no-ff", "--message", "merge", branch]);
        self.head()
    }

    /// The head's hash.
    pub fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs Git in the work tree and gives what it prints.
    pub fn git(&self, args: &[&str]) -> String {
        self.dated("2000-01-01T00:00:00Z", args)
    }

    fn dated(&self, date: &str, args: &[&str]) -> String {
        git_in(&self.path(), self.folder.path(), date, args)
    }

    /// All files of the work tree and of `.git` with their bytes, to show that
    /// nothing was touched.
    pub fn everything(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        collect(&self.path(), &mut found);
        found.sort();
        found
    }
}

/// Writes a file below a folder, with its folders.
pub fn write(folder: &Path, path: &str, text: impl AsRef<[u8]>) {
    let place = folder.join(path);
    std::fs::create_dir_all(place.parent().expect("has a parent")).expect("a folder");
    std::fs::write(place, text).expect("a file");
}

/// Runs Git in a folder, with nothing of the user's environment but `PATH`.
pub fn git_in(folder: &Path, home: &Path, date: &str, args: &[&str]) -> String {
    let output = Command::new("git")
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_NAME", "An Author")
        .env("GIT_AUTHOR_EMAIL", "author@example.org")
        .env("GIT_AUTHOR_DATE", date)
        .env("GIT_COMMITTER_NAME", "A Committer")
        .env("GIT_COMMITTER_EMAIL", "committer@example.org")
        .env("GIT_COMMITTER_DATE", date)
        .env("LC_ALL", "C")
        .env("TZ", "UTC")
        .args(["-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", "-c", "gc.auto=0"])
        .args(args)
        .current_dir(folder)
        .output()
        .expect("git starts");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.is_symlink() {
            collect(&path, found);
        } else {
            let bytes = std::fs::read(&path).unwrap_or_default();
            found.push((path, bytes));
        }
    }
}
