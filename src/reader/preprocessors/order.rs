//! The order in which preprocessors run: mdBook's. Those that wait for none
//! come first, by name; then those that waited for them.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use crate::diag::{Code, Diagnostic};
use crate::span::Span;

/// The names in their order. What waits in a circle comes last, by name.
pub(super) fn ordered(
    tables: &BTreeMap<String, Table>,
    place: &impl Fn(&str) -> Option<Span>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<String> {
    // Each with those it waits for.
    let mut waits: BTreeMap<&str, BTreeSet<&str>> =
        tables.keys().map(|k| (k.as_str(), BTreeSet::new())).collect();
    for (name, table) in tables {
        for (key, before) in [("before", true), ("after", false)] {
            let others = table.get(key).and_then(Value::as_array).into_iter().flatten();
            for other in others.filter_map(Value::as_str) {
                let Some((other, _)) = tables.get_key_value(other) else {
                    let message = format!(
                        "`{key}` of the preprocessor `{name}` names `{other}`, which the book does not ask for"
                    );
                    let mut problem = Diagnostic::new(Code::PreprocessorInput, message);
                    problem.severity = crate::diag::Severity::Note;
                    problem.span = place(name);
                    problems.push(problem.hint("it has no effect"));
                    continue;
                };
                let (who, whom) = if before { (other, name) } else { (name, other) };
                waits.entry(who).or_default().insert(whom);
            }
        }
    }
    let mut out = Vec::new();
    while !waits.is_empty() {
        let ready: Vec<&str> =
            waits.iter().filter(|(_, whom)| whom.is_empty()).map(|(who, _)| *who).collect();
        if ready.is_empty() {
            let names: Vec<String> = waits.keys().map(|name| format!("`{name}`")).collect();
            let message = format!("the preprocessors {} wait for one another", names.join(", "));
            let mut problem = Diagnostic::new(Code::PreprocessorInput, message);
            problem.span = waits.keys().find_map(|name| place(name));
            problems.push(problem.hint("they run by name; look at their `before` and `after`"));
            out.extend(waits.keys().map(|name| (*name).to_owned()));
            break;
        }
        for name in &ready {
            waits.remove(name);
        }
        for whom in waits.values_mut() {
            whom.retain(|name| !ready.contains(name));
        }
        out.extend(ready.into_iter().map(str::to_owned));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str) -> (Vec<String>, Vec<String>) {
        let tables: BTreeMap<String, Table> = text
            .parse::<Table>()
            .expect("TOML")
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_table()?.clone())))
            .collect();
        let mut problems = Vec::new();
        let names = ordered(&tables, &|_| None, &mut problems);
        (names, problems.iter().map(|p| p.message.clone()).collect())
    }

    #[test]
    fn by_name_unless_they_wait() {
        assert_eq!(run("[links]\n[b]\n[a]\n").0, ["a", "b", "links"]);
        assert_eq!(
            run("[links]\nbefore = [\"a\"]\n[b]\n[a]\n[c]\nafter = [\"a\"]\n").0,
            ["b", "links", "a", "c"]
        );
    }

    #[test]
    fn circles_and_strangers_are_named() {
        let (names, problems) = run("[b]\nafter = [\"c\", \"x\"]\n[c]\nafter = [\"b\"]\n[d]\n");
        assert_eq!(names, ["d", "b", "c"]);
        assert_eq!(
            problems,
            [
                "`after` of the preprocessor `b` names `x`, which the book does not ask for",
                "the preprocessors `b`, `c` wait for one another",
            ]
        );
    }
}
