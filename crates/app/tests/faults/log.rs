//! What is printed, and written to a file: versions first, a line for each round, totals last.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

pub struct Log(Option<File>);

impl Log {
    /// Begins with what runs here.
    pub fn begin(path: Option<PathBuf>, seed: u64) -> Self {
        let mut log = Self(path.map(|path| File::create(path).unwrap()));
        let said = |program: &str, arguments: &[&str]| {
            let out = Command::new(program).args(arguments).output().ok()?;
            let text = String::from_utf8_lossy(&out.stdout).trim().to_owned();
            (!text.is_empty()).then_some(text)
        };
        let postgres = std::env::var("YIFA_TEST_POSTGRES_PROGRAMS").ok();
        let postgres = postgres.and_then(|dir| said(&format!("{dir}/postgres"), &["--version"]));
        log.line(&format!(
            "yifa {}; SQLite {}; {}; {}; seed {seed}",
            env!("CARGO_PKG_VERSION"),
            store::testing::sqlite_version(),
            postgres.unwrap_or_else(|| "PostgreSQL not of this test".to_owned()),
            said("uname", &["-srm"]).unwrap_or_default(),
        ));
        log
    }

    pub fn line(&mut self, text: &str) {
        println!("{text}");
        if let Some(file) = &mut self.0 {
            writeln!(file, "{text}").unwrap();
        }
    }
}
