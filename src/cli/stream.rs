//! `tinghu score - --out -`: calls on standard input, answers on standard output.

use std::path::Path;

use anyhow::Context;
use tinghu::pipeline::{self, BatchSize, Stream, StreamError};
use tinghu::read::SpeakerTable;
use tinghu::score::score_call;

use super::args::{ProfileArg, ScoreArgs};
use super::score::{exit, lexicons, reading, say_counts, settings};
use super::terminal::stdout;
use super::{Exit, UsageError, load_engine};

/// Answers line by line until the input ends, and says how it went.
pub fn run(args: &ScoreArgs) -> anyhow::Result<Exit> {
    if args.inputs != [Path::new("-")] {
        return Err(
            UsageError("--out - 时输入也须是 -：tinghu score - --out - / the input must be - as well".into()).into()
        );
    }
    let unfit = [
        ("--profile excel", args.profile == Some(ProfileArg::Excel)),
        ("--force", args.force),
        ("--resume", args.resume),
        ("--strict", args.strict),
        ("--max-rejects", args.max_rejects.is_some()),
        ("--no-workbook", args.no_workbook),
        ("--no-report", args.no_report),
        ("--parquet", args.parquet),
    ];
    if let Some((option, _)) = unfit.into_iter().find(|(_, given)| *given) {
        return Err(UsageError(format!("--out - 不写结果目录，不能用 {option} / {option} is for a folder")).into());
    }
    let settings = settings(&args.engine)?;
    let engine = load_engine(lexicons(&args.engine, &settings))?;
    let stream = Stream {
        reading: reading(args.encoding.as_deref())?,
        speakers: SpeakerTable::with(settings.speakers.clone()),
        quotes: !args.no_quotes,
        repeats: args.allow_repeats,
        threads: args.threads,
        batch: BatchSize::default(),
        scorer: score_call,
    };
    let counts = match pipeline::stream(&engine, &stream, "stdin", std::io::stdin(), &mut stdout()) {
        Ok(counts) => counts,
        // As it came, so that one who has read enough is no fault.
        Err(StreamError::Output(error)) => return Err(error.into()),
        Err(error) => return Err(error).context("scoring"),
    };
    if !args.quiet {
        say_counts(&counts);
    }
    Ok(exit(&counts, args.fail_on))
}
