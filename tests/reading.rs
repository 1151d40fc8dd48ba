//! What words mean where they stand: the same words, counted and not counted.
//!
//! Each test holds a call against its opposite. All wordings are made for these tests.

mod common;

use std::sync::LazyLock;

use tinghu::call::{Call, Speaker};
use tinghu::context::Stance;
use tinghu::engine::Engine;
use tinghu::lexicon::{DistressKind, DutyKind, ScamType};
use tinghu::normalise::mask_turns;
use tinghu::score::{
    Band, Dimension, DistressLevel, Line, Phase, ReviewReason, RiskLevel, Scored, Source, Trend, score_call,
};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::builtin().expect("the built-in lexicons"));

fn call(turns: &[(&str, &str)]) -> Call {
    let speaker = |name| match name {
        "agent" => Speaker::Agent,
        "customer" => Speaker::Customer,
        _ => Speaker::Other,
    };
    common::call_of(turns.iter().map(|&(name, text)| (speaker(name), text)))
}

fn scored(turns: &[(&str, &str)]) -> Scored {
    score_call(&ENGINE, &call(turns))
}

/// A customer's sentence in an otherwise empty call.
fn said(text: &str) -> Scored {
    scored(&[("agent", "您好，请讲。"), ("customer", text)])
}

/// What the agent asks, and what the customer answers.
fn answered(question: &str, answer: &str) -> Scored {
    scored(&[("agent", question), ("customer", answer)])
}

/// Lines of a dimension that rest on words of this kind.
fn lines<'a>(scored: &'a Scored, dimension: Dimension, kind: &'a str) -> impl Iterator<Item = &'a Line> {
    scored
        .ledger
        .iter()
        .filter(move |line| line.source == Source::Hit && line.dimension == dimension && line.kind == kind)
}

/// Points of a stage of the script.
fn risk(scored: &Scored, stage: &str) -> i32 {
    lines(scored, Dimension::Risk, stage).map(|line| line.points).sum()
}

/// Whether words of a stage were found with this stance.
fn stands(scored: &Scored, stage: &str, stance: Stance) -> bool {
    lines(scored, Dimension::Risk, stage).any(|line| line.stance == Some(stance))
}

// --- Who says it ---

#[test]
fn reported_speech_counts_in_full() {
    let reported = said("他说我的钱必须挪到安全账户。");
    let own = said("我的钱必须挪到安全账户。");
    assert!(stands(&reported, "M", Stance::Asserted));
    assert!(risk(&reported, "M") > 0);
    assert_eq!(risk(&reported, "M"), risk(&own, "M"));
    let asked = said("安全账户是做什么用的？");
    assert!(stands(&asked, "M", Stance::Asked));
    assert!(risk(&asked, "M") < risk(&own, "M"));
}

#[test]
fn the_agents_warning_is_credit_and_no_risk() {
    let words = "凡是叫人把钱挪到安全账户、下载会议软件、打开屏幕共享的，都是诈骗";
    let warned = scored(&[("agent", words), ("customer", "哦，晓得了。"), ("agent", "祝您生活愉快。")]);
    assert_eq!((warned.risk.score, warned.risk.level), (0, RiskLevel::Low));
    assert!(stands(&warned, "M", Stance::Warned));
    assert_eq!(warned.duty.first_warning, Some(0));
    assert_eq!(warned.duty.steps, [DutyKind::Warn]);
    let told = said("他叫我把钱挪到安全账户，还叫我下载会议软件。");
    assert!(told.risk.score > 0);
    assert_eq!(told.duty.first_warning, None);
}

#[test]
fn a_warning_that_the_customer_quotes_is_no_evidence() {
    let quoted = said("你们银行的人提醒过我，不要把钱挪到安全账户。");
    assert_eq!((risk(&quoted, "M"), quoted.risk.level), (0, RiskLevel::Low));
    let ordered = said("他说不要让银行知道，把钱挪到安全账户。");
    assert!(risk(&ordered, "M") > 0);
}

#[test]
fn a_question_of_the_agent_belongs_to_the_answer() {
    let question = "您手机上那个屏幕共享还开着吗？";
    let yes = answered(question, "嗯，开着呢。");
    assert!(stands(&yes, "K", Stance::Confirmed));
    assert!(risk(&yes, "K") > 0);
    for no in ["没有，没开过。", "嗯……没有。", "嗯，那个真没开。"] {
        let no = answered(question, no);
        assert!(stands(&no, "K", Stance::Negated));
        assert_eq!(no.risk.score, 0);
    }
    let other = answered(question, "你等一下，我给孩子开个门。");
    assert!(!stands(&other, "K", Stance::Confirmed));
    assert_eq!(other.risk.score, 0);
}

