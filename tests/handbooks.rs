//! The handbooks say what the program does: their tables hold every column, word and code, and no other; the
//! patterns and rows that they teach work.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use common::{project, rows, score};
use tinghu::call::InputWarning;
use tinghu::context::Stance;
use tinghu::engine::Engine;
use tinghu::lexicon::{
    BusinessKind, ContextKind, Diagnostic, DistressKind, DutyKind, EmpathyKind, Lexicon, LexiconFile, List,
    OutcomeKind, Phase, ScamType, Stage, TabooKind, VulnerabilityKind, builtin_files,
};
use tinghu::lint;
use tinghu::score::{Band, Dimension, DistressLevel, ReviewReason, RiskLevel, Trend};
use tinghu::write::{CALL_COLUMNS, CALL_REVIEW, HIT_COLUMNS, HIT_REVIEW, REJECT_COLUMNS};

const QUALITY: &str = "docs/质检人员手册.md";
const LEXICON: &str = "docs/词库维护手册.md";

fn page(path: &str) -> String {
    fs::read_to_string(project(path)).unwrap_or_else(|_| panic!("no {path}"))
}

/// The cells of the table after the mark `<!-- mark -->`, without the header; backticks are taken off.
fn table(path: &str, mark: &str) -> Vec<Vec<String>> {
    let page = page(path);
    let mark = format!("<!-- {mark} -->");
    assert_eq!(page.matches(&mark).count(), 1, "{path} has {mark} once");
    let after = page.split(&mark).nth(1).expect("what follows");
    let lines = after.lines().skip_while(|line| line.is_empty()).take_while(|line| line.starts_with('|'));
    let cells = |line: &str| -> Vec<String> {
        let inner = line.trim_matches('|').replace("\\|", "\u{1}");
        inner.split('|').map(|cell| cell.replace('\u{1}', "|").trim().trim_matches('`').to_owned()).collect()
    };
    let found: Vec<Vec<String>> = lines.skip(2).map(cells).collect();
    assert!(!found.is_empty(), "{path}: a table follows {mark}");
    found
}

fn column(path: &str, mark: &str, index: usize) -> Vec<String> {
    table(path, mark).into_iter().map(|mut row| row.swap_remove(index)).collect()
}

/// The code block after a mark.
fn block(path: &str, mark: &str) -> String {
    let page = page(path);
    let after = page.split(&format!("<!-- {mark} -->")).nth(1).unwrap_or_else(|| panic!("{path} has {mark}"));
    let body = after.split("```").nth(1).expect("a block");
    body.split_once('\n').expect("its first line names the language").1.to_owned()
}

#[test]
fn every_column_of_the_tables_stands_in_its_place() {
    let chinese = |columns: &[(&str, &str)], review: &[&str]| -> Vec<String> {
        columns.iter().map(|(_, zh)| *zh).chain(review.iter().copied()).map(str::to_owned).collect()
    };
    assert_eq!(column(QUALITY, "列：calls", 0), chinese(CALL_COLUMNS, CALL_REVIEW));
    assert_eq!(column(QUALITY, "列：hits", 0), chinese(HIT_COLUMNS, HIT_REVIEW));
    assert_eq!(column(QUALITY, "列：rejects", 0), chinese(REJECT_COLUMNS, &[]));
}

macro_rules! words {
    ($kind:ident) => {
        $kind::ALL.iter().map(|word| (word.as_str(), None)).collect::<Vec<(&str, Option<&str>)>>()
    };
    ($kind:ident, named) => {
        $kind::ALL.iter().map(|word| (word.as_str(), Some(word.zh()))).collect::<Vec<(&str, Option<&str>)>>()
    };
}

/// Words of a list that has no `ALL`; the match makes a new member a compile error here.
macro_rules! listed {
    ($kind:ident: $($member:ident)+) => {{
        let _complete = |member: $kind| match member { $($kind::$member => (),)+ };
        [$($kind::$member,)+]
    }};
}

