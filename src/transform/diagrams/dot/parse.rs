//! DOT → a graph, as the grammar of Graphviz's documentation has it.

use std::collections::BTreeMap;

use super::super::Refusal;
use super::lex::{Token, tokens};

/// How many nodes, edges and clusters a graph may have. A page has no room
/// for more.
const MAX_NODES: usize = 400;
const MAX_EDGES: usize = 800;
const MAX_CLUSTERS: usize = 60;
/// How deep subgraphs may nest.
const MAX_DEPTH: usize = 24;

/// Attributes by name. A label that is HTML-like has become plain text.
pub type Attributes = BTreeMap<String, String>;

/// A graph.
#[derive(Debug, Default)]
pub struct Graph {
    /// Whether edges have a direction.
    pub directed: bool,
    /// The graph's own attributes.
    pub attributes: Attributes,
    /// In the order in which they were first named.
    pub nodes: Vec<Node>,
    /// In the order of the source.
    pub edges: Vec<Edge>,
    /// Outer ones before inner ones.
    pub clusters: Vec<Cluster>,
}

/// A node.
#[derive(Debug)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Its attributes, defaults included.
    pub attributes: Attributes,
    /// The innermost cluster that it stands in.
    pub cluster: Option<usize>,
}

/// An edge.
#[derive(Debug)]
pub struct Edge {
    /// Where it begins, and the port there.
    pub from: (usize, Option<String>),
    /// Where it ends, and the port there.
    pub to: (usize, Option<String>),
    /// Its attributes, defaults included.
    pub attributes: Attributes,
}

/// A cluster.
#[derive(Debug, Default)]
pub struct Cluster {
    /// Its attributes.
    pub attributes: Attributes,
    /// The cluster around it.
    pub parent: Option<usize>,
}

/// Parses a graph.
///
/// # Errors
/// At the line where the source does not fit the grammar.
pub fn parse(source: &str) -> Result<Graph, Refusal> {
    let tokens = tokens(source)?;
    let mut parser = Parser { tokens: &tokens, at: 0, graph: Graph::default(), names: BTreeMap::new() };
    parser.document()?;
    Ok(parser.graph)
}

/// What a subgraph hands to those inside it.
#[derive(Debug, Clone, Default)]
struct Scope {
    nodes: Attributes,
    edges: Attributes,
    /// Of the subgraph itself, or of the graph.
    own: Attributes,
    cluster: Option<usize>,
}

struct Parser<'a> {
    tokens: &'a [(Token, usize)],
    at: usize,
    graph: Graph,
    names: BTreeMap<String, usize>,
}

type Ends = Vec<(usize, Option<String>)>;

