//! The JSON of a call as it came, before anybody judges it.
//!
//! A derived reader would stop at the first field of a wrong type with a message that quotes it, take
//! a list for an object, and say nothing of repeated keys in a usable way. These readers accept any
//! value in any place, remember repeated keys, and copy no text that the input already holds.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::time::Time;

/// A field in whatever type it came.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) enum Loose<'a> {
    #[default]
    Absent,
    Text(Cow<'a, str>),
    Whole(i128),
    Real(f64),
    /// null, true, false, a list or an object.
    Unfit,
}

impl<'a> Loose<'a> {
    /// As text: numbers that are whole are taken as they are written.
    pub fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Loose::Text(text) => Some(text),
            Loose::Whole(number) => Some(Cow::Owned(number.to_string())),
            _ => None,
        }
    }

    /// As a time in milliseconds.
    pub fn time(&self) -> Time {
        match self {
            Loose::Absent => Time::Absent,
            Loose::Text(text) => Time::parse(text, 1.0),
            Loose::Whole(number) => Time::from_ms(*number as f64),
            Loose::Real(number) => Time::from_ms(*number),
            Loose::Unfit => Time::Absent,
        }
    }
}

/// The native fields of a call.
#[derive(Default)]
pub(super) struct Wire<'a> {
    pub call_id: Loose<'a>,
    pub started_at: Loose<'a>,
    pub direction: Loose<'a>,
    pub agent_id: Loose<'a>,
    pub team: Loose<'a>,
    pub turns: Turns<'a>,
    pub doubled: Option<&'static str>,
    /// The value is not an object.
    pub unfit: bool,
}

#[derive(Default)]
pub(super) enum Turns<'a> {
    #[default]
    Absent,
    Unfit,
    List(Vec<WireTurn<'a>>),
}

/// The native fields of a turn.
#[derive(Default)]
pub(super) struct WireTurn<'a> {
    pub speaker: Loose<'a>,
    pub start_ms: Loose<'a>,
    pub end_ms: Loose<'a>,
    pub text: Loose<'a>,
    pub doubled: Option<&'static str>,
    pub unfit: bool,
}

/// The methods of a visitor that takes every scalar by calling `$scalar` with a [`Loose`].
macro_rules! scalars {
    ($scalar:expr) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("any value")
        }

        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($scalar(Loose::Unfit))
        }

        fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
            Ok($scalar(Loose::Whole(number.into())))
        }

        fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
            Ok($scalar(Loose::Whole(number.into())))
        }

        fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
            Ok($scalar(Loose::Real(number)))
        }

        fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
            Ok($scalar(Loose::Text(Cow::Borrowed(text))))
        }

        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            Ok($scalar(Loose::Text(Cow::Owned(text.to_owned()))))
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($scalar(Loose::Unfit))
        }
    };
}

fn drain_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

fn drain_object<'de, A: MapAccess<'de>>(mut object: A) -> Result<(), A::Error> {
    while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Puts a value into its field; a second one for the same field is remembered.
fn put<'de, A: MapAccess<'de>, T: Deserialize<'de>>(
    object: &mut A,
    field: &mut T,
    seen: &mut u8,
    (bit, key): (u8, &'static str),
    doubled: &mut Option<&'static str>,
) -> Result<(), A::Error> {
    if *seen & (1 << bit) != 0 {
        *doubled = Some(key);
    }
    *seen |= 1 << bit;
    *field = object.next_value()?;
    Ok(())
}

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Loose<'de>;

    scalars!(|loose| loose);

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        drain_list(list).map(|()| Loose::Unfit)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        drain_object(object).map(|()| Loose::Unfit)
    }
}

impl<'de> Deserialize<'de> for Loose<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum CallKey {
    CallId,
    StartedAt,
    Direction,
    AgentId,
    Team,
    Turns,
    #[serde(other)]
    Unknown,
}

struct WireVisitor;

impl<'de> Visitor<'de> for WireVisitor {
    type Value = Wire<'de>;

    scalars!(|_| Wire { unfit: true, ..Wire::default() });

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        drain_list(list).map(|()| Wire { unfit: true, ..Wire::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut wire = Wire::default();
        let (mut seen, mut twice) = (0, None);
        let (at, d) = (&mut seen, &mut twice);
        while let Some(key) = object.next_key::<CallKey>()? {
            let map = &mut object;
            match key {
                CallKey::CallId => put(map, &mut wire.call_id, at, (0, "call_id"), d)?,
                CallKey::StartedAt => put(map, &mut wire.started_at, at, (1, "started_at"), d)?,
                CallKey::Direction => put(map, &mut wire.direction, at, (2, "direction"), d)?,
                CallKey::AgentId => put(map, &mut wire.agent_id, at, (3, "agent_id"), d)?,
                CallKey::Team => put(map, &mut wire.team, at, (4, "team"), d)?,
                CallKey::Turns => put(map, &mut wire.turns, at, (5, "turns"), d)?,
                CallKey::Unknown => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        wire.doubled = twice;
        Ok(wire)
    }
}

impl<'de> Deserialize<'de> for Wire<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WireVisitor)
    }
}

struct TurnsVisitor;

impl<'de> Visitor<'de> for TurnsVisitor {
    type Value = Turns<'de>;

    scalars!(|_| Turns::Unfit);

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut turns = Vec::new();
        while let Some(turn) = list.next_element()? {
            turns.push(turn);
        }
        Ok(Turns::List(turns))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        drain_object(object).map(|()| Turns::Unfit)
    }
}

impl<'de> Deserialize<'de> for Turns<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TurnsVisitor)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum TurnKey {
    Speaker,
    StartMs,
    EndMs,
    Text,
    #[serde(other)]
    Unknown,
}

struct TurnVisitor;

impl<'de> Visitor<'de> for TurnVisitor {
    type Value = WireTurn<'de>;

    scalars!(|_| WireTurn { unfit: true, ..WireTurn::default() });

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        drain_list(list).map(|()| WireTurn { unfit: true, ..WireTurn::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut turn = WireTurn::default();
        let (mut seen, mut twice) = (0, None);
        let (at, d) = (&mut seen, &mut twice);
        while let Some(key) = object.next_key::<TurnKey>()? {
            let map = &mut object;
            match key {
                TurnKey::Speaker => put(map, &mut turn.speaker, at, (0, "speaker"), d)?,
                TurnKey::StartMs => put(map, &mut turn.start_ms, at, (1, "start_ms"), d)?,
                TurnKey::EndMs => put(map, &mut turn.end_ms, at, (2, "end_ms"), d)?,
                TurnKey::Text => put(map, &mut turn.text, at, (3, "text"), d)?,
                TurnKey::Unknown => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        turn.doubled = twice;
        Ok(turn)
    }
}

impl<'de> Deserialize<'de> for WireTurn<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TurnVisitor)
    }
}
