//! All patterns of a lexicon in a turn: found by their rarest unit, joined with the others, asked for their terms'
//! conditions.

use super::compile::{Compiled, Numbered, Patterns};
use super::condition::{Answers, Conditions, Match};
use super::homophone::Homophones;
use super::join::{DeadEnds, Joint, Span};
use super::sketch::Sketch;
use super::trigger::{Steps, Triggers};
use super::unit::{Lengths, UnitIndex};
use super::{CallText, MatchKind, RawHit, TurnText};
use crate::lexicon::{Lexicon, TermIndex};
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

/// Room for what is found in a turn, kept from turn to turn.
#[derive(Debug, Default)]
pub struct Scratch {
    sketch: Sketch,
    steps: Steps,
    /// Patterns whose anchors may begin at a place, of which what is asked first may be near.
    near: Vec<(u32, u32)>,
    lengths: Lengths,
    /// Patterns that may match, and where their anchors begin.
    candidates: Vec<(u32, u32)>,
    /// Occurrences of units by sound.
    misheard: Vec<(UnitIndex, Span)>,
    found: Vec<Found>,
    dead_ends: DeadEnds,
    answers: Answers,
    /// For each term, where its last hit of the turn ends; of the terms in `hit_terms`.
    last_end: Vec<u32>,
    hit_terms: Vec<TermIndex>,
}

/// The compiled lexicon.
#[derive(Debug)]
pub struct Matcher {
    patterns: Patterns,
    triggers: Triggers,
    homophones: Homophones,
    conditions: Conditions,
}

impl Matcher {
    /// Compiles all terms and exceptions.
    ///
    /// # Errors
    /// When the terms that may be misheard are too many for the automaton's 32-bit tables.
    pub fn new(lexicon: &Lexicon) -> Result<Matcher, aho_corasick::BuildError> {
        let numbered = Numbered::new(lexicon);
        let sounding: Vec<(String, UnitIndex)> = numbered.sounding().collect();
        let sounding = sounding.iter().map(|(literal, unit)| (literal.as_str(), *unit));
        let homophones = Homophones::new(sounding)?;
        let (patterns, triggers) = numbered.compile(&lexicon.wording);
        Ok(Matcher { patterns, triggers, homophones, conditions: Conditions::new(lexicon) })
    }

    /// Every match of every pattern in a turn, sorted by start, longer first.
    pub fn find(&self, turn: &TurnText, segmenter: &Segmenter, scratch: &mut Scratch) -> Vec<Found> {
        self.collect(turn, segmenter, scratch);
        scratch.found.clone()
    }

