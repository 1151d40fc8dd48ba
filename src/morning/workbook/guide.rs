//! 说明: how to work with the workbook, and what every level and column means, in plain words.

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::cell::Cell;
use super::look::Looks;
use super::meaning::{AGENT_MEANINGS, CALL_MEANINGS, HIT_MEANINGS};
use super::sheet::Sheet;
use crate::call::InputWarning;
use crate::context::Stance;
use crate::lexicon::{
    DistressKind, DutyKind, EmpathyKind, OutcomeKind, Phase, ScamType, Stage, TabooKind, VulnerabilityKind,
};
use crate::run::MatchedBy;
use crate::run::verdict::{HitVerdict, Verdict};
use crate::score::{Band, Dimension, DistressLevel, ReviewReason, RiskLevel, Trend};
use crate::write::{AGENT_COLUMNS, CALL_COLUMNS, Column, HIT_COLUMNS};

/// Widths of the columns: the word, what it means, how the CSV files of programs spell it.
const WIDTHS: [f64; 3] = [22.0, 96.0, 26.0];

const USE: [(&str, &str); 7] = [
    (
        "这是什么",
        "机器连夜听完（读完）全部通话，按词库和规则给每通打分，把要人看的排在前面。分数只管排队，不下结论：是不是被骗、客服好不好，由您说了算。",
    ),
    (
        "先看哪里",
        "“总览”看这一夜的数；“待复核”从上往下看，最要紧的在最前面；拿不准时到“证据”按通话编号筛选，看每一分从哪句话来。",
    ),
    (
        "怎么填",
        "在“待复核”填复核结论（从下拉列表里选）、复核人、复核意见；在“证据”填是否真命中。不必全填，看一通填一通。通话编号、命中编号不要改：填的内容靠它们对回去。",
    ),
    (
        "为什么分数可信",
        "每一分都是“证据”里的一行，写明哪一句、哪个词、为什么；同一通里同一维度的得分加起来就是总分。加错了、漏了、冤枉了，都能指着那一行说。",
    ),
    (
        "原话里的星号",
        "卡号、身份证号、手机号、验证码一类的数字都已打码，念出来的也打码。若整列没有原话，是运行时选了不写原话（--no-quotes）。",
    ),
    (
        "和 CSV 的关系",
        "calls.csv、hits.csv、agents.csv、rejects.csv 是全的；本工作簿由它们做成，方便看和填，列名相同，词改成了中文（CSV 里的写法在本表右栏）。",
    ),
    (
        "单元格前的单引号",
        "有的文字以 = + - @ 一类的符号开头，会被表格软件当成公式，前面加了一个单引号，不是原话的一部分。",
    ),
];

/// Writes the sheet.
pub(super) fn sheet(workbook: &mut Workbook, looks: &Looks) -> Result<Worksheet, XlsxError> {
    let mut page = Page { sheet: Sheet::new(workbook, "说明")?, looks };
    page.sheet.widths(&WIDTHS)?;
    page.sheet.line("怎么用这本工作簿", &looks.title, 30.0)?;
    for (name, meaning) in USE {
        page.row(Cell::wrapped(name), meaning, "")?;
    }
    page.levels()?;
    page.columns("“全部通话”“待复核”各列（同 calls.csv）", CALL_COLUMNS, &CALL_MEANINGS)?;
    page.columns("“证据”各列（同 hits.csv）", HIT_COLUMNS, &HIT_MEANINGS)?;
    page.columns("“坐席”各列（同 agents.csv）", AGENT_COLUMNS, &AGENT_MEANINGS)?;
    page.words()?;
    page.sheet.finish()
}

struct Page<'l> {
    sheet: Sheet,
    looks: &'l Looks,
}

