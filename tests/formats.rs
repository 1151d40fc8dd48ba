//! The same calls give the same scores, byte for byte, whatever file they came in.
//!
//! The calls of `data/calls/cases.jsonl` are written in every format, encoding and compression, all
//! into one folder, and scored in one run; beside it runs a plain JSONL twin with the same calls.

mod common;

use std::fs;
use std::io::Write;
use std::path::Path;

use common::{project, score};
use csv::ByteRecord;
use serde_json::{Map, Value, json};

/// A call as JSON: the twin from which every other form is written.
type Call = Map<String, Value>;

fn cases() -> Vec<Call> {
    let text = fs::read_to_string(project("data/calls/cases.jsonl")).expect("the sample calls");
    text.lines().map(|line| serde_json::from_str(line).expect("a call")).collect()
}

fn text<'a>(map: &'a Call, key: &str) -> &'a str {
    map.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn turns(call: &Call) -> impl Iterator<Item = &Call> {
    call["turns"].as_array().expect("turns").iter().map(|turn| turn.as_object().expect("a turn"))
}

/// A number as a cell; empty where the call has none.
fn number(turn: &Call, key: &str) -> String {
    turn.get(key).map_or_else(String::new, Value::to_string)
}

/// The calls without some fields of the call and of its turns.
fn without(calls: &[Call], of_call: &[&str], of_turn: &[&str]) -> Vec<Call> {
    let mut calls = calls.to_vec();
    for call in &mut calls {
        call.retain(|key, _| !of_call.contains(&key.as_str()));
        for turn in call["turns"].as_array_mut().expect("turns") {
            turn.as_object_mut().expect("a turn").retain(|key, _| !of_turn.contains(&key.as_str()));
        }
    }
    calls
}

// --- The formats ---

fn jsonl(calls: &[Call]) -> String {
    calls.iter().map(|call| json!(call).to_string() + "\n").collect()
}

/// One object over many lines, as a program that indents writes it.
fn object(call: &Call) -> String {
    serde_json::to_string_pretty(call).expect("JSON")
}

fn array(calls: &[Call]) -> String {
    serde_json::to_string_pretty(calls).expect("JSON")
}

const ENGLISH: [&str; 9] =
    ["call_id", "started_at", "direction", "agent_id", "team", "speaker", "start_ms", "end_ms", "text"];
const CHINESE: [&str; 9] =
    ["通话编号", "开始时间", "呼叫方向", "坐席工号", "班组", "说话人", "开始毫秒", "结束毫秒", "内容"];

/// One row per turn; the words of Chinese headers are Chinese too.
fn table(calls: &[Call], header: [&str; 9], delimiter: u8) -> String {
    let chinese = header == CHINESE;
    let word = |word: &str| {
        let translated = match word {
            "agent" => "坐席",
            "customer" => "客户",
            "inbound" => "呼入",
            "outbound" => "外呼",
            other => other,
        };
        if chinese { translated.to_owned() } else { word.to_owned() }
    };
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    writer.write_record(header).expect("to memory");
    for call in calls {
        for turn in turns(call) {
            let row = [
                text(call, "call_id").to_owned(),
                text(call, "started_at").to_owned(),
                word(text(call, "direction")),
                text(call, "agent_id").to_owned(),
                text(call, "team").to_owned(),
                word(text(turn, "speaker")),
                number(turn, "start_ms"),
                number(turn, "end_ms"),
                text(turn, "text").to_owned(),
            ];
            writer.write_record(row).expect("to memory");
        }
    }
    String::from_utf8(writer.into_inner().expect("to memory")).expect("UTF-8")
}

/// `客服：…` lines, with a header of its own for every call and the times that the call has.
fn plain(calls: &[Call]) -> String {
    let clock = |ms: u64| format!("{:02}:{:02}.{:03}", ms / 60_000, ms / 1_000 % 60, ms % 1_000);
    let mut lines = String::new();
    for call in calls {
        for (name, key) in [
            ("通话编号", "call_id"),
            ("开始时间", "started_at"),
            ("呼叫方向", "direction"),
            ("坐席工号", "agent_id"),
            ("班组", "team"),
        ] {
            if call.contains_key(key) {
                lines += &format!("{name}：{}\n", text(call, key));
            }
        }
        for turn in turns(call) {
            let time = |key| turn.get(key).and_then(Value::as_u64).map(clock);
            let times = match (time("start_ms"), time("end_ms")) {
                (Some(start), Some(end)) => format!("[{start}-{end}] "),
                (Some(start), None) => format!("[{start}] "),
                _ => String::new(),
            };
            let speaker = if text(turn, "speaker") == "agent" { "客服" } else { "客户" };
            lines += &format!("{times}{speaker}：{}\n", text(turn, "text"));
        }
        lines += "\n";
    }
    lines
}

