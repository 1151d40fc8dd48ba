//! Every fault of the input has its code, its place and its remedy, costs one call, and tells nothing
//! of what was said.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::PathBuf;

use proptest::prelude::*;
use tinghu::call::InputWarning;
use tinghu::read::{
    Encoding, Format, InflateLimits, Options, ReadError, Reject, RejectCode, SkipReason, SpeakerTable, discover,
    from_reader, open,
};

/// What came of one call: its id, or the reject's line, code and id.
type Came = Result<String, (u64, RejectCode, Option<String>)>;

fn outcome(reject: Reject) -> (u64, RejectCode, Option<String>) {
    assert!(!format!("{reject:?}").contains("秘密"), "{reject:?}");
    assert!(!reject.reason.is_empty() && reject.mend.contains(" / "));
    (reject.origin.line, reject.code, reject.call_id)
}

fn read_with(format: Format, input: impl Read + Send + 'static, options: &Options) -> Vec<Came> {
    let speakers = SpeakerTable::default();
    from_reader("x", format, input, options)
        .map(|raw| raw.parse(&speakers).map(|(call, _)| call.id).map_err(outcome))
        .collect()
}

fn read(format: Format, bytes: impl Into<Vec<u8>>) -> Vec<Came> {
    read_with(format, Cursor::new(bytes.into()), &Options::default())
}

fn ok(id: &str) -> Came {
    Ok(id.to_owned())
}

fn bad(line: u64, code: RejectCode, id: Option<&str>) -> Came {
    Err((line, code, id.map(str::to_owned)))
}

fn json(id: &str) -> String {
    format!("{{\"call_id\":\"{id}\",\"turns\":[{{\"speaker\":\"agent\",\"text\":\"秘密您好\"}}]}}\n")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("to memory");
    encoder.finish().expect("to memory")
}

#[test]
fn rows_without_an_id_belong_to_the_call_that_goes_on_below_or_stand_alone_in_file_order() {
    let table = "call_id,text\nF1,好\n,好\n,好\nF1,好\nF2,好\n,好\n,好\nF3,好\n";
    let expected = [
        bad(3, RejectCode::BadId, Some("F1")),
        ok("F2"),
        bad(7, RejectCode::BadId, None),
        bad(8, RejectCode::BadId, None),
        ok("F3"),
    ];
    assert_eq!(read(Format::Table, table), expected);
}

#[test]
fn nothing_gives_nothing() {
    for format in [Format::JsonLines, Format::Json, Format::Table, Format::Plain] {
        for bytes in ["", "\n\n", "\u{feff}", " \r\n"] {
            assert_eq!(read(format, bytes), [], "{format:?} {bytes:?}");
        }
    }
    assert_eq!(read(Format::Table, "call_id,text\n"), []);
    assert_eq!(read(Format::Json, gzip(b"")), []);
}

#[test]
fn broken_json_costs_one_call() {
    let lines = [
        json("A"),
        "{\"call_id\":\"B\",\"turns\":[{\"text\":\"秘密\n".to_owned(),
        "{\"call_id\":\"C\",\"turns\":[{\"text\":\"秘密\"}]} 秘密\n".to_owned(),
        "{\"call_id\":\"D\",\"call_id\":\"D\",\"turns\":[{\"text\":\"秘密\"}]}\n".to_owned(),
        "{\"call_id\":\"E\",\"turns\":\"秘密\"}\n".to_owned(),
        "{\"call_id\":\"\",\"turns\":[{\"text\":\"秘密\"}]}\n".to_owned(),
        "{\"call_id\":\"F\",\"turns\":[{\"text\":\" \"}]}\n".to_owned(),
        "{\"call_id\":1e999,\"turns\":[{\"text\":\"秘密\"}]}\n".to_owned(),
        json("Z"),
    ];
    assert_eq!(
        read(Format::JsonLines, lines.concat()),
        [
            ok("A"),
            bad(2, RejectCode::CutOff, Some("B")),
            bad(3, RejectCode::TrailingText, Some("C")),
            bad(4, RejectCode::DoubledKey, Some("D")),
            bad(5, RejectCode::WrongType, Some("E")),
            bad(6, RejectCode::BadId, None),
            bad(7, RejectCode::NoWords, Some("F")),
            bad(8, RejectCode::BadNumber, None),
            ok("Z"),
        ]
    );
}

