//! Where a turn may hold the units that patterns are tried for: a filter on the first characters.

use rustc_hash::{FxHashMap, FxHashSet};

use super::unit::UnitIndex;
use crate::lexicon::Unit;

/// Characters by which a unit is recognised: three tell it apart from most of what is said.
const PREFIX: usize = 3;

/// The first characters of units, packed, and the units that begin so.
#[derive(Debug)]
pub(super) struct Triggers {
    /// One bit for the hash of each key of two and of three characters, or of one.
    filter: Box<[u64]>,
    /// For each key, first and one-past-last index into `units`.
    places: FxHashMap<u64, (u32, u32)>,
    units: Vec<UnitIndex>,
    /// Whether there are keys of one character.
    single: bool,
}

impl Triggers {
    /// Prepares the triggers of these units; numbers have none.
    pub fn new<'a>(units: impl Iterator<Item = (UnitIndex, &'a Unit)>) -> Triggers {
        let mut pairs: Vec<(u64, UnitIndex)> = Vec::new();
        for (index, unit) in units {
            pairs.extend(prefixes(unit).into_iter().map(|key| (key, index)));
        }
        pairs.sort_unstable();
        pairs.dedup();
        // Twenty bits for each key: one text in twenty is looked up in vain.
        let bits = (pairs.len() * 20).next_power_of_two().max(1 << 12);
        let mut triggers = Triggers {
            filter: vec![0; bits / 64].into(),
            places: FxHashMap::default(),
            units: Vec::with_capacity(pairs.len()),
            single: false,
        };
        for (key, unit) in pairs {
            let at = triggers.units.len() as u32;
            triggers.units.push(unit);
            triggers.places.entry(key).or_insert((at, at)).1 = at + 1;
            // A key of two and more characters is only asked for where its first two pass.
            for key in [key, key >> 21].into_iter().take(if key >> 42 == 0 { 1 } else { 2 }) {
                let (word, bit) = triggers.bit(key);
                triggers.filter[word] |= bit;
            }
            triggers.single |= key >> 21 == 0;
        }
        triggers
    }

    /// Calls `found` with each unit that may begin at a place, and the place, in order of places.
    pub fn find(&self, text: &[char], mut found: impl FnMut(UnitIndex, usize)) {
        for at in 0..text.len() {
            let mut key = u64::from(u32::from(text[at]));
            if self.single {
                self.look_up(key, at, &mut found);
            }
            for c in text[at + 1..].iter().take(PREFIX - 1) {
                key = key << 21 | u64::from(u32::from(*c));
                if !self.look_up(key, at, &mut found) {
                    break;
                }
            }
        }
    }

    /// Whether the key passed the filter.
    #[inline]
    fn look_up(&self, key: u64, at: usize, found: &mut impl FnMut(UnitIndex, usize)) -> bool {
        let (word, bit) = self.bit(key);
        if self.filter[word] & bit == 0 {
            return false;
        }
        if let Some(&(from, to)) = self.places.get(&key) {
            self.units[from as usize..to as usize].iter().for_each(|&unit| found(unit, at));
        }
        true
    }

    #[inline]
    fn bit(&self, key: u64) -> (usize, u64) {
        // Multiplicative hashing (Knuth, TAOCP 6.4): the upper bits are the best mixed.
        let hash = key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        (hash as usize >> 6 & (self.filter.len() - 1), 1 << (hash & 63))
    }
}

/// The first characters of every member: whole where it has no more than [`PREFIX`].
fn prefixes(unit: &Unit) -> FxHashSet<u64> {
    let Unit::Words(choices) = unit else { return FxHashSet::default() };
    let mut open = FxHashSet::from_iter([0]);
    let mut done = FxHashSet::default();
    for words in choices {
        let mut longer = FxHashSet::default();
        for &head in &open {
            for word in words {
                match extend(head, word) {
                    full if full >> (21 * (PREFIX - 1)) != 0 => done.insert(full),
                    short => longer.insert(short),
                };
            }
        }
        open = longer;
    }
    done.extend(open);
    done
}

/// The key with the characters of a word added, up to [`PREFIX`].
fn extend(mut key: u64, word: &str) -> u64 {
    for c in word.chars() {
        if key >> (21 * (PREFIX - 1)) != 0 {
            break;
        }
        key = key << 21 | u64::from(u32::from(c));
    }
    key
}
