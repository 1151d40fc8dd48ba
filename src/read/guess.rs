//! Which encoding a text without a mark is in.
//!
//! UTF-8 proves itself; nothing else does. GB18030 is the only other one taken without being declared,
//! and before that the text must not look like what is often mistaken for it: Big5, whose bytes are all
//! valid GBK, and UTF-16 that lost its mark.

use std::io;

use encoding_rs::{DecoderResult, GB18030};

use super::decode::Encoding;
use super::reject::{Fault, RejectCode};

/// Decides between UTF-8 and GB18030 for a text that begins with a non-ASCII byte.
///
/// All of it valid UTF-8: UTF-8. Otherwise its lines vote, so that one broken line does not turn a
/// whole file into nonsense; of equal counts UTF-8 wins. `whole` says that the text is complete.
pub(super) fn decide(text: &[u8], whole: bool) -> io::Result<Encoding> {
    match std::str::from_utf8(text) {
        Ok(_) => return Ok(Encoding::Utf8),
        // Only the last character is cut off: by the size of the trial, or by a broken transfer.
        Err(error) if error.error_len().is_none() && (!whole || error.valid_up_to() > 0) => {
            return Ok(Encoding::Utf8);
        }
        Err(_) => {}
    }
    if looks_like_utf16(text) {
        return Err(utf16_without_mark());
    }
    let (mut utf8, mut gb) = (0u32, 0u32);
    for line in text.split(|byte| *byte == b'\n') {
        if line.is_ascii() {
            continue;
        }
        if std::str::from_utf8(line).is_ok() {
            utf8 += 1;
        } else if is_gb(line) {
            gb += 1;
        }
    }
    if gb <= utf8 {
        return Ok(Encoding::Utf8);
    }
    if looks_like_big5(text) {
        let detail = "像是 Big5；如确为 Big5 请声明";
        return Err(Fault::new(RejectCode::UnknownEncoding, detail).into_io());
    }
    Ok(Encoding::Gb18030)
}

/// Whether a line has at least two Han characters in UTF-8 and nothing but Chinese beside its ASCII: GB18030
/// of real words is hardly ever that by chance. `cut` says that its last character may be incomplete.
pub(super) fn is_chinese_utf8(line: &[u8], cut: bool) -> bool {
    let text = match std::str::from_utf8(line) {
        Ok(text) => text,
        Err(error) if cut && error.error_len().is_none() => {
            std::str::from_utf8(&line[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let chinese = |c: char| c.is_ascii() || matches!(c, '\u{2010}'..='\u{206f}' | '\u{2e80}'..='\u{ffef}');
    text.chars().all(chinese) && text.chars().filter(|c| crate::normalise::is_han(*c)).count() >= 2
}

/// Whether a line is valid GB18030; a character cut off at the end is forgiven.
fn is_gb(line: &[u8]) -> bool {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut sink = [0; 4096];
    let mut at = 0;
    loop {
        let (result, read, _) = decoder.decode_to_utf8_without_replacement(&line[at..], &mut sink, false);
        at += read;
        match result {
            DecoderResult::InputEmpty => return true,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => return false,
        }
    }
}

/// Big5 bytes are valid GBK. Two things give them away: a third of Big5's second bytes are below
/// 0x7F, where simplified text in GBK has hardly any, and its first bytes are never 0x81–0xA0, where
/// traditional text in GBK has many.
fn looks_like_big5(text: &[u8]) -> bool {
    let (mut pairs, mut low, mut at) = (0usize, 0usize, 0);
    while let [first, second, ..] = text[at..] {
        match first {
            0x00..=0x7f => {
                at += 1;
                continue;
            }
            0x80..=0xa0 => return false,
            _ if second.is_ascii_digit() => return false,
            _ => {}
        }
        pairs += 1;
        low += usize::from((0x40..0x7f).contains(&second));
        at += 2;
    }
    pairs >= 8 && low * 5 >= pairs
}

/// UTF-16 without BOM shows itself by zero bytes on every other place; stray zeros do not count.
pub(super) fn looks_like_utf16(text: &[u8]) -> bool {
    let head = &text[..text.len().min(4096)];
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    even.max(odd) >= 8 && even.max(odd) * 16 >= head.len() && even.min(odd) * 8 <= even.max(odd)
}

pub(super) fn utf16_without_mark() -> io::Error {
    let detail = "含大量空字节，像是没有 BOM 的 UTF-16";
    Fault::new(RejectCode::UnknownEncoding, detail).into_io()
}