#[test]
fn a_cut_array_keeps_what_came_before() {
    let text = format!("[{},{},{{\"call_id\":\"C\"", json("A"), json("B"));
    let expected = [ok("A"), ok("B"), bad(3, RejectCode::CutOff, None)];
    assert_eq!(read(Format::Json, text), expected);
}

#[test]
fn ids_are_text_and_never_paths() {
    let long = "x".repeat(10_000);
    let lines = [json("../../etc/passwd"), json("a\\nb"), json(&long), json("a\\u0000"), json("C:\\\\x")];
    assert_eq!(
        read(Format::JsonLines, lines.concat()),
        [
            ok("../../etc/passwd"),
            bad(2, RejectCode::BadId, None),
            bad(3, RejectCode::BadId, None),
            bad(4, RejectCode::BadId, None),
            ok("C:\\x"),
        ]
    );
}

#[test]
fn ragged_rows_cost_their_call() {
    let table = "call_id,speaker,text\nA,agent,好\nB,agent\nB,agent,好\nC,客户,秘密,多\nD,客户,好,,\n";
    assert_eq!(
        read(Format::Table, table),
        [ok("A"), bad(3, RejectCode::MissingCells, Some("B")), bad(5, RejectCode::ExtraCells, Some("C")), ok("D"),]
    );
}

#[test]
fn a_row_without_id_belongs_to_the_call_around_it() {
    let table = "text,call_id\n好,A\n秘密,\n好,A\n好,B\n秘密,\n好,C\n";
    assert_eq!(
        read(Format::Table, table),
        [bad(3, RejectCode::BadId, Some("A")), ok("B"), bad(6, RejectCode::BadId, None), ok("C"),]
    );
}

#[test]
fn an_id_that_comes_back_is_a_duplicate() {
    let table = "通话编号,内容\nA,好\nB,好\nA,秘密\nA,秘密\nC,好\n";
    let expected = [ok("A"), ok("B"), bad(4, RejectCode::DuplicateCall, Some("A")), ok("C")];
    assert_eq!(read(Format::Table, table), expected);
}

#[test]
fn an_open_quote_ends_the_file_where_it_opens() {
    let head = "call_id,text\nA,好\nB,好\n";
    let new_call = format!("{head}C,\"秘密\nD,好\nE,好\n");
    let expected = [ok("A"), ok("B"), bad(4, RejectCode::OpenQuote, Some("C"))];
    assert_eq!(read(Format::Table, new_call), expected);
    let same_call = format!("{head}B,\"秘密\nD,好\nE,\"好\"\n");
    let expected = [ok("A"), bad(4, RejectCode::OpenQuote, Some("B"))];
    assert_eq!(read(Format::Table, same_call), expected);
    let far = format!("{head}C,\"秘密\n{}", "D,好\n".repeat(1_000_000));
    let expected = [ok("A"), ok("B"), bad(4, RejectCode::OpenQuote, Some("C"))];
    assert_eq!(read(Format::Table, far), expected);
}

#[test]
fn headers_are_judged_before_any_row() {
    let missing = [bad(1, RejectCode::MissingColumn, None)];
    assert_eq!(read(Format::Table, "id,speaker\nA,秘密\n"), missing);
    let doubled = [bad(1, RejectCode::DoubledColumn, None)];
    assert_eq!(read(Format::Table, "call_id,text,text\nA,秘密,b\n"), doubled);
    assert_eq!(read(Format::Table, "sep=;\ncall_id;text\nA;好\n"), [ok("A")]);
}

#[test]
fn plain_text_faults() {
    let text = "导出记录 秘密\n通话编号：A\n客服：好\n通话编号：\n客服：秘密\n通话编号：B\n\n通话编号：C\n客户：好";
    assert_eq!(
        read(Format::Plain, text),
        [
            bad(1, RejectCode::StrayText, Some("x")),
            ok("A"),
            bad(4, RejectCode::BadId, None),
            bad(6, RejectCode::NoWords, Some("B")),
            ok("C"),
        ]
    );
    assert_eq!(read(Format::Plain, "客服：好\n客户：好"), [ok("x")]);
}

