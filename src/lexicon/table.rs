//! A maintainer's CSV as Excel or WPS saved it, read into rows of named cells.

use std::borrow::Cow;
use std::sync::Arc;

use super::diagnostic::{Diagnostic, Severity};

/// One row: cells by canonical column name, cleaned of what spreadsheets leave behind.
#[derive(Debug, Clone)]
pub struct Row {
    /// Row as a spreadsheet counts it, 1-based.
    pub line: u64,
    sheet: Arc<Sheet>,
    /// First and one-past-last of its cells in the sheet.
    cells: (usize, usize),
}

/// The cells of all rows, one after the other.
#[derive(Debug, Default)]
struct Sheet {
    names: Vec<Option<&'static str>>,
    text: String,
    /// Where each cell ends, in bytes of the text.
    ends: Vec<usize>,
}

impl Row {
    /// The cell of a column, empty if the file has no such column.
    pub fn cell(&self, column: &str) -> &str {
        let (from, to) = self.cells;
        // Where a column stands twice, which is a fault, the last one counts.
        match self.sheet.names[..to - from].iter().rposition(|name| *name == Some(column)) {
            Some(place) => self.sheet.cell(from + place),
            None => "",
        }
    }

    /// The cell of each column of the file, by its place from 0; empty where the row is shorter.
    pub(super) fn cell_at(&self, place: usize) -> &str {
        let (from, to) = self.cells;
        if from + place < to { self.sheet.cell(from + place) } else { "" }
    }

    /// The canonical name of each column of the file, in its order; none for a column without a header.
    pub(super) fn names(&self) -> &[Option<&'static str>] {
        &self.sheet.names
    }
}

impl Sheet {
    fn cell(&self, index: usize) -> &str {
        let from = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[from..self.ends[index]]
    }
}

/// The columns of a term table, in order, by their Chinese names.
pub fn term_columns() -> impl Iterator<Item = &'static str> {
    COLUMNS.iter().take(TERM_COLUMNS).map(|(name, _)| *name)
}

/// How many of [`COLUMNS`], from the first, are those of a term table.
const TERM_COLUMNS: usize = 21;

/// Column names: the canonical Chinese header and what else is accepted for it.
pub(super) const COLUMNS: &[(&str, &[&str])] = &[
    ("编号", &["id"]),
    ("词条", &["term"]),
    ("变体", &["variants"]),
    ("词表", &["list"]),
    ("诈骗类型", &["scam_type", "type"]),
    ("环节/类别", &["kind", "环节", "类别", "stage", "category"]),
    ("权重", &["weight"]),
    ("说话人", &["speaker"]),
    ("否定", &["negation"]),
    ("边界", &["boundary"]),
    ("同音", &["homophone"]),
    ("需要语境", &["require", "context_require"]),
    ("排除语境", &["forbid", "context_forbid"]),
    ("应命中", &["example_hit"]),
    ("不应命中", &["example_nohit"]),
    ("来源", &["source"]),
    ("生效", &["from", "effective_from"]),
    ("失效", &["to", "effective_to"]),
    ("状态", &["status"]),
    ("维护组", &["owner"]),
    ("备注", &["note", "notes"]),
    ("组名", &["group"]),
    ("词语", &["words"]),
    ("短语", &["phrase"]),
    ("取消词条", &["cancels"]),
    ("原因", &["reason"]),
    ("到期", &["expires"]),
    ("词", &["word"]),
    ("词频", &["freq"]),
    ("词性", &["tag"]),
    ("片段", &["gram"]),
    ("风险", &["risk"]),
    ("情绪", &["distress"]),
    ("关怀", &["care"]),
    ("警示", &["warned"]),
    ("失当", &["taboo"]),
    ("自伤", &["self_harm"]),
    ("类型", &["types"]),
    ("阶段", &["phases"]),
    ("通话数", &["calls"]),
];

/// Most rows of one table. A lexicon is held in memory whole, about three kilobytes a row.
pub const MAX_ROWS: usize = 100_000;

/// A file in memory.
#[derive(Debug, Clone)]
pub struct Table {
    /// Canonical names of the columns that the file has.
    pub columns: Vec<&'static str>,
    /// The rows that are not empty.
    pub rows: Vec<Row>,
}

