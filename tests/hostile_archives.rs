//! Compressed files that lie, break or are something else: what came before the fault is kept, what could
//! be damaged is never scored as if it were whole, and nothing grows beyond its caps.

mod common;

use std::io::{Cursor, Write};

use common::{json_line, reject, score_files, tinghu};
use tinghu::call::Call;
use tinghu::read::{Format, Options, RejectCode, SpeakerTable, from_reader};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("to memory");
    encoder.finish().expect("to memory")
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).expect("an encoder");
    encoder.include_checksum(true).expect("an option");
    encoder.write_all(bytes).expect("to memory");
    encoder.finish().expect("to memory")
}

fn read(bytes: Vec<u8>) -> Vec<Result<Call, RejectCode>> {
    let speakers = SpeakerTable::default();
    from_reader("x", Format::JsonLines, Cursor::new(bytes), &Options::default())
        .map(|raw| raw.parse(&speakers).map(|(call, _)| call).map_err(|reject| reject.code))
        .collect()
}

fn night() -> String {
    ["A", "B", "C"].map(json_line).concat()
}

/// Cuts a file at every byte, as a broken transfer would: never fewer calls without a word of it.
#[test]
fn a_file_cut_at_any_byte_tells_so() {
    let whole = read(night().into_bytes());
    for packed in [gzip(night().as_bytes()), zst(night().as_bytes())] {
        for cut in 1..packed.len() {
            let came = read(packed[..cut].to_vec());
            assert!(came.last().is_some_and(Result::is_err), "cut at {cut} of {}: {came:?}", packed.len());
            let calls: Vec<&Call> = came.iter().flatten().collect();
            assert!(calls.iter().zip(&whole).all(|(call, whole)| Ok(*call) == whole.as_ref()), "cut at {cut}");
        }
        assert_eq!(read(packed), whole);
    }
}

/// Spoils every byte in turn: the calls come out as they were, or a fault does.
#[test]
fn a_file_spoiled_at_any_byte_gives_true_calls_or_a_fault() {
    let whole = read(night().into_bytes());
    for packed in [gzip(night().as_bytes()), zst(night().as_bytes())] {
        for at in 0..packed.len() {
            for flip in [0x01, 0x80, 0xff] {
                let mut spoiled = packed.clone();
                spoiled[at] ^= flip;
                let came = read(spoiled);
                // The time and the system that made it are no content.
                assert!(came == whole || came.iter().any(Result::is_err), "byte {at} with {flip:#x}: {came:?}");
            }
        }
    }
}

#[test]
fn members_one_after_the_other_are_all_read_and_a_broken_one_ends_the_file() {
    let members: Vec<Vec<u8>> = ["A", "B", "C"].map(|id| gzip(json_line(id).as_bytes())).to_vec();
    let frames: Vec<Vec<u8>> = ["D", "E", "F"].map(|id| zst(json_line(id).as_bytes())).to_vec();
    let mut torn = [gzip(json_line("G").as_bytes()), gzip(json_line("H").as_bytes())].concat();
    torn.truncate(torn.len() - 9);
    let garbage = [gzip(json_line("I").as_bytes()), b"garbage".to_vec()].concat();
    let run = score_files(&[
        ("a.jsonl.gz", &members.concat()),
        ("d.jsonl.zst", &frames.concat()),
        ("g.jsonl.gz", &torn),
        ("i.jsonl.gz", &garbage),
    ]);
    let codes: Vec<(String, String)> = run.rejects().into_iter().map(|(file, _, code)| (file, code)).collect();
    let broken = |name: &str| (name.to_owned(), "F040".to_owned());
    assert_eq!(codes, [broken("g.jsonl.gz"), broken("i.jsonl.gz")]);
    assert_eq!(run.ids()[..7], ["A", "B", "C", "D", "E", "F", "G"]);
    assert_eq!(run.code, 3);
}

#[test]
fn bombs_stop_at_the_caps_and_the_night_goes_on() {
    let zeros = vec![b' '; 60 << 20];
    let bomb = gzip(&zeros);
    assert!(zeros.len() / bomb.len() > 900, "a bomb is only worth the name from a thousand on");
    let late = gzip(&[json_line("B").as_bytes(), &zeros].concat());
    let many = gzip(&zeros[..1 << 20]).repeat(60);
    let run = score_files(&[
        ("a.jsonl.gz", &bomb),
        ("b.jsonl.gz", &late),
        ("c.csv.zst", &zst(&zeros)),
        ("d.txt.gz", &many),
        ("e.jsonl", json_line("E").as_bytes()),
    ]);
    let codes: Vec<String> = run.rejects().into_iter().map(|(file, _, code)| file + " " + &code).collect();
    assert_eq!(codes, ["a.jsonl.gz F041", "b.jsonl.gz F041", "c.csv.zst F041", "d.txt.gz F041"]);
    assert_eq!(run.ids(), ["B", "E"]);
}

#[test]
fn archives_are_refused_by_name_before_the_run_and_by_content_within_it() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["night.zip", "night.tar", "night.tar.gz", "night.tgz", "night.xlsx", "night.7z"] {
        let (path, out) = (folder.path().join(name), folder.path().join("run"));
        std::fs::write(&path, b"PK").expect("written");
        let said = tinghu(["score".as_ref(), path.as_os_str(), "--out".as_ref(), out.as_os_str()]);
        let message = String::from_utf8_lossy(&said.stderr).into_owned();
        assert_eq!(said.status.code(), Some(2), "{name}: {message}");
        assert!(message.contains(name) && message.contains("请先解包"), "{message}");
        assert!(!out.exists());
    }
    let mut tar = vec![0; 1024];
    tar[257..262].copy_from_slice(b"ustar");
    let run = score_files(&[
        ("a.csv", b"PK\x03\x04 and more"),
        ("b.csv", &tar),
        ("c.csv.gz", &gzip(&tar)),
        ("d.csv.zst", &zst(b"PK\x03\x04 and more")),
        ("e.txt", b"%PDF-1.7"),
        ("f.zip", b"PK\x03\x04"),
        ("g.jsonl", json_line("G").as_bytes()),
    ]);
    let expected = ["a.csv", "b.csv", "c.csv.gz", "d.csv.zst", "e.txt"].map(|name| reject(name, 1, "F044"));
    assert_eq!(run.rejects(), expected);
    assert_eq!(run.ids(), ["G"]);
    let not_read = run.manifest()["not_read"].clone();
    assert!(not_read[0][0].as_str().is_some_and(|name| name.ends_with("f.zip")), "{not_read}");
}
