//! The folder of a run: refused before any work is done, filled beside the names, published at once.
//!
//! While a run goes on, its rows grow in `.tinghu/` inside the folder, with a checkpoint every now and
//! then. When all is written and synced, the files get their names, the manifest last: where
//! `run.json` stands, the run is complete. A run that was killed can be continued from its checkpoint.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

use super::checkpoint::{Checkpoint, Identity, Mark};
use super::disk::{Disk, DiskFile, put};
use super::manifest::Manifest;
use crate::both;
use crate::said::{Both, Said};

/// Why nothing, or not everything, could be published.
#[derive(Debug, Error)]
#[error("{}", self.both().zh)]
pub enum PublishError {
    /// A former run stands there.
    Exists(PathBuf),
    /// An input would be overwritten.
    InputIsOutput(PathBuf),
    /// Another run writes there now.
    Busy(PathBuf),
    /// There is nothing to continue.
    NothingToResume(PathBuf),
    /// What an interrupted run was about is not what this one is about.
    Changed(Both),
    /// The folder cannot be made or written.
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A write, sync or rename failed.
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Said for PublishError {
    fn both(&self) -> Both {
        match self {
            PublishError::Exists(path) => {
                let path = path.display();
                both!(
                    "{path} 已有上次的结果：加 --force 覆盖，或换一个 --out 目录";
                    "{path} holds the results of a former run; overwrite them with --force or use another --out"
                )
            }
            PublishError::InputIsOutput(path) => {
                let path = path.display();
                both!("{path} 既是输入又是输出：换一个 --out 目录"; "{path} is an input and would be overwritten; use another --out")
            }
            PublishError::Busy(path) => {
                let path = path.display();
                both!(
                    "另一个运行正在写 {path}：等它结束，或换一个 --out 目录";
                    "another run is writing into {path}; wait for its end or use another --out"
                )
            }
            PublishError::NothingToResume(path) => {
                let path = path.display();
                both!(
                    "{path} 没有可以接着做的运行：去掉 --resume 重新开始";
                    "{path} holds nothing to resume; begin anew without --resume"
                )
            }
            PublishError::Changed(what) => both!(
                "不能接着做：{} 变了；去掉 --resume 重新开始", what.zh;
                "cannot resume, {} changed; begin anew without --resume", what.en
            ),
            PublishError::Folder { path, source } => {
                let (path, why) = (path.display(), source.both());
                both!("不能写入 {path}：{}", why.zh; "cannot write into {path}: {}", why.en)
            }
            PublishError::Write { path, source } => {
                let (path, why) = (path.display(), source.both());
                both!("写 {path} 失败：{}", why.zh; "writing {path} failed: {}", why.en)
            }
        }
    }
}

impl PublishError {
    /// What the disk said, where it did.
    fn into_io(self) -> io::Error {
        match self {
            PublishError::Folder { source, .. } | PublishError::Write { source, .. } => source,
            other => io::Error::other(other),
        }
    }
}

/// How a run begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Where no results stand.
    Fresh,
    /// Over the results of a former run.
    Overwrite,
    /// From where an interrupted run stopped.
    Resume,
}

/// The folder that a run publishes into; held by this run alone until dropped.
#[derive(Debug)]
pub struct OutputFolder {
    path: PathBuf,
    work: PathBuf,
    disk: Arc<dyn Disk>,
    checkpoint: Option<Checkpoint>,
    /// Locked by the operating system until the process ends, however it ends.
    _lock: Option<File>,
}

/// Names of the files that a run publishes, in the order in which they get them.
pub const FILES: &[&str] = &[
    "calls.csv",
    "hits.csv",
    "conversations.jsonl",
    "rejects.csv",
    "agents.csv",
    "calls.xlsx",
    "report.html",
    "calls.parquet",
    "hits.parquet",
    "rejects.parquet",
    "run.json",
];

/// The folder's own folder for what is not finished.
const WORK: &str = ".tinghu";
const CHECKPOINT: &str = "checkpoint.json";

