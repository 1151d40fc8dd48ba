//! How far the scam has come.

use super::occurrence::Occurrences;
use super::summary::RiskLevel;
use super::wording::WordingReading;
use crate::context::{Reading, Stance};
use crate::lexicon::wording::Aspect;
use crate::lexicon::{ContextKind, Deed, Lexicon, OutcomeKind, Phase, Stage};

/// Judges the phase: what the wording tells of each that the level allows, and a share for the one that
/// the acts, the framing and the outcome speak for.
pub(super) fn judge(
    lexicon: &Lexicon,
    reading: &Reading,
    occurs: &Occurrences,
    wording: &WordingReading,
    level: RiskLevel,
) -> Phase {
    let heard = by_acts(reading, occurs, level);
    if !wording.in_full(Aspect::Phase(heard)) {
        return heard;
    }
    let share = lexicon.scoring.risk.phase_terms as i32 * 100;
    let allowed: &[Phase] = match level {
        RiskLevel::Low => &[Phase::None, Phase::PreContact, Phase::Contacted, Phase::Recovered, Phase::Historic],
        RiskLevel::Medium => &[Phase::Contacted, Phase::InProgress, Phase::Completed, Phase::Recovered],
        RiskLevel::High => &[Phase::InProgress, Phase::Completed, Phase::Recovered],
    };
    let strength = |phase: Phase| wording.answer(Aspect::Phase(phase)) + if phase == heard { share } else { 0 };
    allowed.iter().copied().max_by_key(|&phase| (strength(phase), std::cmp::Reverse(phase))).unwrap_or(heard)
}

/// The phase that the acts that count, the framing and the outcome speak for.
fn by_acts(reading: &Reading, occurs: &Occurrences, level: RiskLevel) -> Phase {
    let stages = |wanted: &dyn Fn(Stage, Deed, Stance) -> bool| {
        occurs.acts.iter().any(|&(stage, deed, stance)| wanted(stage, deed, stance))
    };
    let counts = |stance: Stance| matches!(stance, Stance::Asserted | Stance::Confirmed);
    let outcome = |wanted: &[OutcomeKind]| wanted.iter().any(|outcome| occurs.outcomes.contains(outcome));
    let done = |wanted: &[Stage]| {
        stages(&|stage, deed, stance| wanted.contains(&stage) && deed == Deed::Done && counts(stance))
    };
    let lost = done(&[Stage::Realisation]);
    let paid = done(&[Stage::Money, Stage::Extraction]);
    let given = done(&[Stage::Credential]);
    let installed = done(&[Stage::Channel]);
    let found_out = stages(&|stage, _, stance| stage == Stage::Realisation && counts(stance));
    let going = reading.frames.any(ContextKind::FamilyVictim)
        || stages(&|stage, deed, stance| counts(stance) && (deed == Deed::About || stage == Stage::Resistance));
    let hurried = stages(&|stage, _, stance| counts(stance) && stage == Stage::Urgency);
    let settled = reading.frames.any(ContextKind::Closed) || reading.frames.any(ContextKind::Past);
    let historic = settled
        && !reading.frames.any(ContextKind::Unresolved)
        && stages(&|_, _, stance| matches!(stance, Stance::Historic | Stance::Asserted | Stance::Refused));
    if level == RiskLevel::Low {
        let pretext = |refused: bool| {
            stages(&|stage, _, stance| {
                stage == Stage::Pretext && (counts(stance) || (refused && stance != Stance::Warned))
            })
        };
        let pressed = stages(&|stage, _, stance| {
            matches!(stage, Stage::Lure | Stage::Threat | Stage::Isolation) && counts(stance)
        });
        let refused = reading.frames.any(ContextKind::Refused) && pretext(true);
        return if historic {
            Phase::Historic
        } else if refused || (pressed && pretext(false)) {
            Phase::Contacted
        } else if stages(&|_, _, stance| stance == Stance::Hypothetical) {
            Phase::PreContact
        } else {
            Phase::None
        };
    }
    if (found_out || paid) && outcome(&[OutcomeKind::Returned, OutcomeKind::Reversed]) {
        return Phase::Recovered;
    }
    // Who resists, is about to pay or is still on the line is in it; who has found the loss is past it.
    if lost && !going {
        Phase::Completed
    } else if going {
        Phase::InProgress
    } else if paid {
        Phase::Completed
    } else if given || installed {
        if installed || hurried { Phase::InProgress } else { Phase::Completed }
    } else if found_out {
        Phase::Completed
    } else if level == RiskLevel::High {
        Phase::InProgress
    } else {
        Phase::Contacted
    }
}
