//! The character fold: one character in, one character out.

use std::sync::LazyLock;

/// Traditional → Simplified, one pair per entry; from the OpenCC table `TSCharacters`
/// (Apache-2.0, see NOTICE), single characters of the basic plane with one clear reading.
const TRADITIONAL: &str = include_str!("traditional.txt");

/// Variant spellings that speech recognition and typists use for the same word.
const VARIANTS: &[(char, char)] = &[
    ('帐', '账'),
    ('妳', '你'),
    ('祂', '他'),
    ('著', '着'),
    ('裏', '里'),
    ('麽', '么'),
    ('〇', '零'),
    ('○', '零'),
    ('两', '二'),
    ('幺', '一'),
    ('俩', '二'),
    ('圆', '元'),
];

/// The fold of every character of the basic plane.
static TABLE: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut table: Vec<char> =
        (0..0x1_0000_u32).map(|code| char::from_u32(code).map_or('\u{FFFD}', fold_simple)).collect();
    for pair in TRADITIONAL.split_whitespace() {
        let mut chars = pair.chars();
        if let (Some(from), Some(to)) = (chars.next(), chars.next()) {
            table[from as usize] = to;
        }
    }
    for &(from, to) in VARIANTS {
        table[from as usize] = to;
        // A Traditional character may lead to a variant: 帳 → 帐 → 账.
        for slot in table.iter_mut().filter(|slot| **slot == from) {
            *slot = to;
        }
    }
    // A few characters are Traditional for one word and Simplified for another (薴 → 苧 → 苎).
    for code in 0..table.len() {
        let once = table[code];
        table[code] = table.get(once as usize).copied().unwrap_or(once);
    }
    table
});

/// Width and case only.
fn fold_simple(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' if is_wide_word(c) => {
            let narrow = char::from_u32(c as u32 - 0xFEE0).unwrap_or(c);
            narrow.to_ascii_lowercase()
        }
        'A'..='Z' => c.to_ascii_lowercase(),
        _ => c,
    }
}

/// Full-width letters and digits; full-width punctuation stays, it is Chinese punctuation.
fn is_wide_word(c: char) -> bool {
    matches!(c, '\u{FF10}'..='\u{FF19}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}')
}

/// Folds one character. Idempotent; characters outside the basic plane are left alone.
pub fn fold_char(c: char) -> char {
    TABLE.get(c as usize).copied().unwrap_or(c)
}

/// Whether the character is a Han character of the basic block: what words are counted in.
pub fn is_han(c: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&c)
}

/// Folds a whole string, character by character, keeping their number.
pub fn fold(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_width_case_and_variants_become_one() {
        assert_eq!(fold("銀行帳戶"), "银行账户");
        assert_eq!(fold("银行帐户"), "银行账户");
        assert_eq!(fold("ＡＰＰ下載"), "app下载");
        assert_eq!(fold("９５５８８"), "95588");
        assert_eq!(fold("什麼"), "什么");
    }

    #[test]
    fn simplified_text_and_punctuation_stay() {
        let text = "这么多钱，怎么办？著名的么";
        assert_eq!(fold(text), "这么多钱，怎么办？着名的么");
    }

    #[test]
    fn fold_is_idempotent_over_the_basic_plane() {
        for code in 0..0x1_0000_u32 {
            if let Some(c) = char::from_u32(code) {
                assert_eq!(fold_char(fold_char(c)), fold_char(c), "{c:?}");
            }
        }
    }
}