impl OutputFolder {
    /// Prepares the folder: makes it, holds it, tries to write, and refuses to overwrite unless told.
    ///
    /// # Errors
    /// Before any work is done: when results stand there, an input would be overwritten, another run
    /// holds the folder, it cannot be written, or there is nothing to resume.
    pub fn prepare(
        path: &Path,
        start: Start,
        inputs: &[&Path],
        disk: Arc<dyn Disk>,
    ) -> Result<OutputFolder, PublishError> {
        let failed = |source| PublishError::Folder { path: path.to_owned(), source };
        if start == Start::Fresh
            && let Some(file) = FILES.iter().map(|name| path.join(name)).find(|file| file.symlink_metadata().is_ok())
        {
            return Err(PublishError::Exists(file));
        }
        for input in inputs {
            let own = input.canonicalize().unwrap_or_else(|_| (*input).to_owned());
            let overwritten = |name: &&&str| path.join(name).canonicalize().is_ok_and(|output| output == own);
            if FILES.iter().any(|name| overwritten(&name)) {
                return Err(PublishError::InputIsOutput((*input).to_owned()));
            }
        }
        disk.create_folder(path).map_err(failed)?;
        let lock = lock(path)?;
        let work = path.join(WORK);
        disk.create_folder(&work).map_err(failed)?;
        let mut folder = OutputFolder { path: path.to_owned(), work, disk, checkpoint: None, _lock: lock };
        if start == Start::Resume {
            folder.checkpoint = folder.read_checkpoint();
            if folder.checkpoint.is_none() {
                folder.clear();
                return Err(PublishError::NothingToResume(path.to_owned()));
            }
        } else {
            // Tries to write, and forgets an interrupted run that nobody wants to continue.
            let probe = folder.work.join(CHECKPOINT);
            let tried = folder.disk.open(&probe, 0).and_then(|_| folder.disk.remove(&probe));
            tried.map_err(failed).inspect_err(|_| folder.clear())?;
        }
        Ok(folder)
    }

    /// The folder's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where an interrupted run stopped, if this run continues it.
    ///
    /// # Errors
    /// [`PublishError::Changed`] when that run was about something else.
    pub fn resumed(&self, identity: &Identity) -> Result<Option<&Checkpoint>, PublishError> {
        match &self.checkpoint {
            None => Ok(None),
            Some(checkpoint) => match checkpoint.identity.difference(identity) {
                None => Ok(Some(checkpoint)),
                Some(what) => Err(PublishError::Changed(what)),
            },
        }
    }

    /// Starts a file, or continues it from a mark; nothing is visible under its name until
    /// [`OutputFolder::publish`].
    ///
    /// # Errors
    /// When it cannot be made, or does not hold what the mark says.
    pub fn stage(&self, name: &'static str, from: Option<&Mark>) -> Result<StagedFile, PublishError> {
        let path = self.work.join(name);
        let failed = |source| PublishError::Write { path: self.path.join(name), source };
        let mut hasher = blake3::Hasher::new();
        let length = from.map_or(0, |mark| mark.length);
        if let Some(mark) = from {
            let bytes = self.disk.read(&path).map_err(failed)?;
            let kept = bytes.get(..mark.length as usize).unwrap_or_default();
            hasher.update(kept);
            if hasher.finalize().to_hex().as_str() != mark.blake3 {
                let path = path.display().to_string();
                return Err(PublishError::Changed(Both { zh: path.clone(), en: path }));
            }
        }
        let file = self.disk.open(&path, length).map_err(failed)?;
        Ok(StagedFile {
            name,
            shown: self.path.join(name),
            file: BufWriter::with_capacity(1 << 20, file),
            hasher,
            length,
        })
    }

    /// Notes how far the run is.
    ///
    /// # Errors
    /// When the checkpoint cannot be written; the former one then still stands.
    pub fn save(&self, checkpoint: &Checkpoint) -> Result<(), PublishError> {
        self.replace(&self.work.join(CHECKPOINT), &checkpoint.to_bytes())
    }

    /// Where the files are until they get their names.
    pub(crate) fn work(&self) -> &Path {
        &self.work
    }

