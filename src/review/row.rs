//! One reviewed row: held against what the run wrote, and made a line.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::answer::{call_verdict, hit_verdict};
use super::book::Book;
use super::compare::{is_same, is_same_in_workbook, shown};
use super::fault::{CellFault, RowFault};
use super::layout::{About, Layout};
use super::line::{CallFacts, HitFacts, Judged, REVIEW_COLUMNS, Review};
use super::original::{Originals, id};
use crate::read::Encoding;
use crate::write::Column;

/// A row with a verdict, as it came back.
#[derive(Debug)]
pub(super) struct Row {
    /// Index of its table's layout.
    pub layout: usize,
    /// Name of the file.
    pub file: String,
    /// The file and the sheet, for messages.
    pub place: String,
    /// Row as the spreadsheet counts it.
    pub number: u64,
    pub encoding: Option<Encoding>,
    pub in_workbook: bool,
    /// What is reviewed, without what protects the cell.
    pub id: String,
    /// Who reviewed, where the row says.
    pub by: Option<String>,
    pub comment: String,
    pub cells: Vec<String>,
}

impl Row {
    /// What is wrong with one of its columns.
    pub fn fault(&self, column: &'static str, fault: CellFault) -> RowFault {
        RowFault { place: self.place.clone(), row: self.number, column, fault }
    }
}

/// What rows are held against.
pub(super) struct Judge<'j> {
    pub book: &'j Book,
    pub originals: Option<&'j Originals>,
    pub layouts: &'j [Layout],
    /// Lexicon versions that the tables themselves tell, by call.
    pub versions: &'j BTreeMap<String, String>,
    pub at: &'j str,
    pub by: &'j str,
}

/// The cells that a verdict rests on.
enum Source<'s> {
    /// As they came back.
    Row(&'s Row, &'s Layout),
    /// As the run wrote them, in the order of its columns.
    Original(&'s [String], &'static [Column]),
}

impl<'s> Source<'s> {
    fn cell(&self, name: &str) -> &'s str {
        let cell = match self {
            Source::Row(row, layout) => layout.place(name).and_then(|place| row.cells.get(place)),
            Source::Original(cells, columns) => {
                columns.iter().position(|(english, _)| *english == name).and_then(|place| cells.get(place))
            }
        };
        cell.map_or("", |cell| cell.trim())
    }
}

impl Judge<'_> {
    /// The line of a row; `unchecked` counts those that nothing was there to be held against.
    pub fn line(&self, row: &Row, unchecked: &mut usize) -> Result<Review, RowFault> {
        let layout = &self.layouts[row.layout];
        let source = match self.originals {
            Some(originals) => self.original(row, layout, originals)?,
            None => {
                *unchecked += usize::from(!self.held_against_book(row, layout)?);
                Source::Row(row, layout)
            }
        };
        let not_ours = |(_, column): Column| row.fault(column, CellFault::NotOurs);
        let call_id = match layout.about {
            About::Calls => row.id.clone(),
            About::Hits => id(source.cell("call_id")).to_owned(),
        };
        if call_id.is_empty() {
            return Err(row.fault("通话编号", CellFault::NotOurs));
        }
        let lexicon_version = match self.originals {
            Some(originals) => originals.lexicon_version.clone(),
            None => self.versions.get(&call_id).cloned().unwrap_or_default(),
        };
        Ok(Review {
            at: self.at.to_owned(),
            by: row.by.as_deref().unwrap_or(self.by).to_owned(),
            file: row.file.clone(),
            lexicon_version,
            judged: self.judged(row, layout, &source, &call_id).map_err(not_ours)?,
            call_id,
            comment: row.comment.clone(),
        })
    }

    /// The row of the run, which must be what came back.
    fn original<'s>(&self, row: &Row, layout: &Layout, originals: &'s Originals) -> Result<Source<'s>, RowFault> {
        let candidates = match layout.about {
            About::Calls => originals.calls.get(&row.id).map(std::slice::from_ref),
            About::Hits => originals.hits.get(&row.id).map(Vec::as_slice),
        };
        let candidates = candidates.unwrap_or_default();
        let columns = layout.columns();
        let mut change = None;
        for cells in candidates {
            let was = |name: &str| {
                let place = columns.iter().position(|(english, _)| *english == name);
                place.and_then(|place| cells.get(place)).map(|cell| Cow::Borrowed(cell.as_str()))
            };
            match difference(row, layout, was) {
                None => return Ok(Source::Original(cells, columns)),
                Some(fault) => change = change.or(Some(fault)),
            }
        }
        Err(change.unwrap_or_else(|| row.fault(columns[0].1, CellFault::NotInRun)))
    }

    /// Holds the row against what the book knows of it; false where that is nothing.
    fn held_against_book(&self, row: &Row, layout: &Layout) -> Result<bool, RowFault> {
        let object = match layout.about {
            About::Calls => "call",
            About::Hits => "hit",
        };
        let version = self.version_of(row, layout);
        let same = |line: &&Review| {
            let versions = [line.lexicon_version.as_str(), version];
            line.object() == object && line.id() == row.id && (versions[0] == versions[1] || versions.contains(&""))
        };
        let Some(known) = self.book.lines.iter().rev().find(same) else { return Ok(false) };
        let was = |name: &str| {
            let held = REVIEW_COLUMNS[FIRST_FACT..].iter().any(|(english, _)| *english == name) || name == "call_id";
            held.then(|| known.cell(name)).filter(|cell| !cell.is_empty())
        };
        difference(row, layout, was).map_or(Ok(true), Err)
    }

    fn version_of(&self, row: &Row, layout: &Layout) -> &str {
        let call_id = match layout.about {
            About::Calls => &row.id,
            About::Hits => id(Source::Row(row, layout).cell("call_id")),
        };
        self.versions.get(call_id).map_or("", String::as_str)
    }

    fn judged(&self, row: &Row, layout: &Layout, source: &Source<'_>, call_id: &str) -> Result<Judged, Column> {
        let cell = |name: &str| source.cell(name);
        let verdict = row.cells[layout.verdict].as_str();
        let unknown = || (layout.verdict_name(), layout.verdict_name());
        Ok(match layout.about {
            About::Calls => {
                let rules = self.originals.map(|run| run.rules.get(call_id).cloned().unwrap_or_default());
                Judged::Call(call_verdict(verdict).ok_or_else(unknown)?, CallFacts::of(cell, rules)?)
            }
            About::Hits => Judged::Hit(hit_verdict(verdict).ok_or_else(unknown)?, row.id.clone(), HitFacts::of(cell)?),
        })
    }
}

/// Where the facts begin among the columns of the book.
const FIRST_FACT: usize = 9;

/// The first column of a row that does not say what it said; `was` tells what that is, where it is known.
fn difference<'w>(row: &Row, layout: &Layout, was: impl Fn(&str) -> Option<Cow<'w, str>>) -> Option<RowFault> {
    layout.data.iter().find_map(|(place, column)| {
        let (was, is) = (was(column.0)?, &row.cells[*place]);
        let same = match row.in_workbook {
            true => is_same_in_workbook(column.0, &was, is),
            false => is_same(column.0, &was, is, row.encoding),
        };
        let (was, is) = shown(*column, &was, is);
        (!same).then(|| row.fault(column.1, CellFault::Changed(was, is)))
    })
}