// --- How a text is stored ---

fn gb18030(text: &str) -> Vec<u8> {
    let (bytes, _, lost) = encoding_rs::GB18030.encode(text);
    assert!(!lost, "GB18030 holds every character");
    bytes.into_owned()
}

fn utf16le(text: &str) -> Vec<u8> {
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("to memory");
    encoder.finish().expect("to memory")
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("to memory")
}

/// The ways to store a text: name, ending to add, bytes.
fn stored(text: &str) -> Vec<(&'static str, &'static str, Vec<u8>)> {
    vec![
        ("utf8", "", text.as_bytes().to_vec()),
        ("bom", "", format!("\u{feff}{text}").into_bytes()),
        ("gb18030", "", gb18030(text)),
        ("utf16le", "", utf16le(text)),
        ("crlf", "", text.replace('\n', "\r\n").into_bytes()),
        ("gz", ".gz", gz(text.as_bytes())),
        ("zst", ".zst", zst(text.as_bytes())),
        ("gb18030-gz", ".gz", gz(&gb18030(text))),
        ("utf16le-zst", ".zst", zst(&utf16le(text))),
        ("bom-crlf", "", format!("\u{feff}{text}").replace('\n', "\r\n").into_bytes()),
    ]
}

// --- The comparison ---

/// A folder of inputs and the JSONL twin of all its calls, in the order in which the run reads them.
struct Night {
    folder: tempfile::TempDir,
    twin: Vec<Call>,
    forms: usize,
}

impl Night {
    fn new() -> Self {
        Night { folder: tempfile::tempdir().expect("a temporary folder"), twin: Vec::new(), forms: 0 }
    }

    /// Adds the calls in every way of storing what `write` gives: names of files with their text.
    ///
    /// Every form has call ids of its own, since a night with the same id twice rejects the second.
    fn add(&mut self, form: &str, calls: &[Call], write: impl Fn(&[Call]) -> Vec<(String, String)>) {
        let ways = stored("").len();
        for way in 0..ways {
            let (how, ..) = stored("")[way];
            self.forms += 1;
            let name = format!("{:03}-{form}-{how}", self.forms);
            let mut own = calls.to_vec();
            for call in &mut own {
                let id = format!("{}@{name}", text(call, "call_id"));
                call.insert("call_id".to_owned(), Value::String(id));
            }
            let folder = self.folder.path().join(&name);
            fs::create_dir(&folder).expect("a folder");
            for (file, text) in write(&own) {
                let (_, ending, bytes) = stored(&text).swap_remove(way);
                fs::write(folder.join(file + ending), bytes).expect("written");
            }
            self.twin.extend(own);
        }
    }

    /// Adds the calls in one file for each way of storing it.
    fn add_file(&mut self, form: &str, file: &str, calls: &[Call], write: impl Fn(&[Call]) -> String) {
        self.add(form, calls, |calls| vec![(file.to_owned(), write(calls))]);
    }

    /// Scores the folder and the twin: the same rows of `calls.csv` but for the source, the same `hits.csv`.
    fn assert_same_as_twin(&self) {
        let twin = tempfile::tempdir().expect("a temporary folder");
        let path = twin.path().join("twin.jsonl");
        fs::write(&path, jsonl(&self.twin)).expect("written");
        let (twin_code, expected) = score(&path, &[]);
        let (code, found) = score(self.folder.path(), &[]);
        assert_eq!(rejected(found.path()), Vec::<String>::new());
        assert_eq!((code, twin_code), (0, 0));

        let (found_calls, expected_calls) = (calls_without_source(found.path()), calls_without_source(expected.path()));
        for (found, expected) in found_calls.iter().zip(&expected_calls) {
            assert_eq!(found, expected);
        }
        assert_eq!(found_calls.len(), self.twin.len() + 1, "a row for every call, and the header");
        assert_eq!(found_calls.len(), expected_calls.len());

        let hits = |folder: &Path| fs::read(folder.join("run/hits.csv")).expect("hits.csv");
        let (found, expected) = (hits(found.path()), hits(expected.path()));
        for (found, expected) in found.split(|b| *b == b'\n').zip(expected.split(|b| *b == b'\n')) {
            assert_eq!(String::from_utf8_lossy(found), String::from_utf8_lossy(expected));
        }
        assert!(found == expected && found.len() > 10_000);
    }
}

