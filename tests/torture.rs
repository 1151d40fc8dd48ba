//! Nothing half-written: the disk fails at every access in turn, the process is killed at random moments,
//! runs meet on one folder, and what an interrupted run had done is continued to the same bytes.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use common::{project, tinghu};
use tinghu::call::Call;
use tinghu::engine::Engine;
use tinghu::lexicon::{Lexicon, LexiconFile, builtin_files};
use tinghu::morning::Wanted;
use tinghu::pipeline::{self, BatchSize, Job, Progress, RejectLimit, RunError};
use tinghu::read::{self, SpeakerTable};
use tinghu::score::{Scored, score_call};
use tinghu::write::{Disk, DiskFile, Manifest, OutputFolder, Profile, PublishError, RealDisk, Start, Style, Timings};

/// What matters here is the writing: a handful of terms make a quick engine.
static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| Engine::new(Lexicon::load(small_lexicon()).expect("a small lexicon")).expect("an engine"));

fn small_lexicon() -> Vec<LexiconFile> {
    let mut files = builtin_files();
    files.retain(|file| ["scoring.toml", "groups.csv", "outcome.csv"].contains(&file.name.as_str()));
    files.push(LexiconFile { name: "rules.toml".into(), bytes: b"rule = []\n".to_vec() });
    files
}

/// The disk, until its turn to fail has come.
#[derive(Debug, Clone)]
struct Failing {
    /// Accesses that still succeed.
    left: Arc<AtomicUsize>,
}

impl Failing {
    fn after(accesses: usize) -> Failing {
        Failing { left: Arc::new(AtomicUsize::new(accesses)) }
    }

    fn access(&self) -> io::Result<()> {
        match self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)) {
            Ok(_) => Ok(()),
            Err(_) => Err(io::Error::from(io::ErrorKind::StorageFull)),
        }
    }
}

#[derive(Debug)]
struct FailingFile {
    disk: Failing,
    file: Box<dyn DiskFile>,
}

impl Write for FailingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk.access()?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl DiskFile for FailingFile {
    fn sync(&mut self) -> io::Result<()> {
        self.disk.access()?;
        self.file.sync()
    }
}

