//! `tinghu score`: the nightly job.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anyhow::Context;
use tinghu::morning::Wanted;
use tinghu::normalise::mask_text;
use tinghu::pipeline::{self, BatchSize, Job, RejectLimit, RunError};
use tinghu::read::{self, Encoding, SpeakerTable};
use tinghu::score::score_call;
use tinghu::settings::Settings;
use tinghu::write::{Counts, Manifest, OutputFolder, Profile, PublishError, RealDisk, Start, Style, Timings};

use super::args::{EngineArgs, LevelArg, ProfileArg, ScoreArgs};
use super::progress::Bar;
use super::terminal::say;
use super::{Exit, UsageError, load_engine, stream};

/// Runs the job and says how it went.
pub fn run(args: &ScoreArgs) -> anyhow::Result<Exit> {
    if args.out.as_os_str() == "-" {
        return stream::run(args);
    }
    if args.allow_repeats {
        return Err(UsageError("--allow-repeats 只用于 --out - / is for --out - only".into()).into());
    }
    let started_at = jiff::Timestamp::now();
    let clock = Instant::now();
    let settings = settings(&args.engine)?;
    let excel = args.profile.unwrap_or(ProfileArg::Excel) == ProfileArg::Excel;
    let inputs = read::discover(&args.inputs).map_err(|error| UsageError(error.to_string()))?;
    let job = Job {
        reading: reading(args.encoding.as_deref())?,
        speakers: SpeakerTable::with(settings.speakers.clone()),
        style: Style { profile: if excel { Profile::Excel } else { Profile::Data }, quotes: !args.no_quotes },
        wanted: Wanted { workbook: excel && !args.no_workbook, page: excel && !args.no_report, parquet: args.parquet },
        threads: args.threads,
        max_rejects: if args.strict {
            RejectLimit::Calls(0)
        } else {
            reject_limit(args.max_rejects.as_deref().unwrap_or("5%"))?
        },
        inputs,
        batch: BatchSize::default(),
        scorer: score_call,
    };
    let engine = load_engine(lexicons(&args.engine, &settings))?;
    let start = match (args.resume, args.force) {
        (true, _) => Start::Resume,
        (_, true) => Start::Overwrite,
        _ => Start::Fresh,
    };
    if args.resume && job.inputs.sources.iter().any(|source| source.path().is_none()) {
        return Err(UsageError("标准输入不能接着读：去掉 --resume / standard input cannot be resumed".into()).into());
    }
    let read: Vec<&Path> = job.inputs.sources.iter().filter_map(read::Source::path).collect();
    let folder = OutputFolder::prepare(&args.out, start, &read, Arc::new(RealDisk))
        .map_err(|error| UsageError(error.to_string()))?;
    let sizes: Option<u64> = job.inputs.sources.iter().map(read::Source::size).sum();
    let interrupted = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&interrupted);
    // Without a handler the signal ends the process at once, which can be resumed too.
    let _ = ctrlc::set_handler(move || asked.store(true, Ordering::SeqCst));
    let bar = Bar::new(sizes, args.quiet, interrupted);
    let timings = |calls: u64, resumed: u64| {
        let elapsed = clock.elapsed();
        let micros = elapsed.as_micros().max(1);
        Timings {
            started_at: started_at.to_string(),
            elapsed_ms: elapsed.as_millis() as u64,
            calls_per_s: (u128::from(calls - resumed) * 1_000_000 / micros) as u64,
            resumed,
        }
    };
    let result = pipeline::run(&engine, &job, &folder, &bar, &timings);
    bar.finish();
    let manifest = match result {
        Ok(manifest) => manifest,
        Err(error @ RunError::TooManyRejects(_)) => {
            say(format_args!("tinghu: {error}"));
            return Ok(Exit::TooManyRejects);
        }
        Err(error @ RunError::Interrupted) => {
            say(format_args!("tinghu: {error}"));
            return Ok(Exit::Interrupted);
        }
        Err(RunError::Publish(error @ PublishError::Changed(_))) => return Err(UsageError(error.to_string()).into()),
        Err(error) => return Err(error).context("scoring"),
    };
    if manifest.counts.read == 0 {
        // A quiet night and a forgotten export look the same: this is said even to those who want quiet.
        say("tinghu: 输入里没有一通电话 / no call in the input");
    }
    if !args.quiet {
        summary(&manifest, folder.path());
    }
    Ok(exit(&manifest.counts, args.fail_on))
}

