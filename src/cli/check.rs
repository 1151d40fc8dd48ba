//! `tinghu lexicon check`: every fault at once, for the people who edit the tables.

use std::io::Write;
use std::path::Path;

use serde::Serialize;
use tinghu::call::Call;
use tinghu::engine::Engine;
use tinghu::lexicon::{Diagnostic, Lexicon, Severity, builtin_files, read_folder};
use tinghu::lint;
use tinghu::read::{self, SpeakerTable};

use super::args::CheckArgs;
use super::lexicon_out::{Finding, print_json};
use super::shared_args::FormatArg;
use super::{Exit, failure, unreadable, usage};

/// Checks a folder, or the built-in lexicons.
pub fn run(args: &CheckArgs) -> anyhow::Result<Exit> {
    let files = match &args.dir {
        Some(dir) => read_folder(dir).map_err(|error| unreadable(dir, &error))?,
        None => builtin_files(),
    };
    let mut terms = None;
    let (lexicon, mut findings) = Lexicon::load_sound_rows(files);
    if let Some(lexicon) = lexicon {
        let engine = Engine::new(lexicon).map_err(failure)?;
        let today = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date().to_string();
        findings.extend(lint::check(&engine, &today));
        if let Some(input) = &args.ordinary {
            findings.extend(lint::too_broad(&engine, &ordinary_calls(input)?));
        }
        findings.sort();
        terms = Some((engine.lexicon().terms.len(), engine.lexicon().version.clone()));
    }
    let errors = findings.iter().filter(|finding| is_error(finding)).count();
    let exit = if errors > 0 { Exit::Usage } else { Exit::Done };
    if args.format == FormatArg::Json {
        print_json(&Shown {
            terms: terms.as_ref().map(|(terms, _)| *terms),
            version: terms.map(|(_, version)| version),
            errors,
            warnings: findings.len() - errors,
            findings: findings.iter().map(Finding::from).collect(),
        })?;
        return Ok(exit);
    }
    let out = &mut super::terminal::plain_stdout();
    if let Some((terms, version)) = terms {
        writeln!(out, "词条 {terms} 行，词库版本 {version}")?;
    }
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    writeln!(out, "{errors} 处错误，{} 处提醒", findings.len() - errors)?;
    out.flush()?;
    Ok(exit)
}

/// What `--format json` shows; without a sound `scoring.toml` no terms were counted and no examples run.
#[derive(Serialize)]
struct Shown {
    terms: Option<usize>,
    version: Option<String>,
    errors: usize,
    warnings: usize,
    findings: Vec<Finding>,
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
