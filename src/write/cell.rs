//! Cells that no spreadsheet can misread: no formula, no mangled identifier.

use crate::normalise::fold_char;
use crate::text::is_invisible;

/// For whom the files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// Starts a row.
    pub(crate) fn row(self) -> Row {
        Row { fields: csv::ByteRecord::new(), profile: self.profile }
    }
}

/// A row under construction.
pub(crate) struct Row {
    fields: csv::ByteRecord,
    profile: Profile,
}

impl Row {
    /// Our own words and numbers, which need no care.
    pub fn plain(&mut self, text: &str) {
        self.fields.push_field(text.as_bytes());
    }

    /// A number, or nothing.
    pub fn number<N: ToString>(&mut self, number: Option<N>) {
        self.plain(&number.map_or_else(String::new, |number| number.to_string()));
    }

    /// Text from outside: on one line, and never a formula.
    pub fn text(&mut self, text: &str) {
        let line: String = text.chars().filter_map(one_line).collect();
        if starts_formula(&line) {
            self.plain(&format!("'{line}"));
        } else {
            self.plain(&line);
        }
    }

    /// An identifier: as [`Row::text`], and kept from becoming a number or a date in Excel.
    pub fn id(&mut self, id: &str) {
        if self.profile == Profile::Excel && excel_would_change(id) {
            self.plain(&format!("'{id}"));
        } else {
            self.text(id);
        }
    }

    /// The finished row with its line ending.
    pub fn finish(self) -> Vec<u8> {
        let terminator = match self.profile {
            Profile::Excel => csv::Terminator::CRLF,
            Profile::Data => csv::Terminator::Any(b'\n'),
        };
        let mut writer = csv::WriterBuilder::new().terminator(terminator).from_writer(Vec::new());
        // Writing to memory cannot fail, and all rows have the fields of their header.
        let written = writer.write_byte_record(&self.fields);
        debug_assert!(written.is_ok());
        writer.into_inner().unwrap_or_default()
    }
}

/// Line breaks and tabs become spaces, other control and direction characters go.
fn one_line(c: char) -> Option<char> {
    match c {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' | '\u{85}' => Some(' '),
        c if c.is_control() || is_invisible(c) => None,
        c => Some(c),
    }
}

/// Characters that a formula could hide behind: whoever reads the cell does not see them either.
const BEFORE_FORMULA: &str = "'\"`´‘’“”＇＂｀′″";

/// Whether a spreadsheet could take the cell for a formula: `= + - @`, in any width, after blanks, quotes,
/// apostrophes or invisible characters too (CWE-1236).
fn starts_formula(text: &str) -> bool {
    let hidden = |c: char| c.is_whitespace() || BEFORE_FORMULA.contains(c) || is_blank(c);
    let first = text.trim_start_matches(hidden).chars().next();
    first.is_some_and(|c| "=+-@|%＝＋－＠｜％﹦﹢﹣﹫﹪\u{2212}".contains(c))
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

    fn cell(style: Style, write: impl FnOnce(&mut Row)) -> String {
        let mut row = style.row();
        write(&mut row);
        row.plain("x");
        let line = String::from_utf8(row.finish()).expect("UTF-8");
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
}
