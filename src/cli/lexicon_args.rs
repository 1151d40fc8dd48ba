//! What can be typed after `lexicon diff`, `fmt`, `stats` and `suggest`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::shared_args::{EngineArgs, FormatArg, ProfileArg};

/// Options of `lexicon diff`.
#[derive(Debug, ClapArgs)]
pub struct DiffArgs {
    /// Folder of lexicons before, or builtin
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// Folder of lexicons after, or builtin
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// Files, folders (read recursively), or - for JSONL on standard input
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// Write one row per changed call
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Overwrite that file
    #[arg(long)]
    pub force: bool,
    /// For whom the CSV is written
    #[arg(long, value_enum, default_value_t = ProfileArg::Excel)]
    pub profile: ProfileArg,
    /// Write no transcript text
    #[arg(long)]
    pub no_quotes: bool,
    /// Show every changed call and term, not only the twenty that changed most
    #[arg(long)]
    pub all: bool,
    /// How to show it
    #[arg(long, value_enum, default_value_t = FormatArg::Text)]
    pub format: FormatArg,
    /// Settings file, for the names of speakers
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Options of `lexicon fmt`.
#[derive(Debug, ClapArgs)]
pub struct FmtArgs {
    /// Folder of lexicons
    #[arg(value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
    /// Change nothing; say which tables would change, and exit with 2 if any would
    #[arg(long)]
    pub check: bool,
    /// How to show it
    #[arg(long, value_enum, default_value_t = FormatArg::Text)]
    pub format: FormatArg,
}

/// Options of `lexicon suggest`.
#[derive(Debug, ClapArgs)]
pub struct SuggestArgs {
    /// Files or folders (read recursively) with the calls
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// JSONL files of labelled calls (high risk is confirmed, low risk ordinary), or a table of reviews
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub labels: Vec<PathBuf>,
    /// Whose words
    #[arg(long, value_enum, default_value_t = SpeakerArg::Customer)]
    pub speaker: SpeakerArg,
    /// Confirmed calls that must hold a phrase
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(2..), value_name = "N")]
    pub min_calls: u32,
    /// z-score from which on a phrase is suggested
    #[arg(long, default_value_t = 1.5, value_name = "Z")]
    pub min_z: f64,
    /// Write the suggestions as rows of a term table, on trial
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Overwrite that file
    #[arg(long)]
    pub force: bool,
    /// Show and write no sentences of calls
    #[arg(long)]
    pub no_quotes: bool,
    /// Show all, not only the first thirty
    #[arg(long)]
    pub all: bool,
    /// How to show it
    #[arg(long, value_enum, default_value_t = FormatArg::Text)]
    pub format: FormatArg,
    #[command(flatten)]
    pub engine: EngineArgs,
}

/// Whose words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SpeakerArg {
    /// The customer
    Customer,
    /// The bank's agent
    Agent,
    /// Anybody else, such as a swindler on an intercepted call
    Other,
}

/// Options of `lexicon stats`.
#[derive(Debug, ClapArgs)]
pub struct StatsArgs {
    /// Result folders of runs
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// Table of reviews that `review import` made
    #[arg(long, value_name = "FILE")]
    pub reviewed: Option<PathBuf>,
    /// Write every term as a CSV
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Write the proposed exceptions as rows for exceptions.csv
    #[arg(long, requires = "reviewed", value_name = "FILE")]
    pub proposals: Option<PathBuf>,
    /// For whom the CSVs are written
    #[arg(long, value_enum, default_value_t = ProfileArg::Excel)]
    pub profile: ProfileArg,
    #[command(flatten)]
    pub engine: EngineArgs,
    /// Overwrite those files
    #[arg(long)]
    pub force: bool,
    /// How to show it
    #[arg(long, value_enum, default_value_t = FormatArg::Text)]
    pub format: FormatArg,
    /// Show everything, not only the most important
    #[arg(long)]
    pub all: bool,
}
