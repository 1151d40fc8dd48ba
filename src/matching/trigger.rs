//! Where a turn may hold the units that patterns are looked for by.

use crate::lexicon::Unit;
use crate::lexicon::wording::{pack, spread};

/// Characters by which a unit is recognised: three tell it apart from most of what is said.
const PREFIX: usize = 3;

/// The first characters of anchors, and the patterns that are looked for by anchors that begin so.
#[derive(Debug)]
pub(super) struct Triggers {
    /// Keys of one and of two characters.
    short: Filter,
    /// Keys of three characters.
    long: Filter,
    /// The first two characters of keys of three.
    pairs: Filter,
    /// Whether there are keys of one character.
    single: bool,
    /// All keys by their hashes: a key that its own line has no room for is in the next that has.
    lines: Box<[Line]>,
    /// For each key, the patterns that are looked for by it; the last of them bears [`LAST`].
    patterns: Vec<u32>,
}

/// Keys that lie together, since they are fetched together.
#[derive(Debug, Clone)]
#[repr(align(64))]
struct Line {
    /// What tells the keys of a line apart, 0 for no key. Two keys may have one mark: the anchor is looked at before
    /// anything is found.
    marks: [u16; KEYS],
    /// For each key, its patterns.
    lists: [List; KEYS],
}

/// Some of [`Triggers::patterns`].
#[derive(Debug, Clone, Copy, Default)]
struct List(u32);

impl List {
    /// Bits that hold how many there are.
    const COUNT: u32 = 6;

    /// So many patterns from an index on. The count lies here, so that nothing has to wait for the list itself;
    /// what is too many for it is told by [`LAST`].
    fn new(from: usize, count: usize) -> List {
        List((from as u32) << List::COUNT | (count as u32).min((1 << List::COUNT) - 1))
    }

    #[inline]
    fn of(self, patterns: &[u32]) -> &[u32] {
        let (from, count) = ((self.0 >> List::COUNT) as usize, self.0 % (1 << List::COUNT));
        let all = &patterns[from..];
        if count < (1 << List::COUNT) - 1 {
            return &all[..count as usize];
        }
        &all[..=all.iter().position(|pattern| pattern & LAST != 0).unwrap_or(0)]
    }
}

/// Keys of a line: it fills a line of the processor's memory.
const KEYS: usize = 10;

/// Marks the last pattern of a key.
const LAST: u32 = 1 << 31;

/// Room for what is met on the way, kept from turn to turn.
#[derive(Debug, Default)]
pub(super) struct Steps {
    /// Hashes of keys, each with its place.
    keys: Vec<(u64, u32)>,
    /// The patterns of keys, each with its place.
    lists: Vec<(List, u32)>,
    /// Patterns with the places of their anchors.
    wanted: Vec<(u32, u32)>,
}

impl Triggers {
    /// Prepares anchors to be looked for, each the range of its patterns with its [`beginnings`].
    pub fn new(anchors: Vec<((u32, u32), Vec<u64>)>) -> Triggers {
        let mut begun: Vec<(u64, (u32, u32))> = Vec::new();
        let (mut short, mut long, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
        let mut single = false;
        for (patterns, beginnings) in anchors {
            for key in beginnings {
                begun.push((spread(key), patterns));
                if key >> 42 == 0 {
                    short.push(spread(key));
                } else {
                    long.push(spread(key));
                    pairs.push(spread(key >> 21));
                }
                single |= key >> 21 == 0;
            }
        }
        begun.sort_unstable();
        for hashes in [&mut short, &mut long, &mut pairs] {
            hashes.sort_unstable();
            hashes.dedup();
        }
        let lines = vec![Line { marks: [0; KEYS], lists: [List(0); KEYS] }; lines_for(short.len() + long.len())];
        // Three characters are asked for only where two of them fit.
        let (short, long, pairs) = (Filter::of(short, 10), Filter::of(long, 5), Filter::of(pairs, 10));
        let mut triggers = Triggers { short, long, pairs, single, lines: lines.into(), patterns: Vec::new() };
        for key in begun.chunk_by(|a, b| a.0 == b.0) {
            let from = triggers.patterns.len();
            triggers.patterns.extend(key.iter().flat_map(|&(_, (from, to))| from..to));
            triggers.enter(key[0].0, List::new(from, triggers.patterns.len() - from));
            if let Some(last) = triggers.patterns.last_mut() {
                *last |= LAST;
            }
        }
        triggers
    }

    /// Enters a key with its patterns.
    fn enter(&mut self, hash: u64, list: List) {
        let mut line = self.line_of(hash);
        loop {
            let Line { marks, lists } = &mut self.lines[line];
            if let Some(free) = marks.iter().position(|mark| *mark == 0) {
                (marks[free], lists[free]) = (mark(hash), list);
                return;
            }
            line = (line + 1) % self.lines.len();
        }
    }

    /// The line in which a key should be.
    #[inline]
    fn line_of(&self, hash: u64) -> usize {
        (hash >> 40) as usize % self.lines.len()
    }

    /// Calls `met` with the list of every key that a hash may stand for.
    #[inline]
    fn look_up(&self, hash: u64, mut met: impl FnMut(List)) {
        let (mut line, mark) = (self.line_of(hash), mark(hash));
        loop {
            let Line { marks, lists } = &self.lines[line];
            // All are compared before anything depends on the answer, for which the processor may have to wait.
            let mut same = (0..KEYS).fold(0, |same, key| same | u32::from(marks[key] == mark) << key);
            while same != 0 {
                met(lists[same.trailing_zeros() as usize]);
                same &= same - 1;
            }
            if marks[KEYS - 1] == 0 {
                return;
            }
            line = (line + 1) % self.lines.len();
        }
    }

    /// The patterns of each anchor that may begin at a place, with the place, in order of places. `hashes` are those
    /// of each character and of the pair that begins with it.
    ///
    /// In steps over the whole turn, none of which branches on what it has just read: the tables do not fit the
    /// nearest memory, and so what one step asks for is waited for together, not one after the other.
    #[inline]
    pub fn find<'s>(&self, text: &[char], hashes: &[(u64, u64)], steps: &'s mut Steps) -> &'s [(u32, u32)] {
        let Steps { keys, lists, wanted } = steps;
        keys.clear();
        let mut note = |filter: &Filter, hash: u64, at: usize| {
            if filter.may_hold(hash) {
                keys.push((hash, at as u32));
            }
        };
        for (at, &(one, two)) in hashes.iter().enumerate() {
            if self.single {
                note(&self.short, one, at);
            }
            // The last character begins no pair, the last two begin no three.
            if at + 1 < text.len() {
                note(&self.short, two, at);
            }
            if self.pairs.may_hold(two)
                && let Some(three) = text.get(at..at + PREFIX)
            {
                note(&self.long, spread(three.iter().copied().fold(0, pack)), at);
            }
        }
        lists.clear();
        for &(hash, at) in keys.iter() {
            self.look_up(hash, |list| lists.push((list, at)));
        }
        wanted.clear();
        for &(list, at) in lists.iter() {
            wanted.extend(list.of(&self.patterns).iter().map(|pattern| (pattern & !LAST, at)));
        }
        wanted
    }
}

