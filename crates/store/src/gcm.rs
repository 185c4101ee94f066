//! SM4 in GCM (GB/T 32907; RFC 8998; NIST SP 800-38D).
//!
//! What is sealed here is mostly short, under a key that seals nothing else: some eight blocks. Blocks one by one make the processor wait
//! for each; here all that need nothing of each other go side by side, the key of the hash and the mask of the tag among
//! them. The `aes-gcm` crate asks for these two and for the last blocks of a text one by one; tests compare with it.

use std::sync::OnceLock;

use ghash::GHash;
use ghash::universal_hash::UniversalHash as _;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::sm4_wide::{BLOCK, Block, Sm4, WIDE};

/// The bytes of a nonce, which must never come twice under one key.
pub(crate) const NONCE: usize = 12;
/// The bytes of a tag, which stands after what was sealed.
pub(crate) const TAG: usize = 16;

/// A cipher under one key.
pub(crate) struct Gcm {
    cipher: Sm4,
    /// The hash under this key, of nothing yet.
    hash: OnceLock<GHash>,
}

/// A tag as it is made: the hash of nothing yet, and what is laid over the hash at the end.
struct Tagging {
    hash: GHash,
    mask: Block,
}

impl Gcm {
    pub fn new(key: &[u8; BLOCK]) -> Self {
        Self { cipher: Sm4::new(key), hash: OnceLock::new() }
    }

    /// What seals a text, and binds it to something that is not sealed: the sealed text and its tag.
    pub fn seal(&self, nonce: &[u8; NONCE], bound_to: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut made = Vec::with_capacity(plain.len() + TAG);
        made.extend_from_slice(plain);
        let tagging = self.lay_over(nonce, &mut made);
        let tag = tagging.tag(bound_to, &made);
        made.extend_from_slice(&tag);
        made
    }

    /// The text that was sealed; nothing where it was not sealed so under this key.
    pub fn open(&self, nonce: &[u8; NONCE], bound_to: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (sealed, tag) = sealed.split_last_chunk::<TAG>()?;
        let mut plain = Zeroizing::new(sealed.to_vec());
        let tagging = self.lay_over(nonce, &mut plain);
        let is_whole: bool = tagging.tag(bound_to, sealed).ct_eq(tag).into();
        is_whole.then_some(plain)
    }

    /// Lays the stream of this key and nonce over a text: it seals a plain one and opens a sealed one.
    fn lay_over(&self, nonce: &[u8; NONCE], text: &mut [u8]) -> Tagging {
        // The first block, all zeros, makes the hash's key; of the counted ones the first makes the mask.
        const BEFORE: usize = 2;
        let mut stream = Zeroizing::new([0; WIDE]);
        let start = nonce.iter().fold(0, |made, byte| made << 8 | Block::from(*byte)) << 32;
        let mut counter = 1_u32;
        let mut count = |block: &mut Block| {
            *block = start | Block::from(counter);
            counter = counter.wrapping_add(1);
        };
        let (first, rest) = text.split_at_mut(text.len().min((WIDE - BEFORE) * BLOCK));
        let used = BEFORE + first.len().div_ceil(BLOCK);
        let blocks = stream.get_mut(..used).unwrap_or_default();
        blocks.iter_mut().skip(1).for_each(&mut count);
        let known = usize::from(self.hash.get().is_some());
        self.cipher.encrypt_all(blocks.get_mut(known..).unwrap_or_default());
        exclusive_or(first, blocks.get(BEFORE..).unwrap_or_default());
        let [key, mask, ..] = *stream;
        for part in rest.chunks_mut(WIDE * BLOCK) {
            let blocks = stream.get_mut(..part.len().div_ceil(BLOCK)).unwrap_or_default();
            blocks.iter_mut().for_each(&mut count);
            self.cipher.encrypt_all(blocks);
            exclusive_or(part, blocks);
        }
        let hash = self.hash.get_or_init(|| GHash::new(&key.to_be_bytes().into())).clone();
        Tagging { hash, mask }
    }
}

fn exclusive_or(text: &mut [u8], blocks: &[Block]) {
    for (part, block) in text.chunks_mut(BLOCK).zip(blocks) {
        part.iter_mut().zip(block.to_be_bytes()).for_each(|(byte, over)| *byte ^= over);
    }
}

impl Tagging {
    fn tag(mut self, bound_to: &[u8], sealed: &[u8]) -> [u8; TAG] {
        let bits = |bytes: &[u8]| u64::try_from(bytes.len()).unwrap_or(u64::MAX).wrapping_mul(8);
        let lengths = (u128::from(bits(bound_to)) << 64) | u128::from(bits(sealed));
        self.hash.update_padded(bound_to);
        self.hash.update_padded(sealed);
        self.hash.update(&[lengths.to_be_bytes().into()]);
        (Block::from_be_bytes(self.hash.finalize().into()) ^ self.mask).to_be_bytes()
    }
}

#[cfg(test)]
mod tests {
    use aes_gcm::aead::{Aead as _, KeyInit as _, Payload, consts::U12};
    use aes_gcm::{AesGcm, Nonce};
    use proptest::prelude::*;

    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    /// The example of RFC 8998, appendix A.1.
    #[test]
    fn it_meets_the_published_example() {
        let key: [u8; 16] = bytes("0123456789ABCDEFFEDCBA9876543210").try_into().unwrap();
        let nonce: [u8; 12] = bytes("00001234567800000000ABCD").try_into().unwrap();
        let bound_to = bytes("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2");
        let plain = bytes(
            "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD\
             EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
        );
        let expected = bytes(
            "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735\
             D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D\
             83DE3541E4C2B58177E065A9BF7B62EC",
        );
        let cipher = Gcm::new(&key);
        assert_eq!(cipher.seal(&nonce, &bound_to, &plain), expected);
        assert_eq!(cipher.open(&nonce, &bound_to, &expected).unwrap().as_slice(), plain);
    }

    proptest! {
        #[test]
        fn it_gives_what_the_crate_gives(
            key in any::<[u8; 16]>(), nonce in any::<[u8; 12]>(), bound_to in proptest::collection::vec(any::<u8>(), 0..70),
            plain in proptest::collection::vec(any::<u8>(), 0..600), other in any::<(prop::sample::Index, u8)>(),
        ) {
            let peer = AesGcm::<sm4::Sm4, U12>::new(&key.into());
            let made = peer.encrypt(&Nonce::from(nonce), Payload { msg: &plain, aad: &bound_to }).unwrap();
            let cipher = Gcm::new(&key);
            // The second of one cipher has its hash already.
            for _ in 0..2 {
                prop_assert_eq!(&cipher.seal(&nonce, &bound_to, &plain), &made);
                let opened = cipher.open(&nonce, &bound_to, &made);
                prop_assert_eq!(opened.as_deref(), Some(&plain));
            }
            let (at, by) = (other.0.index(made.len()), other.1.max(1));
            let mut changed = made.clone();
            changed[at] ^= by;
            prop_assert!(cipher.open(&nonce, &bound_to, &changed).is_none());
            prop_assert!(cipher.open(&nonce, &bound_to, &made[..at]).is_none());
        }
    }
}
