//! A request → its answer.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use hyper::body::Bytes;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use super::feeds::Feeds;
use super::file::{Content, Open, Tags};
use super::head::{Wanted, media_type, names, path, range};
use crate::catalogue::{ATOM, EDITIONS, INDEX, OPDS_1, OPDS_2};

/// What pages may do: show themselves and pictures of the folder. There is no
/// script, and no other page may put this one into a frame.
const POLICY: &str = "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Methods that are answered.
const METHODS: &str = "GET, HEAD, OPTIONS";

/// What is served.
pub(super) struct Site {
    root: PathBuf,
    tags: Tags,
    feeds: Feeds,
}

/// What a path leads to.
enum Found {
    /// A file of the folder.
    File(Open),
    /// A file of the catalogue, made in memory, with its tag.
    Made(Bytes, String),
}

impl Site {
    pub fn new(root: PathBuf) -> Self {
        Self { root, tags: Tags::default(), feeds: Feeds::default() }
    }

    /// The answer to a request. Whatever its body is, nobody reads it.
    pub fn answer<B>(&self, request: &Request<B>, moved: &Arc<AtomicU64>) -> Response<Content> {
        let method = request.method();
        if method == Method::OPTIONS {
            return preflight();
        }
        if method != Method::GET && method != Method::HEAD {
            let mut answer =
                page(StatusCode::METHOD_NOT_ALLOWED, "This server hands out files and takes none");
            put(&mut answer, header::ALLOW, METHODS);
            return answer;
        }
        let found = path(request.uri().path()).and_then(|path| {
            let path = if path.is_empty() { INDEX.to_owned() } else { path };
            Some((self.find(&path)?, path))
        });
        let mut answer = match found {
            Some((found, path)) => deliver(request, found, &path, moved),
            None => page(StatusCode::NOT_FOUND, "There is no such file here"),
        };
        if method == Method::HEAD {
            *answer.body_mut() = Content::Bytes(None);
        }
        answer
    }

    fn find(&self, path: &str) -> Option<Found> {
        let made = || self.feeds.get(&self.root, path).map(|(bytes, tag)| Found::Made(bytes, tag));
        match path {
            // With links that hold here, though the file may name the web.
            OPDS_1 | OPDS_2 | ATOM | EDITIONS => made(),
            // It may be of a theme that only the folder knows.
            INDEX => self.open(path).or_else(made),
            _ => self.open(path),
        }
    }

    fn open(&self, path: &str) -> Option<Found> {
        self.tags.open(&self.root, path).ok().map(Found::File)
    }
}

/// What was found, whole, in part, or not again.
fn deliver<B>(request: &Request<B>, found: Found, path: &str, moved: &Arc<AtomicU64>) -> Response<Content> {
    let text = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    let (size, tag) = match &found {
        Found::File(open) => (open.size, open.tag.clone()),
        Found::Made(bytes, tag) => (bytes.len() as u64, tag.clone()),
    };
    if text(header::IF_NONE_MATCH).is_some_and(|value| names(value, &tag)) {
        return with_tag(answer(StatusCode::NOT_MODIFIED, Content::Bytes(None)), &tag);
    }
    // A part of another state of the file would not fit to what there is; by
    // its date no state is known.
    let same = text(header::IF_RANGE).is_none_or(|value| value.trim() == tag);
    let wanted = if request.method() == Method::GET && same { text(header::RANGE) } else { None };
    let wanted = range(wanted, size);
    let (status, from, length) = match wanted {
        Wanted::Whole => (StatusCode::OK, 0, size),
        Wanted::Part(first, last) => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Wanted::Nothing => {
            let mut answer = page(StatusCode::RANGE_NOT_SATISFIABLE, "The file has no such bytes");
            put(&mut answer, header::CONTENT_RANGE, &format!("bytes */{size}"));
            return answer;
        }
    };
    let content = match found {
        Found::File(open) => Content::part(open, from, length, Arc::clone(moved)),
        Found::Made(bytes, _) => {
            let at = |n: u64| usize::try_from(n).unwrap_or(usize::MAX).min(bytes.len());
            Ok(Content::Bytes(Some(bytes.slice(at(from)..at(from + length)))))
        }
    };
    let Ok(content) = content else {
        return page(StatusCode::INTERNAL_SERVER_ERROR, "The file can't be read");
    };
    let mut answer = with_tag(answer(status, content), &tag);
    let media_type = media_type(path);
    put(&mut answer, header::CONTENT_TYPE, media_type);
    put(&mut answer, header::CONTENT_LENGTH, &length.to_string());
    put(&mut answer, header::ACCEPT_RANGES, "bytes");
    if let Wanted::Part(first, last) = wanted {
        put(&mut answer, header::CONTENT_RANGE, &format!("bytes {first}-{last}/{size}"));
    }
    // A policy would hinder viewers of PDF, and means nothing to the others.
    if ["text/html", "image/svg+xml", "application/xml"].iter().any(|kind| media_type.starts_with(kind)) {
        put(&mut answer, header::CONTENT_SECURITY_POLICY, POLICY);
    }
    answer
}

fn with_tag(mut answer: Response<Content>, tag: &str) -> Response<Content> {
    put(&mut answer, header::ETAG, tag);
    // It may be kept, but is asked for again each time: editions are replaced.
    put(&mut answer, header::CACHE_CONTROL, "no-cache");
    answer
}

/// What web readers of other addresses ask before they ask for a part.
fn preflight() -> Response<Content> {
    let mut answer = answer(StatusCode::NO_CONTENT, Content::Bytes(None));
    put(&mut answer, header::ALLOW, METHODS);
    put(&mut answer, header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    put(&mut answer, header::ACCESS_CONTROL_ALLOW_HEADERS, "Range, If-Range, If-None-Match");
    put(&mut answer, header::ACCESS_CONTROL_MAX_AGE, "86400");
    answer
}

/// An answer with what all of them say.
fn answer(status: StatusCode, content: Content) -> Response<Content> {
    let mut answer = Response::new(content);
    *answer.status_mut() = status;
    put(&mut answer, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(&mut answer, header::REFERRER_POLICY, "no-referrer");
    put(&mut answer, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    let exposed = "Accept-Ranges, Content-Length, Content-Range, ETag";
    put(&mut answer, header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    answer
}

/// A page that says why there is no file.
fn page(status: StatusCode, why: &str) -> Response<Content> {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{status}</title>\n\
         <h1>{status}</h1>\n<p>{why}. <a href=\"/\">To the editions</a></p>\n</html>\n"
    );
    let length = html.len().to_string();
    let mut answer = answer(status, Content::Bytes(Some(Bytes::from(html))));
    put(&mut answer, header::CONTENT_TYPE, "text/html; charset=utf-8");
    put(&mut answer, header::CONTENT_LENGTH, &length);
    put(&mut answer, header::CONTENT_SECURITY_POLICY, POLICY);
    answer
}

fn put(answer: &mut Response<Content>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
}
