//! Lists of words, compiled to be looked for in folded characters.

/// Any of a list of words, looked for in running text: a filter over the first two characters lets the
/// comparison of whole words happen only where one may stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WordSet {
    /// Low bytes of the first and of the second characters; a word of one character admits every second.
    first: ByteSet,
    second: ByteSet,
    /// Number of first characters.
    groups: u32,
    /// The first characters, in order. For each, where its words begin in this list, and where the last one's end.
    /// Then the words, longer ones first: number of characters, and all characters but the first. One list, since
    /// what lies together is fetched together.
    data: Box<[u32]>,
}

/// Many lists of words in one piece, each known by its number: for those who ask one of thousands at a time.
#[derive(Debug, Default)]
pub struct WordLists {
    /// For each list, where it begins in `data` and its number of first characters.
    lists: Vec<(u32, u32)>,
    /// As in a [`WordSet`].
    data: Vec<u32>,
}

impl WordLists {
    /// Adds a list; its number is the count of those before.
    pub fn push(&mut self, words: &WordSet) {
        self.lists.push((self.data.len() as u32, words.groups));
        self.data.extend(&words.data);
    }

    /// The lengths in characters of all words of a list that stand at `at`, longest first.
    #[inline]
    pub fn lengths_at<'a>(&'a self, list: u32, text: &'a [char], at: usize) -> impl Iterator<Item = usize> + 'a {
        let (from, groups) = self.lists[list as usize];
        lengths_at(&self.data[from as usize..], groups as usize, text, at)
    }
}

impl WordSet {
    /// Compiles words that are folded already; empty ones are left out, repeated ones kept once.
    pub fn new<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> WordSet {
        let mut sorted: Vec<Vec<char>> = words.into_iter().map(|word| word.as_ref().chars().collect()).collect();
        sorted.retain(|word| !word.is_empty());
        sorted.sort_unstable_by(|a, b| (a[0], b.len(), a).cmp(&(b[0], a.len(), b)));
        sorted.dedup();
        let mut set = WordSet::default();
        for word in &sorted {
            set.first.insert(word[0]);
            match word.get(1) {
                Some(&second) => set.second.insert(second),
                None => set.second = ByteSet::ALL,
            }
        }
        let groups = || sorted.chunk_by(|a, b| a[0] == b[0]);
        set.groups = groups().count() as u32;
        let mut data: Vec<u32> = groups().map(|group| u32::from(group[0][0])).collect();
        data.resize(set.groups as usize * 2 + 1, 0);
        for (number, group) in groups().enumerate() {
            data[set.groups as usize + number] = data.len() as u32;
            for word in group {
                data.push(word.len() as u32);
                data.extend(word[1..].iter().map(|c| u32::from(*c)));
            }
        }
        data[set.groups as usize * 2] = data.len() as u32;
        WordSet { data: data.into(), ..set }
    }

    /// The lengths in characters of all words that stand at `at`, longest first.
    #[inline]
    pub fn lengths_at<'a>(&'a self, text: &'a [char], at: usize) -> impl Iterator<Item = usize> + 'a {
        let groups = if self.may_begin(text, at) { self.groups as usize } else { 0 };
        lengths_at(&self.data, groups, text, at)
    }

    /// The low bytes of the words' first and second characters: what a place must have for a word to begin there.
    pub(crate) fn beginnings(&self) -> (ByteSet, ByteSet) {
        (self.first, self.second)
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.groups == 0
    }

    /// Length in characters of the longest word that stands at `at`.
    #[inline]
    pub fn longest_at(&self, text: &[char], at: usize) -> Option<usize> {
        // Nearly every place is ruled out before anything is set up.
        if self.may_begin(text, at) { self.longest_of(text, at) } else { None }
    }

    #[inline(never)]
    fn longest_of(&self, text: &[char], at: usize) -> Option<usize> {
        lengths_at(&self.data, self.groups as usize, text, at).next()
    }

    /// Place and length of the first word: the longest of those that begin first.
    pub fn first_in(&self, text: &[char]) -> Option<(usize, usize)> {
        (0..text.len()).find_map(|at| self.longest_at(text, at).map(|length| (at, length)))
    }

