//! The one place where the secret of a second factor goes into the store and comes out of it.

/// As the store keeps it.
pub(super) fn wrapped(secret: &[u8]) -> String {
    super::second::base32(secret)
}

/// As it is used; nothing where it cannot be read.
pub(super) fn unwrapped(kept: &str) -> Option<Vec<u8>> {
    super::second::from_base32(kept)
}
