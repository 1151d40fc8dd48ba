//! From stored bytes to text bytes: snapshots, gzip and zstd under caps.
//!
//! A compressed file is a promise about its own size, and promises from outside are not trusted. The
//! decompressor is chosen by the content's first bytes, never by the name alone; it stops at a cap on
//! the total and on the ratio before memory or disk can grow; and a truncated file is a fault, not an
//! early end, because a call that lost its tail must not be scored as if it were whole.

use std::io::{self, BufReader, Cursor, Read};
use std::sync::{Arc, Mutex, PoisonError};

use super::reject::{Fault, RejectCode};

/// Limits of decompression for one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InflateLimits {
    /// Most bytes that one file may grow to.
    pub total: u64,
    /// Bytes that are given before the ratio is looked at.
    pub free: u64,
    /// Most decompressed bytes per stored byte beyond `free`. Transcripts compress 3–20 times, a
    /// test file of repeated calls perhaps 300 times, a bomb in gzip 1,030 times and in zstd more.
    pub ratio: u64,
}

impl Default for InflateLimits {
    fn default() -> Self {
        InflateLimits { total: 64 << 30, free: 16 << 20, ratio: 500 }
    }
}

/// What has been read of the stored bytes so far; shared with whoever shows progress.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally(Arc<Mutex<(u64, blake3::Hasher)>>);

impl Tally {
    /// Stored bytes read.
    pub fn bytes(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    /// BLAKE3 of the stored bytes read, in hexadecimal.
    pub fn digest(&self) -> String {
        let tally = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tally.1.finalize().to_hex().to_string()
    }

    fn add(&self, bytes: &[u8]) {
        let mut tally = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tally.0 += bytes.len() as u64;
        tally.1.update(bytes);
    }
}

/// Counts and hashes what passes, and holds a file to the length it had when it was opened: bytes
/// added later belong to the next run, bytes missing are a fault.
pub(super) struct Stored {
    input: Box<dyn Read + Send>,
    left: Option<u64>,
    tally: Tally,
}

impl Stored {
    /// `length` is the file's length at opening; none for pipes.
    pub fn new(input: Box<dyn Read + Send>, length: Option<u64>, tally: Tally) -> Self {
        Stored { input, left: length, tally }
    }
}

impl Read for Stored {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let room = match self.left {
            Some(left) => out.len().min(usize::try_from(left).unwrap_or(usize::MAX)),
            None => out.len(),
        };
        if room == 0 {
            return Ok(0);
        }
        let n = self.input.read(&mut out[..room])?;
        if let Some(left) = &mut self.left {
            if n == 0 {
                let detail = format!("少 {left} 字节");
                return Err(Fault::new(RejectCode::Changed, detail).into_io());
            }
            *left -= n as u64;
        }
        self.tally.add(&out[..n]);
        Ok(n)
    }
}

/// Text bytes, whatever the compression; errors carry a [`Fault`].
pub(super) struct Inflated {
    state: State,
    tally: Tally,
    limits: InflateLimits,
    given: u64,
}

enum State {
    Fresh(Box<dyn Read + Send>),
    Plain(Box<dyn Read + Send>),
    Packed(Box<dyn Read + Send>),
    Ended,
}

/// Enough to see the mark of a tar archive at byte 257.
const PEEK: usize = 512;

impl Inflated {
    /// `tally` is that of the [`Stored`] below `input`.
    pub fn new(input: impl Read + Send + 'static, tally: Tally, limits: InflateLimits) -> Self {
        Inflated { state: State::Fresh(Box::new(input)), tally, limits, given: 0 }
    }

    /// Bytes that are taken as they come: nothing is looked at, so that no more is read than is asked for.
    pub fn plain(input: impl Read + Send + 'static, tally: Tally, limits: InflateLimits) -> Self {
        Inflated { state: State::Plain(Box::new(input)), tally, limits, given: 0 }
    }

    /// Looks at the first bytes and sets up the decompressor that they ask for.
    fn begin(&mut self, input: Box<dyn Read + Send>) -> io::Result<State> {
        let (head, input) = peek(input);
        refuse_container(&head)?;
        let packed: Box<dyn Read + Send> = if head.starts_with(&[0x1f, 0x8b]) {
            Box::new(flate2::read::MultiGzDecoder::new(BufReader::with_capacity(1 << 16, input)))
        } else if is_zstd(&head) {
            let mut decoder = zstd::stream::read::Decoder::new(input)?;
            // Frames that want more than 128 MiB of window are refused (that is `zstd --long=27`).
            decoder.window_log_max(27)?;
            Box::new(decoder)
        } else {
            return Ok(State::Plain(input));
        };
        let (head, packed) = peek(packed);
        refuse_container(&head)?;
        Ok(State::Packed(packed))
    }

