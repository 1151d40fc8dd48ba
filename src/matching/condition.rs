//! A term's own conditions: word boundaries, required and forbidden context.

use super::TurnText;
use crate::lexicon::{Boundary, Condition, Reach, Term, Voice};
use crate::segment::Segmenter;

/// Whether a match at these view positions fulfils everything that its term asks for.
pub(super) fn holds(
    term: &Term,
    turn: &TurnText,
    call: &[TurnText],
    start: usize,
    end: usize,
    segmenter: &Segmenter,
) -> bool {
    // What an agent's warning recites is no context for what a customer tells.
    let agents_term = term.voice == Voice::Agent;
    let found = |condition: &Condition| found(condition, agents_term, turn, call, start, end);
    (term.boundary == Boundary::Free || turn.at_word_boundaries(start, end, segmenter))
        && term.require.iter().all(found)
        && !term.forbid.iter().any(found)
}

fn found(
    condition: &Condition,
    agents_term: bool,
    turn: &TurnText,
    call: &[TurnText],
    start: usize,
    end: usize,
) -> bool {
    let chars = turn.view.chars();
    let within = |from: usize, to: usize| {
        let text: String = chars[from..to].iter().collect();
        condition.words.iter().any(|word| text.contains(word.as_str()))
    };
    match condition.reach {
        Reach::Near(distance) => within(start.saturating_sub(distance), (end + distance).min(chars.len())),
        Reach::Sentence => {
            let (from, _) = turn.clauses.sentence_around(start);
            let (_, to) = turn.clauses.sentence_around(end - 1);
            within(from, to)
        }
        Reach::Turn => within(0, chars.len()),
        Reach::Call => {
            let heard = |other: &&TurnText| agents_term || !other.warning || std::ptr::eq(*other, turn);
            let holds = |other: &TurnText| condition.words.iter().any(|word| other.view.text().contains(word.as_str()));
            call.iter().filter(heard).any(holds)
        }
    }
}
