//! Clones of remote repositories in a cache folder.
//!
//! Fetching runs the `git` program; everything else reads the clone with
//! `gix`. An HTTP stack of our own would bring C and TLS with it and double
//! the build, and it would have to learn again what Git already does as the
//! user has set it up: credentials, proxies, `ssh` keys.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};
use url::Url;

use super::address::{name_of, scp_parts};
use super::listing::printable;
use crate::diag::{Code, Diagnostic, Result};
use crate::paths;

/// Whether a source is an address rather than a path.
pub fn is_address(source: &str) -> bool {
    source.contains("://") || source.starts_with("ext::") || scp_parts(source).is_some()
}

/// Where clones are kept when the user names no other place:
/// `$XDG_CACHE_HOME/bindery/git`, else `$HOME/.cache/bindery/git` (XDG Base
/// Directory Specification). The values come from the caller; a relative
/// `XDG_CACHE_HOME` is ignored, as the specification asks.
pub fn default_cache(xdg_cache_home: Option<&OsStr>, home: Option<&OsStr>) -> Option<PathBuf> {
    let base = xdg_cache_home
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| Some(Path::new(home.filter(|home| !home.is_empty())?).join(".cache")))?;
    Some(base.join("bindery").join("git"))
}

/// Clones an address, or the file of a Git bundle, into the cache folder, or
/// brings the clone that is there up to date. Gives the clone's path: a bare
/// repository with the branches and tags of the original.
///
/// # Errors
/// When the address is none that may be cloned, or `git` fails.
pub fn clone(source: &str, cache: &Path) -> Result<PathBuf> {
    let remote = Remote::new(source)?;
    let target = cache.join(remote.folder());
    std::fs::create_dir_all(cache).map_err(|error| {
        Diagnostic::new(Code::GitClone, format!("can't make the cache folder `{}`: {error}", cache.display()))
            .hint("name another one with the environment variable XDG_CACHE_HOME")
    })?;
    if target.is_dir() {
        remote.update(&target)?
    } else {
        remote.create(cache, &target)?
    }
    Ok(target)
}

/// What may be cloned.
struct Remote {
    /// As `git` takes it.
    address: OsString,
    /// Without password, for messages and names.
    shown: String,
    /// What has to be replaced in Git's messages.
    secret: Option<String>,
    /// The one protocol that Git may speak (`GIT_ALLOW_PROTOCOL`), so that a
    /// redirect or a configured alias can't lead to another.
    protocol: &'static str,
}

impl Remote {
    fn new(source: &str) -> Result<Self> {
        let refuse = |why: &str| -> Result<Self> {
            let message = printable(&format!("can't clone `{}`: {why}", hidden(source).0));
            let hint = "give an https://, ssh:// or file:// address, or git@host:path";
            Err(Box::new(Diagnostic::new(Code::GitClone, message).hint(hint)))
        };
        if source.starts_with('-') || source.contains(char::is_control) {
            return refuse("it is not an address");
        }
        if scp_parts(source).is_some() {
            return Ok(Self::plain(source.into(), source, "ssh"));
        }
        if !is_address(source) {
            let path = std::fs::canonicalize(source);
            let path = path.map_err(|error| Box::new(super::files::unreadable(Path::new(source), error)))?;
            let shown = path.to_string_lossy().into_owned();
            return Ok(Self::plain(path.into_os_string(), &shown, "file"));
        }
        let Ok(url) = Url::parse(source) else { return refuse("it is malformed") };
        let protocol = match url.scheme() {
            "https" => "https",
            "ssh" => "ssh",
            "file" => "file",
            "http" => return refuse("http is not protected against changes on the way"),
            _ => return refuse("this protocol is not allowed"),
        };
        if url.host_str().is_some_and(|host| host.starts_with('-')) || url.username().starts_with('-') {
            return refuse("it is malformed");
        }
        let (shown, secret) = hidden(source);
        Ok(Self { address: source.into(), shown, secret, protocol })
    }

    fn plain(address: OsString, shown: &str, protocol: &'static str) -> Self {
        Self { address, shown: shown.to_owned(), secret: None, protocol }
    }

    /// A folder name of its own for each address, with or without password.
    fn folder(&self) -> String {
        let name: String = name_of(&self.shown)
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' })
            .take(60)
            .collect();
        let hash = paths::hex(&Sha256::digest(self.shown.as_bytes())[..8]);
        format!("{}-{hash}", name.trim_start_matches('.'))
    }

    /// Clones beside, then renames, so that a clone is there whole or not.
    fn create(&self, cache: &Path, target: &Path) -> Result<()> {
        let failed = |error: std::io::Error| self.error(&error.to_string());
        let beside = tempfile::Builder::new().prefix(".clone-").tempdir_in(cache).map_err(failed)?;
        let fresh = beside.path().join("clone");
        self.git([
            OsStr::new("clone"),
            "--bare".as_ref(),
            "--quiet".as_ref(),
            "--".as_ref(),
            &self.address,
            fresh.as_ref(),
        ])?;
        match std::fs::rename(&fresh, target) {
            // Another run was faster; its clone is as good.
            Err(_) if target.is_dir() => Ok(()),
            result => result.map_err(failed),
        }
    }

