//! `tinghu report`: the page of a finished run, made from its own tables.

use std::sync::Arc;

use anyhow::Context;
use tinghu::morning::{self, Wanted};
use tinghu::run::Run;
use tinghu::write::{OutputFolder, RealDisk, Start};

use super::args::ReportArgs;
use super::terminal::say;
use super::{Exit, UsageError};

/// Makes the page in the folder of the run.
pub fn run(args: &ReportArgs) -> anyhow::Result<Exit> {
    let usage = |error: &dyn std::fmt::Display| UsageError(error.to_string());
    Run::open(&args.run).map_err(|error| usage(&error))?;
    let before = match &args.compare {
        Some(other) => {
            let run = Run::open(other).map_err(|error| usage(&error))?;
            Some(morning::figures_of(&run).map_err(|error| usage(&error))?)
        }
        None => None,
    };
    let folder =
        OutputFolder::prepare(&args.run, Start::Overwrite, &[], Arc::new(RealDisk)).map_err(|error| usage(&error))?;
    let wanted = Wanted { page: true, ..Wanted::default() };
    morning::make_again(&folder, wanted, before.as_ref()).context("report.html")?;
    say(format_args!("页面 page             {}", args.run.join("report.html").display()));
    Ok(Exit::Done)
}
