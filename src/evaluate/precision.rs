//! How often people found a judgement right, by what was judged.

use std::collections::BTreeMap;

use super::interval::interval;
use crate::review::{CallFacts, Judged, Latest, Review};
use crate::run::verdict::{HitVerdict, Verdict};
use crate::score::RiskLevel;

/// The verdicts on one thing, such as all calls of high risk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// What was said is so.
    pub right: usize,
    /// Too much was said.
    pub false_alarm: usize,
    /// Too little was said; only of calls.
    pub missed: usize,
    /// Nobody can tell.
    pub unsure: usize,
}

impl Verdicts {
    /// Verdicts that tell something: all but the unsure.
    pub fn told(&self) -> usize {
        self.right + self.false_alarm + self.missed
    }

    /// The share of the right ones among those that tell something; none without any.
    pub fn precision(&self) -> Option<f64> {
        (self.told() > 0).then(|| self.right as f64 / self.told() as f64)
    }

    /// 95 % bootstrap interval of that share.
    pub fn interval(&self) -> Option<(f64, f64)> {
        let cases: Vec<bool> = (0..self.told()).map(|case| case < self.right).collect();
        interval(&cases)
    }

    fn add(&mut self, judged: &Judged) {
        let count = match judged {
            Judged::Call(Verdict::Right, _) | Judged::Hit(HitVerdict::Yes, ..) => &mut self.right,
            Judged::Call(Verdict::FalseAlarm, _) | Judged::Hit(HitVerdict::No, ..) => &mut self.false_alarm,
            Judged::Call(Verdict::Missed, _) => &mut self.missed,
            Judged::Call(Verdict::Unsure, _) | Judged::Hit(HitVerdict::Unsure, ..) => &mut self.unsure,
        };
        *count += 1;
    }
}

/// One line of a table of verdicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Precision {
    /// What was judged: a word of the outputs, or an id.
    pub of: String,
    /// The same for people; an id stays as it is.
    pub zh: String,
    /// What people found.
    pub verdicts: Verdicts,
}

/// How often people found it right, by level, type, rule and term.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Precisions {
    /// Calls by risk level, the highest first.
    pub levels: Vec<Precision>,
    /// Calls of medium or high risk by scam type.
    pub types: Vec<Precision>,
    /// Calls by the named rules that gave or took points of risk, where the import was held against a run.
    pub rules: Vec<Precision>,
    /// Lines of the ledger by the id of their term or rule.
    pub terms: Vec<Precision>,
}

impl Precisions {
    /// Counts the last verdicts that are wanted; lists begin with what was reviewed most.
    pub fn of(latest: &Latest<'_>, wanted: impl Fn(&Review) -> bool) -> Precisions {
        let (mut levels, mut types) = (Tally::default(), Tally::default());
        let (mut rules, mut terms) = (Tally::default(), Tally::default());
        for review in latest.calls.values().filter(|review| wanted(review)) {
            let Judged::Call(_, CallFacts { risk_level, scam_type, rules: fired, .. }) = &review.judged else {
                continue;
            };
            levels.add(risk_level.as_str(), risk_level.zh(), &review.judged);
            if let Some(kind) = scam_type.filter(|_| *risk_level != RiskLevel::Low) {
                types.add(kind.as_str(), kind.zh(), &review.judged);
            }
            for rule in fired.iter().flatten() {
                rules.add(rule, rule, &review.judged);
            }
        }
        for review in latest.hits.values().filter(|review| wanted(review)) {
            let Judged::Hit(_, _, facts) = &review.judged else { continue };
            terms.add(&facts.term_id, &facts.term_id, &review.judged);
        }
        let mut levels = levels.rows();
        levels.sort_by_key(|level| std::cmp::Reverse(RiskLevel::parse(&level.of)));
        Precisions { levels, types: types.rows(), rules: rules.rows(), terms: terms.rows() }
    }
}

#[derive(Default)]
struct Tally(BTreeMap<String, (String, Verdicts)>);

impl Tally {
    fn add(&mut self, of: &str, zh: &str, judged: &Judged) {
        let (_, verdicts) = self.0.entry(of.to_owned()).or_insert_with(|| (zh.to_owned(), Verdicts::default()));
        verdicts.add(judged);
    }

    fn rows(self) -> Vec<Precision> {
        let mut rows: Vec<Precision> =
            self.0.into_iter().map(|(of, (zh, verdicts))| Precision { of, zh, verdicts }).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.verdicts.told() + row.verdicts.unsure));
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::{Book, examples};

    #[test]
    fn verdicts_are_counted_once_and_by_what_was_judged() {
        let [call, hit] = examples();
        let again = Review {
            judged: match &call.judged {
                Judged::Call(_, facts) => {
                    let rules = Some(vec!["credential_given".to_owned()]);
                    Judged::Call(Verdict::Right, CallFacts { rules, ..facts.clone() })
                }
                other => other.clone(),
            },
            ..call.clone()
        };
        let other = Review { call_id: "B".into(), ..call.clone() };
        let book = Book { lines: vec![call, again, other, hit] };
        let found = Precisions::of(&book.latest(), |_| true);
        let high = &found.levels[0];
        assert_eq!((high.of.as_str(), high.zh.as_str()), ("high", "高"));
        assert_eq!(high.verdicts, Verdicts { right: 1, false_alarm: 1, ..Verdicts::default() });
        assert_eq!(high.verdicts.precision(), Some(0.5));
        assert!(found.types.is_empty(), "the examples have no type");
        assert_eq!((found.rules[0].of.as_str(), found.rules[0].verdicts.right), ("credential_given", 1));
        assert_eq!((found.terms[0].of.as_str(), found.terms[0].verdicts.precision()), ("XM-027", Some(0.0)));
        assert_eq!(Precisions::of(&book.latest(), |_| false), Precisions::default());
    }
}
