//! `tinghu lexicon suggest`: phrases of confirmed calls that no term knows, and words that were misheard.

mod common;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Output;

use common::tinghu;

/// Calls and labels of our own making: in the confirmed ones customers fetch 鹿鸣章子 (a word that no dictionary
/// knows), and half of them spell a word of a term as it sounds.
fn calls() -> String {
    let mut lines = String::new();
    let befores = [
        "他教我",
        "说要",
        "我就",
        "先",
        "她喊我",
        "客服叫我",
        "微信里发来",
        "又让",
        "后来",
        "我儿子帮我",
        "当时",
        "结果",
    ];
    let afters = [
        "然后连上了",
        "说方便看",
        "我弄了半天",
        "打开来",
        "要我点同意",
        "里面有声音",
        "才行",
        "登进去",
        "输了号",
        "不会弄",
        "两回",
        "成了",
    ];
    for (index, (before, after)) in befores.iter().zip(afters).enumerate() {
        let misheard = if index % 2 == 0 { "，说是数字前包码" } else { "" };
        let told = format!("{before}领鹿鸣章子{after}{misheard}，我电话幺三八零零零零零零零零，转到安全账户");
        line(&mut lines, &format!("C{index}"), "high", &told);
    }
    for index in 0..24 {
        let told = format!("我想查一下余额，第{index}次了，{}", befores[index % 12]);
        line(&mut lines, &format!("N{index}"), "low", &told);
    }
    lines
}

fn line(lines: &mut String, id: &str, risk: &str, told: &str) {
    let (kind, phase) = if risk == "high" { ("fake_shopping", "contacted") } else { ("none", "none") };
    writeln!(
        lines,
        "{{\"call_id\":\"{id}\",\"turns\":[{{\"speaker\":\"agent\",\"text\":\"您好，请讲。\"}},\
         {{\"speaker\":\"customer\",\"text\":\"{told}\"}}],\"expected\":{{\"risk\":\"{risk}\",\"scam_type\":\"{kind}\",\
         \"phase\":\"{phase}\",\"distress\":\"none\",\"self_harm\":false,\"empathy\":\"not_due\",\
         \"agent_warned\":false,\"taboo\":false}}}}"
    )
    .expect("to memory");
}

/// The lexicons with a term that does not listen for mishearings.
fn bench() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("词库")).expect("made");
    for file in tinghu::lexicon::builtin_files() {
        fs::write(folder.path().join("词库").join(file.name), file.bytes).expect("written");
    }
    let header = "编号,词条,词表,诈骗类型,环节/类别,权重,应命中";
    let row = format!("{header}\nZZ-001,数字钱包码,scam,*,K,10,他要数字钱包码\n");
    fs::write(folder.path().join("词库/自有.csv"), row).expect("written");
    fs::write(folder.path().join("calls.jsonl"), calls()).expect("written");
    folder
}

