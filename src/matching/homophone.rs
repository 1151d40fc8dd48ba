//! Words that speech recognition misheard: same syllables, other characters (征信 → 证信).
//!
//! Terms opt in. Syllables are toneless, and the pairs that recognisers and dialects confuse
//! (z/zh, c/ch, s/sh, n/ng) are one. Text and terms are read with the same table, so a context-free
//! reading does no harm. A longer literal may also have lost one of its inner characters (短信验证码 →
//! 短信证码). Three guards keep it from seeing what is not there: literals of at least three
//! characters, half of them heard right (all, where one was lost), and a heard text that is not
//! ordinary words itself.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use pinyin::ToPinyin;
use rustc_hash::FxHashMap;

use super::TurnText;
use super::join::Span;
use crate::lexicon::{Lexicon, List, TermIndex, Unit};
use crate::segment::Segmenter;

/// Fewest characters of a literal that may be misheard: two syllables alone are too common.
const MIN_CHARS: usize = 3;

/// Fewest characters of a literal that may have lost one.
const MIN_CHARS_TO_LOSE: usize = 5;

/// Syllable number of every character of the basic plane; 0 for none.
static SYLLABLES: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut numbers: FxHashMap<String, u16> = FxHashMap::default();
    // The same few hundred spellings come again and again: each is blurred once.
    let mut known: FxHashMap<&'static str, u16> = FxHashMap::default();
    let mut number = |spelling: &'static str| {
        *known.entry(spelling).or_insert_with(|| {
            let next = numbers.len() as u16 + 1;
            *numbers.entry(blur(spelling)).or_insert(next)
        })
    };
    (0..0x1_0000_u32)
        .map(|code| char::from_u32(code).and_then(|c| c.to_pinyin()).map_or(0, |pinyin| number(pinyin.plain())))
        .collect()
});

/// One spelling for syllables that are confused: zh/z, ch/c, sh/s, ing/in, eng/en.
fn blur(syllable: &str) -> String {
    let mut blurred = syllable.replace("ing", "in").replace("eng", "en");
    for (from, to) in [("zh", "z"), ("ch", "c"), ("sh", "s")] {
        if let Some(rest) = blurred.strip_prefix(from) {
            blurred = format!("{to}{rest}");
        }
    }
    blurred
}

/// The same with l and n as one, too: enough to suggest, too much to match by.
static WIDE_SYLLABLES: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut numbers: FxHashMap<String, u16> = FxHashMap::default();
    let mut number = |spelling: &'static str| {
        let blurred = blur(spelling);
        let blurred = blurred.strip_prefix('l').map_or(blurred.clone(), |rest| format!("n{rest}"));
        let next = numbers.len() as u16 + 1;
        *numbers.entry(blurred).or_insert(next)
    };
    (0..0x1_0000_u32)
        .map(|code| char::from_u32(code).and_then(|c| c.to_pinyin()).map_or(0, |pinyin| number(pinyin.plain())))
        .collect()
});

/// The number of a character's syllable; 0 if it has none.
fn syllable(c: char) -> u16 {
    SYLLABLES.get(c as usize).copied().unwrap_or(0)
}

fn wide_syllable(c: char) -> u16 {
    WIDE_SYLLABLES.get(c as usize).copied().unwrap_or(0)
}

/// Syllables as the automaton reads them: two bytes each, of which only the first has the upper bit, so that no match
/// begins in the middle of one.
fn spell(syllables: impl Iterator<Item = u16>) -> Vec<u8> {
    syllables.flat_map(|number| [0x80 | (number >> 7) as u8, (number & 0x7F) as u8]).collect()
}

/// The syllables that follow one another in any of many texts, by two and by three.
#[derive(Debug)]
struct Runs {
    /// A bit for every pair.
    pairs: Vec<u64>,
    /// A bit for the hash of every three.
    threes: Vec<u64>,
}

/// Bits for all pairs of syllables, of which there are some four hundred.
const PAIRS: usize = 1 << 18;

impl Runs {
    fn enter(&mut self, syllables: &[u16]) {
        for pair in syllables.windows(2) {
            let (word, bit) = Runs::pair(pair[0], pair[1]);
            self.pairs[word] |= bit;
        }
        for three in syllables.windows(3) {
            let (word, bit) = Runs::three(three[0], three[1], three[2]);
            self.threes[word] |= bit;
        }
    }

