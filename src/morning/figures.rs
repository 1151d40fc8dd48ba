//! The night in numbers.

use std::collections::BTreeMap;

use super::agents::AgentTally;
use crate::lexicon::{DistressKind, Phase, ScamType, VulnerabilityKind};
use crate::run::{CallRow, RejectRow};
use crate::score::{Band, DistressLevel, ReviewReason, RiskLevel, Trend};
use crate::write::Decimal;

/// What is counted over all calls of a run. The maps hold only what occurs.
#[derive(Debug, Default)]
pub struct Figures {
    /// Calls.
    pub calls: u64,
    /// By risk level.
    pub risk: BTreeMap<RiskLevel, u64>,
    /// Calls at medium or high risk by script; `None` where it cannot be told.
    pub scam_types: BTreeMap<Option<ScamType>, u64>,
    /// Calls at medium or high risk by phase.
    pub phases: BTreeMap<Phase, u64>,
    /// Calls at high risk without a warning by the agent.
    pub missed_scams: u64,
    /// By strength of distress.
    pub distress: BTreeMap<DistressLevel, u64>,
    /// Calls by kind of distress; a call may show several.
    pub distress_kinds: BTreeMap<DistressKind, u64>,
    /// Calls with distress by where it went.
    pub trends: BTreeMap<Trend, u64>,
    /// Calls with a hint at self-harm.
    pub self_harm: u64,
    /// Calls by circumstance of the customer; a call may have several.
    pub vulnerability: BTreeMap<VulnerabilityKind, u64>,
    /// By level of care; `NotDue` among them.
    pub care: BTreeMap<Band, u64>,
    /// Sum of the scores where care was due.
    pub care_points: u64,
    /// Calls in which care was due by tens of the score: 0–9, …, 90–100.
    pub care_tens: [u64; 10],
    /// Calls in which the agent used words a bank forbids.
    pub taboo: u64,
    /// By review priority, 1 to 5.
    pub review: BTreeMap<u8, u64>,
    /// Calls by reason of the review; a call may have several.
    pub review_reasons: BTreeMap<ReviewReason, u64>,
    /// The first and the last start of a call, as given, where they begin with a date.
    pub span: Option<(String, String)>,
    /// Calls that could not be read by the code of the fault.
    pub rejects: BTreeMap<String, u64>,
    /// The teams as a whole.
    pub teams: AgentTally,
}

impl Figures {
    /// Counts a call.
    pub fn add(&mut self, call: &CallRow) {
        self.calls += 1;
        *self.risk.entry(call.risk_level).or_default() += 1;
        if call.risk_level >= RiskLevel::Medium {
            *self.scam_types.entry(call.scam_type).or_default() += 1;
            *self.phases.entry(call.phase).or_default() += 1;
        }
        self.missed_scams += u64::from(call.is_missed_scam());
        *self.distress.entry(call.distress_level).or_default() += 1;
        for kind in &call.distress_kinds {
            *self.distress_kinds.entry(*kind).or_default() += 1;
        }
        if let Some(trend) = call.distress_trend {
            *self.trends.entry(trend).or_default() += 1;
        }
        self.self_harm += u64::from(call.self_harm);
        for kind in &call.vulnerability {
            *self.vulnerability.entry(*kind).or_default() += 1;
        }
        *self.care.entry(call.empathy_level).or_default() += 1;
        if let Some(score) = call.empathy_score {
            self.care_points += u64::from(score);
            self.care_tens[usize::from(score / 10).min(9)] += 1;
        }
        self.taboo += u64::from(call.taboo_count > 0);
        if let Some(priority) = call.review_priority {
            *self.review.entry(priority).or_default() += 1;
        }
        for reason in &call.review_reasons {
            *self.review_reasons.entry(*reason).or_default() += 1;
        }
        self.widen_span(&call.started_at);
        self.teams.add_to_team(call);
    }

    /// Counts a call that could not be read.
    pub fn add_reject(&mut self, reject: &RejectRow<'_>) {
        *self.rejects.entry(reject.code.to_owned()).or_default() += 1;
    }

    fn widen_span(&mut self, started_at: &str) {
        let dated = started_at.bytes().take(10).filter(u8::is_ascii_digit).count() == 8
            && started_at.as_bytes().get(4) == Some(&b'-')
            && started_at.as_bytes().get(7) == Some(&b'-');
        if !dated {
            return;
        }
        match &mut self.span {
            None => self.span = Some((started_at.to_owned(), started_at.to_owned())),
            Some((first, _)) if started_at < first.as_str() => *first = started_at.to_owned(),
            Some((_, last)) if started_at > last.as_str() => *last = started_at.to_owned(),
            Some(_) => {}
        }
    }

    /// Calls in which care was due.
    pub fn care_due(&self) -> u64 {
        self.care.iter().filter(|(band, _)| **band != Band::NotDue).map(|(_, calls)| calls).sum()
    }

    /// Mean empathy score where care was due, to one decimal.
    pub fn mean_care(&self) -> Option<Decimal> {
        Decimal::ratio(self.care_points.into(), self.care_due().into(), 1)
    }

    /// Calls that a person should look at.
    pub fn to_review(&self) -> u64 {
        self.review.values().sum()
    }
}
