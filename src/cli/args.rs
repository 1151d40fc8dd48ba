//! What can be typed.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use tinghu::said::Lang;
use tinghu::settings::{FailOn, LogFormat};

use super::lexicon_args::{DiffArgs, FmtArgs, StatsArgs, SuggestArgs};
use super::shared_args::{EngineArgs, FormatArg, ProfileArg};

/// 听护 · scores bank-hotline transcripts for scam risk and for the care customers received.
#[derive(Debug, Parser)]
#[command(name = "tinghu", version, propagate_version = true)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Language of messages [default: zh]; the lexicon check always speaks Chinese
    #[arg(long, value_enum, global = true, value_name = "LANG")]
    pub lang: Option<LangArg>,
    /// How messages are written to standard error [default: text]
    #[arg(long, value_enum, global = true, value_name = "FORMAT")]
    pub log_format: Option<LogArg>,
}

/// The sub-commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Score calls and write calls.csv, hits.csv, agents.csv, rejects.csv, run.json and the workbook calls.xlsx
    Score(ScoreArgs),
    /// Show one call with its evidence and its three ledgers, line by line
    Explain(ExplainArgs),
    /// Make the page of a finished run, report.html, in its folder
    Report(ReportArgs),
    /// Compare a run with labels: precision, recall, F1, confusion, intervals
    Evaluate(EvaluateArgs),
    /// Work on the lexicons
    #[command(subcommand)]
    Lexicon(LexiconCommand),
    /// Print the JSON Schema of the settings file or of one call of native JSONL
    Schema {
        /// Of what
        #[arg(value_enum)]
        of: SchemaArg,
    },
    /// Bring back what people found when they reviewed a run
    #[command(subcommand)]
    Review(ReviewCommand),
    /// Write a settings file with explanations, and a copy of the built-in lexicons to edit
    Init(InitArgs),
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual pages, one for each command
    Man {
        /// Folder for the pages
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
}

/// Sub-commands of `review`.
#[derive(Debug, Subcommand)]
pub enum ReviewCommand {
    /// Add the verdicts of a reviewed calls.csv, hits.csv or calls.xlsx to a table of reviews
    Import(ReviewImportArgs),
}

/// Options of `init`.
#[derive(Debug, ClapArgs)]
pub struct InitArgs {
    /// Folder for tinghu.toml and lexicons/; made if it is not there
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Overwrite what stands there
    #[arg(long)]
    pub force: bool,
}

/// Sub-commands of `lexicon`.
#[derive(Debug, Subcommand)]
pub enum LexiconCommand {
    /// Name every fault of the lexicons with file, row, column and mend, and run the rows' examples
    Check(CheckArgs),
    /// Tell which calls change score or level between two lexicons, and through which terms
    Diff(DiffArgs),
    /// Write the tables of a folder in one order and spelling; what a faulty table lacks is said
    Fmt(FmtArgs),
    /// Learn wording.csv, what short runs of words tell, from labelled calls
    Fit(FitArgs),
    /// Suggest terms: phrases that confirmed calls say more than ordinary ones, and words that were misheard
    Suggest(SuggestArgs),
    /// Tell what each term did in finished runs, how often people found it right, and which exceptions would have
    /// spared a false alarm
    Stats(StatsArgs),
}

/// Options of `score`.
#[derive(Debug, ClapArgs)]
pub struct ScoreArgs {
    /// Files, folders (read recursively), or - for JSONL on standard input
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// Folder for the results, or - for one line of JSON per call on standard output (then INPUT is -, too)
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    #[command(flatten)]
    pub engine: EngineArgs,
    /// With --out -: score a call again whose id was met before; no ids are kept then
    #[arg(long)]
    pub allow_repeats: bool,
    /// Worker threads [default: one per core]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// For whom the CSVs are written [default: excel]
    #[arg(long, value_enum)]
    pub profile: Option<ProfileArg>,
    /// Overwrite the results of a former run
    #[arg(long)]
    pub force: bool,
    /// Continue an interrupted run into the same folder
    #[arg(long, conflicts_with = "force")]
    pub resume: bool,
    /// Publish nothing if any call is rejected (same as --max-rejects 0)
    #[arg(
        long, num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true,
        value_name = "false"
    )]
    pub strict: Option<bool>,
    /// Most rejects before nothing is published: a number, or a percentage [default: 5%]
    #[arg(long, value_name = "N|P%")]
    pub max_rejects: Option<String>,
    /// Exit with 10 if a call reaches this risk level
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub fail_on: Option<LevelArg>,
    /// Write no transcript text at all
    #[arg(
        long, num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true,
        value_name = "false"
    )]
    pub no_quotes: Option<bool>,
    /// Make no workbook calls.xlsx (the data profile never has one)
    #[arg(
        long, num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true,
        value_name = "false"
    )]
    pub no_workbook: Option<bool>,
    /// Make no page report.html (the data profile makes none; `tinghu report` makes it later)
    #[arg(
        long, num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true,
        value_name = "false"
    )]
    pub no_report: Option<bool>,
    /// Write calls.parquet, hits.parquet and rejects.parquet, too: the tables with types, as in the data profile
    #[arg(
        long, num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true,
        value_name = "false"
    )]
    pub parquet: Option<bool>,
    /// Encoding of inputs without a byte order mark [default: UTF-8, else GB18030]
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// No progress bar and no summary
    #[arg(
        long, short, num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true,
        value_name = "false"
    )]
    pub quiet: Option<bool>,
}

