//! Which files a run reads.
//!
//! The same pile must give the same output however it is named: in one folder or as a hundred
//! arguments, in any order. So arguments are expanded, everything is sorted by name and each real
//! file is taken once. What is not taken is listed with its reason, because a silent omission looks
//! exactly like a quiet night.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::both;
use crate::said::{Both, Said};

/// The shape of a source's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// One JSON object per line (`.jsonl`, `.ndjson`, stdin).
    JsonLines,
    /// One JSON object, an array of them, or several in a row (`.json`).
    Json,
    /// One row per turn (`.csv`, `.tsv`).
    Table,
    /// `客服：…` lines (`.txt`); JSON and tables are recognised in such files too.
    Plain,
}

impl Format {
    /// The format for a file name without `.gz` or `.zst`.
    fn of(name: &str) -> Option<Format> {
        let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
        match ending.as_str() {
            "jsonl" | "ndjson" => Some(Format::JsonLines),
            "json" => Some(Format::Json),
            "csv" | "tsv" => Some(Format::Table),
            "txt" => Some(Format::Plain),
            _ => None,
        }
    }
}

/// Where the bytes come from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
}

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    pub(super) name: Arc<str>,
    pub(super) place: Place,
    pub(super) format: Format,
}

impl Source {
    /// The name shown in outputs: the argument as typed, joined with the path inside a folder, with
    /// `/` between the parts; `-` for standard input.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The format that the name promises.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The file's path; none for standard input.
    pub fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::Stdin => None,
            Place::File(path) => Some(path),
        }
    }

    /// The file's size in bytes as stored (compressed, if it is), where known.
    pub fn size(&self) -> Option<u64> {
        let metadata = fs::metadata(self.path()?).ok()?;
        metadata.is_file().then_some(metadata.len())
    }

    /// When the file was last changed, in milliseconds since 1970, where known.
    pub fn modified_ms(&self) -> Option<u64> {
        let modified = fs::metadata(self.path()?).ok()?.modified().ok()?;
        modified.duration_since(std::time::UNIX_EPOCH).ok().map(|since| since.as_millis() as u64)
    }

    /// One file, without looking at the disk.
    pub fn file(name: &str, path: PathBuf) -> Source {
        let format = Format::of(uncompressed(name)).unwrap_or(Format::Plain);
        Source { name: Arc::from(name), place: Place::File(path), format }
    }
}

/// Something found and not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Its name, made as [`Source::name`] is.
    pub name: String,
    /// Why.
    pub reason: SkipReason,
}

/// Why something in a folder is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// The name begins with a dot.
    Hidden,
    /// The ending is not one of the known formats.
    UnknownEnding,
    /// An archive or office document.
    Archive,
    /// A pipe, socket or device.
    NotAFile,
    /// A link that leads nowhere.
    DeadLink,
    /// A folder that was read already, by a link or another argument.
    SeenFolder,
    /// The same file under another name.
    SameFile,
}

impl SkipReason {
    /// The reason in Chinese.
    pub fn zh(self) -> &'static str {
        match self {
            SkipReason::Hidden => "隐藏文件",
            SkipReason::UnknownEnding => "扩展名不在可读之列",
            SkipReason::Archive => "归档或办公文档，请先解包或另存为 CSV",
            SkipReason::NotAFile => "管道、套接字或设备",
            SkipReason::DeadLink => "失效的链接",
            SkipReason::SeenFolder => "该文件夹已读过",
            SkipReason::SameFile => "同一文件已在列",
        }
    }

    /// The reason in English.
    pub fn en(self) -> &'static str {
        match self {
            SkipReason::Hidden => "hidden",
            SkipReason::UnknownEnding => "ending not known",
            SkipReason::Archive => "archive or office document; unpack it or save as CSV",
            SkipReason::NotAFile => "pipe, socket or device",
            SkipReason::DeadLink => "dead link",
            SkipReason::SeenFolder => "folder was read already",
            SkipReason::SameFile => "same file under another name",
        }
    }
}