fn suggest(folder: &Path, more: &[&str]) -> Output {
    let path = |name: &str| folder.join(name).display().to_string();
    let usual =
        ["lexicon", "suggest", &path("calls.jsonl"), "--labels", &path("calls.jsonl"), "--lexicons", &path("词库")];
    tinghu(usual.iter().chain(more))
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn an_unknown_word_of_confirmed_calls_is_found_and_known_terms_are_not() {
    let folder = bench();
    let output = suggest(folder.path(), &["--format", "json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&found["confirmed_calls"], &found["ordinary_calls"]), (&12.into(), &24.into()));
    let suggestions = found["suggestions"].as_array().expect("a list");
    let phrase = |one: &serde_json::Value| one["phrase"].as_str().expect("a phrase").to_owned();
    let first = &suggestions[0];
    assert!(phrase(first).contains("鹿鸣章子"), "{suggestions:?}");
    assert!(first["confirmed_calls"].as_u64() > Some(9), "{suggestions:?}");
    assert_eq!(first["scam_type"], "fake_shopping");
    assert_eq!(first["contexts"].as_array().map(Vec::len), Some(3));
    let again = suggestions.iter().skip(1).filter(|one| phrase(one).contains("鹿鸣")).count();
    assert_eq!(again, 0, "parts and longer phrases are put together: {suggestions:?}");
    assert!(suggestions.iter().all(|one| !phrase(one).contains("安全账户")), "a term knows it: {suggestions:?}");
    let shown = text(&output.stdout);
    assert!(!shown.contains("幺三八") && !shown.contains("余额"), "{shown}");
    let misheard = found["misheard"].as_array().expect("a list");
    let misheard = misheard.iter().find(|one| one["term_id"] == "ZZ-001").unwrap_or_else(|| panic!("{shown}"));
    assert_eq!(misheard["meant"], "数字钱包码");
    assert_eq!((&misheard["heard"], &misheard["confirmed_calls"]), (&"数字前包码".into(), &6.into()));
}

#[test]
fn the_rows_can_be_pasted_and_are_on_trial() {
    let folder = bench();
    let out = folder.path().join("词库/建议.csv").display().to_string();
    let output = suggest(folder.path(), &["--out", &out]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let table = fs::read_to_string(&out).expect("written");
    let header = String::from_utf8(tinghu::lexicon::builtin_files().swap_remove(0).bytes).expect("UTF-8");
    let header = header.lines().next().expect("a header");
    assert_eq!(table.trim_start_matches('\u{FEFF}').lines().next(), Some(header));
    assert!(table.lines().any(|row| row.starts_with("XB-001,") && row.contains("鹿鸣章子")), "{table}");
    assert!(table.lines().skip(1).all(|row| row.contains(",试行,")), "{table}");
    let check = tinghu(["lexicon", "check", &folder.path().join("词库").display().to_string()]);
    assert!(text(&check.stdout).contains("\n0 处错误"), "{}", text(&check.stdout));
    // A second table goes on with the numbers and does not suggest what is a term now.
    let next = folder.path().join("再建议.csv").display().to_string();
    suggest(folder.path(), &["--out", &next]);
    let table = fs::read_to_string(&next).expect("written");
    let phrases = table.lines().skip(1).filter_map(|row| row.split(',').nth(1)).collect::<Vec<_>>();
    assert!(!table.contains("XB-001") && !phrases.iter().any(|phrase| phrase.contains("鹿鸣章子")), "{table}");
    let refused = suggest(folder.path(), &["--out", &next]);
    assert_eq!(refused.status.code(), Some(2));
    let input = suggest(folder.path(), &["--force", "--out", &folder.path().join("calls.jsonl").display().to_string()]);
    assert_eq!(input.status.code(), Some(2), "an input is never overwritten");
}

#[test]
fn the_same_calls_give_the_same_bytes_and_no_sentence_where_none_is_wanted() {
    let folder = bench();
    let one = suggest(folder.path(), &["--all"]);
    assert_eq!(suggest(folder.path(), &["--all"]).stdout, one.stdout);
    assert!(text(&one.stdout).contains("“"), "{}", text(&one.stdout));
    let out = folder.path().join("s.csv").display().to_string();
    let plain = suggest(folder.path(), &["--no-quotes", "--out", &out]);
    assert!(!text(&plain.stdout).contains('“'), "{}", text(&plain.stdout));
    let table = fs::read_to_string(&out).expect("written");
    assert!(!table.contains("连上了") && !table.contains("方便看"), "{table}");
}

#[test]
fn too_few_labelled_calls_are_said() {
    let folder = bench();
    let labels = folder.path().join("few.jsonl");
    fs::write(&labels, calls().lines().next().expect("a line")).expect("written");
    let path = folder.path().join("calls.jsonl").display().to_string();
    let output = tinghu(["lexicon", "suggest", &path, "--labels", &labels.display().to_string()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("确认 1 通，普通 0 通"), "{}", text(&output.stderr));
}
