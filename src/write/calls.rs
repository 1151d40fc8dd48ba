//! `calls.csv`: one row per scored call.

use std::fmt::Write;

use super::Column;
use super::cell::Style;
use super::quotes::Quotes;
use crate::call::{Call, Direction, Speaker};
use crate::lexicon::Lexicon;
use crate::normalise::{mask_key, mask_time};
use crate::read::Origin;
use crate::score::{Evidence, Remark, Scored};

/// The columns, in order.
pub const CALL_COLUMNS: &[Column] = &[
    ("call_id", "通话编号"),
    ("started_at", "开始时间"),
    ("direction", "呼叫方向"),
    ("agent_id", "坐席工号"),
    ("team", "班组"),
    ("duration_s", "通话时长秒"),
    ("turns", "句数"),
    ("agent_turns", "客服句数"),
    ("customer_turns", "客户句数"),
    ("risk_score", "风险分"),
    ("risk_level", "风险等级"),
    ("scam_type", "诈骗类型"),
    ("scam_type_2", "次选类型"),
    ("phase", "所处阶段"),
    ("stages", "话术环节"),
    ("risk_reason", "风险要点"),
    ("first_evidence_turn", "首个证据句"),
    ("agent_warned", "客服已警示"),
    ("first_warning_turn", "首次警示句"),
    ("warning_latency_s", "警示用时秒"),
    ("duty_steps", "规定动作"),
    ("protective_actions", "保护措施"),
    ("police_advised", "建议报警"),
    ("tips_given", "反诈提示数"),
    ("distress_score", "情绪分"),
    ("distress_level", "情绪强度"),
    ("distress_kinds", "情绪类别"),
    ("distress_first_turn", "首现句"),
    ("distress_trend", "情绪走向"),
    ("self_harm", "自伤线索"),
    ("vulnerability", "特殊客群"),
    ("empathy_score", "共情分"),
    ("empathy_level", "共情等级"),
    ("episodes", "情绪段数"),
    ("episodes_answered", "已回应段数"),
    ("response_latency_turns", "回应间隔句"),
    ("empathy_strengths", "做得好"),
    ("empathy_gaps", "待改进"),
    ("taboo_count", "禁语次数"),
    ("template_repeats", "模板化重复"),
    ("interruptions", "抢话次数"),
    ("outcome", "通话结果"),
    ("needs_review", "需复核"),
    ("review_priority", "复核优先级"),
    ("review_reasons", "复核原因"),
    ("confidence", "置信度"),
    ("input_warnings", "输入告警"),
    ("top_evidence", "关键原话"),
    ("source", "来源文件"),
    ("lexicon_version", "词库版本"),
    ("engine_version", "程序版本"),
];

/// Joins words of a list cell.
const JOIN: u8 = b';';
/// Joins steps that follow each other.
const THEN: u8 = b'>';

