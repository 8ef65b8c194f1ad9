//! Which family a piece of text is set in: runs of one script have one.

use unicode_script::{Script, UnicodeScript};
use unicode_width::UnicodeWidthStr;

use super::fonts::{Choice, Face, Fonts, is_ignorable};
use super::pieces::{Piece, is_emoji};
use crate::document::text::is_trap;

/// Puts grapheme clusters together to pieces.
pub(super) struct Cutter<'f, 't> {
    fonts: &'f Fonts,
    face: Face,
    out: Vec<Piece>,
    /// Clusters of one script that stand together.
    run: Vec<&'t str>,
    script: Script,
    /// White space that goes with what is before it if that has the same
    /// family as what is behind it.
    space: String,
}

impl<'f, 't> Cutter<'f, 't> {
    pub(super) fn new(fonts: &'f Fonts, face: Face) -> Self {
        Self { fonts, face, out: Vec::new(), run: Vec::new(), script: Script::Common, space: String::new() }
    }

    pub(super) fn finish(mut self) -> Vec<Piece> {
        self.end();
        self.out
    }

    /// Takes a piece that is no text.
    pub(super) fn put(&mut self, piece: Piece) {
        self.end();
        self.out.push(piece);
    }

    /// Takes a whole word of ASCII, which any face has all of, with what white
    /// space is behind it: most of a book. False if it has to be looked at
    /// closer.
    pub(super) fn plain(&mut self, word: &str) -> bool {
        let letters = word.trim_end_matches([' ', '\n', '\t']);
        let Some(last) = letters.bytes().next_back() else { return false };
        // Signs go with letters of another family before them.
        let follows = self.run.is_empty() && !matches!(self.out.last(), Some(Piece::Other { .. }));
        if !follows || !letters.bytes().all(|byte| byte.is_ascii_graphic()) {
            return false;
        }
        self.settle();
        text(&mut self.out, letters);
        self.script = if last.is_ascii_alphabetic() { Script::Latin } else { Script::Common };
        word.chars().skip(letters.len()).for_each(|c| self.white(c));
        true
    }

    /// Takes a grapheme cluster.
    pub(super) fn push(&mut self, cluster: &'t str) {
        let Some(first) = cluster.chars().next() else { return };
        if is_emoji(cluster, self.face) {
            self.end();
            match self.out.last_mut() {
                Some(Piece::Emoji(run)) => run.push_str(cluster),
                Some(_) | None => self.out.push(Piece::Emoji(cluster.to_owned())),
            }
            return;
        }
        match (first, self.face) {
            // What orders or hides characters is shown in code.
            (c, Face::Mono) if is_trap(c) => self.put(Piece::Missing(c)),
            ('\u{2028}' | '\u{2029}', Face::Text) => self.put(Piece::Line),
            ('\u{200B}', Face::Text) => self.put(Piece::Break),
            ('\u{FEFF}', Face::Text) => self.invisible("\u{2060}"),
            // Soft hyphens spoil the extracted text.
            ('\u{AD}' | '\u{FE0E}' | '\u{FE0F}', _) => {}
            (c, _) if c.is_whitespace() => self.white(c),
            (c, _) if is_ignorable(c) => self.invisible(cluster),
            _ => {
                let script = script(cluster);
                if script != Script::Inherited && script != self.script {
                    self.flush();
                    self.script = script;
                }
                // Selectors of a presentation have no effect but on emoji.
                self.run.push(cluster.trim_end_matches(['\u{FE0E}', '\u{FE0F}']));
            }
        }
    }

    /// Spaces keep their width where the fonts have it, and their bond.
    fn white(&mut self, c: char) {
        self.flush();
        self.space.push(match c {
            '\u{A0}' => c,
            '\t' | '\n' | '\r' | ' ' | '\u{B}' | '\u{C}' | '\u{85}' => ' ',
            _ if self.fonts.covers(self.face, c) => {
                self.settle();
                self.script = Script::Common;
                return match self.fonts.family(self.face, &[c.encode_utf8(&mut [0; 4])], false) {
                    Choice::Family(family) => {
                        let wide = self.face == Face::Mono && c == '\u{3000}';
                        other(&mut self.out, family, &c.to_string(), wide);
                    }
                    Choice::Usual | Choice::None => text(&mut self.out, &c.to_string()),
                };
            }
            '\u{2007}' | '\u{202F}' => '\u{A0}',
            _ => ' ',
        });
    }

