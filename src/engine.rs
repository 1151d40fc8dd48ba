//! Everything that scoring needs, built once and shared by all threads.

use std::sync::{Arc, Mutex, PoisonError};

use thiserror::Error;

use crate::both;
use crate::context::Brief;
use crate::lexicon::{Diagnostic, Lexicon};
use crate::matching::{Matcher, Scratch};
use crate::said::{Both, Said};
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
    /// Rooms to match in that nobody uses now: one for each thread that scores.
    rooms: Mutex<Vec<Scratch>>,
}

/// Why an engine cannot be built.
#[derive(Debug, Error)]
#[error("{}", self.both().zh)]
pub enum EngineError {
    /// The lexicon has faults; each names its place and its mend.
    Lexicon(Vec<Diagnostic>),
    /// The terms are too many for the automaton's tables.
    Matcher(#[from] aho_corasick::BuildError),
}

impl Said for EngineError {
    fn both(&self) -> Both {
        match self {
            EngineError::Lexicon(faults) => {
                both!("词库有 {} 处错误", faults.len(); "the lexicon has {} faults", faults.len())
            }
            EngineError::Matcher(error) => both!("词库太大：{error}"; "the lexicon is too large: {error}"),
        }
    }
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
        Ok(Engine { lexicon, briefs, needs, matcher, segmenter, rooms: Mutex::default() })
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

    /// Lends room to match in, kept from call to call.
    pub(crate) fn with_room<T>(&self, work: impl FnOnce(&mut Scratch) -> T) -> T {
        let rooms = || self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let mut room = rooms().pop().unwrap_or_default();
        let done = work(&mut room);
        rooms().push(room);
        done
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
