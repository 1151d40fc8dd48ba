//! The loop anyone would write: cut every turn with jieba-rs, find the terms with aho-corasick, count those that
//! begin and end where words do, one CSV row per call.
//!
//! `plain_loop TERMS CALLS.jsonl OUT.csv [THREADS]`

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use jieba_rs::Jieba;
use rayon::prelude::*;
use tinghu_rivals::{BUFFER, Terms, VOICES, for_each_line, parse, voice};

/// Calls handed to the threads at once.
const BATCH: usize = 4096;

struct Counter {
    terms: Terms,
    automaton: AhoCorasick,
    jieba: Jieba,
}

/// What one thread uses again for every call.
#[derive(Default)]
struct Scratch {
    /// Whether a word ends at this byte of the turn, or the turn begins.
    boundary: Vec<bool>,
    counts: Vec<u32>,
}

impl Counter {
    fn new(terms: Terms) -> io::Result<Counter> {
        let automaton = AhoCorasick::new(&terms.texts).map_err(io::Error::other)?;
        Ok(Counter { terms, automaton, jieba: Jieba::new() })
    }

    fn header(&self, row: &mut Vec<u8>) {
        row.extend_from_slice(b"call_id");
        for list in &self.terms.lists {
            for voice in VOICES {
                row.extend_from_slice(format!(",{list}_{voice}").as_bytes());
            }
        }
        row.push(b'\n');
    }

    /// Appends the row of the call that this line holds.
    fn count(&self, line: &[u8], scratch: &mut Scratch, row: &mut Vec<u8>) -> io::Result<()> {
        let call = parse(line)?;
        let Scratch { boundary, counts } = scratch;
        counts.clear();
        counts.resize(self.terms.lists.len() * VOICES.len(), 0);
        for turn in &call.turns {
            let text = turn.text.as_ref();
            boundary.clear();
            boundary.resize(text.len() + 1, false);
            boundary[0] = true;
            for token in self.jieba.cut(text, true) {
                boundary[token.byte_end] = true;
            }
            let voice = voice(&turn.speaker);
            for found in self.automaton.find_overlapping_iter(text) {
                if boundary[found.start()] && boundary[found.end()] {
                    counts[self.terms.list_of[found.pattern().as_usize()] * VOICES.len() + voice] += 1;
                }
            }
        }
        row.extend_from_slice(call.call_id.as_bytes());
        for count in counts {
            write!(row, ",{count}")?;
        }
        row.push(b'\n');
        Ok(())
    }
}

fn one_thread(counter: &Counter, input: &Path, out: &mut impl Write) -> io::Result<()> {
    let (mut scratch, mut row) = (Scratch::default(), Vec::new());
    for_each_line(input, |line| {
        row.clear();
        counter.count(line, &mut scratch, &mut row)?;
        out.write_all(&row)
    })
}

fn many_threads(counter: &Counter, input: &Path, out: &mut impl Write) -> io::Result<()> {
    let mut input = BufReader::with_capacity(BUFFER, File::open(input)?);
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut rows: Vec<Vec<u8>> = Vec::new();
    loop {
        let mut filled = 0;
        while filled < BATCH {
            if filled == lines.len() {
                lines.push(Vec::new());
                rows.push(Vec::new());
            }
            lines[filled].clear();
            if input.read_until(b'\n', &mut lines[filled])? == 0 {
                break;
            }
            filled += 1;
        }
        if filled == 0 {
            return Ok(());
        }
        lines[..filled].par_iter().zip(&mut rows[..filled]).try_for_each_init(
            Scratch::default,
            |scratch, (line, row)| {
                row.clear();
                counter.count(line, scratch, row)
            },
        )?;
        for row in &rows[..filled] {
            out.write_all(row)?;
        }
    }
}

fn main() -> io::Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [terms, input, out, threads @ ..] = arguments.as_slice() else {
        return Err(io::Error::other("plain_loop TERMS CALLS.jsonl OUT.csv [THREADS]"));
    };
    let threads: usize =
        threads.first().and_then(|text| text.to_str()).map_or(Ok(1), str::parse).map_err(io::Error::other)?;
    let counter = Counter::new(Terms::read(terms)?)?;
    let mut out = BufWriter::with_capacity(BUFFER, File::create(out)?);
    let mut header = Vec::new();
    counter.header(&mut header);
    out.write_all(&header)?;
    if threads == 1 {
        one_thread(&counter, input, &mut out)?;
    } else {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().map_err(io::Error::other)?;
        many_threads(&counter, input, &mut out)?;
    }
    out.flush()
}
