//! Reading: from the arguments of a run to a stream of calls.
//!
//! ```text
//! arguments ─discover─▶ sources ─open─▶ stored bytes ─inflate─▶ ─decode─▶ UTF-8 text ─format─▶ Raw
//!                                                                        Raw ─parse (workers)─▶ Call
//! ```
//! Cutting a file into calls is cheap and must go in order; understanding a call is dear and needs no
//! order. So [`Reader`] only cuts, and [`Raw::parse`] is for the workers. The unit of failure is one
//! call: whatever cannot be read becomes a [`Reject`] with a code, a place and a remedy, and the next
//! call is read. A file that cannot go on gives one reject for its fault and ends; what came before it
//! has been given.
//!
//! Nothing here grows with the input but the list of sources and, in tables, sixteen bytes per call.

mod columns;
mod decode;
mod draft;
mod foreign;
mod guess;
mod inflate;
mod json;
mod native;
mod plain;
mod reader;
mod record;
mod reject;
mod roles;
mod rows;
mod said;
mod sheet;
mod source;
mod speaker;
mod table;
mod text;
mod time;
mod unique;
mod wire;
mod workbook;

pub use decode::Encoding;
pub use draft::{MAX_ID_BYTES, MAX_TEXT_BYTES, MAX_TURN_BYTES, MAX_TURNS};
pub use inflate::InflateLimits;
pub use native::NativeCall;
pub use reader::{Options, Raw, Reader, from_pipe, from_reader, open};
pub use reject::{Origin, Reject, RejectCode};
pub(crate) use sheet::bare;
pub use sheet::{Sheet, SheetError};
pub use source::{Discovered, Format, ReadError, SkipReason, Skipped, Source, discover};
pub use speaker::SpeakerTable;
