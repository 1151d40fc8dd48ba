//! `tinghu lexicon stats`: what each term did in finished runs, and what people found of it.

use std::io::Write;
use std::path::{Path, PathBuf};

use tinghu::evaluate::{Precision, Precisions};
use tinghu::review::Book;
use tinghu::run::Run;
use tinghu::stats::{self, Answer, Proposal, Survey, TrialCall, Trials};
use tinghu::text::escape;
use tinghu::write::Style;

use super::lexicon_args::StatsArgs;
use super::lexicon_out::{NewFile, print_json};
use super::shared_args::FormatArg;
use super::stats_json::{self, Reviewed};
use super::terminal::plain_stdout;
use super::{Exit, failure, load_engine, usage};

/// Terms that are shown unless all are wanted.
const SHOWN: usize = 20;

/// Counts, and prints what is worth a look.
pub fn run(args: &StatsArgs) -> anyhow::Result<Exit> {
    let settings = super::config::settings(&args.engine)?;
    let runs = args.runs.iter().map(|run| Run::open(run)).collect::<Result<Vec<_>, _>>().map_err(usage)?;
    let book = args.reviewed.as_ref().map(|path| Book::open(path)).transpose().map_err(usage)?;
    let read: Vec<&Path> = args.reviewed.iter().map(PathBuf::as_path).collect();
    let new = |path: &Option<PathBuf>| path.as_ref().map(|path| NewFile::prepare(path, args.force, &read)).transpose();
    let (out, proposed) = (new(&args.out)?, new(&args.proposals)?);
    let engine = load_engine(super::config::lexicons(&args.engine, &settings))?;
    let mut survey = Survey::default();
    for run in &runs {
        survey.add(run).map_err(usage)?;
    }
    let latest = book.as_ref().map(Book::latest).unwrap_or_default();
    let precisions = Precisions::of(&latest, |_| true);
    let style = Style { profile: args.profile.into(), quotes: true };
    if let Some(file) = &out {
        file.write(&stats::terms_table(&survey, engine.lexicon(), &precisions, style))?;
    }
    let (mut trials, mut answers) = (Vec::new(), Vec::new());
    if book.is_some() {
        let of = runs.iter().map(|run| Trials::of(&engine, run, &latest)).collect::<Result<Vec<_>, _>>();
        trials = of.map_err(usage)?;
        for trials in &trials {
            answers.extend(stats::propose(&engine, trials).map_err(failure)?);
        }
    }
    if let Some(file) = &proposed {
        let rows = answers.iter().filter_map(|(alarm, answer)| match answer {
            Answer::Rows(proposal) => Some((alarm.call.id.as_str(), proposal)),
            Answer::RestsOn(_) => None,
        });
        file.write(&stats::proposals_table(rows, style))?;
    }
    if args.format == FormatArg::Json {
        let reviewed = Reviewed { precisions: &precisions, trials: &trials, answers: &answers };
        print_json(&stats_json::all(&survey, engine.lexicon(), book.is_some().then_some(&reviewed)))?;
        return Ok(Exit::Done);
    }
    let out = &mut plain_stdout();
    terms(out, &survey, &engine, args.all)?;
    if book.is_some() {
        print_precisions(out, &precisions, args.all)?;
        proposals(out, &trials, &answers, args.all)?;
    }
    out.flush()?;
    Ok(Exit::Done)
}

fn terms(out: &mut impl Write, survey: &Survey, engine: &tinghu::engine::Engine, all: bool) -> anyhow::Result<()> {
    let (fired, never) = (survey.fired(), survey.never(engine.lexicon()));
    writeln!(
        out,
        "通话 {} 通，其中低风险 {} 通；词条 {} 个命中过，{} 个从未命中",
        survey.calls,
        survey.ordinary,
        fired.len(),
        never.len()
    )?;
    writeln!(out, "\n命中最多的词条（通话数、命中数、计分命中；客服/客户/其他；低风险通话占比）")?;
    for (id, fired) in fired.iter().take(if all { usize::MAX } else { SHOWN }) {
        let share = survey.ordinary_share(fired).map_or(String::new(), |share| format!("{:.1}%", share * 100.0));
        let [agent, customer, other] = fired.by_speaker;
        let partner =
            fired.partner().map_or(String::new(), |partner| format!("  与 {} 同处 {} 通", partner.id, partner.calls));
        writeln!(
            out,
            "{:<8} {:>6} {:>6} {:>6}  {agent}/{customer}/{other}  {share:>6}  {}{partner}",
            escape(id),
            fired.calls,
            fired.hits,
            fired.counted,
            escape(&fired.term)
        )?;
    }
    let mut broad: Vec<_> =
        fired.iter().filter(|(_, fired)| fired.dimension == tinghu::score::Dimension::Risk).collect();
    broad.sort_by_key(|(_, fired)| std::cmp::Reverse(fired.ordinary));
    writeln!(out, "\n在低风险通话里计分最多的风险词条（太宽的词先看这里）")?;
    for (id, fired) in broad.iter().filter(|(_, fired)| fired.ordinary > 0).take(if all { usize::MAX } else { 10 }) {
        let share = survey.ordinary_share(fired).unwrap_or_default() * 100.0;
        writeln!(out, "{:<8} {:>6} 通 {share:>5.1}%  {}", escape(id), fired.ordinary, escape(&fired.term))?;
    }
    if all {
        writeln!(out, "\n从未命中的词条")?;
        for term in never {
            writeln!(out, "{:<8} {} 第 {} 行  {}", escape(&term.id), term.place.0, term.place.1, escape(&term.text))?;
        }
    }
    Ok(())
}

