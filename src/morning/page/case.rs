//! A call to review, as the page shows it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::HitsFile;
use crate::call::Speaker;
use crate::morning::review::ToReview;
use crate::run::{CallRow, Conversations, HitRow, ReadRunError};
use crate::score::Dimension;

/// Turns of a call from which on only those around the evidence are shown.
const TURNS: usize = 400;
/// Turns shown before and after a turn with evidence, of a longer call.
const AROUND: u64 = 2;
/// Characters of a turn that are shown.
const CHARACTERS: usize = 2_000;
/// Lines of a call's ledgers that are shown.
const LINES: usize = 2_000;

/// Texts that come again and again, by number.
#[derive(Debug, Default)]
pub(super) struct Texts {
    numbers: BTreeMap<String, usize>,
    all: Vec<String>,
    size: usize,
}

impl Texts {
    fn number(&mut self, text: &str) -> usize {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        self.size += text.len() + 4;
        self.numbers.insert(text.to_owned(), self.all.len());
        self.all.push(text.to_owned());
        self.all.len() - 1
    }

    pub fn all(&self) -> &[String] {
        &self.all
    }

    pub fn size(&self) -> usize {
        self.size
    }
}

/// A call: the fields are those of `calls.csv` under their names there, words in Chinese.
#[derive(Debug, Serialize)]
pub(super) struct Case<'a> {
    call_id: &'a str,
    started_at: &'a str,
    agent_id: &'a str,
    team: &'a str,
    duration_s: Option<u64>,
    turns: u64,
    risk_score: u8,
    risk_level: &'static str,
    scam_type: &'static str,
    scam_type_2: &'static str,
    phase: &'static str,
    stages: String,
    risk_reason: &'a str,
    first_evidence_turn: Option<u64>,
    agent_warned: bool,
    first_warning_turn: Option<u64>,
    warning_latency_s: Option<u64>,
    duty_steps: String,
    protective_actions: String,
    distress_score: u8,
    distress_level: &'static str,
    distress_kinds: Vec<&'static str>,
    distress_trend: &'static str,
    self_harm: bool,
    vulnerability: String,
    empathy_score: Option<u8>,
    empathy_level: &'static str,
    episodes: u64,
    episodes_answered: u64,
    empathy_strengths: &'a str,
    empathy_gaps: &'a str,
    taboo_count: u64,
    outcome: String,
    review_priority: Option<u8>,
    review_reasons: Vec<&'static str>,
    confidence: u8,
    input_warnings: String,
    /// What was said; `None` where the run did not keep it.
    said: Option<Vec<Said>>,
    lines: Vec<Line>,
}

/// Number of the turn from 1, speaker (0 agent, 1 customer, 2 others), milliseconds, text.
#[derive(Debug, Serialize)]
struct Said(u64, u8, Option<u64>, String);

/// A line of a ledger: dimension, turn, span, then by number its id, term, kind, stance and reason, and its points.
#[derive(Debug, Serialize)]
struct Line(u8, Option<u64>, u64, u64, usize, usize, usize, usize, usize, i64);

impl<'a> Case<'a> {
    /// Reads the lines and the conversation of a call.
    pub fn read(
        to_review: &'a ToReview,
        hits: &mut HitsFile,
        conversations: Option<&mut Conversations>,
        texts: &mut Texts,
    ) -> Result<Case<'a>, ReadRunError> {
        let call = &to_review.call;
        let mut lines = Vec::new();
        if let Some(own) = &to_review.hits {
            hits.go_to(&own.place)?;
            while let Some(hit) = hits.read_of(&call.call_id)? {
                if lines.len() < LINES {
                    lines.push(line(&hit, texts));
                }
            }
        }
        let said = match (conversations, to_review.conversation) {
            (Some(conversations), Some(at)) => Some(shown(conversations.read_at(at, &call.call_id)?.turns, &lines)),
            _ => None,
        };
        Ok(case(call, said, lines))
    }
}

fn line(hit: &HitRow<'_>, texts: &mut Texts) -> Line {
    let dimension = Dimension::ALL.iter().position(|dimension| *dimension == hit.dimension).unwrap_or(0) as u8;
    Line(
        dimension,
        hit.turn,
        hit.span_start.unwrap_or(0),
        hit.span_end.unwrap_or(0),
        texts.number(hit.term_id),
        texts.number(hit.term),
        texts.number(hit.kind),
        texts.number(hit.stance.map_or("", |stance| stance.zh())),
        texts.number(hit.reason),
        hit.points,
    )
}

