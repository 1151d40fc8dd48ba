//! What stands in a cell, and how the words of the outputs are shown to people.

use std::borrow::Cow;

use rust_xlsxwriter::ExcelDateTime;

use super::look::Tone;
use crate::run::verdict::Verdict;
use crate::score::{Band, DistressLevel, RiskLevel, Trend};
use crate::write::Decimal;

/// The content of a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell<'c> {
    /// Nothing.
    Empty,
    /// A text on one line: an identifier, a word.
    Text(Cow<'c, str>),
    /// A text that may take several lines.
    Wrapped(Cow<'c, str>),
    /// A text that may take several lines and does not count.
    Aside(&'c str),
    /// What is said beside a number.
    Remark(&'c str),
    /// A whole number.
    Number(u64),
    /// A score, or what a line adds to it; nothing is faint.
    Points(i64),
    /// A number with one decimal.
    Tenths(Decimal),
    /// A share of one, shown in percent.
    Share(Decimal),
    /// A point in time as given.
    Time(&'c str),
    /// A number with its colour.
    Rank(u8, Tone),
    /// A word with its colour.
    Mark(&'static str, Tone),
}

impl<'c> Cell<'c> {
    /// A text on one line.
    pub fn text(text: &'c str) -> Cell<'c> {
        Cell::Text(Cow::Borrowed(text))
    }

    /// A text that may take several lines.
    pub fn wrapped(text: &'c str) -> Cell<'c> {
        Cell::Wrapped(Cow::Borrowed(text))
    }

    /// A number, or nothing.
    pub fn maybe(number: Option<u64>) -> Cell<'c> {
        number.map_or(Cell::Empty, Cell::Number)
    }

    /// Words of a list, in Chinese.
    pub fn words<T: Copy>(words: &[T], zh: fn(T) -> &'static str, between: &str) -> Cell<'c> {
        let words: Vec<&str> = words.iter().map(|word| zh(*word)).collect();
        Cell::Text(Cow::Owned(words.join(between)))
    }

    /// 是 in a colour, or 否.
    pub fn yes_or_no(value: bool, yes: Tone) -> Cell<'c> {
        if value { Cell::Mark("是", yes) } else { Cell::Mark("否", Tone::Plain) }
    }
}

impl From<RiskLevel> for Cell<'_> {
    fn from(level: RiskLevel) -> Self {
        let tone = match level {
            RiskLevel::High => Tone::Bad,
            RiskLevel::Medium => Tone::Warn,
            RiskLevel::Low => Tone::Plain,
        };
        Cell::Mark(level.zh(), tone)
    }
}

impl From<DistressLevel> for Cell<'_> {
    fn from(level: DistressLevel) -> Self {
        let tone = match level {
            DistressLevel::High => Tone::Bad,
            DistressLevel::Medium => Tone::Warn,
            DistressLevel::Low => Tone::Plain,
            DistressLevel::None => Tone::Faint,
        };
        Cell::Mark(level.zh(), tone)
    }
}

impl From<Band> for Cell<'_> {
    fn from(band: Band) -> Self {
        let tone = match band {
            Band::Poor => Tone::Bad,
            Band::Fair => Tone::Warn,
            Band::Good => Tone::Good,
            Band::NotDue => Tone::Faint,
        };
        Cell::Mark(band.zh(), tone)
    }
}

impl From<Trend> for Cell<'_> {
    fn from(trend: Trend) -> Self {
        let tone = match trend {
            Trend::Worse => Tone::Bad,
            Trend::Steady => Tone::Plain,
            Trend::Eased => Tone::Good,
        };
        Cell::Mark(trend.zh(), tone)
    }
}

/// The colour of a verdict once it is chosen.
pub(super) fn tone_of_verdict(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Right => Tone::Good,
        Verdict::FalseAlarm => Tone::Bad,
        Verdict::Missed | Verdict::Unsure => Tone::Warn,
    }
}

/// The time that a clock on the wall showed, for a point in time that begins like RFC 3339.
pub(super) fn wall_clock(text: &str) -> Option<ExcelDateTime> {
    let (date, time) = (text.get(..10)?, text.get(10..).unwrap_or_default());
    let number = |text: &str, from: usize, to: usize| -> Option<u16> {
        let digits = text.get(from..to).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        digits.parse().ok()
    };
    let marks = date.as_bytes().get(4) == Some(&b'-') && date.as_bytes().get(7) == Some(&b'-');
    let (year, month, day) = (number(date, 0, 4)?, number(date, 5, 7)?, number(date, 8, 10)?);
    let midnight = ExcelDateTime::from_ymd(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?).ok();
    let midnight = midnight.filter(|_| marks && year >= 1900)?;
    if !time.starts_with(['T', 't', ' ']) {
        return time.is_empty().then_some(midnight);
    }
    let (hour, minute, second) = (number(time, 1, 3)?, number(time, 4, 6)?, number(time, 7, 9).unwrap_or(0));
    let valid = hour < 24 && time.as_bytes().get(3) == Some(&b':');
    midnight.and_hms(hour, u8::try_from(minute).ok()?, f64::from(second)).ok().filter(|_| valid)
}

/// The items of a cell that lists remarks or quotes, each on a line of its own.
pub(super) fn in_lines(text: &str) -> Cell<'_> {
    Cell::Wrapped(lined(text).into())
}

