//! Whether a cell that came back from a spreadsheet is the one that went out.
//!
//! Spreadsheets change what they save in ways that mean nothing: `TRUE` for `true`, `12.0` for `12`, a blank more
//! or less, a question mark for what the encoding cannot hold. Everything else is a change.

use std::borrow::Cow;

use encoding_rs::GBK;

use super::line::NO_TYPE;
use crate::call::{Direction, Speaker};
use crate::context::Stance;
use crate::lexicon::{Phase, ScamType};
use crate::morning::{CUT, lined};
use crate::normalise::mask_text;
use crate::read::Encoding;
use crate::run::MatchedBy;
use crate::score::{Band, Dimension, DistressLevel, RiskLevel, Trend};
use crate::text::is_unclean;
use crate::write::{Column, Profile, unguarded};

/// Columns that are not compared: a spreadsheet writes times in its own way.
const NOT_COMPARED: &[&str] = &["started_at"];

/// Columns with words of the call or about it, which no message repeats.
const SPEECH: &[&str] = &[
    "risk_reason",
    "empathy_strengths",
    "empathy_gaps",
    "top_evidence",
    "quote",
    "matched",
    "term",
    "reason",
    "source",
];

/// Columns that the workbook shows in another way: lists of words, and moments of a call.
const OTHERWISE_IN_WORKBOOK: &[&str] = &[
    "stages",
    "duty_steps",
    "protective_actions",
    "distress_kinds",
    "vulnerability",
    "outcome",
    "review_reasons",
    "input_warnings",
    "kind",
];

/// Whether a cell of this column means what it meant; `encoding` is that of the file which came back.
pub(super) fn is_same(column: &str, was: &str, is: &str, encoding: Option<Encoding>) -> bool {
    if was == is || NOT_COMPARED.contains(&column) {
        return true;
    }
    let (was, is) = (meant(was), meant(is));
    was.eq_ignore_ascii_case(&is)
        || is_same_number(&was, &is)
        || (encoding == Some(Encoding::Gb18030) && in_gbk(&was) == *is)
}

/// As [`is_same`], for a cell of the workbook, which shows words in Chinese and breaks long texts into lines.
pub(super) fn is_same_in_workbook(column: &str, was: &str, is: &str) -> bool {
    if OTHERWISE_IN_WORKBOOK.contains(&column) || is_same(column, was, is, None) {
        return true;
    }
    if SPEECH.contains(&column) {
        let (was, is) = (lined(was), meant(is));
        return match is.strip_suffix(&*meant(CUT)) {
            Some(beginning) => meant(&was).starts_with(beginning),
            None => meant(&was) == is,
        };
    }
    in_chinese(column, was).is_some_and(|word| word == is.trim())
}

/// The word that the workbook shows for a word of the run.
fn in_chinese(column: &str, word: &str) -> Option<&'static str> {
    match column {
        "direction" => Direction::parse(word).map(Direction::zh),
        "speaker" => Speaker::parse(word).map(Speaker::zh),
        "risk_level" => RiskLevel::parse(word).map(RiskLevel::zh),
        "scam_type" | "scam_type_2" if word == "none" => Some(NO_TYPE),
        "scam_type" | "scam_type_2" => ScamType::parse(word).map(ScamType::zh),
        "phase" => Phase::parse(word).map(Phase::zh),
        "distress_level" => DistressLevel::parse(word).map(DistressLevel::zh),
        "distress_trend" => Trend::parse(word).map(Trend::zh),
        "empathy_level" => Band::parse(word).map(Band::zh),
        "dimension" => Dimension::parse(word).map(Dimension::zh),
        "stance" => Stance::parse(word).map(Stance::zh),
        "match" => MatchedBy::parse(word).map(MatchedBy::zh),
        _ => match word {
            "true" => Some("是"),
            "false" => Some("否"),
            _ => None,
        },
    }
}

/// A cell without what protects it and what does not show.
fn meant(cell: &str) -> Cow<'_, str> {
    let shown = |c: &char| !is_unclean(*c) && !c.is_whitespace();
    let cell = cell.trim().trim_start_matches('\u{feff}');
    let cell = unguarded(cell, Some(Profile::Excel));
    if cell.chars().all(|c| shown(&c)) { cell.into() } else { cell.chars().filter(shown).collect::<String>().into() }
}

