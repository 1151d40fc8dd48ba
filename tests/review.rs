//! The verdict comes back: from a run, through what people fill in and a spreadsheet saves, to `reviews.csv`, to
//! figures, and to a proposal for the lexicon that works.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use common::{project, tinghu};
use encoding_rs::GB18030;

/// A customer who talks as the deceived do, of his own business: the engine takes it for a scam.
const FALSE_ALARM: &str = r#"{"call_id":"F2","started_at":"2026-11-22T21:03:11+08:00","direction":"inbound","agent_id":"3101","team":"甲组","turns":[
{"speaker":"agent","start_ms":0,"text":"您好，请讲。"},
{"speaker":"customer","start_ms":6000,"text":"公司财务要我把备用金转到老板的账户，老板当面签了字的。"},
{"speaker":"agent","start_ms":12000,"text":"您核实过了吗？"},
{"speaker":"customer","start_ms":18000,"text":"当面签的字，老板就坐我旁边，让我赶紧转过去，月底要结账，急着用。"},
{"speaker":"agent","start_ms":24000,"text":"好的，转账限额您看要提多少？"},
{"speaker":"customer","start_ms":30000,"text":"提到五十万，马上就要转，转完发截图给老板。"},
{"speaker":"agent","start_ms":36000,"text":"好，我帮您登记。"},
{"speaker":"customer","start_ms":42000,"text":"行，快点。"}]}"#;

/// A folder with a run over the sample calls and the false alarm, in the Excel profile.
struct Morning {
    folder: tempfile::TempDir,
}

type Table = Vec<Vec<String>>;

impl Morning {
    fn new(more: &[&str]) -> Morning {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("F2.jsonl"), FALSE_ALARM.replace('\n', "")).expect("written");
        let morning = Morning { folder };
        morning.score("night", more);
        morning
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn at(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn score(&self, out: &str, more: &[&str]) {
        let (calls, own, out) = (project("data/calls").display().to_string(), self.at("F2.jsonl"), self.at(out));
        let run = tinghu([&["score", &calls, &own, "--out", &out, "--no-report", "--quiet"], more].concat());
        assert!(run.status.success(), "{}", said(&run));
    }

    fn table(&self, name: &str) -> Table {
        let file = fs::File::open(self.path(name)).expect("a table");
        let rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file).into_records();
        let mut table: Table = rows.map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect();
        table[0][0] = table[0][0].trim_start_matches('\u{feff}').to_owned();
        table
    }

    /// `calls.csv` with a verdict on every call above low: false alarm on F2, right on all others.
    fn reviewed(&self) -> Table {
        let mut table = self.table("night/calls.csv");
        let (level, verdict) = (place(&table, "风险等级"), place(&table, "复核结论"));
        for row in &mut table[1..] {
            if row[level] != "low" {
                row[verdict] = if row[0] == "F2" { "误报" } else { "属实" }.to_owned();
            }
        }
        table
    }

    fn save(&self, name: &str, table: &Table, saved: impl Fn(String) -> Vec<u8>) {
        fs::write(self.path(name), saved(lines(table, b','))).expect("written");
    }

    fn import(&self, file: &str, more: &[&str]) -> Output {
        let (file, into) = (self.at(file), self.at("reviews.csv"));
        tinghu([&["review", "import", &file, "--into", &into, "--by", "张三"], more].concat())
    }

    fn book(&self) -> String {
        fs::read_to_string(self.path("reviews.csv")).unwrap_or_default()
    }
}

fn lines(table: &Table, delimiter: u8) -> String {
    let mut writer =
        csv::WriterBuilder::new().delimiter(delimiter).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    table.iter().for_each(|row| writer.write_record(row).expect("to memory"));
    String::from_utf8(writer.into_inner().expect("to memory")).expect("UTF-8")
}

fn place(table: &Table, name: &str) -> usize {
    table[0].iter().position(|column| column == name).unwrap_or_else(|| panic!("no column {name}"))
}

fn row_of(table: &Table, id: &str) -> usize {
    table.iter().position(|row| row.iter().any(|cell| cell == id)).unwrap_or_else(|| panic!("no row {id}"))
}

