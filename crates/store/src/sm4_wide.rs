//! SM4 (GB/T 32907) with several blocks side by side: a step of one block waits for the step before it, and blocks do not wait for
//! each other. It gives what the `sm4` crate gives, which a test compares.

use zeroize::Zeroizing;

/// A cipher under one key.
pub(crate) struct Sm4 {
    /// The keys of the rounds, overwritten when they are let go.
    rounds: Zeroizing<[u32; 32]>,
}

/// The bytes of a block, and of a key.
pub(crate) const BLOCK: usize = 16;
/// A block as a number: its first byte is the highest.
pub(crate) type Block = u128;
/// How many blocks go side by side at most.
pub(crate) const WIDE: usize = 8;

const SYSTEM: [u32; 4] = [0xa3b1_bac6, 0x56aa_3350, 0x677d_9197, 0xb270_22dc];
const CONSTANTS: [u32; 32] = [
    0x0007_0e15,
    0x1c23_2a31,
    0x383f_464d,
    0x545b_6269,
    0x7077_7e85,
    0x8c93_9aa1,
    0xa8af_b6bd,
    0xc4cb_d2d9,
    0xe0e7_eef5,
    0xfc03_0a11,
    0x181f_262d,
    0x343b_4249,
    0x5057_5e65,
    0x6c73_7a81,
    0x888f_969d,
    0xa4ab_b2b9,
    0xc0c7_ced5,
    0xdce3_eaf1,
    0xf8ff_060d,
    0x141b_2229,
    0x3037_3e45,
    0x4c53_5a61,
    0x686f_767d,
    0x848b_9299,
    0xa0a7_aeb5,
    0xbcc3_cad1,
    0xd8df_e6ed,
    0xf4fb_0209,
    0x1017_1e25,
    0x2c33_3a41,
    0x484f_565d,
    0x646b_7279,
];
const SUBSTITUTES: [u8; 256] = [
    0xd6, 0x90, 0xe9, 0xfe, 0xcc, 0xe1, 0x3d, 0xb7, 0x16, 0xb6, 0x14, 0xc2, 0x28, 0xfb, 0x2c, 0x05, 0x2b,
    0x67, 0x9a, 0x76, 0x2a, 0xbe, 0x04, 0xc3, 0xaa, 0x44, 0x13, 0x26, 0x49, 0x86, 0x06, 0x99, 0x9c, 0x42,
    0x50, 0xf4, 0x91, 0xef, 0x98, 0x7a, 0x33, 0x54, 0x0b, 0x43, 0xed, 0xcf, 0xac, 0x62, 0xe4, 0xb3, 0x1c,
    0xa9, 0xc9, 0x08, 0xe8, 0x95, 0x80, 0xdf, 0x94, 0xfa, 0x75, 0x8f, 0x3f, 0xa6, 0x47, 0x07, 0xa7, 0xfc,
    0xf3, 0x73, 0x17, 0xba, 0x83, 0x59, 0x3c, 0x19, 0xe6, 0x85, 0x4f, 0xa8, 0x68, 0x6b, 0x81, 0xb2, 0x71,
    0x64, 0xda, 0x8b, 0xf8, 0xeb, 0x0f, 0x4b, 0x70, 0x56, 0x9d, 0x35, 0x1e, 0x24, 0x0e, 0x5e, 0x63, 0x58,
    0xd1, 0xa2, 0x25, 0x22, 0x7c, 0x3b, 0x01, 0x21, 0x78, 0x87, 0xd4, 0x00, 0x46, 0x57, 0x9f, 0xd3, 0x27,
    0x52, 0x4c, 0x36, 0x02, 0xe7, 0xa0, 0xc4, 0xc8, 0x9e, 0xea, 0xbf, 0x8a, 0xd2, 0x40, 0xc7, 0x38, 0xb5,
    0xa3, 0xf7, 0xf2, 0xce, 0xf9, 0x61, 0x15, 0xa1, 0xe0, 0xae, 0x5d, 0xa4, 0x9b, 0x34, 0x1a, 0x55, 0xad,
    0x93, 0x32, 0x30, 0xf5, 0x8c, 0xb1, 0xe3, 0x1d, 0xf6, 0xe2, 0x2e, 0x82, 0x66, 0xca, 0x60, 0xc0, 0x29,
    0x23, 0xab, 0x0d, 0x53, 0x4e, 0x6f, 0xd5, 0xdb, 0x37, 0x45, 0xde, 0xfd, 0x8e, 0x2f, 0x03, 0xff, 0x6a,
    0x72, 0x6d, 0x6c, 0x5b, 0x51, 0x8d, 0x1b, 0xaf, 0x92, 0xbb, 0xdd, 0xbc, 0x7f, 0x11, 0xd9, 0x5c, 0x41,
    0x1f, 0x10, 0x5a, 0xd8, 0x0a, 0xc1, 0x31, 0x88, 0xa5, 0xcd, 0x7b, 0xbd, 0x2d, 0x74, 0xd0, 0x12, 0xb8,
    0xe5, 0xb4, 0xb0, 0x89, 0x69, 0x97, 0x4a, 0x0c, 0x96, 0x77, 0x7e, 0x65, 0xb9, 0xf1, 0x09, 0xc5, 0x6e,
    0xc6, 0x84, 0x18, 0xf0, 0x7d, 0xec, 0x3a, 0xdc, 0x4d, 0x20, 0x79, 0xee, 0x5f, 0x3e, 0xd7, 0xcb, 0x39,
    0x48,
];

/// What the substitute of each of a word's bytes comes to after the linear step, the first byte's first.
static MIXED: [[u32; 256]; 4] = [mixed(0), mixed(8), mixed(16), mixed(24)];

