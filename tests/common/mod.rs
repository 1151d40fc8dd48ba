//! What the integration tests share: running the command, reading its tables.
#![allow(dead_code, reason = "every test file uses its own part")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tinghu::call::{Call, Speaker, Turn};

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
    assert_accounts(&folder.path().join("run"), code);
    (code, folder)
}

/// How many calls of a run went where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Accounts {
    pub read: u64,
    pub scored: u64,
    pub rejected: u64,
    pub skipped: u64,
}

/// Nothing got lost: `read = scored + rejected + skipped`, every scored call has its row and every
/// rejected one its line, or nothing at all was published. Every run of every test goes through here.
pub fn assert_accounts(run: &Path, code: i32) -> Accounts {
    let Ok(manifest) = std::fs::read(run.join("run.json")) else {
        assert!(![0, 3, 10].contains(&code), "exit code {code} promises a manifest");
        let left = std::fs::read_dir(run).map_or(0, Iterator::count);
        assert_eq!(left, 0, "a run that failed leaves nothing");
        return Accounts::default();
    };
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
    let count = |name: &str| manifest["counts"][name].as_u64().expect("a count");
    let accounts = Accounts {
        read: count("read"),
        scored: count("scored"),
        rejected: count("rejected"),
        skipped: count("skipped"),
    };
    assert_eq!(accounts.read, accounts.scored + accounts.rejected + accounts.skipped, "{accounts:?}");
    assert_eq!(code == 3, code != 10 && accounts.rejected > 0, "exit code {code} with {accounts:?}");
    let lines = |name: &str| {
        let file = std::fs::File::open(run.join(name)).expect("a table");
        let rows: Result<Vec<_>, _> = csv::Reader::from_reader(file).into_byte_records().collect();
        rows.expect("rows").len() as u64
    };
    assert_eq!(lines("calls.csv"), accounts.scored + accounts.skipped, "a row for every call");
    assert_eq!(lines("rejects.csv"), accounts.rejected, "a line for every reject");
    accounts
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

/// A run over files of a test's own making, whatever they do to it.
pub struct Run {
    /// The exit code.
    pub code: i32,
    /// Holds the results, below `run`.
    pub folder: tempfile::TempDir,
}

/// Writes the files into one folder and scores it, however many calls are rejected.
pub fn score_files(files: &[(&str, &[u8])]) -> Run {
    score_files_with(files, &[])
}

/// The same with further options.
pub fn score_files_with(files: &[(&str, &[u8])], more: &[&str]) -> Run {
    let input = tempfile::tempdir().expect("a temporary folder");
    for (name, bytes) in files {
        let path = input.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("written");
    }
    let (code, folder) = score(input.path(), &[&["--max-rejects", "100%"], more].concat());
    Run { code, folder }
}

impl Run {
    /// The ids of the scored calls, in order.
    pub fn ids(&self) -> Vec<String> {
        rows(self.folder.path(), "calls.csv").into_iter().map(|mut row| row.remove("call_id").expect("an id")).collect()
    }

    /// File, line and code of every reject, in order.
    pub fn rejects(&self) -> Vec<(String, u64, String)> {
        let reject = |row: BTreeMap<String, String>| {
            let file = row["source"].rsplit('/').next().expect("a name").to_owned();
            (file, row["line"].parse().expect("a line"), row["code"].clone())
        };
        rows(self.folder.path(), "rejects.csv").into_iter().map(reject).collect()
    }

    /// The accounts, checked.
    pub fn accounts(&self) -> Accounts {
        assert_accounts(&self.folder.path().join("run"), self.code)
    }

    /// The manifest.
    pub fn manifest(&self) -> serde_json::Value {
        let json = std::fs::read(self.folder.path().join("run/run.json")).expect("run.json");
        serde_json::from_slice(&json).expect("JSON")
    }
}

/// A reject as [`Run::rejects`] gives it.
pub fn reject(file: &str, line: u64, code: &str) -> (String, u64, String) {
    (file.to_owned(), line, code.to_owned())
}

/// A line of JSON with a short call.
pub fn json_line(id: &str) -> String {
    format!(
        "{{\"call_id\":\"{id}\",\"turns\":[{{\"speaker\":\"agent\",\"text\":\"您好，请讲。\"}},\
         {{\"speaker\":\"customer\",\"text\":\"有个客服让我把钱转到安全账户。\"}}]}}\n"
    )
}

/// A call of these turns, with nothing else known of it.
pub fn call_of<T: Into<String>>(turns: impl IntoIterator<Item = (Speaker, T)>) -> Call {
    let turn = |(speaker, text): (Speaker, T)| Turn { speaker, start_ms: None, end_ms: None, text: text.into() };
    Call {
        id: "t".into(),
        started_at: None,
        direction: None,
        agent_id: None,
        team: None,
        turns: turns.into_iter().map(turn).collect(),
        warnings: vec![],
    }
}

/// Everything that stands in a workbook, part by part, as it is stored: the name of the part and its XML.
pub fn workbook_parts(path: &Path) -> Vec<(String, String)> {
    let file = std::fs::File::open(path).expect("the workbook");
    let mut archive = zip::ZipArchive::new(file).expect("a zip archive");
    let parts = archive.len();
    let part = |index| {
        let mut part = archive.by_index(index).expect("a part");
        let mut text = String::new();
        std::io::Read::read_to_string(&mut part, &mut text).expect("UTF-8");
        (part.name().expect("a name").into_owned(), text)
    };
    (0..parts).map(part).collect()
}
