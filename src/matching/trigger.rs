//! Where a turn may hold the units that patterns are looked for by, and whether their others can be near.

use super::TurnText;
use crate::lexicon::Unit;
use crate::normalise::NumberKind;

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

/// A pattern to be tried where its anchor may begin, if what must stand near it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Trigger {
    pub pattern: u32,
    pub check: Check,
}

/// Bits of the hash that name a bucket of [`Triggers`].
const BUCKETS: u32 = 16;

/// The first characters of anchors and the patterns that are looked for by them.
#[derive(Debug)]
pub(super) struct Triggers {
    keys: Filter,
    /// The first two characters of keys of three.
    pairs: Filter,
    /// For each bucket of keys, first index into `triggers`; one more at the end.
    buckets: Vec<u32>,
    /// With the lower bits of their keys' hashes, by key, then by pattern: what is asked together lies together. Two
    /// keys may have one hash: the anchor is looked at before anything is found.
    triggers: Vec<(u32, Trigger)>,
    /// Whether there are keys of one character.
    single: bool,
}

impl Triggers {
    /// Prepares the triggers of patterns with these anchors.
    pub fn new<'a>(anchors: impl Iterator<Item = (Trigger, &'a Unit)>) -> Triggers {
        let mut begun: Vec<(u64, Trigger)> = Vec::new();
        let mut single = false;
        let mut pairs: Vec<u64> = Vec::new();
        for (trigger, unit) in anchors {
            for key in prefixes(unit, PREFIX) {
                begun.push((spread(key), trigger));
                pairs.extend((key >> 42 != 0).then(|| spread(key >> 21)));
                single |= key >> 21 == 0;
            }
        }
        begun.sort_unstable();
        pairs.sort_unstable();
        pairs.dedup();
        let first_of =
            |bucket: u32| begun.partition_point(|(hash, _)| hash >> (64 - BUCKETS) < u64::from(bucket)) as u32;
        Triggers {
            keys: Filter::of(begun.chunk_by(|a, b| a.0 == b.0).map(|own| own[0].0)),
            pairs: Filter::of(pairs.iter().copied()),
            buckets: (0..=1 << BUCKETS).map(first_of).collect(),
            triggers: begun.iter().map(|(hash, trigger)| (fingerprint(*hash), *trigger)).collect(),
            single,
        }
    }

    /// Calls `found` with each pattern whose anchor may begin at a place, and the place, in order of places.
    #[inline]
    pub fn find(&self, text: &[char], mut found: impl FnMut(&Trigger, usize)) {
        for (at, &first) in text.iter().enumerate() {
            let key = pack(0, first);
            if self.single {
                self.look_up(spread(key), at, &mut found);
            }
            let Some(&second) = text.get(at + 1) else { break };
            let key = pack(key, second);
            let hash = spread(key);
            self.look_up(hash, at, &mut found);
            if self.pairs.may_hold(hash)
                && let Some(&third) = text.get(at + 2)
            {
                self.look_up(spread(pack(key, third)), at, &mut found);
            }
        }
    }

    #[inline]
    fn look_up(&self, hash: u64, at: usize, found: &mut impl FnMut(&Trigger, usize)) {
        if self.keys.may_hold(hash) {
            let bucket = (hash >> (64 - BUCKETS)) as usize;
            let (from, to) = (self.buckets[bucket] as usize, self.buckets[bucket + 1] as usize);
            let own = self.triggers[from..to].iter().filter(|(mark, _)| *mark == fingerprint(hash));
            own.for_each(|(_, trigger)| found(trigger, at));
        }
    }
}

/// The bits of a hash that tell keys of one bucket apart.
fn fingerprint(hash: u64) -> u32 {
    (hash >> 16) as u32
}

/// A set of hashes, one bit each: it may hold more than was put in.
#[derive(Debug)]
struct Filter {
    bits: Box<[u64]>,
    shift: u32,
}

impl Filter {
    fn of(hashes: impl Iterator<Item = u64> + Clone) -> Filter {
        // Eight bits for each key: one text in eight is looked up in vain.
        let size = (hashes.clone().count() * 8).next_power_of_two().max(64);
        let mut filter = Filter { bits: vec![0; size / 64].into(), shift: 64 - size.ilog2() };
        for hash in hashes {
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

/// The first characters of every member, packed: whole where it has no more than `length`. Sorted, each once.
fn prefixes(unit: &Unit, length: usize) -> Vec<u64> {
    let Unit::Words(choices) = unit else { return Vec::new() };
    let full = |key: u64| key >> (21 * (length - 1)) != 0;
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

/// The beginnings that a unit is looked for by, as characters.
pub(super) fn beginnings(unit: &Unit) -> impl Iterator<Item = impl Iterator<Item = char>> {
    let chars = |key: u64| (0..PREFIX).filter_map(move |at| char::from_u32((key >> (21 * at) & 0x1F_FFFF) as u32));
    prefixes(unit, PREFIX).into_iter().map(move |key| chars(key).filter(|c| *c != '\0'))
}

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Check {
    /// First of the beginnings that are looked for, and how many they are: none for what nothing is asked of.
    first: u32,
    count: u16,
    /// Where the unit may begin, in characters from where the anchor begins; the ends of the range for anywhere
    /// on that side.
    from: i16,
    to: i16,
}

impl Check {
    /// A check for `count` beginnings from `first` on, which may stand between two distances from the anchor.
    pub fn new(first: u32, count: usize, from: Option<i32>, to: Option<i32>) -> Check {
        let bound = |distance: Option<i32>, open| distance.and_then(|own| i16::try_from(own).ok()).unwrap_or(open);
        Check { first, count: count as u16, from: bound(from, i16::MIN), to: bound(to, i16::MAX) }
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
    pub fn may_hold(&self, check: Check, keys: &[u16], anchor: usize) -> bool {
        let far = FAR as i64;
        let place = |distance: i16| (anchor as i64 + i64::from(distance)).min(far);
        let from = if check.from == i16::MIN { 0 } else { place(check.from) };
        let to = if check.to == i16::MAX { far } else { place(check.to) };
        let stands = |key: &u16| {
            let place = self.places[usize::from(*key)];
            i64::from(place.0) <= to && i64::from(place.1) >= from && place != NOWHERE
        };
        check.count == 0 || keys[check.first as usize..][..usize::from(check.count)].iter().any(stands)
    }
}
