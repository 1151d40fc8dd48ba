//! The customer's distress: how strong, of what kind, in which stretches of the call.

use std::cmp::Reverse;

use super::ledger::{Dimension, Ledger, Source};
use super::repetition::repeated_turns;
use super::summary::{Distress, DistressLevel, Trend};
use crate::call::{Call, Speaker};
use crate::context::{Hit, Place, Reading, Stance};
use crate::engine::Engine;
use crate::lexicon::{DistressKind, Kind, OutcomeKind};

/// A stretch of distressed customer turns without a longer calm between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Episode {
    /// Distressed customer turns, in order.
    pub turns: Vec<usize>,
    /// Strongest intensity, 1–4.
    pub peak: u8,
    /// The kinds shown.
    pub kinds: Vec<DistressKind>,
}

/// What is known of the customer's distress.
#[derive(Debug)]
pub(super) struct DistressReading {
    pub summary: Distress,
    pub episodes: Vec<Episode>,
}

/// Scores distress and finds its episodes.
pub(super) fn score(engine: &Engine, call: &Call, reading: &Reading, ledger: &mut Ledger) -> DistressReading {
    let lexicon = engine.lexicon();
    let numbers = &lexicon.scoring.distress;
    let cues: Vec<(&Hit, DistressKind, u8)> = reading
        .hits
        .iter()
        .filter_map(|hit| match lexicon.term(hit.term).kind {
            Kind::Distress(kind) => Some((hit, kind, intensity(engine, call, reading, hit, kind))),
            _ => None,
        })
        .collect();
    let per_turn: Vec<u8> = (0..call.turns.len()).map(|turn| turn_intensity(&cues, turn)).collect();
    let repeated = repeated_turns(engine, call, reading);

    // The strongest turn gives its peak, the others a little; each through its strongest cue.
    let mut order: Vec<usize> = (0..per_turn.len()).filter(|&turn| per_turn[turn] > 0).collect();
    order.sort_by_key(|&turn| (Reverse(per_turn[turn]), turn));
    let mut room = numbers.further_cap;
    let mut points_of_turn = vec![0_u32; per_turn.len()];
    for (rank, &turn) in order.iter().enumerate() {
        let points = if rank == 0 {
            numbers.peak[usize::from(per_turn[turn]) - 1]
        } else {
            let earned = if per_turn[turn] >= 2 { numbers.further_turn } else { numbers.further_turn / 2 };
            let points = earned.min(room);
            room -= points;
            points
        };
        points_of_turn[turn] = points;
    }
    for (turn, &turn_points) in points_of_turn.iter().enumerate() {
        let best = cues
            .iter()
            .filter(|(hit, kind, strength)| hit.turn == turn && *kind != DistressKind::D11 && *strength > 0)
            .max_by_key(|(hit, _, strength)| (*strength, Reverse(hit.start)));
        for (hit, kind, strength) in cues.iter().filter(|(hit, ..)| hit.turn == turn) {
            let carries = best.is_some_and(|(other, ..)| std::ptr::eq(*other, *hit));
            let points = if carries { turn_points as i32 } else { 0 };
            let reason = match (hit.factor, *strength) {
                (0, _) => hit.stance.zh().to_owned(),
                (_, 0) => "缓解，只看走向".to_owned(),
                _ => format!("{}，强度 {strength}", kind.zh()),
            };
            ledger.hit(Dimension::Distress, lexicon, reading, hit, points, reason);
        }
    }
    if repeated.len() >= numbers.repetition_turns {
        let said = repeated.iter().map(|turn| format!("#{}", turn + 1)).collect::<Vec<_>>().join(" ");
        ledger.adjust(
            Dimension::Distress,
            Source::Rule,
            "D8",
            repeated.first().copied(),
            numbers.repetition_points as i32,
            format!("同样的话反复说：{said}"),
        );
    }
    let total = ledger.sum(Dimension::Distress);
    let score = total.clamp(0, 100);
    ledger.adjust(Dimension::Distress, Source::Adjustment, "limit", None, score - total, "总分上限 100");

    let mut kinds: Vec<DistressKind> = cues
        .iter()
        .filter(|(_, kind, strength)| *strength > 0 && *kind != DistressKind::D11)
        .map(|(_, kind, _)| *kind)
        .collect();
    if repeated.len() >= numbers.repetition_turns {
        kinds.push(DistressKind::D8);
    }
    kinds.sort_unstable();
    kinds.dedup();
    let level = match score as u8 {
        s if s >= numbers.levels[2] => DistressLevel::High,
        s if s >= numbers.levels[1] => DistressLevel::Medium,
        s if s >= numbers.levels[0] => DistressLevel::Low,
        _ => DistressLevel::None,
    };
    let self_harm = cues.iter().any(|(_, kind, strength)| *kind == DistressKind::D2 && *strength >= 3);
    let first = per_turn.iter().position(|&strength| strength > 0);
    let trend = first.map(|first| trend(engine, call, reading, &per_turn, first));
    DistressReading {
        episodes: episodes(call, &per_turn, &cues, numbers.calm_turns),
        summary: Distress { score: score as u8, level, kinds, first, trend, self_harm },
    }
}

