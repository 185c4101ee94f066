//! A file under a key of its own: SM4 in GCM, piece by piece, so that neither sealing nor opening needs more memory than a
//! piece beyond what its caller holds. A piece's nonce is its number and whether it is the last (the STREAM construction):
//! none can be left out, added or moved. The key seals one file alone.

use std::fmt;
use std::io::Read;

use ledger::{Hash, Sm3};
use zeroize::Zeroizing;

use crate::gcm::{Gcm, NONCE, TAG};
use crate::keyring::{KEY, random};
use crate::{Result, StoreError};

/// What every sealed file begins with.
const MAGIC: &[u8] = b"yifa sealed file 1\n";
/// The bytes of a piece before it is sealed.
const PIECE: usize = 1 << 16;

/// The key of one file, overwritten when it is let go. 文件密钥
#[derive(Clone, PartialEq, Eq)]
pub struct FileKey(Zeroizing<[u8; KEY]>);

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileKey(…)")
    }
}

impl FileKey {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self(Zeroizing::new(random::<KEY>()?)))
    }

    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    fn cipher(&self) -> Gcm {
        Gcm::new(&self.0)
    }
}

fn nonce(serial: u32, is_last: bool) -> [u8; NONCE] {
    let mut made = [0; NONCE];
    let at = serial.to_be_bytes();
    made.iter_mut().skip(7).zip(at).for_each(|(to, from)| *to = from);
    if let Some(last) = made.last_mut() {
        *last = u8::from(is_last);
    }
    made
}

/// A content sealed, bound to its hash.
pub(crate) fn seal(key: &FileKey, hash: &Hash, content: &[u8]) -> Result<Vec<u8>> {
    let cipher = key.cipher();
    let pieces = content.len().div_ceil(PIECE).max(1);
    let mut made = Vec::with_capacity(MAGIC.len() + content.len() + pieces * TAG);
    made.extend_from_slice(MAGIC);
    for (at, piece) in content.chunks(PIECE).enumerate() {
        let serial = u32::try_from(at).map_err(|_| broken("文件太大"))?;
        made.extend_from_slice(&cipher.seal(&nonce(serial, at + 1 == pieces), hash.as_bytes(), piece));
    }
    Ok(made)
}

/// Opens what was sealed, handing over piece by piece; nothing of a piece that is not whole. Whether it was whole and of
/// its hash.
pub(crate) fn open(
    key: &FileKey,
    hash: &Hash,
    from: &mut dyn Read,
    each: &mut dyn FnMut(&[u8]),
) -> std::io::Result<bool> {
    let mut magic = [0; MAGIC.len()];
    if read_full(from, &mut magic)? != MAGIC.len() || magic != MAGIC {
        return Ok(false);
    }
    let cipher = key.cipher();
    let (mut here, mut next) = (vec![0; PIECE + TAG], vec![0; PIECE + TAG]);
    let mut length = read_full(from, &mut here)?;
    let mut stream = Sm3::stream();
    for serial in 0..u32::MAX {
        // A short piece is the last; a whole one may be.
        let following = if length == here.len() { read_full(from, &mut next)? } else { 0 };
        let sealed = here.get(..length).unwrap_or_default();
        let Some(piece) = cipher.open(&nonce(serial, following == 0), hash.as_bytes(), sealed) else {
            return Ok(false);
        };
        stream.update(&piece);
        each(&piece);
        if following == 0 {
            return Ok(stream.finish() == *hash);
        }
        std::mem::swap(&mut here, &mut next);
        length = following;
    }
    Ok(false)
}

/// Fills a buffer as far as there is something to read.
fn read_full(from: &mut dyn Read, into: &mut [u8]) -> std::io::Result<usize> {
    let mut length = 0;
    while let Some(rest) = into.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

fn broken(why: &str) -> StoreError {
    StoreError::Internal { detail: why.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(content: &[u8]) -> Hash {
        let mut stream = Sm3::stream();
        stream.update(content);
        stream.finish()
    }

    fn opened(key: &FileKey, hash: &Hash, sealed: &[u8]) -> Option<Vec<u8>> {
        let mut made = Vec::new();
        let is_whole = open(key, hash, &mut &*sealed, &mut |piece| made.extend_from_slice(piece)).unwrap();
        is_whole.then_some(made)
    }

    #[test]
    fn every_length_around_a_piece_comes_back() {
        let key = FileKey::new().unwrap();
        for length in [1, 15, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 7] {
            let content: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
            let own = hash(&content);
            let sealed = seal(&key, &own, &content).unwrap();
            assert_eq!(opened(&key, &own, &sealed).unwrap(), content, "{length}");
            assert_eq!(opened(&FileKey::new().unwrap(), &own, &sealed), None, "another key");
            assert_eq!(opened(&key, &hash(b"other"), &sealed), None, "another file's place");
        }
    }

    #[test]
    fn pieces_cannot_be_cut_added_or_changed_about() {
        let key = FileKey::new().unwrap();
        let content = vec![b'a'; 3 * PIECE];
        let own = hash(&content);
        let sealed = seal(&key, &own, &content).unwrap();
        let (head, whole) = (MAGIC.len(), PIECE + TAG);
        let piece = |at: usize| &sealed[head + at * whole..head + (at + 1) * whole];
        let joined = |pieces: &[usize]| -> Vec<u8> {
            let all = pieces.iter().flat_map(|at| piece(*at).iter().copied());
            MAGIC.iter().copied().chain(all).collect()
        };
        assert!(opened(&key, &own, &joined(&[0, 1, 2])).is_some());
        for other in [&[0, 1][..], &[0, 2], &[1, 0, 2], &[0, 1, 2, 2], &[0, 1, 1, 2], &[]] {
            assert_eq!(opened(&key, &own, &joined(other)), None, "{other:?}");
        }
        for at in [0, head, head + 5, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(opened(&key, &own, &changed), None, "byte {at}");
        }
        assert_eq!(opened(&key, &own, &sealed[..sealed.len() - 1]), None);
    }
}