impl Page<'_> {
    fn section(&mut self, title: &str) -> Result<(), XlsxError> {
        self.sheet.gap();
        self.sheet.section(title, WIDTHS.len() as u16, self.looks)
    }

    fn row(&mut self, name: Cell<'_>, meaning: &str, csv: &str) -> Result<(), XlsxError> {
        self.sheet.row(0, [name, Cell::wrapped(meaning), Cell::text(csv)], self.looks)
    }

    fn levels(&mut self) -> Result<(), XlsxError> {
        self.section("风险等级：这位客户（或通话说到的亲属）此刻是不是在骗局里或骗局边上")?;
        for level in RiskLevel::ALL.iter().rev() {
            self.row((*level).into(), risk(*level), level.as_str())?;
        }
        self.section("所处阶段：事情走到了哪一步")?;
        for phase in Phase::ALL {
            self.row(Cell::text(phase.zh()), self::phase(*phase), phase.as_str())?;
        }
        self.section("情绪强度：客户的难过、着急、害怕、气愤有多强")?;
        for level in DistressLevel::ALL.iter().rev() {
            self.row((*level).into(), distress(*level), level.as_str())?;
        }
        self.section("情绪走向")?;
        for trend in Trend::ALL {
            self.row((*trend).into(), self::trend(*trend), trend.as_str())?;
        }
        self.section("共情等级：客服怎样回应客户的情绪（不该打分的不打）")?;
        for band in [Band::Good, Band::Fair, Band::Poor, Band::NotDue] {
            self.row(band.into(), care(band), band.as_str())?;
        }
        self.section("复核原因：为什么要人看")?;
        for reason in ReviewReason::ALL {
            self.row(Cell::text(reason.zh()), review(*reason), reason.as_str())?;
        }
        self.section("复核结论：您的判断")?;
        for verdict in Verdict::ALL {
            self.row(Cell::text(verdict.zh()), self::verdict(*verdict), verdict.as_str())?;
        }
        self.section("是否真命中：这一行的词，在这里是不是那个意思")?;
        for verdict in HitVerdict::ALL {
            self.row(Cell::text(verdict.zh()), hit_verdict(*verdict), verdict.as_str())?;
        }
        Ok(())
    }

    fn columns(&mut self, title: &str, columns: &[Column], meanings: &[&str]) -> Result<(), XlsxError> {
        self.section(title)?;
        for ((name, header), meaning) in columns.iter().zip(meanings) {
            self.row(Cell::text(header), meaning, name)?;
        }
        Ok(())
    }

    /// The words of the closed lists that need no explanation beyond their name.
    fn words(&mut self) -> Result<(), XlsxError> {
        self.list("诈骗类型", ScamType::ALL.iter().map(|word| (word.zh(), word.as_str())))?;
        self.list("话术环节（骗子的套路，通常按这个次序）", Stage::ALL.iter().map(|word| (word.zh(), word.as_str())))?;
        self.list("情绪类别", DistressKind::ALL.iter().map(|word| (word.zh(), word.as_str())))?;
        self.list("关怀的做法（“做得好”里的 E）", EmpathyKind::ALL.iter().map(|word| (word.zh(), word.as_str())))?;
        self.list("失当的话（“待改进”里的 N）", TabooKind::ALL.iter().map(|word| (word.zh(), word.as_str())))?;
        self.list("规定动作、保护措施和反诈提示", DutyKind::ALL.iter().map(|word| (word.zh(), word.as_str())))?;
        self.list("通话结果", OutcomeKind::ALL.iter().map(|word| (word.zh(), word.as_str())))?;
        self.list("特殊客群", VulnerabilityKind::ALL.iter().map(|word| (word.zh(), word.as_str())))?;
        self.list("维度", Dimension::ALL.iter().map(|word| (word.zh(), word.as_str())))?;
        self.list("判读（词在这里的意思）", Stance::ALL.iter().map(|word| (word.zh(), word.as_str())))?;
        self.list("匹配方式", MatchedBy::ALL.iter().map(|word| (word.zh(), word.as_str())))?;
        self.list("输入告警", InputWarning::ALL.iter().map(|word| (word.zh(), word.as_str())))
    }

    fn list(
        &mut self,
        title: &str,
        words: impl Iterator<Item = (&'static str, &'static str)>,
    ) -> Result<(), XlsxError> {
        self.section(title)?;
        for (zh, word) in words {
            self.row(Cell::text(zh), "", word)?;
        }
        Ok(())
    }
}

