//! How time and memory grow with the book and with the number of editions.

use std::path::Path;

use super::jobs::Place;
use super::measure::{median, run};

/// One point of a curve: medians.
pub struct Point {
    /// How many copies, or editions.
    pub x: usize,
    pub cpu: f64,
    pub wall: f64,
    /// MiB.
    pub peak: f64,
}

/// A curve.
pub struct Curve {
    pub title: &'static str,
    /// What is counted along the x axis.
    pub of: &'static str,
    pub points: Vec<Point>,
    pub note: String,
}

pub const COPIES: [usize; 4] = [1, 2, 4, 8];
pub const EDITIONS: [usize; 5] = [1, 5, 15, 30, 60];

/// The latest edition of ever larger books.
pub fn copies(place: &Place, rounds: usize) -> Curve {
    let point = |copies: usize| {
        let source = place.sources.copies(copies, place.scratch);
        measure(place, copies, rounds, &source, &["--latest".to_owned()])
    };
    let points = COPIES.into_iter().map(point).collect();
    Curve { title: "One edition of the book copied n times", of: "copies", points, note: String::new() }
}

/// Ever more of the latest monthly editions.
pub fn editions(place: &Place, rounds: usize) -> Curve {
    let wanted = EDITIONS[EDITIONS.len() - 1];
    let (source, revisions, own) = place.sources.monthly(wanted, place.scratch);
    let point = |editions: usize| {
        let chosen = revisions.iter().skip(revisions.len().saturating_sub(editions));
        let flags: Vec<String> = chosen.flat_map(|it| ["--at".to_owned(), it.commit.clone()]).collect();
        measure(place, editions, rounds, &source, &flags)
    };
    let points = EDITIONS.into_iter().map(point).collect();
    let note = match wanted.saturating_sub(own) {
        0 => String::new(),
        more => {
            format!("{own} monthly editions are the document's own; the last {more} change one chapter each")
        }
    };
    Curve { title: "The last n monthly editions", of: "editions", points, note }
}

fn measure(place: &Place, x: usize, rounds: usize, source: &Path, flags: &[String]) -> Point {
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let samples: Vec<_> = (0..rounds)
        .map(|_| {
            let _ = std::fs::remove_dir_all(place.scratch.join("output/growth"));
            let command = place.bindery(source, "growth", &[&["--previous", "none"], &flags[..]].concat());
            run(vec![command], place.scratch).unwrap_or_else(|error| panic!("{error}"))
        })
        .collect();
    let of = |which: fn(&super::measure::Sample) -> f64| median(samples.iter().map(which));
    let point = Point { x, cpu: of(|s| s.cpu), wall: of(|s| s.wall), peak: of(|s| s.peak) };
    eprintln!("  {x}: {:.2} s CPU, {:.2} s wall, {:.0} MiB", point.cpu, point.wall, point.peak);
    point
}
