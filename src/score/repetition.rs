//! Insistence (D8): the same clause, by content words, in several of the customer's turns.

use std::collections::BTreeMap;

use super::resemblance::turns_that_may_repeat;
use crate::call::Call;
use crate::context::Reading;
use crate::engine::Engine;
use crate::matching::TurnText;
use crate::normalise::is_han;

/// Fewest content words of a clause that can be insisted on: fewer are everyday phrases.
pub(super) const MIN_WORDS: usize = 3;

/// Customer turns that say again what at least two others say, in order.
///
/// Fillers do not count: only words of two and more Han characters are compared.
pub(super) fn repeated_turns(engine: &Engine, call: &Call, reading: &Reading) -> Vec<usize> {
    let numbers = &engine.lexicon().scoring.distress;
    let overlap = numbers.repetition_overlap as usize;
    let candidates = turns_that_may_repeat(call, reading, overlap, numbers.repetition_turns);
    if candidates.is_empty() {
        return Vec::new();
    }
    repeated_among(&candidates, engine, reading)
}

/// The same, of some turns.
fn repeated_among(candidates: &[usize], engine: &Engine, reading: &Reading) -> Vec<usize> {
    let numbers = &engine.lexicon().scoring.distress;
    let texts: Vec<String> = candidates.iter().map(|&turn| reading.turns[turn].view.text()).collect();
    // Clauses that say the same word for word are one: long calls repeat themselves.
    let mut clauses: BTreeMap<Vec<&str>, Vec<usize>> = BTreeMap::new();
    for (&turn, text) in candidates.iter().zip(&texts) {
        for words in content_words_by_clause(engine, &reading.turns[turn], text) {
            clauses.entry(words).or_default().push(turn);
        }
    }
    let clauses: Vec<Clause> = numbered(&clauses);
    let overlap = numbers.repetition_overlap as usize;
    let by_word = clauses_by_rare_word(&clauses, overlap);
    let mut compared = vec![usize::MAX; clauses.len()];
    let mut turns: Vec<usize> = Vec::new();
    for (at, clause) in clauses.iter().enumerate() {
        let mut same: Vec<usize> = clause.turns.to_vec();
        same.dedup();
        compared[at] = at;
        for &word in clause.rare_words(overlap) {
            for &other in by_word.get(&word).into_iter().flatten() {
                if same.len() >= numbers.repetition_turns {
                    break;
                }
                if std::mem::replace(&mut compared[other], at) != at && clause.alike(&clauses[other], overlap) {
                    same.extend(clauses[other].turns);
                    same.sort_unstable();
                    same.dedup();
                }
            }
        }
        if same.len() >= numbers.repetition_turns {
            turns.extend(clause.turns);
        }
    }
    turns.sort_unstable();
    turns.dedup();
    turns
}

/// A clause by its content words, as numbers: the rarer the word, the lower.
struct Clause<'c> {
    words: Vec<u32>,
    turns: &'c [usize],
}

impl Clause<'_> {
    /// Whether the words that two clauses share are so many percent of the words of both.
    fn alike(&self, other: &Clause<'_>, overlap: usize) -> bool {
        let common = self.words.iter().filter(|word| other.words.binary_search(word).is_ok()).count();
        common * 100 >= (self.words.len() + other.words.len() - common) * overlap
    }

    /// Its rarest words: clauses that are alike share one of them, for all others would be too few.
    fn rare_words(&self, overlap: usize) -> &[u32] {
        let shared = (self.words.len() * overlap).div_ceil(100).max(1);
        &self.words[..(self.words.len() + 1).saturating_sub(shared)]
    }
}

/// The clauses with their words numbered from the rarest on.
fn numbered<'c>(clauses: &'c BTreeMap<Vec<&str>, Vec<usize>>) -> Vec<Clause<'c>> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for word in clauses.keys().flatten() {
        *counts.entry(word).or_insert(0) += 1;
    }
    let mut by_count: Vec<(u32, &str)> = counts.into_iter().map(|(word, count)| (count, word)).collect();
    by_count.sort_unstable();
    let numbers: BTreeMap<&str, u32> = by_count.iter().zip(0..).map(|((_, word), number)| (*word, number)).collect();
    clauses
        .iter()
        .map(|(words, turns)| {
            let mut words: Vec<u32> = words.iter().map(|word| numbers[word]).collect();
            words.sort_unstable();
            Clause { words, turns }
        })
        .collect()
}

/// The clauses that have each word among their rarest.
fn clauses_by_rare_word(clauses: &[Clause<'_>], overlap: usize) -> BTreeMap<u32, Vec<usize>> {
    let mut by_word: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (at, clause) in clauses.iter().enumerate() {
        for &word in clause.rare_words(overlap) {
            by_word.entry(word).or_default().push(at);
        }
    }
    by_word
}

/// The content words of each clause of a turn, sorted, each once; clauses with too few are left out.
fn content_words_by_clause<'r>(engine: &Engine, text: &TurnText, words: &'r str) -> Vec<Vec<&'r str>> {
    let mut clauses: Vec<Vec<&str>> = Vec::new();
    let (mut at, mut end) = (0, 0);
    for word in engine.segmenter().words(words) {
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

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::call::{Speaker, Turn};
    use crate::context::Frames;

    static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::builtin().expect("the built-in lexicon is sound"));

    proptest! {
        /// The plain way: every turn of the customer segmented.
        #[test]
        fn turns_that_cannot_repeat_change_nothing(
            texts in prop::collection::vec("((银行|账户|客服|骗子|手机 ?|了)[，]?){0,10}", 0..8),
        ) {
            let turn = |text: &String| {
                Turn { speaker: Speaker::Customer, start_ms: None, end_ms: None, text: text.clone() }
            };
            let turns: Vec<Turn> = texts.iter().map(turn).collect();
            let reading = Reading {
                turns: turns.iter().map(TurnText::of).collect(), hits: vec![], frames: Frames::default(),
            };
            let call = Call {
                id: "t".into(), started_at: None, direction: None, agent_id: None, team: None, turns, warnings: vec![],
            };
            let all: Vec<usize> = (0..texts.len()).collect();
            prop_assert_eq!(repeated_turns(&ENGINE, &call, &reading), repeated_among(&all, &ENGINE, &reading));
        }
    }
}
