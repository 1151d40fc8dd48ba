//! From terms to patterns of numbered units, each with the unit that it is looked for by.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::MatchKind;
use super::matcher::Owner;
use super::trigger::{Check, Sketch, Trigger, Triggers, beginnings, sketch_keys};
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
    /// First and one-past-last index of its checks but the first, which lies with its trigger.
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

    /// Whether the rest of a pattern, beyond what its trigger asks for, may stand around an anchor at this place.
    #[inline]
    pub fn may_match(&self, pattern: &Compiled, at: usize, sketch: &Sketch) -> bool {
        let checks = &self.checks[pattern.checks.0 as usize..pattern.checks.1 as usize];
        checks.iter().all(|check| sketch.may_hold(*check, &self.keys, at))
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
    /// For each unit, how often a member may be expected to begin.
    frequencies: Vec<f64>,
    /// Beginnings of all units, and for each where its own lie in them.
    keys: Vec<u16>,
    keys_of_unit: Vec<(u32, usize)>,
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
                let (first, keys) = (self.keys.len() as u32, sketch_keys(unit));
                self.keys_of_unit.push((first, keys.len()));
                self.keys.extend(keys);
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
        let mut patterns = Patterns::default();
        let firsts: Vec<Check> = drafts.iter().map(|draft| self.place(draft, &mut patterns)).collect();
        let mut by_number: Vec<&Unit> = vec![&Unit::Number; self.numbers.len()];
        self.numbers.iter().for_each(|(unit, number)| by_number[*number as usize] = unit);
        let anchors = drafts
            .iter()
            .zip(firsts)
            .zip(0..)
            .map(|((draft, check), pattern)| (Trigger { pattern, check }, &draft.pattern.units[draft.anchor]));
        let (numeric, anchors): (Vec<_>, Vec<_>) = anchors.partition(|(_, unit)| unit.max_chars().is_none());
        patterns.numeric = numeric.into_iter().map(|(trigger, _)| trigger.pattern).collect();
        let triggers = Triggers::new(anchors.into_iter());
        patterns.by_sound =
            (0..drafts.len()).filter(|index| drafts[*index].by_sound).map(|index| index as u32).collect();
        let mut sounding: Vec<UnitIndex> =
            drafts.iter().filter(|draft| draft.by_sound).flat_map(|draft| draft.row.iter().copied()).collect();
        sounding.sort_unstable();
        sounding.dedup();
        let literals = |unit: UnitIndex| by_number[unit as usize].literals().into_iter().map(move |text| (text, unit));
        let sounding = sounding.into_iter().flat_map(literals).collect();
        patterns.units = self.units;
        patterns.keys = self.keys;
        CompiledLexicon { patterns, triggers, sounding }
    }

    /// Appends a pattern to those that are in their order; gives what is asked first where its anchor may begin.
    fn place(&self, draft: &Draft<'_>, patterns: &mut Patterns) -> Check {
        let Draft { owner, by_sound, pattern, ref row, anchor } = *draft;
        let first_row = patterns.rows.len() as u32;
        patterns.rows.extend(row);
        patterns.gaps.push(0);
        patterns.gaps.extend(&pattern.gaps);
        let mut others: Vec<usize> = (0..row.len()).filter(|at| *at != anchor).collect();
        others.sort_by(|a, b| self.frequency(row[*a]).total_cmp(&self.frequency(row[*b])));
        // What may be misheard need not stand there as it is written.
        others.retain(|at| !by_sound && self.keys_of_unit[row[*at] as usize].1 > 0);
        let mut checks = others.into_iter().map(|at| {
            let (first, count) = self.keys_of_unit[row[at] as usize];
            let (least, most) = self.distance(draft, at.min(anchor), at.max(anchor));
            let (from, to) = if at > anchor { (Some(least), most) } else { (most.map(|most| -most), Some(-least)) };
            Check::new(first, count, from, to)
        });
        let first = checks.next().unwrap_or_default();
        let first_check = patterns.checks.len() as u32;
        patterns.checks.extend(checks);
        let checks = (first_check, patterns.checks.len() as u32);
        let reach = self.distance(draft, 0, anchor).1.map(|reach| reach as usize);
        let row_range = (first_row, patterns.rows.len() as u32);
        patterns.patterns.push(Compiled { owner, by_sound, reach, row: row_range, checks, anchor: row[anchor] });
        first
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

/// The shares of these characters in talk, roughly.
static SHARES: LazyLock<FxHashMap<char, f64>> = LazyLock::new(|| {
    let of = |chars: &'static str, share| chars.chars().map(move |c| (c, share));
    of(OFTEN, 0.004).chain(of(EVERYWHERE, 0.015)).collect()
});

/// About how often one of the beginnings that a unit is looked for by stands at a character of a call: their
/// characters' shares, multiplied. It only decides which unit of a pattern is looked for, never what is found.
fn frequency(unit: &Unit) -> f64 {
    let share = |c: char| SHARES.get(&c).copied().unwrap_or(0.000_3);
    match unit {
        Unit::Words(_) => beginnings(unit).map(|chars| chars.map(share).product::<f64>()).sum(),
        Unit::Amount | Unit::Number => 0.02,
    }
}
