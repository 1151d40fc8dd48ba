//! From terms to patterns of numbered units, each with the unit that it is looked for by.

use rustc_hash::FxHashMap;

use super::MatchKind;
use super::matcher::Owner;
use super::trigger::Triggers;
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
    /// First and one-past-last index of the units other than the anchor.
    others: (u32, u32),
}

/// All patterns, by the unit that they are looked for by.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    pub units: Units,
    /// Units of numbers that patterns are looked for by.
    pub number_anchors: Vec<UnitIndex>,
    patterns: Vec<Compiled>,
    rows: Vec<UnitIndex>,
    gaps: Vec<usize>,
    others: Vec<UnitIndex>,
    /// For each unit, first index into `patterns`, which lie in the order of their anchors; one more at the end.
    anchored: Vec<u32>,
    by_sound: Vec<u32>,
}

impl Patterns {
    /// The patterns that are tried where a unit occurs.
    pub fn anchored(&self, unit: UnitIndex) -> &[Compiled] {
        &self.patterns[self.anchored[unit as usize] as usize..self.anchored[unit as usize + 1] as usize]
    }

    /// The patterns that may be misheard.
    pub fn by_sound(&self) -> impl Iterator<Item = &Compiled> {
        self.by_sound.iter().map(|&index| &self.patterns[index as usize])
    }

    /// The units of a pattern, in order.
    pub fn row(&self, pattern: &Compiled) -> &[UnitIndex] {
        &self.rows[pattern.row.0 as usize..pattern.row.1 as usize]
    }

    /// The longest gaps before its units, the first left out.
    pub fn gaps(&self, pattern: &Compiled) -> &[usize] {
        &self.gaps[pattern.row.0 as usize + 1..pattern.row.1 as usize]
    }

    /// Its units other than the anchor.
    pub fn others(&self, pattern: &Compiled) -> &[UnitIndex] {
        &self.others[pattern.others.0 as usize..pattern.others.1 as usize]
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
    patterns: Patterns,
    numbers: FxHashMap<&'a Unit, UnitIndex>,
    words: FxHashMap<Vec<String>, u32>,
    /// How often a member of each unit may be expected.
    frequencies: Vec<f64>,
    /// The anchor of each pattern.
    anchors: Vec<UnitIndex>,
}

impl<'a> Builder<'a> {
    fn add(&mut self, owner: Owner, by_sound: bool, pattern: &'a Pattern) {
        let from = self.patterns.rows.len() as u32;
        for unit in &pattern.units {
            let number = *self.numbers.entry(unit).or_insert_with(|| {
                self.frequencies.push(frequency(unit));
                self.patterns.units.add(unit, &mut self.words)
            });
            self.patterns.rows.push(number);
        }
        self.patterns.gaps.push(0);
        self.patterns.gaps.extend(&pattern.gaps);
        let row = &self.patterns.rows[from as usize..];
        let rarest = |a: &usize, b: &usize| {
            let of = |at: &usize| self.frequencies[row[*at] as usize];
            of(a).total_cmp(&of(b))
        };
        let anchor = (0..row.len()).min_by(rarest).unwrap_or(0);
        let before = pattern.gaps.iter().zip(row).take(anchor);
        let reach = before.map(|(gap, &unit)| self.patterns.units.longest(unit).map(|longest| gap + longest)).sum();
        let mut others: Vec<UnitIndex> = (0..row.len()).filter(|at| *at != anchor).map(|at| row[at]).collect();
        others.sort_by(|a, b| self.frequencies[*a as usize].total_cmp(&self.frequencies[*b as usize]));
        let first = self.patterns.others.len() as u32;
        self.anchors.push(row[anchor]);
        self.patterns.others.extend(others);
        let others = (first, self.patterns.others.len() as u32);
        let row = (from, self.patterns.rows.len() as u32);
        self.patterns.patterns.push(Compiled { owner, by_sound, reach, row, others });
    }

    fn finish(mut self) -> CompiledLexicon {
        let mut order: Vec<(UnitIndex, Compiled)> = self.anchors.into_iter().zip(self.patterns.patterns).collect();
        order.sort_by_key(|(anchor, _)| *anchor);
        let count = self.patterns.units.len() as u32;
        let first_of = |unit| order.partition_point(|(anchor, _)| *anchor < unit) as u32;
        self.patterns.anchored = (0..=count).map(first_of).collect();
        let anchors =
            |unit: &UnitIndex| self.patterns.anchored[*unit as usize] < self.patterns.anchored[*unit as usize + 1];
        self.patterns.number_anchors =
            (0..count).filter(|unit| self.patterns.units.is_number(*unit)).filter(anchors).collect();
        let mut by_number: Vec<(UnitIndex, &Unit)> =
            self.numbers.into_iter().map(|(unit, number)| (number, unit)).collect();
        by_number.sort_unstable_by_key(|(number, _)| *number);
        let triggers = Triggers::new(by_number.iter().copied().filter(|(unit, _)| anchors(unit)));
        self.patterns.patterns = order.into_iter().map(|(_, pattern)| pattern).collect();
        let by_sound = self.patterns.patterns.iter().enumerate().filter(|(_, pattern)| pattern.by_sound);
        self.patterns.by_sound = by_sound.map(|(index, _)| index as u32).collect();
        let mut sounding: Vec<UnitIndex> =
            self.patterns.by_sound().flat_map(|pattern| self.patterns.row(pattern)).copied().collect();
        sounding.sort_unstable();
        sounding.dedup();
        let literals =
            |unit: UnitIndex| by_number[unit as usize].1.literals().into_iter().map(move |literal| (literal, unit));
        let sounding = sounding.into_iter().flat_map(literals).collect();
        CompiledLexicon { patterns: self.patterns, triggers, sounding }
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
