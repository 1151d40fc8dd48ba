//! `tinghu evaluate`: a run held against labels.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anyhow::Context;
use tinghu::evaluate::{Confusion, Figure, Predicted, read_labels, read_run, report, reviewed};
use tinghu::review::Book;
use tinghu::text::escape;

use super::args::EvaluateArgs;
use super::stats::print_precisions;
use super::{Exit, UsageError};

/// Prints the table, the confusions and the disagreements.
pub fn run(args: &EvaluateArgs) -> anyhow::Result<Exit> {
    let run = read_run(&args.run)?;
    if let [path] = args.labels.as_slice()
        && Book::is_one(path)
    {
        return by_people(&run, &Book::open(path).map_err(|error| UsageError(error.to_string()))?, args.all);
    }
    let mut labels = BTreeMap::new();
    for path in &args.labels {
        let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        labels.extend(read_labels(&text).with_context(|| path.display().to_string())?);
    }
    let report = report(&run, &labels);
    let out = &mut super::terminal::plain_stdout();
    writeln!(
        out,
        "{} labelled calls, {} of them not in the run\n",
        report.calls + report.missing.len(),
        report.missing.len()
    )?;
    for figure in &report.figures {
        print_figure(out, figure)?;
    }
    for confusion in &report.confusions {
        print_confusion(out, confusion)?;
    }
    writeln!(out, "\ndisagreements, worst first (label → run)")?;
    let shown = if args.all { report.disagreements.len() } else { 20 };
    for (weight, call, wrong) in report.disagreements.iter().take(shown) {
        writeln!(out, "{weight:>4}  {:<12} {}", escape(call), wrong.join(", "))?;
    }
    if report.disagreements.len() > shown {
        writeln!(out, "      … and {} more (--all)", report.disagreements.len() - shown)?;
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// Prints what became of verdicts, and how often people found the run right.
fn by_people(run: &BTreeMap<String, Predicted>, book: &Book, all: bool) -> anyhow::Result<Exit> {
    let found = reviewed(run, &book.latest());
    let out = &mut super::terminal::plain_stdout();
    writeln!(
        out,
        "{} reviewed calls in the run, {} not in it; {} at another risk level now\n",
        found.calls, found.missing, found.moved
    )?;
    for figure in &found.figures {
        print_figure(out, figure)?;
    }
    print_precisions(out, &found.precisions, all)?;
    out.flush()?;
    Ok(Exit::Done)
}

fn print_figure(out: &mut impl Write, figure: &Figure) -> io::Result<()> {
    let share = figure.share().map_or("   –".to_owned(), |share| format!("{share:.3}"));
    let interval = figure.interval.map_or(String::new(), |(low, high)| format!("[{low:.2}, {high:.2}]"));
    writeln!(out, "{:<46} {share}  {:>4}/{:<4} {interval}", figure.name, figure.hits, figure.of)
}

fn print_confusion(out: &mut impl Write, confusion: &Confusion) -> io::Result<()> {
    writeln!(out, "\n{} (rows: label, columns: run)", confusion.name)?;
    write!(out, "{:<12}", "")?;
    for word in &confusion.words {
        write!(out, "{word:>12}")?;
    }
    writeln!(out, "{:>11}{:>8}{:>8}", "precision", "recall", "F1")?;
    let shown = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.2}"));
    for (row, word) in confusion.words.iter().enumerate() {
        write!(out, "{word:<12}")?;
        for count in &confusion.counts[row] {
            write!(out, "{count:>12}")?;
        }
        let (precision, recall, f1) = confusion.scores(row);
        writeln!(out, "{:>11}{:>8}{:>8}", shown(precision), shown(recall), shown(f1))?;
    }
    Ok(())
}