fn rejected(folder: &Path) -> Vec<String> {
    common::rows(folder, "rejects.csv").into_iter().map(|row| format!("{row:?}")).collect()
}

/// The rows of `calls.csv`, header first, without the column that names the file.
fn calls_without_source(folder: &Path) -> Vec<ByteRecord> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).from_path(folder.join("run/calls.csv")).expect("calls.csv");
    let rows: Vec<ByteRecord> = reader.byte_records().map(|row| row.expect("a row")).collect();
    let source = rows[0].iter().position(|cell| cell == b"source").expect("the column");
    rows.iter()
        .map(|row| row.iter().enumerate().filter(|(at, _)| *at != source).map(|(_, cell)| cell).collect())
        .collect()
}

#[test]
fn json_in_lines_in_arrays_and_one_by_one() {
    let calls = cases();
    let mut night = Night::new();
    night.add_file("lines", "night.jsonl", &calls, jsonl);
    night.add_file("array", "night.json", &calls, array);
    night.add("one-by-one", &calls, |calls| {
        calls.iter().enumerate().map(|(at, call)| (format!("{at}.json"), object(call))).collect()
    });
    night.assert_same_as_twin();
}

#[test]
fn tables_with_chinese_and_english_headers_and_every_delimiter() {
    let calls = cases();
    let mut night = Night::new();
    night.add_file("chinese", "night.csv", &calls, |calls| table(calls, CHINESE, b','));
    night.add_file("english", "night.csv", &calls, |calls| table(calls, ENGLISH, b','));
    night.add_file("tabs", "night.tsv", &calls, |calls| table(calls, CHINESE, b'\t'));
    night.add_file("semicolons", "night.csv", &calls, |calls| table(calls, CHINESE, b';'));
    night.assert_same_as_twin();
}

#[test]
fn plain_text_with_all_times_with_starts_only_and_with_none() {
    let calls = cases();
    let mut night = Night::new();
    night.add_file("timed", "night.txt", &calls, plain);
    night.add_file("starts", "night.txt", &without(&calls, &[], &["end_ms"]), plain);
    let bare = without(&calls, &["started_at", "direction", "agent_id", "team"], &["start_ms", "end_ms"]);
    night.add_file("bare", "night.txt", &bare, plain);
    night.assert_same_as_twin();
}

/// A pasted transcript has no header line: the file's name is the id of its one call.
#[test]
fn plain_text_without_any_header_is_named_by_its_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut twin = without(&cases(), &["started_at", "direction", "agent_id", "team"], &["start_ms", "end_ms"]);
    for call in &mut twin {
        let lines = plain(std::slice::from_ref(call));
        let (_, talk) = lines.split_once('\n').expect("the line with the id");
        fs::write(folder.path().join(format!("{}.txt", text(call, "call_id"))), gb18030(talk)).expect("written");
    }
    let path = folder.path().join("twin.jsonl");
    fs::write(&path, jsonl(&twin)).expect("written");
    let (_, expected) = score(&path, &[]);
    fs::remove_file(&path).expect("removed");
    let (code, found) = score(folder.path(), &[]);
    assert_eq!(code, 0);
    assert_eq!(calls_without_source(found.path()), calls_without_source(expected.path()));
    let hits = |folder: &tempfile::TempDir| fs::read(folder.path().join("run/hits.csv")).expect("hits.csv");
    assert!(hits(&found) == hits(&expected));
}

/// Excel also lets people reorder columns and add their own.
#[test]
fn columns_may_stand_in_any_order_beside_others() {
    let calls = cases();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut reader = csv::Reader::from_reader(std::io::Cursor::new(table(&calls, CHINESE, b',')));
    let reversed = |row: &csv::StringRecord, own: &str| -> csv::StringRecord {
        row.iter().rev().chain([own]).map(str::to_owned).collect()
    };
    let mut writer = csv::Writer::from_path(folder.path().join("night.csv")).expect("created");
    let header = reader.headers().expect("a header").clone();
    writer.write_record(&reversed(&header, "质检备注")).expect("written");
    for row in reader.records() {
        writer.write_record(&reversed(&row.expect("a row"), "已听")).expect("written");
    }
    writer.flush().expect("written");
    let (_, expected) = score(&project("data/calls/cases.jsonl"), &[]);
    let (code, found) = score(folder.path(), &[]);
    assert_eq!(code, 0);
    assert_eq!(calls_without_source(found.path()), calls_without_source(expected.path()));
}