fn is_same_number(was: &str, is: &str) -> bool {
    let plain = is.replace(',', "");
    // Identifiers are longer than a float is exact.
    let short = was.len().max(plain.len()) <= 15;
    short && was.parse::<f64>().is_ok_and(|was| plain.parse::<f64>().is_ok_and(|is| was == is))
}

/// The text as a program saves it in GBK: what GBK does not have becomes a question mark for each UTF-16 unit.
fn in_gbk(text: &str) -> String {
    let mut saved = String::with_capacity(text.len());
    for c in text.chars() {
        let mut units = [0; 4];
        match GBK.encode(c.encode_utf8(&mut units)).2 {
            false => saved.push(c),
            true => saved.extend(std::iter::repeat_n('?', c.len_utf16())),
        }
    }
    saved
}

/// What a message shows of a cell: never speech, never a number of a person.
pub(super) fn shown(column: Column, was: &str, is: &str) -> (String, String) {
    if SPEECH.contains(&column.0) {
        let length = |text: &str| format!("（{} 字）", meant(text).chars().count());
        return (length(was), length(is));
    }
    (short(was), short(is))
}

/// A word from outside in a message: masked, and no longer than a word is.
pub(super) fn short(cell: &str) -> String {
    const LONGEST: usize = 24;
    let masked = mask_text(cell.trim());
    match masked.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("“{}…”", &masked[..cut]),
        None => format!("“{masked}”"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_does_on_its_own_is_no_change() {
        for (was, is) in [
            ("true", "TRUE"),
            ("12", "12.0"),
            ("1234", "1,234"),
            ("'000123456789", "000123456789"),
            ("'=1+1", "=1+1"),
            ("好 的", "好\u{a0}的 "),
            ("#3 00:26 “好”", "#3 00:26 “好”\u{200b}"),
        ] {
            assert!(is_same("x", was, is, None), "{was} {is}");
        }
        assert!(is_same("started_at", "2026-11-22T21:03:11+08:00", "2026/11/22 21:03", None));
        assert!(is_same("quote", "好🙂𠮷的", "好????的", Some(Encoding::Gb18030)));
    }

    #[test]
    fn the_workbook_says_the_same_in_chinese() {
        for (column, was, is) in [
            ("risk_level", "high", "高"),
            ("scam_type", "none", "无"),
            ("agent_warned", "false", "否"),
            ("risk_reason", "#10 由头 A；#14 催促 B", "#10 由头 A\n#14 催促 B"),
            ("empathy_gaps", "unanswered 第2句；E7 没有", "第2句\nE7 没有"),
            ("top_evidence", "#1 00:00 “一二三四”", "#1 00:00 “一二…（过长，已截断；全文见 CSV）"),
            ("stages", "P>T", "由头→恐吓"),
            ("points", "-3", "-3"),
        ] {
            assert!(is_same_in_workbook(column, was, is), "{column}");
        }
        assert!(!is_same_in_workbook("risk_level", "high", "低"));
        assert!(!is_same_in_workbook("risk_reason", "#10 由头 A", "#10 由头 B"));
        assert!(!is_same_in_workbook("points", "3", "4"));
    }

    #[test]
    fn everything_else_is() {
        for (was, is) in
            [("76", "75"), ("high", "low"), ("high", ""), ("12", "012a"), ("好的", "好地"), ("P>T", "P>K"), ("", "1")]
        {
            assert!(!is_same("x", was, is, Some(Encoding::Gb18030)), "{was} {is}");
        }
        assert!(!is_same("x", "好🙂的", "好??的", None), "UTF-8 loses nothing");
        assert!(!is_same("x", "9007199254740993", "9007199254740992", None));
    }

    #[test]
    fn messages_repeat_no_speech() {
        assert_eq!(shown(("quote", "原话"), "念给他了", "念他").0, "（4 字）");
        let (was, is) = shown(("agent_id", "坐席工号"), "0012", "电话13800000000");
        assert!(was == "“0012”" && !is.contains("138000"));
        assert!(short(&"长".repeat(99)).chars().count() < 30);
    }
}
