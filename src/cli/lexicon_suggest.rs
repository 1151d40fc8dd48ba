//! `tinghu lexicon suggest`: candidate terms from confirmed calls, and words that were misheard.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tinghu::both;
use tinghu::call::Speaker;
use tinghu::evaluate::read_labels;
use tinghu::matching::SoundAlike;
use tinghu::read::{self, SpeakerTable};
use tinghu::review::Book;
use tinghu::said::Said;
use tinghu::workbench::each_call;
use tinghu::workbench::suggest::{
    Counting, Counts, Heard, Labels, Misheard, Mishearings, Suggestion, Thresholds, suggestion_table,
};

use super::config::{lexicons, reading, settings};
use super::lexicon_args::{SpeakerArg, SuggestArgs};
use super::lexicon_out::{NewFile, print_json};
use super::shared_args::FormatArg;
use super::terminal::{Level, plain_stdout, tell};
use super::{Exit, load_engine, refuses, usage};

/// Suggestions and mishearings that are shown unless all are wanted.
const SHOWN: usize = 30;

/// Reads the calls twice: what confirmed calls say, and how often all calls say it.
pub fn run(args: &SuggestArgs) -> anyhow::Result<Exit> {
    let settings = settings(&args.engine)?;
    let inputs = read::discover(&args.inputs).map_err(usage)?;
    if inputs.sources.iter().any(|source| source.path().is_none()) {
        return Err(usage(both!(
            "通话要读两遍，标准输入只能读一遍：请给文件或文件夹";
            "the calls are read twice, and standard input cannot be: give files or folders"
        ))
        .into());
    }
    let labels = labels(&args.labels)?;
    let mut kept: Vec<&Path> = inputs.sources.iter().filter_map(read::Source::path).collect();
    kept.extend(args.labels.iter().map(PathBuf::as_path));
    let out = args.out.as_deref().map(|path| NewFile::prepare(path, args.force, &kept)).transpose()?;
    let engine = load_engine(lexicons(&args.engine, &settings))?;
    let alike = SoundAlike::new(engine.lexicon(), engine.segmenter())?;
    let (options, speakers) = (reading(None, &settings)?, SpeakerTable::with(settings.speakers.clone()));
    let speaker = match args.speaker {
        SpeakerArg::Customer => Speaker::Customer,
        SpeakerArg::Agent => Speaker::Agent,
        SpeakerArg::Other => Speaker::Other,
    };
    let counting = Counting { engine: &engine, labels: &labels, speaker };
    let thresholds = Thresholds { calls: args.min_calls as usize, z: args.min_z, ..Thresholds::default() };
    let mut heard = Heard::default();
    each_call(&inputs.sources, &options, &speakers, |call, _| Heard::read(&counting, call), |said| heard.add(said));
    let fresh = heard.finish(thresholds.calls);
    let mut counts = fresh.clone();
    let mut misheard = Mishearings::new(&engine);
    let pass = each_call(
        &inputs.sources,
        &options,
        &speakers,
        |call, _| (fresh.read(&counting, call), Mishearings::read(&engine, &alike, &labels, speaker, call)),
        |(phrases, sounds)| {
            counts.add(phrases);
            misheard.add(sounds);
        },
    );
    let [confirmed, ordinary] = counts.calls();
    if confirmed < u64::from(args.min_calls) || ordinary == 0 {
        return Err(usage(both!(
            "输入里有标注的通话太少：确认 {confirmed} 通，普通 {ordinary} 通，没法比";
            "too few labelled calls in the input: {confirmed} confirmed, {ordinary} ordinary"
        ))
        .into());
    }
    let mut shown = Shown::new(&counts, &thresholds, misheard, pass.calls);
    if let Some(out) = &out {
        out.write(&suggestion_table(&shown.found, engine.lexicon(), speaker, !args.no_quotes))?;
    }
    if args.no_quotes {
        shown.found.iter_mut().for_each(|found| found.contexts.clear());
        shown.misheard.iter_mut().for_each(|found| found.contexts.clear());
    }
    match args.format {
        FormatArg::Json => print_json(&shown.json())?,
        FormatArg::Text => {
            let out = &mut plain_stdout();
            shown.print(out, args.all)?;
            out.flush()?;
        }
    }
    if let Some(out) = &args.out {
        let (path, rows) = (out.display().to_string(), shown.found.len());
        let message = both!("已写出 {path}：{rows} 行，状态「试行」"; "written {path}: {rows} rows, on trial");
        tell(Level::Info, "written", &message, [("path", path.clone().into()), ("rows", rows.into())]);
    }
    Ok(Exit::Done)
}

/// The labels of all files; a call that two of them hold is refused.
fn labels(paths: &[PathBuf]) -> anyhow::Result<Labels> {
    if let [path] = paths
        && Book::is_one(path)
    {
        let book = Book::open(path).map_err(usage)?;
        return Ok(Labels::reviewed(&book.latest()));
    }
    let mut all = BTreeMap::new();
    for path in paths {
        let text = std::fs::read_to_string(path).map_err(refuses(path))?;
        let shown = path.display();
        let labels = read_labels(&text).map_err(|error| {
            let why = error.both();
            usage(both!("{shown}：{}", why.zh; "{shown}: {}", why.en))
        })?;
        for (id, label) in labels {
            if all.insert(id.clone(), label).is_some() {
                return Err(
                    usage(both!("{shown}：通话 {id} 标注了两次"; "{shown}: call {id} is labelled twice")).into()
                );
            }
        }
    }
    Ok(Labels::of(&all))
}

