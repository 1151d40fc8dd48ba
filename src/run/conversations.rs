//! `conversations.jsonl` read back.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::{ReadRunError, RowFault};
use crate::call::Speaker;

/// Longest line that is read: a call has at most a megabyte of text, and a character at most six bytes in JSON.
const LONGEST: u64 = 16 << 20;

/// What was said in a call to review, masked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Conversation {
    /// As in `calls.csv`.
    pub call_id: String,
    /// All turns: who, milliseconds from the beginning of the call where known, and what.
    pub turns: Vec<(Speaker, Option<u64>, String)>,
}

/// The lines of a run, in the order of the calls to review in `calls.csv`.
#[derive(Debug)]
pub struct Conversations {
    path: PathBuf,
    file: BufReader<File>,
    line: Vec<u8>,
    /// 1-based number of the line read last.
    number: u64,
}

impl Conversations {
    /// Opens the file; `None` where the run has none.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path) -> Result<Option<Self>, ReadRunError> {
        match File::open(path) {
            Ok(file) => {
                let file = BufReader::with_capacity(1 << 16, file);
                Ok(Some(Conversations { path: path.to_owned(), file, line: Vec::new(), number: 0 }))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(ReadRunError::Open { path: path.to_owned(), source }),
        }
    }

    /// Passes over a line: the byte at which it begins.
    ///
    /// # Errors
    /// When there is none left, or it is too long to be one.
    pub fn pass(&mut self) -> Result<u64, ReadRunError> {
        let at = self.file.stream_position().map_err(|source| self.failed(source))?;
        self.read_line()?;
        Ok(at)
    }

    /// Reads the line that begins here.
    ///
    /// # Errors
    /// When it is not what this program writes, or of another call.
    pub fn read_at(&mut self, at: u64, call_id: &str) -> Result<Conversation, ReadRunError> {
        self.file.seek(SeekFrom::Start(at)).map_err(|source| self.failed(source))?;
        self.number = 0;
        self.read_line()?;
        let read: Result<Conversation, _> = serde_json::from_slice(&self.line);
        read.ok().filter(|read| read.call_id == call_id).ok_or_else(|| self.fault(RowFault::Order))
    }

    fn read_line(&mut self) -> Result<(), ReadRunError> {
        self.line.clear();
        let mut limited = io::Read::take(&mut self.file, LONGEST);
        limited.read_until(b'\n', &mut self.line).map_err(|source| self.failed(source))?;
        self.number += 1;
        if self.line.last() == Some(&b'\n') { Ok(()) } else { Err(self.fault(RowFault::Order)) }
    }

    fn failed(&self, source: io::Error) -> ReadRunError {
        ReadRunError::Open { path: self.path.clone(), source }
    }

    fn fault(&self, fault: RowFault) -> ReadRunError {
        ReadRunError::Row { path: self.path.clone(), line: self.number, fault }
    }
}