/// What [`discover`] found, both lists sorted by name and free of repeats.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Discovered {
    /// What to read, in reading order.
    pub sources: Vec<Source>,
    /// What not, and why.
    pub skipped: Vec<Skipped>,
}

/// Why nothing can be read at all: the arguments are wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.both().zh)]
pub enum ReadError {
    /// No argument was given.
    NoInput,
    /// These arguments do not exist.
    NotFound(Vec<String>),
    /// These arguments are archives or office documents.
    Archive(Vec<String>),
}

impl Said for ReadError {
    fn both(&self) -> Both {
        match self {
            ReadError::NoInput => {
                both!("没有指定输入：请给出文件、文件夹或 -"; "no input given: name files, folders or -")
            }
            ReadError::NotFound(names) => {
                both!("输入不存在：{}", names.join("、"); "no such input: {}", names.join(", "))
            }
            ReadError::Archive(names) => both!(
                "不读取归档或办公文档：{}；请先解包，或在 Excel/WPS 中另存为 CSV UTF-8（单个文件可用 .gz 或 .zst）",
                names.join("、");
                "archives and office documents are not read: {}; unpack them, or save as CSV UTF-8 (single files may be \
                 .gz or .zst)",
                names.join(", ")
            ),
        }
    }
}

/// Expands the arguments of a run: files, folders (with everything below them) and `-`.
///
/// A folder yields files with known endings only; a file named explicitly is always taken, and one
/// without a known ending is recognised by its content. A file that exists and cannot be opened is
/// taken too: reading it gives the reject that tells so.
///
/// # Errors
/// When there are no arguments, when some do not exist, or when an archive is named.
pub fn discover(inputs: &[PathBuf]) -> Result<Discovered, ReadError> {
    if inputs.is_empty() {
        return Err(ReadError::NoInput);
    }
    let inputs: BTreeSet<&PathBuf> = inputs.iter().collect();
    let mut missing = Vec::new();
    let mut archives = Vec::new();
    let mut walk = Walk::default();
    for input in inputs {
        let name = shown(input);
        if name == "-" {
            let source = Source { name: Arc::from("-"), place: Place::Stdin, format: Format::JsonLines };
            walk.found.sources.push(source);
            continue;
        }
        match fs::metadata(input) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                missing.push(name);
            }
            Ok(metadata) if metadata.is_dir() => walk.folder(input.clone(), name),
            _ if is_archive(&name) => archives.push(name),
            _ => walk.found.sources.push(Source::file(&name, input.clone())),
        }
    }
    if !missing.is_empty() {
        return Err(ReadError::NotFound(missing));
    }
    if !archives.is_empty() {
        return Err(ReadError::Archive(archives));
    }
    Ok(walk.finish())
}

/// The expansion of folders, with what it has seen.
#[derive(Default)]
struct Walk {
    found: Discovered,
    folders: BTreeSet<PathBuf>,
}

impl Walk {
    /// Takes a folder and everything below it, without recursion and each real folder once.
    fn folder(&mut self, path: PathBuf, name: String) {
        let mut waiting = vec![(path, name)];
        while let Some((path, name)) = waiting.pop() {
            let real = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
            if !self.folders.insert(real) {
                self.skip(name, SkipReason::SeenFolder);
                continue;
            }
            let Ok(listing) = fs::read_dir(&path) else {
                // Reading the folder as a file gives the reject that nobody overlooks.
                self.found.sources.push(Source::file(&name, path));
                continue;
            };
            let mut members: Vec<_> = listing.flatten().map(|entry| entry.file_name()).collect();
            members.sort_unstable();
            let mut below = Vec::new();
            for member in members {
                let inner = path.join(&member);
                let label = joined(&name, &member);
                if let Some(folder) = self.member(inner, label, &member) {
                    below.push(folder);
                }
            }
            waiting.extend(below.into_iter().rev());
        }
    }

