//! Small pieces of HTML that several sections are made of.

use crate::figure::escape;
use crate::reading;
use std::fmt::Write as _;

/// A column's heading, and how its cells are set.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Heading<'a> {
    /// Words, set to the left.
    Text(&'a str),
    /// Numbers, set to the right.
    Number(&'a str),
}

/// A table of plain text; the first cell of a row names it.
pub(crate) fn table(
    headings: &[Heading<'_>],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> String {
    let mut html = String::from("<div class=\"wide\"><table><thead><tr>");
    for heading in headings {
        let (class, text) = match heading {
            Heading::Text(text) => ("text", text),
            Heading::Number(text) => ("number", text),
        };
        let _ = write!(
            html,
            "<th scope=\"col\" class=\"{class}\">{}</th>",
            escape(text)
        );
    }
    html.push_str("</tr></thead><tbody>\n");
    for row in rows {
        html.push_str("<tr>");
        for (cell, heading) in row.iter().zip(headings) {
            let class = match heading {
                Heading::Text(_) => "text",
                Heading::Number(_) => "number",
            };
            let _ = write!(html, "<td class=\"{class}\">{}</td>", escape(cell));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody></table></div>\n");
    html
}

/// Something that a reader may unfold.
pub(crate) fn details(summary: &str, content: &str) -> String {
    format!(
        "<details><summary>{}</summary>{content}</details>\n",
        escape(summary)
    )
}

/// A figure with its panels side by side; `size` is a class of the style sheet.
pub(crate) fn figure(size: &str, panels: &str, caption: &str) -> String {
    let caption = if caption.is_empty() {
        String::new()
    } else {
        format!("<figcaption>{}</figcaption>", escape(caption))
    };
    format!("<figure><div class=\"panels {size}\">\n{panels}</div>{caption}</figure>\n")
}

/// Opens a section.
pub(crate) fn section(id: &str, title: &str) -> String {
    format!("<section id=\"{id}\"><h2>{}</h2>\n", escape(title))
}

/// A paragraph of plain text.
pub(crate) fn paragraph(text: &str) -> String {
    format!("<p>{}</p>\n", escape(text))
}

/// Text in which a DOI can be followed.
pub(crate) fn with_doi_link(text: &str) -> String {
    let Some(doi) = reading::doi(text) else {
        return escape(text);
    };
    let at = text.find(doi).expect("the DOI was found in the text");
    // `https://doi.org/` and `doi:` before it are the link's own words.
    let before = text[..at]
        .trim_end_matches("https://doi.org/")
        .trim_end_matches("http://dx.doi.org/")
        .trim_end_matches("doi:");
    let after = &text[at + doi.len()..];
    let doi = escape(doi);
    format!(
        "{}<a href=\"https://doi.org/{doi}\">doi:{doi}</a>{}",
        escape(before),
        escape(after)
    )
}

/// Text that begins with a capital.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doi_in_a_citation_becomes_a_link() {
        assert_eq!(
            with_doi_link("Reich & al. 2017, doi:10.1016/j.x."),
            "Reich &amp; al. 2017, <a href=\"https://doi.org/10.1016/j.x\">doi:10.1016/j.x</a>."
        );
        assert_eq!(with_doi_link("a <label>"), "a &lt;label&gt;");
    }
}