    /// Fetches all branches and tags anew, and follows the original's head.
    fn update(&self, clone: &Path) -> Result<()> {
        let in_clone = |args: &[&str]| {
            let mut all: Vec<OsString> = vec!["--git-dir".into(), clone.into()];
            all.extend(args.iter().map(OsString::from));
            all
        };
        let mut fetch = in_clone(&[
            "fetch",
            "--quiet",
            "--prune",
            "--no-auto-maintenance",
            "--no-write-fetch-head",
            "--",
        ]);
        fetch.push(self.address.clone());
        fetch.extend(["+refs/heads/*:refs/heads/*".into(), "+refs/tags/*:refs/tags/*".into()]);
        self.git(fetch)?;
        let mut list = in_clone(&["ls-remote", "--symref", "--"]);
        list.extend([self.address.clone(), "HEAD".into()]);
        let listed = self.git(list)?;
        let head = listed.lines().find_map(|line| line.strip_prefix("ref: ")?.strip_suffix("\tHEAD"));
        if let Some(head) = head.filter(|head| head.starts_with("refs/heads/")) {
            self.git(in_clone(&["symbolic-ref", "HEAD", head]))?;
        }
        Ok(())
    }

    /// Runs `git` and gives what it printed. What a surrounding Git (a hook)
    /// says about its own repository is kept from it.
    fn git<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Result<String> {
        let mut command = Command::new("git");
        for name in [
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_INDEX_FILE",
            "GIT_OBJECT_DIRECTORY",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES",
            "GIT_COMMON_DIR",
            "GIT_NAMESPACE",
        ] {
            command.env_remove(name);
        }
        let output = command
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_ALLOW_PROTOCOL", self.protocol)
            .env("LC_ALL", "C")
            .args(args)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| {
                let message =
                    format!("can't clone `{}`: the `git` program does not start: {error}", self.shown);
                Diagnostic::new(Code::GitClone, message)
                    .hint("install Git, or clone by hand and give the folder")
            })?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        // Advice may follow; what went wrong is in the last line that says so.
        let mut lines = said.lines().rev().filter(|line| !line.trim().is_empty());
        let last = lines.clone().find(|line| line.starts_with("fatal: ") || line.starts_with("error: "));
        Err(self.error(last.or_else(|| lines.next()).unwrap_or("it says nothing")))
    }

    /// The error with Git's own words as the hint.
    fn error(&self, said: &str) -> Box<Diagnostic> {
        let said = match &self.secret {
            Some(secret) => said.replace(&format!("{secret}@"), ""),
            None => said.to_owned(),
        };
        let message = format!("can't clone `{}`", printable(&self.shown));
        Box::new(
            Diagnostic::new(Code::GitClone, message).hint(format!("git says: {}", printable(said.trim()))),
        )
    }
}

/// An address without user and password, and what was taken out. An `ssh`
/// user stays: it is no secret, and without it the address is another.
fn hidden(address: &str) -> (String, Option<String>) {
    let Some((scheme, rest)) = address.split_once("://") else { return (address.to_owned(), None) };
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    match authority.rsplit_once('@') {
        Some((user, host)) if scheme != "ssh" || user.contains(':') => {
            (format!("{scheme}://{host}{path}"), Some(user.to_owned()))
        }
        Some(_) | None => (address.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_paths() {
        for address in ["https://example.org/r", "file:///r", "git@example.org:r", "ext::sh -c x", "foo://x"]
        {
            assert!(is_address(address), "{address}");
        }
        for path in ["r", "/r", "./a:b", "C:\\r", "a@b/c:d", "docs"] {
            assert!(!is_address(path), "{path}");
        }
    }

    #[test]
    fn only_named_protocols_are_cloned() {
        for source in [
            "ext::sh -c touch% /tmp/x",
            "http://example.org/r",
            "git://example.org/r",
            "--upload-pack=x://y",
            "ssh://-oProxyCommand=x/r",
            "https://exa\nmple.org/r",
            "fd://1",
        ] {
            let error = Remote::new(source).err().expect(source);
            assert_eq!(error.code, Code::GitClone, "{source}");
            assert!(!error.message.contains('\n') && error.hints.len() == 1, "{error:?}");
        }
        for source in ["https://example.org/r", "ssh://git@example.org/r", "git@example.org:r", "file:///r"] {
            assert!(Remote::new(source).is_ok(), "{source}");
        }
    }

    #[test]
    fn passwords_are_never_shown() {
        let remote = Remote::new("https://me:secret@example.org/o/r.git").expect("is allowed");
        let other = Remote::new("https://example.org/o/r.git").expect("is allowed");
        assert_eq!(remote.folder(), other.folder(), "one clone, whoever fetches it");
        let error =
            remote.error("fatal: unable to access 'https://me:secret@example.org/o/r.git/': no route\n");
        assert_eq!(error.message, "can't clone `https://example.org/o/r.git`");
        assert_eq!(
            error.hints,
            ["git says: fatal: unable to access 'https://example.org/o/r.git/': no route"]
        );
    }

    #[test]
    fn the_cache_is_where_the_desktop_has_it() {
        let cache = |xdg: Option<&str>, home: Option<&str>| {
            default_cache(xdg.map(OsStr::new), home.map(OsStr::new)).map(|p| p.to_string_lossy().into_owned())
        };
        assert_eq!(cache(Some("/c"), Some("/h")).as_deref(), Some("/c/bindery/git"));
        assert_eq!(cache(Some("c"), Some("/h")).as_deref(), Some("/h/.cache/bindery/git"));
        assert_eq!(cache(None, Some("/h")).as_deref(), Some("/h/.cache/bindery/git"));
        assert_eq!(cache(None, None), None);
        assert_eq!(cache(None, Some("")), None);
    }
}
