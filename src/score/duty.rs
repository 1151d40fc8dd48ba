//! The prescribed steps (身份确认 → 交易核实 → 风险提示), protection, police and tips.

use super::ledger::{Dimension, Ledger};
use super::summary::Duty;
use super::wording::{Mark, WordingReading};
use crate::call::{Call, Speaker};
use crate::context::{Hit, Reading, Stance};
use crate::lexicon::wording::Aspect;
use crate::lexicon::{DutyKind, Kind, Lexicon, List};

/// Steps, in the order that the bank prescribes.
const STEPS: &[DutyKind] = &[DutyKind::Identity, DutyKind::Verify, DutyKind::Warn];

/// Tips of 三要三不要 and others.
const TIPS: &[DutyKind] = &[
    DutyKind::TipVerify,
    DutyKind::TipDelay,
    DutyKind::TipLink,
    DutyKind::TipNoclick,
    DutyKind::TipNoshare,
    DutyKind::TipSpeakup,
    DutyKind::TipOther,
];

/// A warning in words that no term knows.
const WARNED: Mark = Mark {
    dimension: Dimension::Duty,
    aspect: Aspect::Warned,
    id: "wording_warned",
    kind: "warn",
    reason: "措辞与已复核的风险提示相近",
};

/// Reads what the agent did of the prescribed; writes its lines.
pub(super) fn read(
    lexicon: &Lexicon,
    call: &Call,
    reading: &Reading,
    wording: &WordingReading,
    ledger: &mut Ledger,
) -> Duty {
    let mut duty = Duty::default();
    let mut steps: Vec<(usize, DutyKind)> = Vec::new();
    let mut tips: Vec<DutyKind> = Vec::new();
    let warned = wording.certain(Aspect::Warned, lexicon.scoring.wording.warned);
    for hit in &reading.hits {
        let Kind::Duty(kind) = hit.kind else {
            continue;
        };
        let doubted = kind == DutyKind::Warn && warned == Some(false);
        let reason = if doubted { "坐席全程措辞不像风险提示，不计" } else { kind.zh() };
        ledger.hit(Dimension::Duty, lexicon, reading, hit, 0, reason);
        if !counts(hit) || doubted || call.turns[hit.turn].speaker != Speaker::Agent {
            continue;
        }
        if STEPS.contains(&kind) {
            if steps.iter().all(|(_, step)| *step != kind) {
                steps.push((hit.turn, kind));
            }
        } else if TIPS.contains(&kind) {
            if !tips.contains(&kind) {
                tips.push(kind);
            }
        } else if kind == DutyKind::Police {
            duty.police_advised = true;
        } else if !duty.protective.contains(&kind) {
            duty.protective.push(kind);
        }
        if kind == DutyKind::Warn && duty.first_warning.is_none() {
            duty.first_warning = Some(hit.turn);
        }
    }
    if duty.first_warning.is_none() && warned == Some(true) {
        duty.first_warning = wording.strongest_turn(Aspect::Warned, call, Speaker::Agent);
        if let Some(turn) = duty.first_warning {
            steps.push((turn, DutyKind::Warn));
            wording.mark(reading, ledger, turn, WARNED);
        }
    }
    duty.tips = tips.len();
    steps.sort_by_key(|(turn, _)| *turn);
    duty.steps = steps.into_iter().map(|(_, step)| step).collect();
    duty
}

/// Lines for outcomes and circumstances, and for the framing of the story.
pub(super) fn record_rest(lexicon: &Lexicon, reading: &Reading, ledger: &mut Ledger) {
    for hit in &reading.hits {
        if matches!(hit.list, List::Outcome | List::Vulnerability | List::Context) {
            ledger.hit(Dimension::Duty, lexicon, reading, hit, 0, hit.kind.zh());
        }
    }
}

pub(super) fn counts(hit: &Hit) -> bool {
    matches!(hit.stance, Stance::Asserted | Stance::Covered)
}