/// How a run with these counts ends.
pub fn exit(counts: &Counts, fail_on: Option<LevelArg>) -> Exit {
    let met = match fail_on {
        Some(LevelArg::High) => counts.high_risk > 0,
        Some(LevelArg::Medium) => counts.high_risk + counts.medium_risk > 0,
        None => false,
    };
    if met {
        Exit::LevelMet
    } else if counts.rejected > 0 {
        Exit::SomeRejected
    } else {
        Exit::Done
    }
}

/// How sources are read.
pub fn reading(encoding: Option<&str>) -> anyhow::Result<read::Options> {
    let encoding = match encoding {
        None => None,
        Some(name) => Some(Encoding::named(name).ok_or_else(|| {
            UsageError(format!("不认识的编码 {name}：可用 utf-8 gb18030 utf-16le utf-16be big5 / unknown encoding"))
        })?),
    };
    Ok(read::Options { encoding, ..read::Options::default() })
}

/// The settings of the file that is named, or none; paths in it lead from where it lies.
pub fn settings(args: &EngineArgs) -> anyhow::Result<Settings> {
    let Some(path) = &args.config else {
        return Ok(Settings::default());
    };
    let text = std::fs::read_to_string(path).map_err(|error| {
        UsageError(format!("设置文件 {} 读不出来：{error} / cannot read the settings", path.display()))
    })?;
    // The error's own text shows the line, and the file may be a transcript given by mistake.
    let mut settings = Settings::parse(&text).map_err(|error| {
        let before = error.span().map_or("", |span| text.get(..span.start).unwrap_or(""));
        let line = before.matches('\n').count() + 1;
        UsageError(format!("{}: line {line}: {}", path.display(), mask_text(error.message())))
    })?;
    let beside = path.parent().unwrap_or(Path::new(""));
    settings.lexicons = settings.lexicons.map(|folder| beside.join(folder));
    Ok(settings)
}

/// The folder of lexicons: that of the command line, else that of the settings, else none.
pub fn lexicons<'a>(args: &'a EngineArgs, settings: &'a Settings) -> Option<&'a Path> {
    args.lexicons.as_deref().or(settings.lexicons.as_deref())
}

fn reject_limit(text: &str) -> anyhow::Result<RejectLimit> {
    let limit = match text.strip_suffix('%') {
        Some(percent) => percent.parse().ok().filter(|percent| *percent <= 100).map(RejectLimit::Percent),
        None => text.parse().ok().map(RejectLimit::Calls),
    };
    limit.ok_or_else(|| {
        UsageError(format!("--max-rejects {text}：写个数，或 5% 这样的比例 / a number or a percentage")).into()
    })
}

/// A few lines that say what came of the night.
fn summary(manifest: &Manifest, folder: &Path) {
    let counts = &manifest.counts;
    say_counts(counts);
    say(format_args!("速度 calls/s          {:>9}", manifest.timings.calls_per_s));
    say(format_args!("结果 results          {}", folder.join("calls.csv").display()));
    for (name, what) in [("report.html", "页面 page             "), ("calls.xlsx", "工作簿 workbook       ")] {
        if manifest.outputs.contains_key(name) {
            say(format_args!("{what}{}", folder.join(name).display()));
        }
    }
    if counts.rejected > 0 {
        say(format_args!("拒收清单 rejects      {}", folder.join("rejects.csv").display()));
    }
    for (name, reason) in manifest.not_read.iter().take(5) {
        say(format_args!("未读 not read         {name}: {reason}"));
    }
}

/// What came in and what was found.
pub fn say_counts(counts: &Counts) {
    say(format_args!("通话 calls            {:>9}", counts.read));
    say(format_args!("拒收 rejects          {:>9}", counts.rejected));
    say(format_args!("高风险 high risk      {:>9}", counts.high_risk));
    say(format_args!("有情绪 distressed     {:>9}", counts.distressed));
    say(format_args!("待复核 to review      {:>9}", counts.needs_review));
}
