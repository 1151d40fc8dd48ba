//! What can be typed after several commands.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use tinghu::write::Profile;

/// Where lexicons and settings come from.
#[derive(Debug, ClapArgs)]
pub struct EngineArgs {
    /// Folder of lexicons to use instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub lexicons: Option<PathBuf>,
    /// Settings file, as `tinghu init` writes it; the command line wins over it
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProfileArg {
    /// Chinese headers, BOM, CRLF, review columns
    Excel,
    /// English headers, LF, for programs
    Data,
}

impl From<ProfileArg> for Profile {
    fn from(profile: ProfileArg) -> Profile {
        match profile {
            ProfileArg::Excel => Profile::Excel,
            ProfileArg::Data => Profile::Data,
        }
    }
}

/// How findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// For people
    Text,
    /// For programs: one JSON object
    Json,
}
