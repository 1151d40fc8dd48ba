//! Files of the wrong shape, as the nightly job meets them: every fault has its code and its line, costs
//! what it must, and the calls around it are scored.

mod common;

use common::{json_line, reject, score_files, tinghu};

#[test]
fn nothing_to_read_is_a_run_with_headers_and_a_warning() {
    let files: &[(&str, &[u8])] = &[
        ("a.jsonl", b""),
        ("b.csv", b"call_id,text\n"),
        ("c.json", b"[]"),
        ("d.txt", b"\n\n"),
        ("e.tsv", b"\xef\xbb\xbf"),
        ("f.json", b" \r\n"),
    ];
    let run = score_files(files);
    assert_eq!((run.code, run.accounts()), (0, common::Accounts::default()));
    assert_eq!(run.manifest()["inputs"].as_array().map(Vec::len), Some(files.len()));
    let calls = std::fs::read_to_string(run.folder.path().join("run/calls.csv")).expect("calls.csv");
    assert!(calls.starts_with("call_id,started_at,") && calls.lines().count() == 1);

    let folder = tempfile::tempdir().expect("a folder");
    let (empty, out) = (folder.path().join("a.jsonl"), folder.path().join("run"));
    std::fs::write(&empty, b"").expect("written");
    let said = tinghu(["score".as_ref(), empty.as_os_str(), "--out".as_ref(), out.as_os_str(), "--quiet".as_ref()]);
    assert_eq!(said.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&said.stderr).contains("输入里没有一通电话"));
}

#[test]
fn a_header_that_lacks_or_repeats_a_column_costs_its_file_and_no_other() {
    let run = score_files(&[
        ("a.csv", b"cal_id,text\nA1,hello there\nA2,hello there\n"),
        ("b.csv", b"call_id,text,text\nB1,hello there,x\n"),
        ("c.csv", b"call_id,text,mood\nC1,hello there,sunny\n"),
        ("d.csv", b"A1,agent,hello there\nA2,agent,hello there\n"),
    ]);
    assert_eq!(run.rejects(), [reject("a.csv", 1, "F016"), reject("b.csv", 1, "F017"), reject("d.csv", 1, "F016")]);
    assert_eq!((run.code, run.ids()), (3, vec!["C1".to_owned()]));
    let reasons = common::rows(run.folder.path(), "rejects.csv");
    assert!(reasons[0]["reason"].contains("call_id（“cal_id”是否写错？）"), "{}", reasons[0]["reason"]);
    assert!(!reasons[2]["reason"].contains("hello"), "a first line of speech is not repeated");
}

#[test]
fn ragged_rows_and_open_quotes_keep_their_neighbours() {
    let ragged = "call_id,speaker,text\nA1,agent,您好\nA2,agent\nA3,客户,一,二\nA4,客户,好的\n";
    let quotes = "call_id,speaker,text\nB1,agent,您好\nB2,agent,\"没有结束\nB3,客户,好的\nB4,客户,好的\n";
    let later = "call_id,text\nC1,您好\nC2,\"没有结束\nC3,好的\nC4,\"好的\"\n";
    let whole = "call_id,text\nD1,\"两行\n的一句\"\nD2,\"他说\"\"好\"\"\"\n";
    let run = score_files(&[
        ("a.csv", ragged.as_bytes()),
        ("b.csv", quotes.as_bytes()),
        ("c.csv", later.as_bytes()),
        ("d.csv", whole.as_bytes()),
    ]);
    let expected = [
        reject("a.csv", 3, "F010"),
        reject("a.csv", 4, "F011"),
        reject("b.csv", 3, "F012"),
        reject("c.csv", 3, "F012"),
    ];
    assert_eq!(run.rejects(), expected);
    assert_eq!(run.ids(), ["A1", "A4", "B1", "C1", "D1", "D2"]);
}

#[test]
fn a_quote_at_any_place_of_a_table_swallows_no_call_in_silence() {
    let table = "call_id,speaker,text\n".to_owned()
        + &(0..12).map(|n| format!("Q{n},agent,您好\nQ{n},客户,好的\n")).collect::<String>();
    let starts: Vec<usize> =
        table.match_indices([',', '\n']).map(|(at, _)| at + 1).filter(|at| *at > 21 && *at < table.len()).collect();
    let files: Vec<(String, String)> = starts
        .iter()
        .map(|&at| {
            let name = format!("{at:03}");
            let table = format!("{}\"{}", &table[..at], &table[at..]).replace('Q', &format!("{name}-"));
            (name + ".csv", table)
        })
        .collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let run = score_files(&files);
    let rejects = run.rejects();
    assert_eq!(rejects.len(), files.len(), "every file tells its fault, once");
    for ((file, line, code), at) in rejects.iter().zip(&starts) {
        let opened = table[..*at].matches('\n').count() as u64 + 1;
        assert_eq!((code.as_str(), *line), ("F012", opened), "{file}");
        let before = run.ids().iter().filter(|id| file.starts_with(&id[..3])).count() as u64;
        // A quote that swallows the id itself may stand in one more row of the call above.
        let hides_id = table.as_bytes()[at - 1] == b'\n' && opened > 2 && opened.is_multiple_of(2);
        assert_eq!(before + u64::from(hides_id), (opened - 2) / 2, "{file}: the calls before it are scored");
    }
}

