//! Joining the places of a pattern over its gaps.

use crate::normalise::Clauses;

/// An occurrence of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    /// First view position.
    pub start: usize,
    /// One past the last view position.
    pub end: usize,
    /// Matched by sound, not by characters.
    pub misheard: bool,
}

/// A pattern over the occurrences of its units.
pub(super) struct Joint<'a> {
    /// `places[i]` are the occurrences of unit `i`, sorted by start, longer first.
    pub places: &'a [&'a [Span]],
    /// Longest gap before each unit but the first.
    pub gaps: &'a [usize],
    /// A gap does not cross the end of a sentence.
    pub clauses: &'a Clauses,
    /// Whether occurrences by sound may take part.
    pub misheard: bool,
}

impl Joint<'_> {
    /// Calls `found` with each match: leftmost, then longest pieces, then shortest gaps; matches do not overlap.
    pub fn join(&self, mut found: impl FnMut(Span)) {
        if self.places.iter().any(|place| place.is_empty()) {
            return;
        }
        let mut free = 0;
        for &first in self.usable(self.places[0]) {
            if first.start < free {
                continue;
            }
            if let Some(last) = self.extend(1, first) {
                found(Span { start: first.start, end: last.end, misheard: last.misheard });
                free = last.end;
            }
        }
    }

    /// The last occurrence of the match that goes on from `last`, chosen for unit `unit - 1`; it is
    /// marked as misheard if any before it was.
    fn extend(&self, unit: usize, last: Span) -> Option<Span> {
        let Some(place) = self.places.get(unit) else {
            return Some(last);
        };
        let from = place.partition_point(|span| span.start < last.end);
        self.usable(&place[from..])
            .take_while(|span| {
                span.start - last.end <= self.gaps[unit - 1] && self.clauses.same_sentence(last.end - 1, span.start)
            })
            .find_map(|&next| self.extend(unit + 1, Span { misheard: next.misheard || last.misheard, ..next }))
    }

    fn usable<'s>(&self, spans: &'s [Span]) -> impl Iterator<Item = &'s Span> {
        let misheard = self.misheard;
        spans.iter().filter(move |span| misheard || !span.misheard)
    }
}
