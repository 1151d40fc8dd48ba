//! What the wording of the whole call tells: weights learnt from labelled calls, summed by turn.

use super::ledger::{self, Dimension, Ledger, Source};
use crate::call::{Call, Speaker};
use crate::context::Reading;
use crate::lexicon::wording::{Aspect, Gram, Row, Wording};
use crate::lexicon::{Certainty, Lexicon, WordingLimits};
use crate::matching::{TurnText, completeness, spoken, stretch};

/// Thousandths: judged in full.
const FULL: i32 = 1_000;

/// What each turn's wording tells of each question, and the call's as a whole.
#[derive(Debug)]
pub(super) struct WordingReading {
    turns: Vec<Told>,
    /// The pieces of clauses that tell anything, in order, turn by turn.
    pieces: Vec<Piece>,
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

/// In hundredths of a point before the stretch. Of one turn only the aspects that have a column of their own are
/// asked for; types and phases are judged by the whole call.
type Sums = [i32; Aspect::SINGLES];

/// The sums of one turn.
#[derive(Debug)]
struct Told {
    sums: Sums,
    /// Its pieces among those of the call: the first and one past the last.
    pieces: (usize, usize),
}

/// A piece of a clause: first and one-past-last view position, and its sums.
#[derive(Debug)]
struct Piece {
    range: (usize, usize),
    sums: Sums,
}

/// Sums the rows of a call as they are met.
struct Summing<'a> {
    wording: &'a Wording,
    /// A bit for the first slot of each row that has been met.
    seen: Vec<u64>,
    /// What was said last of all grams of one hash, and by whom; 0 for nothing.
    latest: Vec<u64>,
    /// The grams of a turn that a row may hold, with their places, and its rows.
    grams: Vec<(Gram, usize)>,
    rows: Vec<(Row, usize)>,
    pieces: Vec<Piece>,
    /// By aspect: of types and phases the sums of the call, of the others those of the last piece so far. Longer
    /// than needed, so that no place has to be checked.
    sums: [i32; 64],
}

const _: () = assert!(Aspect::COUNT <= 64);

/// Grams that are remembered as said.
const LATEST: usize = 1024;

impl Summing<'_> {
    /// The sums of a turn, and the count of its characters.
    fn turn(&mut self, turn: &TurnText, speaker: Speaker) -> (Told, usize) {
        let from = self.pieces.len();
        // In steps, so that the processor waits for many rows at a time, not for one after the other.
        self.grams.clear();
        let length = spoken(turn, |gram, start| {
            let known = self.wording.may_begin(gram);
            // What was said just now has been met: most of it needs no look into the table.
            let (latest, said) = (&mut self.latest[gram.small_hash::<LATEST>()], gram.by(speaker));
            if known && *latest != said {
                *latest = said;
                self.grams.push((gram, start));
            }
            known
        });
        self.rows.clear();
        for &(gram, start) in &self.grams {
            if let Some(row) = self.wording.row(speaker, gram)
                && meet(&mut self.seen, row.first())
            {
                self.rows.push((row, start));
            }
        }
        let (mut clause, mut range) = ((0, 0), (0, 0));
        for at in 0..self.rows.len() {
            let (row, start) = self.rows[at];
            if start >= range.1 {
                if start >= clause.1 {
                    clause = turn.clauses.clause_around(start);
                }
                self.end_piece();
                range = piece(clause, start);
                self.pieces.push(Piece { range, sums: [0; Aspect::SINGLES] });
            }
            for weight in self.wording.weights(row).as_flattened() {
                self.sums[usize::from(weight.aspect & 63)] += i32::from(weight.weight);
            }
        }
        self.end_piece();
        let mut sums = [0; Aspect::SINGLES];
        self.pieces[from..].iter().for_each(|piece| add(&mut sums, &piece.sums));
        (Told { sums, pieces: (from, self.pieces.len()) }, length)
    }

    /// Writes the sums of the last piece.
    fn end_piece(&mut self) {
        if let Some(piece) = self.pieces.last_mut() {
            for (own, sum) in piece.sums.iter_mut().zip(&mut self.sums) {
                *own += std::mem::take(sum);
            }
        }
    }
}

/// Marks a row as met; whether it had not been.
fn meet(seen: &mut [u64], row: usize) -> bool {
    let (word, bit) = (&mut seen[row / 64], 1 << (row % 64));
    let first = *word & bit == 0;
    *word |= bit;
    first
}

/// Adds the aspects that have a column of their own, which are the first of all sums.
fn add(sums: &mut [i32], weights: &Sums) {
    sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight);
}

impl WordingReading {
    /// Sums the learnt weights; a gram counts once for each speaker, where it is first said.
    pub fn read(lexicon: &Lexicon, call: &Call, reading: &Reading) -> Self {
        let wording = &lexicon.wording;
        let seen = vec![0; wording.slots().div_ceil(64)];
        let mut summing = Summing {
            wording,
            seen,
            latest: vec![0; LATEST],
            grams: Vec::new(),
            rows: Vec::new(),
            pieces: Vec::new(),
            sums: [0; 64],
        };
        let mut lengths = [0; 2];
        let mut turns = Vec::with_capacity(call.turns.len());
        for (turn, spoken_by) in reading.turns.iter().zip(&call.turns) {
            let mut told = Told { sums: [0; Aspect::SINGLES], pieces: (0, 0) };
            if let Some(length) = length_of(&mut lengths, spoken_by.speaker).filter(|_| !wording.is_empty()) {
                let (read, characters) = summing.turn(turn, spoken_by.speaker);
                *length += characters;
                told = read;
            }
            turns.push(told);
        }
        turns.iter().for_each(|told| add(&mut summing.sums, &told.sums));
        let mut read = WordingReading {
            turns,
            pieces: summing.pieces,
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
            read.starts[at] = wording.start(aspect);
            read.answers[at] = read.starts[at] + read.stretched(summing.sums[at], aspect);
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
        let strength = |turn: &usize| sum_of(&self.turns[*turn].sums, aspect);
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
        self.stretched(sum_of(&self.turns[turn].sums, aspect), aspect)
    }

    /// The words of a turn that tell most of what the turn tells of a question, as original characters.
    fn span(&self, reading: &Reading, turn: usize, aspect: Aspect) -> Option<(u32, u32)> {
        let told = &self.turns[turn];
        let sign = sum_of(&told.sums, aspect).signum();
        let pieces = &self.pieces[told.pieces.0..told.pieces.1];
        let strongest = pieces.iter().rev().max_by_key(|piece| sum_of(&piece.sums, aspect) * sign);
        strongest.map(|piece| reading.turns[turn].view.original(piece.range.0, piece.range.1))
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
            if points.abs() < 2 {
                continue;
            }
            if let Some(span) = self.span(reading, turn, aspect) {
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

/// What sums hold of an aspect; nothing of those that only the whole call is asked for.
fn sum_of(sums: &Sums, aspect: Aspect) -> i32 {
    sums.get(aspect.index()).copied().unwrap_or(0)
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
