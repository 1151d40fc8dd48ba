//! `tinghu lexicon fmt`, and what the commands on lexicons tell programs.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use common::{project, tinghu};

fn run(arguments: &[&str]) -> (i32, String) {
    let output = tinghu(arguments);
    let code = output.status.code().expect("a code");
    (code, String::from_utf8(output.stdout).expect("UTF-8") + &String::from_utf8_lossy(&output.stderr))
}

fn fmt(folder: &Path, more: &[&str]) -> (i32, String) {
    let folder = folder.display().to_string();
    run(&[&["lexicon", "fmt", &folder], more].concat())
}

/// A word list as Excel saves it in China.
fn saved() -> Vec<u8> {
    encoding_rs::GB18030.encode("freq;词\r\n;数字钱包\r\n12;快赔通道\r\n").0.into_owned()
}

const FORMATTED: &str = "\u{FEFF}词,词频\n数字钱包,\n快赔通道,12\n";

#[test]
fn the_lexicons_of_the_program_are_formatted() {
    let (code, said) = fmt(&project("lexicons"), &["--check"]);
    assert_eq!((code, said.contains("要改 0 张，有错没动 0 张")), (0, true), "{said}");
}

#[test]
fn tables_are_rewritten_whole_and_twice_is_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (words, faulty) = (folder.path().join("words.csv"), folder.path().join("a.csv"));
    fs::write(&words, saved()).expect("written");
    let (code, said) = fmt(folder.path(), &["--check"]);
    assert_eq!(code, 2);
    assert!(said.contains("要改 words.csv"), "{said}");
    assert_eq!(fs::read(&words).expect("there"), saved(), "nothing was written");
    let (code, said) = fmt(folder.path(), &[]);
    assert_eq!((code, said.contains("已改 words.csv")), (0, true), "{said}");
    assert_eq!(fs::read_to_string(&words).expect("there"), FORMATTED);
    let (code, said) = fmt(folder.path(), &[]);
    assert_eq!((code, said.contains("已改 0 张")), (0, true), "{said}");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing else is left");
    // A faulty table stays as it is, with its fault; the other is formatted all the same.
    fs::write(&faulty, "编号;词条\n A-1;安全 账户\n").expect("written");
    fs::write(&words, saved()).expect("written");
    let (code, said) = fmt(folder.path(), &[]);
    assert_eq!(code, 2);
    assert!(said.contains("L06 a.csv 第2行「词表」列") && said.contains("没动 a.csv"), "{said}");
    assert_eq!(fs::read_to_string(&faulty).expect("there"), "编号;词条\n A-1;安全 账户\n");
    assert_eq!(fs::read_to_string(&words).expect("there"), FORMATTED);
}

#[test]
fn programs_are_told_file_row_column_code_message_and_mend() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.csv"), "编号,词条\nA-1,安全账户\n").expect("written");
    fs::write(folder.path().join("words.csv"), saved()).expect("written");
    let path = folder.path().display().to_string();
    for (arguments, list) in [
        (vec!["lexicon", "fmt", &path, "--check", "--format", "json"], "faults"),
        (vec!["lexicon", "check", &path, "--format", "json"], "findings"),
    ] {
        let (code, said) = run(&arguments);
        assert_eq!(code, 2);
        let shown: serde_json::Value = serde_json::from_str(&said).expect("JSON and nothing else");
        let found = shown[list].as_array().expect("a list");
        let list_fault = found.iter().find(|found| found["column"] == "词表").expect("the fault of the list");
        assert_eq!((&list_fault["file"], &list_fault["row"]), (&"a.csv".into(), &2.into()));
        assert_eq!((&list_fault["code"], &list_fault["severity"]), (&"L06".into(), &"error".into()));
        let text = |name: &str| list_fault[name].as_str().expect("text").to_owned();
        assert!(text("message").contains("不认识的词表") && text("mend").contains("可选：scam"), "{said}");
        if list == "faults" {
            assert_eq!(shown["changed"], serde_json::json!(["words.csv"]), "{said}");
            assert_eq!(shown["written"], false);
        }
    }
    let (code, said) = run(&["lexicon", "check", "--format", "json"]);
    let shown: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!((code, &shown["errors"]), (0, &0.into()));
    assert!(shown["terms"].as_u64() > Some(3_000) && shown["warnings"].as_u64() == Some(11), "{shown}");
}

/// Every key of the objects in a JSON value.
fn keys(value: &serde_json::Value, found: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(object) => object.iter().for_each(|(key, value)| {
            found.insert(key.clone());
            keys(value, found);
        }),
        serde_json::Value::Array(list) => list.iter().for_each(|value| keys(value, found)),
        _ => {}
    }
}

#[test]
fn the_handbook_names_every_field_and_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    for file in tinghu::lexicon::builtin_files() {
        fs::write(folder.path().join(file.name), file.bytes).expect("written");
    }
    let scoring = fs::read_to_string(folder.path().join("scoring.toml")).expect("the scoring");
    let line = scoring.lines().find(|line| line.starts_with("high = ")).expect("the threshold");
    fs::write(folder.path().join("scoring.toml"), scoring.replacen(line, "high = 99", 1)).expect("written");
    let table = "编号,词条,词表,诈骗类型,环节/类别,权重,应命中\nZZ-1,余额,scam,*,P,10,我的余额\n";
    fs::write(folder.path().join("自有.csv"), table).expect("written");
    let new = folder.path().display().to_string();
    let path = |name: &str| project(name).display().to_string();
    let [calls, labelled, train] = ["data/calls", "data/eval/u.jsonl", "data/train"].map(path);
    let mut labels: Vec<String> = fs::read_dir(&train)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path().display().to_string())
        .collect();
    labels.retain(|name| name.ends_with(".jsonl"));
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let suggest = [&["lexicon", "suggest", &train, "--format", "json", "--labels"], &labels[..]].concat();
    let faulty = tempfile::tempdir().expect("a folder");
    fs::write(faulty.path().join("a.csv"), "编号,词条\nA-1,安全账户\n").expect("written");
    let faulty = faulty.path().display().to_string();
    let mut found = BTreeSet::new();
    for arguments in [
        vec!["lexicon", "check", "--format", "json"],
        vec!["lexicon", "fmt", &faulty, "--check", "--format", "json"],
        vec!["lexicon", "diff", "builtin", &new, &calls, &labelled, "--format", "json"],
        suggest,
    ] {
        keys(&serde_json::from_str(&run(&arguments).1).expect("JSON and nothing else"), &mut found);
    }
    let page = fs::read_to_string(project("docs/词库维护手册.md")).expect("the handbook");
    // What `stats` shows needs reviews, and is held to the page where they are made.
    let section = page.split("## 十三、").nth(1).expect("the section");
    let section: String = section.lines().filter(|line| !line.starts_with("| `stats`")).collect();
    let named: BTreeSet<String> = section.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    for key in &found {
        assert!(named.contains(key), "the handbook does not name {key}");
    }
    let words = [
        "lexicon check",
        "check",
        "fmt",
        "diff",
        "suggest",
        "stats",
        "--format json",
        "scoring.toml",
        "null",
        "error",
        "warning",
        "calls.csv",
    ];
    for name in named.iter().filter(|name| !words.contains(&name.as_str())) {
        assert!(found.contains(name), "no field {name}");
    }
}
