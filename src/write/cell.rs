//! Cells that no spreadsheet can misread: no formula, no mangled identifier.

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
        c if c.is_control() => None,
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' => None,
        c => Some(c),
    }
}

/// Whether a spreadsheet could take the cell for a formula: `= + - @`, full-width too, after blanks
/// or an apostrophe too (CWE-1236).
fn starts_formula(text: &str) -> bool {
    let first = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\'' || c == '"').chars().next();
    matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\u{2212}' | '|' | '%'))
}

/// Whether Excel would show another value than the one written: long or zero-led digits, 1E5, dates.
fn excel_would_change(id: &str) -> bool {
    let digits = id.bytes().filter(u8::is_ascii_digit).count();
    let numeric = digits > 0
        && id
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-' | b'/' | b':' | b'e' | b'E' | b'+' | b' '));
    numeric && (digits > 11 || id.starts_with('0') || digits < id.len())
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
        for text in ["=1+1", "+86", "-1", "@a", "\t=1", " =1", "＝1", "\u{200B}=1", "\n=1", "'=1"] {
            assert!(cell(EXCEL, |row| row.text(text)).starts_with('\''), "{text:?}");
        }
        assert_eq!(cell(EXCEL, |row| row.text("转账=被骗")), "转账=被骗");
    }

    #[test]
    fn ids_survive_excel() {
        assert_eq!(cell(EXCEL, |row| row.id("202611220000000001")), "'202611220000000001");
        assert_eq!(cell(EXCEL, |row| row.id("0412")), "'0412");
        assert_eq!(cell(EXCEL, |row| row.id("1E5")), "'1E5");
        assert_eq!(cell(EXCEL, |row| row.id("2290")), "2290");
        let data = Style { profile: Profile::Data, quotes: true };
        assert_eq!(cell(data, |row| row.id("0412")), "0412");
    }
}
