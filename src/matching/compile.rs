//! From terms to patterns of numbered units, each with the unit that it is looked for by.

use std::cmp::Ordering;
use std::hint::black_box;

use rustc_hash::FxHashMap;

use super::MatchKind;
use super::matcher::Owner;
use super::sketch::{Check, Sketch, sketch_keys};
use super::trigger::{Triggers, beginnings};
use super::unit::{UnitIndex, Units};
use crate::lexicon::wording::{Gram, Wording, unpack};
use crate::lexicon::{Lexicon, Pattern, TermIndex, Unit};

/// A pattern whose units are numbered.
#[derive(Debug)]
pub(super) struct Compiled {
    pub owner: Owner,
    /// Whether its pieces may be matched by sound.
    pub by_sound: bool,
    /// How many characters before its anchor the pattern may begin; `None` where a number comes before.
    pub reach: Option<usize>,
    /// First and one-past-last index of its units; its gaps lie at the same places, the first unused.
    row: (u32, u32),
    /// First and one-past-last index of its checks but the first.
    checks: (u32, u32),
    /// The unit that it is looked for by.
    pub anchor: UnitIndex,
}

/// All patterns, in the order of the units that they are looked for by.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    pub units: Units,
    /// Patterns that are looked for by numbers.
    pub numeric: Vec<u32>,
    /// Beginnings of units, for the sketch of a turn.
    pub keys: Vec<u16>,
    patterns: Vec<Compiled>,
    /// For each pattern, what is asked first: read for every anchor, so it lies close together.
    firsts: Vec<Check>,
    rows: Vec<UnitIndex>,
    gaps: Vec<usize>,
    checks: Vec<Check>,
    by_sound: Vec<u32>,
}

impl Patterns {
    /// A pattern.
    pub fn get(&self, index: u32) -> &Compiled {
        &self.patterns[index as usize]
    }

    /// The patterns that may be misheard.
    pub fn by_sound(&self) -> impl Iterator<Item = &Compiled> {
        self.by_sound.iter().map(|&index| self.get(index))
    }

    /// The units of a pattern, in order.
    pub fn row(&self, pattern: &Compiled) -> &[UnitIndex] {
        &self.rows[pattern.row.0 as usize..pattern.row.1 as usize]
    }

    /// The longest gaps before its units, the first left out.
    pub fn gaps(&self, pattern: &Compiled) -> &[usize] {
        &self.gaps[pattern.row.0 as usize + 1..pattern.row.1 as usize]
    }

    /// Those of the patterns of which what is asked first may stand around an anchor, which may be at the place.
    pub fn with_first_near<'a>(
        &'a self,
        wanted: &'a [(u32, u32)],
        sketch: &'a Sketch,
    ) -> impl Iterator<Item = (u32, u32)> + 'a {
        // All are fetched before the first is asked: the processor waits for them together.
        black_box(wanted.iter().fold(0, |sum, (index, _)| sum ^ self.firsts[*index as usize].size()));
        let near = |(index, at): &(u32, u32)| sketch.may_hold(&self.firsts[*index as usize], &self.keys, *at as usize);
        wanted.iter().copied().filter(near)
    }

    /// Those of the patterns of which the rest, beyond what is asked first, may stand around an anchor, too.
    pub fn with_rest_near<'a>(
        &'a self,
        near: &'a [(u32, u32)],
        sketch: &'a Sketch,
    ) -> impl Iterator<Item = (u32, u32)> + 'a {
        black_box(near.iter().fold(0, |sum, (index, _)| sum ^ self.get(*index).anchor));
        near.iter().copied().filter(|&(index, at)| {
            let (from, to) = self.get(index).checks;
            let checks = &self.checks[from as usize..to as usize];
            checks.iter().all(|check| sketch.may_hold(check, &self.keys, at as usize))
        })
    }
}

/// All patterns of a lexicon with their units numbered, before anything is known of those.
#[derive(Default)]
pub(super) struct Numbered<'a> {
    numbers: FxHashMap<&'a Unit, UnitIndex>,
    units: Vec<&'a Unit>,
    drafts: Vec<Draft<'a>>,
}