impl Disk for Failing {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.access()?;
        RealDisk.create_folder(path)
    }

    fn open(&self, path: &Path, length: u64) -> io::Result<Box<dyn DiskFile>> {
        self.access()?;
        Ok(Box::new(FailingFile { disk: self.clone(), file: RealDisk.open(path, length)? }))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.access()?;
        RealDisk.read(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.access()?;
        RealDisk.rename(from, to)
    }

    // Tidying up is tried whatever failed before.
    fn remove(&self, path: &Path) -> io::Result<()> {
        RealDisk.remove(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        RealDisk.remove_folder(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.access()?;
        RealDisk.sync_folder(path)
    }
}

/// Stops after so many batches; never if `None`.
struct Patience(Option<AtomicUsize>);

impl Patience {
    fn endless() -> Patience {
        Patience(None)
    }

    fn batches(batches: usize) -> Patience {
        Patience(Some(AtomicUsize::new(batches)))
    }
}

impl Progress for Patience {
    fn update(&self, _: u64, _: u64, _: u64) {}

    fn interrupted(&self) -> bool {
        self.0.as_ref().is_some_and(|left| left.fetch_sub(1, Ordering::SeqCst) == 1)
    }
}

/// The same for Excel: with a workbook.
fn job_for_excel(inputs: &[PathBuf]) -> Job {
    let job = job(inputs);
    Job {
        style: Style { profile: Profile::Excel, ..job.style },
        wanted: Wanted { workbook: true, page: true, parquet: true },
        ..job
    }
}

fn job(inputs: &[PathBuf]) -> Job {
    Job {
        inputs: read::discover(inputs).expect("inputs"),
        reading: read::Options::default(),
        speakers: SpeakerTable::default(),
        style: Style { profile: Profile::Data, quotes: true },
        wanted: Wanted { workbook: false, page: false, parquet: false },
        threads: 2,
        max_rejects: RejectLimit::Percent(100),
        batch: BatchSize { calls: 3, bytes: 1 << 20, save_pause: 0 },
        scorer: score_call,
    }
}

/// A night of its own: twelve calls, one broken line, one id twice.
fn night(folder: &Path) -> PathBuf {
    let mut text = String::new();
    for call in 0..12 {
        text += &format!(
            "{{\"call_id\":\"N{call:02}\",\"turns\":[{{\"speaker\":\"agent\",\"text\":\"您好\"}},{{\"speaker\":\"customer\",\"text\":\"谢谢你，钱已经退回来了{call}\"}}]}}\n"
        );
    }
    text += "{broken\n";
    let first = text.lines().next().map(str::to_owned).unwrap_or_default();
    text += &first;
    let path = folder.join("night.jsonl");
    fs::write(&path, text).expect("the night");
    path
}

fn run(
    job: &Job,
    out: &Path,
    start: Start,
    disk: impl Disk + 'static,
    patience: &Patience,
) -> Result<Manifest, RunError> {
    let inputs: Vec<&Path> = job.inputs.sources.iter().filter_map(read::Source::path).collect();
    let disk: Arc<dyn Disk> = Arc::new(disk);
    let mut prepared = OutputFolder::prepare(out, start, &inputs, Arc::clone(&disk));
    // A process that another test starts has the lock of a run that has just ended, until it is a program of its own.
    for _ in 0..500 {
        if !matches!(prepared, Err(PublishError::Busy(_))) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
        prepared = OutputFolder::prepare(out, start, &inputs, Arc::clone(&disk));
    }
    let folder = prepared?;
    let timings = |calls, resumed| Timings { started_at: String::new(), elapsed_ms: 0, calls_per_s: calls, resumed };
    pipeline::run(&ENGINE, job, &folder, patience, &timings)
}

/// Everything in a folder, by name; `run.json` without its clock.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).map(|entries| entries.flatten().collect::<Vec<_>>()).unwrap_or_default();
    entries
        .into_iter()
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let bytes = fs::read(entry.path()).unwrap_or_default();
            if name != "run.json" {
                return (name, bytes);
            }
            let mut manifest: serde_json::Value = serde_json::from_slice(&bytes).expect("a whole manifest");
            manifest["timings"] = serde_json::Value::Null;
            (name, manifest.to_string().into_bytes())
        })
        .collect()
}

const ALL: [&str; 6] = ["agents.csv", "calls.csv", "conversations.jsonl", "hits.csv", "rejects.csv", "run.json"];

#[test]
fn a_disk_that_fails_at_any_access_publishes_nothing_half() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = night(folder.path());
    fails_at_any_access(&job(std::slice::from_ref(&input)), &folder.path().join("data"));
    fails_at_any_access(&job_for_excel(&[input]), &folder.path().join("excel"));
}

fn fails_at_any_access(job: &Job, folder: &Path) {
    let golden = folder.join("golden");
    run(job, &golden, Start::Fresh, RealDisk, &Patience::endless()).expect("published");
    let golden = contents(&golden);
    let mut faults = 0;
    for accesses in 0.. {
        let out = folder.join(format!("out{accesses}"));
        match run(job, &out, Start::Fresh, Failing::after(accesses), &Patience::endless()) {
            Ok(_) => {
                assert_eq!(contents(&out), golden);
                break;
            }
            Err(RunError::Publish(PublishError::Write { .. } | PublishError::Folder { .. })) => faults += 1,
            Err(error) => panic!("at access {accesses}: {error}"),
        }
        let left = contents(&out);
        // Renames come last and one by one: what has its name is whole, and without run.json nobody takes it for a run.
        assert!(left.iter().all(|(name, bytes)| golden.get(name) == Some(bytes)), "at access {accesses}: {left:?}");
        assert!(!left.contains_key("run.json") || left.len() == golden.len(), "at access {accesses}");
    }
    assert!(faults > 40, "every access failed once: {faults}");
}

