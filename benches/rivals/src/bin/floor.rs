//! The floor: parse the JSON and run one automaton over the text, nothing else. Prints turns and matches.
//!
//! `floor TERMS CALLS.jsonl`

use std::io::{self, Write};
use std::path::PathBuf;

use aho_corasick::AhoCorasick;
use tinghu_rivals::{Terms, for_each_line, parse};

fn main() -> io::Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [terms, input] = arguments.as_slice() else {
        return Err(io::Error::other("floor TERMS CALLS.jsonl"));
    };
    let automaton = AhoCorasick::new(Terms::read(terms)?.texts).map_err(io::Error::other)?;
    let (mut turns, mut matches) = (0_u64, 0_u64);
    for_each_line(input, |line| {
        for turn in parse(line)?.turns {
            turns += 1;
            matches += automaton.find_overlapping_iter(turn.text.as_ref()).count() as u64;
        }
        Ok(())
    })?;
    writeln!(io::stdout(), "{turns} turns, {matches} matches")
}
