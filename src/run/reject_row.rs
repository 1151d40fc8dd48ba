//! `rejects.csv` read back.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::error::ReadRunError;
use super::table::Table;
use crate::write::REJECT_COLUMNS;

/// A row of `rejects.csv`: one field for each column, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the columns of rejects.csv; docs/faults.md tells what each means")]
pub struct RejectRow<'r> {
    pub source: &'r str,
    pub line: u64,
    pub byte: u64,
    pub call_id: &'r str,
    pub code: &'r str,
    pub reason: &'r str,
    pub mend: &'r str,
}

/// `rejects.csv`, read row by row.
#[derive(Debug)]
pub struct Rejects<R>(Table<R>);

impl Rejects<File> {
    /// Opens the file.
    ///
    /// # Errors
    /// When it cannot be opened, or a column is missing.
    pub fn open(path: &Path) -> Result<Self, ReadRunError> {
        Table::open(path, REJECT_COLUMNS).map(Rejects)
    }
}

impl<R: Read> Rejects<R> {
    /// The next row; `None` after the last.
    ///
    /// # Errors
    /// On what this program does not write.
    pub fn read(&mut self) -> Result<Option<RejectRow<'_>>, ReadRunError> {
        if !self.0.advance()? {
            return Ok(None);
        }
        let mut cells = self.0.cells();
        Ok(Some(RejectRow {
            source: cells.text()?,
            line: cells.number()?,
            byte: cells.number()?,
            call_id: cells.id()?,
            code: cells.text()?,
            reason: cells.text()?,
            mend: cells.text()?,
        }))
    }
}