/// Prints how often people found the run right; empty tables are left out.
pub fn print_precisions(out: &mut impl Write, precisions: &Precisions, all: bool) -> std::io::Result<()> {
    let tables = [
        ("风险等级", &precisions.levels),
        ("诈骗类型", &precisions.types),
        ("规则", &precisions.rules),
        ("词条与账目行", &precisions.terms),
    ];
    for (name, rows) in tables.iter().filter(|(_, rows)| !rows.is_empty()) {
        writeln!(out, "\n复核：{name}（准确率 95% 区间；属实、误报、漏报、存疑）")?;
        for row in rows.iter().take(if all { usize::MAX } else { SHOWN }) {
            print_precision(out, row)?;
        }
    }
    Ok(())
}

fn print_precision(out: &mut impl Write, row: &Precision) -> std::io::Result<()> {
    let it = &row.verdicts;
    let share = it.precision().map_or("   –".to_owned(), |share| format!("{share:.2}"));
    let interval = it.interval().map_or(String::new(), |(low, high)| format!("[{low:.2}, {high:.2}]"));
    writeln!(
        out,
        "{share} {interval:<13} {:>5} {:>5} {:>5} {:>5}  {}",
        it.right,
        it.false_alarm,
        it.missed,
        it.unsure,
        escape(&row.zh)
    )
}

fn proposals(
    out: &mut impl Write,
    trials: &[Trials],
    answers: &[(&TrialCall, Answer)],
    all: bool,
) -> std::io::Result<()> {
    let sum = |of: fn(&Trials) -> u64| trials.iter().map(of).sum::<u64>();
    let (without, moved) = (sum(|it| it.without_words), sum(|it| it.moved));
    writeln!(out, "\n误报 {} 通能重算；本可避免它们的最小改动：", answers.len())?;
    if without > 0 {
        writeln!(out, "（另有 {without} 通复核过的通话没有留下原文，不能重算）")?;
    }
    if moved > 0 {
        writeln!(out, "（另有 {moved} 通按现在的词库已是别的等级，不再算）")?;
    }
    for (alarm, answer) in answers.iter().take(if all { usize::MAX } else { SHOWN }) {
        let head = format!("\n{}  {} {}分", escape(&alarm.call.id), alarm.level.zh(), alarm.score);
        match answer {
            Answer::Rows(proposal) => {
                writeln!(out, "{head} → {} {}分", proposal.level.zh(), proposal.score)?;
                for row in &proposal.rows {
                    writeln!(out, "  例外  {},{}", escape(&row.phrase), row.cancels.join("｜"))?;
                }
                writeln!(out, "  影响  {}", effect(proposal))?;
            }
            Answer::RestsOn(lines) => {
                let lines: Vec<String> =
                    lines.iter().map(|(id, points)| format!("{} +{points}", in_words(id))).collect();
                writeln!(out, "{head}：例外短语降不下来，分数还来自 {}", escape(&lines.join("、")))?;
                writeln!(
                    out,
                    "  建议  把这通标成样本，用 tinghu lexicon fit 重新学措辞（wording），或看 rules.toml 里的规则"
                )?;
            }
        }
    }
    if answers.len() > SHOWN && !all {
        writeln!(out, "\n… 还有 {} 通（--all 全部列出）", answers.len() - SHOWN)?;
    }
    Ok(())
}

/// The lines that maintainers ask about most, in their words.
fn in_words(id: &str) -> &str {
    match id {
        "wording" => "措辞（wording）",
        "chain" => "话术成链（chain）",
        rule => rule,
    }
}

fn effect(proposal: &Proposal) -> String {
    let mut effect = format!("属实的 {} 通不变", proposal.kept);
    if !proposal.lost.is_empty() {
        effect.push_str(&format!(
            "，{} 通会被压低（{}）：先别用",
            proposal.lost.len(),
            escape(&proposal.lost.join("、"))
        ));
    }
    if !proposal.spared.is_empty() {
        effect.push_str(&format!("；另有 {} 通误报一并降低", proposal.spared.len()));
    }
    effect
}
