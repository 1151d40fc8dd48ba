//! What a folder may hold beside files, and files that go away, cannot be opened or have names that steer
//! a terminal: the rest of the night is scored, and nothing blocks.

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{json_line, rows, score, tinghu};
use tinghu::read::{Options, RejectCode, Source, SpeakerTable, discover, open};

fn write(folder: &Path, name: &str, id: &str) {
    fs::write(folder.join(name), json_line(id)).expect("written");
}

/// The code of the only reject of a source.
fn fault_of(source: &Source) -> (RejectCode, String) {
    let mut reader = open(source, &Options::default());
    let reject = reader.next().expect("a fault").parse(&SpeakerTable::default()).expect_err("a fault");
    assert!(reader.next().is_none(), "the fault ends the file");
    (reject.code, reject.reason)
}

#[cfg(unix)]
#[test]
fn pipes_sockets_loops_and_dead_links_in_a_folder_are_passed_over_and_told() {
    use std::os::unix::{fs::symlink, net::UnixListener};
    let folder = tempfile::tempdir().expect("a folder");
    let night = folder.path().join("night");
    fs::create_dir_all(night.join("deep/er")).expect("a folder");
    write(&night, "a.jsonl", "A");
    write(&night, "deep/er/b.jsonl", "B");
    // A pipe without a writer would block whoever opens it, forever.
    let made = Command::new("mkfifo").arg(night.join("pipe.jsonl")).status().expect("mkfifo runs");
    assert!(made.success());
    let _socket = UnixListener::bind(night.join("socket.csv")).expect("a socket");
    symlink("/dev/zero", night.join("zero.txt")).expect("a link");
    symlink(&night, night.join("deep/loop")).expect("a link");
    symlink(night.join("self.csv"), night.join("self.csv")).expect("a link");
    symlink(night.join("nowhere"), night.join("dead.csv")).expect("a link");
    let (code, out) = score(&night, &[]);
    assert_eq!(code, 0);
    let accounts = common::assert_accounts(&out.path().join("run"), code);
    assert_eq!((accounts.read, accounts.scored), (2, 2));
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(out.path().join("run/run.json")).expect("run.json")).expect("JSON");
    let told: Vec<(String, String)> = manifest["not_read"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|pair| {
            let text = |at: usize| pair[at].as_str().expect("text").to_owned();
            (text(0).rsplit('/').next().expect("a name").to_owned(), text(1))
        })
        .collect();
    let told: Vec<(&str, &str)> = told.iter().map(|(name, why)| (name.as_str(), why.as_str())).collect();
    assert_eq!(
        told,
        [
            ("dead.csv", "dead link"),
            ("loop", "folder was read already"),
            ("pipe.jsonl", "pipe, socket or device"),
            ("self.csv", "dead link"),
            ("socket.csv", "pipe, socket or device"),
            ("zero.txt", "pipe, socket or device"),
        ]
    );
}

#[cfg(unix)]
#[test]
fn a_device_named_explicitly_is_refused_and_a_pipe_with_a_writer_is_read() {
    let found = discover(&["/dev/zero".into()]).expect("it exists");
    let (code, reason) = fault_of(&found.sources[0]);
    assert_eq!(code, RejectCode::CannotOpen);
    assert!(reason.contains("设备"), "{reason}");

    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe.jsonl");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    let to = pipe.clone();
    let writer = std::thread::spawn(move || fs::write(to, json_line("A")));
    let found = discover(std::slice::from_ref(&pipe)).expect("it exists");
    let mut reader = open(&found.sources[0], &Options::default());
    let (call, _) = reader.next().expect("a call").parse(&SpeakerTable::default()).expect("a call");
    assert_eq!(call.id, "A");
    assert!(reader.next().is_none());
    writer.join().expect("a writer").expect("written");
}

/// `chmod 000` proves nothing to root; a file where a folder should be stops everybody.
#[test]
fn what_cannot_be_opened_is_one_reject() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "a.jsonl", "A");
    let under = folder.path().join("a.jsonl/b.jsonl");
    assert_eq!(fault_of(&Source::file("b.jsonl", under.clone())).0, RejectCode::CannotOpen);
    assert_eq!(fault_of(&Source::file("folder.jsonl", folder.path().to_owned())).0, RejectCode::CannotOpen);
    let out = folder.path().join("run");
    let said = tinghu(["score".as_ref(), under.as_os_str(), "--out".as_ref(), out.as_os_str()]);
    assert_eq!(said.status.code(), Some(2), "an argument that does not exist is told before the run");
    assert!(!out.exists());
}

