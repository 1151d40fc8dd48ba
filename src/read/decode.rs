//! From text bytes to UTF-8, streaming.
//!
//! Half of what a bank exports is GB18030, and a short UTF-8 sentence is valid GB18030 (as nonsense).
//! So the order of trial is fixed: a byte order mark decides, then strict UTF-8, then GB18030. The
//! decision is made once per file, at its first bytes that are not ASCII, over at most 1 MiB. Bytes
//! that the decided encoding cannot read are not replaced: they stay invalid (as the byte 0xFF, which
//! no UTF-8 text has), so that the line they stand in is rejected and its neighbours are not.

use std::io::{self, Read};

use encoding_rs::{BIG5, DecoderResult, GB18030, UTF_16BE, UTF_16LE};

use super::guess::{decide, is_chinese_utf8, looks_like_utf16, utf16_without_mark};

/// How a file's characters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// UTF-8, with or without BOM; also plain ASCII.
    Utf8,
    /// GB18030, and so GBK and GB2312.
    Gb18030,
    /// Big5; only when declared.
    Big5,
    /// UTF-16 little-endian; recognised by its BOM.
    Utf16Le,
    /// UTF-16 big-endian; recognised by its BOM.
    Utf16Be,
}

impl Encoding {
    /// A name of each, as messages list them.
    pub const NAMES: &[&str] = &["utf-8", "gb18030", "utf-16le", "utf-16be", "big5"];

    /// The encoding for a name as people write it (`gbk`, `UTF-8`, `big5`…).
    pub fn named(name: &str) -> Option<Encoding> {
        let name = name.trim().to_ascii_lowercase().replace(['-', '_'], "");
        match name.as_str() {
            "utf8" | "utf8sig" => Some(Encoding::Utf8),
            "gb18030" | "gbk" | "gb2312" | "cp936" => Some(Encoding::Gb18030),
            "big5" | "big5hkscs" | "cp950" => Some(Encoding::Big5),
            "utf16le" | "utf16" | "unicode" => Some(Encoding::Utf16Le),
            "utf16be" => Some(Encoding::Utf16Be),
            _ => None,
        }
    }

    /// The name for logs and `run.json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Gb18030 => "gb18030",
            Encoding::Big5 => "big5",
            Encoding::Utf16Le => "utf-16le",
            Encoding::Utf16Be => "utf-16be",
        }
    }

    fn table(self) -> Option<&'static encoding_rs::Encoding> {
        match self {
            Encoding::Utf8 => None,
            Encoding::Gb18030 => Some(GB18030),
            Encoding::Big5 => Some(BIG5),
            Encoding::Utf16Le => Some(UTF_16LE),
            Encoding::Utf16Be => Some(UTF_16BE),
        }
    }
}

/// How many bytes from the first non-ASCII one decide the encoding.
const TRIAL: usize = 1 << 20;
const STEP: usize = 1 << 16;

/// UTF-8 from bytes of any known encoding. Wants to be read with buffers of at least 16 bytes.
pub(super) struct Decoded<R> {
    input: R,
    declared: Option<Encoding>,
    held: Vec<u8>,
    at: usize,
    ended: bool,
    failed: Option<io::Error>,
    mark: u64,
    mode: Mode,
    /// Up to where the held lines have been looked at; see [`Decoded::look`].
    looked: usize,
}

enum Mode {
    Start,
    Ascii,
    Utf8,
    Table(Encoding, Box<encoding_rs::Decoder>),
    Done(Encoding),
}

impl<R: Read> Decoded<R> {
    /// `declared` overrides everything but a byte order mark.
    pub fn new(input: R, declared: Option<Encoding>) -> Self {
        Decoded {
            input,
            declared,
            held: Vec::new(),
            at: 0,
            ended: false,
            failed: None,
            mark: 0,
            mode: Mode::Start,
            looked: 0,
        }
    }

    /// The encoding decided on; none while everything was ASCII.
    pub fn encoding(&self) -> Option<Encoding> {
        match &self.mode {
            Mode::Start | Mode::Ascii => None,
            Mode::Utf8 => Some(Encoding::Utf8),
            Mode::Table(encoding, _) | Mode::Done(encoding) => Some(*encoding),
        }
    }

    /// Bytes of a UTF-8 BOM that was left out; known after the first read.
    pub fn mark(&self) -> u64 {
        self.mark
    }

