//! The conclusion: what came of it, whether a person should look, and how far the input allows a judgement.

use std::cmp::Reverse;

use super::ledger::{Dimension, Ledger, Line, Source};
use super::occurrence::Occurrences;
use super::summary::{
    Band, Distress, DistressLevel, Duty, Empathy, Evidence, Review, ReviewReason, Risk, RiskLevel, Scored,
};
use crate::call::{Call, InputWarning, Speaker};
use crate::context::Reading;
use crate::matching::TurnText;
use crate::normalise::is_han;

/// Puts the parts together.
#[allow(clippy::too_many_arguments, reason = "the one place where all parts of a scored call meet")]
pub(super) fn conclude(
    call: &Call,
    reading: &Reading,
    occurs: Occurrences,
    risk: Risk,
    distress: Distress,
    mut duty: Duty,
    empathy: Empathy,
    ledger: Ledger,
) -> Scored {
    duty.warning_latency_s = latency(call, &risk, &duty);
    let warnings = warnings(call, reading, &occurs);
    let review = review(&risk, &distress, &duty, &empathy, &warnings);
    let ledger = ledger.into_lines();
    let Occurrences { outcomes, mut vulnerability, .. } = occurs;
    vulnerability.sort_unstable();
    Scored {
        top_evidence: top_evidence(&ledger, &distress),
        confidence: confidence(&warnings),
        risk,
        distress,
        duty,
        vulnerability,
        empathy,
        outcomes,
        review,
        warnings,
        ledger,
    }
}

/// Seconds from the first evidence to the first warning.
fn latency(call: &Call, risk: &Risk, duty: &Duty) -> Option<u64> {
    let from = call.turns[risk.first_evidence?].start_ms?;
    let to = call.turns[duty.first_warning?].start_ms?;
    to.checked_sub(from).map(|ms| ms / 1_000)
}

fn review(risk: &Risk, distress: &Distress, duty: &Duty, empathy: &Empathy, warnings: &[InputWarning]) -> Review {
    let mut reasons = Vec::new();
    let mut note = |holds: bool, reason| {
        if holds {
            reasons.push(reason);
        }
    };
    note(distress.self_harm, ReviewReason::SelfHarm);
    note(risk.level == RiskLevel::High && duty.first_warning.is_none(), ReviewReason::MissedScam);
    note(risk.level == RiskLevel::High, ReviewReason::HighRisk);
    note(empathy.band == Band::Poor && distress.level >= DistressLevel::Medium, ReviewReason::PoorCare);
    note(empathy.taboo > 0, ReviewReason::Taboo);
    note(risk.level == RiskLevel::Medium, ReviewReason::MediumRisk);
    note(
        warnings.iter().any(|warning| matches!(warning, InputWarning::SwappedRoles | InputWarning::Garbled)),
        ReviewReason::DoubtfulInput,
    );
    let priority = reasons.first().map(|reason| match reason {
        ReviewReason::SelfHarm | ReviewReason::MissedScam => 1,
        ReviewReason::HighRisk => 2,
        ReviewReason::PoorCare | ReviewReason::MediumRisk => 3,
        ReviewReason::Taboo => 4,
        ReviewReason::DoubtfulInput => 5,
    });
    Review { priority, reasons }
}

/// What about the input may mislead, the reader's own warnings included.
fn warnings(call: &Call, reading: &Reading, occurs: &Occurrences) -> Vec<InputWarning> {
    let mut warnings = call.warnings.clone();
    let speaks = |speaker| call.turns.iter().any(|turn| turn.speaker == speaker);
    if speaks(Speaker::Agent) != speaks(Speaker::Customer) {
        warnings.push(InputWarning::OneSided);
    }
    let characters: usize = reading.turns.iter().map(|turn| turn.view.chars().len()).sum();
    if call.turns.len() < 4 || characters < 40 {
        warnings.push(InputWarning::TooShort);
    }
    if swapped(occurs) {
        warnings.push(InputWarning::SwappedRoles);
    }
    let han_of = |turn: &TurnText| turn.view.chars().iter().filter(|c| is_han(**c)).count();
    let han: usize = reading.turns.iter().map(han_of).sum();
    if characters >= 40 && han * 2 < characters {
        warnings.push(InputWarning::Garbled);
    }
    warnings.sort_unstable();
    warnings.dedup();
    warnings
}

/// Agents' prescribed words in the customer's turns, and hardly any in the agent's.
fn swapped(occurs: &Occurrences) -> bool {
    let (wrong, right) = (occurs.service[Speaker::Customer as usize], occurs.service[Speaker::Agent as usize]);
    wrong >= 3 && wrong > 3 * right
}

fn confidence(warnings: &[InputWarning]) -> u8 {
    let lost: u8 = warnings
        .iter()
        .map(|warning| match warning {
            InputWarning::SwappedRoles => 40,
            InputWarning::Garbled | InputWarning::OneSided => 30,
            InputWarning::TooShort => 20,
            InputWarning::UnknownSpeaker => 15,
            InputWarning::InferredRoles => 10,
            InputWarning::OddTimes | InputWarning::CleanedText => 5,
        })
        .fold(0, u8::saturating_add);
    100_u8.saturating_sub(lost)
}

/// At most five places: self-harm first, then risk, then distress, then care; in each what terms heard before
/// what the wording tells, best first, one of each sentence. What speaks against a score is no evidence for it.
fn top_evidence(ledger: &[Line], distress: &Distress) -> Vec<Evidence> {
    let urgent = |line: &&Line| distress.self_harm && line.dimension == Dimension::Distress && line.kind == "D2";
    let tells = |line: &&Line| match line.source {
        Source::Hit => line.points != 0,
        _ => line.points > 0 || urgent(line),
    };
    let mut lines: Vec<&Line> =
        ledger.iter().filter(|line| line.quote.is_some() && line.dimension != Dimension::Duty && tells(line)).collect();
    lines.sort_by_key(|line| {
        (Reverse(urgent(line)), line.dimension, line.source != Source::Hit, Reverse(line.points.abs()), line.turn)
    });
    let mut top: Vec<Evidence> = Vec::new();
    for line in lines {
        let (Some(turn), Some(quote)) = (line.turn, line.quote) else {
            continue;
        };
        if top.len() == 5 {
            break;
        }
        if !top.iter().any(|other| other.turn == turn && other.quote.0 < quote.1 && quote.0 < other.quote.1) {
            top.push(Evidence { turn, quote, id: line.id.clone() });
        }
    }
    top
}
