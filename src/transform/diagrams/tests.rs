use super::*;
use crate::document::Role;

fn draws(language: Language, source: &str) -> Drawn {
    drawn(language, None, source).unwrap_or_else(|refusal| panic!("{source}: {}", refusal.message))
}

fn svg(drawn: &Drawn) -> String {
    String::from_utf8(drawn.media.bytes.to_vec()).expect("UTF-8")
}

fn refuses(language: Language, source: &str) -> String {
    let refusal = drawn(language, None, source).expect_err("refused");
    format!("{}: {}", refusal.line, refusal.message)
}

/// A diagram of each kind, and what its alternative text is.
const KINDS: &[(&str, &str)] = &[
    (
        "flowchart TD\n A[Push] --> B{Green?}\n B -- yes --> C[(Store)]\n subgraph s [Box]\n C --> D((End))\n end\n",
        "Flowchart: Push; Green?; yes; Store; Box; End",
    ),
    (
        "sequenceDiagram\n autonumber\n participant A as Alan\n actor G as Grace\n A->>+G: ask\n G-->>-A: answer\n Note over A,G: both\n loop often\n A->>G: again\n end\n",
        "Sequence diagram: Alan; Grace; ask; answer; both; loop; [often]; again",
    ),
    (
        "classDiagram\n class Animal {\n +String name\n +speak() String\n }\n Animal <|-- Dog : is\n",
        "Class diagram: Animal; +String name; +speak() : String; Dog; is",
    ),
    (
        "stateDiagram-v2\n [*] --> Still\n Still --> Moving : push\n Moving --> [*]\n",
        "State diagram: Still; Moving; push",
    ),
    (
        "erDiagram\n CUSTOMER ||--o{ ORDER : places\n CUSTOMER {\n string name\n }\n",
        "Entity relationship diagram: CUSTOMER; ORDER; places; string; name",
    ),
    (
        "gantt\n title Plan\n dateFormat YYYY-MM-DD\n section Work\n Draft :done, a, 2024-01-01, 9d\n Print :crit, after a, 5d\n",
        "Gantt chart: Plan; Work; Draft; 2024-01-01; Print",
    ),
    ("pie showData\n title Pets\n \"Dogs\" : 30\n \"Cats\" : 10\n", "Pie chart: Pets; Dogs [30]; Cats [10]"),
    (
        "gitGraph\n commit id: \"first\"\n branch side\n checkout side\n commit id: \"second\"\n",
        "Git graph: first; side; second",
    ),
    ("mindmap\n root((Bindery))\n  Inputs\n   Git\n  Outputs\n", "Mind map: Bindery; Inputs; Git; Outputs"),
    (
        "timeline\n title Print\n 1450 : Type\n 1886 : Linotype\n",
        "Timeline: Print; 1450; Type; 1886; Linotype",
    ),
    ("journey\n title Day\n section Work\n Tea: 5: Me\n", "User journey: Day; Work; Tea; Me"),
    (
        "quadrantChart\n title Reach\n x-axis Low --> High\n quadrant-1 Grow\n Point: [0.3, 0.6]\n",
        "Quadrant chart: Reach; Low; High; Grow; Point",
    ),
    ("block-beta\n columns 2\n a[\"Front\"] b[\"Back\"]\n", "Block diagram: Front; Back"),
    ("sankey-beta\nCoal,Heat,40\nGas,Heat,30\n", "Sankey diagram: Coal 40; Heat 70; Gas 30"),
    (
        "C4Context\n title Library\n Person(r, \"Reader\", \"Reads\")\n System(b, \"Bindery\", \"Binds\")\n Rel(r, b, \"Asks\")\n",
        "C4 diagram: Library; [Person]; Reader; Reads; Bindery; Binds; Asks",
    ),
    ("kanban\n Todo\n  [Write]\n Done\n  [Read]\n", "Kanban board: Todo; Write; Done; Read"),
    (
        "radar-beta\n title Marks\n axis m[\"Math\"], s[\"Science\"], e[\"English\"]\n curve a[\"Alice\"]{85, 90, 80}\n",
        "Radar chart: Marks; Math; Science; English; Alice",
    ),
    (
        "requirementDiagram\n requirement need {\n id: 1\n text: hold\n risk: high\n verifymethod: test\n }\n element part {\n type: box\n }\n part - satisfies -> need\n",
        "Requirement diagram: need; part; <<satisfies>>",
    ),
    (
        "architecture-beta\n service db(database)[Store]\n service web(server)[Web]\n db:R -- L:web\n",
        "Architecture diagram: Store; Web",
    ),
];

