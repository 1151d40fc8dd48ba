//! Numbers in running speech: digits, Chinese numerals, and which of them are sums of money.

use std::sync::LazyLock;

use super::{View, WordSet};

/// What a number stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberKind {
    /// A sum of money: it has a currency word, or a magnitude (千, 万) and nothing else that is counted.
    Amount,
    /// Any other number.
    Plain,
}

/// A number found in a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// First view position.
    pub start: usize,
    /// One past the last view position, currency word included.
    pub end: usize,
    /// What it stands for.
    pub kind: NumberKind,
    /// Its value, in yuan (or units of another currency) for an amount; 0 where it cannot be told.
    pub value: u64,
}

/// Currency words.
static CURRENCY: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "块钱",
        "元钱",
        "港币",
        "港元",
        "美元",
        "美金",
        "欧元",
        "英镑",
        "日元",
        "韩元",
        "澳元",
        "加元",
        "澳币",
        "人民币",
        "大洋",
        "元",
        "块",
        "刀",
        "镑",
    ])
});

/// Words after a magnitude that show that something other than money is counted.
const COUNTED: &[char] = &[
    '个', '人', '次', '年', '号', '点', '岁', '天', '分', '秒', '月', '家', '遍', '位', '名', '条', '斤', '里', '米',
    '步', '公', '粉', '票', '张', '件', '单', '度', '积', '户', '%',
];

/// Characters that make a word of their own with a 一 before them.
const ONE_BEGINS: &[char] =
    &['下', '起', '直', '共', '个', '次', '笔', '点', '会', '样', '定', '分', '块', '年', '天', '夜'];

/// Finds all numbers of a turn, left to right.
pub fn find_numbers(view: &View) -> Vec<Number> {
    let chars = view.chars();
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if !is_numeral(chars[at]) {
            at += 1;
            continue;
        }
        // 万一, 千万 and 百万保障 are words: a number does not begin with a large magnitude.
        if magnitude(chars[at]).is_some_and(|unit| unit > 10) {
            while at < chars.len() && magnitude(chars[at]).is_some() {
                at += 1;
            }
            continue;
        }
        let start = at;
        while at < chars.len() && (is_numeral(chars[at]) || is_inside(chars, at, start)) {
            at += 1;
        }
        // 二十万一下子没了: the last 一 begins another word.
        if at - start > 1 && chars[at - 1] == '一' && chars.get(at).is_some_and(|c| ONE_BEGINS.contains(c)) {
            at -= 1;
        }
        let digits = &chars[start..at];
        if digits.iter().any(|&c| is_digit(c) || c == '十' || c == '半' || c == '几') {
            let value = value_of(digits).unwrap_or(0);
            let (kind, end) = classify(chars, start, at);
            found.push(Number { start, end, kind, value });
            at = end;
        }
    }
    found
}

/// The value of a written or spoken sum, for example `二十万` or `3.5万`; `None` if it is no number.
pub fn amount_in_yuan(text: &str) -> Option<u64> {
    let view = View::new(text);
    find_numbers(&view).into_iter().find(|number| number.kind == NumberKind::Amount).map(|number| number.value)
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || digit_value(c).is_some()
}

fn is_numeral(c: char) -> bool {
    is_digit(c) || magnitude(c).is_some() || matches!(c, '半' | '几')
}

/// Characters that a number may hold but neither begin nor end with: `1,000`, `3.5万`, `二十来万`, `十多万`.
fn is_inside(chars: &[char], at: usize, start: usize) -> bool {
    at > start
        && at + 1 < chars.len()
        && is_numeral(chars[at + 1])
        && matches!(chars[at], ',' | '.' | '点' | '多' | '来')
}

fn digit_value(c: char) -> Option<u64> {
    Some(match c {
        '零' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        '0'..='9' => u64::from(c as u32 - '0' as u32),
        _ => return None,
    })
}

fn magnitude(c: char) -> Option<u64> {
    Some(match c {
        '十' => 10,
        '百' => 100,
        '千' => 1_000,
        '万' | 'w' => 10_000,
        '亿' => 100_000_000,
        _ => return None,
    })
}