#[cfg(unix)]
#[expect(clippy::print_stdout, reason = "who runs the tests as root must learn what was not tested")]
#[test]
fn a_file_without_permission_costs_itself_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    for (name, id) in [("a.jsonl", "A"), ("b.jsonl", "B"), ("c.jsonl", "C")] {
        write(folder.path(), name, id);
    }
    let closed = folder.path().join("b.jsonl");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).expect("permissions");
    if fs::File::open(&closed).is_ok() {
        println!("NOTICE: this user may open everything (root): only `what_cannot_be_opened_is_one_reject` was tested");
        return;
    }
    let (code, out) = score(folder.path(), &["--max-rejects", "50%"]);
    assert_eq!(code, 3);
    let rejects = rows(out.path(), "rejects.csv");
    assert_eq!((rejects.len(), rejects[0]["code"].as_str()), (1, "F043"));
    assert_eq!(rows(out.path(), "calls.csv").len(), 2);
}

/// The file is there when the folder is listed and gone when its turn comes.
#[test]
fn files_that_vanish_or_change_between_listing_and_reading_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, id) in [("a.jsonl", "A"), ("b.jsonl", "B"), ("c.jsonl", "C")] {
        write(folder.path(), name, id);
    }
    let found = discover(&[folder.path().to_owned()]).expect("found");
    fs::remove_file(folder.path().join("a.jsonl")).expect("removed");
    fs::remove_file(folder.path().join("b.jsonl")).expect("removed");
    fs::create_dir(folder.path().join("b.jsonl")).expect("a folder in its place");
    let codes: Vec<_> = found.sources[..2].iter().map(|source| fault_of(source).0).collect();
    assert_eq!(codes, [RejectCode::CannotOpen, RejectCode::CannotOpen]);
    assert_eq!(open(&found.sources[2], &Options::default()).count(), 1);
}

/// A writer keeps adding to the file while it is read: what is read is what stood there at the opening.
#[test]
fn a_file_that_grows_meanwhile_is_read_as_it_was() {
    use std::io::Write;
    use std::sync::atomic::{AtomicBool, Ordering};
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.jsonl");
    let lines: String = (0..2_000).map(|n| json_line(&format!("{n}"))).collect();
    fs::write(&path, &lines).expect("written");
    let found = discover(std::slice::from_ref(&path)).expect("found");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = open(&found.sources[0], &Options::default());
        let mut more = fs::OpenOptions::new().append(true).open(&path).expect("writable");
        let stop = &stop;
        scope.spawn(move || {
            for n in 0..10_000 {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                more.write_all(json_line(&format!("late-{n}")).as_bytes()).expect("written");
            }
        });
        let speakers = SpeakerTable::default();
        let ids: Vec<String> = reader.map(|raw| raw.parse(&speakers).expect("a call").0.id).collect();
        stop.store(true, Ordering::Relaxed);
        assert_eq!(ids, (0..2_000).map(|n| n.to_string()).collect::<Vec<_>>());
    });
}

#[cfg(unix)]
#[test]
fn names_that_steer_a_terminal_are_shown_and_not_obeyed() {
    let folder = tempfile::tempdir().expect("a folder");
    let evil = "a\u{1b}[2J\u{1b}]0;gotcha\u{7}\u{202e}b";
    let night = folder.path().join("night");
    fs::create_dir(&night).expect("a folder");
    write(&night, &format!("{evil}.jsonl"), "A");
    fs::write(night.join(format!("{evil}.odd")), b"").expect("written");
    let steers = |text: &str| text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}');
    for input in [folder.path().join(format!("no-{evil}.jsonl")), folder.path().join(evil), night] {
        let out = folder.path().join(format!("run-{evil}"));
        let said = tinghu(["score".as_ref(), input.as_os_str(), "--out".as_ref(), out.as_os_str()]);
        let text = String::from_utf8(said.stderr).expect("UTF-8");
        assert!(!steers(&text), "{text:?}");
        assert!(text.contains("\\u{1b}[2J"), "the name can still be read: {text:?}");
    }
    let (code, out) = score(&folder.path().join("night"), &[]);
    assert_eq!(code, 0);
    let calls = fs::read_to_string(out.path().join("run/calls.csv")).expect("calls.csv");
    assert!(calls.contains("[2J") && !steers(&calls));
    let lexicons = folder.path().join("lexicons");
    fs::create_dir(&lexicons).expect("a folder");
    fs::write(lexicons.join("x.csv"), "编号,词条\u{1b}[31m\n").expect("written");
    let said = tinghu(["lexicon".as_ref(), "check".as_ref(), lexicons.as_os_str()]);
    assert_eq!(said.status.code(), Some(2));
    assert!(!steers(&String::from_utf8_lossy(&said.stdout)), "{:?}", String::from_utf8_lossy(&said.stdout));
}
