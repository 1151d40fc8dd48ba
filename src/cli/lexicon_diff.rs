//! `tinghu lexicon diff`: what a change of the lexicons does to calls.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;
use tinghu::both;
use tinghu::engine::Engine;
use tinghu::read::{self, SpeakerTable};
use tinghu::workbench::{
    Change, Difference, Pass, Standing, Summary, TermChange, compare, diff_header, diff_row, each_call,
};
use tinghu::write::Style;

use super::config::{reading, settings};
use super::lexicon_args::DiffArgs;
use super::lexicon_out::{NewFile, print_json};
use super::shared_args::{EngineArgs, FormatArg};
use super::terminal::{Level, plain_stdout, tell};
use super::{Exit, load_engine, usage};

/// Calls and terms that are shown unless all are wanted.
const SHOWN: usize = 20;

/// Compares two lexicons over the inputs.
pub fn run(args: &DiffArgs) -> anyhow::Result<Exit> {
    let settings = settings(&EngineArgs { lexicons: None, config: args.config.clone() })?;
    let inputs = read::discover(&args.inputs).map_err(usage)?;
    let style = Style { profile: args.profile.into(), quotes: !args.no_quotes };
    let read: Vec<&Path> = inputs.sources.iter().filter_map(read::Source::path).collect();
    let out = args.out.as_deref().map(|path| NewFile::prepare(path, args.force, &read)).transpose()?;
    let (old, new) = (engine(&args.old)?, engine(&args.new)?);
    let mut difference = Difference::new(if args.all { usize::MAX } else { SHOWN });
    let mut table = diff_header(style);
    let quotes = out.is_some() && style.quotes;
    let pass = each_call(
        &inputs.sources,
        &reading(None, &settings)?,
        &SpeakerTable::with(settings.speakers),
        |call, origin| compare(&old, &new, call, origin, quotes),
        |change| {
            if let Some(change) = change {
                if out.is_some() {
                    diff_row(&mut table, &change, style);
                }
                difference.add(change);
            }
        },
    );
    let (summary, calls) = difference.finish(old.lexicon(), new.lexicon());
    if let Some(out) = &out {
        out.write(&table)?;
    }
    let versions = [&old, &new].map(|engine| engine.lexicon().version.as_str());
    match args.format {
        FormatArg::Json => print_json(&Shown::new(versions, pass, &summary, &calls, args.all))?,
        FormatArg::Text => {
            let out = &mut plain_stdout();
            show(out, versions, pass, &summary, &calls, args.all)?;
            out.flush()?;
        }
    }
    if let Some(out) = &args.out {
        let path = out.display().to_string();
        tell(Level::Info, "written", &both!("已写出 {path}"; "written {path}"), [("path", path.clone().into())]);
    }
    Ok(Exit::Done)
}

fn engine(folder: &Path) -> anyhow::Result<Engine> {
    load_engine((folder != Path::new("builtin")).then_some(folder))
}

fn show(
    out: &mut impl Write,
    [old, new]: [&str; 2],
    pass: Pass,
    summary: &Summary,
    calls: &[Change],
    all: bool,
) -> io::Result<()> {
    writeln!(out, "词库 {old} → {new}")?;
    write!(out, "通话 {}，变了 {}，只变了证据的 {}", pass.calls, summary.changed, summary.only_evidence)?;
    for (count, what) in [(pass.unreadable, "读不出"), (pass.repeated, "编号重复未比")] {
        if count > 0 {
            write!(out, "，{what} {count}")?;
        }
    }
    writeln!(out)?;
    for axis in &summary.scores {
        write!(out, "{}  升 {}，降 {}", axis.zh, axis.up, axis.down)?;
        for (index, crossing) in axis.crossings.iter().enumerate() {
            let before = if index == 0 { "；等级 " } else { "，" };
            write!(out, "{before}{}→{} {}", crossing.zh.0, crossing.zh.1, crossing.calls)?;
        }
        writeln!(out)?;
    }
    if summary.scam_type_changed > 0 {
        writeln!(out, "诈骗类型变了的通话 {}", summary.scam_type_changed)?;
    }
    if !summary.terms.is_empty() {
        writeln!(out, "\n词条，得失最多的在前")?;
        let shown = if all { summary.terms.len() } else { SHOWN };
        for term in summary.terms.iter().take(shown) {
            write!(out, "{:>+6} 分  {} {}", term.points, term.zh, term.id)?;
            let counts = [(term.calls_up, "加分"), (term.calls_down, "减分"), (term.came, "新增"), (term.went, "消失")];
            for (count, what) in counts.iter().filter(|(count, _)| *count > 0) {
                write!(out, "，{what} {count} 通")?;
            }
            let words = shorten(&term.term);
            writeln!(out, "{}{words}", if words.is_empty() { "" } else { "  " })?;
        }
        more(out, summary.terms.len().saturating_sub(shown))?;
    }
    if !calls.is_empty() {
        writeln!(out, "\n通话，变得最多的在前")?;
        for change in calls {
            writeln!(out, "{}  {}", change.call_id, standings(change))?;
            let terms: Vec<String> = change.terms.iter().take(6).map(term).collect();
            let rest = change.terms.len() - terms.len();
            let rest = if rest > 0 { format!("，另有 {rest} 项") } else { String::new() };
            if !terms.is_empty() {
                writeln!(out, "      {}{rest}", terms.join("，"))?;
            }
        }
        more(out, (summary.changed + summary.only_evidence) as usize - calls.len())?;
    }
    Ok(())
}

