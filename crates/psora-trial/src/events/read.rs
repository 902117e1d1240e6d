//! Text to an event table, or everything that is wrong with it, by row and column.

use super::{EventKind, EventRow, EventTable, Given, KINDS};
use crate::document::nearest;
use psora_model::{Diagnostic, Treatment};
use std::ops::Range;

/// Columns that have a meaning of their own.
const KNOWN: [&str; 13] = [
    "ID",
    "TIME",
    "EVID",
    "AMT",
    "TREATMENT",
    "CMT",
    "ADDL",
    "II",
    "RATE",
    "DV",
    "DVID",
    "MDV",
    "SS",
];

/// Rows that a table may have: far beyond any data set.
const MOST_ROWS: usize = 5_000_000;

pub(super) fn read(
    file: &str,
    text: &str,
    treatments: &[Treatment],
    covariates: &[&str],
) -> Result<EventTable, Vec<Diagnostic>> {
    let mut lines = lines(text);
    let Some(header) = lines.next() else {
        let message = "the table is empty: it needs a line of column names";
        return Err(vec![Diagnostic::new("no-table", file, None, message)]);
    };
    let mut reader = Reader {
        file,
        treatments,
        columns: cells(&header.1, header.0.start),
        line: 1,
        faults: Vec::new(),
    };
    let places = reader.covariates(covariates);
    for (name, example) in [("ID", "1"), ("TIME", "0")] {
        if reader.place(name).is_none() {
            let message = format!("the table has no column {name}");
            reader
                .fault("missing-column", header.0.clone(), message)
                .help = Some(format!("add `{name}`, such as {example}, to every row"));
        }
    }
    if !reader.faults.is_empty() {
        return Err(reader.faults);
    }
    let mut table = EventTable {
        covariates: places.iter().map(|(name, _)| name.clone()).collect(),
        rows: Vec::new(),
    };
    for (span, line) in lines.take(MOST_ROWS) {
        reader.line += 1;
        let found = cells(&line, span.start);
        if found.len() != reader.columns.len() {
            let message = format!(
                "row {} has {} cells, the header {}",
                reader.line,
                found.len(),
                reader.columns.len()
            );
            reader.fault("wrong-row", span, message).help =
                Some("is the line complete? a missing cell is `.`".to_owned());
            continue;
        }
        if let Some(row) = reader.row(&found, &places, table.rows.last()) {
            table.rows.push(row);
        }
    }
    reader.whole(&table, text);
    if reader.faults.is_empty() {
        Ok(table)
    } else {
        Err(reader.faults)
    }
}

/// Lines that are not blank, with their places.
fn lines(text: &str) -> impl Iterator<Item = (Range<usize>, String)> + '_ {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let from = start;
        start += line.len();
        let words = line.trim_end_matches(['\n', '\r']);
        (!words.trim().is_empty()).then(|| (from..from + words.len(), words.to_owned()))
    })
}

/// A cell: what it says, and where.
type Cell = (String, Range<usize>);

fn cells(line: &str, start: usize) -> Vec<Cell> {
    let mut at = start;
    line.split(',')
        .map(|cell| {
            let from = at + cell.len() - cell.trim_start().len();
            at += cell.len() + 1;
            let words = cell.trim();
            let inner = words.trim_matches('"').to_owned();
            (inner, from..from + words.len())
        })
        .collect()
}

