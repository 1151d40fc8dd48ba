//! 听护 (tinghu) reads a night of Chinese call transcripts and says which customers are in a
//! swindler's hands, which were in distress, and how well each was cared for, with the words that
//! prove it.
//!
//! # The way of a call
//!
//! ```text
//! bytes ──read──▶ Call ──normalise──▶ TurnText ──matching──▶ RawHit
//!                                        ▲ segment               │
//!       files ◀──write── Rows ◀──score── Scored ◀── Reading ◀──context
//! ```
//!
//! | module | does |
//! |---|---|
//! | [`call`] | the nouns: a call, its turns, who speaks |
//! | [`read`] | from arguments to calls: sources, decompression, decoding, one file per format |
//! | [`normalise`] | one character in, one character out; offsets, clauses, numbers, masking |
//! | [`segment`] | jieba, loaded once: word boundaries where characters do not suffice |
//! | [`lexicon`] | what the bank's staff maintain: terms, patterns, exceptions, rules, numbers |
//! | [`matching`] | every pattern by its rarest piece; joining, boundaries, conditions |
//! | [`context`] | what a hit means here: stance, negation, question and answer, act, framing, overlaps |
//! | [`score`] | integer arithmetic over hits; the ledger whose lines add up to the scores |
//! | [`mod@write`] | CSV rows that no spreadsheet misreads, files that appear complete or not at all |
//! | [`run`] | a finished run read back: typed rows, the manifest, the words of a review |
//! | [`morning`] | what people open in the morning, made from the tables of a run |
//! | [`pipeline`] | the one file that knows the order |
//! | [`text`] | characters that show nothing, kept from terminals and cells |
//! | [`review`] | what people found comes back from the tables that they filled in |
//! | [`stats`] | what each term did in finished runs; the exceptions that would have spared a false alarm |
//! | [`engine`] | what scoring needs, built once |
//! | [`lint`], [`evaluate`], [`fit`] | the lexicons' own tests; a run held against labels; wording learnt from labels |
//!
//! # One call
//!
//! ```
//! use tinghu::call::{Call, Speaker, Turn};
//! use tinghu::engine::Engine;
//! use tinghu::score::{RiskLevel, score_call};
//!
//! let engine = Engine::builtin()?;
//! let turn = |speaker, text: &str| Turn { speaker, start_ms: None, end_ms: None, text: text.to_owned() };
//! let call = Call {
//!     id: "demo".into(),
//!     started_at: None,
//!     direction: None,
//!     agent_id: None,
//!     team: None,
//!     turns: vec![
//!         turn(Speaker::Agent, "您好，请问这笔转账是您本人操作的吗？"),
//!         turn(Speaker::Customer, "是我转的，客服说我开通了百万保障，不关掉每个月要扣八百，让我开着屏幕共享转到安全账户。"),
//!         turn(Speaker::Agent, "您先别转，这个是诈骗。"),
//!         turn(Speaker::Customer, "可是验证码我已经念给他了。"),
//!     ],
//!     warnings: vec![],
//! };
//! let scored = score_call(&engine, &call);
//! assert_eq!(scored.risk.level, RiskLevel::High);
//! assert_eq!(scored.duty.first_warning, Some(2));
//! # Ok::<(), tinghu::engine::EngineError>(())
//! ```

pub mod call;
pub mod context;
pub mod engine;
pub mod evaluate;
pub mod fit;
pub mod lexicon;
pub mod lint;
pub mod matching;
pub mod morning;
pub mod normalise;
pub mod pipeline;
pub mod read;
pub mod review;
pub mod run;
pub mod score;
pub mod segment;
pub mod settings;
pub mod stats;
pub mod text;
mod word;
pub mod write;
