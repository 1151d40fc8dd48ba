//! What a hit means where it stands: who says it, of whom, and whether it is so.
//!
//! A hit that does not count stays in the evidence, with its stance as the reason.

mod answer;
mod brief;
mod business;
mod deed;
mod frame;
mod negation;
mod overlap;
mod phrase;
mod question;
mod stance;

pub use brief::Brief;
pub use frame::{Frame, Frames};
pub use phrase::Place;

use overlap::Overlaps;
use stance::Judge;

use crate::call::Call;
use crate::engine::Engine;
use crate::lexicon::{Deed, Kind, List, ScamType, TermIndex};
use crate::matching::{CallText, MatchKind, RawHit, TurnText};
use crate::word::word_enum;

word_enum! {
    /// What is done with the words of a hit.
    Stance {
        /// Said to be so, by the one whose words count; also what the swindler is reported to say.
        Asserted = "asserted" "陈述",
        /// Asked by the agent and affirmed in the customer's answer.
        Confirmed = "confirmed" "坐席问、客户答是",
        /// Asked, not said.
        Asked = "asked" "只是在问",
        /// Supposed: 要是, 会不会.
        Hypothetical = "hypothetical" "假设",
        /// Denied in the same clause, or by the customer's answer.
        Negated = "negated" "否定",
        /// Told to be refused: the customer saw through it.
        Refused = "refused" "客户已识破或拒绝",
        /// A warning against it, by the agent or quoted from the bank.
        Warned = "warned" "是警示，不是事实",
        /// Long ago, or settled.
        Historic = "historic" "旧事或已了结",
        /// Somebody else's story.
        ThirdParty = "third_party" "别人的事",
        /// Covered by an exception or an ordinary business phrase.
        Legitimate = "legitimate" "正常业务",
        /// Part of a longer hit of the same kind.
        Covered = "covered" "已计入更长的命中",
        /// Said by somebody whose words the term does not count.
        OtherVoice = "other_voice" "不是该词条的说话人",
        /// The row is on trial: recorded, not scored.
        Trial = "trial" "词条试行",
    }
}

/// A hit and what it means.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The term.
    pub term: TermIndex,
    /// The term's list.
    pub list: List,
    /// The term's stage, category or kind.
    pub kind: Kind,
    /// The script that the term gives away.
    pub scam_type: Option<ScamType>,
    /// The term's points or intensity.
    pub weight: u8,
    /// Index of the turn in the call, from 0.
    pub turn: usize,
    /// First character of the match in the turn's original text.
    pub start: u32,
    /// One past the last such character.
    pub end: u32,
    /// First and one-past-last view position of the match.
    pub view: (u32, u32),
    /// How it was matched.
    pub matched: MatchKind,
    /// What is done with the words.
    pub stance: Stance,
    /// How far the act has gone, for the stages that are acts.
    pub deed: Deed,
    /// Percent of the weight that is left: stance, homophone and negation together.
    pub factor: u32,
}

/// A call with everything that was found in it and what it means.
#[derive(Debug)]
pub struct Reading {
    /// The turns, prepared.
    pub turns: Vec<TurnText>,
    /// All hits, in turn and position order.
    pub hits: Vec<Hit>,
    /// How the customer frames the story.
    pub frames: Frames,
}

impl Reading {
    /// The hits of one turn, in the order of their starts.
    pub fn of_turn(&self, turn: usize) -> &[Hit] {
        let from = self.hits.partition_point(|hit| hit.turn < turn);
        let length = self.hits[from..].partition_point(|hit| hit.turn == turn);
        &self.hits[from..from + length]
    }
}

/// Reads a call: finds every term and decides what each means here.
pub fn read(engine: &Engine, call: &Call) -> Reading {
    let (lexicon, briefs) = (engine.lexicon(), engine.briefs());
    let turns: Vec<TurnText> = call.turns.iter().map(TurnText::of).collect();
    let text = CallText::new(&turns);
    let raw: Vec<Vec<RawHit>> = engine.with_room(|room| {
        let hits = |turn| engine.matcher().hits(turn, &text, lexicon, engine.segmenter(), call.date(), room);
        turns.iter().map(hits).collect()
    });
    let frames = Frames::read(briefs, call, &raw);
    let mut hits = Vec::with_capacity(raw.iter().map(Vec::len).sum());
    let mut overlaps = Overlaps::default();
    let mut judge = Judge::new(&lexicon.scoring.risk, briefs, call, &turns);
    for (turn, found) in raw.iter().enumerate().filter(|(_, found)| !found.is_empty()) {
        let covered = overlaps.mark(found, briefs, call.turns[turn].speaker);
        judge.turn(turn, found, &frames);
        for (hit, &covered) in found.iter().zip(covered) {
            let (stance, factor) = judge.judge(hit, covered);
            let Brief { list, kind, scam_type, weight, .. } = briefs[hit.term as usize];
            let deed = match kind {
                Kind::Stage(..) if stance_counts(stance) => deed::judge(kind, &judge.place(hit), stance),
                _ => Deed::Spoken,
            };
            let (start, end) = turns[turn].view.original(hit.start, hit.end);
            let (term, matched, view) = (hit.term, hit.kind, (hit.start as u32, hit.end as u32));
            hits.push(Hit {
                term,
                list,
                kind,
                scam_type,
                weight,
                turn,
                start,
                end,
                view,
                matched,
                stance,
                deed,
                factor,
            });
        }
    }
    Reading { turns, hits, frames }
}

fn stance_counts(stance: Stance) -> bool {
    matches!(stance, Stance::Asserted | Stance::Confirmed)
}
