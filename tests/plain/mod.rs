//! The plain way of matching, written for the eye: every literal of every pattern in one Aho-Corasick automaton, every
//! occurrence of every unit, every combination of them, every word of a condition looked for by itself.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;
use pinyin::ToPinyin;
use tinghu::engine::Engine;
use tinghu::lexicon::{Boundary, Condition, Pattern, Reach, Term, Unit, Voice};
use tinghu::matching::{Found, MatchKind, Owner, RawHit, TurnText};
use tinghu::normalise::NumberKind;

/// A unit, a way in which one of its literals sounds, and whether a character of it was lost.
type Sounding = (usize, Vec<char>, bool);

/// An occurrence: first and one-past-last view position, and whether by sound.
type Span = (usize, usize, bool);

/// The patterns of an engine's lexicon, and where their literals lead.
pub struct Plain<'e> {
    engine: &'e Engine,
    automaton: AhoCorasick,
    units_of_literal: Vec<Vec<usize>>,
    sounds: AhoCorasick,
    units_of_sound: Vec<Vec<Sounding>>,
    units: BTreeMap<&'e Unit, usize>,
    patterns: Vec<(Owner, bool, &'e Pattern)>,
    /// For each pattern, its units by number.
    rows: Vec<Vec<usize>>,
}

impl<'e> Plain<'e> {
    pub fn new(engine: &'e Engine) -> Plain<'e> {
        let lexicon = engine.lexicon();
        let mut patterns = Vec::new();
        for (term, index) in lexicon.terms.iter().zip(0..) {
            for (variant, pattern) in term.patterns.iter().enumerate() {
                let kind = match (pattern.literal(), variant) {
                    (Some(_), 0) => MatchKind::Exact,
                    (Some(_), _) => MatchKind::Variant,
                    (None, _) => MatchKind::Pattern,
                };
                patterns.push((Owner::Term(index, kind), term.homophone, pattern));
            }
        }
        for (index, exception) in lexicon.exceptions.iter().enumerate() {
            patterns.extend(exception.patterns.iter().map(|pattern| (Owner::Exception(index), false, pattern)));
        }
        let mut units = BTreeMap::new();
        for unit in patterns.iter().flat_map(|(.., pattern)| &pattern.units) {
            let next = units.len();
            units.entry(unit).or_insert(next);
        }
        let mut literals: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut sounds: BTreeMap<String, Vec<Sounding>> = BTreeMap::new();
        for (unit, &number) in &units {
            let by_sound = patterns.iter().any(|(_, by_sound, pattern)| *by_sound && pattern.units.contains(unit));
            for literal in unit.literals() {
                if by_sound {
                    add_sounds(&literal, number, &mut sounds);
                }
                literals.entry(literal).or_default().push(number);
            }
        }
        Plain {
            engine,
            automaton: AhoCorasick::new(literals.keys()).expect("the automaton fits"),
            units_of_literal: literals.into_values().collect(),
            sounds: AhoCorasick::new(sounds.keys()).expect("the automaton fits"),
            units_of_sound: sounds.into_values().collect(),
            rows: patterns.iter().map(|(.., pattern)| pattern.units.iter().map(|unit| units[unit]).collect()).collect(),
            units,
            patterns,
        }
    }

    /// What [`tinghu::matching::Matcher::find`] should find.
    pub fn find(&self, turn: &TurnText) -> Vec<Found> {
        let places = self.places(turn);
        let mut found = Vec::new();
        for ((owner, by_sound, pattern), units) in self.patterns.iter().zip(&self.rows) {
            let own = |unit: &usize| {
                let spans =
                    places.get(unit)?.iter().copied().filter(|span| *by_sound || !span.2).collect::<Vec<Span>>();
                (!spans.is_empty()).then_some(spans)
            };
            let Some(own) = units.iter().map(own).collect::<Option<Vec<_>>>() else { continue };
            let mut free = 0;
            for &first in &own[0] {
                if first.0 >= free
                    && let Some((_, end, misheard)) = extend(turn, pattern, &own, 1, first)
                {
                    found.push(Found { owner: *owner, start: first.0, end, misheard });
                    free = end;
                }
            }
        }
        found.sort_by_key(|found| (found.start, Reverse(found.end), found.owner, found.misheard));
        found.dedup();
        found
    }

    /// What [`tinghu::matching::Matcher::hits`] should give, of what was found.
    pub fn hits(&self, found: &[Found], turns: &[TurnText], turn: usize, date: Option<&str>) -> Vec<RawHit> {
        let lexicon = self.engine.lexicon();
        let mut hits: Vec<RawHit> = Vec::new();
        for &Found { owner, start, end, misheard } in found {
            let Owner::Term(index, kind) = owner else { continue };
            let term = lexicon.term(index);
            let apart = hits.iter().all(|hit| hit.term != index || hit.end <= start);
            if apart && term.in_force(date) && self.holds(term, turns, turn, start, end) {
                let kind = if misheard { MatchKind::Homophone } else { kind };
                hits.push(RawHit { term: index, start, end, kind, exception: None });
            }
        }
        for hit in &mut hits {
            hit.exception = found.iter().find_map(|found| {
                let Owner::Exception(index) = found.owner else { return None };
                let exception = &lexicon.exceptions[index];
                let in_force =
                    exception.expires.is_empty() || date.is_none_or(|date| date <= exception.expires.as_str());
                let overlaps = hit.start < found.end && found.start < hit.end;
                (in_force && overlaps && exception.names(lexicon.term(hit.term))).then_some(index)
            });
        }
        hits
    }

    fn places(&self, turn: &TurnText) -> BTreeMap<usize, Vec<Span>> {
        let chars = turn.view.chars();
        let mut places: BTreeMap<usize, Vec<Span>> = BTreeMap::new();
        let (text, at_byte) = spelled(chars.iter().copied());
        for found in self.automaton.find_overlapping_iter(&text) {
            for &unit in &self.units_of_literal[found.pattern().as_usize()] {
                places.entry(unit).or_default().push((at_byte[found.start()], at_byte[found.end()], false));
            }
        }
        let (text, at_byte) = spelled(chars.iter().map(|c| syllable(*c)));
        for found in self.sounds.find_overlapping_iter(&text) {
            let (start, end) = (at_byte[found.start()], at_byte[found.end()]);
            for (unit, literal, lost_one) in &self.units_of_sound[found.pattern().as_usize()] {
                let right = chars[start..end].iter().zip(literal).filter(|(a, b)| a == b).count();
                let all = end - start;
                let misheard = if *lost_one { right == all } else { right < all && right * 2 >= all };
                if misheard && !self.ordinary_words(turn, start, end) {
                    places.entry(*unit).or_default().push((start, end, true));
                }
            }
        }
        for number in &turn.numbers {
            let span = (number.start, number.end, false);
            if let Some(&unit) = self.units.get(&Unit::Number) {
                places.entry(unit).or_default().push(span);
            }
            if let Some(&unit) = self.units.get(&Unit::Amount).filter(|_| number.kind == NumberKind::Amount) {
                places.entry(unit).or_default().push(span);
            }
        }
        for own in places.values_mut() {
            own.sort_by_key(|&(start, end, misheard)| (start, Reverse(end), misheard));
        }
        places
    }

    fn ordinary_words(&self, turn: &TurnText, start: usize, end: usize) -> bool {
        let all = self.engine.segmenter().boundaries(&turn.view.text());
        let own: Vec<usize> = all.into_iter().filter(|at| (start..=end).contains(at)).collect();
        own.first() == Some(&start) && own.last() == Some(&end) && own.windows(2).all(|pair| pair[1] - pair[0] >= 2)
    }

    fn holds(&self, term: &Term, turns: &[TurnText], turn: usize, start: usize, end: usize) -> bool {
        let text = &turns[turn];
        let within = |from: usize, to: usize, words: &[String]| {
            let text: String = text.view.chars()[from..to].iter().collect();
            words.iter().any(|word| text.contains(word.as_str()))
        };
        let whole = text.view.chars().len();
        let found = |Condition { reach, words }: &Condition| match *reach {
            Reach::Near(distance) => within(start.saturating_sub(distance), (end + distance).min(whole), words),
            Reach::Sentence => {
                within(text.clauses.sentence_around(start).0, text.clauses.sentence_around(end - 1).1, words)
            }
            Reach::Turn => within(0, whole, words),
            Reach::Call => {
                let heard = |other: &&TurnText| term.voice == Voice::Agent || !other.warning;
                let says = |other: &TurnText| words.iter().any(|word| other.view.text().contains(word.as_str()));
                turns.iter().filter(heard).any(says) || (text.warning && within(0, whole, words))
            }
        };
        (term.boundary == Boundary::Free || text.at_word_boundaries(start, end, self.engine.segmenter()))
            && term.require.iter().all(found)
            && !term.forbid.iter().any(found)
    }
}

/// Leftmost, longest pieces, shortest gaps.
fn extend(turn: &TurnText, pattern: &Pattern, places: &[Vec<Span>], unit: usize, last: Span) -> Option<Span> {
    let Some(own) = places.get(unit) else { return Some(last) };
    own.iter()
        .filter(|next| next.0 >= last.1 && next.0 - last.1 <= pattern.gaps[unit - 1])
        .filter(|next| turn.clauses.same_sentence(last.1 - 1, next.0))
        .find_map(|next| extend(turn, pattern, places, unit + 1, (next.0, next.1, next.2 || last.2)))
}

/// The text, and the position of the character that begins (or ends) at each byte.
fn spelled(chars: impl Iterator<Item = char>) -> (String, Vec<usize>) {
    let (mut text, mut at_byte) = (String::new(), vec![0]);
    for (position, c) in chars.enumerate() {
        text.push(c);
        at_byte.resize(text.len(), position);
        at_byte.push(position + 1);
    }
    (text, at_byte)
}

/// The syllable of a character as a character of its own, or the character: equal where they may be confused.
fn syllable(c: char) -> char {
    let Some(pinyin) = c.to_pinyin().filter(|_| (c as u32) < 0x1_0000) else { return c };
    let mut plain = pinyin.plain().replace("ing", "in").replace("eng", "en");
    for (from, to) in [("zh", "z"), ("ch", "c"), ("sh", "s")] {
        if let Some(rest) = plain.strip_prefix(from) {
            plain = format!("{to}{rest}");
        }
    }
    // A toneless syllable has at most six letters (and ü): five bits each.
    let code = plain.chars().fold(0_u32, |code, letter| (code * 33 + letter as u32) % 65_000);
    char::from_u32(0xF_0000 + code).expect("in the private plane")
}

/// Every way in which a literal may be misheard: as other characters, or with one of its inner characters lost.
fn add_sounds(literal: &str, unit: usize, sounds: &mut BTreeMap<String, Vec<Sounding>>) {
    let chars: Vec<char> = literal.chars().collect();
    if chars.len() < 3 || chars.iter().any(|c| syllable(*c) == *c) {
        return;
    }
    let mut add = |chars: Vec<char>, lost_one| {
        let sound = chars.iter().map(|c| syllable(*c)).collect();
        sounds.entry(sound).or_default().push((unit, chars, lost_one));
    };
    if chars.len() >= 5 {
        for lost in 1..chars.len() - 1 {
            add([&chars[..lost], &chars[lost + 1..]].concat(), true);
        }
    }
    add(chars, false);
}
