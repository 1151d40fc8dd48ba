//! One line of plain text taken apart: time, speaker, words.
//!
//! People write transcripts by hand and by a dozen tools. What stands before the words is recognised
//! narrowly, because a wrong guess gives one side's words to the other.

use std::collections::BTreeMap;

use super::speaker::SpeakerTable;
use super::time::{Time, clock};

/// One line of a call, taken apart.
pub(super) struct Said<'a> {
    pub start: Time,
    pub end: Time,
    pub speaker: Option<&'a str>,
    pub text: &'a str,
    /// Neither time nor speaker: belongs to the turn above.
    pub goes_on: bool,
}

impl<'a> Said<'a> {
    pub fn of(line: &'a str, names: &BTreeMap<&str, u32>, speakers: &SpeakerTable) -> Said<'a> {
        let times = bracketed_time(line).or_else(|| bare_time(line));
        let (start, end, rest) = times.unwrap_or((Time::Absent, Time::Absent, line));
        let timed = times.is_some();
        let named = split_name(rest)
            .filter(|(name, _)| timed || speakers.knows(name) || names.get(name).is_some_and(|count| *count > 1));
        let in_brackets = || marked_name(rest).filter(|(name, _)| speakers.knows(name));
        if let Some((name, text)) = named.or_else(in_brackets) {
            return Said { start, end, speaker: Some(name), text, goes_on: false };
        }
        // A clock without brackets or speaker is speech: 十点半 written 10:30.
        if timed && bracketed_time(line).is_some() {
            return Said { start, end, speaker: None, text: rest, goes_on: false };
        }
        Said { start: Time::Absent, end: Time::Absent, speaker: None, text: line, goes_on: true }
    }
}

/// `name：text`, where the name is at most sixteen letters, digits or brackets.
pub(super) fn split_name(line: &str) -> Option<(&str, &str)> {
    let at = line.char_indices().take(17).find(|(_, c)| matches!(c, ':' | '：'))?.0;
    let name = line[..at].trim();
    let fits = |c: char| c.is_alphanumeric() || " _-#()（）[]".contains(c);
    if name.is_empty() || !name.chars().all(fits) || name.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let text = line[at..].trim_start_matches([':', '：']);
    Some((name, text.trim()))
}

/// `【name】text`.
fn marked_name(line: &str) -> Option<(&str, &str)> {
    let (name, text) = line.strip_prefix(['【', '['])?.split_once(['】', ']'])?;
    Some((name.trim(), text.trim_start_matches([':', '：', ' ']).trim()))
}

/// `[00:12]`, `[00:12.340-00:15.2]` and the like before the rest of a line.
fn bracketed_time(line: &str) -> Option<(Time, Time, &str)> {
    let open = line.chars().next().filter(|c| "[(【（".contains(*c))?;
    let close = match open {
        '[' => ']',
        '(' => ')',
        '【' => '】',
        _ => '）',
    };
    let (inside, rest) = line[open.len_utf8()..].split_once(close)?;
    let (start, end) = span(inside)?;
    Some((start, end, rest.trim()))
}

/// `00:12`, `00:12 - 00:15` before a speaker.
fn bare_time(line: &str) -> Option<(Time, Time, &str)> {
    let part = |c: char| c.is_ascii_digit() || matches!(c, ':' | '：' | '.' | ',');
    let cut = line.find(|c| !part(c)).unwrap_or(line.len());
    let start = clock(&line[..cut])?;
    let rest = line[cut..].trim_start();
    let after = rest.trim_start_matches(['-', '>', '~', '–', '至']);
    if after.len() < rest.len() {
        let after = after.trim_start();
        let cut = after.find(|c| !part(c)).unwrap_or(after.len());
        if let Some(end) = clock(&after[..cut]) {
            return Some((Time::Ms(start), Time::Ms(end), after[cut..].trim()));
        }
    }
    Some((Time::Ms(start), Time::Absent, rest))
}

/// One clock, or two with a dash between them.
fn span(inside: &str) -> Option<(Time, Time)> {
    let Some(at) = inside.find(['-', '~', '–', '至']) else {
        return Some((Time::Ms(clock(inside)?), Time::Absent));
    };
    let end = inside[at..].trim_start_matches(['-', '>', '~', '–', '至']);
    Some((Time::Ms(clock(&inside[..at])?), Time::Ms(clock(end)?)))
}
