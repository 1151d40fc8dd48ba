//! Where a turn may hold the units that patterns are looked for by, and whether the others can be near.

use rustc_hash::{FxHashMap, FxHashSet};

use super::unit::UnitIndex;
use crate::lexicon::Unit;

/// Characters by which a unit is recognised: three tell it apart from most of what is said.
const PREFIX: usize = 3;

/// Spreads packed characters over the upper bits (multiplicative hashing, Knuth, TAOCP 6.4).
#[inline]
fn spread(key: u64) -> u64 {
    key.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// The key with one more character, 21 bits each.
#[inline]
fn pack(key: u64, c: char) -> u64 {
    key << 21 | u64::from(u32::from(c))
}

/// The first characters of units, packed, and the units that begin so.
#[derive(Debug)]
pub(super) struct Triggers {
    keys: Filter,
    /// The first two characters of keys of three.
    pairs: Filter,
    /// For each key, first and one-past-last index into `units`.
    places: FxHashMap<u64, (u32, u32)>,
    units: Vec<UnitIndex>,
    /// Whether there are keys of one character.
    single: bool,
}

impl Triggers {
    /// Prepares the triggers of these units; numbers have none.
    pub fn new<'a>(units: impl Iterator<Item = (UnitIndex, &'a Unit)>) -> Triggers {
        let mut begun: Vec<(u64, UnitIndex)> = Vec::new();
        for (index, unit) in units {
            begun.extend(prefixes(unit, PREFIX).into_iter().map(|key| (key, index)));
        }
        begun.sort_unstable();
        let keys = || begun.chunk_by(|a, b| a.0 == b.0).map(|own| own[0].0);
        let pairs = || keys().filter(|key| key >> 42 != 0).map(|key| key >> 21);
        let mut triggers = Triggers {
            keys: Filter::of(keys),
            pairs: Filter::of(pairs),
            places: FxHashMap::default(),
            units: Vec::with_capacity(begun.len()),
            single: keys().any(|key| key >> 21 == 0),
        };
        for own in begun.chunk_by(|a, b| a.0 == b.0) {
            let at = triggers.units.len() as u32;
            triggers.units.extend(own.iter().map(|(_, unit)| *unit));
            triggers.places.insert(own[0].0, (at, triggers.units.len() as u32));
        }
        triggers
    }

    /// Calls `found` with each unit that may begin at a place, and the place, in order of places.
    #[inline]
    pub fn find(&self, text: &[char], mut found: impl FnMut(UnitIndex, usize)) {
        for (at, &first) in text.iter().enumerate() {
            let key = pack(0, first);
            if self.single {
                self.look_up(key, spread(key), at, &mut found);
            }
            let Some(&second) = text.get(at + 1) else { break };
            let key = pack(key, second);
            let hash = spread(key);
            self.look_up(key, hash, at, &mut found);
            if self.pairs.may_hold(hash)
                && let Some(&third) = text.get(at + 2)
            {
                let key = pack(key, third);
                self.look_up(key, spread(key), at, &mut found);
            }
        }
    }

    #[inline]
    fn look_up(&self, key: u64, hash: u64, at: usize, found: &mut impl FnMut(UnitIndex, usize)) {
        if self.keys.may_hold(hash)
            && let Some(&(from, to)) = self.places.get(&key)
        {
            self.units[from as usize..to as usize].iter().for_each(|&unit| found(unit, at));
        }
    }
}

/// A set of hashes, one bit each: it may hold more than was put in.
#[derive(Debug)]
struct Filter {
    bits: Box<[u64]>,
    shift: u32,
}

impl Filter {
    fn of<I: Iterator<Item = u64>>(keys: impl Fn() -> I) -> Filter {
        // Eight bits for each key: one text in eight is looked up in vain.
        let size = (keys().count() * 8).next_power_of_two().max(64);
        let mut filter = Filter { bits: vec![0; size / 64].into(), shift: 64 - size.ilog2() };
        for hash in keys().map(spread) {
            let at = (hash >> filter.shift) as usize;
            filter.bits[at >> 6] |= 1 << (at & 63);
        }
        filter
    }

    #[inline]
    fn may_hold(&self, hash: u64) -> bool {
        let at = (hash >> self.shift) as usize;
        self.bits[at >> 6] >> (at & 63) & 1 == 1
    }
}

/// The first characters of every member, packed: whole where it has no more than `length`.
fn prefixes(unit: &Unit, length: usize) -> FxHashSet<u64> {
    let Unit::Words(choices) = unit else { return FxHashSet::default() };
    let full = |key: u64| key >> (21 * (length - 1)) != 0;
    let mut open = FxHashSet::from_iter([0]);
    let mut done = FxHashSet::default();
    for words in choices {
        let mut longer = FxHashSet::default();
        for &head in &open {
            for word in words {
                let mut key = head;
                for c in word.chars() {
                    if full(key) {
                        break;
                    }
                    key = pack(key, c);
                }
                if full(key) {
                    done.insert(key)
                } else {
                    longer.insert(key)
                };
            }
        }
        open = longer;
    }
    done.extend(open);
    done
}

/// Bits of the hash that a sketch tells apart.
const SKETCH: u32 = 12;

/// Most beginnings by which a unit is looked for in a sketch.
const MOST: usize = 48;

/// The places in a [`Sketch`] that a unit's members begin at; `None` where there are too many to ask.
pub(super) fn sketch_keys(unit: &Unit) -> Option<Vec<u16>> {
    let keys = prefixes(unit, 2);
    if keys.is_empty() || keys.len() > MOST {
        return None;
    }
    let mut places: Vec<u16> = keys.into_iter().map(|key| (spread(key) >> (64 - SKETCH)) as u16).collect();
    places.sort_unstable();
    places.dedup();
    Some(places)
}

/// Where in a turn every character and every pair of characters stands, by the first bits of its hash: the first
/// and the last place. What is nowhere here is not in the turn.
#[derive(Debug, Default)]
pub(super) struct Sketch {
    places: Vec<(u32, u32)>,
    /// The places of the turn before, to be emptied.
    used: Vec<u16>,
}

/// No place: the first is after every last.
const NOWHERE: (u32, u32) = (u32::MAX, 0);

impl Sketch {
    /// Takes in a turn in place of the one before.
    pub fn draw(&mut self, text: &[char]) {
        self.places.resize(1 << SKETCH, NOWHERE);
        for place in self.used.drain(..) {
            self.places[usize::from(place)] = NOWHERE;
        }
        for (at, &first) in text.iter().enumerate() {
            self.note(pack(0, first), at);
            if let Some(&second) = text.get(at + 1) {
                self.note(pack(pack(0, first), second), at);
            }
        }
    }

    #[inline]
    fn note(&mut self, key: u64, at: usize) {
        let index = (spread(key) >> (64 - SKETCH)) as u16;
        let place = &mut self.places[usize::from(index)];
        *place = (place.0.min(at as u32), at as u32);
        self.used.push(index);
    }

    /// Whether one of these beginnings may stand from `from` to `to`, both included.
    #[inline]
    pub fn may_hold(&self, keys: &[u16], from: usize, to: usize) -> bool {
        keys.iter().any(|&key| {
            let (first, last) = self.places[usize::from(key)];
            first as usize <= to && last as usize >= from
        })
    }
}
