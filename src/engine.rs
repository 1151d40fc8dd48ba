//! Everything that scoring needs, built once and shared by all threads.

use std::sync::Arc;

use thiserror::Error;

use crate::context::Brief;
use crate::lexicon::{Diagnostic, Lexicon};
use crate::matching::Matcher;
use crate::score::Needs;
use crate::segment::Segmenter;

/// A lexicon made ready: terms compiled, segmenter loaded or loading. Cheap to share, costly to build.
#[derive(Debug)]
pub struct Engine {
    lexicon: Lexicon,
    briefs: Vec<Brief>,
    needs: Vec<Needs>,
    matcher: Matcher,
    segmenter: Arc<Segmenter>,
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
        let words = lexicon.words.iter().map(|(word, frequency)| (word.as_str(), *frequency));
        let segmenter = Arc::new(Segmenter::new(words));
        segmenter.load_in_background();
        Engine::with_segmenter(lexicon, segmenter)
    }

    /// Compiles a lexicon for a segmenter that is loaded already, whose words stay as they are: for
    /// those who try many lexicons.
    ///
    /// # Errors
    /// When the terms are too many for the automaton.
    pub fn with_segmenter(lexicon: Lexicon, segmenter: Arc<Segmenter>) -> Result<Engine, EngineError> {
        let matcher = Matcher::new(&lexicon)?;
        let (briefs, needs) = (Brief::of_all(&lexicon), Needs::of_all(&lexicon));
        Ok(Engine { lexicon, briefs, needs, matcher, segmenter })
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

    /// What is asked of every term at every hit, by its index.
    pub fn briefs(&self) -> &[Brief] {
        &self.briefs
    }

    /// What every rule asks to occur, by its index.
    pub fn needs(&self) -> &[Needs] {
        &self.needs
    }

    /// The compiled terms.
    pub fn matcher(&self) -> &Matcher {
        &self.matcher
    }

    /// The segmenter.
    pub fn segmenter(&self) -> &Segmenter {
        &self.segmenter
    }

    /// The segmenter, for another engine with the same words.
    pub fn shared_segmenter(&self) -> Arc<Segmenter> {
        Arc::clone(&self.segmenter)
    }
}
