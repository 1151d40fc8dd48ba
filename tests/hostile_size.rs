//! Input without measure: memory is held by caps, time grows with the input and not with its square.

mod common;

use std::io::{Cursor, Read};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use common::call_of as call;
use tinghu::call::{Call, Speaker};
use tinghu::engine::Engine;
use tinghu::read::{Format, MAX_TEXT_BYTES, MAX_TURN_BYTES, Options, RejectCode, SpeakerTable, from_reader};
use tinghu::score::score_call;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::builtin().expect("the built-in lexicons"));

const MIB: u64 = 1 << 20;

fn json(id: &str) -> String {
    format!("{{\"call_id\":\"{id}\",\"turns\":[{{\"speaker\":\"agent\",\"text\":\"您好\"}}]}}\n")
}

/// Reads a stream under a cap of 1 MiB: nothing that is handed out is larger, and this comes of it.
fn read(format: Format, input: impl Read + Send + 'static) -> Vec<Result<String, RejectCode>> {
    let options = Options { max_call_bytes: MIB as usize, ..Options::default() };
    let speakers = SpeakerTable::default();
    from_reader("x", format, input, &options)
        .map(|raw| {
            assert!(raw.size() as u64 <= MIB + 1024, "{} bytes are held", raw.size());
            raw.parse(&speakers).map(|(call, _)| call.id).map_err(|reject| reject.code)
        })
        .collect()
}

/// `before`, then 64 MiB of one byte, then `after`.
fn huge(before: &str, byte: u8, after: &str) -> impl Read + Send + 'static {
    Cursor::new(before.to_owned()).chain(std::io::repeat(byte).take(64 * MIB)).chain(Cursor::new(after.to_owned()))
}

fn ok(id: &str) -> Result<String, RejectCode> {
    Ok(id.to_owned())
}

#[test]
fn a_line_of_64_mib_is_passed_over_in_every_format() {
    let long = || Err(RejectCode::LineTooLong);
    let (a, b) = (json("A"), json("B"));
    let lines = read(Format::JsonLines, huge(&a, b'x', &format!("\n{b}")));
    assert_eq!(lines, [ok("A"), long(), ok("B")]);
    let first = read(Format::JsonLines, huge("", b'x', &format!("\n{b}")));
    assert_eq!(first, [long(), ok("B")]);
    let last = read(Format::JsonLines, huge(&a, b'x', ""));
    assert_eq!(last, [ok("A"), long()]);
    let in_array = read(Format::Json, huge(&format!("[{a},\""), b'x', &format!("\",{b}]")));
    assert_eq!(in_array, [ok("A"), long(), ok("B")]);
    let spread = read(Format::Json, huge(&format!("{a}{{\n\"a\":\""), b'x', &format!("\"\n}}\n{b}")));
    assert_eq!(spread.first(), Some(&ok("A")));
    assert!(spread.contains(&long()) && spread.last() == Some(&ok("B")), "{spread:?}");
    let cell = read(Format::Table, huge("call_id,text\nA,好\nB,", b'x', "\nC,好\n"));
    assert_eq!(cell, [ok("A"), long(), ok("C")]);
    let quoted = read(Format::Table, huge("call_id,text\nA,好\nB,\"x\n", b'x', "\"\nC,好\n"));
    assert_eq!(quoted, [ok("A"), Err(RejectCode::OpenQuote)]);
    let header = read(Format::Table, huge("call_id,text,", b'x', "\nA,好,1\n"));
    assert_eq!(header, [long()], "rows without their header are not read");
    let plain =
        read(Format::Plain, huge("通话编号：A\n客服：好\n通话编号：B\n客服：", b'x', "\n通话编号：C\n客户：好\n"));
    assert_eq!(plain, [ok("A"), long(), ok("C")]);
}

#[test]
fn endless_blanks_and_line_breaks_hold_nothing() {
    let a = json("A");
    assert_eq!(read(Format::JsonLines, huge("", b'\n', &a)), [ok("A")]);
    assert_eq!(read(Format::Json, huge("[", b' ', &format!("{a}]"))), [ok("A")]);
    assert_eq!(read(Format::Json, huge(&format!("[{a}"), b',', "]")), [ok("A")]);
    assert_eq!(read(Format::Table, huge("call_id,text\n", b'\n', "A,好\n")), [ok("A")]);
    assert_eq!(read(Format::Plain, huge("", b'\n', "客服：好")), [Err(RejectCode::CallTooLong)]);
}

/// A lone carriage return ends a line; looking for the line feed that never comes must not cost the square.
#[test]
fn lone_carriage_returns_cost_no_more_than_line_feeds() {
    let time = |byte: u8| {
        quickest(|| {
            let input = std::io::repeat(byte).take(16 * MIB).chain(Cursor::new(json("A")));
            assert_eq!(read(Format::JsonLines, input), [ok("A")]);
        })
    };
    let (feeds, returns) = (time(b'\n'), time(b'\r'));
    assert!(returns < feeds * 8, "{returns:?} for returns, {feeds:?} for feeds");
}

