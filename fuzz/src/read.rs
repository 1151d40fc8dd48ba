//! Reading: whatever the bytes, every item is a sound call or a reject that tells nothing of its text.

use std::io::{Cursor, Read};

use tinghu::call::Call;
use tinghu::read::{
    Encoding, Format, InflateLimits, MAX_ID_BYTES, MAX_TURN_BYTES, MAX_TURNS, Options, Origin, Reject, RejectCode,
    SpeakerTable, from_reader,
};

type Came = Result<(Call, Origin), Reject>;

/// Caps low enough that a few kilobytes reach them.
fn options(encoding: Option<Encoding>) -> Options {
    let inflate = InflateLimits { total: 1 << 20, free: 1 << 16, ratio: 100 };
    Options { encoding, inflate, max_call_bytes: 1 << 12 }
}

/// Reads everything; checks every item and the order of their places.
fn read(format: Format, input: impl Read + Send + 'static, options: &Options) -> Vec<Came> {
    let speakers = SpeakerTable::default();
    let mut line = 1;
    let check = |came: Came| {
        let origin = came.as_ref().map_or_else(|reject| &reject.origin, |(_, origin)| origin).clone();
        assert!(origin.line >= 1 && &*origin.source == "夜.txt");
        match &came {
            Ok((call, _)) => sound(call),
            Err(reject) => told(reject),
        }
        (origin.line, came)
    };
    from_reader("夜.txt", format, input, options)
        .map(|raw| {
            let begin = raw.origin().line;
            let (at, came) = check(raw.parse(&speakers));
            assert!(begin >= line && at >= begin, "places run backwards");
            line = begin;
            came
        })
        .collect()
}

/// What every call of a reader promises.
fn sound(call: &Call) {
    let hidden =
        |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}');
    let fields = [Some(&call.id), call.started_at.as_ref(), call.agent_id.as_ref(), call.team.as_ref()];
    for field in fields.into_iter().flatten() {
        assert!(!field.is_empty() && field.len() <= MAX_ID_BYTES && !field.contains(hidden), "{field:?}");
    }
    assert!((1..=MAX_TURNS).contains(&call.turns.len()));
    assert!(call.turns.iter().any(|turn| turn.text.contains(char::is_alphanumeric)), "a call without words");
    let mut last = 0;
    for turn in &call.turns {
        assert!(!turn.text.trim().is_empty() && turn.text.len() <= MAX_TURN_BYTES && !turn.text.contains(hidden));
        let start = turn.start_ms.unwrap_or(last);
        assert!(start >= last && turn.end_ms.is_none_or(|end| end >= turn.start_ms.unwrap_or(0)));
        last = start;
    }
    assert!(call.warnings.is_sorted());
}

/// What every reject promises.
fn told(reject: &Reject) {
    assert!(reject.reason.starts_with(reject.code.meaning_zh()) && !reject.reason.contains(['\n', '\r']));
    assert!(reject.reason.len() < 600 && reject.mend.contains(" / "), "{}", reject.reason);
    assert!(reject.call_id.as_ref().is_none_or(|id| !id.is_empty() && id.len() <= MAX_ID_BYTES));
}

/// Gives its bytes in pieces, as a pipe does.
struct Pieces(Cursor<Vec<u8>>, usize);

impl Read for Pieces {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let most = self.1.min(out.len());
        self.0.read(&mut out[..most])
    }
}

const FORMATS: [Format; 4] = [Format::JsonLines, Format::Json, Format::Table, Format::Plain];

/// The first byte chooses format and declared encoding. However the rest is delivered, the same comes
/// of it; and if it is text, the same comes of it in every encoding.
pub fn decode(data: &[u8]) {
    let Some((&choice, bytes)) = data.split_first() else { return };
    let declared = [None, Some(Encoding::Utf8), Some(Encoding::Gb18030), Some(Encoding::Big5), Some(Encoding::Utf16Le)];
    let format = FORMATS[usize::from(choice) % FORMATS.len()];
    let options = options(declared[usize::from(choice) / FORMATS.len() % declared.len()]);
    let came = read(format, Cursor::new(bytes.to_vec()), &options);
    for piece in [1, 3, 1 << 10] {
        let again = read(format, Pieces(Cursor::new(bytes.to_vec()), piece), &options);
        assert_eq!(came, again, "in pieces of {piece}");
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        twins(format, text);
    }
}

/// The same text in other encodings gives the same calls and the same rejects on the same lines.
fn twins(format: Format, text: &str) {
    // A mark decides before any declaration, and is no part of the text.
    if text.starts_with('\u{feff}') {
        return;
    }
    let packed = [RejectCode::Container, RejectCode::BrokenCompression, RejectCode::Bomb];
    let outline = |encoding, bytes: Vec<u8>| {
        let came = read(format, Cursor::new(bytes), &options(Some(encoding)));
        let is_packed = came.iter().any(|came| came.as_ref().is_err_and(|reject| packed.contains(&reject.code)));
        let short = came.into_iter().map(|came| match came {
            Ok((call, origin)) => Ok((call, origin.line)),
            Err(reject) => Err((reject.code, reject.origin.line, reject.call_id)),
        });
        (!is_packed).then(|| short.collect::<Vec<_>>())
    };
    let Some(expected) = outline(Encoding::Utf8, text.as_bytes().to_vec()) else { return };
    let marked = std::iter::once(0xfeff).chain(text.encode_utf16());
    let wide: Vec<u8> = marked.flat_map(u16::to_be_bytes).collect();
    assert_eq!(Some(&expected), outline(Encoding::Utf16Be, wide).as_ref(), "UTF-16");
    let (gb, _, lossy) = encoding_rs::GB18030.encode(text);
    let back = encoding_rs::GB18030.decode_without_bom_handling(&gb).0;
    // A line whose bytes are UTF-8 too is taken for a line in the wrong encoding (F020).
    let mistakable = |line: &[u8]| !line.is_ascii() && std::str::from_utf8(line).is_ok();
    if !lossy && back == text && !gb.split(|byte| *byte == b'\n').any(mistakable) {
        let narrow = outline(Encoding::Gb18030, gb.into_owned());
        assert!(narrow.is_none_or(|narrow| narrow == expected), "GB18030");
    }
}

/// Reads in each of the formats.
fn each(formats: &[Format], data: &[u8]) {
    for format in formats {
        read(*format, Cursor::new(data.to_vec()), &options(None));
    }
}

/// As JSONL and as JSON.
pub fn read_json(data: &[u8]) {
    each(&[Format::JsonLines, Format::Json], data);
}

/// As a table.
pub fn read_table(data: &[u8]) {
    each(&[Format::Table], data);
}

/// As plain text.
pub fn read_plain(data: &[u8]) {
    each(&[Format::Plain], data);
}

/// As the body of a list of utterances of each of the systems whose JSON is known, and as a whole file.
pub fn read_foreign(data: &[u8]) {
    each(&[Format::Json], data);
    for list in ["sentence_info", "segments", "Transcript", "dialogue", "dialogues"] {
        let wrapped = [b"{\"", list.as_bytes(), b"\":[", data, b"]}"].concat();
        each(&[Format::Json], &wrapped);
    }
}
