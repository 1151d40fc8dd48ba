//! What people and programs see on standard error: the language, the table after a run, JSON logs, silence.

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use common::{project, tinghu};
use serde_json::Value;

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// Scores the sample calls into a fresh folder.
fn score(more: &[&str]) -> (Output, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("run").display().to_string();
    let cases = project("data/calls/cases.jsonl").display().to_string();
    let output = tinghu([&["score", &cases, "--out", &out, "--profile", "data"], more].concat());
    (output, folder)
}

fn objects(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no object: {line}"))).collect()
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[test]
fn every_message_is_in_one_language() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let cases = project("data/calls/cases.jsonl").display().to_string();
    fs::write(path("a.zip"), "PK").expect("written");
    fs::write(path("labels.jsonl"), "{}\n").expect("written");
    fs::write(path("empty.jsonl"), "").expect("written");
    fs::write(path("broken.jsonl"), "{broken\n").expect("written");
    fs::create_dir(path("lexicons")).expect("a folder");
    fs::write(folder.path().join("lexicons/x.csv"), "编号,词条\n").expect("written");
    fs::create_dir(path("old")).expect("a folder");
    fs::write(folder.path().join("old/run.json"), "{}").expect("written");
    fs::write(path("file"), "").expect("written");
    let inside = folder.path().join("file/below").display().to_string();
    let reviews = path("reviews.csv");
    let (out, old, none, zip) = (path("out"), path("old"), path("none"), path("a.zip"));
    let commands: &[(&[&str], &str, &str)] = &[
        (&["score", &none, "--out", &out], "输入不存在", "no such input"),
        (&["score", &zip, "--out", &out], "不读取归档", "are not read"),
        (&["score", &cases, "--out", &old], "已有上次的结果", "former run"),
        (&["score", &cases, "--out", &inside], "不能写入", "cannot write into"),
        (&["score", &cases, "--out", &out, "--resume"], "没有可以接着做的运行", "nothing to resume"),
        (&["score", "-", "--out", &out, "--resume"], "标准输入不能接着读", "cannot be resumed"),
        (&["score", &cases, "--out", &out, "--encoding", "x"], "不认识的编码", "unknown encoding"),
        (&["score", &cases, "--out", &out, "--max-rejects", "x"], "写个数", "a number"),
        (&["score", &cases, "--out", &out, "--config", &none], "设置文件", "settings file"),
        (&["score", &cases, "--out", &out, "--lexicons", &none], "词库目录", "lexicon folder"),
        (&["score", &path("broken.jsonl"), "--out", &out], "超过上限", "over the limit"),
        (
            &["score", &path("empty.jsonl"), "--out", &path("none-of-it"), "--quiet"],
            "没有一通电话",
            "no call in the input",
        ),
        (&["explain", &cases, "--call", "none"], "输入里没有通话", "no call none"),
        (&["report", &none], "读不出来", "cannot read"),
        (&["report", &old], "不是本程序写的清单", "not a manifest"),
        (&["evaluate", &none, "--labels", &none], "读不出来", "cannot read"),
        (&["lexicon", "check", &none], "词库目录", "lexicon folder"),
        (&["lexicon", "fit", &path("labels.jsonl"), "--out", &out], "不是带标注的通话", "not a labelled call"),
        (&["lexicon", "stats", &none], "读不出来", "cannot read"),
        (&["review", "import", &none, "--into", &reviews, "--by", "qa"], "读不出来", "cannot read"),
        (&["init", &old, "--force"], "使用", "use"),
        (&["init", &old], "已经在了", "exists"),
    ];
    for (words, zh, en) in commands {
        let by_itself = said(&tinghu(*words));
        let again = || {
            let _ = fs::remove_dir_all(path("none-of-it"));
        };
        again();
        let chinese = said(&tinghu([*words, &["--lang", "zh"]].concat()));
        again();
        let english = said(&tinghu([&["--lang", "en"], *words].concat()));
        again();
        // Names of files are as they are.
        let own = |text: &str| text.replace(&folder.path().display().to_string(), "");
        assert!(chinese.contains(zh) && !chinese.contains(en) && !chinese.contains(" / "), "{words:?}: {chinese}");
        assert!(english.contains(en) && !is_chinese(&own(&english)), "{words:?}: {english}");
        if words[0] != "init" {
            assert_eq!(by_itself, chinese, "Chinese unless told: {words:?}");
        }
    }
}

