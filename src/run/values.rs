//! Any table of a run read back column by column, without knowing what its columns mean.

use std::fs::File;
use std::path::Path;

use super::error::ReadRunError;
use super::table::{Table, Value};
use crate::write::{Column, Kind};

/// A table, read row by row.
#[derive(Debug)]
pub struct Values {
    table: Table<File>,
    kinds: Vec<Kind>,
}

impl Values {
    /// Opens a table with these columns.
    ///
    /// # Errors
    /// When it cannot be opened, or a column is missing.
    pub fn open(path: &Path, columns: &'static [Column]) -> Result<Values, ReadRunError> {
        let kinds = columns.iter().map(|(name, _)| Kind::of(name)).collect();
        Ok(Values { table: Table::open(path, columns)?, kinds })
    }

    /// The values of the next row, in the order of the columns; `None` after the last.
    ///
    /// # Errors
    /// On what is no row; a value may be one, too.
    pub fn read(&mut self) -> Result<Option<impl Iterator<Item = Result<Value<'_>, ReadRunError>>>, ReadRunError> {
        if !self.table.advance()? {
            return Ok(None);
        }
        let mut cells = self.table.cells();
        Ok(Some(self.kinds.iter().map(move |kind| cells.value(*kind))))
    }
}
