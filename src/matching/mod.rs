//! Where the terms stand in a turn.
//!
//! Every pattern is looked for by the unit that is rarest in talk, in one pass over the turn; only where that
//! stands are its other units looked for, within the gaps. Then word boundaries and each term's own conditions
//! are asked. `tests/matching.rs` holds this against the plain way: every literal of every pattern in one
//! Aho-Corasick automaton, every occurrence of every unit, every combination.

mod compile;
mod condition;
mod gram;
mod heard;
mod homophone;
mod join;
mod matcher;
mod sketch;
mod trigger;
mod turn;
mod unit;

pub use gram::{completeness, spoken, stretch};
pub use homophone::SoundAlike;
pub use matcher::{Found, Matcher, Owner, Scratch};
pub use turn::{CallText, TurnText};

use crate::lexicon::TermIndex;

/// How the words were matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchKind {
    /// The term itself, as written.
    Exact,
    /// One of its variants, or another spelling.
    Variant,
    /// A pattern with gaps, alternatives or groups.
    Pattern,
    /// A same-sounding mistake of speech recognition.
    Homophone,
}

impl MatchKind {
    /// The word used in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            MatchKind::Exact => "exact",
            MatchKind::Variant => "variant",
            MatchKind::Pattern => "pattern",
            MatchKind::Homophone => "homophone",
        }
    }
}

/// A term found in a turn, before the context has said what it means there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawHit {
    /// The term.
    pub term: TermIndex,
    /// First view position of the match.
    pub start: usize,
    /// One past the last view position.
    pub end: usize,
    /// How it was matched.
    pub kind: MatchKind,
    /// Index into [`crate::lexicon::Lexicon::exceptions`] of the exception that cancels it, if any.
    pub exception: Option<usize>,
}
