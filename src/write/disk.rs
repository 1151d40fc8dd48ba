//! The disk, behind one small interface: everything a run writes goes through it, so that a test can make
//! any single access fail.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// What a run asks of the disk. Each method may fail as the operating system's does.
pub trait Disk: fmt::Debug + Send + Sync {
    /// Makes a folder and its parents; the new ones are for their owner only.
    fn create_folder(&self, path: &Path) -> io::Result<()>;
    /// Opens a file for writing at its end, made for its owner only if it is not there, cut to `length` bytes.
    fn open(&self, path: &Path, length: u64) -> io::Result<Box<dyn DiskFile>>;
    /// The bytes of a file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// Gives a file another name, replacing what has it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Removes an empty folder.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;
    /// Makes the names in a folder last through a power cut.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
}

/// An open file.
pub trait DiskFile: Write + fmt::Debug + Send {
    /// Makes what was written last through a power cut.
    fn sync(&mut self) -> io::Result<()>;
}

/// The disk itself.
#[derive(Debug, Default, Clone, Copy)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path)
    }

    fn open(&self, path: &Path, length: u64) -> io::Result<Box<dyn DiskFile>> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        file.set_len(length)?;
        Ok(Box::new(file))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }
}

/// Gives a name to bytes, whole or not at all: they are written and synced under another name first. What has the
/// name already hands its rights on, where the system lets it.
pub(super) fn put(disk: &dyn Disk, path: &Path, by_way_of: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = disk.open(by_way_of, 0)?;
    file.write_all(bytes)?;
    file.sync()?;
    drop(file);
    if let Ok(metadata) = fs::metadata(path) {
        let _ = fs::set_permissions(by_way_of, metadata.permissions());
    }
    disk.rename(by_way_of, path)
}

impl DiskFile for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}
