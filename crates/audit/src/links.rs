//! Words of a text that lead somewhere. (链接)

/// Words that lead to an address. (链接)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The first character.
    pub start: usize,
    /// After the last one.
    pub end: usize,
    pub target: String,
}
