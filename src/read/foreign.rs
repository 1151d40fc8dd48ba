//! The JSON of speech systems that people already have.
//!
//! A recogniser's own output should be readable without a converter in between: that is one script
//! fewer to fail at night. Only what certainly identifies a system is recognised, by the name of its
//! list of utterances. These systems seldom know the bank's call id; then the file's name is the id.
//! `docs/formats.md` has the mapping, field by field.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::draft::{Draft, DraftTurn};
use super::time::Time;
use super::unique::Unique;

/// One system's words for the parts of an utterance. Of names that differ in case the lower one is given: the same
/// service writes `words` in its messages and `Words` in its interface.
struct Dialect {
    /// The list of utterances, from the outside in.
    list: &'static [&'static str],
    text: &'static [&'static str],
    speaker: &'static [&'static str],
    start: &'static str,
    end: &'static str,
    /// Milliseconds per unit of its times.
    unit_ms: f64,
}

/// Alibaba Cloud conversation analytics, wherever its list stands.
const fn alibaba(list: &'static [&'static str]) -> Dialect {
    Dialect { list, text: &["words", "text"], speaker: &["role", "identity"], start: "begin", end: "end", unit_ms: 1.0 }
}

const DIALECTS: [Dialect; 7] = [
    // FunASR with speaker diarisation.
    Dialect {
        list: &["sentence_info"],
        text: &["text", "sentence"],
        speaker: &["spk", "speaker"],
        start: "start",
        end: "end",
        unit_ms: 1.0,
    },
    // WhisperX (and Whisper, which has no speakers).
    Dialect {
        list: &["segments"],
        text: &["text"],
        speaker: &["speaker"],
        start: "start",
        end: "end",
        unit_ms: 1000.0,
    },
    // Amazon Transcribe Call Analytics, and Contact Lens, which has the roles in a list of their own.
    Dialect {
        list: &["transcript"],
        text: &["content"],
        speaker: &["participantrole", "participantid"],
        start: "beginoffsetmillis",
        end: "endoffsetmillis",
        unit_ms: 1.0,
    },
    alibaba(&["dialogue"]),
    alibaba(&["dialogues"]),
    // GetResultToReview.
    alibaba(&["dialogues", "dialogue"]),
    // One result of GetResult.
    alibaba(&["asrresult", "asrresult"]),
];

/// Names of the call's id, the surest first.
const IDS: [&str; 6] = ["call_id", "callid", "contactid", "tid", "jobname", "key"];

/// The draft of a call in one of the known dialects; none if it is in none of them.
///
/// # Errors
/// JSON too deep to be looked into, or with a key twice in one object, of which one value would be lost.
pub(super) fn draft(json: &str, file_id: &str) -> Result<Option<Draft<'static>>, serde_json::Error> {
    let Unique(value) = serde_json::from_str(json)?;
    let Value::Object(call) = value else { return Ok(None) };
    // Some services wrap the call once.
    let inner = ["result", "data"].iter().find_map(|key| field(&call, key)?.as_object());
    let calls = [Some(&call), inner];
    Ok(calls.into_iter().flatten().find_map(|call| in_dialect(call, file_id)))
}

/// A field whose name is this one in whatever case.
fn field<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    object.get(name).or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

fn in_dialect(call: &Map<String, Value>, file_id: &str) -> Option<Draft<'static>> {
    let list = |dialect: &Dialect| {
        let (first, rest) = dialect.list.split_first()?;
        let value = rest.iter().try_fold(field(call, first)?, |value, name| field(value.as_object()?, name))?;
        value.as_array()
    };
    let (dialect, list) = DIALECTS.iter().find_map(|dialect| Some((dialect, list(dialect)?)))?;
    let mut turns = list.iter().map(|turn| dialect.turn(turn)).collect::<Option<Vec<_>>>()?;
    name_participants(call, &mut turns);
    // FunASR makes up keys for audio that it got without a name.
    let metadata = field(call, "customermetadata").and_then(Value::as_object);
    let id = IDS
        .iter()
        .find_map(|key| text(field(call, key)).or_else(|| text(field(metadata?, key))))
        .filter(|id| !id.starts_with("rand_key"))
        .unwrap_or_else(|| Cow::Owned(file_id.to_owned()));
    let field = |key: &str| text(field(call, key));
    Some(Draft {
        id: Some(id),
        started_at: field("started_at"),
        direction: field("direction"),
        agent_id: field("agent_id"),
        team: field("team"),
        turns,
        cleaned: false,
    })
}

