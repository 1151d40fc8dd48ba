//! `tinghu lexicon fit`: learns what wording tells from labelled calls.

use std::collections::BTreeMap;

use tinghu::both;
use tinghu::evaluate::{Expected, read_labels};
use tinghu::fit;
use tinghu::read::{self, SpeakerTable};

use super::args::FitArgs;
use super::evaluate::placed;
use super::terminal::{Level, tell};
use super::{Exit, UsageError, failure, refuses, usage};

/// Reads labelled calls and writes `wording.csv`.
pub fn run(args: &FitArgs) -> anyhow::Result<Exit> {
    let mut labels: BTreeMap<String, Expected> = BTreeMap::new();
    for path in &args.labelled {
        let text = std::fs::read_to_string(path).map_err(refuses(path))?;
        for (id, label) in read_labels(&text).map_err(|error| failure(placed(path, &error)))? {
            if labels.insert(id.clone(), label).is_some() {
                let path = path.display();
                return Err(UsageError(both!(
                    "{path}：通话 {id} 标注了两次，留一次";
                    "{path}: call {id} is labelled twice; keep one of them"
                ))
                .into());
            }
        }
    }
    let found = read::discover(&args.labelled).map_err(usage)?;
    let (options, speakers) = (read::Options::default(), SpeakerTable::default());
    let raws = found.sources.iter().flat_map(|source| read::open(source, &options));
    let calls = raws.filter_map(|raw| raw.parse(&speakers).ok().map(|(call, _)| call));
    let labelled: Vec<_> = calls.filter_map(|call| labels.get(&call.id).cloned().map(|label| (call, label))).collect();
    let dropped = labels.len() - labelled.len();
    if labelled.len() < fit::FEWEST_CALLS {
        let (count, least) = (labelled.len(), fit::FEWEST_CALLS);
        return Err(UsageError(both!(
            "带标注的通话只有 {count} 通，至少要 {least} 通";
            "only {count} labelled calls; it takes {least} to learn from"
        ))
        .into());
    }
    let rows = fit::fit(&labelled);
    std::fs::write(&args.out, fit::table(&rows)?).map_err(refuses(&args.out))?;
    let (calls, rows, out) = (labelled.len(), rows.len(), args.out.display());
    let message = both!(
        "带标注的通话 {calls} 通（另有 {dropped} 通读不出来），{rows} 行，写入 {out}";
        "{calls} labelled calls ({dropped} could not be read), {rows} rows, written to {out}"
    );
    tell(Level::Info, "written", &message, [("path", out.to_string().into()), ("rows", rows.into())]);
    Ok(Exit::Done)
}
