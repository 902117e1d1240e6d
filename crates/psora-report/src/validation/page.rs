//! The page: how far off, where, how sure, what was left out, and every row.

use super::{Beside, Group, Judged, Other, Row, Validation, Verdict, figures};
use crate::figure::{Ids, escape};
use crate::number;
use crate::page::html::{self, Heading};

impl Validation {
    /// The validation as one self-contained HTML page, for people.
    #[must_use]
    pub fn page(&self) -> String {
        let body = [
            self.opening(),
            self.summary_section(),
            self.baselines(),
            self.pictures(),
            self.skipped_section(),
            self.all_rows(),
            self.populations(),
            self.repeat(),
        ]
        .concat();
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>Validation</title>\n<style>\n{css}</style>\n</head>\n<body>\n<main>\n{body}\
             <footer><p>Psora is an instrument for research and teaching. It has not been \
             validated for decisions about anyone’s care; nothing here is medical advice.</p>\
             </footer>\n</main>\n</body>\n</html>\n",
            css = include_str!("../page/page.css"),
        )
    }

    fn opening(&self) -> String {
        let summary = self.summary();
        let mut studies: Vec<&str> = self.rows.iter().map(|row| row.folder.as_str()).collect();
        studies.sort_unstable();
        studies.dedup();
        let figure = summary.headline.as_ref().map_or_else(
            || "No PASI 75, 90 or 100 of an active arm could be predicted.".to_owned(),
            |group| {
                format!(
                    "PASI 75, 90 and 100 of active arms are off by {:.1} points on average \
                     ({:.1} weighted by patients) in {}; 95% intervals hold {:.0}% of them.",
                    group.mae,
                    group.mae_weighted,
                    number::counted(group.rows, "result"),
                    100.0 * group.cover[2],
                )
            },
        );
        let beside = summary.headline.as_ref().and_then(|group| group.yardstick);
        let beside = beside.map_or(String::new(), |beside| {
            format!(
                " Another trial of the same regimen in this folder is off by {:.1} points ({}; \
                 the model is off by {:.1} on them).",
                beside.mae,
                number::counted(beside.rows, "result"),
                beside.model_mae
            )
        });
        format!(
            "<h1>What was published, predicted</h1>\n{}{}",
            html::paragraph(&(figure + &beside)),
            html::paragraph(&format!(
                "{} folders of studies; {} predicted, {} skipped, each with its reason. \
                 Calibration: {}. The values in use rest on {}; everything else is new to them. \
                 Intervals hold the sampling of the published patients, the spread between \
                 trials of one regimen (standard deviation {} on the logit scale) and Monte \
                 Carlo error.",
                studies.len(),
                number::counted(summary.judged, "result"),
                summary.skipped,
                self.calibration,
                if self.basis.is_empty() {
                    "no named study".to_owned()
                } else {
                    self.basis.join(", ")
                },
                self.between,
            ))
        )
    }

    fn summary_section(&self) -> String {
        let summary = self.summary();
        let mut rows = Vec::new();
        let mut add = |name: String, group: &Group| rows.push(group_cells(name, group));
        for (name, group) in [("PASI 75/90/100", &summary.headline), ("all", &summary.all)] {
            if let Some(group) = group {
                add(name.to_owned(), group);
            }
        }
        let by = [
            ("", &summary.by_endpoint),
            ("", &summary.by_stratum),
            ("class ", &summary.by_class),
            ("week ", &summary.by_week),
        ];
        for (word, groups) in by {
            for (name, group) in groups {
                add(format!("{word}{name}"), group);
            }
        }
        if let Some(group) = &summary.placebo {
            add("placebo, apart".to_owned(), group);
        }
        let headings = [
            Heading::Text("active arms"),
            Heading::Number("results"),
            Heading::Number("mean error"),
            Heading::Number("by patients"),
            Heading::Number("bias"),
            Heading::Number("in 50%"),
            Heading::Number("in 80%"),
            Heading::Number("in 95%"),
            Heading::Number("width 95%"),
            Heading::Number("CRPS"),
        ];
        let mut section = html::section("summary", "How far off, and how sure");
        section.push_str(&html::table(&headings, rows));
        section.push_str(&html::paragraph(
            "Errors, bias, widths and CRPS in percentage points; shares of results within their \
             intervals in percent. Bias is predicted minus observed.",
        ));
        if let Some(ordinal) = summary.ordinal {
            section.push_str(&html::paragraph(&format!(
                "PASI 50, 75, 90 and 100 of an arm taken as one result in ordered classes, {} \
                 arms: ranked probability score {:.4}; {:.3} nats lost a patient against the \
                 observed shares.",
                ordinal.arms, ordinal.rps, ordinal.divergence
            )));
        }
        if !summary.means.is_empty() {
            let means = summary.means.iter().map(|(name, group)| {
                vec![
                    name.clone(),
                    group.rows.to_string(),
                    number::three(group.mae),
                    number::three(group.bias),
                    format!("{:.0}", 100.0 * group.cover[2]),
                ]
            });
            let headings = [
                Heading::Text("mean of, in its unit"),
                Heading::Number("results"),
                Heading::Number("mean error"),
                Heading::Number("bias"),
                Heading::Number("in 95%"),
            ];
            section.push_str(&html::table(&headings, means));
        }
        section + "</section>\n"
    }

    fn baselines(&self) -> String {
        let summary = self.summary();
        let headline = summary.headline.iter();
        let groups: Vec<(String, &Group)> = headline
            .map(|group| ("PASI 75/90/100".to_owned(), group))
            .chain(
                summary
                    .by_stratum
                    .iter()
                    .map(|(name, group)| (name.clone(), group)),
            )
            .collect();
        let others: [Other; 3] = [
            ("another trial of the same regimen", |group| group.yardstick),
            ("the same regimen in other studies, pooled", |group| {
                group.lookup
            }),
            (
                "the class near that week in other studies, pooled",
                |group| group.class_mean,
            ),
        ];
        let headings = [
            Heading::Text("active arms"),
            Heading::Number("results"),
            Heading::Number("its error"),
            Heading::Number("the model’s"),
            Heading::Number("its, by patients"),
            Heading::Number("the model’s, by patients"),
        ];
        let mut section = html::section("baselines", "Beside simpler predictions");
        section.push_str(&html::paragraph(
            "Mean errors in points on the results for which the other prediction exists. None \
             of them knows the study that it predicts, but all know others of its drug or class.",
        ));
        for (other, beside) in others {
            let rows: Vec<Vec<String>> = groups
                .iter()
                .filter_map(|(name, group)| Some(beside_cells(name, beside(group)?)))
                .collect();
            if !rows.is_empty() {
                section.push_str(&format!("<h3>{}</h3>\n", escape(&html::capital(other))));
                section.push_str(&html::table(&headings, rows));
            }
        }
        section + "</section>\n"
    }

    fn pictures(&self) -> String {
        let active = self.active();
        if active.is_empty() {
            return String::new();
        }
        let mut ids = Ids::default();
        let classes = grouped(&active, |row| {
            (0, row.row.class.clone().unwrap_or_default())
        });
        let scatters: String = classes
            .iter()
            .enumerate()
            .map(|(place, (name, rows))| figures::scatter(&mut ids, name, place, rows))
            .collect();
        let errors = |groups: &[(String, Vec<Judged<'_>>)]| -> Vec<(String, Vec<f64>)> {
            groups
                .iter()
                .map(|(name, rows)| {
                    let errors = rows.iter().map(|row| 100.0 * row.error()).collect();
                    (name.clone(), errors)
                })
                .collect()
        };
        let weeks = grouped(&active, |row| {
            let week = row.row.week.unwrap_or_default();
            let hundredths = (week * 100.0).round() as i64;
            (hundredths, format!("week {}", number::week(week)))
        });
        let intervals = figures::places(&mut ids, &active) + &figures::coverage(&mut ids, &active);
        let left = figures::strips(&mut ids, "By class", &errors(&classes))
            + &figures::strips(&mut ids, "By week", &errors(&weeks));
        [
            html::section("scatter", "Observed against predicted"),
            html::figure(
                "small",
                &scatters,
                "Active arms, every rate of responders. On the diagonal the two agree; upright \
                 lines are the 95% intervals of what a trial of that size would find.",
            ),
            "</section>\n".to_owned(),
            html::section("intervals", "Are the intervals right?"),
            html::figure(
                "medium",
                &intervals,
                "Left: level bars mean honest intervals, a hump too wide ones, horns too narrow \
                 ones. Right: the curve on the diagonal means the same.",
            ),
            "</section>\n".to_owned(),
            html::section("left-over", "What is left over"),
            html::figure(
                "medium",
                &left,
                "Each upright mark is a result, the diamond the mean of its line.",
            ),
            "</section>\n".to_owned(),
        ]
        .concat()
    }

    fn skipped_section(&self) -> String {
        let reasons = self.reasons();
        if reasons.is_empty() {
            return String::new();
        }
        let rows = reasons
            .into_iter()
            .map(|(reason, rows)| vec![reason, rows.to_string()]);
        let headings = [Heading::Text("reason"), Heading::Number("results")];
        html::section("skipped", "What could not be predicted, and why")
            + &html::table(&headings, rows)
            + "</section>\n"
    }

    fn all_rows(&self) -> String {
        let headings = [
            Heading::Text("study"),
            Heading::Text("arm"),
            Heading::Text("class"),
            Heading::Number("week"),
            Heading::Text("result"),
            Heading::Number("n"),
            Heading::Number("observed"),
            Heading::Number("predicted"),
            Heading::Number("95% interval"),
            Heading::Number("difference"),
            Heading::Text("stratum, or why not"),
        ];
        let table = html::table(&headings, self.rows.iter().map(row_cells));
        html::section("rows", "Every row")
            + &html::details("All results, as in rows.csv", &table)
            + "</section>\n"
    }

    fn populations(&self) -> String {
        let headings = [
            Heading::Text("study"),
            Heading::Text("arm"),
            Heading::Number("virtual patients"),
            Heading::Number("worth"),
            Heading::Text("matched"),
        ];
        let rows = self.arms.iter().map(|arm| {
            vec![
                arm.study.clone(),
                arm.arm.clone(),
                number::count(arm.people),
                format!("{:.0}", arm.effective),
                arm.matched.clone(),
            ]
        });
        html::section("populations", "How the virtual people were made alike")
            + &html::paragraph(
                "One cohort is screened by each study’s criteria and weighted so that its \
                 baseline is the published one; the weights leave it worth fewer patients.",
            )
            + &html::details("Every arm", &html::table(&headings, rows))
            + "</section>\n"
    }

    fn repeat(&self) -> String {
        format!(
            "{}<pre>{}</pre>\n<dl><dt>model</dt><dd>{}</dd><dt>calibration</dt><dd>{}</dd>\
             <dt>seed</dt><dd>{}</dd><dt>version</dt><dd>{}</dd></dl></section>\n",
            html::section("repeat", "Do it again"),
            escape(&self.command),
            escape(&self.model),
            escape(&self.calibration),
            self.seed,
            escape(&self.version),
        )
    }
}

