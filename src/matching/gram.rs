//! The short runs of characters of a turn, for the learnt wording.

use super::TurnText;
use crate::lexicon::wording::{DIGITS, GRAM, Gram, MONEY};
use crate::normalise::NumberKind;

/// What the learnt wording needs of a turn.
#[derive(Debug)]
pub struct Spoken {
    /// Every run of one to [`GRAM`] characters, with its first view position. Marks part runs; sums of money
    /// and numbers (of digits, or of two and more numerals) stand for all of their kind, so that twenty
    /// thousand learnt is thirty thousand known.
    pub grams: Vec<(Gram, usize)>,
    /// Characters that carry words, a number counting as one.
    pub length: usize,
}

/// Reads the runs of a turn.
pub fn spoken(turn: &TurnText) -> Spoken {
    let symbols = symbols(turn);
    let mut grams = Vec::with_capacity(symbols.len() * GRAM);
    for first in 0..symbols.len() {
        let mut chars = ['\0'; GRAM];
        for (length, symbol) in symbols[first..].iter().take(GRAM).enumerate() {
            let Some(c) = symbol.shown else { break };
            chars[length] = c;
            grams.extend(Gram::new(&chars[..=length]).map(|gram| (gram, symbols[first].start)));
        }
    }
    Spoken { grams, length: symbols.iter().filter(|symbol| symbol.shown.is_some()).count() }
}

/// Characters of an ordinary call, of one speaker's half of it.
const ORDINARY: usize = 250;

/// Fewest characters that are told apart: what is shorter tells too little to be stretched further.
const SHORTEST: usize = 40;

/// How much a gram tells in a call of this many words' characters by `speakers` speakers, in thousandths:
/// a short call says as much with fewer words. Measured against counting and against the square root of
/// the length, it parts unseen calls best (docs/judgement.md).
pub fn stretch(characters: usize, speakers: usize) -> i32 {
    (ORDINARY * speakers * 1_000 / characters.max(SHORTEST * speakers)) as i32
}

/// Characters of a speaker from which a call is judged by that speaker's wording in full.
const ENOUGH: usize = 75;

/// How far a call of this many characters by `speakers` speakers can be judged by its wording, in
/// thousandths: a few words are what they say, not how they say it.
pub fn completeness(characters: usize, speakers: usize) -> i32 {
    let enough = ENOUGH * speakers;
    let share = characters.min(enough) * 1_000 / enough;
    (share * share / 1_000) as i32
}

/// A character, or a number in one; nothing for a mark.
struct Symbol {
    start: usize,
    shown: Option<char>,
}

fn symbols(turn: &TurnText) -> Vec<Symbol> {
    let chars = turn.view.chars();
    let mut numbers = turn.numbers.iter().filter(|number| {
        // 一下 and 一个 are words.
        number.kind == NumberKind::Amount || number.end - number.start > 1 || chars[number.start].is_ascii_digit()
    });
    let mut number = numbers.next();
    let (mut symbols, mut at) = (Vec::with_capacity(chars.len()), 0);
    while at < chars.len() {
        if let Some(found) = number.filter(|number| number.start == at) {
            let shown = if found.kind == NumberKind::Amount { MONEY } else { DIGITS };
            symbols.push(Symbol { start: at, shown: Some(shown) });
            at = found.end;
            number = numbers.next();
        } else {
            let word = chars[at].is_alphanumeric();
            symbols.push(Symbol { start: at, shown: word.then_some(chars[at]) });
            at += 1;
        }
    }
    symbols
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        spoken(&TurnText::new(text)).grams.into_iter().map(|(gram, _)| gram.text()).collect()
    }

    #[test]
    fn runs_end_at_marks_and_numbers_stand_for_their_kind() {
        assert_eq!(shown("转了，他"), ["转", "转了", "了", "他"]);
        assert_eq!(shown("转二万"), ["转", "转￥", "￥"]);
        assert_eq!(shown("转三十万块"), shown("转二万"));
        assert_eq!(shown("号27"), ["号", "号#", "#"]);
        assert!(shown("等一下").contains(&"一下".to_owned()));
    }
}