    /// Tells all stretches, from the first to one past the last syllable, outside of which no text of three and more
    /// syllables can stand.
    fn tell(&self, syllables: impl Iterator<Item = u16>, mut tell: impl FnMut(usize, usize)) {
        let (mut from, mut at, mut first, mut second) = (0, 0, 0, 0);
        for third in syllables {
            let (word, bit) = Runs::pair(second, third);
            let goes_on = self.pairs[word] & bit != 0 && {
                let (word, bit) = Runs::three(first, second, third);
                at - from < 2 || self.threes[word] & bit != 0
            };
            if !goes_on {
                if at - from >= MIN_CHARS {
                    tell(from, at);
                }
                // The last two may begin another.
                let (word, bit) = Runs::pair(second, third);
                from = if self.pairs[word] & bit != 0 { at.saturating_sub(1) } else { at };
            }
            (first, second, at) = (second, third, at + 1);
        }
        if at - from >= MIN_CHARS {
            tell(from, at);
        }
    }

    #[inline]
    fn pair(first: u16, second: u16) -> (usize, u64) {
        Runs::place(u32::from(first) << 9 | u32::from(second))
    }

    #[inline]
    fn three(first: u16, second: u16, third: u16) -> (usize, u64) {
        let packed = u32::from(first) << 18 ^ u32::from(second) << 9 ^ u32::from(third);
        // Spread over the upper bits (multiplicative hashing, Knuth, TAOCP 6.4).
        Runs::place(packed.wrapping_mul(0x9E37_79B1) >> (32 - PAIRS.ilog2()))
    }

    fn place(bit: u32) -> (usize, u64) {
        ((bit as usize % PAIRS) / 64, 1 << (bit % 64))
    }
}

/// Finds misheard literals.
#[derive(Debug)]
pub(super) struct Homophones {
    automaton: AhoCorasick,
    /// What syllables follow one another in a literal: most stretches of talk hold no three that do.
    runs: Runs,
    /// For each syllable pattern, the literals that sound so.
    literals: Vec<Vec<Sounding>>,
}

/// A literal, or what is left of it when a character was lost, and its unit.
#[derive(Debug)]
struct Sounding {
    chars: Vec<char>,
    lost_one: bool,
    unit: u32,
}

impl Homophones {
    /// Prepares the literals (with the number of their unit) of the terms that opted in.
    pub fn new<'a>(literals: impl Iterator<Item = (&'a str, u32)>) -> Result<Self, aho_corasick::BuildError> {
        let mut by_sound: BTreeMap<Vec<u8>, Vec<Sounding>> = BTreeMap::new();
        let mut note = |chars: Vec<char>, lost_one, unit| {
            let sound = spell(chars.iter().copied().map(syllable));
            by_sound.entry(sound).or_default().push(Sounding { chars, lost_one, unit });
        };
        for (literal, unit) in literals {
            let chars: Vec<char> = literal.chars().collect();
            if chars.len() < MIN_CHARS || chars.iter().any(|&c| syllable(c) == 0) {
                continue;
            }
            if chars.len() >= MIN_CHARS_TO_LOSE {
                for lost in 1..chars.len() - 1 {
                    note([&chars[..lost], &chars[lost + 1..]].concat(), true, unit);
                }
            }
            note(chars, false, unit);
        }
        let mut runs = Runs { pairs: vec![0; PAIRS / 64], threes: vec![0; PAIRS / 64] };
        for sounding in by_sound.values().map(|soundings| &soundings[0].chars) {
            runs.enter(&sounding.iter().copied().map(syllable).collect::<Vec<u16>>());
        }
        let automaton = AhoCorasick::new(by_sound.keys())?;
        Ok(Homophones { automaton, runs, literals: by_sound.into_values().collect() })
    }

    /// Calls `found` with the unit and the place of every literal that was misheard in a turn.
    pub fn find(&self, turn: &TurnText, segmenter: &Segmenter, mut found: impl FnMut(usize, Span)) {
        if self.literals.is_empty() {
            return;
        }
        let chars = turn.view.chars();
        self.runs.tell(chars.iter().copied().map(syllable), |from, to| {
            self.find_in(turn, from, to, segmenter, &mut found);
        });
    }

    /// The same in a part of a turn.
    fn find_in(
        &self,
        turn: &TurnText,
        from: usize,
        to: usize,
        segmenter: &Segmenter,
        found: &mut impl FnMut(usize, Span),
    ) {
        let chars = turn.view.chars();
        let sounds = spell(chars[from..to].iter().copied().map(syllable));
        for matched in self.automaton.find_overlapping_iter(&sounds) {
            let (start, end) = (from + matched.start() / 2, from + matched.end() / 2);
            let heard = &chars[start..end];
            for sounding in &self.literals[matched.pattern().as_usize()] {
                let right = heard.iter().zip(&sounding.chars).filter(|(a, b)| a == b).count();
                let misheard = if sounding.lost_one {
                    right == heard.len()
                } else {
                    right < heard.len() && right * 2 >= heard.len()
                };
                if misheard && !ordinary_words(turn, start, end, segmenter) {
                    found(sounding.unit as usize, Span { start, end, misheard: true });
                }
            }
        }
    }
}

