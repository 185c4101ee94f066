//! The keys that sign roots: a file beside the database, never in it and never in the log.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use ledger::{Hash, PublicKeys, SecretKeys};

use crate::error::{AppError, Result};
use crate::ids::Ids;

/// The file's name in the folder of the data.
pub const ROOT_KEY: &str = "root-key";
const FIRST_LINE: &str = "yifa root key 1";

/// The keys of a data folder. 签名密钥
#[derive(Debug)]
pub(crate) struct RootKey(PathBuf);

impl RootKey {
    pub fn of(dir: &Path) -> Self {
        Self(dir.join(ROOT_KEY))
    }

    /// The keys in a file of any name, as a witness has them.
    pub fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// The keys, if they have been made.
    pub fn read(&self) -> Result<Option<SecretKeys>> {
        let mut text = String::new();
        match File::open(&self.0) {
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(fault) => return Err(self.fault("读不了", &fault)),
            Ok(mut file) => file.read_to_string(&mut text).map_err(|fault| self.fault("读不了", &fault))?,
        };
        parse(&text).map(Some).ok_or_else(|| {
            AppError::wrong(
                "root_key",
                format!("签名密钥文件{}的内容不对", self.0.display()),
                "请从保管的副本恢复这个文件；副本也没有的，移走它，用 yifa key new 另做一副并公布。",
            )
        })
    }

    /// Makes new keys, where there are none yet.
    pub fn make(&self) -> Result<SecretKeys> {
        loop {
            let (sm2, ed25519) = (Ids::token(), Ids::token());
            let text = format!("{FIRST_LINE}\nsm2 {sm2}\ned25519 {ed25519}\n");
            let Some(keys) = parse(&text) else { continue };
            self.write(&text).map_err(|fault| self.fault("写不了", &fault))?;
            return Ok(keys);
        }
    }

    /// The whole file or none: written beside, then put in place unless one is there.
    fn write(&self, text: &str) -> std::io::Result<()> {
        let beside = self.0.with_extension(format!("new-{}", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        let placed = file
            .write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .and_then(|()| std::fs::hard_link(&beside, &self.0));
        drop(std::fs::remove_file(&beside));
        placed?;
        match self.0.parent() {
            // A bare name is in the folder that the program works in.
            Some(folder) if folder == Path::new("") => File::open(".")?.sync_all(),
            Some(folder) => File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }

    fn fault(&self, what: &str, fault: &std::io::Error) -> AppError {
        AppError::wrong(
            "root_key",
            format!("{what}签名密钥文件{}：{fault}", self.0.display()),
            "请核对这个文件的权限：只有运行平台的用户可以读写。",
        )
    }
}

fn parse(text: &str) -> Option<SecretKeys> {
    let mut lines = text.lines();
    if lines.next()? != FIRST_LINE {
        return None;
    }
    let sm2 = Hash::parse(lines.next()?.strip_prefix("sm2 ")?)?;
    let ed25519 = Hash::parse(lines.next()?.strip_prefix("ed25519 ")?)?;
    SecretKeys::new(&sm2.0, &ed25519.0)
}

/// Public keys as everybody gets them. 公布的公钥
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RootKeys(pub(crate) PublicKeys);

impl RootKeys {
    /// The SM2 point, uncompressed, in hexadecimal.
    #[must_use]
    pub fn sm2(&self) -> String {
        hex(&self.0.sm2)
    }

    #[must_use]
    pub fn ed25519(&self) -> String {
        hex(&self.0.ed25519)
    }

    /// What people compare: SM3 over both.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint().hex()
    }

    /// The fingerprint in groups of four, as it is printed.
    #[must_use]
    pub fn grouped(&self) -> String {
        let hex: Vec<char> = self.fingerprint().chars().collect();
        hex.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes of hexadecimal digits.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || text.len() % 2 == 1 {
        return None;
    }
    let pair = |at: usize| text.get(at..at + 2).filter(|it| it.bytes().all(|byte| byte.is_ascii_hexdigit()));
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(pair(at)?, 16).ok()).collect()
}
