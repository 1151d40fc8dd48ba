//! Which calls are confirmed and which are ordinary, whoever said so.

use std::collections::{BTreeMap, BTreeSet};

use crate::evaluate::Expected;
use crate::lexicon::ScamType;
use crate::review::{Judged, Latest};
use crate::run::verdict::Verdict;
use crate::score::RiskLevel;

/// What people found out about calls. Calls in neither list are part of the background.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Labels {
    /// Identifiers of calls with a confirmed scam, and its script where it is known.
    pub confirmed: BTreeMap<String, Option<ScamType>>,
    /// Identifiers of calls known to be ordinary.
    pub ordinary: BTreeSet<String>,
    /// Whether calls in neither list are taken for ordinary: where people only look at what seems to be a scam.
    pub rest_is_ordinary: bool,
}

/// What is known of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A scam, of this script where it is known.
    Confirmed(Option<ScamType>),
    /// No scam.
    Ordinary,
    /// Not known.
    Unknown,
}

impl Labels {
    /// From labelled calls: high risk is confirmed, low risk ordinary, medium is neither.
    pub fn of(expected: &BTreeMap<String, Expected>) -> Labels {
        let mut labels = Labels::default();
        for (id, label) in expected {
            match label.risk.as_str() {
                "high" => {
                    labels.confirmed.insert(id.clone(), ScamType::parse(&label.scam_type));
                }
                "low" => {
                    labels.ordinary.insert(id.clone());
                }
                _ => {}
            }
        }
        labels
    }

    /// From the last verdict on each call: right at medium or high risk and missed are confirmed, a false alarm is
    /// ordinary, and so is what nobody had to look at.
    pub fn reviewed(latest: &Latest<'_>) -> Labels {
        let mut labels = Labels { rest_is_ordinary: true, ..Labels::default() };
        for (id, review) in &latest.calls {
            let Judged::Call(verdict, facts) = &review.judged else { continue };
            let risky = facts.risk_level > RiskLevel::Low;
            if *verdict == Verdict::Missed || *verdict == Verdict::Right && risky {
                let kind = facts.scam_type.filter(|_| *verdict == Verdict::Right);
                labels.confirmed.insert((*id).to_owned(), kind);
            }
        }
        labels
    }

    /// What is known of a call.
    pub fn class(&self, id: &str) -> Class {
        match self.confirmed.get(id) {
            Some(kind) => Class::Confirmed(*kind),
            None if self.rest_is_ordinary || self.ordinary.contains(id) => Class::Ordinary,
            None => Class::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::{Book, examples};

    #[test]
    fn verdicts_confirm_and_what_nobody_looked_at_is_ordinary() {
        let [call, _] = examples();
        let Judged::Call(_, facts) = call.judged.clone() else { panic!("a verdict on a call") };
        let line = |id: &str, verdict, risk_level| {
            let facts = crate::review::CallFacts { risk_level, ..facts.clone() };
            crate::review::Review { call_id: id.into(), judged: Judged::Call(verdict, facts), ..call.clone() }
        };
        let lines = vec![
            line("A", Verdict::Right, RiskLevel::High),
            line("B", Verdict::FalseAlarm, RiskLevel::High),
            line("C", Verdict::Missed, RiskLevel::Low),
            line("D", Verdict::Right, RiskLevel::Low),
        ];
        let labels = Labels::reviewed(&Book { lines }.latest());
        let confirmed = |id: &str| matches!(labels.class(id), Class::Confirmed(_));
        assert_eq!(["A", "B", "C", "D", "unseen"].map(confirmed), [true, false, true, false, false]);
        assert_eq!(labels.class("unseen"), Class::Ordinary);
    }
}
