//! A disk that fails to force what was written, and processes that come and go beside the store: what was acknowledged
//! stays, what was answered as not saved never comes back.
//! The file has no test harness because it starts itself on a disk that fails (`tests/faults/shim.c`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "tests"
)]

mod common;

include!("../../../tests/faults/shim.rs");

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use common::{Folder, assert_whole, grow, open_case};
use store::{Options, Store, StoreError, cases};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, command, folder] = arguments.as_slice() {
        let folder = Path::new(folder);
        match command.as_str() {
            "fail-once" => return fail_once(folder),
            "fail-for-good" => return fail_for_good(folder),
            "fail-attachments" => return fail_attachments(folder),
            "look" => return look(folder),
            _ => {}
        }
    }
    if arguments.iter().any(|it| it == "--list") {
        if !arguments.iter().any(|it| it == "--ignored") {
            println!("a_failing_disk_and_visitors: test");
        }
        return;
    }
    a_database_browser_does_not_take_the_log_away();
    let folder = Folder::new("disk");
    let Some(shim) = Shim::build(folder.path()) else {
        println!("skipped: there is no C compiler to build the failing disk with");
        return;
    };
    what_failed_once_never_comes_back(&shim);
    what_fails_for_good_is_told_as_unsure(&shim);
    attachments_are_not_taken_for_durable(&shim);
    println!("disk: ok");
}

fn itself(command: &str, folder: &Path) -> Command {
    let mut made = Command::new(std::env::current_exe().unwrap());
    made.arg(command).arg(folder).stdout(Stdio::piped());
    made
}

/// Runs itself on the failing disk until it says `done`, kills it without warning, and gives the store as it was left.
fn killed(shim: &Shim, folder: &Folder, command: &str) -> Store {
    shim.heal();
    let mut command = itself(command, folder.path());
    shim.put_under(&mut command);
    let mut child: Child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let done = lines.by_ref().map_while(Result::ok).any(|line| line == "done");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(done, "it ended before it was done");
    shim.heal();
    folder.open()
}

/// In the child: the store and its disk.
fn on_failing_disk(folder: &Path) -> (Store, Shim, Vec<String>) {
    let store = Store::open(folder.join("data"), &Options::default()).unwrap();
    let of = |name: &str| std::path::PathBuf::from(std::env::var_os(name).unwrap());
    let rules = vec![format!("fsync {}", folder.join("data").display())];
    (store, Shim::at(&of("LD_PRELOAD"), &of("YIFA_SHIM")), rules)
}

fn try_to_open(store: &Store, id: &str) -> Result<(), StoreError> {
    let id = id.to_owned();
    store.write(move |tx| grow(tx, &id, 1)).and_then(|it| it)
}

fn is_there(store: &Store, id: &str) -> bool {
    store.read(|reader| cases::get(reader, id)).unwrap().is_some()
}

fn wait_to_be_killed() {
    println!("done");
    std::thread::sleep(std::time::Duration::from_secs(60));
}

fn fail_once(folder: &Path) {
    let (store, shim, rules) = on_failing_disk(folder);
    open_case(&store, "before");
    shim.fail_once(&rules);
    let refused = try_to_open(&store, "failed").unwrap_err();
    // It was covered by something that was forced: nothing of it was saved, for certain.
    assert!(matches!(refused, StoreError::Unwritable { .. }), "{refused:?}");
    assert!(refused.to_string().contains("本次办理没有保存"), "{refused}");
    assert!(!is_there(&store, "failed"));
    wait_to_be_killed();
}

fn what_failed_once_never_comes_back(shim: &Shim) {
    let folder = Folder::new("once");
    let before = shim.failed();
    let store = killed(shim, &folder, "fail-once");
    assert_eq!(shim.failed(), before + 1);
    assert_whole(&store);
    assert!(is_there(&store, "before") && !is_there(&store, "failed"));
    open_case(&store, "failed");
    assert_whole(&store);
}

