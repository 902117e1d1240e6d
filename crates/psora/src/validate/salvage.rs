//! A study with faults, as far as it can be read.
//!
//! A slip in one result should not silence a whole study. Faults are reported as they are;
//! then the smallest piece around each (a line, a result, an arm) is taken out and the rest
//! is read again. What was taken out comes back as [`Lost`], so that it can be listed.

use super::folder::Found;
use crate::Error;
use psora_model::{Diagnostic, Diagnostics};
use psora_trial::Study;
use std::ops::Range;

/// A study, as far as it could be read.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) folder: String,
    pub(super) study: Option<Study>,
    pub(super) lost: Vec<Lost>,
    pub(super) faults: Option<Error>,
}

/// A result that was taken out with a faulty piece.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lost {
    pub(super) arm: String,
    pub(super) week: Option<f64>,
    pub(super) endpoint: String,
    pub(super) responders: Option<(usize, usize)>,
    pub(super) reason: String,
}

/// Rounds of taking out; each takes out every piece at fault, so that few are needed.
const ROUNDS: usize = 8;

/// What stands in place of a citation that cannot be read.
const UNCITED: &str = "citation = \"not stated\"";

/// Reads a study, leaving out what is wrong.
pub(super) fn load(found: Found) -> Loaded {
    let folder = found.folder;
    let text = match found.text {
        Ok(text) => text,
        Err((file, why)) => {
            let fault = Error::fault("unreadable", &file, &why, "mend or remove the file");
            let lost = vec![Lost::all(format!("the file cannot be read: {why}"))];
            return Loaded {
                folder,
                study: None,
                lost,
                faults: Some(fault),
            };
        }
    };
    let mut rest = text.text.clone();
    let (mut lost, mut faults) = (Vec::new(), None);
    for _ in 0..ROUNDS {
        match Study::read(&text.file, &rest) {
            Ok(study) => {
                return Loaded {
                    folder,
                    study: Some(study),
                    lost,
                    faults,
                };
            }
            Err(found) => {
                let list = found.list.clone();
                // The first round finds every fault, with places in the text as it is.
                faults.get_or_insert_with(|| Error::from(found));
                match without(&rest, &folder, &list, &mut lost) {
                    Some(less) => rest = less,
                    None => break,
                }
            }
        }
    }
    let why = match &faults {
        Some(Error::Texts(Diagnostics { list, .. })) => list
            .first()
            .map_or(String::new(), |fault| fault.message.clone()),
        _ => String::new(),
    };
    let mut all = every_result(&text.text, &format!("the study cannot be read: {why}"));
    if all.is_empty() {
        all.push(Lost::all(format!("the study cannot be read: {why}")));
    }
    Loaded {
        folder,
        study: None,
        lost: all,
        faults,
    }
}

/// The text without the pieces at fault; none when nothing can be taken out.
fn without(
    text: &str,
    folder: &str,
    faults: &[Diagnostic],
    lost: &mut Vec<Lost>,
) -> Option<String> {
    let pieces = pieces(text);
    let mut out: Vec<Range<usize>> = Vec::new();
    let (mut uncited, mut unnamed) = (false, false);
    for fault in faults {
        let at = fault.span.clone().unwrap_or(0..0).start.min(text.len());
        let piece = pieces.iter().rev().find(|piece| piece.span.contains(&at))?;
        let about_citation = fault.code == "no-source" || fault.message.contains("`citation`");
        match piece.kind {
            Kind::Result if fault.code != "unknown-key" => out.push(piece.span.clone()),
            Kind::Arm if fault.code != "unknown-key" => out.push(whole_arm(&pieces, piece)),
            _ if about_citation => {
                uncited = true;
                if fault.code != "missing-key" {
                    out.push(line(text, at));
                }
            }
            Kind::Top if fault.message == "`name` is missing" => unnamed = true,
            // A text that ends in the middle: nothing to take out.
            Kind::Top if fault.code == "missing-key" || fault.code == "not-toml" => return None,
            _ => out.push(line(text, at)),
        }
    }
    out.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    out.dedup_by(|b, a| b.start < a.end);
    for span in &out {
        let why = faults
            .iter()
            .filter(|fault| fault.code != "unknown-key")
            .find(|fault| span.contains(&fault.span.clone().unwrap_or(0..0).start));
        if let Some(fault) = why {
            let arm = arm_at(text, &pieces, span.start);
            lost.extend(results_in(&text[span.clone()], &arm, &fault.message));
        }
    }
    let mut rest = text.to_owned();
    for span in out.into_iter().rev() {
        rest.replace_range(span, "\n");
    }
    if uncited {
        rest = format!("{UNCITED}\n{rest}");
    }
    if unnamed {
        rest = format!("name = {folder:?}\n{rest}");
    }
    (rest != text).then_some(rest)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Top,
    Arm,
    Result,
    Other,
}