fn more(out: &mut impl Write, rest: usize) -> io::Result<()> {
    if rest > 0 { writeln!(out, "      …… 还有 {rest} 项（--all 全部列出）") } else { Ok(()) }
}

/// What changed of a call's scores: `风险 38→43 低→中`.
fn standings(change: &Change) -> String {
    let Change { old, new, .. } = change;
    let mut parts = Vec::new();
    let mut part = |name: &str, scores: [Option<u8>; 2], levels: [&str; 2]| {
        let score = |score: Option<u8>| score.map_or("–".to_owned(), |score| score.to_string());
        let levels = match levels {
            [old, new] if old == new => old.to_owned(),
            [old, new] => format!("{old}→{new}"),
        };
        if scores[0] != scores[1] || levels.contains('→') {
            parts.push(format!("{name} {}→{} {levels}", score(scores[0]), score(scores[1])));
        }
    };
    part("风险", [Some(old.risk), Some(new.risk)], [old.risk_level.zh(), new.risk_level.zh()]);
    part("情绪", [Some(old.distress), Some(new.distress)], [old.distress_level.zh(), new.distress_level.zh()]);
    part("共情", [old.empathy, new.empathy], [old.empathy_level.zh(), new.empathy_level.zh()]);
    if old.scam_type != new.scam_type {
        let name = |standing: &Standing| standing.scam_type.map_or("无", |kind| kind.zh());
        parts.push(format!("类型 {}→{}", name(old), name(new)));
    }
    if parts.is_empty() {
        parts.push("分数不变".to_owned());
    }
    parts.join("；")
}

/// `BK-001 新增 +1`.
fn term(term: &TermChange) -> String {
    let what = match (term.old.lines, term.new.lines) {
        (0, _) => " 新增",
        (_, 0) => " 消失",
        _ => "",
    };
    format!("{}{what} {:+}", term.id, term.gain())
}

/// Characters of a term that are shown.
const TERM: usize = 40;

fn shorten(term: &str) -> String {
    let head: String = term.chars().take(TERM).collect();
    if head.len() < term.len() { format!("{head}…") } else { head }
}

/// What `--format json` shows.
#[derive(Serialize)]
struct Shown<'a> {
    old_version: &'a str,
    new_version: &'a str,
    #[serde(flatten)]
    pass: Pass,
    #[serde(flatten)]
    summary: &'a Summary,
    changed_calls: Vec<ShownCall<'a>>,
    all_shown: bool,
}

#[derive(Serialize)]
struct ShownCall<'a> {
    call_id: &'a str,
    source: &'a str,
    old: ShownStanding,
    new: ShownStanding,
    terms: Vec<ShownTerm<'a>>,
}

#[derive(Serialize)]
struct ShownStanding {
    risk_score: u8,
    risk_level: &'static str,
    scam_type: &'static str,
    distress_score: u8,
    distress_level: &'static str,
    empathy_score: Option<u8>,
    empathy_level: &'static str,
}

#[derive(Serialize)]
struct ShownTerm<'a> {
    id: &'a str,
    dimension: &'static str,
    old_points: i32,
    new_points: i32,
    old_lines: u32,
    new_lines: u32,
}

impl<'a> Shown<'a> {
    fn new(versions: [&'a str; 2], pass: Pass, summary: &'a Summary, calls: &'a [Change], all: bool) -> Shown<'a> {
        let changed = (summary.changed + summary.only_evidence) as usize;
        Shown {
            old_version: versions[0],
            new_version: versions[1],
            pass,
            summary,
            all_shown: all || calls.len() == changed,
            changed_calls: calls.iter().map(ShownCall::new).collect(),
        }
    }
}

impl<'a> ShownCall<'a> {
    fn new(change: &'a Change) -> ShownCall<'a> {
        let terms = change.terms.iter().map(|term| ShownTerm {
            id: &term.id,
            dimension: term.dimension.as_str(),
            old_points: term.old.points,
            new_points: term.new.points,
            old_lines: term.old.lines,
            new_lines: term.new.lines,
        });
        ShownCall {
            call_id: &change.call_id,
            source: &change.source,
            old: ShownStanding::new(&change.old),
            new: ShownStanding::new(&change.new),
            terms: terms.collect(),
        }
    }
}

impl ShownStanding {
    fn new(standing: &Standing) -> ShownStanding {
        ShownStanding {
            risk_score: standing.risk,
            risk_level: standing.risk_level.as_str(),
            scam_type: standing.scam_type.map_or("none", |kind| kind.as_str()),
            distress_score: standing.distress,
            distress_level: standing.distress_level.as_str(),
            empathy_score: standing.empathy,
            empathy_level: standing.empathy_level.as_str(),
        }
    }
}
