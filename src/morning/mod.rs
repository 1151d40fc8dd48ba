//! What people open in the morning, made from the tables of a run: once through the calls, in memory that does not
//! grow with the night.
//!
//! The tables of the run that is about to be published are read back, so that a finished run gives the same bytes
//! again at any later time.

mod agents;
mod columnar;
mod figures;
mod page;
mod review;
mod terms;
mod workbook;

use std::path::PathBuf;

use thiserror::Error;

pub use agents::{AgentTally, ENOUGH};
pub use figures::Figures;
pub use review::{ReviewList, ToReview};
pub(crate) use workbook::{CUT, lined};
pub use workbook::{EVIDENCE_SHEET, REVIEW_SHEET};

use page::Night;
use terms::TermTally;
use workbook::{Book, BookError};

use crate::both;
use crate::run::{Conversations, ReadRunError, Run};
use crate::said::{Both, Said};
use crate::write::{self, AGENT_COLUMNS, Manifest, Mark, OutputFolder, PublishError, Style};

/// Which of the files are wanted; `agents.csv` always is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// `calls.xlsx`.
    pub workbook: bool,
    /// `report.html`.
    pub page: bool,
    /// `calls.parquet`, `hits.parquet` and `rejects.parquet`.
    pub parquet: bool,
}

/// Why the files could not be made.
#[derive(Debug, Error)]
#[error("{}", self.both().zh)]
pub enum MorningError {
    /// The run cannot be read back.
    #[error(transparent)]
    Read(#[from] ReadRunError),
    /// Writing failed.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// Asked to stop.
    Interrupted,
}

impl Said for MorningError {
    fn both(&self) -> Both {
        match self {
            MorningError::Read(error) => error.both(),
            MorningError::Publish(error) => error.both(),
            MorningError::Interrupted => both!("已中断"; "interrupted"),
        }
    }
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
    let (mut calls, mut hits, mut rejects) = (run.calls()?, run.hits()?, run.rejects()?);
    let mut conversations = run.conversations()?;
    let (mut agents, mut figures, mut terms) = (AgentTally::default(), Figures::default(), TermTally::default());
    let mut review = ReviewList::new(workbook::TO_REVIEW);
    let book_failed = |error| failed(folder, error);
    let mut book = match wanted.workbook {
        true => Some(Book::begin(folder.work(), run.manifest().counts.scored).map_err(book_failed)?),
        false => None,
    };
    while let Some(call) = calls.read()? {
        agents.add(&call);
        figures.add(&call);
        if figures.calls.is_multiple_of(ASKED_AFTER) && interrupted() {
            return Err(MorningError::Interrupted);
        }
        if let Some(book) = &mut book {
            book.add(&call).map_err(book_failed)?;
        }
        if !wanted.page && !wanted.workbook {
            continue;
        }
        terms.next_call();
        let lines = hits.pass_of(&call.call_id, wanted.page.then_some(&mut |hit| terms.add(hit)))?;
        if call.needs_review {
            let conversation = conversations.as_mut().map(Conversations::pass).transpose()?;
            review.offer(call, lines, conversation);
        }
    }
    let mut marks = vec![write_agents(run, folder, &agents)?];
    if wanted.page || wanted.workbook {
        hits.finish()?;
        while let Some(reject) = rejects.read()? {
            figures.add_reject(&reject);
        }
    }
    if let Some(book) = book {
        let mut file = folder.stage(WORKBOOK, None)?;
        book.finish(run, &figures, &agents, &review, &mut hits, &mut file).map_err(book_failed)?;
        marks.push(file.sync()?);
    }
    if wanted.page {
        let (agents, figures, terms, review) = (&agents, &figures, &terms, &review);
        marks.push(page::write(&Night { run, figures, agents, terms, review, before }, &mut hits, folder)?);
    }
    if wanted.parquet {
        marks.extend(columnar::write(run, folder, interrupted)?);
    }
    Ok(marks)
}

const WORKBOOK: &str = "calls.xlsx";

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

/// Why the workbook could not be made, with the name of the file.
fn failed(folder: &OutputFolder, error: BookError) -> MorningError {
    match error {
        BookError::Read(error) => MorningError::Read(error),
        BookError::Write(source) => {
            let path: PathBuf = folder.path().join(WORKBOOK);
            MorningError::Publish(PublishError::Write { path, source })
        }
    }
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
