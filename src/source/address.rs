//! Addresses of repositories: which one people can visit, and what a
//! repository is called after it.

use url::Url;

/// The web address of a repository from the address that Git uses for it:
/// `https://host/owner/name`, without user, password, `.git` and trailing
/// slash. None for paths, `file:` addresses and hosts that are only known to
/// the author's own machine (an `ssh` alias without a dot, an odd `http` port).
pub(crate) fn web_address(address: &str) -> Option<String> {
    let (host, path) = match Url::parse(address) {
        Ok(url) if address.contains("://") => {
            let port = match (url.scheme(), url.port()) {
                ("https", Some(port)) => format!(":{port}"),
                ("https" | "http", None) | ("ssh" | "git" | "git+ssh" | "ssh+git", _) => String::new(),
                (_, _) => return None,
            };
            (format!("{}{port}", url.host_str()?), url.path().to_owned())
        }
        Ok(_) | Err(_) => {
            let (host, path) = scp_parts(address)?;
            (host.to_owned(), path.to_owned())
        }
    };
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path).trim_end_matches('/');
    let named = host.contains('.') && !host.starts_with(['.', '-']);
    if !named || path.is_empty() {
        return None;
    }
    // Parsing once more escapes what does not belong into an address.
    let url = Url::parse(&format!("https://{host}/{path}")).ok()?;
    (url.host_str().is_some()
        && url.username().is_empty()
        && url.query().is_none()
        && url.fragment().is_none())
    .then(|| url.to_string())
}

/// Host and path of an address like `git@host:owner/name`, Git's short form
/// for `ssh`; none for anything else. The user is required, so that a
/// Windows path is never taken for a host.
pub(super) fn scp_parts(address: &str) -> Option<(&str, &str)> {
    if address.contains("://") {
        return None;
    }
    let (host, path) = address.split_once(':')?;
    let (user, host) = host.rsplit_once('@')?;
    let plain = |text: &str| !text.is_empty() && !text.contains(['/', '\\', ' ']) && !text.starts_with('-');
    (plain(user) && plain(host) && !path.is_empty()).then_some((host, path))
}

/// What a repository is called after its address or path: the last part,
/// without `.git` or `.bundle`.
pub(super) fn name_of(address: &str) -> String {
    let trimmed = address.trim_end_matches(['/', '\\']);
    // `git clone .` writes down the folder with a dot.
    let trimmed = trimmed.strip_suffix("/.").unwrap_or(trimmed);
    let trimmed = trimmed.strip_suffix("/.git").unwrap_or(trimmed);
    let last = trimmed.rsplit(['/', '\\', ':']).next().unwrap_or(trimmed);
    let last = last.strip_suffix(".git").or_else(|| last.strip_suffix(".bundle")).unwrap_or(last);
    if last.is_empty() { "document".to_owned() } else { last.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_visitable() {
        for (address, web) in [
            ("git@example.org:o/r.git", "https://example.org/o/r"),
            ("ssh://git@example.org/o/r.git", "https://example.org/o/r"),
            ("ssh://git@example.org:2222/o/r", "https://example.org/o/r"),
            ("git+ssh://git@example.org/o/r.git/", "https://example.org/o/r"),
            ("https://user:secret@example.org/o/r.git", "https://example.org/o/r"),
            ("https://token@example.org:8443/o/r/", "https://example.org:8443/o/r"),
            ("http://example.org/o/r.git", "https://example.org/o/r"),
            ("git://example.org/o/r.git", "https://example.org/o/r"),
            ("https://example.org/group/sub/r.git?x=1#y", "https://example.org/group/sub/r"),
            ("git@example.org:/o/r", "https://example.org/o/r"),
            ("git@example.org:o/a b\"<r>", "https://example.org/o/a%20b%22%3Cr%3E"),
        ] {
            assert_eq!(web_address(address).as_deref(), Some(web), "{address}");
        }
    }

    #[test]
    fn what_nobody_can_visit_has_no_address() {
        for address in [
            "/srv/git/r.git",
            "../r",
            "C:\\r",
            "file:///srv/r.git",
            "git@work:o/r.git",
            "https://localhost/o/r",
            "http://example.org:8080/o/r",
            "ftp://example.org/o/r",
            "https://example.org/",
            "ext::sh -c evil",
            "git@example.org:o/r?q",
            "",
        ] {
            assert_eq!(web_address(address), None, "{address}");
        }
    }

    #[test]
    fn names_come_from_the_last_part() {
        for (address, name) in [
            ("https://example.org/o/r.git", "r"),
            ("/srv/git/book/", "book"),
            ("/srv/book/.git", "book"),
            ("/srv/book/.", "book"),
            ("git@example.org:r.git", "r"),
            ("a/wg.bundle", "wg"),
            ("/", "document"),
        ] {
            assert_eq!(name_of(address), name, "{address}");
        }
    }
}