fn risk(level: RiskLevel) -> &'static str {
    match level {
        RiskLevel::High => {
            "70 分以上。已经给出密码、验证码，开了屏幕共享，转了或正要转钱，或者刚发现受骗。当天逐通复核；客户还在操作的立即联系。"
        }
        RiskLevel::Medium => "40–69 分。有骗子接触或几处迹象，还没有操作。抽查；看客服有没有提醒。",
        RiskLevel::Low => "0–39 分。平常业务、只是来问、已经识破、早已了结，或只是客服在提醒。一般不看。",
    }
}

/// What a phase means.
pub(super) fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::None => "与骗局无关",
        Phase::PreContact => "只是来问，或客服在提醒，骗子并未找上门",
        Phase::Contacted => "骗子找过了，客户还没有照做",
        Phase::InProgress => "正在共享屏幕、正要或正在转钱：还拦得住，最急",
        Phase::Completed => "钱或密码、验证码已经出去，事情未了：止付、报警",
        Phase::Recovered => "钱已追回或转账已拦下",
        Phase::Historic => "旧事，早已了结",
    }
}

fn distress(level: DistressLevel) -> &'static str {
    match level {
        DistressLevel::High => "哭泣、绝望、悲痛、因损失而惊慌、哀求、反复坚持；流露不想活一律为强。",
        DistressLevel::Medium => "明显着急、难过、气愤，或讲了难处。从这里起，客服应当回应情绪。",
        DistressLevel::Low => "略有担心或不耐烦。",
        DistressLevel::None => "没有流露。",
    }
}

fn trend(trend: Trend) -> &'static str {
    match trend {
        Trend::Eased => "通话结束时比中间平静",
        Trend::Steady => "没有明显变化",
        Trend::Worse => "越来越激动：值得听一听为什么",
    }
}

fn care(band: Band) -> &'static str {
    match band {
        Band::Good => "70 分以上。说出了客户的感受或处境，及时，又有切实的帮助。可作范例。",
        Band::Fair => "40–69 分。有回应但笼统、迟了，或只办事不说情。",
        Band::Poor => "40 分以下。没有回应，冷淡、指责、推诿。复核并辅导。",
        Band::NotDue => "客户没有需要回应的情绪，不打分，也不算进均分。",
    }
}

fn review(reason: ReviewReason) -> &'static str {
    match reason {
        ReviewReason::SelfHarm => "优先级 1。客户流露不想活的意思，不论分数，一律由人看并安排回访。",
        ReviewReason::MissedScam => "优先级 1。高风险，而客服全程没有提醒是诈骗、不要转账或不要给码。",
        ReviewReason::HighRisk => "优先级 2。高风险，客服已提醒：看客户后来听没听。",
        ReviewReason::PoorCare => "优先级 3。客户情绪明显，而共情等级为差。",
        ReviewReason::MediumRisk => "优先级 3。中风险。",
        ReviewReason::Taboo => "优先级 4。客服说了推诿、指责、敷衍一类的话。",
        ReviewReason::DoubtfulInput => "优先级 5。转写像是两边对调了，或文字不像通话：分数可能不准。",
    }
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Right => "通话确如这一行所说",
        Verdict::FalseAlarm => "说重了：没有诈骗、没有那样的情绪，或客服没有那样的过失",
        Verdict::Missed => "说轻了：漏了诈骗、情绪或过失",
        Verdict::Unsure => "从通话里判断不了",
    }
}

fn hit_verdict(verdict: HitVerdict) -> &'static str {
    match verdict {
        HitVerdict::Yes => "是那个意思",
        HitVerdict::No => "不是那个意思：请在意见里写一句为什么，词库维护的人会看",
        HitVerdict::Unsure => "判断不了",
    }
}
