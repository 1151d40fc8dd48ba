//! One JSON value understood as a call.
//!
//! Labelled files carry fields of their own beside the call, exporters write numbers where text is
//! meant, and damaged files repeat keys. So only the fields that matter are looked at, each is taken
//! in whatever type it comes and judged afterwards: the reject can then name the field, and never has
//! to quote its content.

use crate::call::Call;

use super::draft::{Draft, DraftTurn, fit_id};
use super::foreign;
use super::reject::{Fault, Origin, Reject, RejectCode};
use super::speaker::SpeakerTable;
use super::unique::DOUBLED;
use super::wire::{Loose, Turns, Wire, WireTurn};

/// Understands one JSON value.
pub(super) fn parse(bytes: &[u8], file_id: &str, origin: &Origin, speakers: &SpeakerTable) -> Result<Call, Reject> {
    let reject = |id: Option<String>, fault: Fault| fault.at(origin.clone(), id);
    let json = simdutf8::compat::from_utf8(bytes).map_err(|error| {
        let at = origin.byte + error.valid_up_to() as u64;
        reject(seen_id(bytes), Fault::new(RejectCode::BadBytes, format!("字节偏移 {at}")))
    })?;
    let (draft, id) = match serde_json::from_str::<Wire>(json) {
        Ok(wire) => wire.draft(json, file_id),
        Err(error) => match without_controls(json) {
            Some(clean) => {
                let wire = serde_json::from_str::<Wire>(&clean);
                let wire = wire.map_err(|error| reject(seen_id(bytes), fault_of(&error)))?;
                let (draft, id) = wire.draft(&clean, file_id);
                let made = draft.and_then(|mut draft| {
                    draft.cleaned = true;
                    draft.finish(speakers).map_err(|(_, fault)| fault)
                });
                return made.map_err(|fault| reject(id, fault));
            }
            None => return Err(reject(seen_id(bytes), fault_of(&error))),
        },
    };
    let draft = draft.map_err(|fault| reject(id, fault))?;
    draft.finish(speakers).map_err(|(id, fault)| reject(id, fault))
}

/// A line whose only fault may be raw control characters in strings, with them replaced: line breaks
/// and tabs by spaces, others by nothing. None when there are none.
fn without_controls(json: &str) -> Option<String> {
    let raw = |c: char| c < ' ' && !matches!(c, '\n' | '\r');
    json.contains(raw).then(|| {
        let keep = json.chars().filter(|c| *c >= ' ' || matches!(c, '\t' | '\n' | '\r'));
        keep.map(|c| if c < ' ' { ' ' } else { c }).collect()
    })
}

/// What a parser's error means, without its text, which may quote the transcript.
fn fault_of(error: &serde_json::Error) -> Fault {
    let text = error.to_string();
    let code = if text.starts_with("recursion limit") {
        RejectCode::TooDeep
    } else if text.starts_with("number out of range") {
        RejectCode::BadNumber
    } else if text.starts_with("trailing characters") {
        RejectCode::TrailingText
    } else if text.starts_with(DOUBLED) {
        RejectCode::DoubledKey
    } else {
        match error.classify() {
            serde_json::error::Category::Data => RejectCode::WrongType,
            serde_json::error::Category::Eof => RejectCode::CutOff,
            _ => RejectCode::JsonSyntax,
        }
    };
    Fault::new(code, format!("值内第 {} 行第 {} 字节", error.line(), error.column()))
}

/// The id of a value that cannot be parsed, where it is plain to see.
fn seen_id(bytes: &[u8]) -> Option<String> {
    let key = b"\"call_id\"";
    let at = bytes.windows(key.len()).take(4096).position(|window| window == key)?;
    let rest = bytes[at + key.len()..].trim_ascii_start().strip_prefix(b":")?;
    let rest = rest.trim_ascii_start().strip_prefix(b"\"")?;
    let end = rest.iter().take(300).position(|byte| matches!(byte, b'"' | b'\\'))?;
    if rest[end] == b'\\' {
        return None;
    }
    fit_id(std::str::from_utf8(&rest[..end]).ok()?).ok()
}

impl<'a> Wire<'a> {
    /// The draft, and the id for a reject.
    fn draft(self, json: &str, file_id: &str) -> (Result<Draft<'a>, Fault>, Option<String>) {
        let wrong = |detail: &str| Fault::new(RejectCode::WrongType, detail);
        let shown = match &self.call_id {
            Loose::Text(text) => fit_id(text).ok(),
            Loose::Whole(number) => Some(number.to_string()),
            _ => None,
        };
        if let Some(key) = self.doubled {
            return (Err(Fault::new(RejectCode::DoubledKey, key)), shown);
        }
        let turns = match self.turns {
            Turns::List(turns) => turns,
            Turns::Absent if !self.unfit => {
                let foreign = match foreign::draft(json, file_id) {
                    Ok(draft) => draft.ok_or_else(|| wrong("没有 turns")),
                    Err(error) => Err(fault_of(&error)),
                };
                return (foreign, shown);
            }
            Turns::Absent => return (Err(wrong("不是 JSON 对象")), shown),
            Turns::Unfit => return (Err(wrong("turns 不是数组")), shown),
        };
        let id = match self.call_id {
            Loose::Real(_) => {
                return (Err(Fault::new(RejectCode::BadNumber, "call_id 不是精确的整数")), shown);
            }
            Loose::Unfit => return (Err(wrong("call_id 不是文本或整数")), shown),
            other => other.text(),
        };
        let mut drafts = Vec::with_capacity(turns.len());
        for (index, turn) in turns.into_iter().enumerate() {
            match turn.draft(index + 1) {
                Ok(turn) => drafts.push(turn),
                Err(fault) => return (Err(fault), shown),
            }
        }
        let draft = Draft {
            id,
            started_at: self.started_at.text(),
            direction: self.direction.text(),
            agent_id: self.agent_id.text(),
            team: self.team.text(),
            turns: drafts,
            cleaned: false,
        };
        (Ok(draft), shown)
    }
}