#[derive(Debug)]
struct Piece {
    kind: Kind,
    span: Range<usize>,
}

/// The text in pieces: before the first header, then from header to header.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = vec![Piece {
        kind: Kind::Top,
        span: 0..text.len() + 1,
    }];
    let (mut start, mut in_words) = (0, false);
    for line in text.split_inclusive('\n') {
        // A header inside a text of several lines is none.
        let quotes = line.matches("\"\"\"").count() + line.matches("'''").count();
        let header = line.trim_start();
        if !in_words && is_header(header) {
            let kind = match header.split(']').next().unwrap_or_default() {
                "[[arm" => Kind::Arm,
                "[[arm.result" => Kind::Result,
                _ => Kind::Other,
            };
            pieces.last_mut().expect("there is a first piece").span.end = start;
            pieces.push(Piece {
                kind,
                span: start..text.len() + 1,
            });
        }
        in_words ^= quotes % 2 == 1;
        start += line.len();
    }
    let last = pieces.last_mut().expect("there is a first piece");
    last.span.end = text.len().max(last.span.start);
    pieces
}

/// Whether a line is a header such as `[[arm]]`, rather than part of a list of lists.
fn is_header(line: &str) -> bool {
    let words = line.split('#').next().unwrap_or_default();
    let name = words.trim_start_matches('[');
    words.starts_with('[') && !words.contains(',') && name.starts_with(|c: char| c.is_alphabetic())
}

/// An arm with its results: to the next arm.
fn whole_arm(pieces: &[Piece], arm: &Piece) -> Range<usize> {
    let end = pieces
        .iter()
        .filter(|piece| piece.span.start > arm.span.start && piece.kind == Kind::Arm)
        .map(|piece| piece.span.start)
        .min();
    let last = pieces.last().map_or(arm.span.end, |piece| piece.span.end);
    arm.span.start..end.unwrap_or(last)
}

fn line(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
    start..end
}

/// The name of the arm that a place of the text belongs to.
fn arm_at(text: &str, pieces: &[Piece], at: usize) -> String {
    let arm = pieces
        .iter()
        .rev()
        .find(|piece| piece.kind == Kind::Arm && piece.span.start <= at);
    arm.map(|piece| &text[piece.span.start..piece.span.end.min(text.len())])
        .and_then(|words| words.parse::<toml::Table>().ok())
        .and_then(|table| Some(table.get("arm")?.get(0)?.get("name")?.as_str()?.to_owned()))
        .unwrap_or_default()
}

/// The results in a piece that was taken out: a result alone, or an arm with its results. A
/// piece without results (a line) holds none.
fn results_in(piece: &str, arm: &str, reason: &str) -> Vec<Lost> {
    if !piece.trim_start().starts_with("[[") {
        return Vec::new();
    }
    let as_arm = if piece.trim_start().starts_with("[[arm.result") {
        format!("[[arm]]\n{piece}")
    } else {
        piece.to_owned()
    };
    let mut lost = every_result(&as_arm, reason);
    for result in &mut lost {
        if result.arm.is_empty() {
            arm.clone_into(&mut result.arm);
        }
    }
    if lost.is_empty() {
        let arm = arm.to_owned();
        lost.push(Lost {
            arm,
            ..Lost::all(reason.to_owned())
        });
    }
    lost
}

