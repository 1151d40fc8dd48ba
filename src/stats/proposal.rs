//! The smallest exceptions that would have spared a false alarm, tried on the other reviewed calls.

use std::collections::BTreeSet;

use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::phrase::phrases;
use super::trial::{TrialCall, Trials};
use crate::engine::{Engine, EngineError};
use crate::lexicon::{Exception, Pattern};
use crate::normalise::fold;
use crate::score::{Line, RiskLevel, score_call};

/// A row for `exceptions.csv`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExceptionRow {
    /// 短语: words of the masked transcript.
    pub phrase: String,
    /// 取消词条: ids.
    pub cancels: Vec<String>,
}

/// Rows that would have spared a false alarm, and what else they would have done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The rows; as few as spare it.
    pub rows: Vec<ExceptionRow>,
    /// Risk score that the call would get.
    pub score: u8,
    /// Its level.
    pub level: RiskLevel,
    /// Other false alarms that would be lowered, too.
    pub spared: Vec<String>,
    /// Confirmed calls that would be lowered: a reason not to take the rows as they are.
    pub lost: Vec<String>,
    /// Confirmed calls that would stay as they are.
    pub kept: usize,
}

/// What is proposed for a false alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Rows.
    Rows(Proposal),
    /// No exceptions for words lower the call: the points that are left rest on these, most first.
    RestsOn(Vec<(String, i32)>),
}

/// Terms that are tried alone, those with most points first.
const TRIED_ALONE: usize = 8;

/// What is proposed for each false alarm among the calls, in their order.
///
/// # Errors
/// When the lexicon with one more exception cannot be compiled.
pub fn propose<'t>(engine: &Engine, trials: &'t Trials) -> Result<Vec<(&'t TrialCall, Answer)>, EngineError> {
    let alarms: Vec<&TrialCall> = trials.calls.iter().filter(|trial| trial.is_false_alarm()).collect();
    alarms.into_par_iter().map(|alarm| Ok((alarm, answer(engine, trials, alarm)?))).collect()
}

fn answer(engine: &Engine, trials: &Trials, alarm: &TrialCall) -> Result<Answer, EngineError> {
    let confirmed: Vec<&TrialCall> = trials.calls.iter().filter(|trial| trial.is_confirmed()).collect();
    let named = |line: &Line| {
        alarm
            .wrong
            .iter()
            .any(|(id, turn, span)| *id == *line.id && Some(*turn) == line.turn && Some(*span) == line.span)
    };
    let mut rows: Vec<(bool, i32, ExceptionRow)> = Vec::new();
    for line in &alarm.lines {
        let Some(row) = row(engine, alarm, line, &confirmed) else { continue };
        // What a person has called wrong is tried first.
        match rows.iter_mut().find(|(.., other)| *other == row) {
            Some((wrong, points, _)) => (*wrong, *points) = (*wrong || named(line), *points + line.points),
            None => rows.push((named(line), line.points, row)),
        }
    }
    rows.sort_by_key(|(wrong, points, row)| (std::cmp::Reverse((*wrong, *points)), row.phrase.chars().count()));
    let rows: Vec<ExceptionRow> = rows.into_iter().map(|(.., row)| row).collect();
    let alone: Vec<Vec<ExceptionRow>> = rows.iter().take(TRIED_ALONE).map(|row| vec![row.clone()]).collect();
    if let Some(best) = best(engine, trials, alarm, alone)? {
        return Ok(Answer::Rows(best));
    }
    // Whether there is any hope shows with all of them.
    if rows.len() < 2 || effect(engine, trials, alarm, rows.clone())?.is_none() {
        return Ok(Answer::RestsOn(alarm.other.clone()));
    }
    for together in 2..=rows.len() {
        if let Some(best) = best(engine, trials, alarm, vec![rows[..together].to_vec()])? {
            return Ok(Answer::Rows(best));
        }
    }
    Ok(Answer::RestsOn(alarm.other.clone()))
}

