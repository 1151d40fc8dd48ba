//! The nouns of the field: a call, its turns, and who speaks.

use serde::{Deserialize, Serialize};

/// Who says a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Speaker {
    /// The bank's service agent (坐席).
    Agent,
    /// The bank's customer (客户).
    Customer,
    /// Anybody else, or not known: a third voice, a swindler on an intercepted call.
    Other,
}

impl Speaker {
    /// The English word used in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Speaker::Agent => "agent",
            Speaker::Customer => "customer",
            Speaker::Other => "other",
        }
    }
}

/// Who rang whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The customer rang the bank.
    Inbound,
    /// The bank rang the customer.
    Outbound,
}

impl Direction {
    /// The English word used in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Direction::Inbound => "inbound",
            Direction::Outbound => "outbound",
        }
    }
}

/// One utterance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Who speaks.
    pub speaker: Speaker,
    /// Start in milliseconds from the beginning of the call, where known.
    pub start_ms: Option<u64>,
    /// End in milliseconds from the beginning of the call, where known; never before `start_ms`.
    pub end_ms: Option<u64>,
    /// The words as transcribed. All offsets in outputs count characters of this string.
    pub text: String,
}

/// One call as read, before any scoring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The bank's own identifier: not empty, one line, at most 256 bytes.
    pub id: String,
    /// When the call began, as given (RFC 3339 in well-made input).
    pub started_at: Option<String>,
    /// Who rang whom, where given.
    pub direction: Option<Direction>,
    /// The agent's staff number, where given.
    pub agent_id: Option<String>,
    /// The agent's team, where given.
    pub team: Option<String>,
    /// The utterances in the order given.
    pub turns: Vec<Turn>,
    /// What the reader noticed and could live with.
    pub warnings: Vec<InputWarning>,
}

impl Call {
    /// The calendar date of the call (`YYYY-MM-DD`), where `started_at` begins with one.
    pub fn date(&self) -> Option<&str> {
        let date = self.started_at.as_deref()?.get(..10)?;
        let shape = date.bytes().enumerate().all(|(i, b)| match i {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
        shape.then_some(date)
    }
}

/// Something about the input that a reviewer should know; the call is scored all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InputWarning {
    /// Only one side of the call has words.
    OneSided,
    /// Fewer than four turns or forty characters.
    TooShort,
    /// Agent and customer seem to be exchanged.
    SwappedRoles,
    /// Much of the text does not look like speech.
    Garbled,
    /// A speaker name that the table does not know; taken as `other`.
    UnknownSpeaker,
    /// Times that are missing in part, negative or run backwards; the order of the file is kept.
    OddTimes,
    /// Control, zero-width or direction characters were removed.
    CleanedText,
}

impl InputWarning {
    /// The word used in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            InputWarning::OneSided => "one_sided",
            InputWarning::TooShort => "too_short",
            InputWarning::SwappedRoles => "swapped_roles",
            InputWarning::Garbled => "garbled",
            InputWarning::UnknownSpeaker => "unknown_speaker",
            InputWarning::OddTimes => "odd_times",
            InputWarning::CleanedText => "cleaned_text",
        }
    }
}