    fn check(&self) -> io::Result<()> {
        let over_total = self.given > self.limits.total;
        let stored = self.tally.bytes().max(1);
        let over_ratio = self.given > self.limits.free && self.given / stored > self.limits.ratio;
        if !over_total && !over_ratio {
            return Ok(());
        }
        let detail = format!("{stored} 字节解出至少 {} 字节", self.given);
        Err(Fault::new(RejectCode::Bomb, detail).into_io())
    }
}

impl Read for Inflated {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Fresh(input) => self.state = self.begin(input)?,
                State::Plain(mut input) => {
                    let n = input.read(out)?;
                    self.state = State::Plain(input);
                    return Ok(n);
                }
                State::Packed(mut input) => {
                    let n = input.read(out).map_err(broken)?;
                    self.given += n as u64;
                    self.check()?;
                    self.state = State::Packed(input);
                    return Ok(n);
                }
                State::Ended => return Ok(0),
            }
        }
    }
}

/// Reads the first bytes and puts them back in front; an error that comes so early stays behind them.
fn peek(mut input: Box<dyn Read + Send>) -> (Vec<u8>, Box<dyn Read + Send>) {
    let mut head = Vec::with_capacity(PEEK);
    let failed = input.by_ref().take(PEEK as u64).read_to_end(&mut head).err();
    let front = Cursor::new(head.clone());
    match failed {
        Some(error) => (head, Box::new(front.chain(Failed(Some(error))))),
        None => (head, Box::new(front.chain(input))),
    }
}

/// An input that fails once and is over.
struct Failed(Option<io::Error>);

impl Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// A decompressor's complaint as a fault; faults from below pass unchanged.
fn broken(error: io::Error) -> io::Error {
    let below = error.get_ref().is_some_and(|inner| inner.is::<Fault>());
    if below || error.kind() == io::ErrorKind::Interrupted {
        return error;
    }
    Fault::new(RejectCode::BrokenCompression, error.kind().to_string()).into_io()
}

fn is_zstd(head: &[u8]) -> bool {
    let skippable = head.len() >= 4 && head[0] & 0xf0 == 0x50 && head[1..4] == [0x2a, 0x4d, 0x18];
    head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) || skippable
}

/// Refuses what is certainly a container, by its mark.
fn refuse_container(head: &[u8]) -> io::Result<()> {
    const MARKS: [(&[u8], &str); 8] = [
        (b"PK\x03\x04", "zip/xlsx"),
        (b"PK\x05\x06", "zip"),
        (b"Rar!\x1a\x07", "rar"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\xfd7zXZ\0", "xz"),
        (b"BZh9", "bzip2"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls/doc"),
        (b"%PDF-", "pdf"),
    ];
    let tar = head.get(257..262) == Some(b"ustar");
    let kind = MARKS.iter().find(|(mark, _)| head.starts_with(mark)).map(|(_, kind)| *kind);
    match kind.or(tar.then_some("tar")) {
        Some(kind) => Err(Fault::new(RejectCode::Container, kind).into_io()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn read(bytes: Vec<u8>, limits: InflateLimits) -> (usize, Option<RejectCode>) {
        let tally = Tally::default();
        let stored = Stored::new(Box::new(Cursor::new(bytes)), None, tally.clone());
        let mut inflated = Inflated::new(stored, tally, limits);
        let (mut total, mut buffer) = (0, vec![0; 1 << 16]);
        loop {
            match inflated.read(&mut buffer) {
                Ok(0) => return (total, None),
                Ok(n) => total += n,
                Err(error) => return (total, Some(Fault::from_io(&error).code)),
            }
        }
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
        encoder.write_all(bytes).expect("to memory");
        encoder.finish().expect("to memory")
    }

    #[test]
    fn bombs_stop_at_the_ratio() {
        let zeros = vec![0; 20 << 20];
        let limits = InflateLimits { free: 1 << 20, ..InflateLimits::default() };
        for packed in [gzip(&zeros), zstd::encode_all(&zeros[..], 3).expect("to memory")] {
            let (given, code) = read(packed, limits);
            assert_eq!(code, Some(RejectCode::Bomb));
            assert!(given < 16 << 20);
        }
        let small = InflateLimits { total: 1000, ..InflateLimits::default() };
        assert_eq!(read(gzip(&zeros), small).1, Some(RejectCode::Bomb));
    }

    #[test]
    fn members_concatenate_and_cuts_are_faults() {
        let mut two = gzip(b"one ");
        two.extend(gzip(b"two"));
        assert_eq!(read(two.clone(), InflateLimits::default()), (7, None));
        two.pop();
        assert_eq!(read(two, InflateLimits::default()).1, Some(RejectCode::BrokenCompression));
    }

    #[test]
    fn containers_are_refused_inside_gzip_too() {
        let mut tar = vec![0; 600];
        tar[257..262].copy_from_slice(b"ustar");
        let limits = InflateLimits::default();
        assert_eq!(read(gzip(&tar), limits).1, Some(RejectCode::Container));
        assert_eq!(read(b"PK\x03\x04".to_vec(), limits).1, Some(RejectCode::Container));
    }
}