    /// Place and length of the last word: the longest of those that begin last.
    pub fn last_in(&self, text: &[char]) -> Option<(usize, usize)> {
        (0..text.len()).rev().find_map(|at| self.longest_at(text, at).map(|length| (at, length)))
    }

    /// Whether any of the words stands anywhere.
    pub fn any_in(&self, text: &[char]) -> bool {
        self.first_in(text).is_some()
    }

    /// Whether the text begins with one of the words.
    pub fn begins(&self, text: &[char]) -> bool {
        self.longest_at(text, 0).is_some()
    }

    #[inline]
    fn may_begin(&self, text: &[char], at: usize) -> bool {
        text.get(at).is_some_and(|first| self.first.contains(*first))
            && text.get(at + 1).is_none_or(|second| self.second.contains(*second))
    }
}

/// The lengths of all words that stand at a place, longest first, of words that lie as in a [`WordSet`].
#[inline]
fn lengths_at<'a>(
    data: &'a [u32],
    groups: usize,
    text: &'a [char],
    at: usize,
) -> impl Iterator<Item = usize> + use<'a> {
    let group = text.get(at).and_then(|first| data[..groups].binary_search(&u32::from(*first)).ok());
    let (mut from, to) =
        group.map_or((0, 0), |group| (data[groups + group] as usize, data[groups + group + 1] as usize));
    let rest = text.get(at + 1..).unwrap_or(&[]);
    std::iter::from_fn(move || {
        while from < to {
            let length = data[from] as usize;
            let tail = &data[from + 1..from + length];
            from += length;
            if let Some(rest) = rest.get(..tail.len())
                && (0..tail.len()).all(|at| tail[at] == u32::from(rest[at]))
            {
                return Some(length);
            }
        }
        None
    })
}

/// A set of the low bytes of characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ByteSet([u64; 4]);

impl ByteSet {
    /// Every byte.
    pub const ALL: ByteSet = ByteSet([u64::MAX; 4]);

    /// Adds the low byte of a character.
    pub fn insert(&mut self, c: char) {
        self.0[(c as usize >> 6) & 3] |= 1 << (c as u32 & 63);
    }

    /// Whether the low byte of a character is in the set.
    #[inline]
    pub fn contains(self, c: char) -> bool {
        self.0[(c as usize >> 6) & 3] >> (c as u32 & 63) & 1 == 1
    }

    /// What is in either.
    pub fn union(self, other: ByteSet) -> ByteSet {
        ByteSet(std::array::from_fn(|at| self.0[at] | other.0[at]))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn the_longest_word_of_a_place_and_the_first_and_last_place() {
        let set = WordSet::new(["没", "没有", "不是", "", "没"]);
        assert_eq!(set.longest_at(&chars("我没有"), 1), Some(2));
        assert_eq!(set.longest_at(&chars("我没"), 1), Some(1));
        assert_eq!(set.first_in(&chars("我没说不是")), Some((1, 1)));
        assert_eq!(set.last_in(&chars("我没说不是")), Some((3, 2)));
        assert!(!set.any_in(&chars("好的")) && !set.begins(&[]) && !WordSet::default().any_in(&chars("没")));
    }

    proptest! {
        /// The plain way: every word compared at every place.
        #[test]
        fn finds_what_comparing_every_word_finds(words in prop::collection::vec("[甲乙丙伀㐀]{1,4}", 0..12), text in "[甲乙丙丁伀㐀]{0,24}") {
            let (set, text) = (WordSet::new(&words), chars(&text));
            let mut lists = WordLists::default();
            [&WordSet::new(["乙丙", "甲"]), &set, &WordSet::default()].iter().for_each(|set| lists.push(set));
            for at in 0..text.len() {
                let plain = words.iter().map(|word| chars(word)).filter(|word| text[at..].starts_with(word)).map(|word| word.len()).max();
                prop_assert_eq!(set.longest_at(&text, at), plain);
                prop_assert!(set.lengths_at(&text, at).is_sorted_by(|a, b| a > b));
                prop_assert!(set.lengths_at(&text, at).eq(lists.lengths_at(1, &text, at)));
                prop_assert_eq!(lists.lengths_at(2, &text, at).next(), None);
            }
        }
    }
}
