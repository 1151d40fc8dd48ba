//! Which turns may say the same: asked of pairs of characters, before any word is looked up.
//!
//! Clauses that are alike share some words of two and more Han characters, hence as many pairs of characters in
//! places of their own. Few clauses of a call share that many with as many turns as it takes; only those turns are
//! segmented.

use super::repetition::MIN_WORDS;
use crate::call::{Call, Speaker};
use crate::context::Reading;
use crate::normalise::is_han;

/// Turns of the customer, in order, outside of which no clause can be part of an insistence: the same clause, by
/// `overlap` percent of its words, in `turns` turns.
pub(super) fn turns_that_may_repeat(call: &Call, reading: &Reading, overlap: usize, turns: usize) -> Vec<usize> {
    let customer: Vec<usize> =
        (0..call.turns.len()).filter(|&turn| call.turns[turn].speaker == Speaker::Customer).collect();
    if customer.len() < turns {
        return Vec::new();
    }
    let others = turns.saturating_sub(1);
    if others == 0 || customer.len() > MOST_TURNS {
        return customer;
    }
    let shared = fewest_shared(overlap);
    let pairs = Pairs::read(reading, &customer);
    let clauses: Vec<Clause> = pairs.clauses_that_share(shared);
    if clauses.len() <= others {
        return Vec::new();
    }
    if clauses.len() > MOST_CLAUSES {
        return clauses.chunk_by(|a, b| a.turn == b.turn).map(|own| own[0].turn).collect();
    }
    let mut wanted = vec![false; call.turns.len()];
    let mut with: Vec<usize> = Vec::new();
    for clause in clauses.iter().filter(|clause| clause.repeats >= shared * others) {
        with.clear();
        for other in clauses.iter().filter(|other| other.turn != clause.turn) {
            if with.last() != Some(&other.turn) && pairs.in_common(clause, other) >= shared {
                with.push(other.turn);
            }
        }
        if with.len() >= others {
            wanted[clause.turn] = true;
            with.iter().for_each(|&turn| wanted[turn] = true);
        }
    }
    customer.into_iter().filter(|&turn| wanted[turn]).collect()
}

/// Turns of a customer above which all are taken: every clause is held against every other.
const MOST_TURNS: usize = 100;

/// Clauses that share pairs with other turns above which all their turns are taken, for the same reason.
const MOST_CLAUSES: usize = 200;

/// Fewest words that two clauses share that are alike by so many percent of the words of both.
fn fewest_shared(overlap: usize) -> usize {
    // Of clauses of the fewest words the fewest are shared.
    (1..MIN_WORDS).find(|shared| shared * 100 >= (2 * MIN_WORDS - shared) * overlap).unwrap_or(MIN_WORDS)
}

/// Kinds of pairs that are told apart.
const KINDS: usize = 2048;
/// What stands for a pair that is no two Han characters.
const NONE: u16 = u16::MAX;

/// The pairs of characters of the clauses of some turns.
struct Pairs {
    /// The kind of the pair that begins at each position, clause by clause.
    kinds: Vec<u16>,
    /// For each clause, its turn and its first and one-past-last index into `kinds`.
    clauses: Vec<(usize, usize, usize)>,
    /// For each kind, the number of turns that hold it, and the last of them.
    turns: Box<[(u16, u16); KINDS]>,
}

/// A clause that shares pairs with other turns.
struct Clause {
    turn: usize,
    from: usize,
    to: usize,
    /// Sum over its pairs of the other turns that hold it.
    repeats: usize,
    /// A bit for each kind of its pairs.
    mask: [u64; KINDS / 64],
}

impl Pairs {
    fn read(reading: &Reading, turns: &[usize]) -> Pairs {
        let mut pairs = Pairs { kinds: Vec::new(), clauses: Vec::new(), turns: Box::new([(0, 0); KINDS]) };
        for (number, &turn) in (1..).zip(turns) {
            let text = &reading.turns[turn];
            let chars = text.view.chars();
            let mut at = 0;
            while at < chars.len() {
                let (_, to) = text.clauses.clause_around(at);
                // The words of a clause begin in it, each two characters after the one before at least.
                if to - at >= 2 * MIN_WORDS - 1 {
                    pairs.clause(turn, number, &chars[at..chars.len().min(to + 1)]);
                }
                at = to;
            }
        }
        pairs
    }

    /// Adds a clause with the character after it: a word may reach over a pause.
    fn clause(&mut self, turn: usize, number: u16, chars: &[char]) {
        let from = self.kinds.len();
        for pair in chars.windows(2) {
            if !is_han(pair[0]) || !is_han(pair[1]) {
                self.kinds.push(NONE);
                continue;
            }
            let kind = (u32::from(pair[0]).wrapping_mul(0x9E37).wrapping_add(u32::from(pair[1]).wrapping_mul(0x85EB))
                >> 5) as usize
                % KINDS;
            self.kinds.push(kind as u16);
            let (count, last) = &mut self.turns[kind];
            if *last != number {
                (*count, *last) = (*count + 1, number);
            }
        }
        self.clauses.push((turn, from, self.kinds.len()));
    }

    /// The clauses of which so many pairs, in places of their own, are in other turns too.
    fn clauses_that_share(&self, shared: usize) -> Vec<Clause> {
        let mut clauses = Vec::new();
        for &(turn, from, to) in &self.clauses {
            let others = |kind: u16| if kind == NONE { 0 } else { usize::from(self.turns[usize::from(kind)].0) - 1 };
            let kinds = &self.kinds[from..to];
            if apart(kinds, |kind| others(kind) > 0) < shared {
                continue;
            }
            let repeats = kinds.iter().map(|&kind| others(kind)).sum();
            let mut mask = [0; KINDS / 64];
            for &kind in kinds.iter().filter(|kind| **kind != NONE) {
                mask[usize::from(kind >> 6)] |= 1 << (kind & 63);
            }
            clauses.push(Clause { turn, from, to, repeats, mask });
        }
        clauses
    }

    /// The pairs of a clause, in places of their own, that may be in another.
    fn in_common(&self, clause: &Clause, other: &Clause) -> usize {
        apart(&self.kinds[clause.from..clause.to], |kind| {
            kind != NONE && other.mask[usize::from(kind >> 6) % (KINDS / 64)] >> (kind & 63) & 1 == 1
        })
    }
}

/// Most pairs that fulfil a condition and do not overlap.
fn apart(kinds: &[u16], fulfils: impl Fn(u16) -> bool) -> usize {
    let (mut count, mut at) = (0, 0);
    while at < kinds.len() {
        if fulfils(kinds[at]) {
            count += 1;
            at += 1;
        }
        at += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::fewest_shared;

    #[test]
    fn the_more_must_be_alike_the_more_is_shared() {
        assert_eq!([0, 20, 21, 50, 51, 70, 100].map(fewest_shared), [1, 1, 2, 2, 3, 3, 3]);
    }
}