#[test]
fn invalid_bytes_cost_their_call_only() {
    let mut lines = json("A").into_bytes();
    lines.extend_from_slice(b"{\"call_id\":\"B\",\"turns\":[{\"text\":\"\xc4\xe3\xba\xc3\"}]}\n");
    lines.extend(json("C").into_bytes());
    let expected = [ok("A"), bad(2, RejectCode::BadBytes, Some("B")), ok("C")];
    assert_eq!(read(Format::JsonLines, lines), expected);

    let gb = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    let table = [gb("通话编号,内容\nA,您好\n"), b"B,\xff\n".to_vec(), gb("C,您好\n")].concat();
    let expected = [ok("A"), bad(3, RejectCode::BadBytes, Some("B")), ok("C")];
    assert_eq!(read(Format::Table, table), expected);

    let text = ["通话编号：A\n客服：您好\n客户：".as_bytes(), b"\xff\n# call_id: B\n\xe5\xae\xa2\xe6\x9c\x8d:hi"];
    let expected = [bad(3, RejectCode::BadBytes, Some("A")), ok("B")];
    assert_eq!(read(Format::Plain, text.concat()), expected);
}

#[test]
fn big5_is_refused_until_declared() {
    let text = "call_id,text\nA,您好，請問有什麼可以幫您？我的帳戶被凍結了，對方叫我轉帳\n";
    let bytes = encoding_rs::BIG5.encode(text).0.into_owned();
    // The header is plain ASCII; the first line that is not decides.
    let refused = [bad(2, RejectCode::UnknownEncoding, None)];
    assert_eq!(read(Format::Table, bytes.clone()), refused);
    let options = Options { encoding: Some(Encoding::Big5), ..Options::default() };
    assert_eq!(read_with(Format::Table, Cursor::new(bytes), &options), [ok("A")]);
}

#[test]
fn truncated_archives_keep_whole_calls_only() {
    let rows: String = (0..4000).map(|n| format!("{n},agent,第{n}句秘密\n{n},客户,好{n}\n")).collect();
    let packed = gzip(format!("call_id,speaker,text\n{rows}").as_bytes());
    for packed in [packed.clone(), zstd::encode_all(rows_of(&rows).as_slice(), 3).expect("memory")] {
        let cut = packed[..packed.len() * 2 / 3].to_vec();
        let came = read(Format::Table, cut);
        let (last, before) = came.split_last().expect("at least the fault");
        assert!(matches!(last, Err((_, RejectCode::BrokenCompression, _))), "{last:?}");
        assert!(before.iter().all(Result::is_ok));
    }
    let mut corrupt = packed;
    let crc = corrupt.len() - 8;
    corrupt[crc] ^= 1;
    let came = read(Format::Table, corrupt);
    assert!(matches!(came.last(), Some(Err((_, RejectCode::BrokenCompression, _)))));
    assert!(came.len() >= 4000);
}

fn rows_of(rows: &str) -> Vec<u8> {
    format!("call_id,speaker,text\n{rows}").into_bytes()
}

#[test]
fn bombs_and_containers_are_refused() {
    let bomb = [bad(1, RejectCode::Bomb, None)];
    assert_eq!(read(Format::JsonLines, gzip(&vec![0; 50 << 20])), bomb);
    let inflate = InflateLimits { total: 100, ..InflateLimits::default() };
    let options = Options { inflate, ..Options::default() };
    let packed = Cursor::new(gzip(json("A").repeat(10).as_bytes()));
    assert_eq!(read_with(Format::JsonLines, packed, &options), bomb);
    let container = [bad(1, RejectCode::Container, None)];
    assert_eq!(read(Format::Table, b"PK\x03\x04rest".to_vec()), container);
}

