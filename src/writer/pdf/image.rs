//! Images and figures → Typst, and what stands for an image without bytes.

use super::data::media_path;
use super::markup::Markup;
use super::pieces::push_string;
use crate::document::{Image, ImageSource, Inline, Length};
use crate::media::DIAGRAMS;

impl<'a> Markup<'a> {
    pub(super) fn figure(&mut self, image: &'a Image, caption: &'a [Inline]) {
        self.check_drawing(image);
        match self.picture(image, true) {
            Some(picture) if image.decorative && caption.is_empty() => {
                self.raw(&format!("#adornment({picture})"));
            }
            Some(picture) => {
                self.raw(&format!("#fig({picture}, "));
                if caption.is_empty() {
                    self.raw("none");
                } else {
                    self.raw("[");
                    self.inlines(caption);
                    self.raw("]");
                }
                self.raw(")");
            }
            None => {
                self.stand_in("frame-box", image);
                if !caption.is_empty() {
                    self.call("par", |m| m.inlines(caption));
                }
            }
        }
    }

    /// What stands for an image without bytes.
    pub(super) fn stand_in(&mut self, function: &str, image: &Image) {
        let alt = if image.alt.is_empty() { "without description" } else { &image.alt };
        let whose = if image.alt.is_empty() { "own" } else { "alternative" };
        self.raw(&format!("#{function}([#{whose}["));
        self.in_alternative = !image.alt.is_empty();
        self.text(alt);
        self.in_alternative = false;
        self.raw("]], ");
        match &image.source {
            ImageSource::Remote(url) if !self.in_link => {
                self.raw("(");
                self.string(url);
                self.raw(", [");
                self.own(url);
                self.raw("])");
            }
            ImageSource::Remote(_)
            | ImageSource::Media(_)
            | ImageSource::Missing(_)
            | ImageSource::Unresolved(_) => self.raw("none"),
        }
        self.raw(")");
    }

    /// The call that draws an image at the size its pixels, the author and
    /// the page allow; none if there are no bytes.
    pub(super) fn picture(&self, image: &Image, block: bool) -> Option<String> {
        let ImageSource::Media(path) = &image.source else { return None };
        let media = self.cx.media.get(path)?;
        let g = self.cx.geometry;
        // Words in diagrams are as large as those around them in usual type.
        let grown = if path.starts_with(DIAGRAMS) { (g.text_size / 10.5).max(1.0) } else { 1.0 };
        let (natural_width, natural_height) =
            (f64::from(media.width.max(1)) * 0.75 * grown, f64::from(media.height.max(1)) * 0.75 * grown);
        let points = |length: Length, whole: f64| match length {
            Length::Pixels(px) => px * 0.75,
            Length::Percent(share) => whole * share / 100.0,
        };
        let width = image.width.map(|l| points(l, g.measure()));
        let height = image.height.map(|l| points(l, g.text_height()));
        let ratio = natural_height / natural_width;
        let mut width = match (width, height) {
            (Some(width), _) => width,
            (None, Some(height)) => height / ratio,
            (None, None) => natural_width,
        };
        // What a diagram says is in its text, which should stay readable.
        let share = if path.starts_with(DIAGRAMS) {
            0.9
        } else if block {
            0.55
        } else {
            0.5
        };
        let highest = g.text_height() * share;
        width = width.min(g.measure()).min(highest / ratio).max(1.0);
        let mut call = String::from("image(");
        push_string(&mut call, &media_path(media));
        if image.decorative {
            call.insert_str(0, "pdf.artifact(");
            call.push_str(&format!(", width: {width:.2}pt))"));
            return Some(call);
        }
        call.push_str(", alt: ");
        push_string(&mut call, if image.alt.trim().is_empty() { "image" } else { &image.alt });
        call.push_str(&format!(", width: {width:.2}pt)"));
        Some(call)
    }
}
