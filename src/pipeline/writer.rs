//! The writing end of a run: appends what the workers make, in order, and notes how far it is.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use super::order::Order;
use super::worker::{CallKey, Entry, Made, MadePart};
use super::{Job, Progress, RunError};
use crate::both;
use crate::read::{Origin, Reject, RejectCode};
use crate::write::{
    self, CALL_COLUMNS, CALL_REVIEW, Checkpoint, Counts, Ends, HIT_COLUMNS, HIT_REVIEW, Identity, Mark, OutputFolder,
    PublishError, REJECT_COLUMNS, StagedFile, Style,
};

/// The writing thread: appends the parts of the batches, in order.
pub(super) struct Writer<'a> {
    pub job: &'a Job,
    pub folder: &'a OutputFolder,
    pub outputs: Outputs,
    pub tally: Tally,
    pub identity: Identity,
    /// Where an interrupted run stopped, until this run has come as far.
    pub former: Option<Checkpoint>,
    pub saved: Saved,
}

impl Writer<'_> {
    pub fn write_all(&mut self, order: &Order<MadePart>, progress: &dyn Progress) -> Result<(), RunError> {
        while let Some(part) = order.take() {
            self.part(&part)?;
            let bytes_read = part.bytes_read;
            order.give_back(part);
            let Some(bytes_read) = bytes_read else { continue };
            progress.update(bytes_read, self.tally.counts.scored, self.tally.counts.rejected);
            let stop = progress.interrupted();
            if self.former.is_none() && (stop || self.saved.is_due(self.job.batch.save_pause)) {
                let begun = Instant::now();
                let marks = self.outputs.marks()?;
                self.folder.save(&self.checkpoint(marks))?;
                self.saved = Saved(Some((Instant::now(), begun.elapsed())));
            }
            if stop {
                return Err(RunError::Interrupted);
            }
        }
        match &self.former {
            // The inputs end before the interrupted run had stopped.
            Some(_) => Err(PublishError::Changed(both!("输入"; "the inputs")).into()),
            None => Ok(()),
        }
    }

    /// Appends the rows of a part, but for those of calls met before.
    fn part(&mut self, part: &MadePart) -> Result<(), RunError> {
        self.compare_with_former()?;
        let (mut from, mut to) = (Ends::default(), Ends::default());
        for entry in &part.entries {
            let again = self.tally.take(entry.key, &entry.origin);
            let end = entry.ends;
            match (&entry.made, again) {
                (Made::Passed, _) => self.compare_with_former()?,
                (Made::Scored(_, counts), false) => self.tally.counts.add(counts),
                (Made::Scored(id, _), true) => {
                    self.append(part, from, to)?;
                    from = end;
                    self.reject(&duplicate(entry, id))?;
                }
                (Made::Rejected(reject), _) => self.reject(reject)?,
            }
            to = end;
        }
        Ok(self.append(part, from, to)?)
    }

    fn append(&mut self, part: &MadePart, from: Ends, to: Ends) -> Result<(), PublishError> {
        self.outputs.calls.append(&part.rows.calls[from.calls..to.calls])?;
        self.outputs.hits.append(&part.rows.hits[from.hits..to.hits])?;
        self.outputs.conversations.append(&part.rows.conversations[from.conversations..to.conversations])
    }

    fn reject(&mut self, reject: &Reject) -> Result<(), PublishError> {
        self.tally.counts.add(&Counts { read: 1, rejected: 1, ..Counts::default() });
        self.outputs.rejects.append(&write::render_reject(reject, self.job.style))
    }

    /// Where an interrupted run had come as far as this one now: makes sure that it had read the same.
    fn compare_with_former(&mut self) -> Result<(), PublishError> {
        let Some(former) = self.former.take_if(|former| former.taken == self.tally.taken) else { return Ok(()) };
        if self.tally.taken_blake3() != former.taken_blake3 {
            return Err(PublishError::Changed(both!("输入"; "the inputs")));
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

/// When a checkpoint was last saved by this run, and how long that took.
#[derive(Default)]
pub(super) struct Saved(Option<(Instant, Duration)>);

impl Saved {
    /// Whether the last one is `pause` times as long ago as it took.
    fn is_due(&self, pause: u32) -> bool {
        self.0.is_none_or(|(at, took)| at.elapsed() >= took.saturating_mul(pause))
    }
}

pub(super) fn duplicate(entry: &Entry, id: &str) -> Reject {
    Reject::new(entry.origin.clone(), Some(id.to_owned()), RejectCode::DuplicateCall, "")
}

pub(super) struct Tally {
    pub counts: Counts,
    /// By the first byte of the key, which is a hash: one set that doubles would hold old and new of a million calls at
    /// once. Only asked whether they hold a call, never iterated.
    seen: [HashSet<CallKey>; 256],
    /// Calls, and faults that stand for one, met so far.
    taken: u64,
    /// Over all of them, in order.
    hasher: blake3::Hasher,
}

impl Tally {
    /// Begins at nothing, or at what an interrupted run had counted.
    pub fn of(former: Option<&Checkpoint>) -> Tally {
        Tally {
            counts: former.map_or_else(Counts::default, |former| former.counts),
            seen: std::array::from_fn(|_| HashSet::new()),
            taken: 0,
            hasher: blake3::Hasher::default(),
        }
    }

    /// Notes that a call was met; whether it had been met before.
    pub fn take(&mut self, key: Option<CallKey>, origin: &Origin) -> bool {
        self.taken += 1;
        match key {
            Some(key) => {
                self.hasher.update(&key);
                !self.seen[usize::from(key[0])].insert(key)
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
}

/// The files of a run while they are written.
pub(super) struct Outputs {
    calls: StagedFile,
    hits: StagedFile,
    conversations: StagedFile,
    rejects: StagedFile,
}

impl Outputs {
    /// New files with their headers, or those of an interrupted run from where it stopped.
    pub fn stage(folder: &OutputFolder, style: Style, former: Option<&Checkpoint>) -> Result<Outputs, PublishError> {
        let stage = |name, columns: &[_], review: &[&str]| {
            let from = former.and_then(|former| former.mark(name));
            let mut file = folder.stage(name, from)?;
            if from.is_none() && !columns.is_empty() {
                file.append(&write::header(columns, review, style))?;
            }
            Ok::<_, PublishError>(file)
        };
        Ok(Outputs {
            calls: stage("calls.csv", CALL_COLUMNS, CALL_REVIEW)?,
            hits: stage("hits.csv", HIT_COLUMNS, HIT_REVIEW)?,
            conversations: stage("conversations.jsonl", &[], &[])?,
            rejects: stage("rejects.csv", REJECT_COLUMNS, &[])?,
        })
    }

    fn all(&mut self) -> [&mut StagedFile; 4] {
        [&mut self.calls, &mut self.hits, &mut self.conversations, &mut self.rejects]
    }

    fn marks(&mut self) -> Result<Vec<Mark>, PublishError> {
        self.all().into_iter().map(StagedFile::mark).collect()
    }

    pub fn sync(&mut self) -> Result<Vec<Mark>, PublishError> {
        self.all().into_iter().map(StagedFile::sync).collect()
    }
}
