//! From what was measured to one figure, and its Monte Carlo error.
//!
//! Whatever is of each patient is worked out once; only the folds over patients are worked
//! out again for each resample of the bootstrap, in which whole people are drawn with
//! replacement, the same ones in every case (Efron & Tibshirani 1993, chapter 6).

use super::figure::{Figure, Fold, Sign};
use super::fold::{fold_course, fold_patients, truth};
use crate::random::Stream;
use std::collections::BTreeMap;

/// What was measured in an experiment.
#[derive(Debug, Clone, Default)]
pub(super) struct Measured {
    /// One a case: its name, and what was read.
    pub(super) cases: Vec<(String, CaseData)>,
    /// When, in days from the start.
    pub(super) days: Vec<f64>,
    /// Names that stand alone: a value for each point of a sweep.
    pub(super) swept: BTreeMap<String, Vec<f64>>,
    /// Names that stand alone: what a structure analysis found.
    pub(super) found: BTreeMap<String, f64>,
    /// Points of the sweep; 1 without one.
    pub(super) points: usize,
}

/// The readings of one case: rows are points of the sweep times patients.
#[derive(Debug, Clone, Default)]
pub(super) struct CaseData {
    /// Which people; cases of the same people have the same rows.
    pub(super) group: usize,
    pub(super) rows: usize,
    /// `values[row * days + day]`.
    pub(super) courses: BTreeMap<String, Vec<f64>>,
    /// Properties of the patient, one a row.
    pub(super) fixed: BTreeMap<String, Vec<f64>>,
}

/// A figure and what chance contributed to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reckoned {
    pub(super) value: f64,
    /// One standard error; none where there was no chance.
    pub(super) error: Option<f64>,
}

/// Resamples of the bootstrap: its error is then known to about 5 %.
const RESAMPLES: u64 = 200;

#[derive(Debug, Clone)]
enum Value {
    Number(f64),
    Points(Vec<f64>),
    Rows(usize, Vec<f64>),
    Course(usize, Vec<f64>),
}

/// A figure of which all but the folds over patients has been worked out.
#[derive(Debug)]
enum Reduced {
    Number(f64),
    Negate(Box<Reduced>),
    Not(Box<Reduced>),
    Binary(Sign, Box<Reduced>, Box<Reduced>),
    Call(Fold, Vec<Reduced>),
    Fold(Fold, usize, Vec<f64>, Option<Vec<f64>>, f64),
}

impl Measured {
    /// The value of a figure with its error.
    pub(super) fn reckon(&self, figure: &Figure, seed: u64) -> Result<Reckoned, String> {
        let reduced = self.reduce(figure)?;
        let groups = 1 + self
            .cases
            .iter()
            .map(|(_, case)| case.group)
            .max()
            .unwrap_or(0);
        let rows: Vec<usize> = (0..groups).map(|group| self.rows(group)).collect();
        let everybody: Vec<Vec<usize>> = rows.iter().map(|&rows| (0..rows).collect()).collect();
        let value = reduced.work_out(&everybody);
        let people: Vec<usize> = rows.iter().map(|rows| rows / self.points.max(1)).collect();
        if people.iter().all(|&people| people < 2) {
            return Ok(Reckoned { value, error: None });
        }
        let drawn: Vec<f64> = (0..RESAMPLES)
            .map(|resample| reduced.work_out(&self.resampled(&people, seed, resample)))
            .filter(|value| value.is_finite())
            .collect();
        let error = (drawn.len() > 1).then(|| crate::outcome::statistics::mean_and_sd(&drawn).1);
        Ok(Reckoned { value, error })
    }

    fn rows(&self, group: usize) -> usize {
        let case = self.cases.iter().find(|(_, case)| case.group == group);
        case.map_or(0, |(_, case)| case.rows)
    }

    /// Rows of people drawn with replacement, every point of the sweep with each.
    fn resampled(&self, people: &[usize], seed: u64, resample: u64) -> Vec<Vec<usize>> {
        people
            .iter()
            .enumerate()
            .map(|(group, &count)| {
                let mut stream = Stream::new(seed, resample, &format!("bootstrap {group}"));
                let drawn: Vec<usize> = (0..count)
                    .map(|_| ((stream.uniform() * count as f64) as usize).min(count - 1))
                    .collect();
                (0..self.points)
                    .flat_map(|point| drawn.iter().map(move |person| point * count + person))
                    .collect()
            })
            .collect()
    }

