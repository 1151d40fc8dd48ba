//! `tinghu lexicon fmt`: the tables in one order and spelling.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use tinghu::both;
use tinghu::lexicon::{Formatted, LexiconFile, format_tables, read_folder};
use tinghu::normalise::mask_text;
use tinghu::write::{RealDisk, WholeFile};

use super::lexicon_args::FmtArgs;
use super::lexicon_out::{Finding, print_json};
use super::shared_args::FormatArg;
use super::terminal::plain_stdout;
use super::{Exit, failure, unreadable, usage};

/// Formats the tables of a folder, or says which are not as they should be.
pub fn run(args: &FmtArgs) -> anyhow::Result<Exit> {
    let files = read_folder(&args.dir).map_err(|error| unreadable(&args.dir, &error))?;
    let (tables, mut faults) = format_tables(&files);
    // A folder of transcripts given by mistake must not be read out.
    for fault in &mut faults {
        fault.column = mask_text(&fault.column);
        fault.message = mask_text(&fault.message);
    }
    if tables.is_empty() {
        let dir = args.dir.display();
        return Err(usage(both!("{dir} 里没有一张表（.csv）"; "there is no table (.csv) in {dir}")).into());
    }
    let mut shown = Shown { written: !args.check, tables: tables.len(), ..Shown::default() };
    for (name, formatted) in tables {
        match formatted {
            Formatted::Same => {}
            Formatted::Faulty => shown.faulty.push(name),
            Formatted::Changed(bytes) => {
                if !args.check {
                    let read = files.iter().find(|file| file.name == name);
                    replace(&args.dir, read, &bytes)?;
                }
                shown.changed.push(name);
            }
        }
    }
    shown.faults = faults.iter().map(Finding::from).collect();
    match args.format {
        FormatArg::Json => print_json(&shown)?,
        FormatArg::Text => {
            let out = &mut plain_stdout();
            let done = if args.check { "要改" } else { "已改" };
            for name in &shown.changed {
                writeln!(out, "{done} {name}")?;
            }
            for fault in &faults {
                writeln!(out, "{fault}")?;
            }
            for name in &shown.faulty {
                writeln!(out, "没动 {name}：先改好上面的错误")?;
            }
            writeln!(
                out,
                "{} 张表，{done} {} 张，有错没动 {} 张",
                shown.tables,
                shown.changed.len(),
                shown.faulty.len()
            )?;
            out.flush()?;
        }
    }
    let wanting = !shown.faulty.is_empty() || args.check && !shown.changed.is_empty();
    Ok(if wanting { Exit::Usage } else { Exit::Done })
}

/// Replaces a table, unless somebody has saved it since it was read.
fn replace(dir: &Path, read: Option<&LexiconFile>, bytes: &[u8]) -> anyhow::Result<()> {
    let Some(read) = read else { return Ok(()) };
    let path = dir.join(&read.name);
    let file = WholeFile::hold(&path, Arc::new(RealDisk)).map_err(failure)?;
    if file.read().map_err(failure)?.as_deref() != Some(&read.bytes) {
        let path = path.display();
        return Err(
            failure(both!("{path} 刚刚被别人改过：再运行一次"; "{path} was just changed: run this again")).into()
        );
    }
    Ok(file.replace(bytes).map_err(failure)?)
}

/// What `--format json` shows.
#[derive(Default, Serialize)]
struct Shown {
    /// Whether the changed tables were written.
    written: bool,
    tables: usize,
    changed: Vec<String>,
    faulty: Vec<String>,
    faults: Vec<Finding>,
}