    /// Gives the finished files their names, the manifest last, and leaves nothing else behind, nor a file of a
    /// former run that this one has not. The checkpoint saved before must say that the run is complete: then this
    /// can be done again.
    ///
    /// # Errors
    /// When a sync or rename fails.
    pub fn publish(&self, manifest: &Manifest) -> Result<(), PublishError> {
        let manifest_path = self.path.join("run.json");
        // Old results are not complete any more from here on.
        if manifest_path.symlink_metadata().is_ok() {
            let failed = |source| PublishError::Write { path: manifest_path.clone(), source };
            self.disk.remove(&manifest_path).map_err(failed)?;
        }
        for name in FILES.iter().filter(|name| **name != "run.json") {
            let (from, to) = (self.work.join(name), self.path.join(name));
            if !manifest.outputs.contains_key(*name) && to.symlink_metadata().is_ok() {
                self.disk.remove(&to).map_err(|source| PublishError::Write { path: to.clone(), source })?;
            }
            // Absent if an interrupted run had renamed it already.
            if from.symlink_metadata().is_ok() {
                self.disk.rename(&from, &to).map_err(|source| PublishError::Write { path: to, source })?;
            }
        }
        self.replace(&manifest_path, &manifest.to_json())?;
        let sync = self.disk.sync_folder(&self.path);
        sync.map_err(|source| PublishError::Folder { path: self.path.clone(), source })?;
        self.clear();
        Ok(())
    }

    /// Removes everything unfinished, as far as the disk lets it.
    pub fn clear(&self) {
        for name in FILES.iter().chain(&[CHECKPOINT]) {
            let _ = self.disk.remove(&self.work.join(name));
            let _ = self.disk.remove(&self.work.join(format!("{name}.new")));
        }
        let _ = self.disk.remove_folder(&self.work);
    }

    /// A small file, whole or not at all.
    fn replace(&self, path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let new = self.work.join(format!("{name}.new"));
        put(&*self.disk, path, &new, bytes).map_err(|source| PublishError::Write { path: path.to_owned(), source })
    }

    fn read_checkpoint(&self) -> Option<Checkpoint> {
        let bytes = self.disk.read(&self.work.join(CHECKPOINT)).ok()?;
        Checkpoint::from_bytes(&bytes)
    }
}

/// Holds the folder against other runs; systems that cannot lock a folder go without.
pub(super) fn lock(path: &Path) -> Result<Option<File>, PublishError> {
    let Ok(file) = File::open(path) else { return Ok(None) };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Err(PublishError::Busy(path.to_owned())),
        Err(std::fs::TryLockError::Error(_)) => Ok(None),
    }
}

/// A file being written, readable by its owner only.
#[derive(Debug)]
pub struct StagedFile {
    name: &'static str,
    /// The name it will have, for messages.
    shown: PathBuf,
    file: BufWriter<Box<dyn DiskFile>>,
    hasher: blake3::Hasher,
    length: u64,
}

impl StagedFile {
    /// Appends bytes.
    ///
    /// # Errors
    /// When the disk refuses them.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), PublishError> {
        self.hasher.update(bytes);
        self.length += bytes.len() as u64;
        self.file.write_all(bytes).map_err(|source| PublishError::Write { path: self.shown.clone(), source })
    }

    /// Hands everything to the operating system, and tells how much that is.
    ///
    /// # Errors
    /// When the disk refuses it.
    pub fn mark(&mut self) -> Result<Mark, PublishError> {
        self.file.flush().map_err(|source| PublishError::Write { path: self.shown.clone(), source })?;
        Ok(Mark {
            name: self.name.to_owned(),
            length: self.length,
            blake3: self.hasher.finalize().to_hex().to_string(),
        })
    }

    /// As [`StagedFile::mark`], and makes it last through a power cut.
    ///
    /// # Errors
    /// When the disk refuses it.
    pub fn sync(&mut self) -> Result<Mark, PublishError> {
        let mark = self.mark()?;
        self.file.get_mut().sync().map_err(|source| PublishError::Write { path: self.shown.clone(), source })?;
        Ok(mark)
    }
}

/// For what writes itself; the disk's own error is given.
impl Write for StagedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.append(bytes).map(|()| bytes.len()).map_err(PublishError::into_io)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
