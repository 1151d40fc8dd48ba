//! Where somebody lives: the numbers of a postal address are hidden however short they are.

use super::fold_char;
use super::mask::{MASK, is_digit, is_part};

/// What follows a number that is part of an address by itself.
const UNITS: &[&str] = &["号楼", "号院", "号房", "号门", "弄", "栋", "幢", "单元", "室"];

/// What a house number follows: 幸福路 8 号.
const STREETS: &str = "路街巷弄道村里院屯";

/// Replaces the digits of addresses by [`MASK`]: 幸福路8号院3号楼2单元1501室.
///
/// A short number with one unit (三单元, 一栋楼) tells nobody's address and stays.
pub(super) fn mask_address(text: &mut [char]) {
    let mut at = 0;
    while at < text.len() {
        if !is_part(text[at]) {
            at += 1;
            continue;
        }
        let (mut numbers, mut end) = (Vec::new(), at);
        let mut street = at > 0 && STREETS.contains(fold_char(text[at - 1]));
        while let Some((number, after)) = part(text, end, street) {
            numbers.push((end, number));
            end = after;
            street = false;
        }
        let on_street = at > 0 && STREETS.contains(fold_char(text[at - 1]));
        let telling = on_street || numbers.len() > 1 || numbers.iter().any(|(from, to)| to - from >= LONG);
        if !numbers.is_empty() && telling {
            for (from, to) in numbers {
                text[from..to].fill(MASK);
            }
        }
        at = end.max(at + 1);
    }
}

/// Characters of a number from which on it is an address with any unit.
const LONG: usize = 3;

/// A number with its unit at `start`: the ends of the number and of the unit.
fn part(text: &[char], start: usize, street: bool) -> Option<(usize, usize)> {
    if start > 0 && is_part(text[start - 1]) {
        return None;
    }
    let length = text[start..].iter().take_while(|c| is_part(**c)).count();
    let number = start + length;
    // Magnitudes alone are no number: 百货大楼.
    if !text[start..number].iter().any(|c| is_digit(*c) || *c == '十') {
        return None;
    }
    let after: String = text[number..].iter().take(2).map(|c| fold_char(*c)).collect();
    if street && after.starts_with('号') && !after.starts_with("号院") && !after.starts_with("号楼") {
        return Some((number, number + 1));
    }
    let unit = UNITS.iter().find(|unit| after.starts_with(**unit) && !after.starts_with("室友"))?;
    Some((number, number + unit.chars().count()))
}

/// What a number of an address may hold beside digits.
pub(super) fn is_part_beside_digits(c: char) -> bool {
    matches!(fold_char(c), '十' | '百' | '千' | '-' | '－')
}

/// Whether one of [`UNITS`], or the unit of a number on a street, begins with the character.
pub(super) fn begins_unit(c: char) -> bool {
    matches!(fold_char(c), '号' | '弄' | '栋' | '幢' | '单' | '室')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        mask_address(&mut chars);
        chars.into_iter().collect()
    }

    #[test]
    fn numbers_of_addresses_are_hidden_written_and_spoken() {
        assert_eq!(masked("无名路8号院3号楼2单元1501室"), "无名路*号院*号楼*单元****室");
        assert_eq!(masked("住無名街十二號，三棟"), "住無名街**號，三棟");
        assert_eq!(masked("无名村一百零五号"), "无名村****号");
        assert_eq!(masked("3-1501室"), "******室");
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            "坐3号线",
            "二十号到",
            "三楼柜台",
            "办公室",
            "三万五千块",
            "我一个人在家里二十年",
            "俩室友",
            "三单元的老焦",
            "一栋楼",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn units_begin_as_they_are_looked_for() {
        let firsts = UNITS.iter().filter_map(|unit| unit.chars().next());
        assert!(firsts.chain(['号']).all(begins_unit));
    }
}
