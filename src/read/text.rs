//! Lines and bytes of decoded text, with their places.
//!
//! Every format stands on this one reader, so that a line number in a reject means the same thing
//! everywhere, `\r\n`, `\n` and a lone `\r` all end a line, and no line, however long, can fill the
//! memory: beyond the cap its bytes are passed over and the next line is read as if nothing happened.

use std::io::{ErrorKind, Read};
use std::sync::Arc;

use memchr::memchr2;

use super::decode::{Decoded, Encoding};
use super::inflate::Inflated;
use super::reject::{Fault, Origin};

/// Bytes read at a time.
const BUFFER: usize = 1 << 18;

/// A place in the text: line from 1, byte from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    pub line: u64,
    pub byte: u64,
}

impl Spot {
    /// The place within a source.
    pub fn of(self, source: &Arc<str>) -> Origin {
        Origin { source: Arc::clone(source), line: self.line, byte: self.byte }
    }
}

/// A line that was read (its bytes are in the caller's buffer).
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// Where it begins.
    pub spot: Spot,
    /// Longer than the cap; its bytes were thrown away.
    pub too_long: bool,
}

/// Decoded text, read once from front to back.
pub(super) struct Text {
    input: Decoded<Inflated>,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    begun: bool,
    after_return: bool,
    spot: Spot,
    /// What [`Text::fill_to`] met behind the bytes at hand.
    failed: Option<Fault>,
}

impl Text {
    pub fn new(input: Decoded<Inflated>) -> Self {
        let spot = Spot { line: 1, byte: 0 };
        let buffer = vec![0; BUFFER];
        Text { input, buffer, at: 0, end: 0, begun: false, after_return: false, spot, failed: None }
    }

    /// The encoding decided on so far.
    pub fn encoding(&self) -> Option<Encoding> {
        self.input.encoding()
    }

    /// Where the next byte stands.
    pub fn spot(&self) -> Spot {
        self.spot
    }

    /// The bytes at hand, at least one; none at the end of the text.
    pub fn fill(&mut self) -> Result<&[u8], Fault> {
        while self.at == self.end {
            if let Some(fault) = self.failed.take() {
                return Err(fault);
            }
            match self.input.read(&mut self.buffer) {
                Ok(0) => break,
                Ok(n) => (self.at, self.end) = (0, n),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(Fault::from_io(&error)),
            }
            if !self.begun {
                self.begun = true;
                self.spot.byte += self.input.mark();
            }
            // The line feed of a pair whose carriage return ended the last buffer.
            if std::mem::take(&mut self.after_return) && self.buffer[0] == b'\n' {
                self.at = 1;
                self.spot.byte += 1;
            }
        }
        Ok(&self.buffer[self.at..self.end])
    }

    /// As [`Text::fill`], at least `wanted` bytes where the text has so many, however few a read gives; less than
    /// [`BUFFER`].
    pub fn fill_to(&mut self, wanted: usize) -> Result<&[u8], Fault> {
        let mut more = !self.fill()?.is_empty();
        while more && self.end < self.at + wanted && self.end < self.buffer.len() {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(n) => {
                    self.end += n;
                    more = n > 0;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // Told when the bytes before it have been read.
                Err(error) => {
                    self.failed = Some(Fault::from_io(&error));
                    more = false;
                }
            }
        }
        Ok(&self.buffer[self.at..self.end])
    }

    /// Passes over `n` of the bytes that [`Text::fill`] gave, counting line feeds.
    pub fn consume(&mut self, n: usize) {
        let passed = &self.buffer[self.at..self.at + n];
        self.spot.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.spot.byte += n as u64;
        self.at += n;
    }

    /// Passes over white space; gives the next byte, none at the end.
    pub fn skip_space(&mut self) -> Result<Option<u8>, Fault> {
        loop {
            let chunk = self.fill()?;
            let Some(n) = chunk.iter().position(|byte| !byte.is_ascii_whitespace()) else {
                let n = chunk.len();
                if n == 0 {
                    return Ok(None);
                }
                self.consume(n);
                continue;
            };
            let byte = chunk[n];
            self.consume(n);
            return Ok(Some(byte));
        }
    }

