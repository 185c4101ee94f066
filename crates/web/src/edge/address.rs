//! From which address a request came: the connection's, or the one that a trusted proxy names.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::request::Parts;

/// Who is at the other end of the connection. 对端
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    pub address: IpAddr,
    /// The connection is this site's own TLS.
    pub is_tls: bool,
}

impl Peer {
    #[must_use]
    pub fn new(address: SocketAddr, is_tls: bool) -> Self {
        Self { address: plain(address.ip()), is_tls }
    }
}

/// An IPv4 address is the same whether it came through an IPv6 socket or not.
fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// A range of addresses. 地址段
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Net {
    address: IpAddr,
    bits: u32,
}

impl Net {
    /// Reads `10.0.0.1`, `10.0.0.0/8`, `fd00::/8`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self { address, bits })
    }

    /// Whether an address is in it.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let mask = u32::MAX.checked_shl(32 - self.bits).unwrap_or(0);
                u32::from(own) & mask == u32::from(other) & mask
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let mask = u128::MAX.checked_shl(128 - self.bits).unwrap_or(0);
                u128::from(own) & mask == u128::from(other) & mask
            }
            _ => false,
        }
    }
}

/// From where a request came, and whether all the way to the browser was TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub address: Option<IpAddr>,
    pub is_secure: bool,
}

impl Source {
    pub fn of(parts: &Parts, trusted: &[Net]) -> Self {
        let Some(ConnectInfo(peer)) = parts.extensions.get::<ConnectInfo<Peer>>() else {
            return Self { address: None, is_secure: false };
        };
        let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.holds(address));
        if !is_trusted(peer.address) {
            return Self { address: Some(peer.address), is_secure: peer.is_tls };
        }
        let header = |name: &str| {
            let all = parts.headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
            all.flat_map(|text| text.split(',')).map(str::trim).collect::<Vec<_>>()
        };
        // Each proxy adds at the end whom it heard; what stands before the first stranger anybody may have written.
        let mut address = peer.address;
        for text in header("x-forwarded-for").into_iter().rev() {
            let Ok(next) = text.parse::<IpAddr>() else { break };
            address = plain(next);
            if !is_trusted(address) {
                break;
            }
        }
        let says_https = header("x-forwarded-proto").last().is_some_and(|scheme| *scheme == "https");
        Self { address: Some(address), is_secure: peer.is_tls || says_https }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn source(peer: &str, headers: &[(&str, &str)], trusted: &[&str]) -> Source {
        let mut request = Request::get("/").body(()).unwrap();
        for (name, value) in headers {
            request
                .headers_mut()
                .append(axum::http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        let peer = Peer::new(SocketAddr::new(peer.parse().unwrap(), 1), false);
        request.extensions_mut().insert(ConnectInfo(peer));
        let trusted: Vec<Net> = trusted.iter().map(|net| Net::parse(net).unwrap()).collect();
        Source::of(&request.into_parts().0, &trusted)
    }

    #[test]
    fn nets_hold_their_addresses() {
        for (net, inside, outside) in [
            ("10.0.0.0/8", "10.200.3.4", "11.0.0.1"),
            ("10.0.0.1", "10.0.0.1", "10.0.0.2"),
            ("0.0.0.0/0", "8.8.8.8", "::1"),
            ("fd00::/8", "fd12::1", "fe80::1"),
        ] {
            let net = Net::parse(net).unwrap();
            assert!(net.holds(inside.parse().unwrap()), "{net:?}");
            assert!(!net.holds(outside.parse().unwrap()), "{net:?}");
        }
        for wrong in ["10.0.0", "10.0.0.0/33", "proxy", "", "::/129", "10.0.0.0/"] {
            assert_eq!(Net::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let told = [("x-forwarded-for", "1.2.3.4"), ("x-forwarded-proto", "https")];
        let own = source("9.9.9.9", &told, &[]);
        assert_eq!((own.address.unwrap().to_string().as_str(), own.is_secure), ("9.9.9.9", false));
        let own = source("9.9.9.9", &told, &["10.0.0.0/8"]);
        assert_eq!((own.address.unwrap().to_string().as_str(), own.is_secure), ("9.9.9.9", false));
        let theirs = source("10.0.0.1", &told, &["10.0.0.0/8"]);
        assert_eq!((theirs.address.unwrap().to_string().as_str(), theirs.is_secure), ("1.2.3.4", true));
    }

    #[test]
    fn what_the_sender_wrote_before_the_proxy_does_not_count() {
        let forged = [("x-forwarded-for", "6.6.6.6, 1.2.3.4"), ("x-forwarded-for", "10.0.0.2")];
        let found = source("10.0.0.1", &forged, &["10.0.0.0/8"]);
        assert_eq!(found.address.unwrap().to_string(), "1.2.3.4");
        let found = source("10.0.0.1", &[("x-forwarded-for", "6.6.6.6, nonsense")], &["10.0.0.1"]);
        assert_eq!(found.address.unwrap().to_string(), "10.0.0.1");
        let mapped = source("::ffff:10.0.0.1", &[("x-forwarded-for", "1.2.3.4")], &["10.0.0.1"]);
        assert_eq!(mapped.address.unwrap().to_string(), "1.2.3.4");
    }
}
