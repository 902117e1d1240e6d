//! Which colour, dash, marker and short name an arm has, in every figure of a page.
//!
//! Colours are Okabe and Ito's, which stay apart for the colour-blind (Wong, Nature Methods
//! 2011, 8:441); dashes and markers say the same once more, for print in grey.

use super::label::shorten;
use psora_trial::TrialResult;

/// How many colours there are besides that of placebo.
const COLOURS: usize = 6;

/// The longest name at the end of a curve, in characters.
const SHORT: usize = 14;

/// The styles of a trial's arms.
#[derive(Debug)]
pub(crate) struct Palette {
    classes: Vec<String>,
    names: Vec<String>,
}

impl Palette {
    /// Placebo is grey; the other arms take colours in their order.
    pub(crate) fn of(result: &TrialResult) -> Self {
        let mut next = 0;
        let classes = result
            .arms
            .iter()
            .map(|arm| {
                if arm.name.to_lowercase().starts_with("placebo") {
                    return "placebo".to_owned();
                }
                let class = format!("c{}", next % COLOURS);
                next += 1;
                class
            })
            .collect();
        let names = result
            .arms
            .iter()
            .map(|arm| short_name(&arm.name, result))
            .collect();
        Self { classes, names }
    }

    /// The class that sets an arm's colour and dash.
    pub(crate) fn class(&self, arm: usize) -> &str {
        &self.classes[arm]
    }

    /// A name of the arm that fits beside a curve.
    pub(crate) fn short(&self, arm: usize) -> &str {
        &self.names[arm]
    }
}

/// The first word of an arm's name where no other arm begins with it, or what fits.
fn short_name(name: &str, result: &TrialResult) -> String {
    let first = |name: &str| {
        name.split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let word = first(name);
    let same = result
        .arms
        .iter()
        .filter(|arm| first(&arm.name) == word)
        .count();
    if same == 1 {
        return shorten(&word, SHORT);
    }
    if name.chars().count() <= SHORT {
        return name.to_owned();
    }
    // Arms of one drug differ by what follows: `secukinumab 300 mg` becomes `secuk. 300 mg`.
    let rest: Vec<&str> = name.split_whitespace().skip(1).collect();
    let start: String = word.chars().take(5).collect();
    shorten(&format!("{start}. {}", rest.join(" ")), SHORT)
}
