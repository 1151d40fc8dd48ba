//! `tinghu score - --out -`: calls on standard input, answers on standard output.

use std::path::Path;

use serde_json::json;
use tinghu::both;
use tinghu::pipeline::{self, BatchSize, Stream, StreamError};
use tinghu::read::SpeakerTable;
use tinghu::score::score_call;

use super::args::ScoreArgs;
use super::config::{Chosen, lexicons, settings};
use super::shared_args::ProfileArg;
use super::terminal::{Level, stdout, tell};
use super::{Exit, failure, load_engine, usage};

/// Answers line by line until the input ends, and says how it went.
pub fn run(args: &ScoreArgs) -> anyhow::Result<Exit> {
    if args.inputs != [Path::new("-")] {
        return Err(usage(both!(
            "--out - 时输入也须是 -：tinghu score - --out -";
            "with --out - the input must be - as well: tinghu score - --out -"
        ))
        .into());
    }
    let unfit = [
        ("--profile excel", args.profile == Some(ProfileArg::Excel)),
        ("--force", args.force),
        ("--resume", args.resume),
        ("--strict", args.strict.is_some()),
        ("--max-rejects", args.max_rejects.is_some()),
        ("--no-workbook", args.no_workbook.is_some()),
        ("--no-report", args.no_report.is_some()),
        ("--parquet", args.parquet.is_some()),
    ];
    if let Some((option, _)) = unfit.into_iter().find(|(_, given)| *given) {
        return Err(usage(both!(
            "--out - 不写结果目录，不能用 {option}";
            "--out - writes no folder of results: leave out {option}"
        ))
        .into());
    }
    let settings = settings(&args.engine)?;
    let chosen = Chosen::of(args, &settings)?;
    let engine = load_engine(lexicons(&args.engine, &settings))?;
    let stream = Stream {
        reading: chosen.reading,
        speakers: SpeakerTable::with(settings.speakers.clone()),
        quotes: chosen.quotes,
        repeats: args.allow_repeats,
        threads: chosen.threads,
        batch: BatchSize::default(),
        scorer: score_call,
    };
    let counts = match pipeline::stream(&engine, &stream, "stdin", std::io::stdin(), &mut stdout()) {
        Ok(counts) => counts,
        // As it came, so that one who has read enough is no fault.
        Err(StreamError::Output(error)) => return Err(error.into()),
        Err(error) => return Err(failure(error).into()),
    };
    let exit = Exit::of(&counts, chosen.fail_on);
    if !chosen.quiet {
        let (scored, rejected, high) = (counts.scored, counts.rejected, counts.high_risk);
        let message = both!(
            "已评分 {scored} 通，拒收 {rejected}，高风险 {high}";
            "{scored} calls scored, {rejected} rejected, {high} at high risk"
        );
        tell(Level::Info, "summary", &message, [("counts", json!(counts)), ("exit_code", json!(exit as u8))]);
    }
    Ok(exit)
}
