//! The operator's keys over personal data: a file beside the database, which no backup has.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger::Hash;
use store::{KEY, Keyring, Query, Store, StoreError, Tx, person, personal};

use crate::accounts::secret;
use crate::error::{AppError, Result};
use crate::ids::Ids;
use crate::key_file::KeyFile;
use crate::messages;
use crate::persons;
use crate::platform::Platform;
use crate::root_key::unhex;

/// The file's name in the folder of the data.
pub const PERSONAL_KEY: &str = "personal-key";
const FIRST_LINE: &str = "yifa personal key 1";
/// How many persons' keys are wrapped anew in one transaction: nobody waits long for it.
const AT_ONCE: u32 = 200;

/// What the file says: the secret of the lookups, and the keys, that in use first.
struct Secrets {
    lookup: Hash,
    keys: Vec<[u8; KEY]>,
}

impl Secrets {
    fn new() -> Option<Self> {
        Some(Self { lookup: Hash::parse(&Ids::token())?, keys: vec![new_key()?] })
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        if lines.next()? != FIRST_LINE {
            return None;
        }
        let lookup = Hash::parse(lines.next()?.strip_prefix("lookup ")?)?;
        let key = |line: &str| -> Option<[u8; KEY]> { unhex(line.strip_prefix("key ")?)?.try_into().ok() };
        let keys: Vec<[u8; KEY]> = lines.map(key).collect::<Option<_>>()?;
        (!keys.is_empty()).then_some(Self { lookup, keys })
    }

    fn text(&self) -> String {
        let keys = self.keys.iter().map(|key| format!("key {}\n", crate::root_key::hex(key)));
        format!("{FIRST_LINE}\nlookup {}\n{}", self.lookup.hex(), keys.collect::<String>())
    }

    fn keyring(&self) -> Option<Arc<Keyring>> {
        Keyring::new(&self.keys, &self.lookup.0).map(Arc::new)
    }
}

fn new_key() -> Option<[u8; KEY]> {
    unhex(&Ids::token())?.get(..KEY)?.try_into().ok()
}

/// The keyring that a platform has, or why it has none. 个人信息的密钥
#[derive(Clone, Debug)]
pub(crate) enum Held {
    Ready(Arc<Keyring>),
    Missing(String),
}

impl Held {
    /// The keys for reading, where what cannot be opened is told as such.
    pub fn ready(&self) -> Option<&Keyring> {
        match self {
            Self::Ready(keys) => Some(keys),
            Self::Missing(_) => None,
        }
    }

    /// The keys without which nothing may be written.
    pub fn needed(&self) -> Result<Arc<Keyring>, StoreError> {
        match self {
            Self::Ready(keys) => Ok(Arc::clone(keys)),
            Self::Missing(why) => Err(StoreError::PersonalKey { why: why.clone() }),
        }
    }
}

/// What rotating came to. 更换密钥的结果
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// How many persons' keys are under a key that is not at hand, and stay there.
    pub left: u64,
}

fn file(store: &Store, path: Option<&Path>) -> KeyFile {
    KeyFile {
        path: path.map_or_else(|| store.dir().join(PERSONAL_KEY), PathBuf::from),
        code: "personal_key",
        name: "个人信息的密钥",
        repair: "请从保管的副本恢复这个文件。没有它，已有的个人信息读不出来；日志和凭证不受影响。",
    }
}

/// The keys for a store: from the file, which is made with a new store. Where data are under keys that are not there,
/// nobody makes others by accident.
pub(crate) fn open(store: &Store, path: Option<&Path>) -> Result<Held> {
    let file = file(store, path);
    let (mark, sealed) =
        store.read(|reader| -> Result<_> { Ok((person::keyring_of(reader)?, person::any(reader)?)) })?;
    let mut found = file.read(Secrets::parse)?;
    if found.is_none() && mark.is_none() && !sealed && !store.is_read_only() {
        if let Some(new) = Secrets::new() {
            file.make(&new.text())?;
        }
        // Another process may have been first.
        found = file.read(Secrets::parse)?;
    }
    let shown = file.path.display();
    let Some(keys) = found.as_ref().and_then(Secrets::keyring) else {
        return Ok(Held::Missing(format!("没有密钥文件{shown}")));
    };
    let of_data = match mark {
        Some(mark) => mark,
        None if store.is_read_only() => keys.mark(),
        None => {
            let own = Arc::clone(&keys);
            store.write(move |tx| note(tx, &own))??
        }
    };
    if of_data != keys.mark() {
        return Ok(Held::Missing(format!("密钥文件{shown}不是这份数据的")));
    }
    if !store.is_read_only() && store.read(|reader| personal::is_unsealed(reader))? {
        seal_before(store, &keys)?;
    }
    Ok(Held::Ready(keys))
}

