//! `tinghu report`: the page of a finished run, made from its own tables.

use std::sync::Arc;

use tinghu::both;
use tinghu::morning::{self, Wanted};
use tinghu::run::Run;
use tinghu::write::{OutputFolder, RealDisk, Start};

use super::args::ReportArgs;
use super::terminal::{Level, tell};
use super::{Exit, failure, usage};

/// Makes the page in the folder of the run.
pub fn run(args: &ReportArgs) -> anyhow::Result<Exit> {
    Run::open(&args.run).map_err(usage)?;
    let before = match &args.compare {
        Some(other) => {
            let run = Run::open(other).map_err(usage)?;
            Some(morning::figures_of(&run).map_err(usage)?)
        }
        None => None,
    };
    let folder = OutputFolder::prepare(&args.run, Start::Overwrite, &[], Arc::new(RealDisk)).map_err(usage)?;
    let wanted = Wanted { page: true, workbook: args.workbook, ..Wanted::default() };
    morning::make_again(&folder, wanted, before.as_ref()).map_err(failure)?;
    let page = args.run.join("report.html").display().to_string();
    tell(Level::Info, "written", &both!("网页    {page}"; "page    {page}"), [("path", page.clone().into())]);
    if args.workbook {
        let book = args.run.join("calls.xlsx").display().to_string();
        tell(Level::Info, "written", &both!("工作簿  {book}"; "workbook {book}"), [("path", book.clone().into())]);
    }
    Ok(Exit::Done)
}