impl<'a> WireTurn<'a> {
    fn draft(self, number: usize) -> Result<DraftTurn<'a>, Fault> {
        if let Some(key) = self.doubled {
            return Err(Fault::new(RejectCode::DoubledKey, format!("第 {number} 句 {key}")));
        }
        let (start, end) = (self.start_ms.time(), self.end_ms.time());
        match self.text {
            Loose::Text(text) if !self.unfit => Ok(DraftTurn { speaker: self.speaker.text(), start, end, text }),
            Loose::Absent if !self.unfit => Err(Fault::new(RejectCode::WrongType, format!("第 {number} 句没有 text"))),
            _ if self.unfit => Err(Fault::new(RejectCode::WrongType, format!("第 {number} 句不是对象"))),
            _ => Err(Fault::new(RejectCode::WrongType, format!("第 {number} 句 text 不是文本"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(json: &str) -> Result<Call, RejectCode> {
        let origin = Origin { source: "x".into(), line: 1, byte: 0 };
        let table = SpeakerTable::default();
        parse(json.as_bytes(), "x", &origin, &table).map_err(|reject| {
            assert!(!reject.reason.contains("秘密"), "{}", reject.reason);
            reject.code
        })
    }

    #[test]
    fn faults_have_their_codes() {
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        let turns = r#""turns":[{"text":"秘密"}]"#;
        for (json, expected) in [
            ("{".to_owned(), RejectCode::CutOff),
            ("{\"call_id\":NaN}".to_owned(), RejectCode::JsonSyntax),
            (format!("{{\"call_id\":\"a\",\"call_id\":\"a\",{turns}}}"), RejectCode::DoubledKey),
            ("{\"call_id\":\"a\",\"turns\":[{\"text\":\"a\",\"text\":\"b\"}]}".to_owned(), RejectCode::DoubledKey),
            (format!("{{\"call_id\":{{}},{turns}}}"), RejectCode::WrongType),
            (format!("{{{turns}}}"), RejectCode::BadId),
            (format!("{{\"call_id\":1e999,{turns}}}"), RejectCode::BadNumber),
            (format!("{{\"call_id\":123456789012345678901234567890,{turns}}}"), RejectCode::BadNumber),
            (format!("{{\"call_id\":\"a\",{turns}}} 秘密"), RejectCode::TrailingText),
            (format!("{{\"call_id\":\"a\",\"turns\":{deep}}}"), RejectCode::WrongType),
            ("{\"call_id\":\"a\",\"turns\":\"秘密\"}".to_owned(), RejectCode::WrongType),
            ("{\"call_id\":\"a\",\"turns\":[\"秘密\"]}".to_owned(), RejectCode::WrongType),
            ("{\"call_id\":\"a\",\"turns\":[{\"text\":[\"秘密\"]}]}".to_owned(), RejectCode::WrongType),
            ("{\"call_id\":\"a\",\"turns\":[{\"speaker\":\"agent\"}]}".to_owned(), RejectCode::WrongType),
            ("[\"a\",\"b\"]".to_owned(), RejectCode::WrongType),
            (deep.clone(), RejectCode::WrongType),
            (format!("{{\"call_id\":\"a\",\"b\":{deep}}}"), RejectCode::TooDeep),
            ("{\"call_id\":\"a\",\"turns\":[]}".to_owned(), RejectCode::NoWords),
            ("\"\\ud800\"".to_owned(), RejectCode::JsonSyntax),
        ] {
            assert_eq!(code(&json).map(|_| ()), Err(expected), "{}", &json[..json.len().min(80)]);
        }
    }

    #[test]
    fn numbers_and_unknown_fields_are_fine() {
        let call = code(
            r#"{"why":{"a":[1]},"call_id":20261122,"agent_id":2290,"team":null,"direction":"sideways",
            "turns":[{"speaker":0,"start_ms":1.4,"end_ms":"00:02","text":"好","extra":[{}]}]}"#,
        )
        .expect("a call");
        assert_eq!((call.id.as_str(), call.agent_id.as_deref()), ("20261122", Some("2290")));
        assert_eq!((call.team, call.direction), (None, None));
        assert_eq!((call.turns[0].start_ms, call.turns[0].end_ms), (Some(1), Some(2000)));
    }

    #[test]
    fn raw_control_characters_are_survived() {
        let call = code("{\"call_id\":\"a\",\"turns\":[{\"text\":\"转\u{0}\t账\"}]}").expect("a call");
        assert_eq!(call.turns[0].text, "转 账");
    }

    #[test]
    fn the_id_is_seen_in_broken_values() {
        assert_eq!(seen_id(b"{\"call_id\" : \"D7\", \"turns\""), Some("D7".to_owned()));
        assert_eq!(seen_id(b"{\"call_id\":\"D\\u00"), None);
        assert_eq!(seen_id(b"{"), None);
    }
}
