//! `tinghu.toml`: what the command line does not say.

mod check;
mod fault;

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};

pub use fault::{Allowed, Fault, SettingsFault};

use crate::call::Speaker;
use crate::pipeline::RejectLimit;
use crate::read::Encoding;
use crate::said::Lang;
use crate::write::Profile;

/// The settings file. What is not set is left to the command line, and by that to what the program does by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "tinghu.toml")]
pub struct Settings {
    /// Folder of lexicons to use instead of the built-in ones; a relative path begins at the settings file.
    pub lexicons: Option<PathBuf>,
    /// For whom the CSVs are written.
    pub profile: Option<Profile>,
    /// Worker threads; 0 for one per core.
    #[schemars(range(max = 1024))]
    pub threads: Option<usize>,
    /// Most rejects before nothing is published: a number, or a percentage such as `"5%"`.
    pub max_rejects: Option<RejectLimit>,
    /// Publish nothing if any call is rejected.
    pub strict: Option<bool>,
    /// Exit with 10 if a call reaches this risk level.
    pub fail_on: Option<FailOn>,
    /// Whether transcript text may be quoted.
    pub quotes: Option<bool>,
    /// Whether the workbook `calls.xlsx` is made.
    pub workbook: Option<bool>,
    /// Whether the page `report.html` is made.
    pub report: Option<bool>,
    /// Whether `calls.parquet`, `hits.parquet` and `rejects.parquet` are made, too.
    pub parquet: Option<bool>,
    /// Encoding of inputs without a byte order mark.
    #[serde(deserialize_with = "encoding")]
    #[schemars(with = "Option<String>", extend("examples" = Encoding::NAMES))]
    pub encoding: Option<Encoding>,
    /// No progress and no summary.
    pub quiet: Option<bool>,
    /// Language of messages.
    pub lang: Option<Lang>,
    /// How messages are written to standard error.
    pub log_format: Option<LogFormat>,
    /// Speaker names of the recogniser and what they mean: `left = "agent"`.
    pub speakers: BTreeMap<String, Speaker>,
}

/// The risk level that an orchestrator is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Medium or high.
    Medium,
    /// High.
    High,
}

/// How messages are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// A settings file to begin with: every setting with what it does, as `tinghu init` writes it.
pub const TEMPLATE: &str = include_str!("settings.toml");

impl Settings {
    /// Reads the text of a settings file.
    ///
    /// # Errors
    /// Every fault with its line, in the order of lines; at least one.
    pub fn parse(text: &str) -> Result<Settings, Vec<SettingsFault>> {
        check::check(text)?;
        toml::from_str(text).map_err(|error| vec![fault::syntax(text, &error)])
    }
}

fn encoding<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Encoding>, D::Error> {
    let name = Option::<String>::deserialize(deserializer)?;
    let known = |name: String| Encoding::named(&name).ok_or_else(|| de::Error::custom("unknown encoding"));
    name.map(known).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The template with what is commented out taken in.
    fn everything() -> String {
        TEMPLATE.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line).to_owned() + "\n").collect()
    }

    #[test]
    fn the_template_is_sound_and_names_the_lexicons_beside_it() {
        let settings = Settings::parse(TEMPLATE).expect("sound");
        let beside = Settings { lexicons: Some(PathBuf::from("lexicons")), ..Settings::default() };
        assert_eq!(settings, beside, "nothing else is set unasked");
        assert_eq!(Settings::parse(&everything()).expect("sound").speakers.len(), 3);
    }

    #[test]
    fn the_template_names_every_setting() {
        let schema = schemars::schema_for!(Settings);
        let all: toml::Table = everything().parse().expect("TOML");
        let names: Vec<&String> =
            schema.get("properties").and_then(|all| all.as_object()).expect("names").keys().collect();
        assert_eq!(names.len(), all.len());
        assert!(names.iter().all(|name| all.contains_key(*name)), "{names:?}");
    }
}
