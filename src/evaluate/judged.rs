//! What a run says of a call, and what the label says.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use thiserror::Error;

use crate::both;
use crate::lexicon::ScamType;
use crate::run::{Calls, ReadRunError};
use crate::said::{Both, Said};

/// The label of a call; the words are those of the outputs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Expected {
    /// low, medium, high.
    pub risk: String,
    /// Slug or `none`.
    pub scam_type: String,
    /// Phase.
    pub phase: String,
    /// none, low, medium, high.
    pub distress: String,
    /// A hint at self-harm.
    pub self_harm: bool,
    /// poor, fair, good, not_due.
    pub empathy: String,
    /// The agent said that it is a scam, or not to transfer or share.
    pub agent_warned: bool,
    /// The agent used words that a bank forbids.
    pub taboo: bool,
}

/// What the run says, as words of its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicted {
    /// 0–100.
    pub risk_score: u32,
    /// As in [`Expected`].
    pub risk: String,
    /// First type.
    pub scam_type: String,
    /// Second type, or empty.
    pub scam_type_2: String,
    /// Phase.
    pub phase: String,
    /// Distress level.
    pub distress: String,
    /// Self-harm.
    pub self_harm: bool,
    /// Empathy band.
    pub empathy: String,
    /// Warned.
    pub agent_warned: bool,
    /// Any failing counted.
    pub taboo: bool,
}

/// A call with both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The call.
    pub call_id: String,
    /// What the run says.
    pub predicted: Predicted,
    /// What the label says.
    pub expected: Expected,
}

/// Why labels cannot be used.
#[derive(Debug, Error)]
#[error("{}", self.both().zh)]
pub enum EvaluateError {
    /// A line of the labels is no labelled call; what it holds instead may be a transcript and is not shown.
    Label {
        /// 1-based.
        line: usize,
        /// 1-based, in bytes.
        column: usize,
    },
    /// A label is not a word such as `high`.
    Word {
        /// 1-based.
        line: usize,
        /// The field.
        field: &'static str,
    },
}

impl Said for EvaluateError {
    fn both(&self) -> Both {
        match self {
            EvaluateError::Label { line, column } => both!(
                "第 {line} 行第 {column} 列：不是带标注的通话（call_id 和 expected）";
                "line {line}, column {column}: not a labelled call (call_id and expected)"
            ),
            EvaluateError::Word { line, field } => {
                both!("第 {line} 行：{field} 不是标注用的词"; "line {line}: {field} is not a word of a label")
            }
        }
    }
}

#[derive(Deserialize)]
struct Labelled {
    call_id: String,
    expected: Expected,
}

/// Reads labelled calls (JSONL with `call_id` and `expected`) into a map by id.
///
/// # Errors
/// On the first line that is not one.
pub fn read_labels(text: &str) -> Result<BTreeMap<String, Expected>, EvaluateError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            let line_number = index + 1;
            let labelled: Labelled = serde_json::from_str(line)
                .map_err(|error| EvaluateError::Label { line: line_number, column: error.column() })?;
            let expected = labelled.expected;
            for (field, word) in [
                ("risk", &expected.risk),
                ("scam_type", &expected.scam_type),
                ("phase", &expected.phase),
                ("distress", &expected.distress),
                ("empathy", &expected.empathy),
            ] {
                if !is_word(word) {
                    return Err(EvaluateError::Word { line: line_number, field });
                }
            }
            Ok((labelled.call_id, expected))
        })
        .collect()
}

/// What a run says of its calls, by id.
///
/// # Errors
/// When `calls.csv` is no output of this program.
pub fn read_run(folder: &Path) -> Result<BTreeMap<String, Predicted>, ReadRunError> {
    let mut rows = Calls::open(&folder.join("calls.csv"))?;
    let mut calls = BTreeMap::new();
    while let Some(row) = rows.read()? {
        let scam_type = |kind: Option<ScamType>, none: &'static str| kind.map_or(none, ScamType::as_str).to_owned();
        let predicted = Predicted {
            risk_score: row.risk_score.into(),
            risk: row.risk_level.to_string(),
            scam_type: scam_type(row.scam_type, "none"),
            scam_type_2: scam_type(row.scam_type_2, ""),
            phase: row.phase.to_string(),
            distress: row.distress_level.to_string(),
            self_harm: row.self_harm,
            empathy: row.empathy_level.to_string(),
            agent_warned: row.agent_warned,
            taboo: row.taboo_count > 0,
        };
        calls.insert(row.call_id, predicted);
    }
    Ok(calls)
}

/// Longest word of labels, in letters.
const WORD: usize = 32;

/// Whether this is a word such as `million_guarantee`, or nothing: all that reports repeat.
fn is_word(text: &str) -> bool {
    text.len() <= WORD && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}
