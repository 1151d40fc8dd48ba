//! The plain way of masking, in copies of all turns: what the quick way is held against.

use proptest::prelude::*;

use super::kinds::{Class, KINDS, class, digit};
use super::{HIDE_FROM, MASK, MAX_GAP, MAX_LETTERS, mask_turns};
use crate::call::{Speaker, Turn};
use crate::normalise::address::mask_address;
use crate::normalise::{fold_char, is_han};

fn plainly(turns: &[Turn]) -> Vec<String> {
    let mut texts: Vec<Vec<char>> = turns.iter().map(|turn| turn.text.chars().collect()).collect();
    for speaker in [Speaker::Agent, Speaker::Customer, Speaker::Other] {
        let own = (0..turns.len()).filter(|&index| turns[index].speaker == speaker);
        mask_stream(&mut texts, own);
    }
    texts.iter_mut().for_each(|text| mask_address(text));
    texts.into_iter().map(|text| text.into_iter().collect()).collect()
}

/// Masks what one speaker says, reading the turns as one stream.
fn mask_stream(texts: &mut [Vec<char>], turns: impl Iterator<Item = usize>) {
    let mut run = Run::default();
    for turn in turns {
        run.gap = 0;
        for at in 0..texts[turn].len() {
            let c = texts[turn][at];
            if digit(c) && !counts_things(&texts[turn], at) {
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
    let is_letter = |at: &usize| !digit(text[*at]) && class(text[*at]) == Class::Letter;
    let letters: Vec<usize> = places.take_while(is_letter).collect();
    if letters.len() <= MAX_LETTERS {
        for at in letters {
            text[at] = MASK;
        }
    }
}

/// Whether a numeral stands alone and counts something: 后四位, 记一下, 四个零, 一百五.
fn counts_things(text: &[char], at: usize) -> bool {
    let beside = |place: Option<usize>| place.and_then(|place| text.get(place)).map(|c| fold_char(*c));
    let (before, after) = (beside(at.checked_sub(1)), beside(Some(at + 1)));
    let alone = ![before, after].into_iter().flatten().any(digit);
    let magnitude = |c: Option<char>| c.is_some_and(|c| "十百千万亿".contains(c));
    is_han(text[at])
        && alone
        && (after.is_some_and(|c| "个位下点段字".contains(c)) || magnitude(before) || magnitude(after))
}

proptest! {
    #[test]
    fn the_quick_way_masks_the_same(
        turns in prop::collection::vec(
            (0..3usize, "([0-9零一二三两幺洞１①]{1,7}|[0-9a-c号路嗯个，￥十百千万]{1,4}|[弄栋单元室号楼院路街村]{1,2}|[嗯啊是 -]{1,4}|[a-cX]{1,5}|𝟏|我|\\PC){0,8}"),
            1..7,
        ),
    ) {
        let speakers = [Speaker::Agent, Speaker::Customer, Speaker::Other];
        let turn = |(speaker, text): (usize, String)| {
            Turn { speaker: speakers[speaker], start_ms: None, end_ms: None, text }
        };
        let turns: Vec<Turn> = turns.into_iter().map(turn).collect();
        prop_assert_eq!(mask_turns(&turns), plainly(&turns));
    }
}

#[test]
fn the_table_knows_what_the_rules_say() {
    for c in '\0'..=char::MAX {
        let kind = KINDS.of(c);
        assert!(kind.class() == class(c) && kind.is_digit() == digit(c), "{c:?}");
        assert!(!is_han(c) || (c.is_alphabetic() && !c.is_numeric()), "{c:?}");
    }
}
