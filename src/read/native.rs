//! The native call as those who write it see it: what [`super::wire`] reads, with the limits of [`super::draft`].
//!
//! Nothing is read through these types: the reader takes any value in any place and judges it afterwards. They are
//! what is promised, and tests hold them against the reader.

use schemars::JsonSchema;

use super::draft::{MAX_ID_BYTES, MAX_TURN_BYTES, MAX_TURNS};

/// One call. Fields that are not named here are passed over, and so are values of `started_at`, `direction`,
/// `agent_id` and `team` that are neither text nor whole numbers. All the text of a call may have 1 MiB.
#[derive(JsonSchema)]
#[schemars(title = "A call for tinghu, native JSONL")]
#[allow(dead_code, reason = "only its schema is used")]
pub struct NativeCall {
    /// The call's own id: not empty, one line, at most 256 bytes, met once in a run.
    #[schemars(with = "Id")]
    call_id: Id,
    /// When the call began, RFC 3339.
    #[schemars(extend("examples" = ["2026-11-22T21:03:11+08:00"]))]
    started_at: Option<Field>,
    /// `inbound` or `outbound`, or words such as 呼入 and 呼出; anything else is passed over.
    #[schemars(extend("examples" = ["inbound", "outbound"]))]
    direction: Option<Field>,
    /// The agent's staff number.
    agent_id: Option<Field>,
    /// The agent's team.
    team: Option<Field>,
    /// What was said, in order; at least one turn has a letter or a digit.
    #[schemars(length(min = 1, max = MAX_TURNS))]
    turns: Vec<NativeTurn>,
}

/// One turn.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "only its schema is used")]
struct NativeTurn {
    /// `agent`, `customer`, or anything else for another voice; names of recognisers are mapped by `[speakers]` of the
    /// settings.
    #[schemars(extend("examples" = ["agent", "customer", "other"]))]
    speaker: Option<Field>,
    /// Start in milliseconds from the beginning of the call, or a clock such as `00:12.340`.
    start_ms: Option<Moment>,
    /// End, likewise; not before the start.
    end_ms: Option<Moment>,
    /// The words; at most 64 KiB.
    #[schemars(length(max = MAX_TURN_BYTES))]
    text: String,
}

/// A text, or a whole number that is taken as it is written.
#[derive(JsonSchema)]
#[schemars(inline, untagged)]
#[allow(dead_code, reason = "only its schema is used")]
enum Id {
    Text(#[schemars(length(min = 1, max = MAX_ID_BYTES))] String),
    Number(i64),
}

#[derive(JsonSchema)]
#[schemars(inline, untagged)]
#[allow(dead_code, reason = "only its schema is used")]
enum Field {
    Text(String),
    Number(i64),
}

#[derive(JsonSchema)]
#[schemars(inline, untagged)]
#[allow(dead_code, reason = "only its schema is used")]
enum Moment {
    Ms(#[schemars(range(min = 0))] f64),
    Clock(#[schemars(regex(pattern = r"^[0-9:：.,]*$"))] String),
}
