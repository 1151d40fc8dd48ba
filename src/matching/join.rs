//! Joining the units of a pattern over its gaps.

use super::TurnText;
use super::unit::{Lengths, UnitIndex, Units};

/// An occurrence of a unit, or of a whole pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    /// First view position.
    pub start: usize,
    /// One past the last view position.
    pub end: usize,
    /// Matched by sound, not by characters.
    pub misheard: bool,
}

/// Dead ends of one join: the unit that was looked for, and where the one before it ended.
#[derive(Debug, Default)]
pub(super) struct DeadEnds {
    marks: Vec<u32>,
    join: u32,
}

impl DeadEnds {
    /// Forgets all, for a pattern of so many units in a turn of so many characters.
    fn begin(&mut self, units: usize, characters: usize) {
        if self.join == u32::MAX {
            self.marks.clear();
            self.join = 0;
        }
        self.join += 1;
        self.marks.resize(self.marks.len().max(units * (characters + 1)), 0);
    }
}

/// A pattern in a turn.
pub(super) struct Joint<'a> {
    /// All units.
    pub units: &'a Units,
    /// The pattern's own, in order.
    pub row: &'a [UnitIndex],
    /// Longest gap before each unit but the first.
    pub gaps: &'a [usize],
    /// The turn: a gap does not cross the end of a sentence.
    pub turn: &'a TurnText,
    /// Occurrences by sound, where the pattern may be misheard.
    pub misheard: &'a [(UnitIndex, Span)],
    /// Where a search that led nowhere need not be made again: a turn of one repeated word has many ways.
    pub dead_ends: &'a mut DeadEnds,
    /// What is known of units at places.
    pub lengths: &'a mut Lengths,
}

impl Joint<'_> {
    /// Calls `found` with each match that begins in `firsts`, view positions in order: leftmost, then longest
    /// pieces, then shortest gaps; matches do not overlap.
    pub fn join(&mut self, firsts: impl Iterator<Item = usize>, mut found: impl FnMut(Span)) {
        if self.row.len() > 2 {
            self.dead_ends.begin(self.row.len(), self.turn.view.chars().len());
        }
        let mut free = 0;
        for at in firsts {
            // The shorter pieces of a place are free only if the longer ones led nowhere.
            if at >= free
                && let Some((start, last)) =
                    self.at(0, at, |joint, first| joint.extend(1, first).map(|last| (first.start, last)))
            {
                found(Span { start, ..last });
                free = last.end;
            }
        }
    }

    /// The last occurrence of the match that goes on from `last`, chosen for unit `unit - 1`; it is
    /// marked as misheard if any before it was.
    fn extend(&mut self, unit: usize, last: Span) -> Option<Span> {
        let Some(&index) = self.row.get(unit) else {
            return Some(last);
        };
        let length = self.turn.view.chars().len();
        let mark = (self.row.len() > 2).then(|| unit * (length + 1) + last.end);
        if mark.is_some_and(|mark| self.dead_ends.marks[mark] == self.dead_ends.join) {
            return None;
        }
        let turn = self.turn;
        let until = length.min(last.end + self.gaps[unit - 1] + 1);
        let in_reach = |at: &usize| *at < until && turn.clauses.same_sentence(last.end - 1, *at);
        let go_on = |joint: &mut Self, next: Span| {
            joint.extend(unit + 1, Span { misheard: next.misheard || last.misheard, ..next })
        };
        let found = if self.units.is_number(index) {
            let numbers = self.units.numbers(index, turn, last.end);
            numbers.take_while(|number| in_reach(&number.start)).find_map(|number| go_on(self, number))
        } else {
            (last.end..until).take_while(in_reach).find_map(|at| self.at(unit, at, go_on))
        };
        if let Some(mark) = mark.filter(|_| found.is_none()) {
            self.dead_ends.marks[mark] = self.dead_ends.join;
        }
        found
    }

    /// The first answer that `ask` gives for an occurrence of a unit at a place, longer ones first.
    fn at<T>(&mut self, unit: usize, at: usize, mut ask: impl FnMut(&mut Self, Span) -> Option<T>) -> Option<T> {
        let (index, turn) = (self.row[unit], self.turn);
        if self.units.is_number(index) {
            let number = self.units.numbers(index, turn, at).next().filter(|number| number.start == at);
            return number.and_then(|number| ask(self, number));
        }
        let text = turn.view.chars();
        let may_begin = self.units.may_begin(index, text, at);
        let mut exact = if may_begin { self.lengths.of(self.units, index, text, at) } else { 0 };
        let mut misheard = 0_u128;
        for (_, span) in self.misheard.iter().filter(|(own, span)| *own == index && span.start == at) {
            misheard |= 1 << (span.end - span.start);
        }
        while exact | misheard != 0 {
            let length = 127 - (exact | misheard).leading_zeros();
            for (lengths, by_sound) in [(&mut exact, false), (&mut misheard, true)] {
                if *lengths >> length & 1 == 1 {
                    *lengths ^= 1 << length;
                    let span = Span { start: at, end: at + length as usize, misheard: by_sound };
                    if let Some(answer) = ask(self, span) {
                        return Some(answer);
                    }
                }
            }
        }
        None
    }
}
