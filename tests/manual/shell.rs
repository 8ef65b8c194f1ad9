//! Command lines out of blocks of shell.

/// The command lines of Bindery in a block, as words: of `sh` all lines, of
/// `console` those after `$`.
pub fn commands(info: &str, text: &str) -> Vec<Vec<String>> {
    let text = match info {
        "sh" => text.to_owned(),
        "console" => {
            text.lines().filter_map(|line| line.strip_prefix("$ ")).map(|line| format!("{line}\n")).collect()
        }
        _ => return Vec::new(),
    };
    let text = text.replace("\\\n", " ");
    text.lines().flat_map(simple).filter_map(ours).collect()
}

/// The commands of a line, taken apart at `&&`, `||`, `|`, `;` and `>`.
fn simple(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let (mut word, mut begun, mut quote) = (String::new(), false, None);
    for c in line.chars().chain([' ']) {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None, '\'' | '"') => (quote, begun) = (Some(c), true),
            (None, '#') if !begun => break,
            (None, ' ' | '&' | '|' | ';' | '>' | '(' | ')') => {
                if std::mem::take(&mut begun) {
                    commands.last_mut().expect("there is one").push(std::mem::take(&mut word));
                }
                if c != ' ' {
                    commands.push(Vec::new());
                }
            }
            (_, c) => {
                word.push(c);
                begun = true;
            }
        }
    }
    commands
}

/// A command that runs Bindery, beginning with its name.
fn ours(words: Vec<String>) -> Option<Vec<String>> {
    let assigned = |word: &&String| word.contains('=') && !word.starts_with('-');
    let mut words: Vec<String> = {
        let skip = words.iter().take_while(assigned).count();
        words.into_iter().skip(skip).collect()
    };
    if words.first().is_some_and(|word| word == "cargo") && words.get(1).is_some_and(|word| word == "run") {
        let at = words.iter().position(|word| word == "--")?;
        words.drain(..at);
        words[0] = "bindery".to_owned();
    }
    (words.first()? == "bindery").then_some(words)
}