#[test]
fn a_line_without_end_does_not_fill_the_memory() {
    let start = json("A").into_bytes();
    let long = std::io::repeat(b'x').take(64 << 20);
    let input = Cursor::new(start).chain(long).chain(Cursor::new(format!("\n{}", json("B"))));
    let expected = [ok("A"), bad(2, RejectCode::LineTooLong, None), ok("B")];
    assert_eq!(read_with(Format::JsonLines, input, &Options::default()), expected);
    let long = Cursor::new("call_id,text\nA,好\nB,").chain(std::io::repeat(b'x').take(9 << 20));
    let input = long.chain(Cursor::new("\nC,好\n"));
    let expected = [ok("A"), bad(3, RejectCode::LineTooLong, None), ok("C")];
    assert_eq!(read_with(Format::Table, input, &Options::default()), expected);
}

#[test]
fn long_turns_and_calls_are_rejected() {
    let turn = "人".repeat(1_000_000);
    let line = format!("{{\"call_id\":\"A\",\"turns\":[{{\"text\":\"{turn}\"}}]}}\n");
    let expected = [bad(1, RejectCode::TurnTooLong, Some("A"))];
    assert_eq!(read(Format::JsonLines, line), expected);
    let table = format!("call_id,text\n{}B,好\n", "A,好\n".repeat(20_001));
    let expected = [bad(20_002, RejectCode::CallTooLong, Some("A")), ok("B")];
    assert_eq!(read(Format::Table, table), expected);
}

#[test]
fn a_device_that_fails_is_a_reject() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("秘密"))
        }
    }
    let input = Cursor::new(json("A")).chain(Failing);
    let came = read_with(Format::JsonLines, input, &Options::default());
    assert!(matches!(came.last(), Some(Err((_, RejectCode::ReadFailed, None)))));
}

#[test]
fn odd_input_is_noted_on_the_call() {
    let line = "{\"call_id\":\"A\",\"turns\":[{\"speaker\":\"left\",\"start_ms\":-5,\"text\":\"您\u{200b}好\"}]}";
    let mut reader = from_reader("x", Format::JsonLines, Cursor::new(line), &Options::default());
    let raw = reader.next().expect("one call");
    let (call, origin) = raw.parse(&SpeakerTable::default()).expect("a call");
    assert_eq!((origin.line, origin.byte, call.turns[0].start_ms), (1, 0, None));
    let expected =
        [InputWarning::TooShort, InputWarning::UnknownSpeaker, InputWarning::OddTimes, InputWarning::CleanedText];
    assert_eq!(call.warnings, expected);
}

#[test]
fn arguments_are_checked_before_anything_is_read() {
    let place = tempfile::tempdir().expect("a folder");
    let missing = place.path().join("没有.jsonl");
    assert_eq!(discover(&[]), Err(ReadError::NoInput));
    let shown = missing.to_string_lossy().into_owned();
    assert_eq!(discover(&[missing]), Err(ReadError::NotFound(vec![shown])));
    let archive = place.path().join("night.tar.gz");
    fs::write(&archive, b"").expect("writable");
    assert!(matches!(discover(&[archive]), Err(ReadError::Archive(_))));
}

