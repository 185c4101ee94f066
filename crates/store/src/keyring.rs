//! The operator's keys over personal data, and the cipher: SM4 in GCM (GB/T 32907; RFC 8998), nonces at random.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use hmac::{Hmac, KeyInit as _, Mac as _};
use ledger::{Hash, HashFunction as _, Sm3};
use zeroize::Zeroizing;

use crate::gcm::{Gcm, NONCE};
use crate::{Result, StoreError};

/// The bytes of a key of SM4.
pub const KEY: usize = 16;
/// How many persons' keys are kept at hand.
const AT_HAND: usize = 10_000;

/// A person's key, overwritten when it is let go.
pub(crate) type PersonKey = Zeroizing<[u8; KEY]>;

/// The operator's keys: the first wraps the keys of persons, the others only unwrap what was wrapped before. A secret
/// besides finds persons by their numbers. 管理者密钥
pub struct Keyring {
    keys: Vec<OperatorKey>,
    lookup: Zeroizing<[u8; 32]>,
    /// Persons' keys by person. A person's key never changes, and no id is given twice, even where a command was undone.
    at_hand: Mutex<HashMap<String, PersonKey>>,
}

struct OperatorKey {
    mark: String,
    cipher: Gcm,
}

impl Keyring {
    /// The keys of an operator, that in use first; nothing where there is none.
    #[must_use]
    pub fn new(keys: &[[u8; KEY]], lookup: &[u8; 32]) -> Option<Self> {
        let one = |key: &[u8; KEY]| OperatorKey {
            mark: shortened(&Sm3::digest(&[b"yifa operator key 1", key])),
            cipher: Gcm::new(key),
        };
        let keys: Vec<OperatorKey> = keys.iter().map(one).collect();
        let lookup = Zeroizing::new(*lookup);
        (!keys.is_empty()).then(|| Self { keys, lookup, at_hand: Mutex::default() })
    }

    /// What tells whether data are of this keyring: it says nothing of the secrets.
    #[must_use]
    pub fn mark(&self) -> String {
        shortened(&Sm3::digest(&[b"yifa personal lookup 1", self.lookup.as_slice()]))
    }

    /// The mark of the key in use.
    #[must_use]
    pub fn operator(&self) -> &str {
        self.keys.first().map_or("", |key| &key.mark)
    }

    /// Whether a key with this mark is among them.
    pub(crate) fn has(&self, operator: &str) -> bool {
        self.keys.iter().any(|key| key.mark == operator)
    }

    /// By what a person is found: HMAC-SM3 under the secret.
    pub(crate) fn lookup(&self, parts: &[&str]) -> Hash {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<sm3::Sm3>::new_from_slice(self.lookup.as_slice()) else {
            return Hash::default();
        };
        mac.update(&text(parts));
        Hash(mac.finalize().into_bytes().into())
    }

    /// A short sign for a text that must not be written down: the same for the same text, and nobody without the secret can
    /// tell whose it is.
    #[must_use]
    pub fn sign_of(&self, parts: &[&str]) -> String {
        shortened(&self.lookup(parts))
    }

    /// A person's key under the key in use.
    pub(crate) fn wrap(&self, person: &str, key: &PersonKey) -> Result<Vec<u8>> {
        let Some(operator) = self.keys.first() else { return Err(broken("没有密钥")) };
        sealed(&operator.cipher, &wrapping(person, &operator.mark), key.as_slice())
    }

    /// A wrapped key; nothing when it was not wrapped by one of these for this person.
    pub(crate) fn unwrap(&self, person: &str, operator: &str, wrapped: &[u8]) -> Option<PersonKey> {
        if let Some(key) = self.at_hand(person) {
            return Some(key);
        }
        let key = self.unwrap_apart(person, operator, wrapped)?;
        let mut at_hand = self.at_hand.lock().unwrap_or_else(PoisonError::into_inner);
        if at_hand.len() >= AT_HAND {
            at_hand.clear();
        }
        at_hand.insert(person.to_owned(), key.clone());
        Some(key)
    }