/// What the workbook shows for a cell of the tables that lists remarks or quotes.
pub(crate) fn lined(text: &str) -> String {
    let begins = |rest: &str| {
        let mut first = rest.chars();
        let mark = first.next().is_some_and(|c| "#EN".contains(c));
        mark && first.next().is_some_and(|c| c.is_ascii_digit()) || rest.starts_with(UNANSWERED)
    };
    let mut lines = String::with_capacity(text.len());
    for part in text.split('；') {
        if !lines.is_empty() {
            lines.push(if begins(part) { '\n' } else { '；' });
        }
        lines.push_str(part.strip_prefix(UNANSWERED).unwrap_or(part));
    }
    lines
}

/// The code of a gap that has no number.
const UNANSWERED: &str = "unanswered ";

/// How many lines a text takes in a cell of so many characters' width: Han characters are twice as wide.
pub(super) fn lines(text: &str, width: f64) -> u32 {
    let line = |line: &str| {
        let units: f64 = line.chars().map(|c| if c.is_ascii() { 1.0 } else { 1.9 }).sum();
        (units / (width - 0.2).max(1.0)).ceil().max(1.0) as u32
    };
    text.split('\n').map(line).sum()
}

/// What a cell of Excel holds at most, counted as Excel counts.
const LONGEST: usize = 32_767;
/// What stands at the end of a text that was longer.
pub(crate) const CUT: &str = "…（过长，已截断；全文见 CSV）";

/// A text as a cell can hold it: not too long, and never a formula.
pub(super) fn fitting(text: &str) -> Cow<'_, str> {
    let guarded = crate::write::guarded(text);
    if guarded.len() <= LONGEST || guarded.encode_utf16().count() <= LONGEST {
        return guarded;
    }
    let room = LONGEST - CUT.encode_utf16().count();
    let mut units = 0;
    let kept: String = guarded
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= room
        })
        .collect();
    Cow::Owned(kept + CUT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_where_they_are_times() {
        let shown = |text: &str| wall_clock(text).map(|time| format!("{:.4}", time.to_excel()));
        assert_eq!(shown("2026-11-22T12:00:00+08:00").as_deref(), Some("46348.5000"));
        assert_eq!(shown("2026-11-22 06:00").as_deref(), Some("46348.2500"));
        assert_eq!(shown("2026-11-22").as_deref(), Some("46348.0000"));
        for text in [
            "",
            "今晚",
            "2026-13-01T00:00:00",
            "2026-11-22T25:00",
            "2026/11/22",
            "1780000000",
            "2026-11-22x",
            "1800-01-01",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    #[test]
    fn items_stand_on_lines_of_their_own() {
        assert_eq!(lined("#4 由头 A；#14 恐吓 B"), "#4 由头 A\n#14 恐吓 B");
        assert_eq!(
            lined("unanswered 第2句；N1 推诿 #7 “看不到；没有”；E7 没有"),
            "第2句\nN1 推诿 #7 “看不到；没有”\nE7 没有"
        );
        assert_eq!(lined(""), "");
    }

    #[test]
    fn lines_are_counted_by_width() {
        assert_eq!(lines("", 10.0), 1);
        assert_eq!(lines("好好好好", 10.0), 1);
        assert_eq!(lines("好好好好好好", 10.0), 2);
        assert_eq!(lines("好\n\n好", 10.0), 3);
    }

    #[test]
    fn long_texts_are_cut_where_excel_would_refuse_them() {
        let long = "𠮷".repeat(20_000);
        let cut = fitting(&long);
        assert!(
            cut.ends_with(CUT) && cut.encode_utf16().count() <= LONGEST && cut.encode_utf16().count() > LONGEST - 3
        );
        let whole = "好".repeat(LONGEST);
        assert_eq!(fitting(&whole), whole);
        assert_eq!(fitting("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
    }
}
