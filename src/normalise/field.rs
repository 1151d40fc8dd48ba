//! Masking of what stands beside the speech: staff numbers, teams, times.
//!
//! These are the bank's own keys and stay readable as long as they look like it; exports that put a
//! customer's number or free text there must not carry it into the outputs.

use std::borrow::Cow;

use super::mask::{is_digit, mask_text};

/// Digits from which on a key has the length of a telephone number or more.
const PERSONAL_FROM: usize = 11;

/// A staff number or the name of a team: kept when it is a key (letters, digits, `-_.`) of less than eleven digits,
/// else masked as speech is.
pub fn mask_key(text: &str) -> Cow<'_, str> {
    let key = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let digits = text.chars().filter(|c| is_digit(*c)).count();
    if key && digits < PERSONAL_FROM { Cow::Borrowed(text) } else { Cow::Owned(mask_text(text)) }
}

/// A point in time as given: kept when it begins with a date of this or the last century or is a Unix time, else
/// masked as speech is.
pub fn mask_time(text: &str) -> Cow<'_, str> {
    if is_time(text) { Cow::Borrowed(text) } else { Cow::Owned(mask_text(text)) }
}

fn is_time(text: &str) -> bool {
    if !text.is_ascii() && !text.chars().all(|c| c.is_ascii() || "年月日时分秒点 ".contains(c)) {
        return false;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let unix = matches!(text.len(), 10 | 13) && text.starts_with(['1', '2']);
        return unix || begins_with_date(text);
    }
    let (mut mark, mut groups) = (None, 0);
    for part in text.split_inclusive(|c: char| !c.is_ascii_digit()) {
        let digits = part.trim_end_matches(|c: char| !c.is_ascii_digit());
        let fits = match (groups, mark) {
            (0, _) => digits.len() == 4 && begins_with_date(&format!("{digits}0101")) || begins_with_date(digits),
            (_, Some('.' | ',')) => digits.len() <= 9,
            (1, Some('T' | 't' | ' ')) => digits.len() <= 6,
            (_, Some('+' | '-')) => digits.len() <= 4,
            _ => digits.len() <= 2,
        };
        if !fits {
            return false;
        }
        mark = part.chars().next_back().filter(|c| !c.is_ascii_digit());
        groups += 1;
        if mark.is_some_and(|c| !"-/:.,+ TtZz年月日时分秒点".contains(c)) {
            return false;
        }
    }
    groups <= 12
}

/// Whether the digits are those of a date, or of a date and a time, written without marks.
fn begins_with_date(digits: &str) -> bool {
    if !matches!(digits.len(), 8 | 12 | 14) {
        return false;
    }
    let number = |range: std::ops::Range<usize>| digits[range].parse::<u32>().unwrap_or(0);
    (1900..2100).contains(&number(0..4)) && (1..=12).contains(&number(4..6)) && (1..=31).contains(&number(6..8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_bank_stay_and_numbers_of_people_go() {
        for key in ["2290", "A-000123", "信用卡一组", "team_2", "0000123456"] {
            assert_eq!(mask_key(key), key);
        }
        assert_eq!(mask_key("13800000000"), "***********");
        assert_eq!(mask_key("张某 138 0000 0000"), "张某 *** **** ****");
        assert_eq!(mask_key("工号000123"), "工号******");
    }

    #[test]
    fn times_stay_and_other_numbers_go() {
        for time in [
            "2026-11-22T21:03:11+08:00",
            "2026-11-22T21:03:11.123456Z",
            "2026/1/2 21:03",
            "2026年11月22日21时",
            "20261122",
            "20261122210311",
            "1795384991",
            "1795384991000",
        ] {
            assert_eq!(mask_time(time), time);
        }
        for number in [
            "13800000000",
            "6222020000000000008",
            "昨天 13800000000",
            "2026-11-22 给13800000000",
            "2026 13800000000",
            "2026-11-22 13800000000",
            "2026-11-22T21:03:11-13800000000",
        ] {
            assert!(!mask_time(number).contains("000000"), "{number}");
        }
    }
}
