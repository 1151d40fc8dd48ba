//! Suggestions as rows of a term table, on trial.

use super::choose::Suggestion;
use crate::call::Speaker;
use crate::lexicon::{Lexicon, term_columns};
use crate::write::{Column, Profile, Style, header};

/// Before the number of a suggested row.
const PREFIX: &str = "XB-";

/// Points of a suggested row: those of a half step. On trial they count for nothing.
const WEIGHT: &str = "6";

/// The table: what the calls tell is filled in, the script and the stage of a customer's words are guessed, and what
/// the agent says is for a person to place. Without quotes the example is the phrase alone.
pub fn suggestion_table(suggestions: &[Suggestion], lexicon: &Lexicon, speaker: Speaker, quotes: bool) -> Vec<u8> {
    let style = Style { profile: Profile::Excel, quotes };
    let columns: Vec<Column> = term_columns().map(|name| (name, name)).collect();
    let mut bytes = header(&columns, &[], style);
    let used = lexicon.terms.iter().filter_map(|term| term.id.strip_prefix(PREFIX)?.parse::<u32>().ok());
    let first = used.max().unwrap_or(0) + 1;
    for (number, found) in (first..).zip(suggestions) {
        let example = found.contexts.first().filter(|_| quotes).map_or(found.phrase.clone(), |text| plain(text));
        let scam = speaker != Speaker::Agent;
        let mut row = style.row(&mut bytes);
        row.text(&format!("{PREFIX}{number:03}"));
        row.text(&found.phrase);
        row.text("");
        row.text(if scam { "scam" } else { "" });
        row.text(if scam { found.scam_type.map_or("*", |kind| kind.as_str()) } else { "" });
        row.text(if scam { found.kind.unwrap_or("P") } else { "" });
        row.text(if scam { WEIGHT } else { "1" });
        row.text(match speaker {
            Speaker::Agent => "坐席",
            Speaker::Customer => "客户",
            Speaker::Other => "对方",
        });
        row.text(if found.phrase.contains(['没', '不', '别', '未']) { "保留" } else { "失效" });
        row.text("自由");
        for _ in ["同音", "需要语境", "排除语境"] {
            row.text("");
        }
        row.text(&example);
        row.text("");
        row.text("本行通话");
        row.text("");
        row.text("");
        row.text("试行");
        row.text("");
        row.text(&note(found));
        row.finish();
    }
    bytes
}

/// A context as an example: nothing that the cell would be split at.
fn plain(context: &str) -> String {
    context.replace(['｜', '|', '(', ')', '（', '）'], " ")
}

fn note(found: &Suggestion) -> String {
    let cohesion = found.cohesion.map_or(String::new(), |bits| format!("，凝聚 {bits:.1}"));
    format!(
        "程序建议，类型和环节是猜的：确认 {}/{} 通，普通 {}/{} 通，z {:.1}{cohesion}，左右熵 {:.1}/{:.1}",
        found.confirmed.0,
        found.confirmed.1,
        found.ordinary.0,
        found.ordinary.1,
        found.z,
        found.variety.0,
        found.variety.1,
    )
}