struct Reader<'a> {
    file: &'a str,
    treatments: &'a [Treatment],
    columns: Vec<Cell>,
    line: usize,
    faults: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn fault(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.faults
            .push(Diagnostic::new(code, self.file, Some(span), message));
        self.faults.last_mut().expect("one was just pushed")
    }

    fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|(name, _)| name == column)
    }

    /// Covariates and their columns. A name that is met twice, or nearly a known one, is a
    /// fault: what it says would be lost.
    fn covariates(&mut self, known: &[&str]) -> Vec<(String, usize)> {
        let mut found: Vec<(String, usize)> = Vec::new();
        for (place, (name, span)) in self.columns.clone().into_iter().enumerate() {
            if self.place(&name) != Some(place) {
                let message = format!("a second column is called {name}");
                self.fault("same-name", span, message);
            } else if known.contains(&name.as_str()) {
                found.push((name, place));
            } else if !KNOWN.contains(&name.as_str())
                && let Some(near) = nearest(&name, KNOWN.iter().chain(known).copied())
            {
                let message = format!("the column {name} is not known");
                self.fault("unknown-column", span, message).help =
                    Some(format!("did you mean `{near}`?"));
            }
        }
        found
    }

    /// What a cell says; none if there is no such column or the cell is missing.
    fn cell<'c>(&self, cells: &'c [Cell], column: &str) -> Option<&'c Cell> {
        let cell = &cells[self.place(column)?];
        (!matches!(cell.0.as_str(), "" | "." | "NA")).then_some(cell)
    }

    fn number(&mut self, cells: &[Cell], column: &str) -> Option<f64> {
        let (words, span) = self.cell(cells, column)?.clone();
        match words.parse::<f64>() {
            Ok(number) if number.is_finite() => Some(number),
            _ => {
                self.wrong(span, column, &format!("`{words}` is not a finite number"));
                None
            }
        }
    }

    /// A number that is not negative; 0 where it is missing.
    fn size(&mut self, cells: &[Cell], column: &str) -> f64 {
        let number = self.number(cells, column).unwrap_or(0.0);
        if number < 0.0 {
            let span = self.span(cells, column);
            self.wrong(span, column, &format!("{number} is below zero"));
        }
        number
    }

    fn span(&self, cells: &[Cell], column: &str) -> Range<usize> {
        let place = self.place(column).unwrap_or(0);
        cells[place].1.clone()
    }

    fn wrong(&mut self, span: Range<usize>, column: &str, why: &str) -> &mut Diagnostic {
        let message = format!("row {}, column {column}: {why}", self.line);
        self.fault("wrong-cell", span, message)
    }

    fn row(
        &mut self,
        cells: &[Cell],
        covariates: &[(String, usize)],
        before: Option<&EventRow>,
    ) -> Option<EventRow> {
        let faults = self.faults.len();
        let id = self.cell(cells, "ID").map(|(id, _)| id.clone());
        if id.is_none() {
            let span = self.span(cells, "ID");
            self.wrong(span, "ID", "whose row is this?");
        }
        let day = self.number(cells, "TIME");
        if day.is_none() && self.cell(cells, "TIME").is_none() {
            let span = self.span(cells, "TIME");
            self.wrong(span, "TIME", "the time is missing");
        }
        let amount = self.size(cells, "AMT");
        let kind = self.kind(cells, amount);
        let given = self.given(cells, kind, amount);
        let additional = self.size(cells, "ADDL");
        let interval_day = self.size(cells, "II");
        self.series(cells, additional, interval_day);
        let rate = self.size(cells, "RATE");
        let missing = self.number(cells, "MDV").is_some_and(|mdv| mdv != 0.0);
        let value = self.number(cells, "DV").filter(|_| !missing);
        let quantity = self.cell(cells, "DVID").map(|(name, _)| name.clone());
        let values = covariates
            .iter()
            .map(|(name, _)| self.number(cells, name))
            .collect();
        if let (Some(day), Some(before)) = (day, before)
            && Some(&before.id) == id.as_ref()
            && day < before.day
        {
            let span = self.span(cells, "TIME");
            let why = format!("day {day} comes after day {}", before.day);
            self.wrong(span, "TIME", &why).help =
                Some("a patient's rows stand in order of time".to_owned());
        }
        if self.faults.len() > faults {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number, bounded by `series`"
        )]
        let additional = additional as u32;
        Some(EventRow {
            id: id?,
            day: day?,
            kind,
            amount,
            given,
            additional,
            interval_day,
            rate,
            value,
            quantity,
            covariates: values,
        })
    }

    /// EVID; without one, whatever has an amount is a dose.
    fn kind(&mut self, cells: &[Cell], amount: f64) -> EventKind {
        let Some(number) = self.number(cells, "EVID") else {
            return if amount > 0.0 {
                EventKind::Dose
            } else {
                EventKind::Observation
            };
        };
        let known = (0..KINDS.len()).find(|&kind| (kind as f64 - number).abs() < 1e-9);
        known.map_or_else(
            || {
                let span = self.span(cells, "EVID");
                let why = format!("{number} is no kind of event");
                self.wrong(span, "EVID", &why).help =
                    Some("0 observation, 1 dose, 2 other, 3 reset, 4 reset and dose".to_owned());
                EventKind::Other
            },
            |kind| KINDS[kind],
        )
    }

    /// What is given, for a row that gives something.
    fn given(&mut self, cells: &[Cell], kind: EventKind, amount: f64) -> Option<Given> {
        if !matches!(kind, EventKind::Dose | EventKind::ResetAndDose) {
            return None;
        }
        let before_zero = self.number(cells, "TIME").is_some_and(|day| day < 0.0);
        if before_zero {
            let span = self.span(cells, "TIME");
            self.wrong(span, "TIME", "a dose before day 0, the baseline");
        }
        if amount == 0.0 {
            let column = if self.place("AMT").is_some() {
                "AMT"
            } else {
                "ID"
            };
            let span = self.span(cells, column);
            self.wrong(span, "AMT", "a dose needs an amount");
        }
        // With CMT alone, CMT names the drug.
        let alone = self.place("TREATMENT").is_none();
        let column = if alone { "CMT" } else { "TREATMENT" };
        let Some((name, span)) = self.cell(cells, column).cloned() else {
            let span = self.span(
                cells,
                if self.place(column).is_some() {
                    column
                } else {
                    "ID"
                },
            );
            self.wrong(span, column, "what is given is not said").help =
                Some("name a treatment, such as adalimumab".to_owned());
            return None;
        };
        let treatments = self.treatments;
        let Some(treatment) = treatments.iter().find(|known| known.name == name) else {
            let known = treatments.iter().map(|known| known.name.as_str());
            let help = nearest(&name, known).map_or_else(
                || "`psora treatments` lists them".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let why = format!("the model has no treatment `{name}`");
            self.wrong(span, column, &why).help = Some(help);
            return None;
        };
        let route = if alone {
            None
        } else {
            self.cell(cells, "CMT").cloned()
        };
        let routes = &treatment.routes;
        let found = match &route {
            None if routes.len() == 1 => routes.first(),
            None => None,
            Some((words, _)) => routes
                .iter()
                .enumerate()
                .find(|(number, route)| route.name == *words || (number + 1).to_string() == *words)
                .map(|(_, route)| route),
        };
        let Some(found) = found else {
            let names: Vec<&str> = routes.iter().map(|route| route.name.as_str()).collect();
            let (why, span) = route.map_or_else(
                || (format!("{name} needs a route"), span),
                |(words, span)| (format!("{name} is not given by `{words}`"), span),
            );
            self.wrong(span, "CMT", &why).help =
                Some(format!("write one of: {}", names.join(", ")));
            return None;
        };
        Some(Given {
            treatment: name,
            route: found.name.clone(),
            into: found.into.clone(),
        })
    }

    /// ADDL, II and SS make sense.
    fn series(&mut self, cells: &[Cell], additional: f64, interval_day: f64) {
        if additional.fract() != 0.0 || additional > 100_000.0 {
            let span = self.span(cells, "ADDL");
            let why = format!("{additional} is no number of doses");
            self.wrong(span, "ADDL", &why);
        }
        if additional > 0.0 && interval_day <= 0.0 {
            let span = self.span(cells, "ADDL");
            self.wrong(span, "II", "doses that follow need an interval");
        }
        if self.number(cells, "SS").is_some_and(|steady| steady != 0.0) {
            let span = self.span(cells, "SS");
            self.wrong(span, "SS", "a steady state is not assumed").help =
                Some("write the doses that led to it".to_owned());
        }
    }

    /// What can only be seen of the whole table: each patient's rows stand together, and his
    /// covariates do not change.
    fn whole(&mut self, table: &EventTable, text: &str) {
        let mut seen: std::collections::BTreeSet<&str> = std::collections::BTreeSet::new();
        let mut first: Option<&EventRow> = None;
        let mut messages = Vec::new();
        for row in &table.rows {
            if first.is_none_or(|first| first.id != row.id) {
                if !seen.insert(&row.id) {
                    messages.push(format!("the rows of patient {} are not together", row.id));
                }
                first = Some(row);
            }
            let Some(first) = first else { continue };
            for (place, name) in table.covariates.iter().enumerate() {
                if let (Some(then), Some(now)) = (first.covariates[place], row.covariates[place])
                    && then.to_bits() != now.to_bits()
                {
                    messages.push(format!(
                        "{name} of patient {} changes from {then} to {now}: a covariate is one at \
                         baseline",
                        row.id
                    ));
                }
            }
        }
        messages.dedup();
        if table.rows.is_empty() && self.faults.is_empty() {
            messages.push("the table has no rows".to_owned());
        }
        for message in messages {
            self.fault("wrong-table", 0..text.find('\n').unwrap_or(0), message);
        }
    }
}