#[test]
fn every_kind_is_drawn_with_its_words() {
    for (source, alt) in KINDS {
        let drawn = draws(Language::Mermaid, source);
        assert_eq!(drawn.alt, *alt, "{source}");
        assert!(drawn.media.width > 40 && drawn.media.height > 20, "{source}");
        assert!(drawn.media.width < 1200 && drawn.media.height < 1200, "{source}: {:?}", drawn.media.width);
        assert!(drawn.smallest >= 9.0, "{source}: {}", drawn.smallest);
    }
}

#[test]
fn drawings_hold_text_and_nothing_that_runs_or_reaches_out() {
    for (source, _) in KINDS {
        let text = svg(&draws(Language::Mermaid, source));
        assert!(text.contains("<text") && text.contains(finish::FAMILIES), "{source}");
        for never in ["<style", "<script", "foreignObject", "href=\"http", "class=", "onclick", "<filter"] {
            assert!(!text.contains(never), "{never} in {source}");
        }
        assert!(text.contains(r##"fill="#ffffff"/>"##), "no ground: {source}");
    }
}

#[test]
fn deep_branches_of_a_mind_map_have_their_lines() {
    let lines = |source: &str| svg(&draws(Language::Mermaid, source)).matches("stroke-width=\"1.6\"").count();
    assert_eq!(lines("mindmap\n a\n  b\n"), 0);
    let deep = "mindmap\n  a\n    b\n      c\n        d\n          e\n";
    assert_eq!(lines(deep), 2, "{}", svg(&draws(Language::Mermaid, deep)));
}

#[test]
fn links_and_markup_in_labels_do_nothing() {
    let source = "flowchart LR\n A[\"<script>alert(1)</script><b>bold</b>\"] --> B[plain]\n click B \"https://example.org/\" \"tip\"\n";
    let text = svg(&draws(Language::Mermaid, source));
    assert!(!text.contains("script>") && !text.contains("example.org"), "{text}");
    assert!(text.contains("plain"), "{text}");
}

#[test]
fn a_drawing_is_the_same_in_every_thread() {
    let first: Vec<Drawn> = KINDS.iter().map(|(source, _)| draws(Language::Mermaid, source)).collect();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for ((source, _), first) in KINDS.iter().zip(&first) {
                    assert_eq!(draws(Language::Mermaid, source).media, first.media, "{source}");
                }
            });
        }
    });
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    assert_eq!(
        refuses(Language::Mermaid, "graph TD\n A -->\n B[open\n"),
        "2: unterminated node label (missing `]`)"
    );
    assert_eq!(refuses(Language::Mermaid, "hello\n"), "0: no Mermaid diagram type detected");
    assert_eq!(refuses(Language::Mermaid, "zenuml\n A.b()\n"), "0: its kind, `zenuml`, is not supported");
    assert_eq!(refuses(Language::Mermaid, " \n"), "0: it is empty");
    assert_eq!(refuses(Language::Mermaid, "graph TD\n A[中] --> B\n"), "0: no font has the character U+4E2D");
    assert_eq!(refuses(Language::Dot, "digraph {\n a -> [\n}"), "1: a name is missing here");
}

