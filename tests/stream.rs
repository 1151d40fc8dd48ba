//! Calls in on a pipe, answers out on another: `tinghu score - --out -`.

mod common;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use common::{json_line, project, rows, score, tinghu};
use serde_json::Value;
use tinghu::engine::Engine;
use tinghu::pipeline::{BatchSize, Stream, StreamError, stream as stream_calls};

fn start(more: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_tinghu"))
        .args(["score", "-", "--out", "-"])
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

/// Everything in, everything out.
fn stream(input: &[u8], more: &[&str]) -> (i32, Vec<Value>, Output) {
    let mut child = start(more);
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    // The program answers while it is fed.
    let feeder = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("the program ends");
    feeder.join().expect("no panic").expect("all was read");
    let lines = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let answers = lines.map(|line| serde_json::from_slice(line).expect("JSON")).collect();
    (output.status.code().expect("an exit code"), answers, output)
}

/// All sample calls, two broken lines, a call told twice, a blank line, a long call.
fn mixed() -> Vec<u8> {
    let folder = project("data/calls");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("calls").map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "jsonl"));
    files.sort();
    let mut input: Vec<u8> = files.iter().flat_map(|path| std::fs::read(path).expect("a file")).collect();
    input.extend_from_slice(b"{broken\n\n");
    input.extend_from_slice("{\"call_id\":\"=1+1\",\"team\":\"a,\\\"b\\\"\",\"turns\":[{\"text\":\"卡号6222020000000000008，验证码九九八八七七\"}]}\r\n".as_bytes());
    input.extend_from_slice(json_line("twice").as_bytes());
    input.extend_from_slice(b"[1,2]\n{\n");
    input.extend_from_slice(json_line("twice").as_bytes());
    let turn = "{\"speaker\":\"customer\",\"text\":\"他让我把钱转到安全账户。\"},";
    let turns = turn.repeat(3_000);
    input.extend_from_slice(format!("{{\"call_id\":\"long\",\"turns\":[{}]}}", turns.trim_end_matches(',')).as_bytes());
    input
}

/// A value as it stands in a cell of the data profile.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn object(value: &Value) -> BTreeMap<String, String> {
    value.as_object().expect("an object").iter().map(|(key, value)| (key.clone(), cell(value))).collect()
}

/// The answers as the rows of the three tables.
fn tables(answers: &[Value]) -> [Vec<BTreeMap<String, String>>; 3] {
    let calls = answers.iter().filter(|answer| answer.get("call").is_some());
    let hits = calls.clone().flat_map(|answer| answer["hits"].as_array().expect("a list"));
    let rejects = answers.iter().filter_map(|answer| answer.get("reject"));
    [calls.map(|answer| object(&answer["call"])).collect(), hits.map(object).collect(), rejects.map(object).collect()]
}

#[test]
fn the_values_are_those_of_the_tables() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mixed.jsonl");
    std::fs::write(&path, mixed()).expect("written");
    for more in [&[][..], &["--no-quotes"]] {
        let (code, run) = score(&path, &[&["--max-rejects", "100%"], more].concat());
        let mut expected = ["calls.csv", "hits.csv", "rejects.csv"].map(|name| rows(run.path(), name));
        for row in expected.iter_mut().flatten() {
            if let Some(source) = row.get_mut("source") {
                *source = "stdin".to_owned();
            }
        }
        for threads in ["1", "3"] {
            let (streamed, answers, output) = stream(&mixed(), &[&["--threads", threads], more].concat());
            assert_eq!((streamed, code), (3, 3));
            let [calls, hits, rejects] = tables(&answers);
            assert!(calls.len() > 35 && hits.len() > 1_000 && rejects.len() == 4);
            assert!(calls == expected[0] && hits == expected[1], "{more:?} {threads}");
            assert_eq!(rejects, expected[2]);
            // In the order of the lines: the call told twice is rejected where it stands.
            let last: Vec<bool> = answers.iter().rev().take(7).map(|answer| answer.get("call").is_some()).collect();
            assert_eq!(last, [true, false, false, false, true, true, false]);
            let said = String::from_utf8(output.stderr).expect("UTF-8");
            assert!(said.contains("已评分 40 通，拒收 4，"), "{said}");
        }
    }
}