/// Words that make a feeling stronger, and weaker, just before it.
const STRONGER: &[&str] = &["特别", "非常", "实在", "真的", "太", "好", "老", "要命"];
const WEAKER: &[&str] = &["有点", "有一点", "稍微", "略", "一点点", "还行", "有些"];

/// The intensity of a cue where it stands: 0 if it does not count.
fn intensity(engine: &Engine, call: &Call, reading: &Reading, hit: &Hit, kind: DistressKind) -> u8 {
    if hit.factor == 0 || !matches!(hit.stance, Stance::Asserted) {
        return 0;
    }
    let weight = engine.lexicon().term(hit.term).weight;
    if kind == DistressKind::D2 {
        return weight;
    }
    let view = &reading.turns[hit.turn].view;
    let (start, end) = (view.position_of_original(hit.start), view.position_of_original(hit.end - 1) + 1);
    let place = Place { call, turns: &reading.turns, turn: hit.turn, start, end };
    let before: String = place.before(4).iter().collect();
    let weaker = WEAKER.iter().any(|word| before.contains(word));
    let stronger = weight == 2 && STRONGER.iter().any(|word| before.ends_with(word));
    let strength = if weaker {
        weight.saturating_sub(1)
    } else if stronger {
        3
    } else {
        weight
    };
    strength.min(3)
}

/// The strongest cue of a turn; two strong kinds together are stronger than either.
fn turn_intensity(cues: &[(&Hit, DistressKind, u8)], turn: usize) -> u8 {
    let own = || cues.iter().filter(move |(hit, kind, _)| hit.turn == turn && *kind != DistressKind::D11);
    let best = own().map(|(.., strength)| *strength).max().unwrap_or(0);
    let mut kinds: Vec<DistressKind> =
        own().filter(|(.., strength)| *strength >= 2).map(|(_, kind, _)| *kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    if best == 2 && kinds.len() >= 2 { 3 } else { best }
}

fn episodes(call: &Call, per_turn: &[u8], cues: &[(&Hit, DistressKind, u8)], calm_turns: usize) -> Vec<Episode> {
    let mut episodes: Vec<Episode> = Vec::new();
    let mut calm = usize::MAX;
    for (turn, &strength) in per_turn.iter().enumerate() {
        if call.turns[turn].speaker != Speaker::Customer {
            continue;
        }
        if strength == 0 {
            calm = calm.saturating_add(1);
            continue;
        }
        if calm >= calm_turns || episodes.is_empty() {
            episodes.push(Episode { turns: Vec::new(), peak: 0, kinds: Vec::new() });
        }
        calm = 0;
        if let Some(episode) = episodes.last_mut() {
            episode.turns.push(turn);
            episode.peak = episode.peak.max(strength);
            episode.kinds.extend(
                cues.iter().filter(|(hit, _, strength)| hit.turn == turn && *strength > 0).map(|(_, kind, _)| *kind),
            );
            episode.kinds.sort_unstable();
            episode.kinds.dedup();
        }
    }
    episodes
}

/// Eased if the last customer words are calm or thankful; worse if the end is stronger than the beginning.
fn trend(engine: &Engine, call: &Call, reading: &Reading, per_turn: &[u8], first: usize) -> Trend {
    let customer: Vec<usize> =
        (0..call.turns.len()).filter(|&turn| call.turns[turn].speaker == Speaker::Customer).collect();
    let tail: Vec<usize> = customer.iter().rev().take(2).copied().filter(|&turn| turn > first).collect();
    let lexicon = engine.lexicon();
    let thanked = reading.hits.iter().any(|hit| {
        let relief = matches!(
            lexicon.term(hit.term).kind,
            Kind::Distress(DistressKind::D11) | Kind::Outcome(OutcomeKind::Thanks | OutcomeKind::Calmed)
        );
        relief && hit.stance == Stance::Asserted && tail.contains(&hit.turn)
    });
    let end = tail.iter().map(|&turn| per_turn[turn]).max();
    let peak = per_turn.iter().copied().max().unwrap_or(0);
    match end {
        Some(0) => Trend::Eased,
        Some(end) if thanked && end < peak => Trend::Eased,
        Some(end) if end > per_turn[first] => Trend::Worse,
        _ => Trend::Steady,
    }
}
