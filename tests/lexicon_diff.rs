//! `tinghu lexicon diff`: which calls change between two lexicons, and through which terms.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use common::{call, project, score, tinghu};

/// The row that the handbook adds, on trial or active.
fn row(status: &str) -> String {
    let page = fs::read_to_string(project("docs/词库维护手册.md")).expect("the handbook");
    let block = page.split("<!-- 例行 -->").nth(1).and_then(|after| after.split("```").nth(1)).expect("the row");
    block.split_once('\n').expect("its language").1.replace(",试行,", &format!(",{status},"))
}

/// The built-in lexicons with a further table.
fn lexicons(table: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for file in tinghu::lexicon::builtin_files() {
        fs::write(folder.path().join(file.name), file.bytes).expect("written");
    }
    fs::write(folder.path().join("本行新词.csv"), table).expect("written");
    folder
}

fn diff(old: &str, new: &Path, more: &[&str]) -> (i32, String, String) {
    let (new, input) = (new.display().to_string(), project("data/calls/night.jsonl").display().to_string());
    let output = tinghu(["lexicon", "diff", old, &new, &input].iter().chain(more));
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("a code"), text(output.stdout), text(output.stderr))
}

fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(path).expect("a table").deserialize().map(|row| row.expect("a row")).collect()
}

#[test]
fn a_new_term_changes_the_call_that_it_is_found_in() {
    let new = lexicons(&row("启用"));
    let out = new.path().join("diff.tsv");
    let (code, shown, said) = diff("builtin", new.path(), &["--out", &out.display().to_string(), "--profile", "data"]);
    assert_eq!(code, 0, "{said}");
    assert!(shown.contains("通话 32，变了 1，只变了证据的 0"), "{shown}");
    assert!(shown.contains("风险  升 1，降 0\n"), "{shown}");
    assert!(shown.contains("C12  风险 80→81 高"), "{shown}");
    assert!(shown.contains("BK-001 新增 +1"), "{shown}");
    assert!(!shown.contains("加了 还没通过"), "no words of a call: {shown}");
    let rows = table(&out);
    assert_eq!(rows.len(), 1);
    assert_eq!((&*rows[0]["call_id"], &*rows[0]["risk_old"], &*rows[0]["risk_new"]), ("C12", "80", "81"));
    assert!(rows[0]["terms_came"].contains("BK-001 +1"), "{:?}", rows[0]);
    assert_eq!(rows[0]["matched"], "BK-001「加了 还没通过」");
    // What it says is what two runs say.
    let night = project("data/calls/night.jsonl");
    for (lexicons, column) in [(None, "risk_old"), (Some(new.path()), "risk_new")] {
        let lexicons: Vec<String> =
            lexicons.iter().flat_map(|path| ["--lexicons".to_owned(), path.display().to_string()]).collect();
        let more: Vec<&str> = lexicons.iter().map(String::as_str).collect();
        let (_, run) = score(&night, &more);
        assert_eq!(call(run.path(), "C12")["risk_score"], rows[0][column]);
    }
}

#[test]
fn a_term_on_trial_changes_the_evidence_alone() {
    let new = lexicons(&row("试行"));
    let (_, shown, _) = diff("builtin", new.path(), &[]);
    assert!(shown.contains("通话 32，变了 0，只变了证据的 1"), "{shown}");
    assert!(shown.contains("C12  分数不变"), "{shown}");
    let (_, shown, _) = diff("builtin", Path::new("builtin"), &[]);
    assert!(shown.contains("变了 0，只变了证据的 0") && !shown.contains("词条"), "{shown}");
}

#[test]
fn levels_that_are_crossed_are_counted_and_come_first() {
    let new = lexicons(&row("启用"));
    let scoring = fs::read_to_string(new.path().join("scoring.toml")).expect("the scoring");
    let line = scoring.lines().find(|line| line.starts_with("high = ")).expect("the threshold");
    fs::write(new.path().join("scoring.toml"), scoring.replacen(line, "high = 99", 1)).expect("written");
    let (_, shown, _) = diff("builtin", new.path(), &["--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    let crossing = &found["scores"][0]["crossings"][0];
    assert_eq!((&crossing["from"], &crossing["to"]), (&"high".into(), &"medium".into()), "{shown}");
    let crossed = crossing["calls"].as_u64().expect("a count") as usize;
    let calls = found["changed_calls"].as_array().expect("calls");
    assert!(crossed > 0 && calls.len() >= crossed.min(20), "{shown}");
    for (index, call) in calls.iter().enumerate() {
        let moved = call["old"]["risk_level"] != call["new"]["risk_level"];
        assert_eq!(moved, index < crossed, "{call}");
    }
}

#[test]
fn the_table_holds_no_words_where_none_are_wanted_and_overwrites_nothing() {
    let new = lexicons(&row("启用"));
    let out = new.path().join("变化.csv");
    let path = out.display().to_string();
    let (code, ..) = diff("builtin", new.path(), &["--out", &path, "--no-quotes"]);
    assert_eq!(code, 0);
    let text = fs::read_to_string(&out).expect("written");
    assert!(text.starts_with("\u{FEFF}通话编号,旧风险分,新风险分") && text.contains("BK-001 +1"), "{text}");
    assert!(!text.contains("还没通过"), "{text}");
    let (code, _, said) = diff("builtin", new.path(), &["--out", &path]);
    assert!(code == 2 && said.contains("--force"), "{said}");
    fs::remove_file(&out).expect("removed: it is no lexicon");
    let (code, _, said) = diff("builtin", new.path(), &["--out", &new.path().join("没有/a.csv").display().to_string()]);
    assert!(code == 2 && said.contains("目录"), "{said}");
    let (code, shown, said) = diff("builtin", &new.path().join("没有"), &[]);
    assert!(code == 2 && shown.is_empty() && said.contains("读不出来"), "{said}");
}
