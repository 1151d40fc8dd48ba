//! The run: read, score and write in order, a batch at a time. This file reads as a table of contents.

use std::collections::{BTreeMap, HashSet};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use rayon::prelude::*;
use thiserror::Error;

use crate::engine::Engine;
use crate::read::{self, Discovered, Origin, Raw, Reject, RejectCode, SpeakerTable};
use crate::score::{DistressLevel, RiskLevel, Scored, score_call};
use crate::write::{
    self, CALL_COLUMNS, CALL_REVIEW, Counts, HIT_COLUMNS, HIT_REVIEW, InputRecord, Manifest, OutputFolder,
    PublishError, REJECT_COLUMNS, Rows, StagedFile, Style, Timings,
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
}

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

/// Told how far a run is; called from one thread.
pub trait Progress: Sync {
    /// So many bytes of the inputs have been read, so many calls scored and rejected.
    fn update(&self, bytes: u64, calls: u64, rejects: u64);
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
    /// The worker threads could not be started.
    #[error("cannot start worker threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// Runs a job and publishes its files; the manifest last.
///
/// `timings` is asked once, when all calls are scored, with their number.
///
/// # Errors
/// [`RunError`]; then nothing has been published.
///
/// # Panics
/// If the accounting does not add up: a fault of this program.
pub fn run(
    engine: &Engine,
    job: &Job,
    folder: &OutputFolder,
    progress: &dyn Progress,
    timings: &dyn Fn(u64) -> Timings,
) -> Result<Manifest, RunError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(job.threads).build()?;
    let mut outputs = Outputs::stage(folder, job.style)?;
    let mut tally = Tally::default();
    let inputs = std::thread::scope(|scope| {
        let (sender, batches) = sync_channel(2);
        let reader = scope.spawn(move || read_all(job, &sender));
        let written = write_all(engine, job, &pool, &batches, &mut outputs, &mut tally, progress);
        // On a write error the reader finds nobody listening and stops.
        drop(batches);
        let inputs = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        written.map(|()| inputs)
    })?;
    let counts = tally.counts;
    assert_eq!(counts.read, counts.scored + counts.rejected + counts.skipped, "calls got lost");
    if job.max_rejects.exceeded(&counts) {
        return Err(RunError::TooManyRejects(counts));
    }
    Ok(outputs.publish(folder, |outputs| Manifest {
        engine_version: env!("CARGO_PKG_VERSION").to_owned(),
        lexicon_version: engine.lexicon().version.clone(),
        lexicon_blake3: engine.lexicon().hash.clone(),
        settings_blake3: settings_hash(job),
        profile: job.style.profile.as_str(),
        inputs,
        not_read: job
            .inputs
            .skipped
            .iter()
            .map(|skipped| (skipped.name.clone(), skipped.reason.en().to_owned()))
            .collect(),
        counts,
        outputs,
        timings: timings(counts.scored + counts.rejected),
    })?)
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
fn write_all(
    engine: &Engine,
    job: &Job,
    pool: &rayon::ThreadPool,
    batches: &Receiver<Batch>,
    outputs: &mut Outputs,
    tally: &mut Tally,
    progress: &dyn Progress,
) -> Result<(), PublishError> {
    for batch in batches {
        let made: Vec<(Option<[u8; 16]>, Origin, Made)> =
            pool.install(|| batch.raws.into_par_iter().map(|raw| make(engine, job, raw)).collect());
        for (id, origin, made) in made {
            let made = match id {
                Some(id) if !tally.seen.insert(id) => Made::Rejected(Box::new(duplicate(&origin, made))),
                _ => made,
            };
            match made {
                Made::Scored(scored, rows) => {
                    tally.scored(&scored);
                    outputs.calls.append(&rows.calls)?;
                    outputs.hits.append(&rows.hits)?;
                }
                Made::Rejected(reject) => {
                    tally.rejected();
                    outputs.rejects.append(&write::render_reject(&reject, job.style))?;
                }
            }
        }
        progress.update(batch.bytes_read, tally.counts.scored, tally.counts.rejected);
    }
    Ok(())
}

/// One call, from bytes to rows; the hash of its id tells calls that come twice.
fn make(engine: &Engine, job: &Job, raw: Raw) -> (Option<[u8; 16]>, Origin, Made) {
    match raw.parse(&job.speakers) {
        Ok((call, origin)) => {
            let scored = score_call(engine, &call);
            let rows = write::render(engine.lexicon(), &call, &origin, &scored, job.style);
            let mut id = [0; 16];
            id.copy_from_slice(&blake3::hash(call.id.as_bytes()).as_bytes()[..16]);
            (Some(id), origin, Made::Scored(Box::new(scored), rows))
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
    /// Only asked whether it holds an id, never iterated.
    seen: HashSet<[u8; 16]>,
}

impl Tally {
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
    fn stage(folder: &OutputFolder, style: Style) -> Result<Outputs, PublishError> {
        let stage = |name: &str, columns, review: &[&str]| {
            let mut file = folder.stage(name)?;
            file.append(&write::header(columns, review, style))?;
            Ok::<_, PublishError>(file)
        };
        Ok(Outputs {
            calls: stage("calls.csv", CALL_COLUMNS, CALL_REVIEW)?,
            hits: stage("hits.csv", HIT_COLUMNS, HIT_REVIEW)?,
            rejects: stage("rejects.csv", REJECT_COLUMNS, &[])?,
        })
    }

    /// Gives the files their names, the manifest last: where it stands, the run is complete.
    fn publish(
        self,
        folder: &OutputFolder,
        manifest: impl FnOnce(BTreeMap<String, String>) -> Manifest,
    ) -> Result<Manifest, PublishError> {
        let mut hashes = BTreeMap::new();
        for (name, file) in [("calls.csv", self.calls), ("hits.csv", self.hits), ("rejects.csv", self.rejects)] {
            hashes.insert(name.to_owned(), file.publish()?);
        }
        let manifest = manifest(hashes);
        let mut file = folder.stage("run.json")?;
        file.append(&manifest.to_json())?;
        file.publish()?;
        folder.sync()?;
        Ok(manifest)
    }
}

/// Hash of the settings that can change an output byte; the number of threads and the size of batches cannot.
fn settings_hash(job: &Job) -> String {
    let shown = format!("{:?}{:?}{:?}{:?}", job.reading, job.speakers, job.style, job.max_rejects);
    blake3::hash(shown.as_bytes()).to_hex().to_string()
}