    /// Characters without a picture go with what is before them.
    fn invisible(&mut self, cluster: &str) {
        self.flush();
        match self.out.last_mut() {
            Some(Piece::Other { text, .. }) if self.space.is_empty() => text.push_str(cluster),
            Some(_) | None => {
                self.settle();
                text(&mut self.out, cluster);
            }
        }
    }

    /// Ends the run, and what waits.
    fn end(&mut self) {
        self.flush();
        self.settle();
    }

    /// Writes the space that waits as text.
    fn settle(&mut self) {
        if !self.space.is_empty() {
            text(&mut self.out, &std::mem::take(&mut self.space));
        }
    }

    /// Writes the run.
    fn flush(&mut self) {
        if self.run.is_empty() {
            return;
        }
        let run = std::mem::take(&mut self.run);
        if run.iter().all(|cluster| cluster.chars().all(can_be_drawn)) && self.whole(&run) {
            return;
        }
        for cluster in run {
            if cluster.chars().all(can_be_drawn) && self.whole(&[cluster]) {
                continue;
            }
            self.settle();
            for c in cluster.chars().filter(|c| !is_ignorable(*c)) {
                let alone = c.to_string();
                if !(can_be_drawn(c) && self.whole(&[alone.as_str()])) {
                    self.out.push(Piece::Missing(c));
                }
            }
        }
    }

    /// Writes clusters in one family; false if no family has all of them.
    fn whole(&mut self, clusters: &[&str]) -> bool {
        let letters = !matches!(self.script, Script::Common | Script::Inherited | Script::Unknown);
        let mut choice = self.fonts.family(self.face, clusters, letters);
        // Signs go with the letters before them.
        if let (Choice::Family(_), false, Some(Piece::Other { family, .. })) =
            (choice, letters, self.out.last())
            && clusters.iter().all(|cluster| self.fonts.has(family, cluster))
        {
            choice = self.fonts.family_named(family);
        }
        match choice {
            Choice::None => return false,
            Choice::Usual => {
                self.settle();
                clusters.iter().for_each(|cluster| text(&mut self.out, cluster));
            }
            Choice::Family(family) => {
                let space = std::mem::take(&mut self.space);
                match self.out.last_mut() {
                    Some(Piece::Other { family: last, text, wide: false })
                        if last == family
                            && space.chars().all(|c| self.fonts.has(family, c.encode_utf8(&mut [0; 4]))) =>
                    {
                        text.push_str(&space);
                    }
                    Some(_) | None => text(&mut self.out, &space),
                }
                for cluster in clusters {
                    let wide = self.face == Face::Mono && cluster.width() == 2;
                    other(&mut self.out, family, cluster, wide);
                }
            }
        }
        true
    }
}

fn text(out: &mut Vec<Piece>, text: &str) {
    match out.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Text(run)) => run.push_str(text),
        Some(_) | None => out.push(Piece::Text(text.to_owned())),
    }
}

fn other(out: &mut Vec<Piece>, name: &str, cluster: &str, is_wide: bool) {
    match out.last_mut() {
        Some(Piece::Other { family, text, wide }) if family == name && *wide == is_wide => {
            text.push_str(cluster)
        }
        Some(_) | None => {
            out.push(Piece::Other { family: name.to_owned(), text: cluster.to_owned(), wide: is_wide });
        }
    }
}

/// The script of a cluster. Those that Chinese, Japanese and Korean are
/// written in count as one.
#[allow(clippy::wildcard_enum_match_arm, reason = "Unicode has some 170 scripts")]
fn script(cluster: &str) -> Script {
    let script = cluster
        .chars()
        .map(|c| c.script())
        .find(|script| *script != Script::Inherited)
        .unwrap_or(Script::Inherited);
    match script {
        Script::Hiragana | Script::Katakana | Script::Bopomofo | Script::Hangul => Script::Han,
        script => script,
    }
}

/// Whether a cluster is of a script whose words are parted by spaces and may
/// be cut where they are too long for a line.
pub(super) fn alphabetic(cluster: &str) -> bool {
    cluster.is_ascii()
        || matches!(
            script(cluster),
            Script::Latin | Script::Greek | Script::Cyrillic | Script::Common | Script::Inherited
        ) && cluster.width() < 2
}

/// Whether a character embeds, overrides or isolates a direction (UAX #9, 2).
pub(super) fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character can be put on the page. The replacement character and
/// private-use characters are refused even where a font has them: they mean
/// nothing in extracted text. So are controls.
fn can_be_drawn(c: char) -> bool {
    !(c.is_control()
        || matches!(c, '\u{FFFD}' | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' | '\u{E0000}'..='\u{E007F}'))
}
