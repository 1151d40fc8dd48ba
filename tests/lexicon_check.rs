//! `tinghu lexicon check` as the people who edit the tables in Excel meet it.
//!
//! Every test works on a copy of `lexicons/`, with tables of its own beside the real ones.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{project, score, tinghu};

/// A text as it is stored.
type Encode = fn(&str) -> Vec<u8>;

/// A copy of the project's lexicons that a test may spoil.
struct Lexicons(tempfile::TempDir);

impl Lexicons {
    fn copied() -> Self {
        let copy = Lexicons(tempfile::tempdir().expect("a temporary folder"));
        for entry in fs::read_dir(project("lexicons")).expect("the lexicons") {
            let path = entry.expect("an entry").path();
            fs::copy(&path, copy.file(&path.file_name().expect("a name").to_string_lossy())).expect("copied");
        }
        copy
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.file(name), text).expect("written");
    }

    /// Edits a file in place; the words to replace must be there.
    fn replace(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.file(name)).expect("a file of the lexicons");
        assert!(text.contains(from), "{name} has {from}");
        self.write(name, &text.replacen(from, to, 1));
    }

    /// Exit code and lines of `lexicon check`.
    fn check(&self) -> (Option<i32>, Vec<String>) {
        check(&["lexicon", "check", &self.path().display().to_string()])
    }

    /// Exit code and messages of `score --lexicons` with this folder, and whether it left anything.
    fn score(&self) -> (Option<i32>, String, bool) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let out = folder.path().join("run");
        let output = tinghu([
            "score".as_ref(),
            project("data/calls/cases.jsonl").as_os_str(),
            "--out".as_ref(),
            out.as_os_str(),
            "--lexicons".as_ref(),
            self.path().as_os_str(),
            "--quiet".as_ref(),
        ]);
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned(), out.join("calls.csv").exists())
    }

    /// All tables saved again as a spreadsheet saves them.
    fn saved_again(&self, delimiter: u8, encode: Encode) -> Lexicons {
        let again = Lexicons(tempfile::tempdir().expect("a temporary folder"));
        for entry in fs::read_dir(self.path()).expect("the copy") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if !name.ends_with(".csv") {
                fs::copy(&path, again.file(&name)).expect("copied");
                continue;
            }
            let text = fs::read_to_string(&path).expect("UTF-8");
            let mut rows = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
            let mut saved = csv::WriterBuilder::new()
                .flexible(true)
                .delimiter(delimiter)
                .terminator(csv::Terminator::CRLF)
                .from_writer(Vec::new());
            for row in rows.records() {
                saved.write_record(&row.expect("a row")).expect("to memory");
            }
            let saved = String::from_utf8(saved.into_inner().expect("to memory")).expect("UTF-8");
            fs::write(again.file(&name), encode(&saved)).expect("written");
        }
        again
    }
}

fn check(arguments: &[&str]) -> (Option<i32>, Vec<String>) {
    let output = tinghu(arguments);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    (output.status.code(), text.lines().map(str::to_owned).collect())
}

fn gb18030(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

fn with_bom(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}").into_bytes()
}

