//! What is learnt from labelled calls, and what it does beside the terms.

use std::sync::LazyLock;

use tinghu::call::{Call, Speaker};
use tinghu::engine::Engine;
use tinghu::evaluate::Expected;
use tinghu::fit::{Learnt, fit, table};
use tinghu::lexicon::wording::Aspect;
use tinghu::lexicon::{DistressKind, Lexicon, LexiconFile, Phase, ScamType, builtin_files};
use tinghu::score::{Dimension, DistressLevel, RiskLevel, Scored, score_call};

mod common;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::builtin().expect("the built-in lexicons"));

fn call(id: &str, turns: &[(Speaker, &str)]) -> Call {
    Call { id: id.to_owned(), ..common::call_of(turns.iter().copied()) }
}

/// Told in words that no term needs to know: somebody on the telephone leads, the customer follows.
const LED: &[(Speaker, &str)] = &[
    (Speaker::Agent, "您好，海川银行，请讲。"),
    (Speaker::Customer, "你好，我想问下我这卡今天还能再出去多少，我这边还差一笔，人家等着呢。"),
    (Speaker::Agent, "请问您这笔是给谁的，做什么用？"),
    (Speaker::Customer, "就是给他们那边的一个老师，他教我一步一步弄的，说我这个号没弄完之前前头的都退不出来。"),
    (Speaker::Agent, "您跟这位老师见过面吗，怎么认识的？"),
    (Speaker::Customer, "没见过，网上认得的，他人挺好，天天教我，前面几笔小的都回来了，就是后头这几笔大的卡住了。"),
    (Speaker::Agent, "您先别急着再给他，我建议您停一停，这个很像骗局。"),
    (Speaker::Customer, "不会吧，他说今天晚上十二点之前补上就全出来了，我已经给了三万多了。"),
];

/// The same matters in ordinary hands.
const OWN: &[(Speaker, &str)] = &[
    (Speaker::Agent, "您好，海川银行，请讲。"),
    (Speaker::Customer, "你好，我想问下我这卡今天还能转多少，我交装修的尾款，设计师在我家里等着呢。"),
    (Speaker::Agent, "您手机银行的单日限额是二十万，今天还有五万可用。"),
    (Speaker::Customer, "哦那够了，合同上是四万八，我扫他们公司对公的那个码就行吧。"),
    (Speaker::Agent, "可以的，您核对一下户名和合同上一致就行。"),
    (Speaker::Customer, "一致的，我刚对过了，发票他们下礼拜给我寄。"),
    (Speaker::Agent, "好的，还有其他需要吗？"),
    (Speaker::Customer, "没有了，谢谢啊，再见。"),
];

fn wording_points(scored: &Scored, dimension: Dimension) -> i32 {
    scored
        .ledger
        .iter()
        .filter(|line| line.dimension == dimension && line.id == "wording")
        .map(|line| line.points)
        .sum()
}

#[test]
fn how_a_story_is_told_speaks_where_no_term_does() {
    let (led, own) = (score_call(&ENGINE, &call("led", LED)), score_call(&ENGINE, &call("own", OWN)));
    assert!(wording_points(&led, Dimension::Risk) > 0, "{:?}", led.risk);
    assert!(wording_points(&own, Dimension::Risk) < 0, "{:?}", own.risk);
    assert_eq!((led.risk.level, own.risk.level), (RiskLevel::High, RiskLevel::Low));
    assert_eq!(own.risk.phase, Phase::None);
    assert!(matches!(led.risk.phase, Phase::InProgress | Phase::Completed));
}

#[test]
fn a_line_of_wording_has_its_turn_and_its_quote() {
    let led = score_call(&ENGINE, &call("led", LED));
    let mut lines = led.ledger.iter().filter(|line| line.id == "wording" && line.turn.is_some()).peekable();
    assert!(lines.peek().is_some());
    for line in lines {
        let (quote, span) = (line.quote.expect("a quote"), line.span.expect("a place"));
        assert!(quote.0 <= span.0 && span.1 <= quote.1, "{line:?}");
        assert!(line.points.abs() >= 2 || line.dimension == Dimension::Duty, "{line:?}");
    }
}

#[test]
fn a_third_voice_is_judged_by_terms_alone() {
    let others: Vec<(Speaker, &str)> = LED.iter().map(|&(_, text)| (Speaker::Other, text)).collect();
    let scored = score_call(&ENGINE, &call("other", &others));
    assert!(scored.ledger.iter().all(|line| !line.id.starts_with("wording")), "{:?}", scored.ledger);
}

#[test]
fn without_a_table_the_terms_have_all_the_say() {
    let mut files = builtin_files();
    files.retain(|file| file.name != "wording.csv");
    let engine = Engine::new(Lexicon::load(files).expect("sound lexicons")).expect("an engine");
    let scored = score_call(&engine, &call("led", LED));
    assert!(scored.ledger.iter().all(|line| !line.id.starts_with("wording")));
    let short =
        call("s", &[(Speaker::Customer, "刚有个自称平台客服的说我开通了百万保障要扣钱，我照他说的把验证码念给他了。")]);
    assert_eq!(score_call(&engine, &short).risk.level, RiskLevel::High);
}

