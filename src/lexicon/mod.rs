//! The lexicons: what the bank's staff maintain, loaded and checked.
//!
//! Files are read by [`load`](Lexicon::load), which collects every fault instead of stopping at
//! the first. `check` adds the lints that need the matcher; see [`crate::matching`].

mod aspect;
mod builtin;
mod canonical;
mod diagnostic;
mod expand;
mod gram;
mod load;
mod pattern;
mod rules;
mod scoring;
mod table;
mod term;
mod vocabulary;
pub mod wording;

use std::path::Path;

pub use builtin::builtin_files;
pub use canonical::{Formatted, format_tables};
pub use diagnostic::{Diagnostic, Severity};
pub use pattern::{Groups, Pattern, PatternError, Unit};
pub use rules::{Effect, Rule, Selector};
pub use scoring::{
    Certainty, Distress as DistressScoring, Empathy as EmpathyScoring, Risk as RiskScoring, Scoring, StageCaps,
    StanceFactors, WordingLimits, Wordings,
};
use wording::Wording;

pub use table::term_columns;
pub use term::{Boundary, Condition, Negation, Reach, Status, Term, TermIndex, Voice};
pub use vocabulary::{
    BusinessKind, ContextKind, Deed, DistressKind, DutyKind, EmpathyKind, Kind, List, OutcomeKind, Phase, ScamType,
    Stage, TabooKind, VulnerabilityKind,
};

/// One file of a lexicon folder, in memory.
#[derive(Debug, Clone)]
pub struct LexiconFile {
    /// File name, without the folder.
    pub name: String,
    /// Its bytes, as saved.
    pub bytes: Vec<u8>,
}

/// A phrase that cancels named terms where it covers them.
#[derive(Debug, Clone)]
pub struct Exception {
    /// The phrase as written.
    pub phrase: String,
    /// The phrase, compiled.
    pub patterns: Vec<Pattern>,
    /// Identifiers, `MG-*` for all that begin so, `*` for every scam term.
    pub cancels: Vec<String>,
    /// Why; every exception owes a reason.
    pub reason: String,
    /// Last date (`YYYY-MM-DD`) of calls for which it holds; empty: no end.
    pub expires: String,
    /// File name and line, for messages.
    pub place: (String, u64),
}

impl Exception {
    /// Whether the exception names this term.
    pub fn names(&self, term: &Term) -> bool {
        self.cancels.iter().any(|name| match name.strip_suffix('*') {
            // What speaks for the customer (ordinary business, refusal) must not go with the scam terms.
            Some("") => term.list == List::Scam,
            Some(prefix) => term.id.starts_with(prefix),
            None => *name == term.id,
        })
    }
}

/// Everything the maintainers decide: terms, exceptions, words, numbers and rules.
#[derive(Debug, Clone)]
pub struct Lexicon {
    /// The rows in use, in file order; [`TermIndex`] points here.
    pub terms: Vec<Term>,
    /// Phrases that cancel terms.
    pub exceptions: Vec<Exception>,
    /// Extra words for the segmenter, with a frequency where given.
    pub words: Vec<(String, Option<usize>)>,
    /// Word groups, for messages and for conditions.
    pub groups: Groups,
    /// All numbers of the scores.
    pub scoring: Scoring,
    /// Named rules.
    pub rules: Vec<Rule>,
    /// What wording tells, learnt from labelled calls.
    pub wording: Wording,
    /// `version` of `scoring.toml` and the first eight hexadecimal digits of the hash of all files.
    pub version: String,
    /// BLAKE3 of all files, names included, in name order: hexadecimal.
    pub hash: String,
}

impl Lexicon {
    /// Builds a lexicon from files.
    ///
    /// # Errors
    /// All faults of severity error, in file and line order, if there is any.
    pub fn load(files: Vec<LexiconFile>) -> Result<Lexicon, Vec<Diagnostic>> {
        match Lexicon::load_sound_rows(files) {
            (Some(lexicon), faults) if faults.is_empty() => Ok(lexicon),
            (_, faults) => Err(faults),
        }
    }

    /// Builds a lexicon from the rows that can be read, and returns it with the faults of the others:
    /// so that the examples of the sound rows can be run beside. `None` without a sound `scoring.toml`.
    pub fn load_sound_rows(mut files: Vec<LexiconFile>) -> (Option<Lexicon>, Vec<Diagnostic>) {
        files.sort_by(|a, b| a.name.cmp(&b.name));
        let mut faults = Vec::new();
        let (tables, hash) = rayon::join(|| load::load_tables(&files, &mut faults), || hash(&files));
        load::duplicate_ids(&tables.terms, &mut faults);
        let scoring = scoring::load(&files, &mut faults);
        let rules = rules::load(&files, &tables.terms, &mut faults);
        faults.sort();
        let lexicon = scoring.map(|scoring| Lexicon {
            terms: tables.terms.into_iter().filter(|term| term.status != Status::Off).collect(),
            exceptions: tables.exceptions,
            words: tables.words,
            groups: tables.groups,
            version: format!("{}+{}", scoring.version, &hash[..8]),
            scoring,
            rules,
            wording: tables.wording,
            hash,
        });
        (lexicon, faults)
    }

    /// The lexicon inside the program.
    ///
    /// # Errors
    /// As [`Lexicon::load`]; a test keeps it from happening.
    pub fn builtin() -> Result<Lexicon, Vec<Diagnostic>> {
        Lexicon::load(builtin_files())
    }

    /// The term behind an index.
    pub fn term(&self, index: TermIndex) -> &Term {
        &self.terms[index as usize]
    }
}

/// Reads the `.csv` and `.toml` files of a folder, in name order, sub-folders left out.
///
/// # Errors
/// When the folder or a file cannot be read.
pub fn read_folder(folder: &Path) -> std::io::Result<Vec<LexiconFile>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        // Excel keeps a lock file `~$name` beside an open table.
        let wanted = (name.ends_with(".csv") || name.ends_with(".toml")) && !name.starts_with(['.', '~']);
        if wanted && path.is_file() {
            files.push(LexiconFile { name, bytes: std::fs::read(&path)? });
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

fn hash(files: &[LexiconFile]) -> String {
    let mut hasher = blake3::Hasher::new();
    for file in files {
        hasher.update(&(file.name.len() as u64).to_le_bytes());
        hasher.update(file.name.as_bytes());
        hasher.update(&(file.bytes.len() as u64).to_le_bytes());
        hasher.update(&file.bytes);
    }
    hasher.finalize().to_hex().to_string()
}