#[test]
fn numbers_and_truth_have_their_types() {
    let (code, answers, _) = stream(json_line("A1").as_bytes(), &["--quiet"]);
    assert_eq!((code, answers.len()), (0, 1));
    let call = &answers[0]["call"];
    assert!(call["risk_score"].is_u64() && call["turns"] == 2 && call["self_harm"] == false);
    assert!(call["call_id"] == "A1" && call["duration_s"].is_null() && call["stages"].is_string());
    let hit = &answers[0]["hits"][0];
    assert!(hit["points"].is_i64() && hit["quote"].is_string() && hit["start_ms"].is_null());
    let columns: Vec<&str> = tinghu::write::CALL_COLUMNS.iter().map(|(name, _)| *name).collect();
    assert_eq!(call.as_object().expect("an object").len(), columns.len());
}

#[test]
fn numbers_are_masked_and_quotes_can_be_left_out() {
    let (_, _, output) = stream(&mixed(), &[]);
    let all = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(all.contains("安全账户") && !all.contains("6222020000000000008") && !all.contains("九九八八七七"));
    let (_, answers, _) = stream(&mixed(), &["--no-quotes"]);
    let [_, hits, _] = tables(&answers);
    assert!(hits.iter().all(|hit| hit["quote"].is_empty() && hit["matched"].is_empty() && hit["term"].is_empty()));
}

/// A child whose answers arrive one by one.
struct Partner {
    child: Child,
    stdin: Option<ChildStdin>,
    answers: Receiver<String>,
}

impl Partner {
    fn new(more: &[&str]) -> Partner {
        let mut child = start(more);
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, answers) = channel();
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Partner { child, stdin, answers }
    }

    fn tell(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("open");
        stdin.write_all(bytes).and_then(|()| stdin.flush()).expect("listens");
    }

    fn answer(&self) -> Value {
        let line = self.answers.recv_timeout(Duration::from_secs(60)).expect("an answer while the pipe stays open");
        serde_json::from_str(&line).expect("JSON")
    }
}

#[test]
fn who_waits_for_an_answer_gets_it() {
    for threads in ["1", "3"] {
        let mut partner = Partner::new(&["--threads", threads]);
        // Shorter than any mark of an encoding, and what would begin a spread object or a list in a file.
        for line in ["1\n", "{\n", "[\n", "\u{feff}1\n"] {
            partner.tell(line.as_bytes());
            assert!(partner.answer()["reject"]["code"].is_string(), "{line:?}");
        }
        for round in 0..3 {
            let id = |call| format!("R{round}-{call}");
            let batch: String = (0..5).map(|call| json_line(&id(call))).collect();
            partner.tell(batch.as_bytes());
            for call in 0..5 {
                assert_eq!(partner.answer()["call"]["call_id"], id(call));
            }
        }
        // The end of a line may come late.
        let line = json_line("late");
        partner.tell(&line.as_bytes()[..40]);
        assert!(partner.answers.recv_timeout(Duration::from_millis(100)).is_err());
        partner.tell(&line.as_bytes()[40..]);
        assert_eq!(partner.answer()["call"]["call_id"], "late");
        drop(partner.stdin.take());
        assert_eq!(partner.child.wait().expect("ends").code(), Some(3));
        assert!(partner.answers.recv().is_err(), "nothing else is on standard output");
    }
}

#[test]
fn a_call_told_twice_is_rejected_unless_it_may_be() {
    let twice = [json_line("A1"), json_line("A2"), json_line("A1")].concat();
    let (code, answers, _) = stream(twice.as_bytes(), &[]);
    assert_eq!((code, answers.len()), (3, 3));
    let reject = &answers[2]["reject"];
    assert!(
        reject["code"] == "F050" && reject["call_id"] == "A1" && reject["line"] == 3 && reject["source"] == "stdin"
    );
    let (code, answers, _) = stream(twice.as_bytes(), &["--allow-repeats"]);
    assert_eq!((code, &answers[0]), (0, &answers[2]));
}

#[test]
fn an_input_that_is_empty_is_no_fault() {
    let (code, answers, _) = stream(b"", &[]);
    assert_eq!((code, answers.len()), (0, 0));
}

#[test]
fn the_level_is_told_by_the_exit_code() {
    let input = std::fs::read(project("data/calls/cases.jsonl")).expect("the sample calls");
    assert_eq!(stream(&input, &["--fail-on", "high"]).0, 10);
}

