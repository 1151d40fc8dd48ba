//! The settings file: what it may say, that the command line wins, and what is said of its faults; and the schemas.

mod common;

use std::fs;
use std::path::Path;

use common::{project, tinghu};
use serde_json::{Value, json};
use tinghu::read::{self, SpeakerTable};
use tinghu::schema;
use tinghu::settings::{Settings, TEMPLATE};

const NIGHT: &str = r#"{"call_id":"A1","turns":[{"speaker":"agent","text":"您好，请问有什么可以帮您？"},{"speaker":"customer","text":"客服说我开通了百万保障，我把验证码念给他了。"},{"speaker":"agent","text":"好的。"},{"speaker":"left","text":"谢谢。"}]}"#;

/// A folder with a night, one broken call in it where asked, and a settings file.
fn folder(settings: &str, broken: bool) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let night = format!("{NIGHT}\n{}", if broken { "{broken\n" } else { "" });
    fs::write(folder.path().join("night.jsonl"), night).expect("a night");
    fs::write(folder.path().join("tinghu.toml"), settings).expect("settings");
    folder
}

/// Scores the night with the settings; exit code, what was said, and the folder of results.
fn run(folder: &Path, more: &[&str]) -> (Option<i32>, String, std::path::PathBuf) {
    let path = |name: &str| folder.join(name).display().to_string();
    let out = tempfile::tempdir_in(folder).expect("a folder").keep().join("run");
    let mut words = vec!["score".into(), path("night.jsonl"), "--config".into(), path("tinghu.toml")];
    words.extend(["--out".into(), out.display().to_string()]);
    words.extend(more.iter().map(|word| (*word).to_owned()));
    let output = tinghu(&words);
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned(), out)
}

fn calls(out: &Path) -> String {
    fs::read_to_string(out.join("calls.csv")).expect("calls.csv")
}

#[test]
fn the_file_sets_what_the_command_line_does_not_and_the_command_line_wins() {
    let data = folder("profile = \"data\"\nquiet = true\nlang = \"en\"\n", false);
    let (code, said, out) = run(data.path(), &[]);
    assert_eq!((code, said.as_str()), (Some(0), ""), "quiet");
    assert!(calls(&out).starts_with("call_id,") && !out.join("calls.xlsx").exists());
    let (_, said, out) = run(data.path(), &["--profile", "excel", "--quiet=false"]);
    assert!(calls(&out).starts_with("\u{FEFF}通话编号") && out.join("calls.xlsx").exists());
    assert!(said.contains("to review") && !said.contains("待复核"), "{said}");
    let (_, said, _) = run(data.path(), &["--quiet=false", "--lang", "zh"]);
    assert!(said.contains("待复核") && !said.contains("to review"), "{said}");

    let bare = folder("quotes = false\nworkbook = false\nreport = false\n", false);
    let (_, _, out) = run(bare.path(), &[]);
    assert!(!calls(&out).contains("百万保障") && !out.join("calls.xlsx").exists() && !out.join("report.html").exists());
    let (_, _, out) = run(bare.path(), &["--no-quotes=false", "--no-workbook=false", "--no-report=false"]);
    assert!(calls(&out).contains("百万保障") && out.join("calls.xlsx").exists() && out.join("report.html").exists());

    let encoding = folder("encoding = \"utf-16le\"\nmax_rejects = \"100%\"\n", false);
    assert_eq!(run(encoding.path(), &[]).0, Some(3), "read as UTF-16 it is no call");
    assert_eq!(run(encoding.path(), &["--encoding", "utf-8"]).0, Some(0));
    let level = folder("fail_on = \"medium\"\nthreads = 1\n", false);
    assert_eq!(run(level.path(), &[]).0, Some(10));
}

#[test]
fn limits_of_the_file_and_of_the_command_line() {
    for (settings, more, expected) in [
        ("", &[][..], 4),
        ("max_rejects = 1\n", &[], 3),
        ("max_rejects = \"50%\"\n", &[], 3),
        ("max_rejects = 1\nstrict = true\n", &[], 4),
        ("strict = true\n", &["--max-rejects", "1"], 3),
        ("max_rejects = 1\nstrict = true\n", &["--strict=false"], 3),
        ("max_rejects = 1\n", &["--strict"], 4),
        ("max_rejects = 1\n", &["--max-rejects", "0"], 4),
    ] {
        let night = folder(settings, true);
        let (code, said, _) = run(night.path(), more);
        assert_eq!(code, Some(expected), "{settings:?} {more:?}: {said}");
    }
}

