//! `tinghu score`: the nightly job.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use serde_json::{Value, json};
use tinghu::both;
use tinghu::morning::Wanted;
use tinghu::pipeline::{self, BatchSize, Job, RunError};
use tinghu::read::{self, SpeakerTable};
use tinghu::said::Said;
use tinghu::score::score_call;
use tinghu::write::{OutputFolder, PublishError, RealDisk, Start, Style, Timings};

use super::args::ScoreArgs;
use super::config::{Chosen, lexicons, settings};
use super::progress::Watch;
use super::summary::Outcome;
use super::terminal::{Level, tell};
use super::{Exit, UsageError, failure, load_engine, stream, usage};

/// Runs the job and says how it went.
pub fn run(args: &ScoreArgs) -> anyhow::Result<Exit> {
    if args.out.as_os_str() == "-" {
        return stream::run(args);
    }
    if args.allow_repeats {
        return Err(usage(both!("--allow-repeats 只用于 --out -"; "--allow-repeats is for --out - only")).into());
    }
    let started_at = jiff::Timestamp::now();
    let clock = Instant::now();
    let settings = settings(&args.engine)?;
    let chosen = Chosen::of(args, &settings)?;
    let job = Job {
        inputs: read::discover(&args.inputs).map_err(usage)?,
        reading: chosen.reading,
        speakers: SpeakerTable::with(settings.speakers.clone()),
        style: Style { profile: chosen.profile, quotes: chosen.quotes },
        wanted: Wanted { workbook: chosen.workbook, page: chosen.report, parquet: chosen.parquet },
        threads: chosen.threads,
        max_rejects: chosen.max_rejects,
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
        return Err(UsageError(both!(
            "标准输入不能接着读：去掉 --resume";
            "standard input cannot be resumed; leave out --resume"
        ))
        .into());
    }
    let read: Vec<&Path> = job.inputs.sources.iter().filter_map(read::Source::path).collect();
    let interrupted = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&interrupted);
    // Before anything is written. Without a handler the signal ends the process at once, which can be resumed too.
    let _ = ctrlc::set_handler(move || asked.store(true, Ordering::SeqCst));
    let folder = OutputFolder::prepare(&args.out, start, &read, Arc::new(RealDisk)).map_err(usage)?;
    let sizes: Option<u64> = job.inputs.sources.iter().map(read::Source::size).sum();
    let watch = Watch::new(sizes, chosen.quiet, interrupted);
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
    let result = pipeline::run(&engine, &job, &folder, &watch, &timings);
    watch.finish();
    let manifest = match result {
        Ok(manifest) => manifest,
        Err(error @ RunError::TooManyRejects(counts)) => {
            return Ok(ended(&error, "too_many_rejects", Exit::TooManyRejects, [("counts", json!(counts))]));
        }
        Err(error @ RunError::Interrupted) => return Ok(ended(&error, "interrupted", Exit::Interrupted, [])),
        Err(RunError::Publish(error @ PublishError::Changed(_))) => return Err(usage(error).into()),
        Err(error) => return Err(failure(error).into()),
    };
    if manifest.counts.read == 0 {
        // A quiet night and a forgotten export look the same: this is said even to those who want quiet.
        tell(Level::Warn, "no_calls", &both!("输入里没有一通电话"; "no call in the input"), []);
    }
    let exit = Exit::of(&manifest.counts, chosen.fail_on);
    if !chosen.quiet {
        let (manifest, folder, skipped) = (&manifest, folder.path(), &job.inputs.skipped[..]);
        Outcome { manifest, folder, skipped, exit_code: exit as u8 }.tell();
    }
    Ok(exit)
}

/// Says why nothing was published.
fn ended<const N: usize>(error: &RunError, event: &str, exit: Exit, more: [(&'static str, Value); N]) -> Exit {
    let fields = more.into_iter().chain([("exit_code", Value::from(exit as u8))]);
    tell(Level::Error, event, &error.both(), fields);
    exit
}
