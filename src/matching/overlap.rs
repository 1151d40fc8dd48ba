//! Overlaps are counted once: of hits of one list and kind, the longest.

use super::RawHit;
use crate::call::Speaker;
use crate::lexicon::{Lexicon, List, Term, Voice};

/// For each hit, whether a longer (or, of equals, heavier, then earlier) hit of the same list and
/// kind overlaps it. Hits that are cancelled, or that this speaker's words cannot be, cover nothing.
pub fn mark_overlaps(hits: &[RawHit], lexicon: &Lexicon, speaker: Speaker) -> Vec<bool> {
    let rank = |index: usize| {
        let hit = &hits[index];
        let term = lexicon.term(hit.term);
        (hit.end - hit.start, term.weight, std::cmp::Reverse(index))
    };
    let mut order: Vec<usize> = (0..hits.len())
        .filter(|&index| hits[index].exception.is_none() && heard(lexicon.term(hits[index].term), speaker))
        .collect();
    order.sort_by_key(|&index| std::cmp::Reverse(rank(index)));
    let mut covered = vec![false; hits.len()];
    let mut kept: Vec<usize> = Vec::new();
    for index in order {
        let (hit, term) = (&hits[index], lexicon.term(hits[index].term));
        let clash = kept.iter().any(|&other| {
            let (over, over_term) = (&hits[other], lexicon.term(hits[other].term));
            over_term.list == term.list
                && over_term.kind.as_str() == term.kind.as_str()
                && hit.start < over.end
                && over.start < hit.end
        });
        if clash {
            covered[index] = true;
        } else {
            kept.push(index);
        }
    }
    covered
}

/// Whether the words of this speaker can count for the term; an agent may ask for what customers say.
fn heard(term: &Term, speaker: Speaker) -> bool {
    let asked = speaker == Speaker::Agent && term.list == List::Scam && term.voice == Voice::Customer;
    asked || term.voice.fits(speaker)
}
