//! 总览: the night in numbers.

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::cell::Cell;
use super::look::{Looks, Tone};
use super::sheet::Sheet;
use crate::lexicon::{DistressKind, Phase, ScamType, VulnerabilityKind};
use crate::morning::Figures;
use crate::read::RejectCode;
use crate::run::Run;
use crate::score::{Band, DistressLevel, ReviewReason, RiskLevel, Trend};
use crate::write::{Counts, Decimal};

/// Widths of the columns: what is counted, how many, the share, and what to know of it.
const WIDTHS: [f64; 4] = [26.0, 13.0, 11.0, 78.0];

/// Teams that are listed at most.
const TEAMS: usize = 200;

pub(super) fn sheet(
    workbook: &mut Workbook,
    run: &Run,
    figures: &Figures,
    looks: &Looks,
) -> Result<Worksheet, XlsxError> {
    let mut page = Page { sheet: Sheet::new(workbook, "总览")?, figures, looks };
    page.sheet.widths(&WIDTHS)?;
    page.sheet.line("听护 · 这一夜的通话", &looks.title, 30.0)?;
    page.sheet.line(&when(figures), &looks.note, 20.0)?;
    page.key_numbers(&run.manifest().counts)?;
    page.risk()?;
    page.distress()?;
    page.care()?;
    page.review()?;
    page.teams()?;
    page.rejects()?;
    page.origin(run)?;
    page.sheet.finish()
}

fn when(figures: &Figures) -> String {
    let day = |text: &str| text.get(..16).unwrap_or(text).replace('T', " ");
    match &figures.span {
        Some((first, last)) => {
            format!("通话时间 {} 至 {}。先看“待复核”，各列含义见“说明”。", day(first), day(last))
        }
        None => "通话没有写明时间。先看“待复核”，各列含义见“说明”。".to_owned(),
    }
}

struct Page<'f> {
    sheet: Sheet,
    figures: &'f Figures,
    looks: &'f Looks,
}

