//! What the cells of a column hold, for those who read values instead of text.

/// What the cells of a column hold, where they are not empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, words of a vocabulary, lists of them.
    Text,
    /// An identifier: text that the Excel profile keeps from becoming a number or a date.
    Id,
    /// A whole number, possibly below zero.
    Whole,
    /// `true` or `false`.
    Truth,
}

impl Kind {
    /// That of a column of `calls.csv`, `hits.csv` or `rejects.csv`, by its English name.
    pub fn of(column: &str) -> Kind {
        match column {
            "call_id" | "started_at" | "agent_id" | "team" => Kind::Id,
            "agent_warned" | "police_advised" | "self_harm" | "needs_review" => Kind::Truth,
            "duration_s"
            | "turns"
            | "agent_turns"
            | "customer_turns"
            | "risk_score"
            | "first_evidence_turn"
            | "first_warning_turn"
            | "warning_latency_s"
            | "tips_given"
            | "distress_score"
            | "distress_first_turn"
            | "empathy_score"
            | "episodes"
            | "episodes_answered"
            | "response_latency_turns"
            | "taboo_count"
            | "template_repeats"
            | "interruptions"
            | "review_priority"
            | "confidence"
            | "turn"
            | "start_ms"
            | "span_start"
            | "span_end"
            | "weight"
            | "factor"
            | "points"
            | "line"
            | "byte" => Kind::Whole,
            _ => Kind::Text,
        }
    }
}
