//! `scoring.toml`: every number of the scores, in one place the product owner edits.

use serde::Deserialize;

use super::LexiconFile;
use super::diagnostic::Diagnostic;
use super::table::fault;
use super::vocabulary::Stage;

/// All numbers. Points are whole points of a hundred; factors are percent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scoring {
    /// Release of the lexicons, shown in every output row.
    pub version: String,
    /// Risk.
    pub risk: Risk,
    /// Distress.
    pub distress: Distress,
    /// Empathy.
    pub empathy: Empathy,
    /// What the learnt wording may add to each score.
    pub wording: Wordings,
}

/// How the learnt wording takes part in each score.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wordings {
    /// In the risk score.
    pub risk: WordingLimits,
    /// In the distress score.
    pub distress: WordingLimits,
    /// In the empathy score.
    pub care: WordingLimits,
    /// Whether the agent warned.
    pub warned: Certainty,
    /// Whether the agent used words that a bank forbids.
    pub taboo: Certainty,
    /// Whether the customer hints at not wanting to live.
    pub self_harm: Certainty,
}

/// From how much on the wording alone answers a question of yes or no, in percent.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certainty {
    /// Yes, even if no term was heard.
    pub yes: i32,
    /// Below this, no, even if a term was heard; without it, never.
    pub no: Option<i32>,
}

/// What the learnt wording has to say in one score.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordingLimits {
    /// Percent of their points that everything else (terms, rules, times) keeps where the wording is judged in full.
    pub terms: i32,
    /// Points added before anything is said, so that the levels fall where reviewers put them.
    pub base: i32,
    /// Percent of the learnt weights that is added.
    pub percent: i32,
}

/// Numbers of the risk score.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Risk {
    /// Score from which a call is high.
    pub high: u8,
    /// Score from which a call is medium.
    pub medium: u8,
    /// Percent of its points that the second, third, … distinct hit of a stage keeps.
    pub further_hits: Vec<u32>,
    /// Most points of each stage.
    pub caps: StageCaps,
    /// Points for three, four, five and more stages in script order.
    pub chain: Vec<u32>,
    /// Points that the stages must have earned for a floor to lift a call to medium, and to high: a
    /// rule strengthens evidence, it does not replace it. In a call too short to be judged by its wording.
    pub floor_needs: [i32; 2],
    /// The same in a call that is judged by its wording in full.
    pub floor_needs_heard: [i32; 2],
    /// Points from which no ceiling holds: more speaks for the risk than the rule has seen.
    pub ceiling_yields: u32,
    /// Percent that each stance leaves of a hit.
    pub stances: StanceFactors,
    /// Percent that a same-sounding match leaves of a hit.
    pub homophone: u32,
    /// Points, beside the hundred of the wording, for the script that the terms name.
    pub type_terms: u32,
    /// Points, beside the hundred of the wording, for the phase that the acts heard speak for.
    pub phase_terms: u32,
    /// Percent of the first type's strength that a second type needs to be named.
    pub second_type: u32,
}

/// Most points of each stage.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are the stage letters of the vocabulary")]
#[serde(rename_all = "UPPERCASE")]
pub struct StageCaps {
    pub p: u32,
    pub l: u32,
    pub t: u32,
    pub u: u32,
    pub i: u32,
    pub c: u32,
    pub k: u32,
    pub m: u32,
    pub x: u32,
    pub r: u32,
    pub w: u32,
}

impl StageCaps {
    /// The cap of a stage.
    pub fn of(&self, stage: Stage) -> u32 {
        match stage {
            Stage::Pretext => self.p,
            Stage::Lure => self.l,
            Stage::Threat => self.t,
            Stage::Urgency => self.u,
            Stage::Isolation => self.i,
            Stage::Channel => self.c,
            Stage::Credential => self.k,
            Stage::Money => self.m,
            Stage::Extraction => self.x,
            Stage::Resistance => self.r,
            Stage::Realisation => self.w,
        }
    }
}

/// Percent that each stance leaves of a hit; see the stances of the context.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are the stances, documented there")]
pub struct StanceFactors {
    pub asserted: u32,
    pub confirmed: u32,
    pub asked: u32,
    pub hypothetical: u32,
    pub negated: u32,
    pub weakened: u32,
    pub refused: u32,
    pub historic: u32,
    pub third_party: u32,
}

/// Numbers of the distress score.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Distress {
    /// Points of the strongest turn by its intensity 1, 2, 3, 4.
    pub peak: [u32; 4],
    /// Points for each further distressed turn of intensity 2 or more.
    pub further_turn: u32,
    /// Most points that further turns give.
    pub further_cap: u32,
    /// Score from which distress is low, medium, high.
    pub levels: [u8; 3],
    /// Calm customer turns that end an episode.
    pub calm_turns: usize,
    /// Customer turns that must say the same for repetition (D8).
    pub repetition_turns: usize,
    /// Shared content words (percent of both) from which two turns say the same.
    pub repetition_overlap: u32,
    /// Points of repetition.
    pub repetition_points: u32,
}

