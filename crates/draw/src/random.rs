//! What the seed gives: the keys of objects, and numbers without bias.

use ledger::{Hash, HashFunction as _, Sm3};

/// The seed of a draw. 种子
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub Hash);

/// The first bytes of what is hashed, so that no use of the seed meets another.
const OBJECT: u8 = 1;
const WORDS: u8 = 2;

impl Seed {
    /// Writes what is hashed for the key of an object.
    pub(crate) fn write_key(self, id: &str, to: &mut Vec<u8>) {
        to.push(OBJECT);
        to.extend_from_slice(self.0.as_bytes());
        to.extend_from_slice(id.as_bytes());
    }
}

/// Words from the seed, by a counter. 随机数发生器
#[derive(Clone, Debug)]
pub struct Generator {
    seed: Seed,
    /// The number of the next block.
    block: u64,
    /// Words of the block before that are not used yet, the next one last.
    words: Vec<u32>,
}

impl Generator {
    #[must_use]
    pub fn new(seed: Seed) -> Self {
        Self { seed, block: 0, words: Vec::with_capacity(8) }
    }

    fn word(&mut self) -> u32 {
        loop {
            if let Some(word) = self.words.pop() {
                return word;
            }
            let digest = Sm3::digest(&[&[WORDS], self.seed.0.as_bytes(), &self.block.to_be_bytes()]);
            self.block = self.block.wrapping_add(1);
            let (chunks, _) = digest.0.as_chunks::<4>();
            self.words.extend(chunks.iter().rev().map(|chunk| u32::from_be_bytes(*chunk)));
        }
    }

    /// A number below `n`, each equally likely; 0 where `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        let Some(n) = u32::try_from(n).ok().filter(|n| *n > 0) else { return 0 };
        // The words above the last whole multiple of n are passed over: 2^32 mod n of them.
        let over = (u32::MAX % n + 1) % n;
        loop {
            let word = self.word();
            if word <= u32::MAX - over {
                return usize::try_from(word % n).unwrap_or(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_specification() {
        let seed = Seed(Sm3::digest(&[b"seed"]));
        let mut generator = Generator::new(seed);
        let block = |k: u8| Sm3::digest(&[&[2], seed.0.as_bytes(), &[0, 0, 0, 0, 0, 0, 0, k]]);
        let words: Vec<u32> = (0..17).map(|_| generator.word()).collect();
        let of = |block: Hash, at: usize| u32::from_be_bytes(block.0[at..at + 4].try_into().unwrap());
        assert_eq!(words[0], of(block(0), 0));
        assert_eq!(words[7], of(block(0), 28));
        assert_eq!(words[8], of(block(1), 0));
        assert_eq!(words[16], of(block(2), 0));
    }

    #[test]
    fn what_is_above_the_last_multiple_is_passed_over() {
        let seed = Seed(Sm3::digest(&[b"seed"]));
        // Of 2^31 + 1 numbers nearly half of the words are passed over.
        let n = (1_u64 << 31) + 1;
        let (mut own, mut words) = (Generator::new(seed), Generator::new(seed));
        for _ in 0..200 {
            let kept = loop {
                let word = u64::from(words.word());
                if word < n {
                    break word;
                }
            };
            assert_eq!(own.below(usize::try_from(n).unwrap()), usize::try_from(kept).unwrap());
        }
        assert_eq!(Generator::new(seed).below(0), 0);
        assert_eq!(Generator::new(seed).below(1), 0);
    }
}
