//! The writing end of a run: hands batches to the workers, appends what they make in order, and notes how far it is.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;

use rayon::prelude::*;

use super::{Batch, Job, Progress, RunError};
use crate::call::Call;
use crate::engine::Engine;
use crate::read::{Origin, Raw, Reject, RejectCode};
use crate::score::{DistressLevel, RiskLevel, Scored};
use crate::write::{
    self, CALL_COLUMNS, CALL_REVIEW, Checkpoint, Counts, HIT_COLUMNS, HIT_REVIEW, Identity, Mark, OutputFolder,
    PublishError, REJECT_COLUMNS, Rows, StagedFile, Style,
};

/// What a worker makes of a raw call.
enum Made {
    Scored(Box<Scored>, Rows),
    Rejected(Box<Reject>),
}

/// The writing thread: hands batches to the workers and appends what they make, in order.
pub(super) struct Writer<'a> {
    pub engine: &'a Engine,
    pub job: &'a Job,
    pub folder: &'a OutputFolder,
    pub outputs: Outputs,
    pub tally: Tally,
    pub identity: Identity,
    /// Where an interrupted run stopped, until this run has come as far.
    pub former: Option<Checkpoint>,
}

impl Writer<'_> {
    pub fn write_all(
        &mut self,
        pool: &rayon::ThreadPool,
        batches: &Receiver<Batch>,
        progress: &dyn Progress,
    ) -> Result<(), RunError> {
        for mut batch in batches {
            self.pass_over(&mut batch.raws)?;
            let (engine, job) = (self.engine, self.job);
            let made: Vec<(Option<CallKey>, Origin, Made)> =
                pool.install(|| batch.raws.into_par_iter().map(|raw| make(engine, job, raw)).collect());
            for (key, origin, made) in made {
                let again = self.tally.take(key, &origin);
                let made = if again { Made::Rejected(Box::new(duplicate(&origin, made))) } else { made };
                match made {
                    Made::Scored(scored, rows) => {
                        self.tally.scored(&scored);
                        self.outputs.calls.append(&rows.calls)?;
                        self.outputs.hits.append(&rows.hits)?;
                    }
                    Made::Rejected(reject) => {
                        self.tally.rejected();
                        self.outputs.rejects.append(&write::render_reject(&reject, self.job.style))?;
                    }
                }
            }
            progress.update(batch.bytes_read, self.tally.counts.scored, self.tally.counts.rejected);
            if self.former.is_none() {
                let marks = self.outputs.marks()?;
                self.folder.save(&self.checkpoint(marks))?;
            }
            if progress.interrupted() {
                return Err(RunError::Interrupted);
            }
        }
        match &self.former {
            // The inputs end before the interrupted run had stopped.
            Some(_) => Err(PublishError::Changed("输入 the inputs".into()).into()),
            None => Ok(()),
        }
    }

    /// Takes from a batch what an interrupted run had done, and makes sure that it is the same.
    fn pass_over(&mut self, raws: &mut Vec<Raw>) -> Result<(), RunError> {
        let Some(former) = &self.former else { return Ok(()) };
        let left = usize::try_from(former.taken - self.tally.taken).unwrap_or(usize::MAX);
        for raw in raws.drain(..left.min(raws.len())) {
            let (key, origin) = identify(self.job, raw);
            self.tally.take(key, &origin);
        }
        if self.tally.taken == former.taken {
            if self.tally.taken_blake3() != former.taken_blake3 {
                return Err(PublishError::Changed("输入 the inputs".into()).into());
            }
            self.former = None;
        }
        Ok(())
    }

    pub fn checkpoint(&self, marks: Vec<Mark>) -> Checkpoint {
        Checkpoint {
            identity: self.identity.clone(),
            taken: self.tally.taken,
            taken_blake3: self.tally.taken_blake3(),
            counts: self.tally.counts,
            marks,
            complete: None,
        }
    }
}

/// What tells a call from every other: the hash of its id.
type CallKey = [u8; 16];

fn key(call: &Call) -> CallKey {
    let mut key = [0; 16];
    key.copy_from_slice(&blake3::hash(call.id.as_bytes()).as_bytes()[..16]);
    key
}

/// Which call it is, without scoring it.
fn identify(job: &Job, raw: Raw) -> (Option<CallKey>, Origin) {
    match raw.parse(&job.speakers) {
        Ok((call, origin)) => (Some(key(&call)), origin),
        Err(reject) => (None, reject.origin),
    }
}

