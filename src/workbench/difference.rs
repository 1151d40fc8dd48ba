//! What two lexicons make of the same calls, summed up.

use std::collections::BTreeMap;

use serde::Serialize;
use smol_str::SmolStr;

use super::change::Change;
use crate::lexicon::Lexicon;
use crate::score::{Band, Dimension, DistressLevel, RiskLevel};

/// How many calls moved from one level to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Crossing {
    /// Level under the old lexicon, as in `calls.csv`.
    pub from: &'static str,
    /// Level under the new one.
    pub to: &'static str,
    /// Calls.
    pub calls: u64,
    /// The two levels in Chinese.
    #[serde(skip)]
    pub zh: (&'static str, &'static str),
}

/// One of the three scores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Axis {
    /// `risk`, `distress` or `empathy`.
    pub score: &'static str,
    /// The same in Chinese.
    #[serde(skip)]
    pub zh: &'static str,
    /// Calls whose score rose.
    pub up: u64,
    /// Calls whose score fell.
    pub down: u64,
    /// Levels that were crossed, from the lowest on.
    pub crossings: Vec<Crossing>,
}

/// What a term did to all calls together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TermTotals {
    /// Identifier of the term, the rule or the arithmetic.
    pub id: String,
    /// The term as written in the lexicon; empty for what is no term.
    pub term: String,
    /// The score.
    pub dimension: &'static str,
    /// The score in Chinese.
    #[serde(skip)]
    pub zh: &'static str,
    /// Sum of the points gained (or lost, below 0) in all calls.
    pub points: i64,
    /// Calls in which it gained points.
    pub calls_up: u64,
    /// Calls in which it lost points.
    pub calls_down: u64,
    /// Calls in which it is found now and was not.
    pub came: u64,
    /// Calls in which it was found and is not now.
    pub went: u64,
}

/// The outcome, without the calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Calls whose scores, levels or script changed.
    pub changed: u64,
    /// Calls of which only the evidence changed.
    pub only_evidence: u64,
    /// Calls whose script changed.
    pub scam_type_changed: u64,
    /// Risk, distress, empathy.
    pub scores: Vec<Axis>,
    /// What changed, most points first, then most calls.
    pub terms: Vec<TermTotals>,
}

/// Collects the changes of calls, in any order, and keeps the gravest.
#[derive(Debug)]
pub struct Difference {
    keep: usize,
    gravest: Vec<Change>,
    changed: u64,
    only_evidence: u64,
    scam_type_changed: u64,
    moves: [Moves; 3],
    terms: BTreeMap<(Dimension, SmolStr), TermSum>,
}

#[derive(Debug, Default)]
struct Moves {
    up: u64,
    down: u64,
    /// By old and new level.
    levels: BTreeMap<(usize, usize), u64>,
}

#[derive(Debug, Default)]
struct TermSum {
    points: i64,
    up: u64,
    down: u64,
    came: u64,
    went: u64,
}

impl Difference {
    /// Nothing yet; at most so many calls are kept.
    pub fn new(keep: usize) -> Difference {
        Difference {
            keep,
            gravest: Vec::new(),
            changed: 0,
            only_evidence: 0,
            scam_type_changed: 0,
            moves: Default::default(),
            terms: BTreeMap::new(),
        }
    }

    /// Takes a changed call.
    pub fn add(&mut self, change: Change) {
        let (old, new) = (&change.old, &change.new);
        self.changed += u64::from(change.is_of_score());
        self.only_evidence += u64::from(!change.is_of_score());
        self.scam_type_changed += u64::from(old.scam_type != new.scam_type);
        let [risk, distress, empathy] = &mut self.moves;
        risk.add(Some(old.risk), Some(new.risk), old.risk_level as usize, new.risk_level as usize);
        distress.add(Some(old.distress), Some(new.distress), old.distress_level as usize, new.distress_level as usize);
        empathy.add(old.empathy, new.empathy, old.empathy_level as usize, new.empathy_level as usize);
        for term in &change.terms {
            let sum = self.terms.entry((term.dimension, term.id.clone())).or_default();
            sum.points += i64::from(term.gain());
            sum.up += u64::from(term.gain() > 0);
            sum.down += u64::from(term.gain() < 0);
            sum.came += u64::from(term.old.lines == 0);
            sum.went += u64::from(term.new.lines == 0);
        }
        self.gravest.push(change);
        // Sorted only now and then, so that a call costs little.
        if self.gravest.len() >= self.keep.saturating_mul(2).saturating_add(64) {
            self.shrink();
        }
    }

    fn shrink(&mut self) {
        self.gravest.sort_by(|a, b| b.weight().cmp(&a.weight()).then_with(|| a.call_id.cmp(&b.call_id)));
        self.gravest.truncate(self.keep);
    }

    /// The summary, and the calls that changed most, the gravest first. Terms are named by the new lexicon, else by
    /// the old one.
    pub fn finish(mut self, old: &Lexicon, new: &Lexicon) -> (Summary, Vec<Change>) {
        self.shrink();
        let words = words_of(old).chain(words_of(new)).collect::<BTreeMap<&str, &str>>();
        let totals = self.terms.iter().map(|((dimension, id), sum)| TermTotals {
            id: id.to_string(),
            term: words.get(id.as_str()).map_or(String::new(), |text| (*text).to_owned()),
            dimension: dimension.as_str(),
            zh: dimension.zh(),
            points: sum.points,
            calls_up: sum.up,
            calls_down: sum.down,
            came: sum.came,
            went: sum.went,
        });
        let mut terms: Vec<TermTotals> = totals.collect();
        terms.sort_by_key(|term| std::cmp::Reverse((term.points.unsigned_abs(), term.came + term.went)));
        let [risk, distress, empathy] = self.moves;
        let summary = Summary {
            changed: self.changed,
            only_evidence: self.only_evidence,
            scam_type_changed: self.scam_type_changed,
            scores: vec![
                risk.axis("risk", "风险", |level| (RiskLevel::ALL[level].as_str(), RiskLevel::ALL[level].zh())),
                distress.axis("distress", "情绪", |level| {
                    (DistressLevel::ALL[level].as_str(), DistressLevel::ALL[level].zh())
                }),
                empathy.axis("empathy", "共情", |level| (Band::ALL[level].as_str(), Band::ALL[level].zh())),
            ],
            terms,
        };
        (summary, self.gravest)
    }
}

fn words_of(lexicon: &Lexicon) -> impl Iterator<Item = (&str, &str)> {
    lexicon.terms.iter().map(|term| (term.id.as_str(), term.text.as_str()))
}

impl Moves {
    fn add(&mut self, old: Option<u8>, new: Option<u8>, old_level: usize, new_level: usize) {
        if let (Some(old), Some(new)) = (old, new) {
            self.up += u64::from(new > old);
            self.down += u64::from(new < old);
        }
        if old_level != new_level {
            *self.levels.entry((old_level, new_level)).or_default() += 1;
        }
    }

    fn axis(self, score: &'static str, zh: &'static str, word: impl Fn(usize) -> (&'static str, &'static str)) -> Axis {
        let crossing = |((from, to), calls): ((usize, usize), u64)| {
            let (from, to) = (word(from), word(to));
            Crossing { from: from.0, to: to.0, calls, zh: (from.1, to.1) }
        };
        Axis { score, zh, up: self.up, down: self.down, crossings: self.levels.into_iter().map(crossing).collect() }
    }
}
