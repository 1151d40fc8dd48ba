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

/// Text from outside as it may go to a terminal: control and invisible characters as `\u{1b}`.
pub fn escape(text: &str) -> Cow<'_, str> {
    escape_but(text, &[])
}

/// As [`escape`], and line feeds stay.
pub fn escape_lines(text: &str) -> Cow<'_, str> {
    escape_but(text, &['\n'])
}

fn escape_but<'t>(text: &'t str, kept: &[char]) -> Cow<'t, str> {
    let unsafe_here =
        |c: char| (c.is_control() || is_invisible(c) || matches!(c, '\u{2028}' | '\u{2029}')) && !kept.contains(&c);
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
}
