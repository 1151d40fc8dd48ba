//! Cells that no spreadsheet can misread: no formula, no mangled identifier.

use std::borrow::Cow;

use memchr::memchr2;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::normalise::fold_char;
use crate::text::{is_clean, is_unclean};

/// For whom the files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Excel and WPS: Chinese headers, byte order mark, CRLF, ids kept as text, review columns.
    Excel,
    /// Programs: English headers, no byte order mark, LF.
    Data,
}

impl Profile {
    /// The word used in settings and in `run.json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Profile::Excel => "excel",
            Profile::Data => "data",
        }
    }
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// For whom.
    pub profile: Profile,
    /// Whether transcript text may be quoted (always masked).
    pub quotes: bool,
}

impl Style {
    /// Starts a row at the end of `bytes`.
    pub(crate) fn row(self, bytes: &mut Vec<u8>) -> Row<'_> {
        Row { begin: bytes.len(), bytes, profile: self.profile }
    }
}

/// A row under construction: cells are written where they will stay, quoted as the csv crate quotes them.
pub(crate) struct Row<'b> {
    bytes: &'b mut Vec<u8>,
    begin: usize,
    profile: Profile,
}

impl Row<'_> {
    /// Our own words, which need no care.
    pub fn plain(&mut self, text: &str) {
        push_quoted(self.bytes, "", text);
        self.bytes.push(b',');
    }

    /// A word of the vocabularies: letters and `_`.
    pub fn word(&mut self, word: &'static str) {
        self.made(word.as_bytes());
    }

    /// Cells that were made by another row, each with the comma after it.
    pub fn ended(&mut self, cells: &[u8]) {
        self.bytes.extend_from_slice(cells);
    }

    /// A cell as it is to stand in the file.
    pub fn made(&mut self, cells: &[u8]) {
        self.bytes.extend_from_slice(cells);
        self.bytes.push(b',');
    }

    /// Words of the vocabularies in one cell.
    pub fn words(&mut self, words: impl IntoIterator<Item = &'static str>, between: u8) {
        for (index, word) in words.into_iter().enumerate() {
            if index > 0 {
                self.bytes.push(between);
            }
            self.bytes.extend_from_slice(word.as_bytes());
        }
        self.bytes.push(b',');
    }

    /// A number, or nothing.
    pub fn number<N: itoa::Integer>(&mut self, number: Option<N>) {
        if let Some(number) = number {
            self.bytes.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
        }
        self.bytes.push(b',');
    }

    /// Text from outside: on one line, and never a formula.
    pub fn text(&mut self, text: &str) {
        push_text(self.bytes, text);
        self.bytes.push(b',');
    }

    /// As [`Row::text`], for a part of a text of which [`is_simple`] was true.
    pub fn simple_text(&mut self, text: &str) {
        if starts_formula(text) {
            self.bytes.push(b'\'');
        }
        self.made(text.as_bytes());
    }

    /// An identifier: as [`Row::text`], and kept from becoming a number or a date in Excel.
    pub fn id(&mut self, id: &str) {
        if self.profile == Profile::Excel && excel_would_change(id) {
            push_quoted(self.bytes, "'", id);
            self.bytes.push(b',');
        } else {
            self.text(id);
        }
    }

    /// Ends the row with its line ending.
    pub fn finish(self) {
        if self.bytes.len() > self.begin {
            self.bytes.pop();
        }
        // A row of one empty cell would be a blank line.
        if self.bytes.len() == self.begin {
            self.bytes.extend_from_slice(b"\"\"");
        }
        let end: &[u8] = match self.profile {
            Profile::Excel => b"\r\n",
            Profile::Data => b"\n",
        };
        self.bytes.extend_from_slice(end);
    }
}

/// Adds the cell for a text from outside.
fn push_text(bytes: &mut Vec<u8>, text: &str) {
    if is_simple(text) && !starts_formula(text) {
        return bytes.extend_from_slice(text.as_bytes());
    }
    let line = match is_clean(text) {
        true => Cow::Borrowed(text),
        false => text.chars().filter_map(one_line).collect(),
    };
    push_quoted(bytes, if starts_formula(&line) { "'" } else { "" }, &line);
}