#[test]
fn a_yes_makes_the_difference_for_the_level() {
    let asked = |answer| {
        scored(&[
            ("agent", "您好，请讲。"),
            ("customer", "有个快递客服打来的，说我的包裹丢了要赔三倍。"),
            ("agent", "他让您打开屏幕共享了吗？"),
            ("customer", answer),
        ])
    };
    let (yes, no) = (asked("嗯，开着呢。"), asked("没有，没开。"));
    assert_eq!((yes.risk.level, yes.risk.scam_type), (RiskLevel::High, Some(ScamType::LogisticsRefund)));
    assert!(no.risk.level < RiskLevel::High);
    assert_eq!(no.risk.phase, Phase::Contacted);
}

// --- Whether it is so ---

#[test]
fn a_credential_not_given_is_not_given() {
    let kept = said("我没把验证码告诉他。");
    assert_eq!((risk(&kept, "K"), kept.risk.score), (0, 0));
    let not_yet = said("我没有把验证码念给他。");
    assert_eq!(risk(&not_yet, "K"), 0);
    let given = said("我就把验证码告诉他了。");
    assert!(stands(&given, "K", Stance::Asserted));
    assert!(risk(&given, "K") >= 20);
}

#[test]
fn secrecy_in_the_swindlers_order_is_isolation_and_no_negation() {
    for words in ["他让我别跟家里说这件事。", "我没有告诉家里人。", "那边再三讲，莫跟我爸妈讲。"]
    {
        let secret = said(words);
        assert!(stands(&secret, "I", Stance::Asserted), "{words}");
        assert!(risk(&secret, "I") > 0, "{words}");
    }
    let open = said("这事我跟家里人都说过了。");
    assert_eq!(risk(&open, "I"), 0);
    let advice = scored(&[("agent", "这么大的事您别不跟家里说，跟家里人商量一下。"), ("customer", "好。")]);
    assert_eq!(advice.risk.score, 0);
}

#[test]
fn a_negation_ends_where_the_next_statement_begins() {
    let verify = said("他没说要钱，就是让我转过去验证一下。");
    assert!(stands(&verify, "M", Stance::Asserted));
    assert!(risk(&verify, "M") > 0);
    let refused = said("我没敢转过去验证一下。");
    assert!(stands(&refused, "M", Stance::Negated));
    assert!(risk(&refused, "M") < risk(&verify, "M"));
}

#[test]
fn not_me_is_a_discovery() {
    let question = "请问昨晚那笔六千块的消费是您本人刷的吗？";
    let stranger = answered(question, "啊？不是我刷的呀，卡一直在我身上。");
    assert!(stands(&stranger, "W", Stance::Asserted));
    assert!(risk(&stranger, "W") > 0);
    let own = answered(question, "是我刷的，买了台洗衣机。");
    assert_eq!(own.risk.score, 0);
    assert!(own.duty.steps.contains(&DutyKind::Verify));
}

#[test]
fn a_supposition_is_not_a_report() {
    let supposed = scored(&[
        ("agent", "您好，请讲。"),
        ("customer", "我就想问问，假如有人让我把钱挪到安全账户，是不是诈骗？"),
        ("agent", "是的，都是诈骗。"),
        ("customer", "好，我记下了。"),
    ]);
    assert!(stands(&supposed, "M", Stance::Hypothetical));
    assert_eq!((supposed.risk.level, supposed.risk.phase), (RiskLevel::Low, Phase::PreContact));
    let real = scored(&[
        ("agent", "您好，请讲。"),
        ("customer", "昨天有人让我把钱挪到安全账户，我挪过去了三万。"),
        ("agent", "什么人？"),
        ("customer", "说是公安局的，叫我别跟家里讲。"),
    ]);
    assert_eq!((real.risk.level, real.risk.phase), (RiskLevel::High, Phase::Completed));
    assert_eq!(real.risk.scam_type, Some(ScamType::ImpersonateAuthority));
}

// --- Whose story, and when ---

#[test]
fn a_neighbours_story_is_not_the_customers() {
    let neighbour = scored(&[
        ("agent", "您好，请讲。"),
        ("customer", "我邻居上个月被骗了八万，说是挪到什么安全账户。"),
        ("agent", "这种骗局很多，您多留心。"),
        ("customer", "我自己没事，就是来问问定期利率。"),
    ]);
    assert!(stands(&neighbour, "W", Stance::ThirdParty));
    assert_eq!((neighbour.risk.level, neighbour.risk.phase), (RiskLevel::Low, Phase::None));
    let own = said("我上个月被骗了八万，说是挪到什么安全账户。");
    assert!(stands(&own, "W", Stance::Asserted));
    assert_eq!(own.risk.level, RiskLevel::High);
}