    /// Reads one line without its end into `into` (cleared first); none at the end of the text.
    pub fn line(&mut self, into: &mut Vec<u8>, cap: usize) -> Result<Option<Line>, Fault> {
        into.clear();
        let mut line: Option<Line> = None;
        loop {
            let chunk = self.fill()?;
            if chunk.is_empty() {
                return Ok(line);
            }
            let found = Found::in_chunk(chunk);
            let too_long = into.len() + found.content > cap || line.is_some_and(|line: Line| line.too_long);
            if too_long {
                into.clear();
            } else {
                into.extend_from_slice(&chunk[..found.content]);
            }
            let spot = line.map_or(self.spot, |line| line.spot);
            line = Some(Line { spot, too_long });
            self.at += found.passed;
            self.spot.byte += found.passed as u64;
            self.after_return = found.after_return;
            if found.ended {
                self.spot.line += 1;
                return Ok(line);
            }
        }
    }
}

/// What of a chunk belongs to the current line.
struct Found {
    content: usize,
    passed: usize,
    ended: bool,
    after_return: bool,
}

impl Found {
    fn in_chunk(chunk: &[u8]) -> Found {
        // Both ends are searched at once: a file that has only one of them must not be searched to its
        // end for the other at every line.
        let Some(cut) = memchr2(b'\n', b'\r', chunk) else {
            return Found { content: chunk.len(), passed: chunk.len(), ended: false, after_return: false };
        };
        let lone = chunk[cut] == b'\r';
        let pair = lone && chunk.get(cut + 1) == Some(&b'\n');
        let after_return = lone && cut + 1 == chunk.len();
        Found { content: cut, passed: cut + 1 + usize::from(pair), ended: true, after_return }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::read::inflate::{InflateLimits, Stored, Tally};
    use std::io::Cursor;

    /// A text over bytes, as a file would give it.
    pub fn text(bytes: &[u8]) -> Text {
        let tally = Tally::default();
        let stored = Stored::new(Box::new(Cursor::new(bytes.to_vec())), None, tally.clone());
        Text::new(Decoded::new(Inflated::new(stored, tally, InflateLimits::default()), None))
    }

    fn lines(bytes: &[u8], cap: usize) -> Vec<(String, u64, u64, bool)> {
        let mut text = text(bytes);
        let (mut all, mut buffer) = (Vec::new(), Vec::new());
        while let Some(line) = text.line(&mut buffer, cap).expect("no fault") {
            let words = String::from_utf8_lossy(&buffer).into_owned();
            all.push((words, line.spot.line, line.spot.byte, line.too_long));
        }
        all
    }

    #[test]
    fn every_line_end_counts_once() {
        let expected = vec![
            ("a".to_owned(), 1, 0, false),
            ("b".to_owned(), 2, 3, false),
            (String::new(), 3, 5, false),
            ("c".to_owned(), 4, 6, false),
            ("d".to_owned(), 5, 8, false),
        ];
        assert_eq!(lines(b"a\r\nb\n\nc\rd", 10), expected);
        assert_eq!(lines(b"a\r\nb\n\nc\rd\r", 10), expected);
    }

    #[test]
    fn long_lines_are_passed_over() {
        let mut bytes = vec![b'x'; BUFFER + 5];
        bytes.extend_from_slice(b"\nnext\n");
        let found = lines(&bytes, 100);
        assert_eq!(found[0], (String::new(), 1, 0, true));
        assert_eq!(found[1], ("next".to_owned(), 2, BUFFER as u64 + 6, false));
    }

    #[test]
    fn a_pair_split_between_buffers_is_one_end() {
        let mut bytes = vec![b'x'; BUFFER - 1];
        bytes.extend_from_slice(b"\r\ny");
        let found = lines(&bytes, BUFFER);
        assert_eq!(found.len(), 2);
        assert_eq!(found[1], ("y".to_owned(), 2, BUFFER as u64 + 1, false));
    }

    #[test]
    fn a_mark_counts_in_offsets() {
        assert_eq!(lines("\u{feff}a\nb".as_bytes(), 10)[1], ("b".to_owned(), 2, 5, false));
    }
}
