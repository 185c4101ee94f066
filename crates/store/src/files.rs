//! The contents of attachments, each under the hash of its content.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use ledger::{Hash, Sm3};

use crate::attachment::{Attachment, Paper};
use crate::keyring::Keyring;
use crate::sealed_file::{self, FileKey};
use crate::{Result, StoreError};

/// What a file is, told by its content and not by its name. 文件类型
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MediaType {
    Pdf,
    Png,
    Jpeg,
    Docx,
    Xlsx,
    Ofd,
    /// A sealed report: a zip with a manifest and its seal.
    Bundle,
    Text,
}

impl MediaType {
    /// The registered media type; OFD (GB/T 33190) has none and goes under the one in use.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Ofd => "application/ofd",
            Self::Bundle => "application/zip",
            Self::Text => "text/plain; charset=utf-8",
        }
    }

    /// The ending of file names.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Ofd => "ofd",
            Self::Bundle => "zip",
            Self::Text => "txt",
        }
    }

    /// What a content is, if it is one of these.
    #[must_use]
    pub fn of(content: &[u8]) -> Option<Self> {
        if content.starts_with(b"%PDF-") {
            Some(Self::Pdf)
        } else if content.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if content.starts_with(&[0xff, 0xd8, 0xff]) {
            Some(Self::Jpeg)
        } else if let Some(names) = zip_names(content) {
            let has = |name: &[u8]| names.contains(&name);
            if names.iter().any(|name| name.ends_with(b"vbaProject.bin")) {
                None
            } else if has(b"word/document.xml") {
                Some(Self::Docx)
            } else if has(b"xl/workbook.xml") {
                Some(Self::Xlsx)
            } else if has(b"manifest.json") && has(b"seal.json") {
                Some(Self::Bundle)
            } else {
                has(b"OFD.xml").then_some(Self::Ofd)
            }
        } else {
            is_text(content).then_some(Self::Text)
        }
    }
}

/// The names of a zip's entries, from its central directory; nothing when it is not a whole zip.
fn zip_names(content: &[u8]) -> Option<Vec<&[u8]>> {
    const END: usize = 22;
    const ENTRY: usize = 46;
    if !content.starts_with(b"PK\x03\x04") {
        return None;
    }
    // The end record stands last, followed by a comment of at most 65535 bytes.
    let latest = content.len().checked_sub(END)?;
    let end = (latest.saturating_sub(65_535)..=latest)
        .rev()
        .find(|at| content.get(*at..).is_some_and(|rest| rest.starts_with(b"PK\x05\x06")))?;
    let count = little(content, end + 10, 2)?;
    let mut at = little(content, end + 16, 4)?;
    let mut names = Vec::new();
    for _ in 0..count {
        if !content.get(at..)?.starts_with(b"PK\x01\x02") {
            return None;
        }
        let name = little(content, at + 28, 2)?;
        names.push(content.get(at + ENTRY..at + ENTRY + name)?);
        at += ENTRY + name + little(content, at + 30, 2)? + little(content, at + 32, 2)?;
    }
    Some(names)
}

/// A little-endian number of `length` bytes.
fn little(content: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = content.get(at..at + length)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

/// UTF-8 without control characters but line ends and tabs, and not empty.
fn is_text(content: &[u8]) -> bool {
    std::str::from_utf8(content).is_ok_and(|text| {
        !text.is_empty() && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    })
}

/// A file name that is safe to show, to store and to download: the last part of a path, without control
/// and reserved characters, of at most 120 characters, with the ending of its true type.
#[must_use]
pub fn safe_name(given: &str, media_type: MediaType) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or("");
    let clean: String = last.chars().filter(|c| !is_unsafe(*c)).collect();
    let clean = clean.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let ending = media_type.extension();
    let stem = match clean.rsplit_once('.') {
        Some((stem, old)) if old.eq_ignore_ascii_case(ending) || is_known(old) => stem,
        _ => clean,
    };
    let stem: String = stem.chars().take(120).collect();
    if stem.is_empty() { format!("附件.{ending}") } else { format!("{stem}.{ending}") }
}

fn is_known(ending: &str) -> bool {
    ["pdf", "png", "jpg", "jpeg", "docx", "xlsx", "ofd", "zip", "txt"]
        .iter()
        .any(|it| ending.eq_ignore_ascii_case(it))
}

/// Characters that are reserved, invisible, or turn the direction of writing.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '%')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A content that is stored. 已存文件
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// The hash of the plain content.
    pub hash: Hash,
    /// The hash under which its bytes lie: another one where they are sealed.
    pub stored: Hash,
    /// The key of a sealed one.
    pub key: Option<FileKey>,
    /// In bytes.
    pub size: u64,
    pub media_type: MediaType,
    /// The given name, made safe.
    pub name: String,
}

