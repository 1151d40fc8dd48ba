//! What the wording of the whole call tells: weights learnt from labelled calls, summed by turn.

use std::collections::HashSet;

use super::ledger::{self, Dimension, Ledger, Source};
use crate::call::{Call, Speaker};
use crate::context::Reading;
use crate::lexicon::wording::{Aspect, Gram};
use crate::lexicon::{Certainty, Lexicon, WordingLimits};
use crate::matching::{completeness, spoken, stretch};

/// Thousandths: judged in full.
const FULL: i32 = 1_000;

/// What each turn's wording tells of each question, and the call's as a whole.
#[derive(Debug)]
pub(super) struct WordingReading {
    turns: Vec<Told>,
    /// The answer to each question, from 0 to 10,000 and, where wording speaks clearly, beyond.
    answers: [i32; Aspect::COUNT],
    /// Where each question begins.
    starts: [i32; Aspect::COUNT],
    /// Whether there is a table to judge by.
    pub known: bool,
    /// Thousandths by which each question's weights are stretched for the length of the call.
    stretch: [i32; Aspect::COUNT],
    /// How far the call is long enough for each question to be judged by its wording, in thousandths.
    heard: [i32; Aspect::COUNT],
}

/// The sums of one turn, in hundredths of a point before the stretch.
#[derive(Debug)]
struct Told {
    sums: [i32; Aspect::COUNT],
    /// The pieces of clauses that tell anything (first and one-past-last view position), with their sums, in order.
    pieces: Vec<((usize, usize), [i32; Aspect::COUNT])>,
}

impl WordingReading {
    /// Sums the learnt weights; a gram counts once for each speaker, where it is first said.
    pub fn read(lexicon: &Lexicon, call: &Call, reading: &Reading) -> Self {
        let wording = &lexicon.wording;
        let mut seen: HashSet<(Speaker, Gram)> = HashSet::new();
        let mut lengths = [0; 2];
        let mut turns = Vec::with_capacity(call.turns.len());
        for (turn, spoken_by) in reading.turns.iter().zip(&call.turns) {
            let mut told = Told { sums: [0; Aspect::COUNT], pieces: Vec::new() };
            if let Some(length) = length_of(&mut lengths, spoken_by.speaker).filter(|_| !wording.is_empty()) {
                let said = spoken(turn);
                *length += said.length;
                for (gram, start) in said.grams {
                    let weights = wording.weights(spoken_by.speaker, gram);
                    if !weights.is_empty() && seen.insert((spoken_by.speaker, gram)) {
                        told.add(piece(turn.clauses.clause_around(start), start), weights);
                    }
                }
            }
            turns.push(told);
        }
        let mut read = WordingReading {
            turns,
            answers: [0; Aspect::COUNT],
            starts: [0; Aspect::COUNT],
            known: !wording.is_empty(),
            stretch: [1_000; Aspect::COUNT],
            heard: [0; Aspect::COUNT],
        };
        for aspect in Aspect::all() {
            let at = aspect.index();
            let length = aspect.heard().iter().filter_map(|speaker| length_of(&mut lengths, *speaker).copied()).sum();
            let speakers = aspect.heard().len();
            read.stretch[at] = stretch(length, speakers);
            read.heard[at] = if read.known { completeness(length, speakers) } else { 0 };
            let sum: i32 = read.turns.iter().map(|told| told.sums[at]).sum();
            read.starts[at] = wording.start(aspect);
            read.answers[at] = read.starts[at] + read.stretched(sum, aspect);
        }
        read
    }

    /// The answer to a question: 0 for no, 10,000 for yes, by the wording alone.
    pub fn answer(&self, aspect: Aspect) -> i32 {
        self.answers[aspect.index()]
    }

    /// A number that is `short` in a call of hardly a word and `full` in one that can be judged by its wording.
    pub fn between(&self, aspect: Aspect, short: i32, full: i32) -> i32 {
        short + (full - short) * self.heard[aspect.index()] / FULL
    }

    /// Whether the call is long enough for the question to be judged by its wording in full.
    pub fn in_full(&self, aspect: Aspect) -> bool {
        self.heard[aspect.index()] == FULL
    }

    /// Yes or no, where the wording alone is certain enough; else what the terms say stands.
    pub fn certain(&self, aspect: Aspect, certainty: Certainty) -> Option<bool> {
        let answer = self.answer(aspect);
        match self.in_full(aspect) {
            true if answer >= certainty.yes * 100 => Some(true),
            true if certainty.no.is_some_and(|no| answer < no * 100) => Some(false),
            _ => None,
        }
    }

    /// The turn that speaks most for a question, if any does.
    pub fn strongest_turn(&self, aspect: Aspect, call: &Call, speaker: Speaker) -> Option<usize> {
        let strength = |turn: &usize| self.turns[*turn].sums[aspect.index()];
        let own = (0..self.turns.len()).rev().filter(|turn| call.turns[*turn].speaker == speaker);
        own.max_by_key(strength).filter(|turn| strength(turn) > 0)
    }

