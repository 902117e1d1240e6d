//! `psora show`: what the model says of a name.

use crate::terminal::say;
use crate::{Failure, Outcome};
use clap::Args;
use psora::{DEFAULT_MODEL, Error, Library};

const EXAMPLES: &str = "\
Examples:
  psora show IL23                          who makes it, who removes it, who reads it
  psora show immune.memory.d_R             value, unit, range, source, where it acts
  psora show secukinumab                   label, kinetics, target, sources";

/// Show what the model says of a species, parameter, module or treatment.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Show {
    /// A name of the model, in full or its last part
    #[arg(value_name = "NAME")]
    name: String,

    /// The model
    #[arg(long, value_name = "NAME", default_value = DEFAULT_MODEL)]
    model: String,
}

impl Show {
    pub(crate) fn run(self, library: &Library) -> Result<Outcome, Failure> {
        let model = psora::calibrated_model(&self.model, library)?;
        match model.describe(&self.name) {
            Ok(text) => {
                say(&format!("{}\n", text.trim_end()))?;
                Ok(Outcome::Done)
            }
            Err(near) => {
                let help = match near.as_slice() {
                    [] => "`psora treatments` lists the drugs; model/ holds every name".to_owned(),
                    near => format!("did you mean {}?", near.join(", ")),
                };
                let message = format!("the model has nothing called `{}`", self.name);
                Err(Error::fault("unknown-name", &self.model, &message, &help).into())
            }
        }
    }
}
