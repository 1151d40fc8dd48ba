//! How many calls may be rejected before nothing is published.

use std::borrow::Cow;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use thiserror::Error;

use crate::write::Counts;

/// How many calls may be rejected; written as a number, or as a percentage such as `5%`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub enum RejectLimit {
    /// So many.
    Calls(u64),
    /// So many percent of all calls read.
    Percent(u64),
}

impl RejectLimit {
    /// Whether these counts are beyond the limit.
    pub fn exceeded(self, counts: &Counts) -> bool {
        match self {
            RejectLimit::Calls(limit) => counts.rejected > limit,
            RejectLimit::Percent(limit) => counts.rejected * 100 > limit * counts.read,
        }
    }
}

impl Default for RejectLimit {
    fn default() -> Self {
        RejectLimit::Percent(5)
    }
}

/// A text is neither a number nor a percentage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a number or a percentage")]
pub struct NoLimit;

impl FromStr for RejectLimit {
    type Err = NoLimit;

    fn from_str(text: &str) -> Result<Self, NoLimit> {
        let limit = match text.strip_suffix('%') {
            Some(percent) => percent.parse().ok().filter(|percent| *percent <= 100).map(RejectLimit::Percent),
            None => text.parse().ok().map(RejectLimit::Calls),
        };
        limit.ok_or(NoLimit)
    }
}

/// A limit as settings hold it.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum Written {
    Number(u64),
    Text(#[schemars(regex(pattern = r"^([0-9]+|[0-9]{1,2}%|100%)$"))] String),
}

impl TryFrom<Written> for RejectLimit {
    type Error = NoLimit;

    fn try_from(written: Written) -> Result<Self, NoLimit> {
        match written {
            Written::Number(calls) => Ok(RejectLimit::Calls(calls)),
            Written::Text(text) => text.parse(),
        }
    }
}

impl JsonSchema for RejectLimit {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "RejectLimit".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Written::json_schema(generator)
    }
}
