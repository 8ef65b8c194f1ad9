//! The examples of a specification, out of its text.

use std::path::Path;

/// An example: what is written, and the HTML that it means.
pub struct Example {
    /// Counts from 1, as in the published specification.
    pub number: usize,
    /// The section that it stands in.
    pub section: String,
    pub markdown: String,
    pub html: String,
}

/// The examples of `target/spec/NAME.txt`; none, with a word about it, where
/// the file is not there. `BINDERY_SPEC` names another folder. In CI it has
/// to be there.
pub fn examples(name: &str) -> Option<Vec<Example>> {
    let folder = std::env::var_os("BINDERY_SPEC")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/spec"), Into::into);
    let path = folder.join(name).with_extension("txt");
    let Ok(text) = std::fs::read_to_string(&path) else {
        let message = format!("{} is not there; fetch it with tests/tools/spec.py", path.display());
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "{message}");
        println!("SKIPPED: {message}");
        return None;
    };
    Some(parse(&text))
}

fn parse(text: &str) -> Vec<Example> {
    const FENCE: &str = "````````````````````````````````";
    let mut all = Vec::new();
    let mut section = String::new();
    let mut lines = text.split_inclusive('\n');
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix('#') {
            section = heading.trim_start_matches('#').trim().to_owned();
        }
        if !line.strip_prefix(FENCE).is_some_and(|info| info.starts_with(" example")) {
            continue;
        }
        // Tabs are written as arrows.
        let part = |end: &str, lines: &mut std::str::SplitInclusive<'_, char>| {
            let part: String = lines.take_while(|line| line.trim_end() != end).collect();
            part.replace('→', "\t")
        };
        let markdown = part(".", &mut lines);
        let html = part(FENCE, &mut lines);
        all.push(Example { number: all.len() + 1, section: section.clone(), markdown, html });
    }
    all
}