#[test]
fn hostile_sources_end_soon() {
    let many: String = (0..10_000).map(|i| format!("n{i} --> n{}\n", i + 1)).collect();
    assert_eq!(
        refuses(Language::Mermaid, &format!("flowchart LR\n{many}")),
        "0: its source is longer than 24 KiB"
    );
    let dense: String = (0..900).map(|i| format!("n{} --> n{}\n", i * 7 % 211, i * 13 % 197)).collect();
    let started = std::time::Instant::now();
    // Drawn or refused, but not for ever.
    let _ = drawn(Language::Mermaid, None, &format!("flowchart LR\n{dense}"));
    let dense = dense.replace("-->", "->");
    let _ = drawn(Language::Dot, None, &format!("digraph {{\n{dense}\n}}"));
    let nested = "subgraph a {".repeat(1000);
    assert!(refuses(Language::Dot, &format!("digraph {{{nested}")).contains("nest"));
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn a_panic_inside_a_drawing_is_a_refusal() {
    fn gives_up(_: &str) -> Option<Result<String, String>> {
        panic!("no more\nlines")
    }
    let key = key(Language::Dot, true, "digraph { a }");
    let refusal = draw(Language::Dot, Some(gives_up), "digraph { a }", key).expect_err("refused");
    assert_eq!(refusal.message, "what draws it gave up: no more");
}

#[test]
fn graphs_are_drawn_with_clusters_records_and_labels() {
    let source = "digraph { rankdir=LR; subgraph cluster_a { label=Inside; a [shape=record label=\"<x> one|two\"] } b [label=\"B\\nside\" shape=diamond]; a:x -> b [label=edge style=dashed]; b -> b }";
    let drawn = draws(Language::Dot, source);
    assert_eq!(drawn.alt, "Graph: Inside; one; two; B side; edge");
    let text = svg(&drawn);
    assert!(text.contains("stroke-dasharray"), "{text}");
    assert!(!text.contains("<style") && text.contains("<text"), "{text}");
}

#[test]
fn the_program_of_the_machine_draws_where_it_may() {
    fn program(_: &str) -> Option<Result<String, String>> {
        let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='80' height='40'><script>x</script><text x='9' y='20'>drawn elsewhere</text></svg>";
        Some(Ok(svg.to_owned()))
    }
    fn missing(_: &str) -> Option<Result<String, String>> {
        None
    }
    let by = |program| drawn(Language::Dot, program, "digraph { here }").expect("drawn").alt;
    assert_eq!(by(Some(program as GraphProgram)), "Graph: drawn elsewhere");
    assert_eq!(by(Some(missing as GraphProgram)), "Graph: here");
}

#[test]
fn code_blocks_become_figures_or_stay_with_a_diagnostic() {
    let text = "# T\n\n```mermaid\ngraph TD\n A-->B\n```\n\n```mermaid\nflowchart\n A -->\n  B[open\n```\n\n```plantuml\n@startuml\n```\n";
    let (mut files, mut media) = (Files::default(), MediaBag::default());
    let file = files.add("a.md", text);
    let block = |language: &str, from: &str, code: &str| {
        let start = text.find(from).expect("in the text");
        let end = start + text[start..].find("\n```\n").expect("closed") + 4;
        let kind = BlockKind::Code(CodeBlock {
            info: language.to_owned(),
            language: Some(language.to_owned()),
            text: code.to_owned(),
            hidden: String::new(),
        });
        Block { kind, span: Span::new(file, start..end) }
    };
    let mut chapter = Chapter {
        key: "a.md".to_owned(),
        title: "T".to_owned(),
        number: None,
        depth: 0,
        role: Role::Text,
        language: None,
        blocks: vec![
            block("mermaid", "```mermaid\ngraph", "graph TD\n A-->B\n"),
            block("mermaid", "```mermaid\nflow", "flowchart\n A -->\n  B[open\n"),
            block("plantuml", "```plantuml", "@startuml\n"),
        ],
        footnotes: Vec::new(),
        span: Span::new(file, 0..text.len()),
    };
    let mut said = Vec::new();
    apply(&mut chapter, &files, None, &mut media, &mut said);
    let BlockKind::Figure { image, .. } = &chapter.blocks[0].kind else { panic!("no figure") };
    assert_eq!(image.alt, "Flowchart: A; B");
    let ImageSource::Media(path) = &image.source else { panic!("no media") };
    assert!(path.starts_with(DIAGRAMS) && media.get(path).is_some());
    assert!(chapter.blocks[1..].iter().all(|block| matches!(block.kind, BlockKind::Code(_))));
    let said: Vec<String> = said
        .iter()
        .filter(|d| d.rule.is_none())
        .map(|d| {
            let place = d.locate(&files).place.expect("a place");
            format!("{}:{} {}", place.line, place.column, d.code.as_str())
        })
        .collect();
    assert_eq!(said, ["11:3 diagram-failed", "14:1 diagram-unsupported"]);
}
