//! Ordinary business phrases in a turn: what lies inside one is no sign of a script.

use super::brief::Brief;
use crate::lexicon::List;
use crate::matching::RawHit;

/// The business phrases of a turn, in the order of their starts.
#[derive(Debug, Default)]
pub(super) struct Business {
    /// Where each begins, and where the furthest of it and all before ends.
    spans: Vec<(usize, usize)>,
}

impl Business {
    /// Reads the phrases of the next turn that no exception cancels; `hits` come in the order of their starts.
    pub fn read(&mut self, hits: &[RawHit], briefs: &[Brief]) {
        self.spans.clear();
        for hit in hits {
            if briefs[hit.term as usize].list == List::Business && hit.exception.is_none() {
                let furthest = self.spans.last().map_or(hit.end, |&(_, end)| end.max(hit.end));
                self.spans.push((hit.start, furthest));
            }
        }
    }

    /// Whether a hit lies inside a longer phrase.
    pub fn covers(&self, hit: &RawHit) -> bool {
        let furthest = |begun: usize| begun.checked_sub(1).map_or(0, |last| self.spans[last].1);
        let before = self.spans.partition_point(|&(start, _)| start < hit.start);
        let begun = before + self.spans[before..].partition_point(|&(start, _)| start == hit.start);
        furthest(before) >= hit.end || furthest(begun) > hit.end
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::matching::MatchKind;

    proptest! {
        #[test]
        fn covers_what_a_longer_phrase_around_covers(
            mut spans in prop::collection::vec((0_usize..12, 1_usize..8), 0..6), start in 0_usize..12, length in 1_usize..8,
        ) {
            spans.sort_unstable();
            let (mut business, mut furthest) = (Business::default(), 0);
            for &(start, length) in &spans {
                furthest = furthest.max(start + length);
                business.spans.push((start, furthest));
            }
            let end = start + length;
            let around = |&(from, own): &(usize, usize)| from <= start && end <= from + own && own > length;
            let hit = RawHit { term: 0, start, end, kind: MatchKind::Exact, exception: None };
            prop_assert_eq!(business.covers(&hit), spans.iter().any(around));
        }
    }
}
