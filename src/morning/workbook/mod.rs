//! `calls.xlsx`: the tables of a run as a workbook for people who review calls. The CSV files stay the main output and
//! are complete without it.

mod agents;
mod calls;
mod cell;
mod evidence;
mod guide;
mod look;
mod meaning;
mod overview;
mod sheet;
mod to_review;

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

pub(crate) use cell::{CUT, lined};
pub use evidence::EVIDENCE_SHEET;
pub use to_review::REVIEW_SHEET;

use super::{AgentTally, Figures, ReviewList};
use crate::run::{CallRow, Hits, ReadRunError, Run};
use calls::AllCalls;
use look::Looks;

/// Calls on the sheet 待复核 at most: more than a team reviews in a day.
pub(super) const TO_REVIEW: usize = 2_000;

/// Calls from which on the file is written so that it may grow beyond four gigabytes before compression.
const LARGE: u64 = 500_000;

/// Of 1 to 9: a file somewhat larger than at 6, for half of the time that it takes to compress.
const COMPRESSION: u8 = 2;

/// A workbook that is being written; its rows wait in files without a name, not in memory.
pub(super) struct Book {
    workbook: Workbook,
    looks: Looks,
    calls: AllCalls,
}

/// Why a workbook could not be made.
#[derive(Debug)]
pub(super) enum BookError {
    /// The run cannot be read back.
    Read(ReadRunError),
    /// Writing failed.
    Write(io::Error),
}

impl From<ReadRunError> for BookError {
    fn from(error: ReadRunError) -> Self {
        BookError::Read(error)
    }
}

impl From<XlsxError> for BookError {
    fn from(error: XlsxError) -> Self {
        BookError::Write(match error {
            XlsxError::IoError(error) | XlsxError::TempFileError(_, error) => error,
            other => io::Error::other(other),
        })
    }
}

impl Book {
    /// Begins a workbook for so many calls; `work` is where its rows wait.
    pub fn begin(work: &Path, calls: u64) -> Result<Book, BookError> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(work)?;
        workbook.use_zip_large_file(calls >= LARGE);
        workbook.set_zip_compression_level(COMPRESSION);
        let looks = Looks::new();
        let calls = AllCalls::new(&mut workbook, &looks)?;
        Ok(Book { workbook, looks, calls })
    }

    /// Adds a call to the sheet of all calls.
    pub fn add(&mut self, call: &CallRow) -> Result<(), BookError> {
        Ok(self.calls.add(&mut self.workbook, call, &self.looks)?)
    }

    /// Adds the other sheets and writes everything.
    pub fn finish(
        mut self,
        run: &Run,
        figures: &Figures,
        agents: &AgentTally,
        review: &ReviewList,
        hits: &mut Hits<File>,
        into: impl Write + Send,
    ) -> Result<(), BookError> {
        let (workbook, looks) = (&mut self.workbook, &self.looks);
        let overview = overview::sheet(workbook, run, figures, looks)?;
        let to_review = to_review::sheet(workbook, review, looks)?;
        let calls = self.calls.finish()?;
        let evidence = evidence::sheet(workbook, review, hits, looks)?;
        let agents = agents::sheet(workbook, agents, looks)?;
        let guide = guide::sheet(workbook, looks)?;
        let sheets = [overview, to_review].into_iter().chain(calls).chain([evidence, agents, guide]);
        for sheet in sheets {
            workbook.push_worksheet(sheet);
        }
        // No clock: the same run gives the same bytes.
        let last = figures.span.as_ref().and_then(|(_, last)| cell::wall_clock(last));
        let created = last.map_or_else(|| ExcelDateTime::from_ymd(2000, 1, 1), Ok)?;
        let properties = DocProperties::new().set_title("听护").set_creation_datetime(&created);
        workbook.set_properties(&properties);
        Ok(workbook.save_to_writer(into)?)
    }
}
