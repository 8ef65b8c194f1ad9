//! Curves as an SVG: four small panels, readable on light and dark grounds.

use std::fmt::Write;

use super::growth::{Curve, Point};

const STYLE: &str = "\
  text { font: 12px system-ui, sans-serif; fill: #3c4043 }
  .title { font-weight: 600; fill: #1d1d1f }
  .axis { stroke: #80868b; fill: none }
  .grid { stroke: #dadce0; fill: none }
  .line { stroke: #1f4e79; stroke-width: 2; fill: none }
  .dot { fill: #1f4e79 }
  .ideal { stroke: #b3541e; stroke-dasharray: 4 4; fill: none }
  .key { fill: #b3541e }
  @media (prefers-color-scheme: dark) {
    text { fill: #bdc1c6 } .title { fill: #e8eaed } .axis { stroke: #9aa0a6 } .grid { stroke: #3c4043 }
    .line { stroke: #8ab4f8 } .dot { fill: #8ab4f8 } .ideal { stroke: #f6aa78 } .key { fill: #f6aa78 }
  }
";

const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 230.0;
/// Left, top, right, bottom of what is drawn in a panel.
const FRAME: [f64; 4] = [52.0, 34.0, 324.0, 190.0];

/// The panels: time above, memory below, a curve a column.
pub fn svg(curves: &[Curve]) -> String {
    let (width, height) = (WIDTH * curves.len() as f64, HEIGHT * 2.0 + 24.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-label=\"CPU time and peak memory by size of the book and number of editions\">\n<style>\n{STYLE}</style>\n"
    );
    for (column, curve) in curves.iter().enumerate() {
        let x = column as f64 * WIDTH;
        panel(&mut out, (x, 0.0), curve, "CPU time, s", |point| point.cpu, true);
        panel(&mut out, (x, HEIGHT), curve, "peak memory, MiB", |point| point.peak, false);
    }
    let _ = writeln!(
        out,
        "<path class=\"ideal\" d=\"M52 {y} h28\"/><text class=\"key\" x=\"86\" y=\"{t}\">what is new, each at the cost of the first</text>\n</svg>",
        y = height - 14.0,
        t = height - 10.0
    );
    out
}

fn panel(out: &mut String, at: (f64, f64), curve: &Curve, unit: &str, value: fn(&Point) -> f64, ideal: bool) {
    let [left, top, right, bottom] = FRAME;
    let most_x = curve.points.iter().map(|p| p.x).max().unwrap_or(1) as f64;
    let step = nice(curve.points.iter().map(value).fold(0.0, f64::max) / 4.0);
    let most = step * (curve.points.iter().map(value).fold(0.0, f64::max) / step).ceil().max(1.0);
    let x = |n: f64| left + (right - left) * n / most_x;
    let y = |v: f64| bottom - (bottom - top) * v / most;
    let _ = writeln!(out, "<g transform=\"translate({} {})\">", at.0, at.1);
    let _ = writeln!(out, "<text class=\"title\" x=\"{left}\" y=\"16\">{}</text>", curve.title);
    let _ = writeln!(out, "<text x=\"{left}\" y=\"{}\">{unit}</text>", top - 4.0);
    let mut v = 0.0;
    while v <= most + step / 2.0 {
        let class = if v == 0.0 { "axis" } else { "grid" };
        let _ = writeln!(out, "<path class=\"{class}\" d=\"M{left} {:.1} H{right}\"/>", y(v));
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{v}</text>",
            left - 6.0,
            y(v) + 4.0
        );
        v += step;
    }
    for point in &curve.points {
        let n = point.x as f64;
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            x(n),
            bottom + 16.0,
            point.x
        );
    }
    let _ =
        writeln!(out, "<text x=\"{right}\" y=\"{}\" text-anchor=\"end\">{}</text>", bottom + 32.0, curve.of);
    if let (true, Some(first)) = (ideal, curve.points.first()) {
        let slope = value(first) / first.x as f64;
        let end = most_x.min(most / slope);
        let _ = writeln!(
            out,
            "<path class=\"ideal\" d=\"M{:.1} {:.1} L{:.1} {:.1}\"/>",
            x(0.0),
            y(0.0),
            x(end),
            y(slope * end)
        );
    }
    let line: Vec<String> =
        curve.points.iter().map(|p| format!("{:.1} {:.1}", x(p.x as f64), y(value(p)))).collect();
    let _ = writeln!(out, "<path class=\"line\" d=\"M{}\"/>", line.join(" L"));
    for point in &curve.points {
        let _ = writeln!(
            out,
            "<circle class=\"dot\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\"/>",
            x(point.x as f64),
            y(value(point))
        );
    }
    out.push_str("</g>\n");
}

/// The next of 1, 2, 5, 10, 20, … that is no less.
fn nice(step: f64) -> f64 {
    if !step.is_finite() || step <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(step.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|n| *n >= step).unwrap_or(step)
}
