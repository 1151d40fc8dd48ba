//! JSON, cut into values without understanding them.
//!
//! Three shapes of the same thing: one object per line (the native one), one object spread over lines,
//! and an array. Lines are the safest: a broken one cannot harm its neighbours. Arrays and spread
//! objects are followed by counting brackets outside strings, so a file of any size is read one call
//! at a time.

use std::sync::Arc;

use super::reader::{Body, Raw};
use super::reject::{Fault, RejectCode};
use super::text::{Spot, Text};

/// Cuts a JSON text into values.
pub(super) struct JsonCutter {
    pub(super) text: Text,
    source: Arc<str>,
    file_id: Arc<str>,
    /// The name says one object per line: only a line of nothing but `{` is taken for a spread object.
    strict: bool,
    cap: usize,
    shape: Shape,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Unknown,
    Lines,
    Spread,
    Array,
    AfterArray,
    Ended,
}

impl JsonCutter {
    pub fn new(text: Text, source: Arc<str>, file_id: Arc<str>, strict: bool, cap: usize) -> Self {
        JsonCutter { text, source, file_id, strict, cap, shape: Shape::Unknown }
    }

    /// One value per line, whatever the first line looks like.
    pub fn of_lines(text: Text, source: Arc<str>, file_id: Arc<str>, cap: usize) -> Self {
        JsonCutter { text, source, file_id, strict: true, cap, shape: Shape::Lines }
    }

    /// The next value or fault; none at the end.
    pub fn next(&mut self) -> Option<Raw> {
        let begin = self.text.spot();
        self.step().unwrap_or_else(|(spot, fault)| {
            self.shape = Shape::Ended;
            Some(self.bad(spot.unwrap_or(begin), fault))
        })
    }

    fn step(&mut self) -> Result<Option<Raw>, (Option<Spot>, Fault)> {
        let here = |fault| (None, fault);
        loop {
            match self.shape {
                Shape::Unknown => match self.text.skip_space().map_err(here)? {
                    None => self.shape = Shape::Ended,
                    Some(b'[') => {
                        self.text.consume(1);
                        self.shape = Shape::Array;
                    }
                    Some(_) => return self.first_line(),
                },
                Shape::Lines => return self.line(),
                Shape::Spread => match self.text.skip_space().map_err(here)? {
                    None => self.shape = Shape::Ended,
                    Some(b'{') => return self.value(Vec::new(), Balance::default(), None),
                    Some(_) => return self.line(),
                },
                Shape::Array => match self.text.skip_space().map_err(here)? {
                    None => {
                        let fault = Fault::new(RejectCode::CutOff, "数组没有结束的 ]");
                        return Err((None, fault));
                    }
                    Some(b',') => self.text.consume(1),
                    Some(b']') => {
                        self.text.consume(1);
                        self.shape = Shape::AfterArray;
                    }
                    Some(_) => return self.value(Vec::new(), Balance::element(), None),
                },
                Shape::AfterArray => {
                    if self.text.skip_space().map_err(here)?.is_none() {
                        self.shape = Shape::Ended;
                    } else {
                        return Err((None, Fault::new(RejectCode::TrailingText, "数组之后")));
                    }
                }
                Shape::Ended => return Ok(None),
            }
        }
    }

    /// One line as one value; blank lines are passed over.
    fn line(&mut self) -> Result<Option<Raw>, (Option<Spot>, Fault)> {
        let mut bytes = Vec::new();
        loop {
            let spot = self.text.spot();
            let line = self.text.line(&mut bytes, self.cap).map_err(|fault| (Some(spot), fault))?;
            let Some(line) = line else {
                self.shape = Shape::Ended;
                return Ok(None);
            };
            if line.too_long {
                return Ok(Some(self.bad(line.spot, self.too_long())));
            }
            if !bytes.trim_ascii().is_empty() {
                return Ok(Some(self.raw(line.spot, bytes)));
            }
        }
    }

    /// The first line decides between one object per line and objects spread over lines.
    fn first_line(&mut self) -> Result<Option<Raw>, (Option<Spot>, Fault)> {
        self.shape = Shape::Lines;
        let mut bytes = Vec::new();
        let spot = self.text.spot();
        let line = self.text.line(&mut bytes, self.cap).map_err(|fault| (Some(spot), fault))?;
        if line.is_none_or(|line| line.too_long) {
            return Ok(Some(self.bad(spot, self.too_long())));
        }
        let words = bytes.trim_ascii();
        let open = if self.strict { words == b"{" } else { matches!(words.last(), Some(b'{' | b'[' | b',' | b':')) };
        let mut balance = Balance::default();
        if open && words.starts_with(b"{") && balance.feed(&bytes).is_none() {
            self.shape = Shape::Spread;
            bytes.push(b'\n');
            return self.value(bytes, balance, Some(spot));
        }
        Ok(Some(self.raw(spot, bytes)))
    }

