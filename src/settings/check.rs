//! The look through a settings file that finds every fault, before its values are taken.

use toml::de::{DeTable, DeValue};

use super::fault::{Allowed, Fault, SettingsFault, line, nearest, shown, syntax};
use crate::pipeline::RejectLimit;
use crate::read::Encoding;

/// Every setting and what it takes.
pub(super) const FIELDS: &[(&str, Allowed)] = &[
    ("lexicons", Allowed::Text),
    ("profile", Allowed::Words(&["excel", "data"])),
    ("threads", Allowed::Number(1024)),
    ("max_rejects", Allowed::Limit),
    ("strict", Allowed::Switch),
    ("fail_on", Allowed::Words(&["medium", "high"])),
    ("quotes", Allowed::Switch),
    ("workbook", Allowed::Switch),
    ("report", Allowed::Switch),
    ("parquet", Allowed::Switch),
    ("encoding", Allowed::Words(Encoding::NAMES)),
    ("quiet", Allowed::Switch),
    ("lang", Allowed::Words(&["zh", "en"])),
    ("log_format", Allowed::Words(&["text", "json"])),
    ("speakers", Allowed::Speakers),
];

/// What a speaker's name may mean.
const SPEAKERS: &[&str] = &["agent", "customer", "other"];

/// Every fault, in the order of lines.
pub(super) fn check(text: &str) -> Result<(), Vec<SettingsFault>> {
    let table = DeTable::parse(text).map_err(|error| vec![syntax(text, &error)])?;
    let mut faults = Vec::new();
    let mut note = |place, fault| faults.push(SettingsFault { line: line(text, Some(place)), fault });
    for (key, value) in table.get_ref() {
        let Some((name, allowed)) = FIELDS.iter().find(|(name, _)| *name == key.get_ref().as_ref()) else {
            note(key.span(), unknown(key.get_ref()));
            continue;
        };
        match (allowed, value.get_ref()) {
            (Allowed::Speakers, DeValue::Table(speakers)) => {
                for (name, meaning) in speakers {
                    if let Some(fault) = speaker(name.get_ref(), meaning.get_ref()) {
                        note(name.span(), fault);
                    }
                }
            }
            (_, value) if takes(*allowed, value) => {}
            (_, value) => {
                note(key.span(), Fault::WrongValue { key: Some(name), value: shown_value(value), allowed: *allowed });
            }
        }
    }
    faults.sort_by_key(|fault| fault.line);
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn unknown(key: &str) -> Fault {
    let names: Vec<&'static str> = FIELDS.iter().map(|(name, _)| *name).collect();
    let shown = shown(key);
    let nearest = shown.as_ref().and_then(|key| nearest(key, &names));
    Fault::UnknownKey(shown, nearest)
}

/// What is wrong with a line below `[speakers]`.
fn speaker(name: &str, meaning: &DeValue<'_>) -> Option<Fault> {
    let words = Allowed::Words(SPEAKERS);
    if takes(words, meaning) {
        return None;
    }
    // A setting at the end of the file is easily taken for one of the file.
    let setting = FIELDS.iter().find(|(known, allowed)| *known == name && takes(*allowed, meaning));
    let wrong = || Fault::WrongValue { key: None, value: shown_value(meaning), allowed: words };
    Some(setting.map_or_else(wrong, |(known, _)| Fault::BelowSpeakers(known)))
}

fn takes(allowed: Allowed, value: &DeValue<'_>) -> bool {
    let number = || value.as_integer().and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok());
    match allowed {
        Allowed::Words(Encoding::NAMES) => value.as_str().is_some_and(|name| Encoding::named(name).is_some()),
        Allowed::Words(words) => value.as_str().is_some_and(|word| words.contains(&word)),
        Allowed::Switch => value.is_bool(),
        Allowed::Number(most) => number().is_some_and(|number| (0..=most).contains(&number)),
        Allowed::Limit => match value.as_str() {
            Some(text) => text.parse::<RejectLimit>().is_ok(),
            None => number().is_some_and(|number| number >= 0),
        },
        Allowed::Text => value.is_str(),
        Allowed::Speakers => value.is_table(),
    }
}

/// A value as messages may repeat it.
fn shown_value(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => shown(text),
        DeValue::Integer(number) => shown(number.as_str()),
        DeValue::Boolean(switch) => Some(switch.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[test]
    fn the_fields_are_those_of_the_settings_with_the_words_they_take() {
        let schema = schemars::schema_for!(Settings).to_value();
        let properties = schema["properties"].as_object().expect("properties");
        let names = |all: &mut dyn Iterator<Item = &str>| {
            let mut names: Vec<String> = all.map(str::to_owned).collect();
            names.sort_unstable();
            names
        };
        let schemas = names(&mut properties.keys().map(String::as_str));
        assert_eq!(names(&mut FIELDS.iter().map(|(name, _)| *name)), schemas);
        for (name, allowed) in FIELDS {
            let Allowed::Words(words) = allowed else { continue };
            let accepted = |word: &str| Settings::parse(&format!("{name} = \"{word}\"\n")).is_ok();
            assert!(words.iter().all(|word| accepted(word)) && !accepted("word"), "{name}");
        }
    }
}