#[test]
fn what_is_for_a_folder_is_refused() {
    let unfit: [&[&str]; 9] = [
        &["--force"],
        &["--resume"],
        &["--strict"],
        &["--max-rejects", "5%"],
        &["--no-workbook"],
        &["--no-report"],
        &["--parquet"],
        &["--profile", "excel"],
        &["data/calls"],
    ];
    for more in unfit {
        let output = tinghu(["score", "-", "--out", "-"].iter().chain(more));
        assert_eq!(output.status.code(), Some(2), "{more:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty());
    }
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("run").display().to_string();
    let output = tinghu(["score", "data/calls", "--allow-repeats", "--out", &out]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn one_who_has_read_enough_is_no_fault() {
    let mut child = start(&["--allow-repeats", "--threads", "2"]);
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut stdout = child.stdout.take().expect("a pipe");
    stdin.write_all(json_line("A1").as_bytes()).expect("listens");
    stdout.read_exact(&mut [0; 8]).expect("an answer");
    drop(stdout);
    // It may have ended before it is told so much.
    let line = json_line("A2");
    while stdin.write_all(line.as_bytes()).is_ok() {}
    let output = child.wait_with_output().expect("ends");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn one_who_has_read_enough_need_not_close_the_other_pipe() {
    let mut child = start(&[]);
    let mut stdin = child.stdin.take().expect("a pipe");
    drop(child.stdout.take());
    stdin.write_all(json_line("A1").as_bytes()).expect("listens");
    // The pipe stays open: nothing more comes, and nothing tells so.
    let status = child.wait().expect("ends");
    drop(stdin);
    assert_eq!(status.code(), Some(0));
}

#[test]
fn spark_knows_the_columns() {
    use tinghu::write::{CALL_COLUMNS, HIT_COLUMNS, Kind, REJECT_COLUMNS};
    let page = std::fs::read_to_string(project("integrations/spark/tinghu_spark.py")).expect("the integration");
    for (name, columns) in [("CALLS", CALL_COLUMNS), ("HITS", HIT_COLUMNS), ("REJECTS", REJECT_COLUMNS)] {
        let listed = page
            .split_once(&format!("\n{name} = \"\"\""))
            .and_then(|(_, rest)| rest.split_once("\"\"\""))
            .expect(name)
            .0;
        let listed: Vec<String> =
            listed.split(',').map(|column| column.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        let kind = |name| match Kind::of(name) {
            Kind::Text | Kind::Id => "string",
            Kind::Whole => "bigint",
            Kind::Truth => "boolean",
        };
        let expected: Vec<String> = columns.iter().map(|(name, _)| format!("{name} {}", kind(name))).collect();
        assert_eq!(listed, expected, "{name}");
    }
}

/// A fault of the program in one call.
fn falls_at_bad(engine: &Engine, call: &tinghu::call::Call) -> tinghu::score::Scored {
    assert!(call.id != "bad", "a fault");
    tinghu::score::score_call(engine, call)
}

fn settings() -> Stream {
    Stream {
        reading: tinghu::read::Options::default(),
        speakers: tinghu::read::SpeakerTable::default(),
        quotes: true,
        repeats: false,
        threads: 2,
        batch: BatchSize::default(),
        scorer: falls_at_bad,
    }
}

#[test]
fn a_fault_of_the_program_costs_one_call() {
    let engine = Engine::builtin().expect("the built-in lexicon is sound");
    let input = ["A1", "bad", "A2"].map(json_line).concat().into_bytes();
    let mut output = Vec::new();
    let counts = stream_calls(&engine, &settings(), "made", std::io::Cursor::new(input), &mut output).expect("answers");
    assert_eq!((counts.read, counts.scored, counts.rejected), (3, 2, 1));
    let lines: Vec<Value> =
        output.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    assert_eq!((&lines[0]["call"]["call_id"], &lines[2]["call"]["call_id"]), (&"A1".into(), &"A2".into()));
    assert_eq!((&lines[1]["reject"]["code"], &lines[1]["reject"]["call_id"]), (&"F900".into(), &"bad".into()));
    assert_eq!(lines[1]["reject"]["source"], "made");
}

/// Takes one write and no more.
struct Full(bool);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if std::mem::replace(&mut self.0, true) {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_output_that_is_full_ends_the_stream() {
    let engine = Engine::builtin().expect("the built-in lexicon is sound");
    let input: String = (0..500).map(|call| json_line(&format!("A{call}"))).collect();
    let input = std::io::Cursor::new(input.into_bytes());
    let ended = stream_calls(&engine, &settings(), "made", input, &mut Full(false));
    assert!(matches!(ended, Err(StreamError::Output(error)) if error.kind() == std::io::ErrorKind::StorageFull));
}