#[expect(clippy::indexing_slicing, reason = "the index is below the length that the type has")]
const fn mixed(turned: u32) -> [u32; 256] {
    let mut made = [0; 256];
    let mut at = 0;
    while at < 256 {
        let word = u32::from_be_bytes([SUBSTITUTES[at], 0, 0, 0]).rotate_right(turned);
        made[at] =
            word ^ word.rotate_left(2) ^ word.rotate_left(10) ^ word.rotate_left(18) ^ word.rotate_left(24);
        at += 1;
    }
    made
}

#[inline(always)]
fn transformed(word: u32) -> u32 {
    let looked_up = |table: &[u32; 256], byte: u8| table.get(usize::from(byte)).copied().unwrap_or_default();
    let [first, second, third, fourth] = &MIXED;
    let [a, b, c, d] = word.to_be_bytes();
    looked_up(first, a) ^ looked_up(second, b) ^ looked_up(third, c) ^ looked_up(fourth, d)
}

/// A step of the key's own expansion.
fn expanded(word: u32) -> u32 {
    let substitute = |byte: u8| SUBSTITUTES.get(usize::from(byte)).copied().unwrap_or_default();
    let word = u32::from_be_bytes(word.to_be_bytes().map(substitute));
    word ^ word.rotate_left(13) ^ word.rotate_left(23)
}

/// The four words of a block.
fn words(block: Block) -> [u32; 4] {
    let bytes = block.to_be_bytes();
    let mut made = [0; 4];
    for (word, bytes) in made.iter_mut().zip(bytes.as_chunks().0) {
        *word = u32::from_be_bytes(*bytes);
    }
    made
}

/// The block of four words, the last first.
fn of_words([d, c, b, a]: [u32; 4]) -> Block {
    u128::from(a) << 96 | u128::from(b) << 64 | u128::from(c) << 32 | u128::from(d)
}

#[inline(always)]
fn step<const N: usize>(to: &mut [u32; N], others: [&[u32; N]; 3], key: u32) {
    let [p, q, r] = others;
    for (((to, p), q), r) in to.iter_mut().zip(p).zip(q).zip(r) {
        *to ^= transformed(p ^ q ^ r ^ key);
    }
}

impl Sm4 {
    /// All rounds of blocks side by side: the first words of all, then the second and so on.
    fn run<const N: usize>(&self, state: [[u32; N]; 4]) -> [[u32; N]; 4] {
        let [mut a, mut b, mut c, mut d] = state;
        for [first, second, third, fourth] in self.rounds.as_chunks().0 {
            step(&mut a, [&b, &c, &d], *first);
            step(&mut b, [&c, &d, &a], *second);
            step(&mut c, [&d, &a, &b], *third);
            step(&mut d, [&a, &b, &c], *fourth);
        }
        [a, b, c, d]
    }
}

impl Sm4 {
    pub fn new(key: &[u8; BLOCK]) -> Self {
        let mut state = words(u128::from_be_bytes(*key));
        state.iter_mut().zip(SYSTEM).for_each(|(word, system)| *word ^= system);
        let [mut a, mut b, mut c, mut d] = state;
        let mut rounds = Zeroizing::new([0; 32]);
        for (round, constant) in rounds.iter_mut().zip(CONSTANTS) {
            let next = a ^ expanded(b ^ c ^ d ^ constant);
            (a, b, c, d) = (b, c, d, next);
            *round = next;
        }
        Self { rounds }
    }

    /// Encrypts each of the blocks by itself.
    pub fn encrypt_all(&self, blocks: &mut [Block]) {
        let (whole, rest) = blocks.as_chunks_mut::<WIDE>();
        whole.iter_mut().for_each(|blocks| self.encrypt::<WIDE>(blocks));
        match rest.len() {
            0 => {}
            1 => self.encrypt::<1>(rest),
            2 => self.encrypt::<2>(rest),
            3 | 4 => self.encrypt::<4>(rest),
            5 | 6 => self.encrypt::<6>(rest),
            _ => self.encrypt::<WIDE>(rest),
        }
    }

    /// At most `N` of them; the lanes cost the same however few are in use.
    fn encrypt<const N: usize>(&self, blocks: &mut [Block]) {
        let mut state = [[0; N]; 4];
        for (lane, block) in blocks.iter().enumerate() {
            for (side, word) in state.iter_mut().zip(words(*block)) {
                side.iter_mut().skip(lane).take(1).for_each(|place| *place = word);
            }
        }
        let made = self.run(state);
        for (lane, block) in blocks.iter_mut().enumerate() {
            *block = of_words(made.map(|side| side.get(lane).copied().unwrap_or_default()));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sm4::cipher::{BlockCipherEncrypt as _, KeyInit as _};

    use super::*;

    proptest! {
        #[test]
        fn it_gives_what_the_crate_gives(key in any::<[u8; 16]>(), mut blocks in proptest::collection::vec(any::<u128>(), 0..21)) {
            let mut other: Vec<sm4::cipher::Block<sm4::Sm4>> =
                blocks.iter().map(|block| block.to_be_bytes().into()).collect();
            Sm4::new(&key).encrypt_all(&mut blocks);
            sm4::Sm4::new(&key.into()).encrypt_blocks(&mut other);
            let other: Vec<u128> = other.into_iter().map(|block| u128::from_be_bytes(block.into())).collect();
            prop_assert_eq!(blocks, other);
        }
    }

    /// The example of the standard.
    #[test]
    fn it_meets_the_published_example() {
        let key = 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210_u128;
        let mut block = [key];
        Sm4::new(&key.to_be_bytes()).encrypt_all(&mut block);
        assert_eq!(block, [0x681e_df34_d206_965e_86b3_e94f_536e_4246]);
    }
}
