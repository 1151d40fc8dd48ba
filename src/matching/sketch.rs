//! What a turn holds, roughly: whether the other units of a pattern can stand near its anchor.

use super::TurnText;
use crate::lexicon::Unit;
use crate::lexicon::wording::{pack, spread};
use crate::normalise::NumberKind;

/// Bits of the hash that a sketch tells apart.
pub(super) const SKETCH: u32 = 12;
/// Where a sketch notes numbers, and where sums of money.
const NUMBER: u16 = 1 << SKETCH;
const AMOUNT: u16 = NUMBER + 1;
/// A place where nothing is noted.
const NEVER: u16 = AMOUNT + 1;

/// Most beginnings by which a unit is looked for in a sketch.
const MOST: usize = 48;

/// The places in a [`Sketch`] that a unit's members begin at, by its beginnings of up to three characters; none where
/// there are too many to ask.
pub(super) fn sketch_keys(unit: &Unit, beginnings: &[u64]) -> Vec<u16> {
    let two = |key: u64| if key >> 42 == 0 { key } else { key >> 21 };
    let mut places: Vec<u16> = match unit {
        Unit::Words(_) => beginnings.iter().map(|key| place_of(spread(two(*key)))).collect(),
        Unit::Amount => vec![AMOUNT],
        Unit::Number => vec![NUMBER],
    };
    places.sort_unstable();
    places.dedup();
    if places.len() > MOST { Vec::new() } else { places }
}

/// What the words of a list begin with: the places in a sketch of their first two characters, each once; empty where
/// there are too many to ask.
#[derive(Debug, Default)]
pub(super) struct Begun(Box<[u16]>);

impl Begun {
    /// What words begin with.
    pub fn of(words: &[String]) -> Begun {
        let words = words.iter().filter(|word| !word.is_empty());
        let mut places: Vec<u16> = words.map(|word| place_of(spread(word.chars().take(2).fold(0, pack)))).collect();
        places.sort_unstable();
        places.dedup();
        Begun(if places.len() > MOST { Box::default() } else { places.into() })
    }

    /// The places; none where there are too many to ask.
    pub fn places(&self) -> &[u16] {
        &self.0
    }
}

/// What must stand near an anchor for its pattern to be worth a closer look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Check {
    /// Where the unit may begin, in characters from where the anchor begins; the ends of the range for anywhere
    /// on that side.
    from: i16,
    to: i16,
    /// How many beginnings are looked for: none where nothing is asked.
    count: u16,
    /// The places of the beginnings in a sketch, filled up with [`NEVER`]; of more than there is room for, the first
    /// of two numbers that say where in the list of all they begin. They lie here since what is read next must not
    /// be fetched from far.
    keys: [u16; KEYS],
}

/// Beginnings that a check holds itself: it fills half a cache line.
const KEYS: usize = 13;

impl Default for Check {
    fn default() -> Self {
        Check { from: i16::MIN, to: i16::MAX, count: 0, keys: [NEVER; KEYS] }
    }
}

impl Check {
    /// A check for the beginnings `all[first..first + count]`, which may stand between two distances from the anchor.
    pub fn new(all: &[u16], first: u32, count: usize, from: Option<i32>, to: Option<i32>) -> Check {
        let bound = |distance: Option<i32>, open| distance.and_then(|own| i16::try_from(own).ok()).unwrap_or(open);
        let mut keys = [NEVER; KEYS];
        if count <= KEYS {
            keys[..count].copy_from_slice(&all[first as usize..][..count]);
        } else {
            (keys[0], keys[1]) = ((first >> 16) as u16, first as u16);
        }
        Check { from: bound(from, i16::MIN), to: bound(to, i16::MAX), count: count as u16, keys }
    }

    /// How many beginnings are looked for.
    #[inline]
    pub fn size(&self) -> u16 {
        self.count
    }

    /// The beginnings that are looked for, where there are more than the check holds itself.
    fn many<'a>(&self, all: &'a [u16]) -> &'a [u16] {
        &all[usize::from(self.keys[0]) << 16 | usize::from(self.keys[1])..][..usize::from(self.count)]
    }
}

