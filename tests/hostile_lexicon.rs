//! Lexicon tables that are wrong in every way at once, or too large: all is told with a code, nothing
//! hangs, and nothing is scored with them.

mod common;

use std::fs;
use std::path::Path;

use common::{project, tinghu};
use tinghu::engine::Engine;
use tinghu::lexicon::{Lexicon, LexiconFile, Severity, builtin_files};
use tinghu::lint;

const HEADER: &str =
    "编号,词条,变体,词表,诈骗类型,环节/类别,权重,说话人,否定,边界,同音,应命中,不应命中,生效,失效,状态\n";

fn row(id: &str, term: &str, weight: &str, example: &str) -> String {
    format!("{id},{term},,scam,*,P,{weight},客户,失效,,,{example},,2024-01-01,,启用\n")
}

/// The numbers of the built-in lexicon, no rules, one term, and a table of a test's own: soon loaded.
fn with_table(name: &str, bytes: &[u8]) -> Vec<LexiconFile> {
    let mut files: Vec<LexiconFile> = builtin_files().into_iter().filter(|file| file.name == "scoring.toml").collect();
    files.push(LexiconFile { name: "rules.toml".to_owned(), bytes: b"rule = []\n".to_vec() });
    let own = HEADER.to_owned() + &row("MG-001", "百万保障", "8", "说百万保障");
    files.push(LexiconFile { name: "own.csv".to_owned(), bytes: own.into_bytes() });
    files.push(LexiconFile { name: name.to_owned(), bytes: bytes.to_vec() });
    files
}

/// Codes and rows of the findings in one table, errors first.
fn findings(name: &str, bytes: &[u8]) -> Vec<(&'static str, u64, Severity)> {
    let (lexicon, mut found) = Lexicon::load_sound_rows(with_table(name, bytes));
    let engine = Engine::new(lexicon.expect("the numbers are there")).expect("an engine");
    found.extend(lint::check(&engine, "2026-11-22"));
    found.retain(|finding| finding.file == name);
    assert!(found.iter().all(|finding| !finding.message.is_empty()));
    let mut codes: Vec<_> = found.into_iter().map(|finding| (finding.code, finding.line, finding.severity)).collect();
    codes.sort_by_key(|(code, line, severity)| (*severity, *line, *code));
    codes
}

#[test]
fn every_fault_of_a_row_has_its_code() {
    let rows = [
        row("ZZ-01", "暗号甲甲", "8", "说暗号甲甲"),
        row("ZZ-01", "暗号乙乙", "8", "说暗号乙乙"),
        row("", "暗号丙丙", "8", "说暗号丙丙"),
        row("ZZ-04", "", "8", "说暗号丁丁"),
        row("ZZ-05", "戊", "8", "说暗号戊戊"),
        row("ZZ-06", "暗号己己", "0", "说暗号己己"),
        row("ZZ-07", "暗号庚庚", "41", "说暗号庚庚"),
        row("ZZ-08", "暗号辛辛", "1e1", "说暗号辛辛"),
        row("ZZ-09", "暗号壬壬", "8", "说暗号壬壬").replace("scam", "scum"),
        row("ZZ-10", "暗号癸癸", "8", "说暗号癸癸").replace(",P,", ",PP,"),
        row("ZZ-11", "暗号子子", "8", "说暗号子子").replace("2024-01-01", "2024-02-30"),
        row("ZZ-12", "暗号丑丑", "8", "说暗号丑丑").replace("客户", "路人"),
        row("ZZ-13", "暗号寅寅…", "8", "说暗号寅寅"),
        row("ZZ-14", "(暗号卯卯", "8", "说暗号卯卯"),
    ];
    let error = |code, line| (code, line, Severity::Error);
    assert_eq!(
        findings("zz.csv", (HEADER.to_owned() + &rows.concat()).as_bytes()),
        [
            error("L05", 3),
            error("L04", 4),
            error("L10", 5),
            error("L10", 6),
            error("L07", 7),
            error("L07", 8),
            error("L07", 9),
            error("L06", 10),
            error("L06", 11),
            error("L08", 12),
            error("L06", 13),
            error("L10", 14),
            error("L10", 15),
        ]
    );
}

#[test]
fn phrases_that_become_one_after_folding_are_told() {
    let rows = [
        row("ZZ-01", "暗號賬戶甲", "8", "说暗号账户甲"),
        row("ZZ-02", "暗号帐户甲", "8", "说暗号账户甲"),
        row("ZZ-03", "暗号ＡＰＰ", "8", "说暗号app"),
        row("ZZ-04", "暗号app", "8", "说暗号APP"),
        row("ZZ-05", "暗 号 乙 乙", "8", "说暗号乙乙"),
        row("ZZ-06", "暗号乙乙", "8", "说暗号乙乙"),
    ];
    let shadowed = |line| ("L35", line, Severity::Warning);
    assert_eq!(
        findings("zz.csv", (HEADER.to_owned() + &rows.concat()).as_bytes()),
        [shadowed(3), shadowed(5), shadowed(7)]
    );
}

