//! From tables that people filled in to lines of `reviews.csv`: all of them, or none.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::answer::{call_verdict, call_words, hit_verdict, hit_words};
use super::book::Book;
use super::compare::short;
use super::fault::{CellFault, HeaderFault, ReviewError, RowFault};
use super::layout::{About, Layout, is_known};
use super::line::Review;
use super::original::{Originals, id};
use super::row::{Judge, Row};
use crate::read::{Sheet, bare};

/// What is imported, and on whose word.
#[derive(Debug)]
pub struct Import<'i> {
    /// Tables that people filled in.
    pub files: &'i [PathBuf],
    /// The run that they were taken from, where it is still there.
    pub run: Option<&'i Path>,
    /// When, RFC 3339.
    pub at: String,
    /// Who reviewed, where the table does not say.
    pub by: String,
    /// Pass over rows that differ from the run, instead of refusing everything.
    pub accept_changed: bool,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Imported {
    /// Lines that were added to the book.
    pub added: usize,
    /// Verdicts that the book held already.
    pub known: usize,
    /// Rows that differ from the run and were passed over.
    pub changed: Vec<RowFault>,
    /// Places of rows with a comment and no verdict.
    pub without_verdict: Vec<(String, u64)>,
    /// Verdicts that nothing was there to be held against.
    pub unchecked: usize,
}

/// Adds the verdicts of tables to the book.
///
/// # Errors
/// When a table, the run or a row cannot be taken; the book is then as it was.
pub fn import(book: &mut Book, import: &Import<'_>) -> Result<Imported, ReviewError> {
    let mut taken = Taken::default();
    for path in import.files {
        taken.read(path)?;
    }
    let Taken { layouts, rows, without_verdict, mut faults } = taken;
    faults.extend(contradictions(&rows, &layouts));
    let mut done = Imported { without_verdict, ..Imported::default() };
    let (calls, hits): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| layouts[row.layout].about == About::Calls);
    let ids = |rows: Vec<&'_ Row>| rows.into_iter().map(|row| row.id.clone()).collect::<BTreeSet<String>>();
    let (calls, hits) = (ids(calls), ids(hits));
    let originals = import.run.map(|run| Originals::of(run, &calls, &hits)).transpose()?;
    let judge = Judge {
        book,
        originals: originals.as_ref(),
        layouts: &layouts,
        versions: &versions(&rows, &layouts),
        at: &import.at,
        by: &import.by,
    };
    let (mut lines, mut named) = (Vec::new(), Vec::new());
    for row in &rows {
        match judge.line(row, &mut done.unchecked) {
            Ok(line) => {
                lines.push(line);
                named.push(row.by.is_some());
            }
            Err(fault) if import.accept_changed && fault.is_change() => done.changed.push(fault),
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(ReviewError::Refused(faults));
    }
    // As they will be read back, so that what is known is known again.
    let lines = Book::parse(Path::new("reviews.csv"), Book { lines }.to_bytes())?.lines;
    for (line, named) in lines.into_iter().zip(named) {
        if is_known_already(book, &line, named) {
            done.known += 1;
        } else {
            book.lines.push(line);
            done.added += 1;
        }
    }
    Ok(done)
}

/// The rows with a verdict, of all tables.
#[derive(Default)]
struct Taken {
    layouts: Vec<Layout>,
    rows: Vec<Row>,
    without_verdict: Vec<(String, u64)>,
    faults: Vec<RowFault>,
}

impl Taken {
    fn read(&mut self, path: &Path) -> Result<(), ReviewError> {
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut found = false;
        for mut sheet in Sheet::open(path, &is_known)? {
            let place = if sheet.name().is_empty() { file.clone() } else { format!("{file} {}", sheet.name()) };
            let layout = Layout::of(sheet.header());
            let layout = layout.map_err(|fault| ReviewError::Header { place: place.clone(), fault })?;
            // A workbook has sheets for reading only.
            let Some(layout) = layout else { continue };
            found = true;
            self.sheet(&mut sheet, layout, &file, &place)?;
        }
        let place = path.display().to_string();
        if found { Ok(()) } else { Err(ReviewError::Header { place, fault: HeaderFault::NoVerdicts }) }
    }

