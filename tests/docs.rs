//! What the pages link to, the commands that they show and the files that they print exist.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{project, tinghu};

const OPERATIONS: &str = "docs/operations.md";

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|_| panic!("no {}", path.display()))
}

/// The pages that people read: `docs/*.md` and `README*.md`, relative to the checkout.
fn pages() -> Vec<PathBuf> {
    let of = |folder: &str| {
        let entries = fs::read_dir(project(folder)).expect("a folder");
        entries.map(|entry| Path::new(folder).join(entry.expect("an entry").file_name())).collect::<Vec<_>>()
    };
    let readme = |path: &PathBuf| path.to_string_lossy().starts_with("README");
    let mut pages: Vec<PathBuf> = of("docs").into_iter().chain(of("").into_iter().filter(readme)).collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    assert!(pages.len() > 6);
    pages
}

/// The text outside code blocks.
fn prose(page: &str) -> String {
    page.split("```").step_by(2).collect()
}

/// The anchor that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    kept.chars().filter(|c| c.is_alphanumeric() || "_- ".contains(*c)).collect::<String>().replace(' ', "-")
}

#[test]
fn links_lead_somewhere() {
    let mut links = 0;
    for from in pages() {
        let text = prose(&read(&project(&from.to_string_lossy())));
        for (at, _) in text.match_indices("](") {
            let link = text[at + 2..].split(')').next().expect("a link");
            if link.contains("://") {
                continue;
            }
            links += 1;
            let (file, place) = link.split_once('#').unwrap_or((link, ""));
            let base = project(&from.to_string_lossy());
            let target = if file.is_empty() { base } else { base.parent().expect("a folder").join(file) };
            assert!(target.exists(), "{}: {link} leads nowhere", from.display());
            if !place.is_empty() {
                let page = prose(&read(&target));
                let mut headings = page.lines().filter(|line| line.starts_with('#'));
                let found = headings.any(|line| anchor(line.trim_start_matches('#')) == place);
                assert!(found, "{}: no heading {link}", from.display());
            }
        }
    }
    assert!(links > 40, "{links}");
}

#[test]
fn the_commands_that_are_shown_exist() {
    let help = |words: &[&str]| {
        let output = tinghu(words.iter().copied().chain(["--help"]));
        assert!(output.status.success(), "tinghu {} is no command", words.join(" "));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let mut shown = 0;
    for path in pages() {
        let text = read(&project(&path.to_string_lossy()));
        let commands = text.lines().filter_map(|line| {
            let line = line.trim().strip_prefix("$ ")?;
            line.strip_prefix("tinghu ").or_else(|| Some(line.split_once(" -- ")?.1))
        });
        for command in commands {
            let words: Vec<&str> = command.split_whitespace().take_while(|word| *word != "#").collect();
            let sub = if ["lexicon", "review"].contains(&words[0]) { &words[..2] } else { &words[..1] };
            let known = if words[0].starts_with('-') { help(&[]) } else { help(sub) };
            for option in words.iter().filter(|word| word.starts_with("--")) {
                assert!(known.contains(option), "{}: {command}: no {option}", path.display());
            }
            shown += 1;
        }
    }
    assert!(shown > 15, "{shown}");
}

#[test]
fn the_files_that_operations_shows_are_those_that_are_there() {
    let page = read(&project(OPERATIONS));
    for entry in fs::read_dir(project("deploy")).expect("deploy") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        let shown = page.split_once(&format!("\n`deploy/{name}`:\n\n```")).map(|(_, after)| after);
        let body = shown.and_then(|after| after.split("```").next()).and_then(|body| body.split_once('\n'));
        let body = body.unwrap_or_else(|| panic!("{OPERATIONS} does not show deploy/{name}")).1;
        assert_eq!(body, read(&project("deploy").join(&name)), "{name}");
    }
}
