//! The sheets of a workbook, as text.

use std::io;
use std::path::Path;

use calamine::{Data, Reader, open_workbook_auto};

/// Why a workbook cannot be read.
pub(super) enum WorkbookError {
    /// It cannot be opened.
    Open(io::Error),
    /// What kind of thing is wrong with it.
    Broken(&'static str),
}

/// Most bytes of a workbook: a night's review list has a few, and it is held in memory whole.
const MAX_BYTES: u64 = 128 << 20;

/// Cells, by row and column.
type Rows = Vec<Vec<String>>;

/// The sheets with their rows from the first of the spreadsheet on, each cell as it would be typed.
pub(super) fn read(path: &Path) -> Result<Vec<(String, Rows)>, WorkbookError> {
    let broken = WorkbookError::Broken;
    let metadata = std::fs::metadata(path).map_err(WorkbookError::Open)?;
    if !metadata.is_file() || metadata.len() > MAX_BYTES {
        return Err(broken("太大，或不是文件"));
    }
    // What the library says of a broken file may quote it.
    let mut workbook = open_workbook_auto(path).map_err(|_| broken("文件损坏或加密"))?;
    let mut sheets = Vec::new();
    for name in workbook.sheet_names() {
        let range = workbook.worksheet_range(&name).map_err(|_| broken("工作表损坏"))?;
        let (above, left) = range.start().map_or((0, 0), |(row, column)| (row as usize, column as usize));
        // The range begins with the first cell that is used.
        let mut rows = vec![Vec::new(); above];
        rows.extend(range.rows().map(|row| {
            let shown = row.iter().map(shown);
            std::iter::repeat_n(String::new(), left).chain(shown).collect()
        }));
        sheets.push((name, rows));
    }
    Ok(sheets)
}

fn shown(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        // Whole numbers are numbers of ours, and longer than any of them a float is not exact.
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::Bool(value) => value.to_string(),
        other => other.to_string(),
    }
}
