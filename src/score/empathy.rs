//! How well distress was answered, episode by episode; blank where no care was due.

use std::borrow::Cow;
use std::cmp::Reverse;

use smol_str::SmolStr;

use super::care::{Care, fillers_repeated, interruptions};
use super::distress::{DistressReading, Episode};
use super::ledger::{Dimension, Ledger, Reason, Source, quote};
use super::response::{Answer, answers, brushed_off};
use super::summary::{Band, DistressLevel, Duty, Empathy, Evidence, Remark};
use super::timing;
use super::wording::{Mark, WordingReading};
use crate::call::Call;
use crate::context::{Hit, Reading};
use crate::lexicon::wording::Aspect;
use crate::lexicon::{DistressKind, DutyKind, EmpathyKind, EmpathyScoring, Kind, Lexicon, VulnerabilityKind};

/// A failing in words that no term knows.
const FAILING: Mark = Mark {
    dimension: Dimension::Empathy,
    aspect: Aspect::Taboo,
    id: "wording_taboo",
    kind: "",
    reason: "措辞与已复核的失当通话相近",
};

/// Index into [`Care::warm`] of a behaviour, the points that it earned, and for what.
type Earned = (usize, i32, String);

/// Scores the care, where it was due.
pub(super) fn score(
    lexicon: &Lexicon,
    call: &Call,
    reading: &Reading,
    wording: &WordingReading,
    distress: &mut DistressReading,
    duty: &Duty,
    ledger: &mut Ledger,
) -> Empathy {
    let numbers = &lexicon.scoring.empathy;
    let care = Care::read(lexicon, call, reading, wording);
    let due = due(reading, distress);
    let dimension = if due { Dimension::Empathy } else { Dimension::Conduct };
    if let Some(turn) = care.failing {
        wording.mark(reading, ledger, turn, Mark { dimension, ..FAILING });
    }
    let mut empathy = Empathy {
        score: None,
        band: Band::NotDue,
        episodes: distress.episodes.len(),
        answered: 0,
        latency_turns: None,
        strengths: Vec::new(),
        gaps: Vec::new(),
        taboo: care.failed_turns().count(),
        template_repeats: fillers_repeated(call, reading, &care),
        interruptions: interruptions(call, numbers.interruption_ms),
    };
    if !due {
        record(lexicon, reading, ledger, &care, dimension, Vec::new());
        return empathy;
    }
    let mut earned: Vec<Earned> = Vec::new();
    let answers = answers(call, reading, &distress.episodes, &care, numbers);
    let mut distressed = vec![false; call.turns.len()];
    for &turn in distress.episodes.iter().flat_map(|episode| &episode.turns) {
        distressed[turn] = true;
    }
    // Where there is clear distress, it is the answer to that which counts.
    let clear = distress.episodes.iter().any(|episode| episode.peak >= 2);
    let weight = |episode: &Episode| {
        if clear && episode.peak < 2 { 0 } else { numbers.episode_weight[usize::from(episode.peak) - 1] }
    };
    let total_weight: u32 = distress.episodes.iter().map(weight).sum();
    let mut response = 0;
    for (episode, answer) in distress.episodes.iter().zip(&answers) {
        let weight = weight(episode);
        let Some(answer) = answer else {
            if episode.peak >= 2 {
                empathy.gaps.push(gap("unanswered", format!("第{}句的情绪没有回应", episode.turns[0] + 1)));
            }
            continue;
        };
        empathy.answered += 1;
        empathy.latency_turns = empathy.latency_turns.max(Some(answer.latency));
        let points = numbers.response * weight * answer.quality / (100 * total_weight.max(1));
        response += points;
        let how = if answer.echo { "接住客户的原话，" } else { "" };
        let reason = format!("{how}回应第{}句的情绪，质量 {}%", episode.turns[0] + 1, answer.quality);
        match answer.hit {
            Some(hit) => earned.push((hit, points as i32, reason)),
            None => {
                ledger.adjust(
                    Dimension::Empathy,
                    Source::Adjustment,
                    if answer.echo { "echo" } else { "response" },
                    Some(answer.turn),
                    points as i32,
                    reason,
                );
            }
        }
    }
    debug_assert!(response <= numbers.response, "no more than the whole answer");
    behaviours(&care, numbers, &mut earned);
    // Several measures in one turn, or one a turn: whichever shows more.
    let protective = duty.protective.iter().filter(|kind| **kind != DutyKind::Identity).count();
    let acts = care.acts().len().max(protective);
    let helped = care.helps().len().max(protective);
    let action = (numbers.action[0] * acts as u32).min(numbers.action[1]);
    ledger.adjust(
        Dimension::Empathy,
        Source::Adjustment,
        "help",
        None,
        action as i32,
        format!("实际帮助与保护措施 {acts} 处"),
    );
    record(lexicon, reading, ledger, &care, dimension, earned);
    penalties(numbers, ledger, &care, &empathy);
    let brushed_off = brushed_off(call, &distressed, &care);
    ledger.adjust(
        Dimension::Empathy,
        Source::Rule,
        "N4",
        brushed_off.first().copied(),
        -((numbers.interruption[0] * 2 * brushed_off.len() as u32).min(numbers.interruption[1]) as i32),
        "客户正难受，坐席以结束语收场",
    );
    let cue = distress.episodes.first().and_then(|episode| episode.turns.first()).copied();
    let slower = cue.and_then(|cue| timing::slows_down(call, cue + 1));
    ledger.adjust(
        Dimension::Empathy,
        Source::Timing,
        "E4",
        slower,
        if slower.is_some() { numbers.pace as i32 } else { 0 },
        "客户难受之后放慢了语速",
    );
    let alone: Vec<usize> = timing::left_alone(call, reading).into_iter().filter(|turn| distressed[turn - 1]).collect();
    ledger.adjust(
        Dimension::Empathy,
        Source::Timing,
        "silence",
        alone.first().copied(),
        -((numbers.interruption[0] * alone.len() as u32).min(numbers.interruption[1]) as i32),
        "客户难受时长时间无声，未说明在做什么",
    );
    // What good care is: the feeling answered, and real help.
    if response * 2 >= numbers.response && care.answered_warmly() && helped >= 2 {
        ledger.adjust(
            Dimension::Empathy,
            Source::Rule,
            "whole",
            None,
            numbers.action[0] as i32,
            "既回应感受又切实帮忙",
        );
    }
    let faultless = empathy.taboo == 0
        && empathy.template_repeats < 2
        && empathy.interruptions == 0
        && brushed_off.is_empty()
        && helped > 0;
    if faultless {
        ledger.adjust(
            Dimension::Empathy,
            Source::Rule,
            "faultless",
            None,
            numbers.action[0] as i32,
            "全程没有失当的话",
        );
    }
    wording.record(reading, ledger, Dimension::Empathy, Aspect::Care, &lexicon.scoring.wording.care);
    caps(numbers, ledger, distress, &care, &answers, helped);
    let total = ledger.sum(Dimension::Empathy);
    let score = total.clamp(0, 100);
    ledger.adjust(Dimension::Empathy, Source::Adjustment, "limit", None, score - total, "总分限于 0 到 100");
    empathy.score = Some(score as u8);
    empathy.band = match score as u8 {
        s if s >= numbers.good => Band::Good,
        s if s >= numbers.fair => Band::Fair,
        _ => Band::Poor,
    };
    remarks(reading, &care, helped, &mut empathy);
    empathy
}

