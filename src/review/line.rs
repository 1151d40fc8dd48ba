//! One line of `reviews.csv`: who found what, when, and what had been said of it.

use crate::context::Stance;
use crate::lexicon::ScamType;
use crate::normalise::{mask_key, mask_text};
use crate::run::MatchedBy;
use crate::run::verdict::{HitVerdict, Verdict};
use crate::score::{Band, Dimension, DistressLevel, RiskLevel};
use crate::write::{Column, Profile, Style, unguarded};

/// The columns of `reviews.csv`, in order.
pub const REVIEW_COLUMNS: &[Column] = &[
    ("reviewed_at", "复核时间"),
    ("reviewer", "复核人"),
    ("file", "文件"),
    ("lexicon_version", "词库版本"),
    ("object", "对象"),
    ("id", "编号"),
    ("call_id", "通话编号"),
    ("verdict", "结论"),
    ("comment", "意见"),
    ("risk_score", "风险分"),
    ("risk_level", "风险等级"),
    ("scam_type", "诈骗类型"),
    ("distress_level", "情绪强度"),
    ("empathy_level", "共情等级"),
    ("rules", "规则"),
    ("dimension", "维度"),
    ("term_id", "词条编号"),
    ("kind", "环节/类别"),
    ("match", "匹配方式"),
    ("stance", "判读"),
    ("points", "得分"),
];

/// `reviews.csv` is opened by the people who filled it.
const STYLE: Style = Style { profile: Profile::Excel, quotes: false };

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// When it was imported, RFC 3339.
    pub at: String,
    /// Who reviewed.
    pub by: String,
    /// Name of the file that it came in.
    pub file: String,
    /// Version of the lexicon that judged; empty where nothing told.
    pub lexicon_version: String,
    /// The call.
    pub call_id: String,
    /// What the reviewer remarked; masked.
    pub comment: String,
    /// What was found, and what of.
    pub judged: Judged,
}

/// What was judged, with what the run had said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    /// A call.
    Call(Verdict, CallFacts),
    /// A line of `hits.csv`: its id.
    Hit(HitVerdict, String, HitFacts),
}

/// What the run had said of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallFacts {
    /// 0–100.
    pub risk_score: u8,
    /// Level of that score.
    pub risk_level: RiskLevel,
    /// First type.
    pub scam_type: Option<ScamType>,
    /// How strong the distress was.
    pub distress_level: Option<DistressLevel>,
    /// How well it was cared for.
    pub empathy_level: Option<Band>,
    /// Named rules that gave points; none where nothing told.
    pub rules: Option<Vec<String>>,
}

/// What the run had said of a hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HitFacts {
    /// The score it belongs to.
    pub dimension: Dimension,
    /// The term, or the rule.
    pub term_id: String,
    /// Stage or category.
    pub kind: String,
    /// The script that it gives away.
    pub scam_type: Option<ScamType>,
    /// How it was matched.
    pub matched_by: MatchedBy,
    /// What the words meant.
    pub stance: Option<Stance>,
    /// Points it gave.
    pub points: i64,
}

/// Stands for no rule where it is known that there was none.
const NO_RULE: &str = "none";

impl Review {
    /// What the verdict is on: the id of a call or of a hit.
    pub fn id(&self) -> &str {
        match &self.judged {
            Judged::Call(..) => &self.call_id,
            Judged::Hit(_, id, _) => id,
        }
    }

