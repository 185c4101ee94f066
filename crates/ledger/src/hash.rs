//! A hash of 32 bytes and the function that makes it.

use std::fmt;

use sm3::Digest as _;

/// A hash of 32 bytes: SM3 (GB/T 32905) everywhere in the product. 杂凑值
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> String {
        self.to_string()
    }

    /// Reads 64 hexadecimal digits of either case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let [high, low] = pair else { return None };
            *byte = nibble(*high)? << 4 | nibble(*low)?;
        }
        Some(Self(bytes))
    }

    /// The hash that a store gave back as bytes; nothing when there are not 32 of them.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The first eight digits, as messages show it.
    #[must_use]
    pub fn short(&self) -> String {
        self.hex().chars().take(8).collect()
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(64);
        for byte in self.0 {
            text.extend(
                [byte >> 4, byte & 15].map(|half| char::from_digit(u32::from(half), 16).unwrap_or('0')),
            );
        }
        f.write_str(&text)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A hash function with 32 bytes of output. The product uses [`Sm3`]; the type parameter lets the
/// tests prove the tree's shape with the published vectors, which are SHA-256.
pub trait HashFunction {
    /// The hash of the parts, one after the other.
    fn digest(parts: &[&[u8]]) -> Hash;
}

/// SM3 (GB/T 32905). 密码杂凑算法
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sm3;

impl HashFunction for Sm3 {
    fn digest(parts: &[&[u8]]) -> Hash {
        let mut state = sm3::Sm3::new();
        for part in parts {
            state.update(part);
        }
        Hash(state.finalize().into())
    }
}

impl Sm3 {
    /// The hash of a stream that comes in pieces, such as a file.
    #[must_use]
    pub fn stream() -> Stream {
        Stream(sm3::Sm3::new())
    }
}

/// A running SM3 hash.
#[derive(Clone)]
pub struct Stream(sm3::Sm3);

impl Stream {
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    #[must_use]
    pub fn finish(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The two examples in the annex of GB/T 32905-2016.
    #[test]
    fn sm3_meets_the_standards_examples() {
        let abc = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
        assert_eq!(Sm3::digest(&[b"a", b"bc"]).hex(), abc);
        let long = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732";
        assert_eq!(Sm3::digest(&[&b"abcd".repeat(16)]).hex(), long);
        let mut stream = Sm3::stream();
        stream.update(b"ab");
        stream.update(b"c");
        assert_eq!(stream.finish().hex(), abc);
    }

    #[test]
    fn hex_goes_there_and_back() {
        let hash = Sm3::digest(&[b"x"]);
        assert_eq!(Hash::parse(&hash.hex()), Some(hash));
        assert_eq!(Hash::parse(&hash.hex().to_uppercase()), Some(hash));
        assert_eq!(Hash::parse("00"), None);
        assert_eq!(Hash::parse(&"g".repeat(64)), None);
        assert_eq!(Hash::from_bytes(hash.as_bytes()), Some(hash));
        assert_eq!(Hash::from_bytes(&[0; 31]), None);
        assert_eq!(hash.short().len(), 8);
    }
}
