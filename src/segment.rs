//! Word boundaries, from jieba: one instance, loaded once, shared by all threads.
//!
//! Characters find the terms; words only serve what characters cannot: the boundaries of short
//! terms, repetition on content words, and whether a misheard text is itself ordinary words.

use jieba_rs::Jieba;

/// The shared segmenter, with the lexicons' own words added.
pub struct Segmenter {
    jieba: Jieba,
}

impl Segmenter {
    /// Loads the dictionary (about 0.1 s) and adds words, each with a frequency where given.
    pub fn new<'a>(words: impl Iterator<Item = (&'a str, Option<usize>)>) -> Self {
        let mut jieba = Jieba::new();
        for (word, frequency) in words {
            jieba.add_word(word, frequency, None);
        }
        Segmenter { jieba }
    }

    /// The words of a folded text, in order. The HMM is off: its guesses at unknown words do
    /// more harm than good to boundaries, and cost time.
    pub fn words<'t>(&self, text: &'t str) -> Vec<&'t str> {
        self.jieba.cut(text, false).into_iter().map(|token| token.word).collect()
    }

    /// Character positions at which a word begins, and the length of the text.
    pub fn boundaries(&self, text: &str) -> Vec<usize> {
        let mut at = 0;
        let mut boundaries = vec![0];
        for word in self.words(text) {
            at += word.chars().count();
            boundaries.push(at);
        }
        boundaries
    }
}

impl std::fmt::Debug for Segmenter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Segmenter")
    }
}