/// Puts the role for the id of a participant, where the call has a list that tells it.
fn name_participants(call: &Map<String, Value>, turns: &mut [DraftTurn<'static>]) {
    let Some(participants) = field(call, "participants").and_then(Value::as_array) else { return };
    let role = |id: &str| {
        let of = |participant: &Value, key| text(field(participant.as_object()?, key));
        let found = participants.iter().find(|participant| of(participant, "participantid").is_some_and(|it| it == id));
        of(found?, "participantrole")
    };
    for turn in turns {
        if let Some(found) = turn.speaker.as_deref().and_then(role) {
            turn.speaker = Some(found);
        }
    }
}

impl Dialect {
    fn turn(&self, turn: &Value) -> Option<DraftTurn<'static>> {
        let turn = turn.as_object()?;
        let time = |key: &str| match field(turn, key) {
            None | Some(Value::Null) => Time::Absent,
            Some(Value::String(text)) => Time::parse(text, self.unit_ms),
            Some(value) => value.as_f64().map_or(Time::Odd, |number| Time::from_ms(number * self.unit_ms)),
        };
        // A bare number is a voice's number: `spk0` can be given a meaning in the settings.
        let speaker = self.speaker.iter().find_map(|key| match field(turn, key)? {
            Value::String(name) => Some(Cow::Owned(name.clone())),
            Value::Number(number) => Some(Cow::Owned(format!("spk{number}"))),
            _ => None,
        });
        Some(DraftTurn {
            speaker,
            start: time(self.start),
            end: time(self.end),
            text: self.text.iter().find_map(|key| text(field(turn, key)))?,
        })
    }
}

fn text(value: Option<&Value>) -> Option<Cow<'static, str>> {
    match value? {
        Value::String(text) => Some(Cow::Owned(text.clone())),
        Value::Number(number) if !number.is_f64() => Some(Cow::Owned(number.to_string())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(json: &str) -> (String, Option<String>, Time, Time, String) {
        let draft = draft(json, "录音7").expect("JSON").expect("a known dialect");
        let turn = &draft.turns[0];
        let id = draft.id.as_deref().unwrap_or_default().to_owned();
        let speaker = turn.speaker.as_deref().map(str::to_owned);
        (id, speaker, turn.start, turn.end, turn.text.to_string())
    }

    #[test]
    fn dialects() {
        let said = |id: &str, speaker: &str| {
            let (start, end) = (Time::Ms(370), Time::Ms(1510));
            (id.to_owned(), Some(speaker.to_owned()), start, end, "您好".to_owned())
        };
        let funasr = r#"{"key":"rand_key_x","text":"您好","sentence_info":
            [{"text":"您好","start":370,"end":1510,"spk":0,"timestamp":[[370,400]]}]}"#;
        assert_eq!(turn(funasr), said("录音7", "spk0"));
        let whisperx = r#"{"segments":[{"start":0.37,"end":1.51,"text":"您好",
            "speaker":"SPEAKER_00","words":[]}],"language":"zh"}"#;
        assert_eq!(turn(whisperx), said("录音7", "SPEAKER_00"));
        let amazon = r#"{"JobName":"J1","Transcript":[{"ParticipantRole":"AGENT","Content":"您好",
            "BeginOffsetMillis":370,"EndOffsetMillis":1510}]}"#;
        assert_eq!(turn(amazon), said("J1", "AGENT"));
        let alibaba = r#"{"data":{"tid":"T1","dialogue":[{"role":"客服","words":"您好",
            "begin":370,"end":1510}]}}"#;
        assert_eq!(turn(alibaba), said("T1", "客服"));
        assert!(draft(r#"{"call_id":"a"}"#, "x").expect("JSON").is_none());
    }
}
