//! Where in a call every character and every pair of characters stands: for what is asked of all turns.

use super::TurnText;
use super::condition::Words;
use super::sketch::{SKETCH, place_of};
use crate::lexicon::wording::{pack, spread};

/// The positions of a call, all turns in one row, by what begins there: chains of those of one hash.
#[derive(Debug)]
pub(super) struct Heard {
    /// For each hash, one more than the last entry of its chain; 0 for none.
    heads: Box<[u32; 1 << SKETCH]>,
    /// For each entry, the one before it in its chain, in the same way. Entries go by positions: the character, then
    /// the pair that begins with it.
    before: Vec<u32>,
    /// The position at which each turn begins.
    turns: Vec<u32>,
}

impl Heard {
    /// Takes in all turns.
    pub fn new(turns: &[TurnText]) -> Heard {
        let length: usize = turns.iter().map(|turn| turn.view.chars().len()).sum();
        let mut heard = Heard {
            heads: Box::new([0; 1 << SKETCH]),
            before: Vec::with_capacity(length * 2),
            turns: Vec::with_capacity(turns.len()),
        };
        for turn in turns {
            heard.turns.push(heard.before.len() as u32 / 2);
            let text = turn.view.chars();
            for (at, &first) in text.iter().enumerate() {
                let key = pack(0, first);
                heard.note(key);
                // The last character is entered as its own pair, too.
                heard.note(text.get(at + 1).map_or(key, |&second| pack(key, second)));
            }
        }
        heard
    }

    #[inline]
    fn note(&mut self, key: u64) {
        let head = &mut self.heads[usize::from(place_of(spread(key)))];
        self.before.push(*head);
        *head = self.before.len() as u32;
    }

    /// Whether any of the words, which are not too many to ask for, stands in any turn that `counts`.
    pub fn holds(&self, words: &Words, turns: &[TurnText], counts: impl Fn(&TurnText) -> bool) -> bool {
        words.begun.places().iter().any(|place| {
            let first = self.heads[usize::from(*place)].checked_sub(1);
            let mut chain = std::iter::successors(first, |entry| self.before[*entry as usize].checked_sub(1));
            chain.any(|entry| {
                let position = entry / 2;
                let own = self.turns.partition_point(|begins| *begins <= position) - 1;
                let at = (position - self.turns[own]) as usize;
                counts(&turns[own]) && words.set.longest_at(turns[own].view.chars(), at).is_some()
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::sketch::Begun;
    use super::*;
    use crate::normalise::WordSet;

    #[test]
    fn words_are_found_in_the_turns_that_count() {
        let turns = ["", "我转了三万", "好", "骗子打来的"].map(TurnText::new);
        let heard = Heard::new(&turns);
        let holds = |list: &[&str], counted: &[usize]| {
            let list: Vec<String> = list.iter().map(|word| (*word).to_owned()).collect();
            let words = Words { set: WordSet::new(&list), begun: Begun::of(&list) };
            heard.holds(&words, &turns, |turn| counted.iter().any(|own| std::ptr::eq(&turns[*own], turn)))
        };
        let all = [0, 1, 2, 3];
        assert!(holds(&["没有", "转了三"], &all) && holds(&["好"], &all) && holds(&["万"], &all));
        assert!(!holds(&["转了四"], &all) && !holds(&["万好"], &all) && !holds(&[""], &all));
        assert!(holds(&["骗子"], &[3]) && !holds(&["骗子"], &[0, 1, 2]));
    }
}
