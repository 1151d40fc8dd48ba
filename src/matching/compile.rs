//! From terms to patterns of numbered units, each with the unit that it is looked for by.

use rustc_hash::FxHashMap;

use super::MatchKind;
use super::matcher::Owner;
use super::trigger::{Sketch, Triggers, sketch_keys};
use super::unit::{UnitIndex, Units};
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
    /// First and one-past-last index of its checks.
    checks: (u32, u32),
}

/// What must stand near the anchor of a pattern for the pattern to be worth a closer look.
#[derive(Debug)]
struct Check {
    /// Where the unit may begin, in characters from where the anchor begins; `None` for anywhere on that side.
    from: Option<i32>,
    to: Option<i32>,
    /// First and one-past-last index into [`Patterns::keys`].
    keys: (u32, u32),
}

/// All patterns, in the order of the units that they are looked for by.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    pub units: Units,
    /// Units of numbers that patterns are looked for by.
    pub number_anchors: Vec<UnitIndex>,
    patterns: Vec<Compiled>,
    rows: Vec<UnitIndex>,
    gaps: Vec<usize>,
    checks: Vec<Check>,
    /// Beginnings of units, for the sketch of a turn.
    keys: Vec<u16>,
    /// For each unit, first index into `patterns`; one more at the end.
    anchored: Vec<u32>,
    by_sound: Vec<u32>,
}

impl Patterns {
    /// The numbers of the patterns that are tried where a unit occurs.
    pub fn anchored(&self, unit: UnitIndex) -> std::ops::Range<u32> {
        self.anchored[unit as usize]..self.anchored[unit as usize + 1]
    }

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

    /// Whether the other units of a pattern may stand around an anchor at this place.
    #[inline]
    pub fn may_match(&self, pattern: &Compiled, at: usize, sketch: &Sketch) -> bool {
        self.checks[pattern.checks.0 as usize..pattern.checks.1 as usize].iter().all(|check| {
            let place = |offset: Option<i32>, open| offset.map_or(open, |offset| at as i64 + i64::from(offset));
            let (from, to) = (place(check.from, 0), place(check.to, i64::MAX));
            to >= 0
                && sketch.may_hold(
                    &self.keys[check.keys.0 as usize..check.keys.1 as usize],
                    from.max(0) as usize,
                    to as usize,
                )
        })
    }
}

/// What the matcher is made of.
pub(super) struct CompiledLexicon {
    pub patterns: Patterns,
    pub triggers: Triggers,
    /// Literals that may be misheard, with their units.
    pub sounding: Vec<(String, UnitIndex)>,
}

/// Compiles all terms and exceptions.
pub(super) fn compile(lexicon: &Lexicon) -> CompiledLexicon {
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

#[derive(Default)]
struct Builder<'a> {
    units: Units,
    numbers: FxHashMap<&'a Unit, UnitIndex>,
    words: FxHashMap<Vec<String>, u32>,
    /// For each unit, how often a member may be expected, and the beginnings of its members.
    frequencies: Vec<f64>,
    keys: Vec<Option<Vec<u16>>>,
    drafts: Vec<Draft<'a>>,
}

/// A pattern before it has its place.
struct Draft<'a> {
    owner: Owner,
    by_sound: bool,
    pattern: &'a Pattern,
    row: Vec<UnitIndex>,
    /// Which of its units is the rarest.
    anchor: usize,
}

impl<'a> Builder<'a> {
    fn add(&mut self, owner: Owner, by_sound: bool, pattern: &'a Pattern) {
        let number = |unit| {
            *self.numbers.entry(unit).or_insert_with(|| {
                self.frequencies.push(frequency(unit));
                self.keys.push(sketch_keys(unit));
                self.units.add(unit, &mut self.words)
            })
        };
        let row: Vec<UnitIndex> = pattern.units.iter().map(number).collect();
        let rarer = |a: &usize, b: &usize| self.frequency(row[*a]).total_cmp(&self.frequency(row[*b]));
        let anchor = (0..row.len()).min_by(rarer).unwrap_or(0);
        self.drafts.push(Draft { owner, by_sound, pattern, row, anchor });
    }

    fn frequency(&self, unit: UnitIndex) -> f64 {
        self.frequencies[unit as usize]
    }