/// Every result of a text that is TOML, however little sense it makes.
fn every_result(text: &str, reason: &str) -> Vec<Lost> {
    let Ok(table) = text.parse::<toml::Table>() else {
        return Vec::new();
    };
    let list = |value: Option<&toml::Value>| {
        value
            .and_then(toml::Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let words = |value: &toml::Value, key: &str| {
        value
            .get(key)
            .and_then(toml::Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let count = |value: &toml::Value, key: &str| {
        let number = value.get(key).and_then(toml::Value::as_integer)?;
        usize::try_from(number).ok()
    };
    let mut lost = Vec::new();
    for arm in list(table.get("arm")) {
        for result in list(arm.get("result")) {
            let week = result.get("week").and_then(|week| {
                week.as_float()
                    .or_else(|| week.as_integer().map(|week| week as f64))
            });
            let endpoint = words(&result, "endpoint");
            lost.push(Lost {
                arm: words(&arm, "name"),
                week,
                endpoint: if endpoint.is_empty() {
                    words(&result, "quantity")
                } else {
                    endpoint
                },
                responders: count(&result, "responders").zip(count(&result, "of")),
                reason: reason.to_owned(),
            });
        }
    }
    lost
}

impl Lost {
    fn all(reason: String) -> Self {
        Self {
            arm: String::new(),
            week: None,
            endpoint: String::new(),
            responders: None,
            reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Text;

    const STUDY: &str = "name = \"A\"\ncitation = \"doi:10.1000/a\"\n\n[population]\nn = 9\n\n\
        [[arm]]\nname = \"x\"\nn = 9\nregimen = \"x 1 mg sc at 0 week\"\n\
        [[arm.result]]\nweek = 4\nendpoint = \"PASI75\"\nresponders = 3\nof = 9\n\
        [[arm.result]]\nweek = 8\nendpoint = \"PASI75\"\nresponders = 4\nof = 9\n\n\
        [[arm]]\nname = \"placebo\"\nn = 9\nregimen = \"placebo\"\n\
        [[arm.result]]\nweek = 4\nendpoint = \"PASI75\"\nresponders = 0\nof = 9\n";

    fn loaded(text: &str) -> Loaded {
        let file = "a/study.toml".to_owned();
        let text = Ok(Text {
            file,
            text: text.to_owned(),
        });
        load(Found {
            folder: "a".to_owned(),
            text,
        })
    }

    fn results(loaded: &Loaded) -> usize {
        let arms = &loaded.study.as_ref().expect("readable").arms;
        arms.iter().map(|arm| arm.results.len()).sum()
    }

    #[test]
    fn a_study_without_faults_loses_nothing() {
        let loaded = loaded(STUDY);
        assert!(loaded.faults.is_none() && loaded.lost.is_empty());
        assert_eq!(results(&loaded), 3);
    }

    #[test]
    fn a_faulty_result_is_lost_alone() {
        let loaded = loaded(&STUDY.replacen("responders = 4", "responders = 40", 1));
        assert!(loaded.faults.is_some());
        assert_eq!(results(&loaded), 2);
        let [lost] = &loaded.lost[..] else {
            panic!("{:?}", loaded.lost)
        };
        assert_eq!((lost.arm.as_str(), lost.week), ("x", Some(8.0)));
        assert!(
            lost.reason.contains("40 responders of 9"),
            "{}",
            lost.reason
        );
    }

    #[test]
    fn a_regimen_beyond_the_grammar_loses_its_arm_with_all_results() {
        let loaded = loaded(&STUDY.replacen("x 1 mg sc at 0 week", "x when it itches", 1));
        assert_eq!(results(&loaded), 1);
        assert_eq!(loaded.lost.len(), 2);
        assert!(loaded.lost.iter().all(|lost| lost.arm == "x"));
    }

    #[test]
    fn an_unknown_key_loses_only_its_line() {
        let loaded = loaded(&STUDY.replacen("n = 9\n", "n = 9\ncountry = \"all\"\n", 1));
        assert!(loaded.faults.is_some());
        assert_eq!((results(&loaded), loaded.lost.len()), (3, 0));
    }

    #[test]
    fn a_study_without_name_or_citation_is_named_after_its_folder() {
        let nameless = STUDY.replace("name = \"A\"\ncitation = \"doi:10.1000/a\"\n", "");
        let loaded = loaded(&nameless);
        assert!(loaded.faults.is_some());
        assert_eq!(loaded.study.as_ref().expect("readable").name, "a");
        assert_eq!(results(&loaded), 3);
    }

    #[test]
    fn a_list_of_lists_is_no_header() {
        let events = "events = [\n  [0, 1],\n  [4, 1],\n]\ndrug = \"x\"\nroute = \"sc\"\nwhim = 1";
        let loaded = loaded(&STUDY.replacen("regimen = \"x 1 mg sc at 0 week\"", events, 1));
        assert_eq!((results(&loaded), loaded.lost.len()), (3, 0));
    }

    #[test]
    fn a_study_that_is_no_toml_is_listed_with_a_reason() {
        let loaded = loaded("name = \"A\ncitation = ");
        assert!(loaded.study.is_none());
        assert!(
            loaded.lost[0].reason.contains("cannot be read"),
            "{:?}",
            loaded.lost
        );
    }
}
