//! What is asked of a term at every hit, in a few bytes: the rows of a lexicon are long and lie far apart.

use super::negation::negates_itself;
use super::stance::is_feared;
use crate::lexicon::{Deed, Kind, Lexicon, List, Negation, ScamType, Status, Term, Voice};

/// A term, in short.
#[derive(Debug, Clone, Copy)]
pub struct Brief {
    /// Which list it belongs to.
    pub list: List,
    /// Stage, category or kind.
    pub kind: Kind,
    /// The script it gives away.
    pub scam_type: Option<ScamType>,
    /// Points or intensity.
    pub weight: u8,
    /// Who must say it.
    pub(super) voice: Voice,
    /// What negation does.
    pub(super) negation: Negation,
    /// The row is recorded, not scored.
    pub(super) trial: bool,
    /// Its own words hold a negation.
    pub(super) negates_itself: bool,
    /// Its own words are those of a fear.
    pub(super) feared: bool,
}

impl Brief {
    /// Every term of a lexicon, by its index.
    pub fn of_all(lexicon: &Lexicon) -> Vec<Brief> {
        lexicon.terms.iter().map(Brief::new).collect()
    }

    fn new(term: &Term) -> Brief {
        // Asked only of terms for which anything can depend on it.
        let done = matches!(term.kind, Kind::Stage(_, Deed::Done));
        let own: Vec<char> =
            if done || term.negation != Negation::Keep { term.text.chars().collect() } else { Vec::new() };
        Brief {
            list: term.list,
            kind: term.kind,
            scam_type: term.scam_type,
            weight: term.weight,
            voice: term.voice,
            negation: term.negation,
            trial: term.status == Status::Trial,
            negates_itself: negates_itself(&own),
            feared: done && is_feared(&own),
        }
    }
}
