//! Many SM3 hashes at once. One message keeps a processor waiting for itself: each step needs the one before. Messages side
//! by side, a lane each, do not wait for each other, and a vector of the processor does a step of 4, 8 or 16 of them in one
//! instruction. Which vectors it has is asked when the program runs.

use std::sync::LazyLock;

use fearless_simd::{Level, Simd, SimdBase, dispatch};

use crate::{Hash, HashFunction as _, Sm3};

/// How many messages are hashed side by side: as many as the widest vector has words.
const LANES: usize = 16;

/// The vectors of this processor.
static LEVEL: LazyLock<Level> = LazyLock::new(Level::new);

/// Fewer messages than that are hashed one after the other: the lanes cost the same however few are in use.
const FEWEST: usize = 4;

const BLOCK: usize = 64;

/// A word of each lane's message or state.
type Lane = [u32; LANES];

/// A block of each lane.
type Words = [Lane; 16];

const START: [u32; 8] =
    [0x7380_166f, 0x4914_b2b9, 0x1724_42d7, 0xda8a_0600, 0xa96f_30bc, 0x1631_38aa, 0xe38d_ee4d, 0xb0fb_0e4e];
/// The constants of the first sixteen rounds and of those after them: T of the standard, turned left by the round's number.
const EARLY: [u32; 16] = constants(0x79cc_4519, 0);
const LATE: [u32; 48] = constants(0x7a87_9d8a, 16);

#[expect(clippy::indexing_slicing, reason = "the index is below the length that the type has")]
const fn constants<const N: usize>(of: u32, from: u32) -> [u32; N] {
    let mut made = [0; N];
    let (mut at, mut round) = (0, from);
    while at < N {
        made[at] = of.rotate_left(round % 32);
        (at, round) = (at + 1, round + 1);
    }
    made
}

/// Messages that wait to be hashed together. 成批杂凑
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The messages end to end, each padded to whole blocks.
    bytes: Vec<u8>,
    messages: Vec<Message>,
    digests: Vec<Hash>,
    /// Where hashes are still to be put, and the messages that give them.
    owed: Vec<usize>,
    first: Option<Box<Self>>,
}

#[derive(Clone, Copy, Debug)]
struct Message {
    start: usize,
    length: usize,
}

impl Message {
    fn blocks(self) -> usize {
        (self.length + 9).div_ceil(BLOCK)
    }
}

