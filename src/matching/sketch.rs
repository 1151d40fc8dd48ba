//! What a turn holds, roughly: whether the other units of a pattern can stand near its anchor.

use super::TurnText;
use super::trigger::{pack, prefixes, spread};
use crate::lexicon::Unit;
use crate::normalise::NumberKind;

/// Bits of the hash that a sketch tells apart.
const SKETCH: u32 = 12;
/// Where a sketch notes numbers, and where sums of money.
const NUMBER: u16 = 1 << SKETCH;
const AMOUNT: u16 = NUMBER + 1;

/// Most beginnings by which a unit is looked for in a sketch.
const MOST: usize = 48;

/// The places in a [`Sketch`] that a unit's members begin at; none where there are too many to ask.
pub(super) fn sketch_keys(unit: &Unit) -> Vec<u16> {
    let mut places: Vec<u16> = match unit {
        Unit::Words(_) => prefixes(unit, 2).into_iter().map(|key| (spread(key) >> (64 - SKETCH)) as u16).collect(),
        Unit::Amount => vec![AMOUNT],
        Unit::Number => vec![NUMBER],
    };
    places.sort_unstable();
    places.dedup();
    if places.len() > MOST { Vec::new() } else { places }
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
    /// The places of the beginnings in a sketch; of more than there is room for, the first of two numbers that say
    /// where in the list of all they begin. They lie here since what is read next must not be fetched from far.
    keys: [u16; KEYS],
}

/// Beginnings that a check holds itself: it fills half a cache line.
const KEYS: usize = 13;

impl Default for Check {
    fn default() -> Self {
        Check { from: i16::MIN, to: i16::MAX, count: 0, keys: [0; KEYS] }
    }
}

impl Check {
    /// A check for the beginnings `all[first..first + count]`, which may stand between two distances from the anchor.
    pub fn new(all: &[u16], first: u32, count: usize, from: Option<i32>, to: Option<i32>) -> Check {
        let bound = |distance: Option<i32>, open| distance.and_then(|own| i16::try_from(own).ok()).unwrap_or(open);
        let mut keys = [0; KEYS];
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

    /// The beginnings that are looked for.
    #[inline]
    fn keys<'a>(&'a self, all: &'a [u16]) -> &'a [u16] {
        let count = usize::from(self.count);
        if count <= KEYS {
            &self.keys[..count]
        } else {
            &all[usize::from(self.keys[0]) << 16 | usize::from(self.keys[1])..][..count]
        }
    }
}

/// Where in a turn every character, every pair of characters and every number stands, by the first bits of its
/// hash: the first and the last place, or [`FAR`]. What is nowhere here is not in the turn.
#[derive(Debug, Default)]
pub(super) struct Sketch {
    places: Vec<(u16, u16)>,
    /// The places of the turn before, to be emptied.
    used: Vec<u16>,
}

/// This far or further.
const FAR: usize = u16::MAX as usize;
/// No place: the first is after every last.
const NOWHERE: (u16, u16) = (u16::MAX, 0);

impl Sketch {
    /// Takes in a turn in place of the one before.
    pub fn draw(&mut self, turn: &TurnText) {
        self.places.resize(usize::from(AMOUNT) + 1, NOWHERE);
        for place in self.used.drain(..) {
            self.places[usize::from(place)] = NOWHERE;
        }
        let text = turn.view.chars();
        for (at, &first) in text.iter().enumerate() {
            let key = pack(0, first);
            self.note((spread(key) >> (64 - SKETCH)) as u16, at);
            if let Some(&second) = text.get(at + 1) {
                self.note((spread(pack(key, second)) >> (64 - SKETCH)) as u16, at);
            }
        }
        for number in &turn.numbers {
            self.note(NUMBER, number.start);
            if number.kind == NumberKind::Amount {
                self.note(AMOUNT, number.start);
            }
        }
    }

    #[inline]
    fn note(&mut self, index: u16, at: usize) {
        let place = &mut self.places[usize::from(index)];
        let at = at.min(FAR) as u16;
        *place = (place.0.min(at), at);
        self.used.push(index);
    }

    /// Whether what a check asks for may stand around an anchor at this place.
    #[inline]
    pub fn may_hold(&self, check: &Check, all: &[u16], anchor: usize) -> bool {
        let far = FAR as i64;
        let place = |distance: i16| (anchor as i64 + i64::from(distance)).min(far);
        let from = if check.from == i16::MIN { 0 } else { place(check.from) };
        let to = if check.to == i16::MAX { far } else { place(check.to) };
        let stands = |key: &u16| {
            let place = self.places[usize::from(*key)];
            i64::from(place.0) <= to && i64::from(place.1) >= from && place != NOWHERE
        };
        check.count == 0 || check.keys(all).iter().any(stands)
    }
}