/// A pattern before it has its place.
struct Draft<'a> {
    owner: Owner,
    by_sound: bool,
    pattern: &'a Pattern,
    row: Vec<UnitIndex>,
}

impl<'a> Numbered<'a> {
    /// Numbers the units of all terms and exceptions.
    pub fn new(lexicon: &'a Lexicon) -> Self {
        let mut numbered = Numbered::default();
        for (index, term) in lexicon.terms.iter().enumerate() {
            for (variant, pattern) in term.patterns.iter().enumerate() {
                let kind = match (pattern.literal(), variant) {
                    (Some(_), 0) => MatchKind::Exact,
                    (Some(_), _) => MatchKind::Variant,
                    (None, _) => MatchKind::Pattern,
                };
                numbered.add(Owner::Term(index as TermIndex, kind), term.homophone, pattern);
            }
        }
        for (index, exception) in lexicon.exceptions.iter().enumerate() {
            for pattern in &exception.patterns {
                numbered.add(Owner::Exception(index), false, pattern);
            }
        }
        numbered
    }

    fn add(&mut self, owner: Owner, by_sound: bool, pattern: &'a Pattern) {
        let Numbered { numbers, units, .. } = self;
        let number = |unit| {
            *numbers.entry(unit).or_insert_with(|| {
                units.push(unit);
                units.len() as UnitIndex - 1
            })
        };
        let row = pattern.units.iter().map(number).collect();
        self.drafts.push(Draft { owner, by_sound, pattern, row });
    }

    /// Literals that may be misheard, with their units.
    pub fn sounding(&self) -> impl Iterator<Item = (String, UnitIndex)> {
        let by_sound = self.drafts.iter().filter(|draft| draft.by_sound);
        let mut sounding: Vec<UnitIndex> = by_sound.flat_map(|draft| draft.row.iter().copied()).collect();
        sounding.sort_unstable();
        sounding.dedup();
        let literals = |unit: UnitIndex| self.units[unit as usize].literals().into_iter().map(move |text| (text, unit));
        sounding.into_iter().flat_map(literals)
    }

    /// The patterns, and what they are looked for by.
    pub fn compile(self, wording: &Wording) -> (Patterns, Triggers) {
        let Numbered { units, drafts, .. } = self;
        let mut facts: Vec<Facts> = units.iter().map(|unit| Facts::of(unit, wording)).collect();
        let frequency = |unit: UnitIndex| facts[unit as usize].frequency;
        let rarer = |a: &UnitIndex, b: &UnitIndex| frequency(*a).total_cmp(&frequency(*b));
        let rarest = |row: &[UnitIndex]| (0..row.len()).min_by(|a, b| rarer(&row[*a], &row[*b])).unwrap_or(0);
        let mut drafts: Vec<(usize, Draft)> = drafts.into_iter().map(|draft| (rarest(&draft.row), draft)).collect();
        // What is asked for often lies together.
        let key = |(anchor, draft): &(usize, Draft)| draft.row[*anchor];
        drafts.sort_by(|a, b| rarer(&key(b), &key(a)).then(key(a).cmp(&key(b))));
        let mut patterns = Patterns { units: Units::new(&units), ..Patterns::default() };
        let mut keys_of_unit = Vec::with_capacity(facts.len());
        for Facts { keys, .. } in &facts {
            keys_of_unit.push((patterns.keys.len() as u32, keys.len()));
            patterns.keys.extend(keys);
        }
        for (anchor, draft) in &drafts {
            patterns.place(draft, *anchor, &keys_of_unit, rarer);
        }
        let mut anchors: Vec<((u32, u32), Vec<u64>)> = Vec::new();
        let mut from = 0;
        for own in patterns.patterns.chunk_by(|a, b| a.anchor == b.anchor) {
            let (unit, to) = (own[0].anchor as usize, from + own.len() as u32);
            match units[unit].max_chars() {
                Some(_) => anchors.push(((from, to), std::mem::take(&mut facts[unit].beginnings))),
                None => patterns.numeric.extend(from..to),
            }
            from = to;
        }
        // They are many, and hardly one in three is of an anchor.
        drop(facts);
        (patterns, Triggers::new(anchors))
    }
}

