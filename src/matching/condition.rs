//! A term's own conditions: word boundaries, required and forbidden context.

use rustc_hash::FxHashMap;

use super::sketch::{Begun, Sketch};
use super::{CallText, TurnText};
use crate::lexicon::{Boundary, Condition, Lexicon, Reach, Term, TermIndex, Voice};
use crate::normalise::WordSet;
use crate::segment::Segmenter;

/// The conditions of all terms, each list of words compiled once.
#[derive(Debug)]
pub(super) struct Conditions {
    sets: Vec<Words>,
    /// In the order of the terms: what a term requires, then what it forbids.
    asked: Vec<Asked>,
    /// For each term, first index into `asked`; one more at the end.
    of_term: Vec<u32>,
}

/// A list of words that conditions ask for.
#[derive(Debug)]
pub(super) struct Words {
    pub set: WordSet,
    /// What they begin with: asked first, of a whole turn or call at once.
    pub begun: Begun,
}

#[derive(Debug, Clone, Copy)]
struct Asked {
    reach: Reach,
    set: u32,
    forbidden: bool,
}

/// Answers of the last turn, kept from match to match: a turn without marks is one sentence.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// For each set of words: the turn it was asked in, the range of positions, the answer.
    last: Vec<(u64, (usize, usize), bool)>,
    turn: u64,
}

impl Answers {
    /// Forgets what was asked of the turn before.
    pub fn next_turn(&mut self) {
        self.turn += 1;
    }
}

/// Where a match stands.
pub(super) struct Match<'a> {
    pub turn: &'a TurnText,
    /// What the turn holds, roughly.
    pub sketch: &'a Sketch,
    pub call: &'a CallText<'a>,
    pub start: usize,
    pub end: usize,
}

impl Conditions {
    /// Compiles the conditions of all terms.
    pub fn new(lexicon: &Lexicon) -> Conditions {
        let mut known: FxHashMap<&[String], u32> = FxHashMap::default();
        let mut conditions = Conditions { sets: Vec::new(), asked: Vec::new(), of_term: vec![0] };
        for term in &lexicon.terms {
            let both = [(&term.require, false), (&term.forbid, true)];
            for (condition, forbidden) in both.into_iter().flat_map(|(all, f)| all.iter().map(move |one| (one, f))) {
                let Condition { reach, words } = condition;
                let next = conditions.sets.len() as u32;
                let set = *known.entry(words).or_insert_with(|| {
                    conditions.sets.push(Words { set: WordSet::new(words), begun: Begun::of(words) });
                    next
                });
                conditions.asked.push(Asked { reach: *reach, set, forbidden });
            }
            conditions.of_term.push(conditions.asked.len() as u32);
        }
        conditions
    }

    /// Whether a match fulfils everything that its term asks for.
    pub fn hold(
        &self,
        index: TermIndex,
        term: &Term,
        place: &Match<'_>,
        segmenter: &Segmenter,
        answers: &mut Answers,
    ) -> bool {
        if term.boundary != Boundary::Free && !place.turn.at_word_boundaries(place.start, place.end, segmenter) {
            return false;
        }
        let (from, to) = (self.of_term[index as usize], self.of_term[index as usize + 1]);
        // What an agent's warning recites is no context for what a customer tells.
        let all_turns = term.voice == Voice::Agent;
        self.asked[from as usize..to as usize]
            .iter()
            .all(|asked| asked.forbidden != self.found(*asked, all_turns, place, answers))
    }

    /// Whether any word of a condition stands within its reach.
    fn found(&self, asked: Asked, all_turns: bool, place: &Match<'_>, answers: &mut Answers) -> bool {
        let words = &self.sets[asked.set as usize];
        let in_turn = || place.sketch.may_hold_any(&words.begun);
        let chars = place.turn.view.chars();
        let whole = (0, chars.len());
        let range = match asked.reach {
            Reach::Near(distance) => {
                let (from, to) = (place.start.saturating_sub(distance), (place.end + distance).min(chars.len()));
                return in_turn() && words.set.any_in(&chars[from..to]);
            }
            Reach::Sentence => {
                let (from, _) = place.turn.clauses.sentence_around(place.start);
                let (_, to) = place.turn.clauses.sentence_around(place.end - 1);
                (from, to)
            }
            Reach::Turn => whole,
            Reach::Call => {
                let answer = place.call.has(asked.set as usize, self.sets.len(), words, all_turns);
                if answer || !place.turn.warning {
                    return answer;
                }
                whole
            }
        };
        if !in_turn() {
            return false;
        }
        if answers.last.len() < self.sets.len() {
            answers.last.resize(self.sets.len(), (0, whole, false));
        }
        let last = &mut answers.last[asked.set as usize];
        if (last.0, last.1) != (answers.turn, range) {
            *last = (answers.turn, range, words.set.any_in(&chars[range.0..range.1]));
        }
        last.2
    }
}
