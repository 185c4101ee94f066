//! The edge towards the network: who is asking, over what, and how often they may.

mod address;
mod facts;
mod limits;
mod listen;
mod packing;
mod tls;

use std::time::Duration;

pub(crate) use address::Source;
pub use address::{Net, Peer};
pub use facts::{SITE_FILE, SiteFacts};
pub(crate) use limits::{Limit, Limits, whose};
pub(crate) use listen::serve_on;
pub(crate) use packing::{LEAST, packed, takes_gzip};
pub use tls::TlsFiles;

/// How the site stands on the network. 对外设置
#[derive(Clone, Debug)]
pub struct Edge {
    /// Proxies whose word about address and scheme is taken.
    pub trusted: Vec<Net>,
    /// Certificate and key, where the site itself speaks TLS.
    pub tls: Option<TlsFiles>,
    /// How many times as much as usual may be asked for, where many people share one address; at least once.
    pub limit_times: u32,
    /// How many times as much as usual may be read beside that, pages and files; with 0, without end.
    pub read_times: u32,
    /// Who may vouch for people who sign in.
    pub providers: Vec<app::Provider>,
    /// Who runs the site and under which numbers.
    pub facts: SiteFacts,
    /// How many bytes of pages made lately are kept at most; with none, every page is made anew.
    pub kept_bytes: usize,
    /// How old a kept page may be, and what it was made of beside the store.
    pub kept_for: Duration,
}

/// Some hundreds of pages: more than are asked for twice within a second.
const KEPT_BYTES: usize = 16 << 20;
/// Registers and organs at hand are a second old at most; so are pages made of them.
const KEPT_FOR: Duration = Duration::from_secs(1);

impl Default for Edge {
    fn default() -> Self {
        Self {
            trusted: Vec::new(),
            tls: None,
            limit_times: 1,
            read_times: 1,
            providers: Vec::new(),
            facts: SiteFacts::default(),
            kept_bytes: KEPT_BYTES,
            kept_for: KEPT_FOR,
        }
    }
}
