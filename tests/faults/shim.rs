// The failing disk of `tests/faults/shim.c`, for the tests that include this file.

/// A disk that fails when it is told to, under a folder of a process that was started with it. 会出故障的磁盘
pub struct Shim {
    library: std::path::PathBuf,
    control: std::path::PathBuf,
}

const SHIM_SOURCE: &str = include_str!("shim.c");
const SHIM_PAGE: usize = 4096;

impl Shim {
    /// Builds it in a folder; nothing where there is no C compiler.
    pub fn build(folder: &std::path::Path) -> Option<Self> {
        let (source, library) = (folder.join("shim.c"), folder.join("shim.so"));
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(&source, SHIM_SOURCE).unwrap();
        let built = std::process::Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .args([&library, &source])
            .arg("-ldl")
            .status();
        if !built.is_ok_and(|status| status.success()) {
            return None;
        }
        let control = folder.join("control");
        std::fs::write(&control, [0; SHIM_PAGE]).unwrap();
        Some(Self { library, control })
    }

    /// One that was built before, by its library and its control file.
    pub fn at(library: &std::path::Path, control: &std::path::Path) -> Self {
        Self { library: library.to_owned(), control: control.to_owned() }
    }

    /// Starts a command on the failing disk.
    pub fn put_under(&self, command: &mut std::process::Command) {
        command.env("LD_PRELOAD", &self.library).env("YIFA_SHIM", &self.control);
    }

    /// Fails from now on, each rule as `shim.c` has it.
    pub fn fail(&self, rules: &[String]) {
        self.set(b'1', rules);
    }

    /// Fails once.
    pub fn fail_once(&self, rules: &[String]) {
        self.set(b'o', rules);
    }

    pub fn heal(&self) {
        self.set(b'0', &[]);
    }

    fn set(&self, first: u8, rules: &[String]) {
        use std::os::unix::fs::FileExt as _;
        let file = std::fs::File::options().write(true).open(&self.control).unwrap();
        file.write_all_at(b"0", 0).unwrap();
        let text = format!("\n{}\n\0", rules.join("\n"));
        assert!(text.len() < SHIM_PAGE - 16);
        file.write_all_at(text.as_bytes(), 1).unwrap();
        file.write_all_at(&[first], 0).unwrap();
    }

    /// How many calls failed so far.
    pub fn failed(&self) -> u64 {
        let page = std::fs::read(&self.control).unwrap();
        u64::from_ne_bytes(page[SHIM_PAGE - 8..].try_into().unwrap())
    }
}
