//! The ledger: one line for every point, and for every hit that gave none.

use std::borrow::Cow;

use smol_str::SmolStr;

use crate::context::{Hit, Reading, Stance};
use crate::lexicon::{Lexicon, ScamType, TermIndex};
use crate::matching::TurnText;
use crate::word::word_enum;

word_enum! {
    /// Which score a line belongs to.
    Dimension {
        /// Signs of a scam.
        Risk = "risk" "风险",
        /// The customer's distress.
        Distress = "distress" "情绪",
        /// The care that the customer received.
        Empathy = "empathy" "共情",
        /// Failings of the agent where no care was due, and words on trial.
        Conduct = "conduct" "言行",
        /// Prescribed steps, protection, outcomes, circumstances.
        Duty = "duty" "规定动作",
    }
}

/// What a line rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Words that a term matched.
    Hit,
    /// A named rule.
    Rule,
    /// The times of the turns.
    Timing,
    /// A cap, a bonus, a rounding: arithmetic of the score itself.
    Adjustment,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The score it belongs to.
    pub dimension: Dimension,
    /// What it rests on.
    pub source: Source,
    /// Index of the turn, from 0; `None` for lines about the whole call.
    pub turn: Option<usize>,
    /// First and one-past-last character of the matched words in the turn.
    pub span: Option<(u32, u32)>,
    /// First and one-past-last character of the quote: the sentence around, cut to a readable length.
    pub quote: Option<(u32, u32)>,
    /// The term behind a hit.
    pub term: Option<TermIndex>,
    /// Identifier: of the term, the rule, or the arithmetic.
    pub id: SmolStr,
    /// Stage or category.
    pub kind: &'static str,
    /// The script that the term gives away.
    pub scam_type: Option<ScamType>,
    /// How the words were matched; empty unless a hit.
    pub matched: &'static str,
    /// What the words mean where they stand.
    pub stance: Option<Stance>,
    /// Weight of the term.
    pub weight: u32,
    /// Percent of the weight that was left.
    pub factor: u32,
    /// Points given or taken.
    pub points: i32,
    /// Why, in Chinese.
    pub reason: Reason,
}

/// Why a line stands in the ledger: mostly one of a few fixed wordings.
pub type Reason = Cow<'static, str>;

impl Line {
    /// A line that no term stands behind.
    fn bare(dimension: Dimension, source: Source, id: &str, turn: Option<usize>, points: i32, reason: Reason) -> Line {
        Line {
            dimension,
            source,
            turn,
            span: None,
            quote: None,
            term: None,
            id: SmolStr::new(id),
            kind: "",
            scam_type: None,
            matched: "",
            stance: None,
            weight: 0,
            factor: 100,
            points,
            reason,
        }
    }
}

/// What the wording of a stretch of words tells.
pub(super) struct Told {
    pub dimension: Dimension,
    pub id: &'static str,
    /// Category, where the wording stands for one.
    pub kind: &'static str,
    pub turn: usize,
    /// First and one-past-last character of the original turn.
    pub span: (u32, u32),
    pub points: i32,
    pub reason: Reason,
}

/// All lines of a call.
#[derive(Debug, Default, Clone)]
pub struct Ledger {
    lines: Vec<Line>,
    /// Sum of the points of each dimension.
    sums: [i32; 5],
}

impl Ledger {
    /// A ledger with room for so many lines.
    pub fn with_room(lines: usize) -> Ledger {
        Ledger { lines: Vec::with_capacity(lines), sums: [0; 5] }
    }

    fn push(&mut self, line: Line) {
        self.sums[line.dimension as usize] += line.points;
        self.lines.push(line);
    }

    /// Adds a line for a hit.
    pub fn hit(
        &mut self,
        dimension: Dimension,
        lexicon: &Lexicon,
        reading: &Reading,
        hit: &Hit,
        points: i32,
        reason: impl Into<Reason>,
    ) {
        self.push(Line {
            dimension,
            source: Source::Hit,
            turn: Some(hit.turn),
            span: Some((hit.start, hit.end)),
            quote: Some(quote(reading, hit)),
            term: Some(hit.term),
            id: SmolStr::new(&lexicon.term(hit.term).id),
            kind: hit.kind.as_str(),
            scam_type: hit.scam_type,
            matched: hit.matched.as_str(),
            stance: Some(hit.stance),
            weight: u32::from(hit.weight),
            factor: hit.factor,
            points,
            reason: reason.into(),
        });
    }

