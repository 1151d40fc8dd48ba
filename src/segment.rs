//! Word boundaries, from jieba: one instance, loaded once, shared by all threads.
//!
//! Characters find the terms; words only serve what characters cannot: the boundaries of short
//! terms, repetition on content words, and whether a misheard text is itself ordinary words.

use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use jieba_rs::Jieba;

/// The shared segmenter, with the lexicons' own words added. Its dictionary is loaded when it is first asked, or
/// before, in the background.
pub struct Segmenter {
    dictionary: Arc<Dictionary>,
}

struct Dictionary {
    /// Words beside jieba's own, each with a frequency where given.
    words: Vec<(String, Option<usize>)>,
    loaded: OnceLock<Jieba>,
}

impl Dictionary {
    fn jieba(&self) -> &Jieba {
        self.loaded.get_or_init(|| {
            let mut jieba = Jieba::new();
            for (word, frequency) in &self.words {
                jieba.add_word(word, *frequency, None);
            }
            jieba
        })
    }
}

/// The dictionaries in use: engines with the same words share one.
static IN_USE: Mutex<Vec<Weak<Dictionary>>> = Mutex::new(Vec::new());

impl Segmenter {
    /// A segmenter that knows words beside jieba's own, each with a frequency where given.
    pub fn new<'a>(words: impl Iterator<Item = (&'a str, Option<usize>)>) -> Self {
        let words: Vec<_> = words.map(|(word, frequency)| (word.to_owned(), frequency)).collect();
        let mut in_use = IN_USE.lock().unwrap_or_else(PoisonError::into_inner);
        in_use.retain(|dictionary| dictionary.strong_count() > 0);
        let known = in_use.iter().filter_map(Weak::upgrade).find(|dictionary| dictionary.words == words);
        let dictionary = known.unwrap_or_else(|| {
            let new = Arc::new(Dictionary { words, loaded: OnceLock::new() });
            in_use.push(Arc::downgrade(&new));
            new
        });
        Segmenter { dictionary }
    }

    /// Begins to load the dictionary (about 0.15 s) on a thread of its own, which nobody waits for unless he asks
    /// for words.
    pub fn load_in_background(&self) {
        if self.dictionary.loaded.get().is_none() {
            let dictionary = Arc::clone(&self.dictionary);
            // Without a thread it is loaded when it is first asked.
            let _ = std::thread::Builder::new().name("segmenter".to_owned()).spawn(move || {
                dictionary.jieba();
            });
        }
    }

    /// The words of a folded text, in order. The HMM is off: its guesses at unknown words do
    /// more harm than good to boundaries, and cost time.
    pub fn words<'t>(&self, text: &'t str) -> Vec<&'t str> {
        self.dictionary.jieba().cut(text, false).into_iter().map(|token| token.word).collect()
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
