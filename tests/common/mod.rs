//! What the integration tests share: running the command, reading its tables.
#![allow(dead_code, reason = "every test file uses its own part")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of the checkout.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Runs the command and returns what it said.
pub fn tinghu<I: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = I>) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tinghu")).args(arguments).output().expect("the program starts")
}

/// Scores an input with the data profile into a fresh folder; the exit code and the folder.
pub fn score(input: &Path, more: &[&str]) -> (i32, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut arguments: Vec<String> = vec!["score".into(), input.display().to_string()];
    arguments.extend([
        "--out".into(),
        folder.path().join("run").display().to_string(),
        "--profile".into(),
        "data".into(),
        "--quiet".into(),
    ]);
    arguments.extend(more.iter().map(|text| (*text).to_owned()));
    let output = tinghu(&arguments);
    let code = output.status.code().expect("an exit code");
    assert!(code < 5 || code == 10, "{}", String::from_utf8_lossy(&output.stderr));
    (code, folder)
}

/// The rows of a table of a run, as maps from column to cell.
pub fn rows(folder: &Path, name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(folder.join("run").join(name)).expect("the table is there");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

/// The row of a call in `calls.csv`.
pub fn call(folder: &Path, id: &str) -> BTreeMap<String, String> {
    rows(folder, "calls.csv").into_iter().find(|row| row["call_id"] == id).unwrap_or_else(|| panic!("no call {id}"))
}
