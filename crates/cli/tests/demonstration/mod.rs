//! The demonstration's data, and what tests make of them first: made once, and each test gets a copy of its own.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

const PROGRAM: &str = env!("CARGO_BIN_EXE_yifa");

/// Lays the demonstration's data into a folder that is not there yet or empty.
pub fn copy(data: &Path) {
    let made = once("data", |folder| {
        let made = Command::new(PROGRAM).args(["demo", "--no-serve", "--data"]).arg(folder).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    });
    copy_folder(&made, data);
}

/// A folder of this process with what `make` puts into an empty one; it is asked once for all processes.
pub fn made(name: &str, make: impl FnOnce(&Path)) -> PathBuf {
    let own = own_folder(name);
    copy_folder(&once(name, make), &own);
    own
}

/// An empty folder of this process; those of processes that have ended go away.
pub fn own_folder(name: &str) -> PathBuf {
    let all = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for entry in fs::read_dir(all).unwrap().filter_map(Result::ok) {
        let found = entry.file_name().into_string().unwrap_or_default();
        let process = found.strip_prefix(name).and_then(|rest| rest.strip_prefix('-')?.parse::<u32>().ok());
        if process.is_some_and(|id| id == std::process::id() || !Path::new(&format!("/proc/{id}")).exists()) {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
    let own = all.join(format!("{name}-{}", std::process::id()));
    fs::create_dir_all(&own).unwrap();
    own
}

/// The folder in which nobody works. Tests run in processes of their own: who comes first makes it, the others wait. It is of
/// one program and one day, as the demonstration ends on the day on which it is made.
fn once(name: &str, make: impl FnOnce(&Path)) -> PathBuf {
    let built = fs::metadata(PROGRAM).unwrap().modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
    let today = app::Clock::today(&app::SystemClock);
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demonstrations").join(name);
    fs::create_dir_all(&all).unwrap();
    let lock = File::create(all.join("lock")).unwrap();
    lock.lock().unwrap();
    let own = all.join(format!("{}-{today}", built.as_nanos()));
    let folder = own.join("made");
    if !own.join("whole").exists() {
        let folders = fs::read_dir(&all).unwrap().map(|one| one.unwrap().path()).filter(|path| path.is_dir());
        folders.for_each(|old| fs::remove_dir_all(old).unwrap());
        fs::create_dir_all(&folder).unwrap();
        make(&folder);
        fs::write(own.join("whole"), "").unwrap();
    }
    folder
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
