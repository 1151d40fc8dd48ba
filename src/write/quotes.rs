//! The masked turns of a call, to quote from.

use std::borrow::Cow;

use super::cell::{Row, is_simple};
use crate::call::Turn;
use crate::normalise::mask_turns;

/// The masked turns of a call; none when quotes are not wanted.
pub(super) struct Quotes<'c> {
    turns: Vec<Quoted<'c>>,
    /// For every turn that was quoted, the bytes at which its characters begin, and its length.
    starts: Vec<u32>,
}

struct Quoted<'c> {
    text: Cow<'c, str>,
    /// What is known of the turn since it was first quoted.
    known: Option<Known>,
}

#[derive(Clone, Copy)]
struct Known {
    /// Where its characters are in [`Quotes::starts`].
    from: usize,
    to: usize,
    /// No part of it needs quotes or cleaning in a cell.
    simple: bool,
}

impl<'c> Quotes<'c> {
    /// Masks the turns, if they are to be quoted at all.
    pub fn new(turns: &'c [Turn], wanted: bool) -> Self {
        let masked = if wanted { mask_turns(turns) } else { Vec::new() };
        let bytes: usize = masked.iter().map(|text| text.len()).sum();
        let turns = masked.into_iter().map(|text| Quoted { text, known: None }).collect();
        Quotes { turns, starts: Vec::with_capacity(bytes + 1) }
    }

    /// The characters of a range of a turn, and whether they need no care in a cell.
    fn find(&mut self, turn: usize, range: (u32, u32)) -> (&str, bool) {
        let Some(quoted) = self.turns.get_mut(turn) else { return ("", true) };
        let text: &str = &quoted.text;
        let known = *quoted.known.get_or_insert_with(|| {
            let from = self.starts.len();
            push_starts(&mut self.starts, text);
            Known { from, to: self.starts.len(), simple: is_simple(text) }
        });
        let starts = &self.starts[known.from..known.to];
        let byte = |place: u32| starts.get(place as usize).map_or(text.len(), |at| *at as usize);
        (text.get(byte(range.0)..byte(range.1)).unwrap_or_default(), known.simple)
    }

    /// A whole turn, masked; nothing where quotes are not wanted.
    pub fn text(&self, turn: usize) -> &str {
        self.turns.get(turn).map_or("", |quoted| &quoted.text)
    }

    /// The characters of a range of a turn, masked.
    pub fn of(&mut self, turn: usize, range: (u32, u32)) -> &str {
        self.find(turn, range).0
    }

    /// Adds the cell with the characters of a range of a turn, masked.
    pub fn push(&mut self, row: &mut Row<'_>, turn: usize, range: (u32, u32)) {
        match self.find(turn, range) {
            (text, true) => row.simple_text(text),
            (text, false) => row.text(text),
        }
    }
}

/// Adds the bytes at which the characters of a turn begin, and its length. Turns are far shorter than 4 GiB.
fn push_starts(starts: &mut Vec<u32>, text: &str) {
    let mut next = starts.len();
    starts.resize(next + text.len() + 1, 0);
    for (at, byte) in text.bytes().enumerate() {
        // Written for every byte, and kept for the first of a character: no branch to be guessed.
        starts[next] = at as u32;
        next += usize::from(byte & 0xc0 != 0x80);
    }
    starts[next] = text.len() as u32;
    starts.truncate(next + 1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Speaker;

    #[test]
    fn ranges_count_characters_and_end_with_the_turn() {
        let turn = |text: &str| Turn { speaker: Speaker::Other, start_ms: None, end_ms: None, text: text.to_owned() };
        let turns = [turn("卡号6222020000000000008，a对"), turn(""), turn("好的")];
        let mut quotes = Quotes::new(&turns, true);
        assert_eq!(quotes.of(2, (0, 1)), "好");
        assert_eq!(quotes.of(0, (1, 4)), "号**");
        assert_eq!(quotes.of(0, (21, 90)), "，a对");
        assert_eq!(quotes.of(2, (1, 2)), "的");
        assert_eq!(quotes.of(1, (0, 2)), "");
        assert_eq!(quotes.of(7, (0, 1)), "");
        assert_eq!(Quotes::new(&turns, false).of(0, (0, 1)), "");
    }
}
