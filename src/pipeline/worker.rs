//! A worker: batches of raw calls in, rendered rows out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;
use std::sync::{Mutex, PoisonError};

use super::order::{Order, Part};
use super::{Batch, Scorer};
use crate::call::Call;
use crate::engine::Engine;
use crate::read::{Origin, Raw, Reject, RejectCode, SpeakerTable};
use crate::score::{Band, DistressLevel, RiskLevel, Scored};
use crate::write::{Counts, Ends, Renderer, Rows};

/// Rendered bytes from which on the part of a batch that is done is handed over.
const HAND_OVER: usize = 4 << 20;

/// What was made of a batch or of a part of it: the rows of its calls one after the other.
#[derive(Default)]
pub(super) struct MadePart {
    pub rows: Rows,
    pub entries: Vec<Entry>,
    /// How many bytes of all inputs had been read when the batch was cut; with its last part.
    pub bytes_read: Option<u64>,
}

/// One call of a part, in order.
pub(super) struct Entry {
    pub key: Option<CallKey>,
    pub origin: Origin,
    pub made: Made,
    /// Where its rows end in the part.
    pub ends: Ends,
}

/// What became of a raw call.
pub(super) enum Made {
    /// Passed over: an interrupted run had done it.
    Passed,
    /// Scored and rendered: its id, and what it counts for.
    Scored(String, Counts),
    Rejected(Box<Reject>),
}

impl Part for MadePart {
    fn size(&self) -> usize {
        self.rows.size() + self.entries.len() * size_of::<Entry>()
    }

    fn is_last(&self) -> bool {
        self.bytes_read.is_some()
    }
}

impl MadePart {
    /// An empty part in the memory of one that is done with.
    fn reuse(mut self) -> MadePart {
        self.rows.truncate(Ends::default());
        self.entries.clear();
        self.bytes_read = None;
        self
    }
}

/// What tells a call from every other: the hash of its id.
pub(super) type CallKey = [u8; 16];

fn key(call: &Call) -> CallKey {
    let mut key = [0; 16];
    key.copy_from_slice(&blake3::hash(call.id.as_bytes()).as_bytes()[..16]);
    key
}

/// What all workers share.
pub(super) struct Workshop<'a> {
    pub engine: &'a Engine,
    pub speakers: &'a SpeakerTable,
    pub scorer: Scorer,
    pub renderer: Renderer<'a>,
    /// Calls at the beginning that an interrupted run had done.
    pub done_before: u64,
    pub order: Order<MadePart>,
}

impl Workshop<'_> {
    /// Works until no batch comes or nobody wants the parts.
    pub fn work(&self, batches: &Mutex<Receiver<Batch>>) {
        let _here = self.order.at_work();
        loop {
            let next = batches.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(batch) = next else { return };
            if !self.batch(batch) {
                return;
            }
        }
    }

    fn batch(&self, batch: Batch) -> bool {
        let mut part = self.empty_part();
        for (raw, number) in batch.raws.into_iter().zip(batch.first..) {
            self.call(raw, number < self.done_before, &mut part);
            if part.size() >= HAND_OVER {
                let full = std::mem::replace(&mut part, self.empty_part());
                if !self.order.put(batch.number, full) {
                    return false;
                }
            }
        }
        part.bytes_read = Some(batch.bytes_read);
        self.order.put(batch.number, part)
    }

    fn empty_part(&self) -> MadePart {
        self.order.spare().map(MadePart::reuse).unwrap_or_default()
    }

    /// One call, from bytes to rows.
    fn call(&self, raw: Raw, pass: bool, part: &mut MadePart) {
        let (key, origin, made) = match raw.parse(self.speakers) {
            Ok((call, origin)) if pass => (Some(key(&call)), origin, Made::Passed),
            Ok((call, origin)) => {
                let key = key(&call);
                let made = self.score(call, &origin, part);
                (Some(key), origin, made)
            }
            Err(reject) if pass => (None, reject.origin, Made::Passed),
            Err(reject) => (None, reject.origin.clone(), Made::Rejected(Box::new(reject))),
        };
        part.entries.push(Entry { key, origin, made, ends: part.rows.ends() });
    }

    fn score(&self, call: Call, origin: &Origin, part: &mut MadePart) -> Made {
        let before = part.rows.ends();
        // A net, not a policy: a fault of this program costs one call, not the night.
        let made = catch_unwind(AssertUnwindSafe(|| {
            let scored = (self.scorer)(self.engine, &call);
            self.renderer.push(&call, origin, &scored, &mut part.rows);
            counted(&scored)
        }));
        match made {
            Ok(counts) => Made::Scored(call.id, counts),
            Err(_) => {
                part.rows.truncate(before);
                Made::Rejected(Box::new(Reject::new(origin.clone(), Some(call.id), RejectCode::Internal, "")))
            }
        }
    }
}

/// What one scored call counts for.
fn counted(scored: &Scored) -> Counts {
    Counts {
        read: 1,
        scored: 1,
        high_risk: u64::from(scored.risk.level == RiskLevel::High),
        medium_risk: u64::from(scored.risk.level == RiskLevel::Medium),
        distressed: u64::from(scored.distress.level >= DistressLevel::Medium),
        self_harm: u64::from(scored.distress.self_harm),
        needs_review: u64::from(scored.review.priority.is_some()),
        missed_scams: u64::from(scored.risk.level == RiskLevel::High && scored.duty.first_warning.is_none()),
        care_due: u64::from(scored.empathy.band != Band::NotDue),
        ..Counts::default()
    }
}