    /// Holds at least `wanted` unread bytes, or all there are.
    fn hold(&mut self, wanted: usize) {
        if self.at > 0 {
            self.held.drain(..self.at);
            self.looked = self.looked.saturating_sub(self.at);
            self.at = 0;
        }
        while !self.ended && self.failed.is_none() && self.held.len() < wanted {
            let old = self.held.len();
            self.held.resize(old + STEP, 0);
            let got = self.input.read(&mut self.held[old..]);
            self.held.truncate(old + *got.as_ref().unwrap_or(&0));
            match got {
                Ok(0) => self.ended = true,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.failed = Some(error),
            }
        }
    }

    /// What to say when nothing is held any more: the end, or the error that came before it.
    fn nothing(&mut self) -> io::Result<usize> {
        self.failed.take().map_or(Ok(0), |error| {
            self.ended = true;
            Err(error)
        })
    }

    fn begin(&mut self) {
        self.hold(1);
        // Only where a mark may begin: a pipe may wait for the answer to a first line that is shorter than a mark.
        if matches!(self.held.first(), Some(0xef | 0xfe | 0xff)) {
            self.hold(3);
        }
        let (encoding, skip) = match &self.held[..] {
            [0xef, 0xbb, 0xbf, ..] => (Some(Encoding::Utf8), 3),
            [0xff, 0xfe, ..] => (Some(Encoding::Utf16Le), 2),
            [0xfe, 0xff, ..] => (Some(Encoding::Utf16Be), 2),
            _ => (self.declared, 0),
        };
        self.at = skip;
        self.mode = encoding.map_or(Mode::Ascii, mode_for);
        if matches!(self.mode, Mode::Utf8) {
            self.mark = skip as u64;
        }
    }

    /// Gives ASCII away; at the first other byte decides the encoding.
    fn ascii(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.held.len() {
            self.hold(1);
        }
        let rest = &self.held[self.at..];
        if rest.is_empty() {
            return self.nothing();
        }
        let plain = match rest.is_ascii() {
            true => rest.len(),
            false => rest.iter().position(|byte| !byte.is_ascii()).unwrap_or(rest.len()),
        };
        if looks_like_utf16(rest) {
            return Err(utf16_without_mark());
        }
        if plain == 0 {
            self.hold(TRIAL);
            self.mode = mode_for(decide(&self.held, self.ended)?);
            return self.read(out);
        }
        let n = plain.min(out.len());
        out[..n].copy_from_slice(&rest[..n]);
        self.at += n;
        Ok(n)
    }

    /// Makes sure that the next line (its first [`STEP`] bytes) is held and is in GB18030. Most UTF-8 is
    /// valid GB18030, as nonsense: a line of Chinese in UTF-8 is made invalid instead, except its ASCII.
    fn look(&mut self) {
        if self.at < self.looked {
            return;
        }
        let mut wanted = 1;
        let (line, ended) = loop {
            self.hold(wanted);
            let rest = &self.held[self.at..];
            let end = rest.iter().take(STEP).position(|byte| *byte == b'\n');
            if end.is_some() || rest.len() >= STEP || rest.len() < wanted {
                break (end.map_or(rest.len().min(STEP), |end| end + 1), end.is_some());
            }
            wanted = rest.len() + 1;
        };
        self.looked = self.at + line;
        let line = &mut self.held[self.at..self.looked];
        if is_chinese_utf8(line, !ended) {
            line.iter_mut().filter(|byte| !byte.is_ascii()).for_each(|byte| *byte = 0xff);
        }
    }

    fn utf8(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let rest = &self.held[self.at..];
        if !rest.is_empty() {
            let n = rest.len().min(out.len());
            out[..n].copy_from_slice(&rest[..n]);
            self.at += n;
            return Ok(n);
        }
        if self.ended || self.failed.is_some() {
            return self.nothing();
        }
        self.input.read(out)
    }
}

