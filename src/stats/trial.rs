//! The reviewed calls of a run, scored once more: what a change of the lexicon is tried on.

use std::collections::BTreeMap;

use crate::call::{Call, Turn};
use crate::engine::Engine;
use crate::normalise::View;
use crate::review::{Judged, Latest};
use crate::run::verdict::{HitVerdict, Verdict};
use crate::run::{Conversation, HitRow, ReadRunError, Run};
use crate::score::{Line, RiskLevel, score_call};

/// A reviewed call that can be scored again.
#[derive(Debug)]
pub struct TrialCall {
    /// The call, as the run kept it: masked.
    pub call: Call,
    /// Its turns, folded.
    pub(super) folded: Vec<String>,
    /// What people found of it, where they said.
    pub verdict: Option<Verdict>,
    /// Hits that people found wrong: term, turn from 0, span in characters of the turn.
    pub(super) wrong: Vec<(String, usize, (u32, u32))>,
    /// What the lexicon makes of it today.
    pub score: u8,
    /// Level of that score.
    pub level: RiskLevel,
    /// The lines of its ledger of risk that rest on words and give points.
    pub(super) lines: Vec<Line>,
    /// What else gives points of risk: ids of rules, of what wording tells, and their points; most first.
    pub(super) other: Vec<(String, i32)>,
}

impl TrialCall {
    /// Whether people found that too much was made of it.
    pub fn is_false_alarm(&self) -> bool {
        self.verdict == Some(Verdict::FalseAlarm) && self.level != RiskLevel::Low
    }

    /// Whether people found that it is what the row says, or more.
    pub fn is_confirmed(&self) -> bool {
        matches!(self.verdict, Some(Verdict::Right | Verdict::Missed))
    }
}

/// All reviewed calls of a run that can be scored again.
#[derive(Debug, Default)]
pub struct Trials {
    /// In the order of the run.
    pub calls: Vec<TrialCall>,
    /// Reviewed calls of which the run kept no words: they were not to be reviewed, or quotes were not wanted.
    pub without_words: u64,
    /// Reviewed calls that the lexicon of today puts on another level than the run did.
    pub moved: u64,
}

impl Trials {
    /// Takes the reviewed calls of a run and scores them.
    ///
    /// # Errors
    /// When the run cannot be read back.
    pub fn of(engine: &Engine, run: &Run, latest: &Latest<'_>) -> Result<Trials, ReadRunError> {
        let mut trials = Trials::default();
        let (mut calls, mut hits, mut conversations) = (run.calls()?, run.hits()?, run.conversations()?);
        while let Some(row) = calls.read()? {
            let mut wrong = Vec::new();
            let mut reviewed_hits = false;
            let mut look = |hit: &HitRow<'_>| {
                let Some(Judged::Hit(verdict, ..)) = latest.hits.get(hit.hit_id).map(|review| &review.judged) else {
                    return;
                };
                reviewed_hits = true;
                if *verdict == HitVerdict::No
                    && let (Some(turn), Some(start), Some(end)) = (hit.turn, hit.span_start, hit.span_end)
                {
                    wrong.push((hit.term_id.to_owned(), turn as usize - 1, (start as u32, end as u32)));
                }
            };
            hits.pass_of(&row.call_id, Some(&mut look))?;
            let verdict = latest.calls.get(row.call_id.as_str()).and_then(|review| match review.judged {
                Judged::Call(verdict, _) => Some(verdict),
                Judged::Hit(..) => None,
            });
            let at = match (&mut conversations, row.needs_review) {
                (Some(conversations), true) => Some(conversations.pass()?),
                _ => None,
            };
            if verdict.is_none() && !reviewed_hits {
                continue;
            }
            let (Some(conversations), Some(at)) = (&mut conversations, at) else {
                trials.without_words += 1;
                continue;
            };
            let call = call_of(conversations.read_at(at, &row.call_id)?, &row.started_at);
            let trial = scored(engine, call, verdict, wrong);
            if trial.level == row.risk_level {
                trials.calls.push(trial);
            } else {
                trials.moved += 1;
            }
        }
        hits.finish()?;
        Ok(trials)
    }
}

fn call_of(conversation: Conversation, started_at: &str) -> Call {
    let turn = |(speaker, start_ms, text)| Turn { speaker, start_ms, end_ms: None, text };
    Call {
        id: conversation.call_id,
        started_at: Some(started_at.to_owned()).filter(|at| !at.is_empty()),
        direction: None,
        agent_id: None,
        team: None,
        turns: conversation.turns.into_iter().map(turn).collect(),
        warnings: Vec::new(),
    }
}

fn scored(engine: &Engine, call: Call, verdict: Option<Verdict>, wrong: Vec<(String, usize, (u32, u32))>) -> TrialCall {
    let scored = score_call(engine, &call);
    let of_risk = |line: &&Line| line.dimension == crate::score::Dimension::Risk && line.points > 0;
    let (lines, other): (Vec<&Line>, Vec<&Line>) =
        scored.ledger.iter().filter(of_risk).partition(|line| line.term.is_some());
    let mut points: BTreeMap<String, i32> = BTreeMap::new();
    for line in other {
        *points.entry(line.id.to_string()).or_default() += line.points;
    }
    let mut other: Vec<(String, i32)> = points.into_iter().collect();
    other.sort_by_key(|(_, points)| std::cmp::Reverse(*points));
    TrialCall {
        folded: call.turns.iter().map(|turn| View::new(&turn.text).text()).collect(),
        verdict,
        wrong,
        score: scored.risk.score,
        level: scored.risk.level,
        lines: lines.into_iter().cloned().collect(),
        other,
        call,
    }
}