/// Where in a turn every character, every pair of characters and every number stands, by the first bits of its
/// hash: the first and the last place, or [`FAR`]. What is nowhere here is not in the turn.
#[derive(Debug)]
pub(super) struct Sketch {
    /// Whether anything of this hash stands anywhere, a byte each: asked first, since it fits the nearest memory.
    stands: Box<[u8; ROOM]>,
    /// Where, of those that stand anywhere.
    places: Box<[(u16, u16); ROOM]>,
    /// The hashes of each character and of the pair that begins with it, in order.
    hashes: Vec<(u64, u64)>,
}

/// Room for [`NEVER`], and a power of two, so that no place has to be checked.
const ROOM: usize = 2 << SKETCH;

/// This far or further.
const FAR: usize = u16::MAX as usize;

impl Default for Sketch {
    fn default() -> Self {
        Sketch { stands: Box::new([0; ROOM]), places: Box::new([(0, 0); ROOM]), hashes: Vec::new() }
    }
}

impl Sketch {
    /// Takes in a turn in place of the one before.
    pub fn draw(&mut self, turn: &TurnText) {
        self.stands[..=usize::from(NEVER)].fill(0);
        self.hashes.clear();
        let text = turn.view.chars();
        self.hashes.reserve(text.len());
        for (at, &first) in text.iter().enumerate() {
            let key = pack(0, first);
            let one = spread(key);
            self.note(place_of(one), at);
            let two = text.get(at + 1).map_or(0, |&second| spread(pack(key, second)));
            if at + 1 < text.len() {
                self.note(place_of(two), at);
            }
            self.hashes.push((one, two));
        }
        for number in &turn.numbers {
            self.note(NUMBER, number.start);
            if number.kind == NumberKind::Amount {
                self.note(AMOUNT, number.start);
            }
        }
    }

    /// The hashes of each character and of the pair that begins with it, in order; that of the last pair, which is
    /// none, is 0.
    pub fn hashes(&self) -> &[(u64, u64)] {
        &self.hashes
    }

    #[inline]
    fn note(&mut self, key: u16, at: usize) {
        let at = at.min(FAR) as u16;
        let key = usize::from(key) % ROOM;
        let first = if self.stands[key] == 0 { at } else { self.places[key].0 };
        self.places[key] = (first, at);
        self.stands[key] = 1;
    }

    /// Whether any of these beginnings stands anywhere.
    #[inline]
    fn holds_any(&self, keys: &[u16]) -> bool {
        // Without a branch for each: mostly none does.
        keys.iter().fold(0, |any, key| any | self.stands[usize::from(*key) % ROOM]) != 0
    }

    /// Whether any of the words that begin so may stand anywhere.
    #[inline]
    pub fn may_hold_any(&self, begun: &Begun) -> bool {
        begun.places().is_empty() || self.holds_any(begun.places())
    }

    /// Whether what a check asks for may stand around an anchor at this place.
    #[inline]
    pub fn may_hold(&self, check: &Check, all: &[u16], anchor: usize) -> bool {
        if usize::from(check.count) > KEYS {
            let keys = check.many(all);
            return self.holds_any(keys) && self.holds(keys, check, anchor);
        }
        check.count == 0 || self.holds_any(&check.keys) && self.holds(&check.keys, check, anchor)
    }

    /// Whether any of the keys stands at the distance that a check asks for.
    fn holds(&self, keys: &[u16], check: &Check, anchor: usize) -> bool {
        let far = FAR as i64;
        let place = |distance: i16| (anchor as i64 + i64::from(distance)).min(far);
        let from = if check.from == i16::MIN { 0 } else { place(check.from) };
        let to = if check.to == i16::MAX { far } else { place(check.to) };
        keys.iter().map(|key| usize::from(*key) % ROOM).filter(|&key| self.stands[key] != 0).any(|key| {
            let (first, last) = self.places[key];
            i64::from(first) <= to && i64::from(last) >= from
        })
    }
}

/// The place in a sketch of a hash.
#[inline]
pub(super) fn place_of(hash: u64) -> u16 {
    (hash >> (64 - SKETCH)) as u16
}
