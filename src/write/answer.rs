//! The lines of a stream: the cells of the tables as JSON, one line for each call.

use super::kind::Kind;
use super::{CALL_COLUMNS, Column, HIT_COLUMNS, REJECT_COLUMNS};

/// Makes lines from rows of the data profile.
pub(crate) struct Answers {
    calls: Fields,
    hits: Fields,
    rejects: Fields,
}

/// The columns of a table: the key of each as it stands in the line, and what its cells hold.
struct Fields(Vec<(String, Kind)>);

impl Answers {
    pub fn new() -> Self {
        Answers { calls: Fields::of(CALL_COLUMNS), hits: Fields::of(HIT_COLUMNS), rejects: Fields::of(REJECT_COLUMNS) }
    }

    /// Adds the line of a scored call: its row of `calls.csv` and its rows of `hits.csv`.
    pub fn push_scored(&self, into: &mut Vec<u8>, call: &[u8], hits: &[u8]) {
        into.extend_from_slice(b"{\"call\":");
        self.calls.push(into, call);
        into.extend_from_slice(b",\"hits\":[");
        self.hits.push(into, hits);
        into.extend_from_slice(b"]}\n");
    }

    /// Adds the line of a reject: its row of `rejects.csv`.
    pub fn push_reject(&self, into: &mut Vec<u8>, reject: &[u8]) {
        into.extend_from_slice(b"{\"reject\":");
        self.rejects.push(into, reject);
        into.extend_from_slice(b"}\n");
    }
}

impl Fields {
    fn of(columns: &[Column]) -> Fields {
        Fields(columns.iter().map(|(name, _)| (format!("\"{name}\":"), Kind::of(name))).collect())
    }

    /// Adds an object for each row, with commas between them.
    fn push(&self, into: &mut Vec<u8>, rows: &[u8]) {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(rows);
        let mut row = csv::StringRecord::new();
        let mut first = true;
        while reader.read_record(&mut row).expect("rows of this program") {
            into.extend_from_slice(if first { b"{" } else { b",{" });
            first = false;
            for (at, ((key, kind), cell)) in self.0.iter().zip(&row).enumerate() {
                if at > 0 {
                    into.push(b',');
                }
                into.extend_from_slice(key.as_bytes());
                match (cell, kind) {
                    ("", _) => into.extend_from_slice(b"null"),
                    // As they stand in the cell they are JSON.
                    (cell, Kind::Whole | Kind::Truth) => into.extend_from_slice(cell.as_bytes()),
                    (cell, Kind::Text | Kind::Id) => serde_json::to_writer(&mut *into, cell).expect("text is JSON"),
                }
            }
            into.push(b'}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_become_values() {
        let mut line = Vec::new();
        let row = "a.jsonl,7,,\"'=1,\"\"2\"\"\",F030,原因,\n";
        Answers::new().push_reject(&mut line, row.as_bytes());
        let expected = "{\"reject\":{\"source\":\"a.jsonl\",\"line\":7,\"byte\":null,\"call_id\":\"'=1,\\\"2\\\"\",\
                        \"code\":\"F030\",\"reason\":\"原因\",\"mend\":null}}\n";
        assert_eq!(String::from_utf8(line).expect("UTF-8"), expected);
    }

    #[test]
    fn a_call_without_hits_has_an_empty_list() {
        let (mut line, commas) = (Vec::new(), ",".repeat(CALL_COLUMNS.len() - 2));
        Answers::new().push_scored(&mut line, format!("C1{commas},0.1.0\n").as_bytes(), b"");
        let line: serde_json::Value = serde_json::from_slice(&line).expect("JSON");
        assert_eq!((&line["call"]["call_id"], &line["call"]["turns"]), (&"C1".into(), &serde_json::Value::Null));
        assert_eq!(line["hits"], serde_json::json!([]));
    }
}
