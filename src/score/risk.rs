//! The risk score: stages with caps, a chain bonus and what rules add, then the wording, then floors and ceilings.

use std::cmp::Reverse;

use super::ledger::{Dimension, Ledger, Source};
use super::summary::{Risk, RiskLevel};
use super::wording::WordingReading;
use super::{phase, rules};
use crate::call::{Call, Speaker};
use crate::context::{Hit, Reading, Stance};
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
    lexicon: &Lexicon,
    call: &Call,
    reading: &Reading,
    wording: &WordingReading,
    ledger: &mut Ledger,
) -> Risk {
    let numbers = &lexicon.scoring.risk;
    let weighed = weigh(lexicon, reading);
    let mut first_evidence: Option<usize> = None;
    let mut stages: Vec<(Stage, usize)> = Vec::new();
    for &stage in Stage::ALL {
        let first = stage_points(lexicon, reading, ledger, &weighed, stage);
        if let Some(first) = first {
            stages.push((stage, first));
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
    let fired = rules::fired(lexicon, call, reading);
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
    let phase = phase::judge(lexicon, reading, wording, level);
    let (scam_type, scam_type_2) = types(lexicon, wording, &weighed, level);
    let named = level > RiskLevel::Low || phase != super::Phase::None;
    Risk {
        score,
        level,
        scam_type: scam_type.filter(|_| named),
        scam_type_2: scam_type_2.filter(|_| named),
        phase,
        stages: stages.into_iter().map(|(stage, _)| stage).collect(),
        reasons: reasons(lexicon, call, wording, &weighed, level),
        first_evidence: first_evidence.or_else(|| {
            let strongest = wording.strongest_turn(Aspect::Risk, call, Speaker::Customer);
            strongest.filter(|_| level > RiskLevel::Low)
        }),
    }
}

fn weigh<'a>(lexicon: &Lexicon, reading: &'a Reading) -> Vec<Weighed<'a>> {
    reading
        .hits
        .iter()
        .filter_map(|hit| {
            let term = lexicon.term(hit.term);
            match term.kind {
                Kind::Stage(stage, _) if term.list == List::Scam => {
                    Some(Weighed { hit, stage, effective: u32::from(term.weight) * hit.factor / 100 })
                }
                _ => None,
            }
        })
        .collect()
}