/// Options of `explain`.
#[derive(Debug, ClapArgs)]
pub struct ExplainArgs {
    /// Files or folders that hold the call
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// The call to explain
    #[arg(long, value_name = "ID")]
    pub call: String,
    #[command(flatten)]
    pub engine: EngineArgs,
    /// Show also the hits that do not count
    #[arg(long)]
    pub all: bool,
}

/// Options of `report`.
#[derive(Debug, ClapArgs)]
pub struct ReportArgs {
    /// Result folder of a run
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// Result folder of another run, such as the night before: the page shows what changed
    #[arg(long, value_name = "RUN")]
    pub compare: Option<PathBuf>,
    /// Make the workbook calls.xlsx again, too
    #[arg(long)]
    pub workbook: bool,
}

/// Options of `evaluate`.
#[derive(Debug, ClapArgs)]
pub struct EvaluateArgs {
    /// Result folder of a run
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// JSONL files of labelled calls, or a table of reviews that `review import` made
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub labels: Vec<PathBuf>,
    /// List every disagreement, not only the worst twenty
    #[arg(long)]
    pub all: bool,
}

/// Options of `lexicon check`.
#[derive(Debug, ClapArgs)]
pub struct CheckArgs {
    /// Folder of lexicons [default: the built-in ones]
    #[arg(value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Ordinary calls (file or folder): a scam term that counts on more than 2 % of them is reported
    #[arg(long, value_name = "INPUT")]
    pub ordinary: Option<PathBuf>,
    /// How to show it
    #[arg(long, value_enum, default_value_t = FormatArg::Text)]
    pub format: FormatArg,
}

/// Options of `lexicon fit`.
#[derive(Debug, ClapArgs)]
pub struct FitArgs {
    /// JSONL files of labelled calls
    #[arg(required = true, value_name = "LABELLED")]
    pub labelled: Vec<PathBuf>,
    /// Table to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Options of `review import`.
#[derive(Debug, ClapArgs)]
pub struct ReviewImportArgs {
    /// Tables with verdicts, as Excel or WPS saved them
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Table of reviews to add to; made if it is not there
    #[arg(long, value_name = "FILE")]
    pub into: PathBuf,
    /// The run that the tables were taken from: rows that differ from it are refused
    #[arg(long, value_name = "RUN")]
    pub run: Option<PathBuf>,
    /// Who reviewed, where the table does not say [default: the user]
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// When, instead of now: RFC 3339, for repeatable imports
    #[arg(long, value_name = "TIME")]
    pub at: Option<jiff::Timestamp>,
    /// Pass over rows that differ from the run, instead of refusing everything
    #[arg(long)]
    pub accept_changed: bool,
}

/// Risk levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LevelArg {
    /// medium or high
    Medium,
    /// high
    High,
}

impl From<LevelArg> for FailOn {
    fn from(level: LevelArg) -> FailOn {
        match level {
            LevelArg::Medium => FailOn::Medium,
            LevelArg::High => FailOn::High,
        }
    }
}

/// Languages of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LangArg {
    /// Chinese
    Zh,
    /// English
    En,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Lang {
        match lang {
            LangArg::Zh => Lang::Zh,
            LangArg::En => Lang::En,
        }
    }
}

/// Forms of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogArg {
    /// Lines for people
    Text,
    /// One JSON object a line, for programs
    Json,
}

impl From<LogArg> for LogFormat {
    fn from(format: LogArg) -> LogFormat {
        match format {
            LogArg::Text => LogFormat::Text,
            LogArg::Json => LogFormat::Json,
        }
    }
}

/// What there is a schema of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaArg {
    /// tinghu.toml
    Settings,
    /// One call of native JSONL
    Input,
}