#[test]
fn a_failed_overwrite_never_mixes_two_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let job = job(&[night(folder.path())]);
    for accesses in 0.. {
        let out = folder.path().join(format!("out{accesses}"));
        fs::create_dir(&out).expect("a folder");
        for name in ALL {
            fs::write(out.join(name), "{\"former\":1}").expect("a former run");
        }
        let done = run(&job, &out, Start::Overwrite, Failing::after(accesses), &Patience::endless()).is_ok();
        let complete = out.join("run.json").exists();
        let former = |name: &&str| fs::read(out.join(name)).is_ok_and(|bytes| bytes == b"{\"former\":1}");
        let old = ALL.iter().filter(|name| former(name)).count();
        assert!(!complete || old == 0 || old == ALL.len(), "at access {accesses}: {old} files of the former run");
        if done {
            assert_eq!(old, 0);
            break;
        }
    }
}

#[test]
fn an_interrupted_run_is_continued_to_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = night(folder.path());
    is_continued(&job(std::slice::from_ref(&input)), &folder.path().join("data"));
    is_continued(&job_for_excel(&[input]), &folder.path().join("excel"));
}

fn is_continued(job: &Job, folder: &Path) {
    let golden = folder.join("golden");
    run(job, &golden, Start::Fresh, RealDisk, &Patience::endless()).expect("published");
    for batches in 1..=5 {
        let out = folder.join(format!("out{batches}"));
        let stopped = run(job, &out, Start::Fresh, RealDisk, &Patience::batches(batches));
        assert!(matches!(stopped, Err(RunError::Interrupted)), "after {batches} batches");
        assert!(ALL.iter().all(|name| !out.join(name).exists()), "nothing is visible yet");
        // And once more in the middle of what is left.
        let _ = run(job, &out, Start::Resume, RealDisk, &Patience::batches(batches + 1));
        if !out.join("run.json").exists() {
            run(job, &out, Start::Resume, RealDisk, &Patience::endless()).expect("published");
        }
        assert_eq!(contents(&out), contents(&golden), "after {batches} batches");
    }
}

#[test]
fn what_has_changed_is_not_continued() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = night(folder.path());
    let out = folder.path().join("out");
    let stop = || run(&job(std::slice::from_ref(&input)), &out, Start::Fresh, RealDisk, &Patience::batches(2));
    assert!(matches!(stop(), Err(RunError::Interrupted)));
    let refused = |job: &Job| match run(job, &out, Start::Resume, RealDisk, &Patience::endless()) {
        Err(RunError::Publish(PublishError::Changed(what))) => what.en,
        other => panic!("{other:?}"),
    };
    let mut other_style = job(std::slice::from_ref(&input));
    other_style.style.quotes = false;
    assert!(refused(&other_style).contains("settings"));
    let more = folder.path().join("more.jsonl");
    fs::write(&more, "").expect("another input");
    assert!(refused(&job(&[input.clone(), more])).contains("list"));
    let text = fs::read_to_string(&input).expect("the night");
    fs::write(&input, text.replace("N00", "M00") + "\n").expect("another night");
    assert!(refused(&job(std::slice::from_ref(&input))).contains("night.jsonl"));
    let none = folder.path().join("none");
    let nothing = run(&job(&[input]), &none, Start::Resume, RealDisk, &Patience::endless());
    assert!(matches!(nothing, Err(RunError::Publish(PublishError::NothingToResume(_)))));
}

#[test]
fn two_runs_never_share_a_folder_and_no_input_is_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let first = OutputFolder::prepare(&out, Start::Fresh, &[], Arc::new(RealDisk)).expect("free");
    let second = OutputFolder::prepare(&out, Start::Fresh, &[], Arc::new(RealDisk));
    assert!(matches!(second, Err(PublishError::Busy(_))), "{second:?}");
    drop(first);
    OutputFolder::prepare(&out, Start::Fresh, &[], Arc::new(RealDisk)).expect("free again");
    let input = out.join("calls.csv");
    fs::write(&input, "call_id\n").expect("an input");
    let same = OutputFolder::prepare(&out, Start::Overwrite, &[&input], Arc::new(RealDisk));
    assert!(matches!(same, Err(PublishError::InputIsOutput(_))), "{same:?}");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("a file");
    let below = OutputFolder::prepare(&file.join("out"), Start::Fresh, &[], Arc::new(RealDisk));
    assert!(matches!(below, Err(PublishError::Folder { .. })), "{below:?}");
}

