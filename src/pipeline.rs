//! The run: read, score and write in order, a batch at a time. This file reads as a table of contents.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use rayon::prelude::*;
use thiserror::Error;

use crate::call::Call;
use crate::engine::Engine;
use crate::read::{self, Discovered, Origin, Raw, Reject, RejectCode, SpeakerTable};
use crate::score::{DistressLevel, RiskLevel, Scored};
use crate::write::{
    self, CALL_COLUMNS, CALL_REVIEW, Checkpoint, Counts, HIT_COLUMNS, HIT_REVIEW, Identity, InputRecord, Manifest,
    Mark, OutputFolder, PublishError, REJECT_COLUMNS, Rows, StagedFile, Style, Timings,
};

/// Everything that shapes a run, decided before it starts.
#[derive(Debug)]
pub struct Job {
    /// What to read.
    pub inputs: Discovered,
    /// How to read it.
    pub reading: read::Options,
    /// Whose name means which speaker.
    pub speakers: SpeakerTable,
    /// How to write.
    pub style: Style,
    /// Worker threads; 0 for one per core.
    pub threads: usize,
    /// Rejects from which on nothing is published.
    pub max_rejects: RejectLimit,
    /// How the calls are handed to the workers; no output depends on it.
    pub batch: BatchSize,
    /// How a call is scored: [`crate::score::score_call`], unless a test puts a fault here.
    pub scorer: Scorer,
}

/// Scores one call.
pub type Scorer = fn(&Engine, &Call) -> Scored;

/// Most that one batch holds: enough to keep workers busy, little enough to stay small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchSize {
    /// Calls; a batch holds at least one.
    pub calls: usize,
    /// Bytes of input after decompression; the call that reaches them is the last.
    pub bytes: usize,
}

impl Default for BatchSize {
    fn default() -> Self {
        BatchSize { calls: 256, bytes: 2 << 20 }
    }
}

/// How many calls may be rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RejectLimit {
    /// So many.
    Calls(u64),
    /// So many percent of all calls read.
    Percent(u64),
}

impl RejectLimit {
    /// Whether these counts are beyond the limit.
    pub fn exceeded(self, counts: &Counts) -> bool {
        match self {
            RejectLimit::Calls(limit) => counts.rejected > limit,
            RejectLimit::Percent(limit) => counts.rejected * 100 > limit * counts.read,
        }
    }
}

/// Told how far a run is, and asked whether to go on; called from one thread.
pub trait Progress: Sync {
    /// So many bytes of the inputs have been read, so many calls scored and rejected.
    fn update(&self, bytes: u64, calls: u64, rejects: u64);

    /// Whether the run is to stop after this batch, to be resumed later.
    fn interrupted(&self) -> bool {
        false
    }
}

/// Why a run published nothing.
#[derive(Debug, Error)]
pub enum RunError {
    /// Writing failed.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The reject limit was passed.
    #[error("{} of {} calls rejected, over the limit: nothing published", .0.rejected, .0.read)]
    TooManyRejects(Counts),
    /// Asked to stop; what is done is kept for another run.
    #[error("已中断，做完的部分已保存：加 --resume 接着做 / interrupted; continue with --resume")]
    Interrupted,
    /// The worker threads could not be started.
    #[error("cannot start worker threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// Runs a job, or continues it where the folder holds an interrupted run, and publishes its files; the
/// manifest last.
///
/// `timings` is asked once, when all calls are scored, with their number and how many of them an
/// interrupted run had scored.
///
/// # Errors
/// [`RunError`]; then nothing has been published. Only what [`RunError::Interrupted`] leaves can be resumed
/// (and what a killed process leaves).
///
/// # Panics
/// If the accounting does not add up: a fault of this program.
pub fn run(
    engine: &Engine,
    job: &Job,
    folder: &OutputFolder,
    progress: &dyn Progress,
    timings: &dyn Fn(u64, u64) -> Timings,
) -> Result<Manifest, RunError> {
    let identity = identity(engine, job);
    let former = folder.resumed(&identity)?.cloned();
    let resumed = former.as_ref().map_or(0, |former| former.taken);
    let scored = match former {
        Some(former) if former.complete.is_some() => Ok(former),
        former => score_all(engine, job, folder, progress, identity, former),
    };
    let finished = scored.and_then(|checkpoint| {
        let counts = checkpoint.counts;
        assert_eq!(counts.read, counts.scored + counts.rejected + counts.skipped, "calls got lost");
        if job.max_rejects.exceeded(&counts) {
            return Err(RunError::TooManyRejects(counts));
        }
        let manifest = manifest(job, checkpoint, timings(counts.scored + counts.rejected, resumed));
        folder.publish(&manifest.to_json())?;
        Ok(manifest)
    });
    // What cannot be resumed is not left lying about; what could be must not be lost to a wrong call.
    let keep = |error: &RunError| matches!(error, RunError::Interrupted | RunError::Publish(PublishError::Changed(_)));
    if finished.as_ref().is_err_and(|error| !keep(error)) {
        folder.clear();
    }
    finished
}

/// Scores everything, from the beginning or from a checkpoint, and saves that it is complete.
fn score_all(
    engine: &Engine,
    job: &Job,
    folder: &OutputFolder,
    progress: &dyn Progress,
    identity: Identity,
    former: Option<Checkpoint>,
) -> Result<Checkpoint, RunError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(job.threads).build()?;
    let mut writer = Writer {
        engine,
        job,
        folder,
        outputs: Outputs::stage(folder, job.style, former.as_ref())?,
        tally: Tally {
            counts: former.as_ref().map_or_else(Counts::default, |former| former.counts),
            ..Tally::default()
        },
        identity,
        former,
    };
    let inputs = std::thread::scope(|scope| {
        let (sender, batches) = sync_channel(2);
        let reader = scope.spawn(move || read_all(job, &sender));
        let written = writer.write_all(&pool, &batches, progress);
        // On an error the reader finds nobody listening and stops.
        drop(batches);
        let inputs = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        written.map(|()| inputs)
    })?;
    let marks = writer.outputs.sync()?;
    let checkpoint = Checkpoint { complete: Some(inputs), marks, ..writer.checkpoint(Vec::new()) };
    folder.save(&checkpoint)?;
    Ok(checkpoint)
}