#[test]
fn help_is_english_and_the_check_is_chinese_in_either() {
    for lang in ["zh", "en"] {
        let help = tinghu(["score", "--help", "--lang", lang]);
        assert!(!is_chinese(&String::from_utf8_lossy(&help.stdout)));
        let check = tinghu(["--lang", lang, "lexicon", "check"]);
        assert!(String::from_utf8_lossy(&check.stdout).contains("0 处错误"));
    }
}

#[test]
fn the_table_after_a_run_is_aligned_and_has_all_of_it() {
    for (lang, rows) in [
        (
            "zh",
            [
                "读到通话",
                "高风险",
                "中风险",
                "低风险",
                "高风险未警示",
                "有情绪",
                "应予关怀",
                "待复核",
                "速度",
                "通话表",
            ],
        ),
        (
            "en",
            [
                "calls read",
                "high risk",
                "medium risk",
                "low risk",
                "missed scams",
                "distressed",
                "care due",
                "to review",
                "speed",
                "calls",
            ],
        ),
    ] {
        let (output, folder) = score(&["--lang", lang]);
        let text = said(&output);
        assert_eq!(output.status.code(), Some(0), "{text}");
        assert!(!text.contains('\u{1b}'), "no colours where there is no terminal: {text}");
        for row in rows {
            assert!(text.lines().any(|line| line.starts_with(row)), "{row}: {text}");
        }
        assert!(text.contains(&folder.path().join("run/calls.csv").display().to_string()));
        // Counts end in the same column, a Chinese character being two wide.
        let width = |text: &str| unicode_width::UnicodeWidthStr::width(text);
        let ends: Vec<usize> = text
            .lines()
            .take(11)
            .map(|line| {
                let count = line.char_indices().rev().filter(|(_, c)| c.is_ascii_digit());
                let share = line.find('.').map_or(line.len(), |dot| line[..dot].rfind("  ").expect("two blanks"));
                let end =
                    count.map(|(at, _)| at + 1).find(|end| line[..*end].trim_end().len() <= share).expect("a count");
                width(line[..end].trim_end())
            })
            .collect();
        assert!(ends.windows(2).all(|pair| pair[0] == pair[1]), "{ends:?}\n{text}");
        let manifest: Value =
            serde_json::from_slice(&fs::read(folder.path().join("run/run.json")).expect("run.json")).expect("JSON");
        let counts = &manifest["counts"];
        assert!(counts["missed_scams"].as_u64() <= counts["high_risk"].as_u64());
        assert!(counts["care_due"].as_u64() > Some(0) && counts["care_due"].as_u64() <= counts["scored"].as_u64());
    }
}

#[test]
fn quiet_says_nothing_in_either_form() {
    for format in ["text", "json"] {
        let (output, _folder) = score(&["--quiet", "--log-format", format]);
        assert_eq!((output.status.code(), said(&output).as_str()), (Some(0), ""));
    }
}

#[test]
fn a_run_is_one_object_with_everything_in_it() {
    let (output, folder) = score(&["--log-format", "json", "--fail-on", "high"]);
    let all = objects(&said(&output));
    assert_eq!(all.len(), 1, "a short run has no progress: {all:?}");
    let summary = &all[0];
    let manifest: Value =
        serde_json::from_slice(&fs::read(folder.path().join("run/run.json")).expect("run.json")).expect("JSON");
    assert_eq!((summary["level"].as_str(), summary["event"].as_str()), (Some("info"), Some("summary")));
    assert!(summary["message"].as_str().is_some_and(is_chinese));
    assert_eq!(summary["counts"], manifest["counts"]);
    assert_eq!(summary["timings"], manifest["timings"]);
    assert_eq!((summary["exit_code"].as_i64(), output.status.code()), (Some(10), Some(10)));
    let outputs = summary["outputs"].as_object().expect("paths");
    assert!(outputs.contains_key("run.json") && outputs.contains_key("agents.csv"));
    assert!(outputs.values().all(|path| Path::new(path.as_str().expect("a path")).exists()));
    assert!(said(&output).starts_with("{\"level\":\"info\",\"event\":\"summary\",\"message\":"));
}