#[test]
fn a_fault_is_told_with_its_line_and_the_nearest_right_name() {
    for (settings, zh, en) in [
        (
            "\nthread = 2\n",
            "第 2 行：未知的设置 thread，是不是 threads？",
            "line 2: unknown key thread; did you mean threads?",
        ),
        ("log-format = \"json\"\n", "是不是 log_format？", "did you mean log_format?"),
        ("lexicon = \"x\"\n", "是不是 lexicons？", "did you mean lexicons?"),
        ("[speaker]\nleft = \"agent\"\n", "是不是 speakers？", "did you mean speakers?"),
        ("zzz = 1\n", "第 1 行：未知的设置 zzz：可用 tinghu init", "line 1: unknown key zzz; `tinghu init`"),
        (
            "profile = \"exel\"\n",
            "profile 不能是 exel：是不是 excel？可以写 excel、data",
            "did you mean excel? Allowed: excel, data",
        ),
        ("fail_on = \"low\"\n", "可以写 medium、high", "medium, high"),
        ("quotes = \"no\"\n", "quotes 不能是 no：可以写 true、false", "allowed: true, false"),
        ("threads = -1\n", "要写 0 到 1024 的整数", "a whole number from 0 to 1024"),
        ("max_rejects = \"many\"\n", "max_rejects 不能是 many：要写个数", "a number, or a percentage"),
        ("encoding = \"latin1\"\n", "可以写 utf-8、gb18030", "allowed: utf-8, gb18030"),
        ("lexicons = 5\n", "要写加引号的文字", "a text in quotes"),
        (
            "[speakers]\nleft = \"agnet\"\n",
            "第 2 行：说话人不能是 agnet：是不是 agent？",
            "line 2: a speaker cannot be agnet; did you mean agent?",
        ),
        ("[speakers]\nthreads = 2\n", "threads 写在了 [speakers] 下面", "threads stands below [speakers]"),
        ("lang = \"zh\"\nlang = \"en\"\n", "第 2 行：这个键前面已经有了", "line 2: this key stands above already"),
        ("threads\n", "不合 TOML 的写法", "not TOML"),
    ] {
        let night = folder(settings, false);
        let (code, said, out) = run(night.path(), &[]);
        assert_eq!(code, Some(2), "{settings:?}: {said}");
        assert!(said.contains("tinghu.toml") && said.contains(zh), "{settings:?}: {said}");
        let (_, said, _) = run(night.path(), &["--lang", "en"]);
        assert!(said.contains("tinghu.toml") && said.contains(en), "{settings:?}: {said}");
        assert!(!out.exists(), "nothing was begun");
    }
}

#[test]
fn every_fault_is_told_at_once() {
    let night = folder("thread = 2\nquotes = 0\n[speakers]\nleft = 1\n", false);
    let (_, said, _) = run(night.path(), &[]);
    assert_eq!(said.lines().count(), 3, "{said}");
    for line in ["第 1 行", "第 2 行", "第 4 行"] {
        assert!(said.contains(line), "{said}");
    }
}

#[test]
fn a_transcript_given_by_mistake_is_not_read_out() {
    let secret = "我的卡号是6222020000000000008";
    for text in [
        NIGHT.to_owned(),
        format!("客服：您好\n客户：{secret}\n"),
        format!("\"{secret}\" = 1\n"),
        format!("profile = \"{secret}\"\n"),
        "profile = \"6222020000000000008\"\n13800000000 = 1\n".to_owned(),
        format!("[speakers]\nleft = \"{secret}\"\n\"{secret}\" = 3\n"),
    ] {
        let night = folder(&text, false);
        let (code, said, _) = run(night.path(), &[]);
        assert_eq!(code, Some(2), "{text}");
        let told = ["6222020000000000008", "13800000000", "卡号", "百万保障", "您好"];
        assert!(!told.iter().any(|part| said.contains(part)), "{said}");
    }
}

