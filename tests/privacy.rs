//! No number of a person leaves the program, in whatever spelling it comes in, and `--no-quotes` writes no word.
//!
//! A night of calls in many formats carries planted numbers; every file and every word on the terminal is searched
//! for them, as they were spelt and with everything between their digits removed.

mod common;
mod planted;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use common::{rows, tinghu};
use planted::{Night, Planted, planted};

/// Everything that a run left and said.
struct Heard {
    texts: Vec<(String, String)>,
}

impl Heard {
    fn new() -> Self {
        Heard { texts: Vec::new() }
    }

    fn said(&mut self, what: &str, output: &Output) {
        self.texts.push((format!("{what}, stdout"), String::from_utf8_lossy(&output.stdout).into_owned()));
        self.texts.push((format!("{what}, stderr"), String::from_utf8_lossy(&output.stderr).into_owned()));
    }

    fn wrote(&mut self, what: &str, folder: &Path) {
        for entry in fs::read_dir(folder).expect("the results") {
            let path = entry.expect("a file").path();
            if path.extension().is_some_and(|end| end == "xlsx") {
                let parts = common::workbook_parts(&path).into_iter();
                self.texts.extend(parts.map(|(part, text)| (format!("{what}, {}, {part}", path.display()), text)));
                continue;
            }
            let text = fs::read(&path).expect("readable");
            let text = String::from_utf8_lossy(&text);
            let text = if path.ends_with("report.html") { words_of(&text) } else { text.into_owned() };
            self.texts.push((format!("{what}, {}", path.display()), text));
        }
    }

    /// Fails with the names (not the numbers) of what is found where.
    fn assert_holds_none_of(&self, numbers: &[Planted]) {
        let mut found = Vec::new();
        for (place, text) in &self.texts {
            found.extend(planted::found_in(text, numbers).iter().map(|number| format!("{place}: {}", number.spelt)));
        }
        assert!(found.is_empty(), "{} leaks:\n{}", found.len(), found.join("\n"));
    }
}

/// The page with every text of its data on a line of its own: spans, turns and points in a row are nobody's number.
fn words_of(page: &str) -> String {
    fn collect(value: &serde_json::Value, into: &mut String) {
        match value {
            serde_json::Value::String(text) => {
                into.push_str(text);
                into.push('\n');
            }
            serde_json::Value::Array(values) => values.iter().for_each(|value| collect(value, into)),
            serde_json::Value::Object(fields) => fields.values().for_each(|value| collect(value, into)),
            _ => {}
        }
    }
    let (before, rest) = page.split_once("type=\"application/json\">").expect("the data of the page");
    let (data, after) = rest.split_once("</script>").expect("its end");
    let mut words = format!("{before}\n{after}\n");
    collect(&serde_json::from_str(data).expect("JSON"), &mut words);
    words
}

