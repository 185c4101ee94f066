//! Signed roots: the text that is signed, the two keys, and whether signatures are right.
//!
//! Both signatures are over the same text. SM2 with SM3 (GB/T 32918.2, the standard's default user id) is what the law of
//! this country asks for; Ed25519 (RFC 8032) is what verifiers elsewhere have at hand. Nothing here is random: the
//! secrets come in as bytes, and both schemes draw their nonces from the key and the text.

use std::fmt;

use ed25519_dalek::{Signer as _, Verifier as _};
use sm2::elliptic_curve::sec1::ToSec1Point as _;

use crate::{Hash, HashFunction as _, Sm3};

/// The version of the text that is signed.
pub const HEAD_VERSION: u32 = 1;

/// The user id that GB/T 35276 gives where no other was agreed upon.
const USER_ID: &str = "1234567812345678";

/// A root of the log and what it is the root of. 日志根
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The log's own id, made at random for its first root or its first message.
    pub log: String,
    /// How many events it covers.
    pub size: u64,
    pub root: Hash,
    /// When it was made, in microseconds since 1970-01-01 in UTC.
    pub made_at: i64,
}

impl Head {
    /// The text that is signed: five lines of ASCII, each ended by a line feed.
    ///
    /// ```text
    /// yifa root 1
    /// log: 0f3c…
    /// size: 1024
    /// root: 9ab1…
    /// made_at: 1732800000000000
    /// ```
    #[must_use]
    pub fn text(&self) -> String {
        let Self { log, size, root, made_at } = self;
        format!("yifa root {HEAD_VERSION}\nlog: {log}\nsize: {size}\nroot: {root}\nmade_at: {made_at}\n")
    }
}

impl Head {
    /// The text that a witness signs at a time in seconds since 1970-01-01 in UTC: that of C2SP's `cosignature/v1` for a
    /// checkpoint of this log. Its hash is SM3, where other logs have SHA-256.
    ///
    /// ```text
    /// cosignature/v1
    /// time 1732800000
    /// yifa.log/0f3c…
    /// 1024
    /// mrE…=
    /// ```
    #[must_use]
    pub fn cosigned_text(&self, time: i64) -> String {
        let Self { log, size, root, .. } = self;
        let root = base64(root.as_bytes());
        format!("cosignature/v1\ntime {time}\nyifa.log/{log}\n{size}\n{root}\n")
    }
}

/// Standard Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let at = |place: usize| u32::from(three.get(place).copied().unwrap_or(0));
        let group = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4_usize {
            let index = usize::try_from(group >> (18 - 6 * place) & 63).unwrap_or(0);
            let letter = LETTERS.get(index).copied().map_or('=', char::from);
            out.push(if place <= three.len() { letter } else { '=' });
        }
    }
    out
}

/// What only the keeper of the log has: 32 bytes for each scheme. 签名私钥
#[derive(Clone)]
pub struct SecretKeys {
    sm2: sm2::dsa::SigningKey,
    ed25519: ed25519_dalek::SigningKey,
}

impl fmt::Debug for SecretKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKeys of {}", self.public().fingerprint())
    }
}

impl SecretKeys {
    /// The keys of these secrets. Nothing for an SM2 secret that is zero or not below the order less one.
    #[must_use]
    pub fn new(sm2: &[u8; 32], ed25519: &[u8; 32]) -> Option<Self> {
        let sm2 = sm2::dsa::SigningKey::from_slice(USER_ID, sm2).ok()?;
        let keys = Self { sm2, ed25519: ed25519_dalek::SigningKey::from_bytes(ed25519) };
        // The order less one makes a key that cannot sign.
        keys.sign(b"").map(|_| keys)
    }

    #[must_use]
    pub fn public(&self) -> PublicKeys {
        let point = self.sm2.verifying_key().as_affine().to_sec1_point(false);
        // An uncompressed point of this curve has 65 bytes.
        let sm2 = point.as_bytes().try_into().unwrap_or([0; 65]);
        PublicKeys { sm2, ed25519: self.ed25519.verifying_key().to_bytes() }
    }

    /// Both signatures of a text.
    #[must_use]
    pub fn sign(&self, text: &[u8]) -> Option<Signatures> {
        let sm2 = self.sm2.try_sign(text).ok()?;
        Some(Signatures { sm2: sm2.to_bytes().into(), ed25519: self.ed25519.sign(text).to_bytes() })
    }
}

/// What everybody has. 签名公钥
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublicKeys {
    /// The point uncompressed: `04`, x, y.
    pub sm2: [u8; 65],
    pub ed25519: [u8; 32],
}

impl PublicKeys {
    /// Both keys, SM2's first, as they are stored.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.sm2.as_slice(), &self.ed25519].concat()
    }

    /// Reads what [`PublicKeys::to_bytes`] gave.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (sm2, ed25519) = bytes.split_first_chunk()?;
        Some(Self { sm2: *sm2, ed25519: ed25519.try_into().ok()? })
    }

    /// SM3 over both keys: what people compare.
    #[must_use]
    pub fn fingerprint(&self) -> Hash {
        Sm3::digest(&[b"yifa keys 1\n", &self.sm2, &self.ed25519])
    }

    /// Checks both signatures of a text; names the scheme whose signature is wrong.
    pub fn check(&self, text: &[u8], signatures: &Signatures) -> Result<(), WrongSignature> {
        let signature = sm2::dsa::Signature::from_slice(&signatures.sm2);
        let checked = sm2::dsa::VerifyingKey::from_sec1_bytes(USER_ID, &self.sm2)
            .and_then(|key| key.verify(text, &signature?));
        checked.map_err(|_| WrongSignature::Sm2)?;
        let signature = ed25519_dalek::Signature::from_bytes(&signatures.ed25519);
        // Strict: no key of small order, which would sign anything.
        let checked = ed25519_dalek::VerifyingKey::from_bytes(&self.ed25519)
            .and_then(|key| key.verify_strict(text, &signature));
        checked.map_err(|_| WrongSignature::Ed25519)
    }
}

/// Both signatures of a root. 根的签名
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signatures {
    /// r and s, 32 bytes each.
    pub sm2: [u8; 64],
    pub ed25519: [u8; 64],
}

impl Signatures {
    /// Both signatures, SM2's first, as they are stored.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.sm2, self.ed25519].concat()
    }

    /// Reads what [`Signatures::to_bytes`] gave.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (sm2, ed25519) = bytes.split_first_chunk()?;
        Some(Self { sm2: *sm2, ed25519: ed25519.try_into().ok()? })
    }
}

/// Which signature is not of this text by this key. 签名不符
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongSignature {
    Sm2,
    Ed25519,
}

impl fmt::Display for WrongSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sm2 => "SM2签名不符",
            Self::Ed25519 => "Ed25519签名不符",
        })
    }
}
