//! The pieces of patterns, compiled: which texts may stand at a place, and how long they are.

use rustc_hash::FxHashMap;

use super::TurnText;
use super::join::Span;
use crate::lexicon::Unit;
use crate::normalise::{ByteSet, NumberKind, WordLists, WordSet};

/// Number of a unit.
pub(super) type UnitIndex = u32;

/// All units of a lexicon, each once.
#[derive(Debug, Default)]
pub(super) struct Units {
    units: Vec<Compiled>,
    /// For each unit, what the first and the second character of every member have.
    beginnings: Vec<(ByteSet, ByteSet)>,
    /// The choices of all units, each list of words once.
    choices: WordLists,
    /// For each unit, its choices in order.
    rows: Vec<Choice>,
}

/// A choice in its unit.
#[derive(Debug, Clone, Copy)]
struct Choice {
    words: u32,
    /// It may be missing.
    optional: bool,
}

#[derive(Debug)]
struct Compiled {
    /// First and one-past-last index into [`Units::rows`].
    rows: (u32, u32),
    number: Option<NumberClass>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NumberClass {
    Amount,
    Any,
}

impl Units {
    /// Compiles units, each once, in their order.
    pub fn new(all: &[&Unit]) -> Units {
        let mut units = Units::default();
        let mut known: FxHashMap<&[String], u32> = FxHashMap::default();
        let mut lists: Vec<&[String]> = Vec::new();
        let mut rows: Vec<(u32, u32)> = Vec::with_capacity(all.len());
        for unit in all {
            let from = units.rows.len() as u32;
            if let Unit::Words(choices) = unit {
                for words in choices {
                    let next = lists.len() as u32;
                    let number = *known.entry(words).or_insert(next);
                    if number == next {
                        lists.push(words);
                    }
                    let optional = words.first().is_some_and(String::is_empty);
                    units.rows.push(Choice { words: number, optional });
                }
            }
            rows.push((from, units.rows.len() as u32));
        }
        let lists: Vec<WordSet> = lists.into_iter().map(WordSet::new).collect();
        lists.iter().for_each(|words| units.choices.push(words));
        for (unit, rows) in all.iter().zip(rows) {
            let number = match unit {
                Unit::Words(_) => None,
                Unit::Amount => Some(NumberClass::Amount),
                Unit::Number => Some(NumberClass::Any),
            };
            units.beginnings.push(beginnings(&units.rows[rows.0 as usize..rows.1 as usize], &lists));
            units.units.push(Compiled { rows, number });
        }
        units
    }

    /// Whether the unit stands for numbers.
    pub fn is_number(&self, unit: UnitIndex) -> bool {
        self.units[unit as usize].number.is_some()
    }

    /// Whether the characters at a place let the unit begin there.
    #[inline]
    pub fn may_begin(&self, unit: UnitIndex, text: &[char], at: usize) -> bool {
        let (first, second) = &self.beginnings[unit as usize];
        first.contains(text[at]) && text.get(at + 1).is_none_or(|c| second.contains(*c))
    }

    /// The lengths of all members that stand at a place: bit `n` is set for `n` characters. None for numbers.
    pub fn lengths(&self, unit: UnitIndex, text: &[char], at: usize) -> u128 {
        let (from, to) = self.units[unit as usize].rows;
        let mut reached = u128::from(from < to);
        for row in &self.rows[from as usize..to as usize] {
            let mut next = if row.optional { reached } else { 0 };
            let mut left = reached;
            while left != 0 {
                let length = left.trailing_zeros();
                left &= left - 1;
                for more in self.choices.lengths_at(row.words, text, at + length as usize) {
                    next |= 1 << (length as usize + more);
                }
            }
            reached = next;
        }
        reached
    }

    /// The numbers of a turn that the unit stands for, from a place on.
    pub fn numbers<'t>(&self, unit: UnitIndex, turn: &'t TurnText, from: usize) -> impl Iterator<Item = Span> + 't {
        let class = self.units[unit as usize].number;
        let first = turn.numbers.partition_point(|number| number.start < from);
        turn.numbers[first..]
            .iter()
            .filter(move |number| class == Some(NumberClass::Any) || number.kind == NumberKind::Amount)
            .map(|number| Span { start: number.start, end: number.end, misheard: false })
    }
}

/// What every member begins with: the first choice's beginnings, or any one's up to the first that must stand.
fn beginnings(rows: &[Choice], lists: &[WordSet]) -> (ByteSet, ByteSet) {
    let (mut first, mut second) = (ByteSet::default(), ByteSet::default());
    for (at, row) in rows.iter().enumerate() {
        let own = lists[row.words as usize].beginnings();
        first = first.union(own.0);
        second = second.union(own.1);
        if !row.optional {
            return (first, if at == 0 { second } else { ByteSet::ALL });
        }
    }
    (first, ByteSet::ALL)
}

/// Answers of [`Units::lengths`], kept from pattern to pattern of a turn: those of one anchor ask the same.
#[derive(Debug, Default)]
pub(super) struct Lengths {
    /// By the lower bits of unit and place: the turn, the unit and the place that were asked for last.
    known: Vec<((u32, UnitIndex, u32), u128)>,
    turn: u32,
}

/// Answers that are kept.
const KEPT: usize = 256;

impl Lengths {
    /// Forgets all, for another turn.
    pub fn next_turn(&mut self) {
        if self.turn == u32::MAX || self.known.is_empty() {
            self.known = vec![((0, 0, 0), 0); KEPT];
            self.turn = 0;
        }
        self.turn += 1;
    }

    /// The lengths of all members of a unit that stand at a place.
    #[inline]
    pub fn of(&mut self, units: &Units, unit: UnitIndex, text: &[char], at: usize) -> u128 {
        let asked = (self.turn, unit, at as u32);
        let slot = &mut self.known[(unit as usize).wrapping_mul(31).wrapping_add(at) % KEPT];
        if slot.0 != asked {
            *slot = (asked, units.lengths(unit, text, at));
        }
        slot.1
    }
}