#[test]
fn every_word_of_the_outputs_is_explained_and_no_other() {
    let warnings =
        listed!(InputWarning: OneSided TooShort SwappedRoles Garbled UnknownSpeaker OddTimes CleanedText InferredRoles);
    let stances = listed!(Stance: Asserted Confirmed Asked Hypothetical Negated Refused Warned Historic ThirdParty
        Legitimate Covered OtherVoice Trial);
    let dimensions = listed!(Dimension: Risk Distress Empathy Conduct Duty);
    let stances_said: Vec<_> = stances.iter().map(|stance| (stance.as_str(), None)).collect();
    for (path, mark, expected) in [
        (QUALITY, "词：review", words!(ReviewReason)),
        (QUALITY, "词：risk", words!(RiskLevel)),
        (QUALITY, "词：phase", words!(Phase, named)),
        (QUALITY, "词：distress", words!(DistressLevel)),
        (QUALITY, "词：trend", words!(Trend)),
        (QUALITY, "词：empathy", words!(Band)),
        (QUALITY, "词：warning", warnings.iter().map(|word| (word.as_str(), None)).collect()),
        (QUALITY, "词：type", words!(ScamType, named)),
        (QUALITY, "词：stage", words!(Stage, named)),
        (QUALITY, "词：D", words!(DistressKind, named)),
        (QUALITY, "词：E", words!(EmpathyKind, named)),
        (QUALITY, "词：N", words!(TabooKind, named)),
        (QUALITY, "词：duty", words!(DutyKind, named)),
        (QUALITY, "词：outcome", words!(OutcomeKind, named)),
        (QUALITY, "词：vulnerability", words!(VulnerabilityKind, named)),
        (QUALITY, "词：dimension", dimensions.iter().map(|word| (word.as_str(), None)).collect()),
        (QUALITY, "词：stance", stances_said),
        (LEXICON, "词：list", words!(List, named)),
        (LEXICON, "词：business", words!(BusinessKind, named)),
        (LEXICON, "词：context", words!(ContextKind, named)),
    ] {
        let rows = table(path, mark);
        let found: BTreeSet<&str> = rows.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(found.len(), rows.len(), "{mark}: each once");
        assert_eq!(found, expected.iter().map(|(word, _)| *word).collect(), "{path} {mark}");
        for (word, name) in expected {
            let row = rows.iter().find(|row| row[0] == word).expect("found above");
            assert!(name.is_none_or(|name| row[1] == name), "{mark} {word}: {} is {name:?}", row[1]);
        }
    }
    for stance in stances {
        let row = table(QUALITY, "词：stance").into_iter().find(|row| row[0] == stance.as_str()).expect("found above");
        assert!(row[1].starts_with(stance.zh()), "{}: {}", row[1], stance.zh());
    }
}

#[test]
fn the_scores_of_the_levels_are_those_of_the_scoring() {
    let scoring = Lexicon::builtin().expect("sound").scoring;
    let from = |starts: &[u8]| -> Vec<String> {
        let ends = starts.iter().skip(1).map(|next| next - 1).chain([100]);
        starts.iter().zip(ends).map(|(start, end)| format!("{start}–{end}")).collect()
    };
    let [low, medium, high] = scoring.distress.levels;
    assert_eq!(column(QUALITY, "词：risk", 1), from(&[0, scoring.risk.medium, scoring.risk.high]));
    assert_eq!(column(QUALITY, "词：distress", 1), from(&[0, low, medium, high]));
    assert_eq!(column(QUALITY, "词：empathy", 1)[..3], from(&[0, scoring.empathy.fair, scoring.empathy.good]));
}

#[test]
fn lines_without_a_term_are_explained() {
    let (_, folder) = score(&project("data/calls"), &[]);
    let explained = column(QUALITY, "名：adjust", 0);
    let lexicon = Lexicon::builtin().expect("sound");
    let code = |id: &str| id.starts_with(['D', 'E', 'N']) && id[1..].bytes().all(|byte| byte.is_ascii_digit());
    let mut ways = BTreeSet::new();
    for hit in rows(folder.path(), "hits.csv") {
        let id = &hit["term_id"];
        let known = code(id)
            || explained.contains(id)
            || lexicon.terms.iter().any(|term| term.id == *id)
            || lexicon.rules.iter().any(|rule| rule.id == *id);
        assert!(known, "{QUALITY} does not explain {id}");
        ways.insert(hit["match"].clone());
    }
    assert_eq!(ways, column(QUALITY, "词：match", 0).into_iter().collect());
    // What the samples do not show must at least be a name that the program gives.
    let scoring: String = sources(&project("src/score")).iter().map(|path| read(path)).collect();
    for id in explained {
        assert!(scoring.contains(&format!("\"{id}\"")), "no line is named {id}");
    }
}

#[test]
fn the_ledger_that_is_shown_adds_up() {
    let shown = block(QUALITY, "账");
    let points: Vec<i32> = shown.lines().filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect();
    let (total, lines) = points.split_last().expect("lines");
    assert!(lines.len() > 20 && shown.trim_end().ends_with("合计"), "{shown}");
    assert_eq!(lines.iter().sum::<i32>(), *total);
}

#[test]
fn every_file_and_column_of_the_lexicons_is_explained() {
    let files: BTreeSet<String> = builtin_files().into_iter().map(|file| file.name).collect();
    assert_eq!(column(LEXICON, "文件", 0).into_iter().collect::<BTreeSet<_>>(), files);
    let header = |name: &str| -> Vec<String> {
        let mut reader = csv::Reader::from_path(project("lexicons").join(name)).expect("a table");
        let header = reader.headers().expect("a header").clone();
        header.iter().map(|cell| cell.trim_start_matches('\u{FEFF}').to_owned()).collect()
    };
    let terms = column(LEXICON, "列：terms", 0);
    for name in &files {
        let mark = match name.as_str() {
            "exceptions.csv" => "列：exceptions",
            "groups.csv" => "列：groups",
            "words.csv" => "列：words",
            "wording.csv" => "列：wording",
            name if name.ends_with(".csv") => "列：terms",
            _ => continue,
        };
        assert_eq!(column(LEXICON, mark, 0), header(name), "{name}");
    }
    // The English headers are understood as well.
    let english = column(LEXICON, "列：terms", 1);
    let row = example();
    let body = row.strip_prefix(&terms.join(",")).expect("the example has the columns of the table");
    assert_eq!(faults(format!("{}{body}", english.join(","))), Vec::<String>::new());
}

