//! Which patients are looked at closely: a few that stand for the others, chosen by rule.

use psora_trial::{ArmResult, PatientResult, Status};

/// A patient worth looking at, and what he stands for.
#[derive(Debug)]
pub(super) struct Exemplar<'a> {
    pub(super) role: &'static str,
    pub(super) patient: &'a PatientResult,
    /// Change of PASI from baseline at the last visit that he had, in percent.
    pub(super) change: f64,
}

/// The median of those who completed, then best, quartiles, worst, and one who dropped out.
///
/// Patients are ranked by the change of PASI at their last visit, equals by number, so that
/// the choice is the same whenever the trial is.
pub(super) fn exemplars<'a>(arm: &'a ArmResult) -> Vec<Exemplar<'a>> {
    let of_status = |wanted: fn(&Status) -> bool| {
        let mut ranked: Vec<(f64, &PatientResult)> = arm
            .patients
            .iter()
            .filter(|patient| wanted(&patient.status))
            .filter_map(|patient| Some((change(patient)?, patient)))
            .collect();
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.id.cmp(&b.1.id)));
        ranked
    };
    let completed = of_status(|status| *status == Status::Completed);
    let left = of_status(|status| matches!(status, Status::DroppedOut { .. }));
    let mut chosen: Vec<Exemplar<'a>> = Vec::new();
    let pick = |role, ranked: &[(f64, &'a PatientResult)], index: usize| {
        let &(change, patient) = ranked.get(index)?;
        Some(Exemplar {
            role,
            patient,
            change,
        })
    };
    if let Some(last) = completed.len().checked_sub(1) {
        // The median comes first so that it keeps its name where patients are few.
        for (role, index) in [
            ("median responder", last / 2),
            ("best", 0),
            ("upper quartile", last / 4),
            ("lower quartile", last - last / 4),
            ("worst", last),
        ] {
            chosen.extend(pick(role, &completed, index));
        }
    }
    chosen.extend(pick("dropped out", &left, left.len() / 2));
    let mut seen = Vec::new();
    chosen.retain(|exemplar| {
        let new = !seen.contains(&exemplar.patient.id);
        seen.push(exemplar.patient.id);
        new
    });
    chosen
}

/// The change of PASI from baseline at a patient's last visit, in percent.
fn change(patient: &PatientResult) -> Option<f64> {
    let baseline = patient.scores.first()?.as_ref()?.pasi;
    let last = patient.scores.iter().rev().flatten().next()?.pasi;
    let change = 100.0 * (last / baseline - 1.0);
    change.is_finite().then_some(change)
}
