//! How the customer frames the story: seen through, long settled, somebody else's, only asked.

use super::brief::Brief;
use crate::call::{Call, Speaker};
use crate::lexicon::{ContextKind, Kind};
use crate::matching::RawHit;
use crate::normalise::Clauses;

/// One framing, where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// What it says.
    pub kind: ContextKind,
    /// Index of the turn.
    pub turn: usize,
    /// First view position.
    pub start: usize,
    /// One past the last view position.
    pub end: usize,
}

/// All framings of a call, in order.
#[derive(Debug, Default, Clone)]
pub struct Frames {
    /// In the order of turns.
    frames: Vec<Frame>,
    /// One bit for each kind that occurs: asked for every hit of the call.
    kinds: u16,
}

impl Frames {
    /// Collects the framings that the customer (or a third voice) gives.
    pub(super) fn read(briefs: &[Brief], call: &Call, raw: &[Vec<RawHit>]) -> Frames {
        let mut frames = Frames::default();
        for (turn, hits) in raw.iter().enumerate() {
            if call.turns[turn].speaker == Speaker::Agent {
                continue;
            }
            for hit in hits {
                if let (Kind::Context(kind), None) = (briefs[hit.term as usize].kind, hit.exception) {
                    frames.frames.push(Frame { kind, turn, start: hit.start, end: hit.end });
                    frames.kinds |= 1 << kind as u32;
                }
            }
        }
        frames
    }

    /// All framings, in order.
    pub fn all(&self) -> &[Frame] {
        &self.frames
    }

    /// Whether the call has such a framing anywhere.
    pub fn any(&self, kind: ContextKind) -> bool {
        self.kinds >> kind as u32 & 1 == 1
    }

    /// The framings in one turn.
    pub fn of_turn(&self, turn: usize) -> &[Frame] {
        let from = self.frames.partition_point(|frame| frame.turn < turn);
        let length = self.frames[from..].partition_point(|frame| frame.turn == turn);
        &self.frames[from..from + length]
    }

    /// Whether an old or settled matter is told in a turn, and nothing of it is open anywhere.
    pub fn settled(&self, turn: usize) -> bool {
        (self.any(ContextKind::Past) || self.any(ContextKind::Closed))
            && !self.any(ContextKind::Unresolved)
            && self.of_turn(turn).iter().any(|frame| matches!(frame.kind, ContextKind::Past | ContextKind::Closed))
    }
}

/// What the framings of one turn mean for the hits of the turn.
#[derive(Debug, Default)]
pub(super) struct TurnFrames {
    /// View position from which on it is somebody else's story.
    third_party: Option<usize>,
    /// An old or settled matter is told.
    pub settled: bool,
    /// View position up to which the customer tells of a refusal.
    refused: usize,
    /// Where suppositions begin, in order.
    suppositions: Vec<usize>,
}

impl TurnFrames {
    /// Reads the framings of the next turn.
    pub fn read(&mut self, frames: &Frames, turn: usize) {
        self.third_party = None;
        self.refused = 0;
        self.suppositions.clear();
        self.settled = frames.settled(turn);
        if frames.kinds == 0 {
            return;
        }
        let own_story = frames.any(ContextKind::FamilyVictim);
        for frame in frames.of_turn(turn) {
            match frame.kind {
                ContextKind::ThirdParty if !own_story && self.third_party.is_none() => {
                    self.third_party = Some(frame.start);
                }
                ContextKind::Refused => self.refused = self.refused.max(frame.end),
                ContextKind::Hypothetical => self.suppositions.push(frame.start),
                _ => {}
            }
        }
    }

    /// Whether what begins here is told of somebody else.
    pub fn of_others(&self, start: usize) -> bool {
        self.third_party.is_some_and(|from| from <= start)
    }

    /// Whether what begins here is told to be refused.
    pub fn refused(&self, start: usize) -> bool {
        start < self.refused
    }

    /// Whether what begins here is supposed, in its sentence.
    pub fn supposed(&self, start: usize, clauses: &Clauses) -> bool {
        // Sentences follow each other: if the nearest before is of another, so are all.
        let nearest = self.suppositions.partition_point(|&from| from <= start).checked_sub(1);
        nearest.is_some_and(|nearest| clauses.same_sentence(self.suppositions[nearest], start))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::normalise::View;

    proptest! {
        /// The plain way: every framing of the turn asked for every place.
        #[test]
        fn framings_mean_what_asking_each_of_them_says(
            text in "[甲。]{12}", mut places in prop::collection::vec((0_usize..10, 0_usize..4), 0..6), own_story: bool,
        ) {
            const KINDS: [ContextKind; 4] =
                [ContextKind::ThirdParty, ContextKind::Refused, ContextKind::Hypothetical, ContextKind::Past];
            places.sort_unstable();
            let mut frames = Frames::default();
            for &(start, kind) in &places {
                frames.frames.push(Frame { kind: KINDS[kind], turn: 1, start, end: start + 2 });
                frames.kinds |= 1 << KINDS[kind] as u32;
            }
            if own_story {
                frames.frames.push(Frame { kind: ContextKind::FamilyVictim, turn: 2, start: 0, end: 1 });
                frames.kinds |= 1 << ContextKind::FamilyVictim as u32;
            }
            let clauses = Clauses::new(&View::new(&text));
            let mut framed = TurnFrames::default();
            framed.read(&frames, 1);
            let of = |kind| frames.all().iter().filter(move |frame| frame.kind == kind && frame.turn == 1);
            prop_assert_eq!(framed.settled, of(ContextKind::Past).next().is_some());
            for start in 0..12 {
                let others = !own_story && of(ContextKind::ThirdParty).any(|frame| frame.start <= start);
                prop_assert_eq!(framed.of_others(start), others);
                prop_assert_eq!(framed.refused(start), of(ContextKind::Refused).any(|frame| start < frame.end));
                let supposed = of(ContextKind::Hypothetical)
                    .any(|frame| clauses.same_sentence(frame.start, start) && frame.start <= start);
                prop_assert_eq!(framed.supposed(start, &clauses), supposed);
            }
        }
    }
}
