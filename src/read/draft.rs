//! From what a format said to a [`Call`].
//!
//! Every format fills the same draft, and one place decides what a call is: which ids are fit, which
//! characters are dropped, which times are believed. That is why the same night in JSONL, Excel's CSV
//! and plain text gives the same calls.

use std::borrow::Cow;

use crate::call::{Call, Direction, InputWarning, Speaker, Turn};
use crate::text::{is_clean, is_unclean};

use super::reject::{Fault, RejectCode};
use super::roles::infer;
use super::speaker::{SpeakerTable, fold};
use super::time::Time;

/// Most bytes of text in one turn (64 KiB are some eighty minutes of speech).
pub const MAX_TURN_BYTES: usize = 64 << 10;
/// Most bytes of text in one call (1 MiB are some twenty hours of speech): what is found in a call is held
/// in memory until it is written.
pub const MAX_TEXT_BYTES: usize = 1 << 20;
/// Most turns in one call, empty ones included.
pub const MAX_TURNS: usize = 20_000;
/// Most bytes of an id and of the other identifying fields.
pub const MAX_ID_BYTES: usize = 256;

/// A call as a format gives it.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft<'a> {
    pub id: Option<Cow<'a, str>>,
    pub started_at: Option<Cow<'a, str>>,
    pub direction: Option<Cow<'a, str>>,
    pub agent_id: Option<Cow<'a, str>>,
    pub team: Option<Cow<'a, str>>,
    pub turns: Vec<DraftTurn<'a>>,
    /// Characters were dropped before the draft was made.
    pub cleaned: bool,
}

/// A turn as a format gives it.
#[derive(Debug, Clone, Default)]
pub(super) struct DraftTurn<'a> {
    pub speaker: Option<Cow<'a, str>>,
    pub start: Time,
    pub end: Time,
    pub text: Cow<'a, str>,
}

impl Draft<'_> {
    /// Makes the call, or says why not (with the id as far as it is fit to be shown).
    pub fn finish(self, speakers: &SpeakerTable) -> Result<Call, (Option<String>, Fault)> {
        let mut notes = Notes { cleaned: self.cleaned, ..Notes::default() };
        let id = fit_id(self.id.as_deref().unwrap_or("")).map_err(|fault| (None, fault))?;
        let count = self.turns.len();
        if count > MAX_TURNS {
            let fault = Fault::new(RejectCode::CallTooLong, format!("{count} 句"));
            return Err((Some(id), fault));
        }
        let bytes: usize = self.turns.iter().map(|turn| turn.text.len()).sum();
        if bytes > MAX_TEXT_BYTES && self.turns.iter().all(|turn| turn.text.len() <= MAX_TURN_BYTES) {
            return Err((Some(id), Fault::new(RejectCode::CallTooLong, format!("文本 {bytes} 字节"))));
        }
        if let Some(roles) = roles_of(&self.turns, speakers) {
            notes.inferred_roles = true;
            notes.voices = roles.map(|(name, speaker)| (Cow::Owned(name), (speaker, true))).into();
        }
        let mut turns = Vec::with_capacity(count);
        for (index, turn) in self.turns.into_iter().enumerate() {
            if turn.text.len() > MAX_TURN_BYTES {
                let detail = format!("第 {} 句，{} 字节", index + 1, turn.text.len());
                return Err((Some(id), Fault::new(RejectCode::TurnTooLong, detail)));
            }
            turns.extend(notes.turn(turn, speakers));
        }
        if !turns.iter().any(|turn| turn.text.chars().any(char::is_alphanumeric)) {
            return Err((Some(id), Fault::new(RejectCode::NoWords, format!("共 {count} 句"))));
        }
        let started_at = notes.field(self.started_at);
        let direction = notes.field(self.direction).and_then(|word| direction(&word));
        let agent_id = notes.field(self.agent_id);
        let team = notes.field(self.team);
        let warnings = notes.warnings(&turns);
        Ok(Call { id, started_at, direction, agent_id, team, turns, warnings })
    }
}