/// Words of terms that sound like something else, for those who look for mishearings that no term opted in for.
#[derive(Debug)]
pub struct SoundAlike {
    automaton: AhoCorasick,
    /// For each sound, the words that have it.
    words: Vec<Vec<Meant>>,
}

/// Words of a term.
#[derive(Debug)]
struct Meant {
    chars: Vec<char>,
    term: TermIndex,
    /// Whether they are one word of the dictionary: then something else in their place is hardly meant.
    one_word: bool,
}

/// Characters that stand for one another in writing, heard or not.
const ONE_IN_WRITING: &[&str] = &["他她它", "的地得", "在再", "做作", "那哪", "象像", "吗嘛", "啊呀阿"];

/// Characters that stand alone everywhere: one of them in place of another is no sign of a mishearing.
const EVERYWHERE: &str = "吧把的了是个在点那俺你我他她会回给就有来去不没吗呢啊呀哦嗯嘛咯到得和跟";

/// Most texts of a piece that is looked for by sound.
const FEW_TEXTS: usize = 64;

impl SoundAlike {
    /// Prepares the pieces of the scam terms that have three to eight characters: two syllables alone are too common.
    ///
    /// # Errors
    /// When they are too many for the automaton.
    pub fn new(lexicon: &Lexicon, segmenter: &Segmenter) -> Result<SoundAlike, aho_corasick::BuildError> {
        let mut by_sound: BTreeMap<Vec<u8>, Vec<Meant>> = BTreeMap::new();
        for (term, row) in (0..).zip(&lexicon.terms).filter(|(_, row)| row.list == List::Scam) {
            let units = row.patterns.iter().flat_map(|pattern| &pattern.units).filter(|unit| match unit {
                Unit::Words(choices) => choices.iter().map(Vec::len).product::<usize>() <= FEW_TEXTS,
                _ => false,
            });
            for text in units.flat_map(Unit::literals) {
                let chars: Vec<char> = text.chars().collect();
                if (MIN_CHARS..=8).contains(&chars.len()) && chars.iter().all(|&c| wide_syllable(c) != 0) {
                    let sound = spell(chars.iter().copied().map(wide_syllable));
                    let words = by_sound.entry(sound).or_default();
                    // Many terms share a piece: the first stands for all.
                    if words.iter().all(|known| known.chars != chars) {
                        words.push(Meant { chars, term, one_word: segmenter.words(&text).len() == 1 });
                    }
                }
            }
        }
        let automaton = AhoCorasick::new(by_sound.keys())?;
        Ok(SoundAlike { automaton, words: by_sound.into_values().collect() })
    }

