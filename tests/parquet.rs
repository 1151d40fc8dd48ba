//! `--parquet`: the same tables with types, for programs that would rather not parse.

mod common;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{json_line, project, rows, score, tinghu};
use parquet::basic::{Compression, Type as Physical};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

const TABLES: [&str; 3] = ["calls", "hits", "rejects"];

/// The sample calls, one whose cells look like formulas and dates, one of many turns, and what is rejected.
fn night(folder: &Path) -> PathBuf {
    let path = folder.join("night.jsonl");
    let mut text = fs::read_to_string(project("data/calls/cases.jsonl")).expect("the sample calls");
    text += "{\"call_id\":\"=1+1\",\"agent_id\":\"0042\",\"team\":\"2026-01-02\",\"started_at\":\"21:03\",\"turns\":[{\"text\":\"，\\\"+86\\\"好\"}]}\n";
    text += "{broken\n";
    text += &json_line("1E5");
    text += &json_line("1E5");
    fs::write(&path, text).expect("written");
    path
}

fn open(run: &Path, table: &str) -> SerializedFileReader<File> {
    let file = File::open(run.join("run").join(format!("{table}.parquet"))).expect("the file is there");
    SerializedFileReader::new(file).expect("a Parquet file")
}

/// The cells of all rows, as they would stand in the data profile, by column.
fn cells(reader: &SerializedFileReader<File>) -> Vec<Vec<(String, String)>> {
    let cell = |field: &Field| match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Long(number) => number.to_string(),
        Field::Bool(truth) => truth.to_string(),
        other => panic!("{other:?}"),
    };
    let rows = reader.get_row_iter(None).expect("rows");
    let row = |row: parquet::record::Row| {
        let mut row: Vec<_> = row.get_column_iter().map(|(name, field)| (name.clone(), cell(field))).collect();
        row.sort();
        row
    };
    rows.map(|found| row(found.expect("a row"))).collect()
}

#[test]
fn the_values_are_those_of_the_data_profile() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = night(folder.path());
    for more in [&[][..], &["--no-quotes"]] {
        let data = score(&path, &[&["--parquet", "--max-rejects", "100%"], more].concat()).1;
        for table in TABLES {
            let expected: Vec<Vec<(String, String)>> =
                rows(data.path(), &format!("{table}.csv")).into_iter().map(|row| row.into_iter().collect()).collect();
            assert!(expected.len() > 1);
            assert!(cells(&open(data.path(), table)) == expected, "{table} {more:?}");
        }
    }
}

#[test]
fn whichever_profile_the_tables_have_the_bytes_are_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = night(folder.path());
    let read = |name: &str, more: &[&str]| {
        let out = folder.path().join(name);
        let (path, out) = (path.display().to_string(), out.display().to_string());
        let command = ["score", &path, "--out", &out, "--quiet", "--parquet", "--max-rejects", "100%"];
        assert_eq!(tinghu(command.iter().chain(more)).status.code(), Some(3));
        TABLES.map(|table| fs::read(Path::new(&out).join(format!("{table}.parquet"))).expect("the file"))
    };
    let excel = read("excel", &["--profile", "excel", "--threads", "3"]);
    assert!(excel == read("data", &["--profile", "data", "--threads", "1"]));
    let csv = fs::read_to_string(folder.path().join("excel/calls.csv")).expect("calls.csv");
    assert!(csv.contains("'0042") && csv.contains("'1E5"), "there they are kept from Excel");
}

#[test]
fn columns_have_types_and_may_be_empty() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = score(&night(folder.path()), &["--parquet", "--max-rejects", "100%"]).1;
    let reader = open(run.path(), "calls");
    let schema = reader.metadata().file_metadata().schema_descr();
    let names: Vec<&str> = schema.columns().iter().map(|column| column.name()).collect();
    assert_eq!(names, tinghu::write::CALL_COLUMNS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    let of = |name: &str| {
        let column = schema.columns().iter().find(|column| column.name() == name).expect("the column");
        (column.physical_type(), column.max_def_level())
    };
    assert_eq!(of("call_id"), (Physical::BYTE_ARRAY, 1));
    assert_eq!(of("risk_score"), (Physical::INT64, 1));
    assert_eq!(of("needs_review"), (Physical::BOOLEAN, 1));
    let group = reader.metadata().row_group(0);
    assert!(matches!(group.column(0).compression(), Compression::ZSTD(_)));
    let latency = names.iter().position(|name| *name == "warning_latency_s").expect("the column");
    assert!(group.column(latency).statistics().and_then(|known| known.null_count_opt()) > Some(0));
}