/// Agent and customer where the names only number the voices, and it is plain who is who.
fn roles_of(turns: &[DraftTurn<'_>], speakers: &SpeakerTable) -> Option<[(String, Speaker); 2]> {
    let names = turns.iter().filter_map(|turn| turn.speaker.as_deref());
    // Nearly always the first name says it.
    if names.clone().any(|name| matches!(speakers.lookup(name), (Speaker::Agent | Speaker::Customer, true))) {
        return None;
    }
    let unsure = |name: &str| !speakers.lookup(name).1;
    let voice = |turn: &'_ DraftTurn<'_>| turn.speaker.as_deref().is_some_and(unsure);
    let said: Vec<(&str, &str)> = turns
        .iter()
        .filter(|turn| voice(turn) && !turn.text.trim().is_empty())
        .map(|turn| (turn.speaker.as_deref().unwrap_or_default(), &*turn.text))
        .collect();
    infer(&said).map(|roles| roles.map(|(name, speaker)| (name.to_owned(), speaker)))
}

/// What is noticed on the way.
#[derive(Default)]
struct Notes<'a> {
    cleaned: bool,
    inferred_roles: bool,
    odd_times: bool,
    unknown_speaker: bool,
    last_start: u64,
    /// The first names and who is meant by them: a call has two or three, and hundreds of turns.
    voices: Vec<(Cow<'a, str>, (Speaker, bool))>,
}

/// Names that are kept in [`Notes::voices`].
const VOICES: usize = 4;

impl<'a> Notes<'a> {
    /// One turn; none when it has nothing but white space.
    fn turn(&mut self, turn: DraftTurn<'a>, speakers: &SpeakerTable) -> Option<Turn> {
        let text = self.text(turn.text);
        if text.trim().is_empty() {
            return None;
        }
        let (speaker, sure) = turn.speaker.map_or((Speaker::Other, false), |name| self.voice(name, speakers));
        self.unknown_speaker |= !sure;
        let start = self.time(turn.start);
        let start_ms = start.filter(|ms| *ms >= self.last_start);
        self.odd_times |= start != start_ms;
        self.last_start = start_ms.unwrap_or(self.last_start);
        let end = self.time(turn.end);
        let end_ms = end.filter(|ms| *ms >= start.unwrap_or(0));
        self.odd_times |= end != end_ms;
        Some(Turn { speaker, start_ms, end_ms, text })
    }

    /// Who is meant by a name, and whether that is sure.
    fn voice(&mut self, name: Cow<'a, str>, speakers: &SpeakerTable) -> (Speaker, bool) {
        if let Some((_, known)) = self.voices.iter().find(|(known, _)| *known == name) {
            return *known;
        }
        let found = speakers.lookup(&name);
        if self.voices.len() < VOICES {
            self.voices.push((name, found));
        }
        found
    }

    fn time(&mut self, time: Time) -> Option<u64> {
        match time {
            Time::Absent => None,
            Time::Ms(ms) => Some(ms),
            Time::Odd => {
                self.odd_times = true;
                None
            }
        }
    }

    /// Text without control, zero-width and direction characters, and with one space for every line
    /// break or tab; otherwise unchanged.
    fn text(&mut self, text: Cow<'_, str>) -> String {
        if is_clean(&text) {
            return text.into_owned();
        }
        let mut clean = String::with_capacity(text.len());
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match fate(c) {
                Fate::Keep => clean.push(c),
                Fate::Drop => self.cleaned = true,
                Fate::Space if c == '\r' && chars.peek() == Some(&'\n') => {}
                Fate::Space => clean.push(' '),
            }
        }
        clean
    }

    /// A field beside the text: clean, trimmed, at most [`MAX_ID_BYTES`]; none when empty.
    fn field(&mut self, value: Option<Cow<'_, str>>) -> Option<String> {
        let text = self.text(value?);
        let text = text.trim();
        let cut = text.floor_char_boundary_stable(MAX_ID_BYTES);
        self.cleaned |= cut < text.len();
        (!text.is_empty()).then(|| text[..cut].to_owned())
    }

    /// The warnings, in the order of their kinds.
    fn warnings(&self, turns: &[Turn]) -> Vec<InputWarning> {
        let timed = turns.iter().filter(|turn| turn.start_ms.is_some()).count();
        let in_part = timed > 0 && timed < turns.len();
        let one = |speaker| turns.iter().all(|turn| turn.speaker == speaker);
        let characters: usize = turns.iter().map(|turn| turn.text.chars().count()).sum();
        let all = [
            (one(Speaker::Agent) || one(Speaker::Customer), InputWarning::OneSided),
            (turns.len() < 4 || characters < 40, InputWarning::TooShort),
            (self.unknown_speaker, InputWarning::UnknownSpeaker),
            (self.odd_times || in_part, InputWarning::OddTimes),
            (self.cleaned, InputWarning::CleanedText),
            (self.inferred_roles, InputWarning::InferredRoles),
        ];
        all.into_iter().filter_map(|(holds, warning)| holds.then_some(warning)).collect()
    }
}

