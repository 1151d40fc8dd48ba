//! What the commands on lexicons leave: JSON on standard output, a table that appears whole.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use tinghu::both;
use tinghu::lexicon::{Diagnostic, Severity};
use tinghu::text::escape_json;
use tinghu::write::{RealDisk, WholeFile};

use super::terminal::stdout;
use super::{failure, usage};

/// Prints one JSON object. What a terminal would obey, or not show, is escaped: it stands in strings only.
pub fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    let mut out = stdout();
    writeln!(out, "{}", escape_json(&text))?;
    out.flush()?;
    Ok(())
}

/// A table to be written, refused before any work is done where that can be told.
pub struct NewFile(PathBuf);

impl NewFile {
    /// Looks at the place.
    ///
    /// # Errors
    /// When something stands there and is not to be overwritten, an input would be, or there is no such folder.
    pub fn prepare(path: &Path, force: bool, inputs: &[&Path]) -> anyhow::Result<NewFile> {
        let shown = path.display();
        if path.symlink_metadata().is_ok() {
            let own = path.canonicalize().ok();
            if inputs.iter().any(|input| own.is_some() && input.canonicalize().ok() == own) {
                return Err(usage(both!(
                    "{shown} 既是输入又是输出：换一个 --out";
                    "{shown} is an input, too: choose another --out"
                ))
                .into());
            }
            if !force {
                return Err(usage(both!(
                    "{shown} 已经在了：加 --force 覆盖，或换一个 --out";
                    "{shown} is there already: add --force, or choose another --out"
                ))
                .into());
            }
        }
        if path.parent().is_some_and(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
            return Err(
                usage(both!("没有放 {shown} 的目录：先建好"; "there is no folder for {shown}: make it first")).into()
            );
        }
        Ok(NewFile(path.to_owned()))
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// When another process writes there, or the disk refuses.
    pub fn write(&self, bytes: &[u8]) -> anyhow::Result<()> {
        let file = WholeFile::hold(&self.0, Arc::new(RealDisk)).map_err(failure)?;
        Ok(file.replace(bytes).map_err(failure)?)
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
