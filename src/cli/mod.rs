//! The command line: one file per sub-command.

mod args;
mod check;
mod evaluate;
mod explain;
mod fit;
mod init;
mod manual;
mod panics;
mod progress;
mod report;
mod review;
mod score;
mod stats;
mod stream;
mod terminal;

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use tinghu::engine::Engine;
use tinghu::lexicon::{Lexicon, read_folder};
use tinghu::normalise::mask_text;
use tinghu::text::escape_lines;

use args::{Args, Command, LexiconCommand, ReviewCommand};
use terminal::{say, say_lines};

/// How a command ends; the numbers are a contract with cron jobs and orchestrators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All scored.
    Done = 0,
    /// Fatal, nothing published.
    Fatal = 1,
    /// Usage, settings or lexicon invalid.
    Usage = 2,
    /// Published, some calls rejected.
    SomeRejected = 3,
    /// Reject limit reached, nothing published.
    TooManyRejects = 4,
    /// Published, and `--fail-on` met.
    LevelMet = 10,
    /// Interrupted by a signal; can be resumed.
    Interrupted = 130,
}

/// Parses the arguments and runs the command.
pub fn main() -> ExitCode {
    panics::install();
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return refused(&error),
    };
    // The hook has said where; the code says that nothing was published.
    let Ok(result) = catch_unwind(AssertUnwindSafe(|| run(&args.command))) else {
        return ExitCode::from(Exit::Fatal as u8);
    };
    match result {
        Ok(exit) => ExitCode::from(exit as u8),
        // The reader of our output has seen enough (`| head`).
        Err(error)
            if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) =>
        {
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(format_args!("tinghu: {error:#}"));
            let usage = error.downcast_ref::<UsageError>().is_some();
            ExitCode::from(if usage { Exit::Usage } else { Exit::Fatal } as u8)
        }
    }
}

/// Shows help, version, or what is wrong with the arguments, which are repeated and may hold names of files.
fn refused(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    if !error.use_stderr() || escape_lines(&text) == text {
        // As clap likes it, with colours; nobody listening is no fault.
        let _ = error.print();
    } else {
        say_lines(&text);
    }
    ExitCode::from(if error.use_stderr() { Exit::Usage } else { Exit::Done } as u8)
}

fn run(command: &Command) -> anyhow::Result<Exit> {
    match command {
        Command::Score(options) => score::run(options),
        Command::Explain(options) => explain::run(options),
        Command::Report(options) => report::run(options),
        Command::Evaluate(options) => evaluate::run(options),
        Command::Lexicon(LexiconCommand::Check(options)) => check::run(options),
        Command::Lexicon(LexiconCommand::Fit(options)) => fit::run(options),
        Command::Lexicon(LexiconCommand::Stats(options)) => stats::run(options),
        Command::Review(ReviewCommand::Import(options)) => review::run(options),
        Command::Init(options) => init::run(options),
        Command::Completions { shell } => manual::completions(*shell),
        Command::Man { dir } => manual::pages(dir),
    }
}

/// A fault of arguments, settings or lexicon: nothing was read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

/// Loads the lexicon of a folder, or the built-in one, and compiles it.
pub fn load_engine(folder: Option<&Path>) -> anyhow::Result<Engine> {
    let lexicon = match folder {
        Some(folder) => {
            let files = read_folder(folder).map_err(|error| {
                UsageError(format!("词库目录 {} 读不出来：{error} / cannot read the lexicon folder", folder.display()))
            })?;
            Lexicon::load(files)
        }
        None => Lexicon::builtin(),
    };
    let lexicon = lexicon.map_err(|faults| {
        for fault in faults.iter().take(20) {
            // A folder of transcripts given by mistake must not be read out.
            say(mask_text(&fault.to_string()));
        }
        let command = folder.map_or(String::new(), |folder| format!(" {}", folder.display()));
        UsageError(format!(
            "词库有 {} 处错误，全部列出：tinghu lexicon check{command} / the lexicon has faults",
            faults.len()
        ))
    })?;
    Engine::new(lexicon).context("compiling the lexicon")
}
