//! Ids, receipt codes, tokens: random in service, from a seed in a demonstration.

use std::sync::Mutex;

use ledger::{Hash, HashFunction as _, Sm3};

/// The SM3 hash of some bytes.
pub(crate) fn sm3(bytes: &[u8]) -> Hash {
    Sm3::digest(&[bytes])
}

/// A short text that differs for bytes that differ: for tags of answers, not for proofs.
#[must_use]
pub fn short_hash(bytes: &[u8]) -> String {
    sm3(bytes).to_string().chars().take(16).collect()
}

/// Letters that people do not mix up: no I, L, O, U.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A source of random bytes. 随机源
#[derive(Debug)]
pub enum Ids {
    System,
    /// The same bytes in the same order for the same seed.
    Seeded(Mutex<(String, u64)>),
}

impl Ids {
    #[must_use]
    pub fn seeded(seed: &str) -> Self {
        Self::Seeded(Mutex::new((seed.to_owned(), 0)))
    }

    /// Thirty-two bytes.
    fn bytes(&self) -> [u8; 32] {
        match self {
            Self::System => system(),
            Self::Seeded(state) => {
                let Ok(mut state) = state.lock() else { return system() };
                state.1 += 1;
                sm3(format!("{}/{}", state.0, state.1).as_bytes()).0
            }
        }
    }

    /// An id that sorts by the instant at which it was made: ten letters of milliseconds, ten random ones.
    #[must_use]
    pub fn id(&self, now: i64) -> String {
        let millis = u64::try_from(now / 1000).unwrap_or(0);
        let time =
            (0..10u32).rev().map(|place| letter(u8::try_from(millis >> (place * 5) & 31).unwrap_or(0)));
        time.chain(self.bytes().into_iter().take(10).map(letter)).collect()
    }

    /// The code on a citizen's receipt: ten letters in two groups.
    #[must_use]
    pub fn receipt(&self) -> String {
        let letters: String = self.bytes().into_iter().take(10).map(letter).collect();
        let (first, second) = letters.split_at(5);
        format!("{first}-{second}")
    }

    /// A token that nobody guesses: 32 bytes in hexadecimal. Never from a seed.
    #[must_use]
    pub fn token() -> String {
        Hash(system()).to_string()
    }

    /// A password of four groups of four letters and digits, both of which occur.
    #[must_use]
    pub fn password() -> String {
        loop {
            let letters: Vec<char> = system().into_iter().take(16).map(letter).collect();
            let has = |kind: fn(&char) -> bool| letters.iter().any(kind);
            if has(char::is_ascii_digit) && has(char::is_ascii_uppercase) {
                let groups = letters.chunks(4).map(|group| group.iter().collect::<String>());
                return groups.collect::<Vec<_>>().join("-");
            }
        }
    }

    /// Random bytes for a secret. Never from a seed.
    pub(crate) fn bytes_of_system() -> [u8; 32] {
        system()
    }
}

fn letter(byte: u8) -> char {
    LETTERS.get(usize::from(byte & 31)).map_or('0', |letter| char::from(*letter))
}

/// Random bytes of the system; without them nothing may go on, so it waits.
fn system() -> [u8; 32] {
    let mut bytes = [0; 32];
    while getrandom::fill(&mut bytes).is_err() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    bytes
}
