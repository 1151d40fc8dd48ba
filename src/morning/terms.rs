//! The busiest terms of a night.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::run::HitRow;
use crate::score::Dimension;

/// How often a term stood in the calls of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermCount {
    /// Its id.
    pub id: String,
    /// The term, as the lexicon writes it; empty where quotes are not wanted.
    pub term: String,
    /// What it is evidence of.
    pub dimension: Dimension,
    /// All its hits.
    pub hits: u64,
    /// The hits that earned or cost points.
    pub counted: u64,
    /// The calls it stood in.
    pub calls: u64,
    /// The number of the last call, so that each counts once.
    last: u64,
}

/// Counts the terms of `hits.csv`; as many as the lexicon has rows.
#[derive(Debug, Default)]
pub struct TermTally {
    terms: BTreeMap<(Dimension, String), TermCount>,
    calls: u64,
}

impl TermTally {
    /// Goes on to the next call.
    pub fn next_call(&mut self) {
        self.calls += 1;
    }

    /// Counts a hit of the call; lines that no term stands behind are left out.
    pub fn add(&mut self, hit: &HitRow<'_>) {
        if !hit.matched_by.is_words() {
            return;
        }
        let new = || TermCount {
            id: hit.term_id.to_owned(),
            term: hit.term.to_owned(),
            dimension: hit.dimension,
            hits: 0,
            counted: 0,
            calls: 0,
            last: 0,
        };
        let count = self.terms.entry((hit.dimension, hit.term_id.to_owned())).or_insert_with(new);
        count.hits += 1;
        count.counted += u64::from(hit.points != 0);
        count.calls += u64::from(count.last != self.calls);
        count.last = self.calls;
    }

    /// The terms that stood in most calls, most first, of those that ever counted.
    pub fn busiest(&self, most: usize) -> Vec<&TermCount> {
        let mut terms: Vec<&TermCount> = self.terms.values().filter(|count| count.counted > 0).collect();
        terms.sort_by_key(|count| (Reverse((count.calls, count.hits)), &count.id));
        terms.truncate(most);
        terms
    }
}
