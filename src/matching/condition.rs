//! A term's own conditions: word boundaries, required and forbidden context.

use super::{CallText, TurnText};
use crate::lexicon::{Boundary, Condition, Reach, Term, TermIndex, Voice};
use crate::segment::Segmenter;

/// Where a match stands.
pub(super) struct Match<'a> {
    pub term: TermIndex,
    pub turn: &'a TurnText,
    pub call: &'a CallText<'a>,
    pub start: usize,
    pub end: usize,
}

impl Match<'_> {
    /// Whether the match fulfils everything that its term asks for.
    pub fn holds(&self, term: &Term, segmenter: &Segmenter) -> bool {
        // What an agent's warning recites is no context for what a customer tells.
        let all_turns = term.voice == Voice::Agent;
        let found = |(number, condition): (usize, &Condition)| self.found(number, condition, all_turns);
        (term.boundary == Boundary::Free || self.turn.at_word_boundaries(self.start, self.end, segmenter))
            && term.require.iter().enumerate().all(found)
            && !term
                .forbid
                .iter()
                .enumerate()
                .any(|(number, condition)| found((term.require.len() + number, condition)))
    }

    /// Whether any word of a condition, the term's `number`th, stands within its reach.
    fn found(&self, number: usize, condition: &Condition, all_turns: bool) -> bool {
        let chars = self.turn.view.chars();
        let within = |from: usize, to: usize| {
            let text: String = chars[from..to].iter().collect();
            condition.words.iter().any(|word| text.contains(word.as_str()))
        };
        match condition.reach {
            Reach::Near(distance) => {
                within(self.start.saturating_sub(distance), (self.end + distance).min(chars.len()))
            }
            Reach::Sentence => {
                let (from, _) = self.turn.clauses.sentence_around(self.start);
                let (_, to) = self.turn.clauses.sentence_around(self.end - 1);
                within(from, to)
            }
            Reach::Turn => within(0, chars.len()),
            Reach::Call => {
                self.call.has((self.term, number), &condition.words, all_turns)
                    || (self.turn.warning && within(0, chars.len()))
            }
        }
    }
}
