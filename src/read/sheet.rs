//! Tables that come back from a spreadsheet: in any encoding and with any delimiter, or as a workbook, row by row.
//!
//! What the columns mean is for the caller to say: here are names and cells, and the rows have the numbers that
//! the spreadsheet shows.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::decode::Encoding;
use super::reader::{Options, open_text, text_of};
use super::reject::{Fault, RejectCode};
use super::rows::{Got, Row, Rows, cells};
use super::text::Text;
use super::workbook::{self, WorkbookError};
use crate::text::is_invisible;

/// A table, or one sheet of a workbook.
pub struct Sheet {
    path: PathBuf,
    name: String,
    header: Vec<String>,
    /// Row of the spreadsheet in which the last row that was given stands.
    number: u64,
    source: Cells,
}

/// Rows that may stand above the header: what the sheet is about, `sep=,`.
const ABOVE_HEADER: usize = 8;

enum Cells {
    Text(Box<(Rows, Row)>),
    Workbook(std::vec::IntoIter<Vec<String>>),
}

/// Why a table cannot be read; never what stands in it.
#[derive(Debug, Error)]
pub enum SheetError {
    /// It cannot be opened.
    #[error("{} 读不出来：{source} / cannot be read", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no workbook that can be understood.
    #[error("{} 不是能读的工作簿（{what}）：另存为 xlsx 或 CSV UTF-8 再试 / not a readable workbook", path.display())]
    Workbook {
        /// The file.
        path: PathBuf,
        /// What kind of thing went wrong.
        what: &'static str,
    },
    /// A row cannot be read.
    #[error("{} 第 {row} 行：{} {detail} / {}", path.display(), code.meaning_zh(), code.meaning_en())]
    Row {
        /// The file.
        path: PathBuf,
        /// Row as a spreadsheet counts it, 1-based.
        row: u64,
        /// What is wrong with it.
        code: RejectCode,
        /// Numbers and names only.
        detail: String,
    },
}

impl Sheet {
    /// Opens a file: the sheets of a workbook, or the one table that any other file is. `known` says whether a name
    /// is that of a column, by which the delimiter is found.
    ///
    /// # Errors
    /// When it cannot be opened, or its header cannot be read.
    pub fn open(path: &Path, known: &dyn Fn(&str) -> bool) -> Result<Vec<Sheet>, SheetError> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        if ["xlsx", "xlsm", "xls", "et", "ods"].contains(&ending.as_str()) {
            let of_sheet = |(name, rows): (String, Vec<Vec<String>>)| {
                let bared = |row: &Vec<String>| row.iter().map(|name| bare(name)).collect::<Vec<_>>();
                let is_header = |row: &Vec<String>| bared(row).iter().any(|name| known(name));
                let at = rows.iter().take(ABOVE_HEADER).position(is_header).unwrap_or(0);
                let header = rows.get(at).map_or(Vec::new(), bared);
                let mut rows = rows.into_iter();
                rows.by_ref().take(at + 1).for_each(drop);
                Sheet { path: path.to_owned(), name, header, number: at as u64 + 1, source: Cells::Workbook(rows) }
            };
            let sheets = workbook::read(path).map_err(|error| match error {
                WorkbookError::Open(source) => SheetError::Open { path: path.to_owned(), source },
                WorkbookError::Broken(what) => SheetError::Workbook { path: path.to_owned(), what },
            })?;
            return Ok(sheets.into_iter().map(of_sheet).collect());
        }
        let text = open_text(path, &Options::default()).map_err(|error| match Fault::from_io(&error).code {
            RejectCode::ReadFailed => SheetError::Open { path: path.to_owned(), source: error },
            code => SheetError::Row { path: path.to_owned(), row: 0, code, detail: String::new() },
        })?;
        Ok(vec![Sheet::of_text(path, text, known)?])
    }

    /// The table that bytes are; `path` is for messages.
    ///
    /// # Errors
    /// When its header cannot be read.
    pub fn of_bytes(path: &Path, bytes: Vec<u8>, known: &dyn Fn(&str) -> bool) -> Result<Sheet, SheetError> {
        Sheet::of_text(path, text_of(bytes, &Options::default()), known)
    }

    fn of_text(path: &Path, mut text: Text, known: &dyn Fn(&str) -> bool) -> Result<Sheet, SheetError> {
        let cap = Options::default().max_call_bytes;
        let (mut line, mut number) = (Vec::new(), 0);
        let (delimiter, header) = loop {
            number += 1;
            let failed = |fault| row_error(path, number, fault);
            let Some(found) = text.line(&mut line, cap).map_err(failed)? else { break (b',', Vec::new()) };
            if found.too_long {
                return Err(failed(Fault::new(RejectCode::LineTooLong, "表头")));
            }
            let words = std::str::from_utf8(&line).map_err(|_| failed(Fault::new(RejectCode::BadBytes, "表头")))?;
            let tried = [b',', b'\t', b';'].map(|delimiter| (delimiter, cells(words, delimiter)));
            let columns = |cells: &[String]| cells.iter().filter(|cell| known(&bare(cell))).count();
            let best = tried.into_iter().rev().max_by_key(|(_, cells)| (columns(cells), cells.len()));
            let (delimiter, header) = best.unwrap_or((b',', Vec::new()));
            if columns(&header) > 0 || number as usize > ABOVE_HEADER {
                break (delimiter, header);
            }
        };
        let header = header.iter().map(|name| bare(name)).collect();
        let source = Cells::Text(Box::new((Rows::new(text, delimiter, cap), Row::default())));
        Ok(Sheet { path: path.to_owned(), name: String::new(), header, number, source })
    }

    /// Name of the sheet; empty for a table that is no sheet of a workbook.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Names of the columns, in lower case, without white space and what does not show.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The encoding decided on so far; none for a workbook and for ASCII.
    pub fn encoding(&self) -> Option<Encoding> {
        match &self.source {
            Cells::Text(text) => text.0.text.encoding(),
            Cells::Workbook(_) => None,
        }
    }

    /// Reads the next row that is not empty into `cells`, as many as the header has: its number as the spreadsheet
    /// shows it, none at the end.
    ///
    /// # Errors
    /// When the row cannot be read, or holds more cells than the header.
    pub fn next(&mut self, cells: &mut Vec<String>) -> Result<Option<u64>, SheetError> {
        loop {
            self.number += 1;
            let found = match &mut self.source {
                Cells::Workbook(rows) => match rows.next() {
                    None => return Ok(None),
                    Some(row) => {
                        *cells = row;
                        true
                    }
                },
                Cells::Text(text) => {
                    let (rows, row) = &mut **text;
                    match rows.next(row) {
                        Ok(Got::End) => return Ok(None),
                        Ok(Got::TooLong(_)) => {
                            return Err(row_error(&self.path, self.number, Fault::new(RejectCode::LineTooLong, "")));
                        }
                        Ok(Got::Row(_)) => {
                            take(row, cells).map_err(|fault| row_error(&self.path, self.number, fault))?
                        }
                        Err((_, fault)) => return Err(row_error(&self.path, self.number, fault)),
                    }
                }
            };
            if !found || cells.iter().all(|cell| bare(cell).is_empty()) {
                continue;
            }
            if cells.iter().skip(self.header.len()).any(|cell| !bare(cell).is_empty()) {
                let detail = format!("{} 列，表头 {} 列", cells.len(), self.header.len());
                return Err(row_error(&self.path, self.number, Fault::new(RejectCode::ExtraCells, detail)));
            }
            // Excel leaves out what is empty at the end of a row.
            cells.resize(self.header.len(), String::new());
            return Ok(Some(self.number));
        }
    }
}