/// Writes the lines of one stage; returns the first turn that gave points.
fn stage_points(
    lexicon: &Lexicon,
    reading: &Reading,
    ledger: &mut Ledger,
    weighed: &[Weighed<'_>],
    stage: Stage,
) -> Option<usize> {
    let numbers = &lexicon.scoring.risk;
    let mut of_stage: Vec<&Weighed<'_>> = weighed.iter().filter(|one| one.stage == stage).collect();
    of_stage.sort_by_key(|one| (Reverse(one.effective), one.hit.turn, one.hit.start));
    let mut room = numbers.caps.of(stage);
    let mut distinct: Vec<u32> = Vec::new();
    let mut first = None;
    for one in of_stage {
        let again = distinct.contains(&one.hit.term);
        let (points, reason) = if one.effective == 0 {
            (0, one.hit.stance.zh().to_owned())
        } else if again {
            (0, "同一词条已计分".to_owned())
        } else {
            let percent = match distinct.len() {
                0 => 100,
                further => numbers.further_hits.get(further - 1).copied().unwrap_or(0),
            };
            distinct.push(one.hit.term);
            let earned = one.effective * percent / 100;
            let points = earned.min(room);
            room -= points;
            (points, explain(one.hit, stage, percent, points < earned))
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
    let share = if percent < 100 { format!("，同环节再次出现计 {percent}%") } else { String::new() };
    let cap = if capped { "，到环节上限" } else { "" };
    format!("{}：{}{deed}{share}{cap}", stage.zh(), hit.stance.zh())
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
    let named = named_by_terms(lexicon, weighed);
    let most = named.iter().map(|(_, total)| *total).max().unwrap_or(0).max(TYPE_MINIMUM);
    let strength = |kind: ScamType| {
        let own = named.iter().find(|(other, _)| *other == kind).map_or(0, |(_, total)| *total);
        let share = (own * numbers.type_terms * 100 / most) as i32;
        match wording.in_full(Aspect::Type(kind)) {
            true => wording.answer(Aspect::Type(kind)) + share,
            false => share,
        }
    };
    let told = level > RiskLevel::Low && wording.in_full(Aspect::Type(ScamType::ALL[0]));
    let enough = |kind: &ScamType| told || named.iter().any(|(other, total)| other == kind && *total >= TYPE_MINIMUM);
    let mut likely: Vec<(ScamType, i32)> =
        ScamType::ALL.iter().copied().filter(enough).map(|kind| (kind, strength(kind))).collect();
    likely.sort_by_key(|&(kind, strength)| (Reverse(strength), kind));
    let second = likely.get(1).filter(|(_, strength)| {
        *strength > 0 && i64::from(*strength) * 100 >= i64::from(likely[0].1) * i64::from(numbers.second_type)
    });
    (likely.first().map(|(kind, _)| *kind), second.map(|(kind, _)| *kind))
}

/// The points of the terms of each script, best hit of each term once.
fn named_by_terms(lexicon: &Lexicon, weighed: &[Weighed<'_>]) -> Vec<(ScamType, u32)> {
    let mut totals: Vec<(ScamType, u32)> = Vec::new();
    let mut seen: Vec<(u32, u32)> = Vec::new();
    for one in weighed {
        let term = lexicon.term(one.hit.term);
        let Some(scam_type) = term.scam_type else { continue };
        // Old, asked-about, covered or refused words still tell which script it is.
        let telling = match one.hit.stance {
            Stance::Asserted | Stance::Confirmed | Stance::Covered => 100,
            Stance::Historic | Stance::Refused | Stance::Asked => 60,
            Stance::Hypothetical => 30,
            Stance::Negated => 20,
            _ => 0,
        };
        let strength = u32::from(term.weight) * telling / 100;
        let gain = match seen.iter_mut().find(|(index, _)| *index == one.hit.term) {
            Some((_, counted)) => {
                let gain = strength.saturating_sub(*counted);
                *counted += gain;
                gain
            }
            None => {
                seen.push((one.hit.term, strength));
                strength
            }
        };
        match totals.iter_mut().find(|(kind, _)| *kind == scam_type) {
            Some((_, total)) => *total += gain,
            None => totals.push((scam_type, gain)),
        }
    }
    totals
}

/// The strongest stages, at most three, then the turn whose wording speaks most; no transcript text.
fn reasons(
    lexicon: &Lexicon,
    call: &Call,
    wording: &WordingReading,
    weighed: &[Weighed<'_>],
    level: RiskLevel,
) -> Vec<String> {
    let mut best: Vec<&Weighed<'_>> = Vec::new();
    let mut sorted: Vec<&Weighed<'_>> = weighed.iter().filter(|one| one.effective > 0).collect();
    sorted.sort_by_key(|one| (Reverse(one.effective), one.hit.turn, one.hit.start));
    for one in sorted {
        if best.len() < 3 && best.iter().all(|other| other.stage != one.stage) {
            best.push(one);
        }
    }
    best.sort_by_key(|one| (one.hit.turn, one.hit.start));
    let mut reasons: Vec<String> = best
        .iter()
        .map(|one| {
            let done = if one.hit.deed == Deed::Done { "（已做）" } else { "" };
            format!("#{} {}{done} {}", one.hit.turn + 1, one.stage.zh(), lexicon.term(one.hit.term).id)
        })
        .collect();
    if level > RiskLevel::Low && reasons.len() < 3 {
        let strongest = wording.strongest_turn(Aspect::Risk, call, Speaker::Customer);
        reasons.extend(strongest.map(|turn| format!("#{} 措辞与诈骗通话相近", turn + 1)));
    }
    reasons
}
