//! The nouns of the field: a call, its turns, and who speaks.

use serde::{Deserialize, Serialize};

use crate::word::word_enum;

word_enum! {
    /// Who says a turn.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    Speaker {
        /// The bank's service agent (坐席).
        Agent = "agent" "客服",
        /// The bank's customer (客户).
        Customer = "customer" "客户",
        /// Anybody else, or not known: a third voice, a swindler on an intercepted call.
        Other = "other" "其他",
    }
}

word_enum! {
    /// Who rang whom.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    Direction {
        /// The customer rang the bank.
        Inbound = "inbound" "呼入",
        /// The bank rang the customer.
        Outbound = "outbound" "呼出",
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

word_enum! {
    /// Something about the input that a reviewer should know; the call is scored all the same.
    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    InputWarning {
        /// Only one side of the call has words.
        OneSided = "one_sided" "只有一方说话",
        /// Fewer than four turns or forty characters.
        TooShort = "too_short" "内容过短",
        /// Agent and customer seem to be exchanged.
        SwappedRoles = "swapped_roles" "客服客户疑似对调",
        /// Much of the text does not look like speech.
        Garbled = "garbled" "文字不像通话",
        /// A speaker name that the table does not know; taken as `other`.
        UnknownSpeaker = "unknown_speaker" "有不认识的说话人",
        /// Times that are missing in part, negative or run backwards; the order of the file is kept.
        OddTimes = "odd_times" "时间不全或倒退",
        /// Control, zero-width or direction characters were removed.
        CleanedText = "cleaned_text" "已去掉不可见字符",
        /// The input only numbered the voices; agent and customer were told from who greets for the bank.
        InferredRoles = "inferred_roles" "角色按开场白推断",
    }
}