#[test]
fn a_turn_and_a_call_beyond_their_caps_are_rejected_and_up_to_them_read() {
    let call = |turns: &str| format!("{{\"call_id\":\"A\",\"turns\":[{turns}]}}\n");
    let turn = |text: &str| format!("{{\"speaker\":\"customer\",\"text\":\"{text}\"}}");
    let options = Options::default();
    let read = |line: String| {
        let mut reader = from_reader("x", Format::JsonLines, Cursor::new(line), &options);
        let came = reader.next().expect("one call").parse(&SpeakerTable::default());
        came.map(|(call, _)| call.turns.len()).map_err(|reject| (reject.code, reject.call_id))
    };
    let id = || Some("A".to_owned());
    let most = "人".repeat(MAX_TURN_BYTES / 3);
    assert_eq!(read(call(&turn(&most))), Ok(1));
    assert_eq!(read(call(&turn(&(most.clone() + "人")))), Err((RejectCode::TurnTooLong, id())));
    assert_eq!(read(call(&turn(&"人".repeat(1_000_000)))), Err((RejectCode::TurnTooLong, id())));
    assert_eq!(read(call(&turn(&"a".repeat(4_000_000)))), Err((RejectCode::TurnTooLong, id())));
    let turns = vec![turn(&most); MAX_TEXT_BYTES / MAX_TURN_BYTES];
    assert_eq!(read(call(&turns.join(","))), Ok(turns.len()));
    assert_eq!(read(call(&vec![turn(&most); turns.len() + 1].join(","))), Err((RejectCode::CallTooLong, id())));
    let short = vec![turn("好"); 10_000].join(",");
    assert_eq!(read(call(&short)), Ok(10_000));
    assert_eq!(read(call(&[short.as_str(); 3].join(","))), Err((RejectCode::CallTooLong, id())));
}

// --- Scoring ---

fn said(text: String) -> Call {
    call([(Speaker::Customer, text)])
}

/// The best of three: what the machine does besides is not measured.
fn quickest(mut work: impl FnMut()) -> Duration {
    let once = |_| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    (0..3).map(once).min().unwrap_or_default()
}

/// Four times the input takes at most ten times as long, where a square takes sixteen; what other work
/// costs meanwhile is nobody's square.
fn assert_grows_with_its_size(what: &str, size: usize, make: impl Fn(usize) -> Call) {
    let time = |size| {
        let call = make(size);
        quickest(|| {
            score_call(&ENGINE, &call);
        })
    };
    let (once, four) = (time(size / 2), time(size * 2));
    assert!(
        four <= once * 10 + Duration::from_millis(250),
        "{what}: {once:?} for {}, {four:?} for {}",
        size / 2,
        size * 2
    );
}

#[test]
fn a_million_characters_without_a_mark_take_time_by_their_number() {
    for unit in ["人", "a"] {
        assert_grows_with_its_size(unit, 500_000, |size| said(unit.repeat(size)));
    }
    for unit in ["1", "一", "不", "🀄", "\u{301}", " ", "没有", "安全", "亿万"] {
        let characters = unit.chars().count();
        assert_grows_with_its_size(unit, 60_000, |size| said(unit.repeat(size / characters)));
    }
}

#[test]
fn a_turn_of_nothing_but_terms_takes_time_by_its_length() {
    for unit in ["安全账户", "他让我把验证码告诉他转到安全账户", "我一听就是骗子直接挂了", "急死我了", "三十万块"]
    {
        let characters = unit.chars().count();
        assert_grows_with_its_size(unit, MAX_TURN_BYTES / 12, |size| said(unit.repeat(size / characters)));
    }
}

#[test]
fn ten_thousand_turns_take_time_by_their_number() {
    let examples: Vec<&str> =
        ENGINE.lexicon().terms.iter().flat_map(|term| term.example_hit.iter().map(String::as_str)).collect();
    let speaker = |at: usize| if at.is_multiple_of(2) { Speaker::Customer } else { Speaker::Agent };
    assert_grows_with_its_size("examples of the lexicon", 5_000, |size| {
        call((0..size).map(|at| (speaker(at), examples[at * 7 % examples.len()].to_owned())))
    });
    assert_grows_with_its_size("clauses of which each is new", 3_000, |size| {
        let word = |at: usize| examples[at % examples.len()].chars().take(12).collect::<String>();
        call((0..size).map(|at| (Speaker::Customer, word(at) + &word(at * 31 + 7))))
    });
    assert_grows_with_its_size("the same again", 3_000, |size| {
        call((0..size).map(|at| (speaker(at), "他让我把验证码告诉他".to_owned())))
    });
}

#[test]
fn long_turns_that_say_the_same_take_time_by_their_length() {
    // Fewer turns than are all segmented, each with hundreds of clauses that share a word with many and three with none.
    assert_grows_with_its_size("clauses of common words", 12_000, |size| {
        let word = |at: usize| [0x5000, 0x5800].map(|from| char::from_u32(from + at as u32 % 397).unwrap_or('人'));
        let clause = |at: usize| (1..6).flat_map(|by| word(at * by * by * 31 + at / 97 * by)).chain(['，']).collect();
        let turn =
            |turn: usize| (turn * size / 90..(turn + 1) * size / 90).map(clause).collect::<Vec<String>>().concat();
        call((0..90).map(|at| (Speaker::Customer, turn(at))))
    });
    // The agent takes up a word that the customer said over and over, and goes on otherwise each time.
    assert_grows_with_its_size("words taken up", 30_000, |size| {
        let said = [(Speaker::Customer, "孙子考学"), (Speaker::Agent, "孙子放假")];
        call(said.map(|(speaker, words)| (speaker, words.repeat(size / 4) + "。您心里有数")))
    });
}

#[test]
fn the_largest_call_that_is_read_is_scored() {
    let sentence = "他让我把验证码告诉他，转到安全账户。";
    let turn = sentence.repeat(MAX_TURN_BYTES / sentence.len());
    let largest = call((0..MAX_TEXT_BYTES / MAX_TURN_BYTES).map(|_| (Speaker::Customer, turn.clone())));
    let scored = score_call(&ENGINE, &largest);
    assert!(scored.risk.score > 0 && scored.ledger.len() > 10_000, "{} lines", scored.ledger.len());
}
