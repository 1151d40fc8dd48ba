//! The command line: one file per sub-command.

mod args;
mod check;
mod config;
mod evaluate;
mod explain;
mod fit;
mod init;
mod lexicon_args;
mod lexicon_diff;
mod lexicon_fmt;
mod lexicon_out;
mod lexicon_suggest;
mod manual;
mod panics;
mod progress;
mod report;
mod review;
mod schema;
mod score;
mod shared_args;
mod stats;
mod stats_json;
mod stream;
mod summary;
mod terminal;

use std::ffi::OsString;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use serde_json::Value;
use tinghu::both;
use tinghu::engine::Engine;
use tinghu::lexicon::{Lexicon, read_folder};
use tinghu::normalise::mask_text;
use tinghu::said::{Both, Said};
use tinghu::settings::{FailOn, LogFormat};
use tinghu::text::escape_lines;
use tinghu::write::Counts;

use args::{Args, Command, LexiconCommand, ReviewCommand};
use terminal::{Level, say_lines, tell};

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

impl Exit {
    /// How a run with these counts ends.
    pub fn of(counts: &Counts, fail_on: Option<FailOn>) -> Exit {
        let met = match fail_on {
            Some(FailOn::High) => counts.high_risk > 0,
            Some(FailOn::Medium) => counts.high_risk + counts.medium_risk > 0,
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
}

/// Parses the arguments and runs the command.
pub fn main() -> ExitCode {
    panics::install();
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return refused(&error),
    };
    terminal::settle(args.lang.map(Into::into), args.log_format.map(Into::into));
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
            let (event, message, exit) = told(&error);
            tell(Level::Error, event, &message, [("exit_code", Value::from(exit as u8))]);
            ExitCode::from(exit as u8)
        }
    }
}

/// What is said of an error, and how the program ends.
fn told(error: &anyhow::Error) -> (&'static str, Both, Exit) {
    if let Some(UsageError(message)) = error.downcast_ref() {
        ("usage", message.clone(), Exit::Usage)
    } else if let Some(Failure(message)) = error.downcast_ref() {
        ("fatal", message.clone(), Exit::Fatal)
    } else if let Some(error) = error.downcast_ref::<io::Error>() {
        ("fatal", error.both(), Exit::Fatal)
    } else {
        // What other crates say, in their own words.
        let text = format!("{error:#}");
        ("fatal", Both { zh: text.clone(), en: text }, Exit::Fatal)
    }
}

/// Shows help, version, or what is wrong with the arguments, which are repeated and may hold names of files.
fn refused(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    if error.use_stderr() && asks_for_json(std::env::args_os()) {
        terminal::settle(None, Some(LogFormat::Json));
        let text = text.trim_end().to_owned();
        let exit_code = ("exit_code", Value::from(Exit::Usage as u8));
        tell(Level::Error, "usage", &Both { zh: text.clone(), en: text }, [exit_code]);
        return ExitCode::from(Exit::Usage as u8);
    }
    if !error.use_stderr() || escape_lines(&text) == text {
        // As clap likes it, with colours; nobody listening is no fault.
        let _ = error.print();
    } else {
        say_lines(&text);
    }
    ExitCode::from(if error.use_stderr() { Exit::Usage } else { Exit::Done } as u8)
}

/// Whether arguments that could not be understood as a whole ask for JSON.
fn asks_for_json(arguments: impl Iterator<Item = OsString>) -> bool {
    let words: Vec<OsString> = arguments.collect();
    words.iter().any(|word| word == "--log-format=json")
        || words.windows(2).any(|pair| pair[0] == "--log-format" && pair[1] == "json")
}

fn run(command: &Command) -> anyhow::Result<Exit> {
    match command {
        Command::Score(options) => score::run(options),
        Command::Explain(options) => explain::run(options),
        Command::Report(options) => report::run(options),
        Command::Evaluate(options) => evaluate::run(options),
        Command::Lexicon(LexiconCommand::Check(options)) => check::run(options),
        Command::Lexicon(LexiconCommand::Diff(options)) => lexicon_diff::run(options),
        Command::Lexicon(LexiconCommand::Fit(options)) => fit::run(options),
        Command::Schema { of } => schema::run(*of),
        Command::Lexicon(LexiconCommand::Fmt(options)) => lexicon_fmt::run(options),
        Command::Lexicon(LexiconCommand::Suggest(options)) => lexicon_suggest::run(options),
        Command::Lexicon(LexiconCommand::Stats(options)) => stats::run(options),
        Command::Review(ReviewCommand::Import(options)) => review::run(options),
        Command::Init(options) => init::run(options),
        Command::Completions { shell } => manual::completions(*shell),
        Command::Man { dir } => manual::pages(dir),
    }
}

/// A fault of arguments, settings or lexicon: nothing was read. The program ends with [`Exit::Usage`].
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.zh)]
pub struct UsageError(pub Both);

/// Any other fault, told in both languages. The program ends with [`Exit::Fatal`].
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.zh)]
pub struct Failure(pub Both);

/// An error of the library that is a fault of arguments, settings or lexicon.
pub fn usage(error: impl Said) -> UsageError {
    UsageError(error.both())
}

/// Any other error of the library.
pub fn failure(error: impl Said) -> Failure {
    Failure(error.both())
}

/// That the disk refuses a file or folder.
pub fn refuses(path: &Path) -> impl FnOnce(io::Error) -> Failure {
    let path = path.display().to_string();
    move |error| {
        let why = error.both();
        Failure(both!("{path}：{}", why.zh; "{path}: {}", why.en))
    }
}

/// Loads the lexicon of a folder, or the built-in one, and compiles it.
pub fn load_engine(folder: Option<&Path>) -> anyhow::Result<Engine> {
    let lexicon = match folder {
        Some(folder) => Lexicon::load(read_folder(folder).map_err(|error| unreadable(folder, &error))?),
        None => Lexicon::builtin(),
    };
    let lexicon = lexicon.map_err(|faults| {
        for fault in faults.iter().take(20) {
            // A folder of transcripts given by mistake must not be read out.
            let fault = mask_text(&fault.to_string());
            let message = Both { zh: fault.clone(), en: fault };
            tell(Level::Error, "lexicon", &message, []);
        }
        let command = folder.map_or(String::new(), |folder| format!(" {}", folder.display()));
        UsageError(both!(
            "词库有 {} 处错误，全部列出：tinghu lexicon check{command}", faults.len();
            "the lexicon has {} faults, listed by: tinghu lexicon check{command}", faults.len()
        ))
    })?;
    Ok(Engine::new(lexicon).map_err(failure)?)
}

/// That a folder of lexicons cannot be read.
pub fn unreadable(folder: &Path, error: &io::Error) -> UsageError {
    let (folder, why) = (folder.display(), error.both());
    UsageError(both!(
        "词库目录 {folder} 读不出来：{}", why.zh;
        "cannot read the lexicon folder {folder}: {}", why.en
    ))
}
