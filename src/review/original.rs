//! What a run wrote of the rows that were reviewed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

use super::fault::ReviewError;
use super::layout::is_known;
use crate::read::{Sheet, bare};
use crate::run::{ReadRunError, Run};
use crate::score::Dimension;
use crate::write::{CALL_COLUMNS, Column, HIT_COLUMNS, Profile, unguarded};

/// The cells of rows, in the order of the run's columns, as they stand in its tables.
#[derive(Debug)]
pub(super) struct Originals {
    pub lexicon_version: String,
    pub calls: BTreeMap<String, Vec<String>>,
    /// More than one row where the same arithmetic gave points twice.
    pub hits: BTreeMap<String, Vec<Vec<String>>>,
    /// The named rules that gave or took points of risk, by call.
    pub rules: BTreeMap<String, Vec<String>>,
}

impl Originals {
    /// Looks up the rows of these ids in a run.
    pub fn of(folder: &Path, calls: &BTreeSet<String>, hits: &BTreeSet<String>) -> Result<Originals, ReviewError> {
        let run = Run::open(folder)?;
        let mut found = Originals {
            lexicon_version: run.manifest().lexicon_version.clone(),
            calls: BTreeMap::new(),
            hits: BTreeMap::new(),
            rules: BTreeMap::new(),
        };
        each(&run, "calls.csv", CALL_COLUMNS, |cells| {
            let id = id(&cells[0]);
            if calls.contains(id) {
                found.calls.insert(id.to_owned(), cells.to_vec());
            }
        })?;
        let place = |name: &str| HIT_COLUMNS.iter().position(|(english, _)| *english == name).unwrap_or(0);
        let (call_id, matched_by) = (place("call_id"), place("match"));
        let (term_id, points, dimension) = (place("term_id"), place("points"), place("dimension"));
        each(&run, "hits.csv", HIT_COLUMNS, |cells| {
            let call = id(&cells[call_id]);
            if hits.contains(id(&cells[0])) {
                found.hits.entry(id(&cells[0]).to_owned()).or_default().push(cells.to_vec());
            }
            let of_risk = Dimension::parse(&cells[dimension]) == Some(Dimension::Risk) && cells[points] != "0";
            if calls.contains(call) && of_risk && is_named_rule(&cells[matched_by], &cells[term_id]) {
                found.rules.entry(call.to_owned()).or_default().push(cells[term_id].clone());
            }
        })?;
        for rules in found.rules.values_mut() {
            rules.sort();
            rules.dedup();
        }
        Ok(found)
    }
}

/// Whether a line of the ledger is that of a rule in `rules.toml`; what wording tells is a line of its own.
fn is_named_rule(matched_by: &str, id: &str) -> bool {
    matched_by == "rule" && !id.starts_with("wording")
}

/// An id as it is compared, without what protects it.
pub(super) fn id(cell: &str) -> &str {
    unguarded(cell.trim(), Some(Profile::Excel))
}

/// Takes the rows of a table of the run one by one, after making sure that it is the one that was published.
fn each(run: &Run, name: &str, columns: &[Column], mut take: impl FnMut(&[String])) -> Result<(), ReviewError> {
    let path = run.folder().join(name);
    let mut hasher = blake3::Hasher::new();
    let hashed = File::open(&path).and_then(|file| hasher.update_reader(file).map(|_| ()));
    hashed.map_err(|source| ReadRunError::Open { path: path.clone(), source })?;
    if run.manifest().outputs.get(name).is_none_or(|hash| *hash != hasher.finalize().to_hex().as_str()) {
        return Err(ReviewError::RunChanged(path));
    }
    for mut sheet in Sheet::open(&path, &is_known)? {
        let header = sheet.header();
        let place = |column: &Column| {
            let place = header.iter().position(|name| name == column.0 || *name == bare(column.1));
            place.ok_or(ReadRunError::Column { path: path.clone(), column: *column })
        };
        let places = columns.iter().map(place).collect::<Result<Vec<_>, _>>()?;
        let (mut cells, mut ordered) = (Vec::new(), vec![String::new(); places.len()]);
        while sheet.next(&mut cells)?.is_some() {
            for (to, place) in ordered.iter_mut().zip(&places) {
                to.clone_from(&cells[*place]);
            }
            take(&ordered);
        }
    }
    Ok(())
}
