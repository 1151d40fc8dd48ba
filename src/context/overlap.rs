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
        let number = |hit: &RawHit| briefs[hit.term as usize].kind.number();
        let (mut kinds, mut repeated) = (0_u128, 0_u128);
        for kind in hits.iter().map(number) {
            repeated |= kinds & 1 << kind;
            kinds |= 1 << kind;
        }
        if repeated == 0 {
            return &self.covered;
        }
        self.order.clear();
        self.order.extend(hits.iter().zip(0..).filter_map(|(hit, index)| {
            let term = &briefs[hit.term as usize];
            let counts = repeated >> number(hit) & 1 == 1 && heard(term, speaker);
            counts.then_some((Reverse((hit.end - hit.start) as u32), Reverse(term.weight), index))
        }));
        self.order.sort_unstable();
        let last = hits.iter().map(|hit| hit.end).max().unwrap_or(first);
        self.taken.clear();
        self.taken.resize(last - first, 0);
        for &(.., index) in &self.order {
            let hit = &hits[index as usize];
            let kind = 1_u128 << number(hit);
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lexicon::{Kind, Negation, OutcomeKind};
    use crate::matching::MatchKind;

    fn brief(kind: OutcomeKind, weight: u8) -> Brief {
        Brief {
            list: List::Outcome,
            kind: Kind::Outcome(kind),
            scam_type: None,
            weight,
            voice: Voice::Any,
            negation: Negation::Keep,
            trial: false,
            negates_itself: false,
            feared: false,
        }
    }

    proptest! {
        /// The plain way: by rank, every hit held against every one kept of its kind.
        #[test]
        fn marks_what_comparing_every_pair_marks(places in prop::collection::vec((0_u32..6, 0_usize..20, 1_usize..6), 0..14)) {
            let kinds = [OutcomeKind::Thanks, OutcomeKind::Frozen];
            let briefs: Vec<Brief> = (0..6_u8).map(|term| brief(kinds[usize::from(term) / 3], term % 3)).collect();
            let hit = |&(term, start, length): &(u32, usize, usize)| RawHit {
                term, start, end: start + length, kind: MatchKind::Exact, exception: None,
            };
            let hits: Vec<RawHit> = places.iter().map(hit).collect();
            let mut order: Vec<usize> = (0..hits.len()).collect();
            order.sort_by_key(|&at| (Reverse(hits[at].end - hits[at].start), Reverse(briefs[hits[at].term as usize].weight), at));
            let (mut kept, mut plain) = (Vec::<&RawHit>::new(), vec![false; hits.len()]);
            for at in order {
                let hit = &hits[at];
                plain[at] = kept.iter().any(|other| {
                    other.term / 3 == hit.term / 3 && other.start < hit.end && hit.start < other.end
                });
                if !plain[at] {
                    kept.push(hit);
                }
            }
            let mut overlaps = Overlaps::default();
            prop_assert_eq!(overlaps.mark(&hits, &briefs, Speaker::Customer), plain);
        }
    }
}
