//! What the rivals share: reading calls and terms. `README.md` says what they are for.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use serde::Deserialize;

/// Bytes read from a file at once.
pub const BUFFER: usize = 1 << 20;

/// A call as it stands in a line of JSONL; text without escapes is borrowed from the line.
#[derive(Deserialize)]
pub struct Call<'a> {
    /// Identifier of the call.
    #[serde(borrow)]
    pub call_id: Cow<'a, str>,
    /// What was said, in order.
    #[serde(borrow)]
    pub turns: Vec<Turn<'a>>,
}

/// One turn of a call.
#[derive(Deserialize)]
pub struct Turn<'a> {
    /// Who speaks.
    #[serde(borrow)]
    pub speaker: Cow<'a, str>,
    /// The words.
    #[serde(borrow)]
    pub text: Cow<'a, str>,
}

/// Names of the columns of each list, in the order of [`voice`].
pub const VOICES: [&str; 3] = ["agent", "customer", "other"];

/// Index of a speaker in [`VOICES`].
pub fn voice(speaker: &str) -> usize {
    VOICES.iter().position(|name| *name == speaker).unwrap_or(2)
}

/// The terms of `terms.txt`, one `term<TAB>list` per line, no term twice.
pub struct Terms {
    /// The terms, in file order.
    pub texts: Vec<String>,
    /// For each term the index of its list.
    pub list_of: Vec<usize>,
    /// Names of the lists, in order of first appearance.
    pub lists: Vec<String>,
}

impl Terms {
    /// Reads the file.
    ///
    /// # Errors
    /// When the file cannot be read or a line has no tab.
    pub fn read(path: &Path) -> io::Result<Terms> {
        let mut terms = Terms { texts: Vec::new(), list_of: Vec::new(), lists: Vec::new() };
        for line in BufReader::new(File::open(path)?).lines() {
            let line = line?;
            let (text, list) = line.split_once('\t').ok_or_else(|| io::Error::other(format!("no tab in {line:?}")))?;
            let index = terms.lists.iter().position(|known| known == list).unwrap_or_else(|| {
                terms.lists.push(list.to_owned());
                terms.lists.len() - 1
            });
            terms.texts.push(text.to_owned());
            terms.list_of.push(index);
        }
        Ok(terms)
    }
}

/// Gives each line of a file to `take`, through one buffer.
///
/// # Errors
/// When the file cannot be read, or what `take` returns.
pub fn for_each_line(path: &Path, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut input = BufReader::with_capacity(BUFFER, File::open(path)?);
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        take(&line)?;
        line.clear();
    }
    Ok(())
}

/// Reads one call.
///
/// # Errors
/// When the line is no call.
pub fn parse(line: &[u8]) -> io::Result<Call<'_>> {
    serde_json::from_slice(line).map_err(io::Error::other)
}
