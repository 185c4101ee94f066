//! Where the data come from: what was built into the binary, and an overlay of local files over it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

mod built_in {
    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}

/// The data files by their path (`packs/disputes/reconsideration.toml`). 数据文件
#[derive(Clone, Debug, Default)]
pub struct Files(BTreeMap<Cow<'static, str>, Cow<'static, str>>);

/// The folders of an overlay.
const FOLDERS: [&str; 9] =
    ["packs", "laws", "calendars", "plans", "schemes", "review_sheets", "tables", "exports", "templates"];

impl Files {
    /// What was built into the binary.
    #[must_use]
    pub fn built_in() -> Self {
        Self(built_in::FILES.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect())
    }

    /// Files by path and text.
    #[must_use]
    pub fn of(files: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(files.into_iter().map(|(name, text)| (name.into(), text.into())).collect())
    }

    /// Lays a folder of local files over these: same paths are replaced, new ones added. The folder holds `packs/`,
    /// `laws/`, `calendars/`, `plans/`, `schemes/` or `templates/`, or it is such a `packs/` itself.
    ///
    /// # Errors
    /// The folder or a file of it cannot be read; there is no file of rules in it.
    pub fn overlay(&mut self, folder: &Path) -> io::Result<()> {
        let is_whole = FOLDERS.iter().any(|name| folder.join(name).is_dir());
        let found = self.gather(folder, if is_whole { "" } else { "packs" })?;
        if found == 0 {
            let why =
                "里面没有规则文件（packs、laws、calendars、plans、schemes、templates 文件夹中的 .toml）";
            return Err(io::Error::other(why));
        }
        Ok(())
    }

    /// Reads a folder of local files as one of the data folders (`packs`, `laws`, …).
    ///
    /// # Errors
    /// The folder or a file of it cannot be read.
    pub fn overlay_at(&mut self, folder: &Path, name: &str) -> io::Result<()> {
        self.gather(folder, name).map(drop)
    }

    /// How many files it found.
    fn gather(&mut self, folder: &Path, name: &str) -> io::Result<usize> {
        let mut found = 0;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let file = entry.file_name().to_string_lossy().into_owned();
            let own = if name.is_empty() { file } else { format!("{name}/{file}") };
            if entry.file_type()?.is_dir() {
                found += self.gather(&entry.path(), &own)?;
            } else if own.ends_with(".toml") {
                self.put(own, fs::read_to_string(entry.path())?);
                found += 1;
            }
        }
        Ok(found)
    }

    /// The files of a folder, in the order of their paths.
    pub fn under<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let inside = move |name: &&Cow<'static, str>| {
            name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        };
        self.0.iter().filter(move |(name, _)| inside(name)).map(|(name, text)| (name.as_ref(), text.as_ref()))
    }

    #[must_use]
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(AsRef::as_ref)
    }

    pub fn put(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.0.insert(Cow::Owned(path.into()), Cow::Owned(text.into()));
    }
}