/// The turns to show: all, or of a long call those around the evidence, the first and the last.
fn shown(turns: Vec<(Speaker, Option<u64>, String)>, lines: &[Line]) -> Vec<Said> {
    let count = turns.len();
    let mut wanted = vec![count <= TURNS; count + 1];
    if count > TURNS {
        let evidence = lines.iter().filter(|line| line.9 != 0).filter_map(|line| line.1);
        for turn in evidence.chain([1, count as u64]).take(TURNS) {
            let (from, to) = (turn.saturating_sub(AROUND).max(1), (turn + AROUND).min(count as u64));
            (from..=to).for_each(|near| wanted[near as usize] = true);
        }
    }
    let said = |(number, (speaker, start, mut text)): (u64, (Speaker, Option<u64>, String))| {
        if let Some((end, _)) = text.char_indices().nth(CHARACTERS) {
            text.truncate(end);
            text.push('…');
        }
        let speaker = match speaker {
            Speaker::Agent => 0,
            Speaker::Customer => 1,
            Speaker::Other => 2,
        };
        Said(number, speaker, start, text)
    };
    (1..).zip(turns).filter(|(number, _)| wanted[*number as usize]).map(said).collect()
}

fn case<'a>(call: &'a CallRow, said: Option<Vec<Said>>, lines: Vec<Line>) -> Case<'a> {
    let joined = |words: Vec<&'static str>| words.join("、");
    Case {
        call_id: &call.call_id,
        started_at: &call.started_at,
        agent_id: &call.agent_id,
        team: &call.team,
        duration_s: call.duration_s,
        turns: call.turns,
        risk_score: call.risk_score,
        risk_level: call.risk_level.zh(),
        scam_type: call.scam_type.map_or("", |kind| kind.zh()),
        scam_type_2: call.scam_type_2.map_or("", |kind| kind.zh()),
        phase: call.phase.zh(),
        stages: call.stages.iter().map(|stage| stage.zh()).collect::<Vec<_>>().join(" → "),
        risk_reason: &call.risk_reason,
        first_evidence_turn: call.first_evidence_turn,
        agent_warned: call.agent_warned,
        first_warning_turn: call.first_warning_turn,
        warning_latency_s: call.warning_latency_s,
        duty_steps: joined(call.duty_steps.iter().map(|step| step.zh()).collect()),
        protective_actions: joined(call.protective_actions.iter().map(|kind| kind.zh()).collect()),
        distress_score: call.distress_score,
        distress_level: call.distress_level.zh(),
        distress_kinds: call.distress_kinds.iter().map(|kind| kind.zh()).collect(),
        distress_trend: call.distress_trend.map_or("", |trend| trend.zh()),
        self_harm: call.self_harm,
        vulnerability: joined(call.vulnerability.iter().map(|kind| kind.zh()).collect()),
        empathy_score: call.empathy_score,
        empathy_level: call.empathy_level.zh(),
        episodes: call.episodes,
        episodes_answered: call.episodes_answered,
        empathy_strengths: &call.empathy_strengths,
        empathy_gaps: &call.empathy_gaps,
        taboo_count: call.taboo_count,
        outcome: joined(call.outcome.iter().map(|kind| kind.zh()).collect()),
        review_priority: call.review_priority,
        review_reasons: call.review_reasons.iter().map(|reason| reason.zh()).collect(),
        confidence: call.confidence,
        input_warnings: joined(call.input_warnings.iter().map(|warning| warning.zh()).collect()),
        said,
        lines,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(count: usize) -> Vec<(Speaker, Option<u64>, String)> {
        vec![(Speaker::Customer, None, "好".to_owned()); count]
    }

    #[test]
    fn of_a_long_call_the_turns_around_the_evidence_are_shown() {
        let line = |turn| Line(0, Some(turn), 0, 1, 0, 0, 0, 0, 0, 5);
        let numbers = |shown: Vec<Said>| shown.into_iter().map(|said| said.0).collect::<Vec<_>>();
        assert_eq!(shown(turns(400), &[]).len(), 400);
        assert_eq!(numbers(shown(turns(401), &[line(200)])), [1, 2, 3, 198, 199, 200, 201, 202, 399, 400, 401]);
    }

    #[test]
    fn texts_have_one_number_each() {
        let mut texts = Texts::default();
        assert_eq!(["甲", "乙", "甲"].map(|text| texts.number(text)), [0, 1, 0]);
        assert_eq!(texts.all(), ["甲", "乙"]);
    }
}
