//! Characters that show nothing: they hide formulas from readers, orders to terminals, and numbers from masks.

use std::borrow::Cow;
use std::ops::Range;

/// Zero-width and direction characters, and others without a shape of their own.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{61C}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// Control, invisible and line-breaking characters: what has no place on one line of text.
pub(crate) fn is_unclean(c: char) -> bool {
    c.is_control() || is_invisible(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Whether a text has none of the characters of [`is_unclean`]. Nearly every text has none, and it is asked of all of
/// them: so bytes are looked at, many at a time, and characters are made only of the few that may be unclean.
pub(crate) fn is_clean(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(block) = bytes.get(at..at + BLOCK) {
        // The last byte of a block is only the neighbour of the one before.
        let pairs = block.iter().zip(&block[1..]);
        if pairs.fold(false, |found, (first, second)| found | begins_unclean(*first, *second))
            && !is_clean_here(text, at..at + BLOCK - 1)
        {
            return false;
        }
        at += BLOCK - 1;
    }
    is_clean_here(text, at..bytes.len())
}

/// Bytes that are looked at together.
const BLOCK: usize = 33;

/// Whether no unclean character begins in a range of bytes.
fn is_clean_here(text: &str, range: Range<usize>) -> bool {
    let bytes = text.as_bytes();
    let Range { mut start, end } = range;
    while let Some(found) = bytes[start..end].iter().position(|byte| SUSPECT[usize::from(*byte)]) {
        start += found;
        let second = bytes.get(start + 1).copied().unwrap_or_default();
        if begins_unclean(bytes[start], second) && text[start..].chars().next().is_some_and(is_unclean) {
            return false;
        }
        start += 1;
    }
    true
}

/// The bytes that [`begins_unclean`] does not rule out by themselves.
const SUSPECT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = matches!(byte, 0..0x20 | 0x7f | 0xc2 | 0xd8 | 0xe1 | 0xe2 | 0xef | 0xf3);
        byte += 1;
    }
    table
};

/// Whether an unclean character may begin with two bytes, or be the first of them.
fn begins_unclean(first: u8, second: u8) -> bool {
    let one = (first < 0x20) | (first == 0x7f);
    let rare = (first == 0xc2) | (first == 0xd8) | (first == 0xe1) | (first == 0xf3);
    // What else begins so is frequent: a full-width comma begins as a byte order mark does.
    let mark = (first == 0xe2) & (second & 0xfe == 0x80) | (first == 0xef) & (second | 4 == 0xbf);
    one | rare | mark
}

/// Text from outside as it may go to a terminal: control and invisible characters as `\u{1b}`.
pub fn escape(text: &str) -> Cow<'_, str> {
    escape_but(text, &[])
}

/// As [`escape`], and line feeds stay.
pub fn escape_lines(text: &str) -> Cow<'_, str> {
    escape_but(text, &['\n'])
}

fn escape_but<'t>(text: &'t str, kept: &[char]) -> Cow<'t, str> {
    let unsafe_here = |c: char| is_unclean(c) && !kept.contains(&c);
    if !text.contains(unsafe_here) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if unsafe_here(c) {
            escaped.extend(c.escape_unicode());
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

/// JSON as it may go to a terminal: such characters, which stand in strings only, as `\u001b`; line feeds stay.
pub fn escape_json(json: &str) -> String {
    let mut safe = String::with_capacity(json.len() + 1);
    for c in json.chars() {
        if c != '\n' && (c.is_control() || is_invisible(c)) {
            let mut units = [0; 2];
            safe.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            safe.push(c);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(escape("通话\u{1b}[31mA\u{9b}2J\r\n\u{202e}"), "通话\\u{1b}[31mA\\u{9b}2J\\u{d}\\u{a}\\u{202e}");
        assert_eq!(escape_lines("a\nb\t\u{7}"), "a\nb\\u{9}\\u{7}");
        assert!(matches!(escape("录音-1.txt"), Cow::Borrowed(_)));
    }

    #[test]
    fn every_unclean_character_is_seen_by_its_bytes() {
        for c in ' '..=char::MAX {
            assert_eq!(is_clean(&format!("您好{c}，")), !is_unclean(c), "{c:?}");
        }
        for before in 0..2 * BLOCK {
            for c in ['\n', '\u{ad}', '\u{feff}', '\u{2028}', '\u{e0001}', '，', '…', '\u{fff0}'] {
                let text = format!("{}{c}{}", "a".repeat(before), "好".repeat(BLOCK));
                assert_eq!(is_clean(&text), !is_unclean(c), "{c:?} after {before}");
            }
        }
        assert!(is_clean("") && !is_clean("a\n") && !is_clean("\0"));
    }
}
