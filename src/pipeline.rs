//! The run: read, score and write in order, a batch at a time. This file reads as a table of contents.
//!
//! ```text
//! reader ──Batch──▶ workers ──MadePart──▶ Order ──▶ writer
//! ```
//! One thread cuts the inputs into batches, the workers make rows of them, each batch by itself, and the thread that
//! called writes them in order. All of them go on at the same time; what waits between them is bounded. When all rows
//! are written, what people open in the morning is made from them, and everything is published at once.

mod limit;
mod order;
mod stream;
mod worker;
mod writer;

use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use thiserror::Error;

use crate::both;
use crate::call::Call;
use crate::engine::Engine;
use crate::morning::{self, MorningError, Wanted};
use crate::read::{self, Discovered, Raw, SpeakerTable};
use crate::run::{ReadRunError, Run};
use crate::said::{Both, Said};
use crate::score::Scored;
use crate::write::{
    Checkpoint, Counts, Identity, InputRecord, Manifest, OutputFolder, PublishError, Renderer, Style, Timings,
};
pub use limit::{NoLimit, RejectLimit};

use order::Order;
pub use stream::{Stream, StreamError, stream};
use worker::Workshop;
use writer::{Outputs, Saved, Tally, Writer};

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
    /// What else to make of the rows.
    pub wanted: Wanted,
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
    /// After a checkpoint so many times the time that it took go by before the next; 0: one after every batch.
    pub save_pause: u32,
}

impl Default for BatchSize {
    fn default() -> Self {
        BatchSize { calls: 128, bytes: 256 << 10, save_pause: 20 }
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
#[error("{}", self.both().zh)]
pub enum RunError {
    /// Writing failed.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// What was written cannot be read back.
    #[error(transparent)]
    ReadBack(#[from] ReadRunError),
    /// The reject limit was passed.
    TooManyRejects(Counts),
    /// Asked to stop; what is done is kept for another run.
    Interrupted,
    /// The worker threads could not be started.
    Threads(#[from] rayon::ThreadPoolBuildError),
}

impl Said for RunError {
    fn both(&self) -> Both {
        match self {
            RunError::Publish(error) => error.both(),
            RunError::ReadBack(error) => error.both(),
            RunError::TooManyRejects(Counts { rejected, read, .. }) => both!(
                "{read} 通里拒收了 {rejected} 通，超过上限，什么都没有发布：用 --max-rejects 100% 另写一处看 rejects.csv";
                "{rejected} of {read} calls rejected, over the limit, nothing published; \
                 read the rejects.csv of a run with --max-rejects 100% into another folder"
            ),
            RunError::Interrupted => both!(
                "已中断，做完的部分已保存：加 --resume 接着做";
                "interrupted, what is done is kept; continue with --resume"
            ),
            RunError::Threads(error) => both!("不能启动工作线程：{error}"; "cannot start worker threads: {error}"),
        }
    }
}

impl From<MorningError> for RunError {
    fn from(error: MorningError) -> Self {
        match error {
            MorningError::Read(error) => RunError::ReadBack(error),
            MorningError::Publish(error) => RunError::Publish(error),
            MorningError::Interrupted => RunError::Interrupted,
        }
    }
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
        let checkpoint = make_morning(job, folder, progress, checkpoint)?;
        let manifest = manifest(job, checkpoint, timings(counts.scored + counts.rejected, resumed));
        folder.publish(&manifest)?;
        Ok(manifest)
    });
    // What cannot be resumed is not left lying about; what could be must not be lost to a wrong call.
    let keep = |error: &RunError| matches!(error, RunError::Interrupted | RunError::Publish(PublishError::Changed(_)));
    if finished.as_ref().is_err_and(|error| !keep(error)) {
        folder.clear();
    }
    finished
}

/// How many threads score where so many are wanted: as many as there are processors for 0.
fn workers(threads: usize) -> usize {
    match threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    }
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
    let workers = workers(job.threads);
    let workshop = Workshop {
        engine,
        speakers: &job.speakers,
        scorer: job.scorer,
        renderer: Renderer::new(engine.lexicon(), job.style),
        done_before: former.as_ref().map_or(0, |former| former.taken),
        order: Order::new(workers),
    };
    let mut writer = Writer {
        job,
        folder,
        outputs: Outputs::stage(folder, job.style, former.as_ref())?,
        tally: Tally::of(former.as_ref()),
        identity,
        former,
        saved: Saved::default(),
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build()?;
    let inputs = std::thread::scope(|threads| {
        let (sender, batches) = sync_channel(workers);
        let reader = threads.spawn(move || read_all(job, &sender));
        let written = pool.in_place_scope(|scope| {
            let batches = Arc::new(Mutex::new(batches));
            for _ in 0..workers {
                let (workshop, batches) = (&workshop, Arc::clone(&batches));
                scope.spawn(move |_| workshop.work(&batches));
            }
            // When no worker is left, the reader finds nobody listening and stops.
            drop(batches);
            let written = writer.write_all(&workshop.order, progress);
            workshop.order.close();
            written
        });
        let inputs = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        written.map(|()| inputs)
    })?;
    let marks = writer.outputs.sync()?;
    let checkpoint = Checkpoint { complete: Some(inputs), marks, ..writer.checkpoint(Vec::new()) };
    folder.save(&checkpoint)?;
    Ok(checkpoint)
}

/// Makes what people open in the morning from the rows written, and saves that this is done: the files may have got
/// their names when the run is continued.
fn make_morning(
    job: &Job,
    folder: &OutputFolder,
    progress: &dyn Progress,
    mut checkpoint: Checkpoint,
) -> Result<Checkpoint, RunError> {
    if checkpoint.mark("agents.csv").is_none() {
        let run = Run::about_to_be(folder.work(), manifest(job, checkpoint.clone(), Timings::default()));
        let marks = morning::make(&run, folder, job.wanted, None, &|| progress.interrupted())?;
        checkpoint.marks.extend(marks);
        folder.save(&checkpoint)?;
    }
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
        profile: job.style.profile,
        inputs: checkpoint.complete.unwrap_or_default(),
        not_read: skipped.map(|skipped| (skipped.name.clone(), skipped.reason.en().to_owned())).collect(),
        counts: checkpoint.counts,
        outputs: checkpoint.marks.into_iter().map(|mark| (mark.name, mark.blake3)).collect(),
        timings,
    }
}

/// A batch on its way to the workers, and how many bytes of all inputs had been read when it was cut.
struct Batch {
    /// Its place in the order of batches.
    number: u64,
    /// How many calls came before it.
    first: u64,
    raws: Vec<Raw>,
    bytes_read: u64,
}

/// Sends batches, numbered.
struct Cutting<'a> {
    sender: &'a SyncSender<Batch>,
    batches: u64,
    calls: u64,
}

