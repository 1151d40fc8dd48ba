//! The nightly job as a cron job meets it: exit codes, refusals, files, bytes.

mod common;

use std::fs;
use std::path::Path;

use common::{call, project, rows, score, tinghu};

const GOOD: &str = r#"{"call_id":"A1","turns":[{"speaker":"agent","text":"您好，请问有什么可以帮您？"},{"speaker":"customer","text":"我问一下余额。"},{"speaker":"agent","text":"余额三百二十一块。"},{"speaker":"customer","text":"好的谢谢。"}]}"#;

fn write(folder: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).expect("written");
    path
}

#[test]
fn a_broken_call_is_a_reject_row_and_the_run_goes_on() {
    let input = tempfile::tempdir().expect("folder");
    let path = write(input.path(), "night.jsonl", &format!("{GOOD}\n{{broken\n{}\n", GOOD.replace("A1", "A2")));
    let (code, folder) = score(&path, &["--max-rejects", "50%"]);
    assert_eq!(code, 3);
    assert_eq!(rows(folder.path(), "calls.csv").len(), 2);
    let rejects = rows(folder.path(), "rejects.csv");
    assert_eq!(rejects.len(), 1);
    assert_eq!((rejects[0]["line"].as_str(), rejects[0]["code"].as_str()), ("2", "F030"));
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("run/run.json")).expect("run.json")).expect("JSON");
    assert_eq!(manifest["counts"]["read"], 3);
    assert_eq!(manifest["counts"]["scored"], 2);
    assert_eq!(manifest["counts"]["rejected"], 1);
}

