//! How far a run is: enough to continue it, and to refuse where it cannot be continued.

use serde::{Deserialize, Serialize};

use super::manifest::{Counts, InputRecord};
use crate::both;
use crate::said::Both;

/// What a run is about: a run is continued only if all of it is the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Version of the program.
    pub engine_version: String,
    /// Version of the lexicons.
    pub lexicon_version: String,
    /// Hash of the lexicon files.
    pub lexicon_blake3: String,
    /// Hash of the settings that shape the outputs.
    pub settings_blake3: String,
    /// Name, size in bytes and time of last change (milliseconds since 1970) of every input, in reading order.
    pub inputs: Vec<(String, Option<u64>, Option<u64>)>,
}

impl Identity {
    /// The first thing in which another run differs.
    pub fn difference(&self, other: &Identity) -> Option<Both> {
        let changed = [
            (self.engine_version != other.engine_version, both!("程序版本"; "the program")),
            (self.lexicon_blake3 != other.lexicon_blake3, both!("词库"; "the lexicons")),
            (self.settings_blake3 != other.settings_blake3, both!("设置"; "the settings")),
            (self.inputs.len() != other.inputs.len(), both!("输入的文件"; "the list of inputs")),
        ];
        let inputs = self.inputs.iter().zip(&other.inputs);
        let input = inputs.map(|(own, other)| (own != other, both!("输入 {}", other.0; "the input {}", other.0)));
        changed.into_iter().chain(input).find(|(differs, _)| *differs).map(|(_, what)| what)
    }
}

/// How much of an output file is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Its name.
    pub name: String,
    /// Bytes.
    pub length: u64,
    /// BLAKE3 of those bytes, hexadecimal.
    pub blake3: String,
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// What the run is about.
    pub identity: Identity,
    /// Calls (and faults that stand for one) taken from the inputs and done with.
    pub taken: u64,
    /// BLAKE3 over what was taken, in order, hexadecimal: the inputs must still begin so.
    pub taken_blake3: String,
    /// Where they went.
    pub counts: Counts,
    /// The output files so far.
    pub marks: Vec<Mark>,
    /// Every input as read, once all is scored and only the names are to be given.
    pub complete: Option<Vec<InputRecord>>,
}

impl Checkpoint {
    /// As it is saved.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// As it was saved; `None` for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Checkpoint> {
        serde_json::from_slice(bytes).ok()
    }

    /// The mark of a file.
    pub fn mark(&self, name: &str) -> Option<&Mark> {
        self.marks.iter().find(|mark| mark.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> Identity {
        Identity {
            engine_version: "1".into(),
            lexicon_version: "1".into(),
            lexicon_blake3: "a".into(),
            settings_blake3: "b".into(),
            inputs: vec![("x.jsonl".into(), Some(7), Some(9))],
        }
    }

    #[test]
    fn what_differs_is_named() {
        assert_eq!(identity().difference(&identity()), None);
        let lexicon = Identity { lexicon_blake3: "c".into(), ..identity() };
        assert!(identity().difference(&lexicon).is_some_and(|what| what.en.contains("lexicons")));
        let grown = Identity { inputs: vec![("x.jsonl".into(), Some(8), Some(9))], ..identity() };
        assert!(identity().difference(&grown).is_some_and(|what| what.en.contains("x.jsonl")));
        let more = Identity { inputs: vec![], ..identity() };
        assert!(identity().difference(&more).is_some_and(|what| what.en.contains("list")));
    }

    #[test]
    fn a_damaged_checkpoint_is_none() {
        let whole = Checkpoint {
            identity: identity(),
            taken: 3,
            taken_blake3: "d".into(),
            counts: Counts::default(),
            marks: vec![Mark { name: "calls.csv".into(), length: 5, blake3: "e".into() }],
            complete: None,
        };
        let bytes = whole.to_bytes();
        assert_eq!(Checkpoint::from_bytes(&bytes), Some(whole));
        assert_eq!(Checkpoint::from_bytes(&bytes[..bytes.len() / 2]), None);
    }
}