/// Reads `三万五`, `二千八`, `16万3`, `200,000`, `3.5万`, `十几万`. Saturates instead of overflowing.
fn value_of(digits: &[char]) -> Option<u64> {
    // `section` is the part below the next 万 or 亿; `pending` the digits not yet given a magnitude.
    let (mut total, mut section, mut pending) = (0_u64, 0_u64, 0_u64);
    let mut fraction: Option<u64> = None;
    let mut last_magnitude = 1_u64;
    let mut seen = false;
    for &c in digits {
        if let Some(value) = digit_value(c) {
            seen = true;
            match fraction.as_mut() {
                Some(scale) => {
                    // Thousandths of the pending unit; finer is not spoken.
                    if *scale > 0 {
                        pending = pending.saturating_add(value.saturating_mul(*scale));
                        *scale /= 10;
                    }
                }
                None => pending = pending.saturating_mul(10).saturating_add(value),
            }
        } else if let Some(unit) = magnitude(c) {
            seen = true;
            let amount = match fraction.take() {
                Some(_) => pending.saturating_mul(unit) / 1_000,
                None => (if pending == 0 && section == 0 { 1 } else { pending }).saturating_mul(unit),
            };
            if unit >= 10_000 {
                let below = if pending == 0 && section > 0 {
                    section.saturating_mul(unit)
                } else {
                    section.saturating_mul(unit).saturating_add(amount)
                };
                total = total.saturating_add(below);
                section = 0;
            } else {
                section = section.saturating_add(amount);
            }
            last_magnitude = unit;
            pending = 0;
        } else if c == '.' || c == '点' {
            pending = pending.saturating_mul(1_000);
            fraction = Some(100);
        } else if c == '半' {
            seen = true;
            pending = pending.saturating_add(0);
        }
    }
    if fraction.is_some() {
        pending /= 1_000;
    }
    // 三万五 is 35,000: a lone last digit counts in tenths of the last magnitude.
    let bare_tail = digits.last().is_some_and(|c| digit_value(*c).is_some()) && pending < 10 && pending > 0;
    let spoken_tail = digits.len() >= 2 && magnitude(digits[digits.len() - 2]).is_some();
    if bare_tail && spoken_tail && last_magnitude >= 100 {
        pending = pending.saturating_mul(last_magnitude / 10);
    }
    seen.then(|| total.saturating_add(section).saturating_add(pending))
}

/// Money or not, and where the whole expression ends.
fn classify(chars: &[char], start: usize, end: usize) -> (NumberKind, usize) {
    let mut after = end;
    while after < chars.len() && after - end < 2 && matches!(chars[after], '多' | '来' | '把') {
        after += 1;
    }
    if let Some(length) = CURRENCY.longest_at(chars, after) {
        return (NumberKind::Amount, after + length);
    }
    let has_magnitude = chars[start..end].iter().any(|&c| magnitude(c).is_some_and(|unit| unit >= 100));
    let counted = chars.get(after).is_some_and(|c| COUNTED.contains(c));
    if has_magnitude && !counted { (NumberKind::Amount, after) } else { (NumberKind::Plain, end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_money_are_read_however_they_are_said() {
        for (text, yuan) in [
            ("转了二十万港币", 200_000),
            ("一共20万", 200_000),
            ("是200,000元", 200_000),
            ("三万五", 35_000),
            ("两千八", 2_800),
            ("十六万三", 163_000),
            ("四万一千块", 41_000),
            ("一千三百四十二元", 1_342),
            ("3.5万", 35_000),
            ("八百块", 800),
            ("一百二十块钱", 120),
            ("一万两千零三十", 12_030),
            ("一亿两千万", 120_000_000),
            ("二十万一下子没了", 200_000),
        ] {
            assert_eq!(amount_in_yuan(text), Some(yuan), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_not_money() {
        for text in [
            "二十五号",
            "九五五八八",
            "二零二三年",
            "四千多人",
            "三个",
            "七十多岁",
            "一万次",
            "万一",
            "千万别",
            "百万保障",
        ] {
            assert_eq!(amount_in_yuan(text), None, "{text}");
        }
    }
}
