//! Given patients: exactly those of an event table, with their covariates and their doses.
//!
//! Nobody is left out: a table says who is in. What it does not say of a patient (how he
//! handles drugs, how his skin answers) is drawn by his number, and drawn again as long as
//! whoever comes out would not have been let into a trial: a table is of people who are ill.

use super::enrol::{Enrolled, run_in, signals, years_ill};
use super::machine::{Machine, state_name, words};
use super::treat::Treated;
use super::{BLOCK, Trial, WEEK_DAY, latent, scored_outputs, summary};
use crate::events::EventPatient;
use crate::population::Plan;
use crate::{ArmResult, Host, PatientResult, Status, TrialResult};
use psora_engine::Course;
use psora_model::{Diagnostic, Diagnostics, Lowered, Model};
use std::collections::BTreeMap;
use std::sync::Mutex;

impl Trial {
    /// Runs the patients of an event table as the trial's one arm.
    ///
    /// # Errors
    /// When model and population do not fit, or a dose has no place to go.
    pub fn run_given(
        &self,
        patients: &[EventPatient],
        model: &Model,
        host: &dyn Host,
    ) -> Result<TrialResult, Diagnostics> {
        self.run_given_on(patients, model, host)
            .map_err(|list| Diagnostics {
                list,
                texts: BTreeMap::new(),
            })
    }

    pub(super) fn run_given_on(
        &self,
        patients: &[EventPatient],
        machine: &dyn Machine,
        host: &dyn Host,
    ) -> Result<TrialResult, Vec<Diagnostic>> {
        self.check(machine)?;
        let core = machine.lower(&[]);
        let mut treatments: Vec<&str> = Vec::new();
        for dose in patients.iter().flat_map(|patient| &patient.doses) {
            if !treatments.contains(&dose.treatment.as_str()) {
                treatments.push(&dose.treatment);
            }
        }
        let lowered = machine.lower(&treatments);
        let arm = &self.arms[0];
        let given = Given {
            trial: self,
            plan: Plan::new(&core, machine.covariates())?,
            solver: machine.solver(&core, &self.options),
            treated: Treated::new(self, arm, machine, &lowered, &core)?,
            core: &core,
            width: lowered.outputs.len(),
        };
        let blocks: Vec<&[EventPatient]> = patients.chunks(BLOCK).collect();
        let done = Mutex::new(BTreeMap::new());
        host.stage("patients", patients.len());
        host.for_each(blocks.len(), &|block| {
            if host.cancelled() {
                return;
            }
            let results = given.block(blocks[block], block * BLOCK);
            done.lock()
                .expect("no task panics while it holds the lock")
                .insert(block, results);
            host.advance(blocks[block].len());
        });
        let done = done
            .into_inner()
            .expect("no task panics while it holds the lock");
        let results: Vec<PatientResult> = done.into_values().flatten().collect();
        let (endpoints, means) = summary::summary(&self.weeks, &results, &[], "");
        drop(given);
        let partial = results.len() != patients.len();
        Ok(TrialResult {
            title: self.title.clone(),
            weeks: self.weeks.clone(),
            arms: vec![ArmResult {
                name: arm.name.clone(),
                regimen: arm.regimen.text().to_owned(),
                doses: doses_in_words(patients.first()),
                outputs: lowered.outputs,
                patients: results,
                endpoints,
                means,
                rules: Vec::new(),
                relapse: None,
            }],
            study: None,
            published_baseline: Vec::new(),
            screened: patients.len(),
            excluded: Vec::new(),
            partial,
        })
    }
}

/// What a block of given patients needs.
struct Given<'a> {
    trial: &'a Trial,
    core: &'a Lowered,
    plan: Plan,
    solver: super::machine::Solver<'a>,
    treated: Treated<'a>,
    width: usize,
}

/// Draws after which a patient is taken as he comes out.
const DRAWS: u64 = 24;

/// What lies between the random streams of two draws of a patient: more than there are numbers.
const APART: u64 = 1 << 40;

/// A patient at the end of his run-in, or what became of it.
type Drawn = Result<Enrolled, (BTreeMap<String, f64>, Status)>;