#[test]
fn too_many_rejects_publish_nothing() {
    let input = tempfile::tempdir().expect("folder");
    let path = write(input.path(), "night.jsonl", &format!("{GOOD}\n{{broken\n"));
    for more in [&["--strict"][..], &["--max-rejects", "0"], &["--max-rejects", "5%"]] {
        let (code, folder) = score(&path, more);
        assert_eq!(code, 4, "{more:?}");
        let left: Vec<_> = fs::read_dir(folder.path().join("run")).expect("folder").collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn a_call_id_that_comes_twice_is_a_reject() {
    let input = tempfile::tempdir().expect("folder");
    let path = write(input.path(), "night.jsonl", &format!("{GOOD}\n{GOOD}\n"));
    let (code, folder) = score(&path, &["--max-rejects", "1"]);
    assert_eq!(code, 3);
    let rejects = rows(folder.path(), "rejects.csv");
    assert_eq!((rejects[0]["code"].as_str(), rejects[0]["call_id"].as_str()), ("F050", "A1"));
}

#[test]
fn results_are_not_overwritten_without_force() {
    let folder = tempfile::tempdir().expect("folder");
    let input = project("data/calls/cases.jsonl").display().to_string();
    let out = folder.path().join("run").display().to_string();
    assert_eq!(tinghu(["score", &input, "--out", &out]).status.code(), Some(0));
    let before = fs::read(folder.path().join("run/calls.csv")).expect("calls.csv");
    let again = tinghu(["score", &input, "--out", &out]);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("--force"));
    assert_eq!(tinghu(["score", &input, "--out", &out, "--force"]).status.code(), Some(0));
    assert_eq!(fs::read(folder.path().join("run/calls.csv")).expect("calls.csv"), before);
}

#[test]
fn wrong_use_is_told_before_anything_is_read() {
    let folder = tempfile::tempdir().expect("folder");
    let out = folder.path().join("run").display().to_string();
    for arguments in [
        vec!["score", "no-such-file.jsonl", "--out", &out],
        vec!["score", "--out", &out],
        vec!["score", "data", "--out", &out, "--max-rejects", "many"],
        vec!["score", "data", "--out", &out, "--lexicons", "no-such-folder"],
        vec!["score", "data", "--out", &out, "--config", "no-such-file.toml"],
    ] {
        let output = tinghu(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty());
    }
    assert!(!folder.path().join("run/calls.csv").exists());
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let calls = project("data/calls");
    let (_, one) = score(&calls, &["--threads", "1"]);
    for threads in ["2", "8"] {
        let (_, more) = score(&calls, &["--threads", threads]);
        for name in ["calls.csv", "hits.csv", "rejects.csv"] {
            let read = |folder: &tempfile::TempDir| fs::read(folder.path().join("run").join(name)).expect("a table");
            assert!(read(&one) == read(&more), "{name} with {threads} threads");
        }
    }
}

#[test]
fn excel_gets_chinese_headers_ids_as_text_and_review_columns() {
    let input = tempfile::tempdir().expect("folder");
    let long = GOOD.replace("\"A1\"", "\"202611220000000001\"");
    let path = write(input.path(), "night.jsonl", &format!("{long}\n"));
    let folder = tempfile::tempdir().expect("folder");
    let out = folder.path().join("run");
    tinghu(["score", &path.display().to_string(), "--out", &out.display().to_string(), "--quiet"]);
    let calls = fs::read_to_string(out.join("calls.csv")).expect("calls.csv");
    assert!(calls.starts_with("\u{FEFF}通话编号,开始时间,"));
    assert!(calls.lines().next().expect("header").ends_with("复核结论,复核意见"));
    assert!(calls.contains("\r\n'202611220000000001,"));
    let hits = fs::read_to_string(out.join("hits.csv")).expect("hits.csv");
    assert!(hits.lines().next().expect("header").ends_with("是否真命中,意见"));
}

#[test]
fn the_ledger_adds_up_in_the_files() {
    let (_, folder) = score(&project("data/calls"), &[]);
    let hits = rows(folder.path(), "hits.csv");
    for call in rows(folder.path(), "calls.csv") {
        for (dimension, column) in
            [("risk", "risk_score"), ("empathy", "empathy_score"), ("distress", "distress_score")]
        {
            let sum: i64 = hits
                .iter()
                .filter(|hit| hit["call_id"] == call["call_id"] && hit["dimension"] == dimension)
                .map(|hit| hit["points"].parse::<i64>().expect("points"))
                .sum();
            let score = call[column].parse::<i64>().unwrap_or(0);
            assert_eq!(sum, score, "{dimension} of {}", call["call_id"]);
        }
    }
}

#[test]
fn quotes_are_masked_and_can_be_left_out() {
    let input = tempfile::tempdir().expect("folder");
    let text = GOOD
        .replace("我问一下余额。", "客服说我开通了百万保障，我把验证码九九八八七七念给他了，卡号6222020000000000008。");
    let path = write(input.path(), "night.jsonl", &format!("{text}\n"));
    let (_, folder) = score(&path, &[]);
    let all = fs::read_to_string(folder.path().join("run/hits.csv")).expect("hits.csv")
        + &fs::read_to_string(folder.path().join("run/calls.csv")).expect("calls.csv");
    assert!(all.contains("百万保障"));
    assert!(!all.contains("九九八八七七") && !all.contains("6222020000000000008"));
    let (_, bare) = score(&path, &["--no-quotes"]);
    let hit = rows(bare.path(), "hits.csv");
    assert!(hit.iter().all(|hit| hit["quote"].is_empty() && hit["matched"].is_empty()));
    assert!(!call(bare.path(), "A1")["top_evidence"].contains('“'));
}

#[test]
fn fail_on_tells_an_orchestrator() {
    let (code, _folder) = score(&project("data/calls/cases.jsonl"), &["--fail-on", "high"]);
    assert_eq!(code, 10);
}

#[test]
fn standard_input_is_read_as_lines_of_json() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().expect("folder");
    let out = folder.path().join("run");
    let mut child = Command::new(env!("CARGO_BIN_EXE_tinghu"))
        .args(["score", "-", "--profile", "data", "--quiet", "--out"])
        .arg(&out)
        .stdin(Stdio::piped())
        .spawn()
        .expect("starts");
    child.stdin.take().expect("a pipe").write_all(format!("{GOOD}\n").as_bytes()).expect("written");
    assert!(child.wait().expect("ends").success());
    assert_eq!(call(folder.path(), "A1")["turns"], "4");
}