/// Reads a table; every fault that can be found is reported, rows that can be read are returned.
pub fn read_table(file: &str, bytes: &[u8], faults: &mut Vec<Diagnostic>) -> Table {
    let mut text = decode(bytes);
    if text.contains("\r\n") {
        // With LF alone the reader's line numbers are those that a spreadsheet shows.
        text = text.replace("\r\n", "\n").into();
    }
    let header = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|&d| header.bytes().filter(|&b| b == d).count());
    let delimiter = delimiter.unwrap_or(b',');
    let mut builder = Builder::new(file, faults);
    if memchr::memchr2(b'"', b'\r', text.as_bytes()).is_none() {
        builder.read_plain(&text, delimiter);
    } else {
        builder.read_quoted(&text, delimiter);
    }
    builder.finish()
}

/// A table as it grows.
struct Builder<'a> {
    file: &'a str,
    faults: &'a mut Vec<Diagnostic>,
    sheet: Sheet,
    /// Line and cells of each row.
    rows: Vec<(u64, (usize, usize))>,
}

impl<'a> Builder<'a> {
    fn new(file: &'a str, faults: &'a mut Vec<Diagnostic>) -> Self {
        Builder { file, faults, sheet: Sheet::default(), rows: Vec::new() }
    }

    /// Reads what has no quotes, so that a line is a row and its cells lie between the delimiters.
    fn read_plain(&mut self, text: &str, delimiter: u8) {
        self.sheet.text.reserve(text.len());
        // The reader of quotes leaves out a mark at the very beginning, too.
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        for (index, line) in text.split('\n').enumerate() {
            if !line.is_empty() && !self.add(index as u64 + 1, line.split(char::from(delimiter))) {
                break;
            }
        }
    }

    /// Reads what has quotes.
    fn read_quoted(&mut self, text: &str, delimiter: u8) {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(false)
            .from_reader(text.as_bytes());
        let breaks = |text: &str| text.bytes().filter(|byte| *byte == b'\n').count() as u64;
        // A spreadsheet counts rows, not lines: a line break within a cell makes no row.
        let (mut breaks_in_cells, mut lines_before, mut counted) = (0, 0, 0);
        let mut record = csv::StringRecord::new();
        loop {
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    self.fault(line, "L01", "这一行读不出来", "检查引号是否成对");
                    continue;
                }
            }
            // The reader gives the place before the empty lines that it skips.
            let place = record.position().map_or(counted, |position| position.byte() as usize);
            let begin = place + text[place..].bytes().take_while(|byte| *byte == b'\n').count();
            lines_before += breaks(&text[counted..begin]);
            counted = begin;
            let line = 1 + lines_before - breaks_in_cells;
            breaks_in_cells += record.iter().map(breaks).sum::<u64>();
            if !self.add(line, record.iter()) {
                break;
            }
        }
    }

    /// Takes a row; `false` when no more are wanted.
    fn add<'t>(&mut self, line: u64, cells: impl Iterator<Item = &'t str> + Clone) -> bool {
        if self.sheet.names.is_empty() {
            self.sheet.names = header_names(self.file, cells, self.faults);
            return true;
        }
        let (first, begin) = (self.sheet.ends.len(), self.sheet.text.len());
        let columns = self.sheet.names.len();
        let (mut longest, mut too_many) = (0, false);
        for (index, cell) in cells.enumerate() {
            longest = longest.max(cell.len());
            let cell = clean(cell);
            if index < columns {
                self.sheet.text.push_str(&cell);
                self.sheet.ends.push(self.sheet.text.len());
            } else {
                too_many |= !cell.is_empty();
            }
        }
        let empty = self.sheet.text.len() == begin && !too_many;
        if !empty && longest > 8_000 {
            self.fault(line, "L01", "单元格太长，可能是引号没有成对", "在这一行检查引号");
        } else if too_many {
            self.fault(line, "L02", "这一行的单元格比表头多", "单元格里的逗号要用引号括起来");
        } else if !empty && self.rows.len() == MAX_ROWS {
            let message = format!("表太大：超过 {MAX_ROWS} 行，其后未读");
            self.fault(line, "L12", &message, "删去停用的行，或用括号把写法合并");
            return false;
        } else if !empty {
            self.rows.push((line, (first, self.sheet.ends.len())));
            return true;
        }
        self.sheet.text.truncate(begin);
        self.sheet.ends.truncate(first);
        true
    }

    fn fault(&mut self, line: u64, code: &'static str, message: &str, mend: &str) {
        self.faults.push(fault(self.file, line, "", code, message, mend));
    }

    fn finish(self) -> Table {
        let columns = self.sheet.names.iter().flatten().copied().collect();
        let sheet = Arc::new(self.sheet);
        let row = |(line, cells)| Row { line, sheet: Arc::clone(&sheet), cells };
        Table { columns, rows: self.rows.into_iter().map(row).collect() }
    }
}