/// Whether no part of a text needs quotes or cleaning in a cell.
pub(super) fn is_simple(text: &str) -> bool {
    is_clean(text) && memchr2(b',', b'"', text.as_bytes()).is_none()
}

/// Adds a cell with a mark before its text, in quotes where commas, quotes or line ends ask for them.
fn push_quoted(bytes: &mut Vec<u8>, mark: &str, text: &str) {
    if !text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
        bytes.extend_from_slice(mark.as_bytes());
        bytes.extend_from_slice(text.as_bytes());
        return;
    }
    bytes.push(b'"');
    bytes.extend_from_slice(mark.as_bytes());
    for part in text.as_bytes().split_inclusive(|byte| *byte == b'"') {
        bytes.extend_from_slice(part);
        if part.ends_with(b"\"") {
            bytes.push(b'"');
        }
    }
    bytes.push(b'"');
}

/// A text that was read back from a cell, as it may stand in a cell again: never a formula.
pub(crate) fn guarded(text: &str) -> Cow<'_, str> {
    if starts_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text behind a cell that a row was given: without the apostrophe that kept it from becoming a formula, or, for an
/// identifier of a table for `id_for`, a number or a date.
pub(crate) fn unguarded(cell: &str, id_for: Option<Profile>) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if starts_formula(text) || id_for == Some(Profile::Excel) && excel_would_change(text) => text,
        _ => cell,
    }
}

/// Line breaks and tabs become spaces, other control and direction characters go.
fn one_line(c: char) -> Option<char> {
    match c {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' | '\u{85}' => Some(' '),
        c if is_unclean(c) => None,
        c => Some(c),
    }
}

/// Characters that a formula could hide behind: whoever reads the cell does not see them either.
const BEFORE_FORMULA: &str = "'\"`´‘’“”＇＂｀′″";

/// Characters that begin a formula, in any width.
const FORMULA: &str = "=+-@|%＝＋－＠｜％﹦﹢﹣﹫﹪\u{2212}";

/// Whether a spreadsheet could take the cell for a formula: `= + - @`, in any width, after blanks, quotes,
/// apostrophes or invisible characters too (CWE-1236).
fn starts_formula(text: &str) -> bool {
    // Letters, digits and the first bytes of Han characters: hardly a text begins with anything else.
    if matches!(text.as_bytes().first(), None | Some(b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | 0xe4..=0xe9)) {
        return false;
    }
    let hidden = |c: char| c.is_whitespace() || BEFORE_FORMULA.contains(c) || is_blank(c);
    text.trim_start_matches(hidden).starts_with(|c| FORMULA.contains(c))
}