fn group_cells(name: String, group: &Group) -> Vec<String> {
    let share = |value: f64| format!("{:.0}", 100.0 * value);
    vec![
        name,
        group.rows.to_string(),
        format!("{:.1}", group.mae),
        format!("{:.1}", group.mae_weighted),
        number::points(group.bias / 100.0),
        share(group.cover[0]),
        share(group.cover[1]),
        share(group.cover[2]),
        format!("{:.0}", 100.0 * group.width[2]),
        format!("{:.1}", 100.0 * group.crps),
    ]
}

fn beside_cells(name: &str, beside: Beside) -> Vec<String> {
    vec![
        name.to_owned(),
        beside.rows.to_string(),
        format!("{:.1}", beside.mae),
        format!("{:.1}", beside.model_mae),
        format!("{:.1}", beside.mae_weighted),
        format!("{:.1}", beside.model_mae_weighted),
    ]
}

fn row_cells(row: &Row) -> Vec<String> {
    let mean = matches!(&row.verdict, Verdict::Ok(forecast) if forecast.is_mean);
    let show = |value: f64| {
        if mean {
            number::three(value)
        } else {
            number::percent(value)
        }
    };
    let forecast = match &row.verdict {
        Verdict::Ok(forecast) => Some(forecast),
        Verdict::Skipped(_) => None,
    };
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| number::MISSING.to_owned());
    let difference = row.judged().map(|judged| {
        if mean {
            number::three(judged.error())
        } else {
            number::points(judged.error())
        }
    });
    vec![
        row.study.clone(),
        row.arm.clone(),
        row.class.clone().unwrap_or_default(),
        or_dash(row.week.map(number::week)),
        row.endpoint.clone(),
        or_dash(row.n.map(number::count)),
        or_dash(row.observed.map(|value| {
            if value > 1.0 {
                number::three(value)
            } else {
                show(value)
            }
        })),
        or_dash(forecast.map(|forecast| show(forecast.predicted))),
        or_dash(forecast.map(|forecast| {
            format!(
                "{}–{}",
                show(forecast.quantiles[0]),
                show(forecast.quantiles[5])
            )
        })),
        or_dash(difference),
        match &row.verdict {
            Verdict::Ok(_) => row.stratum.map_or("", super::Stratum::name).to_owned(),
            Verdict::Skipped(reason) => format!("skipped: {reason}"),
        },
    ]
}

/// Rows by a key that sorts and a name that is shown.
fn grouped<'a>(
    rows: &[Judged<'a>],
    key: impl Fn(&Judged<'a>) -> (i64, String),
) -> Vec<(String, Vec<Judged<'a>>)> {
    let mut groups = std::collections::BTreeMap::<(i64, String), Vec<Judged<'a>>>::new();
    for row in rows {
        groups.entry(key(row)).or_default().push(*row);
    }
    groups
        .into_iter()
        .map(|((_, name), rows)| (name, rows))
        .collect()
}
