//! The words that people fill in when they review a run: the drop-downs of the workbook, and what is read back.

use crate::word::word_enum;

word_enum! {
    /// 复核结论: what a person found about a call.
    Verdict {
        /// The call is what the row says.
        Right = "right" "属实",
        /// The row says too much: no scam, no distress, no failing.
        FalseAlarm = "false_alarm" "误报",
        /// The row says too little: a scam, a distress, a failing is missing.
        Missed = "missed" "漏报",
        /// It cannot be told from the call.
        Unsure = "unsure" "存疑",
    }
}

word_enum! {
    /// 是否真命中: whether the words of a hit mean what the term says.
    HitVerdict {
        /// They do.
        Yes = "yes" "是",
        /// They do not.
        No = "no" "否",
        /// It cannot be told.
        Unsure = "unsure" "不确定",
    }
}

/// Columns of the sheet 待复核 that a person fills in, beside the last of them: 复核结论, 复核人, 复核意见.
pub const CALL_REVIEW_SHEET: [&str; 3] = [crate::write::CALL_REVIEW[0], "复核人", crate::write::CALL_REVIEW[1]];
/// Columns of the sheet 证据 that a person fills in: 是否真命中, 意见.
pub const HIT_REVIEW_SHEET: &[&str] = crate::write::HIT_REVIEW;