impl Batch {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many messages wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// How many bytes wait.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Adds a message; `write` puts its bytes at the end and changes nothing before.
    pub fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        write(&mut self.bytes);
        let length = self.bytes.len().saturating_sub(start);
        let message = Message { start, length };
        let bits = u64::try_from(length).unwrap_or(u64::MAX).wrapping_mul(8);
        self.bytes.push(0x80);
        self.bytes.resize(start + message.blocks() * BLOCK - 8, 0);
        self.bytes.extend_from_slice(&bits.to_be_bytes());
        self.messages.push(message);
    }

    /// Adds a message in which the hash of another stands, at a place from its beginning: that one, which `of` writes, is
    /// hashed with its like first.
    pub(crate) fn add_owing(
        &mut self,
        at: usize,
        of: impl FnOnce(&mut Vec<u8>),
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        self.owed.push(self.bytes.len() + at);
        self.first.get_or_insert_default().add(of);
        self.add(write);
    }

    /// Puts in the hashes that are owed.
    fn settle(&mut self) {
        let Some(first) = self.first.as_deref_mut().filter(|_| !self.owed.is_empty()) else { return };
        for (at, hash) in self.owed.drain(..).zip(first.digests()) {
            if let Some(place) = self.bytes.get_mut(at..at + hash.as_bytes().len()) {
                place.copy_from_slice(hash.as_bytes());
            }
        }
    }

    /// Hashes what waits and hands over the digests in the order of the messages; nothing waits any more.
    pub fn digests(&mut self) -> &[Hash] {
        self.settle();
        self.digests.clear();
        self.digests.resize(self.messages.len(), Hash::default());
        let mut order: Vec<usize> = (0..self.messages.len()).collect();
        order.sort_by_key(|at| self.messages.get(*at).map_or(0, |message| message.blocks()));
        for group in order.chunks(LANES) {
            if group.len() < FEWEST {
                self.one_by_one(group);
            } else {
                self.together(group);
            }
        }
        self.bytes.clear();
        self.messages.clear();
        &self.digests
    }

    fn one_by_one(&mut self, group: &[usize]) {
        for at in group {
            let Some(Message { start, length }) = self.messages.get(*at).copied() else { continue };
            let message = self.bytes.get(start..start + length).unwrap_or_default();
            if let Some(digest) = self.digests.get_mut(*at) {
                *digest = Sm3::digest(&[message]);
            }
        }
    }

    /// Hashes at most as many messages as there are lanes, shorter ones first. A lane whose message has ended goes on over
    /// nothing that counts.
    fn together(&mut self, group: &[usize]) {
        let mut lanes = [&[][..]; LANES];
        for (lane, at) in lanes.iter_mut().zip(group) {
            let message = self.messages.get(*at).copied();
            let whole = message.and_then(|it| self.bytes.get(it.start..it.start + it.blocks() * BLOCK));
            *lane = whole.unwrap_or_default();
        }
        let blocks = lanes.map(|lane| lane.len() / BLOCK);
        let most = blocks.iter().max().copied().unwrap_or(0);
        let mut state = START.map(|word| [word; LANES]);
        let mut words = [[0; LANES]; 16];
        let level = *LEVEL;
        for number in 1..=most {
            load(&mut lanes, &mut words);
            compress(level, group.len(), &mut state, &words);
            if !blocks.contains(&number) {
                continue;
            }
            for (lane, at) in group.iter().enumerate().filter(|(lane, _)| blocks.get(*lane) == Some(&number))
            {
                if let Some(digest) = self.digests.get_mut(*at) {
                    *digest = digest_of(&state, lane);
                }
            }
        }
    }
}

/// The next block of each lane, as big-endian words.
fn load(lanes: &mut [&[u8]; LANES], words: &mut Words) {
    for (lane, rest) in lanes.iter_mut().enumerate() {
        let Some((block, after)) = rest.split_first_chunk::<BLOCK>() else { continue };
        *rest = after;
        let (chunks, _) = block.as_chunks::<4>();
        for (row, chunk) in words.iter_mut().zip(chunks) {
            if let Some(word) = row.get_mut(lane) {
                *word = u32::from_be_bytes(*chunk);
            }
        }
    }
}

fn digest_of(state: &[Lane; 8], lane: usize) -> Hash {
    let mut hash = Hash::default();
    let (chunks, _) = hash.0.as_chunks_mut::<4>();
    for (chunk, row) in chunks.iter_mut().zip(state) {
        *chunk = row.get(lane).copied().unwrap_or_default().to_be_bytes();
    }
    hash
}

/// The compression function of GB/T 32905-2016 section 5.3.3 in the lanes in use, with whatever vectors the processor has.
fn compress(level: Level, used: usize, state: &mut [Lane; 8], words: &Words) {
    dispatch!(level, simd => compress_with(simd, used, state, words));
}

