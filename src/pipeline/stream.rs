//! Calls in, answers out, line by line: for pipes whose other end waits for the answer before it goes on.
//!
//! ```text
//! input ─reading─▶ Raw ─gathering─▶ Batch ──▶ workers ──▶ Order ──▶ output
//! ```
//! What is at hand goes together into a batch, and a batch ends where the input pauses, so that nobody waits for calls
//! that do not come. After every batch the output is flushed.

use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex};

use thiserror::Error;

use super::order::Order;
use super::worker::{Made, MadePart, Workshop};
use super::writer::{Tally, duplicate};
use super::{Batch, BatchSize, Scorer};
use crate::both;
use crate::engine::Engine;
use crate::read::{self, Raw, Reject, SpeakerTable};
use crate::said::{Both, Said};
use crate::write::{Answers, Counts, Ends, Renderer, render_reject_answer};

/// Everything that shapes a stream, decided before it starts.
#[derive(Debug)]
pub struct Stream {
    /// How to read it.
    pub reading: read::Options,
    /// Whose name means which speaker.
    pub speakers: SpeakerTable,
    /// Whether transcript text may be quoted (always masked).
    pub quotes: bool,
    /// Whether a call whose id was met before is scored again; then no ids are kept, and memory does not grow with the
    /// number of calls.
    pub repeats: bool,
    /// Worker threads; 0 for one per core.
    pub threads: usize,
    /// Most that goes together to a worker; no output depends on it.
    pub batch: BatchSize,
    /// How a call is scored: [`crate::score::score_call`], unless a test puts a fault here.
    pub scorer: Scorer,
}

/// Why a stream broke off; what was written before is whole.
#[derive(Debug, Error)]
pub enum StreamError {
    /// The output does not take more.
    #[error("结果写不出去：{0}")]
    Output(#[from] io::Error),
    /// The worker threads could not be started.
    #[error("不能启动工作线程：{0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

impl Said for StreamError {
    fn both(&self) -> Both {
        match self {
            StreamError::Output(error) => {
                let why = error.both();
                both!("结果写不出去：{}", why.zh; "cannot write the answers: {}", why.en)
            }
            StreamError::Threads(error) => both!("不能启动工作线程：{error}"; "cannot start worker threads: {error}"),
        }
    }
}

/// Calls that wait to be gathered: a few, for each may be as large as a call can be.
const AHEAD: usize = 4;

/// What the gathering thread is told.
enum Next {
    Raw(Box<Raw>),
    /// No more calls come, or nobody wants them.
    Stop,
}

/// Answers every line of `input` (one JSON value each; blank lines are none) with one line of `output`, in order, as
/// soon as it can: `{"call":{…},"hits":[{…}]}` with the columns of `calls.csv` and `hits.csv`, or `{"reject":{…}}` with
/// those of `rejects.csv`, values as in the data profile, numbers and booleans as such, empty cells as `null`.
///
/// `name` stands for the source. The counts are of all calls.
///
/// # Errors
/// When the output breaks off. A fault of the input is a reject, as in [`super::run`].
///
/// # Panics
/// If the accounting does not add up: a fault of this program.
pub fn stream(
    engine: &Engine,
    settings: &Stream,
    name: &str,
    input: impl Read + Send + 'static,
    output: &mut dyn Write,
) -> Result<Counts, StreamError> {
    let workers = super::workers(settings.threads);
    let workshop = Workshop {
        engine,
        speakers: &settings.speakers,
        scorer: settings.scorer,
        renderer: Renderer::of_answers(engine.lexicon(), settings.quotes),
        done_before: 0,
        order: Order::new(workers),
    };
    let mut answering =
        Answering { output, answers: Answers::new(), tally: Tally::of(None), repeats: settings.repeats };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build()?;
    let (teller, told) = sync_channel(AHEAD);
    let (sender, batches) = sync_channel(workers);
    let reader = read::from_pipe(name, input, &settings.reading);
    let (feeder, size) = (teller.clone(), settings.batch);
    let ended = Arc::new(AtomicBool::new(false));
    let end = Arc::clone(&ended);
    // Neither thread is waited for: who reads from a pipe cannot be woken, and the output may break off before.
    std::thread::spawn(move || {
        let _stop = StopAtEnd(&feeder);
        for raw in reader {
            if feeder.send(Next::Raw(Box::new(raw))).is_err() {
                return;
            }
        }
        end.store(true, Ordering::SeqCst);
    });
    std::thread::spawn(move || gather(&told, &sender, size));
    pool.in_place_scope(|scope| {
        let batches = Arc::new(Mutex::new(batches));
        for _ in 0..workers {
            let (workshop, batches) = (&workshop, Arc::clone(&batches));
            scope.spawn(move |_| workshop.work(&batches));
        }
        drop(batches);
        let answered = answering.answer_all(&workshop.order);
        workshop.order.close();
        // Wakes the workers that wait for calls.
        let _ = teller.send(Next::Stop);
        answered
    })?;
    assert!(ended.load(Ordering::SeqCst), "the input was not read to its end");
    let counts = answering.tally.counts;
    assert_eq!(counts.read, counts.scored + counts.rejected, "calls got lost");
    Ok(counts)
}

/// Says that no more calls come, also when the reading thread falls.
struct StopAtEnd<'a>(&'a SyncSender<Next>);

impl Drop for StopAtEnd<'_> {
    fn drop(&mut self) {
        let _ = self.0.send(Next::Stop);
    }
}