/// One step of a table decoder: bytes written, and whether the text is over.
fn convert<R: Read>(
    source: &mut Decoded<R>,
    decoder: &mut encoding_rs::Decoder,
    out: &mut [u8],
) -> io::Result<(usize, bool)> {
    let lines = decoder.encoding() == GB18030;
    let mut total = 0;
    loop {
        if lines {
            source.look();
        } else if source.at == source.held.len() {
            source.hold(1);
        }
        if let Some(error) = source.failed.take_if(|_| source.held.is_empty()) {
            source.ended = true;
            return Err(error);
        }
        let end = if lines { source.looked } else { source.held.len() };
        let last = source.ended && end == source.held.len();
        let rest = &source.held[source.at..end];
        // One byte is kept free for the mark of an invalid sequence.
        let room = out.len().saturating_sub(1);
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(rest, &mut out[total..room], last);
        source.at += read;
        total += written;
        let over = last && matches!(result, DecoderResult::InputEmpty);
        if let DecoderResult::Malformed(..) = result {
            out[total] = 0xff;
            total += 1;
        }
        // Lines are looked at one by one, but handed on together: what a file is shows in its first lines.
        let more = lines && source.at < source.held.len() && matches!(result, DecoderResult::InputEmpty);
        if over || (total > 0 && !more) {
            return Ok((total, over));
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if matches!(self.mode, Mode::Start) {
            self.begin();
        }
        match &mut self.mode {
            Mode::Start | Mode::Ascii => self.ascii(out),
            Mode::Utf8 => self.utf8(out),
            Mode::Done(_) => Ok(0),
            Mode::Table(encoding, _) => {
                let encoding = *encoding;
                let Mode::Table(_, mut decoder) = std::mem::replace(&mut self.mode, Mode::Done(encoding)) else {
                    return Ok(0);
                };
                let (written, over) = convert(self, &mut decoder, out)?;
                if !over {
                    self.mode = Mode::Table(encoding, decoder);
                }
                Ok(written)
            }
        }
    }
}

fn mode_for(encoding: Encoding) -> Mode {
    match encoding.table() {
        None => Mode::Utf8,
        Some(table) => Mode::Table(encoding, Box::new(table.new_decoder_without_bom_handling())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::reject::{Fault, RejectCode};

    fn decoded(bytes: &[u8], declared: Option<Encoding>) -> (Vec<u8>, Option<Encoding>) {
        let mut stream = Decoded::new(bytes, declared);
        let mut all = Vec::new();
        let mut buffer = [0; 64];
        loop {
            let n = stream.read(&mut buffer).expect("decodable");
            if n == 0 {
                return (all, stream.encoding());
            }
            all.extend_from_slice(&buffer[..n]);
        }
    }

    const TEXT: &str = "call_id,内容\n1,您好，请问什么可以帮您？我的卡被冻结了\n";

    #[test]
    fn every_encoding_gives_the_same_text() {
        let gb = GB18030.encode(TEXT).0.into_owned();
        assert_eq!(decoded(&gb, None), (TEXT.into(), Some(Encoding::Gb18030)));
        assert_eq!(decoded(TEXT.as_bytes(), None), (TEXT.into(), Some(Encoding::Utf8)));
        let marked = [b"\xef\xbb\xbf", TEXT.as_bytes()].concat();
        assert_eq!(decoded(&marked, None), (TEXT.into(), Some(Encoding::Utf8)));
        let le: Vec<u8> = "\u{feff}".encode_utf16().chain(TEXT.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(&le, None), (TEXT.into(), Some(Encoding::Utf16Le)));
        let be: Vec<u8> = "\u{feff}".encode_utf16().chain(TEXT.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        assert_eq!(decoded(&be, None), (TEXT.into(), Some(Encoding::Utf16Be)));
        assert_eq!(decoded(b"plain", None), (b"plain".to_vec(), None));
        assert_eq!(decoded(b"", None), (Vec::new(), None));
    }

    #[test]
    fn one_bad_line_does_not_change_the_encoding() {
        let mut bytes = TEXT.as_bytes().to_vec();
        bytes.extend_from_slice(b"2,\xff\xc4\xe3\n");
        let (text, encoding) = decoded(&bytes, None);
        assert_eq!((text, encoding), (bytes, Some(Encoding::Utf8)));
        let mut gb = GB18030.encode(TEXT).0.into_owned();
        gb.extend_from_slice(b"2,\xff\n3,ok\n");
        let (text, _) = decoded(&gb, None);
        assert_eq!(text, [TEXT.as_bytes(), b"2,\xff\n3,ok\n"].concat());
    }

    #[test]
    fn big5_must_be_declared() {
        let traditional = "您好，請問有什麼可以幫您？我的帳戶被凍結了，對方叫我轉帳到安全帳戶";
        let bytes = BIG5.encode(traditional).0.into_owned();
        let error = Decoded::new(&bytes[..], None).read(&mut [0; 64]).expect_err("refused");
        assert_eq!(Fault::from_io(&error).code, RejectCode::UnknownEncoding);
        assert_eq!(decoded(&bytes, Some(Encoding::Big5)).0, traditional.as_bytes());
        let gbk = GB18030.encode(traditional).0.into_owned();
        assert_eq!(decoded(&gbk, None).0, traditional.as_bytes());
    }
}
