//! Remote images, when the user asks for them: fetched once into a cache
//! folder, within limits of size and time, and never from a place that the
//! document could reach only through the user's machine.

mod cache;
mod reach;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::unversioned::transport::DefaultConnector;
use url::Url;

use self::cache::Cache;
pub use self::reach::Reach;
use self::reach::{Guard, refusal};
use crate::media::RemoteImage;

/// How many are fetched at the same time.
const WORKERS: usize = 8;

/// The limits of fetching.
#[derive(Debug, Clone)]
pub struct FetchOptions {
    /// Which addresses are allowed.
    pub reach: Reach,
    /// Where what was fetched is kept; none keeps nothing.
    pub cache: Option<PathBuf>,
    /// The most bytes of an image.
    pub max_bytes: u64,
    /// The most bytes of all images of a run.
    pub max_bytes_in_all: u64,
    /// The longest time until a server is connected.
    pub connect_timeout: Duration,
    /// The longest time for one image, redirects included.
    pub timeout: Duration,
    /// The longest time for all images of an edition.
    pub timeout_in_all: Duration,
    /// How many redirects are followed for one image.
    pub max_redirects: u32,
}

impl Default for FetchOptions {
    fn default() -> Self {
        Self {
            reach: Reach::Public,
            cache: None,
            max_bytes: 20 << 20,
            max_bytes_in_all: 500 << 20,
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            timeout_in_all: Duration::from_secs(300),
            max_redirects: 5,
        }
    }
}

/// What came, or why nothing did, in a few words.
pub type Outcome = Result<RemoteImage, String>;

/// Fetches the images of a run, each address once.
#[derive(Debug)]
pub struct Fetcher {
    options: FetchOptions,
    cache: Option<Cache>,
    agent: Agent,
    seen: BTreeMap<String, Outcome>,
    /// How many bytes came so far.
    total: AtomicU64,
}

impl Fetcher {
    /// A fetcher that keeps to these limits. It uses no proxy, since a proxy
    /// would look up names behind the guard's back.
    pub fn new(options: FetchOptions) -> Self {
        let config = Agent::config_builder()
            .proxy(None)
            .max_redirects(options.max_redirects)
            .max_redirects_will_error(true)
            .timeout_connect(Some(options.connect_timeout))
            .timeout_global(Some(options.timeout))
            .user_agent(concat!("bindery/", env!("CARGO_PKG_VERSION")))
            .accept("image/*")
            .build();
        let agent = Agent::with_parts(config, DefaultConnector::default(), Guard::new(options.reach));
        let cache = options.cache.clone().map(Cache::new);
        Self { options, cache, agent, seen: BTreeMap::new(), total: AtomicU64::new(0) }
    }

    /// The images at some addresses, several at the same time. One that was
    /// asked for before, in this run or (if it came) an earlier one, is not
    /// fetched again.
    pub fn fetch(&mut self, addresses: &[String]) -> BTreeMap<String, Outcome> {
        let new: Vec<&String> = addresses.iter().filter(|a| !self.seen.contains_key(*a)).collect();
        let found = Mutex::new(Vec::new());
        let next = AtomicUsize::new(0);
        let started = Instant::now();
        // Threads of their own: those of the pool have better things to do
        // than wait for servers.
        std::thread::scope(|scope| {
            for _ in 0..WORKERS.min(new.len()) {
                scope.spawn(|| {
                    while let Some(address) = new.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let outcome = self.one(address, started);
                        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                        found.push(((*address).clone(), outcome));
                    }
                });
            }
        });
        self.seen.extend(found.into_inner().unwrap_or_else(PoisonError::into_inner));
        addresses.iter().filter_map(|a| Some((a.clone(), self.seen.get(a)?.clone()))).collect()
    }

    fn one(&self, address: &str, started: Instant) -> Outcome {
        check(address)?;
        if let Some(image) = self.cache.as_ref().and_then(|cache| cache.get(address)) {
            return Ok(image);
        }
        if started.elapsed() > self.options.timeout_in_all {
            return Err("the time for all images is over".to_owned());
        }
        if self.total.load(Ordering::Relaxed) > self.options.max_bytes_in_all {
            return Err("all images together are too large".to_owned());
        }
        let bytes = self.get(address).map_err(|error| self.words(error))?;
        self.total.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        match &self.cache {
            Some(cache) => cache.put(address, bytes),
            None => Ok(cache::image(bytes, cache::today())),
        }
    }

    fn get(&self, address: &str) -> Result<Vec<u8>, ureq::Error> {
        let mut response = self.agent.get(address).call()?;
        let limit = self.options.max_bytes;
        if response.body().content_length().is_some_and(|length| length > limit) {
            return Err(ureq::Error::BodyExceedsLimit(limit));
        }
        response.body_mut().with_config().limit(limit).read_to_vec()
    }

    /// An error in a few words that are the same on every machine.
    #[allow(clippy::wildcard_enum_match_arm, reason = "another crate's list, open to additions")]
    fn words(&self, error: ureq::Error) -> String {
        match error {
            ureq::Error::StatusCode(code) => format!("the server answers {code}"),
            ureq::Error::Timeout(_) => "it takes too long".to_owned(),
            ureq::Error::HostNotFound => "its host is not known".to_owned(),
            ureq::Error::TooManyRedirects => "it leads from place to place".to_owned(),
            ureq::Error::BodyExceedsLimit(_) => {
                format!("it has more than {} MB", self.options.max_bytes.div_ceil(1 << 20))
            }
            ureq::Error::Io(error) => refusal(&error).unwrap_or_else(|| {
                let is = |kind: ErrorKind| error.kind() == kind;
                if is(ErrorKind::TimedOut) || is(ErrorKind::WouldBlock) {
                    "it takes too long".to_owned()
                } else if is(ErrorKind::ConnectionRefused) {
                    "its server does not answer".to_owned()
                } else {
                    "its server can't be reached".to_owned()
                }
            }),
            other => other.to_string().lines().next().unwrap_or("it did not come").to_owned(),
        }
    }
}

/// Only the web, and without a password, which `edition.json` would publish.
fn check(address: &str) -> Result<(), String> {
    let url = Url::parse(address).map_err(|_| "its address is malformed".to_owned())?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(format!("`{}` is no protocol of the web", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("its address holds a password".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_are_fetched() {
        for (address, why) in [
            ("file:///etc/passwd", "`file`"),
            ("ftp://example.org/a.png", "`ftp`"),
            ("https://me:secret@example.org/a.png", "password"),
            ("https://", "malformed"),
        ] {
            assert!(check(address).unwrap_err().contains(why), "{address}");
        }
        assert_eq!(check("http://example.org/a.png"), Ok(()));
    }
}
