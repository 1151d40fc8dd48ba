//! The same night gives the same bytes: however many threads, however cut into batches, in whatever order the inputs
//! are named, in whatever place and language the machine believes itself.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock};

use common::project;
use tinghu::engine::Engine;
use tinghu::morning::Wanted;
use tinghu::pipeline::{self, BatchSize, Job, Progress, RejectLimit};
use tinghu::read::{self, SpeakerTable};
use tinghu::score::score_call;
use tinghu::write::{OutputFolder, Profile, RealDisk, Start, Style, Timings};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::builtin().expect("the built-in lexicon is sound"));

/// All that a run publishes, without the clock of `run.json`.
type Bytes = BTreeMap<String, Vec<u8>>;

fn published(folder: &Path) -> Bytes {
    let mut all = Bytes::new();
    for entry in fs::read_dir(folder).expect("the results") {
        let entry = entry.expect("a file");
        let name = entry.file_name().into_string().expect("a name");
        let mut bytes = fs::read(entry.path()).expect("readable");
        if name == "run.json" {
            let mut manifest: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
            let timings = manifest.as_object_mut().expect("an object").remove("timings");
            assert!(timings.is_some_and(|timings| timings["started_at"].is_string()));
            bytes = serde_json::to_vec(&manifest).expect("JSON");
        }
        all.insert(name, bytes);
    }
    let names: Vec<&str> = all.keys().map(String::as_str).collect();
    let expected = [
        "agents.csv",
        "calls.csv",
        "calls.parquet",
        "calls.xlsx",
        "conversations.jsonl",
        "hits.csv",
        "hits.parquet",
        "rejects.csv",
        "rejects.parquet",
        "report.html",
        "run.json",
    ];
    assert_eq!(names, expected);
    all
}

#[track_caller]
fn assert_same(one: &Bytes, other: &Bytes, what: &str) {
    for (name, bytes) in one {
        assert!(*bytes == other[name], "{name} differs: {what}");
    }
}

/// A night with rejects and with ids that come twice, within a file and in two.
fn night(folder: &Path) -> Vec<PathBuf> {
    let sample = fs::read_to_string(project("data/calls/cases.jsonl")).expect("the sample calls");
    let lines: Vec<&str> = sample.lines().collect();
    let again = [lines[0], "{broken", lines[1], lines[1], "{\"call_id\":\"X\",\"turns\":[]}", lines[2]].join("\n");
    fs::write(folder.join("b-again.jsonl"), &again).expect("written");
    fs::write(folder.join("z.jsonl"), lines[..3].join("\n")).expect("written");
    fs::write(folder.join("empty.csv"), "").expect("written");
    fs::write(folder.join("c.txt"), "客服：您好\n客户：我开通了百万保障\n").expect("written");
    fs::create_dir(folder.join("sub")).expect("made");
    fs::write(folder.join("sub/a.json"), format!("[{}]", lines[3..5].join(","))).expect("written");
    vec![
        project("data/calls"),
        folder.join("b-again.jsonl"),
        folder.join("c.txt"),
        folder.join("empty.csv"),
        folder.join("sub"),
        folder.join("z.jsonl"),
    ]
}

struct Quiet;

impl Progress for Quiet {
    fn update(&self, _: u64, _: u64, _: u64) {}
}

fn run(inputs: &[PathBuf], threads: usize, batch: BatchSize) -> Bytes {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = OutputFolder::prepare(folder.path(), Start::Fresh, &[], Arc::new(RealDisk)).expect("writable");
    let job = Job {
        inputs: read::discover(inputs).expect("the inputs are there"),
        reading: read::Options::default(),
        speakers: SpeakerTable::default(),
        style: Style { profile: Profile::Excel, quotes: true },
        wanted: Wanted { workbook: true, page: true, parquet: true },
        threads,
        max_rejects: RejectLimit::Percent(100),
        batch,
        scorer: score_call,
    };
    let timings = |calls, resumed| Timings {
        started_at: "now".to_owned(),
        elapsed_ms: calls,
        calls_per_s: threads as u64,
        resumed,
    };
    let manifest = pipeline::run(&ENGINE, &job, &out, &Quiet, &timings).expect("published");
    assert!(manifest.counts.rejected >= 4 && manifest.counts.scored > 50, "{:?}", manifest.counts);
    published(folder.path())
}

fn batch(calls: usize, bytes: usize) -> BatchSize {
    BatchSize { calls, bytes, save_pause: 0 }
}

#[test]
fn threads_and_batches_change_no_byte() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let inputs = night(folder.path());
    let one = run(&inputs, 1, BatchSize::default());
    for threads in [1, 2, 8] {
        for size in [batch(1, 1), batch(7, usize::MAX), batch(1_000, 10_000), BatchSize::default()] {
            assert_same(&one, &run(&inputs, threads, size), &format!("{threads} threads, {size:?}"));
        }
    }
    // A batch of nothing would never end; it holds one call.
    assert_same(&one, &run(&inputs, 2, batch(0, 0)), "batches of no size");
}

#[test]
fn the_order_of_the_arguments_changes_no_byte() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut inputs = night(folder.path());
    let one = run(&inputs, 2, BatchSize::default());
    inputs.reverse();
    assert_same(&one, &run(&inputs, 2, BatchSize::default()), "reversed");
    for turn in 1..inputs.len() {
        inputs.rotate_left(1);
        inputs.swap(0, turn);
        assert_same(&one, &run(&inputs, 2, BatchSize::default()), &format!("{inputs:?}"));
    }
    inputs.extend(inputs.clone());
    assert_same(&one, &run(&inputs, 2, BatchSize::default()), "everything named twice");
}

#[test]
fn place_language_and_time_zone_of_the_machine_change_no_byte() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let inputs = night(folder.path());
    let worlds: [&[(&str, Option<&str>)]; 6] = [
        &[],
        &[],
        &[("LANG", Some("zh_CN.GB18030")), ("LC_ALL", Some("zh_CN.GB18030")), ("TZ", Some("Asia/Shanghai"))],
        &[("LANG", Some("tr_TR.UTF-8")), ("LC_ALL", Some("tr_TR.UTF-8")), ("TZ", Some("America/St_Johns"))],
        &[("LANG", None), ("LC_ALL", Some("C")), ("TZ", Some("Nowhere/Nothing")), ("HOME", None), ("PATH", None)],
        &[
            ("HOME", None),
            ("LANG", Some("de_DE")),
            ("NO_COLOR", Some("1")),
            ("RUST_BACKTRACE", Some("full")),
            ("TERM", None),
        ],
    ];
    let mut first: Option<(Bytes, Vec<u8>)> = None;
    for (index, world) in worlds.iter().enumerate() {
        let out = folder.path().join(format!("out-{index}"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_tinghu"));
        command.args(["score", "--quiet", "--parquet", "--max-rejects", "100%", "--out"]).arg(&out).args(&inputs);
        for (name, value) in *world {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let output = command.output().expect("the program starts");
        assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
        let bytes = published(&out);
        let (one, said) = first.get_or_insert_with(|| (bytes.clone(), output.stderr.clone()));
        assert_same(one, &bytes, &format!("{world:?}"));
        assert_eq!(*said, output.stderr);
    }
}
