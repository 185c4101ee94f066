//! Files of secrets beside the database: never in it, never in a backup, never in the log.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::PathBuf;

use crate::error::{AppError, Result};

/// A file that only the user of the platform may read. 密钥文件
#[derive(Clone, Debug)]
pub(crate) struct KeyFile {
    pub path: PathBuf,
    /// The code of what is wrong with it.
    pub code: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// What to do when its content is wrong.
    pub repair: &'static str,
}

impl KeyFile {
    /// What `parse` reads from the file; nothing when there is no file.
    pub fn read<T>(&self, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>> {
        let mut text = String::new();
        match File::open(&self.path) {
            Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(None),
            Err(fault) => return Err(self.fault("读不了", &fault)),
            Ok(mut file) => file.read_to_string(&mut text).map_err(|fault| self.fault("读不了", &fault))?,
        };
        parse(&text).map(Some).ok_or_else(|| {
            let why = format!("{}文件{}的内容不对", self.name, self.path.display());
            AppError::wrong(self.code, why, self.repair)
        })
    }

    /// Writes the file unless one is there; whether it did.
    pub fn make(&self, text: &str) -> Result<bool> {
        self.write(text, |beside| match std::fs::hard_link(beside, &self.path) {
            Err(fault) if fault.kind() == ErrorKind::AlreadyExists => Ok(false),
            other => other.map(|()| true),
        })
    }

    /// Puts another content in its place, whole or not at all.
    pub fn replace(&self, text: &str) -> Result<()> {
        self.write(text, |beside| std::fs::rename(beside, &self.path).map(|()| true)).map(drop)
    }

    /// The whole file or none: written beside, then put in place.
    fn write(&self, text: &str, place: impl Fn(&PathBuf) -> std::io::Result<bool>) -> Result<bool> {
        let written = || -> std::io::Result<bool> {
            let beside = self.path.with_extension(format!("new-{}", std::process::id()));
            // What a process that was killed left behind may have other rights.
            drop(std::fs::remove_file(&beside));
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&beside)?;
            let placed =
                file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).and_then(|()| place(&beside));
            drop(std::fs::remove_file(&beside));
            let placed = placed?;
            match self.path.parent() {
                // A bare name is in the folder that the program works in.
                Some(folder) if folder.as_os_str().is_empty() => File::open(".")?.sync_all()?,
                Some(folder) => File::open(folder)?.sync_all()?,
                None => {}
            }
            Ok(placed)
        };
        written().map_err(|fault| self.fault("写不了", &fault))
    }

    fn fault(&self, what: &str, fault: &std::io::Error) -> AppError {
        AppError::wrong(
            self.code,
            format!("{what}{}文件{}：{fault}", self.name, self.path.display()),
            "请核对这个文件的权限：只有运行平台的用户可以读写。",
        )
    }
}