/// Many small calls, and a lexicon folder small enough that a run takes a moment and not a second.
fn long_night(folder: &Path) -> (PathBuf, PathBuf) {
    let lexicons = folder.join("lexicons");
    fs::create_dir(&lexicons).expect("a folder");
    for file in small_lexicon() {
        fs::write(lexicons.join(&file.name), &file.bytes).expect("a lexicon file");
    }
    let input = folder.join("night.jsonl");
    let call = |index: usize| {
        format!("{{\"call_id\":\"K{index:05}\",\"turns\":[{{\"speaker\":\"customer\",\"text\":\"谢谢你{index}\"}}]}}\n")
    };
    fs::write(&input, (0..4_000).map(call).collect::<String>()).expect("the night");
    (input, lexicons)
}

fn start(input: &Path, lexicons: &Path, out: &Path, resume: bool) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tinghu"));
    command.args(["score", "--quiet", "--profile", "data", "--threads", "1"]).arg(input).arg("--out").arg(out);
    command.arg("--lexicons").arg(lexicons);
    if resume {
        command.arg("--resume");
    }
    command.stderr(Stdio::null()).spawn().expect("the program starts")
}

/// Kills of a run; the requirement is two hundred, spread over the whole of its time.
const KILLS: u64 = 200;

#[test]
fn a_run_killed_at_any_moment_is_resumed_to_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let (input, lexicons) = long_night(folder.path());
    let golden = folder.path().join("golden");
    let clock = std::time::Instant::now();
    assert!(start(&input, &lexicons, &golden, false).wait().expect("an end").success());
    let whole = clock.elapsed();
    let golden = contents(&golden);
    let (mut killed, mut visible) = (0, 0);
    let out = folder.path().join("out");
    for kill in 0..KILLS {
        let resume = out.join(".tinghu/checkpoint.json").exists();
        let mut child = start(&input, &lexicons, &out, resume);
        // A fixed scatter over a little more than the time of a whole run.
        let share = (kill * 7_919 % 1_000) as u32;
        std::thread::sleep(whole * share / 900);
        killed += u64::from(child.try_wait().expect("a state").is_none());
        child.kill().expect("a kill");
        child.wait().expect("an end");
        let left = contents(&out);
        let whole_files = ALL.iter().filter_map(|name| left.get(*name).map(|bytes| (name, bytes)));
        for (name, bytes) in whole_files {
            visible += 1;
            assert_eq!(golden.get(*name), Some(bytes), "{name} after kill {kill}");
        }
        if left.contains_key("run.json") {
            fs::remove_dir_all(&out).expect("a fresh start");
        }
    }
    if !out.join("run.json").exists() {
        let resume = out.join(".tinghu/checkpoint.json").exists();
        assert!(start(&input, &lexicons, &out, resume).wait().expect("an end").success());
    }
    assert_eq!(contents(&out), golden);
    assert!(killed > KILLS / 4, "most kills hit a running process: {killed}; files seen whole: {visible}");
}

#[cfg(unix)]
#[test]
fn a_signal_stops_the_run_so_that_it_can_be_resumed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (input, lexicons) = long_night(folder.path());
    let golden = folder.path().join("golden");
    assert!(start(&input, &lexicons, &golden, false).wait().expect("an end").success());
    for signal in ["INT", "TERM"] {
        let out = folder.path().join(signal);
        let mut child = start(&input, &lexicons, &out, false);
        // An empty one is how a run tries whether it may write, before it listens to signals.
        let begun = || fs::metadata(out.join(".tinghu/checkpoint.json")).is_ok_and(|file| file.len() > 0);
        while !begun() && child.try_wait().expect("a state").is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
        assert!(sent.is_ok());
        let code = child.wait().expect("an end").code();
        assert!(matches!(code, Some(130 | 0)), "{signal}: {code:?}");
        if code == Some(130) {
            assert!(!out.join("calls.csv").exists());
            assert!(start(&input, &lexicons, &out, true).wait().expect("an end").success());
        }
        assert_eq!(contents(&out), contents(&golden), "{signal}");
    }
}

