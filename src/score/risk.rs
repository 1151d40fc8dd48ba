//! The risk score: stages with caps, a chain bonus and what rules add, then the wording, then floors and ceilings.

use std::cmp::Reverse;

use super::ledger::{Dimension, Ledger, Reason, Source};
use super::occurrence::Occurrences;
use super::summary::{Risk, RiskLevel};
use super::wording::WordingReading;
use super::{phase, rules};
use crate::call::{Call, Speaker};
use crate::context::{Hit, Reading, Stance};
use crate::engine::Engine;
use crate::lexicon::wording::Aspect;
use crate::lexicon::{Deed, Effect, Kind, Lexicon, List, Rule, ScamType, Stage};

/// Points of a type below which it is not named.
const TYPE_MINIMUM: u32 = 6;

/// A scam hit with its effective weight.
struct Weighed<'a> {
    hit: &'a Hit,
    stage: Stage,
    effective: u32,
}

/// Scores the risk of a call.
pub(super) fn score(
    engine: &Engine,
    call: &Call,
    reading: &Reading,
    occurs: &Occurrences,
    wording: &WordingReading,
    ledger: &mut Ledger,
) -> Risk {
    let lexicon = engine.lexicon();
    let numbers = &lexicon.scoring.risk;
    let weighed = weigh(reading);
    let mut first_evidence: Option<usize> = None;
    let mut stages: Vec<(Stage, usize)> = Vec::new();
    for of_stage in weighed.chunk_by(|a, b| a.stage == b.stage) {
        let first = stage_points(lexicon, reading, ledger, of_stage);
        if let Some(first) = first {
            stages.push((of_stage[0].stage, first));
            first_evidence = Some(first_evidence.map_or(first, |turn: usize| turn.min(first)));
        }
    }
    let chain = longest_chain(&stages);
    if chain >= 3 {
        let bonus = numbers.chain.get(chain - 3).or(numbers.chain.last()).copied().unwrap_or(0);
        ledger.adjust(
            Dimension::Risk,
            Source::Adjustment,
            "chain",
            None,
            bonus as i32,
            format!("话术按顺序出现 {chain} 个环节"),
        );
    }
    let fired = rules::fired(engine, call, reading, occurs);
    add_points(&fired, ledger);
    wording.record(reading, ledger, Dimension::Risk, Aspect::Risk, &lexicon.scoring.wording.risk);
    apply_limits(lexicon, wording, &fired, ledger);
    let total = ledger.sum(Dimension::Risk);
    let capped = total.clamp(0, 100);
    ledger.adjust(Dimension::Risk, Source::Adjustment, "limit", None, capped - total, "总分限于 0 到 100");
    let score = capped as u8;
    let level = match score {
        s if s >= numbers.high => RiskLevel::High,
        s if s >= numbers.medium => RiskLevel::Medium,
        _ => RiskLevel::Low,
    };
    let phase = phase::judge(lexicon, reading, occurs, wording, level);
    let (scam_type, scam_type_2) = types(lexicon, wording, &weighed, level);
    let named = level > RiskLevel::Low || phase != super::Phase::None;
    // Where it is more than low, the turn whose wording speaks most.
    let strongest =
        || if level > RiskLevel::Low { wording.strongest_turn(Aspect::Risk, call, Speaker::Customer) } else { None };
    Risk {
        score,
        level,
        scam_type: scam_type.filter(|_| named),
        scam_type_2: scam_type_2.filter(|_| named),
        phase,
        stages: stages.into_iter().map(|(stage, _)| stage).collect(),
        reasons: reasons(lexicon, &weighed, strongest()),
        first_evidence: first_evidence.or_else(strongest),
    }
}

/// The scam hits by stage, in each those that are worth most first.
fn weigh(reading: &Reading) -> Vec<Weighed<'_>> {
    let mut weighed: Vec<Weighed<'_>> = reading
        .hits
        .iter()
        .filter_map(|hit| match hit.kind {
            Kind::Stage(stage, _) if hit.list == List::Scam => {
                Some(Weighed { hit, stage, effective: u32::from(hit.weight) * hit.factor / 100 })
            }
            _ => None,
        })
        .collect();
    weighed.sort_by_key(|one| {
        let parts = [one.stage as u32, u32::MAX - one.effective, one.hit.turn as u32, one.hit.start];
        parts.iter().fold(0_u128, |key, &part| key << 32 | u128::from(part))
    });
    weighed
}