    /// `call` or `hit`.
    pub fn object(&self) -> &'static str {
        match &self.judged {
            Judged::Call(..) => "call",
            Judged::Hit(..) => "hit",
        }
    }

    /// The verdict, in Chinese.
    pub fn verdict(&self) -> &'static str {
        match &self.judged {
            Judged::Call(verdict, _) => verdict.zh(),
            Judged::Hit(verdict, ..) => verdict.zh(),
        }
    }

    /// Adds the line to a file.
    pub(super) fn push(&self, bytes: &mut Vec<u8>) {
        let mut row = STYLE.row(bytes);
        row.id(&self.at);
        row.id(&mask_key(&self.by));
        row.id(&self.file);
        row.text(&self.lexicon_version);
        row.plain(self.object());
        row.id(self.id());
        row.id(&self.call_id);
        row.plain(self.verdict());
        row.text(&mask_text(&self.comment));
        let call = if let Judged::Call(_, facts) = &self.judged { Some(facts) } else { None };
        let hit = if let Judged::Hit(_, _, facts) = &self.judged { Some(facts) } else { None };
        row.number(call.map(|call| call.risk_score));
        row.plain(call.map_or("", |call| call.risk_level.as_str()));
        let none_or_type = |call: &CallFacts| call.scam_type.map_or("none", ScamType::as_str);
        let type_of_hit = hit.and_then(|hit| hit.scam_type).map_or("", ScamType::as_str);
        row.plain(call.map_or(type_of_hit, none_or_type));
        row.plain(call.and_then(|call| call.distress_level).map_or("", DistressLevel::as_str));
        row.plain(call.and_then(|call| call.empathy_level).map_or("", Band::as_str));
        let rules = call.and_then(|call| call.rules.as_deref());
        row.text(&rules.map_or(String::new(), |rules| match rules {
            [] => NO_RULE.to_owned(),
            rules => rules.join(";"),
        }));
        row.plain(hit.map_or("", |hit| hit.dimension.as_str()));
        row.text(hit.map_or("", |hit| &hit.term_id));
        row.text(hit.map_or("", |hit| &hit.kind));
        row.plain(hit.map_or("", |hit| hit.matched_by.as_str()));
        row.plain(hit.and_then(|hit| hit.stance).map_or("", Stance::as_str));
        row.number(hit.map(|hit| hit.points));
        row.finish();
    }

    /// Understands the cells of [`REVIEW_COLUMNS`].
    ///
    /// # Errors
    /// The column with a word that this program does not write there.
    pub(super) fn parse(cells: &[&str]) -> Result<Review, Column> {
        let cell = |name: &str| {
            let place = REVIEW_COLUMNS.iter().position(|(english, _)| *english == name);
            place.and_then(|place| cells.get(place)).map_or("", |cell| cell.trim())
        };
        let text = |name| unguarded(cell(name), None).to_owned();
        let id = |name| unguarded(cell(name), Some(Profile::Excel)).to_owned();
        let judged = match cell("object") {
            "call" => Judged::Call(
                word(cell, "verdict", Verdict::parse)?,
                CallFacts {
                    risk_score: word(cell, "risk_score", |cell| cell.parse().ok())?,
                    risk_level: word(cell, "risk_level", RiskLevel::parse)?,
                    scam_type: word(cell, "scam_type", scam_type)?,
                    distress_level: maybe(cell, "distress_level", DistressLevel::parse)?,
                    empathy_level: maybe(cell, "empathy_level", Band::parse)?,
                    rules: match cell("rules") {
                        "" => None,
                        NO_RULE => Some(Vec::new()),
                        rules => Some(rules.split(';').map(str::to_owned).collect()),
                    },
                },
            ),
            "hit" => Judged::Hit(
                word(cell, "verdict", HitVerdict::parse)?,
                id("id"),
                HitFacts {
                    dimension: word(cell, "dimension", Dimension::parse)?,
                    term_id: text("term_id"),
                    kind: text("kind"),
                    scam_type: maybe(cell, "scam_type", ScamType::parse)?,
                    matched_by: word(cell, "match", MatchedBy::parse)?,
                    stance: maybe(cell, "stance", Stance::parse)?,
                    points: word(cell, "points", |cell| cell.parse().ok())?,
                },
            ),
            _ => return Err(column("object")),
        };
        let call_id = id("call_id");
        let own_id = matches!(judged, Judged::Hit(..)) || id("id") == call_id;
        if call_id.is_empty() || cell("id").is_empty() || !own_id {
            return Err(column("id"));
        }
        Ok(Review {
            at: id("reviewed_at"),
            by: id("reviewer"),
            file: id("file"),
            lexicon_version: text("lexicon_version"),
            call_id,
            comment: text("comment"),
            judged,
        })
    }
}

/// A word of a column.
pub(super) fn word<'c, T>(
    cell: impl Fn(&str) -> &'c str,
    name: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, Column> {
    parse(cell(name)).ok_or_else(|| column(name))
}

/// As [`word`]; nothing where the cell is empty.
pub(super) fn maybe<'c, T>(
    cell: impl Fn(&str) -> &'c str,
    name: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Column> {
    match cell(name) {
        "" => Ok(None),
        text => parse(text).map(Some).ok_or_else(|| column(name)),
    }
}

/// A type, or that there is none.
pub(super) fn scam_type(word: &str) -> Option<Option<ScamType>> {
    if word == "none" { Some(None) } else { ScamType::parse(word).map(Some) }
}

/// The column of a name.
fn column(name: &'static str) -> Column {
    REVIEW_COLUMNS.iter().find(|(english, _)| *english == name).copied().unwrap_or((name, name))
}

/// The header line of the file.
pub(super) fn header() -> Vec<u8> {
    crate::write::header(REVIEW_COLUMNS, &[], STYLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line on a call, and one on a hit.
    pub(in crate::review) fn examples() -> [Review; 2] {
        let call = Review {
            at: "2026-11-28T09:00:00Z".into(),
            by: "0012".into(),
            file: "calls.csv".into(),
            lexicon_version: "1.0+abcdef01".into(),
            call_id: "000123456789012".into(),
            comment: "是学费，不是诈骗".into(),
            judged: Judged::Call(
                Verdict::FalseAlarm,
                CallFacts {
                    risk_score: 76,
                    risk_level: RiskLevel::High,
                    scam_type: None,
                    distress_level: Some(DistressLevel::Low),
                    empathy_level: Some(Band::NotDue),
                    rules: Some(vec![]),
                },
            ),
        };
        let facts = HitFacts {
            dimension: Dimension::Risk,
            term_id: "XM-027".into(),
            kind: "M".into(),
            scam_type: Some(ScamType::ALL[0]),
            matched_by: MatchedBy::Exact,
            stance: Some(Stance::Asserted),
            points: -4,
        };
        let hit = Review {
            comment: "=1+1".into(),
            judged: Judged::Hit(HitVerdict::No, "h0123456789abcd".into(), facts),
            ..call.clone()
        };
        [call, hit]
    }

    #[test]
    fn lines_read_back_as_they_were() {
        for review in examples() {
            let mut bytes = header();
            review.push(&mut bytes);
            let text = String::from_utf8(bytes).expect("UTF-8");
            let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
            let row = reader.records().next().expect("a row").expect("a row");
            let cells: Vec<&str> = row.iter().collect();
            assert_eq!(Review::parse(&cells), Ok(review));
            let mut other = cells.clone();
            other[7] = "密";
            assert_eq!(Review::parse(&other), Err(("verdict", "结论")));
        }
    }

    #[test]
    fn numbers_of_people_are_masked() {
        let [mut review, _] = examples();
        review.comment = "客户电话13800000000".into();
        review.by = "张三13800000000".into();
        let mut bytes = Vec::new();
        review.push(&mut bytes);
        assert!(!String::from_utf8(bytes).expect("UTF-8").contains("138000"));
    }
}
