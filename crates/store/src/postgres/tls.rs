//! TLS to PostgreSQL, as `sslmode` and its companions of libpq mean it.
//!
//! rustls with ring: no library of the system, no other toolchain, and a dozen small crates. The connector is written
//! here because the published one brings a second generation of the crates that read certificates, for a few lines.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use postgres::Socket;
use postgres::config::SslMode;
use postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsConnector;

use crate::{Result, StoreError};

/// How much the connection is guarded, in libpq's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mode {
    Disable,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// What an address asks of TLS: `sslmode`, `sslrootcert`, `sslcert`, `sslkey`.
#[derive(Clone)]
pub(crate) struct Security {
    mode: Mode,
    config: Option<Arc<ClientConfig>>,
}

/// The parameters in libpq's order of names, with the variables that stand in for them.
const PARAMETERS: [(&str, &str); 4] = [
    ("sslmode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("sslcert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
];

/// An address without what is said of TLS, and what was said.
pub(crate) fn taken_out(address: &str) -> Result<(String, [Option<String>; 4])> {
    let mut said = [const { None }; 4];
    let Some((front, query)) = address.split_once('?') else { return Ok((address.to_owned(), said)) };
    let mut rest = Vec::new();
    for one in query.split('&') {
        let (name, value) = one.split_once('=').unwrap_or((one, ""));
        let known = PARAMETERS.iter().position(|(known, _)| *known == name);
        match known.and_then(|at| said.get_mut(at)) {
            Some(place) => *place = Some(decoded(value).ok_or_else(|| wrong(format!("{name}的写法不对")))?),
            None => rest.push(one),
        }
    }
    let mark = if rest.is_empty() { "" } else { "?" };
    Ok((format!("{front}{mark}{}", rest.join("&")), said))
}

/// Undoes `%2F` and the like.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut parts = text.split('%');
    bytes.extend(parts.next()?.bytes());
    for part in parts {
        bytes.push(u8::from_str_radix(part.get(..2)?, 16).ok()?);
        bytes.extend(part.get(2..)?.bytes());
    }
    String::from_utf8(bytes).ok()
}

fn wrong(why: impl Into<String>) -> StoreError {
    StoreError::WrongAddress { why: why.into() }
}

impl Security {
    /// Reads the four parameters, else their variables, else libpq's usual files.
    pub fn new(said: [Option<String>; 4]) -> Result<Self> {
        let mut asked = said.into_iter().zip(PARAMETERS).map(|(said, (_, variable))| {
            said.or_else(|| std::env::var(variable).ok()).filter(|value| !value.is_empty())
        });
        let mut next = || asked.next().flatten();
        let (mode, root, cert, key) = (next(), next(), next(), next());
        let mode = match mode.as_deref() {
            None | Some("prefer") => Mode::Prefer,
            Some("disable") => Mode::Disable,
            Some("require") => Mode::Require,
            Some("verify-ca") => Mode::VerifyCa,
            Some("verify-full") => Mode::VerifyFull,
            Some(other) => {
                return Err(wrong(format!(
                    "不认识sslmode={other}，应当是disable、prefer、require、verify-ca、verify-full之一"
                )));
            }
        };
        if mode == Mode::Disable {
            return Ok(Self { mode, config: None });
        }
        let roots = roots(mode, root)?;
        let (cert, key) = (cert.map(PathBuf::from), key.map(PathBuf::from));
        let own = own(cert.or_else(|| usual("postgresql.crt")), key.or_else(|| usual("postgresql.key")))?;
        Ok(Self { mode, config: Some(Arc::new(client(mode, roots, own)?)) })
    }

    /// How the client of the protocol is to ask for it; never over a socket of this machine, as with libpq.
    pub fn asked(&self) -> SslMode {
        match self.mode {
            Mode::Disable => SslMode::Disable,
            Mode::Prefer => SslMode::Prefer,
            Mode::Require | Mode::VerifyCa | Mode::VerifyFull => SslMode::Require,
        }
    }

    /// What connects, unless TLS is not to be.
    pub fn connector(&self) -> Option<Make> {
        self.config.as_ref().map(|config| Make(TlsConnector::from(Arc::clone(config))))
    }

    /// Whether a failed handshake may be followed by a connection without TLS.
    pub fn is_dispensable(&self) -> bool {
        self.mode == Mode::Prefer
    }
}

