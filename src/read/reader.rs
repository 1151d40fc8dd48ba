//! One source, opened and cut into calls.
//!
//! Opening never fails here: a file that cannot be opened is a reject like any other, because one
//! unreadable file must not stop the night.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use crate::call::Call;

use super::columns;
use super::decode::{Decoded, Encoding};
use super::draft::Draft;
use super::inflate::{InflateLimits, Inflated, Stored, Tally};
use super::json::JsonCutter;
use super::plain::{self, Block, PlainCutter};
use super::record;
use super::reject::{Fault, Origin, Reject, RejectCode};
use super::source::{Format, Place, Source, stem};
use super::speaker::SpeakerTable;
use super::table::TableCutter;
use super::text::{Spot, Text};

/// How sources are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The encoding of files without a byte order mark; none: UTF-8 or GB18030, by content.
    pub encoding: Option<Encoding>,
    /// Caps on decompression.
    pub inflate: InflateLimits,
    /// Most bytes of one line, one JSON value, or one call in a table or plain text.
    pub max_call_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { encoding: None, inflate: InflateLimits::default(), max_call_bytes: 8 << 20 }
    }
}

/// A call that was cut out and not yet understood, or a reject.
#[derive(Debug)]
pub struct Raw {
    pub(super) origin: Origin,
    pub(super) body: Body,
}

/// What was cut out.
#[derive(Debug)]
pub(super) enum Body {
    /// One JSON value, and the id to use if the recogniser that wrote it gives none.
    Json { bytes: Vec<u8>, file_id: Arc<str> },
    /// The rows of one call.
    Rows(Draft<'static>),
    /// The lines of one call.
    Lines(Block),
    /// Nothing: a fault.
    Bad(Box<Reject>),
}

impl Raw {
    pub(super) fn bad(reject: Reject) -> Raw {
        Raw { origin: reject.origin.clone(), body: Body::Bad(Box::new(reject)) }
    }

    /// Where the call begins.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// About how many bytes it holds: for batches of even weight.
    pub fn size(&self) -> usize {
        match &self.body {
            Body::Json { bytes, .. } => bytes.len(),
            Body::Rows(draft) => draft.turns.iter().map(|turn| turn.text.len() + 64).sum(),
            Body::Lines(block) => block.bytes.len(),
            Body::Bad(_) => 0,
        }
    }

    /// Understands the call; meant to be called by many threads at once.
    ///
    /// # Errors
    /// The reject for this call.
    pub fn parse(self, speakers: &SpeakerTable) -> Result<(Call, Origin), Reject> {
        let Raw { origin, body } = self;
        let made = match body {
            Body::Json { bytes, file_id } => record::parse(&bytes, &file_id, &origin, speakers)?,
            Body::Rows(draft) => draft.finish(speakers).map_err(|(id, fault)| fault.at(origin.clone(), id))?,
            Body::Lines(block) => plain::parse(block, &origin, speakers)?,
            Body::Bad(reject) => return Err(*reject),
        };
        Ok((made, origin))
    }
}

/// The calls of one source, in the order of the file.
pub struct Reader {
    source: Arc<str>,
    cutter: Cutter,
    tally: Tally,
    encoding: Option<Encoding>,
}

/// Where a reader stands.
enum Cutter {
    Fresh(Box<(Text, Format, Options)>),
    Json(Box<JsonCutter>),
    Table(Box<TableCutter>),
    Plain(Box<PlainCutter>),
    Bad(Box<Reject>),
    Ended,
}

/// Opens a source. Never fails: what goes wrong is the first item.
pub fn open(source: &Source, options: &Options) -> Reader {
    match open_place(&source.place) {
        Ok((input, length)) => reader(&source.name, source.format, input, length, options),
        Err(error) => {
            let fault = match Fault::from_io(&error) {
                fault if fault.code == RejectCode::CannotOpen => fault,
                _ => Fault::new(RejectCode::CannotOpen, error.kind().to_string()),
            };
            let origin = Spot { line: 1, byte: 0 }.of(&source.name);
            Reader {
                source: Arc::clone(&source.name),
                cutter: Cutter::Bad(Box::new(fault.at(origin, None))),
                tally: Tally::default(),
                encoding: None,
            }
        }
    }
}

/// The stored bytes of a place, and how many they are where that is known.
fn open_place(place: &Place) -> io::Result<(Box<dyn Read + Send>, Option<u64>)> {
    match place {
        Place::Stdin => Ok((Box::new(io::stdin()), None)),
        Place::File(path) => {
            let file = File::open(path)?;
            let metadata = file.metadata()?;
            if metadata.is_dir() {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            if is_device(&metadata) {
                return Err(Fault::new(RejectCode::CannotOpen, "是设备，不是文件").into_io());
            }
            let length = metadata.is_file().then_some(metadata.len());
            Ok((Box::new(file), length))
        }
    }
}

/// The decoded text of a file, from its beginning.
pub(super) fn open_text(path: &Path, options: &Options) -> io::Result<Text> {
    let (input, length) = open_place(&Place::File(path.to_owned()))?;
    Ok(text(input, length, Tally::default(), options))
}

/// The decoded text that bytes are.
pub(super) fn text_of(bytes: Vec<u8>, options: &Options) -> Text {
    text(Box::new(io::Cursor::new(bytes)), None, Tally::default(), options)
}

fn text(input: Box<dyn Read + Send>, length: Option<u64>, tally: Tally, options: &Options) -> Text {
    let stored = Stored::new(input, length, tally.clone());
    Text::new(Decoded::new(Inflated::new(stored, tally, options.inflate), options.encoding))
}

/// Whether something named explicitly is a device: `/dev/zero` never ends. Pipes are read, since a shell
/// gives the output of a command as one.
fn is_device(metadata: &std::fs::Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = metadata.file_type();
        kind.is_char_device() || kind.is_block_device()
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        false
    }
}

/// Reads calls from anything, under a name: for tests, fuzzers and callers that hold the bytes.
pub fn from_reader(name: &str, format: Format, input: impl Read + Send + 'static, options: &Options) -> Reader {
    reader(&Arc::from(name), format, Box::new(input), None, options)
}

/// Reads calls from a pipe whose other end may wait for answers: one JSON value per line whatever the first line looks
/// like, uncompressed, in UTF-8 unless another encoding is declared, and never reading on before a line is given.
/// Blank lines are passed over.
pub fn from_pipe(name: &str, input: impl Read + Send + 'static, options: &Options) -> Reader {
    let (source, file_id) = (Arc::from(name), Arc::from(stem(name)));
    let tally = Tally::default();
    let stored = Stored::new(Box::new(input), None, tally.clone());
    let inflated = Inflated::plain(stored, tally.clone(), options.inflate);
    let text = Text::new(Decoded::new(inflated, options.encoding.or(Some(Encoding::Utf8))));
    let cutter = JsonCutter::of_lines(text, Arc::clone(&source), file_id, options.max_call_bytes);
    Reader { source, cutter: Cutter::Json(Box::new(cutter)), tally, encoding: None }
}

fn reader(
    name: &Arc<str>,
    format: Format,
    input: Box<dyn Read + Send>,
    length: Option<u64>,
    options: &Options,
) -> Reader {
    let tally = Tally::default();
    let text = text(input, length, tally.clone(), options);
    let cutter = Cutter::Fresh(Box::new((text, format, options.clone())));
    Reader { source: Arc::clone(name), cutter, tally, encoding: None }
}

impl Reader {
    /// The name of the source.
    pub fn source(&self) -> &Arc<str> {
        &self.source
    }

