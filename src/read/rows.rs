//! Rows of CSV and its relatives, with a guard against open quotes.
//!
//! The usual CSV reader takes an unterminated quote as licence to read the rest of the file into one
//! cell and calls that success. Here a quoted cell may hold line breaks, but only so many and so much;
//! beyond that, at the end of the file, or when the "closing" quote is plainly the opening one of a
//! later cell, the fault is reported at the line where the quote was opened.

use super::reject::{Fault, RejectCode};
use super::text::{Spot, Text};

/// Most line breaks within one cell.
const MAX_BREAKS: usize = 100;
/// Most bytes of one quoted cell: far more than any turn may have.
const MAX_CELL: usize = 1 << 20;

/// One row: its cells one after the other in one buffer.
#[derive(Default)]
pub(super) struct Row {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Row {
    /// Number of cells.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of a cell; empty where the row is too short.
    pub fn cell(&self, index: usize) -> &[u8] {
        let Some(end) = self.ends.get(index) else { return &[] };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..*end]
    }

    /// Whether every cell is blank.
    pub fn is_blank(&self) -> bool {
        self.bytes.iter().all(u8::is_ascii_whitespace)
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    fn close(&mut self) {
        self.ends.push(self.bytes.len());
    }

    fn cell_len(&self) -> usize {
        self.bytes.len() - self.ends.last().copied().unwrap_or(0)
    }
}

/// Where the reader stands within a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Bare,
    Quoted,
    AfterQuote,
}

/// What came of reading a row.
pub(super) enum Got {
    /// A row, and where it begins.
    Row(Spot),
    /// A line over the cap was passed over.
    TooLong(Spot),
    /// The end of the text.
    End,
}

/// Reads rows from text.
pub(super) struct Rows {
    pub(super) text: Text,
    delimiter: u8,
    cap: usize,
    line: Vec<u8>,
}

impl Rows {
    pub fn new(text: Text, delimiter: u8, cap: usize) -> Self {
        Rows { text, delimiter, cap, line: Vec::new() }
    }

    /// Reads the next row into `row`. After an error `row` holds the cells before the fault.
    ///
    /// # Errors
    /// An open quote (at the line that opens it) or a fault of the text; either ends the file.
    pub fn next(&mut self, row: &mut Row) -> Result<Got, (Spot, Fault)> {
        row.clear();
        let begin = self.text.spot();
        let mut opened = begin;
        let mut state = State::Start;
        let mut breaks = 0;
        loop {
            let quoted = state == State::Quoted;
            let open = |why: &str| (opened, Fault::new(RejectCode::OpenQuote, why));
            let line = self.text.line(&mut self.line, self.cap).map_err(|fault| (begin, fault))?;
            let Some(line) = line else {
                return if quoted { Err(open("文件在引号内结束")) } else { Ok(Got::End) };
            };
            if quoted {
                breaks += 1;
                row.bytes.push(b'\n');
                if breaks > MAX_BREAKS || line.too_long || row.cell_len() > MAX_CELL {
                    return Err(open("引号内换行过多或过长"));
                }
            } else if line.too_long {
                return Ok(Got::TooLong(line.spot));
            }
            let before = row.len();
            state = match split(&self.line, self.delimiter, state, row) {
                Ok(state) => state,
                Err(()) => return Err(open("引号跨行后未正确结束")),
            };
            if state != State::Quoted {
                row.close();
                return Ok(Got::Row(begin));
            }
            if !quoted || row.len() > before {
                opened = line.spot;
                breaks = 0;
            }
        }
    }
}

/// Splits one line that stands on its own into cells (for headers).
pub(super) fn cells(line: &str, delimiter: u8) -> Vec<String> {
    let mut row = Row::default();
    // Only a cell that went over lines can fail.
    let _ = split(line.as_bytes(), delimiter, State::Start, &mut row);
    row.close();
    (0..row.len()).map(|index| String::from_utf8_lossy(row.cell(index)).into_owned()).collect()
}

/// Goes through one line; gives the state at its end. Fails when a quoted cell that went over lines is
/// followed by anything but a delimiter.
fn split(line: &[u8], delimiter: u8, state: State, row: &mut Row) -> Result<State, ()> {
    let mut state = state;
    let mut over_lines = state == State::Quoted;
    for &byte in line {
        state = match (state, byte) {
            (State::Quoted, b'"') => State::AfterQuote,
            (State::Quoted, _) => {
                row.bytes.push(byte);
                State::Quoted
            }
            (State::AfterQuote, b'"') => {
                row.bytes.push(byte);
                State::Quoted
            }
            (State::Start, b'"') => State::Quoted,
            (_, byte) if byte == delimiter => {
                row.close();
                over_lines = false;
                State::Start
            }
            (State::AfterQuote, _) if over_lines => return Err(()),
            _ => {
                row.bytes.push(byte);
                State::Bare
            }
        };
    }
    Ok(state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::text::tests::text;
    use proptest::prelude::*;

    fn read(csv: &str) -> (Vec<Vec<String>>, Option<(u64, RejectCode)>) {
        let mut rows = Rows::new(text(csv.as_bytes()), b',', 1 << 20);
        let (mut all, mut row) = (Vec::new(), Row::default());
        loop {
            match rows.next(&mut row) {
                Ok(Got::Row(_)) => {
                    all.push((0..row.len()).map(|at| String::from_utf8_lossy(row.cell(at)).into_owned()).collect())
                }
                Ok(Got::TooLong(_)) => {}
                Ok(Got::End) => return (all, None),
                Err((spot, fault)) => return (all, Some((spot.line, fault.code))),
            }
        }
    }

    #[test]
    fn quotes() {
        let (rows, fault) = read("a,\"b,\"\"c\"\"\",d\r\n\"x\ny\",,z");
        assert_eq!(fault, None);
        assert_eq!(rows, [vec!["a", "b,\"c\"", "d"], vec!["x\ny", "", "z"]]);
    }

    #[test]
    fn open_quotes_are_found_where_they_open() {
        let open = Some((2, RejectCode::OpenQuote));
        assert_eq!(read("a,b\n1,\"open\n2,b\n3,c\n").1, open);
        assert_eq!(read("a,b\n1,\"open\n2,b\n3,\"c\"\n").1, open);
        assert_eq!(read(&format!("a,b\n1,\"open\n{}", "2,b\n".repeat(200))).1, open);
        assert_eq!(read("a,b\n\"x\ny\",\"open\n").1.map(|fault| fault.0), Some(3));
    }

    proptest! {
        #[test]
        fn what_csv_writes_is_read(
            rows in prop::collection::vec(prop::collection::vec("[a,\"\n 好]{0,6}", 2..5), 1..6),
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).expect("to memory");
            }
            let bytes = writer.into_inner().expect("to memory");
            let (read, fault) = read(std::str::from_utf8(&bytes).expect("UTF-8"));
            prop_assert_eq!(fault, None);
            prop_assert_eq!(read, rows);
        }
    }
}