/// One call, from bytes to rows.
fn make(engine: &Engine, job: &Job, raw: Raw) -> (Option<CallKey>, Origin, Made) {
    match raw.parse(&job.speakers) {
        Ok((call, origin)) => {
            // A net, not a policy: a fault of this program costs one call, not the night.
            let made = catch_unwind(AssertUnwindSafe(|| {
                let scored = (job.scorer)(engine, &call);
                let rows = write::render(engine.lexicon(), &call, &origin, &scored, job.style);
                Made::Scored(Box::new(scored), rows)
            }));
            let made = made.unwrap_or_else(|_| {
                let id = Some(call.id.clone());
                Made::Rejected(Box::new(Reject::new(origin.clone(), id, RejectCode::Internal, "")))
            });
            (Some(key(&call)), origin, made)
        }
        Err(reject) => (None, reject.origin.clone(), Made::Rejected(Box::new(reject))),
    }
}

fn duplicate(origin: &Origin, made: Made) -> Reject {
    match made {
        Made::Rejected(reject) => *reject,
        Made::Scored(_, rows) => Reject::new(origin.clone(), Some(rows.call_id), RejectCode::DuplicateCall, ""),
    }
}

#[derive(Default)]
pub(super) struct Tally {
    pub counts: Counts,
    /// Only asked whether it holds a call, never iterated.
    seen: HashSet<CallKey>,
    /// Calls, and faults that stand for one, met so far.
    taken: u64,
    /// Over all of them, in order.
    hasher: blake3::Hasher,
}

impl Tally {
    /// Begins at nothing, or at what an interrupted run had counted.
    pub fn of(former: Option<&Checkpoint>) -> Tally {
        Tally { counts: former.map_or_else(Counts::default, |former| former.counts), ..Tally::default() }
    }

    /// Notes that a call was met; whether it had been met before.
    fn take(&mut self, key: Option<CallKey>, origin: &Origin) -> bool {
        self.taken += 1;
        match key {
            Some(key) => {
                self.hasher.update(&key);
                !self.seen.insert(key)
            }
            None => {
                self.hasher.update(&origin.line.to_le_bytes());
                false
            }
        }
    }

    fn taken_blake3(&self) -> String {
        self.hasher.finalize().to_hex().to_string()
    }

    fn scored(&mut self, scored: &Scored) {
        self.counts.read += 1;
        self.counts.scored += 1;
        self.counts.high_risk += u64::from(scored.risk.level == RiskLevel::High);
        self.counts.medium_risk += u64::from(scored.risk.level == RiskLevel::Medium);
        self.counts.distressed += u64::from(scored.distress.level >= DistressLevel::Medium);
        self.counts.self_harm += u64::from(scored.distress.self_harm);
        self.counts.needs_review += u64::from(scored.review.priority.is_some());
    }

    fn rejected(&mut self) {
        self.counts.read += 1;
        self.counts.rejected += 1;
    }
}

/// The files of a run while they are written.
pub(super) struct Outputs {
    calls: StagedFile,
    hits: StagedFile,
    rejects: StagedFile,
}

impl Outputs {
    /// New files with their headers, or those of an interrupted run from where it stopped.
    pub fn stage(folder: &OutputFolder, style: Style, former: Option<&Checkpoint>) -> Result<Outputs, PublishError> {
        let stage = |name, columns, review: &[&str]| {
            let from = former.and_then(|former| former.mark(name));
            let mut file = folder.stage(name, from)?;
            if from.is_none() {
                file.append(&write::header(columns, review, style))?;
            }
            Ok::<_, PublishError>(file)
        };
        Ok(Outputs {
            calls: stage("calls.csv", CALL_COLUMNS, CALL_REVIEW)?,
            hits: stage("hits.csv", HIT_COLUMNS, HIT_REVIEW)?,
            rejects: stage("rejects.csv", REJECT_COLUMNS, &[])?,
        })
    }

    fn marks(&mut self) -> Result<Vec<Mark>, PublishError> {
        [&mut self.calls, &mut self.hits, &mut self.rejects].into_iter().map(StagedFile::mark).collect()
    }

    pub fn sync(&mut self) -> Result<Vec<Mark>, PublishError> {
        [&mut self.calls, &mut self.hits, &mut self.rejects].into_iter().map(StagedFile::sync).collect()
    }
}