/// The folder of contents: `ab/cdef…` by the hash. 附件库
#[derive(Debug)]
pub struct Files {
    dir: PathBuf,
    largest: u64,
    temporary: AtomicU64,
}

impl Files {
    pub(crate) fn new(dir: PathBuf, largest: u64) -> Self {
        Self { dir, largest, temporary: AtomicU64::new(0) }
    }

    /// Where a content is.
    #[must_use]
    pub fn path(&self, hash: &Hash) -> PathBuf {
        let hex = hash.hex();
        let (folder, name) = hex.split_at(2);
        self.dir.join(folder).join(name)
    }

    /// Stores a content for good, before the transaction that names it. What is there already is not
    /// written again. Refuses what is empty, too large or of no known type.
    pub fn put(&self, name: &str, content: &[u8]) -> Result<StoredFile> {
        let media_type = self.must_be_fit(content)?;
        let hash = of_bytes(content);
        self.keep(&hash, content)?;
        Ok(taken(name, content, media_type, (hash, hash, None)))
    }

    /// The same under a key of its own, which lies nowhere until the transaction seals it for whose the file is. Each time
    /// other bytes are written: who sees the folder cannot tell that two hold the same.
    pub fn put_sealed(&self, name: &str, content: &[u8]) -> Result<StoredFile> {
        let media_type = self.must_be_fit(content)?;
        let hash = of_bytes(content);
        let key = FileKey::new()?;
        let sealed = sealed_file::seal(&key, &hash, content)?;
        let stored = of_bytes(&sealed);
        self.keep(&stored, &sealed)?;
        Ok(taken(name, content, media_type, (hash, stored, Some(key))))
    }

    fn must_be_fit(&self, content: &[u8]) -> Result<MediaType> {
        let refused = |why: String| Err(StoreError::FileRefused { why });
        let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
        if size == 0 {
            return refused("文件是空的".to_owned());
        }
        if size > self.largest {
            let (mib, largest) = (size.div_ceil(1 << 20), self.largest >> 20);
            return refused(format!("文件大小 {mib} 兆，超过上限 {largest} 兆；可以压缩图片或分成几个文件"));
        }
        MediaType::of(content).map_or_else(
            || {
                refused(
                    "按内容辨认不出是 PDF、OFD、DOCX、XLSX、PNG、JPEG 或 UTF-8 纯文本，或者文件带有宏；改扩展名不起作用，请另存为其中一种"
                        .to_owned(),
                )
            },
            Ok,
        )
    }

    /// Writes beside, makes it durable, then gives it its name.
    fn keep(&self, hash: &Hash, content: &[u8]) -> Result<()> {
        let path = self.path(hash);
        // One that was damaged since is mended by the way.
        let folder = path.parent().unwrap_or(&self.dir);
        if self.is_whole(hash) {
            return touch(folder, &path).map_err(|error| StoreError::unwritable(&path, &error));
        }
        let serial = self.temporary.fetch_add(1, Ordering::Relaxed);
        let beside = folder.join(format!(".{}-{}-{serial}", hash.short(), std::process::id()));
        let written = write_durably(folder, &beside, &path, content);
        if written.is_err() {
            // What is left of it, if anything, the next sweep takes away.
            let _ = fs::remove_file(&beside);
        }
        written.map_err(|error| StoreError::unwritable(&path, &error))
    }

    /// What lies under a hash, checked against it.
    pub fn get(&self, hash: &Hash) -> Result<Vec<u8>> {
        let path = self.path(hash);
        let content = fs::read(&path).map_err(|error| StoreError::unreadable(&path, &error))?;
        if of_bytes(&content) == *hash { Ok(content) } else { Err(changed(hash)) }
    }

    /// The plain content of an attachment, checked against its hash; nothing when it was erased.
    ///
    /// # Errors
    /// It cannot be read, was changed, or the key is not at hand.
    pub fn content(&self, keys: Option<&Keyring>, of: &Attachment) -> Result<Option<Vec<u8>>> {
        let Some(stored) = &of.stored else { return Ok(None) };
        let key = match of.paper(keys) {
            Paper::Open => return self.get(stored).map(Some),
            Paper::Erased => return Ok(None),
            Paper::Unopened => {
                let why = "打开这个附件的密钥不在".to_owned();
                return Err(StoreError::PersonalKey { why });
            }
            Paper::Broken => return Err(changed(&of.hash)),
            Paper::Sealed { key, .. } => key,
        };
        let path = self.path(stored);
        let failed = |error: std::io::Error| StoreError::unreadable(&path, &error);
        let mut file = File::open(&path).map_err(failed)?;
        let mut made = Vec::with_capacity(usize::try_from(of.size).unwrap_or(0));
        let mut each = |piece: &[u8]| made.extend_from_slice(piece);
        let is_whole = sealed_file::open(&key, &of.hash, &mut file, &mut each).map_err(failed)?;
        if is_whole { Ok(Some(made)) } else { Err(changed(&of.hash)) }
    }