/// The same with the vectors of `simd`, as many lanes at a time as one of them has.
#[expect(clippy::indexing_slicing, reason = "every index is below the length that the type has")]
#[inline(always)]
fn compress_with<S: Simd>(simd: S, used: usize, state: &mut [Lane; 8], words: &Words) {
    for from in (0..used).step_by(S::u32s::LEN) {
        let some = from..from + S::u32s::LEN;
        let read = |row: &Lane| S::u32s::from_slice(simd, &row[some.clone()]);
        // The last sixteen words: each makes room for the sixteenth after it once it was used.
        let mut w: [S::u32s; 16] = std::array::from_fn(|at| read(&words[at]));
        let mut s: [S::u32s; 8] = std::array::from_fn(|at| read(&state[at]));
        let before = s;
        for (j, constant) in EARLY.iter().enumerate() {
            let [a, b, c, _, e, f, g, _] = s;
            s = round(simd, s, (a ^ b ^ c, e ^ f ^ g), *constant, (w[j], w[(j + 4) % 16]));
            w[j] = expanded::<S>(&w, j);
        }
        for (j, constant) in LATE.iter().enumerate() {
            let [a, b, c, _, e, f, g, _] = s;
            let mixed = ((a & b) | (c & (a | b)), g ^ (e & (f ^ g)));
            s = round(simd, s, mixed, *constant, (w[j % 16], w[(j + 4) % 16]));
            if j < 36 {
                w[j % 16] = expanded::<S>(&w, j);
            }
        }
        for ((row, new), old) in state.iter_mut().zip(s).zip(before) {
            row[some.clone()].copy_from_slice((new ^ old).as_slice());
        }
    }
}

/// The sixteenth word after the one at a place, of the sixteen from there on.
#[expect(clippy::indexing_slicing, reason = "every index is below the length that the type has")]
#[inline(always)]
fn expanded<S: Simd>(w: &[S::u32s; 16], j: usize) -> S::u32s {
    let x = w[j % 16] ^ w[(j + 7) % 16] ^ turned::<S, 15>(w[(j + 13) % 16]);
    let mixed = x ^ turned::<S, 15>(x) ^ turned::<S, 23>(x);
    mixed ^ turned::<S, 7>(w[(j + 3) % 16]) ^ w[(j + 10) % 16]
}

/// One round on the words A to H of the state; `mixed` is FF of A to C and GG of E to G, `words` are W and the fourth after it.
#[inline(always)]
fn round<S: Simd>(
    simd: S,
    state: [S::u32s; 8],
    mixed: (S::u32s, S::u32s),
    constant: u32,
    words: (S::u32s, S::u32s),
) -> [S::u32s; 8] {
    let [a, b, c, d, e, f, g, h] = state;
    let high = turned::<S, 12>(a);
    let first = turned::<S, 7>(high + e + S::u32s::splat(simd, constant));
    let third = mixed.0 + d + (first ^ high) + (words.0 ^ words.1);
    let last = mixed.1 + h + first + words.0;
    let fifth = last ^ turned::<S, 9>(last) ^ turned::<S, 17>(last);
    [third, a, turned::<S, 9>(b), c, fifth, e, turned::<S, 19>(f), g]
}

/// Every lane turned left by so many bits.
#[inline(always)]
fn turned<S: Simd, const BITS: u32>(word: S::u32s) -> S::u32s {
    (word << BITS) | (word >> (32 - BITS))
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    /// Whatever vectors this processor has, all make the same of it.
    #[test]
    fn vectors_of_every_width_give_the_same() {
        let mut words = [[0; LANES]; 16];
        for (row, place) in words.iter_mut().zip(1_u32..) {
            for (word, lane) in row.iter_mut().zip(1_u32..) {
                *word = place.wrapping_mul(0x9e37_79b9).rotate_left(lane) ^ lane;
            }
        }
        let level = Level::new();
        let own = [
            Some(level),
            level.as_sse2().map(|it| it.level()),
            level.as_sse4_2().map(|it| it.level()),
            level.as_avx2().map(|it| it.level()),
        ];
        let mut made: Vec<[Lane; 8]> = Vec::new();
        for level in own.into_iter().flatten() {
            let mut state = START.map(|word| [word; LANES]);
            compress(level, LANES, &mut state, &words);
            compress(level, LANES, &mut state, &words);
            made.push(state);
        }
        assert!(made.len() > 1);
        assert!(made.iter().all(|one| Some(one) == made.first()));
    }
}