/// Takes the cells of a row; false where it is blank.
fn take(row: &Row, cells: &mut Vec<String>) -> Result<bool, Fault> {
    cells.clear();
    if row.is_blank() {
        return Ok(false);
    }
    for place in 0..row.len() {
        let cell = std::str::from_utf8(row.cell(place)).map_err(|_| Fault::new(RejectCode::BadBytes, ""))?;
        cells.push(cell.to_owned());
    }
    Ok(true)
}

fn row_error(path: &Path, row: u64, fault: Fault) -> SheetError {
    SheetError::Row { path: path.to_owned(), row, code: fault.code, detail: fault.detail }
}

/// A name or a word as it is compared: lower case, without white space and what does not show.
pub(crate) fn bare(cell: &str) -> String {
    let shown = cell.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !is_invisible(*c));
    shown.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::GB18030;

    fn sheet(bytes: &[u8]) -> Result<Sheet, SheetError> {
        let known = |name: &str| ["编号", "意见"].contains(&name);
        Sheet::of_bytes(Path::new("x.csv"), bytes.to_vec(), &known)
    }

    fn rows(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
        let mut sheet = sheet(bytes).expect("a header");
        let (mut all, mut cells) = (Vec::new(), Vec::new());
        while let Some(number) = sheet.next(&mut cells).expect("a row") {
            all.push((number, cells.clone()));
        }
        all
    }

    const TABLE: &str = "编号,意见,其他\nA,\"好，\n两行\",1\n\nB,,\n";

    #[test]
    fn what_spreadsheets_save_is_one_table() {
        let expected = vec![
            (2, vec!["A".to_owned(), "好，\n两行".to_owned(), "1".to_owned()]),
            (4, vec!["B".to_owned(), String::new(), String::new()]),
        ];
        assert_eq!(rows(TABLE.as_bytes()), expected);
        assert_eq!(rows(format!("\u{feff}{TABLE}").as_bytes()), expected);
        assert_eq!(rows(&GB18030.encode(TABLE).0), expected);
        for delimiter in [";", "\t"] {
            assert_eq!(rows(TABLE.replace(',', delimiter).as_bytes()), expected);
        }
        // What is empty at the end may be left out, blank cells beyond the header too.
        assert_eq!(rows(TABLE.replace("B,,", "B").as_bytes()), expected);
        assert_eq!(rows(TABLE.replace("B,,", "B,,,,").as_bytes()), expected);
        let announced = rows(format!("sep=,\n{TABLE}").as_bytes());
        assert_eq!(announced[0].0, 3);
    }

    #[test]
    fn names_are_compared_without_what_does_not_show() {
        let sheet = sheet("\u{feff}编\u{200b}号 ,\u{a0}意见,Call ID\n".as_bytes()).expect("a header");
        assert_eq!(sheet.header(), ["编号", "意见", "callid"]);
    }

    #[test]
    fn rows_that_cannot_be_read_are_named() {
        let error = |bytes: &[u8]| {
            let mut sheet = sheet(bytes).expect("a header");
            let mut cells = Vec::new();
            loop {
                match sheet.next(&mut cells) {
                    Ok(row) => assert!(row.is_some(), "no fault was found"),
                    Err(error) => return error.to_string(),
                }
            }
        };
        assert!(error("编号,意见\nA,好\nB,好,密\n".as_bytes()).contains("第 3 行"));
        assert!(error("编号,意见\nA,\"好\nB,密\n".as_bytes()).contains("第 2 行"));
        let mut bytes = "编号,意见\nA,好\n".as_bytes().to_vec();
        bytes.extend_from_slice(b"B,\xff\n");
        let error = error(&bytes);
        assert!(error.contains("第 3 行") && !error.contains('密'), "{error}");
    }
}
