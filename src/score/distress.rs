//! The customer's distress: how strong, of what kind, in which stretches of the call.

use std::cmp::Reverse;

use super::cue::{self, Cue};
use super::ledger::{Dimension, Ledger, Reason, Source};
use super::repetition::repeated_turns;
use super::summary::{Distress, DistressLevel, Trend};
use super::timing;
use super::wording::{Mark, WordingReading};
use crate::call::{Call, Speaker};
use crate::context::{Reading, Stance};
use crate::engine::Engine;
use crate::lexicon::wording::Aspect;
use crate::lexicon::{DistressKind, DistressScoring, Kind, OutcomeKind};

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

/// A hint at self-harm in words that no term knows.
const SELF_HARM: Mark = Mark {
    dimension: Dimension::Distress,
    aspect: Aspect::SelfHarm,
    id: "wording_self_harm",
    kind: "D2",
    reason: "措辞与已复核的自伤线索相近，请人工听",
};

/// Scores distress and finds its episodes.
pub(super) fn score(
    engine: &Engine,
    call: &Call,
    reading: &Reading,
    wording: &WordingReading,
    ledger: &mut Ledger,
) -> DistressReading {
    let lexicon = engine.lexicon();
    let numbers = &lexicon.scoring.distress;
    let cues = cue::read(call, reading);
    let mut per_turn: Vec<u8> = vec![0; call.turns.len()];
    for (hit, _, strength) in cues.iter().filter(|(_, kind, _)| *kind != DistressKind::D11) {
        per_turn[hit.turn] = per_turn[hit.turn].max(*strength);
    }
    let repeated = repeated_turns(engine, call, reading);

    let earned = points(&cues, numbers);
    for (index, (hit, kind, strength)) in cues.iter().enumerate() {
        let reason: Reason = match (hit.factor, *strength) {
            (0, 0) => hit.stance.zh().into(),
            (_, 0) if *kind == DistressKind::D11 => "缓解，只看走向".into(),
            (_, 0) => "旧事或说笑，不计".into(),
            _ => format!("{}，强度 {strength}", kind.zh()).into(),
        };
        ledger.hit(Dimension::Distress, lexicon, reading, hit, earned[index] as i32, reason);
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
    let silent = silences(call, reading, &per_turn);
    let support = (silent.len() as u32 * numbers.further_turn / 2).min(numbers.further_turn);
    if support > 0 {
        ledger.adjust(
            Dimension::Distress,
            Source::Timing,
            "D10",
            silent.first().copied(),
            support as i32,
            format!("说到难处长时间沉默 {} 次", silent.len()),
        );
    }
    wording.record(reading, ledger, Dimension::Distress, Aspect::Distress, &lexicon.scoring.wording.distress);
    let hinted = cues.iter().any(|(_, kind, strength)| *kind == DistressKind::D2 && *strength >= 3);
    let felt = ledger.sum(Dimension::Distress) >= i32::from(numbers.levels[1]);
    let sounds = wording.certain(Aspect::SelfHarm, lexicon.scoring.wording.self_harm) == Some(true);
    let strongest = |aspect| wording.strongest_turn(aspect, call, Speaker::Customer);
    let by_wording = if !hinted && felt && sounds { strongest(Aspect::SelfHarm) } else { None };
    if let Some(turn) = by_wording {
        wording.mark(reading, ledger, turn, SELF_HARM);
        per_turn[turn] = 4;
    }
    let self_harm = hinted || by_wording.is_some();
    if self_harm {
        let lift = i32::from(numbers.levels[2]) - ledger.sum(Dimension::Distress);
        ledger.adjust(Dimension::Distress, Source::Rule, "D2", None, lift.max(0), "有自伤线索，一律为强");
    }
    let total = ledger.sum(Dimension::Distress);
    let score = total.clamp(0, 100);
    ledger.adjust(Dimension::Distress, Source::Adjustment, "limit", None, score - total, "总分限于 0 到 100");

    let mut kinds: Vec<DistressKind> = cues
        .iter()
        .filter(|(_, kind, strength)| *strength > 0 && *kind != DistressKind::D11)
        .map(|(_, kind, _)| *kind)
        .collect();
    if repeated.len() >= numbers.repetition_turns {
        kinds.push(DistressKind::D8);
    }
    if !silent.is_empty() {
        kinds.push(DistressKind::D10);
    }
    if by_wording.is_some() {
        kinds.push(DistressKind::D2);
    }
    kinds.sort_unstable();
    kinds.dedup();
    let level = match score as u8 {
        s if s >= numbers.levels[2] => DistressLevel::High,
        s if s >= numbers.levels[1] => DistressLevel::Medium,
        s if s >= numbers.levels[0] => DistressLevel::Low,
        _ => DistressLevel::None,
    };
    if level == DistressLevel::None {
        // What the whole call outweighs is no distress.
        kinds.clear();
        per_turn.fill(0);
    }
    // Distress that shows in the wording alone wants its answer where it is strongest.
    let unheard = level > DistressLevel::None && per_turn.iter().all(|&strength| strength == 0);
    if let Some(turn) = if unheard { strongest(Aspect::Distress) } else { None } {
        per_turn[turn] = if level > DistressLevel::Low { 2 } else { 1 };
    }
    let first = per_turn.iter().position(|&strength| strength > 0);
    let trend = first.map(|first| trend(call, reading, &per_turn, first));
    let mut episodes = episodes(call, &per_turn, &cues, numbers.calm_turns);
    if let Some(episode) = by_wording.and_then(|turn| episodes.iter_mut().find(|own| own.turns.contains(&turn))) {
        episode.kinds.push(DistressKind::D2);
    }
    DistressReading { episodes, summary: Distress { score: score as u8, level, kinds, first, trend, self_harm } }
}

/// Long silences in a turn that shows a feeling, or in the answer after it: they support, alone they tell nothing.
fn silences(call: &Call, reading: &Reading, per_turn: &[u8]) -> Vec<usize> {
    let before = |turn: usize| (0..turn).rev().find(|&before| call.turns[before].speaker == Speaker::Customer);
    let felt = |turn: usize| per_turn[turn] > 0 || before(turn).is_some_and(|before| per_turn[before] > 0);
    timing::silent_replies(call, reading).into_iter().filter(|&turn| felt(turn)).collect()
}

/// The points of each cue: the strongest gives its peak, every further kind of every further turn a
/// little, up to the cap. Fear, grief, shame and loss that go on weigh whole; anger, confusion and
/// circumstances that are told again weigh half, for they alone are not yet despair.
fn points(cues: &[Cue<'_>], numbers: &DistressScoring) -> Vec<u32> {
    let mut best: Vec<usize> = Vec::new();
    // Where the best cues of the turn begin in the list.
    let mut of_turn = 0;
    for (index, (hit, kind, strength)) in cues.iter().enumerate() {
        if index > 0 && cues[index - 1].0.turn != hit.turn {
            of_turn = best.len();
        }
        if *strength == 0 || *kind == DistressKind::D11 {
            continue;
        }
        match best[of_turn..].iter_mut().find(|other| cues[**other].1 == *kind) {
            Some(other) if cues[*other].2 < *strength => *other = index,
            Some(_) => {}
            None => best.push(index),
        }
    }
    best.sort_by_key(|&index| (Reverse(cues[index].2), cues[index].0.turn, cues[index].0.start));
    let mut points = vec![0; cues.len()];
    let mut room = numbers.further_cap;
    for (rank, &index) in best.iter().enumerate() {
        let (_, kind, strength) = cues[index];
        points[index] = if rank == 0 {
            numbers.peak[usize::from(strength) - 1]
        } else {
            let told = matches!(kind, DistressKind::D4 | DistressKind::D5 | DistressKind::D6 | DistressKind::D8);
            let whole = match strength {
                1 => numbers.further_turn / 2,
                2 => numbers.further_turn,
                _ => numbers.further_turn * 2,
            };
            let earned = (if told { whole / 2 } else { whole }).min(room);
            room -= earned;
            earned
        };
    }
    points
}

fn episodes(call: &Call, per_turn: &[u8], cues: &[Cue<'_>], calm_turns: usize) -> Vec<Episode> {
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
            let own = cues[cues.partition_point(|(hit, ..)| hit.turn < turn)..].iter();
            let own = own.take_while(|(hit, ..)| hit.turn == turn);
            episode.kinds.extend(own.filter(|(.., strength)| *strength > 0).map(|(_, kind, _)| *kind));
            episode.kinds.sort_unstable();
            episode.kinds.dedup();
        }
    }
    episodes
}

/// Eased if the last customer words are calm or thankful; worse if the end is stronger than the beginning.
fn trend(call: &Call, reading: &Reading, per_turn: &[u8], first: usize) -> Trend {
    let customer = (0..call.turns.len()).rev().filter(|&turn| call.turns[turn].speaker == Speaker::Customer);
    let tail: Vec<usize> = customer.take(2).filter(|&turn| turn > first).collect();
    let thanked = tail.iter().flat_map(|&turn| reading.of_turn(turn)).any(|hit| {
        let relief = matches!(
            hit.kind,
            Kind::Distress(DistressKind::D11) | Kind::Outcome(OutcomeKind::Thanks | OutcomeKind::Calmed)
        );
        relief && hit.stance == Stance::Asserted
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
