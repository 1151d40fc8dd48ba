//! What jieba-rs alone costs: loading, memory, and cutting every turn of a file of calls, with and without HMM.
//!
//! `jieba_cost CALLS.jsonl`

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use jieba_rs::Jieba;
use tinghu_rivals::{for_each_line, parse};

/// Peak memory so far in MB, where the system tells (Linux).
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().unwrap_or_default();
    kilobytes * 1024.0 / 1e6
}

fn main() -> io::Result<()> {
    let path =
        std::env::args_os().nth(1).map(PathBuf::from).ok_or_else(|| io::Error::other("jieba_cost CALLS.jsonl"))?;
    let mut out = io::stdout();
    let before = peak_mb();
    let started = Instant::now();
    let jieba = Jieba::new();
    let loaded = started.elapsed();
    writeln!(out, "load: {:.0} ms, peak memory {:.1} MB more", loaded.as_secs_f64() * 1e3, peak_mb() - before)?;
    let mut turns: Vec<String> = Vec::new();
    for_each_line(&path, |line| {
        turns.extend(parse(line)?.turns.into_iter().map(|turn| turn.text.into_owned()));
        Ok(())
    })?;
    let bytes: usize = turns.iter().map(String::len).sum();
    let characters: usize = turns.iter().map(|turn| turn.chars().count()).sum();
    for hmm in [false, true] {
        let started = Instant::now();
        let words: usize = turns.iter().map(|turn| jieba.cut(turn, hmm).len()).sum();
        let seconds = started.elapsed().as_secs_f64();
        let (rate, each) = (bytes as f64 / 1e6 / seconds, seconds * 1e9 / characters as f64);
        writeln!(out, "cut, HMM {hmm}: {words} words, {rate:.1} MB of text per second, {each:.1} ns per character")?;
    }
    Ok(())
}
