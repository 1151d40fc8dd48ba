//! Numbers that identify a person never leave the program.
//!
//! Masking goes by shape, not by checksum: six or more digits in a row, written or spoken,
//! spaced or not, also with a 嗯 in between or given over two turns. Failing safe, it hides some
//! harmless numbers; hotline numbers (five digits) and spoken amounts (三万五) stay readable.

mod kinds;
#[cfg(test)]
mod plain;

use std::borrow::Cow;

use super::address::mask_address;
use super::{fold_char, is_han};
use crate::call::{Speaker, Turn};
use kinds::{Class, KINDS};
pub(super) use kinds::{is_digit, is_part};

/// What stands for a hidden digit. One digit, one mark, so that offsets stay true.
pub const MASK: char = '*';

/// Digits in a row from which on a number is hidden: the length of a one-time code.
const HIDE_FROM: usize = 6;

/// Characters of one turn that may stand between two digits of one number.
const MAX_GAP: usize = 6;

/// Letters that may stand between two digits of one number, or at its ends: `E00000000`, `…000X`.
const MAX_LETTERS: usize = 3;

/// The turns' texts with every identifying digit replaced by [`MASK`], each of the length of its original; most turns
/// hold none and are lent.
pub fn mask_turns(turns: &[Turn]) -> Vec<Cow<'_, str>> {
    let texts: Vec<&str> = turns.iter().map(|turn| turn.text.as_str()).collect();
    mask(&texts, |index| turns[index].speaker)
}

/// One text that is no turn (a field, a message) with every identifying digit replaced by [`MASK`].
pub fn mask_text(text: &str) -> String {
    mask(&[text], |_| Speaker::Other).into_iter().collect()
}

/// Masks what each speaker says, reading his turns as one stream.
fn mask<'t>(texts: &[&'t str], speaker: impl Fn(usize) -> Speaker) -> Vec<Cow<'t, str>> {
    let mut runs = [Run::default(), Run::default(), Run::default()];
    let mut hidden = Vec::new();
    let mut masked: Vec<Cow<'t, str>> = Vec::with_capacity(texts.len());
    let mut addressed = Vec::new();
    for (turn, text) in texts.iter().enumerate() {
        if runs[speaker(turn) as usize].read(texts, turn, &mut hidden) {
            addressed.push(turn);
        }
        masked.push(Cow::Borrowed(text));
    }
    for run in &mut runs {
        run.hide(texts, &mut hidden);
    }
    hidden.sort_unstable();
    hidden.dedup();
    for places in hidden.chunk_by(|a, b| a.turn == b.turn) {
        let turn = places[0].turn;
        masked[turn] = Cow::Owned(without(texts[turn], places));
    }
    // Last, since what is hidden already is no number of an address.
    for turn in addressed {
        let mut text: Vec<char> = masked[turn].chars().collect();
        mask_address(&mut text);
        masked[turn] = Cow::Owned(text.into_iter().collect());
    }
    masked
}

/// A text with [`MASK`] in place of the characters at some places, given in order.
fn without(text: &str, places: &[Place]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for place in places {
        masked.push_str(&text[from..place.byte]);
        masked.push(MASK);
        from = place.byte + text[place.byte..].chars().next().map_or(0, char::len_utf8);
    }
    masked.push_str(&text[from..]);
    masked
}

/// A character of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    turn: usize,
    /// Where it begins, in bytes of the turn.
    byte: usize,
}

/// The digits of one number so far.
#[derive(Default)]
struct Run {
    digits: Vec<Place>,
    /// Letters between digits.
    inner: Vec<Place>,
    /// Letters since the last digit.
    letters: Vec<Place>,
    /// Characters since the last digit, or since the turn began.
    gap: usize,
}

impl Run {
    /// Goes through a turn and notes what is to be hidden; whether a number of an address may be in it.
    ///
    /// What was noted before is read as it was: it ends with what does not belong to any number, so that what
    /// follows is judged the same.
    fn read(&mut self, texts: &[&str], turn: usize, hidden: &mut Vec<Place>) -> bool {
        self.gap = 0;
        let kinds = &*KINDS;
        let (mut before, mut after_part, mut addressed) = (None, false, false);
        for (byte, c) in texts[turn].char_indices() {
            let kind = kinds.of(c);
            if kind.is_digit() && !counts_things(before, c, &texts[turn][byte + c.len_utf8()..]) {
                self.digits.push(Place { turn, byte });
                self.inner.append(&mut self.letters);
                self.gap = 0;
            } else if !self.digits.is_empty() {
                match kind.class() {
                    class if self.goes_on(class) => self.between(class, Place { turn, byte }),
                    _ => self.hide(texts, hidden),
                }
            }
            addressed |= after_part && kind.begins_unit();
            after_part = kind.is_part();
            before = Some(c);
        }
        addressed
    }

