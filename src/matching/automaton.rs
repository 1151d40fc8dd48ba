//! One Aho-Corasick automaton over the literal pieces of all patterns.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;

use super::condition::Match;
use super::homophone::Homophones;
use super::join::{Joint, Span};
use super::{CallText, MatchKind, RawHit, TurnText};
use crate::lexicon::{Lexicon, Pattern, TermIndex, Unit};
use crate::segment::Segmenter;

/// Whose pattern it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A term, and how a match of this pattern is called.
    Term(TermIndex, MatchKind),
    /// An exception, by its index in the lexicon.
    Exception(usize),
}

/// A match of a pattern, before boundaries and conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Whose pattern matched.
    pub owner: Owner,
    /// First view position.
    pub start: usize,
    /// One past the last view position.
    pub end: usize,
    /// Whether a part of it was matched by sound.
    pub misheard: bool,
}

/// A pattern whose units are numbered.
#[derive(Debug)]
struct Compiled {
    owner: Owner,
    /// Whether its pieces may be matched by sound.
    by_sound: bool,
    units: Vec<usize>,
    gaps: Vec<usize>,
}

/// Room for the occurrences in a turn, kept from turn to turn.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Occurrences of literals, by the automaton's number.
    literals: Vec<(u32, Span)>,
    /// Occurrences of units by sound, and of numbers.
    others: Vec<(usize, Span)>,
    /// What is known of each unit in this turn.
    states: Vec<UnitState>,
    /// The units that occurred.
    touched: Vec<usize>,
    /// Occurrences of each unit of a pattern all of whose units occurred.
    spans: Vec<Vec<Span>>,
}

/// What is known of a unit in a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum UnitState {
    /// It does not occur.
    #[default]
    Absent,
    /// It occurs.
    Present,
    /// It occurs, and so do all other units of one of its patterns.
    Wanted,
}

/// The compiled lexicon.
#[derive(Debug)]
pub struct Matcher {
    automaton: AhoCorasick,
    /// For each literal, the units that hold it.
    units_of_literal: Vec<Vec<u32>>,
    /// For each unit, the patterns that are tried when it occurs: those whose rarest unit it is.
    anchored: Vec<Vec<u32>>,
    patterns: Vec<Compiled>,
    homophones: Homophones,
    /// The units that stand for sums of money and for numbers.
    amount: Option<usize>,
    number: Option<usize>,
}

impl Matcher {
    /// Compiles all terms and exceptions.
    ///
    /// # Errors
    /// When the automaton would outgrow its 32-bit tables.
    pub fn new(lexicon: &Lexicon) -> Result<Matcher, aho_corasick::BuildError> {
        let mut builder = Builder::default();
        for (index, term) in lexicon.terms.iter().enumerate() {
            for (variant, pattern) in term.patterns.iter().enumerate() {
                let kind = match (pattern.literal(), variant) {
                    (Some(_), 0) => MatchKind::Exact,
                    (Some(_), _) => MatchKind::Variant,
                    (None, _) => MatchKind::Pattern,
                };
                builder.add(Owner::Term(index as TermIndex, kind), term.homophone, pattern);
            }
        }
        for (index, exception) in lexicon.exceptions.iter().enumerate() {
            for pattern in &exception.patterns {
                builder.add(Owner::Exception(index), false, pattern);
            }
        }
        builder.finish()
    }

    /// Every match of every pattern in a turn, sorted by start, longer first.
    pub fn find(&self, turn: &TurnText, segmenter: &Segmenter, scratch: &mut Scratch) -> Vec<Found> {
        self.collect(turn, segmenter, scratch);
        let Scratch { spans, touched, states, .. } = scratch;
        let mut found = Vec::new();
        for &unit in touched.iter() {
            for pattern in self.anchored[unit].iter().map(|&pattern| &self.patterns[pattern as usize]) {
                if pattern.units.iter().any(|&unit| states[unit] == UnitState::Absent) {
                    continue;
                }
                let places: Vec<&[Span]> = pattern.units.iter().map(|&unit| spans[unit].as_slice()).collect();
                let joint =
                    Joint { places: &places, gaps: &pattern.gaps, clauses: &turn.clauses, misheard: pattern.by_sound };
                joint.join(|Span { start, end, misheard }| {
                    found.push(Found { owner: pattern.owner, start, end, misheard })
                });
            }
        }
        found.sort_by_key(|found| (found.start, std::cmp::Reverse(found.end), found.owner));
        found.dedup();
        found
    }

    /// Finds where the units occur. Places are kept only for patterns that can be complete: a turn may
    /// hold one everyday character of a hundred patterns many thousand times.
    fn collect(&self, turn: &TurnText, segmenter: &Segmenter, scratch: &mut Scratch) {
        let Scratch { literals, others, states, touched, spans } = scratch;
        for unit in touched.drain(..) {
            states[unit] = UnitState::Absent;
            spans[unit].clear();
        }
        literals.clear();
        others.clear();
        states.resize(self.anchored.len(), UnitState::Absent);
        spans.resize_with(self.anchored.len(), Vec::new);
        let mut touch = |unit: usize| {
            if states[unit] == UnitState::Absent {
                states[unit] = UnitState::Present;
                touched.push(unit);
            }
        };
        for found in self.automaton.find_overlapping_iter(turn.view.text()) {
            let (start, end) = (turn.view.position(found.start()), turn.view.position(found.end()));
            literals.push((found.pattern().as_u32(), Span { start, end, misheard: false }));
            for &unit in &self.units_of_literal[found.pattern().as_usize()] {
                touch(unit as usize);
            }
        }
        self.homophones.find(turn, segmenter, |unit, span| others.push((unit, span)));
        for number in &turn.numbers {
            let span = Span { start: number.start, end: number.end, misheard: false };
            others.extend(self.number.map(|unit| (unit, span)));
            let money = number.kind == crate::normalise::NumberKind::Amount;
            others.extend(self.amount.filter(|_| money).map(|unit| (unit, span)));
        }
        for &(unit, _) in others.iter() {
            touch(unit);
        }
        for &unit in touched.iter() {
            for pattern in self.anchored[unit].iter().map(|&pattern| &self.patterns[pattern as usize]) {
                if pattern.units.iter().all(|&unit| states[unit] != UnitState::Absent) {
                    for &unit in &pattern.units {
                        states[unit] = UnitState::Wanted;
                    }
                }
            }
        }
        for &(literal, span) in literals.iter() {
            for &unit in &self.units_of_literal[literal as usize] {
                if states[unit as usize] == UnitState::Wanted {
                    spans[unit as usize].push(span);
                }
            }
        }
        for &(unit, span) in others.iter().filter(|(unit, _)| states[*unit] == UnitState::Wanted) {
            spans[unit].push(span);
        }
        for &unit in touched.iter() {
            spans[unit].sort_by_key(|span| (span.start, std::cmp::Reverse(span.end), span.misheard));
        }
    }

