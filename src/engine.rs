//! Everything that scoring needs, built once and shared by all threads.

use thiserror::Error;

use crate::lexicon::{Diagnostic, Lexicon};
use crate::matching::Matcher;
use crate::segment::Segmenter;

/// A lexicon made ready: terms compiled, segmenter loaded. Cheap to share, costly to build (about 0.2 s).
#[derive(Debug)]
pub struct Engine {
    lexicon: Lexicon,
    matcher: Matcher,
    segmenter: Segmenter,
}

/// Why an engine cannot be built.
#[derive(Debug, Error)]
pub enum EngineError {
    /// The lexicon has faults; each names its place and its mend.
    #[error("the lexicon has {} faults", .0.len())]
    Lexicon(Vec<Diagnostic>),
    /// The terms are too many for the automaton's tables.
    #[error("the lexicon is too large: {0}")]
    Matcher(#[from] aho_corasick::BuildError),
}

impl Engine {
    /// Compiles a lexicon.
    ///
    /// # Errors
    /// When the terms are too many for the automaton.
    pub fn new(lexicon: Lexicon) -> Result<Engine, EngineError> {
        let matcher = Matcher::new(&lexicon)?;
        let segmenter = Segmenter::new(lexicon.words.iter().map(|(word, frequency)| (word.as_str(), *frequency)));
        Ok(Engine { lexicon, matcher, segmenter })
    }

    /// The engine with the built-in lexicon.
    ///
    /// # Errors
    /// [`EngineError::Lexicon`] if the built-in lexicon had faults; a test keeps it from happening.
    pub fn builtin() -> Result<Engine, EngineError> {
        Engine::new(Lexicon::builtin().map_err(EngineError::Lexicon)?)
    }

    /// The lexicon.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The compiled terms.
    pub fn matcher(&self) -> &Matcher {
        &self.matcher
    }

    /// The segmenter.
    pub fn segmenter(&self) -> &Segmenter {
        &self.segmenter
    }
}