#[cfg(unix)]
#[test]
fn folders_with_all_sorts_of_things() {
    use std::os::unix::{fs::symlink, net::UnixListener};
    let place = tempfile::tempdir().expect("a folder");
    let root = place.path();
    let make = |name: &str| fs::write(root.join(name), json("A")).expect("writable");
    fs::create_dir_all(root.join("b/c")).expect("writable");
    for name in ["z.jsonl", "b/a.csv", "b/c/x.txt.gz", "b.jsonl", "notes.md", "old.zip", ".hidden.jsonl"] {
        make(name);
    }
    symlink(root, root.join("b/loop")).expect("a link");
    symlink(root.join("b/self"), root.join("b/self")).expect("a link");
    symlink(root.join("z.jsonl"), root.join("zz.jsonl")).expect("a link");
    symlink(root.join("gone"), root.join("dead.jsonl")).expect("a link");
    let _socket = UnixListener::bind(root.join("s.jsonl")).expect("a socket");

    let found = discover(&[root.to_path_buf()]).expect("found");
    let local = |name: &str| name.strip_prefix(&format!("{}/", root.display())).unwrap_or(name).to_owned();
    let names: Vec<_> = found.sources.iter().map(|source| local(source.name())).collect();
    assert_eq!(names, ["b.jsonl", "b/a.csv", "b/c/x.txt.gz", "z.jsonl"]);
    let skipped: Vec<_> = found.skipped.iter().map(|skipped| (local(&skipped.name), skipped.reason)).collect();
    let expected = [
        (".hidden.jsonl", SkipReason::Hidden),
        ("b/loop", SkipReason::SeenFolder),
        ("b/self", SkipReason::DeadLink),
        ("dead.jsonl", SkipReason::DeadLink),
        ("notes.md", SkipReason::UnknownEnding),
        ("old.zip", SkipReason::Archive),
        ("s.jsonl", SkipReason::NotAFile),
        ("zz.jsonl", SkipReason::SameFile),
    ];
    assert_eq!(skipped, expected.map(|(name, reason)| (name.to_owned(), reason)));

    let mut arguments: Vec<PathBuf> = names.iter().map(|name| root.join(name)).collect();
    let forward = discover(&arguments).expect("found");
    arguments.reverse();
    arguments.push(arguments[0].clone());
    assert_eq!(discover(&arguments).expect("found"), forward);
    assert_eq!(forward.sources, found.sources);
}

#[test]
fn a_file_that_goes_away_is_a_reject() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("a.jsonl");
    fs::write(&path, json("A")).expect("writable");
    let found = discover(std::slice::from_ref(&path)).expect("found");
    fs::remove_file(&path).expect("removable");
    let mut reader = open(&found.sources[0], &Options::default());
    let reject = reader.next().expect("a fault").parse(&SpeakerTable::default());
    assert_eq!(reject.expect_err("gone").code, RejectCode::CannotOpen);
    assert!(reader.next().is_none());
}

#[test]
fn a_file_that_grows_is_read_as_it_was_and_one_that_shrinks_is_told() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("a.jsonl");
    let speakers = SpeakerTable::default();
    fs::write(&path, json("A")).expect("writable");
    let found = discover(std::slice::from_ref(&path)).expect("found");
    let reader = open(&found.sources[0], &Options::default());
    let mut more = fs::OpenOptions::new().append(true).open(&path).expect("writable");
    more.write_all(json("B").as_bytes()).expect("writable");
    assert_eq!(reader.count(), 1);

    let reader = open(&found.sources[0], &Options::default());
    more.set_len(json("A").len() as u64).expect("writable");
    let codes: Vec<_> =
        reader.map(|raw| raw.parse(&speakers).map(|(call, _)| call.id).map_err(|reject| reject.code)).collect();
    assert_eq!(codes.last(), Some(&Err(RejectCode::Changed)));
}

proptest! {
    /// Damaged files of every format end, without a panic, and places never run backwards.
    #[test]
    fn damage_is_survived(
        which in 0..5_usize,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        cut in any::<prop::sample::Index>(),
        as_gb in any::<bool>(),
    ) {
        let name = ["night.jsonl", "night.json", "spread.json", "night.csv", "night.txt"][which];
        let format = [Format::JsonLines, Format::Json, Format::Json, Format::Table, Format::Plain][which];
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/read/twins/");
        let mut bytes = fs::read(format!("{folder}{name}")).expect("fixture");
        if as_gb {
            let text = String::from_utf8(bytes).expect("fixtures are UTF-8");
            bytes = encoding_rs::GB18030.encode(&text).0.into_owned();
        }
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(cut.index(bytes.len() * 2));
        let speakers = SpeakerTable::default();
        let mut last = 0;
        for raw in from_reader("x", format, Cursor::new(bytes), &Options::default()) {
            prop_assert!(raw.origin().byte >= last || format == Format::Table);
            last = raw.origin().byte;
            if let Err(reject) = raw.parse(&speakers) {
                prop_assert!(!reject.reason.contains("百万保障"));
            }
        }
    }
}
