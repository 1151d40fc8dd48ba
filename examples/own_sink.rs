//! Reads calls of any format and hands each score on as a line of JSON: the reader and the engine without the batch job.
//!
//! ```console
//! $ cargo run --release --example own_sink -- data/calls
//! ```

#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use rayon::iter::{ParallelBridge, ParallelIterator};
use tinghu::engine::Engine;
use tinghu::read::{Options, SpeakerTable, discover, open};
use tinghu::score::score_call;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let inputs: Vec<_> = std::env::args_os().skip(1).map(Into::into).collect();
    let engine = Engine::builtin()?;
    let (options, speakers) = (Options::default(), SpeakerTable::default());
    for source in &discover(&inputs)?.sources {
        // Cutting a file into calls is quick and in order; understanding and scoring them is the work, and is shared.
        open(source, &options).par_bridge().for_each(|raw| match raw.parse(&speakers) {
            Ok((call, _)) => {
                let scored = score_call(&engine, &call);
                let line = serde_json::json!({
                    "call_id": call.id,
                    "risk": scored.risk.score,
                    "level": scored.risk.level.as_str(),
                    "distress": scored.distress.score,
                    "empathy": scored.empathy.score,
                });
                println!("{line}");
            }
            Err(reject) => {
                println!("{}", serde_json::json!({ "rejected": reject.code.as_str(), "why": reject.reason }))
            }
        });
    }
    Ok(())
}
