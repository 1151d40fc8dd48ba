//! What maintainers write: any bytes as one file among sound ones, any text as a pattern.

use std::sync::{Arc, LazyLock};

use tinghu::engine::Engine;
use tinghu::lexicon::{
    Boundary, Groups, Kind, Lexicon, LexiconFile, List, Negation, Pattern, Status, Term, Unit, Voice, builtin_files,
};
use tinghu::matching::{Matcher, Scratch, TurnText};
use tinghu::normalise::fold;
use tinghu::segment::Segmenter;

/// One file of each kind; the first byte of the data chooses which of them is replaced by the rest.
const NAMES: [&str; 7] =
    ["terms.csv", "groups.csv", "exceptions.csv", "words.csv", "wording.csv", "scoring.toml", "rules.toml"];

/// A few rows of every table: the built-in ones are five megabytes, too many to load a thousand times.
const TABLES: [(&str, &str); 3] = [
    ("terms.csv", include_str!("terms.csv")),
    ("groups.csv", "组名,词语\n家人,老伴｜我妈｜家里人\n"),
    ("exceptions.csv", "短语,取消词条,原因,到期\n装修…4公司,F-01｜XW-*,正常业务,\n"),
];
/// A call in which those rows are heard.
const CALL: &str = include_str!("call.txt");

/// Loaded once; words of a lexicon under test do not change it.
static SEGMENTER: LazyLock<Arc<Segmenter>> = LazyLock::new(|| Arc::new(Segmenter::new(std::iter::empty())));

/// The sound files around the one that is tried: those tables, and the built-in numbers, rules and words.
static FILES: LazyLock<Vec<LexiconFile>> = LazyLock::new(|| {
    let kept = ["scoring.toml", "rules.toml", "words.csv"];
    let builtin = builtin_files().into_iter().filter(|file| kept.contains(&file.name.as_str()));
    let tables = TABLES.map(|(name, text)| LexiconFile { name: name.to_owned(), bytes: text.into() });
    builtin.chain(tables).collect()
});

/// Any bytes as a file of the lexicon: either faults that name their places, or a lexicon that scores.
pub fn lexicon(data: &[u8]) {
    let Some((&choice, bytes)) = data.split_first() else { return };
    let name = NAMES[usize::from(choice) % NAMES.len()];
    let mut files = FILES.clone();
    files.retain(|file| file.name != name);
    files.push(LexiconFile { name: name.to_owned(), bytes: bytes.to_vec() });
    let (lexicon, faults) = Lexicon::load_sound_rows(files);
    for fault in &faults {
        assert!(NAMES.contains(&fault.file.as_str()) && !fault.message.is_empty(), "{fault:?}");
    }
    assert!(lexicon.is_some() || !faults.is_empty(), "nothing was loaded and nothing was said");
    let Some(lexicon) = lexicon else { return };
    let groups = lexicon.groups.clone();
    for term in &lexicon.terms {
        assert!(!term.id.is_empty() && !term.patterns.is_empty());
        term.patterns.iter().for_each(sound);
    }
    assert!(groups.values().flatten().all(|word| !word.is_empty() && fold(word) == *word), "a group is not folded");
    let engine = Engine::with_segmenter(lexicon, Arc::clone(&SEGMENTER)).expect("a lexicon this small compiles");
    super::score::scored(&engine, &super::score::call(CALL.as_bytes()));
}

/// What every compiled pattern promises.
fn sound(pattern: &Pattern) {
    assert!(pattern.gaps.len() + 1 == pattern.units.len() && pattern.min_chars() >= 2, "{pattern:?}");
    for choices in pattern.units.iter().filter_map(choices) {
        assert!(choices.iter().any(|words| words.iter().all(|word| !word.is_empty())), "{choices:?}");
        for words in choices {
            assert!(!words.is_empty() && words.is_sorted(), "{words:?}");
            assert!(words.iter().all(|word| fold(word) == *word), "{words:?}");
        }
    }
}

/// Any text as a term: refused with a reason, or compiled within bounds and found in what it describes.
pub fn pattern(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let groups = Groups::from([("家人".to_owned(), vec!["老伴".to_owned(), "我妈".to_owned()])]);
    let patterns = match Pattern::compile(&text, &groups) {
        Ok(patterns) => patterns,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    assert!(!patterns.is_empty());
    let words = patterns.iter().flat_map(|pattern| &pattern.units).filter_map(choices).flatten().map(Vec::len);
    assert!(words.sum::<usize>() <= 1 << 16, "too many words from {} bytes", data.len());
    patterns.iter().for_each(sound);
    // The shortest thing that each pattern describes: the first word of every unit, without gaps.
    for pattern in patterns.iter().take(8) {
        let words: Option<String> = pattern.units.iter().map(first).collect();
        let Some(words) = words else { continue };
        let turn = TurnText::new(&words);
        let (first, last) = (0, turn.view.chars().len() - 1);
        let one_sentence = turn.clauses.same_sentence(first, last);
        let matcher = Matcher::new(&of_one_term(pattern)).expect("one term compiles");
        let found = matcher.find(&turn, &SEGMENTER, &mut Scratch::default());
        assert!(!one_sentence || found.iter().any(|found| found.start == 0), "{pattern:?} is not found in {words:?}");
    }
}

fn choices(unit: &Unit) -> Option<&Vec<Vec<String>>> {
    match unit {
        Unit::Words(choices) => Some(choices),
        Unit::Amount | Unit::Number => None,
    }
}

/// The first word of every choice.
fn first(unit: &Unit) -> Option<String> {
    choices(unit).map(|choices| {
        choices.iter().map(|words| words.iter().find(|word| !word.is_empty()).map_or("", String::as_str)).collect()
    })
}

/// A lexicon that holds one pattern.
fn of_one_term(pattern: &Pattern) -> Lexicon {
    static SCORING: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::load(FILES.clone()).expect("sound files"));
    let term = Term {
        id: "F-1".to_owned(),
        text: String::new(),
        patterns: vec![pattern.clone()],
        list: List::Business,
        scam_type: None,
        kind: Kind::known(List::Business).iter().find_map(|word| Kind::parse(List::Business, word)).expect("a kind"),
        weight: 1,
        voice: Voice::Any,
        negation: Negation::Keep,
        boundary: Boundary::Free,
        homophone: false,
        require: Vec::new(),
        forbid: Vec::new(),
        example_hit: Vec::new(),
        example_nohit: Vec::new(),
        valid_from: String::new(),
        valid_to: String::new(),
        status: Status::Active,
        place: ("terms.csv".to_owned(), 2),
    };
    Lexicon {
        terms: vec![term],
        exceptions: Vec::new(),
        words: Vec::new(),
        groups: Groups::new(),
        scoring: SCORING.scoring.clone(),
        rules: Vec::new(),
        wording: Default::default(),
        version: String::new(),
        hash: String::new(),
    }
}