impl Given<'_> {
    fn block(&self, tables: &[EventPatient], first: usize) -> Vec<PatientResult> {
        let numbers: Vec<u64> = tables
            .iter()
            .enumerate()
            // A number is the patient's own; another name is his place in the table.
            .map(|(place, table)| table.id.parse().unwrap_or((first + place) as u64) % APART)
            .collect();
        let mut found: Vec<Option<Drawn>> = Vec::new();
        found.resize_with(tables.len(), || None);
        for draw in 0..DRAWS {
            let open: Vec<usize> = (0..tables.len())
                .filter(|&place| found[place].is_none())
                .collect();
            let people = open
                .iter()
                .map(|&place| (numbers[place] + draw * APART, &tables[place]));
            let drawn = self.drawn(people.collect());
            for (place, (person, qualifies)) in open.into_iter().zip(drawn) {
                if qualifies || draw + 1 == DRAWS {
                    found[place] = Some(person);
                }
            }
        }
        let (mut ready, mut results) = (Vec::new(), Vec::new());
        for ((place, person), number) in found.into_iter().flatten().enumerate().zip(&numbers) {
            match person {
                Ok(person) => {
                    results.push(None);
                    ready.push((person, &tables[place]));
                }
                Err((covariates, status)) => {
                    results.push(Some(self.failed(*number, covariates, status)));
                }
            }
        }
        let mut treated = self.treated.by_tables(&ready).into_iter();
        results
            .into_iter()
            .zip(numbers)
            .filter_map(|(failed, id)| {
                failed.or_else(|| treated.next().map(|result| PatientResult { id, ..result }))
            })
            .collect()
    }

    /// One draw of some patients, and whether each would be let in.
    fn drawn(&self, people: Vec<(u64, &EventPatient)>) -> Vec<(Drawn, bool)> {
        let (trial, population) = (self.trial, &self.trial.population);
        let people: Vec<(u64, BTreeMap<String, f64>)> = people
            .into_iter()
            .map(|(id, table)| {
                let mut covariates = population.covariates(trial.seed, id);
                covariates.extend(table.covariates.clone());
                (id, covariates)
            })
            .collect();
        let visits = [-population.screening_day, 0.0];
        let courses: Vec<Course> = people
            .iter()
            .map(|(id, covariates)| {
                let parameters = self.plan.parameters(trial.seed, *id, covariates);
                let signals = signals(self.core, trial, *id, 0.0);
                let years = years_ill(covariates, population);
                run_in(self.core, parameters, signals, years, &visits)
            })
            .collect();
        let scored = scored_outputs(self.core).expect("checked before");
        (self.solver)(&courses)
            .into_iter()
            .zip(people)
            .map(|(trajectory, (id, covariates))| {
                if let Some(failure) = trajectory.failure {
                    let status = Status::Failed {
                        week: failure.time / WEEK_DAY,
                        state: state_name(self.core, failure.state),
                        why: words(failure.why),
                    };
                    return (Err((covariates, status)), false);
                }
                let seen = latent(&trajectory.outputs, &scored);
                let screening = population.rater.score(&seen, trial.seed, id, "screening");
                let qualifies = population
                    .inclusion
                    .iter()
                    .all(|criterion| criterion.met(&screening));
                let person = Enrolled {
                    id,
                    covariates,
                    screening,
                    states: trajectory.end,
                };
                (Ok(person), qualifies)
            })
            .collect()
    }

    fn failed(&self, id: u64, covariates: BTreeMap<String, f64>, status: Status) -> PatientResult {
        let visits = self.trial.weeks.len();
        PatientResult {
            id,
            covariates,
            scores: vec![None; visits],
            outputs: vec![f64::NAN; visits * self.width],
            status,
            changes: Vec::new(),
            last_dose: None,
        }
    }
}

