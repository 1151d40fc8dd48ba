//! The fast way of matching finds what the plain way finds: over all sample calls, over dialogues from elsewhere, over
//! random text.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use tinghu::call::Call;
use tinghu::engine::Engine;
use tinghu::lexicon::Unit;
use tinghu::matching::{CallText, Scratch, TurnText};
use tinghu::read::{Format, Options, SpeakerTable, from_reader};

mod plain;

use plain::Plain;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::builtin().expect("the built-in lexicon is sound"));
static PLAIN: LazyLock<Plain<'static>> = LazyLock::new(|| Plain::new(&ENGINE));

/// Holds the turns of a call against the plain way; gives how many matches there were.
fn compare(texts: &[TurnText], date: Option<&str>, scratch: &mut Scratch) -> usize {
    let (call, mut count) = (CallText::new(texts), 0);
    for (turn, text) in texts.iter().enumerate() {
        let found = ENGINE.matcher().find(text, ENGINE.segmenter(), scratch);
        assert_eq!(found, PLAIN.find(text), "{}", text.view.text());
        let hits = ENGINE.matcher().hits(text, &call, ENGINE.lexicon(), ENGINE.segmenter(), date, scratch);
        assert_eq!(hits, PLAIN.hits(&found, texts, turn, date), "{}", text.view.text());
        count += found.len();
    }
    count
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|end| end == "jsonl")).collect();
    files.sort();
    files
}

/// Compares every `step`th call of a folder.
fn compare_calls(folder: &Path, step: usize) -> usize {
    let (mut scratch, mut count) = (Scratch::default(), 0);
    for file in files(folder) {
        let input = std::fs::File::open(&file).expect("the file opens");
        let raws = from_reader("calls", Format::JsonLines, input, &Options::default());
        let calls = raws.filter_map(|raw| raw.parse(&SpeakerTable::default()).ok()).map(|(call, _)| call);
        for call in calls.step_by(step) {
            let call: Call = call;
            let texts: Vec<TurnText> = call.turns.iter().map(TurnText::of).collect();
            count += compare(&texts, call.date(), &mut scratch);
        }
    }
    count
}

#[test]
fn over_all_sample_calls() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    assert!(compare_calls(&data.join("calls"), 1) > 500);
    assert!(compare_calls(&data.join("eval"), 3) + compare_calls(&data.join("train"), 9) > 1_000);
}

/// Set `TINGHU_DIALOGUES` to a folder of calls in JSON lines to have them compared too.
#[test]
#[allow(clippy::print_stderr, reason = "what is not compared is said")]
fn over_dialogues_from_elsewhere() {
    match std::env::var_os("TINGHU_DIALOGUES") {
        Some(folder) => assert!(compare_calls(Path::new(&folder), 1) > 0),
        None => eprintln!("TINGHU_DIALOGUES is not set: no dialogues from elsewhere were compared"),
    }
}

/// Texts that the terms are about: members of their units, near misses of them, and what stands between.
fn fragment() -> impl Strategy<Value = String> {
    let word = any::<prop::sample::Index>().prop_map(|index| {
        let units: Vec<&Unit> = index.get(&ENGINE.lexicon().terms).patterns.iter().flat_map(|own| &own.units).collect();
        let literals = units[index.index(units.len())].literals();
        if literals.is_empty() { "三万块".to_owned() } else { index.get(&literals).clone() }
    });
    let other = prop::sample::select(vec![
        "",
        "，",
        "。",
        "我",
        "他让我",
        "没",
        "的",
        "12",
        "二十万",
        "屏目共享",
        "安全帐号",
        "啊",
        " ",
        "x",
    ]);
    prop_oneof![4 => word.clone(), 1 => word.prop_map(|word| word.chars().skip(1).collect()), 3 => other.prop_map(str::to_owned)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn over_random_text(turns in prop::collection::vec(prop::collection::vec(fragment(), 0..16), 1..4)) {
        let texts: Vec<TurnText> = turns.iter().map(|turn| TurnText::new(&turn.concat())).collect();
        compare(&texts, Some("2026-11-20"), &mut Scratch::default());
    }

    /// Few words many times: every combination is a way to go wrong.
    #[test]
    fn over_text_that_repeats_itself(words in prop::collection::vec(fragment(), 1..3), times in prop::collection::vec(0_usize..3, 1..40)) {
        let text: String = times.iter().map(|at| words.get(*at).map_or("了", String::as_str)).collect();
        compare(&[TurnText::new(&text)], None, &mut Scratch::default());
    }
}