    /// Whether an attachment opens to its plain content's hash, read piece by piece. One whose key is not at hand is told by
    /// the hash of its sealed bytes alone.
    pub(crate) fn opens(&self, keys: Option<&Keyring>, of: &Attachment) -> bool {
        let Some(stored) = &of.stored else { return of.is_erased() };
        match of.paper(keys) {
            Paper::Open | Paper::Unopened => true,
            Paper::Erased | Paper::Broken => false,
            Paper::Sealed { key, .. } => File::open(self.path(stored))
                .and_then(|mut file| sealed_file::open(&key, &of.hash, &mut file, &mut |_| {}))
                .unwrap_or(false),
        }
    }

    /// Overwrites and takes away what lies under a hash and belongs to nothing any more. What is not there is no fault.
    pub fn discard(&self, hash: &Hash) -> Result<()> {
        let path = self.path(hash);
        let wiped = File::options().write(true).open(&path).and_then(|mut file| {
            let mut left = file.metadata()?.len();
            let nothing = vec![0; 1 << 16];
            while left > 0 {
                let now = left.min(1 << 16);
                file.write_all(nothing.get(..usize::try_from(now).unwrap_or(0)).unwrap_or_default())?;
                left -= now;
            }
            file.sync_all()?;
            fs::remove_file(&path)
        });
        match wiped {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(StoreError::unwritable(&path, &error))
            }
            _ => Ok(()),
        }
    }

    /// Whether a content is there with its right hash, read piece by piece.
    pub fn is_whole(&self, hash: &Hash) -> bool {
        hash_of(&self.path(hash)).is_ok_and(|found| found == *hash)
    }

    /// Removes contents that no event names and that are older than `age`: they belong to commands that
    /// were never done. How many.
    pub(crate) fn sweep(&self, age: Duration, is_named: impl Fn(&Hash) -> Result<bool>) -> Result<u64> {
        let failed = |error: std::io::Error| StoreError::unreadable(&self.dir, &error);
        let before = SystemTime::now().checked_sub(age).unwrap_or(SystemTime::UNIX_EPOCH);
        let mut gone = 0;
        for folder in fs::read_dir(&self.dir).map_err(failed)? {
            let folder = folder.map_err(failed)?;
            if !folder.file_type().is_ok_and(|it| it.is_dir()) {
                continue;
            }
            for file in fs::read_dir(folder.path()).map_err(failed)? {
                let file = file.map_err(failed)?;
                let changed = file.metadata().and_then(|it| it.modified()).map_err(failed)?;
                let hex = format!("{}{}", folder.file_name().display(), file.file_name().display());
                let named = match Hash::parse(&hex) {
                    Some(hash) => is_named(&hash)?,
                    None => !file.file_name().as_encoded_bytes().starts_with(b"."),
                };
                if !named && changed <= before {
                    fs::remove_file(file.path()).map_err(|e| StoreError::unwritable(&file.path(), &e))?;
                    gone += 1;
                }
            }
        }
        Ok(gone)
    }
}

/// Stored again: young again for the sweep. Its content was durable before it got its name; whether the name is, nobody
/// knows: whoever gave it may be about to force it, or have failed to.
fn touch(folder: &Path, path: &Path) -> std::io::Result<()> {
    File::options().append(true).open(path)?.set_modified(SystemTime::now())?;
    force_names(folder)
}

fn write_durably(folder: &Path, beside: &Path, path: &Path, content: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = File::create_new(beside)?;
    file.write_all(content)?;
    file.sync_all()?;
    drop(file);
    fs::rename(beside, path)?;
    force_names(folder)
}

/// The names are durable when their folders are.
fn force_names(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()?;
    folder.parent().map_or(Ok(()), |above| File::open(above)?.sync_all())
}

fn of_bytes(content: &[u8]) -> Hash {
    let mut stream = Sm3::stream();
    stream.update(content);
    stream.finish()
}

fn changed(hash: &Hash) -> StoreError {
    StoreError::Unreadable { detail: format!("附件 {} 的内容与登记时不同", hash.short()) }
}

fn taken(
    name: &str,
    content: &[u8],
    media_type: MediaType,
    (hash, stored, key): (Hash, Hash, Option<FileKey>),
) -> StoredFile {
    let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
    StoredFile { hash, stored, key, size, media_type, name: safe_name(name, media_type) }
}

fn hash_of(path: &Path) -> std::io::Result<Hash> {
    let mut file = File::open(path)?;
    let mut stream = Sm3::stream();
    let mut piece = vec![0; 1 << 16];
    loop {
        let length = file.read(&mut piece)?;
        match piece.get(..length) {
            Some(part) if length > 0 => stream.update(part),
            _ => return Ok(stream.finish()),
        }
    }
}