/// A diagnostic with severity error.
pub(super) fn fault(
    file: &str,
    line: u64,
    column: &str,
    code: &'static str,
    message: impl Into<String>,
    mend: impl Into<String>,
) -> Diagnostic {
    Diagnostic {
        file: file.to_owned(),
        line,
        column: column.to_owned(),
        severity: Severity::Error,
        code,
        message: message.into(),
        mend: mend.into(),
    }
}

fn header_names<'t>(
    file: &str,
    headers: impl Iterator<Item = &'t str>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Option<&'static str>> {
    let mut names: Vec<Option<&'static str>> = Vec::new();
    for header in headers {
        let header = clean(header).to_lowercase();
        let name = COLUMNS
            .iter()
            .find(|(name, others)| *name == header || others.contains(&header.as_str()))
            .map(|(name, _)| *name);
        if name.is_none() && !header.is_empty() {
            let known: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
            faults.push(fault(file, 1, &header, "L03", "不认识的列名", format!("可用的列名：{}", known.join(" "))));
        }
        if name.is_some() && names.contains(&name) {
            faults.push(fault(file, 1, &header, "L03", "列名重复", "删去多出来的一列"));
        }
        names.push(name);
    }
    names
}

/// UTF-8 with or without BOM, UTF-16 with BOM, else GB18030: what Chinese Excel and WPS save.
fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => encoding_rs::GB18030.decode(bytes).0,
    }
}

/// Removes what spreadsheets and web pages leave in cells: NBSP, zero-width characters, outer blanks.
fn clean(cell: &str) -> Cow<'_, str> {
    // What is removed or becomes a blank begins with one of these bytes.
    if !cell.bytes().any(|byte| matches!(byte, b'\n' | b'\r' | 0xC2 | 0xE2 | 0xE3 | 0xEF)) {
        return cell.trim().into();
    }
    let kept: String = cell
        .chars()
        .filter(|c| !matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{2060}'))
        .map(|c| if matches!(c, '\u{A0}' | '\u{3000}' | '\n' | '\r') { ' ' } else { c })
        .collect();
    kept.trim().to_owned().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lines_without_quotes_are_read_as_the_reader_of_quotes_reads_them(body in "[编号词条，,; \n\u{200b}\u{a0}\u{3000}\u{feff}A1]{0,60}") {
            for text in [format!("编号,词条,\n{body}"), body] {
                let read = |quoted: bool| {
                    let mut faults = Vec::new();
                    let mut builder = Builder::new("x.csv", &mut faults);
                    if quoted { builder.read_quoted(&text, b',') } else { builder.read_plain(&text, b',') }
                    let table = builder.finish();
                    let cells = |row: &Row| (row.line, row.cell("编号").to_owned(), row.cell("词条").to_owned());
                    let rows: Vec<_> = table.rows.iter().map(cells).collect();
                    (table.columns, rows, faults)
                };
                prop_assert_eq!(read(true), read(false));
            }
        }
    }

    #[test]
    fn what_excel_saves_is_read() {
        let utf8 = "编号,词条\nA-1,安全账户\n";
        let mut variants: Vec<Vec<u8>> = vec![
            utf8.into(),
            format!("\u{FEFF}{utf8}").into(),
            utf8.replace(',', ";").into(),
            utf8.replace(',', "\t").into(),
            utf8.replace('\n', "\r\n").into(),
            utf8.replace("A-1", "\u{A0}A-1\u{200B}").into(),
            utf8.replace("编号", "ID").into(),
        ];
        variants.push(encoding_rs::GB18030.encode(utf8).0.into_owned());
        for bytes in variants {
            let mut faults = Vec::new();
            let table = read_table("x.csv", &bytes, &mut faults);
            assert!(faults.is_empty(), "{faults:?}");
            assert_eq!(table.rows.len(), 1);
            assert_eq!(table.rows[0].cell("编号"), "A-1");
            assert_eq!(table.rows[0].cell("词条"), "安全账户");
            assert_eq!(table.rows[0].line, 2);
        }
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_counts_them() {
        let mut faults = Vec::new();
        let table = read_table("x.csv", "编号,词条\nA-1,\"两行\n词条\"\n\nA-2,安全账户\n".as_bytes(), &mut faults);
        let lines: Vec<u64> = table.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [2, 4]);
    }

    #[test]
    fn unknown_headers_and_ragged_rows_are_named() {
        let mut faults = Vec::new();
        read_table("x.csv", "编号,词跳\nA-1,安全,账户\n".as_bytes(), &mut faults);
        let codes: Vec<_> = faults.iter().map(|fault| (fault.code, fault.line)).collect();
        assert_eq!(codes, [("L03", 1), ("L02", 2)]);
    }
}