#[test]
fn every_fault_is_an_object_with_its_exit_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("broken.jsonl"), "{broken\n").expect("written");
    fs::write(path("bad.toml"), "thread = 1\nquotes = 1\n").expect("written");
    fs::create_dir(path("night")).expect("a folder");
    fs::write(folder.path().join("night/empty.jsonl"), "").expect("written");
    fs::write(folder.path().join("night/x\u{1b}[2J.odd"), "").expect("written");
    fs::create_dir(path("lexicons")).expect("a folder");
    fs::write(folder.path().join("lexicons/x.csv"), "编号,词条\n").expect("written");
    let cases = project("data/calls/cases.jsonl").display().to_string();
    let (out, none) = (path("out"), path("none"));
    let commands: &[(&[&str], &[&str], i32)] = &[
        (&["score", &none, "--out", &out], &["usage"], 2),
        (&["score", &cases], &["usage"], 2),
        (&["score", &cases, "--out", &out, "--config", &path("bad.toml")], &["settings", "usage"], 2),
        (&["score", &cases, "--out", &out, "--lexicons", &path("lexicons")], &["lexicon", "usage"], 2),
        (&["score", &path("broken.jsonl"), "--out", &out], &["too_many_rejects"], 4),
        (&["score", &path("night"), "--out", &out], &["no_calls", "not_read", "summary"], 0),
        (&["evaluate", &none, "--labels", &none], &["fatal"], 1),
        (&["init", &path("own")], &["settings_written", "lexicons_written"], 0),
    ];
    for (words, events, code) in commands {
        let output = tinghu([*words, &["--log-format", "json"]].concat());
        assert_eq!(output.status.code(), Some(*code), "{words:?}: {}", said(&output));
        let all = objects(&said(&output));
        let mut told: Vec<&str> = all.iter().map(|object| object["event"].as_str().expect("an event")).collect();
        told.dedup();
        assert_eq!(told, *events, "{words:?}");
        for object in &all {
            assert!(["info", "warn", "error"].contains(&object["level"].as_str().expect("a level")));
            assert!(object["message"].as_str().is_some_and(|message| !message.is_empty()));
        }
        if *code != 0 {
            let last = all.last().expect("an error");
            assert_eq!((last["level"].as_str(), last["exit_code"].as_i64()), (Some("error"), Some(i64::from(*code))));
        }
        assert!(!said(&output).contains('\u{1b}'));
    }
    // The settings may ask for it, too.
    fs::write(path("json.toml"), "log_format = \"json\"\nlang = \"en\"\nprofile = \"data\"\n").expect("written");
    let output = tinghu(["score", &cases, "--out", &path("by-file"), "--config", &path("json.toml")]);
    let summary = &objects(&said(&output))[0];
    assert!(summary["message"].as_str().is_some_and(|message| message.contains("calls scored")), "{summary}");
}

/// What a terminal of 100 columns is sent, by util-linux's `script`; none where there is none.
fn on_a_terminal(folder: &Path, environment: &[(&str, &str)]) -> Option<String> {
    let out = folder.join("run");
    let _ = fs::remove_dir_all(&out);
    let cases = project("data/calls").display().to_string();
    let line = format!("{} score {cases} --profile data --out {}", env!("CARGO_BIN_EXE_tinghu"), out.display());
    let mut command = Command::new("script");
    command.args(["-qec", &line, "/dev/null"]).env_remove("NO_COLOR").env("TERM", "xterm-256color");
    let output = command.envs(environment.iter().copied()).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
#[expect(clippy::print_stderr, reason = "what is not tested must be seen")]
fn a_terminal_gets_a_bar_and_colours_unless_it_is_dumb_or_wants_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(shown) = on_a_terminal(folder.path(), &[]) else {
        eprintln!("no `script` of util-linux here: what a terminal is sent is not tested");
        return;
    };
    let red = "\u{1b}[31m";
    assert!(shown.contains(red) && shown.contains("待复核"), "{shown:?}");
    assert!(shown.contains("MB/s") && shown.contains("通，拒收"), "a bar: {shown:?}");
    let plain = on_a_terminal(folder.path(), &[("NO_COLOR", "1")]).expect("as before");
    assert!(!plain.contains(red) && !plain.contains("\u{1b}[1m") && plain.contains("通，拒收"), "{plain:?}");
    let dumb = on_a_terminal(folder.path(), &[("TERM", "dumb")]).expect("as before");
    assert!(!dumb.contains('\u{1b}') && !dumb.contains("通，拒收") && dumb.contains("待复核"), "{dumb:?}");
}
