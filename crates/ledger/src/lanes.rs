//! Many SM3 hashes at once. One message keeps a processor waiting for itself: each step needs the one before. Eight messages
//! side by side, a lane each, do not wait for each other, and the compiler makes of the loops over lanes what the
//! processor's vectors do in one instruction.

use crate::{Hash, HashFunction as _, Sm3};

/// How many messages are hashed side by side. Of 4, 8, 16 and 32 it was the fastest with vectors of 128 bits.
const LANES: usize = 8;

/// Fewer messages than that are hashed one after the other: the lanes cost the same however few are in use.
const FEWEST: usize = 4;

const BLOCK: usize = 64;

/// A word of each lane's message or state.
type Lane = [u32; LANES];

const START: [u32; 8] =
    [0x7380_166f, 0x4914_b2b9, 0x1724_42d7, 0xda8a_0600, 0xa96f_30bc, 0x1631_38aa, 0xe38d_ee4d, 0xb0fb_0e4e];
/// `T` of the first sixteen rounds, and of those after them; round j takes it turned left by j.
const EARLY: u32 = 0x79cc_4519;
const LATE: u32 = 0x7a87_9d8a;

/// Messages that wait to be hashed together. 成批杂凑
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The messages end to end, each padded to whole blocks.
    bytes: Vec<u8>,
    messages: Vec<Message>,
    digests: Vec<Hash>,
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

    /// Hashes what waits and hands over the digests in the order of the messages; nothing waits any more.
    pub fn digests(&mut self) -> &[Hash] {
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
        let mut words = [[0; LANES]; 68];
        for number in 1..=most {
            load(&mut lanes, &mut words);
            compress(&mut state, &mut words);
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
fn load(lanes: &mut [&[u8]; LANES], words: &mut [Lane; 68]) {
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

/// The compression function of GB/T 32905-2016 section 5.3.3 in every lane.
fn compress(state: &mut [Lane; 8], words: &mut [Lane; 68]) {
    for at in (0..52).step_by(4) {
        if let Some(window) = words.get_mut(at..).and_then(|rest| rest.first_chunk_mut()) {
            expand(window);
        }
    }
    let before = *state;
    for (round, at) in (0u32..).step_by(4).zip((0..64).step_by(4)) {
        let Some(window) = words.get(at..).and_then(|rest| rest.first_chunk()) else { continue };
        if round < 16 {
            four_early(state, window, round);
        } else {
            four_late(state, window, round);
        }
    }
    for (row, old) in state.iter_mut().zip(&before) {
        row.iter_mut().zip(old).for_each(|(word, old)| *word ^= old);
    }
}

/// Four more words of the message from the sixteen before them.
#[expect(clippy::indexing_slicing, reason = "every index is below the length that the type has")]
#[inline(never)]
fn expand(words: &mut [Lane; 20]) {
    for lane in 0..LANES {
        let turned = |x: u32| x ^ x.rotate_left(15) ^ x.rotate_left(23);
        let next = |words: &[Lane; 20], at: usize, near: u32| {
            turned(words[at][lane] ^ words[at + 7][lane] ^ near.rotate_left(15))
                ^ words[at + 3][lane].rotate_left(7)
                ^ words[at + 10][lane]
        };
        let first = next(words, 0, words[13][lane]);
        let second = next(words, 1, words[14][lane]);
        let third = next(words, 2, words[15][lane]);
        let fourth = next(words, 3, first);
        words[16][lane] = first;
        words[17][lane] = second;
        words[18][lane] = third;
        words[19][lane] = fourth;
    }
}

/// Kept apart from each other: each is then small enough that the compiler makes vectors of it.
#[inline(never)]
fn four_early(state: &mut [Lane; 8], words: &[Lane; 8], round: u32) {
    four::<false>(state, words, round);
}

#[inline(never)]
fn four_late(state: &mut [Lane; 8], words: &[Lane; 8], round: u32) {
    four::<true>(state, words, round);
}

/// Four rounds in every lane.
#[expect(clippy::indexing_slicing, reason = "every index is below the length that the type has")]
#[inline(always)]
fn four<const IS_LATE: bool>(state: &mut [Lane; 8], words: &[Lane; 8], round: u32) {
    let constant = if IS_LATE { LATE } else { EARLY };
    let constants = [0, 1, 2, 3].map(|more| constant.rotate_left((round + more) % 32));
    for lane in 0..LANES {
        let mut s = [
            state[0][lane],
            state[1][lane],
            state[2][lane],
            state[3][lane],
            state[4][lane],
            state[5][lane],
            state[6][lane],
            state[7][lane],
        ];
        s = one_round::<IS_LATE>(s, constants[0], words[0][lane], words[4][lane]);
        s = one_round::<IS_LATE>(s, constants[1], words[1][lane], words[5][lane]);
        s = one_round::<IS_LATE>(s, constants[2], words[2][lane], words[6][lane]);
        s = one_round::<IS_LATE>(s, constants[3], words[3][lane], words[7][lane]);
        state[0][lane] = s[0];
        state[1][lane] = s[1];
        state[2][lane] = s[2];
        state[3][lane] = s[3];
        state[4][lane] = s[4];
        state[5][lane] = s[5];
        state[6][lane] = s[6];
        state[7][lane] = s[7];
    }
}

/// One round on the words A to H of the state.
#[inline(always)]
fn one_round<const IS_LATE: bool>(state: [u32; 8], constant: u32, word: u32, fourth: u32) -> [u32; 8] {
    let [a, b, c, d, e, f, g, h] = state;
    let turned = a.rotate_left(12);
    let first = turned.wrapping_add(e).wrapping_add(constant).rotate_left(7);
    let second = first ^ turned;
    let (of_abc, of_efg) =
        if IS_LATE { ((a & b) | (c & (a | b)), g ^ (e & (f ^ g))) } else { (a ^ b ^ c, e ^ f ^ g) };
    let third = of_abc.wrapping_add(d).wrapping_add(second).wrapping_add(word ^ fourth);
    let last = of_efg.wrapping_add(h).wrapping_add(first).wrapping_add(word);
    let mixed = last ^ last.rotate_left(9) ^ last.rotate_left(17);
    [third, a, b.rotate_left(9), c, mixed, e, f.rotate_left(19), g]
}
