//! The figures: shares with intervals, confusion tables, and the list of disagreements.

use std::collections::BTreeMap;

use super::interval::interval;
use super::judged::{Expected, Judged, Predicted};

const RISK: &[&str] = &["low", "medium", "high"];
const DISTRESS: &[&str] = &["none", "low", "medium", "high"];
const BANDS: &[&str] = &["poor", "fair", "good"];

/// A share with its interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What is counted.
    pub name: &'static str,
    /// Cases for which it holds.
    pub hits: usize,
    /// All cases it could hold for.
    pub of: usize,
    /// 95 % bootstrap interval of the share.
    pub interval: Option<(f64, f64)>,
}

impl Figure {
    /// The share; `None` without cases.
    pub fn share(&self) -> Option<f64> {
        (self.of > 0).then(|| self.hits as f64 / self.of as f64)
    }
}

/// How often each expected word was judged as each word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    /// What is judged.
    pub name: &'static str,
    /// The words, in order.
    pub words: Vec<String>,
    /// `counts[expected][judged]`.
    pub counts: Vec<Vec<usize>>,
}

impl Confusion {
    /// Precision, recall and F1 of one word; `None` where it never occurs.
    pub fn scores(&self, word: usize) -> (Option<f64>, Option<f64>, Option<f64>) {
        let right = self.counts[word][word] as f64;
        let judged: usize = self.counts.iter().map(|row| row[word]).sum();
        let expected: usize = self.counts[word].iter().sum();
        let precision = (judged > 0).then(|| right / judged as f64);
        let recall = (expected > 0).then(|| right / expected as f64);
        let f1 = match (precision, recall) {
            (Some(p), Some(r)) if p + r > 0.0 => Some(2.0 * p * r / (p + r)),
            _ => None,
        };
        (precision, recall, f1)
    }
}

/// Everything that `tinghu evaluate` shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Calls with a label and a row.
    pub calls: usize,
    /// Labelled calls that the run does not hold.
    pub missing: Vec<String>,
    /// Shares.
    pub figures: Vec<Figure>,
    /// Confusion tables.
    pub confusions: Vec<Confusion>,
    /// Disagreements by call, worst first: how bad, the call, what is wrong.
    pub disagreements: Vec<(u32, String, Vec<String>)>,
}

/// Holds a run against labels.
pub fn report(run: &BTreeMap<String, Predicted>, labels: &BTreeMap<String, Expected>) -> Report {
    let judged: Vec<Judged> = labels
        .iter()
        .filter_map(|(id, expected)| {
            run.get(id).map(|predicted| Judged {
                call_id: id.clone(),
                predicted: predicted.clone(),
                expected: expected.clone(),
            })
        })
        .collect();
    let mut disagreements: Vec<(u32, String, Vec<String>)> = judged.iter().filter_map(disagreement).collect();
    disagreements.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    Report {
        calls: judged.len(),
        missing: labels.keys().filter(|id| !run.contains_key(*id)).cloned().collect(),
        figures: figures(&judged),
        confusions: vec![
            confusion("risk", RISK, &judged, |one| (&one.expected.risk, &one.predicted.risk)),
            confusion("distress", DISTRESS, &judged, |one| (&one.expected.distress, &one.predicted.distress)),
            confusion("empathy", &["not_due", "poor", "fair", "good"], &judged, |one| {
                (&one.expected.empathy, &one.predicted.empathy)
            }),
            confusion("phase", PHASES, &judged, |one| (&one.expected.phase, &one.predicted.phase)),
        ],
        disagreements,
    }
}

const PHASES: &[&str] = &["none", "pre_contact", "contacted", "in_progress", "completed", "recovered", "historic"];

fn rank(words: &[&str], word: &str) -> Option<usize> {
    words.iter().position(|known| *known == word)
}

/// How many steps two words of an ordered list lie apart.
fn apart(words: &[&str], a: &str, b: &str) -> usize {
    match (rank(words, a), rank(words, b)) {
        (Some(a), Some(b)) => a.abs_diff(b),
        _ => words.len(),
    }
}