    /// Takes one member of a folder; gives back a folder still to be read.
    fn member(&mut self, path: PathBuf, name: String, file: &OsStr) -> Option<(PathBuf, String)> {
        let file = file.to_string_lossy();
        if file.starts_with('.') {
            self.skip(name, SkipReason::Hidden);
            return None;
        }
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => return Some((path, name)),
            Ok(metadata) if !metadata.is_file() => self.skip(name, SkipReason::NotAFile),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.skip(name, SkipReason::DeadLink);
            }
            // ELOOP has no stable kind: a link that cannot be followed is a dead link.
            Err(_) if path.is_symlink() => self.skip(name, SkipReason::DeadLink),
            _ if is_archive(&file) => self.skip(name, SkipReason::Archive),
            _ if Format::of(uncompressed(&file)).is_none() => {
                self.skip(name, SkipReason::UnknownEnding);
            }
            _ => self.found.sources.push(Source::file(&name, path)),
        }
        None
    }

    fn skip(&mut self, name: String, reason: SkipReason) {
        self.found.skipped.push(Skipped { name, reason });
    }

    /// Sorts and drops repeats: of several names for one file the first in order stays.
    fn finish(mut self) -> Discovered {
        self.found.sources.sort_unstable();
        self.found.sources.dedup();
        let mut seen = BTreeSet::new();
        let mut again = Vec::new();
        self.found.sources.retain(|source| {
            let Place::File(path) = &source.place else { return true };
            let real = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
            let fresh = seen.insert(real);
            if !fresh {
                again.push(source.name.to_string());
            }
            fresh
        });
        for name in again {
            self.skip(name, SkipReason::SameFile);
        }
        self.found.skipped.sort_unstable();
        self.found.skipped.dedup();
        self.found
    }
}

/// A path as shown in outputs.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace('\\', "/") }
}

fn joined(folder: &str, member: &OsStr) -> String {
    let member = member.to_string_lossy();
    if folder.ends_with('/') { format!("{folder}{member}") } else { format!("{folder}/{member}") }
}

/// The name without `.gz` or `.zst`.
fn uncompressed(name: &str) -> &str {
    for ending in [".gz", ".zst"] {
        let cut = name.len().saturating_sub(ending.len());
        if name.get(cut..).is_some_and(|tail| tail.eq_ignore_ascii_case(ending)) {
            return &name[..cut];
        }
    }
    name
}

/// The file's own name without folders and known endings: the call id of a file that gives none.
pub(super) fn stem(name: &str) -> &str {
    let file = name.rsplit('/').next().unwrap_or(name);
    let file = uncompressed(file);
    match file.rsplit_once('.') {
        Some((stem, _)) if Format::of(file).is_some() && !stem.is_empty() => stem,
        _ if file == "-" => "stdin",
        _ => file,
    }
}

fn is_archive(name: &str) -> bool {
    const ENDINGS: [&str; 16] = [
        ".zip", ".tar", ".tgz", ".tzst", ".7z", ".rar", ".xz", ".bz2", ".xlsx", ".xls", ".et", ".docx", ".doc", ".wps",
        ".pdf", ".parquet",
    ];
    let name = uncompressed(name).to_ascii_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_endings() {
        assert_eq!(Format::of("a.JSONL"), Some(Format::JsonLines));
        assert_eq!(Format::of("jsonl"), None);
        assert_eq!(uncompressed("a.csv.GZ"), "a.csv");
        assert_eq!(uncompressed("国.zst"), "国");
        assert_eq!(stem("夜/2026-11-22.客服.txt.gz"), "2026-11-22.客服");
        assert_eq!(stem("x/README"), "README");
        assert!(is_archive("a.tar.gz") && is_archive("A.ZIP") && !is_archive("a.jsonl.gz"));
        assert_eq!(joined("a/", OsStr::new("b")), "a/b");
    }
}
