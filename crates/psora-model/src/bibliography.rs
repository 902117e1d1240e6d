//! A small reader of BibTeX: key, author, title, journal, year and doi.

use crate::Diagnostic;
use std::collections::BTreeMap;

/// The sources that a model may cite.
#[derive(Debug, Default)]
pub(crate) struct Bibliography {
    pub(crate) entries: BTreeMap<String, Entry>,
    /// Whether the file was read to its end, so that a missing key is a fault.
    pub(crate) whole: bool,
}

/// One source.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    fields: BTreeMap<String, String>,
}

impl Entry {
    fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// The source in one line: authors (year). title. journal. doi.
    pub(crate) fn citation(&self) -> String {
        let mut line = authors(self.field("author"));
        let year = self.field("year");
        if !year.is_empty() {
            line.push_str(if line.is_empty() { "(" } else { " (" });
            line.push_str(year);
            line.push(')');
        }
        let mut journal = self.field("journal");
        for other in ["publisher", "institution", "howpublished", "booktitle"] {
            if journal.is_empty() {
                journal = self.field(other);
            }
        }
        for part in [self.field("title"), journal] {
            if !part.is_empty() {
                if !line.is_empty() {
                    line.push_str(if line.ends_with('.') { " " } else { ". " });
                }
                line.push_str(part);
            }
        }
        let doi = self.field("doi");
        if !doi.is_empty() {
            line.push_str(&format!(". doi:{doi}"));
        } else if !self.field("url").is_empty() {
            line.push_str(&format!(". {}", self.field("url")));
        }
        line
    }
}

/// The first author, and whether there are others.
fn authors(field: &str) -> String {
    let all: Vec<&str> = field.split(" and ").map(str::trim).collect();
    match all.as_slice() {
        [] | [""] => String::new(),
        [one] => (*one).to_owned(),
        [one, two] if *two != "others" => format!("{one} and {two}"),
        [one, ..] => format!("{one} et al."),
    }
}

/// Reads the text of `file`.
pub(crate) fn read(file: &str, text: &str) -> (Bibliography, Vec<Diagnostic>) {
    let mut bibliography = Bibliography {
        whole: true,
        ..Bibliography::default()
    };
    let mut faults = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find('@') {
        let start = at + found;
        let Some(end) = closing(text, start) else {
            let fault = Diagnostic::new(
                "syntax",
                file,
                Some(start..start + 1),
                "this entry is not closed",
            )
            .help("its braces must match");
            faults.push(fault);
            bibliography.whole = false;
            break;
        };
        let inside = &text[start..end];
        if let Some((key, entry)) = entry(inside) {
            let place = start + inside.find(&key).unwrap_or(0);
            if bibliography.entries.insert(key.clone(), entry).is_some() {
                let message = format!("entry `{key}` stands twice");
                faults.push(Diagnostic::new(
                    "duplicate-name",
                    file,
                    Some(place..place + key.len()),
                    message,
                ));
            }
        }
        at = end;
    }
    (bibliography, faults)
}

/// The place behind the brace that closes the entry at `start`.
fn closing(text: &str, start: usize) -> Option<usize> {
    let open = start + text[start..].find('{')?;
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

fn entry(text: &str) -> Option<(String, Entry)> {
    let kind = text[1..].split('{').next()?.trim().to_lowercase();
    if ["comment", "string", "preamble"].contains(&kind.as_str()) {
        return None;
    }
    let inside = text.split_once('{')?.1.strip_suffix('}')?;
    let (key, mut rest) = inside.split_once(',').unwrap_or((inside, ""));
    let mut entry = Entry::default();
    while let Some((name, behind)) = rest.split_once('=') {
        let name = name.trim().trim_start_matches(',').trim().to_lowercase();
        let (value, after) = value(behind.trim_start());
        entry.fields.insert(name, plain(value));
        rest = after;
    }
    Some((key.trim().to_owned(), entry))
}

/// A value in braces or quotation marks or bare, and what follows it.
fn value(text: &str) -> (&str, &str) {
    let (open, close) = match text.bytes().next() {
        Some(b'{') => ('{', '}'),
        Some(b'"') => ('"', '"'),
        _ => {
            let end = text.find(',').unwrap_or(text.len());
            return (&text[..end], &text[end..]);
        }
    };
    let mut depth = 0usize;
    for (at, character) in text.char_indices() {
        if character == close && at > 0 && (depth == 1 || open == '"') {
            return (&text[1..at], &text[at + 1..]);
        }
        if character == '{' {
            depth += 1;
        } else if character == '}' {
            depth = depth.saturating_sub(1);
        }
    }
    (text, "")
}

/// Single spaces, no braces.
fn plain(text: &str) -> String {
    text.replace(['{', '}'], "")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_told_in_one_line() {
        let text = "@article{yao-2018,\n  author = {Yao, Zhenling and Hu, Chuanpu},\n  title = {Population {PK} of guselkumab},\n  journal = \"J Clin Pharmacol\",\n  year = 2018,\n  doi = {10.1002/jcph.1063}\n}\n";
        let (found, faults) = read("sources.bib", text);
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(
            found.entries["yao-2018"].citation(),
            "Yao, Zhenling and Hu, Chuanpu (2018). Population PK of guselkumab. J Clin Pharmacol. doi:10.1002/jcph.1063"
        );
    }

    #[test]
    fn no_text_is_a_panic() {
        for text in [
            "",
            "@",
            "@article",
            "@article{",
            "@article{}",
            "@a{b,c}",
            "@a{b, c = }",
            "@a{b, c = {d",
            "@{,=}",
            "}@a{\"}",
        ] {
            let _ = read("sources.bib", text);
        }
        assert!(!read("sources.bib", "@article{open,").1.is_empty());
    }
}