#[test]
fn a_parent_on_the_line_with_the_swindler_is_urgent() {
    let mother = scored(&[
        ("agent", "您好，请讲。"),
        ("customer", "我妈正在跟一个自称客服的人连线，那人叫她往安全账户汇钱，怎么劝都不听。"),
        ("agent", "您在她身边吗？"),
        ("customer", "我在外地，你们先别让她汇出去。"),
    ]);
    assert_eq!(mother.risk.level, RiskLevel::High);
    assert!(mother.review.reasons.contains(&ReviewReason::HighRisk));
}

#[test]
fn what_is_long_settled_is_history() {
    let settled = scored(&[
        ("agent", "您好，请讲。"),
        ("customer", "五年前我遇到过一回，有个客服让我把钱挪到安全账户，钱后来追回来了，早就结案了。"),
        ("agent", "今天有什么可以帮您？"),
        ("customer", "就想补打一张回单。"),
    ]);
    assert!(stands(&settled, "M", Stance::Historic));
    assert_eq!((settled.risk.level, settled.risk.phase), (RiskLevel::Low, Phase::Historic));
    let untold = scored(&[
        ("agent", "您好，请讲。"),
        ("customer", "五天前有个客服让我把钱挪到安全账户，我汇了两万。"),
        ("agent", "您报警了吗？"),
        ("customer", "没有，一直没敢跟家里人说。"),
    ]);
    assert_eq!((untold.risk.level, untold.risk.phase), (RiskLevel::High, Phase::Completed));
}

#[test]
fn seen_through_and_hung_up_stays_low() {
    let start = "刚有个自称平台客服的说我开通了百万保障要扣钱，";
    let refused = said(&format!("{start}我一听就是骗子，直接挂了。"));
    assert!(stands(&refused, "P", Stance::Refused));
    assert_eq!((refused.risk.level, refused.risk.phase), (RiskLevel::Low, Phase::Contacted));
    let gave = said(&format!("{start}我照他说的把验证码念给他了。"));
    assert_eq!((gave.risk.level, gave.risk.phase), (RiskLevel::High, Phase::Completed));
    let late = said(&format!("{start}我把验证码念给他了，后来觉得不对劲就挂了。"));
    assert_eq!(late.risk.level, RiskLevel::High);
    assert_eq!(late.risk.scam_type, Some(ScamType::MillionGuarantee));
}

// --- The ledger ---

#[test]
fn a_term_of_another_voice_covers_nothing() {
    assert!(risk(&said("他说把钱转到安全账户。"), "M") > 0);
    assert!(risk(&said("我打开屏幕共享了。"), "K") > 0);
}

#[test]
fn the_object_of_a_denial_does_not_end_it() {
    assert_eq!(risk(&said("验证码没给他。"), "K"), 0);
    assert!(risk(&said("验证码给他了。"), "K") > 0);
}

#[test]
fn agreeing_to_a_negative_question_is_a_no() {
    assert_eq!(risk(&answered("您没把密码念给他吧？", "对，没念。"), "K"), 0);
}

#[test]
fn a_feared_loss_is_not_a_found_one() {
    let feared = risk(&said("我手机丢了，卡里的钱会不会让人转走？"), "W");
    let found = risk(&said("我手机丢了，卡里的钱让人转走了。"), "W");
    assert!(feared * 2 < found, "{feared} against {found}");
}

/// A long call in which everything happens.
const FULL: &[(&str, &str)] = &[
    ("agent", "您好，请问是您本人吗？"),
    ("customer", "是我。有个快递客服打来的，说我的包裹丢了要赔三倍，让我下载了一个会议软件。"),
    ("agent", "您慢慢说，后来呢？"),
    ("customer", "他让我把验证码念给他，我念了，是四八二九一七，卡里的两万块就没了，我急得直哭。"),
    ("agent", "换谁都着急，您先别慌，这不是您的错。我马上给您止付，十分钟内给您回电话，您拨110报警。"),
    ("customer", "卡号6222020000000000008我也报给他了。我真怕要不回来，95588管这事吗？"),
    ("agent", "是的。以后谁要验证码都是诈骗，千万别给。"),
    ("customer", "好，听你这么说我踏实多了，谢谢。"),
];

