//! The keys that sign roots: a file beside the database, never in it and never in the log.

use std::path::Path;

use ledger::{Hash, PublicKeys, SecretKeys};

use crate::error::{AppError, Result};
use crate::ids::Ids;
use crate::key_file::KeyFile;

/// The file's name in the folder of the data.
pub const ROOT_KEY: &str = "root-key";
const FIRST_LINE: &str = "yifa root key 1";

/// The keys of a data folder. 签名密钥
#[derive(Debug)]
pub(crate) struct RootKey(KeyFile);

impl RootKey {
    pub fn of(dir: &Path) -> Self {
        Self::at(&dir.join(ROOT_KEY))
    }

    /// The keys in a file of any name, as a witness has them.
    pub fn at(path: &Path) -> Self {
        Self(KeyFile {
            path: path.to_owned(),
            code: "root_key",
            name: "签名密钥",
            repair: "请从保管的副本恢复这个文件；副本也没有的，移走它，用 yifa key new 另做一副并公布。",
        })
    }

    /// The keys, if they have been made.
    pub fn read(&self) -> Result<Option<SecretKeys>> {
        self.0.read(parse)
    }

    /// Makes new keys, where there are none yet.
    pub fn make(&self) -> Result<SecretKeys> {
        loop {
            let (sm2, ed25519) = (Ids::token(), Ids::token());
            let text = format!("{FIRST_LINE}\nsm2 {sm2}\ned25519 {ed25519}\n");
            let Some(keys) = parse(&text) else { continue };
            if self.0.make(&text)? {
                return Ok(keys);
            }
            let why = format!("签名密钥文件{}刚刚由别的程序产生", self.0.path.display());
            return Err(AppError::wrong("root_key", why, "请再试一次。"));
        }
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
