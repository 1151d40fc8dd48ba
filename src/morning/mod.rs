//! What people open in the morning, made from the tables of a run: once through the calls, in memory that does not
//! grow with the night.
//!
//! The tables of the run that is about to be published are read back, so that a finished run gives the same bytes
//! again at any later time.

mod agents;

use thiserror::Error;

pub use agents::{AgentTally, ENOUGH};

use crate::run::{ReadRunError, Run};
use crate::write::{self, AGENT_COLUMNS, Manifest, Mark, OutputFolder, PublishError, Style};

/// Which of the files are wanted; `agents.csv` always is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// `calls.xlsx`.
    pub workbook: bool,
}

/// Why the files could not be made.
#[derive(Debug, Error)]
pub enum MorningError {
    /// The run cannot be read back.
    #[error(transparent)]
    Read(#[from] ReadRunError),
    /// Writing failed.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// Asked to stop.
    #[error("已中断 / interrupted")]
    Interrupted,
}

/// Makes the files beside the names that they will have, and tells what was written.
///
/// `interrupted` is asked now and then whether to stop.
///
/// # Errors
/// When the run cannot be read back, the disk refuses, or it was asked to stop; then none of them is published.
pub fn make(
    run: &Run,
    folder: &OutputFolder,
    wanted: Wanted,
    interrupted: &dyn Fn() -> bool,
) -> Result<Vec<Mark>, MorningError> {
    let mut agents = AgentTally::default();
    let mut calls = run.calls()?;
    let mut read: u64 = 0;
    while let Some(call) = calls.read()? {
        agents.add(&call);
        read += 1;
        if read.is_multiple_of(ASKED_AFTER) && interrupted() {
            return Err(MorningError::Interrupted);
        }
    }
    let _ = wanted;
    Ok(vec![write_agents(run, folder, &agents)?])
}

/// Calls after which it is asked whether to stop.
const ASKED_AFTER: u64 = 1_000;

/// Makes the files of a finished run again, in its own folder, and notes them in its manifest.
///
/// # Errors
/// As [`make`].
pub fn make_again(folder: &OutputFolder, wanted: Wanted) -> Result<Manifest, MorningError> {
    let run = Run::open(folder.path())?;
    let marks = make(&run, folder, wanted, &|| false)?;
    let mut manifest = run.manifest().clone();
    manifest.outputs.extend(marks.into_iter().map(|mark| (mark.name, mark.blake3)));
    folder.publish(&manifest)?;
    Ok(manifest)
}

fn write_agents(run: &Run, folder: &OutputFolder, agents: &AgentTally) -> Result<Mark, PublishError> {
    let style = Style { profile: run.manifest().profile, quotes: false };
    let mut file = folder.stage("agents.csv", None)?;
    file.append(&write::header(AGENT_COLUMNS, &[], style))?;
    for agent in agents.rows() {
        file.append(&write::render_agent(&agent, style))?;
    }
    file.sync()
}
