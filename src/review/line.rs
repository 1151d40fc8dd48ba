//! One line of `reviews.csv`: who found what, when, and what had been said of it.

use std::borrow::Cow;

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
    /// Named rules that gave or took points of risk; none where nothing told.
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

    /// What stands in a column.
    pub(super) fn cell(&self, column: &str) -> Cow<'_, str> {
        let own: Cow<'_, str> = match column {
            "reviewed_at" => (&self.at).into(),
            "reviewer" => mask_key(&self.by),
            "file" => (&self.file).into(),
            "lexicon_version" => (&self.lexicon_version).into(),
            "object" => self.object().into(),
            "id" => self.id().into(),
            "call_id" => (&self.call_id).into(),
            "verdict" => self.verdict().into(),
            "comment" => mask_text(&self.comment).into(),
            _ => match &self.judged {
                Judged::Call(_, facts) => return facts.cell(column),
                Judged::Hit(_, _, facts) => return facts.cell(column),
            },
        };
        own
    }

    /// Adds the line to a file.
    pub(super) fn push(&self, bytes: &mut Vec<u8>) {
        let mut row = STYLE.row(bytes);
        for (name, _) in REVIEW_COLUMNS {
            let cell = self.cell(name);
            match *name {
                "reviewed_at" | "reviewer" | "file" | "id" | "call_id" => row.id(&cell),
                // A minus is its own.
                "points" => row.plain(&cell),
                _ => row.text(&cell),
            }
        }
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
            "call" => {
                let rules = match cell("rules") {
                    "" => None,
                    NO_RULE => Some(Vec::new()),
                    rules => Some(rules.split(';').map(str::to_owned).collect()),
                };
                Judged::Call(word(cell, "verdict", Verdict::parse)?, CallFacts::of(cell, rules)?)
            }
            "hit" => Judged::Hit(word(cell, "verdict", HitVerdict::parse)?, id("id"), HitFacts::of(cell)?),
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

impl CallFacts {
    /// Understands the cells of a call.
    pub(super) fn of<'c>(
        cell: impl Fn(&str) -> &'c str + Copy,
        rules: Option<Vec<String>>,
    ) -> Result<CallFacts, Column> {
        Ok(CallFacts {
            risk_score: word(cell, "risk_score", |cell| cell.parse().ok())?,
            risk_level: word(cell, "risk_level", RiskLevel::parse)?,
            scam_type: word(cell, "scam_type", scam_type)?,
            distress_level: maybe(cell, "distress_level", DistressLevel::parse)?,
            empathy_level: maybe(cell, "empathy_level", Band::parse)?,
            rules,
        })
    }

    fn cell(&self, column: &str) -> Cow<'static, str> {
        match column {
            "risk_score" => self.risk_score.to_string().into(),
            "risk_level" => self.risk_level.as_str().into(),
            "scam_type" => self.scam_type.map_or("none", ScamType::as_str).into(),
            "distress_level" => self.distress_level.map_or("", DistressLevel::as_str).into(),
            "empathy_level" => self.empathy_level.map_or("", Band::as_str).into(),
            "rules" => match self.rules.as_deref() {
                None => "".into(),
                Some([]) => NO_RULE.into(),
                Some(rules) => rules.join(";").into(),
            },
            _ => "".into(),
        }
    }
}

impl HitFacts {
    /// Understands the cells of a hit.
    pub(super) fn of<'c>(cell: impl Fn(&str) -> &'c str + Copy) -> Result<HitFacts, Column> {
        let text = |cell: &str| Some(unguarded(cell, None).to_owned()).filter(|text| !text.is_empty());
        Ok(HitFacts {
            dimension: word(cell, "dimension", Dimension::parse)?,
            term_id: word(cell, "term_id", text)?,
            kind: text(cell("kind")).unwrap_or_default(),
            scam_type: maybe(cell, "scam_type", ScamType::parse)?,
            matched_by: word(cell, "match", MatchedBy::parse)?,
            stance: maybe(cell, "stance", Stance::parse)?,
            points: word(cell, "points", |cell| cell.parse().ok())?,
        })
    }

    fn cell(&self, column: &str) -> Cow<'_, str> {
        match column {
            "dimension" => self.dimension.as_str().into(),
            "term_id" => (&self.term_id).into(),
            "kind" => (&self.kind).into(),
            "scam_type" => self.scam_type.map_or("", ScamType::as_str).into(),
            "match" => self.matched_by.as_str().into(),
            "stance" => self.stance.map_or("", Stance::as_str).into(),
            "points" => self.points.to_string().into(),
            _ => "".into(),
        }
    }
}

/// A word of a column.
fn word<'c, T>(
    cell: impl Fn(&str) -> &'c str,
    name: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, Column> {
    parse(cell(name)).ok_or_else(|| column(name))
}

/// As [`word`]; nothing where the cell is empty.
fn maybe<'c, T>(
    cell: impl Fn(&str) -> &'c str,
    name: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Column> {
    match cell(name) {
        "" => Ok(None),
        text => parse(text).map(Some).ok_or_else(|| column(name)),
    }
}

/// What the workbook shows where no script is given away.
pub(super) const NO_TYPE: &str = "无";

/// A type, or that there is none.
fn scam_type(word: &str) -> Option<Option<ScamType>> {
    if ["none", NO_TYPE].contains(&word) { Some(None) } else { ScamType::parse(word).map(Some) }
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
pub(crate) mod tests {
    use super::*;

    /// A line on a call, and one on a hit.
    pub fn examples() -> [Review; 2] {
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
