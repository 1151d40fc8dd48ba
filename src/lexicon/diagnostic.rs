//! What is wrong with a lexicon, said to the person who edits it.

use std::fmt;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The lexicon is not used until this is mended.
    Error,
    /// Worth a look; the lexicon is used.
    Warning,
}

/// One finding, with its place and its mend. Texts are Chinese: maintainers are bank staff.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// File name within the lexicon folder.
    pub file: String,
    /// Line as a spreadsheet counts rows (1-based, the header is 1); 0 for the whole file.
    pub line: u64,
    /// Column header, or empty for the whole row.
    pub column: String,
    /// How bad it is.
    pub severity: Severity,
    /// Stable code, `L01`….
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub mend: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "错误",
            Severity::Warning => "提醒",
        };
        write!(f, "{severity} {} {}", self.code, self.file)?;
        if self.line > 0 {
            write!(f, " 第{}行", self.line)?;
        }
        if !self.column.is_empty() {
            write!(f, "「{}」列", self.column)?;
        }
        write!(f, "：{}", self.message)?;
        if !self.mend.is_empty() {
            write!(f, "。怎么改：{}", self.mend)?;
        }
        Ok(())
    }
}