#[test]
fn the_lines_add_up_to_the_scores() {
    let calls: [&[(&str, &str)]; 4] = [
        FULL,
        &FULL[..4],
        &[("agent", "您好。"), ("customer", "帮我查一下余额。")],
        &[("agent", "谁让您自己转的，这个不归我们管。"), ("customer", "我攒了三年的钱全没了，我快崩溃了。")],
    ];
    for turns in calls {
        let scored = scored(turns);
        let sum = |dimension| {
            let lines = scored.ledger.iter().filter(|line| line.dimension == dimension);
            lines.map(|line| line.points).sum::<i32>()
        };
        assert_eq!(sum(Dimension::Risk), i32::from(scored.risk.score));
        assert_eq!(sum(Dimension::Distress), i32::from(scored.distress.score));
        assert_eq!(sum(Dimension::Empathy), scored.empathy.score.map_or(0, i32::from));
        assert_eq!(sum(Dimension::Duty), 0);
        assert!(scored.ledger.iter().all(|line| !line.reason.is_empty()));
    }
}

#[test]
fn overlapping_words_count_once() {
    let scored = said("他让我转过去验证一下。");
    let money: Vec<&Line> = lines(&scored, Dimension::Risk, "M").collect();
    assert!(money.len() > 1, "{money:?}");
    assert_eq!(money.iter().filter(|line| line.points > 0).count(), 1);
    assert!(money.iter().filter(|line| line.points == 0).all(|line| line.stance == Some(Stance::Covered)));
}

#[test]
fn the_same_words_again_count_once_and_other_stages_count() {
    let once = said("他说我的钱要挪到安全账户。");
    let often = said("他说我的钱要挪到安全账户，安全账户是他们的，安全账户最保险。");
    assert!(risk(&often, "M") > 0 && risk(&often, "M") <= risk(&once, "M"));
    let counted = lines(&often, Dimension::Risk, "M").filter(|line| line.points > 0).count();
    assert_eq!(counted, lines(&once, Dimension::Risk, "M").filter(|line| line.points > 0).count());
    let more = said("他说我的钱要挪到安全账户，让我别跟家里说。");
    assert!(risk(&more, "M") > 0 && risk(&more, "I") > 0);
    assert!(more.risk.score > once.risk.score);
}

#[test]
fn quotes_hold_the_words_and_no_number_of_a_person() {
    let call = call(FULL);
    let masked: Vec<Vec<char>> = mask_turns(&call.turns).iter().map(|text| text.chars().collect()).collect();
    let scored = score_call(&ENGINE, &call);
    let mut quoted = String::new();
    for line in &scored.ledger {
        let (Some(turn), Some(quote), Some(span)) = (line.turn, line.quote, line.span) else { continue };
        assert!(quote.0 <= span.0 && span.1 <= quote.1, "the quote holds the words: {line:?}");
        let text: String = masked[turn][quote.0 as usize..quote.1 as usize].iter().collect();
        assert!(!text.contains("四八二九一七") && !text.contains("622202"), "{text}");
        quoted += &text;
        quoted += "\n";
    }
    assert!(quoted.contains("两万块") && quoted.contains("95588"), "amounts and the hotline stay: {quoted}");
    assert!(quoted.contains('*'));
}

// --- Distress and care ---

#[test]
fn tears_of_thanks_and_hyperbole_are_no_distress() {
    for words in [
        "谢谢你姑娘，我感动得眼泪都下来了。",
        "哈哈，真是笑死我了，这名字太逗了。",
        "我老公在上海走不开，我的卡没了，想补一张。",
    ] {
        let fine = said(words);
        assert_eq!((fine.distress.level, fine.distress.self_harm), (DistressLevel::None, false), "{words}");
    }
    let crying = said("卡里的两万块没了，我急得直哭。");
    assert!(crying.distress.level >= DistressLevel::Medium);
    let bereaved = said("我老伴上个月走了，就剩我一个人。");
    assert!(bereaved.distress.kinds.contains(&DistressKind::D3));
    assert_eq!(bereaved.distress.level, DistressLevel::High);
}

#[test]
fn a_hint_at_self_harm_always_calls_a_person() {
    let start = [("agent", "您好，请讲。"), ("customer", "这日子没法过，我真不想活了。")];
    let cold = scored(&[&start[..], &[("agent", "请您提供一下卡号。"), ("customer", "随便吧。")]].concat());
    let warm = scored(
        &[
            &start[..],
            &[
                ("agent", "您现在身边有人吗？我陪着您，咱们不挂电话，这不是您的错。"),
                ("customer", "没人。"),
                ("agent", "我马上请值班经理给您回电话，再联系您家里人。"),
                ("customer", "嗯，谢谢你。"),
            ],
        ]
        .concat(),
    );
    for scored in [&cold, &warm] {
        assert!(scored.distress.self_harm);
        assert_eq!(scored.distress.level, DistressLevel::High);
        assert_eq!(scored.review.priority, Some(1));
        assert_eq!(scored.review.reasons[0], ReviewReason::SelfHarm);
    }
    assert!(cold.empathy.score.is_some_and(|score| score <= 30));
    assert!(warm.empathy.score > cold.empathy.score && warm.empathy.band > Band::Poor);
    let figure = said("气死我了，我死了都不用你们的卡！");
    assert!(!figure.distress.self_harm);
}

