//! Places nodes in layers, as `dot` does.

use dugong::graphlib::{Graph as Layers, GraphOptions};
use dugong::{EdgeLabel, GraphLabel, LabelPos, LayoutError, NodeLabel, RankDir, WorkControl, WorkError};

use super::super::Refusal;
use super::parse::{Edge, Graph};
use super::shape::{self, Line, Point, Shape};

/// The most work that a layout may take, in the crate's units.
const MAX_WORK: usize = 6_000_000;
/// The size of labels of edges and clusters.
pub const SMALL: f64 = 12.0;

/// A graph with places.
#[derive(Debug)]
pub struct Placed {
    /// Each node's shape and centre.
    pub nodes: Vec<(Shape, Point)>,
    /// Each edge's way, from border to border, and the centre of its label.
    pub edges: Vec<(Vec<Point>, Option<Point>)>,
    /// Each cluster's middle and size; none for one without nodes.
    pub clusters: Vec<Option<(Point, Point)>>,
    /// Width and height of all.
    pub size: Point,
}

/// The lines of an edge's label.
pub fn edge_label(edge: &Edge) -> Vec<Line> {
    let label = edge.attributes.get("label").or(edge.attributes.get("xlabel"));
    label.filter(|text| !text.trim().is_empty()).map(|text| shape::lines(text, "")).unwrap_or_default()
}

/// Counts the work, so that a hostile graph ends in a diagnostic.
struct Budget(usize);

impl WorkControl for Budget {
    fn charge(&mut self, units: usize) -> Result<(), WorkError> {
        self.0 = self.0.checked_sub(units).ok_or(WorkError::Interrupted)?;
        Ok(())
    }
}

/// Places a graph.
///
/// # Errors
/// When it takes too long, or can't be placed.
pub fn place(graph: &Graph) -> Result<Placed, Refusal> {
    let direction = direction(graph);
    let vertical = matches!(direction, RankDir::TB | RankDir::BT);
    let shapes: Vec<Shape> = graph.nodes.iter().map(|node| shape::shape(node, vertical)).collect();
    let mut layers = layers(graph, &shapes, direction);
    dugong::layout_controlled(&mut layers, &mut Budget(MAX_WORK)).map_err(|error| {
        if matches!(error, LayoutError::Work(_)) {
            return Refusal::new("it is too large").hint("split it into smaller graphs");
        }
        Refusal::new(super::super::lowered(&error.to_string()))
    })?;
    Ok(read(graph, shapes, &layers))
}

fn direction(graph: &Graph) -> RankDir {
    match graph.attributes.get("rankdir").map(|d| d.to_ascii_uppercase()).as_deref() {
        Some("LR") => RankDir::LR,
        Some("RL") => RankDir::RL,
        Some("BT") => RankDir::BT,
        Some(_) | None => RankDir::TB,
    }
}

fn node_id(index: usize) -> String {
    format!("n{index}")
}

fn cluster_id(index: usize) -> String {
    format!("c{index}")
}

type Layered = Layers<NodeLabel, EdgeLabel, GraphLabel>;

