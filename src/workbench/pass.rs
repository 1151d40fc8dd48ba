//! One pass over inputs: calls are cut in order, understood and worked on by all cores, and handed over in order.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::Serialize;

use crate::call::Call;
use crate::read::{self, Options, Origin, Raw, Source, SpeakerTable};

/// What a pass met.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Pass {
    /// Calls worked on.
    pub calls: u64,
    /// Calls that could not be read, or on which the program failed.
    pub unreadable: u64,
    /// Calls whose id had been met before; a run rejects them too.
    pub repeated: u64,
}

/// Most calls of a batch.
const BATCH_CALLS: usize = 256;

/// Bytes of a batch from which on it takes no more.
const BATCH_BYTES: usize = 4 << 20;

/// Works on every call of the sources, by all cores; `take` gets the results in the order of the input. Memory
/// holds one batch of calls and sixteen bytes for each id.
pub fn each_call<T: Send>(
    sources: &[Source],
    options: &Options,
    speakers: &SpeakerTable,
    work: impl Fn(&Call, &Origin) -> T + Sync,
    mut take: impl FnMut(T),
) -> Pass {
    let mut pass = Pass::default();
    let mut met: FxHashSet<[u8; 16]> = FxHashSet::default();
    let mut raws = sources.iter().flat_map(|source| read::open(source, options));
    loop {
        let batch = batch(&mut raws);
        if batch.is_empty() {
            return pass;
        }
        let parsed: Vec<_> = batch.into_par_iter().map(|raw| raw.parse(speakers).ok()).collect();
        let mut calls = Vec::with_capacity(parsed.len());
        for call in parsed {
            match call {
                Some(call) if met.insert(key(&call.0)) => calls.push(call),
                Some(_) => pass.repeated += 1,
                None => pass.unreadable += 1,
            }
        }
        // A net, as in a run: a fault of this program costs one call.
        let one = |(call, origin): &(Call, Origin)| catch_unwind(AssertUnwindSafe(|| work(call, origin))).ok();
        for made in calls.par_iter().map(one).collect::<Vec<_>>() {
            match made {
                Some(made) => {
                    pass.calls += 1;
                    take(made);
                }
                None => pass.unreadable += 1,
            }
        }
    }
}

fn batch(raws: &mut impl Iterator<Item = Raw>) -> Vec<Raw> {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while batch.len() < BATCH_CALLS && bytes < BATCH_BYTES {
        let Some(raw) = raws.next() else { break };
        bytes += raw.size();
        batch.push(raw);
    }
    batch
}

/// What tells a call from every other, as in a run.
fn key(call: &Call) -> [u8; 16] {
    let mut key = [0; 16];
    key.copy_from_slice(&blake3::hash(call.id.as_bytes()).as_bytes()[..16]);
    key
}
