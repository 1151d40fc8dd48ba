//! How often each term stood where, over one run or several.

use std::collections::{BTreeMap, BTreeSet};

use crate::call::Speaker;
use crate::context::Stance;
use crate::lexicon::{Lexicon, Term};
use crate::run::{HitRow, ReadRunError, Run};
use crate::score::{Dimension, RiskLevel};

/// What a term did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fired {
    /// The term, as the lexicon writes it; empty where the run kept no texts.
    pub term: String,
    /// What it is evidence of.
    pub dimension: Dimension,
    /// All its hits.
    pub hits: u64,
    /// The hits that earned or cost points.
    pub counted: u64,
    /// The calls it stood in.
    pub calls: u64,
    /// Calls of low risk in which it earned or cost points.
    pub ordinary: u64,
    /// Hits by who spoke, in the order of [`Speaker::ALL`].
    pub by_speaker: [u64; 3],
    /// Hits by what the words meant.
    pub by_stance: BTreeMap<Stance, u64>,
    /// Calls in which a hit of this term lay over one of the other.
    beside: BTreeMap<String, u64>,
}

/// A term that stands on the same words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partner<'s> {
    /// Its id.
    pub id: &'s str,
    /// The calls in which both stood on the same words.
    pub calls: u64,
}

/// What all terms did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// Calls in the runs.
    pub calls: u64,
    /// Those of low risk.
    pub ordinary: u64,
    terms: BTreeMap<String, Fired>,
}

/// The hits of a call that stand on words: turn, span, and term.
type Spans = Vec<(u64, u64, u64, String)>;

impl Survey {
    /// Counts the hits of a run, besides those counted before.
    ///
    /// # Errors
    /// When its tables cannot be read back.
    pub fn add(&mut self, run: &Run) -> Result<(), ReadRunError> {
        let (mut calls, mut hits) = (run.calls()?, run.hits()?);
        while let Some(call) = calls.read()? {
            let ordinary = call.risk_level == RiskLevel::Low;
            self.calls += 1;
            self.ordinary += u64::from(ordinary);
            let (mut seen, mut counting, mut spans) = (BTreeSet::new(), BTreeSet::new(), Spans::new());
            let mut look = |hit: &HitRow<'_>| {
                if hit.matched_by.is_words() {
                    self.hit(hit, &mut spans);
                    seen.insert(hit.term_id.to_owned());
                    if hit.points != 0 && ordinary {
                        counting.insert(hit.term_id.to_owned());
                    }
                }
            };
            hits.pass_of(&call.call_id, Some(&mut look))?;
            self.call(&seen, &counting, spans);
        }
        hits.finish()
    }

    fn hit(&mut self, hit: &HitRow<'_>, spans: &mut Spans) {
        let new = || Fired {
            term: hit.term.to_owned(),
            dimension: hit.dimension,
            hits: 0,
            counted: 0,
            calls: 0,
            ordinary: 0,
            by_speaker: [0; 3],
            by_stance: BTreeMap::new(),
            beside: BTreeMap::new(),
        };
        let fired = self.terms.entry(hit.term_id.to_owned()).or_insert_with(new);
        fired.hits += 1;
        fired.counted += u64::from(hit.points != 0);
        if let Some(speaker) = hit.speaker {
            fired.by_speaker[speaker as usize] += 1;
        }
        if let Some(stance) = hit.stance {
            *fired.by_stance.entry(stance).or_default() += 1;
        }
        if let (Some(turn), Some(start), Some(end)) = (hit.turn, hit.span_start, hit.span_end) {
            spans.push((turn, start, end, hit.term_id.to_owned()));
        }
    }

    /// Counts what counts once for each call.
    fn call(&mut self, seen: &BTreeSet<String>, counting: &BTreeSet<String>, mut spans: Spans) {
        spans.sort();
        let mut pairs = BTreeSet::new();
        for (at, (turn, _, end, id)) in spans.iter().enumerate() {
            for (other_turn, start, _, other) in &spans[at + 1..] {
                if other_turn != turn || start >= end {
                    break;
                }
                if other != id {
                    pairs.insert((id.as_str(), other.as_str()));
                    pairs.insert((other.as_str(), id.as_str()));
                }
            }
        }
        for (id, other) in pairs {
            if let Some(fired) = self.terms.get_mut(id) {
                *fired.beside.entry(other.to_owned()).or_default() += 1;
            }
        }
        for id in seen {
            if let Some(fired) = self.terms.get_mut(id) {
                fired.calls += 1;
                fired.ordinary += u64::from(counting.contains(id));
            }
        }
    }

    /// The terms that stood anywhere, those of most calls first.
    pub fn fired(&self) -> Vec<(&str, &Fired)> {
        let mut fired: Vec<(&str, &Fired)> = self.terms.iter().map(|(id, fired)| (id.as_str(), fired)).collect();
        fired.sort_by_key(|(_, fired)| std::cmp::Reverse((fired.calls, fired.hits)));
        fired
    }

    /// The terms of a lexicon that stood nowhere, in its order.
    pub fn never<'l>(&self, lexicon: &'l Lexicon) -> Vec<&'l Term> {
        lexicon.terms.iter().filter(|term| !self.terms.contains_key(&term.id)).collect()
    }

    /// The share of the calls of low risk in which a term earned or cost points; none without such calls.
    pub fn ordinary_share(&self, fired: &Fired) -> Option<f64> {
        (self.ordinary > 0).then(|| fired.ordinary as f64 / self.ordinary as f64)
    }
}

impl Fired {
    /// The other term that stood on the same words in most calls.
    pub fn partner(&self) -> Option<Partner<'_>> {
        let most = self.beside.iter().max_by_key(|(id, calls)| (**calls, std::cmp::Reverse(*id)));
        most.map(|(id, calls)| Partner { id, calls: *calls })
    }

    /// Hits in a voice.
    pub fn said_by(&self, speaker: Speaker) -> u64 {
        self.by_speaker[speaker as usize]
    }
}
