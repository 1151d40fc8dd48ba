//! `tinghu lexicon check`: every fault at once, for the people who edit the tables.

use std::io::Write;

use tinghu::engine::Engine;
use tinghu::lexicon::{Diagnostic, Lexicon, Severity, builtin_files, read_folder};
use tinghu::lint;

use super::args::CheckArgs;
use super::{Exit, UsageError};

/// Checks a folder, or the built-in lexicons.
pub fn run(args: &CheckArgs) -> anyhow::Result<Exit> {
    let files = match &args.dir {
        Some(dir) => {
            read_folder(dir).map_err(|error| UsageError(format!("词库目录 {} 读不出来：{error}", dir.display())))?
        }
        None => builtin_files(),
    };
    let out = &mut super::stdout();
    let findings = match Lexicon::load(files) {
        Err(faults) => faults,
        Ok(lexicon) => {
            let rows = lexicon.terms.len();
            let engine = Engine::new(lexicon)?;
            let today = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date().to_string();
            let findings = lint::check(&engine, &today);
            writeln!(out, "词条 {rows} 行，词库版本 {}", engine.lexicon().version)?;
            findings
        }
    };
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    let errors = findings.iter().filter(|finding| is_error(finding)).count();
    writeln!(out, "{errors} 处错误，{} 处提醒", findings.len() - errors)?;
    out.flush()?;
    Ok(if errors > 0 { Exit::Usage } else { Exit::Done })
}

fn is_error(finding: &Diagnostic) -> bool {
    finding.severity == Severity::Error
}
