//! `psora phenomena`: what is said of psoriasis, put to the test.

use crate::terminal::say;
use crate::work::Work;
use crate::{Failure, Outcome};
use clap::Args;
use clap::builder::PossibleValuesParser;
use psora::{Chosen, Kind, Library, ResultFolder, Verdict, Watch as _};

const EXAMPLES: &str = "\
Examples:
  psora phenomena                          every statement that the model can express
  psora phenomena 36 67                    two of them
  psora phenomena --list                   what there is, and what the model lacks
  psora phenomena --kind predicted --json | jq '.rows[] | {number, verdict}'

Table on stdout; report.html and phenomena.json in results/phenomena-1/.
With --strict, exit code 3 when a statement falls short or its experiment fails.";

/// Put what is said of psoriasis to the test: each statement an experiment with a verdict.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Phenomena {
    /// Numbers of statements [default: all]
    #[arg(value_name = "NUMBER")]
    numbers: Vec<usize>,

    /// Only those that follow by construction, were fitted, or are predicted
    #[arg(long, value_name = "KIND", value_parser = PossibleValuesParser::new(Kind::ALL.map(|(words, _)| words)))]
    kind: Option<String>,

    /// Only the sentinels: a dozen that are run at every change
    #[arg(long)]
    sentinels: bool,

    /// List the statements and run nothing
    #[arg(long)]
    list: bool,

    /// Print results as JSON instead of a table
    #[arg(long)]
    json: bool,

    /// Exit with 3 when a statement falls short or its experiment fails
    #[arg(long)]
    strict: bool,

    #[command(flatten)]
    work: Work,
}

impl Phenomena {
    pub(crate) fn run(self, library: &Library) -> Result<Outcome, Failure> {
        let kind = self.kind.as_ref().map(|wanted| {
            let found = Kind::ALL.into_iter().find(|(words, _)| words == wanted);
            found.expect("clap took a known kind").1
        });
        let chosen = Chosen {
            numbers: self.numbers,
            kind,
            sentinels: self.sentinels,
        };
        let experiments = psora::experiments(&chosen, library)?;
        if self.list {
            say(&psora::phenomena_list(&experiments))?;
            return Ok(Outcome::Done);
        }
        let folder = ResultFolder::reserve(&self.work.out, "phenomena")?;
        let progress = self.work.progress();
        let pool = self.work.pool(&progress)?;
        let phenomena = psora::phenomena(experiments, library, &pool)?;
        progress.finish();
        let value = psora::phenomena_json(&phenomena);
        let stopped = progress.cancelled();
        let files = [
            ("report.html", psora::phenomena_page(&phenomena)),
            ("phenomena.json", format!("{value:#}\n")),
        ];
        let files = files.map(|(name, text)| (name.to_owned(), text.into_bytes()));
        let report = folder.keep_files(files, !stopped)?.join("report.html");
        self.work.show(
            self.json.then_some(&value),
            || psora::phenomena_table(&phenomena),
            &report,
        )?;
        let short = phenomena.rows.iter().any(|row| {
            matches!(
                row.outcome.verdict,
                Verdict::FallsShort | Verdict::Failed(_)
            )
        });
        Ok(match (stopped, self.strict && short) {
            (true, _) => Outcome::Stopped,
            (false, true) => Outcome::FellShort,
            (false, false) => Outcome::Done,
        })
    }
}
