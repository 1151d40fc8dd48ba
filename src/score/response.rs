//! What the agent answered to each episode of distress.

use std::cmp::Reverse;

use super::care::Care;
use super::distress::Episode;
use crate::call::{Call, Speaker};
use crate::context::Reading;
use crate::lexicon::{DistressKind, EmpathyKind, EmpathyScoring, Kind};

/// The answer an episode got.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer {
    pub turn: usize,
    /// Index into [`Care::warm`] of the behaviour that answers, if it is one.
    pub hit: Option<usize>,
    /// Percent.
    pub quality: u32,
    /// Agent turns from the cue to the answer, 1 for the very next.
    pub latency: usize,
    /// Whether the customer's own words, taken up, are the answer.
    pub echo: bool,
}

/// The answer of each episode.
pub(super) fn answers(
    call: &Call,
    reading: &Reading,
    episodes: &[Episode],
    care: &Care<'_>,
    numbers: &EmpathyScoring,
) -> Vec<Option<Answer>> {
    // The first clear cue: mild impatience asks for speed, not for a word.
    let clear = |turn: &usize| {
        reading.of_turn(*turn).iter().any(|hit| {
            let feeling = matches!(hit.kind, Kind::Distress(kind) if kind != DistressKind::D11);
            hit.factor > 0 && feeling && hit.weight >= 2
        })
    };
    let speaks = |turn: &usize| call.turns[*turn].speaker == Speaker::Agent;
    let agent: Vec<usize> = (0..call.turns.len()).filter(speaks).collect();
    episodes
        .iter()
        .map(|episode| {
            let best = best_answer(&agent, &episode.turns, care, numbers, episode)?;
            let first = episode.turns.iter().copied().find(clear).unwrap_or(episode.turns[0]);
            let prompt = best_answer(&agent, &[first], care, numbers, episode).map_or(0, |answer| answer.quality);
            // A word that comes late is less of a word.
            Some(Answer { quality: (2 * best.quality + prompt) / 3, ..best })
        })
        .collect()
}

/// The best of the agent's turns that follow a distressed turn closely.
fn best_answer(
    agent: &[usize],
    cues: &[usize],
    care: &Care<'_>,
    numbers: &EmpathyScoring,
    episode: &Episode,
) -> Option<Answer> {
    let mut best: Option<Answer> = None;
    for &cue in cues {
        let following = agent[agent.partition_point(|&turn| turn <= cue)..].iter().take(3);
        for (rank, &turn) in following.enumerate() {
            let Some(answer) = quality(turn, care, numbers, episode) else {
                continue;
            };
            let quality = answer.quality * numbers.latency[rank.min(2)] / 100;
            if quality > 0 && best.is_none_or(|best| quality > best.quality) {
                best = Some(Answer { quality, latency: rank + 1, ..answer });
            }
        }
    }
    best
}

/// What a turn is worth as an answer: its warmest word, its help, or both.
fn quality(turn: usize, care: &Care<'_>, numbers: &EmpathyScoring, episode: &Episode) -> Option<Answer> {
    let (first, warm) = care.warm_in(turn);
    let warmest = (first..)
        .zip(warm)
        .filter(|(_, (_, kind, weight))| {
            let asked_nothing = *kind == EmpathyKind::E3 && *weight == 1;
            kind.answers_feeling() && !asked_nothing
        })
        .max_by_key(|(_, (hit, _, weight))| (*weight, Reverse(hit.start)));
    let word = warmest.map_or(0, |(_, (_, _, weight))| numbers.quality[usize::from(*weight) - 1]);
    // The customer's own words, taken up, are as clear as a clear word.
    let echo = care.echoes_in(turn) && word < numbers.quality[1];
    let warm = if echo { numbers.quality[1] } else { word };
    // Grief and despair want a person, not a procedure.
    let grave = episode.kinds.contains(&DistressKind::D3) || episode.kinds.contains(&DistressKind::D2);
    let help = match (care.acts_in(turn), grave) {
        (false, _) => 0,
        (true, true) => numbers.action_quality / 2,
        (true, false) => numbers.action_quality,
    };
    let quality = if warm > 0 && help > 0 { (warm + help / 2).min(100) } else { warm.max(help) };
    let hit = warmest.map(|(index, _)| index).filter(|_| !echo && word >= help);
    (quality > 0).then_some(Answer { turn, hit, quality, latency: 1, echo: echo && warm >= help })
}

/// Agent turns that meet a distressed turn with nothing but the closing line (还有其他问题吗).
pub(super) fn brushed_off(call: &Call, distressed: &[bool], care: &Care<'_>) -> Vec<usize> {
    (1..call.turns.len())
        .filter(|turn| call.turns[*turn].speaker == Speaker::Agent && distressed[turn - 1])
        .filter(|turn| {
            let (_, warm) = care.warm_in(*turn);
            let closes = warm.iter().any(|(_, kind, weight)| *weight == 1 && *kind == EmpathyKind::E3);
            let answers = || warm.iter().any(|(_, kind, weight)| *weight >= 2 && kind.answers_feeling());
            closes && !care.echoes_in(*turn) && !answers()
        })
        .collect()
}