    fn collect(&self, turn: &TurnText, segmenter: &Segmenter, scratch: &mut Scratch) {
        let Scratch { sketch, steps, near, lengths, candidates, misheard, found, dead_ends, .. } = scratch;
        let (patterns, units, text) = (&self.patterns, &self.patterns.units, turn.view.chars());
        candidates.clear();
        misheard.clear();
        found.clear();
        lengths.next_turn();
        sketch.draw(turn);
        self.homophones.find(turn, segmenter, |unit, span| misheard.push((unit as UnitIndex, span)));
        let wanted = self.triggers.find(text, sketch.hashes(), steps);
        near.clear();
        near.extend(patterns.with_first_near(wanted, sketch));
        candidates.extend(patterns.with_rest_near(near, sketch).filter(|&(index, at)| {
            let pattern = patterns.get(index);
            // What begins with its anchor is looked at when it is joined.
            pattern.reach == Some(0) || lengths.of(units, pattern.anchor, text, at as usize) != 0
        }));
        for &pattern in &patterns.numeric {
            let numbers = units.numbers(patterns.get(pattern).anchor, turn, 0);
            candidates.extend(numbers.map(|number| (pattern, number.start as u32)));
        }
        candidates.sort_unstable();
        let mut join = |pattern: &Compiled, misheard: &[(UnitIndex, Span)], firsts: &mut dyn Iterator<Item = usize>| {
            let (row, gaps) = (patterns.row(pattern), patterns.gaps(pattern));
            Joint { units, row, gaps, turn, misheard, dead_ends, lengths }.join(
                firsts,
                |Span { start, end, misheard }| {
                    found.push(Found { owner: pattern.owner, start, end, misheard });
                },
            );
        };
        // What may have been misheard begins anywhere.
        let unsure = |pattern: &Compiled| misheard.iter().any(|(unit, _)| patterns.row(pattern).contains(unit));
        for anchors in candidates.chunk_by(|a, b| a.0 == b.0) {
            let pattern = patterns.get(anchors[0].0);
            match pattern.reach {
                _ if pattern.by_sound && unsure(pattern) => {}
                Some(0) => join(pattern, &[], &mut anchors.iter().map(|&(_, at)| at as usize)),
                reach => join(pattern, &[], &mut windows(anchors, reach)),
            }
        }
        if !misheard.is_empty() {
            for pattern in patterns.by_sound().filter(|pattern| unsure(pattern)) {
                join(pattern, misheard, &mut (0..text.len()));
            }
        }
        found.sort_unstable_by_key(|found| (found.start, std::cmp::Reverse(found.end), found.owner, found.misheard));
        found.dedup();
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
        self.collect(turn, segmenter, scratch);
        let Scratch { sketch, found, answers, last_end, hit_terms, .. } = scratch;
        if found.is_empty() {
            return Vec::new();
        }
        answers.next_turn();
        last_end.resize(last_end.len().max(lexicon.terms.len()), 0);
        let mut hits: Vec<RawHit> = Vec::with_capacity(found.len());
        let mut exceptions: Vec<(usize, usize, usize)> = Vec::new();
        for &Found { owner, start, end, misheard } in found.iter() {
            match owner {
                Owner::Exception(index) => {
                    let expires = lexicon.exceptions[index].expires.as_str();
                    if expires.is_empty() || date.is_none_or(|date| date <= expires) {
                        exceptions.push((index, start, end));
                    }
                }
                Owner::Term(index, kind) => {
                    let term = lexicon.term(index);
                    // One hit of a term where its variants overlap: the first and longest. Matches come by their
                    // start and the hits of a term do not overlap, so its last one reaches furthest.
                    let last = &mut last_end[index as usize];
                    let place = Match { turn, sketch, call, start, end };
                    if start >= *last as usize
                        && term.in_force(date)
                        && self.conditions.hold(index, term, &place, segmenter, answers)
                    {
                        hit_terms.push(index);
                        *last = end as u32;
                        let kind = if misheard { MatchKind::Homophone } else { kind };
                        hits.push(RawHit { term: index, start, end, kind, exception: None });
                    }
                }
            }
        }
        for index in hit_terms.drain(..) {
            last_end[index as usize] = 0;
        }
        cancel(&mut hits, &exceptions, lexicon);
        hits
    }
}

/// Notes for each hit the first exception that overlaps it and names its term.
fn cancel(hits: &mut [RawHit], exceptions: &[(usize, usize, usize)], lexicon: &Lexicon) {
    let Some(longest) = exceptions.iter().map(|(_, start, end)| end - start).max() else { return };
    for hit in hits {
        let term = lexicon.term(hit.term);
        // Exceptions come by their start.
        let from = exceptions.partition_point(|(_, start, _)| start + longest <= hit.start);
        let to = exceptions.partition_point(|(_, start, _)| *start < hit.end);
        let cancels =
            |(index, _, end): &&(usize, usize, usize)| hit.start < *end && lexicon.exceptions[*index].names(term);
        hit.exception = exceptions[from..to.max(from)].iter().find(cancels).map(|(index, ..)| *index);
    }
}

/// The positions from which a pattern may begin that has its anchor at these places: so many characters before
/// each, or anywhere before.
fn windows(anchors: &[(u32, u32)], reach: Option<usize>) -> impl Iterator<Item = usize> {
    let mut free = 0;
    let windows = anchors.iter().map(move |&(_, at)| {
        let at = at as usize;
        let from = reach.map_or(0, |reach| at.saturating_sub(reach)).max(free);
        free = free.max(at);
        from..at
    });
    windows.flatten()
}