    fn sheet(&mut self, sheet: &mut Sheet, layout: Layout, file: &str, place: &str) -> Result<(), ReviewError> {
        let mut cells = Vec::new();
        while let Some(number) = sheet.next(&mut cells)? {
            let cell = |place: Option<usize>| place.map_or("", |place| cells[place].trim());
            if bare(cell(Some(layout.verdict))).is_empty() {
                if !bare(cell(layout.comment)).is_empty() {
                    self.without_verdict.push((place.to_owned(), number));
                }
                continue;
            }
            let row = Row {
                layout: self.layouts.len(),
                file: file.to_owned(),
                place: place.to_owned(),
                number,
                encoding: sheet.encoding(),
                in_workbook: !sheet.name().is_empty(),
                id: id(&cells[layout.id]).to_owned(),
                by: Some(cell(layout.reviewer)).filter(|by| !by.is_empty()).map(str::to_owned),
                comment: cell(layout.comment).to_owned(),
                cells: cells.clone(),
            };
            let fault = |column, fault| RowFault { place: row.place.clone(), row: number, column, fault };
            let name = layout.columns()[0].1;
            if bare(&row.id).is_empty() {
                self.faults.push(fault(name, CellFault::NoId));
            } else if is_mangled(&row.id) {
                self.faults.push(fault(name, CellFault::MangledId(short(&row.id))));
            } else if let Some(allowed) = unknown_word(&layout, &cells) {
                let word = short(&cells[layout.verdict]);
                self.faults.push(fault(layout.verdict_name(), CellFault::UnknownWord(word, allowed)));
            } else {
                self.rows.push(row);
            }
        }
        self.layouts.push(layout);
        Ok(())
    }
}

/// The lexicon versions that the tables of calls tell.
fn versions(rows: &[Row], layouts: &[Layout]) -> BTreeMap<String, String> {
    let version = |row: &Row| {
        let layout = &layouts[row.layout];
        let place = layout.place("lexicon_version").filter(|_| layout.about == About::Calls)?;
        Some((row.id.clone(), row.cells[place].trim().to_owned()))
    };
    rows.iter().filter_map(version).collect()
}

/// The words that are asked for, where the verdict is in none of them.
fn unknown_word(layout: &Layout, cells: &[String]) -> Option<String> {
    let verdict = &cells[layout.verdict];
    match layout.about {
        About::Calls => call_verdict(verdict).is_none().then(call_words),
        About::Hits => hit_verdict(verdict).is_none().then(hit_words),
    }
}

/// Whether a spreadsheet shows a long number so: `1.2E+17`.
fn is_mangled(id: &str) -> bool {
    let Some((digits, power)) = id.split_once(['E', 'e']) else { return false };
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    number(digits) && power.strip_prefix('+').is_some_and(number)
}

/// Rows of one id that say different things.
fn contradictions(rows: &[Row], layouts: &[Layout]) -> Vec<RowFault> {
    let mut first: BTreeMap<(bool, &str), &Row> = BTreeMap::new();
    let mut faults = Vec::new();
    for row in rows {
        let layout = &layouts[row.layout];
        let before = *first.entry((layout.about == About::Calls, &row.id)).or_insert(row);
        let verdict = |row: &Row| {
            let cell = &row.cells[layouts[row.layout].verdict];
            match layout.about {
                About::Calls => call_verdict(cell).map(|verdict| verdict.as_str()),
                About::Hits => hit_verdict(cell).map(|verdict| verdict.as_str()),
            }
        };
        if verdict(before) != verdict(row) {
            faults.push(row.fault(layout.verdict_name(), CellFault::Contradicts(before.number)));
        }
    }
    faults
}

/// Whether the last word on the same thing, judged by the same lexicon, says the same.
fn is_known_already(book: &Book, line: &Review, named: bool) -> bool {
    let mut before = book.lines.iter().rev();
    let same = |other: &&Review| {
        other.object() == line.object() && other.id() == line.id() && other.lexicon_version == line.lexicon_version
    };
    before.find(same).is_some_and(|last| {
        last.verdict() == line.verdict() && last.comment == line.comment && (!named || last.by == line.by)
    })
}
