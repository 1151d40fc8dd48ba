//! Numbers that identify a person never leave the program.
//!
//! Masking goes by shape, not by checksum: six or more digits in a row, written or spoken,
//! spaced or not, also with a 嗯 in between or given over two turns. Failing safe, it hides some
//! harmless numbers; hotline numbers (five digits) and spoken amounts (三万五) stay readable.

use super::address::mask_address;
use super::{fold_char, is_han};
use crate::call::{Speaker, Turn};

/// What stands for a hidden digit. One digit, one mark, so that offsets stay true.
pub const MASK: char = '*';

/// Digits in a row from which on a number is hidden: the length of a one-time code.
const HIDE_FROM: usize = 6;

/// Characters of one turn that may stand between two digits of one number.
const MAX_GAP: usize = 6;

/// Letters that may stand between two digits of one number, or at its ends: `E00000000`, `…000X`.
const MAX_LETTERS: usize = 3;

/// What people say between the digits: 嗯, 然后, 再来四个, 后面是, 空格.
const FILLERS: &str = "嗯啊呃哦噢额诶欸哎唉呀哈喔唔吧呢嘛啦么然后接着再是就那这个对好空格横杠减点的面来还有最跟下头前中间末尾位段\
                       字数";

/// The turns' texts with every identifying digit replaced by [`MASK`], each of the length of its original.
pub fn mask_turns(turns: &[Turn]) -> Vec<String> {
    let mut texts: Vec<Vec<char>> = turns.iter().map(|turn| turn.text.chars().collect()).collect();
    for speaker in [Speaker::Agent, Speaker::Customer, Speaker::Other] {
        let own = (0..turns.len()).filter(|&index| turns[index].speaker == speaker);
        mask_stream(&mut texts, own);
    }
    texts.into_iter().map(hide_addresses).collect()
}

/// One text that is no turn (a field, a message) with every identifying digit replaced by [`MASK`].
pub fn mask_text(text: &str) -> String {
    let mut texts = vec![text.chars().collect()];
    mask_stream(&mut texts, std::iter::once(0));
    texts.into_iter().map(hide_addresses).collect()
}

fn hide_addresses(mut text: Vec<char>) -> String {
    mask_address(&mut text);
    text.into_iter().collect()
}

/// Masks what one speaker says, reading the turns as one stream.
fn mask_stream(texts: &mut [Vec<char>], turns: impl Iterator<Item = usize>) {
    let mut run = Run::default();
    for turn in turns {
        run.gap = 0;
        for at in 0..texts[turn].len() {
            let c = texts[turn][at];
            if is_digit(c) && !counts_things(&texts[turn], at) {
                run.digit(turn, at);
            } else if !run.digits.is_empty() {
                match class(c) {
                    class if run.goes_on(class) => run.between(class, turn, at),
                    _ => std::mem::take(&mut run).hide(texts),
                }
            }
        }
    }
    run.hide(texts);
}

/// The digits of one number so far.
#[derive(Default)]
struct Run {
    digits: Vec<(usize, usize)>,
    /// Letters between digits.
    inner: Vec<(usize, usize)>,
    /// Letters since the last digit.
    letters: Vec<(usize, usize)>,
    /// Characters since the last digit, or since the turn began.
    gap: usize,
}

impl Run {
    fn digit(&mut self, turn: usize, at: usize) {
        self.digits.push((turn, at));
        self.inner.append(&mut self.letters);
        self.gap = 0;
    }

    fn goes_on(&self, class: Class) -> bool {
        let fits = match class {
            Class::Separator | Class::Filler => true,
            Class::Letter => self.letters.len() < MAX_LETTERS,
            Class::Word => false,
        };
        fits && self.gap < MAX_GAP
    }

    fn between(&mut self, class: Class, turn: usize, at: usize) {
        self.gap += 1;
        if class == Class::Letter {
            self.letters.push((turn, at));
        }
    }

    fn hide(self, texts: &mut [Vec<char>]) {
        if self.digits.len() < HIDE_FROM {
            return;
        }
        for &(turn, at) in self.digits.iter().chain(&self.inner) {
            texts[turn][at] = MASK;
        }
        if let (Some(&(turn, first)), Some(&(end, last))) = (self.digits.first(), self.digits.last()) {
            hide_letters(&mut texts[turn], (0..first).rev());
            let length = texts[end].len();
            hide_letters(&mut texts[end], last + 1..length);
        }
    }
}

/// Hides the few letters that touch a number: they belong to it, unless they are a word of their own.
fn hide_letters(text: &mut [char], places: impl Iterator<Item = usize>) {
    let is_letter = |at: &usize| !is_digit(text[*at]) && class(text[*at]) == Class::Letter;
    let letters: Vec<usize> = places.take_while(is_letter).collect();
    if letters.len() <= MAX_LETTERS {
        for at in letters {
            text[at] = MASK;
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Separator,
    Filler,
    Letter,
    Word,
}

/// Whether the character is a digit, however it is written: of any script, circled, formal or as radio operators
/// say it (洞 拐 勾).
pub(super) fn is_digit(c: char) -> bool {
    c.is_numeric()
        || matches!(
            fold_char(c),
            '零' | '一'
                | '二'
                | '三'
                | '四'
                | '五'
                | '六'
                | '七'
                | '八'
                | '九'
                | '壹'
                | '贰'
                | '叁'
                | '肆'
                | '伍'
                | '陆'
                | '柒'
                | '捌'
                | '玖'
                | '洞'
                | '拐'
                | '勾'
        )
}

/// Whether a numeral stands alone and counts something: 后四位, 记一下, 四个零, 一百五.
fn counts_things(text: &[char], at: usize) -> bool {
    let beside = |place: Option<usize>| place.and_then(|place| text.get(place)).map(|c| fold_char(*c));
    let (before, after) = (beside(at.checked_sub(1)), beside(Some(at + 1)));
    let alone = ![before, after].into_iter().flatten().any(is_digit);
    let magnitude = |c: Option<char>| c.is_some_and(|c| "十百千万亿".contains(c));
    is_han(text[at])
        && alone
        && (after.is_some_and(|c| "个位下点段字".contains(c)) || magnitude(before) || magnitude(after))
}

/// What a character that is no digit does to a number that it follows.
fn class(c: char) -> Class {
    match fold_char(c) {
        'a'..='z' => Class::Letter,
        // What is counted is no digit of a number: ￥500，￥800.
        '￥' | '¥' | '$' | '＄' | '%' | '％' | '‰' | '°' | '℃' => Class::Word,
        _ if is_digit(c) => Class::Filler,
        folded if FILLERS.contains(folded) => Class::Filler,
        folded if folded.is_alphabetic() => Class::Word,
        // Brackets, quotes and what is invisible too: (0000) 0000-0000.
        _ => Class::Separator,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(speaker: Speaker, text: &str) -> Turn {
        Turn { speaker, start_ms: None, end_ms: None, text: text.to_owned() }
    }

    fn mask_one(text: &str) -> String {
        mask_turns(&[turn(Speaker::Customer, text)]).remove(0)
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
