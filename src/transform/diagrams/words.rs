//! What a diagram is called for those who can't see it.

/// The longest alternative text, in characters.
const LONGEST: usize = 400;

/// Mermaid's kinds: the word that begins the source, and a name for people.
const KINDS: &[(&str, &str)] = &[
    ("flowchart", "Flowchart"),
    ("graph", "Flowchart"),
    ("sequenceDiagram", "Sequence diagram"),
    ("classDiagram", "Class diagram"),
    ("stateDiagram", "State diagram"),
    ("erDiagram", "Entity relationship diagram"),
    ("gantt", "Gantt chart"),
    ("pie", "Pie chart"),
    ("gitGraph", "Git graph"),
    ("mindmap", "Mind map"),
    ("timeline", "Timeline"),
    ("journey", "User journey"),
    ("quadrantChart", "Quadrant chart"),
    ("block", "Block diagram"),
    ("sankey", "Sankey diagram"),
    ("xychart", "Chart"),
    ("C4", "C4 diagram"),
    ("kanban", "Kanban board"),
    ("packet", "Packet diagram"),
    ("radar", "Radar chart"),
    ("requirementDiagram", "Requirement diagram"),
    ("treemap", "Treemap"),
    ("architecture", "Architecture diagram"),
];

/// The alternative text of a Mermaid diagram: what its author says
/// (`accTitle`, `accDescr`), else its kind and its labels.
pub fn mermaid(source: &str, labels: &[String]) -> String {
    let mut said = [None, None];
    let mut lines = source.lines().map(str::trim);
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("accTitle").map(str::trim_start) {
            said[0] = title.strip_prefix(':').map(|t| t.trim().to_owned());
        } else if let Some(text) = line.strip_prefix("accDescr").map(str::trim_start) {
            said[1] = match text.strip_prefix('{') {
                Some(first) => Some(braced(first, &mut lines)),
                None => text.strip_prefix(':').map(|t| t.trim().to_owned()),
            };
        }
    }
    let said: Vec<String> = said.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    if !said.is_empty() {
        return shortened(&said.join(": "));
    }
    let head = body(source).next().unwrap_or("");
    let kind = KINDS.iter().find(|(word, _)| head.starts_with(word)).map_or("Diagram", |(_, name)| *name);
    listed(kind, source, labels)
}

/// The alternative text of a graph: the labels of its clusters, nodes and
/// edges, as they were drawn.
pub fn dot(labels: &[String]) -> String {
    joined("Graph", labels.iter())
}

/// A description in braces, over several lines.
fn braced<'a>(first: &'a str, lines: &mut impl Iterator<Item = &'a str>) -> String {
    let mut words = Vec::new();
    for line in std::iter::once(first).chain(lines) {
        let (text, end) = line.split_once('}').map_or((line, false), |(text, _)| (text, true));
        words.extend(text.split_whitespace());
        if end {
            break;
        }
    }
    words.join(" ")
}

/// The lines of a Mermaid source behind its front matter, without comments
/// and directives.
fn body(source: &str) -> impl Iterator<Item = &str> {
    let mut lines = source.lines().map(str::trim).skip_while(|line| line.is_empty()).peekable();
    if lines.peek().is_some_and(|line| *line == "---") {
        lines.next();
        for line in lines.by_ref() {
            if line == "---" {
                break;
            }
        }
    }
    lines.filter(|line| !line.is_empty() && !line.starts_with("%%"))
}

/// A kind and the labels, each once, in the order of the source. Labels that
/// are not in it, such as those of an axis, are left out unless there are no
/// others.
fn listed(kind: &str, source: &str, labels: &[String]) -> String {
    let number = |label: &str| kind == "Sequence diagram" && label.bytes().all(|b| b.is_ascii_digit());
    let place = |label: &String| {
        if number(label) {
            return None; // counts messages
        }
        let first = label.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty())?;
        let word = |word: &&str| word.chars().any(char::is_alphabetic);
        source.find(label.as_str()).or_else(|| Some(first).filter(word).and_then(|word| source.find(word)))
    };
    let mut known: Vec<(usize, &String)> =
        labels.iter().filter_map(|label| place(label).map(|at| (at, label))).collect();
    known.sort_by_key(|(at, _)| *at);
    if known.is_empty() {
        joined(kind, labels.iter())
    } else {
        joined(kind, known.into_iter().map(|(_, l)| l))
    }
}

/// A kind and labels, each once, as many as fit.
fn joined<'a>(kind: &str, labels: impl Iterator<Item = &'a String>) -> String {
    let mut text = kind.to_owned();
    let mut seen: Vec<&String> = Vec::new();
    for label in labels {
        if seen.contains(&label) {
            continue;
        }
        let separator = if seen.is_empty() { ": " } else { "; " };
        if text.chars().count() + separator.len() + label.chars().count() > LONGEST {
            text.push_str(" …");
            break;
        }
        text.push_str(separator);
        text.push_str(label);
        seen.push(label);
    }
    text
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(LONGEST - 2).collect();
    short.truncate(short.rfind(' ').unwrap_or(short.len()));
    short.push_str(" …");
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_author_has_the_first_word() {
        let source = "flowchart TD\n accTitle: How it goes\n accDescr {\n A push\n is bound.\n }\n A-->B\n";
        assert_eq!(mermaid(source, &["A".to_owned()]), "How it goes: A push is bound.");
        assert_eq!(mermaid("pie\n accDescr: Pets\n", &[]), "Pets");
    }

    #[test]
    fn else_kind_and_labels_are_named_in_the_order_of_the_source() {
        let source = "---\ntitle: x\n---\n%% note\ngraph LR\n a[First] -- then --> b[Second]\n";
        let labels = ["then", "First", "Second", "First", "4000"].map(str::to_owned);
        assert_eq!(mermaid(source, &labels), "Flowchart: First; then; Second");
        assert_eq!(dot(&["b".to_owned(), "a".to_owned()]), "Graph: b; a");
    }

    #[test]
    fn long_ones_end_at_a_label() {
        let labels: Vec<String> = (0..200).map(|i| format!("label{i:03}")).collect();
        let text = mermaid(&format!("mindmap\n{}", labels.join("\n")), &labels);
        assert!(text.chars().count() <= LONGEST + 2 && text.ends_with(" …"), "{text}");
    }
}
