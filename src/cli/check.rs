//! `tinghu lexicon check`: every fault at once, for the people who edit the tables.

use std::io::Write;
use std::path::Path;

use tinghu::call::Call;
use tinghu::engine::Engine;
use tinghu::lexicon::{Diagnostic, Lexicon, Severity, builtin_files, read_folder};
use tinghu::lint;
use tinghu::read::{self, SpeakerTable};

use super::args::CheckArgs;
use super::{Exit, failure, unreadable, usage};

/// Checks a folder, or the built-in lexicons.
pub fn run(args: &CheckArgs) -> anyhow::Result<Exit> {
    let files = match &args.dir {
        Some(dir) => read_folder(dir).map_err(|error| unreadable(dir, &error))?,
        None => builtin_files(),
    };
    let out = &mut super::terminal::plain_stdout();
    let (lexicon, mut findings) = Lexicon::load_sound_rows(files);
    if let Some(lexicon) = lexicon {
        let engine = Engine::new(lexicon).map_err(failure)?;
        let today = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date().to_string();
        findings.extend(lint::check(&engine, &today));
        if let Some(input) = &args.ordinary {
            findings.extend(lint::too_broad(&engine, &ordinary_calls(input)?));
        }
        findings.sort();
        writeln!(out, "词条 {} 行，词库版本 {}", engine.lexicon().terms.len(), engine.lexicon().version)?;
    }
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    let errors = findings.iter().filter(|finding| is_error(finding)).count();
    writeln!(out, "{errors} 处错误，{} 处提醒", findings.len() - errors)?;
    out.flush()?;
    Ok(if errors > 0 { Exit::Usage } else { Exit::Done })
}

/// The calls of a file or folder; what cannot be read is left out.
fn ordinary_calls(input: &Path) -> anyhow::Result<Vec<Call>> {
    let found = read::discover(&[input.to_owned()]).map_err(usage)?;
    let (options, speakers) = (read::Options::default(), SpeakerTable::default());
    let raws = found.sources.iter().flat_map(|source| read::open(source, &options));
    Ok(raws.filter_map(|raw| raw.parse(&speakers).ok().map(|(call, _)| call)).collect())
}

fn is_error(finding: &Diagnostic) -> bool {
    finding.severity == Severity::Error
}