#[test]
fn a_full_disk_is_told_with_the_file_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (input, lexicons) = long_night(folder.path());
    let out = folder.path().join("out");
    // The shell's own limit on the size of a file stands for the full disk.
    let script = "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\"";
    let said = Command::new("bash")
        .args(["-c", script, env!("CARGO_BIN_EXE_tinghu"), "score", "--quiet", "--profile", "data"])
        .arg(&input)
        .arg("--out")
        .arg(&out)
        .arg("--lexicons")
        .arg(&lexicons)
        .output()
        .expect("bash");
    let told = String::from_utf8_lossy(&said.stderr).into_owned();
    assert_eq!(said.status.code(), Some(1), "{told}");
    assert!(told.contains("calls.csv") || told.contains("hits.csv"), "{told}");
    assert!(contents(&out).is_empty(), "{:?}", contents(&out).keys());
}

#[test]
fn standard_input_cannot_be_resumed_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out").display().to_string();
    let refused = tinghu(["score", "-", "--out", &out, "--resume"]);
    assert_eq!(refused.status.code(), Some(2));
    let both = tinghu(["score", &project("data/calls").display().to_string(), "--out", &out, "--resume", "--force"]);
    assert_eq!(both.status.code(), Some(2));
}

fn falls_over_the_fifth(engine: &Engine, call: &Call) -> Scored {
    assert_ne!(call.id, "N04", "a fault of the program");
    score_call(engine, call)
}

#[test]
fn a_fault_of_the_program_costs_one_call() {
    let folder = tempfile::tempdir().expect("a folder");
    let sound = job(&[night(folder.path())]);
    let job = Job { scorer: falls_over_the_fifth, ..job(&[folder.path().join("night.jsonl")]) };
    let out = folder.path().join("out");
    let manifest = run(&job, &out, Start::Fresh, RealDisk, &Patience::endless()).expect("published");
    let whole =
        run(&sound, &folder.path().join("whole"), Start::Fresh, RealDisk, &Patience::endless()).expect("published");
    assert_eq!(manifest.counts.scored + 1, whole.counts.scored);
    assert_eq!(manifest.counts.rejected, whole.counts.rejected + 1);
    let rejects = fs::read_to_string(out.join("rejects.csv")).expect("rejects");
    let line = rejects.lines().find(|line| line.contains("F900")).expect("the call that fell");
    assert!(line.contains("N04") && !line.contains("谢谢"), "{line}");
}

#[test]
fn a_reader_who_leaves_early_is_no_fault() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tinghu"))
        .args(["explain", "--call", "S01", "--all"])
        .arg(project("data/calls"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("an end");
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(ended.stderr.is_empty(), "{}", String::from_utf8_lossy(&ended.stderr));
}

#[test]
fn a_lexicon_that_changed_in_between_is_not_continued_with() {
    let folder = tempfile::tempdir().expect("a folder");
    let job = job(&[night(folder.path())]);
    let out = folder.path().join("out");
    assert!(matches!(run(&job, &out, Start::Fresh, RealDisk, &Patience::batches(1)), Err(RunError::Interrupted)));
    let mut files = small_lexicon();
    files.retain(|file| file.name != "outcome.csv");
    let other = Engine::new(Lexicon::load(files).expect("a smaller lexicon")).expect("an engine");
    let again = OutputFolder::prepare(&out, Start::Resume, &[], Arc::new(RealDisk)).expect("a checkpoint");
    let timings = |calls, resumed| Timings { started_at: String::new(), elapsed_ms: 0, calls_per_s: calls, resumed };
    match pipeline::run(&other, &job, &again, &Patience::endless(), &timings) {
        Err(RunError::Publish(PublishError::Changed(what))) => assert!(what.en.contains("lexicons"), "{what:?}"),
        other => panic!("{other:?}"),
    }
}