fn doses_in_words(first: Option<&EventPatient>) -> Vec<(f64, String, String)> {
    let doses = first.map_or(&[][..], |patient| &patient.doses);
    doses
        .iter()
        .map(|dose| {
            let amount = (dose.amount * 1000.0).round() / 1000.0;
            let week = dose.day / WEEK_DAY;
            (week, dose.treatment.clone(), format!("{amount} mg"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::EventTable;
    use crate::{Arm, Population, Quiet, Regimen};
    use psora_engine::Options;
    use psora_model::Files;

    /// A small model that falls ill, and a drug for it.
    struct Small;

    impl Files for Small {
        fn read(&self, path: &str) -> Result<String, String> {
            match path {
                "psoriasis.psora" => {
                    Ok(include_str!("../../../psora-cli/tests/door/small/psoriasis.psora").into())
                }
                "drugs/calm.psora" => {
                    Ok(include_str!("../../../psora-cli/tests/door/small/drugs/calm.psora").into())
                }
                _ => Err("there is no such file".to_owned()),
            }
        }
    }

    fn model() -> Model {
        Model::read("psoriasis.psora", &Small)
            .unwrap_or_else(|faults| panic!("{}", faults.render(false)))
    }

    fn run(text: &str, lanes: usize) -> TrialResult {
        let model = model();
        let table = EventTable::read("people.csv", text, model.treatments(), &["WEIGHT"])
            .unwrap_or_else(|faults| panic!("{}", faults.render(false)));
        let people = include_str!("../../../psora-cli/tests/door/small/population.toml");
        let patients = table.patients();
        let trial = Trial {
            title: String::new(),
            weeks: vec![0.0, 2.0, 4.0, 6.0, 8.0],
            arms: vec![Arm {
                name: "people".to_owned(),
                regimen: Regimen::elsewhere("as in people.csv"),
                n: None,
                results: Vec::new(),
                drop_out: 0.0,
            }],
            population: Population::read("people.toml", people).expect("a population"),
            size: patients.len(),
            seed: 3,
            study: None,
            options: Options {
                lanes,
                ..Options::default()
            },
        };
        trial
            .run_given(&patients, &model, &Quiet)
            .unwrap_or_else(|faults| panic!("{}", faults.render(false)))
    }

    /// The level of the drug in patient `id`, by visit.
    fn levels(result: &TrialResult, id: u64) -> Vec<f64> {
        let arm = &result.arms[0];
        let slot = arm
            .outputs
            .iter()
            .position(|output| output.name == "calm_concentration")
            .expect("the drug is in use");
        let patient = arm.patients.iter().find(|patient| patient.id == id);
        patient
            .expect("he is in the table")
            .outputs
            .chunks(arm.outputs.len())
            .map(|row| row[slot])
            .collect()
    }

    const ROWS: &str = "\
ID,TIME,EVID,AMT,TREATMENT,ADDL,II,WEIGHT
4,0,1,100,calm,2,14,95
5,0,1,100,calm,.,.,95
5,14,1,100,calm,.,.,95
5,28,1,100,calm,.,.,95
";

    #[test]
    fn exactly_the_patients_of_a_table_are_run_as_it_says() {
        let result = run(ROWS, 8);
        let patients = &result.arms[0].patients;
        let ids: Vec<u64> = patients.iter().map(|patient| patient.id).collect();
        assert_eq!(ids, [4, 5]);
        assert_eq!(patients[0].covariates["WEIGHT"], 95.0);
        assert_eq!(patients[0].last_dose, Some(4.0));
        assert!(!result.partial);
    }

    #[test]
    fn whoever_is_in_a_table_is_ill() {
        let many: String = (0..40).map(|id| format!("{id},0,0,.\n")).collect();
        let result = run(&format!("ID,TIME,EVID,AMT\n{many}"), 8);
        let arm = &result.arms[0];
        assert_eq!(arm.patients.len(), 40);
        // 12 at screening; two weeks later the same skin may score a little less.
        let ill = |patient: &&PatientResult| {
            let baseline = patient.scores[0].as_ref();
            baseline.is_some_and(|scores| scores.pasi > 6.0)
        };
        assert_eq!(arm.patients.iter().filter(ill).count(), 40);
    }

    #[test]
    fn additional_doses_are_doses_and_a_patient_is_his_number() {
        let apart =
            "ID,TIME,AMT,TREATMENT,WEIGHT\n4,0,100,calm,95\n4,14,100,calm,95\n4,28,100,calm,95\n";
        let (short, long) = (run(ROWS, 8), run(apart, 1));
        let person = |result: &TrialResult| format!("{:?}", result.arms[0].patients[0]);
        assert_eq!(person(&short), person(&long));
    }

    #[test]
    fn a_reset_takes_the_drug_out_of_the_body_and_leaves_the_disease() {
        let reset = ROWS.replace("5,28,1,100,calm", "5,28,3,.,.");
        let result = run(&reset, 8);
        let found = levels(&result, 5);
        // Looks in weeks 0, 2, 4, 6 and 8; the one at the reset comes before it.
        assert!(
            found[2] > 1.0 && found[3] == 0.0 && found[4] == 0.0,
            "{found:?}"
        );
        // Between two visits too, with no row for the stop.
        let between = run(&ROWS.replace("5,28,1,100,calm", "5,31,3,.,."), 8);
        let found = levels(&between, 5);
        assert!(found[2] > 1.0 && found[3] == 0.0, "{found:?}");
        let last = between.arms[0].patients[1].scores[4].as_ref();
        assert!(last.expect("seen").pasi > 0.0 || found.len() == 5);
    }

    #[test]
    fn an_infusion_ends_and_a_reset_ends_it_early() {
        let dose = |rate: &str, more: &str| {
            let text =
                format!("ID,TIME,EVID,AMT,TREATMENT,RATE,WEIGHT\n4,0,1,100,calm,{rate},95\n{more}");
            levels(&run(&text, 8), 4)
        };
        let (slow, fast) = (dose("100", ""), dose(".", ""));
        // Half a day later on average, at a loss of at most 0.1 a day: under 5 percent.
        assert!(
            slow[1] > fast[1] && slow[1] < 1.05 * fast[1],
            "{slow:?} {fast:?}"
        );
        assert!(slow[4] < slow[1], "{slow:?}");
        // 2 mg a day for 50 days, and taken away on day 20.
        let stopped = dose("2", "4,20,3,.,.,.,95\n");
        assert!(
            stopped[1] > 0.0 && stopped[2] == 0.0 && stopped[4] == 0.0,
            "{stopped:?}"
        );
    }
}
