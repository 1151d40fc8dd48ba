//! The same night in every format, encoding, compression and line end must give the same calls.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use tinghu::call::{Call, Direction, Speaker};
use tinghu::read::{Format, Options, SpeakerTable, discover, from_reader, open};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/read/twins")
}

/// The fixtures, one per format and dialect of it.
const FILES: [(&str, Format); 8] = [
    ("night.jsonl", Format::JsonLines),
    ("night.json", Format::Json),
    ("escaped.ndjson", Format::JsonLines),
    ("spread.json", Format::Json),
    ("night.csv", Format::Table),
    ("中文.csv", Format::Table),
    ("night.tsv", Format::Table),
    ("night.txt", Format::Plain),
];

fn calls(name: &str, format: Format, bytes: Vec<u8>) -> Vec<Call> {
    let speakers = SpeakerTable::default();
    from_reader(name, format, Cursor::new(bytes), &Options::default())
        .map(|raw| match raw.parse(&speakers) {
            Ok((call, origin)) => {
                assert_eq!(&*origin.source, name);
                call
            }
            Err(reject) => panic!("{name}: {reject:?}"),
        })
        .collect()
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).expect("fixture")
}

fn night() -> Vec<Call> {
    calls("night.jsonl", Format::JsonLines, fixture("night.jsonl"))
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("to memory");
    encoder.finish().expect("to memory")
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("to memory")
}

/// All the ways in which one text can be stored.
fn stored(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bytes = text.as_bytes();
    let (left, right) = bytes.split_at(bytes.len() / 2);
    let gb = encoding_rs::GB18030.encode(text).0.into_owned();
    vec![
        ("as it is", bytes.to_vec()),
        ("UTF-8 BOM", [b"\xef\xbb\xbf", bytes].concat()),
        ("GB18030", gb.clone()),
        ("UTF-16LE", utf16(text, u16::to_le_bytes)),
        ("UTF-16BE", utf16(text, u16::to_be_bytes)),
        ("CRLF", text.replace('\n', "\r\n").into_bytes()),
        ("CR", text.replace('\n', "\r").into_bytes()),
        ("no final newline", text.trim_end().as_bytes().to_vec()),
        ("gzip", gzip(bytes)),
        ("two gzip members", [gzip(left), gzip(right)].concat()),
        ("zstd", zst(bytes)),
        ("two zstd frames", [zst(left), zst(right)].concat()),
        ("gzip of GB18030", gzip(&gb)),
    ]
}

#[test]
fn the_night_itself() {
    let night = night();
    assert_eq!(night.len(), 3);
    assert_eq!(night[0].id, "0012026112200001");
    assert_eq!(night[0].agent_id.as_deref(), Some("02290"));
    assert_eq!(night[0].direction, Some(Direction::Inbound));
    assert_eq!(night[0].turns[0].end_ms, Some(7660));
    assert_eq!(night[0].turns[3].text, "让我下载一个会议软件； 开了屏幕共享，还念了验证码");
    assert_eq!(night[1].turns[2].speaker, Speaker::Other);
    assert_eq!(night[2].started_at.as_deref(), Some("2026-11-22 23:59:59"));
}

#[test]
fn every_twin_gives_the_same_calls() {
    let night = night();
    for (name, format) in FILES {
        let text = String::from_utf8(fixture(name)).expect("fixtures are UTF-8");
        for (way, bytes) in stored(&text) {
            assert_eq!(calls(name, format, bytes), night, "{name}, {way}");
        }
    }
}

/// Gives one byte at a time.
struct Drip(Cursor<Vec<u8>>);

impl std::io::Read for Drip {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let one = out.len().min(1);
        self.0.read(&mut out[..one])
    }
}

#[test]
fn small_reads_change_nothing() {
    let (night, speakers) = (night(), SpeakerTable::default());
    for (name, format) in FILES {
        let text = String::from_utf8(fixture(name)).expect("fixtures are UTF-8");
        for (way, bytes) in stored(&text) {
            let drip = Drip(Cursor::new(bytes));
            let reader = from_reader(name, format, drip, &Options::default());
            let read: Result<Vec<_>, _> = reader.map(|raw| raw.parse(&speakers).map(|(call, _)| call)).collect();
            assert_eq!(read.as_ref(), Ok(&night), "{name}, {way}");
        }
    }
}

#[test]
fn a_folder_is_read_whole_and_in_order() {
    let found = discover(&[folder()]).expect("the folder is there");
    assert!(found.skipped.is_empty());
    assert_eq!(found.sources.len(), FILES.len());
    let names: Vec<_> = found.sources.iter().map(|source| source.name().clone()).collect();
    assert!(names.is_sorted());
    let (night, speakers) = (night(), SpeakerTable::default());
    for source in &found.sources {
        let mut reader = open(source, &Options::default());
        let calls: Vec<_> = reader.by_ref().map(|raw| raw.parse(&speakers).expect("a call").0).collect();
        assert_eq!(calls, night, "{}", source.name());
        assert_eq!(Some(reader.bytes_read()), source.size());
        let stored = fs::read(source.path().expect("a file")).expect("readable");
        assert_eq!(reader.digest(), blake3::hash(&stored).to_hex().to_string());
    }
}

#[test]
fn content_without_an_ending_is_recognised() {
    let night = night();
    for (name, _) in FILES {
        assert_eq!(calls(name, Format::Plain, fixture(name)), night, "{name}");
    }
}

#[test]
fn content_is_recognised_from_its_beginning_however_few_bytes_a_read_gives() {
    let (night, speakers) = (night(), SpeakerTable::default());
    for (name, _) in FILES {
        let text = String::from_utf8(fixture(name)).expect("fixtures are UTF-8");
        // Blank lines that fill the first pieces that are read.
        for blank in [0, 600, 40_000] {
            let drip = Drip(Cursor::new(("\n".repeat(blank) + &text).into_bytes()));
            let reader = from_reader(name, Format::Plain, drip, &Options::default());
            let read: Result<Vec<_>, _> = reader.map(|raw| raw.parse(&speakers).map(|(call, _)| call)).collect();
            assert_eq!(read.as_ref(), Ok(&night), "{name} after {blank} blank lines");
        }
    }
}

#[test]
fn readers_and_raw_calls_go_between_threads() {
    fn send<T: Send>() {}
    send::<tinghu::read::Reader>();
    send::<tinghu::read::Raw>();
}