#[test]
fn the_same_clause_in_three_turns_is_insistence() {
    let says = |third| {
        scored(&[
            ("agent", "您好，请讲。"),
            ("customer", "嗯那个，麻烦尽快恢复手机银行转账功能啊。"),
            ("agent", "请问是什么人联系您的？"),
            ("customer", "麻烦尽快恢复手机银行转账功能。"),
            ("agent", "请问这笔钱转给谁？"),
            ("customer", third),
        ])
    };
    let insists = says("那个那个，麻烦你尽快恢复手机银行转账功能嘛。");
    assert!(insists.distress.kinds.contains(&DistressKind::D8));
    let line = insists.ledger.iter().find(|line| line.id == "D8").expect("a line of its own");
    assert!(line.points > 0 && line.reason.contains("#2 #4 #6"), "{line:?}");
    let gives_in = says("那算了，我改天再来。");
    assert!(!gives_in.distress.kinds.contains(&DistressKind::D8));
    let polite = ("customer", "好的好的，嗯嗯，谢谢啊。");
    let nods = scored(&[polite, ("agent", "请稍等。"), polite, ("agent", "办好了。"), polite]);
    assert!(!nods.distress.kinds.contains(&DistressKind::D8));
}

#[test]
fn care_is_not_due_without_distress() {
    let calm = scored(&[
        ("agent", "您好，请讲。"),
        ("customer", "我想查一下上个月的账单。"),
        ("agent", "一共三百二十块，祝您生活愉快。"),
        ("customer", "好的，再见。"),
    ]);
    assert_eq!((calm.empathy.score, calm.empathy.band), (None, Band::NotDue));
    assert_eq!((calm.distress.level, calm.distress.trend), (DistressLevel::None, None));
    let upset = said("孩子的学费全转丢了，我都快崩溃了。");
    assert!(upset.empathy.score.is_some());
}

#[test]
fn a_template_is_not_care_and_a_person_is() {
    let start = [("agent", "您好，请讲。"), ("customer", "我急得一晚上没睡，孩子的学费全转丢了，我都快崩溃了。")];
    let template = scored(
        &[
            &start[..],
            &[
                ("agent", "非常理解您的心情，给您带来不便敬请谅解。"),
                ("customer", "我该怎么办啊。"),
                ("agent", "非常理解您的心情，请您耐心等待。"),
                ("customer", "唉。"),
            ],
        ]
        .concat(),
    );
    let person = scored(
        &[
            &start[..],
            &[
                ("agent", "孩子的学费一下没了，换谁都着急，您先别慌，我陪您一步一步来。"),
                ("customer", "我该怎么办啊。"),
                ("agent", "这不是您的错。我现在就给您办止付，十分钟内给您回电话，您拨110报警。"),
                ("customer", "好，听您这么说我心里踏实多了。"),
            ],
        ]
        .concat(),
    );
    assert_eq!(template.empathy.band, Band::Poor);
    assert!(template.empathy.template_repeats > 0);
    assert_eq!(person.empathy.band, Band::Good);
    assert_eq!(person.distress.trend, Some(Trend::Eased));
    assert_eq!((person.empathy.episodes, person.empathy.answered), (1, 1));
}

#[test]
fn blame_costs_and_shows_as_a_gap() {
    let start = [("agent", "您好，请讲。"), ("customer", "我攒了三年的钱全被骗走了，我快崩溃了。")];
    let end = ("customer", "好吧。");
    let blamed = scored(&[&start[..], &[("agent", "谁让您自己转的，这个不归我们管。"), end]].concat());
    let helped = scored(&[&start[..], &[("agent", "我现在给您的卡做止付，您去派出所报案。"), end]].concat());
    assert!(blamed.empathy.taboo >= 2);
    assert!(blamed.review.reasons.contains(&ReviewReason::Taboo));
    assert!(blamed.empathy.gaps.iter().any(|gap| gap.code == "N3"));
    assert!(blamed.empathy.score < helped.empathy.score);
    assert_eq!((helped.empathy.taboo, helped.duty.police_advised), (0, true));
}
