//! What occurs in a call: one pass over the hits, for all that ask whether something was heard at all.

use crate::call::{Call, Speaker};
use crate::context::{Hit, Reading, Stance};
use crate::lexicon::{Deed, DutyKind, Kind, Lexicon, OutcomeKind, Rule, ScamType, Selector, Stage, VulnerabilityKind};

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

    /// Whether all that a rule only asks to occur can be so.
    pub fn may_fulfil(&self, needs: &Needs, by: Option<Speaker>) -> bool {
        let marks = self.by(by);
        marks.hold_all(&needs.all)
            && !marks.hold_any(&needs.none)
            && (needs.any == Marks::default() || marks.hold_any(&needs.any))
            && (needs.at_least == 0 || marks.count(&needs.of) >= needs.at_least)
    }

    fn by(&self, speaker: Option<Speaker>) -> &Marks {
        speaker.map_or(&self.any, |speaker| &self.marks[speaker as usize])
    }

    /// Whether the selector is found, by this speaker if one is given; `None` where only the hits can tell.
    pub fn found(&self, selector: &Selector, by: Option<Speaker>) -> Option<bool> {
        let mark = mark_of(selector)?;
        Some(self.by(by).has(mark))
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
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
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

    fn hold_all(&self, of: &Marks) -> bool {
        self.0.iter().zip(&of.0).all(|(own, of)| of & !own == 0)
    }

    fn hold_any(&self, of: &Marks) -> bool {
        self.0.iter().zip(&of.0).any(|(own, of)| own & of != 0)
    }

    fn count(&self, of: &Marks) -> usize {
        self.0.iter().zip(&of.0).map(|(own, of)| (own & of).count_ones() as usize).sum()
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

/// What a rule asks to occur or not to, as far as marks can tell: what does not fulfil it cannot fire the rule.
#[derive(Debug, Default, Clone)]
pub struct Needs {
    all: Marks,
    /// One of these; empty where marks cannot tell.
    any: Marks,
    none: Marks,
    /// So many of these; none where marks cannot tell.
    at_least: usize,
    of: Marks,
}

impl Needs {
    /// Those of all rules of a lexicon, in their order.
    pub fn of_all(lexicon: &Lexicon) -> Vec<Needs> {
        lexicon.rules.iter().map(Needs::new).collect()
    }

    fn new(rule: &Rule) -> Needs {
        let mut needs = Needs { all: known(&rule.all), none: known(&rule.none), ..Needs::default() };
        if rule.any.iter().all(|selector| mark_of(selector).is_some()) {
            needs.any = known(&rule.any);
        }
        if let Some((n, of)) = &rule.at_least {
            let marks = known(of);
            // Each selector must have a mark of its own to be counted.
            if marks.count(&marks) == of.len() {
                (needs.at_least, needs.of) = (*n, marks);
            }
        }
        needs
    }
}

/// The marks of the selectors that have one.
fn known(selectors: &[Selector]) -> Marks {
    let mut marks = Marks::default();
    selectors.iter().filter_map(mark_of).for_each(|mark| marks.set(mark));
    marks
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
