//! Where a turn may hold the units that patterns are looked for by.

use crate::lexicon::Unit;

/// Characters by which a unit is recognised: three tell it apart from most of what is said.
const PREFIX: usize = 3;

/// Spreads packed characters over the upper bits (multiplicative hashing, Knuth, TAOCP 6.4).
#[inline]
pub(super) fn spread(key: u64) -> u64 {
    key.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// The key with one more character, 21 bits each.
#[inline]
pub(super) fn pack(key: u64, c: char) -> u64 {
    key << 21 | u64::from(u32::from(c))
}

/// Bits of the hash that name a bucket of [`Triggers`].
const BUCKETS: u32 = 15;

/// The first characters of anchors, and the patterns that are looked for by anchors that begin so.
#[derive(Debug)]
pub(super) struct Triggers {
    keys: Filter,
    /// The first two characters of keys of three.
    pairs: Filter,
    /// For each bucket of keys, first index into `anchors`; one more at the end.
    buckets: Vec<u32>,
    anchors: Vec<Begun>,
    /// Whether there are keys of one character.
    single: bool,
}

/// A key and an anchor that begins with it.
#[derive(Debug, Clone, Copy)]
struct Begun {
    /// Lower bits of the key's hash. Two keys may have one: the anchor is looked at before anything is found.
    mark: u32,
    /// First and one-past-last index of the patterns that are looked for by the anchor.
    patterns: (u32, u32),
}

/// Room for what is met on the way, kept from turn to turn.
#[derive(Debug, Default)]
pub(super) struct Steps {
    keys: Vec<(u64, u32)>,
    buckets: Vec<(u32, u32, u32, u32)>,
    /// Indices into [`Triggers::anchors`], each with the mark it must have and its place.
    anchors: Vec<(u32, u32, u32)>,
    met: Vec<((u32, u32), u32)>,
}

impl Triggers {
    /// Prepares anchors to be looked for, each with the range of its patterns.
    pub fn new<'a>(anchors: impl Iterator<Item = ((u32, u32), &'a Unit)>) -> Triggers {
        let mut begun: Vec<(u64, (u32, u32))> = Vec::new();
        let mut single = false;
        let mut pairs: Vec<u64> = Vec::new();
        for (patterns, unit) in anchors {
            for key in prefixes(unit, PREFIX) {
                begun.push((spread(key), patterns));
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
            anchors: begun.iter().map(|&(hash, patterns)| Begun { mark: fingerprint(hash), patterns }).collect(),
            single,
        }
    }

    /// The patterns of each anchor that may begin at a place, and the place, in order of places.
    ///
    /// In steps over the whole turn, none of which branches on what it has just read: the tables do not fit the
    /// nearest memory, and so what one step asks for is waited for together, not one after the other.
    #[inline]
    pub fn find<'s>(&self, text: &[char], steps: &'s mut Steps) -> &'s [((u32, u32), u32)] {
        let Steps { keys, buckets, anchors, met } = steps;
        keys.clear();
        let mut note = |hash: u64, at: usize| {
            if self.keys.may_hold(hash) {
                keys.push((hash, at as u32));
            }
        };
        for (at, &first) in text.iter().enumerate() {
            let key = pack(0, first);
            if self.single {
                note(spread(key), at);
            }
            let Some(&second) = text.get(at + 1) else { break };
            let key = pack(key, second);
            let hash = spread(key);
            note(hash, at);
            if self.pairs.may_hold(hash)
                && let Some(&third) = text.get(at + 2)
            {
                note(spread(pack(key, third)), at);
            }
        }
        buckets.clear();
        buckets.extend(keys.iter().map(|&(hash, at)| {
            let bucket = (hash >> (64 - BUCKETS)) as usize;
            (self.buckets[bucket], self.buckets[bucket + 1], fingerprint(hash), at)
        }));
        anchors.clear();
        for &(from, to, mark, at) in buckets.iter() {
            anchors.extend((from..to).map(|index| (index, mark, at)));
        }
        met.resize(anchors.len(), ((0, 0), 0));
        let mut count = 0;
        for &(index, mark, at) in anchors.iter() {
            let begun = self.anchors[index as usize];
            met[count] = (begun.patterns, at);
            count += usize::from(begun.mark == mark);
        }
        &met[..count]
    }
}

/// The bits of a hash that tell keys of one bucket apart.
fn fingerprint(hash: u64) -> u32 {
    (hash >> 16) as u32
}

/// A set of hashes, two bits of one word each: it may hold more than was put in.
#[derive(Debug)]
struct Filter {
    words: Box<[u64]>,
    shift: u32,
}

impl Filter {
    fn of(hashes: impl Iterator<Item = u64> + Clone) -> Filter {
        // Ten to twenty bits for each key: one text in fifty is looked up in vain.
        let size = (hashes.clone().count() * 10).next_power_of_two().max(128);
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

/// The first characters of every member, packed: whole where it has no more than `length`. Sorted, each once.
pub(super) fn prefixes(unit: &Unit, length: usize) -> Vec<u64> {
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
