//! What an experiment looked like: the first quantity of its first figure.

use super::Design;
use super::figure::Figure;
use super::outcome::{Curve, Picture};
use super::reckon::Measured;
use crate::trial::WEEK_DAY;

/// The first quantity of the first figure: over time, or over what is swept.
pub(super) fn drawn(design: &Design, measured: &Measured) -> Picture {
    let mut first: Option<(String, Option<f64>)> = None;
    for judged in &design.figures {
        judged.figure.walk(&mut |inner| {
            if let Figure::Reading { quantity, day, .. } = inner
                && first.is_none()
                && measured
                    .cases
                    .iter()
                    .any(|(_, case)| case.courses.contains_key(quantity))
            {
                first = Some((quantity.clone(), *day));
            }
        });
    }
    let Some((quantity, day)) = first else {
        return Picture::default();
    };
    let days = &measured.days;
    let mean = |values: &mut dyn Iterator<Item = f64>| {
        let seen: Vec<f64> = values.filter(|x| x.is_finite()).collect();
        seen.iter().sum::<f64>() / seen.len() as f64
    };
    let mut picture = Picture {
        quantity: quantity.clone(),
        across: "week".to_owned(),
        curves: Vec::new(),
    };
    for (name, case) in &measured.cases {
        let Some(course) = case.courses.get(&quantity) else {
            continue;
        };
        if let [.., (swept, values)] = design.sweep.as_slice() {
            // One curve for each value of what is swept besides the last.
            let people = case.rows / measured.points.max(1);
            let look = day.and_then(|day| days.iter().position(|look| (look - day).abs() < 1e-6));
            let look = look.unwrap_or(days.len() - 1);
            let at = |point: usize| {
                mean(&mut (0..people).map(|p| course[(point * people + p) * days.len() + look]))
            };
            picture.across.clone_from(swept);
            for bundle in 0..measured.points / values.len() {
                let point = |k: usize| bundle * values.len() + k;
                let points = (0..values.len())
                    .map(|k| (values[k], at(point(k))))
                    .collect();
                let others = design.sweep[..design.sweep.len() - 1]
                    .iter()
                    .map(|(other, _)| format!(", {other} {}", measured.swept[other][point(0)]));
                let name = format!("{name}{}", others.collect::<String>());
                picture.curves.push(Curve { name, points });
            }
            continue;
        }
        let points = (0..days.len())
            .map(|look| {
                let values = &mut (0..case.rows).map(|row| course[row * days.len() + look]);
                (days[look] / WEEK_DAY, mean(values))
            })
            .collect();
        let name = name.clone();
        picture.curves.push(Curve { name, points });
    }
    picture
}