    /// Stored (compressed) bytes read so far: for progress.
    pub fn bytes_read(&self) -> u64 {
        self.tally.bytes()
    }

    /// BLAKE3 (hexadecimal) of the stored bytes read so far: the file's own hash once the reader has
    /// ended without a fault.
    pub fn digest(&self) -> String {
        self.tally.digest()
    }

    /// The encoding decided on; none while everything was ASCII.
    pub fn encoding(&self) -> Option<Encoding> {
        match &self.cutter {
            Cutter::Fresh(fresh) => fresh.0.encoding(),
            Cutter::Json(cutter) => cutter.text.encoding(),
            Cutter::Table(cutter) => cutter.encoding(),
            Cutter::Plain(cutter) => cutter.text.encoding(),
            Cutter::Bad(_) | Cutter::Ended => self.encoding,
        }
    }

    /// Chooses the cutter, by the format and, where that is weak, by the first bytes.
    fn begin(&self, mut text: Text, format: Format, options: Options) -> Result<Cutter, Fault> {
        let format = match format {
            Format::Plain => recognise(text.fill_to(HEAD)?),
            format => text.fill().map(|_| format)?,
        };
        let source = Arc::clone(&self.source);
        let cap = options.max_call_bytes;
        let file_id: Arc<str> = Arc::from(stem(&source));
        Ok(match format {
            Format::JsonLines | Format::Json => {
                let strict = format == Format::JsonLines;
                Cutter::Json(Box::new(JsonCutter::new(text, source, file_id, strict, cap)))
            }
            Format::Table => Cutter::Table(Box::new(TableCutter::new(text, source, cap))),
            Format::Plain => Cutter::Plain(Box::new(PlainCutter::new(text, source, file_id, cap))),
        })
    }
}

impl Iterator for Reader {
    type Item = Raw;

    fn next(&mut self) -> Option<Raw> {
        loop {
            let next = match &mut self.cutter {
                Cutter::Json(cutter) => cutter.next(),
                Cutter::Table(cutter) => cutter.next(),
                Cutter::Plain(cutter) => cutter.next(),
                Cutter::Ended => return None,
                Cutter::Fresh(_) | Cutter::Bad(_) => {
                    match std::mem::replace(&mut self.cutter, Cutter::Ended) {
                        Cutter::Bad(reject) => return Some(Raw::bad(*reject)),
                        Cutter::Fresh(fresh) => {
                            let (text, format, options) = *fresh;
                            match self.begin(text, format, options) {
                                Ok(cutter) => self.cutter = cutter,
                                Err(fault) => {
                                    let origin = Spot { line: 1, byte: 0 }.of(&self.source);
                                    return Some(Raw::bad(fault.at(origin, None)));
                                }
                            }
                        }
                        other => self.cutter = other,
                    }
                    continue;
                }
            };
            if next.is_none() {
                self.encoding = self.encoding();
                self.cutter = Cutter::Ended;
            }
            return next;
        }
    }
}

/// Bytes by which the format of a `.txt` is recognised.
const HEAD: usize = 64 << 10;

/// What the first bytes of a `.txt` (or a file without a known ending) are.
fn recognise(head: &[u8]) -> Format {
    let start = head.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(head.len());
    let body = &head[start..];
    let after = body.iter().skip(1).find(|byte| !byte.is_ascii_whitespace());
    match (body.first(), after) {
        (Some(b'{'), _) => Format::Json,
        (Some(b'['), Some(b'{' | b']')) => Format::Json,
        _ => {
            let line = body.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
            match std::str::from_utf8(line) {
                Ok(line) if columns::is_header(line) => Format::Table,
                _ => Format::Plain,
            }
        }
    }
}