/// Writes the lines of one stage; returns the first turn that gave points.
fn stage_points(lexicon: &Lexicon, reading: &Reading, ledger: &mut Ledger, of_stage: &[Weighed<'_>]) -> Option<usize> {
    let numbers = &lexicon.scoring.risk;
    let stage = of_stage.first()?.stage;
    let mut room = numbers.caps.of(stage);
    let mut distinct: Vec<u32> = Vec::new();
    let mut first = None;
    for one in of_stage {
        let again = one.effective > 0 && distinct.contains(&one.hit.term);
        let (points, reason): (u32, Reason) = if one.effective == 0 {
            (0, one.hit.stance.zh().into())
        } else if again {
            (0, "同一词条已计分".into())
        } else {
            let percent = match distinct.len() {
                0 => 100,
                further => numbers.further_hits.get(further - 1).copied().unwrap_or(0),
            };
            distinct.push(one.hit.term);
            let earned = one.effective * percent / 100;
            let points = earned.min(room);
            room -= points;
            (points, explain(one.hit, stage, percent, points < earned).into())
        };
        if points > 0 {
            first = Some(first.map_or(one.hit.turn, |turn: usize| turn.min(one.hit.turn)));
        }
        ledger.hit(Dimension::Risk, lexicon, reading, one.hit, points as i32, reason);
    }
    first
}

fn explain(hit: &Hit, stage: Stage, percent: u32, capped: bool) -> String {
    let deed = match hit.deed {
        Deed::Done => "，已做",
        Deed::About => "，将做",
        Deed::Spoken => "",
    };
    let mut reason = String::with_capacity(96);
    for part in [stage.zh(), "：", hit.stance.zh(), deed] {
        reason.push_str(part);
    }
    if percent < 100 {
        reason.push_str("，同环节再次出现计 ");
        reason.push_str(&percent.to_string());
        reason.push('%');
    }
    if capped {
        reason.push_str("，到环节上限");
    }
    reason
}

/// The longest run of stages whose first appearances follow the order of the script.
fn longest_chain(stages: &[(Stage, usize)]) -> usize {
    let mut best = vec![0_usize; stages.len()];
    for at in 0..stages.len() {
        let before = (0..at).filter(|&earlier| stages[earlier].1 <= stages[at].1).map(|earlier| best[earlier]).max();
        best[at] = 1 + before.unwrap_or(0);
    }
    best.into_iter().max().unwrap_or(0)
}

/// The points that rules add.
fn add_points(fired: &[&Rule], ledger: &mut Ledger) {
    for rule in fired {
        if let Effect::Add(points) = rule.effect {
            ledger.adjust(Dimension::Risk, Source::Rule, &rule.id, None, points as i32, rule.reason.clone());
        }
    }
}

/// The highest floor, then the lowest ceiling: a ceiling is the last word, unless the evidence is too strong for it.
fn apply_limits(lexicon: &Lexicon, wording: &WordingReading, fired: &[&Rule], ledger: &mut Ledger) {
    let numbers = &lexicon.scoring.risk;
    let earned = ledger.sum(Dimension::Risk);
    let needs =
        |level: usize| wording.between(Aspect::Risk, numbers.floor_needs[level], numbers.floor_needs_heard[level]);
    let floor = fired.iter().filter_map(|rule| match rule.effect {
        Effect::Floor(points) => {
            let usual = needs(usize::from(points >= u32::from(numbers.high)));
            let needed = rule.needs.map_or(usual, |needed| needed as i32);
            (earned >= needed).then_some((points as i32, rule))
        }
        _ => None,
    });
    if let Some((points, rule)) = floor.max_by_key(|(points, _)| *points) {
        let lift = (points - ledger.sum(Dimension::Risk)).max(0);
        ledger.adjust(
            Dimension::Risk,
            Source::Rule,
            &rule.id,
            None,
            lift,
            format!("{}，至少 {points} 分", rule.reason),
        );
    }
    let ceiling = fired.iter().filter_map(|rule| match rule.effect {
        Effect::Ceiling(points) if earned < numbers.ceiling_yields as i32 => Some((points as i32, rule)),
        _ => None,
    });
    if let Some((points, rule)) = ceiling.min_by_key(|(points, _)| *points) {
        let drop = (points - ledger.sum(Dimension::Risk)).min(0);
        ledger.adjust(
            Dimension::Risk,
            Source::Rule,
            &rule.id,
            None,
            drop,
            format!("{}，至多 {points} 分", rule.reason),
        );
    }
}

/// The two likeliest scripts: what the wording tells of each, and a share for the terms that name one. Of a
/// short call, and of one without risk, only terms can say which script it tells of.
fn types(
    lexicon: &Lexicon,
    wording: &WordingReading,
    weighed: &[Weighed<'_>],
    level: RiskLevel,
) -> (Option<ScamType>, Option<ScamType>) {
    let numbers = &lexicon.scoring.risk;
    let named = named_by_terms(weighed);
    let most = named.iter().copied().max().unwrap_or(0).max(TYPE_MINIMUM);
    let strength = |kind: ScamType| {
        let share = (named[kind as usize] * numbers.type_terms * 100 / most) as i32;
        match wording.in_full(Aspect::Type(kind)) {
            true => wording.answer(Aspect::Type(kind)) + share,
            false => share,
        }
    };
    let told = level > RiskLevel::Low && wording.in_full(Aspect::Type(ScamType::ALL[0]));
    let enough = |kind: &ScamType| told || named[*kind as usize] >= TYPE_MINIMUM;
    let mut likely: Vec<(ScamType, i32)> =
        ScamType::ALL.iter().copied().filter(enough).map(|kind| (kind, strength(kind))).collect();
    likely.sort_by_key(|&(kind, strength)| (Reverse(strength), kind));
    let second = likely.get(1).filter(|(_, strength)| {
        *strength > 0 && i64::from(*strength) * 100 >= i64::from(likely[0].1) * i64::from(numbers.second_type)
    });
    (likely.first().map(|(kind, _)| *kind), second.map(|(kind, _)| *kind))
}

/// The points of the terms of each script, best hit of each term once.
fn named_by_terms(weighed: &[Weighed<'_>]) -> [u32; ScamType::ALL.len()] {
    let told = |one: &Weighed<'_>| {
        let scam_type = one.hit.scam_type?;
        // Old, asked-about, covered or refused words still tell which script it is.
        let telling = match one.hit.stance {
            Stance::Asserted | Stance::Confirmed | Stance::Covered => 100,
            Stance::Historic | Stance::Refused | Stance::Asked => 60,
            Stance::Hypothetical => 30,
            Stance::Negated => 20,
            _ => 0,
        };
        Some((one.hit.term, Reverse(u32::from(one.hit.weight) * telling / 100), scam_type))
    };
    let mut told: Vec<_> = weighed.iter().filter_map(told).collect();
    told.sort_unstable();
    told.dedup_by_key(|(term, ..)| *term);
    let mut totals = [0; ScamType::ALL.len()];
    for (_, Reverse(strength), scam_type) in told {
        totals[scam_type as usize] += strength;
    }
    totals
}

/// The strongest stages, at most three, then the turn whose wording speaks most; no transcript text.
fn reasons(lexicon: &Lexicon, weighed: &[Weighed<'_>], by_wording: Option<usize>) -> Vec<String> {
    let mut best: Vec<&Weighed<'_>> =
        weighed.chunk_by(|a, b| a.stage == b.stage).map(|of_stage| &of_stage[0]).collect();
    best.retain(|one| one.effective > 0);
    // Of equals the one that was read first, as hits lie in one list.
    best.sort_by_key(|one| (Reverse(one.effective), one.hit.turn, one.hit.start, Reverse(one.hit.end), one.hit.term));
    best.truncate(3);
    best.sort_by_key(|one| (one.hit.turn, one.hit.start));
    let mut reasons: Vec<String> = best
        .iter()
        .map(|one| {
            let done = if one.hit.deed == Deed::Done { "（已做）" } else { "" };
            format!("#{} {}{done} {}", one.hit.turn + 1, one.stage.zh(), lexicon.term(one.hit.term).id)
        })
        .collect();
    if let Some(turn) = by_wording.filter(|_| reasons.len() < 3) {
        reasons.push(format!("#{} 措辞与诈骗通话相近", turn + 1));
    }
    reasons
}