/// `str::floor_char_boundary`, which this crate's oldest compiler does not have.
trait FloorCharBoundary {
    fn floor_char_boundary_stable(&self, most: usize) -> usize;
}

impl FloorCharBoundary for str {
    fn floor_char_boundary_stable(&self, most: usize) -> usize {
        let most = most.min(self.len());
        (0..=most).rev().find(|cut| self.is_char_boundary(*cut)).unwrap_or(0)
    }
}

/// What happens to a character of the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Keep,
    Space,
    Drop,
}

fn fate(c: char) -> Fate {
    match c {
        '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Fate::Space,
        c if is_unclean(c) => Fate::Drop,
        _ => Fate::Keep,
    }
}

/// The id without outer spaces, if it is fit to be one.
pub(super) fn fit_id(id: &str) -> Result<String, Fault> {
    let id = id.trim_matches([' ', '\u{3000}', '\u{a0}', '\t']);
    let reason = if id.is_empty() {
        "为空".to_owned()
    } else if id.len() > MAX_ID_BYTES {
        format!("{} 字节", id.len())
    } else if !is_clean(id) {
        "含控制或不可见字符".to_owned()
    } else {
        return Ok(id.to_owned());
    };
    Err(Fault::new(RejectCode::BadId, reason))
}

/// Who rang whom, by the words that exports use; none for any other word.
fn direction(word: &str) -> Option<Direction> {
    match fold(word).as_str() {
        "inbound" | "in" | "incoming" | "呼入" | "来电" | "呼入电话" => Some(Direction::Inbound),
        "outbound" | "out" | "outgoing" | "呼出" | "外呼" | "去电" | "呼出电话" => Some(Direction::Outbound),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(turns: &[(&str, Time, Time, &'static str)]) -> Draft<'static> {
        let turns = turns.iter().map(|(speaker, start, end, text)| DraftTurn {
            speaker: Some(Cow::Owned((*speaker).to_owned())),
            start: *start,
            end: *end,
            text: Cow::Borrowed(*text),
        });
        Draft { id: Some("A1".into()), turns: turns.collect(), ..Draft::default() }
    }

    fn finish(draft: Draft<'_>) -> Result<Call, RejectCode> {
        draft.finish(&SpeakerTable::default()).map_err(|(_, fault)| fault.code)
    }

    #[test]
    fn times_that_run_backwards_are_dropped_and_the_order_stays() {
        let at = |start, end| ("agent", start, end, "您好");
        let call = finish(draft(&[
            at(Time::Ms(500), Time::Ms(400)),
            at(Time::Ms(100), Time::Ms(900)),
            at(Time::Odd, Time::Absent),
            at(Time::Ms(500), Time::Ms(600)),
        ]))
        .expect("a call");
        let times: Vec<_> = call.turns.iter().map(|turn| (turn.start_ms, turn.end_ms)).collect();
        assert_eq!(times, [(Some(500), None), (None, Some(900)), (None, None), (Some(500), Some(600))]);
        assert!(call.warnings.contains(&InputWarning::OddTimes));
    }

    #[test]
    fn text_is_cleaned_and_nothing_else() {
        let turn = |text| draft(&[("客户", Time::Absent, Time::Absent, text)]);
        let call = finish(turn("您\u{200b}好\u{202e}，\0转\r\n账\u{2028}㎡…（５％）")).expect("a call");
        assert_eq!(call.turns[0].text, "您好，转 账 ㎡…（５％）");
        assert!(call.warnings.contains(&InputWarning::CleanedText));
        let call = finish(turn("一\t二\n三")).expect("a call");
        assert_eq!(call.turns[0].text, "一 二 三");
        assert!(!call.warnings.contains(&InputWarning::CleanedText));
    }

    #[test]
    fn calls_need_words_and_ids() {
        let none = Time::Absent;
        assert_eq!(finish(draft(&[("agent", none, none, " \u{200b}")])), Err(RejectCode::NoWords));
        assert_eq!(finish(draft(&[("agent", none, none, "……？")])), Err(RejectCode::NoWords));
        let long = "长".repeat(MAX_TURN_BYTES / 3 + 1).leak();
        assert_eq!(finish(draft(&[("agent", none, none, long)])), Err(RejectCode::TurnTooLong));
        for id in ["", "  ", "a\nb", "a\u{202e}", &"x".repeat(257)] {
            assert!(fit_id(id).is_err(), "{id:?}");
        }
        assert_eq!(fit_id(" ../a/录音 1 "), Ok("../a/录音 1".to_owned()));
    }
}
