//! The lexicons inside the program, so that one file is all a machine needs.

use super::LexiconFile;

macro_rules! embed {
    ($($name:literal,)+) => {
        &[$(($name, include_bytes!(concat!("../../lexicons/", $name)) as &[u8]),)+]
    };
}

/// Name and content of every file of `lexicons/`; a test holds the list against the folder.
const FILES: &[(&str, &[u8])] = embed![
    "business.csv",
    "context.csv",
    "distress.csv",
    "duty.csv",
    "empathy.csv",
    "exceptions.csv",
    "groups.csv",
    "outcome.csv",
    "rules.toml",
    "scam-contact.csv",
    "scam-direct.csv",
    "scam-finance.csv",
    "scam-identity.csv",
    "scam-service.csv",
    "scam-shared.csv",
    "scoring.toml",
    "taboo.csv",
    "vulnerability.csv",
    "wording.csv",
    "words.csv",
];

/// The built-in lexicon files, in name order.
pub fn builtin_files() -> Vec<LexiconFile> {
    FILES.iter().map(|(name, bytes)| LexiconFile { name: (*name).to_owned(), bytes: bytes.to_vec() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_built_in() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("lexicons");
        let on_disk = super::super::read_folder(&folder).expect("the folder is there");
        let names = |files: &[LexiconFile]| files.iter().map(|file| file.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&builtin_files()), names(&on_disk));
    }
}