    /// A value followed by its brackets; `bytes` is what has been read of it.
    fn value(
        &mut self,
        mut bytes: Vec<u8>,
        mut balance: Balance,
        spot: Option<Spot>,
    ) -> Result<Option<Raw>, (Option<Spot>, Fault)> {
        let spot = spot.unwrap_or(self.text.spot());
        let mut too_long = false;
        loop {
            let chunk = self.text.fill().map_err(|fault| (Some(spot), fault))?;
            if chunk.is_empty() {
                let fault = if too_long {
                    self.too_long()
                } else {
                    Fault::new(RejectCode::CutOff, "文件在值的中间结束")
                };
                return Err((Some(spot), fault));
            }
            let end = balance.feed(chunk);
            let n = end.unwrap_or(chunk.len());
            too_long |= bytes.len() + n > self.cap;
            if too_long {
                bytes.clear();
            } else {
                bytes.extend_from_slice(&chunk[..n]);
            }
            self.text.consume(n);
            if end.is_some() {
                return Ok(Some(if too_long { self.bad(spot, self.too_long()) } else { self.raw(spot, bytes) }));
            }
        }
    }

    fn too_long(&self) -> Fault {
        Fault::new(RejectCode::LineTooLong, format!("超过 {} 字节", self.cap))
    }

    fn raw(&self, spot: Spot, bytes: Vec<u8>) -> Raw {
        let file_id = Arc::clone(&self.file_id);
        Raw { origin: spot.of(&self.source), body: Body::Json { bytes, file_id } }
    }

    fn bad(&self, spot: Spot, fault: Fault) -> Raw {
        Raw::bad(fault.at(spot.of(&self.source), None))
    }
}

/// Counts brackets outside strings.
#[derive(Clone, Copy, Default)]
struct Balance {
    depth: u64,
    in_string: bool,
    escaped: bool,
    /// In an array, where `,` and `]` end a value that has no brackets of its own.
    element: bool,
}

impl Balance {
    fn element() -> Self {
        Balance { element: true, ..Balance::default() }
    }

    /// Goes on with more bytes; gives how many of them belong to the value once it is complete.
    fn feed(&mut self, bytes: &[u8]) -> Option<usize> {
        for (at, byte) in bytes.iter().enumerate() {
            if self.in_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_string = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b',' | b']' if self.element && self.depth == 0 => return Some(at),
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::text::tests::text;

    fn cut(json: &str, strict: bool) -> Vec<Result<(String, u64), RejectCode>> {
        let name: Arc<str> = Arc::from("x");
        let mut cutter = JsonCutter::new(text(json.as_bytes()), Arc::clone(&name), name, strict, 64);
        let mut all = Vec::new();
        while let Some(raw) = cutter.next() {
            all.push(match raw.body {
                Body::Json { bytes, .. } => {
                    assert_eq!(&json.as_bytes()[raw.origin.byte as usize..][..1], &bytes[..1]);
                    Ok((String::from_utf8_lossy(&bytes).into_owned(), raw.origin.line))
                }
                Body::Bad(reject) => Err(reject.code),
                _ => unreachable!("JSON gives JSON"),
            });
        }
        all
    }

    fn ok(json: &str, line: u64) -> Result<(String, u64), RejectCode> {
        Ok((json.to_owned(), line))
    }

    #[test]
    fn lines() {
        let found = cut("\n {\"a\":1}\n\n{\"b\n{\"c\":1}", true);
        assert_eq!(found, [ok("{\"a\":1}", 2), ok("{\"b", 4), ok("{\"c\":1}", 5)]);
    }

    #[test]
    fn spread_objects() {
        let found = cut("{\n \"a\": \"}\\\"\"\n}\n{\n}\n", true);
        assert_eq!(found, [ok("{\n \"a\": \"}\\\"\"\n}", 1), ok("{\n}", 4)]);
        assert_eq!(cut("{\"t\":[\n{}]}", false), [ok("{\"t\":[\n{}]}", 1)]);
        assert_eq!(cut("{\n{", false), [Err(RejectCode::CutOff)]);
    }

    #[test]
    fn arrays() {
        let found = cut(" [\n{\"a\":[1,\"]\"]},\n 7 , \"x,y\",{}]\n", false);
        let expected = [ok("{\"a\":[1,\"]\"]}", 2), ok("7 ", 3), ok("\"x,y\"", 3), ok("{}", 3)];
        assert_eq!(found, expected);
        assert_eq!(cut("[]", true), []);
        assert_eq!(cut("[{}", true), [ok("{}", 1), Err(RejectCode::CutOff)]);
        assert_eq!(cut("[{}] x", true), [ok("{}", 1), Err(RejectCode::TrailingText)]);
    }

    #[test]
    fn values_beyond_the_cap_are_passed_over() {
        let long = format!("\"{}\"", "x".repeat(80));
        let found = cut(&format!("[{long},{{}}]"), true);
        assert_eq!(found, [Err(RejectCode::LineTooLong), ok("{}", 1)]);
        let found = cut(&format!("{long}\n{{}}\n"), true);
        assert_eq!(found, [Err(RejectCode::LineTooLong), ok("{}", 2)]);
    }
}