#[test]
fn despair_that_no_term_knows_calls_a_person_and_is_an_episode_to_answer() {
    let scored = score_call(
        &ENGINE,
        &call(
            "despair",
            &[
                (Speaker::Agent, "您好，海川银行，请问有什么可以帮您？"),
                (Speaker::Customer, "我就问一下，我这个账户以后是不是可以直接给我女儿，不用她再跑来跑去的。"),
                (Speaker::Agent, "您是想办理什么业务呢？"),
                (
                    Speaker::Customer,
                    "也没什么业务，就是都安排安排，我这边也没什么放不下的了，钱让人骗光了，活着也是拖累他们。",
                ),
                (Speaker::Agent, "您先别这么想，您现在身边有人吗？您愿意跟我说说吗？"),
                (Speaker::Customer, "就我一个人，他们都忙，也顾不上我，我也不想麻烦谁了，太累了。"),
                (Speaker::Agent, "我在这儿陪您，咱们不挂电话，您告诉我您在哪儿，我联系您女儿。"),
                (Speaker::Customer, "不用了姑娘，谢谢你听我说这些。"),
            ],
        ),
    );
    assert!(scored.distress.self_harm, "{:?}", scored.distress);
    assert!(scored.distress.kinds.contains(&DistressKind::D2));
    assert_eq!(scored.distress.level, DistressLevel::High);
    assert_eq!(scored.review.priority, Some(1));
    assert!(scored.empathy.episodes > 0);
    assert!(scored.top_evidence.iter().any(|evidence| evidence.turn == 3 || evidence.turn == 5));
}

#[test]
fn one_side_of_a_call_is_enough_to_be_scored() {
    for speaker in [Speaker::Agent, Speaker::Customer] {
        let own: Vec<(Speaker, &str)> = LED.iter().copied().filter(|(said_by, _)| *said_by == speaker).collect();
        let scored = score_call(&ENGINE, &call("half", &own));
        assert!(scored.ledger.iter().any(|line| line.id == "wording"), "{speaker:?}");
    }
    for text in ["", "。", "嗯"] {
        let scored = score_call(&ENGINE, &call("empty", &[(Speaker::Customer, text)]));
        assert_eq!((scored.risk.level, scored.risk.scam_type), (RiskLevel::Low, None), "{text:?}");
    }
}

#[test]
fn quotes_of_wording_are_short_where_speech_has_no_marks() {
    let unbroken = "我跟你说那个人他天天教我弄一步一步的教前面几笔小的都回来了后面这几笔大的就卡住了他说今天晚上之前补上就全出来我已经给了三万多了你说我还给不给";
    let turns = [
        (Speaker::Agent, "您好请讲"),
        (Speaker::Customer, unbroken),
        (Speaker::Agent, "您先别给这个很像骗局您先停一停"),
    ];
    let scored = score_call(&ENGINE, &call("raw", &turns));
    for line in scored.ledger.iter().filter(|line| line.id == "wording" && line.turn.is_some()) {
        let (quote, span) = (line.quote.expect("a quote"), line.span.expect("a place"));
        assert!(span.1 - span.0 <= 24 && quote.1 - quote.0 <= 48, "{line:?}");
    }
}

fn label(risk: &str, scam_type: &str, distress: &str) -> Expected {
    Expected {
        risk: risk.into(),
        scam_type: scam_type.into(),
        phase: if risk == "high" { "in_progress" } else { "none" }.into(),
        distress: distress.into(),
        self_harm: false,
        empathy: "not_due".into(),
        agent_warned: false,
        taboo: false,
    }
}

fn lesson() -> Vec<(Call, Expected)> {
    (0..6)
        .map(|index| {
            let (words, expected) = match index % 2 {
                0 => ("蓝色的鸟叫我把钱挪走", label("high", "romance", "high")),
                _ => ("绿色的树问我几点开门", label("low", "none", "none")),
            };
            (call(&index.to_string(), &[(Speaker::Agent, "您好"), (Speaker::Customer, words)]), expected)
        })
        .collect()
}

fn weight(rows: &[Learnt], text: &str, aspect: Aspect) -> i32 {
    let row = rows.iter().find(|row| row.gram.text() == text).unwrap_or_else(|| panic!("nothing learnt of {text}"));
    row.weights.iter().find(|(own, _)| *own == aspect).map_or(0, |(_, weight)| *weight)
}

#[test]
fn what_tells_is_learnt_and_what_everybody_says_is_not() {
    let rows = fit(&lesson());
    assert!(weight(&rows, "蓝色的", Aspect::Risk) > 0 && weight(&rows, "绿色的", Aspect::Risk) < 0);
    assert_eq!(weight(&rows, "^", Aspect::Risk), 5_000);
    assert_eq!(weight(&rows, "^", Aspect::Type(ScamType::Romance)), 10_000);
    assert!(weight(&rows, "蓝色的", Aspect::Distress) > 0);
    assert!(rows.iter().all(|row| row.gram.text() != "您好"), "both kinds of call say it alike");
    assert_eq!(rows, fit(&lesson()), "the same calls give the same file");
}

#[test]
fn a_learnt_table_is_a_table_of_the_lexicons() {
    let bytes = table(&fit(&lesson())).expect("a table");
    let mut files = builtin_files();
    files.retain(|file| file.name != "wording.csv");
    files.push(LexiconFile { name: "wording.csv".into(), bytes });
    let lexicon = Lexicon::load(files).expect("no faults");
    assert_eq!(lexicon.wording.start(Aspect::Risk), 5_000);
}

#[test]
fn the_command_learns_from_files_and_says_so() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("wording.csv");
    let train = common::project("data/train/t.jsonl");
    let run = || common::tinghu([&"lexicon".into(), &"fit".into(), &train, &"--out".into(), &out]);
    let said = run();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let first = std::fs::read(&out).expect("the table");
    assert!(String::from_utf8_lossy(&first).starts_with("\u{FEFF}片段,说话人,通话数,风险"));
    run();
    assert_eq!(first, std::fs::read(&out).expect("the table"));
    let none = common::tinghu([
        &"lexicon".into(),
        &"fit".into(),
        &common::project("data/calls/cases.jsonl"),
        &"--out".into(),
        &out,
    ]);
    assert_eq!(none.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&none.stderr).contains("不是带标注的通话"));
}
