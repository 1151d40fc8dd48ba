//! What a run says of a call, and what the label says.

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;

use crate::write::CALL_COLUMNS;

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

/// Why a run or labels cannot be used.
#[derive(Debug, Error)]
pub enum EvaluateError {
    /// A line of the labels is no labelled call; what it holds instead may be a transcript and is not shown.
    #[error("line {line}, column {column}: not a labelled call (call_id and expected)")]
    Label {
        /// 1-based.
        line: usize,
        /// 1-based, in bytes.
        column: usize,
    },
    /// A label is not a word such as `high`.
    #[error("line {line}: {field} is not a word of a label")]
    Word {
        /// 1-based.
        line: usize,
        /// The field.
        field: &'static str,
    },
    /// `calls.csv` cannot be read.
    #[error("calls.csv: {0}")]
    Csv(#[from] csv::Error),
    /// A cell of `calls.csv` is not a word that this program writes.
    #[error("line {line}, {column}: is it the output of this program?")]
    Cell {
        /// 1-based.
        line: u64,
        /// The column.
        column: &'static str,
    },
    /// A column is missing.
    #[error("calls.csv has no column {0}: is it the output of this program?")]
    Column(&'static str),
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

/// Reads `calls.csv` of either profile.
///
/// # Errors
/// When it is no output of this program.
pub fn read_run(bytes: &[u8]) -> Result<BTreeMap<String, Predicted>, EvaluateError> {
    let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
    let mut reader = csv::Reader::from_reader(bytes);
    let headers = reader.headers()?.clone();
    let place = |name: &'static str| {
        let chinese = CALL_COLUMNS.iter().find(|(english, _)| *english == name).map_or("", |(_, chinese)| *chinese);
        headers.iter().position(|header| header == name || header == chinese).ok_or(EvaluateError::Column(name))
    };
    let names = [
        "call_id",
        "risk_score",
        "risk_level",
        "scam_type",
        "scam_type_2",
        "phase",
        "distress_level",
        "self_harm",
        "empathy_level",
        "agent_warned",
        "taboo_count",
    ];
    let places = names.iter().copied().map(place).collect::<Result<Vec<_>, _>>()?;
    let mut calls = BTreeMap::new();
    for record in reader.records() {
        let record = record?;
        let cell = |index: usize| record.get(places[index]).unwrap_or_default().to_owned();
        if let Some(index) = (2..=8).find(|&index| !is_word(&cell(index))) {
            return Err(EvaluateError::Cell {
                line: record.position().map_or(0, csv::Position::line),
                column: names[index],
            });
        }
        let predicted = Predicted {
            risk_score: cell(1).parse().unwrap_or(0),
            risk: cell(2),
            scam_type: cell(3),
            scam_type_2: cell(4),
            phase: cell(5),
            distress: cell(6),
            self_harm: cell(7) == "true",
            empathy: cell(8),
            agent_warned: cell(9) == "true",
            taboo: cell(10) != "0",
        };
        calls.insert(cell(0).trim_start_matches('\'').to_owned(), predicted);
    }
    Ok(calls)
}

/// Longest word of labels and outputs, in letters.
const WORD: usize = 32;

/// Whether this is a word such as `million_guarantee`, or nothing: all that reports repeat.
fn is_word(text: &str) -> bool {
    text.len() <= WORD && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}
