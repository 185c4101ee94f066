//! The site's own TLS: certificate and key from files, by rustls with ring.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

/// Where certificate and key are, both as PEM. 证书文件
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The site's certificate first, then those that lead to the root.
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl TlsFiles {
    pub(super) fn acceptor(&self) -> io::Result<TlsAcceptor> {
        let pem = |path: &Path, what: &str, fault: rustls::pki_types::pem::Error| {
            io::Error::other(format!("读不了{what}{}：{fault}", path.display()))
        };
        let certificates = CertificateDer::pem_file_iter(&self.certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|fault| pem(&self.certificate, "证书", fault))?;
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|fault| pem(&self.key, "私钥", fault))?;
        let wrong = |fault: rustls::Error| io::Error::other(format!("证书和私钥不能用：{fault}"));
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(wrong)?
            .with_no_client_auth()
            .with_single_cert(certificates, key)
            .map_err(wrong)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}