/// The row that would cancel a line: the shortest phrase around it that no confirmed call has.
fn row(engine: &Engine, alarm: &TrialCall, line: &Line, confirmed: &[&TrialCall]) -> Option<ExceptionRow> {
    let (turn, (start, end)) = (line.turn?, line.span?);
    let text = &alarm.call.turns.get(turn)?.text;
    let found = phrases(text, start as usize, end as usize, engine.segmenter());
    let of_others = |phrase: &&String| {
        let folded = fold(phrase);
        !confirmed.iter().any(|trial| trial.folded.iter().any(|turn| turn.contains(&folded)))
    };
    let phrase = found.iter().find(of_others).or(found.first())?.clone();
    Some(ExceptionRow { phrase, cancels: vec![line.id.to_string()] })
}

/// Of several sets of rows the one that lowers the alarm and does least harm, then lowers it most.
fn best(
    engine: &Engine,
    trials: &Trials,
    alarm: &TrialCall,
    sets: Vec<Vec<ExceptionRow>>,
) -> Result<Option<Proposal>, EngineError> {
    let tried: Vec<Option<Proposal>> =
        sets.into_par_iter().map(|rows| effect(engine, trials, alarm, rows)).collect::<Result<_, _>>()?;
    let rank = |proposal: &Proposal| {
        let length: usize = proposal.rows.iter().map(|row| row.phrase.chars().count()).sum();
        (proposal.lost.len(), proposal.level, length)
    };
    Ok(tried.into_iter().flatten().min_by_key(rank))
}

/// What rows do; nothing where they do not lower the alarm.
fn effect(
    engine: &Engine,
    trials: &Trials,
    alarm: &TrialCall,
    rows: Vec<ExceptionRow>,
) -> Result<Option<Proposal>, EngineError> {
    let Some(changed) = with_exceptions(engine, &rows)? else { return Ok(None) };
    let now = |trial: &TrialCall| score_call(&changed, &trial.call).risk;
    let risk = now(alarm);
    if risk.level >= alarm.level {
        return Ok(None);
    }
    let mut proposal =
        Proposal { rows, score: risk.score, level: risk.level, spared: Vec::new(), lost: Vec::new(), kept: 0 };
    let others: Vec<&TrialCall> = trials.calls.iter().filter(|trial| trial.call.id != alarm.call.id).collect();
    let levels: Vec<(&TrialCall, RiskLevel)> = others.par_iter().map(|trial| (*trial, now(trial).level)).collect();
    for (trial, level) in levels {
        let lowered = level < trial.level;
        if trial.is_confirmed() && lowered {
            proposal.lost.push(trial.call.id.clone());
        } else if trial.is_confirmed() {
            proposal.kept += 1;
        } else if trial.is_false_alarm() && lowered {
            proposal.spared.push(trial.call.id.clone());
        }
    }
    Ok(Some(proposal))
}

/// The engine with more exceptions; none where a phrase has signs of the pattern language.
fn with_exceptions(engine: &Engine, rows: &[ExceptionRow]) -> Result<Option<Engine>, EngineError> {
    let mut lexicon = engine.lexicon().clone();
    for row in rows {
        let Ok(patterns) = Pattern::compile(&row.phrase, &lexicon.groups) else { return Ok(None) };
        lexicon.exceptions.push(Exception {
            phrase: row.phrase.clone(),
            patterns,
            cancels: row.cancels.clone(),
            reason: String::new(),
            expires: String::new(),
            place: (String::new(), 0),
        });
    }
    Engine::with_segmenter(lexicon, engine.shared_segmenter()).map(Some)
}

/// The different rows of several proposals, in order.
pub(super) fn all_rows<'p>(proposals: impl Iterator<Item = &'p Proposal>) -> Vec<(&'p ExceptionRow, &'p Proposal)> {
    let mut seen = BTreeSet::new();
    proposals
        .flat_map(|proposal| proposal.rows.iter().map(move |row| (row, proposal)))
        .filter(|(row, _)| seen.insert(*row))
        .collect()
}
