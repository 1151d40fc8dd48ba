//! `tinghu lexicon fit`: learns what wording tells from labelled calls.

use std::collections::BTreeMap;

use anyhow::Context;
use tinghu::evaluate::{Expected, read_labels};
use tinghu::fit;
use tinghu::read::{self, SpeakerTable};

use super::args::FitArgs;
use super::{Exit, UsageError, say};

/// Reads labelled calls and writes `wording.csv`.
pub fn run(args: &FitArgs) -> anyhow::Result<Exit> {
    let mut labels: BTreeMap<String, Expected> = BTreeMap::new();
    for path in &args.labelled {
        let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        labels.extend(read_labels(&text).with_context(|| path.display().to_string())?);
    }
    let found = read::discover(&args.labelled).map_err(|error| UsageError(error.to_string()))?;
    let (options, speakers) = (read::Options::default(), SpeakerTable::default());
    let raws = found.sources.iter().flat_map(|source| read::open(source, &options));
    let calls = raws.filter_map(|raw| raw.parse(&speakers).ok().map(|(call, _)| call));
    let labelled: Vec<_> = calls.filter_map(|call| labels.get(&call.id).cloned().map(|label| (call, label))).collect();
    if labelled.len() < fit::FEWEST_CALLS {
        return Err(UsageError(format!("only {} labelled calls: too few to learn from", labelled.len())).into());
    }
    let rows = fit::fit(&labelled);
    std::fs::write(&args.out, fit::table(&rows)?).with_context(|| format!("writing {}", args.out.display()))?;
    say(format_args!("{} labelled calls, {} rows → {}", labelled.len(), rows.len(), args.out.display()));
    Ok(Exit::Done)
}
