//! What the commands on lexicons leave: JSON on standard output, a table that appears whole.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use tinghu::lexicon::{Diagnostic, Severity};
use tinghu::text::is_invisible;
use tinghu::write::{Profile, RealDisk, WholeFile};

use super::UsageError;
use super::args::ProfileArg;
use super::terminal::stdout;

impl From<ProfileArg> for Profile {
    fn from(profile: ProfileArg) -> Profile {
        match profile {
            ProfileArg::Excel => Profile::Excel,
            ProfileArg::Data => Profile::Data,
        }
    }
}

/// Prints one JSON object. What a terminal would obey, or not show, is escaped: it stands in strings only.
pub fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && (c.is_control() || is_invisible(c)) {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| shown.push_str(&format!("\\u{unit:04x}")));
        } else {
            shown.push(c);
        }
    }
    let mut out = stdout();
    writeln!(out, "{shown}")?;
    out.flush()?;
    Ok(())
}

/// A table to be written, refused before any work is done.
pub struct NewFile(WholeFile);

impl NewFile {
    /// Holds the place.
    ///
    /// # Errors
    /// When something stands there and is not to be overwritten, an input would be, there is no such folder, or another
    /// process holds it.
    pub fn prepare(path: &Path, force: bool, inputs: &[&Path]) -> anyhow::Result<NewFile> {
        let shown = path.display();
        if path.symlink_metadata().is_ok() {
            let own = path.canonicalize().ok();
            if inputs.iter().any(|input| own.is_some() && input.canonicalize().ok() == own) {
                return Err(UsageError(format!("{shown} 既是输入又是输出：换一个 --out")).into());
            }
            if !force {
                return Err(UsageError(format!("{shown} 已经在了：加 --force 覆盖，或换一个 --out")).into());
            }
        }
        if path.parent().is_some_and(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
            return Err(UsageError(format!("没有放 {shown} 的目录：先建好")).into());
        }
        let file = WholeFile::hold(path, Arc::new(RealDisk)).map_err(|error| UsageError(error.to_string()))?;
        Ok(NewFile(file))
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write(&self, bytes: &[u8]) -> anyhow::Result<()> {
        Ok(self.0.replace(bytes)?)
    }
}

/// A finding about a lexicon as `--format json` shows it.
#[derive(Serialize)]
pub struct Finding {
    file: String,
    /// As a spreadsheet counts; 0 for the whole file.
    row: u64,
    column: String,
    severity: &'static str,
    code: &'static str,
    message: String,
    mend: String,
}

impl From<&Diagnostic> for Finding {
    fn from(found: &Diagnostic) -> Finding {
        Finding {
            file: found.file.clone(),
            row: found.line,
            column: found.column.clone(),
            severity: match found.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            code: found.code,
            message: found.message.clone(),
            mend: found.mend.clone(),
        }
    }
}
