//! Encodings and characters: a file's encoding is decided once and told, what does not fit it is rejected,
//! and what only looks different scores the same.

mod common;

use std::collections::BTreeMap;
use std::fs;

use common::{json_line, project, reject, score_files, score_files_with};

fn gb(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
}

/// A table of `count` calls with ids that begin so.
fn rows(prefix: &str, count: usize) -> String {
    (0..count).map(|n| format!("{prefix}{n},customer,有个客服让我把钱转到安全账户\n")).collect()
}

const HEADER: &str = "call_id,speaker,text\n";

#[test]
fn the_encoding_decided_on_is_told_for_every_file() {
    let table = format!("{HEADER}{}", rows("A", 2));
    let forms: [(&str, Vec<u8>, Option<&str>); 6] = [
        ("a.csv", table.clone().into_bytes(), Some("utf-8")),
        ("b.csv", format!("\u{feff}{table}").into_bytes(), Some("utf-8")),
        ("c.csv", gb(&table), Some("gb18030")),
        ("d.csv", utf16(&table, u16::to_le_bytes), Some("utf-16le")),
        ("e.csv", utf16(&table, u16::to_be_bytes), Some("utf-16be")),
        ("f.csv", b"call_id,text\nF,hello there\n".to_vec(), None),
    ];
    let files: Vec<(&str, Vec<u8>)> = forms
        .iter()
        .map(|(name, bytes, _)| (*name, replaced(bytes, b'A', name.to_uppercase().as_bytes()[0])))
        .collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let run = score_files(&files);
    assert_eq!((run.code, run.accounts().scored), (0, 11));
    let inputs = run.manifest()["inputs"].as_array().expect("inputs").clone();
    for (input, (name, _, encoding)) in inputs.iter().zip(&forms) {
        assert!(input["source"].as_str().is_some_and(|source| source.ends_with(name)), "{input}");
        assert_eq!(input["encoding"].as_str(), *encoding, "{name}");
    }
    let scores = |id: &str| common::call(run.folder.path(), id)["risk_score"].clone();
    for id in ["B0", "C0", "D0", "E0"] {
        assert_eq!(scores(id), scores("A0"), "{id}");
    }
}

fn replaced(bytes: &[u8], from: u8, to: u8) -> Vec<u8> {
    bytes.iter().map(|byte| if *byte == from { to } else { *byte }).collect()
}

#[test]
fn rows_in_another_encoding_than_their_file_are_rejected_by_their_ids() {
    let in_utf8 = [format!("{HEADER}{}", rows("A", 3)).into_bytes(), gb(&rows("B", 2)), rows("C", 1).into_bytes()];
    let in_gb = [gb(&format!("{HEADER}{}", rows("D", 3))), rows("E", 2).into_bytes(), gb(&rows("F", 1))];
    let short = [gb(&format!("{HEADER}{}", rows("G", 3))), "H,customer,您好\n".into(), gb(&rows("I", 1))];
    let run = score_files(&[("a.csv", &in_utf8.concat()), ("d.csv", &in_gb.concat()), ("g.csv", &short.concat())]);
    let expected = [
        reject("a.csv", 5, "F020"),
        reject("a.csv", 6, "F020"),
        reject("d.csv", 5, "F020"),
        reject("d.csv", 6, "F020"),
        reject("g.csv", 5, "F020"),
    ];
    assert_eq!(run.rejects(), expected);
    assert_eq!(run.ids(), ["A0", "A1", "A2", "C0", "D0", "D1", "D2", "F0", "G0", "G1", "G2", "I0"]);
    let ids: Vec<String> =
        common::rows(run.folder.path(), "rejects.csv").into_iter().map(|row| row["call_id"].clone()).collect();
    assert_eq!(ids, ["B0", "B1", "E0", "E1", "H"]);
}

#[test]
fn mixed_lines_of_json_and_of_plain_text_are_rejected_too() {
    let lines = [gb(&json_line("A")), gb(&json_line("B")), json_line("C").into_bytes(), gb(&json_line("D"))];
    let text = [gb("通话编号：E\n客服：您好请讲\n客户：我要查余额\n"), "通话编号：F\n客服：您好请讲\n".into()];
    let text = [text.concat(), gb("通话编号：G\n客服：您好请讲\n")].concat();
    let run = score_files(&[("a.jsonl", &lines.concat()), ("e.txt", &text)]);
    let codes: Vec<String> = run.rejects().into_iter().map(|(file, _, code)| file + " " + &code).collect();
    assert_eq!(codes, ["a.jsonl F020", "e.txt F020"]);
    assert!(["A", "B", "D", "G"].iter().all(|id| run.ids().contains(&(*id).to_owned())), "{:?}", run.ids());
}