/// The name of a further table beside those of the program.
const OWN: &str = "本行新词.csv";

/// The built-in lexicons with a further table, and what loading finds.
fn load(table: String) -> (Lexicon, Vec<Diagnostic>) {
    let mut files = builtin_files();
    files.push(LexiconFile { name: OWN.into(), bytes: table.into_bytes() });
    let (lexicon, found) = Lexicon::load_sound_rows(files);
    (lexicon.expect("a scoring"), found)
}

/// What loading and checking finds in a further table, as lines; warnings of rows that are alike left out.
fn faults(table: String) -> Vec<String> {
    let (lexicon, mut found) = load(table);
    found.extend(lint::check(&Engine::new(lexicon).expect("an engine"), "2026-01-01"));
    found.retain(|finding| finding.file == OWN && finding.code != "L35");
    found.iter().map(ToString::to_string).collect()
}

/// The row that the handbook adds step by step, with its header.
fn example() -> String {
    block(LEXICON, "例行")
}

/// A table of terms with the given cells, everything else as in an ordinary row.
fn terms(cells: &[Vec<(&str, String)>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let usual = [("词表", "scam"), ("诈骗类型", "*"), ("环节/类别", "P"), ("权重", "6")];
    let header = column(LEXICON, "列：terms", 0);
    writer.write_record(&header).expect("written");
    for (number, row) in cells.iter().enumerate() {
        let id = ("编号", format!("ZZ-{number:03}"));
        let cell = |name: &String| {
            let given = row.iter().chain([&id]).find(|(column, _)| column == name).map(|(_, cell)| cell.clone());
            let cell = given.filter(|cell| !cell.is_empty());
            cell.or_else(|| usual.iter().find(|(column, _)| column == name).map(|(_, cell)| (*cell).to_owned()))
        };
        writer.write_record(header.iter().map(|name| cell(name).unwrap_or_default())).expect("written");
    }
    String::from_utf8(writer.into_inner().expect("written")).expect("UTF-8")
}

#[test]
fn the_patterns_and_conditions_that_are_taught_work() {
    let mut taught = Vec::new();
    for (mark, columns) in [
        ("写法", vec!["词条", "应命中", "不应命中"]),
        ("写法：边界 同音", vec!["词条", "边界", "同音", "应命中", "不应命中"]),
        ("写法：需要语境 排除语境", vec!["词条", "需要语境", "排除语境", "应命中", "不应命中"]),
    ] {
        let row = |cells: Vec<String>| columns.iter().copied().zip(cells).collect::<Vec<_>>();
        taught.extend(table(LEXICON, mark).into_iter().map(row));
    }
    assert!(taught.len() > 10);
    assert_eq!(faults(terms(&taught)), Vec::<String>::new());
    assert_eq!(faults(example()), Vec::<String>::new());
}

#[test]
fn the_weights_of_the_lists_are_those_that_are_taken() {
    for row in table(LEXICON, "词：list") {
        let Some((least, most)) = row[2].split_once('–') else {
            assert_eq!(row[2], "填 1", "{}", row[0]);
            continue;
        };
        let (least, most): (u8, u8) = (least.parse().expect("a number"), most.parse().expect("a number"));
        let kind = |list: &str| match list {
            "scam" => "P",
            "distress" => "D1",
            "empathy" => "E1",
            _ => "N1",
        };
        let wrong = |weight: u8| {
            let cells = [
                ("词表", row[0].clone()),
                ("环节/类别", kind(&row[0]).to_owned()),
                ("权重", weight.to_string()),
                ("词条", "升级数字钱包".to_owned()),
                ("应命中", "说要升级数字钱包".to_owned()),
                ("不应命中", "钱包丢了".to_owned()),
            ];
            load(terms(&[cells.to_vec()])).1.iter().any(|finding| finding.code == "L07")
        };
        let found = [least - 1, least, most, most + 1].map(wrong);
        assert_eq!(found, [true, false, false, true], "{} {}", row[0], row[2]);
    }
}

#[test]
fn every_code_of_the_check_is_explained_and_no_other() {
    let mut codes = BTreeSet::new();
    for path in sources(&project("src")) {
        let text = read(&path);
        for (at, _) in text.match_indices("\"L") {
            let code: String = text[at + 1..].chars().take(4).collect();
            if code.ends_with('"') && code[1..3].bytes().all(|byte| byte.is_ascii_digit()) {
                codes.insert(code[..3].to_owned());
            }
        }
    }
    assert!(codes.len() > 20, "{codes:?}");
    let explained = column(LEXICON, "代码", 0);
    assert_eq!(explained.iter().cloned().collect::<BTreeSet<_>>(), codes);
    assert_eq!(explained.len(), codes.len(), "each once");
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|_| panic!("no {}", path.display()))
}

/// All Rust files below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
