//! Where the time of a call goes: stages over the sample calls, in MB of transcript text per second.
//!
//! `cargo bench` prints medians; the whole process is measured as `docs/performance.md` says.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use std::path::PathBuf;
use std::sync::LazyLock;

use tinghu::call::Call;
use tinghu::engine::Engine;
use tinghu::matching::{Scratch, TurnText};
use tinghu::normalise::mask_turns;
use tinghu::read::{self, Options, SpeakerTable};
use tinghu::score::score_call;
use tinghu::write::{Profile, Style, render};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::builtin().expect("the built-in lexicon is sound"));

static CALLS: LazyLock<Vec<(Call, read::Origin)>> = LazyLock::new(|| {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/calls");
    let found = read::discover(&[folder]).expect("the sample calls are there");
    let speakers = SpeakerTable::default();
    let raws = found.sources.iter().flat_map(|source| read::open(source, &Options::default()));
    raws.map(|raw| raw.parse(&speakers).expect("the sample calls are sound")).collect()
});

fn main() {
    divan::main();
}

/// Bytes of transcript text in all sample calls.
fn text_bytes() -> BytesCount {
    BytesCount::new(CALLS.iter().flat_map(|(call, _)| &call.turns).map(|turn| turn.text.len()).sum::<usize>())
}

#[divan::bench(sample_count = 20)]
fn a_prepare_turns(bencher: Bencher) {
    bencher.counter(text_bytes()).bench(|| {
        for (call, _) in CALLS.iter() {
            for turn in &call.turns {
                black_box(TurnText::new(&turn.text));
            }
        }
    });
}

#[divan::bench(sample_count = 20)]
fn b_prepare_and_find_terms(bencher: Bencher) {
    LazyLock::force(&ENGINE);
    let mut scratch = Scratch::default();
    bencher.counter(text_bytes()).bench_local(|| {
        for (call, _) in CALLS.iter() {
            for turn in &call.turns {
                black_box(ENGINE.matcher().find(&TurnText::new(&turn.text), ENGINE.segmenter(), &mut scratch));
            }
        }
    });
}

#[divan::bench(sample_count = 20)]
fn c_score_call(bencher: Bencher) {
    LazyLock::force(&ENGINE);
    bencher.counter(text_bytes()).bench(|| {
        for (call, _) in CALLS.iter() {
            black_box(score_call(&ENGINE, call));
        }
    });
}

#[divan::bench(sample_count = 20)]
fn d_render_rows(bencher: Bencher) {
    let scored: Vec<_> = CALLS.iter().map(|(call, origin)| (call, origin, score_call(&ENGINE, call))).collect();
    let style = Style { profile: Profile::Data, quotes: true };
    bencher.counter(text_bytes()).bench(|| {
        for (call, origin, scored) in &scored {
            black_box(render(ENGINE.lexicon(), call, origin, scored, style));
        }
    });
}

#[divan::bench(sample_count = 20)]
fn e_mask(bencher: Bencher) {
    bencher.counter(text_bytes()).bench(|| {
        for (call, _) in CALLS.iter() {
            black_box(mask_turns(&call.turns));
        }
    });
}

#[divan::bench(sample_count = 10)]
fn f_build_engine() -> Engine {
    Engine::builtin().expect("the built-in lexicon is sound")
}
