//! From terms to patterns of numbered units, each with the unit that it is looked for by.

use std::hint::black_box;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::MatchKind;
use super::matcher::Owner;
use super::sketch::{Check, Sketch, sketch_keys};
use super::trigger::{Triggers, beginnings};
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
        for draft in &drafts {
            self.place(draft, &mut patterns);
        }
        let mut by_number: Vec<&Unit> = vec![&Unit::Number; self.numbers.len()];
        self.numbers.iter().for_each(|(unit, number)| by_number[*number as usize] = unit);
        let mut anchors: Vec<((u32, u32), &Unit)> = Vec::new();
        let mut from = 0;
        for own in patterns.patterns.chunk_by(|a, b| a.anchor == b.anchor) {
            let (unit, to) = (by_number[own[0].anchor as usize], from + own.len() as u32);
            match unit.max_chars() {
                Some(_) => anchors.push(((from, to), unit)),
                None => patterns.numeric.extend(from..to),
            }
            from = to;
        }
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

    /// Appends a pattern to those that are in their order.
    fn place(&self, draft: &Draft<'_>, patterns: &mut Patterns) {
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
            Check::new(&self.keys, first, count, from, to)
        });
        patterns.firsts.push(checks.next().unwrap_or_default());
        let first_check = patterns.checks.len() as u32;
        patterns.checks.extend(checks);
        let checks = (first_check, patterns.checks.len() as u32);
        let reach = self.distance(draft, 0, anchor).1.map(|reach| reach as usize);
        let row_range = (first_row, patterns.rows.len() as u32);
        patterns.patterns.push(Compiled { owner, by_sound, reach, row: row_range, checks, anchor: row[anchor] });
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

/// Words, and other pairs of characters, that talk with a bank is full of, and those that are merely common: in the
/// sample calls more than eight, and about three and more, of ten thousand characters begin one.
const PAIRS_EVERYWHERE: &str = "什么没有一个银行那个可以现在手机这个一下你们我们您好不是电话给我自己怎么给您就是个人个月今天不能还有您的二十知道出来是我他说他们有没不要请问是不不会身份有人客服信息";
const PAIRS_OFTEN: &str = "短信一万人家不用账户还是份证到了网点好的多少那边时候这边密码孩子的是回来我的公司分钟让我我给的钱一笔谢谢来了要是收款先生转账不了我是帮您一点好了给他已经或者里头明天本人真的名字就行四十昨天出去两万家里让您你好申请三十看到五万都是没了这么我要学校是骗这是一张下午服务卡号柜台可能一千一天一次三个里面十万系统一样两个三万晚上登记不好软件以后三百这样需要看看告诉视频东西不行问题联系骗子别人之前卡里一百平台打给儿子女士女儿贷款老板晓得微信诈骗对方老师帮我尾号阿姨清楚工作小时验证支付法院号码额度操作工资订单为您感谢其他时间地址如果确认了解朋友您放预约链接";

/// The shares of these pairs in talk, roughly.
static PAIR_SHARES: LazyLock<FxHashMap<[char; 2], f64>> = LazyLock::new(|| {
    let of = |chars: &'static str, share| {
        let firsts = chars.chars().step_by(2);
        firsts.zip(chars.chars().skip(1).step_by(2)).map(move |(a, b)| ([a, b], share))
    };
    of(PAIRS_OFTEN, 0.000_5).chain(of(PAIRS_EVERYWHERE, 0.001_5)).collect()
});

/// About how often one of the beginnings that a unit is looked for by stands at a character of a call: the pairs'
/// shares where they are known, else their characters' shares multiplied. It only decides which unit of a pattern is
/// looked for, never what is found.
fn frequency(unit: &Unit) -> f64 {
    match unit {
        Unit::Words(_) => beginnings(unit).map(|chars| expected(&chars.collect::<Vec<char>>())).sum(),
        Unit::Amount | Unit::Number => 0.02,
    }
}

/// The share of places at which one to three characters begin.
fn expected(chars: &[char]) -> f64 {
    let one = |c: char| SHARES.get(&c).copied().unwrap_or(0.000_3);
    let two = |a: char, b: char| PAIR_SHARES.get(&[a, b]).copied().unwrap_or(one(a) * one(b));
    match *chars {
        [a, b, c] => f64::min(two(a, b) * one(c).max(0.01), two(b, c) * one(a).max(0.01)),
        [a, b] => two(a, b),
        _ => chars.iter().map(|c| one(*c)).product(),
    }
}
