//! An authenticator program, written apart from the one that is tested.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use hmac::{Hmac, KeyInit as _, Mac as _};

/// The code that an authenticator program shows.
pub fn code(secret: &str, now: i64) -> String {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits = secret.chars().filter(|c| *c != ' ').map(|c| format!("{:05b}", letters.find(c).unwrap()));
    let bits: String = bits.collect();
    let bytes = bits.as_bytes().chunks_exact(8);
    let key: Vec<u8> =
        bytes.map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap()).collect();
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(&key).unwrap();
    mac.update(&(now / 30_000_000).to_be_bytes());
    let sum = mac.finalize().into_bytes();
    let at = usize::from(sum[19] & 15);
    let number = u32::from_be_bytes(sum[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}