fn identity(engine: &Engine, job: &Job) -> Identity {
    let input = |source: &read::Source| (source.name().to_string(), source.size(), source.modified_ms());
    Identity {
        engine_version: env!("CARGO_PKG_VERSION").to_owned(),
        lexicon_blake3: engine.lexicon().hash.clone(),
        settings_blake3: settings_hash(job),
        lexicon_version: engine.lexicon().version.clone(),
        inputs: job.inputs.sources.iter().map(input).collect(),
    }
}

fn manifest(job: &Job, checkpoint: Checkpoint, timings: Timings) -> Manifest {
    let skipped = job.inputs.skipped.iter();
    Manifest {
        engine_version: checkpoint.identity.engine_version,
        lexicon_version: checkpoint.identity.lexicon_version,
        lexicon_blake3: checkpoint.identity.lexicon_blake3,
        settings_blake3: checkpoint.identity.settings_blake3,
        profile: job.style.profile.as_str(),
        inputs: checkpoint.complete.unwrap_or_default(),
        not_read: skipped.map(|skipped| (skipped.name.clone(), skipped.reason.en().to_owned())).collect(),
        counts: checkpoint.counts,
        outputs: checkpoint.marks.into_iter().map(|mark| (mark.name, mark.blake3)).collect(),
        timings,
    }
}

/// A batch on its way to the workers, and how many bytes of all inputs had been read when it was cut.
struct Batch {
    raws: Vec<Raw>,
    bytes_read: u64,
}

/// The reading thread: cuts every source into calls, in order.
fn read_all(job: &Job, sender: &SyncSender<Batch>) -> Vec<InputRecord> {
    let mut records = Vec::new();
    let mut before = 0;
    for source in &job.inputs.sources {
        let mut reader = read::open(source, &job.reading);
        let (mut raws, mut size) = (Vec::new(), 0);
        let mut listening = true;
        while let Some(raw) = reader.next().filter(|_| listening) {
            size += raw.size();
            raws.push(raw);
            if raws.len() >= job.batch.calls || size >= job.batch.bytes {
                let batch = Batch { raws: std::mem::take(&mut raws), bytes_read: before + reader.bytes_read() };
                listening = sender.send(batch).is_ok();
                size = 0;
            }
        }
        before += reader.bytes_read();
        if !listening || sender.send(Batch { raws, bytes_read: before }).is_err() {
            return records;
        }
        records.push(InputRecord {
            source: source.name().to_string(),
            bytes: reader.bytes_read(),
            blake3: reader.digest(),
            encoding: reader.encoding().map(|encoding| encoding.as_str().to_owned()),
        });
    }
    records
}

/// What a worker makes of a raw call.
enum Made {
    Scored(Box<Scored>, Rows),
    Rejected(Box<Reject>),
}

/// The writing thread: hands batches to the workers and appends what they make, in order.
struct Writer<'a> {
    engine: &'a Engine,
    job: &'a Job,
    folder: &'a OutputFolder,
    outputs: Outputs,
    tally: Tally,
    identity: Identity,
    /// Where an interrupted run stopped, until this run has come as far.
    former: Option<Checkpoint>,
}

impl Writer<'_> {
    fn write_all(
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

    fn checkpoint(&self, marks: Vec<Mark>) -> Checkpoint {
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
struct Tally {
    counts: Counts,
    /// Only asked whether it holds a call, never iterated.
    seen: HashSet<CallKey>,
    /// Calls, and faults that stand for one, met so far.
    taken: u64,
    /// Over all of them, in order.
    hasher: blake3::Hasher,
}

impl Tally {
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
struct Outputs {
    calls: StagedFile,
    hits: StagedFile,
    rejects: StagedFile,
}

impl Outputs {
    /// New files with their headers, or those of an interrupted run from where it stopped.
    fn stage(folder: &OutputFolder, style: Style, former: Option<&Checkpoint>) -> Result<Outputs, PublishError> {
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

    fn sync(&mut self) -> Result<Vec<Mark>, PublishError> {
        [&mut self.calls, &mut self.hits, &mut self.rejects].into_iter().map(StagedFile::sync).collect()
    }
}

/// Hash of the settings that can change an output byte; the number of threads and the size of batches cannot.
fn settings_hash(job: &Job) -> String {
    let shown = format!("{:?}{:?}{:?}{:?}", job.reading, job.speakers, job.style, job.max_rejects);
    blake3::hash(shown.as_bytes()).to_hex().to_string()
}