/// A file in the folder where libpq looks, if it is there.
fn usual(name: &str) -> Option<PathBuf> {
    let path = Path::new(&std::env::var_os("HOME")?).join(".postgresql").join(name);
    path.exists().then_some(path)
}

fn unreadable(path: &Path, name: &str, error: &pem::Error) -> StoreError {
    wrong(format!("读不了{name}所指的文件{}：{}", path.display(), pem_fault(error)))
}

fn pem_fault(error: &pem::Error) -> String {
    match error {
        pem::Error::Io(error) => error.to_string(),
        pem::Error::NoItemsFound => "其中没有要找的PEM内容".to_owned(),
        other => other.to_string(),
    }
}

/// Whose signature is believed; nothing where anybody's is.
fn roots(mode: Mode, said: Option<String>) -> Result<Option<RootCertStore>> {
    if said.as_deref() == Some("system") {
        return Err(wrong(
            "sslrootcert=system不支持，请写出签发机构证书的文件，例如sslrootcert=/etc/yifa/ca.crt",
        ));
    }
    let path = match said.map(PathBuf::from).or_else(|| usual("root.crt")) {
        // A mode that goes on without TLS gains nothing by looking who answers.
        _ if mode == Mode::Prefer => return Ok(None),
        Some(path) => path,
        None if mode == Mode::Require => return Ok(None),
        None => {
            return Err(wrong(
                "sslmode=verify-ca和verify-full要用sslrootcert=写出签发机构证书的文件，例如sslrootcert=/etc/yifa/ca.crt",
            ));
        }
    };
    let fault = |error: pem::Error| unreadable(&path, "sslrootcert", &error);
    let mut roots = RootCertStore::empty();
    for one in CertificateDer::pem_file_iter(&path).map_err(fault)? {
        let added = roots.add(one.map_err(fault)?);
        added.map_err(|error| wrong(format!("{}中的证书不能用：{error}", path.display())))?;
    }
    if roots.is_empty() {
        return Err(fault(pem::Error::NoItemsFound));
    }
    Ok(Some(roots))
}

type Own = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// The certificate of this program and its key.
fn own(cert: Option<PathBuf>, key: Option<PathBuf>) -> Result<Option<Own>> {
    let (cert, key) = match (cert, key) {
        (None, None) => return Ok(None),
        (Some(cert), Some(key)) => (cert, key),
        _ => return Err(wrong("sslcert和sslkey要一并写出")),
    };
    let fault = |error: pem::Error| unreadable(&cert, "sslcert", &error);
    let chain: Vec<_> =
        CertificateDer::pem_file_iter(&cert).map_err(fault)?.collect::<Result<_, _>>().map_err(fault)?;
    let key = PrivateKeyDer::from_pem_file(&key).map_err(|error| unreadable(&key, "sslkey", &error))?;
    Ok(Some((chain, key)))
}

fn client(mode: Mode, roots: Option<RootCertStore>, own: Option<Own>) -> Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let check = Check { roots, name: mode == Mode::VerifyFull, provider: Arc::clone(&provider) };
    let fault = |error: rustls::Error| wrong(format!("证书或者私钥不能用：{error}"));
    let made = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(fault)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(check));
    match own {
        None => Ok(made.with_no_client_auth()),
        Some((chain, key)) => made.with_client_auth_cert(chain, key).map_err(fault),
    }
}

/// Looks at the server's certificate as far as the mode says.
#[derive(Debug)]
struct Check {
    roots: Option<RootCertStore>,
    name: bool,
    provider: Arc<CryptoProvider>,
}

type Verified<T> = std::result::Result<T, rustls::Error>;

