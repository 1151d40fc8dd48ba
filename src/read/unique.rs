//! JSON values in which no key stands twice.
//!
//! The usual reader keeps the last of two values of one key and says nothing; half a call would be gone.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// How the message of a repeated key begins; it never quotes the key, which may be speech.
pub(super) const DOUBLED: &str = "duplicate key";

/// A JSON value without repeated keys.
pub(super) struct Unique(pub Value);

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Unique;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Unique, E> {
        Ok(Unique(Value::Bool(value)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Unique, E> {
        Ok(Unique(Value::Number(number.into())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Unique, E> {
        Ok(Unique(Value::Number(number.into())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Unique, E> {
        Ok(Unique(Number::from_f64(number).map_or(Value::Null, Value::Number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Unique, E> {
        Ok(Unique(Value::String(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Unique, E> {
        Ok(Unique(Value::String(text)))
    }

    fn visit_unit<E>(self) -> Result<Unique, E> {
        Ok(Unique(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Unique, A::Error> {
        let mut values = Vec::new();
        while let Some(Unique(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Unique(Value::Array(values)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Unique, A::Error> {
        let mut values = Map::new();
        while let Some((key, Unique(value))) = object.next_entry::<String, Unique>()? {
            if values.insert(key, value).is_some() {
                return Err(A::Error::custom(DOUBLED));
            }
        }
        Ok(Unique(Value::Object(values)))
    }
}

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_as_usual_and_repeated_keys_are_an_error_at_any_depth() {
        let json = r#"{"a":[1,-2,0.5,"x",null,true,{"b":{}}],"b":1}"#;
        let Unique(value) = serde_json::from_str(json).expect("JSON");
        assert_eq!(value, serde_json::from_str::<Value>(json).expect("JSON"));
        for json in [r#"{"a":1,"a":1}"#, r#"[{"x":[{"a":1,"b":2,"a":null}]}]"#] {
            let error = serde_json::from_str::<Unique>(json).err().expect("refused").to_string();
            assert!(error.starts_with(DOUBLED), "{error}");
        }
    }
}