/// Puts calls together as long as there is one at hand, and waits for the first of each batch only.
fn gather(told: &Receiver<Next>, sender: &SyncSender<Batch>, size: BatchSize) {
    let (mut number, mut first) = (0, 0);
    while let Ok(Next::Raw(raw)) = told.recv() {
        let (mut bytes, mut raws, mut stop) = (raw.size(), vec![*raw], false);
        while raws.len() < size.calls && bytes < size.bytes {
            match told.try_recv() {
                Ok(Next::Raw(raw)) => {
                    bytes += raw.size();
                    raws.push(*raw);
                }
                Ok(Next::Stop) | Err(TryRecvError::Disconnected) => {
                    stop = true;
                    break;
                }
                Err(TryRecvError::Empty) => break,
            }
        }
        let calls = raws.len() as u64;
        if sender.send(Batch { number, first, raws, bytes_read: 0 }).is_err() || stop {
            return;
        }
        (number, first) = (number + 1, first + calls);
    }
}

/// The answering end of a stream.
struct Answering<'a> {
    output: &'a mut dyn Write,
    answers: Answers,
    tally: Tally,
    repeats: bool,
}

impl Answering<'_> {
    fn answer_all(&mut self, order: &Order<MadePart>) -> io::Result<()> {
        while let Some(part) = order.take() {
            self.part(&part)?;
            if part.bytes_read.is_some() {
                self.output.flush()?;
            }
            order.give_back(part);
        }
        self.output.flush()
    }

    /// Writes the lines of a part; calls met before are rejected instead.
    fn part(&mut self, part: &MadePart) -> io::Result<()> {
        let mut from = Ends::default();
        for entry in &part.entries {
            let lines = &part.rows.answers[from.answers..entry.ends.answers];
            from = entry.ends;
            let again = self.tally.take(entry.key.filter(|_| !self.repeats), &entry.origin);
            match &entry.made {
                Made::Scored(_, counts) if !again => {
                    self.tally.counts.add(counts);
                    self.output.write_all(lines)?;
                }
                Made::Scored(id, _) => self.reject(&duplicate(entry, id))?,
                Made::Rejected(reject) => self.reject(reject)?,
                Made::Passed => {}
            }
        }
        Ok(())
    }

    fn reject(&mut self, reject: &Reject) -> io::Result<()> {
        self.tally.counts.add(&Counts { read: 1, rejected: 1, ..Counts::default() });
        self.output.write_all(&render_reject_answer(&self.answers, reject))
    }
}
