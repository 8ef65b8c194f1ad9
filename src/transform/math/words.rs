//! Words in equations: the argument of `\text`, which is not mathematics.

/// A piece of the argument.
pub(super) enum Word<'a> {
    /// Words as they are shown.
    Text(String),
    /// Mathematics between dollar signs.
    Math(&'a str),
}

/// Cuts LaTeX's text into words and mathematics, without its escapes.
pub(super) fn words(latex: &str) -> Vec<Word<'_>> {
    if latex == "&nbsp;" {
        return vec![Word::Text("\u{A0}".to_owned())];
    }
    let mut out = Vec::new();
    let mut text = String::new();
    let mut rest = latex;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '\\' => rest = escape(rest, &mut text),
            '~' => text.push('\u{A0}'),
            '{' | '}' => {}
            '$' => match rest.split_once('$') {
                Some((math, after)) => {
                    out.push(Word::Text(std::mem::take(&mut text)));
                    out.push(Word::Math(math));
                    rest = after;
                }
                None => text.push('$'),
            },
            '`' if rest.starts_with('`') => {
                text.push('“');
                rest = rest.get(1..).unwrap_or_default();
            }
            '\'' if rest.starts_with('\'') => {
                text.push('”');
                rest = rest.get(1..).unwrap_or_default();
            }
            '`' => text.push('‘'),
            '\'' => text.push('’'),
            c if c.is_whitespace() => {
                if !text.ends_with(' ') {
                    text.push(' ');
                }
            }
            c => text.push(c),
        }
    }
    out.push(Word::Text(text));
    out.retain(|word| !matches!(word, Word::Text(text) if text.is_empty()));
    out
}

/// What a backslash and what is behind it stand for; gives the rest.
fn escape<'a>(from: &'a str, text: &mut String) -> &'a str {
    let length = from.chars().take_while(char::is_ascii_alphabetic).count();
    if length > 0 {
        let (name, rest) = from.split_at(length);
        match name {
            "quad" | "qquad" | "enspace" | "space" => text.push(' '),
            "ldots" | "dots" => text.push('…'),
            "textbackslash" => text.push('\\'),
            "ss" => text.push('ß'),
            // A font or size: its words are kept.
            _ => {}
        }
        return rest.trim_start();
    }
    let Some(c) = from.chars().next() else { return from };
    match c {
        ',' | ';' | ':' | ' ' | '\n' | '\\' => text.push(' '),
        '!' | '(' | ')' => {}
        c => text.push(c),
    }
    from.get(c.len_utf8()..).unwrap_or_default()
}

/// The words of a function's name: `arg\,max`.
pub(super) fn name(latex: &str) -> String {
    let text: String = words(latex)
        .iter()
        .map(|word| match word {
            Word::Text(text) => text.as_str(),
            Word::Math(math) => math,
        })
        .collect();
    text.trim().to_owned()
}