    /// Writes a line without points where a turn's wording answers a question.
    pub fn mark(&self, reading: &Reading, ledger: &mut Ledger, turn: usize, mark: Mark) {
        if let Some(span) = self.span(reading, turn, mark.aspect) {
            let Mark { dimension, id, kind, reason, .. } = mark;
            let reason = reason.into();
            ledger.told(reading, ledger::Told { dimension, id, kind, turn, span, points: 0, reason });
        }
    }

    /// What a turn tells of a question, in hundredths of a point.
    pub fn told(&self, turn: usize, aspect: Aspect) -> i32 {
        self.stretched(self.turns[turn].sums[aspect.index()], aspect)
    }

    /// The words of a turn that tell most of what the turn tells of a question, as original characters.
    fn span(&self, reading: &Reading, turn: usize, aspect: Aspect) -> Option<(u32, u32)> {
        let told = &self.turns[turn];
        let sign = told.sums[aspect.index()].signum();
        let strength = |sums: &[i32; Aspect::COUNT]| sums[aspect.index()] * sign;
        let strongest = told.pieces.iter().rev().max_by_key(|(_, sums)| strength(sums));
        strongest.map(|((from, to), _)| reading.turns[turn].view.original(*from, *to))
    }

    /// Joins the wording to what the terms have earned: scales the terms' lines down, then writes where the
    /// wording begins, a line for each turn that tells two points and more, one for all the rest.
    pub fn record(
        &self,
        reading: &Reading,
        ledger: &mut Ledger,
        dimension: Dimension,
        aspect: Aspect,
        limits: &WordingLimits,
    ) {
        if !self.known {
            return;
        }
        ledger.scale(dimension, self.between(aspect, 100, limits.terms));
        let heard = self.heard[aspect.index()];
        let [above, below] = match aspect {
            Aspect::Distress => ["措辞与已复核的难过、着急的通话相近", "措辞与已复核的平静通话相近"],
            Aspect::Care => ["措辞与已复核的关怀得当的通话相近", "措辞与已复核的关怀不足的通话相近"],
            _ => ["措辞与已复核的诈骗通话相近", "措辞与已复核的平常通话相近"],
        };
        let share = limits.percent * heard / FULL;
        let points = |hundredths: i32| rounded(hundredths, share * 10);
        let mut written = 0;
        for turn in 0..self.turns.len() {
            let points = points(self.told(turn, aspect));
            let span = self.span(reading, turn, aspect).filter(|_| points.abs() >= 2);
            if let Some(span) = span {
                written += points;
                let reason = if points > 0 { above } else { below }.into();
                ledger.told(reading, ledger::Told { dimension, id: "wording", kind: "", turn, span, points, reason });
            }
        }
        let start = self.starts[aspect.index()];
        let base = limits.base * 100 + (i64::from(start) * i64::from(limits.percent) / 100) as i32;
        ledger.adjust(dimension, Source::Adjustment, "wording_base", None, rounded(base, heard), "措辞的起点");
        let total = points(self.answer(aspect) - start);
        ledger.adjust(dimension, Source::Rule, "wording", None, total - written, "其余各句的措辞");
    }

    fn stretched(&self, sum: i32, aspect: Aspect) -> i32 {
        (i64::from(sum) * i64::from(self.stretch[aspect.index()]) / 1_000) as i32
    }
}

impl Told {
    fn add(&mut self, piece: (usize, usize), weights: &[(Aspect, i32)]) {
        if self.pieces.last().is_none_or(|(last, _)| *last != piece) {
            self.pieces.push((piece, [0; Aspect::COUNT]));
        }
        for &(aspect, weight) in weights {
            self.sums[aspect.index()] += weight;
            if let Some((_, sums)) = self.pieces.last_mut() {
                sums[aspect.index()] += weight;
            }
        }
    }
}

/// A line without points: what the wording alone decided.
pub(super) struct Mark {
    pub dimension: Dimension,
    pub aspect: Aspect,
    pub id: &'static str,
    /// Category that the wording stands for, or empty.
    pub kind: &'static str,
    pub reason: &'static str,
}

/// Longest piece of a clause, in characters, that is quoted as one: raw recognition has clauses of a whole turn.
const PIECE: usize = 24;

/// The piece of a clause around a position.
fn piece((from, to): (usize, usize), at: usize) -> (usize, usize) {
    let begin = from + (at - from) / PIECE * PIECE;
    (begin, (begin + PIECE).min(to))
}

/// The count of this speaker's characters; nothing is learnt of third voices.
fn length_of(lengths: &mut [usize; 2], speaker: Speaker) -> Option<&mut usize> {
    match speaker {
        Speaker::Customer => Some(&mut lengths[0]),
        Speaker::Agent => Some(&mut lengths[1]),
        Speaker::Other => None,
    }
}

/// Hundredths of a point, scaled by thousandths, as whole points; halves away from zero.
fn rounded(hundredths: i32, thousandths: i32) -> i32 {
    let scaled = i64::from(hundredths) * i64::from(thousandths);
    ((scaled + scaled.signum() * 50_000) / 100_000) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_away_from_zero() {
        assert_eq!([rounded(149, 1_000), rounded(150, 1_000), rounded(-150, 1_000), rounded(300, 500)], [1, 2, -2, 2]);
    }
}
