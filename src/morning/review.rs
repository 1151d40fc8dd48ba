//! The calls that a person should look at, best first, as many as one can work through.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::run::{CallRow, HitLines};
use crate::score::DistressLevel;

/// A call to review, and where its lines stand in `hits.csv`.
#[derive(Debug)]
pub struct ToReview {
    /// The row.
    pub call: CallRow,
    /// Its lines in `hits.csv`, if it has any.
    pub hits: Option<HitLines>,
    /// Where its line begins in `conversations.jsonl`, if the run has it.
    pub conversation: Option<u64>,
}

/// The first in order of those that were offered.
#[derive(Debug)]
pub struct ReviewList {
    most: usize,
    offered: u64,
    calls: BTreeMap<Rank, ToReview>,
}

/// Priority, risk, distress, and then the order of the run.
type Rank = (u8, Reverse<u8>, Reverse<DistressLevel>, Reverse<u8>, u64);

impl ReviewList {
    /// A list that keeps so many.
    pub fn new(most: usize) -> Self {
        ReviewList { most, offered: 0, calls: BTreeMap::new() }
    }

    /// Its place among the calls to review; `None` if it is none of them.
    fn rank(&self, call: &CallRow) -> Option<Rank> {
        let priority = call.review_priority?;
        Some((
            priority,
            Reverse(call.risk_score),
            Reverse(call.distress_level),
            Reverse(call.distress_score),
            self.offered,
        ))
    }

    /// Keeps a call if it needs review and is among the first so far.
    pub fn offer(&mut self, call: CallRow, hits: Option<HitLines>, conversation: Option<u64>) {
        let Some(rank) = self.rank(&call) else { return };
        self.offered += 1;
        self.calls.insert(rank, ToReview { call, hits, conversation });
        if self.calls.len() > self.most {
            self.calls.pop_last();
        }
    }

    /// How many needed review, kept or not.
    pub fn offered(&self) -> u64 {
        self.offered
    }

    /// Those kept, best first.
    pub fn calls(&self) -> impl ExactSizeIterator<Item = &ToReview> {
        self.calls.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::row;

    #[test]
    fn the_most_pressing_are_kept_in_order() {
        let mut list = ReviewList::new(3);
        for (id, priority, risk_score) in [
            ("late", Some(2), 70),
            ("none", None, 99),
            ("first", Some(1), 50),
            ("high", Some(2), 90),
            ("same", Some(2), 90),
        ] {
            list.offer(CallRow { review_priority: priority, risk_score, ..row(id) }, None, None);
        }
        assert_eq!(list.offered(), 4);
        let kept: Vec<&str> = list.calls().map(|review| review.call.call_id.as_str()).collect();
        assert_eq!(kept, ["first", "high", "same"]);
    }
}
