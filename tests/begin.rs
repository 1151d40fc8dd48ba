//! What a new user, an administrator and a shell begin with: `init`, `completions`, `man`.

mod common;

use common::{project, tinghu};

#[test]
fn what_init_writes_works_at_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let own = folder.path().join("own");
    let at = own.to_str().expect("UTF-8");
    let made = tinghu(["init", at]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert!(tinghu(["lexicon", "check", own.join("lexicons").to_str().expect("UTF-8")]).status.success());
    let again = tinghu(["init", at]);
    assert_eq!(again.status.code(), Some(2), "nothing is overwritten unasked");
    assert!(tinghu(["init", at, "--force"]).status.success());

    let calls = project("data/calls/cases.jsonl").display().to_string();
    let config = own.join("tinghu.toml").display().to_string();
    let score = |out: &str, more: &[&str]| {
        let out = folder.path().join(out);
        let words =
            [&["score", &calls, "--profile", "data", "--quiet", "--out", out.to_str().expect("UTF-8")], more].concat();
        let run = tinghu(words);
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        std::fs::read(out.join("hits.csv")).expect("the hits")
    };
    assert_eq!(score("builtin", &[]), score("own-run", &["--config", &config]), "the copy is the built-in lexicon");
    // Found from the settings file, wherever the command is run; and the command line wins.
    std::fs::write(own.join("lexicons/scoring.toml"), "broken").expect("written");
    let broken = tinghu(["score", &calls, "--out", at, "--config", &config]);
    assert_eq!(broken.status.code(), Some(2));
    score("line-wins", &["--config", &config, "--lexicons", project("lexicons").to_str().expect("UTF-8")]);
}

#[test]
fn shells_and_readers_of_manuals_are_served() {
    for (shell, mark) in [("bash", "_tinghu()"), ("zsh", "#compdef tinghu"), ("fish", "complete -c tinghu")] {
        let script = tinghu(["completions", shell]);
        assert!(script.status.success());
        let text = String::from_utf8_lossy(&script.stdout).into_owned();
        assert!(text.contains(mark) && text.contains("max-rejects"), "{shell}");
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert!(tinghu(["man", folder.path().to_str().expect("UTF-8")]).status.success());
    let page = std::fs::read_to_string(folder.path().join("tinghu-score.1")).expect("the page of score");
    assert!(page.contains(".TH") && page.contains("resume"));
}