    fn reduce(&self, figure: &Figure) -> Result<Reduced, String> {
        Ok(match figure {
            Figure::Fold(fold, values, _) if fold.over_patients() => {
                self.over_patients(*fold, values)?
            }
            Figure::Fold(fold @ (Fold::Logarithm | Fold::Smaller | Fold::Larger), values, _) => {
                let values = values.iter().map(|value| self.reduce(value));
                Reduced::Call(*fold, values.collect::<Result<_, _>>()?)
            }
            Figure::Binary(sign, a, b) => {
                Reduced::Binary(*sign, Box::new(self.reduce(a)?), Box::new(self.reduce(b)?))
            }
            Figure::Negate(inner) => Reduced::Negate(Box::new(self.reduce(inner)?)),
            Figure::Not(inner) => Reduced::Not(Box::new(self.reduce(inner)?)),
            other => match self.value(other)? {
                Value::Number(number) => Reduced::Number(number),
                // One patient, one point: his number is the figure.
                Value::Rows(_, values) if values.len() == 1 => Reduced::Number(values[0]),
                _ => {
                    return Err("the figure is a number for each patient: fold it, as in \
                                `mean(..)` or `share(..)`"
                        .to_owned());
                }
            },
        })
    }

    fn over_patients(&self, fold: Fold, values: &[Figure]) -> Result<Reduced, String> {
        let first = self.value(&values[0])?;
        let second = values.get(1).map(|value| self.value(value)).transpose()?;
        let group = [Some(&first), second.as_ref()]
            .into_iter()
            .flatten()
            .find_map(|value| match value {
                Value::Rows(group, _) | Value::Course(group, _) => Some(*group),
                Value::Number(_) | Value::Points(_) => None,
            });
        let group =
            group.ok_or("a fold over patients needs a reading, as in `PASI[case, 1 week]`")?;
        let xs = self.by_row(&first, group)?;
        if let (Fold::Quantile, Some(second)) = (fold, &second) {
            let Value::Number(share) = second else {
                return Err("`quantile` wants a share between 0 and 1".to_owned());
            };
            return Ok(Reduced::Fold(fold, group, xs, None, *share));
        }
        let ys = second.map(|value| self.by_row(&value, group)).transpose()?;
        Ok(Reduced::Fold(fold, group, xs, ys, f64::NAN))
    }

    /// One value a row of `group`.
    fn by_row(&self, value: &Value, group: usize) -> Result<Vec<f64>, String> {
        let rows = self.rows(group);
        match value {
            Value::Number(number) => Ok(vec![*number; rows]),
            Value::Points(points) => {
                let people = rows / points.len().max(1);
                Ok((0..rows).map(|row| points[row / people.max(1)]).collect())
            }
            Value::Rows(own, values) if *own == group => Ok(values.clone()),
            Value::Rows(..) => Err(DIFFERENT_PEOPLE.to_owned()),
            Value::Course(..) => Err(
                "a reading without a time is a whole course: give a time, or fold it with \
                 `first(..)`, `peak(..)`"
                    .to_owned(),
            ),
        }
    }

    fn value(&self, figure: &Figure) -> Result<Value, String> {
        match figure {
            Figure::Number(number) => Ok(Value::Number(*number)),
            Figure::Name(name, _) => self.name(name),
            Figure::Reading {
                quantity,
                case,
                day,
                ..
            } => self.reading(quantity, case, *day),
            Figure::Negate(inner) => Ok(self.value(inner)?.map(|x| -x)),
            Figure::Not(inner) => Ok(self.value(inner)?.map(|x| 1.0 - truth(x > 0.5))),
            Figure::Binary(sign, a, b) => {
                let (a, b) = (self.value(a)?, self.value(b)?);
                self.together(a, b, |a, b| apply(*sign, a, b))
            }
            Figure::Fold(Fold::Logarithm, values, _) => Ok(self.value(&values[0])?.map(libm::log)),
            Figure::Fold(fold @ (Fold::Smaller | Fold::Larger), values, _) => {
                let (a, b) = (self.value(&values[0])?, self.value(&values[1])?);
                let pick = if *fold == Fold::Smaller {
                    f64::min
                } else {
                    f64::max
                };
                self.together(a, b, pick)
            }
            Figure::Fold(fold, _, _) if fold.over_patients() => {
                let everybody: Vec<Vec<usize>> = (0..=self.cases.len())
                    .map(|g| (0..self.rows(g)).collect())
                    .collect();
                Ok(Value::Number(self.reduce(figure)?.work_out(&everybody)))
            }
            Figure::Fold(fold, values, _) => self.over_time(*fold, values),
        }
    }

    fn name(&self, name: &str) -> Result<Value, String> {
        if let Some(points) = self.swept.get(name) {
            return Ok(Value::Points(points.clone()));
        }
        let found = self.found.get(name).copied();
        found
            .map(Value::Number)
            .ok_or_else(|| format!("nothing is called `{name}`"))
    }