struct Shown {
    calls: [u64; 3],
    found: Vec<Suggestion>,
    misheard: Vec<Misheard>,
}

impl Shown {
    fn new(counts: &Counts, thresholds: &Thresholds, misheard: Mishearings<'_>, all: u64) -> Shown {
        let [confirmed, ordinary] = counts.calls();
        Shown {
            calls: [confirmed, ordinary, all],
            found: counts.suggestions(thresholds),
            misheard: misheard.finish(counts.calls()),
        }
    }

    fn print(&self, out: &mut impl Write, all: bool) -> io::Result<()> {
        let [confirmed, ordinary, calls] = self.calls;
        writeln!(out, "通话 {calls}：确认 {confirmed}，普通 {ordinary}")?;
        let shown = |count: usize| if all { count } else { count.min(SHOWN) };
        writeln!(out, "\n建议的词条 {} 个，最有把握的在前", self.found.len())?;
        for found in &self.found[..shown(self.found.len())] {
            write!(out, "{}  确认 {} 普通 {}  z {:.1}", found.phrase, found.confirmed.0, found.ordinary.0, found.z)?;
            if let Some(cohesion) = found.cohesion {
                write!(out, "  凝聚 {cohesion:.1}")?;
            }
            write!(out, "  左右熵 {:.1}/{:.1}", found.variety.0, found.variety.1)?;
            writeln!(out, "{}", found.scam_type.map_or(String::new(), |kind| format!("  {}", kind.zh())))?;
            if !found.merged.is_empty() {
                writeln!(out, "      并入 {}", found.merged.join("｜"))?;
            }
            for context in &found.contexts {
                writeln!(out, "      “{context}”")?;
            }
        }
        more(out, self.found.len() - shown(self.found.len()))?;
        writeln!(out, "\n可能听错的 {} 处", self.misheard.len())?;
        for found in &self.misheard[..shown(self.misheard.len())] {
            let [confirmed, ordinary, unknown] = found.calls;
            write!(out, "{} {} → {}  确认 {confirmed} 普通 {ordinary}", found.term_id, found.meant, found.heard)?;
            writeln!(out, "{}", if unknown > 0 { format!(" 其他 {unknown}") } else { String::new() })?;
            for context in &found.contexts {
                writeln!(out, "      “{context}”")?;
            }
        }
        more(out, self.misheard.len() - shown(self.misheard.len()))
    }

    fn json(&self) -> Json<'_> {
        let suggestions = self.found.iter().map(|found| JsonSuggestion {
            phrase: &found.phrase,
            confirmed_calls: found.confirmed.0,
            ordinary_calls: found.ordinary.0,
            z: rounded(found.z),
            cohesion: found.cohesion.map(rounded),
            entropy_before: rounded(found.variety.0),
            entropy_after: rounded(found.variety.1),
            scam_type: found.scam_type.map(|kind| kind.as_str()),
            kind: found.kind,
            merged: &found.merged,
            contexts: &found.contexts,
        });
        let misheard = self.misheard.iter().map(|found| JsonMisheard {
            term_id: &found.term_id,
            meant: &found.meant,
            heard: &found.heard,
            confirmed_calls: found.calls[0],
            ordinary_calls: found.calls[1],
            other_calls: found.calls[2],
            contexts: &found.contexts,
        });
        let [confirmed_calls, ordinary_calls, calls] = self.calls;
        Json {
            calls,
            confirmed_calls,
            ordinary_calls,
            suggestions: suggestions.collect(),
            misheard: misheard.collect(),
        }
    }
}

fn more(out: &mut impl Write, rest: usize) -> io::Result<()> {
    if rest > 0 { writeln!(out, "      …… 还有 {rest} 项（--all 全部列出）") } else { Ok(()) }
}

/// Two decimals are all that a person weighs.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// What `--format json` shows.
#[derive(Serialize)]
struct Json<'a> {
    calls: u64,
    confirmed_calls: u64,
    ordinary_calls: u64,
    suggestions: Vec<JsonSuggestion<'a>>,
    misheard: Vec<JsonMisheard<'a>>,
}

#[derive(Serialize)]
struct JsonSuggestion<'a> {
    phrase: &'a str,
    confirmed_calls: usize,
    ordinary_calls: u64,
    z: f64,
    cohesion: Option<f64>,
    entropy_before: f64,
    entropy_after: f64,
    scam_type: Option<&'static str>,
    kind: Option<&'static str>,
    merged: &'a [String],
    contexts: &'a [String],
}

#[derive(Serialize)]
struct JsonMisheard<'a> {
    term_id: &'a str,
    meant: &'a str,
    heard: &'a str,
    confirmed_calls: u64,
    ordinary_calls: u64,
    other_calls: u64,
    contexts: &'a [String],
}