impl Cutting<'_> {
    /// Whether anybody is listening.
    fn send(&mut self, raws: Vec<Raw>, bytes_read: u64) -> bool {
        let (number, first) = (self.batches, self.calls);
        self.batches += 1;
        self.calls += raws.len() as u64;
        self.sender.send(Batch { number, first, raws, bytes_read }).is_ok()
    }
}

/// The reading thread: cuts every source into calls, in order.
fn read_all(job: &Job, sender: &SyncSender<Batch>) -> Vec<InputRecord> {
    let mut records = Vec::new();
    let mut cutting = Cutting { sender, batches: 0, calls: 0 };
    let mut before = 0;
    for source in &job.inputs.sources {
        let mut reader = read::open(source, &job.reading);
        let (mut raws, mut size) = (Vec::new(), 0);
        let mut listening = true;
        while let Some(raw) = reader.next().filter(|_| listening) {
            size += raw.size();
            raws.push(raw);
            if raws.len() >= job.batch.calls || size >= job.batch.bytes {
                listening = cutting.send(std::mem::take(&mut raws), before + reader.bytes_read());
                size = 0;
            }
        }
        before += reader.bytes_read();
        if !listening || !cutting.send(raws, before) {
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

/// Hash of the settings that can change an output byte; the number of threads and the size of batches cannot.
fn settings_hash(job: &Job) -> String {
    let shown = format!("{:?}{:?}{:?}{:?}{:?}", job.reading, job.speakers, job.style, job.wanted, job.max_rejects);
    blake3::hash(shown.as_bytes()).to_hex().to_string()
}
