//! How far the scam has come.

use super::summary::{Phase, RiskLevel};
use crate::context::{Reading, Stance};
use crate::lexicon::{ContextKind, Deed, Kind, Lexicon, OutcomeKind, Stage};

/// Judges the phase from the acts that count, the framing and the outcome.
pub(super) fn judge(lexicon: &Lexicon, reading: &Reading, level: RiskLevel) -> Phase {
    let stages = |wanted: &dyn Fn(Stage, Deed, Stance) -> bool| {
        reading.hits.iter().any(|hit| match lexicon.term(hit.term).kind {
            Kind::Stage(stage, _) => wanted(stage, hit.deed, hit.stance),
            _ => false,
        })
    };
    let counts = |stance: Stance| matches!(stance, Stance::Asserted | Stance::Confirmed);
    let outcome = |wanted: &[OutcomeKind]| {
        reading.hits.iter().any(|hit| {
            let kind = lexicon.term(hit.term).kind;
            hit.stance == Stance::Asserted && wanted.iter().any(|&outcome| kind == Kind::Outcome(outcome))
        })
    };
    let act = |stage| matches!(stage, Stage::Credential | Stage::Money | Stage::Extraction | Stage::Channel);
    let lost = stages(&|stage, _, stance| stage == Stage::Realisation && counts(stance));
    let paid = stages(&|stage, deed, stance| {
        matches!(stage, Stage::Money | Stage::Extraction | Stage::Credential) && deed == Deed::Done && counts(stance)
    });
    let going = stages(&|stage, deed, stance| {
        counts(stance) && ((act(stage) && deed == Deed::About) || stage == Stage::Resistance)
    });
    let shared = stages(&|stage, deed, stance| counts(stance) && stage == Stage::Channel && deed == Deed::Done);
    let settled = reading.frames.any(ContextKind::Closed) || reading.frames.any(ContextKind::Past);
    let historic = settled
        && !reading.frames.any(ContextKind::Unresolved)
        && stages(&|_, _, stance| matches!(stance, Stance::Historic | Stance::Asserted | Stance::Refused));
    if level == RiskLevel::Low {
        return if historic {
            Phase::Historic
        } else if reading.frames.any(ContextKind::Refused)
            && stages(&|stage, _, stance| stage == Stage::Pretext && stance != Stance::Warned)
        {
            Phase::Contacted
        } else if stages(&|_, _, stance| matches!(stance, Stance::Hypothetical)) {
            Phase::PreContact
        } else {
            Phase::None
        };
    }
    if (lost || paid) && outcome(&[OutcomeKind::Returned, OutcomeKind::Reversed]) {
        return Phase::Recovered;
    }
    match (lost, paid, going, shared) {
        (_, _, true, _) => Phase::InProgress,
        (true, ..) | (_, true, ..) => Phase::Completed,
        (.., true) => Phase::InProgress,
        _ if level == RiskLevel::High => Phase::InProgress,
        _ => Phase::Contacted,
    }
}
