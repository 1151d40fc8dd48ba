//! Files that appear complete or not at all: written beside their place, synced, then renamed.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use thiserror::Error;

/// Why nothing, or not everything, could be published.
#[derive(Debug, Error)]
pub enum PublishError {
    /// A former run stands there.
    #[error("{0} 已有上次的结果：加 --force 覆盖，或换一个 --out 目录 / output exists; use --force or another --out")]
    Exists(PathBuf),
    /// The folder cannot be made or written.
    #[error("不能写入 {path}：{source} / cannot write there")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A write, sync or rename failed.
    #[error("写 {path} 失败：{source} / writing failed")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The folder that a run publishes into.
#[derive(Debug, Clone)]
pub struct OutputFolder {
    path: PathBuf,
}

/// Names of the files that a run publishes.
const FILES: &[&str] = &["calls.csv", "hits.csv", "rejects.csv", "run.json"];

impl OutputFolder {
    /// Prepares the folder: makes it, tries to write, and refuses to overwrite unless told.
    ///
    /// # Errors
    /// Before any work is done: when results stand there, or the folder cannot be written.
    pub fn prepare(path: &Path, force: bool) -> Result<OutputFolder, PublishError> {
        let folder = |source| PublishError::Folder { path: path.to_owned(), source };
        make_private(path).map_err(folder)?;
        if !force {
            for name in FILES {
                let file = path.join(name);
                if file.symlink_metadata().is_ok() {
                    return Err(PublishError::Exists(file));
                }
            }
        }
        NamedTempFile::new_in(path).map_err(folder)?;
        Ok(OutputFolder { path: path.to_owned() })
    }

    /// The folder's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Starts a file; nothing is visible under its name until [`StagedFile::publish`].
    ///
    /// # Errors
    /// When no temporary file can be made in the folder.
    pub fn stage(&self, name: &str) -> Result<StagedFile, PublishError> {
        let path = self.path.join(name);
        let temp = tempfile::Builder::new()
            .prefix(&format!(".{name}.tmp-"))
            .tempfile_in(&self.path)
            .map_err(|source| PublishError::Write { path: path.clone(), source })?;
        Ok(StagedFile { path, file: BufWriter::with_capacity(1 << 20, temp), hasher: blake3::Hasher::new() })
    }

    /// Makes the renames last through a power cut.
    ///
    /// # Errors
    /// When the folder cannot be synced.
    pub fn sync(&self) -> Result<(), PublishError> {
        let sync = || File::open(&self.path)?.sync_all();
        sync().map_err(|source| PublishError::Folder { path: self.path.clone(), source })
    }
}

/// Makes a folder, and those above it, for the owner's eyes only; one that stands keeps its rights.
fn make_private(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// A file being written, readable by its owner only.
#[derive(Debug)]
pub struct StagedFile {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
    hasher: blake3::Hasher,
}

impl StagedFile {
    /// Appends bytes.
    ///
    /// # Errors
    /// When the disk refuses them.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), PublishError> {
        self.hasher.update(bytes);
        self.file.write_all(bytes).map_err(|source| PublishError::Write { path: self.path.clone(), source })
    }

    /// Syncs the file and gives it its name; returns its BLAKE3 hash, hexadecimal.
    ///
    /// # Errors
    /// When flushing, syncing or renaming fails; the name then shows what it showed before.
    pub fn publish(self) -> Result<String, PublishError> {
        let StagedFile { path, file, hasher } = self;
        let result = file.into_inner().map_err(io::IntoInnerError::into_error).and_then(|temp| {
            temp.as_file().sync_all()?;
            temp.persist(&path).map_err(|error| error.error)?;
            Ok(())
        });
        result.map_err(|source| PublishError::Write { path, source })?;
        Ok(hasher.finalize().to_hex().to_string())
    }
}
