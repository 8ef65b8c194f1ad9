//! Mermaid's diagrams, drawn without a browser.

use std::sync::LazyLock;

use merman::svg::{
    CssOverridePolicy, DeterministicTextMeasurer, MeasurementProfileId, RenderResourceLimitId,
    RenderResourcePolicy, ResourceLimitId, ScopedCssPostprocessor, SvgPipeline, SvgRenderOptions,
    TextMeasurementPolicy, TextMeasurementProfile, TextMeasurementProfileIdentity, TextStyle,
};
use merman::{
    Engine, MermaidConfig, OperationControl, ParseOptions, RenderError, RenderOutput, RenderRequest,
    Renderer, SvgEnvironment, SvgRequest,
};

use super::Refusal;
use crate::typeface;

/// How diagrams look: Mermaid's own configuration, sizes in CSS pixels.
const LOOK: &str = include_str!("../../../templates/diagrams.json");
/// What that configuration can't say.
const STYLE: &str = include_str!("../../../templates/diagrams.css");
/// Labels get so much more room than they need, for reading systems that set
/// them in another font.
const ROOM: f64 = 1.05;
/// The most work that a layout may take, in the crate's units. The largest
/// diagrams that can be read on a page take a tenth of it.
const MAX_WORK: usize = 4_000_000;

/// The renderer, with what never changes.
static RENDERER: LazyLock<(Renderer, SvgRequest)> = LazyLock::new(|| {
    let look = serde_json::from_str(LOOK).unwrap_or_default();
    let renderer = Renderer::new()
        .with_engine(Engine::new().with_site_config(MermaidConfig::from_value(look)))
        .with_parse_options(ParseOptions::strict());
    let style =
        ScopedCssPostprocessor::new(STYLE).with_override_policy(CssOverridePolicy::StripExistingImportant);
    let request = SvgRequest {
        environment: environment(),
        pipeline: Some(SvgPipeline::resvg_safe().with_postprocessor(style)),
        options: SvgRenderOptions { diagram_id: Some("diagram".to_owned()), ..SvgRenderOptions::default() },
        ..SvgRequest::default()
    };
    (renderer, request)
});

/// Text as wide as our fonts have it, no clock, no chance, and limits.
fn environment() -> SvgEnvironment {
    let mut limits = RenderResourcePolicy::interactive();
    // Fails for limits that can't be set only; these can.
    let _ = limits.apply_limit(ResourceLimitId::Render(RenderResourceLimitId::MaxLayoutWorkUnits), MAX_WORK);
    let environment = SvgEnvironment::deterministic().with_resource_policy(limits);
    let measurer = DeterministicTextMeasurer::default().with_width_callback(|text, style: &TextStyle| {
        let bold = style.font_weight.as_deref().is_some_and(|w| w == "bold" || w >= "600");
        typeface::width(text, bold) * style.font_size * ROOM
    });
    let identity = MeasurementProfileId::new("bindery.embedded")
        .and_then(|id| TextMeasurementProfileIdentity::new(id, "1"));
    match identity {
        Ok(identity) => environment.with_text_measurement_policy(TextMeasurementPolicy::uniform(
            TextMeasurementProfile::new(identity, measurer),
        )),
        Err(_) => environment,
    }
}

/// Draws a diagram: SVG with style sheets, for [`super::finish`].
///
/// # Errors
/// What Mermaid has to say about the source.
pub fn draw(source: &str) -> Result<String, Refusal> {
    let (renderer, request) = &*RENDERER;
    let request = RenderRequest::svg(source, OperationControl::new(), request.clone());
    match renderer.render(request) {
        Ok(RenderOutput::Svg(Some(drawing))) => Ok(drawing.svg().to_owned()),
        Ok(_) => Err(Refusal::new("it names no kind of diagram that is known")),
        Err(error) => Err(refusal(source, &error)),
    }
}

fn refusal(source: &str, error: &RenderError) -> Refusal {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or("");
    if let RenderError::ResourceLimitExceeded(_) = error {
        return Refusal::new("it is too large").hint("split it into smaller diagrams");
    }
    if line.starts_with("Unsupported diagram type") {
        let kind = line.split([':', ';']).nth(1).unwrap_or("").trim();
        return Refusal::new(format!("its kind, `{kind}`, is not supported"));
    }
    let message = line.split_once("): ").map_or(line, |(_, rest)| rest);
    let mut refusal = Refusal::new(super::lowered(message));
    if let RenderError::Parse(diagnostic) = error
        && let Some(span) = diagnostic.terminal_diagnostic_details().span
    {
        let before = source.get(..span.start.min(source.len())).unwrap_or("");
        refusal.line = before.matches('\n').count();
    }
    refusal
}
