//! Insistence (D8): the same clause, by content words, in several of the customer's turns.

use std::collections::BTreeMap;

use crate::call::{Call, Speaker};
use crate::context::Reading;
use crate::engine::Engine;
use crate::normalise::is_han;

/// Fewest content words of a clause that can be insisted on: fewer are everyday phrases.
const MIN_WORDS: usize = 3;

/// Customer turns that say again what at least two others say, in order.
///
/// Fillers do not count: only words of two and more Han characters are compared.
pub(super) fn repeated_turns(engine: &Engine, call: &Call, reading: &Reading) -> Vec<usize> {
    let numbers = &engine.lexicon().scoring.distress;
    // Clauses that say the same word for word are one: long calls repeat themselves.
    let mut clauses: BTreeMap<Vec<&str>, Vec<usize>> = BTreeMap::new();
    for (turn, spoken) in call.turns.iter().enumerate() {
        if spoken.speaker == Speaker::Customer {
            for words in content_words_by_clause(engine, reading, turn) {
                clauses.entry(words).or_default().push(turn);
            }
        }
    }
    let alike = |a: &[&str], b: &[&str]| {
        let common = a.iter().filter(|word| b.contains(word)).count();
        common * 100 >= (a.len() + b.len() - common) * numbers.repetition_overlap as usize
    };
    let mut turns: Vec<usize> = Vec::new();
    for (words, own) in &clauses {
        let mut same: Vec<usize> =
            clauses.iter().filter(|(other, _)| alike(words, other)).flat_map(|(_, turns)| turns).copied().collect();
        same.sort_unstable();
        same.dedup();
        if same.len() >= numbers.repetition_turns {
            turns.extend(own);
        }
    }
    turns.sort_unstable();
    turns.dedup();
    turns
}

/// The content words of each clause of a turn, sorted, each once; clauses with too few are left out.
fn content_words_by_clause<'r>(engine: &Engine, reading: &'r Reading, turn: usize) -> Vec<Vec<&'r str>> {
    let text = &reading.turns[turn];
    let mut clauses: Vec<Vec<&str>> = Vec::new();
    let (mut at, mut end) = (0, 0);
    for word in engine.segmenter().words(text.view.text()) {
        let length = word.chars().count();
        if at >= end {
            end = text.clauses.clause_around(at).1;
            clauses.push(Vec::new());
        }
        at += length;
        let content = length >= 2 && word.chars().all(is_han);
        if let Some(clause) = clauses.last_mut().filter(|_| content) {
            clause.push(word);
        }
    }
    for clause in &mut clauses {
        clause.sort_unstable();
        clause.dedup();
    }
    clauses.retain(|clause| clause.len() >= MIN_WORDS);
    clauses
}