/// The graph as the layout takes it.
fn layers(graph: &Graph, shapes: &[Shape], rankdir: RankDir) -> Layered {
    let mut layers: Layered = Layers::new(GraphOptions { multigraph: true, compound: true, directed: true });
    layers.set_graph(GraphLabel {
        rankdir,
        nodesep: 26.0,
        ranksep: 36.0,
        edgesep: 14.0,
        ..GraphLabel::default()
    });
    for (i, shape) in shapes.iter().enumerate() {
        layers.set_node(
            node_id(i),
            NodeLabel { width: shape.size.0, height: shape.size.1, ..NodeLabel::default() },
        );
    }
    for (i, used) in used_clusters(graph).into_iter().enumerate().filter(|(_, used)| *used) {
        debug_assert!(used);
        layers.set_node(cluster_id(i), NodeLabel::default());
        if let Some(parent) = graph.clusters.get(i).and_then(|c| c.parent) {
            layers.set_parent(cluster_id(i), cluster_id(parent));
        }
    }
    for (i, node) in graph.nodes.iter().enumerate() {
        if let Some(cluster) = node.cluster {
            layers.set_parent(node_id(i), cluster_id(cluster));
        }
    }
    for (i, edge) in graph.edges.iter().enumerate() {
        let lines = edge_label(edge);
        let (width, height) = if lines.is_empty() { (0.0, 0.0) } else { shape::extent(&lines, SMALL) };
        let number = |key: &str| edge.attributes.get(key).and_then(|v| v.parse::<f64>().ok());
        let free = edge.attributes.get("constraint").is_some_and(|c| c == "false");
        let label = EdgeLabel {
            width: if width > 0.0 { width + 6.0 } else { 0.0 },
            height,
            labelpos: LabelPos::C,
            minlen: number("minlen").map_or(1, |n| n.clamp(1.0, 8.0) as usize),
            weight: if free { 0.0 } else { number("weight").map_or(1.0, |n| n.clamp(0.0, 100.0)) },
            ..EdgeLabel::default()
        };
        layers.set_edge_named(node_id(edge.from.0), node_id(edge.to.0), Some(i.to_string()), Some(label));
    }
    layers
}

/// Which clusters hold a node.
fn used_clusters(graph: &Graph) -> Vec<bool> {
    let mut used = vec![false; graph.clusters.len()];
    for node in &graph.nodes {
        let mut cluster = node.cluster;
        while let Some(index) = cluster {
            if let Some(used) = used.get_mut(index) {
                *used = true;
            }
            cluster = graph.clusters.get(index).and_then(|c| c.parent);
        }
    }
    used
}

fn read(graph: &Graph, shapes: Vec<Shape>, layers: &Layered) -> Placed {
    let centre = |id: &str| layers.node(id).map(|n| (n.x.unwrap_or(0.0), n.y.unwrap_or(0.0)));
    let nodes: Vec<(Shape, Point)> = shapes
        .into_iter()
        .enumerate()
        .map(|(i, shape)| (shape, centre(&node_id(i)).unwrap_or_default()))
        .collect();
    let edges = graph
        .edges
        .iter()
        .enumerate()
        .map(|(i, edge)| {
            let key = i.to_string();
            let Some(label) = layers.edge(&node_id(edge.from.0), &node_id(edge.to.0), Some(&key)) else {
                return (Vec::new(), None);
            };
            let way = label.points.iter().map(|p| (p.x, p.y)).collect();
            (clipped(edge, way, &nodes), label.x.zip(label.y))
        })
        .collect();
    let clusters = (0..graph.clusters.len())
        .map(|i| {
            let node = layers.node(&cluster_id(i))?;
            let pad = 4.0;
            Some(((node.x?, node.y?), (node.width + pad, node.height + pad)))
        })
        .collect();
    let size = layers.graph();
    Placed { nodes, edges, clusters, size: (size.width, size.height) }
}

/// An edge's way with its ends on the outlines of its nodes.
fn clipped(edge: &Edge, mut way: Vec<Point>, nodes: &[(Shape, Point)]) -> Vec<Point> {
    let inner = way.len();
    let near = |index: usize| way.get(index).copied();
    let ends = [
        (edge.from.clone(), near(1), 0),
        (edge.to.clone(), inner.checked_sub(2).and_then(near), inner.saturating_sub(1)),
    ];
    for ((node, port), next, index) in ends {
        let Some((shape, centre)) = nodes.get(node) else { continue };
        let Some(next) = next else { continue };
        let (x, y) = shape.border((next.0 - centre.0, next.1 - centre.1), port.as_deref());
        if let Some(end) = way.get_mut(index) {
            *end = (centre.0 + x, centre.1 + y);
        }
    }
    way
}