#[test]
fn broken_json_of_every_kind_has_its_code() {
    let turns = r#""turns":[{"speaker":"agent","text":"您好，请讲。"}]"#;
    let deep = |open: &str, close: &str, depth: usize| format!("{}0{}", open.repeat(depth), close.repeat(depth));
    let lists = deep("[", "]", 10_000);
    let objects = deep("{\"a\":", "}", 10_000);
    let cases = [
        (format!("{{\"call_id\":\"A01\",\"call_id\":\"A01\",{turns}}}"), "F031"),
        (format!("{{\"call_id\":\"A02\",{turns},{turns}}}"), "F031"),
        (r#"{"call_id":"A03","turns":[{"text":"a","text":"b"}]}"#.to_owned(), "F031"),
        (r#"{"call_id":"A04","sentence_info":[{"text":"您好"}],"sentence_info":[{"text":"好"}]}"#.to_owned(), "F031"),
        (r#"{"call_id":"A05","segments":[{"text":"您好","text":"好"}]}"#.to_owned(), "F031"),
        (format!("{{\"call_id\":true,{turns}}}"), "F032"),
        (format!("{{\"call_id\":[\"A\"],{turns}}}"), "F032"),
        (r#"{"call_id":"A08","turns":{"text":"a"}}"#.to_owned(), "F032"),
        (r#"{"call_id":"A09","turns":[{"text":7}]}"#.to_owned(), "F032"),
        (r#"{"call_id":"A10","turns":[null]}"#.to_owned(), "F032"),
        (r#"{"call_id":"A11"}"#.to_owned(), "F032"),
        ("7".to_owned(), "F032"),
        (format!("{{\"call_id\":NaN,{turns}}}"), "F030"),
        (format!("{{\"call_id\":1e999,{turns}}}"), "F033"),
        (format!("{{\"call_id\":{},{turns}}}", "9".repeat(400)), "F033"),
        (format!("{{\"call_id\":1.5,{turns}}}"), "F033"),
        (format!("{{\"call_id\":\"A17\",{turns}}} x"), "F034"),
        (format!("{{\"call_id\":\"A18\",{turns}}}{{\"call_id\":\"A19\",{turns}}}"), "F034"),
        (lists.clone(), "F032"),
        (objects.clone(), "F035"),
        (format!("{{\"call_id\":\"A20\",\"turns\":{lists}}}"), "F032"),
        (format!("{{\"call_id\":\"A21\",\"x\":{objects}}}"), "F035"),
        ("[".repeat(1_000_000), "F036"),
        ("{\"a\":".repeat(200_000), "F036"),
        (r#"{"call_id":"A24","turns":[{"text":"\ud800"}]}"#.to_owned(), "F030"),
        (r#"{"call_id":"A25","turns":[{"text":"您好"#.to_owned(), "F036"),
        (r#"{"call_id":"A26","turns":[{"text":"您好"},]}"#.to_owned(), "F030"),
        (r#"{"call_id":"A27","turns":[{"speaker":"agent","text":" "}]}"#.to_owned(), "F052"),
    ];
    // A good call after each: a broken line costs itself only.
    let lines: String = cases
        .iter()
        .enumerate()
        .map(|(at, (json, _))| format!("{json}\n{}", json_line(&format!("G{at:02}"))))
        .collect();
    let run = score_files(&[("night.jsonl", lines.as_bytes())]);
    let expected: Vec<_> =
        cases.iter().zip(0..).map(|((_, code), at)| reject("night.jsonl", 2 * at + 1, code)).collect();
    assert_eq!(run.rejects(), expected);
    assert_eq!(run.ids().len(), cases.len());
    assert_eq!(run.accounts().read, 2 * cases.len() as u64);
}

#[test]
fn fields_that_nobody_needs_may_be_deep_odd_or_repeated() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let turns = r#""turns":[{"speaker":"agent","start_ms":1e300,"text":"您好，请讲。"}]"#;
    let lines = [
        format!("{{\"call_id\":\"A1\",\"x\":{deep},{turns}}}\n"),
        format!("{{\"call_id\":\"A2\",\"x\":1,\"x\":2,{turns}}}\n"),
        format!("{{\"call_id\":170141183460469231731687303715884105728,\"call_id2\":1,{turns}}}\n"),
        format!("{{\"call_id\":18446744073709551615,{turns}}}\n"),
    ];
    let run = score_files(&[("night.jsonl", lines.concat().as_bytes())]);
    assert_eq!(run.ids(), ["A1", "A2", "18446744073709551615"]);
    assert_eq!(run.rejects(), [reject("night.jsonl", 3, "F033")]);
}

#[test]
fn arrays_end_where_they_break() {
    let (a, b) = (json_line("A"), json_line("B"));
    let run = score_files(&[
        ("1.json", format!("[{a},{b}] x").as_bytes()),
        ("2.json", format!("[{},{}", json_line("C"), json_line("D")).as_bytes()),
        ("3.json", format!("[{},7,\"x\",{}]", json_line("E"), json_line("F")).as_bytes()),
        ("4.json", format!("[{},{{\"call_id\":\"H\"", json_line("G")).as_bytes()),
    ]);
    let codes: Vec<String> = run.rejects().into_iter().map(|(file, _, code)| file + " " + &code).collect();
    assert_eq!(codes, ["1.json F034", "2.json F036", "3.json F032", "3.json F032", "4.json F036"]);
    assert_eq!(run.ids(), ["A", "B", "C", "D", "E", "F", "G"]);
}