/// GB18030 that is valid UTF-8 by chance must not be taken for it: what is said every day in a bank is not.
#[test]
fn everyday_words_in_gb18030_are_not_mistaken_for_utf8() {
    let text = fs::read_to_string(project("data/calls/cases.jsonl")).expect("the sample calls");
    let names = "联通\n移动\n嫦娥\n溟濛\n鎮\n您好\n".repeat(2);
    let plain = format!("通话编号：N\n客服：您好，请讲。\n客户：{}", names.replace('\n', "\n客户："));
    let run = score_files(&[("a.jsonl", &gb(&text)), ("n.txt", &gb(&plain))]);
    assert_eq!((run.code, run.rejects()), (0, vec![]));
    assert_eq!(run.accounts().scored, text.lines().count() as u64 + 1);
}

#[test]
fn big5_is_refused_with_a_hint_and_scored_when_declared() {
    let text = format!("{HEADER}A,customer,有個客服讓我把錢轉到安全帳戶，還叫我不要跟家裡人講\n");
    let bytes = encoding_rs::BIG5.encode(&text).0.into_owned();
    let refused = score_files(&[("a.csv", &bytes)]);
    assert_eq!(refused.rejects(), [reject("a.csv", 2, "F021")]);
    assert!(common::rows(refused.folder.path(), "rejects.csv")[0]["mend"].contains("--encoding"));
    let declared = score_files_with(&[("a.csv", &bytes)], &["--encoding", "big5"]);
    let twin = score_files(&[("a.csv", text.as_bytes())]);
    let row = |run: &common::Run| without_source(common::call(run.folder.path(), "A"));
    assert_eq!(row(&declared), row(&twin));
    assert_ne!(row(&twin)["risk_score"], "0");
}

fn without_source(mut row: BTreeMap<String, String>) -> BTreeMap<String, String> {
    row.remove("source");
    row
}

/// Characters that nobody sees, and line ends of every kind, change no score and reach no output.
#[test]
fn invisible_characters_score_as_their_clean_twin() {
    let said = ["有个客服让我把钱转到安全账户", "让我开屏幕共享，别跟家里人说"];
    let json = |id: &str, dirt: &str| {
        let dirty = |text: &str| text.chars().map(|c| format!("{c}{dirt}")).collect::<String>();
        let turn = |text: &&str| format!("{{\"speaker\":\"customer\",\"text\":\"{}\"}}", dirty(text));
        format!("{{\"call_id\":\"{id}\",\"turns\":[{}]}}\n", said.iter().map(turn).collect::<Vec<_>>().join(","))
    };
    let dirt = [
        ("nul", "\\u0000"),
        ("raw-nul", "\u{0}"),
        ("raw-bell", "\u{7}"),
        ("zero-width", "\u{200b}"),
        ("joiner", "\u{200d}"),
        ("mark", "\u{feff}"),
        ("bidi", "\u{202e}"),
        ("isolate", "\u{2066}"),
        ("soft-hyphen", "\u{ad}"),
        ("delete", "\\u007f"),
    ];
    let lines: String = dirt.iter().map(|(id, dirt)| json(id, dirt)).collect();
    let run = score_files(&[("a.jsonl", json("clean", "").as_bytes()), ("b.jsonl", lines.as_bytes())]);
    assert_eq!((run.code, run.accounts().scored), (0, dirt.len() as u64 + 1));
    let row = |id: &str| {
        let mut row = without_source(common::call(run.folder.path(), id));
        row.remove("call_id");
        let warnings = row.remove("input_warnings").expect("warnings");
        // A warning costs confidence, and nothing else.
        row.remove("confidence");
        (row, warnings)
    };
    let (clean, _) = row("clean");
    assert_ne!(clean["risk_score"], "0");
    for (id, _) in dirt {
        let (dirty, warnings) = row(id);
        assert_eq!(dirty, clean, "{id}");
        assert!(warnings.contains("cleaned_text"), "{id}");
    }
    for name in ["calls.csv", "hits.csv", "rejects.csv", "run.json"] {
        let text = fs::read_to_string(run.folder.path().join("run").join(name)).expect("UTF-8");
        let odd = |c: char| {
            (c.is_control() && c != '\n')
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        };
        assert_eq!(text.chars().find(|c| odd(*c)), None, "{name}");
    }
}

#[test]
fn line_ends_of_every_kind_score_as_their_twin() {
    let table = |id: &str| format!("{HEADER}{}", rows(id, 2));
    let twins = [
        ("a.csv", table("A")),
        ("b.csv", table("B").replace('\n', "\r\n")),
        ("c.csv", table("C").replace('\n', "\r")),
        ("d.csv", table("D").trim_end().to_owned()),
        ("e.csv", table("E").replace("客服", "客服\u{2028}")),
        ("f.csv", table("F").replace("客服", "客服\u{85}")),
    ];
    let files: Vec<(&str, &[u8])> = twins.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let run = score_files(&files);
    assert_eq!((run.code, run.accounts().scored), (0, 12));
    let scores = |id: &str| {
        let row = common::call(run.folder.path(), id);
        (row["risk_score"].clone(), row["stages"].clone(), row["distress_score"].clone())
    };
    for id in ["B1", "C1", "D1", "E1", "F1"] {
        assert_eq!(scores(id), scores("A1"), "{id}");
    }
}
