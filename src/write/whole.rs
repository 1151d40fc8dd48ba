//! A file that outlives the runs: read, and replaced whole or not at all.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::{Disk, put};
use super::folder::{PublishError, lock};

/// A file whose folder is held until this is dropped, so that nobody replaces it between a reading and a writing.
#[derive(Debug)]
pub struct WholeFile {
    path: PathBuf,
    folder: PathBuf,
    disk: Arc<dyn Disk>,
    /// Locked by the operating system until the process ends, however it ends.
    _lock: Option<File>,
}

impl WholeFile {
    /// Holds a file, which need not be there; its folder must be.
    ///
    /// # Errors
    /// When another process holds it.
    pub fn hold(path: &Path, disk: Arc<dyn Disk>) -> Result<WholeFile, PublishError> {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let lock = lock(&folder)?;
        Ok(WholeFile { path: path.to_owned(), folder, disk, _lock: lock })
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it holds; none where it is not there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self) -> Result<Option<Vec<u8>>, PublishError> {
        match self.disk.read(&self.path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(PublishError::Folder { path: self.path.clone(), source }),
        }
    }

    /// Replaces it. A file that stands keeps its rights, a new one is for its owner only.
    ///
    /// # Errors
    /// When a write, sync or rename fails; what stood there then still stands.
    pub fn replace(&self, bytes: &[u8]) -> Result<(), PublishError> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let new = self.folder.join(format!(".{name}.new"));
        let put = put(&*self.disk, &self.path, &new, bytes).and_then(|()| self.disk.sync_folder(&self.folder));
        put.map_err(|source| {
            let _ = self.disk.remove(&new);
            PublishError::Write { path: self.path.clone(), source }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::RealDisk;

    fn held(path: &Path) -> Result<WholeFile, PublishError> {
        WholeFile::hold(path, Arc::new(RealDisk))
    }

    #[test]
    fn it_is_replaced_whole_and_keeps_its_rights() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("reviews.csv");
        let file = held(&path).expect("held");
        assert_eq!(file.read().expect("readable"), None);
        file.replace(b"one").expect("written");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = || std::fs::metadata(&path).expect("there").permissions().mode() & 0o777;
            assert_eq!(mode(), 0o600);
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o664)).expect("set");
            file.replace(b"two").expect("written");
            assert_eq!(mode(), 0o664);
        }
        file.replace(b"three").expect("written");
        assert_eq!(file.read().expect("readable").as_deref(), Some(&b"three"[..]));
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn two_do_not_hold_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("reviews.csv");
        let first = held(&path).expect("held");
        assert!(matches!(held(&path), Err(PublishError::Busy(_))));
        drop(first);
        held(&path).expect("free again");
        assert!(held(Path::new("no-such-folder/reviews.csv")).expect("held").replace(b"x").is_err());
    }
}