impl Parser<'_> {
    fn error(&self, message: impl Into<String>) -> Refusal {
        let mut refusal = Refusal::new(message);
        let here = self.tokens.get(self.at).or(self.tokens.last());
        refusal.line = here.map_or(0, |(_, line)| *line);
        refusal
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn accept(&mut self, sign: char) -> bool {
        let fits = self.peek() == Some(&Token::Sign(sign));
        self.at += usize::from(fits);
        fits
    }

    fn demand(&mut self, sign: char) -> Result<(), Refusal> {
        if self.accept(sign) { Ok(()) } else { Err(self.error(format!("`{sign}` is missing here"))) }
    }

    fn keyword(&self) -> Option<String> {
        match self.peek() {
            Some(Token::Id { text, quoted: false }) => {
                let word = text.to_ascii_lowercase();
                let known = ["strict", "graph", "digraph", "node", "edge", "subgraph"];
                known.contains(&word.as_str()).then_some(word)
            }
            Some(Token::Id { quoted: true, .. } | Token::Html(_) | Token::Arrow | Token::Sign(_)) | None => {
                None
            }
        }
    }

    fn id(&mut self) -> Result<String, Refusal> {
        let text = match self.peek() {
            Some(Token::Id { text, .. }) => text.clone(),
            Some(Token::Html(html)) => match plain(html) {
                Some(text) => text,
                None => return Err(self.error("tables in HTML-like labels are not supported")),
            },
            Some(Token::Arrow | Token::Sign(_)) | None => return Err(self.error("a name is missing here")),
        };
        self.at += 1;
        Ok(text)
    }

    fn document(&mut self) -> Result<(), Refusal> {
        if self.keyword().as_deref() == Some("strict") {
            self.at += 1;
        }
        match self.keyword().as_deref() {
            Some("digraph") => self.graph.directed = true,
            Some("graph") => {}
            Some(_) | None => return Err(self.error("a graph begins with `graph` or `digraph`")),
        }
        self.at += 1;
        if self.peek() != Some(&Token::Sign('{')) {
            self.id()?;
        }
        let mut scope = Scope::default();
        self.body(&mut scope, 0)?;
        self.graph.attributes = scope.own;
        if self.peek().is_some() {
            return Err(self.error("there is more behind the end of the graph"));
        }
        if self.graph.nodes.is_empty() {
            return Err(Refusal::new("the graph has no nodes"));
        }
        Ok(())
    }

    /// `{ … }`; gives the nodes named in it.
    fn body(&mut self, scope: &mut Scope, depth: usize) -> Result<Vec<usize>, Refusal> {
        if depth > MAX_DEPTH {
            return Err(self.error("subgraphs nest too deeply"));
        }
        self.demand('{')?;
        let mut inside = Vec::new();
        while !self.accept('}') {
            if self.peek().is_none() {
                return Err(self.error("`}` is missing at the end"));
            }
            if self.accept(';') || self.accept(',') {
                continue;
            }
            self.statement(scope, depth, &mut inside)?;
        }
        inside.sort_unstable();
        inside.dedup();
        Ok(inside)
    }

    fn statement(&mut self, scope: &mut Scope, depth: usize, inside: &mut Vec<usize>) -> Result<(), Refusal> {
        if let Some(word @ ("graph" | "node" | "edge")) = self.keyword().as_deref() {
            let word = word.to_owned();
            self.at += 1;
            let given = self.attributes()?;
            let into = match word.as_str() {
                "node" => &mut scope.nodes,
                "edge" => &mut scope.edges,
                _ => &mut scope.own,
            };
            into.extend(given);
            return Ok(());
        }
        let assigns = matches!(self.tokens.get(self.at + 1), Some((Token::Sign('='), _)));
        if assigns {
            let name = self.id()?;
            self.at += 1;
            let value = self.id()?;
            scope.own.insert(name.to_ascii_lowercase(), value);
            return Ok(());
        }
        let (first, single) = self.ends(scope, depth)?;
        let mut chain = vec![first];
        while self.peek() == Some(&Token::Arrow) {
            self.at += 1;
            chain.push(self.ends(scope, depth)?.0);
        }
        inside.extend(chain.iter().flatten().map(|(node, _)| *node));
        let given = self.attributes()?;
        if let [only] = chain.as_slice() {
            if let (true, [(node, _)]) = (single, only.as_slice())
                && let Some(node) = self.graph.nodes.get_mut(*node)
            {
                node.attributes.extend(given);
            }
            return Ok(());
        }
        let mut attributes = scope.edges.clone();
        attributes.extend(given);
        for pair in chain.windows(2) {
            let [from, to] = pair else { continue };
            for (from, to) in from.iter().flat_map(|from| to.iter().map(move |to| (from, to))) {
                if self.graph.edges.len() >= MAX_EDGES {
                    return Err(too_large());
                }
                let (from, to) = (from.clone(), to.clone());
                self.graph.edges.push(Edge { from, to, attributes: attributes.clone() });
            }
        }
        Ok(())
    }

    /// A node with its port, or a subgraph; and whether it is a node.
    fn ends(&mut self, scope: &Scope, depth: usize) -> Result<(Ends, bool), Refusal> {
        if self.keyword().as_deref() == Some("subgraph") || self.peek() == Some(&Token::Sign('{')) {
            let nodes = self.subgraph(scope, depth)?;
            return Ok((nodes.into_iter().map(|node| (node, None)).collect(), false));
        }
        let name = self.id()?;
        let mut port = None;
        if self.accept(':') {
            port = Some(self.id()?);
            if self.accept(':') {
                self.id()?; // a compass point; edges end where they meet the border
            }
        }
        Ok((vec![(self.node(name, scope)?, port)], true))
    }

    fn subgraph(&mut self, scope: &Scope, depth: usize) -> Result<Vec<usize>, Refusal> {
        let mut name = String::new();
        if self.keyword().is_some() {
            self.at += 1;
            if self.peek() != Some(&Token::Sign('{')) {
                name = self.id()?;
            }
        }
        let mut inner = Scope { own: Attributes::new(), ..scope.clone() };
        let cluster = name.starts_with("cluster").then_some(self.graph.clusters.len());
        if let Some(index) = cluster {
            if index >= MAX_CLUSTERS {
                return Err(too_large());
            }
            self.graph.clusters.push(Cluster { attributes: Attributes::new(), parent: scope.cluster });
            inner.cluster = Some(index);
        }
        let inside = self.body(&mut inner, depth + 1)?;
        if let Some(cluster) = cluster.and_then(|index| self.graph.clusters.get_mut(index)) {
            cluster.attributes = inner.own;
        }
        Ok(inside)
    }

    /// The node of a name, which is made where it is named first.
    fn node(&mut self, name: String, scope: &Scope) -> Result<usize, Refusal> {
        if let Some(index) = self.names.get(&name) {
            if let Some(node) = self.graph.nodes.get_mut(*index)
                && node.cluster.is_none()
            {
                node.cluster = scope.cluster;
            }
            return Ok(*index);
        }
        let index = self.graph.nodes.len();
        if index >= MAX_NODES {
            return Err(too_large());
        }
        self.names.insert(name.clone(), index);
        let attributes = scope.nodes.clone();
        self.graph.nodes.push(Node { name, attributes, cluster: scope.cluster });
        Ok(index)
    }

    /// `[a=b, c=d][e=f]`
    fn attributes(&mut self) -> Result<Attributes, Refusal> {
        let mut out = Attributes::new();
        while self.accept('[') {
            while !self.accept(']') {
                if self.peek().is_none() {
                    return Err(self.error("`]` is missing"));
                }
                if self.accept(',') || self.accept(';') {
                    continue;
                }
                let name = self.id()?.to_ascii_lowercase();
                let value = if self.accept('=') { self.id()? } else { "true".to_owned() };
                out.insert(name, value);
            }
        }
        Ok(out)
    }
}