    fn reading(&self, quantity: &str, case: &str, day: Option<f64>) -> Result<Value, String> {
        let found = self.cases.iter().find(|(name, _)| name == case);
        let Some((_, data)) = found else {
            return Err(format!("there is no case `{case}`"));
        };
        if let Some(fixed) = data.fixed.get(quantity) {
            return Ok(Value::Rows(data.group, fixed.clone()));
        }
        let Some(course) = data.courses.get(quantity) else {
            return Err(format!("the model has no output `{quantity}`"));
        };
        let Some(day) = day else {
            return Ok(Value::Course(data.group, course.clone()));
        };
        // Looks at sevenths of weeks carry rounding.
        let place = self.days.iter().position(|look| (look - day).abs() < 1e-6);
        let place = place.ok_or_else(|| format!("nobody looked on day {day}"))?;
        let times = self.days.len();
        let rows = (0..data.rows)
            .map(|row| course[row * times + place])
            .collect();
        Ok(Value::Rows(data.group, rows))
    }

    /// Two values, the lesser spread over what the greater is of.
    fn together(&self, a: Value, b: Value, f: impl Fn(f64, f64) -> f64) -> Result<Value, String> {
        use Value::{Course, Number, Points, Rows};
        let zip = |a: Vec<f64>, b: Vec<f64>| -> Vec<f64> {
            a.into_iter().zip(b).map(|(a, b)| f(a, b)).collect()
        };
        match (&a, &b) {
            (Number(x), Number(y)) => Ok(Number(f(*x, *y))),
            (Points(x), Points(y)) => Ok(Points(zip(x.clone(), y.clone()))),
            (Points(x), Number(y)) => Ok(Points(x.iter().map(|x| f(*x, *y)).collect())),
            (Number(x), Points(y)) => Ok(Points(y.iter().map(|y| f(*x, *y)).collect())),
            (Course(group, _), _) | (_, Course(group, _)) => Ok(Course(
                *group,
                zip(self.by_time(&a, *group)?, self.by_time(&b, *group)?),
            )),
            (Rows(group, _), _) | (_, Rows(group, _)) => Ok(Rows(
                *group,
                zip(self.by_row(&a, *group)?, self.by_row(&b, *group)?),
            )),
        }
    }

    fn by_time(&self, value: &Value, group: usize) -> Result<Vec<f64>, String> {
        match value {
            Value::Course(own, values) if *own == group => Ok(values.clone()),
            Value::Course(..) => Err(DIFFERENT_PEOPLE.to_owned()),
            other => {
                let rows = self.by_row(other, group)?;
                let times = self.days.len();
                Ok(rows
                    .into_iter()
                    .flat_map(|x| std::iter::repeat_n(x, times))
                    .collect())
            }
        }
    }

    fn over_time(&self, fold: Fold, values: &[Figure]) -> Result<Value, String> {
        let Value::Course(group, course) = self.value(&values[0])? else {
            return Err("a fold over time wants a reading without a time".to_owned());
        };
        let from = match values.get(1).map(|from| self.value(from)).transpose()? {
            None => f64::NEG_INFINITY,
            Some(Value::Number(day)) => day - 1e-6,
            Some(_) => return Err("a fold over time begins at one time for all".to_owned()),
        };
        let start = self.days.iter().position(|day| *day >= from);
        let start = start.ok_or("a fold over time begins after the last look")?;
        let days = &self.days[start..];
        let rows = course
            .chunks(self.days.len())
            .map(|row| fold_course(fold, days, &row[start..]))
            .collect();
        Ok(Value::Rows(group, rows))
    }
}

const DIFFERENT_PEOPLE: &str =
    "these cases are of different people: fold each over its patients, then compare";

impl Value {
    fn map(self, f: impl Fn(f64) -> f64) -> Self {
        let all = |values: Vec<f64>| values.into_iter().map(&f).collect();
        match self {
            Self::Number(x) => Self::Number(f(x)),
            Self::Points(values) => Self::Points(all(values)),
            Self::Rows(group, values) => Self::Rows(group, all(values)),
            Self::Course(group, values) => Self::Course(group, all(values)),
        }
    }
}

fn apply(sign: Sign, a: f64, b: f64) -> f64 {
    match sign {
        Sign::Add => a + b,
        Sign::Subtract => a - b,
        Sign::Multiply => a * b,
        Sign::Divide => a / b,
        Sign::Power => libm::pow(a, b),
        Sign::Below => truth(a < b),
        Sign::AtMost => truth(a <= b),
        Sign::Above => truth(a > b),
        Sign::AtLeast => truth(a >= b),
        Sign::And => truth(a > 0.5 && b > 0.5),
        Sign::Or => truth(a > 0.5 || b > 0.5),
    }
}

