//! A finished run read back: typed rows of its tables, one at a time, and its manifest.
//!
//! Either profile is read: the headers tell which it is, and what was put before a text to keep a spreadsheet from
//! misreading it is taken off again. Review columns and others that the program does not know are passed over.

mod call_row;
mod conversations;
mod error;
mod hit_row;
mod reject_row;
mod table;
mod values;
pub mod verdict;

use std::fs::File;
use std::path::{Path, PathBuf};

#[cfg(test)]
pub(crate) use call_row::row;
pub use call_row::{CallRow, Calls};
pub use conversations::{Conversation, Conversations};
pub use error::{ReadRunError, RowFault};
pub use hit_row::{HitLines, HitRow, Hits, MatchedBy};
pub use reject_row::{RejectRow, Rejects};
pub use table::{Place, Value};
pub use values::Values;

use crate::write::Manifest;

/// A finished run, or one that is about to be published.
#[derive(Debug)]
pub struct Run {
    folder: PathBuf,
    manifest: Manifest,
}

impl Run {
    /// Opens the folder of a finished run.
    ///
    /// # Errors
    /// When it has no manifest that this program wrote: the run is not complete, or not a run.
    pub fn open(folder: &Path) -> Result<Run, ReadRunError> {
        let path = folder.join("run.json");
        let bytes = std::fs::read(&path).map_err(|source| ReadRunError::Open { path: path.clone(), source })?;
        let manifest = serde_json::from_slice(&bytes).map_err(|error| ReadRunError::Manifest {
            path,
            line: error.line(),
            column: error.column(),
        })?;
        Ok(Run { folder: folder.to_owned(), manifest })
    }

    /// A run whose tables are written, and whose manifest is not.
    pub fn about_to_be(folder: &Path, manifest: Manifest) -> Run {
        Run { folder: folder.to_owned(), manifest }
    }

    /// Where its files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What was run on what. Before the run is published `outputs` and `timings` say nothing yet: what is made
    /// from a run must not depend on them.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The rows of `calls.csv`, from the first.
    ///
    /// # Errors
    /// When it cannot be opened, or a column is missing.
    pub fn calls(&self) -> Result<Calls<File>, ReadRunError> {
        Calls::open(&self.folder.join("calls.csv"))
    }

    /// The rows of `hits.csv`, from the first.
    ///
    /// # Errors
    /// When it cannot be opened, or a column is missing.
    pub fn hits(&self) -> Result<Hits<File>, ReadRunError> {
        Hits::open(&self.folder.join("hits.csv"))
    }

    /// What was said in the calls to review; `None` where the run did not keep it.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn conversations(&self) -> Result<Option<Conversations>, ReadRunError> {
        Conversations::open(&self.folder.join("conversations.jsonl"))
    }

    /// The rows of `rejects.csv`, from the first.
    ///
    /// # Errors
    /// When it cannot be opened, or a column is missing.
    pub fn rejects(&self) -> Result<Rejects<File>, ReadRunError> {
        Rejects::open(&self.folder.join("rejects.csv"))
    }
}
