//! JSON Schemas (2020-12) of what people and other programs write for this one: the settings and a call.
//!
//! Each is made from the type that reads it, or stands beside it and is held against it by tests.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::read::NativeCall;
use crate::settings::Settings;

/// Of `tinghu.toml`.
pub fn settings() -> Value {
    of::<Settings>()
}

/// Of one native call: a line of JSONL.
pub fn input() -> Value {
    of::<NativeCall>()
}

fn of<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value()
}