fn figures(judged: &[Judged]) -> Vec<Figure> {
    let figure = |name, among: &dyn Fn(&Judged) -> bool, holds: &dyn Fn(&Judged) -> bool| {
        let cases: Vec<bool> = judged.iter().filter(|one| among(one)).map(holds).collect();
        Figure { name, hits: cases.iter().filter(|hit| **hit).count(), of: cases.len(), interval: interval(&cases) }
    };
    let risk_is = |word: &'static str| move |one: &Judged| one.expected.risk == word;
    let scam = |one: &Judged| one.expected.risk != "low" && one.expected.scam_type != "none";
    let due = |one: &Judged| one.expected.empathy != "not_due";
    let both_due = |one: &Judged| due(one) && one.predicted.empathy != "not_due";
    let all = |_: &Judged| true;
    vec![
        figure("high risk found as high", &risk_is("high"), &|one| one.predicted.risk == "high"),
        figure("high risk found as medium or high", &risk_is("high"), &|one| one.predicted.risk != "low"),
        figure("low risk raised to high", &risk_is("low"), &|one| one.predicted.risk == "high"),
        figure("low risk raised to medium or high", &risk_is("low"), &|one| one.predicted.risk != "low"),
        figure("risk level exact", &all, &|one| one.expected.risk == one.predicted.risk),
        figure("scam type right first", &scam, &|one| one.expected.scam_type == one.predicted.scam_type),
        figure("scam type among two", &scam, &|one| {
            [&one.predicted.scam_type, &one.predicted.scam_type_2].contains(&&one.expected.scam_type)
        }),
        figure("phase exact", &all, &|one| one.expected.phase == one.predicted.phase),
        figure("distress level exact", &all, &|one| one.expected.distress == one.predicted.distress),
        figure("distress level within one", &all, &|one| {
            apart(DISTRESS, &one.expected.distress, &one.predicted.distress) <= 1
        }),
        figure("empathy due or not due right", &all, &|one| due(one) == (one.predicted.empathy != "not_due")),
        figure("empathy band exact", &both_due, &|one| one.expected.empathy == one.predicted.empathy),
        figure("empathy band within one", &both_due, &|one| {
            apart(BANDS, &one.expected.empathy, &one.predicted.empathy) <= 1
        }),
        figure("empathy band exact, missed due counted wrong", &due, &|one| {
            one.expected.empathy == one.predicted.empathy
        }),
        figure("self-harm found", &|one| one.expected.self_harm, &|one| one.predicted.self_harm),
        figure("self-harm wrongly seen", &|one| !one.expected.self_harm, &|one| one.predicted.self_harm),
        figure("agent warned right", &all, &|one| one.expected.agent_warned == one.predicted.agent_warned),
        figure("taboo right", &all, &|one| one.expected.taboo == one.predicted.taboo),
    ]
}

fn confusion(
    name: &'static str,
    words: &[&str],
    judged: &[Judged],
    pair: impl for<'a> Fn(&'a Judged) -> (&'a String, &'a String),
) -> Confusion {
    let mut counts = vec![vec![0; words.len()]; words.len()];
    for one in judged {
        let (expected, predicted) = pair(one);
        if let (Some(row), Some(column)) = (rank(words, expected), rank(words, predicted)) {
            counts[row][column] += 1;
        }
    }
    Confusion { name, words: words.iter().map(|word| (*word).to_owned()).collect(), counts }
}

/// What is wrong with a call, and how bad that is: a missed self-harm hint or scam weighs most.
fn disagreement(one: &Judged) -> Option<(u32, String, Vec<String>)> {
    let (expected, predicted) = (&one.expected, &one.predicted);
    let mut weight = 0;
    let mut wrong = Vec::new();
    let mut note = |points: u32, text: String| {
        weight += points;
        wrong.push(text);
    };
    if expected.self_harm != predicted.self_harm {
        note(
            if expected.self_harm { 100 } else { 20 },
            format!("self_harm {} → {}", expected.self_harm, predicted.self_harm),
        );
    }
    let risk = apart(RISK, &expected.risk, &predicted.risk);
    if risk > 0 {
        note(25 * risk as u32, format!("risk {} → {} ({})", expected.risk, predicted.risk, predicted.risk_score));
    }
    if expected.risk != "low" && expected.scam_type != predicted.scam_type {
        note(8, format!("type {} → {}", expected.scam_type, predicted.scam_type));
    }
    if expected.phase != predicted.phase {
        note(3, format!("phase {} → {}", expected.phase, predicted.phase));
    }
    let distress = apart(DISTRESS, &expected.distress, &predicted.distress);
    if distress > 0 {
        note(6 * distress as u32, format!("distress {} → {}", expected.distress, predicted.distress));
    }
    if expected.empathy != predicted.empathy {
        note(8, format!("empathy {} → {}", expected.empathy, predicted.empathy));
    }
    if expected.agent_warned != predicted.agent_warned {
        note(4, format!("warned {} → {}", expected.agent_warned, predicted.agent_warned));
    }
    if expected.taboo != predicted.taboo {
        note(2, format!("taboo {} → {}", expected.taboo, predicted.taboo));
    }
    (!wrong.is_empty()).then(|| (weight, one.call_id.clone(), wrong))
}
