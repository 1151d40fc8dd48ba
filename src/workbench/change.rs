//! What one call is under two lexicons.

use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::call::Call;
use crate::engine::Engine;
use crate::lexicon::ScamType;
use crate::normalise::mask_turns;
use crate::read::Origin;
use crate::score::{Band, Dimension, DistressLevel, Line, RiskLevel, Scored, Source, score_call};

/// Where a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// 0–100.
    pub risk: u8,
    /// Its level.
    pub risk_level: RiskLevel,
    /// The script, if it can be told.
    pub scam_type: Option<ScamType>,
    /// 0–100.
    pub distress: u8,
    /// Its level.
    pub distress_level: DistressLevel,
    /// 0–100; `None` where no care was due.
    pub empathy: Option<u8>,
    /// Its band.
    pub empathy_level: Band,
}

impl Standing {
    /// That of a scored call.
    pub fn of(scored: &Scored) -> Standing {
        Standing {
            risk: scored.risk.score,
            risk_level: scored.risk.level,
            scam_type: scored.risk.scam_type,
            distress: scored.distress.score,
            distress_level: scored.distress.level,
            empathy: scored.empathy.score,
            empathy_level: scored.empathy.band,
        }
    }
}

/// What a term (or a rule, or a line of arithmetic) did in a call.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Sum of its points.
    pub points: i32,
    /// Its lines in the ledger, those without points among them.
    pub lines: u32,
}

/// A term whose lines are not the same under both lexicons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermChange {
    /// The score that the lines belong to.
    pub dimension: Dimension,
    /// Identifier of the term, the rule or the arithmetic.
    pub id: SmolStr,
    /// Whether it is a term's.
    pub is_term: bool,
    /// Before.
    pub old: Tally,
    /// After.
    pub new: Tally,
    /// The words it matched first, masked: of the new lexicon, else of the old; empty where quotes are not wanted.
    pub matched: String,
}

impl TermChange {
    /// Points gained (or lost, below 0).
    pub fn gain(&self) -> i32 {
        self.new.points - self.old.points
    }
}

/// A call that is not the same under both lexicons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The call.
    pub call_id: String,
    /// The input it came from.
    pub source: Arc<str>,
    /// Under the old lexicon.
    pub old: Standing,
    /// Under the new one.
    pub new: Standing,
    /// Through which terms: those that gained or lost most first.
    pub terms: Vec<TermChange>,
}

impl Change {
    /// Whether a score, a level or the script changed, and not the evidence alone.
    pub fn is_of_score(&self) -> bool {
        self.old != self.new
    }

    /// How much changed, for an order with the gravest first: steps between risk levels, steps between the other
    /// levels, points.
    pub fn weight(&self) -> (usize, usize, u32) {
        let (old, new) = (&self.old, &self.new);
        let steps = |a: usize, b: usize| a.abs_diff(b);
        let others = steps(old.distress_level as usize, new.distress_level as usize)
            + usize::from(old.empathy_level != new.empathy_level);
        let empathy = u32::from(old.empathy.unwrap_or(0).abs_diff(new.empathy.unwrap_or(0)));
        let points = u32::from(old.risk.abs_diff(new.risk)) + u32::from(old.distress.abs_diff(new.distress)) + empathy;
        (steps(old.risk_level as usize, new.risk_level as usize), others, points)
    }
}

/// Scores a call with both engines; `None` where nothing changed, neither scores nor evidence.
///
/// `quotes`: whether the changes may hold matched words, which are masked.
pub fn compare(old: &Engine, new: &Engine, call: &Call, origin: &Origin, quotes: bool) -> Option<Change> {
    let (before, after) = (score_call(old, call), score_call(new, call));
    let mut terms = term_changes(&before.ledger, &after.ledger);
    let (old, new) = (Standing::of(&before), Standing::of(&after));
    if terms.is_empty() && old == new {
        return None;
    }
    if quotes && !terms.is_empty() {
        let masked = mask_turns(&call.turns);
        for term in &mut terms {
            let own = |line: &&Line| line.dimension == term.dimension && line.id == term.id && is_hit(line);
            let line = after.ledger.iter().find(own).or_else(|| before.ledger.iter().find(own));
            if let Some((turn, (start, end))) = line.and_then(|line| line.turn.zip(line.span)) {
                term.matched = masked[turn].chars().take(end as usize).skip(start as usize).collect();
            }
        }
    }
    Some(Change { call_id: call.id.clone(), source: Arc::clone(&origin.source), old, new, terms })
}

fn is_hit(line: &Line) -> bool {
    line.source == Source::Hit
}

fn term_changes(before: &[Line], after: &[Line]) -> Vec<TermChange> {
    let mut tallies: BTreeMap<(Dimension, &SmolStr), (bool, [Tally; 2])> = BTreeMap::new();
    for (lines, side) in [(before, 0), (after, 1)] {
        for line in lines {
            let (is_term, sides) = tallies.entry((line.dimension, &line.id)).or_default();
            *is_term |= is_hit(line);
            sides[side].points += line.points;
            sides[side].lines += 1;
        }
    }
    let changed = tallies.into_iter().filter(|(_, (_, [old, new]))| old != new);
    let mut changes: Vec<TermChange> = changed
        .map(|((dimension, id), (is_term, [old, new]))| TermChange {
            dimension,
            id: id.clone(),
            is_term,
            old,
            new,
            matched: String::new(),
        })
        .collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.gain().abs()));
    changes
}
