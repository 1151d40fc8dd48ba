//! What people open in the morning, made from the tables of a run: once through the calls, in memory that does not
//! grow with the night.
//!
//! The tables of the run that is about to be published are read back, so that a finished run gives the same bytes
//! again at any later time.

mod agents;
mod figures;
mod page;
mod review;
mod terms;

use thiserror::Error;

pub use agents::{AgentTally, ENOUGH};
pub use figures::Figures;

use crate::run::{Conversations, ReadRunError, Run};
use crate::write::{self, AGENT_COLUMNS, Manifest, Mark, OutputFolder, PublishError, Style};
use page::Night;
use review::ReviewList;
use terms::TermTally;

/// Which of the files are wanted; `agents.csv` always is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// `calls.xlsx`.
    pub workbook: bool,
    /// `report.html`.
    pub page: bool,
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
/// `before` are the figures of the run that this one is compared with. `interrupted` is asked now and then whether to stop.
///
/// # Errors
/// When the run cannot be read back, the disk refuses, or it was asked to stop; then none of them is published.
pub fn make(
    run: &Run,
    folder: &OutputFolder,
    wanted: Wanted,
    before: Option<&Figures>,
    interrupted: &dyn Fn() -> bool,
) -> Result<Vec<Mark>, MorningError> {
    let (mut agents, mut figures, mut terms) = (AgentTally::default(), Figures::default(), TermTally::default());
    let mut review = ReviewList::new(REVIEWED);
    let mut hits = if wanted.page { Some(run.hits()?) } else { None };
    let mut conversations = run.conversations()?;
    let mut calls = run.calls()?;
    while let Some(call) = calls.read()? {
        agents.add(&call);
        figures.add(&call);
        if figures.calls.is_multiple_of(ASKED_AFTER) && interrupted() {
            return Err(MorningError::Interrupted);
        }
        let mut place = None;
        if let Some(hits) = &mut hits {
            terms.next_call();
            place = hits.place_of(&call.call_id)?;
            while let Some(hit) = hits.read_of(&call.call_id)? {
                terms.add(&hit);
            }
        }
        if call.needs_review {
            let conversation = conversations.as_mut().map(Conversations::pass).transpose()?;
            review.offer(call, place.map(|place| (place, 0)), conversation.map(|(at, _)| at));
        }
    }
    let mut marks = vec![write_agents(run, folder, &agents)?];
    if wanted.page {
        let (agents, figures, terms, review) = (&agents, &figures, &terms, &review);
        marks.push(page::write(&Night { run, figures, agents, terms, review, before }, folder)?);
    }
    Ok(marks)
}

/// Calls to review that are kept in mind: more than anybody reads in a day.
const REVIEWED: usize = 3_000;

/// The figures of a finished run.
///
/// # Errors
/// When it cannot be read back.
pub fn figures_of(run: &Run) -> Result<Figures, ReadRunError> {
    let mut figures = Figures::default();
    let mut calls = run.calls()?;
    while let Some(call) = calls.read()? {
        figures.add(&call);
    }
    Ok(figures)
}

/// Calls after which it is asked whether to stop.
const ASKED_AFTER: u64 = 1_000;

/// Makes the files of a finished run again, in its own folder, and notes them in its manifest.
///
/// # Errors
/// As [`make`].
pub fn make_again(folder: &OutputFolder, wanted: Wanted, before: Option<&Figures>) -> Result<Manifest, MorningError> {
    let run = Run::open(folder.path())?;
    let marks = make(&run, folder, wanted, before, &|| false)?;
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
