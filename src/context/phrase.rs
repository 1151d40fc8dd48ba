//! Looking around a hit: the words before, after and within it, clause by clause.

use crate::call::{Call, Speaker};
use crate::matching::TurnText;
use crate::normalise::WordSet;

/// Where a hit stands, with everything around it.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The call.
    pub call: &'a Call,
    /// Its turns, prepared.
    pub turns: &'a [TurnText],
    /// Index of the turn.
    pub turn: usize,
    /// First view position of the hit.
    pub start: usize,
    /// One past the last view position.
    pub end: usize,
    /// From the beginning of the first clause, and sentence, to the end of the last that the hit touches.
    clause: (usize, usize),
    sentence: (usize, usize),
}

impl<'a> Place<'a> {
    /// The place of a range of view positions of a turn.
    pub fn new(call: &'a Call, turns: &'a [TurnText], turn: usize, (start, end): (usize, usize)) -> Place<'a> {
        let clauses = &turns[turn].clauses;
        // A hit that lies in one clause, as nearly all do, is looked up once.
        let around = |of: &dyn Fn(usize) -> (usize, usize)| {
            let (from, to) = of(start);
            (from, if end <= to { to } else { of(end - 1).1 })
        };
        let clause = around(&|position| clauses.clause_around(position));
        let sentence = around(&|position| clauses.sentence_around(position));
        Place { call, turns, turn, start, end, clause, sentence }
    }

    /// The prepared turn.
    pub fn text(&self) -> &'a TurnText {
        &self.turns[self.turn]
    }

    /// Who says it.
    pub fn speaker(&self) -> Speaker {
        self.call.turns[self.turn].speaker
    }

    /// The folded characters of the turn.
    pub fn chars(&self) -> &'a [char] {
        self.text().view.chars()
    }

    /// The words of the clause before the hit, at most `limit` characters.
    pub fn before(&self, limit: usize) -> &'a [char] {
        &self.chars()[self.clause.0.max(self.start.saturating_sub(limit))..self.start]
    }

    /// The words of the clause after the hit, at most `limit` characters.
    pub fn after(&self, limit: usize) -> &'a [char] {
        &self.chars()[self.end..self.clause.1.min(self.end + limit)]
    }

    /// The words of the hit.
    pub fn within(&self) -> &'a [char] {
        &self.chars()[self.start..self.end]
    }

    /// First and one-past-last position from the beginning of the sentence in which the hit begins to the end of
    /// the one in which it ends.
    pub fn sentence(&self) -> (usize, usize) {
        self.sentence
    }

    /// The words from the end of the hit to the end of the sentence.
    pub fn sentence_after(&self) -> &'a [char] {
        &self.chars()[self.end..self.sentence.1]
    }
}

/// Whether a word of a set stands before the hits of a turn, in their sentence: each sentence is read once,
/// however long it is and however many hits it holds.
#[derive(Debug, Default)]
pub(super) struct SaidBefore {
    /// Where the sentence begins, how far it has been read, and where the first word in it to end ends.
    sentence: usize,
    read: usize,
    end: Option<usize>,
}

impl SaidBefore {
    /// Whether one of the words ends at or before the hit, in its sentence. Hits must come in the order of their
    /// starts, with the same set.
    pub fn asked(&mut self, words: &WordSet, place: &Place<'_>) -> bool {
        let sentence = place.sentence.0;
        if self.sentence != sentence || self.read < sentence {
            *self = SaidBefore { sentence, read: sentence, end: None };
        }
        while self.read < place.start && self.end.is_none_or(|end| self.read < end) {
            let shortest = words.lengths_at(place.chars(), self.read).last();
            if let Some(end) = shortest.map(|length| self.read + length) {
                self.end = Some(self.end.map_or(end, |other| other.min(end)));
            }
            self.read += 1;
        }
        self.end.is_some_and(|end| end <= place.start)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::call::Turn;

    proptest! {
        /// The plain way: the beginning of the sentence searched for every hit.
        #[test]
        fn words_before_are_those_of_searching_the_sentence_again(text in "[他人家对。]{1,16}") {
            let words = WordSet::new(["他", "人家", "家对人"]);
            let turn = Turn { speaker: Speaker::Customer, start_ms: None, end_ms: None, text: text.clone() };
            let call = Call {
                id: "t".into(), started_at: None, direction: None, agent_id: None, team: None,
                turns: vec![turn], warnings: vec![],
            };
            let turns = [TurnText::new(&text)];
            let mut said = SaidBefore::default();
            for start in 0..turns[0].view.chars().len() {
                let place = Place::new(&call, &turns, 0, (start, start + 1));
                let before = &place.chars()[place.sentence().0..start];
                prop_assert_eq!(said.asked(&words, &place), words.any_in(before), "{} {}", text, start);
            }
        }
    }
}
