//! Where the time of a call goes: stages over two piles of calls, in MB of transcript text per second.
//!
//! `calls` are the sample calls in all their formats, as a night leaves them; `dense` are the calls of data/eval
//! that hold a swindle, native JSONL. Each stage is measured alone where it can be; what a stage needs of the ones
//! before is made outside the clock. `cargo bench` prints medians; the whole process is measured as
//! `docs/performance.md` says.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::LazyLock;

use tinghu::call::Call;
use tinghu::context;
use tinghu::engine::Engine;
use tinghu::lexicon::Lexicon;
use tinghu::matching::{Matcher, Scratch, TurnText};
use tinghu::normalise::mask_turns;
use tinghu::read::{self, Format, Options, Origin, Raw, SpeakerTable};
use tinghu::score::score_call;
use tinghu::segment::Segmenter;
use tinghu::write::{Profile, Style, render};

const PILES: [&str; 2] = ["calls", "dense"];

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::builtin().expect("the built-in lexicon is sound"));
static CALLS: LazyLock<Pile> = LazyLock::new(|| Pile::read(raws("calls")));
static DENSE: LazyLock<Pile> = LazyLock::new(|| Pile::read(raws("dense")));
static DENSE_LINES: LazyLock<Vec<u8>> = LazyLock::new(dense_lines);

/// Calls that are read already.
struct Pile {
    calls: Vec<(Call, Origin)>,
    text_bytes: usize,
}

impl Pile {
    fn read(raws: impl Iterator<Item = Raw>) -> Pile {
        let speakers = SpeakerTable::default();
        let calls: Vec<_> = raws.map(|raw| raw.parse(&speakers).expect("the calls are sound")).collect();
        let text_bytes = calls.iter().flat_map(|(call, _)| &call.turns).map(|turn| turn.text.len()).sum();
        Pile { calls, text_bytes }
    }

    /// The pile of a name; it and the engine are ready.
    fn of(name: &str) -> &'static Pile {
        LazyLock::force(&ENGINE);
        if name == "calls" { &CALLS } else { &DENSE }
    }

    fn bytes(&self) -> BytesCount {
        BytesCount::new(self.text_bytes)
    }
}

fn data(folder: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data").join(folder)
}

/// The lines of data/eval whose label is a high risk.
fn dense_lines() -> Vec<u8> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(data("eval"))
        .expect("a checkout has data/eval")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .collect();
    files.sort();
    let text: Vec<String> = files.iter().map(|file| std::fs::read_to_string(file).expect("UTF-8")).collect();
    let lines = text.iter().flat_map(|text| text.lines()).filter(|line| line.contains(r#""risk": "high""#));
    lines.flat_map(|line| [line.as_bytes(), b"\n"]).flatten().copied().collect()
}

/// The calls of a pile, cut out and not yet understood.
fn raws(pile: &str) -> Box<dyn Iterator<Item = Raw>> {
    if pile == "calls" {
        let found = read::discover(&[data("calls")]).expect("the sample calls are there");
        Box::new(found.sources.into_iter().flat_map(|source| read::open(&source, &Options::default())))
    } else {
        let input = Cursor::new(DENSE_LINES.as_slice());
        Box::new(read::from_reader("dense.jsonl", Format::JsonLines, input, &Options::default()))
    }
}

fn main() {
    divan::main();
}

/// From bytes to calls: decompressing, decoding, cutting, understanding.
#[divan::bench(args = PILES, sample_count = 20)]
fn a_read_calls(bencher: Bencher, name: &str) {
    let speakers = SpeakerTable::default();
    bencher.counter(Pile::of(name).bytes()).bench(|| {
        for raw in raws(name) {
            black_box(raw.parse(&speakers).is_ok());
        }
    });
}

/// Of that only the understanding (for JSON: the parsing) of calls that are cut out already.
#[divan::bench(args = PILES, sample_count = 20)]
fn b_parse_calls(bencher: Bencher, name: &str) {
    let speakers = SpeakerTable::default();
    bencher.counter(Pile::of(name).bytes()).with_inputs(|| raws(name).collect::<Vec<_>>()).bench_values(|raws| {
        for raw in raws {
            black_box(raw.parse(&speakers).is_ok());
        }
    });
}

#[divan::bench(args = PILES, sample_count = 20)]
fn c_prepare_turns(bencher: Bencher, name: &str) {
    let pile = Pile::of(name);
    bencher.counter(pile.bytes()).bench(|| {
        for turn in pile.calls.iter().flat_map(|(call, _)| &call.turns) {
            black_box(TurnText::new(&turn.text));
        }
    });
}

#[divan::bench(args = PILES, sample_count = 20)]
fn d_find_terms(bencher: Bencher, name: &str) {
    let pile = Pile::of(name);
    let turns: Vec<TurnText> = pile.calls.iter().flat_map(|(call, _)| &call.turns).map(TurnText::of).collect();
    let mut scratch = Scratch::default();
    bencher.counter(pile.bytes()).bench_local(|| {
        for turn in &turns {
            black_box(ENGINE.matcher().find(turn, ENGINE.segmenter(), &mut scratch));
        }
    });
}

/// Preparing, finding, and what each hit means.
#[divan::bench(args = PILES, sample_count = 20)]
fn e_read_context(bencher: Bencher, name: &str) {
    let pile = Pile::of(name);
    bencher.counter(pile.bytes()).bench(|| {
        for (call, _) in &pile.calls {
            black_box(context::read(&ENGINE, call));
        }
    });
}

/// All of that, wording and scores.
#[divan::bench(args = PILES, sample_count = 20)]
fn f_score_call(bencher: Bencher, name: &str) {
    let pile = Pile::of(name);
    bencher.counter(pile.bytes()).bench(|| {
        for (call, _) in &pile.calls {
            black_box(score_call(&ENGINE, call));
        }
    });
}

/// Masking and both CSVs.
#[divan::bench(args = PILES, sample_count = 20)]
fn g_render_rows(bencher: Bencher, name: &str) {
    let pile = Pile::of(name);
    let scored: Vec<_> = pile.calls.iter().map(|(call, origin)| (call, origin, score_call(&ENGINE, call))).collect();
    let style = Style { profile: Profile::Data, quotes: true };
    bencher.counter(pile.bytes()).bench(|| {
        for (call, origin, scored) in &scored {
            black_box(render(ENGINE.lexicon(), call, origin, scored, style));
        }
    });
}

#[divan::bench(args = PILES, sample_count = 20)]
fn h_mask(bencher: Bencher, name: &str) {
    let pile = Pile::of(name);
    bencher.counter(pile.bytes()).bench(|| {
        for (call, _) in &pile.calls {
            black_box(mask_turns(&call.turns));
        }
    });
}

/// Start-up: the tables of the lexicons, from the bytes in the binary.
#[divan::bench(sample_count = 10)]
fn i_load_lexicon() -> Lexicon {
    Lexicon::builtin().expect("the built-in lexicon is sound")
}

/// Start-up: the automata over the terms of a lexicon that is loaded.
#[divan::bench(sample_count = 10)]
fn j_compile_terms(bencher: Bencher) {
    let lexicon = Lexicon::builtin().expect("the built-in lexicon is sound");
    bencher.bench(|| Matcher::new(&lexicon).expect("the terms fit"));
}

/// Start-up: jieba's dictionary.
#[divan::bench(sample_count = 10)]
fn k_load_segmenter() -> Segmenter {
    Segmenter::new(std::iter::empty())
}

/// Start-up as a whole.
#[divan::bench(sample_count = 10)]
fn l_build_engine() -> Engine {
    Engine::builtin().expect("the built-in lexicon is sound")
}
