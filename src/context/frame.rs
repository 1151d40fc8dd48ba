//! How the customer frames the story: seen through, long settled, somebody else's, only asked.

use crate::call::{Call, Speaker};
use crate::lexicon::{ContextKind, Kind, Lexicon};
use crate::matching::{RawHit, TurnText};

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
    /// The kinds that occur, each once: asked for every hit of the call.
    kinds: Vec<ContextKind>,
}

impl Frames {
    /// Collects the framings that the customer (or a third voice) gives.
    pub(super) fn read(lexicon: &Lexicon, call: &Call, turns: &[TurnText], raw: &[Vec<RawHit>]) -> Frames {
        debug_assert_eq!(turns.len(), raw.len());
        let mut frames = Vec::new();
        for (turn, hits) in raw.iter().enumerate() {
            if call.turns[turn].speaker == Speaker::Agent {
                continue;
            }
            for hit in hits.iter().filter(|hit| hit.exception.is_none()) {
                if let Kind::Context(kind) = lexicon.term(hit.term).kind {
                    frames.push(Frame { kind, turn, start: hit.start, end: hit.end });
                }
            }
        }
        let mut kinds = Vec::new();
        for frame in &frames {
            if !kinds.contains(&frame.kind) {
                kinds.push(frame.kind);
            }
        }
        Frames { frames, kinds }
    }

    /// All framings, in order.
    pub fn all(&self) -> &[Frame] {
        &self.frames
    }

    /// Whether the call has such a framing anywhere.
    pub fn any(&self, kind: ContextKind) -> bool {
        self.kinds.contains(&kind)
    }

    /// The framings of this kind in one turn.
    pub(super) fn in_turn(&self, kind: ContextKind, turn: usize) -> impl Iterator<Item = &Frame> {
        let from = self.frames.partition_point(|frame| frame.turn < turn);
        self.frames[from..].iter().take_while(move |frame| frame.turn == turn).filter(move |frame| frame.kind == kind)
    }
}
