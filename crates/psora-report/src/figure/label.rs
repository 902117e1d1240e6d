//! Names at the ends of curves, pushed apart where they would overlap.

use super::canvas::Canvas;

/// The least distance between two names, in pixels.
const APART: f64 = 13.0;

/// A name wanted at a height.
#[derive(Debug)]
pub(crate) struct EndLabel<'a> {
    pub(crate) class: &'a str,
    pub(crate) y: f64,
    pub(crate) text: String,
}

/// Writes names at `x`, each as near to its height as the others allow, within `(top, bottom)`.
pub(crate) fn end_labels(
    canvas: &mut Canvas,
    x: f64,
    (top, bottom): (f64, f64),
    mut labels: Vec<EndLabel<'_>>,
) {
    labels.retain(|label| label.y.is_finite());
    labels.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut floor = top;
    for label in &mut labels {
        label.y = label.y.max(floor);
        floor = label.y + APART;
    }
    let mut ceiling = bottom;
    for label in labels.iter_mut().rev() {
        label.y = label.y.min(ceiling);
        ceiling = label.y - APART;
    }
    for label in &labels {
        canvas.text(
            &format!("end-label {}", label.class),
            (x, label.y + 3.5),
            &label.text,
        );
    }
}

/// A name of at most `length` characters: whole, or its first words and an ellipsis.
pub(crate) fn shorten(name: &str, length: usize) -> String {
    if name.chars().count() <= length {
        return name.to_owned();
    }
    let room = length.saturating_sub(1);
    let start: String = name.chars().take(room + 1).collect();
    // Cut between words, unless that would leave less than half.
    let cut = match start.rsplit_once(char::is_whitespace) {
        Some((words, _)) if 2 * words.chars().count() >= room => words.to_owned(),
        _ => start.chars().take(room).collect(),
    };
    format!("{}…", cut.trim_end_matches([' ', ',', ';']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Ids;

    #[test]
    fn names_that_would_overlap_stand_apart() {
        let mut canvas = Canvas::new(100.0, 100.0);
        let labels = ["a", "b", "c"].map(|text| EndLabel {
            class: "",
            y: 98.0,
            text: text.to_owned(),
        });
        end_labels(&mut canvas, 0.0, (0.0, 100.0), labels.into());
        let svg = canvas.finish(&mut Ids::default(), "", "");
        let heights: Vec<f64> = svg
            .split(" y=\"")
            .skip(1)
            .map(|rest| {
                rest.split('"')
                    .next()
                    .expect("closed")
                    .parse()
                    .expect("number")
            })
            .collect();
        assert_eq!(heights.len(), 3);
        assert!(
            heights.windows(2).all(|pair| pair[1] - pair[0] >= APART),
            "{heights:?}"
        );
        assert!(heights[2] <= 103.5, "{heights:?}");
    }

    #[test]
    fn a_long_name_is_cut_between_words() {
        assert_eq!(shorten("guselkumab 100 mg", 14), "guselkumab…");
        assert_eq!(shorten("deucravacitinib", 10), "deucravac…");
        assert_eq!(shorten("placebo", 14), "placebo");
    }
}