    /// The hits of a turn: matches that stand at the boundaries and in the context their terms ask for.
    ///
    /// `call` holds all turns of the call, for conditions that reach that far; `date` is the call's.
    pub fn hits(
        &self,
        turn: &TurnText,
        call: &CallText<'_>,
        lexicon: &Lexicon,
        segmenter: &Segmenter,
        date: Option<&str>,
        scratch: &mut Scratch,
    ) -> Vec<RawHit> {
        let mut hits: Vec<RawHit> = Vec::new();
        let mut exceptions: Vec<(usize, usize, usize)> = Vec::new();
        for found in self.find(turn, segmenter, scratch) {
            match found.owner {
                Owner::Exception(index) => {
                    let expires = lexicon.exceptions[index].expires.as_str();
                    if expires.is_empty() || date.is_none_or(|date| date <= expires) {
                        exceptions.push((index, found.start, found.end));
                    }
                }
                Owner::Term(index, kind) => {
                    let term = lexicon.term(index);
                    let found_at = Match { term: index, turn, call, start: found.start, end: found.end };
                    if term.in_force(date) && found_at.holds(term, segmenter) {
                        let kind = if found.misheard { MatchKind::Homophone } else { kind };
                        push(
                            &mut hits,
                            RawHit { term: index, start: found.start, end: found.end, kind, exception: None },
                        );
                    }
                }
            }
        }
        for hit in &mut hits {
            let term = lexicon.term(hit.term);
            hit.exception = exceptions
                .iter()
                .find(|(index, start, end)| {
                    hit.start < *end && *start < hit.end && lexicon.exceptions[*index].names(term)
                })
                .map(|(index, ..)| *index);
        }
        hits
    }
}

/// Keeps one hit of a term where its variants overlap: the first and longest.
fn push(hits: &mut Vec<RawHit>, hit: RawHit) {
    // Hits come by their start and those of a term do not overlap, so its last one reaches furthest.
    let last = hits.iter().rev().find(|other| other.term == hit.term);
    if last.is_none_or(|last| last.end <= hit.start) {
        hits.push(hit);
    }
}

#[derive(Default)]
struct Builder {
    units: BTreeMap<Unit, usize>,
    patterns: Vec<Compiled>,
}

impl Builder {
    fn add(&mut self, owner: Owner, by_sound: bool, pattern: &Pattern) {
        let units = pattern
            .units
            .iter()
            .map(|unit| {
                let next = self.units.len();
                *self.units.entry(unit.clone()).or_insert(next)
            })
            .collect();
        self.patterns.push(Compiled { owner, by_sound, units, gaps: pattern.gaps.clone() });
    }

    fn finish(self) -> Result<Matcher, aho_corasick::BuildError> {
        let mut by_number: Vec<&Unit> = vec![&Unit::Amount; self.units.len()];
        let mut literals: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for (unit, &number) in &self.units {
            by_number[number] = unit;
            if let Unit::Literals(words) = unit {
                for word in words {
                    literals.entry(word).or_default().push(number as u32);
                }
            }
        }
        let mut anchored = vec![Vec::new(); self.units.len()];
        for (index, pattern) in self.patterns.iter().enumerate() {
            // The longest unit is the rarest in text; among equals, the one with the fewest members.
            let anchor = pattern.units.iter().copied().max_by_key(|&unit| match by_number[unit] {
                Unit::Literals(words) => (by_number[unit].min_chars(), std::cmp::Reverse(words.len())),
                Unit::Amount | Unit::Number => (0, std::cmp::Reverse(0)),
            });
            if let Some(anchor) = anchor {
                anchored[anchor].push(index as u32);
            }
        }
        let mut sounding: Vec<usize> = self
            .patterns
            .iter()
            .filter(|pattern| pattern.by_sound)
            .flat_map(|pattern| pattern.units.iter().copied())
            .collect();
        sounding.sort_unstable();
        sounding.dedup();
        let literals_by_sound = sounding.iter().flat_map(|&unit| match by_number[unit] {
            Unit::Literals(words) => words.iter().map(|word| (word.as_str(), unit as u32)).collect::<Vec<_>>(),
            Unit::Amount | Unit::Number => Vec::new(),
        });
        Ok(Matcher {
            homophones: Homophones::new(literals_by_sound)?,
            automaton: AhoCorasick::new(literals.keys())?,
            units_of_literal: literals.into_values().collect(),
            anchored,
            amount: self.units.get(&Unit::Amount).copied(),
            number: self.units.get(&Unit::Number).copied(),
            patterns: self.patterns,
        })
    }
}
