//! Overlaps are counted once: of hits of one list and kind, the longest.

use super::RawHit;
use crate::call::Speaker;
use crate::lexicon::{Lexicon, List, Term, Voice};

/// For each hit, whether a longer (or, of equals, heavier, then earlier) hit of the same list and
/// kind overlaps it. Hits that this speaker's words cannot be cover nothing; a hit that an exception cancels
/// covers as before, so that an exception never brings another hit to light in its place.
pub fn mark_overlaps(hits: &[RawHit], lexicon: &Lexicon, speaker: Speaker) -> Vec<bool> {
    let rank = |index: usize| {
        let hit = &hits[index];
        let term = lexicon.term(hit.term);
        (hit.end - hit.start, term.weight, std::cmp::Reverse(index))
    };
    let mut order: Vec<usize> =
        (0..hits.len()).filter(|&index| heard(lexicon.term(hits[index].term), speaker)).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(rank(index)));
    let mut covered = vec![false; hits.len()];
    // The hits kept of each list and kind do not overlap: the last that begins before a hit ends decides.
    let mut kept: Vec<((List, &str), Vec<(usize, usize)>)> = Vec::new();
    for index in order {
        let (hit, term) = (&hits[index], lexicon.term(hits[index].term));
        let kind = (term.list, term.kind.as_str());
        let known = kept.iter().position(|(own, _)| *own == kind);
        let known = known.unwrap_or_else(|| {
            kept.push((kind, Vec::new()));
            kept.len() - 1
        });
        let of_kind = &mut kept[known].1;
        let after = of_kind.partition_point(|(start, _)| *start < hit.end);
        if after > 0 && hit.start < of_kind[after - 1].1 {
            covered[index] = true;
        } else {
            of_kind.insert(after, (hit.start, hit.end));
        }
    }
    covered
}

/// Whether the words of this speaker can count for the term; an agent may ask for what customers say.
fn heard(term: &Term, speaker: Speaker) -> bool {
    let asked = speaker == Speaker::Agent && term.list == List::Scam && term.voice == Voice::Customer;
    asked || term.voice.fits(speaker)
}
