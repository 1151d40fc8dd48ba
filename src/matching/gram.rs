//! The short runs of characters of a turn, for the learnt wording.

use super::TurnText;
use crate::lexicon::wording::{DIGITS, GRAM, Gram, HALF_CALL, MONEY};
use crate::normalise::NumberKind;

/// Tells every run of one to [`GRAM`] characters of a turn, with its first view position, in order of place and
/// then of length; longer runs from the same place are told as long as the answer is yes. Marks part runs; sums
/// of money and numbers (of digits, or of two and more numerals) stand for all of their kind, so that twenty
/// thousand learnt is thirty thousand known. Returns the count of characters that carry words, a number
/// counting as one.
pub fn spoken(turn: &TurnText, mut tell: impl FnMut(Gram, usize) -> bool) -> usize {
    let mut symbols = symbols(turn);
    let mut window: [Option<Symbol>; GRAM] = std::array::from_fn(|_| symbols.next());
    let mut length = 0;
    while let Some(first) = window[0] {
        if let Some(c) = first.shown {
            length += 1;
            let mut gram = Gram::of(c);
            let mut longer = tell(gram, first.start);
            for next in &window[1..] {
                let Some(c) = next.and_then(|next| next.shown).filter(|_| longer) else { break };
                gram = gram.then(c);
                longer = tell(gram, first.start);
            }
        }
        window = std::array::from_fn(|at| if at + 1 < GRAM { window[at + 1] } else { symbols.next() });
    }
    length
}

/// Fewest characters that are told apart: what is shorter tells too little to be stretched further.
const SHORTEST: usize = 40;

/// How much a gram tells in a call of this many words' characters by `speakers` speakers, in thousandths:
/// a short call says as much with fewer words. Measured against counting and against the square root of
/// the length, it parts unseen calls best (docs/judgement.md).
pub fn stretch(characters: usize, speakers: usize) -> i32 {
    (HALF_CALL * speakers * 1_000 / characters.max(SHORTEST * speakers)) as i32
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
#[derive(Debug, Clone, Copy)]
struct Symbol {
    start: usize,
    shown: Option<char>,
}

fn symbols(turn: &TurnText) -> impl Iterator<Item = Symbol> {
    let chars = turn.view.chars();
    let mut numbers = turn.numbers.iter().filter(|number| {
        // 一下 and 一个 are words.
        number.kind == NumberKind::Amount || number.end - number.start > 1 || chars[number.start].is_ascii_digit()
    });
    let mut number = numbers.next();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        let &c = chars.get(start)?;
        let shown = match number.filter(|number| number.start == start) {
            Some(found) => {
                at = found.end;
                number = numbers.next();
                Some(if found.kind == NumberKind::Amount { MONEY } else { DIGITS })
            }
            None => {
                at += 1;
                is_word(c).then_some(c)
            }
        };
        Some(Symbol { start, shown })
    })
}

/// Whether a character is a letter or a digit of any script: neither Chinese characters nor their marks need a look
/// into the tables.
fn is_word(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FA5}') || !matches!(c, '，' | '。' | '？' | '！' | '、') && c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let mut shown = Vec::new();
        spoken(&TurnText::new(text), |gram, _| {
            shown.push(gram.text());
            true
        });
        shown
    }

    #[test]
    fn words_are_of_letters_and_digits() {
        assert!(('\0'..=char::MAX).all(|c| is_word(c) == c.is_alphanumeric()));
    }

    #[test]
    fn longer_runs_are_told_only_where_asked_for() {
        let (mut told, turn) = (Vec::new(), TurnText::new("我转了，三万块他让我"));
        let length = spoken(&turn, |gram, start| {
            told.push((gram.text(), start));
            gram.text() != "转" && gram.text() != "他让"
        });
        let told: Vec<(&str, usize)> = told.iter().map(|(text, start)| (text.as_str(), *start)).collect();
        let money = turn.numbers[0].start;
        let after = turn.numbers[0].end;
        assert_eq!(told[..5], [("我", 0), ("我转", 0), ("我转了", 0), ("转", 1), ("了", 2)]);
        assert_eq!(told[5..8], [("￥", money), ("￥他", money), ("￥他让", money)]);
        assert_eq!(
            told[8..],
            [("他", after), ("他让", after), ("让", after + 1), ("让我", after + 1), ("我", after + 2)]
        );
        assert_eq!(length, 7);
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