    /// Adds a line that no words stand behind; nothing if it is worth nothing.
    pub fn adjust(
        &mut self,
        dimension: Dimension,
        source: Source,
        id: &str,
        turn: Option<usize>,
        points: i32,
        reason: impl Into<Reason>,
    ) {
        if points == 0 {
            return;
        }
        self.push(Line::bare(dimension, source, id, turn, points, reason.into()));
    }

    /// Adds a line for what the wording of a stretch of words tells, worth points or not.
    pub(super) fn told(&mut self, reading: &Reading, told: Told) {
        let Told { dimension, id, kind, turn, span, points, reason } = told;
        self.push(Line {
            kind,
            span: Some(span),
            quote: Some(quote_around(reading, turn, span)),
            ..Line::bare(dimension, Source::Rule, id, Some(turn), points, reason)
        });
    }

    /// Leaves every line of a dimension so many percent of its points; the sum is rounded once, not by line.
    pub fn scale(&mut self, dimension: Dimension, percent: i32) {
        let (mut exact, mut given) = (0, 0);
        for line in self.lines.iter_mut().filter(|line| line.dimension == dimension) {
            exact += line.points * percent;
            line.points = (exact + exact.signum() * 50) / 100 - given;
            given += line.points;
            line.factor = line.factor * percent.unsigned_abs() / 100;
        }
        self.sums[dimension as usize] = given;
    }

    /// Sum of the points of a dimension.
    pub fn sum(&self, dimension: Dimension) -> i32 {
        self.sums[dimension as usize]
    }

    /// The lines in the order of the outputs: by dimension, then turn and place, whole-call lines last.
    pub fn into_lines(mut self) -> Vec<Line> {
        let place = |line: &Line| {
            let (start, end) = line.span.unwrap_or((u32::MAX, u32::MAX));
            let turn = line.turn.map_or(u32::MAX, |turn| turn as u32);
            [line.dimension as u32, turn, start, end].iter().fold(0_u128, |place, &part| place << 32 | u128::from(part))
        };
        // Lines are long: their places are sorted, then each line is moved once.
        self.lines.sort_by_cached_key(place);
        for same in self.lines.chunk_by_mut(|a, b| place(a) == place(b)).filter(|same| same.len() > 1) {
            same.sort_by(|a, b| a.id.cmp(&b.id));
        }
        self.lines
    }
}

/// Longest quote in characters: what a reader takes in at a glance.
const QUOTE: usize = 48;

/// The sentence around a hit, cut to [`QUOTE`] characters that hold the hit, as original characters.
pub fn quote(reading: &Reading, hit: &Hit) -> (u32, u32) {
    quote_between(&reading.turns[hit.turn], hit.view.0 as usize, hit.view.1 as usize - 1)
}

/// The same around a range of original characters.
fn quote_around(reading: &Reading, turn: usize, range: (u32, u32)) -> (u32, u32) {
    let turn = &reading.turns[turn];
    let start = turn.view.position_of_original(range.0);
    quote_between(turn, start, turn.view.position_of_original(range.1 - 1))
}

/// The same around the first and the last of some view positions.
fn quote_between(turn: &TurnText, start: usize, last: usize) -> (u32, u32) {
    let (mut from, mut to) = turn.clauses.sentence_around(start);
    if to <= last {
        (_, to) = turn.clauses.sentence_around(last);
    }
    let spare = QUOTE.saturating_sub(last + 1 - start);
    from = from.max(start.saturating_sub(spare / 2));
    to = to.min(from + QUOTE.max(last + 1 - start + (start - from))).max(last + 1);
    turn.view.original(from, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_taken_of_the_sum_and_not_of_every_line() {
        let mut ledger = Ledger::default();
        for points in [3, 3, 3, 3, -7] {
            ledger.adjust(Dimension::Risk, Source::Rule, "r", None, points, "");
        }
        ledger.adjust(Dimension::Distress, Source::Rule, "d", None, 9, "");
        ledger.scale(Dimension::Risk, 50);
        assert_eq!(ledger.sum(Dimension::Risk), 3);
        assert_eq!(ledger.sum(Dimension::Distress), 9);
        ledger.scale(Dimension::Risk, 0);
        assert_eq!(ledger.sum(Dimension::Risk), 0);
    }
}
