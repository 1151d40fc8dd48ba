//! Words of terms that sound right and are written otherwise, where no term is found.

use std::collections::{BTreeMap, BTreeSet};

use super::count::{CONTEXTS, context_of};
use super::labels::{Class, Labels};
use crate::call::{Call, Speaker};
use crate::context;
use crate::engine::Engine;
use crate::lexicon::TermIndex;
use crate::matching::SoundAlike;
use crate::normalise::mask_turns;

/// Words that a recogniser seems to have misheard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misheard {
    /// Identifier of the term.
    pub term_id: String,
    /// Its words.
    pub meant: String,
    /// What stands in the calls.
    pub heard: String,
    /// Confirmed, ordinary and other calls that hold it.
    pub calls: [u64; 3],
    /// Masked sentences around it, at most three.
    pub contexts: Vec<String>,
}

/// Calls that must hold a mishearing.
const FEWEST: u64 = 2;

/// Collects mishearings over calls, in the order of the input.
#[derive(Debug)]
pub struct Mishearings<'a> {
    engine: &'a Engine,
    found: BTreeMap<Mishearing, ([u64; 3], Vec<String>)>,
}

/// Term, its words, what was heard.
type Mishearing = (TermIndex, String, String);

/// What one call holds: the column it counts in, and each mishearing with the sentence around.
pub type HeardInCall = (usize, BTreeMap<Mishearing, Option<String>>);

impl<'a> Mishearings<'a> {
    /// Nothing yet.
    pub fn new(engine: &'a Engine) -> Self {
        Mishearings { engine, found: BTreeMap::new() }
    }

    /// What one call holds, of the words of one speaker.
    pub fn read(engine: &Engine, alike: &SoundAlike, labels: &Labels, speaker: Speaker, call: &Call) -> HeardInCall {
        let reading = context::read(engine, call);
        let mut masked = None;
        let mut heard = BTreeMap::new();
        for (index, turn) in reading.turns.iter().enumerate() {
            if call.turns[index].speaker != speaker {
                continue;
            }
            let hits = reading.of_turn(index);
            let mut met = BTreeSet::new();
            alike.find(turn, engine.segmenter(), |term, meant, start, end| {
                let known = hits.iter().any(|hit| (hit.view.0 as usize) < end && start < hit.view.1 as usize);
                if !known && engine.lexicon().term(term).voice.fits(speaker) {
                    met.insert((term, meant.to_owned(), start, end));
                }
            });
            for (term, meant, start, end) in met {
                let masked = masked.get_or_insert_with(|| mask_turns(&call.turns));
                let text: String = turn.view.chars()[start..end].iter().collect();
                let context = context_of(turn, start, end, &masked[index]);
                heard.entry((term, meant, text)).or_insert(context);
            }
        }
        let class = match labels.class(&call.id) {
            Class::Confirmed(_) => 0,
            Class::Ordinary => 1,
            Class::Unknown => 2,
        };
        (class, heard)
    }

    /// Adds what one call holds.
    pub fn add(&mut self, (class, heard): HeardInCall) {
        for (key, context) in heard {
            let (calls, contexts) = self.found.entry(key).or_default();
            calls[class] += 1;
            if contexts.len() < CONTEXTS {
                contexts.extend(context);
            }
        }
    }

    /// What was heard in two calls and more, the most frequent first, each for the first term that has the words. What
    /// ordinary calls hold as often as confirmed ones (of so many of each) was meant.
    pub fn finish(self, [confirmed, ordinary]: [u64; 2]) -> Vec<Misheard> {
        let mut seen = BTreeSet::new();
        let mut all: Vec<Misheard> = Vec::new();
        for ((term, meant, heard), (calls, contexts)) in self.found {
            let meant_so = calls[1] > 0 && calls[0] * ordinary <= calls[1] * confirmed;
            if !meant_so && calls.iter().sum::<u64>() >= FEWEST && seen.insert((meant.clone(), heard.clone())) {
                let term_id = self.engine.lexicon().term(term).id.clone();
                all.push(Misheard { term_id, meant, heard, calls, contexts });
            }
        }
        all.sort_by_key(|found| std::cmp::Reverse((found.calls[0], found.calls.iter().sum::<u64>())));
        all
    }
}