    /// The same without asking for what is at hand or keeping it: for who reads the parts of all persons in a row.
    pub(crate) fn unwrap_apart(&self, person: &str, operator: &str, wrapped: &[u8]) -> Option<PersonKey> {
        let by = self.keys.iter().find(|key| key.mark == operator)?;
        let opened = opened(&by.cipher, &wrapping(person, operator), wrapped)?;
        Some(Zeroizing::new(opened.as_slice().try_into().ok()?))
    }

    /// What is no person's but must not stand open either, sealed for one place: the mark of the key in use, and the bytes.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn seal(&self, place: &[&str], plain: &[u8]) -> Result<(String, Vec<u8>)> {
        let Some(operator) = self.keys.first() else { return Err(broken("没有密钥")) };
        let made = sealed(&operator.cipher, &own(place, &operator.mark), plain)?;
        Ok((operator.mark.clone(), made))
    }

    /// What was sealed there under the key with a mark; nothing when it was not, or when that key is not among these.
    #[must_use]
    pub fn open(&self, place: &[&str], operator: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let by = self.keys.iter().find(|key| key.mark == operator)?;
        opened(&by.cipher, &own(place, operator), sealed).map(|it| it.to_vec())
    }

    /// A person's key that is at hand already.
    pub(crate) fn at_hand(&self, person: &str) -> Option<PersonKey> {
        self.at_hand.lock().unwrap_or_else(PoisonError::into_inner).get(person).cloned()
    }

    /// Forgets a person's key.
    pub(crate) fn forget(&self, person: &str) {
        self.at_hand.lock().unwrap_or_else(PoisonError::into_inner).remove(person);
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("mark", &self.mark()).finish_non_exhaustive()
    }
}

impl PartialEq for Keyring {
    fn eq(&self, other: &Self) -> bool {
        self.mark() == other.mark() && self.operator() == other.operator()
    }
}

impl Eq for Keyring {}

/// Whose cipher a part is under, and where it stands: no part can be put in another's place.
pub(crate) struct Sealing<'a> {
    pub case: &'a str,
    pub number: u32,
    pub part: &'a str,
    pub person: &'a str,
}

impl Sealing<'_> {
    fn place(&self) -> Vec<u8> {
        text(&["yifa personal 1", self.case, &self.number.to_string(), self.part, self.person])
    }

    /// Nonce, what it sealed, tag.
    pub fn seal(&self, key: &PersonKey, plain: &[u8]) -> Result<Vec<u8>> {
        sealed(&Gcm::new(key), &self.place(), plain)
    }

    /// What was sealed here under this key; nothing when it was not.
    pub fn open(&self, key: &PersonKey, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        self.open_by(&PersonCipher::new(key), sealed)
    }

    /// The same by the key's cipher.
    pub fn open_by(&self, cipher: &PersonCipher, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        opened(&cipher.0, &self.place(), sealed)
    }
}

/// The cipher under a person's key.
pub(crate) struct PersonCipher(Gcm);

impl PersonCipher {
    pub fn new(key: &PersonKey) -> Self {
        Self(Gcm::new(key))
    }
}

fn wrapping(person: &str, operator: &str) -> Vec<u8> {
    text(&["yifa person 1", person, operator])
}

fn own(place: &[&str], operator: &str) -> Vec<u8> {
    text(&[&["yifa operator's own 1", operator], place].concat())
}

/// Texts one after the other, each with its length before it.
fn text(parts: &[&str]) -> Vec<u8> {
    let mut made = Vec::with_capacity(parts.iter().map(|part| part.len() + 4).sum());
    for part in parts {
        made.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        made.extend_from_slice(part.as_bytes());
    }
    made
}

/// Nonce, what it sealed, tag.
fn sealed(cipher: &Gcm, place: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
    let nonce: [u8; NONCE] = random()?;
    Ok([nonce.as_slice(), &cipher.seal(&nonce, place, plain)].concat())
}

fn opened(cipher: &Gcm, place: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, rest) = sealed.split_first_chunk::<NONCE>()?;
    cipher.open(nonce, place, rest)
}

/// Random bytes of the system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| broken(&format!("取不到随机数：{error}")))?;
    Ok(bytes)
}

fn broken(why: &str) -> StoreError {
    StoreError::Internal { detail: why.to_owned() }
}