/// The names of all fields, but for the senses that hits are counted by.
fn keys(value: &serde_json::Value, found: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(object) => object.iter().for_each(|(key, value)| {
            found.insert(key.clone());
            if key != "stances" {
                keys(value, found);
            }
        }),
        serde_json::Value::Array(list) => list.iter().for_each(|value| keys(value, found)),
        _ => {}
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

fn gb18030(text: String) -> Vec<u8> {
    GB18030.encode(&text).0.into_owned()
}

#[test]
fn from_run_to_verdict_to_proposal_to_a_quieter_night() {
    let morning = Morning::new(&[]);
    let night = morning.at("night");
    morning.save("back.csv", &morning.reviewed(), gb18030);
    let imported = morning.import("back.csv", &["--run", &night]);
    assert!(imported.status.success(), "{}", said(&imported));

    let book = morning.at("reviews.csv");
    let held = tinghu(["evaluate", &night, "--labels", &book]);
    assert!(held.status.success(), "{}", said(&held));
    let still = |output: &Output| said(output).lines().find(|line| line.starts_with("false alarm")).map(str::to_owned);
    assert!(still(&held).expect("a figure").contains("1/1"), "{}", said(&held));
    assert!(said(&held).contains("with-halt"), "rules have figures: {}", said(&held));

    let proposals = morning.at("proposals.csv");
    let terms = morning.at("terms.csv");
    let stats = tinghu(["lexicon", "stats", &night, "--reviewed", &book, "--proposals", &proposals, "--out", &terms]);
    assert!(stats.status.success(), "{}", said(&stats));
    assert!(said(&stats).contains("F2  高") && said(&stats).contains("通不变"), "{}", said(&stats));
    let json = tinghu(["lexicon", "stats", &night, "--reviewed", &book, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(json["false_alarms"][0]["call_id"], "F2");
    assert!(json["false_alarms"][0]["proposal"]["lost"].as_array().is_some_and(Vec::is_empty), "{json}");
    assert_eq!(json["precision"]["level"][0]["false_alarm"], 1);
    assert!(json["terms"].as_array().is_some_and(|terms| terms.iter().any(|term| term["customer_hits"] != 0)));
    let page = fs::read_to_string(project("docs/词库维护手册.md")).expect("the handbook");
    let row = page.lines().find(|line| line.starts_with("| `stats`")).expect("a row");
    let named: BTreeSet<&str> = row.split('`').skip(1).step_by(2).collect();
    let mut fields = BTreeSet::from(["stats", "--reviewed", "points"].map(str::to_owned));
    keys(&json, &mut fields);
    assert_eq!(named, fields.iter().map(String::as_str).collect(), "the handbook names every field and no other");
    let rows = morning.table("proposals.csv");
    assert_eq!(rows[0], ["短语", "取消词条", "原因", "到期"], "as exceptions.csv");
    assert!(rows.len() > 1 && rows[1][2].contains("F2"));

    // What the maintainer does: paste the rows, check, and run the night again.
    assert!(tinghu(["init", &morning.at("own")]).status.success());
    let lexicons = morning.at("own/lexicons");
    let exceptions = morning.path("own/lexicons/exceptions.csv");
    let mut table = fs::read_to_string(&exceptions).expect("the exceptions");
    table.push_str(&lines(&rows[1..].to_vec(), b','));
    fs::write(&exceptions, table).expect("written");
    let check = tinghu(["lexicon", "check", &lexicons]);
    assert!(check.status.success(), "{}", said(&check));
    morning.score("again", &["--lexicons", &lexicons]);
    let (before, after) = (morning.table("night/calls.csv"), morning.table("again/calls.csv"));
    let level = place(&before, "风险等级");
    for (before, after) in before.iter().zip(&after).skip(1) {
        assert_eq!(before[level] != after[level], before[0] == "F2", "{}", before[0]);
    }
    let held = tinghu(["evaluate", &morning.at("again"), "--labels", &book]);
    assert!(still(&held).expect("a figure").contains("0/1"), "{}", said(&held));
}

#[test]
fn every_way_of_saving_gives_the_same_verdicts() {
    let utf16 = |text: String| -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let morning = Morning::new(&[]);
    let table = morning.reviewed();
    let verdicts = |book: &str| -> Vec<String> {
        book.lines().skip(1).map(|line| line.split(',').skip(3).collect::<Vec<_>>().join(",")).collect()
    };
    let mut all = Vec::new();
    for (name, bytes) in [
        ("utf8.csv", lines(&table, b',').into_bytes()),
        ("bom.csv", format!("\u{feff}{}", lines(&table, b',')).into_bytes()),
        ("semicolon.csv", lines(&table, b';').into_bytes()),
        ("ansi.csv", gb18030(lines(&table, b','))),
        ("unicode.txt", utf16(lines(&table, b'\t'))),
    ] {
        let _ = fs::remove_file(morning.path("reviews.csv"));
        fs::write(morning.path(name), bytes).expect("written");
        let imported = morning.import(name, &["--run", &morning.at("night")]);
        assert!(imported.status.success(), "{name}: {}", said(&imported));
        all.push(verdicts(&morning.book()));
    }
    assert!(all[0].len() > 20 && all[0].iter().any(|line| line.contains("F2,F2,误报")), "{:?}", all[0]);
    assert!(all.iter().all(|verdicts| *verdicts == all[0]));
}

/// The workbook as it comes back: every sheet, with verdicts filled in.
fn fill_workbook(from: &Path, to: &Path) {
    use calamine::{Data, Reader, open_workbook};
    let mut book: calamine::Xlsx<_> = open_workbook(from).expect("a workbook");
    let mut out = rust_xlsxwriter::Workbook::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).expect("a sheet");
        let sheet = out.add_worksheet();
        sheet.set_name(&name).expect("a name");
        let rows: Vec<&[Data]> = range.rows().collect();
        let column = |wanted: &str| rows.get(1).and_then(|row| row.iter().position(|cell| *cell == *wanted));
        let (on_call, on_hit, id) = (column("复核结论"), column("是否真命中"), column("通话编号"));
        for (number, row) in rows.iter().enumerate() {
            for (place, cell) in row.iter().enumerate() {
                let fill = |at: Option<usize>, word: &str| (number > 1 && at == Some(place)).then(|| word.to_owned());
                let of_alarm = id.is_some_and(|id| row[id] == "F2");
                let verdict = if of_alarm { "误报" } else { "属实" };
                let filled = fill(on_call, verdict).or(fill(on_hit, "是"));
                let (row, column) = (number as u32, place as u16);
                match (filled, cell) {
                    (Some(word), _) => sheet.write_string(row, column, word),
                    (None, Data::Float(number)) => sheet.write_number(row, column, *number),
                    (None, Data::Int(number)) => sheet.write_number(row, column, *number as f64),
                    (None, Data::Empty) => continue,
                    (None, other) => sheet.write_string(row, column, other.to_string()),
                }
                .expect("written");
            }
        }
    }
    out.save(to).expect("saved");
}

#[test]
fn the_workbook_comes_back_with_both_kinds_of_verdict() {
    let morning = Morning::new(&[]);
    fill_workbook(&morning.path("night/calls.xlsx"), &morning.path("back.xlsx"));
    let imported = morning.import("back.xlsx", &["--run", &morning.at("night")]);
    assert!(imported.status.success(), "{}", said(&imported));
    let book = morning.book();
    assert!(book.contains(",call,F2,F2,误报,"), "{book:.400}");
    assert!(book.lines().filter(|line| line.contains(",hit,")).count() > 100);
    // Without the run the same verdicts come in, unchecked.
    fs::remove_file(morning.path("reviews.csv")).expect("there");
    let alone = morning.import("back.xlsx", &[]);
    assert!(alone.status.success() && said(&alone).contains("--run"), "{}", said(&alone));
    assert_eq!(morning.book().lines().count(), book.lines().count());
}

#[test]
fn a_row_that_was_changed_is_refused_and_with_it_everything() {
    let morning = Morning::new(&[]);
    let night = morning.at("night");
    let mut table = morning.reviewed();
    let at = row_of(&table, "F2");
    let (level, reason) = (place(&table, "风险等级"), place(&table, "关键原话"));
    table[at][level] = "low".into();
    table[at][reason] = "这里本来写着别的话".into();
    morning.save("back.csv", &table, String::into_bytes);
    let refused = morning.import("back.csv", &["--run", &night]);
    assert_eq!(refused.status.code(), Some(2));
    let words = said(&refused);
    assert!(words.contains(&format!("back.csv 第 {} 行“风险等级”", at + 1)), "{words}");
    assert!(words.contains("“high”") && words.contains("“low”") && !words.contains("本来写着"), "{words}");
    assert!(!morning.path("reviews.csv").exists(), "nothing was written");

    let taken = morning.import("back.csv", &["--run", &night, "--accept-changed"]);
    assert!(taken.status.success(), "{}", said(&taken));
    assert!(!morning.book().contains(",F2,F2,") && morning.book().lines().count() > 20, "all rows but the changed one");

    // What the run wrote must be what it wrote.
    fs::write(morning.path("night/calls.csv"), lines(&table, b',')).expect("written");
    let no_witness = morning.import("back.csv", &["--run", &night]);
    assert_eq!(no_witness.status.code(), Some(2));
    assert!(said(&no_witness).contains("calls.csv"), "{}", said(&no_witness));
}

#[test]
fn the_book_keeps_who_said_what_and_when() {
    let morning = Morning::new(&[]);
    let night = morning.at("night");
    let mut table = morning.reviewed();
    let (at, verdict, comment) = (row_of(&table, "F2"), place(&table, "复核结论"), place(&table, "复核意见"));
    table[at][comment] = "=HYPERLINK(\"x\") 客户电话13800000000".into();
    morning.save("one.csv", &table, String::into_bytes);
    let first = ["--run", &night, "--at", "2026-11-28T09:00:00Z"];
    assert!(morning.import("one.csv", &first).status.success());
    let one = morning.book();
    assert!(!one.contains("138000") && one.contains("'=HYPERLINK"), "masked, and no formula");
    // The same file again says nothing new.
    assert!(morning.import("one.csv", &["--run", &night]).status.success());
    assert_eq!(morning.book(), one);
    // Somebody else looks again: a line more, the first one stays, the last counts.
    table[at][verdict] = "存疑".into();
    morning.save("two.csv", &table, String::into_bytes);
    let into = morning.at("reviews.csv");
    let second = tinghu([
        "review",
        "import",
        &morning.at("two.csv"),
        "--into",
        &into,
        "--by",
        "李四",
        "--at",
        "2026-11-29T09:00:00Z",
        "--run",
        &night,
    ]);
    assert!(second.status.success(), "{}", said(&second));
    let two = morning.book();
    assert!(two.starts_with(&one) && two.lines().count() == one.lines().count() + 1);
    assert!(two.lines().last().is_some_and(|line| line.starts_with("2026-11-29T09:00:00Z,李四,two.csv,")), "{two}");
    let held = tinghu(["evaluate", &night, "--labels", &into]);
    assert!(said(&held).lines().any(|line| line.starts_with("false alarm") && line.contains("0/0")), "{}", said(&held));
}

#[test]
fn what_cannot_be_taken_is_named_with_its_mend() {
    let morning = Morning::new(&[]);
    let night = morning.at("night");
    let reviewed = morning.reviewed();
    let (at, verdict) = (row_of(&reviewed, "F2"), place(&reviewed, "复核结论"));
    let case = |name: &str, change: &dyn Fn(&mut Table), expected: &[&str]| {
        let mut table = reviewed.clone();
        change(&mut table);
        morning.save(name, &table, String::into_bytes);
        let refused = morning.import(name, &["--run", &night]);
        assert_eq!(refused.status.code(), Some(2), "{name}: {}", said(&refused));
        for word in expected {
            assert!(said(&refused).contains(word), "{name}, {word}: {}", said(&refused));
        }
        assert!(!morning.path("reviews.csv").exists(), "{name}");
    };
    let row = format!("第 {} 行", at + 1);
    case("word.csv", &|table| table[at][verdict] = "也许吧".into(), &[&row, "也许吧", "属实 误报 漏报 存疑"]);
    case("number.csv", &|table| table[at][0] = "1.2E+17".into(), &[&row, "1.2E+17", "文本"]);
    case("no-id.csv", &|table| table[at][0] = String::new(), &[&row, "编号"]);
    case("other.csv", &|table| table[at][0] = "nowhere".into(), &[&row, "没有这个编号"]);
    let twice = |table: &mut Table| {
        let mut again = table[at].clone();
        again[verdict] = "属实".into();
        table.push(again);
    };
    case("twice.csv", &twice, &[&row, "结论却不同"]);
    case("cut.csv", &|table| table[0][verdict] = "备注".into(), &["复核结论"]);
    let missing = morning.import("nowhere.csv", &[]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(said(&missing).contains("nowhere.csv"));
}