#[test]
fn a_phrase_that_an_exception_always_cancels_is_told() {
    let exceptions = "短语,取消词条,原因,到期\n安全账户,不存在-1,试,\n百万保障,MG-001,试,\n没有原因,MG-001,,\n";
    let error = |code, line| (code, line, Severity::Error);
    let expected = [error("L36", 2), error("L37", 3), error("L09", 4)];
    assert_eq!(findings("zz-exceptions.csv", exceptions.as_bytes()), expected);
}

#[test]
fn a_bank_s_table_in_any_dress_gives_the_same_terms() {
    let table = HEADER.to_owned() + &row("ZZ-01", "暗号甲甲", "8", "说暗号甲甲");
    let dresses = [
        table.clone().into_bytes(),
        format!("\u{feff}{table}").into_bytes(),
        table.replace('\n', "\r\n").into_bytes(),
        encoding_rs::GB18030.encode(&table).0.into_owned(),
        table.replace(',', "\t").into_bytes(),
    ];
    for bytes in dresses {
        let lexicon = Lexicon::load(with_table("zz.csv", &bytes)).expect("a sound lexicon");
        let term = lexicon.terms.iter().find(|term| term.id == "ZZ-01").expect("the term");
        assert_eq!((term.text.as_str(), term.weight), ("暗号甲甲", 8));
    }
    let others = (2..300).map(|n| row(&format!("ZZ-{n}"), "暗号乙乙", "8", "说暗号乙乙"));
    let unclosed = table.replacen("暗号甲甲", "\"暗号甲甲", 1) + &others.collect::<String>();
    let found = findings("zz.csv", unclosed.as_bytes());
    assert_eq!(found, [("L01", 2, Severity::Error)], "an open quote is told where it opens");
}

/// `(甲|乙)` thirty times over is a thousand million words: told, not tried.
#[test]
fn brackets_that_multiply_or_nest_beyond_measure_are_refused() {
    let doubled = format!("暗号({})", "(甲|乙)".repeat(30));
    let forked = format!("暗号{}", "({金额}|{数字})".repeat(30));
    let nested = format!("暗号{}甲{}", "(".repeat(1_000), ")".repeat(1_000));
    let rows = [doubled, forked, nested].map(|term| row("ZZ-01", &term, "8", "说暗号"));
    for row in rows {
        let found = findings("zz.csv", (HEADER.to_owned() + &row).as_bytes());
        assert_eq!(found, [("L10", 2, Severity::Error)], "{}", &row[..60]);
    }
}

#[test]
fn a_large_lexicon_is_loaded_and_a_table_beyond_the_cap_is_refused() {
    let name = |n: u32| -> String {
        let digit = |place: u32| char::from_u32(0x4e00 + (n / place) % 97).expect("a character");
        [digit(97 * 97 * 97), digit(97 * 97), digit(97), digit(1)].iter().collect()
    };
    let table = |rows: u32| -> String {
        HEADER.to_owned()
            + &(0..rows).map(|n| row(&format!("ZZ-{n}"), &format!("暗号{}", name(n)), "8", "说")).collect::<String>()
    };
    let lexicon = Lexicon::load(with_table("zz.csv", table(20_000).as_bytes())).expect("a sound lexicon");
    let engine = Engine::new(lexicon).expect("an engine");
    assert!(engine.lexicon().terms.len() > 20_000);
    let bytes = table(100_001);
    let faults = Lexicon::load(with_table("zz.csv", bytes.as_bytes())).expect_err("too large");
    let places: Vec<_> = faults.iter().map(|fault| (fault.code, fault.line)).collect();
    assert_eq!(places, [("L12", 100_002)]);
}

#[test]
fn scoring_with_a_spoiled_table_is_refused_and_checking_tells_all() {
    let folder = tempfile::tempdir().expect("a folder");
    for file in builtin_files() {
        fs::write(folder.path().join(&file.name), &file.bytes).expect("written");
    }
    let rows = row("ZZ-01", "暗号甲甲", "99", "说暗号甲甲") + &row("ZZ-02", "乙", "8", "说暗号乙乙");
    fs::write(folder.path().join("zz.csv"), HEADER.to_owned() + &rows).expect("written");
    let shown = |path: &Path| path.display().to_string();
    let check = tinghu(["lexicon", "check", &shown(folder.path())]);
    let text = String::from_utf8(check.stdout).expect("UTF-8");
    assert_eq!(check.status.code(), Some(2));
    assert!(text.contains("zz.csv 第2行") && text.contains("zz.csv 第3行") && text.contains("2 处错误"), "{text}");
    let out = folder.path().join("run");
    let calls = shown(&project("data/calls/cases.jsonl"));
    let said = tinghu(["score", &calls, "--out", &shown(&out), "--lexicons", &shown(folder.path())]);
    assert_eq!(said.status.code(), Some(2));
    assert!(!out.exists());
}
