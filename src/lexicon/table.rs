//! A maintainer's CSV as Excel or WPS saved it, read into rows of named cells.

use std::collections::BTreeMap;

use super::diagnostic::{Diagnostic, Severity};

/// One row: cells by canonical column name, cleaned of what spreadsheets leave behind.
#[derive(Debug, Clone)]
pub struct Row {
    /// Row as a spreadsheet counts it, 1-based.
    pub line: u64,
    cells: BTreeMap<&'static str, String>,
}

impl Row {
    /// The cell of a column, empty if the file has no such column.
    pub fn cell(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// Column names: the canonical Chinese header and what else is accepted for it.
const COLUMNS: &[(&str, &[&str])] = &[
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
    // With LF alone the reader's line numbers are those that a spreadsheet shows.
    let text = decode(bytes).replace("\r\n", "\n");
    let mut table = Table { columns: Vec::new(), rows: Vec::new() };
    let header = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|&d| header.bytes().filter(|&b| b == d).count());
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut names: Vec<Option<&'static str>> = Vec::new();
    // A spreadsheet counts rows, not lines: a line break within a cell makes no row.
    let (mut breaks_in_cells, mut lines_before, mut counted) = (0, 0, 0);
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                faults.push(fault(file, line, "", "L01", "这一行读不出来", "检查引号是否成对"));
                continue;
            }
        };
        // The reader gives the place before the empty lines that it skips.
        let place = record.position().map_or(counted, |position| position.byte() as usize);
        let begin = place + text[place..].bytes().take_while(|byte| *byte == b'\n').count();
        lines_before += text[counted..begin].matches('\n').count() as u64;
        counted = begin;
        let line = 1 + lines_before - breaks_in_cells;
        breaks_in_cells += record.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
        if names.is_empty() {
            names = header_names(file, &record, faults);
            table.columns = names.iter().flatten().copied().collect();
            continue;
        }
        if record.iter().all(|cell| clean(cell).is_empty()) {
            continue;
        }
        let longest = record.iter().map(str::len).max().unwrap_or(0);
        if longest > 8_000 {
            faults.push(fault(file, line, "", "L01", "单元格太长，可能是引号没有成对", "在这一行检查引号"));
            continue;
        }
        if record.iter().skip(names.len()).any(|cell| !clean(cell).is_empty()) {
            faults.push(fault(file, line, "", "L02", "这一行的单元格比表头多", "单元格里的逗号要用引号括起来"));
            continue;
        }
        if table.rows.len() == MAX_ROWS {
            let message = format!("表太大：超过 {MAX_ROWS} 行，其后未读");
            faults.push(fault(file, line, "", "L12", message, "删去停用的行，或用括号把写法合并"));
            break;
        }
        let cells =
            names.iter().zip(record.iter()).filter_map(|(name, cell)| name.map(|name| (name, clean(cell)))).collect();
        table.rows.push(Row { line, cells });
    }
    table
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

fn header_names(file: &str, record: &csv::StringRecord, faults: &mut Vec<Diagnostic>) -> Vec<Option<&'static str>> {
    let mut names: Vec<Option<&'static str>> = Vec::new();
    for header in record {
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
fn decode(bytes: &[u8]) -> String {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0.into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030.decode(bytes).0.into_owned(),
    }
}

/// Removes what spreadsheets and web pages leave in cells: NBSP, zero-width characters, outer blanks.
fn clean(cell: &str) -> String {
    let kept: String = cell
        .chars()
        .filter(|c| !matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{2060}'))
        .map(|c| if matches!(c, '\u{A0}' | '\u{3000}' | '\n' | '\r') { ' ' } else { c })
        .collect();
    kept.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

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
