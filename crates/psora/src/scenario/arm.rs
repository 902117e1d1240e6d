//! The arms of a scenario, and the rules that change them at visits, as they are written.

use super::{placed, said, time};
use crate::visits;
use psora_trial::document::{Reader, Table};
use psora_trial::outcome::Condition;
use toml::Spanned;

/// An arm, as written.
#[derive(Debug, Clone)]
pub struct ArmText {
    /// Its name.
    pub name: String,
    /// Its regimen: a sentence.
    pub regimen: Spanned<String>,
    /// The week after which nothing more is given, if that is not the regimen's own.
    pub until: Option<f64>,
    /// Rules that change it at visits.
    pub rules: Vec<RuleText>,
}

/// A rule of an arm, as written.
#[derive(Debug, Clone)]
pub struct RuleText {
    /// When it is asked, in words.
    pub at: Spanned<String>,
    /// When it is asked, in weeks.
    pub weeks: Vec<f64>,
    /// What must hold, in words; in any case where nothing is said.
    pub when: Option<String>,
    /// What must hold.
    pub conditions: Vec<Condition>,
    /// What then happens: a regimen, `add`, `restart`, `stop` or `stretch`.
    pub then: Spanned<String>,
}

impl RuleText {
    /// The rule as one sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let at = self.at.get_ref();
        let at = if at.starts_with("at ") || at.starts_with("every ") {
            at.clone()
        } else {
            format!("at {at}")
        };
        match &self.when {
            Some(when) => format!("{at}, if {when}: {}", self.then.get_ref()),
            None => format!("{at}: {}", self.then.get_ref()),
        }
    }
}

pub(super) fn arms(root: &Table, keys: &mut Reader) -> Vec<ArmText> {
    let mut arms: Vec<ArmText> = Vec::new();
    for (table, span) in keys.tables(root, "arm") {
        keys.only(table, &["name", "regimen", "until", "rule"], "an arm");
        let name = keys.needed_text((table, &span), "name", "\"placebo\"");
        let example = "\"guselkumab 100 mg sc at 0 4 12 20 week\"";
        let regimen = keys.needed_text((table, &span), "regimen", example);
        let until = keys.text(table, "until").and_then(|(text, span)| {
            let help = "write a time such as \"52 week\"";
            time(visits::parse_time(&text), &span, help, keys)
        });
        let rules = rules(table, keys);
        let (Some((name, span)), Some(regimen)) = (name, regimen) else {
            continue;
        };
        if arms.iter().any(|arm| arm.name == name) {
            let message = format!("a second arm is called `{name}`");
            keys.fault("same-name", span, message).help =
                Some("give each arm a name of its own".to_owned());
        }
        arms.push(ArmText {
            name,
            regimen: placed(regimen),
            until,
            rules,
        });
    }
    arms
}

fn rules(arm: &Table, keys: &mut Reader) -> Vec<RuleText> {
    let mut rules = Vec::new();
    for (table, span) in keys.tables(arm, "rule") {
        keys.only(table, &["at", "when", "then"], "a rule");
        let at = keys.needed_text((table, &span), "at", "\"16 week\"");
        let weeks = at.as_ref().and_then(|(text, span)| {
            let help = "write \"16 week\", \"at 16 28 week\" or \"every 4 week until 52 week\"";
            time(asked(text), span, help, keys)
        });
        let when = keys.text(table, "when");
        let conditions = when.as_ref().map_or(Some(Vec::new()), |(text, span)| {
            said(Condition::parse(text), span.clone(), keys)
        });
        let then = keys.needed_text((table, &span), "then", "\"guselkumab.label\"");
        if let (Some(at), Some(weeks), Some(conditions), Some(then)) = (at, weeks, conditions, then)
        {
            rules.push(RuleText {
                at: placed(at),
                weeks,
                when: when.map(|(text, _)| text),
                conditions,
                then: placed(then),
            });
        }
    }
    rules
}

/// The weeks at which a rule is asked: never at baseline, where nothing has been given.
fn asked(text: &str) -> Result<Vec<f64>, visits::Fault> {
    let words = text.trim_start();
    if !words.starts_with("at ") && !words.starts_with("every ") {
        return visits::parse_time(text).map(|week| vec![week]);
    }
    let mut weeks = visits::parse(text)?;
    weeks.retain(|week| *week > 0.0);
    Ok(weeks)
}