fn too_large() -> Refusal {
    Refusal::new(format!("it has more than {MAX_NODES} nodes, {MAX_EDGES} edges or {MAX_CLUSTERS} clusters"))
        .hint("split it into smaller graphs")
}

/// The text of an HTML-like label; none for one with a table or an image.
fn plain(html: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = html.trim();
    while let Some((before, tail)) = rest.split_once('<') {
        out.push_str(&before.split_whitespace().collect::<Vec<_>>().join(" "));
        if before.ends_with(char::is_whitespace) && !before.trim().is_empty() {
            out.push(' ');
        }
        let (tag, after) = tail.split_once('>')?;
        let name = tag.trim_matches(['/', ' ']).split(' ').next().unwrap_or("").to_ascii_lowercase();
        match name.as_str() {
            "br" => out.push_str("\\n"),
            "table" | "tr" | "td" | "th" | "hr" | "vr" | "img" => return None,
            _ => {}
        }
        rest = after;
        if rest.starts_with(char::is_whitespace) && !out.is_empty() && !out.ends_with("\\n") {
            out.push(' ');
        }
    }
    out.push_str(&rest.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut text = out.trim().to_owned();
    for (entity, sign) in
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", "\u{A0}"), ("&#39;", "'"), ("&amp;", "&")]
    {
        text = text.replace(entity, sign);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(source: &str) -> String {
        let graph = parse(source).unwrap_or_else(|r| panic!("{}: {}", r.line, r.message));
        let name = |i: usize| graph.nodes[i].name.as_str();
        let edges: Vec<String> =
            graph.edges.iter().map(|e| format!("{}>{}", name(e.from.0), name(e.to.0))).collect();
        let nodes: Vec<&str> = graph.nodes.iter().map(|n| n.name.as_str()).collect();
        format!("{} | {} | {} clusters", nodes.join(" "), edges.join(" "), graph.clusters.len())
    }

    #[test]
    fn the_grammar_is_read() {
        assert_eq!(show("digraph { a -> b -> c; d }"), "a b c d | a>b b>c | 0 clusters");
        assert_eq!(
            show("strict graph G { 1 -- -2.5; \"a\" + \" b\" -- {x; y} }"),
            "1 -2.5 a b x y | 1>-2.5 a b>x a b>y | 0 clusters"
        );
        assert_eq!(
            show(
                "digraph{// c\n#c\n/* c */ subgraph cluster_a { label=A; a:p:n->b } a->c [label=<x<br/>&amp; <b>y</b>>]}"
            ),
            "a b c | a>b a>c | 1 clusters"
        );
    }

    #[test]
    fn attributes_and_defaults_reach_what_they_are_for() {
        let graph = parse("digraph { node [shape=box] a; { node [color=red] b } c [shape=oval, label=<x<br/>&amp; <b>y</b>>] rankdir=LR; {rank=same a c} }").expect("fits");
        let get = |i: usize, key: &str| graph.nodes[i].attributes.get(key).map(String::as_str);
        assert_eq!((get(0, "shape"), get(0, "color")), (Some("box"), None));
        assert_eq!((get(1, "shape"), get(1, "color")), (Some("box"), Some("red")));
        assert_eq!((get(2, "shape"), get(2, "label")), (Some("oval"), Some("x\\n& y")));
        assert_eq!(graph.attributes.get("rankdir").map(String::as_str), Some("LR"));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let wrong = |source: &str| {
            let refusal = parse(source).expect_err("wrong");
            format!("{} {}", refusal.line, refusal.message)
        };
        assert_eq!(wrong("a -> b"), "0 a graph begins with `graph` or `digraph`");
        assert_eq!(wrong("digraph {\n a -> \n}"), "2 a name is missing here");
        assert_eq!(wrong("digraph {\n a [label=\"x]\n}"), "1 a string does not end");
        assert_eq!(wrong("digraph {\n a"), "1 `}` is missing at the end");
        assert_eq!(
            wrong("digraph { a [label=<<table></table>>] }"),
            "0 tables in HTML-like labels are not supported"
        );
        assert!(
            wrong(&format!("digraph {{ {} }}", (0..500).map(|i| format!("n{i};")).collect::<String>()))
                .contains("400")
        );
        assert_eq!(wrong(&format!("digraph {}", "{".repeat(5000))), "0 subgraphs nest too deeply");
    }
}
