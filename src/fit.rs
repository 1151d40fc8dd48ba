//! Learning `wording.csv` from labelled calls: penalised least squares over short runs of characters.
//!
//! Each question is a linear function of which runs each speaker says at all. The penalty (a ridge) keeps
//! every weight small, so that no single word decides; runs that few calls hold weigh by how rare they
//! are (inverse document frequency), as in text classification. The fit is a small linear system over
//! the calls, solved by conjugate gradients: the same calls give the same file.

use std::collections::{BTreeMap, BTreeSet};

use crate::call::{Call, Speaker};
use crate::evaluate::Expected;
use crate::lexicon::wording::{Aspect, COLUMNS, Gram, START};
use crate::matching::{TurnText, spoken, stretch};

/// Calls that must hold a run before anything is learnt of it.
pub const FEWEST_CALLS: usize = 3;

/// The ridge, as a share of a call's own mean strength. Figures change little from 0.03 to 0.3.
const RIDGE: f64 = 0.1;

/// Weights below this many hundredths of a point are left out of the file.
const SMALLEST: i32 = 12;

/// How readily a run of the agent's is learnt from for risk and phase, beside the customer's: an agent who
/// halts the customer tells much, but the scams that agents miss are the ones most to be found.
const AGENT: f64 = 0.65;

/// What a label answers to a question, from 0 to 100; `None` where it does not say.
fn answer(expected: &Expected, aspect: Aspect) -> Option<f64> {
    let among = |word: &str, points: &[(&str, f64)]| points.iter().find(|(name, _)| *name == word).map(|(_, p)| *p);
    let yes = |holds: bool| Some(if holds { 100.0 } else { 0.0 });
    match aspect {
        Aspect::Risk => among(&expected.risk, &[("low", 0.0), ("medium", 50.0), ("high", 100.0)]),
        Aspect::Distress => {
            among(&expected.distress, &[("none", 0.0), ("low", 33.0), ("medium", 67.0), ("high", 100.0)])
        }
        Aspect::Care => among(&expected.empathy, &[("poor", 0.0), ("fair", 50.0), ("good", 100.0)]),
        Aspect::Warned => yes(expected.agent_warned),
        Aspect::Taboo => yes(expected.taboo),
        Aspect::SelfHarm => yes(expected.self_harm),
        // Which script it is can only be learnt from calls that have one.
        Aspect::Type(kind) if expected.scam_type != "none" => yes(expected.scam_type == kind.as_str()),
        Aspect::Type(_) => None,
        Aspect::Phase(phase) => yes(expected.phase == phase.as_str()),
    }
}

/// One learnt row of `wording.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learnt {
    /// Whose words.
    pub speaker: Speaker,
    /// The run.
    pub gram: Gram,
    /// In how many of the labelled calls that speaker says it.
    pub calls: usize,
    /// What it tells, in hundredths of a point.
    pub weights: Vec<(Aspect, i32)>,
}

/// Learns from labelled calls; rows in the order of the file: where questions begin, then the customer's
/// runs, then the agent's, each by their characters.
pub fn fit(labelled: &[(Call, Expected)]) -> Vec<Learnt> {
    let said: Vec<Said> = labelled.iter().map(|(call, _)| Said::of(call)).collect();
    let mut calls_of: BTreeMap<(Speaker, Gram), usize> = BTreeMap::new();
    for gram in said.iter().flat_map(|said| &said.grams) {
        *calls_of.entry(*gram).or_default() += 1;
    }
    calls_of.retain(|_, calls| *calls >= FEWEST_CALLS);
    let mut start = Vec::new();
    let mut weights: BTreeMap<(Speaker, Gram), Vec<(Aspect, i32)>> = BTreeMap::new();
    for aspect in Aspect::all() {
        let answers: Vec<Option<f64>> = labelled.iter().map(|(_, expected)| answer(expected, aspect)).collect();
        let agent = if matches!(aspect, Aspect::Risk | Aspect::Phase(_)) { AGENT } else { 1.0 };
        let (mean, learnt) = weigh(&said, &calls_of, &answers, aspect.heard(), agent);
        start.push((aspect, hundredths(mean)));
        for (gram, weight) in learnt {
            if hundredths(weight).abs() >= SMALLEST {
                weights.entry(gram).or_default().push((aspect, hundredths(weight)));
            }
        }
    }
    let everywhere = Gram::new(&[START]).map(|gram| Learnt {
        speaker: Speaker::Customer,
        gram,
        calls: labelled.len(),
        weights: start,
    });
    let mut rows: Vec<Learnt> = weights
        .into_iter()
        .map(|((speaker, gram), weights)| Learnt { speaker, gram, calls: calls_of[&(speaker, gram)], weights })
        .collect();
    rows.sort_by_key(|row| (row.speaker == Speaker::Agent, row.gram.text()));
    everywhere.into_iter().chain(rows).collect()
}

fn hundredths(points: f64) -> i32 {
    (points * 100.0).round() as i32
}

/// What a call holds.
struct Said {
    grams: BTreeSet<(Speaker, Gram)>,
    /// Characters of the customer's and of the agent's words.
    lengths: BTreeMap<Speaker, usize>,
}

