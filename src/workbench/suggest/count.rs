//! Counting phrases: first what confirmed calls hold, then those phrases in all calls.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::labels::{Class, Labels};
use super::speech::{Phrase, WORDS, phrases, runs};
use crate::call::{Call, Speaker};
use crate::context;
use crate::engine::Engine;
use crate::lexicon::{Kind, List, ScamType};
use crate::matching::TurnText;
use crate::normalise::mask_turns;

/// Contexts that are kept of a phrase.
pub(super) const CONTEXTS: usize = 3;

/// Characters of a sentence that are kept before and after a phrase.
const AROUND: usize = 18;

/// What is to be counted.
#[derive(Debug, Clone, Copy)]
pub struct Counting<'a> {
    /// The lexicons whose coverage is left out.
    pub engine: &'a Engine,
    /// Which calls are confirmed, which ordinary.
    pub labels: &'a Labels,
    /// Whose words.
    pub speaker: Speaker,
}

/// The phrases that enough confirmed calls hold, and what is counted of them.
#[derive(Debug, Default, Clone)]
pub struct Counts {
    index: FxHashMap<String, usize>,
    pub(super) phrases: Vec<Counted>,
    /// Phrases of each length in words, each once a call: of confirmed calls, of ordinary ones, of all.
    pub(super) totals: [[u64; 3]; WORDS],
    /// Words of all calls.
    pub(super) words: u64,
    /// Confirmed and ordinary calls with words of the speaker.
    pub(super) calls: [u64; 2],
}

/// What is counted of a phrase.
#[derive(Debug, Default, Clone)]
pub(super) struct Counted {
    pub text: String,
    /// Characters of each of its words, in the spelling of the phrase.
    pub seams: Vec<usize>,
    /// How often it is said in all calls, terms or not.
    pub said: u64,
    /// Confirmed calls that hold it outside of terms, by their number in the order of reading.
    pub confirmed: Vec<u32>,
    /// Ordinary calls, and all calls, that hold it outside of terms.
    pub ordinary: u64,
    pub all: u64,
    pub before: BTreeMap<String, u64>,
    pub after: BTreeMap<String, u64>,
    pub ends: [u64; 2],
    /// Scripts of those confirmed calls.
    pub scripts: BTreeMap<ScamType, u64>,
    /// Kinds of the scam terms beside it.
    pub kinds: BTreeMap<&'static str, u64>,
    /// Masked sentences around it, from confirmed calls.
    pub contexts: Vec<String>,
}

/// The first pass, over confirmed calls: how many hold each phrase.
#[derive(Debug, Default)]
pub struct Heard {
    /// Calls, and the lengths of the phrase's words.
    held: BTreeMap<String, (usize, Vec<usize>)>,
}

impl Heard {
    /// What a call says, each phrase once with the lengths of its words; nothing of a call that is not confirmed.
    pub fn read(counting: &Counting<'_>, call: &Call) -> BTreeMap<String, Vec<usize>> {
        let mut heard = BTreeMap::new();
        if !matches!(counting.labels.class(&call.id), Class::Confirmed(_)) {
            return heard;
        }
        for turn in call.turns.iter().filter(|turn| turn.speaker == counting.speaker) {
            for run in runs(&TurnText::of(turn), counting.engine.segmenter()) {
                for phrase in phrases(&run) {
                    heard.entry(phrase.text()).or_insert_with(|| seams(&phrase));
                }
            }
        }
        heard
    }

    /// Adds what one call says.
    pub fn add(&mut self, heard: BTreeMap<String, Vec<usize>>) {
        for (text, seams) in heard {
            self.held.entry(text).or_insert((0, seams)).0 += 1;
        }
    }

    /// The phrases that enough calls hold, to be counted.
    pub fn finish(self, fewest: usize) -> Counts {
        let mut counts = Counts::default();
        for (text, (calls, seams)) in self.held {
            if calls >= fewest {
                counts.index.insert(text.clone(), counts.phrases.len());
                counts.phrases.push(Counted { text, seams, ..Counted::default() });
            }
        }
        counts
    }
}

impl Counts {
    /// Confirmed and ordinary calls in which the speaker has words, of those added.
    pub fn calls(&self) -> [u64; 2] {
        self.calls
    }

    /// The number of a phrase.
    pub(super) fn find(&self, text: &str) -> Option<usize> {
        self.index.get(text).copied()
    }