/// Numbers of the empathy score.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Empathy {
    /// Score from which care is good.
    pub good: u8,
    /// Score from which care is fair.
    pub fair: u8,
    /// Weight of an episode by its peak 1, 2, 3, 4.
    pub episode_weight: [u32; 4],
    /// Percent that the first, second, later answer turn counts.
    pub latency: [u32; 3],
    /// Most points for answering the episodes.
    pub response: u32,
    /// Quality (percent) of an answer by the weight 1, 2, 3 of its best empathic behaviour.
    pub quality: [u32; 3],
    /// Quality (percent) of an answer that acts but does not name the feeling.
    pub action_quality: u32,
    /// Points for each further kind of warm behaviour of weight 2 or more, and their cap.
    pub warmth: [u32; 2],
    /// Points for a question that listens.
    pub question: u32,
    /// Points for each kind of concrete help, and their cap.
    pub action: [u32; 2],
    /// Points for pace and listening.
    pub pace: u32,
    /// Points for a closing that wishes well.
    pub closing: u32,
    /// Most points that failings cost.
    pub penalty_cap: u32,
    /// Points lost for each identical repetition of a template beyond the second.
    pub template_penalty: u32,
    /// Points lost for each interruption, and their cap.
    pub interruption: [u32; 2],
    /// Milliseconds that an agent must overlap the customer for an interruption.
    pub interruption_ms: u64,
    /// Highest score of a call with an unanswered hint at self-harm.
    pub self_harm_cap: u32,
    /// Highest score of a call in which distress got no warm word at all.
    pub cold_cap: u32,
    /// Highest score of a call in which distress got no concrete help.
    pub helpless_cap: u32,
}

/// Largest number, of either sign, that means anything where points are of a hundred and factors are
/// percent; within it no sum over a call can overflow.
const MOST: i64 = 1_000;
/// The same for times in milliseconds.
const MOST_MS: i64 = 60_000;

/// The numbers of a file of numbers that are out of range, with their keys.
fn out_of_range(text: &str) -> Vec<(String, i64)> {
    let Ok(table) = toml::from_str::<toml::Table>(text) else { return Vec::new() };
    let mut waiting = vec![(String::new(), toml::Value::Table(table))];
    let mut found = Vec::new();
    while let Some((key, value)) = waiting.pop() {
        match value {
            toml::Value::Integer(number) => {
                let most = if key.ends_with("_ms") { MOST_MS } else { MOST };
                if !(-most..=most).contains(&number) {
                    found.push((key, number));
                }
            }
            toml::Value::Array(values) => waiting.extend(values.into_iter().rev().map(|value| (key.clone(), value))),
            toml::Value::Table(table) => {
                let inner = |(name, value)| (format!("{key}.{name}").trim_start_matches('.').to_owned(), value);
                waiting.extend(table.into_iter().rev().map(inner));
            }
            _ => {}
        }
    }
    found
}

/// Finds and reads `scoring.toml`; faults are collected.
pub(super) fn load(files: &[LexiconFile], faults: &mut Vec<Diagnostic>) -> Option<Scoring> {
    const NAME: &str = "scoring.toml";
    let Some(file) = files.iter().find(|file| file.name == NAME) else {
        faults.push(fault(NAME, 0, "", "L20", "没有 scoring.toml", "从内置词库复制一份：tinghu init DIR"));
        return None;
    };
    let text = String::from_utf8_lossy(&file.bytes);
    match toml::from_str::<Scoring>(&text) {
        Ok(scoring) => {
            let before = faults.len();
            for (key, number) in out_of_range(&text) {
                let message = format!("{key} = {number} 超出范围");
                faults.push(fault(
                    NAME,
                    0,
                    &key,
                    "L20",
                    message,
                    format!("写 -{MOST} 到 {MOST} 的数；毫秒最多 {MOST_MS}"),
                ));
            }
            (faults.len() == before).then_some(scoring)
        }
        Err(error) => {
            let line = error.span().map_or(0, |span| 1 + text[..span.start].matches('\n').count() as u64);
            faults.push(fault(NAME, line, "", "L20", error.message(), "与内置的 scoring.toml 对照"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_could_overflow_are_faults_with_their_keys() {
        let sound = include_str!("../../lexicons/scoring.toml");
        let load_text = |text: &str| {
            let mut faults = Vec::new();
            let file = LexiconFile { name: "scoring.toml".into(), bytes: text.into() };
            (load(&[file], &mut faults).is_some(), faults.into_iter().map(|fault| fault.column).collect::<Vec<_>>())
        };
        assert_eq!(load_text(sound), (true, vec![]));
        let large = sound
            .replace("further_cap = 24", "further_cap = 1001")
            .replace("interruption_ms = 300", "interruption_ms = 60001");
        assert_ne!(large, sound);
        assert_eq!(load_text(&large), (false, vec!["distress.further_cap".into(), "empathy.interruption_ms".into()]));
    }
}
