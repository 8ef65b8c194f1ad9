//! Damage of every kind, to every byte.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use super::entry::RECORD;
use super::*;

fn key(name: &str) -> Key {
    Parts::new("test").with("name", name).finish()
}

fn labels() -> Labels {
    Labels { document: "tides".to_owned(), edition: "2021".to_owned() }
}

/// Files by their paths.
type Files = Vec<(String, Vec<u8>)>;

fn edition() -> Files {
    vec![("data/a.pdf".to_owned(), b"pages".to_vec()), ("empty".to_owned(), Vec::new())]
}

/// A cache with one entry, whose folder it gives.
fn kept(folder: &Path) -> (Cache, PathBuf) {
    let cache = Cache::new(folder.join("cache"), DEFAULT_LIMIT);
    cache.keep(&key("a"), labels(), &edition(), &"report".to_owned());
    assert_eq!(cache.notes(), [] as [&str; 0]);
    let entry = cache.editions().join(key("a").as_str());
    (cache, entry)
}

/// What is found under a key, if all of it is right.
fn found(cache: &Cache, key: &Key) -> Option<(Files, String)> {
    let entry = cache.find::<String>(key)?;
    Some((cache.read(&entry)?, entry.report))
}

#[test]
fn what_is_kept_is_found_under_its_key_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let (cache, _) = kept(folder.path());
    assert_eq!(found(&cache, &key("a")), Some((edition(), "report".to_owned())));
    assert_eq!(found(&cache, &key("b")), None);
    assert!(cache.find::<u8>(&key("a")).is_none(), "a report of another form");
    cache.keep(&key("a"), labels(), &[], &"other".to_owned());
    assert_eq!(found(&cache, &key("a")), Some((Vec::new(), "other".to_owned())));
    let list = cache.list();
    assert_eq!((list.len(), list[0].labels.clone(), list[0].files), (1, Some(labels()), 0));
}

#[test]
fn no_byte_of_an_entry_may_change() {
    let folder = tempfile::tempdir().expect("a folder");
    let (cache, entry) = kept(folder.path());
    for file in std::fs::read_dir(&entry).expect("reads") {
        let path = file.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("reads");
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 0x20;
            std::fs::write(&path, &other).expect("writes");
            assert_eq!(found(&cache, &key("a")), None, "{} at {at}", path.display());
            std::fs::write(&path, &bytes[..at]).expect("writes");
            assert_eq!(found(&cache, &key("a")), None, "{} cut at {at}", path.display());
        }
        std::fs::write(&path, &bytes).expect("writes");
        assert!(found(&cache, &key("a")).is_some());
    }
}

proptest! {
    #[test]
    fn a_record_from_elsewhere_is_never_trusted(bytes: Vec<u8>, path in "[a-z./\\\\:]{0,12}") {
        let folder = tempfile::tempdir().expect("a folder");
        let (cache, entry) = kept(folder.path());
        std::fs::write(entry.join(RECORD), &bytes).expect("writes");
        prop_assert_eq!(found(&cache, &key("a")), None);
        // With the right hash in front, but files that no edition has.
        let file = format!(r#"{{"path":{path:?},"size":0,"sha256":"../../x"}}"#);
        let json = format!(r#"{{"schema":1,"key":"{}","labels":{{"document":"","edition":""}},"files":[{file}],"report":""}}"#, key("a"));
        let sum = crate::output::manifest::sha256(json.as_bytes());
        std::fs::write(entry.join(RECORD), format!("{sum}\n{json}")).expect("writes");
        prop_assert_eq!(found(&cache, &key("a")), None);
    }
}

#[test]
fn small_things_are_recalled_under_their_key_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = Cache::new(folder.path().to_owned(), DEFAULT_LIMIT);
    assert_eq!(cache.recall(&key("a")), None);
    for value in [b"a title".as_slice(), b""] {
        cache.remember(&key("a"), value);
        assert_eq!(cache.recall(&key("a")).as_deref(), Some(value));
    }
    cache.remember(&key("a"), b"a title");
    let (a, b) = (cache.known().join(key("a").as_str()), cache.known().join(key("b").as_str()));
    let bytes = std::fs::read(&a).expect("reads");
    std::fs::copy(&a, &b).expect("copies");
    assert_eq!(cache.recall(&key("b")), None, "of another key");
    for at in 0..bytes.len() {
        let mut other = bytes.clone();
        other[at] ^= 1;
        std::fs::write(&a, &other).expect("writes");
        assert_eq!(cache.recall(&key("a")), None, "at {at}");
    }
}

#[test]
fn what_was_of_no_use_for_the_longest_time_goes_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let big = Cache::new(folder.path().to_owned(), DEFAULT_LIMIT);
    let files = |name: &str| vec![("f".to_owned(), name.repeat(1000).into_bytes())];
    for (hours, name) in [(1, "a"), (3, "b"), (2, "c")] {
        big.keep(&key(name), labels(), &files(name), &());
        let record = big.editions().join(key(name).as_str()).join(RECORD);
        let record = std::fs::File::options().append(true).open(record).expect("opens");
        record.set_modified(SystemTime::now() - Duration::from_secs(hours * 3600)).expect("set");
    }
    // What a run has begun and not finished is old enough to go, or is not.
    let begun = [big.editions().join(".part-old"), big.editions().join(".part-new")];
    begun.iter().for_each(|path| std::fs::create_dir(path).expect("made"));
    let old = std::fs::File::open(&begun[0]).expect("opens");
    old.set_modified(SystemTime::now() - Duration::from_secs(48 * 3600)).expect("set");
    let all: u64 = big.list().iter().map(|used| used.size).sum();
    let small = Cache::new(folder.path().to_owned(), all);
    let there = |name: &str| small.find::<()>(&key(name)).is_some();
    // `b` was of use just now.
    small.touch(&small.find::<()>(&key("b")).expect("is there"));
    small.keep(&key("d"), labels(), &files("d"), &());
    assert_eq!(["a", "b", "c", "d"].map(there), [true, true, false, true]);
    assert_eq!(begun.map(|path| path.exists()), [false, true]);
    assert_eq!(small.notes(), [] as [&str; 0]);
}

#[test]
fn a_cache_that_can_not_be_written_says_so_and_no_more() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("file"), "").expect("written");
    let cache = Cache::new(folder.path().join("file"), DEFAULT_LIMIT);
    cache.keep(&key("a"), labels(), &edition(), &());
    cache.remember(&key("a"), b"x");
    assert_eq!((cache.recall(&key("a")), cache.find::<()>(&key("a")).is_none()), (None, true));
    assert!(cache.notes().len() >= 2, "{:?}", cache.notes());
    assert_eq!((cache.list().len(), cache.clear(None).expect("nothing to clear").number), (0, 0));
}