/// Lines for so many keys: a power of two, half of it filled or a little more.
fn lines_for(keys: usize) -> usize {
    (keys / 6).next_power_of_two()
}

/// The bits of a hash that tell the keys of a line apart.
#[inline]
fn mark(hash: u64) -> u16 {
    (hash >> 24) as u16 | 1
}

/// A set of hashes, two bits of one word each: it may hold more than was put in.
#[derive(Debug)]
struct Filter {
    words: Box<[u64]>,
    shift: u32,
}

impl Filter {
    /// With at least so many bits for each hash: of ten, one text in fifty is looked up in vain.
    fn of(hashes: Vec<u64>, bits: usize) -> Filter {
        let size = (hashes.len() * bits).next_power_of_two().max(128);
        let mut filter = Filter { words: vec![0; size / 64].into(), shift: 64 - (size / 64).ilog2() };
        for hash in hashes {
            let (at, bits) = filter.place(hash);
            filter.words[at] |= bits;
        }
        filter
    }

    #[inline]
    fn may_hold(&self, hash: u64) -> bool {
        let (at, bits) = self.place(hash);
        self.words[at] & bits == bits
    }

    /// The word of a hash and its bits there, from parts of the hash that do not overlap.
    #[inline]
    fn place(&self, hash: u64) -> (usize, u64) {
        ((hash >> self.shift) as usize, 1 << (hash >> 32 & 63) | 1 << (hash >> 38 & 63))
    }
}

/// What a unit is looked for by: the first characters of every member, packed, whole where it has no more than
/// [`PREFIX`]. Sorted, each once.
pub(super) fn beginnings(unit: &Unit) -> Vec<u64> {
    let Unit::Words(choices) = unit else { return Vec::new() };
    let full = |key: u64| key >> (21 * (PREFIX - 1)) != 0;
    let (mut open, mut done) = (vec![0], Vec::new());
    for words in choices {
        let mut longer = Vec::new();
        for &head in &open {
            for word in words {
                let mut key = head;
                for c in word.chars() {
                    if full(key) {
                        break;
                    }
                    key = pack(key, c);
                }
                if full(key) { done.push(key) } else { longer.push(key) }
            }
        }
        longer.sort_unstable();
        longer.dedup();
        open = longer;
    }
    done.extend(open);
    done.sort_unstable();
    done.dedup();
    done
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::TurnText;
    use super::super::sketch::Sketch;
    use super::*;
    use crate::normalise::fold_char;

    #[test]
    fn every_anchor_of_many_is_met_where_it_begins_with_all_its_patterns() {
        // More keys than lines have room for at once, and more patterns of a key than are counted beside it.
        let letters: Vec<char> = ('\u{4E00}'..).filter(|c| fold_char(*c) == *c).take(40).collect();
        let words: Vec<String> =
            letters.iter().flat_map(|a| letters.iter().map(move |b| format!("{a}{b}转"))).collect();
        let units: Vec<Unit> = words.iter().map(|word| Unit::Words(vec![vec![word.clone()]])).collect();
        let known: Vec<Vec<u64>> = units.iter().map(beginnings).collect();
        let mut anchors: Vec<((u32, u32), Vec<u64>)> =
            (0..).zip(known).map(|(at, keys)| ((at, at + 1), keys)).collect();
        let all = words.len() as u32;
        anchors.push(((all, all + 200), vec![pack(0, '单')]));
        let triggers = Triggers::new(anchors);
        let (mut steps, mut sketch) = (Steps::default(), Sketch::default());
        let mut find = |text: &str| -> BTreeSet<(u32, u32)> {
            let turn = TurnText::new(text);
            sketch.draw(&turn);
            triggers.find(turn.view.chars(), sketch.hashes(), &mut steps).iter().copied().collect()
        };
        for (at, word) in (0..).zip(&words) {
            assert!(find(&format!("我{word}了")).contains(&(at, 1)), "{word}");
            assert!(find(word).contains(&(at, 0)), "{word}");
        }
        let met = find("我单");
        assert!((all..all + 200).all(|pattern| met.contains(&(pattern, 1))), "{met:?}");
        assert!(find("").is_empty() && find("好").is_empty());
    }
}