/// Characters that take room and show nothing; kept in the text, since some are letters.
fn is_blank(c: char) -> bool {
    matches!(c, '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{2800}' | '\u{3164}' | '\u{FFA0}')
        || matches!(c, '\u{180B}'..='\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Whether Excel would show another value than the one written: long or zero-led digits, 1E5, 5%, dates, TRUE.
fn excel_would_change(id: &str) -> bool {
    let narrow: String = id.chars().map(fold_char).collect();
    if matches!(narrow.as_str(), "true" | "false" | "真" | "假") {
        return true;
    }
    let digits = narrow.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 {
        return false;
    }
    let date_or_number = |c: char| c.is_ascii_digit() || ".,-/:e+ %$¥￥()年月日号时分秒点：".contains(c);
    let plain = narrow.bytes().all(|byte| byte.is_ascii_digit()) && narrow.len() == id.len();
    match plain {
        true => digits > 11 || narrow.starts_with('0'),
        false => narrow.chars().all(date_or_number) || names_month(&narrow),
    }
}

/// `mar1`, `1-dec-2026`, `sept 2`: dates to an English Excel, and with a Chinese one too.
fn names_month(text: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let mut words = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    let (word, more) = (words.next(), words.next());
    more.is_none() && text.is_ascii() && word.is_some_and(|word| MONTHS.iter().any(|month| word.starts_with(month)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cell(style: Style, write: impl FnOnce(&mut Row)) -> String {
        let mut bytes = Vec::new();
        let mut row = style.row(&mut bytes);
        write(&mut row);
        row.plain("x");
        row.finish();
        let line = String::from_utf8(bytes).expect("UTF-8");
        line.trim_end().strip_suffix(",x").expect("two cells").to_owned()
    }

    const EXCEL: Style = Style { profile: Profile::Excel, quotes: true };

    #[test]
    fn no_cell_becomes_a_formula() {
        for text in [
            "=1+1",
            "+86",
            "-1",
            "@a",
            "\t=1",
            " =1",
            "＝1",
            "\u{200B}=1",
            "\n=1",
            "'=1",
            "\"=1",
            "\u{3164}=1",
            "﹦1",
            "\u{2060}@",
        ] {
            assert!(cell(EXCEL, |row| row.text(text)).trim_start_matches('"').starts_with('\''), "{text:?}");
        }
        assert_eq!(cell(EXCEL, |row| row.text("转账=被骗")), "转账=被骗");
    }

    #[test]
    fn ids_survive_excel() {
        assert_eq!(cell(EXCEL, |row| row.id("202611220000000001")), "'202611220000000001");
        assert_eq!(cell(EXCEL, |row| row.id("0412")), "'0412");
        assert_eq!(cell(EXCEL, |row| row.id("1E5")), "'1E5");
        assert_eq!(cell(EXCEL, |row| row.id("2290")), "2290");
        for id in ["MAR1", "1-2", "1/2", "１２３", "5%", "true", "2026年1月2日", "21:03", "3.0", "(5)"] {
            assert_eq!(cell(EXCEL, |row| row.id(id)), format!("'{id}"));
        }
        for id in ["A1", "一组", "ab12cd", "2026-11-22T21:03:11+08:00", "mary"] {
            assert_eq!(cell(EXCEL, |row| row.id(id)), id);
        }
        let data = Style { profile: Profile::Data, quotes: true };
        assert_eq!(cell(data, |row| row.id("0412")), "0412");
    }

    /// The plain way: characters one by one, and the csv crate.
    fn with_csv(style: Style, cells: &[String]) -> Vec<u8> {
        let terminator = match style.profile {
            Profile::Excel => csv::Terminator::CRLF,
            Profile::Data => csv::Terminator::Any(b'\n'),
        };
        let mut writer = csv::WriterBuilder::new().terminator(terminator).from_writer(Vec::new());
        let safe = |text: &String| {
            let line: String = text.chars().filter_map(one_line).collect();
            let hidden = |c: char| c.is_whitespace() || BEFORE_FORMULA.contains(c) || is_blank(c);
            let formula = line.trim_start_matches(hidden).starts_with(|c| FORMULA.contains(c));
            if formula { format!("'{line}") } else { line }
        };
        writer.write_record(cells.iter().map(safe)).expect("to memory");
        writer.into_inner().expect("to memory")
    }

    proptest! {
        #[test]
        fn rows_are_those_of_the_csv_crate(
            cells in prop::collection::vec("([a=+',\"\n\r\t 好，“1-]|\u{200b}|\u{2028}|\u{3000}|\u{ad}){0,6}|\\PC{0,4}", 1..5),
        ) {
            for profile in [Profile::Excel, Profile::Data] {
                let style = Style { profile, quotes: true };
                let mut bytes = b"before".to_vec();
                let mut row = style.row(&mut bytes);
                for cell in &cells {
                    if is_simple(cell) { row.simple_text(cell) } else { row.text(cell) }
                }
                row.finish();
                prop_assert_eq!(&bytes[6..], &with_csv(style, &cells)[..]);
            }
        }
    }

    #[test]
    fn numbers_and_words() {
        assert_eq!(cell(EXCEL, |row| row.number(Some(-12i32))), "-12");
        assert_eq!(cell(EXCEL, |row| row.number(None::<usize>)), "");
        assert_eq!(cell(EXCEL, |row| row.words(["a", "b"], b';')), "a;b");
    }
}
