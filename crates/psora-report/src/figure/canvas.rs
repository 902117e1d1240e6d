//! The sheet that a figure is drawn on, and the text that becomes of it.

use std::fmt::Write as _;

/// Hands out identifiers that are unique in a page.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    last: usize,
}

impl Ids {
    /// The next identifier.
    pub(crate) fn next(&mut self) -> String {
        self.last += 1;
        format!("f{}", self.last)
    }
}

/// A figure in the making; sizes are in its own pixels, y grows downwards.
#[derive(Debug)]
pub(crate) struct Canvas {
    width: f64,
    height: f64,
    body: String,
}

impl Canvas {
    /// An empty sheet.
    pub(crate) fn new(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            body: String::new(),
        }
    }

    /// Adds a path with the given classes; an empty path adds nothing.
    pub(crate) fn path(&mut self, class: &str, data: &str) {
        if !data.is_empty() {
            let _ = write!(self.body, "<path class=\"{class}\" d=\"{data}\"/>");
        }
    }

    /// Adds a straight line, unless an end is not finite.
    pub(crate) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        if [from.0, from.1, to.0, to.1].into_iter().all(f64::is_finite) {
            let data = format!(
                "M{} {}L{} {}",
                place(from.0),
                place(from.1),
                place(to.0),
                place(to.1)
            );
            self.path(class, &data);
        }
    }

    /// Adds text; `class` sets its anchor (`middle`, `end`) and size.
    pub(crate) fn text(&mut self, class: &str, at: (f64, f64), text: &str) {
        if at.0.is_finite() && at.1.is_finite() {
            let _ = write!(
                self.body,
                "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>",
                place(at.0),
                place(at.1),
                escape(text)
            );
        }
    }

    /// Opens a group; `attributes` stand in its tag as they are.
    pub(crate) fn open(&mut self, attributes: &str) {
        let _ = write!(self.body, "<g {attributes}>");
    }

    /// Closes the group opened last.
    pub(crate) fn close(&mut self) {
        self.body.push_str("</g>");
    }

    /// The drawing as an SVG element that says nothing that the words beside it do not.
    pub(crate) fn decoration(self) -> String {
        let (width, height) = (place(self.width), place(self.height));
        format!(
            "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
             aria-hidden=\"true\">{}</svg>",
            self.body
        )
    }

    /// The figure as an SVG element that a screen reader reads as `title` and `description`.
    pub(crate) fn finish(self, ids: &mut Ids, title: &str, description: &str) -> String {
        let id = ids.next();
        format!(
            "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-labelledby=\"{id}t {id}d\">\
             <title id=\"{id}t\">{}</title><desc id=\"{id}d\">{}</desc>{}</svg>\n",
            place(self.width),
            place(self.height),
            escape(title),
            escape(description),
            self.body
        )
    }
}

/// A coordinate with at most one decimal: a tenth of a pixel cannot be seen.
pub(crate) fn place(value: f64) -> String {
    debug_assert!(value.is_finite(), "only finite places are drawn");
    let text = format!("{value:.1}");
    let text = text.trim_end_matches(".0");
    if text == "-0" { "0" } else { text }.to_owned()
}

/// Text that HTML and SVG take literally, in content and in quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_break_out_of_the_page() {
        assert_eq!(
            escape("<b a=\"x\">&'"),
            "&lt;b a=&quot;x&quot;&gt;&amp;&#39;"
        );
    }

    #[test]
    fn a_line_without_a_finite_end_is_not_drawn() {
        let mut canvas = Canvas::new(10.0, 10.0);
        canvas.line("grid", (0.0, f64::NAN), (1.0, 1.0));
        let svg = canvas.finish(&mut Ids::default(), "t", "d");
        assert!(!svg.contains("<path"), "{svg}");
    }
}
