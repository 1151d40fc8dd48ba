//! `tinghu explain`: one call in the terminal, with its evidence and its ledgers.

use std::io::{self, Write};

use tinghu::both;
use tinghu::call::Call;
use tinghu::normalise::mask_turns;
use tinghu::read::{self, SpeakerTable};
use tinghu::score::{Dimension, Line, Scored, score_call};
use tinghu::text::escape;

use super::args::ExplainArgs;
use super::config::{lexicons, reading, settings};
use super::terminal::Screen;
use super::{Exit, UsageError, load_engine, usage};

/// Finds the call and shows it.
pub fn run(args: &ExplainArgs) -> anyhow::Result<Exit> {
    let inputs = read::discover(&args.inputs).map_err(usage)?;
    let settings = settings(&args.engine)?;
    let speakers = SpeakerTable::with(settings.speakers.clone());
    let options = reading(None, &settings)?;
    for source in &inputs.sources {
        for raw in read::open(source, &options) {
            let Ok((call, _)) = raw.parse(&speakers) else { continue };
            if call.id == args.call {
                let engine = load_engine(lexicons(&args.engine, &settings))?;
                let scored = score_call(&engine, &call);
                let paint = Paint(Screen::of_stdout());
                let out = &mut super::terminal::stdout();
                show(out, &call, &scored, args.all, paint)?;
                out.flush()?;
                return Ok(Exit::Done);
            }
        }
    }
    let id = &args.call;
    Err(UsageError(both!("输入里没有通话 {id}"; "no call {id} in the inputs")).into())
}

#[derive(Clone, Copy)]
struct Paint(Screen);

impl Paint {
    fn code(self, code: &str, text: &str) -> String {
        self.0.paint(code, text)
    }

    /// Evidence: red for risk, yellow for distress, green for care, cyan for duty.
    fn evidence(self, dimension: Dimension, text: &str) -> String {
        let code = match dimension {
            Dimension::Risk => "31",
            Dimension::Distress => "33",
            Dimension::Empathy => "32",
            Dimension::Conduct => "35",
            Dimension::Duty => "36",
        };
        if self.0.colour { self.code(code, text) } else { format!("【{text}】") }
    }
}

fn show(out: &mut impl Write, call: &Call, scored: &Scored, all: bool, paint: Paint) -> io::Result<()> {
    writeln!(out, "{}", paint.code("1", &format!("通话 {}", escape(&call.id))))?;
    let masked = mask_turns(&call.turns);
    for (index, text) in masked.iter().enumerate() {
        let turn = &call.turns[index];
        let time = turn.start_ms.map_or("     ".to_owned(), |ms| format!("{:02}:{:02}", ms / 60_000, ms / 1_000 % 60));
        let lines: Vec<&Line> = scored
            .ledger
            .iter()
            .filter(|line| line.turn == Some(index) && line.span.is_some() && (all || counted(line)))
            .collect();
        writeln!(out, "{:>3} {time} {:<8} {}", index + 1, turn.speaker.as_str(), highlight(text, &lines, paint))?;
        for line in lines {
            let id = paint.code("2", &escape(&line.id));
            writeln!(
                out,
                "{:>19} {:<8} {:>+3} {} {id} {}",
                "",
                line.dimension.as_str(),
                line.points,
                escape(line.kind),
                escape(&line.reason)
            )?;
        }
    }
    for dimension in [Dimension::Risk, Dimension::Distress, Dimension::Empathy, Dimension::Conduct] {
        ledger(out, scored, dimension, paint)?;
    }
    let risk = &scored.risk;
    writeln!(
        out,
        "\n风险 {} {} 类型 {} {} 阶段 {}  情绪 {} {}  共情 {} {}",
        risk.score,
        risk.level.as_str(),
        risk.scam_type.map_or("none", |kind| kind.as_str()),
        risk.scam_type_2.map_or("", |kind| kind.as_str()),
        risk.phase.as_str(),
        scored.distress.score,
        scored.distress.level.as_str(),
        scored.empathy.score.map_or("–".to_owned(), |score| score.to_string()),
        scored.empathy.band.as_str(),
    )
}

fn counted(line: &Line) -> bool {
    line.points != 0 || line.dimension == Dimension::Duty || line.term.is_none()
}

/// Characters of a transcript as they may go to a terminal.
fn outside(chars: &[char]) -> String {
    escape(&chars.iter().collect::<String>()).into_owned()
}

/// The turn with the matched words marked: those of terms before those of wording; where matches overlap, the first.
fn highlight(text: &str, lines: &[&Line], paint: Paint) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut spans: Vec<(usize, usize, Dimension)> = lines
        .iter()
        .filter(|line| line.term.is_some() || lines.iter().all(|other| other.term.is_none() || !overlap(line, other)))
        .filter_map(|line| line.span.map(|(start, end)| (start as usize, end as usize, line.dimension)))
        .collect();
    spans.sort_by_key(|&(start, end, _)| (start, std::cmp::Reverse(end)));
    let (mut shown, mut at) = (String::new(), 0);
    for (start, end, dimension) in spans {
        if start < at || end > chars.len() {
            continue;
        }
        shown.push_str(&outside(&chars[at..start]));
        shown.push_str(&paint.evidence(dimension, &outside(&chars[start..end])));
        at = end;
    }
    shown.push_str(&outside(&chars[at..]));
    shown
}

fn overlap(a: &Line, b: &Line) -> bool {
    a.span.zip(b.span).is_some_and(|(a, b)| a.0 < b.1 && b.0 < a.1)
}

fn ledger(out: &mut impl Write, scored: &Scored, dimension: Dimension, paint: Paint) -> io::Result<()> {
    let lines: Vec<&Line> =
        scored.ledger.iter().filter(|line| line.dimension == dimension && line.points != 0).collect();
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", paint.code("1", dimension.as_str()))?;
    for line in &lines {
        let turn = line.turn.map_or("    ".to_owned(), |turn| format!("#{:<3}", turn + 1));
        writeln!(out, "  {:>+4}  {turn} {:<22} {}", line.points, escape(&line.id), escape(&line.reason))?;
    }
    writeln!(out, "  {:>4}  合计", lines.iter().map(|line| line.points).sum::<i32>())
}