/// Notes that the data are under these keys, unless they are under others already; the mark that holds.
fn note(tx: &mut Tx<'_>, keys: &Keyring) -> Result<String, StoreError> {
    if let Some(mark) = person::keyring_of(tx as &dyn Query)? {
        return Ok(mark);
    }
    person::set_keyring(tx, keys)?;
    Ok(keys.mark())
}

/// Seals what an older program left open.
fn seal_before(store: &Store, keys: &Arc<Keyring>) -> Result<()> {
    let mut after = String::new();
    loop {
        let (keys, from) = (Arc::clone(keys), after.clone());
        let work = move |tx: &mut Tx<'_>| personal::seal_before(tx, &keys, &from, 0, persons::first_of);
        match store.write(work)?? {
            None => return Ok(()),
            Some(last) => after = last,
        }
    }
}

impl Platform {
    /// The keys of personal data, as far as they are there, for whoever reads the store itself.
    #[must_use]
    pub fn personal_keyring(&self) -> Option<Arc<Keyring>> {
        self.inner().held().needed().ok()
    }

    /// Why personal data cannot be opened or written, if so.
    #[must_use]
    pub fn personal_keys_missing(&self) -> Option<String> {
        match self.inner().held() {
            Held::Ready(_) => None,
            Held::Missing(why) => Some(why),
        }
    }

    /// Makes new keys for a store whose keys are lost: what they sealed stays closed for ever, what is written from now on
    /// is under the new ones.
    ///
    /// # Errors
    /// There are keys already; the file or the store cannot be written.
    pub fn new_personal_keys(&self) -> Result<()> {
        let file = file(self.store(), self.inner().key_path.as_deref());
        let there = || {
            let why = format!("已经有个人信息的密钥文件{}", file.path.display());
            AppError::wrong("personal_key_there", why, "要更换密钥的，用 yifa key rotate-personal。")
        };
        let made = Secrets::new().and_then(|new| new.keyring().map(|keys| (new, keys)));
        let (new, keys) = made.ok_or_else(there)?;
        if !file.make(&new.text())? {
            return Err(there());
        }
        let own = Arc::clone(&keys);
        self.store().write(move |tx| person::set_keyring(tx, &own))??;
        self.inner().hold(Held::Ready(keys));
        Ok(())
    }

    /// Wraps the keys of all persons, and the secrets of second factors, under a new key of the operator, and then lets the old one go. Where it broke off it
    /// goes on.
    ///
    /// # Errors
    /// There are no keys; the file or the store cannot be written.
    pub fn rotate_personal_keys(&self) -> Result<Rotated> {
        // Only the keys of these data.
        self.inner().held().needed()?;
        let file = file(self.store(), self.inner().key_path.as_deref());
        let wrong = || StoreError::PersonalKey { why: format!("读不出{}", file.path.display()) };
        let mut secrets = file.read(Secrets::parse)?.ok_or_else(wrong)?;
        let missing = self.store().read(|reader| {
            let keys = secrets.keyring().ok_or_else(wrong)?;
            person::under_others(reader, &keys)
        })?;
        // Two keys in the file with persons under the second: an earlier change broke off, and goes on.
        if secrets.keys.len() == 1 || missing == 0 {
            secrets.keys.insert(0, new_key().ok_or_else(wrong)?);
            file.replace(&secrets.text())?;
        }
        let keys = secrets.keyring().ok_or_else(wrong)?;
        self.inner().hold(Held::Ready(Arc::clone(&keys)));
        let mut after = String::new();
        loop {
            let (own, from) = (Arc::clone(&keys), after.clone());
            match self.store().write(move |tx| person::rewrap(tx, &own, &from, AT_ONCE))?? {
                None => break,
                Some(last) => after = last,
            }
        }
        let mut after = String::new();
        loop {
            let (own, from) = (Arc::clone(&keys), after.clone());
            match self.store().write(move |tx| secret::rewrap(tx, &own, &from, AT_ONCE))?? {
                None => break,
                Some(last) => after = last,
            }
        }
        let mut after = (String::new(), String::new());
        loop {
            let (own, from) = (Arc::clone(&keys), after.clone());
            let work = move |tx: &mut Tx<'_>| messages::rewrap(tx, &own, (&from.0, &from.1), AT_ONCE);
            match self.store().write(work)?? {
                None => break,
                Some(last) => after = last,
            }
        }
        let left = self.store().read(|reader| person::under_others(reader, &keys))?;
        secrets.keys.truncate(1);
        file.replace(&secrets.text())?;
        Ok(Rotated { left })
    }
}