    fn finish(mut self) -> CompiledLexicon {
        let mut drafts = std::mem::take(&mut self.drafts);
        drafts.sort_by_key(|draft| draft.row[draft.anchor]);
        let count = self.units.len() as u32;
        let first_of = |unit| drafts.partition_point(|draft| draft.row[draft.anchor] < unit) as u32;
        let mut patterns = Patterns { anchored: (0..=count).map(first_of).collect(), ..Patterns::default() };
        for draft in &drafts {
            self.place(draft, &mut patterns);
        }
        let mut by_number: Vec<&Unit> = vec![&Unit::Number; self.numbers.len()];
        self.numbers.iter().for_each(|(unit, number)| by_number[*number as usize] = unit);
        let anchors = (0..count).filter(|unit| !patterns.anchored(*unit).is_empty());
        let (number_anchors, anchors): (Vec<_>, Vec<_>) = anchors.partition(|unit| self.units.is_number(*unit));
        let triggers = Triggers::new(anchors.into_iter().map(|unit| (unit, by_number[unit as usize])));
        patterns.number_anchors = number_anchors;
        patterns.by_sound =
            (0..drafts.len()).filter(|index| drafts[*index].by_sound).map(|index| index as u32).collect();
        let mut sounding: Vec<UnitIndex> =
            drafts.iter().filter(|draft| draft.by_sound).flat_map(|draft| draft.row.iter().copied()).collect();
        sounding.sort_unstable();
        sounding.dedup();
        let literals = |unit: UnitIndex| by_number[unit as usize].literals().into_iter().map(move |text| (text, unit));
        let sounding = sounding.into_iter().flat_map(literals).collect();
        patterns.units = self.units;
        CompiledLexicon { patterns, triggers, sounding }
    }

    /// Appends a pattern to those that are in their order.
    fn place(&self, draft: &Draft<'_>, patterns: &mut Patterns) {
        let Draft { owner, by_sound, pattern, ref row, anchor } = *draft;
        let (first_row, first_check) = (patterns.rows.len() as u32, patterns.checks.len() as u32);
        patterns.rows.extend(row);
        patterns.gaps.push(0);
        patterns.gaps.extend(&pattern.gaps);
        let mut others: Vec<usize> = (0..row.len()).filter(|at| *at != anchor).collect();
        others.sort_by(|a, b| self.frequency(row[*a]).total_cmp(&self.frequency(row[*b])));
        // What may be misheard need not stand there as it is written.
        for at in others.into_iter().filter(|_| !by_sound) {
            let Some(keys) = &self.keys[row[at] as usize] else { continue };
            let first = patterns.keys.len() as u32;
            patterns.keys.extend(keys);
            let (least, most) = self.distance(draft, at.min(anchor), at.max(anchor));
            let (from, to) = if at > anchor { (Some(least), most) } else { (most.map(|most| -most), Some(-least)) };
            patterns.checks.push(Check { from, to, keys: (first, patterns.keys.len() as u32) });
        }
        let reach = self.distance(draft, 0, anchor).1.map(|reach| reach as usize);
        let row = (first_row, patterns.rows.len() as u32);
        let checks = (first_check, patterns.checks.len() as u32);
        patterns.patterns.push(Compiled { owner, by_sound, reach, row, checks });
    }

    /// Fewest and most characters from the beginning of one unit to that of a later one; `None`: no bound.
    fn distance(&self, draft: &Draft<'_>, from: usize, to: usize) -> (i32, Option<i32>) {
        let between = || (from..to).map(|at| (&draft.pattern.units[at], draft.pattern.gaps[at]));
        let least: usize = between().map(|(unit, _)| unit.min_chars()).sum();
        let most: Option<usize> = between().map(|(unit, gap)| unit.max_chars().map(|most| most + gap)).sum();
        (least as i32, most.map(|most| most as i32))
    }
}

/// Characters of which every sentence is full, and those that no call of a bank is without.
const EVERYWHERE: &str = "的了我你是他不一这那有个就在说到么要好吗都您她人来去上下们没还给啊呢吧嗯对也会能可以得";
const OFTEN: &str = "钱转账打卡电话手机银行号码点客服款万元块账户信息问请看想知道时候现今天后前大小多少什怎样让叫跟和被把从过着起里面出回家老子女儿孩自己己再又很太真公司平台微贷借保险金额交付开关办理发短验证密操作需查学";

/// About how often a member of a unit begins at a character of a call: the product of its characters' shares. It
/// only decides which unit of a pattern is looked for, never what is found.
fn frequency(unit: &Unit) -> f64 {
    let share = |c: char| match c {
        c if EVERYWHERE.contains(c) => 0.015,
        c if OFTEN.contains(c) => 0.004,
        _ => 0.000_3,
    };
    let of_word = |word: &String| word.chars().map(share).product::<f64>();
    match unit {
        Unit::Words(choices) => choices.iter().map(|words| words.iter().map(of_word).sum::<f64>()).product(),
        Unit::Amount | Unit::Number => 0.02,
    }
}
