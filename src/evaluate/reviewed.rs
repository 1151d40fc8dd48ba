//! A run held against what people found when they reviewed the same calls.

use std::collections::BTreeMap;

use super::figures::Figure;
use super::interval::interval;
use super::judged::Predicted;
use super::precision::Precisions;
use crate::review::{Judged as Verdict, Latest};
use crate::run::verdict::Verdict as Word;
use crate::score::RiskLevel;

/// What a run makes of calls that people have reviewed, in this run or an earlier one.
#[derive(Debug, Clone, PartialEq)]
pub struct Reviewed {
    /// Reviewed calls that the run holds.
    pub calls: usize,
    /// Reviewed calls that it does not hold.
    pub missing: usize,
    /// Calls whose risk level is no longer the one that was reviewed; no verdict speaks of them as they are now.
    pub moved: usize,
    /// What became of the verdicts.
    pub figures: Vec<Figure>,
    /// Verdicts on calls whose risk level is still what was reviewed, and on their hits.
    pub precisions: Precisions,
}

/// Holds a run against the last verdict on each call.
pub fn reviewed(run: &BTreeMap<String, Predicted>, latest: &Latest<'_>) -> Reviewed {
    let rank = |level: &str| RiskLevel::parse(level).map(|level| level as usize).unwrap_or_default();
    let mut cases: [Vec<bool>; 4] = Default::default();
    let (mut calls, mut moved) = (0, 0);
    for (id, review) in &latest.calls {
        let (Some(now), Verdict::Call(verdict, facts)) = (run.get(*id), &review.judged) else { continue };
        calls += 1;
        let (was, is) = (facts.risk_level as usize, rank(&now.risk));
        moved += usize::from(was != is);
        match (verdict, facts.risk_level) {
            (Word::Right, RiskLevel::High) => cases[0].push(is >= was),
            (Word::Right, RiskLevel::Medium) => cases[1].push(is >= was),
            (Word::FalseAlarm, RiskLevel::High | RiskLevel::Medium) => cases[2].push(is >= was),
            (Word::Missed, _) => cases[3].push(is > was),
            _ => {}
        }
    }
    let names = [
        "right at high risk, still high",
        "right at medium risk, still medium or high",
        "false alarm, raised as high as then",
        "missed by review's word, raised higher now",
    ];
    let figure = |(name, cases): (&'static str, Vec<bool>)| Figure {
        name,
        hits: cases.iter().filter(|hit| **hit).count(),
        of: cases.len(),
        interval: interval(&cases),
    };
    let still = |call_id: &str, level: RiskLevel| run.get(call_id).is_some_and(|now| now.risk == level.as_str());
    let precisions = Precisions::of(latest, |review| match &review.judged {
        Verdict::Call(_, facts) => still(&review.call_id, facts.risk_level),
        Verdict::Hit(..) => run.contains_key(&review.call_id),
    });
    Reviewed {
        calls,
        missing: latest.calls.len() - calls,
        moved,
        figures: names.into_iter().zip(cases).map(figure).collect(),
        precisions,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::{Book, CallFacts, Review};

    fn review(id: &str, verdict: Word, level: RiskLevel) -> Review {
        let facts = CallFacts {
            risk_score: 50,
            risk_level: level,
            scam_type: None,
            distress_level: None,
            empathy_level: None,
            rules: None,
        };
        Review {
            at: "2026-11-28T09:00:00Z".into(),
            by: "0012".into(),
            file: "calls.csv".into(),
            lexicon_version: String::new(),
            call_id: id.into(),
            comment: String::new(),
            judged: Verdict::Call(verdict, facts),
        }
    }

    fn now(risk: &str) -> Predicted {
        let word = || String::from("none");
        Predicted {
            risk_score: 50,
            risk: risk.into(),
            scam_type: word(),
            scam_type_2: String::new(),
            phase: word(),
            distress: word(),
            self_harm: false,
            empathy: "not_due".into(),
            agent_warned: false,
            taboo: false,
        }
    }

    #[test]
    fn a_verdict_speaks_of_the_level_that_was_reviewed() {
        let lines = vec![
            review("A", Word::Right, RiskLevel::High),
            review("B", Word::Right, RiskLevel::High),
            review("C", Word::FalseAlarm, RiskLevel::High),
            review("D", Word::Missed, RiskLevel::Low),
            review("E", Word::Unsure, RiskLevel::High),
            review("gone", Word::Right, RiskLevel::High),
        ];
        let run = [("A", "high"), ("B", "medium"), ("C", "low"), ("D", "high"), ("E", "high")];
        let run = run.into_iter().map(|(id, risk)| (id.to_owned(), now(risk))).collect();
        let book = Book { lines };
        let found = reviewed(&run, &book.latest());
        assert_eq!((found.calls, found.missing, found.moved), (5, 1, 3));
        let shares: Vec<_> = found.figures.iter().map(|figure| (figure.hits, figure.of)).collect();
        assert_eq!(shares, [(1, 2), (0, 0), (0, 1), (1, 1)]);
        let high = &found.precisions.levels[0].verdicts;
        assert_eq!((found.precisions.levels.len(), high.right, high.unsure, high.false_alarm), (1, 1, 1, 0));
    }
}
