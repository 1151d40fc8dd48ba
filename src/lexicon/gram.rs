//! Short runs of characters as numbers: what wording is learnt of, and what terms are looked for by.

use crate::call::Speaker;

/// Longest run, in characters; three tell words apart, more are too rare to learn from.
pub const GRAM: usize = 3;

/// A sum of money, in place of its digits.
pub const MONEY: char = '￥';
/// Any other number: of digits, or of two and more numerals.
pub const DIGITS: char = '#';
/// What every call says: its weights are where each question begins.
pub const START: char = '^';

/// One to [`GRAM`] folded characters; equal exactly where the characters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gram(u64);

impl Gram {
    /// Packs characters, 21 bits each; `None` for none, for too many, and for NUL.
    pub fn new(chars: &[char]) -> Option<Gram> {
        let sound = (1..=GRAM).contains(&chars.len()) && !chars.contains(&'\0');
        sound.then(|| Gram(chars.iter().copied().fold(0, pack)))
    }

    /// The gram whose characters are packed already, 21 bits each, the last one lowest.
    pub(crate) fn packed(key: u64) -> Gram {
        Gram(key)
    }

    /// The gram of one character more, of one that has fewer than [`GRAM`].
    pub fn then(self, c: char) -> Gram {
        Gram(pack(self.0, c))
    }

    /// The gram of one character, which is not NUL.
    pub fn of(c: char) -> Gram {
        Gram(pack(0, c))
    }

    /// Another number for every gram by every speaker, none of them 0.
    pub(crate) fn by(self, speaker: Speaker) -> u64 {
        self.0 << 1 | u64::from(speaker == Speaker::Agent)
    }

    /// A number below `SIZE`, a power of two, that is mostly another for another gram.
    pub(crate) fn small_hash<const SIZE: usize>(self) -> usize {
        (spread(self.0) >> 40) as usize % SIZE
    }

    /// Its characters, packed as [`pack`] does.
    pub(super) fn key(self) -> u64 {
        self.0
    }

    /// The gram itself and the shorter ones that it begins with.
    pub(super) fn beginnings(self) -> impl Iterator<Item = Gram> {
        (0..GRAM).map(move |cut| Gram(self.0 >> (21 * cut))).take_while(|gram| gram.0 != 0)
    }

    /// The characters.
    pub fn text(self) -> String {
        unpack(self.0).collect()
    }
}

/// The key with one more character, 21 bits each.
#[inline]
pub(crate) fn pack(key: u64, c: char) -> u64 {
    key << 21 | u64::from(u32::from(c))
}

/// The characters of a packed key, in order; none of them is NUL.
pub(crate) fn unpack(key: u64) -> impl Iterator<Item = char> {
    (0..GRAM).rev().filter_map(move |at| char::from_u32((key >> (21 * at) & 0x1F_FFFF) as u32)).filter(|c| *c != '\0')
}

/// Spreads packed characters over the upper bits (multiplicative hashing, Knuth, TAOCP 6.4).
#[inline]
pub(crate) fn spread(key: u64) -> u64 {
    // The first of three characters would reach the uppermost bits only.
    (key ^ key >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grams_keep_their_characters() {
        for text in ["让", "他让", "他让我", "￥#a"] {
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(Gram::new(&chars).expect("a gram").text(), text);
        }
        assert_eq!(Gram::new(&[]), None);
        assert_eq!(Gram::new(&['他', '让', '我', '转']), None);
        assert_ne!(Gram::new(&['他', '让']), Gram::new(&['让', '他']));
        assert_eq!(Gram::new(&['他', '让', '我']), Some(Gram::of('他').then('让').then('我')));
    }
}
