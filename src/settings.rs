//! `tinghu.toml`: what the command line does not say.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use crate::call::Speaker;

/// The settings file. Unknown keys are errors: a misspelt setting must not pass silently.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Speaker names of the recogniser and what they mean: `left = "agent"`.
    pub speakers: BTreeMap<String, Speaker>,
    /// Folder of lexicons to use instead of the built-in ones; a relative path begins at the settings file.
    pub lexicons: Option<PathBuf>,
}

/// A settings file to begin with: every setting with what it does, as `tinghu init` writes it.
pub const TEMPLATE: &str = include_str!("settings.toml");

impl Settings {
    /// Reads the text of a settings file.
    ///
    /// # Errors
    /// With line and column of the first fault.
    pub fn parse(text: &str) -> Result<Settings, toml::de::Error> {
        toml::from_str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_sound_and_names_the_lexicons_beside_it() {
        let settings = Settings::parse(TEMPLATE).expect("sound");
        assert_eq!(settings.lexicons, Some(PathBuf::from("lexicons")));
        // What is commented out is sound, too.
        let all: String =
            TEMPLATE.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line).to_owned() + "\n").collect();
        assert_eq!(Settings::parse(&all).expect("sound").speakers.len(), 3);
    }

    #[test]
    fn a_misspelt_setting_is_an_error_that_names_the_right_ones() {
        let error = Settings::parse("lexicon = \"x\"\n").expect_err("misspelt");
        assert!(error.message().contains("lexicons") && error.span().is_some(), "{}", error.message());
    }
}
