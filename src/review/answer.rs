//! What people write as a verdict, and what is meant.

use crate::read::bare;
use crate::run::verdict::{HitVerdict, Verdict};

/// What is accepted for a verdict on a call beside its two words.
const CALL: &[(Verdict, &[&str])] = &[
    (Verdict::Right, &["是", "对", "真", "正确", "确认", "确认属实", "√", "✓", "y", "true", "1"]),
    (
        Verdict::FalseAlarm,
        &["否", "不是", "错", "错误", "假", "不属实", "误判", "×", "✗", "x", "n", "no", "false", "0"],
    ),
    (Verdict::Missed, &["漏判", "偏低", "应更高"]),
    (Verdict::Unsure, &["不确定", "待定", "不清楚", "?", "？"]),
];

/// What is accepted for a verdict on a hit beside its two words.
const HIT: &[(HitVerdict, &[&str])] = &[
    (HitVerdict::Yes, &["对", "真", "正确", "属实", "真命中", "命中", "√", "✓", "y", "true", "1"]),
    (HitVerdict::No, &["不是", "错", "错误", "假", "误报", "误命中", "不属实", "×", "✗", "x", "n", "false", "0"]),
    (HitVerdict::Unsure, &["存疑", "待定", "不清楚", "?", "？"]),
];

/// The verdict on a call that a cell states.
pub fn call_verdict(cell: &str) -> Option<Verdict> {
    let word = bare(cell);
    Verdict::parse(&word).or_else(|| synonym(CALL, &word))
}

/// The verdict on a hit that a cell states.
pub fn hit_verdict(cell: &str) -> Option<HitVerdict> {
    let word = bare(cell);
    HitVerdict::parse(&word).or_else(|| synonym(HIT, &word))
}

/// The words that are asked for, in Chinese: for messages.
pub(super) fn call_words() -> String {
    Verdict::ALL.iter().map(|verdict| verdict.zh()).collect::<Vec<_>>().join(" ")
}

/// As [`call_words`], for hits.
pub(super) fn hit_words() -> String {
    HitVerdict::ALL.iter().map(|verdict| verdict.zh()).collect::<Vec<_>>().join(" ")
}

fn synonym<V: Copy>(list: &[(V, &[&str])], word: &str) -> Option<V> {
    list.iter().find(|(_, words)| words.contains(&word)).map(|(verdict, _)| *verdict)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_understood() {
        for (cell, verdict) in [
            ("属实", Verdict::Right),
            (" 误 报\u{a0}", Verdict::FalseAlarm),
            ("RIGHT", Verdict::Right),
            ("TRUE", Verdict::Right),
            ("不是", Verdict::FalseAlarm),
            ("漏报", Verdict::Missed),
            ("？", Verdict::Unsure),
        ] {
            assert_eq!(call_verdict(cell), Some(verdict), "{cell}");
        }
        for (cell, verdict) in
            [("是", HitVerdict::Yes), ("否", HitVerdict::No), ("No", HitVerdict::No), ("存疑", HitVerdict::Unsure)]
        {
            assert_eq!(hit_verdict(cell), Some(verdict), "{cell}");
        }
        assert_eq!((call_verdict("高"), hit_verdict("漏报"), call_verdict("")), (None, None, None));
    }

    #[test]
    fn no_word_means_two_things() {
        fn once<V>(list: &[(V, &[&str])], own: impl Fn(&str) -> bool) {
            let words: Vec<&str> = list.iter().flat_map(|(_, words)| *words).copied().collect();
            assert!(words.iter().enumerate().all(|(at, word)| !words[..at].contains(word) && !own(word)));
        }
        once(CALL, |word| Verdict::parse(word).is_some());
        once(HIT, |word| HitVerdict::parse(word).is_some());
    }
}