    fn goes_on(&self, class: Class) -> bool {
        let fits = match class {
            Class::Separator | Class::Filler => true,
            Class::Letter => self.letters.len() < MAX_LETTERS,
            Class::Word => false,
        };
        fits && self.gap < MAX_GAP
    }

    fn between(&mut self, class: Class, place: Place) {
        self.gap += 1;
        if class == Class::Letter {
            self.letters.push(place);
        }
    }

    /// Ends the number; notes its places if it is one to be hidden.
    fn hide(&mut self, texts: &[&str], hidden: &mut Vec<Place>) {
        if self.digits.len() >= HIDE_FROM
            && let (Some(&first), Some(&last)) = (self.digits.first(), self.digits.last())
        {
            hidden.extend(self.digits.iter().chain(&self.inner));
            let before = texts[first.turn][..first.byte].char_indices().rev();
            hide_letters(first.turn, before, hidden);
            let mut after = texts[last.turn][last.byte..].char_indices();
            after.next();
            hide_letters(last.turn, after.map(|(byte, c)| (last.byte + byte, c)), hidden);
        }
        self.digits.clear();
        self.inner.clear();
        self.letters.clear();
    }
}

/// Hides the few letters that touch a number: they belong to it, unless they are a word of their own.
fn hide_letters(turn: usize, characters: impl Iterator<Item = (usize, char)> + Clone, hidden: &mut Vec<Place>) {
    let is_letter = |(_, c): &(usize, char)| !is_digit(*c) && KINDS.of(*c).class() == Class::Letter;
    let letters = characters.take_while(is_letter);
    if letters.clone().take(MAX_LETTERS + 1).count() <= MAX_LETTERS {
        hidden.extend(letters.map(|(byte, _)| Place { turn, byte }));
    }
}

/// Whether a numeral stands alone and counts something: 后四位, 记一下, 四个零, 一百五.
fn counts_things(before: Option<char>, c: char, rest: &str) -> bool {
    if !is_han(c) {
        return false;
    }
    let (before, after) = (before.map(fold_char), rest.chars().next().map(fold_char));
    let alone = ![before, after].into_iter().flatten().any(is_digit);
    let magnitude = |c: Option<char>| c.is_some_and(|c| "十百千万亿".contains(c));
    alone && (after.is_some_and(|c| "个位下点段字".contains(c)) || magnitude(before) || magnitude(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(speaker: Speaker, text: &str) -> Turn {
        Turn { speaker, start_ms: None, end_ms: None, text: text.to_owned() }
    }

    fn mask_one(text: &str) -> String {
        mask_turns(&[turn(Speaker::Customer, text)]).remove(0).into_owned()
    }

    #[test]
    fn written_spoken_spaced_and_wide_numbers_are_hidden() {
        for text in [
            "卡号6222020000000000008",
            "幺三八零零零零零零零零",
            "六二二二零零，零零零零，零零零零",
            "138 0000 0000",
            "１３８００００００００",
            "验证码是000000",
            "一三八-零零零零-零零零零",
            "①③⑧⓪⓪⓪⓪⓪⓪⓪⓪",
            "壹叁捌零零零零零零零零",
            "幺三八，呃，然后零零零零，嗯，后面是零零零零",
            "(010) 0000 0000",
            "洞幺洞拐勾拐洞",
            "𝟏𝟑𝟖𝟎𝟎𝟎𝟎𝟎𝟎𝟎𝟎",
        ] {
            let masked = mask_one(text);
            assert_eq!(masked.chars().count(), text.chars().count());
            assert!(masked.contains(MASK), "{masked}");
            assert!(!masked.chars().any(is_digit), "{masked}");
        }
    }

    #[test]
    fn letters_of_a_number_are_hidden_with_it_and_words_are_not() {
        assert_eq!(mask_one("证件11010500000000000X。"), "证件******************。");
        assert_eq!(mask_one("护照E00000000"), "护照*********");
        assert_eq!(mask_one("护照C01X00T47"), "护照*********");
        assert_eq!(mask_one("微信wxid000000"), "微信wxid******");
        assert_eq!(mask_one("iPhone15加WIFI6"), "iPhone15加WIFI6");
    }

    #[test]
    fn hotlines_amounts_and_tails_stay() {
        for text in [
            "打95588",
            "幺幺零",
            "一共三万五千六百块",
            "尾号零零幺九",
            "二〇二三年三月",
            "一点一点的，一个一个的，一对一",
            "您记一下，12356，是吧",
            "后四位零零零零，四个零",
            "四九八六零就是四万九",
        ] {
            assert_eq!(mask_one(text), text);
        }
    }

    #[test]
    fn a_number_given_over_two_turns_is_hidden_in_both() {
        let turns = [turn(Speaker::Customer, "零零零"), turn(Speaker::Agent, "嗯"), turn(Speaker::Customer, "零零八")];
        assert_eq!(mask_turns(&turns), ["***", "嗯", "***"]);
    }
}
