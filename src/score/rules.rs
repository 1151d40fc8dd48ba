//! Which named rules hold for a call.

use super::occurrence::{Occurrences, counts_for_rules};
use crate::call::{Call, Speaker};
use crate::context::{Hit, Reading};
use crate::engine::Engine;
use crate::lexicon::{Deed, Kind, Lexicon, Rule, Selector};

/// The rules that hold, in file order.
pub(super) fn fired<'e>(engine: &'e Engine, call: &Call, reading: &Reading, occurs: &Occurrences) -> Vec<&'e Rule> {
    let lexicon = engine.lexicon();
    let holds = |rule: &Rule| Check { lexicon, call, reading, occurs, by: rule.by }.holds(rule);
    let rules = lexicon.rules.iter().zip(engine.needs());
    rules.filter(|(rule, needs)| occurs.may_fulfil(needs, rule.by) && holds(rule)).map(|(rule, _)| rule).collect()
}

struct Check<'a> {
    lexicon: &'a Lexicon,
    call: &'a Call,
    reading: &'a Reading,
    occurs: &'a Occurrences,
    by: Option<Speaker>,
}

impl Check<'_> {
    /// What needs only to occur is asked first; turns are looked up for the few rules for which all of it does.
    fn holds(&self, rule: &Rule) -> bool {
        let found = |selector: &Selector| self.found(selector);
        rule.all.iter().all(found)
            && (rule.any.is_empty() || rule.any.iter().any(found))
            && rule.at_least.as_ref().is_none_or(|(n, of)| of.iter().filter(|selector| found(selector)).count() >= *n)
            && !rule.none.iter().any(found)
            && (!(rule.in_order || rule.within_turns.is_some() || rule.within_seconds.is_some()) || self.sequence(rule))
            && rule.absent_after.as_ref().is_none_or(|(anchor, wanted, turns)| self.absent(anchor, wanted, *turns))
            && rule.repeated.as_ref().is_none_or(|(selector, turns)| self.turns(selector).len() >= *turns)
    }

    /// Whether the selector is found at all.
    fn found(&self, selector: &Selector) -> bool {
        let among_hits = || self.reading.hits.iter().any(|hit| self.matches(hit, selector) && self.heard(hit.turn));
        self.occurs.found(selector, self.by).unwrap_or_else(among_hits)
    }

    /// Whether the turn is of the speaker that the rule asks for.
    fn heard(&self, turn: usize) -> bool {
        self.by.is_none_or(|speaker| self.call.turns[turn].speaker == speaker)
    }

    /// The turns in which the selector is found, each once, in order.
    fn turns(&self, selector: &Selector) -> Vec<usize> {
        if !self.found(selector) {
            return Vec::new();
        }
        let mut turns: Vec<usize> = match selector {
            Selector::Frame(kind) => {
                self.reading.frames.all().iter().filter(|frame| frame.kind == *kind).map(|frame| frame.turn).collect()
            }
            _ => self.reading.hits.iter().filter(|hit| self.matches(hit, selector)).map(|hit| hit.turn).collect(),
        };
        turns.retain(|&turn| self.heard(turn));
        turns.dedup();
        turns
    }

    fn matches(&self, hit: &Hit, selector: &Selector) -> bool {
        if !counts_for_rules(hit) {
            return false;
        }
        match (selector, hit.kind) {
            (Selector::Stage(stage, deed), Kind::Stage(own, _)) => {
                *stage == own
                    && match deed {
                        Deed::Spoken => true,
                        Deed::About => hit.deed >= Deed::About,
                        Deed::Done => hit.deed == Deed::Done,
                    }
            }
            (Selector::Type(kind), _) => hit.scam_type == Some(*kind),
            (Selector::AnyType, _) => hit.scam_type.is_some(),
            (Selector::Term(id), _) => self.lexicon.term(hit.term).id == *id,
            (Selector::Distress(kind), Kind::Distress(own)) => *kind == own,
            (Selector::Empathy(kind), Kind::Empathy(own)) => *kind == own,
            (Selector::Taboo(kind), Kind::Taboo(own)) => *kind == own,
            (Selector::Duty(kind), Kind::Duty(own)) => *kind == own,
            (Selector::Outcome(kind), Kind::Outcome(own)) => *kind == own,
            (Selector::Vulnerability(kind), Kind::Vulnerability(own)) => *kind == own,
            _ => false,
        }
    }

    /// Whether one turn for each member of `all` can be chosen in order and within the window.
    fn sequence(&self, rule: &Rule) -> bool {
        let places: Vec<Vec<usize>> = rule.all.iter().map(|selector| self.turns(selector)).collect();
        let Some(first) = places.first() else { return true };
        first.iter().any(|&start| {
            let mut chosen = vec![start];
            for place in &places[1..] {
                let from = if rule.in_order {
                    chosen[chosen.len() - 1]
                } else {
                    start.saturating_sub(rule.within_turns.unwrap_or(start))
                };
                // Places come in order.
                match place.get(place.partition_point(|&turn| turn < from)) {
                    Some(&turn) => chosen.push(turn),
                    None => return false,
                }
            }
            self.within(rule, &chosen)
        })
    }

    fn within(&self, rule: &Rule, chosen: &[usize]) -> bool {
        let (Some(&low), Some(&high)) = (chosen.iter().min(), chosen.iter().max()) else {
            return true;
        };
        let seconds = match (self.call.turns[low].start_ms, self.call.turns[high].start_ms) {
            (Some(from), Some(to)) => Some(to.saturating_sub(from) / 1_000),
            _ => None,
        };
        rule.within_turns.is_none_or(|turns| high - low <= turns)
            && rule.within_seconds.is_none_or(|limit| seconds.is_none_or(|seconds| seconds <= limit))
    }

    /// Whether some anchor has no `wanted` in the turns after it.
    fn absent(&self, anchor: &Selector, wanted: &Selector, turns: usize) -> bool {
        let wanted = self.turns(wanted);
        let next = |at: usize| wanted.get(wanted.partition_point(|&turn| turn < at));
        self.turns(anchor).iter().any(|&at| next(at).is_none_or(|turn| turn - at > turns))
    }
}
