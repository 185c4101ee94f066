//! Asking a provider: only the addresses that the operator entered or that the provider's own description names under the
//! same origin rules, over TLS, without following redirects.

use std::fmt;
use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

/// How long a provider may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The largest answer, in bytes.
const LARGEST: u64 = 1 << 20;
/// Where systems keep the certificates that they trust.
const SYSTEM_ROOTS: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// A client over TLS.
#[derive(Clone)]
pub(crate) struct Fetch(Agent);

impl fmt::Debug for Fetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fetch(…)")
    }
}

impl Fetch {
    /// A client that trusts these certificates.
    pub fn with_roots(pem: &[u8]) -> Result<Self, String> {
        Ok(Self::over(roots_of(pem)?))
    }

    /// A client that trusts what the system trusts; where the system says nothing, nobody.
    pub fn with_roots_of_the_system() -> Result<Self, String> {
        Ok(Self::over(roots_of_the_system()?))
    }

    fn over(roots: RootCerts) -> Self {
        Self(agent(roots, TIMEOUT))
    }

    /// JSON from an address.
    pub fn get(&self, url: &str) -> Result<Value, String> {
        let answer = self.0.get(url).header("accept", "application/json").call();
        told(answer.map_err(|fault| format!("{url}没有答复：{fault}"))?, url)
    }

    /// JSON from an address, for whoever holds a token of it.
    pub fn get_with(&self, url: &str, token: &str) -> Result<Value, String> {
        let request = self.0.get(url).header("accept", "application/json");
        let answer = request.header("authorization", format!("Bearer {token}")).call();
        told(answer.map_err(|fault| format!("{url}没有答复：{fault}"))?, url)
    }

    /// JSON for a form that is sent to an address, with a name and a secret in the header.
    pub fn post(&self, url: &str, basic: &str, form: &[(&str, &str)]) -> Result<Value, String> {
        let request = self.0.post(url).header("accept", "application/json").header("authorization", basic);
        let answer = request.send_form(form.iter().copied());
        told(answer.map_err(|fault| format!("{url}没有答复：{fault}"))?, url)
    }
}

/// The certificates of a text in PEM.
fn roots_of(pem: &[u8]) -> Result<RootCerts, String> {
    let mut roots: Vec<Certificate<'static>> = Vec::new();
    for item in parse_pem(pem) {
        match item {
            Ok(PemItem::Certificate(one)) => roots.push(one),
            Ok(_) => {}
            Err(_) => return Err("证书文件读不出来".to_owned()),
        }
    }
    if roots.is_empty() {
        return Err("证书文件里没有证书".to_owned());
    }
    Ok(RootCerts::new_with_certs(&roots))
}

/// The certificates that the system trusts, as a text in PEM, where it says which.
pub(crate) fn pem_of_the_system() -> Option<Vec<u8>> {
    SYSTEM_ROOTS.iter().find_map(|path| std::fs::read(path).ok())
}

fn roots_of_the_system() -> Result<RootCerts, String> {
    pem_of_the_system().map_or_else(|| Ok(RootCerts::new_with_certs(&[])), |pem| roots_of(&pem))
}

/// A client over TLS or without it that follows no redirect and takes no proxy; `pem` are the certificates that it trusts,
/// else those of the system.
pub(crate) fn client(pem: Option<&[u8]>, timeout: Duration) -> Result<Agent, String> {
    let roots = pem.map_or_else(roots_of_the_system, roots_of)?;
    Ok(agent(roots, timeout))
}

fn agent(roots: RootCerts, timeout: Duration) -> Agent {
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(ring)
        .root_certs(roots)
        .build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .timeout_global(Some(timeout))
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .build();
    config.into()
}

fn told(mut answer: ureq::http::Response<ureq::Body>, url: &str) -> Result<Value, String> {
    let status = answer.status();
    let mut text = String::new();
    let read = answer.body_mut().as_reader().take(LARGEST).read_to_string(&mut text);
    read.map_err(|fault| format!("{url}的答复读不出来：{fault}"))?;
    let value: Value = serde_json::from_str(&text).unwrap_or_default();
    if status.is_success() && value.is_object() {
        return Ok(value);
    }
    // What the provider says of it in its own words, never the whole of its answer.
    let error = value.get("error").and_then(Value::as_str).unwrap_or_default();
    Err(format!(
        "{url}答复{}{}",
        status.as_u16(),
        if error.is_empty() { String::new() } else { format!("（{error}）") }
    ))
}