/// Care is due from medium distress on, and for bereavement, self-harm or a vulnerable customer in trouble.
fn due(reading: &Reading, distress: &DistressReading) -> bool {
    let summary = &distress.summary;
    let frail =
        |kind| !matches!(kind, VulnerabilityKind::Student | VulnerabilityKind::Abroad | VulnerabilityKind::Hardship);
    let vulnerable = || {
        let shows = |hit: &Hit| matches!(hit.kind, Kind::Vulnerability(kind) if frail(kind)) && hit.factor > 0;
        reading.hits.iter().any(shows)
    };
    summary.level >= DistressLevel::Medium
        || summary.self_harm
        || summary.kinds.contains(&DistressKind::D3)
        || (summary.level >= DistressLevel::Low && vulnerable())
}

/// Points for behaviours beyond the answers themselves; each kind once.
fn behaviours(care: &Care<'_>, numbers: &EmpathyScoring, earned: &mut Vec<Earned>) {
    let mut answers = vec![false; care.warm.len()];
    let mut answered = [false; EmpathyKind::ALL.len()];
    for (index, ..) in earned.iter() {
        answers[*index] = true;
        answered[care.warm[*index].1 as usize] = true;
    }
    let mut room = numbers.warmth[1];
    let mut seen: Vec<EmpathyKind> = Vec::new();
    for (index, (_, kind, weight)) in care.warm.iter().enumerate() {
        if answers[index] || seen.contains(kind) {
            continue;
        }
        let points = match kind {
            EmpathyKind::E3 if *weight >= 2 => numbers.question,
            EmpathyKind::E4 | EmpathyKind::E5 => numbers.pace,
            EmpathyKind::E12 => numbers.closing,
            EmpathyKind::E1
            | EmpathyKind::E2
            | EmpathyKind::E6
            | EmpathyKind::E10
            | EmpathyKind::E13
            | EmpathyKind::E14
                if *weight >= 2 && !answered[*kind as usize] =>
            {
                let points = numbers.warmth[0].min(room);
                room -= points;
                points
            }
            _ => continue,
        };
        seen.push(*kind);
        earned.push((index, points as i32, [kind.zh(), "，计一次"].concat()));
    }
}

