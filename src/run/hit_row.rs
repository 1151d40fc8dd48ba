//! `hits.csv` read back.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use super::error::{ReadRunError, RowFault};
use super::table::{Place, Table};
use crate::call::Speaker;
use crate::context::Stance;
use crate::lexicon::ScamType;
use crate::score::Dimension;
use crate::word::word_enum;
use crate::write::{HIT_COLUMNS, Profile, unguarded};

word_enum! {
    /// How the words of a hit were matched, or what else a line of the ledger rests on.
    MatchedBy {
        /// The term itself, as written.
        Exact = "exact" "原词",
        /// One of its variants, or another spelling.
        Variant = "variant" "变体",
        /// A pattern with gaps, alternatives or groups.
        Pattern = "pattern" "句式",
        /// A same-sounding mistake of speech recognition.
        Homophone = "homophone" "同音",
        /// A named rule, or what the wording tells.
        Rule = "rule" "规则",
        /// The times of the turns.
        Timing = "timing" "时间",
        /// Arithmetic of the score itself.
        Adjustment = "adjustment" "计分调整",
    }
}

impl MatchedBy {
    /// Whether it rests on words that a term matched.
    pub fn is_words(self) -> bool {
        matches!(self, MatchedBy::Exact | MatchedBy::Variant | MatchedBy::Pattern | MatchedBy::Homophone)
    }
}

/// A row of `hits.csv`: one field for each column, in their order. The turn counts from 1; the span counts characters
/// of the turn, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the columns of hits.csv; docs/ and the sheet 说明 tell what each means")]
pub struct HitRow<'r> {
    pub hit_id: &'r str,
    pub call_id: &'r str,
    pub dimension: Dimension,
    pub turn: Option<u64>,
    pub speaker: Option<Speaker>,
    pub start_ms: Option<u64>,
    pub quote: &'r str,
    pub matched: &'r str,
    pub span_start: Option<u64>,
    pub span_end: Option<u64>,
    pub term_id: &'r str,
    pub term: &'r str,
    /// Stage or category, a word of the vocabularies, or empty.
    pub kind: &'r str,
    pub scam_type: Option<ScamType>,
    pub matched_by: MatchedBy,
    pub stance: Option<Stance>,
    pub weight: Option<u64>,
    pub factor: Option<u64>,
    pub points: i64,
    pub reason: &'r str,
}

/// The rows of one call: where they begin, how many there are, and how many of them give or take points.
#[derive(Debug, Clone)]
pub struct HitLines {
    /// The first.
    pub place: Place,
    /// All of them.
    pub all: u64,
    /// Those with points.
    pub counting: u64,
}

/// Where `call_id` and `points` stand among the columns.
const CALL_ID: usize = 1;
const POINTS: usize = 18;

/// `hits.csv`, read row by row, or call by call beside `calls.csv`, whose order it has.
#[derive(Debug)]
pub struct Hits<R> {
    table: Table<R>,
    /// The row at hand was looked at, and is still to be given.
    held: bool,
}

impl Hits<File> {
    /// Opens the file.
    ///
    /// # Errors
    /// When it cannot be opened, or a column is missing.
    pub fn open(path: &Path) -> Result<Self, ReadRunError> {
        Table::open(path, HIT_COLUMNS).map(|table| Hits { table, held: false })
    }
}

impl<R: Read> Hits<R> {
    /// Reads from anywhere; `path` is what messages name.
    ///
    /// # Errors
    /// When the header cannot be read, or a column is missing.
    pub fn new(source: R, path: &Path) -> Result<Self, ReadRunError> {
        Table::new(source, path, HIT_COLUMNS).map(|table| Hits { table, held: false })
    }

    /// For whom the table was written.
    pub fn profile(&self) -> Profile {
        self.table.profile()
    }

    /// The next row; `None` after the last.
    ///
    /// # Errors
    /// On what this program does not write.
    pub fn read(&mut self) -> Result<Option<HitRow<'_>>, ReadRunError> {
        if !self.hold()? {
            return Ok(None);
        }
        self.held = false;
        self.row().map(Some)
    }

    /// The next row if it is of this call; the rows of a call follow each other.
    ///
    /// # Errors
    /// On what this program does not write.
    pub fn read_of(&mut self, call_id: &str) -> Result<Option<HitRow<'_>>, ReadRunError> {
        if !self.hold()? || !self.is_of(call_id) {
            return Ok(None);
        }
        self.held = false;
        self.row().map(Some)
    }

    /// Passes over the rows of this call, showing each to who wants to look; `None` if it has none.
    ///
    /// # Errors
    /// On what is no row.
    pub fn pass_of(
        &mut self,
        call_id: &str,
        mut look: Option<&mut dyn FnMut(&HitRow<'_>)>,
    ) -> Result<Option<HitLines>, ReadRunError> {
        let mut found: Option<HitLines> = None;
        while self.hold()? && self.is_of(call_id) {
            self.held = false;
            let lines = found.get_or_insert_with(|| HitLines { place: self.table.place(), all: 0, counting: 0 });
            lines.all += 1;
            lines.counting += u64::from(self.table.cell(POINTS) != b"0");
            if let Some(look) = &mut look {
                look(&self.row()?);
            }
        }
        Ok(found)
    }

    /// Makes sure that no row is left, when the rows of all calls were taken.
    ///
    /// # Errors
    /// When one is left: it is of a call that is not in `calls.csv`, or stands elsewhere than there.
    pub fn finish(&mut self) -> Result<(), ReadRunError> {
        if self.hold()? { Err(self.table.row_fault(RowFault::Order)) } else { Ok(()) }
    }

    /// Has a row at hand, unless there is none left.
    fn hold(&mut self) -> Result<bool, ReadRunError> {
        if !self.held {
            self.held = self.table.advance()?;
        }
        Ok(self.held)
    }

    fn is_of(&self, call_id: &str) -> bool {
        let cell = self.table.cell(CALL_ID);
        // Nearly always as it is.
        cell == call_id.as_bytes()
            || std::str::from_utf8(cell).is_ok_and(|cell| unguarded(cell, Some(self.table.profile())) == call_id)
    }

    fn row(&self) -> Result<HitRow<'_>, ReadRunError> {
        let mut cells = self.table.cells();
        // The order of the columns.
        Ok(HitRow {
            hit_id: cells.text()?,
            call_id: cells.id()?,
            dimension: cells.of(Dimension::parse)?,
            turn: cells.maybe_number()?,
            speaker: cells.maybe(Speaker::parse)?,
            start_ms: cells.maybe_number()?,
            quote: cells.text()?,
            matched: cells.text()?,
            span_start: cells.maybe_number()?,
            span_end: cells.maybe_number()?,
            term_id: cells.text()?,
            term: cells.text()?,
            kind: cells.text()?,
            scam_type: cells.maybe(ScamType::parse)?,
            matched_by: cells.of(MatchedBy::parse)?,
            stance: cells.maybe(Stance::parse)?,
            weight: cells.maybe_number()?,
            factor: cells.maybe_number()?,
            points: cells.number()?,
            reason: cells.text()?,
        })
    }
}

impl<R: Read + Seek> Hits<R> {
    /// Goes to a row that was met before, so that it is the next.
    ///
    /// # Errors
    /// When the file does not let it.
    pub fn go_to(&mut self, place: &Place) -> Result<(), ReadRunError> {
        self.held = false;
        self.table.go_to(place)
    }
}