#[test]
fn without_config_nothing_is_read() {
    let night = folder("thread = 2\n", false);
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_tinghu"))
        .args(["score", "night.jsonl", "--out", "run", "--quiet"])
        .current_dir(night.path())
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A schema as the command prints it, ready to judge.
struct Schema {
    schemas: boon::Schemas,
    index: boon::SchemaIndex,
}

impl Schema {
    fn printed(of: &str) -> Schema {
        let output = tinghu(["schema", of]);
        assert!(output.status.success());
        let schema: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema, if of == "settings" { schema::settings() } else { schema::input() });
        let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
        compiler.add_resource("mem:///schema.json", schema).expect("a resource");
        // Held against the draft that it names.
        let index = compiler.compile("mem:///schema.json", &mut schemas).expect("a schema");
        Schema { schemas, index }
    }

    fn is_valid(&self, value: &Value) -> bool {
        self.schemas.validate(value, self.index).is_ok()
    }
}

#[test]
fn the_schema_of_the_settings_agrees_with_the_program() {
    let schema = Schema::printed("settings");
    let template: String =
        TEMPLATE.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line).to_owned() + "\n").collect();
    for (text, sound) in [
        (TEMPLATE, true),
        (template.as_str(), true),
        ("", true),
        ("max_rejects = 3", true),
        ("max_rejects = \"100%\"", true),
        ("max_rejects = \"101%\"", false),
        ("max_rejects = -1", false),
        ("thread = 2", false),
        ("threads = 1025", false),
        ("threads = -1", false),
        ("profile = \"exel\"", false),
        ("fail_on = \"low\"", false),
        ("quotes = 1", false),
        ("lang = \"fr\"", false),
        ("log_format = \"xml\"", false),
        ("lexicons = 1", false),
        ("[speakers]\nleft = \"agnet\"", false),
    ] {
        let value = json!(text.parse::<toml::Table>().expect("TOML"));
        assert_eq!(schema.is_valid(&value), sound, "{text}");
        assert_eq!(Settings::parse(text).is_ok(), sound, "{text}");
    }
}

#[test]
fn the_schema_of_a_call_agrees_with_the_reader() {
    let schema = Schema::printed("input");
    let mut seen = 0;
    for name in ["data/calls/cases.jsonl", "data/calls/night.jsonl"] {
        for line in fs::read_to_string(project(name)).expect("calls").lines() {
            let call: Value = serde_json::from_str(line).expect("JSON");
            assert!(schema.is_valid(&call), "{name} {}", call["call_id"]);
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
    let turn = json!({"text": "您好"});
    let turns = json!([turn]);
    for (call, sound) in [
        (json!({"call_id": "A1", "turns": turns}), true),
        (json!({"call_id": 17, "agent_id": 2290, "team": null, "turns": turns, "more": [1]}), true),
        (json!({"call_id": "A1", "turns": [{"text": "您好", "speaker": 0, "start_ms": 1.5, "end_ms": "00:02"}]}), true),
        (json!({"call_id": "A1"}), false),
        (json!({"call_id": "", "turns": turns}), false),
        (json!({"call_id": "x".repeat(257), "turns": turns}), false),
        (json!({"call_id": 1.5, "turns": turns}), false),
        (json!({"call_id": ["A1"], "turns": turns}), false),
        (json!({"call_id": "A1", "turns": []}), false),
        (json!({"call_id": "A1", "turns": {"text": "您好"}}), false),
        (json!({"call_id": "A1", "turns": ["您好"]}), false),
        (json!({"call_id": "A1", "turns": [{"speaker": "agent"}]}), false),
        (json!({"call_id": "A1", "turns": [{"text": 5}]}), false),
        (json!({"call_id": "A1", "turns": [{"text": "x".repeat(tinghu::read::MAX_TURN_BYTES + 1)}]}), false),
        (json!({"call_id": "A1", "turns": vec![turn.clone(); tinghu::read::MAX_TURNS + 1]}), false),
        (json!([turns]), false),
    ] {
        let shown = call.to_string().chars().take(120).collect::<String>();
        assert_eq!(schema.is_valid(&call), sound, "{shown}");
        assert_eq!(reads(&call), sound, "{shown}");
    }
}

/// Whether the reader takes a call.
fn reads(call: &Value) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("one.jsonl");
    fs::write(&path, format!("{call}\n")).expect("written");
    let source = read::Source::file("one.jsonl", path);
    let mut raws = read::open(&source, &read::Options::default());
    raws.next().is_some_and(|raw| raw.parse(&SpeakerTable::default()).is_ok())
}
