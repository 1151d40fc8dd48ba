//! Overlaps are counted once: of hits of one list and kind, the longest.

use std::cmp::Reverse;

use super::brief::Brief;
use crate::call::Speaker;
use crate::lexicon::{List, Voice};
use crate::matching::RawHit;

/// Marks the hits of turns; keeps its room from turn to turn.
#[derive(Debug, Default)]
pub(super) struct Overlaps {
    order: Vec<(Reverse<u32>, Reverse<u8>, u32)>,
    /// For each position from the first hit on, the kinds of which a hit is kept there.
    taken: Vec<u128>,
    covered: Vec<bool>,
}

impl Overlaps {
    /// For each hit, whether a longer (or, of equals, heavier, then earlier) hit of the same list and
    /// kind overlaps it. Hits that this speaker's words cannot be cover nothing; a hit that an exception cancels
    /// covers as before, so that an exception never brings another hit to light in its place.
    pub fn mark(&mut self, hits: &[RawHit], briefs: &[Brief], speaker: Speaker) -> &[bool] {
        self.covered.clear();
        self.covered.resize(hits.len(), false);
        let Some(first) = hits.iter().map(|hit| hit.start).min().filter(|_| hits.len() > 1) else {
            return &self.covered;
        };
        self.order.clear();
        self.order.extend(hits.iter().zip(0..).filter_map(|(hit, index)| {
            let term = &briefs[hit.term as usize];
            heard(term, speaker).then_some((Reverse((hit.end - hit.start) as u32), Reverse(term.weight), index))
        }));
        self.order.sort_unstable();
        let last = hits.iter().map(|hit| hit.end).max().unwrap_or(first);
        self.taken.clear();
        self.taken.resize(last - first, 0);
        for &(.., index) in &self.order {
            let hit = &hits[index as usize];
            let kind = 1_u128 << briefs[hit.term as usize].kind.number();
            let taken = &mut self.taken[hit.start - first..hit.end - first];
            // What is kept already is no shorter, so it reaches one of the ends.
            if (taken[0] | taken[taken.len() - 1]) & kind != 0 {
                self.covered[index as usize] = true;
            } else {
                taken.iter_mut().for_each(|kinds| *kinds |= kind);
            }
        }
        &self.covered
    }
}

/// Whether the words of this speaker can count for the term; an agent may ask for what customers say.
fn heard(term: &Brief, speaker: Speaker) -> bool {
    let asked = speaker == Speaker::Agent && term.list == List::Scam && term.voice == Voice::Customer;
    asked || term.voice.fits(speaker)
}