#[test]
fn many_rows_are_written_in_groups() {
    let folder = tempfile::tempdir().expect("a folder");
    let turn = "{\"speaker\":\"customer\",\"text\":\"他让我把钱转到安全账户，验证码也念了。\"},";
    let call = |id| format!("{{\"call_id\":\"{id}\",\"turns\":[{}]}}\n", turn.repeat(4_000).trim_end_matches(','));
    let path = folder.path().join("long.jsonl");
    fs::write(&path, (0..9).map(call).collect::<String>()).expect("written");
    let run = score(&path, &["--parquet"]).1;
    let reader = open(run.path(), "hits");
    let groups: Vec<i64> = reader.metadata().row_groups().iter().map(|group| group.num_rows()).collect();
    assert!(groups.len() > 1 && groups[0] == 1 << 16, "{groups:?}");
    let expected = rows(run.path(), "hits.csv");
    let found = cells(&reader);
    assert_eq!(found.len(), expected.len());
    assert!(found.into_iter().zip(expected).all(|(one, other)| one == other.into_iter().collect::<Vec<_>>()));
}

#[test]
fn they_are_published_with_the_others_or_removed_with_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, out) = (night(folder.path()), folder.path().join("run"));
    let run = |more: &[&str]| {
        let (path, out) = (path.display().to_string(), out.display().to_string());
        let command = ["score", &path, "--out", &out, "--quiet", "--profile", "data", "--force"];
        tinghu(command.iter().chain(more)).status.code()
    };
    let there = || TABLES.map(|table| out.join(format!("{table}.parquet")).exists());
    assert_eq!((run(&["--parquet", "--max-rejects", "0"]), there()), (Some(4), [false; 3]));
    assert_eq!((run(&["--parquet", "--max-rejects", "100%"]), there()), (Some(3), [true; 3]));
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("run.json")).expect("run.json")).expect("JSON");
    for table in TABLES {
        let bytes = fs::read(out.join(format!("{table}.parquet"))).expect("the file");
        let hash = blake3::hash(&bytes).to_hex().to_string();
        assert_eq!(manifest["outputs"][format!("{table}.parquet")], hash);
    }
    assert_eq!((run(&["--max-rejects", "100%"]), there()), (Some(3), [false; 3]));
}

/// Python with DuckDB, or `None`, said aloud, where there is none and the machine is not one that must have it.
#[expect(clippy::print_stderr, reason = "what is not tested must be seen")]
fn duckdb() -> Option<String> {
    let python = std::env::var("TINGHU_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let asked = Command::new(&python).args(["-c", "import duckdb; print(duckdb.__version__)"]).output();
    let found = asked.is_ok_and(|output| output.status.success()).then_some(python);
    if found.is_none() {
        assert!(std::env::var_os("TINGHU_DUCKDB_REQUIRED").is_none(), "no Python with duckdb on this machine");
        eprintln!("NOT TESTED: Parquet by DuckDB; nobody but the crate that wrote them has read the Parquet files");
    }
    found
}

/// Each table of the folder in the first argument: rows that only one of CSV and Parquet has, and the types.
const COMPARE: &str = r#"
import sys, duckdb
for table in ("calls", "hits", "rejects"):
    csv = f"read_csv('{sys.argv[1]}/{table}.csv', all_varchar=true, header=true, delim=',', quote='\"', escape='\"')"
    text = f"SELECT coalesce(COLUMNS(*)::VARCHAR, '') FROM '{sys.argv[1]}/{table}.parquet'"
    cell = f"SELECT coalesce(COLUMNS(*), '') FROM {csv}"
    for one, other in ((text, cell), (cell, text)):
        rows = duckdb.sql(f"{one} EXCEPT ALL {other}").fetchall()
        assert not rows, (table, len(rows), rows[0])
    counts = [duckdb.sql(f"SELECT count(*) FROM ({rows})").fetchall()[0][0] for rows in (text, cell)]
    assert counts[0] == counts[1] > 0, (table, counts)
    kinds = {kind for _, kind, *_ in duckdb.sql(f"DESCRIBE SELECT * FROM '{sys.argv[1]}/{table}.parquet'").fetchall()}
    assert kinds <= {"VARCHAR", "BIGINT", "BOOLEAN"} and "BIGINT" in kinds, kinds
mean = duckdb.sql(f"SELECT avg(risk_score) FROM '{sys.argv[1]}/calls.parquet' WHERE NOT needs_review").fetchall()[0][0]
print("same", mean is not None)
"#;

#[test]
fn duckdb_reads_what_stands_in_the_csv() {
    let Some(python) = duckdb() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let run = score(&night(folder.path()), &["--parquet", "--max-rejects", "100%"]).1;
    let output = Command::new(python).args(["-c", COMPARE]).arg(run.path().join("run")).output().expect("Python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "same True");
}
