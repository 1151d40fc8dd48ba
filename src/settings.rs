//! `tinghu.toml`: what the command line does not say.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::call::Speaker;

/// The settings file. Unknown keys are errors: a misspelt setting must not pass silently.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Speaker names of the recogniser and what they mean: `left = "agent"`.
    pub speakers: BTreeMap<String, Speaker>,
}

impl Settings {
    /// Reads the text of a settings file.
    ///
    /// # Errors
    /// With line and column of the first fault.
    pub fn parse(text: &str) -> Result<Settings, toml::de::Error> {
        toml::from_str(text)
    }
}
