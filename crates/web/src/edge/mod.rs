//! The edge towards the network: who is asking, over what, and how often they may.

mod address;
mod facts;
mod limits;
mod listen;
mod packing;
mod tls;

pub(crate) use address::Source;
pub use address::{Net, Peer};
pub use facts::{SITE_FILE, SiteFacts};
pub(crate) use limits::{Limit, Limits, whose};
pub(crate) use listen::serve_on;
pub(crate) use packing::packed;
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
    /// Who may vouch for people who sign in.
    pub providers: Vec<app::Provider>,
    /// Who runs the site and under which numbers.
    pub facts: SiteFacts,
}

impl Default for Edge {
    fn default() -> Self {
        Self {
            trusted: Vec::new(),
            tls: None,
            limit_times: 1,
            providers: Vec::new(),
            facts: SiteFacts::default(),
        }
    }
}
