//! How strong a cue of distress is where it stands.

use std::sync::LazyLock;

use crate::call::Call;
use crate::context::{Hit, Place, Reading, Stance};
use crate::lexicon::{DistressKind, Kind};
use crate::normalise::WordSet;

/// A hit that tells of distress, its kind, and its intensity where it stands: 1–4, or 0 if it does not count.
pub(super) type Cue<'a> = (&'a Hit, DistressKind, u8);

/// The cues of a call, in the order of its hits.
pub(super) fn read<'a>(call: &Call, reading: &'a Reading) -> Vec<Cue<'a>> {
    let mut cues = Vec::new();
    let (mut asserted, mut laughter) = (Asserted::default(), Laughter::default());
    for hit in &reading.hits {
        if let Kind::Distress(kind) = hit.kind {
            let counts = is_asserted(hit) || (hit.stance == Stance::Covered && asserted.overlap(reading, hit, kind));
            let strength = if counts { intensity(call, reading, hit, kind, &mut laughter) } else { 0 };
            cues.push((hit, kind, strength));
        }
    }
    cues
}

/// Words that make a feeling stronger, and weaker, just before it.
static STRONGER: LazyLock<WordSet> =
    LazyLock::new(|| WordSet::new(["特别", "非常", "实在", "真的", "太", "好", "老", "要命"]));
static WEAKER: LazyLock<WordSet> =
    LazyLock::new(|| WordSet::new(["有点", "有一点", "稍微", "略", "一点点", "还行", "有些"]));

/// The intensity of a cue that counts.
fn intensity(call: &Call, reading: &Reading, hit: &Hit, kind: DistressKind, laughter: &mut Laughter) -> u8 {
    let weight = hit.weight;
    if kind == DistressKind::D2 {
        return if weight < 4 && laughter.in_turn(call, hit.turn) { 0 } else { weight };
    }
    if kind != DistressKind::D3 && reading.frames.settled(hit.turn) {
        return 0;
    }
    let view = (hit.view.0 as usize, hit.view.1 as usize);
    let before = Place::new(call, &reading.turns, hit.turn, view).before(4);
    let felt = !matches!(kind, DistressKind::D4 | DistressKind::D5 | DistressKind::D6 | DistressKind::D8);
    let ends_stronger =
        || (0..before.len()).any(|at| STRONGER.lengths_at(before, at).any(|length| at + length == before.len()));
    let strength = if WEAKER.any_in(before) {
        weight.saturating_sub(1).max(1)
    } else if weight == 2 && felt && ends_stronger() {
        3
    } else {
        weight
    };
    if laughter.in_turn(call, hit.turn) { strength.min(3) - 1 } else { strength.min(3) }
}

fn is_asserted(hit: &Hit) -> bool {
    hit.factor > 0 && hit.stance == Stance::Asserted
}

/// Where a turn says distress to be so. A cue that a longer wording of the same kind covers counts if that is: the
/// stronger of the two may be the shorter, and each kind counts once in a turn.
#[derive(Default)]
struct Asserted {
    turn: Option<usize>,
    /// Kind, where it begins, and where the furthest of it and all of its kind before ends; in order.
    spans: Vec<(DistressKind, u32, u32)>,
}

impl Asserted {
    /// Whether what is said to be so, of the kind, overlaps the hit.
    fn overlap(&mut self, reading: &Reading, hit: &Hit, kind: DistressKind) -> bool {
        if self.turn != Some(hit.turn) {
            self.read(reading, hit.turn);
        }
        let begun = self.spans.partition_point(|&(other, start, _)| (other, start) < (kind, hit.end));
        begun.checked_sub(1).is_some_and(|last| self.spans[last].0 == kind && self.spans[last].2 > hit.start)
    }

    fn read(&mut self, reading: &Reading, turn: usize) {
        self.turn = Some(turn);
        self.spans.clear();
        self.spans.extend(reading.of_turn(turn).iter().filter(|hit| is_asserted(hit)).filter_map(|hit| {
            if let Kind::Distress(kind) = hit.kind { Some((kind, hit.start, hit.end)) } else { None }
        }));
        self.spans.sort_unstable();
        for at in 1..self.spans.len() {
            let (kind, _, furthest) = self.spans[at - 1];
            if self.spans[at].0 == kind {
                self.spans[at].2 = self.spans[at].2.max(furthest);
            }
        }
    }
}

/// Laughter in a turn: what is told laughing weighs one less. Asked once for each turn.
#[derive(Default)]
struct Laughter {
    known: Option<(usize, bool)>,
}

impl Laughter {
    fn in_turn(&mut self, call: &Call, turn: usize) -> bool {
        if self.known.is_none_or(|(other, _)| other != turn) {
            let text = &call.turns[turn].text;
            let laughs = ["哈哈", "嘿嘿", "嘻嘻", "[笑", "（笑", "笑死"].iter().any(|laugh| text.contains(laugh));
            self.known = Some((turn, laughs));
        }
        self.known.is_some_and(|(_, laughs)| laughs)
    }
}
