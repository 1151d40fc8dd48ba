//! Characters that show nothing: they hide formulas from readers, orders to terminals, and numbers from masks.

use std::borrow::Cow;

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
/// them: so bytes are looked at, and characters are made only of the few that begin as an unclean one does.
pub(crate) fn is_clean(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|byte| SUSPECT[usize::from(*byte)]) {
        at += found;
        // A full-width comma begins as a byte order mark does, and differs in the second byte.
        let harmless = match (bytes[at], bytes.get(at + 1)) {
            (0xe2, Some(second)) => !matches!(second, 0x80 | 0x81),
            (0xef, Some(second)) => !matches!(second, 0xbb | 0xbf),
            _ => false,
        };
        if !harmless && text[at..].chars().next().is_some_and(is_unclean) {
            return false;
        }
        at += 1;
    }
    true
}

/// The first bytes of unclean characters.
const SUSPECT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = matches!(byte, 0..0x20 | 0x7f | 0xc2 | 0xd8 | 0xe1 | 0xe2 | 0xef | 0xf3);
        byte += 1;
    }
    table
};

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
        assert!(is_clean("") && !is_clean("a\n") && !is_clean("\0"));
    }
}
