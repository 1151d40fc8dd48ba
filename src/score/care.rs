//! What the agent said and did for the customer: behaviours, acts and failings, by turn.

use crate::call::{Call, Speaker};
use crate::context::{Hit, Reading};
use crate::lexicon::{DutyKind, EmpathyKind, Kind, Lexicon, TabooKind};

/// The agent's behaviours that count, in order.
#[derive(Debug)]
pub(super) struct Care<'a> {
    /// Caring behaviours with their weight.
    pub warm: Vec<(&'a Hit, EmpathyKind, u8)>,
    /// Failings with their penalty.
    pub taboos: Vec<(&'a Hit, TabooKind, u8)>,
    /// Turns in which the agent helps: acts, promises, protects, warns.
    acts: Vec<usize>,
}

impl<'a> Care<'a> {
    /// Collects what the agent's turns hold.
    pub fn read(lexicon: &Lexicon, call: &Call, reading: &'a Reading) -> Self {
        let mut care = Care { warm: Vec::new(), taboos: Vec::new(), acts: Vec::new() };
        for hit in &reading.hits {
            if call.turns[hit.turn].speaker != Speaker::Agent || hit.factor == 0 {
                continue;
            }
            let term = lexicon.term(hit.term);
            match term.kind {
                Kind::Empathy(kind) => {
                    care.warm.push((hit, kind, term.weight));
                    if matches!(kind, EmpathyKind::E7 | EmpathyKind::E8 | EmpathyKind::E13) {
                        care.acts.push(hit.turn);
                    }
                }
                Kind::Taboo(kind) => care.taboos.push((hit, kind, term.weight)),
                Kind::Duty(kind) if kind != DutyKind::Identity && kind != DutyKind::Verify => care.acts.push(hit.turn),
                _ => {}
            }
        }
        care
    }

    /// Whether the agent helps in this turn.
    pub fn acts_in(&self, turn: usize) -> bool {
        self.acts.contains(&turn)
    }

    /// The distinct kinds among these that were shown with weight 2 or more.
    pub fn kinds(&self, wanted: &[EmpathyKind]) -> Vec<EmpathyKind> {
        let mut kinds: Vec<EmpathyKind> = self
            .warm
            .iter()
            .filter(|(_, kind, weight)| wanted.contains(kind) && *weight >= 2)
            .map(|(_, kind, _)| *kind)
            .collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }
}

impl EmpathyKind {
    /// Whether the behaviour answers a feeling, and not only a need.
    pub(super) fn answers_feeling(self) -> bool {
        matches!(
            self,
            EmpathyKind::E1
                | EmpathyKind::E2
                | EmpathyKind::E3
                | EmpathyKind::E4
                | EmpathyKind::E5
                | EmpathyKind::E6
                | EmpathyKind::E10
                | EmpathyKind::E13
        )
    }
}

/// How often a template (weight 1) was said again.
pub(super) fn fillers_repeated(care: &Care<'_>) -> usize {
    let mut terms: Vec<u32> =
        care.warm.iter().filter(|(_, _, weight)| *weight == 1).map(|(hit, ..)| hit.term).collect();
    let all = terms.len();
    terms.sort_unstable();
    terms.dedup();
    all - terms.len()
}

/// Characters that the customer still had to say for a cut-in to be one.
const CUT_OFF: u64 = 6;

/// Times the agent began while the customer still had something to say.
pub(super) fn interruptions(call: &Call, overlap_ms: u64) -> usize {
    call.turns
        .windows(2)
        .filter(|pair| pair[0].speaker == Speaker::Customer && pair[1].speaker == Speaker::Agent)
        .filter(|pair| {
            let (Some(start), Some(end), Some(cut)) = (pair[0].start_ms, pair[0].end_ms, pair[1].start_ms) else {
                return false;
            };
            let (spoken, overlap) = (end.saturating_sub(start), end.saturating_sub(cut));
            // Characters left, by the customer's own pace in this turn.
            let left = pair[0].text.chars().count() as u64 * overlap / spoken.max(1);
            overlap > overlap_ms && left >= CUT_OFF
        })
        .count()
}