    /// Calls `found` with term, words and place (view positions) of whatever in a turn sounds like words of a term,
    /// is written otherwise in up to half of its characters, and makes no sense as words.
    pub fn find(&self, turn: &TurnText, segmenter: &Segmenter, mut found: impl FnMut(TermIndex, &str, usize, usize)) {
        let chars = turn.view.chars();
        let sounds = spell(chars.iter().copied().map(wide_syllable));
        for matched in self.automaton.find_overlapping_iter(&sounds) {
            let (start, end) = (matched.start() / 2, matched.end() / 2);
            let heard = &chars[start..end];
            let words = &self.words[matched.pattern().as_usize()];
            // What is written as some term has it was meant, and so are words of two and more characters.
            if words.iter().any(|meant| meant.chars == heard)
                || !turn.at_word_boundaries(start, end, segmenter)
                || ordinary_words(turn, start, end, segmenter)
            {
                continue;
            }
            let alone = |at: usize| turn.boundaries_within(at, at + 1, segmenter).len() == 2;
            for meant in words {
                let wrong = || (0..heard.len()).filter(|&at| heard[at] != meant.chars[at]);
                let misheard = wrong().any(|at| {
                    !ONE_IN_WRITING.iter().any(|one| one.contains(heard[at]) && one.contains(meant.chars[at]))
                });
                let senseless =
                    wrong().all(|at| !EVERYWHERE.contains(heard[at]) && (meant.one_word || alone(start + at)));
                if misheard && senseless && wrong().count() * 2 <= heard.len() {
                    found(meant.term, &meant.chars.iter().collect::<String>(), start, end);
                }
            }
        }
    }
}

/// Whether the heard text is words of two and more characters, end to end: then it was meant.
fn ordinary_words(turn: &TurnText, start: usize, end: usize, segmenter: &Segmenter) -> bool {
    let inside = turn.boundaries_within(start, end, segmenter);
    inside.first() == Some(&start)
        && inside.last() == Some(&end)
        && inside.windows(2).all(|pair| pair[1] - pair[0] >= 2)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn confused_syllables_are_one() {
        for (a, b) in [('证', '征'), ('屏', '评'), ('章', '臧'), ('惨', '残')] {
            assert_eq!(syllable(a), syllable(b), "{a}{b}");
        }
        assert_ne!(syllable('信'), syllable('用'));
    }

    #[test]
    fn a_misheard_literal_is_found_and_a_right_one_left_to_the_text_automaton() {
        let homophones = Homophones::new([("屏幕共享", 0), ("安全账户", 1), ("验证码", 2)].into_iter()).expect("built");
        let segmenter = Segmenter::new(std::iter::empty());
        let find = |text: &str| {
            let mut found = Vec::new();
            homophones.find(&TurnText::new(text), &segmenter, |unit, span| found.push((unit, span.start, span.end)));
            found
        };
        assert_eq!(find("他叫我开评目共享"), [(0, 4, 8)]);
        assert_eq!(find("转到按全账户去"), [(1, 2, 6)]);
        assert_eq!(find("开了屏幕共享"), []);
        assert_eq!(find("眼镜码头"), [], "less than half is heard right");
    }

    #[test]
    fn stretches_hold_every_text_and_little_else() {
        let mut runs = Runs { pairs: vec![0; PAIRS / 64], threes: vec![0; PAIRS / 64] };
        runs.enter(&[1, 2, 3, 4]);
        runs.enter(&[3, 4, 5]);
        let tell = |syllables: &[u16]| {
            let mut told = Vec::new();
            runs.tell(syllables.iter().copied(), |from, to| told.push((from, to)));
            told
        };
        assert_eq!(tell(&[9, 1, 2, 3, 4, 9]), [(1, 5)]);
        assert_eq!(tell(&[1, 2, 3, 4, 5]), [(0, 5)]);
        assert_eq!(tell(&[1, 2, 9, 3, 4, 5, 1, 2, 3, 4]), [(3, 6), (6, 10)]);
        assert_eq!(tell(&[2, 3, 2, 3, 4]), [(2, 5)]);
        assert!(tell(&[]).is_empty() && tell(&[1, 2]).is_empty() && tell(&[1, 2, 4, 5]).is_empty());
    }

    #[test]
    fn what_sounds_like_any_term_is_found_and_what_was_meant_is_not() {
        let lexicon = Lexicon::builtin().expect("sound");
        let segmenter = Segmenter::new(lexicon.words.iter().map(|(word, frequency)| (word.as_str(), *frequency)));
        let alike = SoundAlike::new(&lexicon, &segmenter).expect("built");
        let find = |text: &str| {
            let mut found = BTreeSet::new();
            alike.find(&TurnText::new(text), &segmenter, |_, meant, _, _| {
                found.insert(meant.to_owned());
            });
            found
        };
        assert!(find("派处所打来的").contains("派出所"), "{:?}", find("派处所打来的"));
        assert!(find("我老伴的手机").is_empty(), "words of a dictionary: {:?}", find("我老伴的手机"));
        assert!(find("我开了屏幕共享").is_empty(), "{:?}", find("我开了屏幕共享"));
    }
}
