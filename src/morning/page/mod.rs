//! `report.html`: the night as one page that needs nothing else, with the calls worth reading.
//!
//! The program writes no markup but the template's: everything it knows goes into the page as one JSON object, and the
//! page's script makes text of it, so that nothing in a transcript can become markup.

mod case;
mod overview;

use std::fs::File;

use super::MorningError;
use super::agents::AgentTally;
use super::figures::Figures;
use super::review::ReviewList;
use super::terms::TermTally;
use crate::run::Run;
use crate::write::{Mark, OutputFolder, PublishError};
use case::{Case, Texts};
use overview::Overview;

/// Bytes of calls that the page carries: with everything else it stays below 20 MB.
const CASES: usize = 14_000_000;

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPTS: [&str; 4] =
    [include_str!("common.js"), include_str!("charts.js"), include_str!("call.js"), include_str!("list.js")];

/// What the page is made of.
pub(super) struct Night<'a> {
    pub run: &'a Run,
    pub figures: &'a Figures,
    pub agents: &'a AgentTally,
    pub terms: &'a TermTally,
    pub review: &'a ReviewList,
    /// The run that this one is compared with.
    pub before: Option<&'a Figures>,
}

/// Writes the page beside the name that it will have.
pub(super) fn write(night: &Night<'_>, hits: &mut HitsFile, folder: &OutputFolder) -> Result<Mark, MorningError> {
    let mut page = folder.stage("report.html", None)?;
    for (at, part) in TEMPLATE.split("<!--*-->").enumerate() {
        page.append(part.as_bytes())?;
        match at {
            0 => page.append(STYLE.as_bytes())?,
            1 => {
                write_data(night, hits, |bytes| page.append(bytes))?;
            }
            2 => SCRIPTS.iter().try_for_each(|script| page.append(script.as_bytes()))?,
            _ => {}
        }
    }
    Ok(page.sync()?)
}

/// The object with everything: the overview, the calls, and the texts that calls name by number.
fn write_data(
    night: &Night<'_>,
    hits: &mut HitsFile,
    mut append: impl FnMut(&[u8]) -> Result<(), PublishError>,
) -> Result<(), MorningError> {
    let mut texts = Texts::default();
    let mut conversations = night.run.conversations()?;
    append(b"{\"cases\":[")?;
    let (mut size, mut shown) = (0, 0);
    for to_review in night.review.calls() {
        let case = Case::read(to_review, hits, conversations.as_mut(), &mut texts)?;
        let json = embedded(&case);
        size += json.len();
        if size + texts.size() > CASES {
            break;
        }
        append(if shown == 0 { b"\n" } else { b",\n" })?;
        append(json.as_bytes())?;
        shown += 1;
    }
    let overview = Overview::of(night, shown, conversations.is_some());
    append(format!("],\n\"texts\":{},\n\"night\":{}}}", embedded(texts.all()), embedded(&overview)).as_bytes())?;
    Ok(())
}

/// JSON that ends no element and begins none, wherever it stands in a page.
fn embedded(value: &(impl serde::Serialize + ?Sized)) -> String {
    let json = serde_json::to_string(value).expect("texts and numbers are JSON");
    if !json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']) {
        return json;
    }
    let mut safe = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => safe.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => safe.push(c),
        }
    }
    safe
}

/// The hits of a run, to go back to.
type HitsFile = crate::run::Hits<File>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_embedded_is_markup() {
        let text = "</script><b>&amp;\u{2028}";
        let json = embedded(&text);
        assert!(!json.contains(['<', '>', '&', '\u{2028}']), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).expect("still JSON"), text);
    }

    #[test]
    fn the_template_has_its_three_places() {
        assert_eq!(TEMPLATE.split("<!--*-->").count(), 4);
    }
}
