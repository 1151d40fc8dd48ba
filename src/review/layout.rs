//! What the columns of a reviewed table are.

use crate::read::bare;
use crate::write::{CALL_COLUMNS, CALL_REVIEW, Column, HIT_COLUMNS, HIT_REVIEW};

use super::fault::HeaderFault;

/// What the rows of a table are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    Calls,
    Hits,
}

/// Names of what reviewers fill in; the first of each is the one that the program writes.
const VERDICT_ON_CALL: &[&str] = &[CALL_REVIEW[0], "verdict", "结论"];
const VERDICT_ON_HIT: &[&str] = &[HIT_REVIEW[0], "verdict", "是否命中", "结论"];
const COMMENT: &[&str] = &[CALL_REVIEW[1], HIT_REVIEW[1], "comment"];
const REVIEWER: &[&str] = &["复核人", "reviewer"];

/// Where the columns stand.
#[derive(Debug)]
pub(super) struct Layout {
    pub about: About,
    /// The id of what is reviewed.
    pub id: usize,
    pub verdict: usize,
    pub comment: Option<usize>,
    pub reviewer: Option<usize>,
    /// The columns of the run that the table has.
    pub data: Vec<(usize, Column)>,
}

/// Whether this is the name of a column that a reviewed table may have.
pub(super) fn is_known(name: &str) -> bool {
    let of_run = CALL_COLUMNS.iter().chain(HIT_COLUMNS).any(|column| is_named(name, column));
    of_run || [VERDICT_ON_CALL, VERDICT_ON_HIT, COMMENT, REVIEWER].concat().contains(&name)
}

fn is_named(name: &str, column: &Column) -> bool {
    name == column.0 || name == bare(column.1)
}

impl Layout {
    /// Understands a header; none where the table is not one of a run, or has no column for verdicts.
    ///
    /// # Errors
    /// When a column stands twice.
    pub fn of(header: &[String]) -> Result<Option<Layout>, HeaderFault> {
        let place = |names: &[&str]| header.iter().position(|name| names.contains(&name.as_str()));
        let (about, columns, verdict) = match place(&["hit_id", "命中编号"]) {
            Some(_) => (About::Hits, HIT_COLUMNS, VERDICT_ON_HIT),
            None => (About::Calls, CALL_COLUMNS, VERDICT_ON_CALL),
        };
        let mut data = Vec::new();
        for column in columns {
            let mut places = header.iter().enumerate().filter(|(_, name)| is_named(name, column));
            if let Some((place, _)) = places.next() {
                data.push((place, *column));
            }
            if places.next().is_some() {
                return Err(HeaderFault::Doubled(column.1));
            }
        }
        // The first column of either table is the id of its rows.
        let id = data.first().filter(|(_, column)| *column == columns[0]).map(|(place, _)| *place);
        let found = id.zip(place(verdict)).map(|(id, verdict)| Layout {
            about,
            id,
            verdict,
            comment: place(COMMENT),
            reviewer: place(REVIEWER),
            data,
        });
        Ok(found)
    }

    /// The columns of the table in the run.
    pub fn columns(&self) -> &'static [Column] {
        match self.about {
            About::Calls => CALL_COLUMNS,
            About::Hits => HIT_COLUMNS,
        }
    }

    /// Chinese name of the column with the verdicts.
    pub fn verdict_name(&self) -> &'static str {
        match self.about {
            About::Calls => VERDICT_ON_CALL[0],
            About::Hits => VERDICT_ON_HIT[0],
        }
    }

    /// Where a column of the run stands in the table.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.data.iter().find(|(_, (english, _))| *english == name).map(|(place, _)| *place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(header: &str) -> Result<Option<Layout>, HeaderFault> {
        Layout::of(&header.split(',').map(bare).collect::<Vec<_>>())
    }

    #[test]
    fn columns_may_stand_anywhere() {
        let calls = layout("复核意见,自己加的,风险分,通话编号,复核人,复核结论").expect("no fault").expect("calls");
        assert_eq!((calls.about, calls.id, calls.verdict), (About::Calls, 3, 5));
        assert_eq!((calls.comment, calls.reviewer, calls.place("risk_score")), (Some(0), Some(4), Some(2)));
        let hits = layout("call_id,hit_id,Verdict,points").expect("no fault").expect("hits");
        assert_eq!((hits.about, hits.id, hits.verdict, hits.place("points")), (About::Hits, 1, 2, Some(3)));
    }

    #[test]
    fn other_tables_are_none() {
        assert!(layout("通话编号,风险分").expect("no fault").is_none(), "no column for verdicts");
        assert!(layout("编号,词条,结论").expect("no fault").is_none());
        assert!(matches!(layout("通话编号,call_id,复核结论"), Err(HeaderFault::Doubled("通话编号"))));
    }
}
