//! Scores one call and prints every point with its reason: the engine as a library.
//!
//! ```console
//! $ cargo run --release --example one_call
//! ```

#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use tinghu::call::{Call, Speaker, Turn};
use tinghu::engine::Engine;
use tinghu::score::score_call;

fn main() -> Result<(), tinghu::engine::EngineError> {
    // Built once, shared by all threads: half a second, and then a fraction of a millisecond a call.
    let engine = Engine::builtin()?;
    let call = call(&[
        (Speaker::Agent, "您好，示例银行，请问有什么可以帮您？"),
        (Speaker::Customer, "有个自称抖音客服的说我开了会员，不取消每月扣八百，让我把钱转到安全账户。"),
        (Speaker::Agent, "您先别转，这是诈骗。我陪您一步一步来，先把对方拉黑，好吗？"),
        (Speaker::Customer, "我已经转了两万，手都在抖，怎么办啊。"),
        (Speaker::Agent, "我知道您现在很慌。我马上帮您冻结账户，再教您报警。"),
    ]);
    let scored = score_call(&engine, &call);
    println!("risk {} {}, phase {}", scored.risk.score, scored.risk.level, scored.risk.phase);
    println!("distress {} {}", scored.distress.score, scored.distress.level);
    match scored.empathy.score {
        Some(score) => println!("empathy {score} {}", scored.empathy.band),
        None => println!("empathy was not due"),
    }
    for line in scored.ledger.iter().filter(|line| line.points != 0) {
        let turn = line.turn.map_or(String::new(), |turn| format!("#{}", turn + 1));
        println!("{:>5} {:<8} {turn:<3} {:<12} {}", line.points, line.dimension.as_str(), line.id, line.reason);
    }
    Ok(())
}

/// A call of these turns, six seconds apart.
fn call(turns: &[(Speaker, &str)]) -> Call {
    let turn = |(number, (speaker, text)): (usize, &(Speaker, &str))| Turn {
        speaker: *speaker,
        start_ms: Some(number as u64 * 6_000),
        end_ms: Some(number as u64 * 6_000 + 5_000),
        text: (*text).to_owned(),
    };
    Call {
        id: "example".to_owned(),
        started_at: None,
        direction: None,
        agent_id: None,
        team: None,
        turns: turns.iter().enumerate().map(turn).collect(),
        warnings: Vec::new(),
    }
}