/// What is known of a unit.
struct Facts {
    /// What it is looked for by.
    beginnings: Vec<u64>,
    /// How often a member may be expected to begin.
    frequency: f64,
    /// Its places in a sketch.
    keys: Vec<u16>,
}

impl Facts {
    fn of(unit: &Unit, wording: &Wording) -> Facts {
        let beginnings = beginnings(unit);
        Facts { frequency: frequency(unit, &beginnings, wording), keys: sketch_keys(unit, &beginnings), beginnings }
    }
}

impl Patterns {
    /// Appends a pattern to those that are in their order.
    fn place(
        &mut self,
        draft: &Draft<'_>,
        anchor: usize,
        keys_of_unit: &[(u32, usize)],
        rarer: impl Fn(&UnitIndex, &UnitIndex) -> Ordering,
    ) {
        let Draft { owner, by_sound, pattern, ref row } = *draft;
        let first_row = self.rows.len() as u32;
        self.rows.extend(row);
        self.gaps.push(0);
        self.gaps.extend(&pattern.gaps);
        let mut others: Vec<usize> = (0..row.len()).filter(|at| *at != anchor).collect();
        others.sort_by(|a, b| rarer(&row[*a], &row[*b]));
        // What may be misheard need not stand there as it is written.
        others.retain(|at| !by_sound && keys_of_unit[row[*at] as usize].1 > 0);
        let mut checks = others.into_iter().map(|at| {
            let (first, count) = keys_of_unit[row[at] as usize];
            let (least, most) = distance(pattern, at.min(anchor), at.max(anchor));
            let (from, to) = if at > anchor { (Some(least), most) } else { (most.map(|most| -most), Some(-least)) };
            Check::new(&self.keys, first, count, from, to)
        });
        self.firsts.push(checks.next().unwrap_or_default());
        let first_check = self.checks.len() as u32;
        self.checks.extend(checks);
        let checks = (first_check, self.checks.len() as u32);
        let reach = distance(pattern, 0, anchor).1.map(|reach| reach as usize);
        if by_sound {
            self.by_sound.push(self.patterns.len() as u32);
        }
        let row_range = (first_row, self.rows.len() as u32);
        self.patterns.push(Compiled { owner, by_sound, reach, row: row_range, checks, anchor: row[anchor] });
    }
}

/// Fewest and most characters from the beginning of one unit to that of a later one; `None`: no bound.
fn distance(pattern: &Pattern, from: usize, to: usize) -> (i32, Option<i32>) {
    let between = || (from..to).map(|at| (&pattern.units[at], pattern.gaps[at]));
    let least: usize = between().map(|(unit, _)| unit.min_chars()).sum();
    let most: Option<usize> = between().map(|(unit, gap)| unit.max_chars().map(|most| most + gap)).sum();
    (least as i32, most.map(|most| most as i32))
}

/// About how often one of the beginnings that a unit is looked for by stands at a character of a call. It only decides
/// which unit of a pattern is looked for, never what is found.
fn frequency(unit: &Unit, beginnings: &[u64], wording: &Wording) -> f64 {
    match unit {
        Unit::Words(_) => beginnings.iter().map(|key| expected(*key, wording)).sum(),
        Unit::Amount | Unit::Number => NUMBERS,
    }
}

/// The share of places at which a number begins, and, roughly, at which a given numeral stands.
const NUMBERS: f64 = 0.02;
const NUMERAL: f64 = 0.002;

/// The share of places at which one to three characters begin: as often as in the calls that wording was learnt
/// from, where it is hardly ever what was not learnt.
fn expected(key: u64, wording: &Wording) -> f64 {
    if let Some(share) = wording.share(Gram::packed(key)) {
        return f64::from(share);
    }
    let (mut length, mut numerals) = (0, 0);
    for c in unpack(key) {
        length += 1;
        numerals += i32::from(NUMERALS.contains(c));
    }
    if length == numerals { NUMERAL / f64::from(length.max(1)) } else { UNHEARD.powi(length) }
}

/// The share of places at which one character stands that is in hardly any call; of two and of three, its powers.
const UNHEARD: f64 = 2e-3;

/// Numerals: wording is learnt without them.
const NUMERALS: &str = "零〇一二两三四五六七八九十百千万亿";