fn arguments(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Scores the whole night into `out` and listens.
fn score(heard: &mut Heard, night: &Night, out: &Path, more: &[&str]) -> i32 {
    let mut words = arguments(&["score", &shown(&night.folder()), "--out", &shown(out), "--max-rejects", "100%"]);
    words.extend(arguments(more));
    let output = tinghu(&words);
    heard.said(&format!("score {more:?}"), &output);
    output.status.code().expect("an exit code")
}

#[test]
fn the_search_finds_every_planted_number_where_nothing_is_masked() {
    let numbers = planted();
    let spellings: BTreeSet<&str> = numbers.iter().map(|number| number.spelt.as_str()).collect();
    assert!(spellings.len() >= 60, "{}", spellings.len());
    let night = Night::with(&numbers);
    let text = night.plain_text();
    let found = planted::found_in(&text, &numbers);
    let missed: Vec<_> = numbers.iter().filter(|number| !found.contains(number)).map(|number| &number.spelt).collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn no_planted_number_is_in_any_file_or_on_the_terminal() {
    let numbers = planted();
    let night = Night::with(&numbers);
    let folder = tempfile::tempdir().expect("folder");
    let mut heard = Heard::new();
    for profile in ["excel", "data"] {
        let out = folder.path().join(profile).join("run");
        assert_eq!(score(&mut heard, &night, &out, &["--profile", profile]), 3, "some calls are rejects");
        heard.wrote(profile, &out);
    }
    let data = folder.path().join("data");
    let quoted: BTreeSet<String> = rows(&data, "hits.csv")
        .into_iter()
        .filter(|hit| hit["quote"].contains('*'))
        .map(|hit| hit["call_id"].clone())
        .collect();
    assert!(quoted.len() >= numbers.len(), "{} of {} calls quote their number", quoted.len(), numbers.len());
    assert!(rows(&data, "rejects.csv").len() >= 6);

    let all = shown(&night.folder());
    let output = tinghu(["explain", &all, "--call", planted::ALL, "--all"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).matches('*').count() > 500);
    heard.said("explain", &output);

    let run = shown(&data.join("run"));
    let output = tinghu(["evaluate", &run, "--labels", &shown(&night.labels()), "--all"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    heard.said("evaluate", &output);
    heard.assert_holds_none_of(&numbers);
}

#[test]
fn no_planted_number_is_in_what_lexicons_are_tried_on() {
    let numbers = planted();
    let night = Night::with(&numbers);
    let folder = tempfile::tempdir().expect("folder");
    let mut heard = Heard::new();
    let data = folder.path().join("data");
    score(&mut heard, &night, &data.join("run"), &["--profile", "data"]);
    // A term that matches the numbers themselves, and labels that confirm every other call.
    let lexicons = folder.path().join("lexicons");
    fs::create_dir(&lexicons).expect("made");
    for file in tinghu::lexicon::builtin_files() {
        fs::write(lexicons.join(file.name), file.bytes).expect("written");
    }
    let row =
        "编号,词条,词表,诈骗类型,环节/类别,权重,说话人,应命中\nZZ-1,(号|码|是|话)…8{数字},scam,*,P,10,任意,号12\n";
    fs::write(lexicons.join("own.csv"), row).expect("written");
    let label = |(index, row): (usize, std::collections::BTreeMap<String, String>)| {
        let risk = if index % 2 == 0 { "high" } else { "low" };
        let expected = serde_json::json!({
            "risk": risk, "scam_type": "none", "phase": "none", "distress": "none", "self_harm": false,
            "empathy": "not_due", "agent_warned": false, "taboo": false,
        });
        format!("{}\n", serde_json::json!({ "call_id": row["call_id"], "expected": expected }))
    };
    let labels: String = rows(&data, "calls.csv").into_iter().enumerate().map(label).collect();
    fs::write(folder.path().join("labels.jsonl"), labels).expect("written");
    let out = folder.path().join("written");
    fs::create_dir(&out).expect("made");
    let (all, new, labels) = (shown(&night.folder()), shown(&lexicons), shown(&folder.path().join("labels.jsonl")));
    let (changes, rows) = (shown(&out.join("changes.csv")), shown(&out.join("rows.csv")));
    let tables = night.table_named("calls.csv");
    for (code, words) in [
        (0, vec!["lexicon", "diff", "builtin", &new, &all, "--all", "--out", &changes]),
        (0, vec!["lexicon", "diff", "builtin", &new, &all, "--all", "--format", "json"]),
        (
            0,
            vec![
                "lexicon",
                "suggest",
                &all,
                "--labels",
                &labels,
                "--min-calls",
                "2",
                "--min-z=-9",
                "--all",
                "--out",
                &rows,
            ],
        ),
        (
            0,
            vec!["lexicon", "suggest", &all, "--labels", &labels, "--min-calls", "2", "--min-z=-9", "--format", "json"],
        ),
        (2, vec!["lexicon", "fmt", &shown(&tables)]),
        (2, vec!["lexicon", "fmt", &shown(&tables), "--check", "--format", "json"]),
    ] {
        let output = tinghu(&words);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        heard.said(&words.join(" "), &output);
    }
    let masked = fs::read_to_string(&changes).expect("written").matches('*').count();
    assert!(masked > 100, "the term matches numbers: {masked}");
    heard.wrote("lexicons", &out);
    heard.assert_holds_none_of(&numbers);
}

#[test]
fn no_planted_number_is_in_what_a_failing_run_says() {
    let numbers = planted();
    let night = Night::with(&numbers);
    let folder = tempfile::tempdir().expect("folder");
    let out = folder.path().join("run");
    let (all, out_name, calls) = (shown(&night.folder()), shown(&out), shown(&night.transcript()));
    let table = night.table_named("calls.csv");
    let tables = shown(&table);
    let toml = folder.path().join("speech.toml");
    fs::write(&toml, format!("speakers = \"卡号{}\"\n", numbers[0].spelt)).expect("written");
    let text = shown(&night.plain_transcript());
    let mut heard = Heard::new();
    for (code, words) in [
        (4, vec!["score", &all, "--out", &out_name, "--strict"]),
        (2, vec!["score", &all, "--out", &out_name, "--config", &calls]),
        (2, vec!["score", &all, "--out", &out_name, "--config", &text]),
        (2, vec!["score", &all, "--out", &out_name, "--config", &shown(&toml)]),
        (2, vec!["score", &all, "--out", &out_name, "--lexicons", &tables]),
        (2, vec!["score", &all, "--out", &calls]),
        (2, vec!["explain", &all, "--call", "nobody"]),
        (1, vec!["lexicon", "fit", &calls, "--out", &out_name]),
        (1, vec!["evaluate", &tables, "--labels", &calls]),
        (1, vec!["evaluate", &tables, "--labels", &shown(&night.labels())]),
        (1, vec!["evaluate", &shown(&night.run_of_speech()), "--labels", &shown(&night.labels())]),
    ] {
        let output = tinghu(&words);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!output.stderr.is_empty() || !output.stdout.is_empty());
        heard.said(&words.join(" "), &output);
    }
    heard.assert_holds_none_of(&numbers);
}

#[test]
fn without_quotes_no_word_of_a_transcript_is_written() {
    let numbers = planted();
    let night = Night::with(&numbers);
    let folder = tempfile::tempdir().expect("folder");
    for profile in ["excel", "data"] {
        let mut heard = Heard::new();
        let out = folder.path().join(profile).join("run");
        assert_eq!(score(&mut heard, &night, &out, &["--profile", profile, "--no-quotes"]), 3);
        heard.wrote(profile, &out);
        heard.assert_holds_none_of(&numbers);
        for (place, text) in &heard.texts {
            for word in planted::RARE {
                assert!(!text.contains(word), "{word} is in {place}");
            }
            // Quotes stand in these; what rejects.csv says to do and the workbook explains has some of its own.
            let quoted: Vec<&str> = text.lines().filter(|line| line.contains('“')).collect();
            let own = place.ends_with("rejects.csv") || place.contains(".xlsx");
            assert!(quoted.is_empty() || own, "{place}: {quoted:?}");
        }
    }
    let hits = rows(&folder.path().join("data"), "hits.csv");
    assert!(hits.len() > 200);
    for column in ["quote", "matched", "term"] {
        assert!(hits.iter().all(|hit| hit[column].is_empty()), "{column}");
    }
    // The same night with quotes holds the words: they are looked for in the right place.
    let quoted = folder.path().join("quoted").join("run");
    score(&mut Heard::new(), &night, &quoted, &["--profile", "data"]);
    let text = fs::read_to_string(quoted.join("hits.csv")).expect("hits.csv");
    assert!(planted::RARE.iter().all(|word| text.contains(word)));
}

#[test]
fn staff_numbers_teams_and_times_stay_as_long_as_they_are_keys() {
    let folder = tempfile::tempdir().expect("folder");
    let input = folder.path().join("night.jsonl");
    let talk = r#""turns":[{"speaker":"agent","text":"您好"},{"speaker":"customer","text":"我问一下余额"}]"#;
    fs::write(
        &input,
        format!(
            "{{\"call_id\":\"A\",\"agent_id\":\"00012345\",\"team\":\"信用卡2组\",\"started_at\":\"2026-11-22T21:03:11+08:00\",{talk}}}\n\
             {{\"call_id\":\"B\",\"agent_id\":\"138-0000-0000\",\"team\":\"转 138 0000 0000\",\"started_at\":\"13800000000\",{talk}}}\n"
        ),
    )
    .expect("written");
    let (_, run) = common::score(&input, &[]);
    let cells = |id: &str| {
        let row = common::call(run.path(), id);
        [row["agent_id"].clone(), row["team"].clone(), row["started_at"].clone()]
    };
    assert_eq!(cells("A"), ["00012345", "信用卡2组", "2026-11-22T21:03:11+08:00"]);
    assert_eq!(cells("B"), ["***-****-****", "转 *** **** ****", "***********"]);
}

/// With cells missing or to spare, the cell in the id's place may be a piece of speech.
#[test]
fn a_torn_row_does_not_give_speech_for_the_id() {
    let folder = tempfile::tempdir().expect("folder");
    let input = folder.path().join("night.csv");
    let rows_of = "说话人,内容,通话编号\n客户,我问一下余额,A\n客服,好的您稍等,A\n客户,卡号是,6222020000000000008,B\n客户,谢谢啊,A\n";
    fs::write(&input, rows_of).expect("written");
    let (code, run) = common::score(&input, &["--max-rejects", "100%"]);
    assert_eq!(code, 3);
    let rejects = rows(run.path(), "rejects.csv");
    assert_eq!(rejects.len(), 1);
    assert_eq!((rejects[0]["code"].as_str(), rejects[0]["call_id"].as_str()), ("F011", "A"));
    assert!(!fs::read_to_string(run.path().join("run/rejects.csv")).expect("rejects.csv").contains("6222"));
}

#[cfg(unix)]
#[test]
fn results_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    let folder = tempfile::tempdir().expect("folder");
    let input = shown(&common::project("data/calls/cases.jsonl"));
    let nested = folder.path().join("a/b");
    let own = folder.path().join("own");
    fs::create_dir(&own).expect("made");
    fs::set_permissions(&own, fs::Permissions::from_mode(0o750)).expect("set");
    fs::write(own.join("calls.csv"), "of a former run").expect("written");
    fs::set_permissions(own.join("calls.csv"), fs::Permissions::from_mode(0o644)).expect("set");
    for out in [&nested, &own] {
        let output = tinghu(["score", &input, "--out", &shown(out), "--force", "--quiet"]);
        assert_eq!(output.status.code(), Some(0));
        let names: Vec<PathBuf> = fs::read_dir(out).expect("results").map(|entry| entry.expect("one").path()).collect();
        assert_eq!(names.len(), 8);
        for name in names {
            assert_eq!(mode(&name), 0o600, "{}", name.display());
        }
    }
    assert_eq!([mode(&nested), mode(&folder.path().join("a"))], [0o700, 0o700]);
    assert_eq!(mode(&own), 0o750, "a folder that was there keeps its rights");
}

#[cfg(unix)]
#[test]
fn nothing_that_a_terminal_obeys_is_shown() {
    let folder = tempfile::tempdir().expect("folder");
    let evil = "\u{1b}]0;x\u{7}\u{1b}[31m\u{9b}2J\r\u{202e}\n伪";
    let good = |id: &str| {
        let talk = serde_json::json!([{"speaker": "agent", "text": format!("您好{evil}")}, {"speaker": "customer", "text": "我的卡被冻结了"}]);
        serde_json::json!({"call_id": id, "agent_id": evil, "team": format!("{evil}组"), "turns": talk}).to_string()
            + "\n"
    };
    let inputs = folder.path().join(format!("夜{evil}"));
    fs::create_dir(&inputs).expect("made");
    fs::write(inputs.join(format!("a{evil}.jsonl")), good("A1") + &good(evil)).expect("written");
    fs::write(inputs.join(format!("b{evil}.bin")), "x").expect("written");
    let labels = folder.path().join("labels.jsonl");
    let expected = r#""expected":{"risk":"high","scam_type":"none","phase":"none","distress":"none","self_harm":true,"empathy":"good","agent_warned":true,"taboo":true}"#;
    let id = serde_json::json!(evil).to_string();
    fs::write(&labels, format!("{{\"call_id\":\"A1\",{expected}}}\n{{\"call_id\":{id},{expected}}}\n"))
        .expect("written");
    let out = folder.path().join(format!("out{evil}"));
    let missing = shown(&folder.path().join(format!("none{evil}.jsonl")));
    let (inputs, out_name) = (shown(&inputs), shown(&out));
    for words in [
        vec!["score", &inputs, "--out", &out_name, "--max-rejects", "100%"],
        vec!["score", &inputs, "--out", &out_name],
        vec!["score", &missing, "--out", &out_name],
        vec!["score", &inputs, "--out", &out_name, "--config", &missing],
        vec!["score", &inputs, "--out", &out_name, "--lexicons", &missing],
        vec!["score", &inputs, "--out", &out_name, "--encoding", evil],
        vec!["score", &inputs, "--out", &out_name, "--max-rejects", evil],
        vec!["score", &inputs, "--out", &out_name, "--profile", evil],
        vec!["score", &inputs, "--out", &out_name, evil, "--no-such-option\u{1b}[31m"],
        vec!["explain", &inputs, "--call", "A1", "--all"],
        vec!["explain", &inputs, "--call", evil],
        vec!["evaluate", &out_name, "--labels", &labels.display().to_string()],
        vec!["evaluate", &missing, "--labels", &missing],
        vec!["lexicon", "check", &missing],
    ] {
        let output = tinghu(&words);
        let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        assert!(!said.is_empty(), "{words:?}");
        let obeyed: Vec<char> = said.chars().filter(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}').collect();
        assert!(obeyed.is_empty(), "{words:?} shows {obeyed:?}");
        // What clap says has lines of its own in between.
        let forged = said.lines().any(|line| line.starts_with('伪'));
        assert!(!forged || said.contains("--help"), "{words:?}: a name makes a line of its own");
    }
    for name in ["calls.csv", "hits.csv", "rejects.csv", "run.json"] {
        let text = fs::read_to_string(out.join(name)).expect("published");
        let obeyed = |c: &char| (c.is_control() && !matches!(c, '\n' | '\r')) || *c == '\u{202e}';
        assert_eq!(text.chars().find(obeyed), None, "{name}");
    }
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("run.json")).expect("run.json")).expect("JSON");
    assert!(manifest["inputs"][0]["source"].as_str().expect("a name").contains(evil), "the name itself is kept");
}