/// Adds the row of one call.
pub(super) fn push(
    bytes: &mut Vec<u8>,
    lexicon: &Lexicon,
    call: &Call,
    origin: &Origin,
    scored: &Scored,
    quotes: &mut Quotes<'_>,
    style: Style,
) {
    let mut row = style.row(bytes);
    let mut text = String::new();
    let of = |speaker| call.turns.iter().filter(|turn| turn.speaker == speaker).count();
    let turn = |index: Option<usize>| index.map(|index| index + 1);

    row.id(&call.id);
    row.id(&mask_time(call.started_at.as_deref().unwrap_or_default()));
    row.plain(call.direction.map_or("", Direction::as_str));
    row.id(&mask_key(call.agent_id.as_deref().unwrap_or_default()));
    row.id(&mask_key(call.team.as_deref().unwrap_or_default()));
    row.number(duration_s(call));
    row.number(Some(call.turns.len()));
    row.number(Some(of(Speaker::Agent)));
    row.number(Some(of(Speaker::Customer)));

    let risk = &scored.risk;
    row.number(Some(risk.score));
    row.plain(risk.level.as_str());
    row.plain(risk.scam_type.map_or("none", |kind| kind.as_str()));
    row.plain(risk.scam_type_2.map_or("", |kind| kind.as_str()));
    row.plain(risk.phase.as_str());
    row.words(risk.stages.iter().map(|stage| stage.as_str()), THEN);
    row.text(&risk.reasons.join("；"));
    row.number(turn(risk.first_evidence));

    let duty = &scored.duty;
    row.plain(boolean(duty.first_warning.is_some()));
    row.number(turn(duty.first_warning));
    row.number(duty.warning_latency_s);
    row.words(duty.steps.iter().map(|step| step.as_str()), THEN);
    row.words(duty.protective.iter().map(|kind| kind.as_str()), JOIN);
    row.plain(boolean(duty.police_advised));
    row.number(Some(duty.tips));

    let distress = &scored.distress;
    row.number(Some(distress.score));
    row.plain(distress.level.as_str());
    row.words(distress.kinds.iter().map(|kind| kind.as_str()), JOIN);
    row.number(turn(distress.first));
    row.plain(distress.trend.map_or("", |trend| trend.as_str()));
    row.plain(boolean(distress.self_harm));
    row.words(scored.vulnerability.iter().map(|kind| kind.as_str()), JOIN);

    let empathy = &scored.empathy;
    row.number(empathy.score);
    row.plain(empathy.band.as_str());
    row.number(Some(empathy.episodes));
    row.number(Some(empathy.answered));
    row.number(empathy.latency_turns);
    for remarks in [&empathy.strengths, &empathy.gaps] {
        text.clear();
        for remark in remarks {
            add_remark(item(&mut text), remark, quotes, style);
        }
        row.text(&text);
    }
    row.number(Some(empathy.taboo));
    row.number(Some(empathy.template_repeats));
    row.number(Some(empathy.interruptions));

    row.words(scored.outcomes.iter().map(|kind| kind.as_str()), JOIN);
    row.plain(boolean(scored.review.priority.is_some()));
    row.number(scored.review.priority);
    row.words(scored.review.reasons.iter().map(|reason| reason.as_str()), JOIN);
    row.number(Some(scored.confidence));
    row.words(scored.warnings.iter().map(|warning| warning.as_str()), JOIN);
    text.clear();
    for evidence in &scored.top_evidence {
        cite(item(&mut text), call, evidence, quotes, style);
    }
    row.text(&text);
    row.text(&origin.source);
    row.text(&lexicon.version);
    row.plain(env!("CARGO_PKG_VERSION"));
    if style.profile == super::Profile::Excel {
        for _ in super::CALL_REVIEW {
            row.word("");
        }
    }
    row.finish();
}

fn boolean(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// Whole seconds from the first start to the last end, where the call has times.
fn duration_s(call: &Call) -> Option<u64> {
    let start = call.turns.iter().filter_map(|turn| turn.start_ms).min()?;
    let end = call.turns.iter().filter_map(|turn| turn.end_ms.or(turn.start_ms)).max()?;
    Some((end - start + 500) / 1_000)
}

/// Goes on to the next item of a list in one cell.
fn item(list: &mut String) -> &mut String {
    if !list.is_empty() {
        list.push('；');
    }
    list
}

/// `#turn mm:ss “…” [id]`
fn cite(into: &mut String, call: &Call, evidence: &Evidence, quotes: &mut Quotes<'_>, style: Style) {
    add_turn(into, evidence.turn);
    if let Some(ms) = call.turns[evidence.turn].start_ms {
        // Writing to memory cannot fail.
        let _ = write!(into, " {:02}:{:02}", ms / 60_000, ms / 1_000 % 60);
    }
    add_quote(into, evidence, quotes, style);
    into.push_str(" [");
    into.push_str(&evidence.id);
    into.push(']');
}

/// `E1 说出感受 #7 “…”`
fn add_remark(into: &mut String, remark: &Remark, quotes: &mut Quotes<'_>, style: Style) {
    into.push_str(remark.code);
    into.push(' ');
    into.push_str(&remark.text);
    if let Some(evidence) = &remark.evidence {
        into.push(' ');
        add_turn(into, evidence.turn);
        add_quote(into, evidence, quotes, style);
    }
}

fn add_turn(into: &mut String, turn: usize) {
    into.push('#');
    into.push_str(itoa::Buffer::new().format(turn + 1));
}

fn add_quote(into: &mut String, evidence: &Evidence, quotes: &mut Quotes<'_>, style: Style) {
    if style.quotes {
        into.push_str(" “");
        into.push_str(quotes.of(evidence.turn, evidence.quote));
        into.push('”');
    }
}
