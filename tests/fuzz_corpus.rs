//! The stored inputs of the fuzz targets, replayed on the stable toolchain: seeds and every finding.

use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

#[path = "../fuzz/src/lib.rs"]
mod fuzz;

/// The members of a folder of `fuzz/`, sorted.
fn members(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(folder);
    let listing = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = listing.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn names(paths: &[PathBuf]) -> BTreeSet<String> {
    paths.iter().map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned()).collect()
}

#[test]
fn every_stored_input_keeps_the_promises_of_its_target() {
    let mut broken = Vec::new();
    for (name, target) in fuzz::TARGETS {
        let mut inputs = members(&format!("corpus/{name}"));
        assert!(inputs.len() >= 3, "{name} has too few seeds");
        if names(&members("regressions")).contains(name) {
            inputs.extend(members(&format!("regressions/{name}")));
        }
        for path in inputs {
            let bytes = std::fs::read(&path).expect("a stored input");
            if catch_unwind(|| target(&bytes)).is_err() {
                broken.push(path);
            }
        }
    }
    assert!(broken.is_empty(), "see the panics above; they came of {broken:?}");
}

#[test]
fn every_target_has_its_binary_and_its_seeds_and_nothing_else_is_stored() {
    let known: BTreeSet<String> = fuzz::TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names(&members("fuzz_targets")), known);
    assert_eq!(names(&members("corpus")), known);
    assert!(names(&members("regressions")).is_subset(&known));
}
