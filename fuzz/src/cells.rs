//! CSV cells: whatever a file name, an id or a reason holds, a spreadsheet shows it as text.

use std::sync::Arc;

use tinghu::read::{Origin, Reject, RejectCode};
use tinghu::write::{Profile, REJECT_COLUMNS, Style, render_reject};

/// One text as source, id and reason of a reject, in both profiles.
pub fn cells(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    let origin = Origin { source: Arc::from(text.as_str()), line: 1, byte: 0 };
    let mut reject = Reject::new(origin, Some(text.clone()), RejectCode::BadId, "");
    reject.reason = text.clone();
    for profile in [Profile::Excel, Profile::Data] {
        let row = render_reject(&reject, Style { profile, quotes: true });
        let records = records(&row, profile);
        assert_eq!(records.len(), 1, "one reject, one row");
        assert_eq!(records[0].len(), REJECT_COLUMNS.len());
        for column in [0, 3, 5] {
            assert!(!is_formula(&records[0][column]), "a cell becomes a formula: {text:?}");
            assert_eq!(essence(&records[0][column]), essence(&text), "the text did not survive");
        }
    }
}

/// The rows of some written bytes; panics where one could mislead a spreadsheet.
pub fn records(bytes: &[u8], profile: Profile) -> Vec<csv::StringRecord> {
    let text = std::str::from_utf8(bytes).expect("rows are UTF-8");
    let end = if profile == Profile::Excel { "\r\n" } else { "\n" };
    assert!(text.is_empty() || text.ends_with(end));
    let lines = text.matches(end).count();
    assert!(!text.replace(end, "").contains(['\r', '\n', '\t', '\u{2028}', '\u{2029}']), "a cell breaks its line");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let records: Vec<_> = reader.records().map(|record| record.expect("cells that are read again")).collect();
    assert_eq!(records.len(), lines, "as many rows as lines");
    for cell in records.iter().flatten() {
        assert!(is_loss(cell) || !is_formula(cell), "a cell becomes a formula: {cell:?}");
    }
    records
}

/// A negative number of our own.
fn is_loss(cell: &str) -> bool {
    cell.strip_prefix('-').is_some_and(|digits| digits.parse::<u32>().is_ok())
}

/// Whether a spreadsheet could compute the cell: its first visible character decides.
fn is_formula(cell: &str) -> bool {
    let shown = cell.trim_start_matches(|c: char| c.is_whitespace() || is_unseen(c));
    shown.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// What of a text must survive: all that can be seen but blanks and leading apostrophes.
fn essence(text: &str) -> String {
    let seen: String = text.chars().filter(|&c| !c.is_whitespace() && !is_unseen(c)).collect();
    seen.trim_start_matches('\'').to_owned()
}

/// Characters that leave no mark on the screen (`Default_Ignorable_Code_Point`) and controls.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}