/// Writes the lines of the agent's behaviours and failings.
fn record(
    lexicon: &Lexicon,
    reading: &Reading,
    ledger: &mut Ledger,
    care: &Care<'_>,
    dimension: Dimension,
    mut earned: Vec<Earned>,
) {
    // What a behaviour has earned, in the order of earning.
    earned.sort_by_key(|(index, ..)| *index);
    let mut earned = earned.into_iter().peekable();
    for (index, (hit, kind, _)) in care.warm.iter().enumerate() {
        let (mut points, mut reason) = (0, Reason::from(kind.zh()));
        for (nth, (_, more, why)) in std::iter::from_fn(|| earned.next_if(|(other, ..)| *other == index)).enumerate() {
            points += more;
            reason = if nth == 0 { why.into() } else { [&*reason, "；", &why].concat().into() };
        }
        ledger.hit(dimension, lexicon, reading, hit, points, reason);
    }
    if let Some(hit) = care.doubted {
        ledger.hit(dimension, lexicon, reading, hit, 0, "坐席全程措辞并无失当，不计");
    }
    for (hit, kind, weight) in &care.taboos {
        ledger.hit(dimension, lexicon, reading, hit, -i32::from(*weight), [kind.zh(), "，扣分"].concat());
    }
}

fn penalties(numbers: &EmpathyScoring, ledger: &mut Ledger, care: &Care<'_>, empathy: &Empathy) {
    let lost: u32 = care.taboos.iter().map(|(.., weight)| u32::from(*weight)).sum();
    let spared = lost.saturating_sub(numbers.penalty_cap);
    if spared > 0 {
        let reason = format!("扣分上限 {}", numbers.penalty_cap);
        ledger.adjust(Dimension::Empathy, Source::Adjustment, "penalty_cap", None, spared as i32, reason);
    }
    let templates = numbers.template_penalty * empathy.template_repeats.saturating_sub(1) as u32;
    ledger.adjust(Dimension::Empathy, Source::Rule, "N6", None, -(templates.min(15) as i32), "同一套话反复说");
    let cut_in = (numbers.interruption[0] * empathy.interruptions as u32).min(numbers.interruption[1]);
    if cut_in > 0 {
        let reason = format!("抢话 {} 次", empathy.interruptions);
        ledger.adjust(Dimension::Empathy, Source::Timing, "N5", None, -(cut_in as i32), reason);
    }
}

/// Good care has both a warm word and real help; an unanswered hint at self-harm outweighs everything.
fn caps(
    numbers: &EmpathyScoring,
    ledger: &mut Ledger,
    distress: &DistressReading,
    care: &Care<'_>,
    answers: &[Option<Answer>],
    helped: usize,
) {
    let mut cap = |id: &str, most: u32, reason: &str| {
        let drop = (most as i32 - ledger.sum(Dimension::Empathy)).min(0);
        if drop < 0 {
            ledger.adjust(Dimension::Empathy, Source::Rule, id, None, drop, format!("{reason}，至多 {most} 分"));
        }
    };
    let grave_unanswered = distress.episodes.iter().zip(answers).any(|(episode, answer)| {
        episode.kinds.contains(&DistressKind::D2) && answer.is_none_or(|answer| answer.quality < 30)
    });
    if distress.summary.self_harm && grave_unanswered {
        cap("self_harm_unanswered", numbers.self_harm_cap, "自伤线索没有得到回应");
    }
    if !care.answered_warmly() {
        cap("cold", numbers.cold_cap, "没有一句真正回应感受的话");
    }
    if helped == 0 {
        cap("helpless", numbers.helpless_cap, "没有实际帮助");
    }
}

fn gap(code: &'static str, text: impl Into<Cow<'static, str>>) -> Remark {
    Remark { code, text: text.into(), evidence: None }
}

/// What a coach can say next week.
fn remarks(reading: &Reading, care: &Care<'_>, helped: usize, empathy: &mut Empathy) {
    let evidence = |hit: &Hit, id: &'static str| {
        Some(Evidence { turn: hit.turn, quote: quote(reading, hit), id: SmolStr::new_static(id) })
    };
    // What stands beside a failing is no example to praise.
    let failed: Vec<usize> = care.failed_turns().collect();
    let failed = |hit: &Hit| failed.binary_search(&hit.turn).is_ok();
    let mut strong: Vec<&(&Hit, EmpathyKind, u8)> =
        care.warm.iter().filter(|(hit, _, weight)| *weight >= 2 && !failed(hit)).collect();
    strong.sort_by_key(|(hit, _, weight)| (Reverse(*weight), hit.turn));
    for (hit, kind, _) in strong {
        if empathy.strengths.len() < 3 && empathy.strengths.iter().all(|remark| remark.code != kind.as_str()) {
            empathy.strengths.push(Remark {
                code: kind.as_str(),
                text: kind.zh().into(),
                evidence: evidence(hit, kind.as_str()),
            });
        }
    }
    for (hit, kind, _) in &care.taboos {
        if empathy.gaps.len() < 4 && empathy.gaps.iter().all(|remark| remark.code != kind.as_str()) {
            empathy.gaps.push(Remark {
                code: kind.as_str(),
                text: kind.zh().into(),
                evidence: evidence(hit, kind.as_str()),
            });
        }
    }
    if let Some(turn) = care.failing {
        empathy.gaps.push(gap("N", format!("第{}句措辞失当", turn + 1)));
    }
    if helped == 0 {
        empathy.gaps.push(gap("E7", "没有给出下一步：谁、什么时候、怎么办"));
    }
    if !care.answered_warmly() {
        empathy.gaps.push(gap("E1", "没有说出客户的感受或处境"));
    }
}
