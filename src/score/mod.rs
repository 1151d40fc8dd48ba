//! From hits to scores: integer arithmetic only, and every point is a line of the ledger.

mod care;
mod cue;
mod distress;
mod duty;
mod echo;
mod empathy;
mod ledger;
mod occurrence;
mod phase;
mod repetition;
mod resemblance;
mod response;
mod review;
mod risk;
mod rules;
mod suffixes;
mod summary;
mod timing;
mod wording;

pub use ledger::{Dimension, Ledger, Line, Reason, Source};
pub use occurrence::Needs;
pub use summary::{
    Band, Distress, DistressLevel, Duty, Empathy, Evidence, Remark, Review, ReviewReason, Risk, RiskLevel, Scored,
    Trend,
};

use occurrence::Occurrences;

use crate::call::Call;
use crate::context;
use crate::engine::Engine;
pub use crate::lexicon::Phase;

/// Scores one call: the one entry that the command line, tests, fuzzers and benchmarks share.
///
/// The result depends on the call and the engine alone: no clock, no randomness, no floating point.
///
/// ```
/// use tinghu::call::{Call, Speaker, Turn};
/// use tinghu::engine::Engine;
/// use tinghu::score::{Dimension, score_call};
///
/// let engine = Engine::builtin()?;
/// let turn = |speaker, text: &str| Turn { speaker, start_ms: None, end_ms: None, text: text.to_owned() };
/// let turns = vec![
///     turn(Speaker::Customer, "客服让我把钱转到安全账户，验证码我也念给他了，我好害怕。"),
///     turn(Speaker::Agent, "您先别慌，我马上帮您冻结账户，这是诈骗。"),
/// ];
/// let call = Call {
///     id: "A1".into(), started_at: None, direction: None, agent_id: None, team: None, turns, warnings: vec![],
/// };
/// let scored = score_call(&engine, &call);
/// // Every point of a score is a line with its reason.
/// let points: i32 = scored.ledger.iter().filter(|line| line.dimension == Dimension::Risk).map(|line| line.points).sum();
/// assert_eq!(points, i32::from(scored.risk.score));
/// # Ok::<(), tinghu::engine::EngineError>(())
/// ```
///
/// # Panics
/// If the lines of the ledger do not add up to a score: a fault of this program, never of the input.
pub fn score_call(engine: &Engine, call: &Call) -> Scored {
    let reading = context::read(engine, call);
    let lexicon = engine.lexicon();
    let mut ledger = Ledger::with_room(reading.hits.len() + 32);
    let occurs = Occurrences::read(call, &reading);
    let wording = wording::WordingReading::read(lexicon, call, &reading);
    let mut distress = distress::score(engine, call, &reading, &wording, &mut ledger);
    let duty = duty::read(lexicon, call, &reading, &wording, &mut ledger);
    let risk = risk::score(engine, call, &reading, &occurs, &wording, &mut ledger);
    let empathy = empathy::score(lexicon, call, &reading, &wording, &mut distress, &duty, &mut ledger);
    duty::record_rest(lexicon, &reading, &mut ledger);
    let scored = review::conclude(call, &reading, occurs, risk, distress.summary, duty, empathy, ledger);
    scored.assert_balanced();
    scored
}