impl Said {
    fn of(call: &Call) -> Said {
        let mut said = Said { grams: BTreeSet::new(), lengths: BTreeMap::new() };
        for turn in call.turns.iter().filter(|turn| turn.speaker != Speaker::Other) {
            let length = spoken(&TurnText::of(turn), |gram, _| {
                said.grams.insert((turn.speaker, gram));
                true
            });
            *said.lengths.entry(turn.speaker).or_default() += length;
        }
        said
    }

    fn stretch(&self, heard: &[Speaker]) -> f64 {
        let length = heard.iter().filter_map(|speaker| self.lengths.get(speaker)).sum();
        f64::from(stretch(length, heard.len())) / 1_000.0
    }
}

/// The mean answer and the weight of every gram for one question, by ridge regression in its dual form.
fn weigh(
    said: &[Said],
    calls_of: &BTreeMap<(Speaker, Gram), usize>,
    answers: &[Option<f64>],
    heard: &[Speaker],
    agent: f64,
) -> (f64, BTreeMap<(Speaker, Gram), f64>) {
    let all = said.len() as f64;
    let rarity = |speaker: Speaker, calls: usize| {
        let readily = if speaker == Speaker::Agent { agent } else { 1.0 };
        readily * (((1.0 + all) / (1.0 + calls as f64)).ln() + 1.0)
    };
    let place: BTreeMap<(Speaker, Gram), (usize, f64)> = calls_of
        .iter()
        .filter(|((speaker, _), _)| heard.contains(speaker))
        .enumerate()
        .map(|(index, (gram, &calls))| (*gram, (index, rarity(gram.0, calls))))
        .collect();
    let mut rows: Vec<Vec<(usize, f64)>> = Vec::new();
    let mut targets: Vec<f64> = Vec::new();
    for (said, answer) in said.iter().zip(answers) {
        if let Some(points) = answer {
            let stretch = said.stretch(heard);
            let known = said.grams.iter().filter_map(|gram| place.get(gram));
            rows.push(known.map(|&(at, rarity)| (at, rarity * stretch)).collect());
            targets.push(*points);
        }
    }
    let mean = targets.iter().sum::<f64>() / targets.len().max(1) as f64;
    targets.iter_mut().for_each(|target| *target -= mean);
    let strength = rows.iter().flatten().map(|(_, value)| value * value).sum::<f64>() / rows.len().max(1) as f64;
    let shares = solve(&rows, place.len(), &targets, RIDGE * strength);
    let weights = transposed(&rows, place.len(), &shares);
    (mean, place.into_iter().map(|(gram, (index, rarity))| (gram, weights[index] * rarity)).collect())
}

/// Solves `(X Xᵀ + ridge) a = target` by conjugate gradients.
fn solve(rows: &[Vec<(usize, f64)>], columns: usize, target: &[f64], ridge: f64) -> Vec<f64> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let apply = |a: &[f64]| {
        let weights = transposed(rows, columns, a);
        let product = |row: &Vec<(usize, f64)>| row.iter().map(|&(at, value)| value * weights[at]).sum::<f64>();
        rows.iter().zip(a).map(|(row, own)| product(row) + ridge * own).collect::<Vec<f64>>()
    };
    let mut solution = vec![0.0; target.len()];
    let mut residual = target.to_vec();
    let mut direction = residual.clone();
    let mut error = dot(&residual, &residual);
    let enough = error * 1e-12;
    for _ in 0..target.len() {
        if error <= enough {
            break;
        }
        let moved = apply(&direction);
        let step = error / dot(&direction, &moved);
        for at in 0..solution.len() {
            solution[at] += step * direction[at];
            residual[at] -= step * moved[at];
        }
        let next = dot(&residual, &residual);
        for at in 0..direction.len() {
            direction[at] = residual[at] + next / error * direction[at];
        }
        error = next;
    }
    solution
}

/// `Xᵀ a`.
fn transposed(rows: &[Vec<(usize, f64)>], columns: usize, a: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; columns];
    for (row, factor) in rows.iter().zip(a) {
        for &(at, value) in row {
            sums[at] += value * factor;
        }
    }
    sums
}

/// The file, as a maintainer opens it: UTF-8 with a byte order mark, Chinese headers.
///
/// # Errors
/// None but those of memory: the table is written there.
pub fn table(rows: &[Learnt]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer("\u{FEFF}".as_bytes().to_vec());
    writer.write_record(["片段", "说话人", "通话数"].iter().chain(&COLUMNS))?;
    for row in rows {
        let speaker = if row.speaker == Speaker::Agent { "坐席" } else { "客户" };
        let mut cells = vec![row.gram.text(), speaker.to_owned(), row.calls.to_string()];
        for column in COLUMNS {
            let own = row.weights.iter().filter(|(aspect, _)| aspect.column() == column);
            let shown = own.map(|(aspect, weight)| match aspect.word() {
                Some(word) => format!("{word}:{weight}"),
                None => weight.to_string(),
            });
            cells.push(shown.collect::<Vec<_>>().join(" "));
        }
        writer.write_record(&cells)?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}