impl Reduced {
    fn work_out(&self, picks: &[Vec<usize>]) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::Negate(inner) => -inner.work_out(picks),
            Self::Not(inner) => 1.0 - truth(inner.work_out(picks) > 0.5),
            Self::Binary(sign, a, b) => apply(*sign, a.work_out(picks), b.work_out(picks)),
            Self::Call(fold, values) => {
                let values: Vec<f64> = values.iter().map(|value| value.work_out(picks)).collect();
                match fold {
                    Fold::Logarithm => libm::log(values[0]),
                    Fold::Smaller => values[0].min(values[1]),
                    _ => values[0].max(values[1]),
                }
            }
            Self::Fold(fold, group, xs, ys, share) => {
                fold_patients(*fold, &picks[*group], xs, ys.as_deref(), *share)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four patients seen on days 0, 7 and 14, with and without a drug.
    fn measured() -> Measured {
        let case = |values: Vec<f64>| CaseData {
            group: 0,
            rows: 4,
            courses: BTreeMap::from([("PASI".to_owned(), values)]),
            fixed: BTreeMap::from([("WEIGHT".to_owned(), vec![60.0, 70.0, 80.0, 90.0])]),
        };
        Measured {
            cases: vec![
                (
                    "drug".to_owned(),
                    case(vec![
                        10.,
                        5.,
                        1.,
                        20.,
                        8.,
                        4.,
                        30.,
                        30.,
                        30.,
                        12.,
                        f64::NAN,
                        f64::NAN,
                    ]),
                ),
                (
                    "none".to_owned(),
                    case(vec![
                        10., 10., 10., 20., 20., 20., 30., 30., 30., 12., 12., 12.,
                    ]),
                ),
            ],
            days: vec![0.0, 7.0, 14.0],
            points: 1,
            ..Measured::default()
        }
    }

    fn figure(text: &str) -> f64 {
        let figure = Figure::parse(text).expect("reads");
        measured()
            .reckon(&figure, 1)
            .expect("can be reckoned")
            .value
    }

    #[test]
    fn who_is_not_seen_has_not_responded() {
        assert_eq!(
            figure("share(PASI[drug, 2 week] <= 0.25 * PASI[drug, 0 week])"),
            0.5
        );
    }

    #[test]
    fn a_mean_is_of_those_who_were_seen() {
        assert_eq!(figure("mean(PASI[drug, 14 day])"), 35.0 / 3.0);
        assert_eq!(figure("mean(PASI[drug, 2 week], WEIGHT[drug] < 75)"), 2.5);
    }

    #[test]
    fn patients_are_compared_with_themselves() {
        assert_eq!(
            figure("median(PASI[none, 1 week] - PASI[drug, 1 week])"),
            5.0
        );
    }

    #[test]
    fn a_time_that_never_comes_counts_in_a_median() {
        assert_eq!(
            figure("median(first(PASI[drug] < 0.5 * PASI[drug, 0 week]))"),
            14.0
        );
        assert_eq!(figure("highest(first(PASI[drug] < 6))"), f64::INFINITY);
    }

    #[test]
    fn correlations_are_of_ranks() {
        assert_eq!(figure("correlation(WEIGHT[none], PASI[none, 0 day])"), 0.4);
        assert_eq!(
            figure("separation(WEIGHT[none], PASI[none, 0 day] > 15)"),
            0.5
        );
    }

    #[test]
    fn a_figure_of_each_patient_is_refused() {
        let figure = Figure::parse("PASI[drug, 2 week]").expect("reads");
        assert!(
            measured()
                .reckon(&figure, 1)
                .expect_err("rows")
                .contains("fold it")
        );
    }

    #[test]
    fn the_error_of_a_mean_is_its_standard_error() {
        let mut data = measured();
        let values: Vec<f64> = (0..400).map(|k| f64::from(k % 20)).collect();
        data.days = vec![0.0];
        data.cases.truncate(1);
        data.cases[0].1.rows = 400;
        data.cases[0].1.courses.insert("PASI".to_owned(), values);
        let figure = Figure::parse("mean(PASI[drug, 0 day])").expect("reads");
        let reckoned = data.reckon(&figure, 1).expect("can be reckoned");
        // The values' standard deviation is 5.77; 200 resamples know the error to 5 %.
        let error = reckoned.error.expect("chance took part");
        assert!((error - 5.77 / 20.0).abs() < 0.05, "{error}");
    }
}