fn shortened(hash: &Hash) -> String {
    hash.hex().chars().take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_in_its_place_and_under_its_key() {
        let (key, other) = (Zeroizing::new([1; KEY]), Zeroizing::new([2; KEY]));
        let here = Sealing { case: "a", number: 1, part: "applicant", person: "p" };
        let made = here.seal(&key, "张三".as_bytes()).unwrap();
        assert_ne!(here.seal(&key, "张三".as_bytes()).unwrap(), made, "another nonce each time");
        assert_eq!(here.open(&key, &made).unwrap().as_slice(), "张三".as_bytes());
        assert_eq!(here.open(&other, &made), None);
        for there in [
            Sealing { case: "b", ..here },
            Sealing { number: 2, ..here },
            Sealing { part: "agent", ..here },
            Sealing { person: "q", ..here },
        ] {
            assert_eq!(there.open(&key, &made), None);
        }
        for at in 0..made.len() {
            let mut changed = made.clone();
            changed[at] ^= 1;
            assert_eq!(here.open(&key, &changed), None, "byte {at}");
            assert_eq!(here.open(&key, &made[..at]), None, "cut at {at}");
        }
    }

    #[test]
    fn keys_are_wrapped_for_one_person_under_one_operator() {
        let ring = || Keyring::new(&[[1; KEY]], &[7; 32]).unwrap();
        let wrapped = ring().wrap("p", &Zeroizing::new([9; KEY])).unwrap();
        let mark = ring().operator().to_owned();
        assert_eq!(ring().unwrap("p", &mark, &wrapped).unwrap().as_slice(), [9; KEY]);
        assert_eq!(ring().unwrap("q", &mark, &wrapped), None);
        assert_eq!(Keyring::new(&[[2; KEY]], &[7; 32]).unwrap().unwrap("p", &mark, &wrapped), None);
        let both = Keyring::new(&[[2; KEY], [1; KEY]], &[7; 32]).unwrap();
        assert_eq!(both.unwrap("p", &mark, &wrapped).unwrap().as_slice(), [9; KEY]);
        assert_eq!(both.mark(), ring().mark());
        assert_ne!(both.lookup(&["1", "x"]), both.lookup(&["1x", ""]));
        assert!(!format!("{both:?}").contains("7, 7"), "{both:?}");
    }

    #[test]
    fn what_is_the_operators_own_opens_in_its_place_under_keys_that_are_there() {
        let ring = Keyring::new(&[[1; KEY]], &[7; 32]).unwrap();
        let (mark, made) = ring.seal(&["account", "1"], b"secret").unwrap();
        assert_eq!(mark, ring.operator());
        assert_ne!(ring.seal(&["account", "1"], b"secret").unwrap().1, made, "another nonce each time");
        let changed = Keyring::new(&[[2; KEY], [1; KEY]], &[8; 32]).unwrap();
        assert_eq!(changed.open(&["account", "1"], &mark, &made).as_deref(), Some(b"secret".as_slice()));
        assert_eq!(ring.open(&["account", "2"], &mark, &made), None);
        assert_eq!(ring.open(&["account1", ""], &mark, &made), None);
        assert_eq!(changed.open(&["account", "1"], changed.operator(), &made), None);
        let gone = Keyring::new(&[[2; KEY]], &[7; 32]).unwrap();
        assert_eq!(gone.open(&["account", "1"], &mark, &made), None);
    }

    #[test]
    fn only_so_many_keys_stay_at_hand() {
        let ring = Keyring::new(&[[1; KEY]], &[7; 32]).unwrap();
        let wrapped = ring.wrap("p", &Zeroizing::new([9; KEY])).unwrap();
        for at in 0..AT_HAND {
            ring.at_hand.lock().unwrap().insert(format!("x{at}"), Zeroizing::new([0; KEY]));
        }
        let mark = ring.operator().to_owned();
        assert!(ring.unwrap("p", &mark, &wrapped).is_some());
        assert_eq!(ring.at_hand.lock().unwrap().len(), 1);
        ring.forget("p");
        assert!(ring.at_hand("p").is_none());
    }
}
