//! A turn made ready for matching: folded, divided, numbers found, words on demand.

use std::cell::{OnceCell, RefCell};

use super::condition::Words;
use super::heard::Heard;
use crate::call::{Speaker, Turn};
use crate::normalise::{Clauses, Number, View, find_numbers};
use crate::segment::Segmenter;

/// One turn's text in every form that matching and context need.
#[derive(Debug)]
pub struct TurnText {
    /// Folded text and the way back.
    pub view: View,
    /// Clauses and sentences.
    pub clauses: Clauses,
    /// Numbers and sums of money.
    pub numbers: Vec<Number>,
    /// Whether the agent warns here: what a warning recites is no context for what a customer tells.
    pub warning: bool,
    /// Word boundaries, asked for only where a hit needs them.
    boundaries: OnceCell<Vec<usize>>,
}

impl TurnText {
    /// Prepares a turn.
    pub fn new(text: &str) -> Self {
        let view = View::new(text);
        let clauses = Clauses::new(&view);
        let numbers = find_numbers(&view);
        TurnText { view, clauses, numbers, warning: false, boundaries: OnceCell::new() }
    }

    /// Prepares a turn of a call.
    pub fn of(turn: &Turn) -> Self {
        let text = TurnText::new(&turn.text);
        let warning = turn.speaker == Speaker::Agent && text.view.chars().contains(&'骗');
        TurnText { warning, ..text }
    }

    /// Whether both ends of a range of view positions are word boundaries.
    pub fn at_word_boundaries(&self, start: usize, end: usize, segmenter: &Segmenter) -> bool {
        let boundaries = self.boundaries(segmenter);
        boundaries.binary_search(&start).is_ok() && boundaries.binary_search(&end).is_ok()
    }

    /// The word boundaries from `start` to `end`, both included.
    pub(super) fn boundaries_within(&self, start: usize, end: usize, segmenter: &Segmenter) -> &[usize] {
        let boundaries = self.boundaries(segmenter);
        let from = boundaries.partition_point(|&boundary| boundary < start);
        let to = boundaries.partition_point(|&boundary| boundary <= end);
        &boundaries[from..to]
    }

    fn boundaries(&self, segmenter: &Segmenter) -> &[usize] {
        self.boundaries.get_or_init(|| segmenter.boundaries(&self.view.text()))
    }
}

/// All turns of a call, for conditions that reach that far; asks each question once.
#[derive(Debug)]
pub struct CallText<'a> {
    turns: &'a [TurnText],
    /// For each list of words, for all turns and for those that do not warn: what is known.
    answers: RefCell<Vec<Option<bool>>>,
    /// Where everything stands; drawn when first asked for.
    heard: OnceCell<Heard>,
}

impl<'a> CallText<'a> {
    /// The turns of a call.
    pub fn new(turns: &'a [TurnText]) -> Self {
        CallText { turns, answers: RefCell::default(), heard: OnceCell::new() }
    }

    /// Whether any of the words stands in any turn, warnings of the agent left out unless `all_turns`.
    ///
    /// `question` is the number of the list, below `questions`: it must always come with the same words.
    pub(super) fn has(&self, question: usize, questions: usize, words: &Words, all_turns: bool) -> bool {
        let mut answers = self.answers.borrow_mut();
        answers.resize(questions * 2, None);
        *answers[question * 2 + usize::from(all_turns)].get_or_insert_with(|| {
            let heard = |turn: &&TurnText| all_turns || !turn.warning;
            if words.begun.places().is_empty() {
                return self.turns.iter().filter(heard).any(|turn| words.set.any_in(turn.view.chars()));
            }
            self.heard.get_or_init(|| Heard::new(self.turns)).holds(words, self.turns, |turn| heard(&turn))
        })
    }
}
