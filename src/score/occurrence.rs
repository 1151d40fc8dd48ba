//! What occurs in a call: one pass over the hits, for all that ask whether something was heard at all.

use crate::call::{Call, Speaker};
use crate::context::{Hit, Reading, Stance};
use crate::lexicon::{Deed, DutyKind, Kind, OutcomeKind, ScamType, Selector, Stage, VulnerabilityKind};

/// What occurs in a call.
#[derive(Debug, Default)]
pub(super) struct Occurrences {
    /// What rules can ask for among the hits that count and the framings, by speaker, and by any of them.
    marks: [Marks; 3],
    any: Marks,
    /// What stands of the script, each combination once.
    pub acts: Vec<(Stage, Deed, Stance)>,
    /// Outcomes, in the order of first mention.
    pub outcomes: Vec<OutcomeKind>,
    /// Circumstances of the customer, in the order of first mention.
    pub vulnerability: Vec<VulnerabilityKind>,
    /// Hits of prescribed words, the police left out, by speaker.
    pub service: [usize; 3],
}

impl Occurrences {
    /// Reads the hits and the framings of a call.
    pub fn read(call: &Call, reading: &Reading) -> Occurrences {
        let mut occurs = Occurrences::default();
        for hit in &reading.hits {
            let speaker = call.turns[hit.turn].speaker as usize;
            occurs.marks[speaker].add(hit);
            match hit.kind {
                Kind::Stage(stage, _) => once(&mut occurs.acts, (stage, hit.deed, hit.stance)),
                Kind::Duty(kind) => occurs.service[speaker] += usize::from(kind != DutyKind::Police),
                Kind::Outcome(kind) if hit.stance == Stance::Asserted => once(&mut occurs.outcomes, kind),
                Kind::Vulnerability(kind) if hit.stance == Stance::Asserted => once(&mut occurs.vulnerability, kind),
                _ => {}
            }
        }
        for frame in reading.frames.all() {
            occurs.marks[call.turns[frame.turn].speaker as usize].set(Kind::Context(frame.kind).number());
        }
        let [a, b, c] = &occurs.marks;
        occurs.any = Marks(std::array::from_fn(|at| a.0[at] | b.0[at] | c.0[at]));
        occurs
    }

    /// Whether the selector is found, by this speaker if one is given; `None` where only the hits can tell.
    pub fn found(&self, selector: &Selector, by: Option<Speaker>) -> Option<bool> {
        let mark = mark_of(selector)?;
        Some(by.map_or(&self.any, |speaker| &self.marks[speaker as usize]).has(mark))
    }
}

/// Whether a hit is of those that rules count.
pub(super) fn counts_for_rules(hit: &Hit) -> bool {
    matches!(hit.stance, Stance::Asserted | Stance::Confirmed | Stance::Covered)
}

/// Adds to a short list what is not in it.
fn once<T: PartialEq>(list: &mut Vec<T>, one: T) {
    if !list.contains(&one) {
        list.push(one);
    }
}

/// One bit for each thing that a selector can name, terms left out: kinds by [`Kind::number`], then stages about to
/// be done or done, stages done, and scripts.
#[derive(Debug, Default, Clone, Copy)]
struct Marks([u64; 3]);

const ABOUT: usize = 128;
const DONE: usize = ABOUT + Stage::ALL.len();
const SCRIPT: usize = DONE + Stage::ALL.len();
const ANY_SCRIPT: usize = SCRIPT + ScamType::ALL.len();
const _: () = assert!(ANY_SCRIPT < 192);

impl Marks {
    fn set(&mut self, mark: usize) {
        self.0[mark / 64] |= 1 << (mark % 64);
    }

    fn has(&self, mark: usize) -> bool {
        self.0[mark / 64] >> (mark % 64) & 1 == 1
    }

    fn add(&mut self, hit: &Hit) {
        // Framings are the customer's, and are read as such.
        if !counts_for_rules(hit) {
            return;
        }
        if !matches!(hit.kind, Kind::Context(_)) {
            self.set(hit.kind.number());
        }
        if let Kind::Stage(stage, _) = hit.kind {
            if hit.deed >= Deed::About {
                self.set(ABOUT + stage as usize);
            }
            if hit.deed == Deed::Done {
                self.set(DONE + stage as usize);
            }
        }
        if let Some(script) = hit.scam_type {
            self.set(SCRIPT + script as usize);
            self.set(ANY_SCRIPT);
        }
    }
}

fn mark_of(selector: &Selector) -> Option<usize> {
    Some(match *selector {
        Selector::Stage(stage, Deed::Spoken) => stage as usize,
        Selector::Stage(stage, Deed::About) => ABOUT + stage as usize,
        Selector::Stage(stage, Deed::Done) => DONE + stage as usize,
        Selector::Type(script) => SCRIPT + script as usize,
        Selector::AnyType => ANY_SCRIPT,
        Selector::Term(_) => return None,
        Selector::Distress(kind) => Kind::Distress(kind).number(),
        Selector::Empathy(kind) => Kind::Empathy(kind).number(),
        Selector::Taboo(kind) => Kind::Taboo(kind).number(),
        Selector::Duty(kind) => Kind::Duty(kind).number(),
        Selector::Outcome(kind) => Kind::Outcome(kind).number(),
        Selector::Vulnerability(kind) => Kind::Vulnerability(kind).number(),
        Selector::Frame(kind) => Kind::Context(kind).number(),
    })
}
