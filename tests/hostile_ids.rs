//! Call ids that come twice, are no ids, or would like to be paths; times and speakers that make no sense.

mod common;

use std::fs;

use common::{json_line, reject, score_files, tinghu};

#[test]
fn of_calls_with_one_id_the_first_in_reading_order_is_scored() {
    let table = "call_id,text\nA,您好请讲\nT,您好请讲\nT2,您好请讲\nT,您好请讲\n";
    let files: [(&str, &[u8]); 3] = [
        ("1.jsonl", &[json_line("A"), json_line("B"), json_line("A")].concat().into_bytes()),
        ("2.jsonl", &[json_line("B"), json_line("C")].concat().into_bytes()),
        ("3.csv", table.as_bytes()),
    ];
    let run = score_files(&files);
    assert_eq!(run.ids(), ["A", "B", "C", "T", "T2"]);
    let expected = [
        reject("1.jsonl", 3, "F050"),
        reject("2.jsonl", 1, "F050"),
        reject("3.csv", 2, "F050"),
        reject("3.csv", 5, "F050"),
    ];
    assert_eq!(run.rejects(), expected);
}

/// Which call is the first does not hang on threads, on the order of arguments or on who finished first.
#[test]
fn which_of_two_calls_is_the_duplicate_is_decided_by_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let paths = ["a.jsonl", "b.jsonl", "c.jsonl"].map(|name| folder.path().join(name).display().to_string());
    for path in &paths {
        let lines: String = (0..60).map(|n| json_line(&format!("{}", n % 20))).collect();
        fs::write(path, lines).expect("written");
    }
    let table = |order: [usize; 3], threads: &str| {
        let out = folder.path().join("run");
        let [first, second, third] = order.map(|at| paths[at].as_str());
        let shown = out.display().to_string();
        let said = tinghu([
            "score",
            first,
            second,
            third,
            "--out",
            &shown,
            "--profile",
            "data",
            "--max-rejects",
            "100%",
            "--force",
            "--threads",
            threads,
            "--quiet",
        ]);
        assert_eq!(said.status.code(), Some(3));
        let accounts = common::assert_accounts(&out, 3);
        assert_eq!((accounts.scored, accounts.rejected), (20, 160));
        fs::read(out.join("rejects.csv")).expect("rejects.csv")
    };
    let one = table([0, 1, 2], "1");
    assert!(table([2, 0, 1], "8") == one && table([1, 2, 0], "2") == one);
}

#[test]
fn an_id_is_a_word_and_never_a_path() {
    let long = "x".repeat(10_240);
    let odd = ["", "  ", "a\\nb", "a\\r", "a\\u0000b", "\\u001b[31m", "a\\u202eb", "\\u200b", &long];
    let fine = ["../../../etc/passwd", "/etc/passwd", "..", "C:\\\\x", "a/b", "=1+1", "录音 7", "' OR 1=1"];
    let lines: String = odd.iter().chain(&fine).map(|id| json_line(id)).collect();
    let files: &[(&str, &[u8])] = &[("night.jsonl", lines.as_bytes())];
    let run = score_files(files);
    let expected: Vec<_> = (1..=odd.len() as u64).map(|line| reject("night.jsonl", line, "F051")).collect();
    assert_eq!(run.rejects(), expected);
    let shown = run.ids();
    assert_eq!(shown[..5], ["../../../etc/passwd", "/etc/passwd", "..", "C:\\x", "a/b"]);
    assert!(common::rows(run.folder.path(), "rejects.csv").iter().all(|row| row["call_id"].is_empty()));
    // Nothing but the files of the run, under their own names.
    let mut names: Vec<_> = walk(run.folder.path());
    names.sort();
    let expected = ["agents.csv", "calls.csv", "conversations.jsonl", "hits.csv", "rejects.csv", "run", "run.json"];
    assert_eq!(names, expected);
}

fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        names.push(path.file_name().expect("a name").to_string_lossy().into_owned());
        if path.is_dir() {
            names.extend(walk(&path));
        }
    }
    names
}

#[test]
fn times_and_speakers_that_make_no_sense_are_noted_and_the_call_is_scored() {
    let call = |id: &str, first: &str, second: &str| {
        format!(
            "{{\"call_id\":\"{id}\",\"turns\":[{{{first}\"text\":\"有个客服让我把钱转到安全账户。\"}},\
             {{{second}\"text\":\"还让我别跟家里人说，我该怎么办呢，我很着急。\"}},\
             {{\"speaker\":\"agent\",\"text\":\"您先别转，这是诈骗。\"}},{{\"speaker\":\"customer\",\"text\":\"好的。\"}}]}}\n"
        )
    };
    let customer = r#""speaker":"customer","#;
    let timed = |times: &str| format!("{customer}{times}");
    let lines = [
        call("backwards", &timed(r#""start_ms":9000,"#), &timed(r#""start_ms":10,"#)),
        call("negative", &timed(r#""start_ms":-5,"#), &timed(r#""start_ms":-1,"#)),
        call("endless", &timed(r#""start_ms":1e999,"#), &timed(r#""end_ms":"soon","#)),
        call("in-part", &timed(r#""start_ms":0,"#), customer),
        call("nobody", r#""speaker":"???","#, ""),
        call("wrong", r#""speaker":[1],"#, r#""speaker":{"a":null},"#),
        call("plain", customer, customer),
    ];
    // A number beyond all bounds is no JSON number: that line is a reject, and says so.
    let run = score_files(&[("night.jsonl", lines.concat().as_bytes())]);
    assert_eq!(run.rejects(), [reject("night.jsonl", 3, "F033")]);
    let row = |id: &str| common::call(run.folder.path(), id);
    assert!(row("plain")["input_warnings"].is_empty(), "{}", row("plain")["input_warnings"]);
    for id in ["backwards", "negative", "in-part"] {
        assert!(row(id)["input_warnings"].contains("odd_times"), "{id}");
        assert_eq!(row(id)["risk_score"], row("plain")["risk_score"], "{id}");
    }
    for id in ["nobody", "wrong"] {
        assert!(row(id)["input_warnings"].contains("unknown_speaker"), "{id}");
        assert_eq!(row(id)["customer_turns"], "1");
    }
}