/// What Excel calls Unicode text.
fn utf16le(text: &str) -> Vec<u8> {
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

/// Excel's three ways to save: comma and UTF-8 with BOM, semicolon and GB18030, tab and UTF-16.
const SAVED: [(u8, Encode); 3] = [(b',', with_bom), (b';', gb18030), (b'\t', utf16le)];

const HEADER: &str = "编号,词条,变体,词表,诈骗类型,环节/类别,权重,说话人,否定,应命中,不应命中,生效,状态\n";

/// A finding that must be reported: file, row (0 where a file has none), column, a word of the message.
type Wanted = (&'static str, u64, &'static str, &'static str);

/// The errors that name the files of these tests; the bank's own tables have a test to themselves.
fn errors(lines: &[String]) -> Vec<&String> {
    let own = |line: &String| ["zz-", "scoring.toml", "rules.toml"].iter().any(|file| line.contains(file));
    lines.iter().filter(|line| line.starts_with("错误") && own(line)).collect()
}

/// Every wanted finding must be there once, with its place and a mend in Chinese, and no other error.
fn assert_errors(lines: &[String], wanted: &[Wanted]) {
    let errors = errors(lines);
    for (file, row, column, word) in wanted {
        let place = match (row, column.is_empty()) {
            (0, true) => format!("{file}："),
            (0, false) => format!("{file}「{column}」列："),
            (row, true) => format!("{file} 第{row}行："),
            (row, false) => format!("{file} 第{row}行「{column}」列："),
        };
        let found: Vec<_> = errors.iter().filter(|line| line.contains(&place) && line.contains(word)).collect();
        assert_eq!(found.len(), 1, "{place} {word} in\n{}", lines.join("\n"));
        let (_, mend) = found[0].split_once("怎么改：").unwrap_or_else(|| panic!("no mend: {}", found[0]));
        assert!(mend.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "the mend is in Chinese: {mend}");
    }
    assert_eq!(errors.len(), wanted.len(), "{errors:#?}");
}

/// The last line counts the errors.
fn assert_counted(lines: &[String], errors: usize) {
    let last = lines.last().expect("a last line");
    assert!(last.starts_with(&format!("{errors} 处错误，")), "{last}");
}

/// One fault in each row of a new table, and one in each of three other files.
fn spoiled() -> (Lexicons, Vec<Wanted>) {
    let lexicons = Lexicons::copied();
    let rows = [
        "ZZ-001,暗号甲甲,,scam,*,P,8,客户,失效,说暗号甲甲,,2024-01-01,启用",
        "ZZ-001,暗号乙乙,,scam,*,P,8,客户,失效,说暗号乙乙,,2024-01-01,启用",
        "ZZ-003,暗号丙丙,,骗局,*,P,8,客户,失效,说暗号丙丙,,2024-01-01,启用",
        "ZZ-004,暗号丁丁,,scam,fake_lone,P,8,客户,失效,说暗号丁丁,,2024-01-01,启用",
        "ZZ-005,暗号戊戊,,scam,*,P,99,客户,失效,说暗号戊戊,,2024-01-01,启用",
        "ZZ-006,暗号(己己,,scam,*,P,8,客户,失效,说暗号己己,,2024-01-01,启用",
        "ZZ-007,暗号庚庚,{没有的组}庚庚,scam,*,P,8,客户,失效,说暗号庚庚,,2024-01-01,启用",
        "ZZ-008,暗号辛辛…,,scam,*,P,8,客户,失效,说暗号辛辛,,2024-01-01,启用",
        "ZZ-009,暗号壬壬,,scam,*,P,8,客户,失效,说暗号壬壬,,2024/1/1,启用",
        "ZZ-010,暗号癸癸,,scam,*,Q,8,客户,失效,说暗号癸癸,,2024-01-01,启用",
        "ZZ-011,暗号子子,,scam,*,P,8,路人,失效,说暗号子子,,2024-01-01,启用",
    ];
    lexicons.write("zz-rows.csv", &(HEADER.to_owned() + &rows.join("\n") + "\n"));
    lexicons.write("zz-header.csv", &HEADER.replace("生效", "生校"));
    lexicons.replace("scoring.toml", "[risk]\n", "[risk]\nhihg = 70\n");
    let rules = fs::read_to_string(lexicons.file("rules.toml")).expect("the rules");
    lexicons.write(
        "rules.toml",
        &(rules + "\n[[rule]]\nid = \"zz-odd\"\nreason = \"试\"\nfloor = 40\nall = [\"stge:K\"]\n"),
    );
    let key_row = fs::read_to_string(lexicons.file("scoring.toml"))
        .expect("the numbers")
        .lines()
        .position(|line| line.starts_with("hihg"))
        .expect("the unknown key") as u64
        + 1;
    let wanted = vec![
        ("zz-rows.csv", 3, "编号", "ZZ-001 重复，zz-rows.csv 第2行已用"),
        ("zz-rows.csv", 4, "词表", "「骗局」"),
        ("zz-rows.csv", 5, "诈骗类型", "「fake_lone」"),
        ("zz-rows.csv", 6, "权重", "「99」"),
        ("zz-rows.csv", 7, "词条", "括号不成对"),
        ("zz-rows.csv", 8, "变体", "{没有的组}"),
        ("zz-rows.csv", 9, "词条", "间隔"),
        ("zz-rows.csv", 10, "生效", "「2024/1/1」"),
        ("zz-rows.csv", 11, "环节/类别", "「Q」"),
        ("zz-rows.csv", 12, "说话人", "「路人」"),
        ("zz-header.csv", 1, "生校", "不认识的列名"),
        ("rules.toml", 0, "zz-odd", "「stge:K」"),
        ("scoring.toml", key_row, "", "hihg"),
    ];
    (lexicons, wanted)
}

#[test]
fn the_built_in_lexicons_are_clean() {
    let (code, lines) = check(&["lexicon", "check"]);
    assert_eq!(code, Some(0), "{}", lines.join("\n"));
    assert_counted(&lines, 0);
    let (code, of_folder) = Lexicons::copied().check();
    assert_eq!(code, Some(0));
    assert_eq!(of_folder, lines, "the folder and what is built in are the same");
}

#[test]
fn every_fault_of_the_tables_is_told_in_one_run() {
    let (lexicons, wanted) = spoiled();
    let (code, lines) = lexicons.check();
    assert_errors(&lines, &wanted);
    assert_counted(&lines, wanted.len());
    assert_eq!(code, Some(2));
}

#[test]
fn every_fault_of_examples_and_exceptions_is_told_in_one_run() {
    let lexicons = Lexicons::copied();
    let rows = [
        "ZZ-001,暗号甲甲,,scam,*,P,8,客户,失效,毫不相干的话,,2024-01-01,启用",
        "ZZ-002,暗号乙乙,,scam,*,P,8,客户,失效,说暗号乙乙,无辜的暗号乙乙,2024-01-01,启用",
        "ZZ-003,暗号丙丙,口令丙丙,scam,*,P,8,客户,失效,说口令丙丙,,2024-01-01,启用",
        "ZZ-004,暗号丁丁,,scam,*,P,8,客户,失效,,,2024-01-01,启用",
    ];
    lexicons.write("zz-rows.csv", &(HEADER.to_owned() + &rows.join("\n") + "\n"));
    lexicons.write(
        "zz-exceptions.csv",
        "短语,取消词条,原因,到期\n说起暗号甲甲,ZZ-404,培训用语,2099-12-31\n暗号丙丙,ZZ-003,误写,2099-12-31\n",
    );
    let (code, lines) = lexicons.check();
    assert_errors(
        &lines,
        &[
            ("zz-rows.csv", 2, "应命中", "「毫不相干的话」"),
            ("zz-rows.csv", 3, "不应命中", "「无辜的暗号乙乙」"),
            ("zz-rows.csv", 5, "应命中", "ZZ-004 没有例句"),
            ("zz-exceptions.csv", 2, "取消词条", "ZZ-404"),
            ("zz-exceptions.csv", 3, "取消词条", "ZZ-003 相同"),
        ],
    );
    assert_eq!(code, Some(2));
}

#[test]
fn scoring_with_a_faulty_lexicon_is_refused_with_the_number_of_faults() {
    let (lexicons, wanted) = spoiled();
    let (code, message, published) = lexicons.score();
    assert_eq!(code, Some(2));
    assert!(message.contains(&format!("词库有 {} 处错误", wanted.len())), "{message}");
    assert!(message.contains("tinghu lexicon check"), "{message}");
    assert!(!published);
}

#[test]
fn faults_are_the_same_however_the_tables_were_saved() {
    let (lexicons, wanted) = spoiled();
    let (_, lines) = lexicons.check();
    for (delimiter, encode) in SAVED {
        let (code, again) = lexicons.saved_again(delimiter, encode).check();
        assert_errors(&again, &wanted);
        assert_eq!((code, &again), (Some(2), &lines), "saved with {:?}", char::from(delimiter));
    }
}

#[test]
fn scores_are_the_same_however_the_tables_were_saved() {
    let lexicons = Lexicons::copied();
    let calls = project("data/calls/cases.jsonl");
    let run = |lexicons: &Lexicons| {
        let (code, folder) = score(&calls, &["--lexicons", &lexicons.path().display().to_string()]);
        assert_eq!(code, 0);
        let mut rows = common::rows(folder.path(), "calls.csv");
        let versions: Vec<_> = rows.iter_mut().filter_map(|row| row.remove("lexicon_version")).collect();
        (rows, fs::read(folder.path().join("run/hits.csv")).expect("hits.csv"), versions)
    };
    let (rows, hits, versions) = run(&lexicons);
    for (delimiter, encode) in SAVED {
        let (again, hits_again, versions_again) = run(&lexicons.saved_again(delimiter, encode));
        assert_eq!(again, rows, "saved with {:?}", char::from(delimiter));
        assert!(hits_again == hits);
        assert_ne!(versions_again, versions, "the version names the bytes of the files");
    }
}

#[test]
fn english_headers_and_words_are_read_too() {
    let lexicons = Lexicons::copied();
    lexicons.write(
        "zz-rows.csv",
        "ID,Term,List,Scam_Type,Kind,Weight,Speaker,Negation,Example_Hit,From,Status\n\
         ZZ-001,暗号甲甲,scam,fake_loan,K+,8,customer,cancel,说暗号甲甲,2024-01-01,active\n\
         ZZ-002,暗号乙乙,诈骗,虚假贷款,套取凭证,80,any,keep,说暗号乙乙,2024-01-01,trial\n",
    );
    let (code, lines) = lexicons.check();
    assert_errors(&lines, &[("zz-rows.csv", 3, "权重", "「80」")]);
    assert_eq!(code, Some(2));
}

#[test]
fn what_excel_leaves_in_cells_and_beside_files_is_no_fault() {
    let lexicons = Lexicons::copied();
    let row = "ZZ-001,暗号甲甲,,scam,*,P,8,客户,失效,说暗号甲甲,,2024-01-01,启用";
    let dirty = row.replace("ZZ-001", "\u{a0}ZZ-001\u{200b} ").replace("暗号甲甲,", "\u{3000}暗号甲甲 ,");
    lexicons.write("zz-rows.csv", &format!("{HEADER}{dirty}\n,,,,,,,,,,,,\n"));
    lexicons.write("~$zz-rows.csv", "lock");
    lexicons.write("说明.txt", "not a table");
    assert_errors(&lexicons.check().1, &[]);
    let (code, message, published) = lexicons.score();
    assert_eq!((code, published), (Some(0), true), "{message}");
}

#[test]
fn a_folder_without_the_numbers_or_without_anything_is_refused() {
    let lexicons = Lexicons::copied();
    fs::remove_file(lexicons.file("scoring.toml")).expect("removed");
    fs::remove_file(lexicons.file("rules.toml")).expect("removed");
    let (code, lines) = lexicons.check();
    assert_errors(&lines, &[("scoring.toml", 0, "", "没有 scoring.toml"), ("rules.toml", 0, "", "没有 rules.toml")]);
    assert_eq!(code, Some(2));
    assert_eq!(check(&["lexicon", "check", "no-such-folder"]).0, Some(2));
}
