//! A term: one row of a lexicon, with every cell understood.

use super::pattern::Pattern;
use super::vocabulary::{Kind, List, ScamType};
use crate::call::Speaker;

/// Index of a term in [`super::Lexicon::terms`].
pub type TermIndex = u32;

/// Who must say a term for it to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// The customer, or a third voice on the line.
    Customer,
    /// The agent.
    Agent,
    /// Only a third voice: the swindler's own words.
    Other,
    /// Anybody.
    Any,
}

impl Voice {
    /// Whether the words of this speaker count for the term.
    pub fn fits(self, speaker: Speaker) -> bool {
        match self {
            Voice::Any => true,
            Voice::Customer => speaker != Speaker::Agent,
            Voice::Agent => speaker == Speaker::Agent,
            Voice::Other => speaker == Speaker::Other,
        }
    }
}

/// What a negation in the same clause does to a hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Negation {
    /// The hit does not count.
    Cancel,
    /// A third of the hit remains.
    Weaken,
    /// Nothing: the term means the same, or holds its own negation.
    Keep,
    /// The hit turns into its opposite, which counts for nothing.
    Invert,
}

/// Whether a hit must stand at word boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boundary {
    /// Anywhere in the text.
    Free,
    /// Only where the segmenter sees a word begin and end.
    Word,
}

/// Whether a row takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Scored.
    Active,
    /// Recorded in `hits.csv` with no points.
    Trial,
    /// Not loaded into the automaton.
    Off,
}

/// Where the words of a condition are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Within so many characters of the hit, in its turn.
    Near(usize),
    /// In the sentence of the hit.
    Sentence,
    /// In the turn of the hit.
    Turn,
    /// Anywhere in the call.
    Call,
}

/// A condition of `需要语境` or `排除语境`: any of the words within reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Where to look.
    pub reach: Reach,
    /// Folded words, any of which fulfils the condition.
    pub words: Vec<String>,
}

/// One row of a lexicon.
#[derive(Debug, Clone)]
pub struct Term {
    /// Stable identifier, as written.
    pub id: String,
    /// The term as written, for people.
    pub text: String,
    /// The term and its variants, compiled.
    pub patterns: Vec<Pattern>,
    /// Which list it belongs to.
    pub list: List,
    /// The script it gives away; `None` for terms that scripts share and for other lists.
    pub scam_type: Option<ScamType>,
    /// Stage, category or kind.
    pub kind: Kind,
    /// Points or intensity; the meaning depends on the list, see `lexicons/README.md`.
    pub weight: u8,
    /// Who must say it.
    pub voice: Voice,
    /// What negation does.
    pub negation: Negation,
    /// Word boundaries asked for.
    pub boundary: Boundary,
    /// Same-sounding mistakes of speech recognition match too.
    pub homophone: bool,
    /// All must hold for the hit to count.
    pub require: Vec<Condition>,
    /// None may hold.
    pub forbid: Vec<Condition>,
    /// Utterances that must hit this row.
    pub example_hit: Vec<String>,
    /// Utterances that must not.
    pub example_nohit: Vec<String>,
    /// First date (`YYYY-MM-DD`) of calls for which the row is in force; empty: always.
    pub valid_from: String,
    /// Last such date; empty: no end.
    pub valid_to: String,
    /// Whether the row takes part.
    pub status: Status,
    /// Where the row stands, for messages: file name and 1-based line.
    pub place: (String, u64),
}

impl Term {
    /// Whether the row is in force on the date of a call; a call without a date takes every row.
    pub fn in_force(&self, date: Option<&str>) -> bool {
        date.is_none_or(|date| {
            (self.valid_from.is_empty() || self.valid_from.as_str() <= date)
                && (self.valid_to.is_empty() || date <= self.valid_to.as_str())
        })
    }
}