impl ServerCertVerifier for Check {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> Verified<ServerCertVerified> {
        if let Some(roots) = &self.roots {
            let parsed = ParsedCertificate::try_from(end_entity)?;
            let algorithms = self.provider.signature_verification_algorithms.all;
            verify_server_cert_signed_by_trust_anchor(&parsed, roots, intermediates, now, algorithms)?;
            if self.name {
                verify_server_name(&parsed, server)?;
            }
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Verified<HandshakeSignatureValid> {
        verify_tls12_signature(message, cert, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Verified<HandshakeSignatureValid> {
        verify_tls13_signature(message, cert, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// What is behind a failed connection, if it is TLS.
pub(crate) fn behind(error: &postgres::Error) -> Option<rustls::Error> {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref::<rustls::Error>() {
            return Some(found.clone());
        }
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = inner.map(|inner| inner as &(dyn Error + 'static)).or_else(|| cause.source());
    }
    None
}

/// Why one side does not have the other, in the words of whoever keeps the machines; nothing where the connection broke.
pub(crate) fn refused(error: &rustls::Error) -> Option<String> {
    match error {
        rustls::Error::InvalidCertificate(why) => Some(told(why)),
        rustls::Error::AlertReceived(_) | rustls::Error::PeerIncompatible(_) => Some(format!(
            "与数据库的加密握手没有成功：{error}。请核对数据库的ssl设置；数据库要求客户端证书的，在地址中写sslcert和sslkey"
        )),
        _ => None,
    }
}

fn told(why: &CertificateError) -> String {
    let told = match why {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "数据库的证书不是签给地址中的主机的。请核对地址；证书要在主体备用名称（SAN）中写明这个主机名或者IP地址，只写在CN中的不算；确实只要核对签发机构的，用sslmode=verify-ca"
        }
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "数据库的证书不是由sslrootcert中的机构签发的。请核对是不是连到了别的机器，或者换用正确的签发机构证书"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "数据库的证书已经过期。请为数据库换发证书，并核对这台机器的时钟"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "数据库的证书还没有生效。请核对这台机器的时钟"
        }
        _ => {
            return format!(
                "数据库的证书没有通过核对：{why:?}。数据库要用签发机构另行签发的证书，不能直接用签发机构自己的证书"
            );
        }
    };
    told.to_owned()
}

/// Makes connections with TLS.
#[derive(Clone)]
pub(crate) struct Make(TlsConnector);

impl fmt::Debug for Make {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Make")
    }
}

impl MakeTlsConnect<Socket> for Make {
    type Stream = Stream;
    type TlsConnect = One;
    type Error = Infallible;

    /// Asked for a socket of this machine too, which has no name and gets no further.
    fn make_tls_connect(&mut self, domain: &str) -> Result<One, Infallible> {
        Ok(One(self.0.clone(), ServerName::try_from(domain.to_owned()).ok()))
    }
}

/// One connection to be made.
pub(crate) struct One(TlsConnector, Option<ServerName<'static>>);

impl TlsConnect<Socket> for One {
    type Stream = Stream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream>> + Send>>;

    fn connect(self, socket: Socket) -> Self::Future {
        let Self(connector, server) = self;
        Box::pin(async move {
            let server = server.ok_or_else(|| io::Error::other("主机名不是可以写进证书的名称"))?;
            connector.connect(server, socket).await.map(Box::new).map(Stream)
        })
    }
}

/// A connection with TLS.
pub(crate) struct Stream(Box<tokio_rustls::client::TlsStream<Socket>>);

impl TlsStream for Stream {
    /// None: who answers is known by the certificate where that is asked for.
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_read(cx, into)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_tls_is_taken_out_of_the_address() {
        let address = "postgres://u@h/d?sslmode=verify-full&connect_timeout=3&sslrootcert=%2Fetc%2Fca.crt";
        let (rest, said) = taken_out(address).unwrap();
        assert_eq!(rest, "postgres://u@h/d?connect_timeout=3");
        assert_eq!(said, [Some("verify-full".to_owned()), Some("/etc/ca.crt".to_owned()), None, None]);
        assert_eq!(taken_out("postgres://u@h/d?sslmode=disable").unwrap().0, "postgres://u@h/d");
        assert!(taken_out("postgres://u@h/d?sslkey=%2").is_err());
    }

    #[test]
    fn wrong_words_say_what_is_right() {
        let asked = |mode: &str, root: Option<&str>| {
            Security::new([Some(mode.to_owned()), root.map(str::to_owned), None, None])
                .err()
                .map(|e| e.to_string())
        };
        let fault = asked("always", None).unwrap();
        assert!(fault.contains("verify-full"), "{fault}");
        let fault = asked("verify-full", Some("/nowhere/ca.crt")).unwrap();
        assert!(fault.contains("/nowhere/ca.crt"), "{fault}");
        assert!(asked("verify-full", Some("system")).is_some());
        assert_eq!(asked("disable", None), None);
        assert_eq!(asked("prefer", None), None);
    }
}