impl Page<'_> {
    fn section(&mut self, title: &str) -> Result<(), XlsxError> {
        self.sheet.gap();
        self.sheet.section(title, WIDTHS.len() as u16, self.looks)
    }

    /// What is counted, how many, of how many, and a remark.
    fn count(&mut self, label: Cell<'_>, count: u64, of: u64, remark: &str) -> Result<(), XlsxError> {
        let share = Decimal::ratio(count.into(), of.into(), 4).map_or(Cell::Empty, Cell::Share);
        self.sheet.row(0, [label, Cell::Number(count), share, Cell::Remark(remark)], self.looks)
    }

    /// A table of counts with bars.
    fn counts<'c>(
        &mut self,
        title: &str,
        of: u64,
        rows: impl IntoIterator<Item = (Cell<'c>, u64, &'c str)>,
    ) -> Result<(), XlsxError> {
        self.section(title)?;
        let from = self.sheet.next_row();
        for (label, count, remark) in rows {
            self.count(label, count, of, remark)?;
        }
        if self.sheet.next_row() == from {
            self.sheet.row(0, [Cell::text("没有")], self.looks)?;
        }
        self.sheet.bars(1, from)
    }

    fn key_numbers(&mut self, counts: &Counts) -> Result<(), XlsxError> {
        let figures = self.figures;
        let all = figures.calls;
        let of = |level: RiskLevel| figures.risk.get(&level).copied().unwrap_or(0);
        let distressed: u64 =
            figures.distress.iter().filter(|(level, _)| **level >= DistressLevel::Medium).map(|(_, calls)| calls).sum();
        self.section("要紧的几个数")?;
        self.count(Cell::text("已评分通话"), all, 0, "占比都以它为分母，另有说明的除外")?;
        self.count(
            Cell::Mark("高风险", Tone::Bad),
            of(RiskLevel::High),
            all,
            "客户正在或刚刚被骗的迹象很强：当天逐通复核",
        )?;
        self.count(
            Cell::Mark("高风险未警示", Tone::Bad),
            figures.missed_scams,
            of(RiskLevel::High),
            "高风险而客服全程没有提醒，占高风险通话之比：最先看",
        )?;
        self.count(Cell::Mark("中风险", Tone::Warn), of(RiskLevel::Medium), all, "有接触或迹象，还没有操作：抽查")?;
        self.count(
            Cell::Mark("自伤线索", Tone::Bad),
            figures.self_harm,
            all,
            "客户流露不想活的意思：不论分数，一律由人回访",
        )?;
        self.count(Cell::text("情绪明显"), distressed, all, "情绪强度为中或强")?;
        self.count(Cell::text("应共情"), figures.care_due(), all, "客户的情绪需要回应；只有这些通话有共情分")?;
        let mean = figures.mean_care().map_or(Cell::Empty, Cell::Tenths);
        self.sheet.row(
            0,
            [Cell::text("共情均分"), mean, Cell::Empty, Cell::Remark("只算应共情的通话，满分 100")],
            self.looks,
        )?;
        self.count(Cell::text("用了禁语"), figures.taboo, all, "客服有推诿、指责、敷衍一类的话")?;
        self.count(Cell::text("待复核"), figures.to_review(), all, "见“待复核”表，已按轻重排好")?;
        self.count(
            Cell::text("读不出来"),
            counts.rejected,
            counts.read,
            "占读到的通话之比；逐条原因和处理办法见 rejects.csv",
        )
    }

    fn risk(&mut self) -> Result<(), XlsxError> {
        let figures = self.figures;
        let rows = [RiskLevel::High, RiskLevel::Medium, RiskLevel::Low];
        self.counts(
            "风险等级",
            figures.calls,
            rows.map(|level| (level.into(), figures.risk.get(&level).copied().unwrap_or(0), "")),
        )?;
        let suspected: u64 = figures.scam_types.values().sum();
        let mut types: Vec<_> = figures.scam_types.iter().collect();
        types.sort_by_key(|(kind, calls)| (std::cmp::Reverse(**calls), **kind));
        let name = |kind: Option<ScamType>| kind.map_or("类型不明", ScamType::zh);
        self.counts(
            "诈骗类型（中、高风险通话）",
            suspected,
            types.into_iter().map(|(kind, calls)| (Cell::text(name(*kind)), *calls, "")),
        )?;
        let phases = Phase::ALL.iter().filter_map(|phase| figures.phases.get_key_value(phase));
        self.counts(
            "所处阶段（中、高风险通话）",
            suspected,
            phases.map(|(phase, calls)| (Cell::text(phase.zh()), *calls, super::guide::phase(*phase))),
        )
    }

    fn distress(&mut self) -> Result<(), XlsxError> {
        let figures = self.figures;
        let levels = DistressLevel::ALL.iter().rev();
        self.counts(
            "情绪强度",
            figures.calls,
            levels.map(|level| ((*level).into(), figures.distress.get(level).copied().unwrap_or(0), "")),
        )?;
        let kinds = DistressKind::ALL.iter().filter_map(|kind| figures.distress_kinds.get_key_value(kind));
        self.counts(
            "情绪类别（一通可有几种）",
            figures.calls,
            kinds.map(|(kind, calls)| (Cell::text(kind.zh()), *calls, "")),
        )?;
        let shown: u64 = figures.trends.values().sum();
        let trends = Trend::ALL.iter().filter_map(|trend| figures.trends.get_key_value(trend));
        self.counts("情绪走向（有情绪的通话）", shown, trends.map(|(trend, calls)| ((*trend).into(), *calls, "")))?;
        let kinds = VulnerabilityKind::ALL.iter().filter_map(|kind| figures.vulnerability.get_key_value(kind));
        self.counts(
            "特殊客群（一通可有几种）",
            figures.calls,
            kinds.map(|(kind, calls)| (Cell::text(kind.zh()), *calls, "")),
        )
    }

    fn care(&mut self) -> Result<(), XlsxError> {
        let figures = self.figures;
        let bands = [Band::Good, Band::Fair, Band::Poor];
        self.counts(
            "共情等级（应共情的通话）",
            figures.care_due(),
            bands.map(|band| (band.into(), figures.care.get(&band).copied().unwrap_or(0), "")),
        )
    }

    fn review(&mut self) -> Result<(), XlsxError> {
        let figures = self.figures;
        let names = ["优先级 1", "优先级 2", "优先级 3", "优先级 4", "优先级 5"];
        let meanings = ["自伤线索，或高风险未警示", "高风险", "中风险，或情绪没有照顾好", "用了禁语", "转写可疑"];
        let rows = (1..).zip(names.into_iter().zip(meanings));
        self.counts(
            "待复核",
            figures.to_review(),
            rows.map(|(priority, (name, meaning))| {
                (Cell::text(name), figures.review.get(&priority).copied().unwrap_or(0), meaning)
            }),
        )?;
        let reasons = ReviewReason::ALL.iter().filter_map(|reason| figures.review_reasons.get_key_value(reason));
        self.counts(
            "复核原因（一通可有几个）",
            figures.to_review(),
            reasons.map(|(reason, calls)| (Cell::text(reason.zh()), *calls, "")),
        )
    }

    fn teams(&mut self) -> Result<(), XlsxError> {
        let figures = self.figures;
        let rows: Vec<_> = figures.teams.rows().take(TEAMS).collect();
        let remark = |row: &crate::write::AgentRow| {
            let mean = row.mean_empathy.map_or("样本不足".to_owned(), |mean| mean.to_string());
            format!(
                "高风险 {}，其中未警示 {}；应共情 {}，共情均分 {mean}",
                row.high_risk_calls, row.missed_scams, row.empathy_due_calls
            )
        };
        let remarks: Vec<String> = rows.iter().map(remark).collect();
        let name = |team: &'_ str| {
            if team.is_empty() { Cell::text("（未写班组）") } else { Cell::Text(team.to_owned().into()) }
        };
        self.counts(
            "班组",
            figures.calls,
            rows.iter().zip(&remarks).map(|(row, remark)| (name(&row.team), row.calls, remark.as_str())),
        )
    }

    fn rejects(&mut self) -> Result<(), XlsxError> {
        let figures = self.figures;
        if figures.rejects.is_empty() {
            return Ok(());
        }
        let meaning =
            |code: &str| RejectCode::ALL.iter().find(|known| known.as_str() == code).map(|code| code.meaning_zh());
        let all = figures.rejects.values().sum();
        self.counts(
            "读不出来的原因",
            all,
            figures
                .rejects
                .iter()
                .map(|(code, calls)| (Cell::text(code.as_str()), *calls, meaning(code).unwrap_or_default())),
        )
    }

    /// What the run was made from, and by what: nothing that differs between two runs over the same calls.
    fn origin(&mut self, run: &Run) -> Result<(), XlsxError> {
        let manifest = run.manifest();
        let counts = &manifest.counts;
        let bytes: u64 = manifest.inputs.iter().map(|input| input.bytes).sum();
        self.section("从何而来")?;
        for (label, number, remark) in [
            ("输入文件", manifest.inputs.len() as u64, "文件名与指纹见 run.json"),
            ("输入字节", bytes, ""),
            ("未读的文件", manifest.not_read.len() as u64, "不是通话的文件，原因见 run.json"),
            ("读到的通话", counts.read, "已评分、读不出来、跳过三者之和"),
            ("跳过", counts.skipped, ""),
        ] {
            self.count(Cell::text(label), number, 0, remark)?;
        }
        for (label, text) in [
            ("程序版本", &manifest.engine_version),
            ("词库版本", &manifest.lexicon_version),
            ("词库指纹", &manifest.lexicon_blake3),
            ("设置指纹", &manifest.settings_blake3),
        ] {
            self.sheet.row(0, [Cell::text(label), Cell::text(text)], self.looks)?;
        }
        self.sheet.row(
            0,
            [Cell::text("运行时间"), Cell::text("见 run.json；本工作簿只由通话决定，同样的通话得到同样的文件")],
            self.looks,
        )
    }
}