    /// The second pass, over all calls: what one call holds of the phrases.
    pub fn read(&self, counting: &Counting<'_>, call: &Call) -> OfCall {
        let reading = context::read(counting.engine, call);
        let class = counting.labels.class(&call.id);
        let confirmed = matches!(class, Class::Confirmed(_));
        let masked = if confirmed { mask_turns(&call.turns) } else { Vec::new() };
        let mut of_call = OfCall { class, words: 0, totals: [0; WORDS], phrases: BTreeMap::new() };
        let mut distinct: FxHashSet<String> = FxHashSet::default();
        for (index, turn) in reading.turns.iter().enumerate() {
            if call.turns[index].speaker != counting.speaker {
                continue;
            }
            let hits = reading.of_turn(index);
            for run in runs(turn, counting.engine.segmenter()) {
                of_call.words += run.len() as u64;
                for phrase in phrases(&run) {
                    let (text, place) = (phrase.text(), phrase.place());
                    let known = self.find(&text);
                    let covered = hits.iter().any(|hit| {
                        let (start, end) = (place.start.max(hit.view.0 as usize), place.end.min(hit.view.1 as usize));
                        end.saturating_sub(start) * 2 >= place.len()
                    });
                    if !covered && distinct.insert(text) {
                        of_call.totals[phrase.words.len() - 1] += 1;
                    }
                    let Some(known) = known else { continue };
                    let here = of_call.phrases.entry(known).or_default();
                    here.said += 1;
                    here.uncovered |= !covered;
                    note(&mut here.before, &mut here.ends[0], phrase.before.map(|word| word.text.clone()));
                    note(&mut here.after, &mut here.ends[1], phrase.after.map(|word| word.text.clone()));
                    if confirmed && !covered && here.context.is_none() {
                        here.context = around(turn, &phrase, &masked[index]);
                        let kinds = hits.iter().filter(|hit| hit.list == List::Scam && hit.factor > 0);
                        here.kinds.extend(kinds.filter_map(|hit| match hit.kind {
                            Kind::Stage(stage, _) => Some(stage.as_str()),
                            _ => None,
                        }));
                    }
                }
            }
        }
        of_call
    }

    /// Adds what one call holds; calls must come in the order of the input.
    pub fn add(&mut self, of_call: OfCall) {
        let OfCall { class, words, totals, phrases } = of_call;
        self.words += words;
        let column = match class {
            Class::Confirmed(_) => Some(0),
            Class::Ordinary => Some(1),
            Class::Unknown => None,
        };
        if let Some(column) = column.filter(|_| words > 0) {
            self.calls[column] += 1;
        }
        for (sums, own) in self.totals.iter_mut().zip(totals) {
            sums[2] += own;
            if let Some(column) = column {
                sums[column] += own;
            }
        }
        let number = self.calls[0] as u32;
        for (index, here) in phrases {
            let counted = &mut self.phrases[index];
            counted.said += here.said;
            counted.ends[0] += here.ends[0];
            counted.ends[1] += here.ends[1];
            for (word, count) in here.before {
                *counted.before.entry(word).or_default() += count;
            }
            for (word, count) in here.after {
                *counted.after.entry(word).or_default() += count;
            }
            if !here.uncovered {
                continue;
            }
            counted.all += 1;
            match class {
                Class::Confirmed(script) => {
                    counted.confirmed.push(number);
                    if let Some(script) = script {
                        *counted.scripts.entry(script).or_default() += 1;
                    }
                    for kind in here.kinds {
                        *counted.kinds.entry(kind).or_default() += 1;
                    }
                    if counted.contexts.len() < CONTEXTS {
                        counted.contexts.extend(here.context);
                    }
                }
                Class::Ordinary => counted.ordinary += 1,
                Class::Unknown => {}
            }
        }
    }
}

/// What one call holds.
#[derive(Debug)]
pub struct OfCall {
    class: Class,
    words: u64,
    totals: [u64; WORDS],
    phrases: BTreeMap<usize, Here>,
}

/// What one call holds of a phrase.
#[derive(Debug, Default)]
struct Here {
    said: u64,
    uncovered: bool,
    before: BTreeMap<String, u64>,
    after: BTreeMap<String, u64>,
    ends: [u64; 2],
    kinds: Vec<&'static str>,
    context: Option<String>,
}

fn note(neighbours: &mut BTreeMap<String, u64>, ends: &mut u64, word: Option<String>) {
    match word {
        Some(word) => *neighbours.entry(word).or_default() += 1,
        None => *ends += 1,
    }
}

fn seams(phrase: &Phrase<'_>) -> Vec<usize> {
    phrase.words.iter().map(|word| word.text.chars().count()).collect()
}

/// The sentence around a phrase, masked; none where the phrase itself is masked.
fn around(turn: &TurnText, phrase: &Phrase<'_>, masked: &str) -> Option<String> {
    let place = phrase.place();
    context_of(turn, place.start, place.end, masked)
}

/// The sentence around some view positions, cut to a readable length and masked; none where they are masked
/// themselves.
pub(super) fn context_of(turn: &TurnText, start: usize, end: usize, masked: &str) -> Option<String> {
    let (from, to) = turn.clauses.sentence_around(start);
    let from = from.max(start.saturating_sub(AROUND));
    let to = to.max(end).min(end + AROUND);
    let cut = |(from, to): (u32, u32)| -> String { masked.chars().take(to as usize).skip(from as usize).collect() };
    let itself = cut(turn.view.original(start, end));
    (!itself.contains(crate::normalise::MASK)).then(|| {
        let shown = cut(turn.view.original(from, to));
        shown.trim_start_matches(|c: char| !c.is_alphanumeric()).trim_end().to_owned()
    })
}