fn fail_for_good(folder: &Path) {
    let (store, shim, rules) = on_failing_disk(folder);
    open_case(&store, "before");
    shim.fail(&rules);
    let refused = try_to_open(&store, "failed").unwrap_err();
    assert!(matches!(refused, StoreError::Unsure { .. }), "{refused:?}");
    for _ in 0..3 {
        // Nothing of these was even begun.
        let refused = try_to_open(&store, "later").unwrap_err();
        assert!(matches!(refused, StoreError::Unwritable { .. }), "{refused:?}");
        assert!(refused.to_string().contains("检查磁盘和目录权限"), "{refused}");
    }
    // All is served for reading.
    assert!(is_there(&store, "before") && !is_there(&store, "failed"));
    assert_whole(&store);
    // And it goes on by itself when the disk does.
    shim.heal();
    open_case(&store, "after");
    assert!(!is_there(&store, "failed"));
    shim.fail(&rules);
    assert!(try_to_open(&store, "last").is_err());
    wait_to_be_killed();
}

fn what_fails_for_good_is_told_as_unsure(shim: &Shim) {
    let folder = Folder::new("good");
    let store = killed(shim, &folder, "fail-for-good");
    assert_whole(&store);
    assert!(is_there(&store, "before") && is_there(&store, "after"));
    assert!(!is_there(&store, "failed") && !is_there(&store, "later") && !is_there(&store, "last"));
    open_case(&store, "last");
    assert_whole(&store);
}

fn fail_attachments(folder: &Path) {
    let (store, shim, rules) = on_failing_disk(folder);
    let put = || store.files().put("a.txt", "附件".as_bytes());
    shim.fail_once(&rules);
    assert!(matches!(put(), Err(StoreError::Unwritable { .. })));
    put().unwrap();
    // The same content again is only there for good when its name is.
    shim.fail_once(&rules);
    assert!(matches!(put(), Err(StoreError::Unwritable { .. })));
    let kept = put().unwrap();
    assert!(store.files().is_whole(&kept.hash));
    wait_to_be_killed();
}

fn attachments_are_not_taken_for_durable(shim: &Shim) {
    let folder = Folder::new("attachments");
    let before = shim.failed();
    killed(shim, &folder, "fail-attachments");
    assert_eq!(shim.failed(), before + 2);
}

/// What a database browser does: opens, reads, closes.
fn look(folder: &Path) {
    let db = rusqlite::Connection::open(folder.join("data/yifa.db")).unwrap();
    let count: i64 = db.query_row("SELECT count(*) FROM cases", [], |row| row.get(0)).unwrap();
    println!("{count}");
}

/// The last one who closes a database removes its log. The locks of the store say that the browser is not the last one.
fn a_database_browser_does_not_take_the_log_away() {
    let folder = Folder::new("browser");
    let store = folder.open();
    open_case(&store, "a");
    drop(store.read(|reader| cases::get(reader, "a")).unwrap());
    let inode = std::os::unix::fs::MetadataExt::ino(&folder.join("data/yifa.db").metadata().unwrap());
    if let Ok(locks) = std::fs::read_to_string("/proc/locks") {
        let own = format!(" {} ", std::process::id());
        let held = locks.lines().any(|line| {
            line.contains("POSIX") && line.contains(&own) && line.contains(&format!(":{inode} "))
        });
        assert!(held, "the store holds no lock on its database:\n{locks}");
    }
    let seen = itself("look", folder.path()).output().unwrap().stdout;
    assert_eq!(String::from_utf8(seen).unwrap().trim(), "1");
    assert!(folder.join("data/yifa.db-wal").exists(), "the log was removed under the store that writes it");
    open_case(&store, "b");
    let seen = itself("look", folder.path()).output().unwrap().stdout;
    assert_eq!(String::from_utf8(seen).unwrap().trim(), "2", "an acknowledged act is not there for others");
    assert_whole(&store);
}
