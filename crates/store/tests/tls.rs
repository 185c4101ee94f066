//! TLS to PostgreSQL: what each `sslmode` lets through and what it refuses, with certificates that `bin/test` makes.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::PathBuf;

use crate::common::Folder;
use store::testing::Database;
use store::{Options, Place, Store, StoreError, meta};

/// The folder with the certificates, and the port; nothing where there is no such PostgreSQL.
fn given() -> Option<(PathBuf, String)> {
    let folder = std::env::var_os("YIFA_TEST_POSTGRES_TLS").map(PathBuf::from);
    let Some(folder) = folder else {
        eprintln!("YIFA_TEST_POSTGRES_TLS is not set: not tested");
        return None;
    };
    let port = std::fs::read_to_string(folder.join("port")).unwrap();
    Some((folder, port.trim().to_owned()))
}

struct Tried {
    certificates: PathBuf,
    port: String,
    database: Database,
    folder: Folder,
}

impl Tried {
    fn new(name: &str) -> Option<Self> {
        let (certificates, port) = given()?;
        let database = Database::new(name).unwrap()?;
        // Made over the socket, so that what follows only reads.
        let folder = Folder::new(name);
        drop(
            Store::open_at(&Place::new(Some(&database.address), folder.path()).unwrap(), &Options::default())
                .unwrap(),
        );
        Some(Self { certificates, port, database, folder })
    }

    fn certificate(&self, name: &str) -> String {
        self.certificates.join(name).display().to_string()
    }

    /// Opens by the network as somebody, with what the address says of TLS.
    fn open(&self, user: &str, host: &str, said: &str) -> Result<(), StoreError> {
        let path = self.database.address.split_once("options=").unwrap().1;
        let address = format!("postgres://{user}@{host}:{}/postgres?options={path}&{said}", self.port);
        let options = Options { read_only: true, readers: 1, ..Options::default() };
        let store = Store::open_at(&Place::new(Some(&address), self.folder.path())?, &options)?;
        store.read(|reader| meta::get(reader, "nothing")).map(drop)
    }

    fn refusal(&self, host: &str, said: &str) -> String {
        match self.open("yifa", host, said) {
            Err(fault @ (StoreError::NotTrusted { .. } | StoreError::WrongAddress { .. })) => {
                fault.to_string()
            }
            other => unreachable!("{said}: {other:?}"),
        }
    }
}

#[test]
fn each_mode_looks_as_far_as_it_says() {
    let Some(tried) = Tried::new("tls_modes") else { return };
    let (ca, other) = (tried.certificate("ca.crt"), tried.certificate("other.crt"));
    for said in ["sslmode=disable", "sslmode=prefer", "sslmode=require", ""] {
        tried.open("yifa", "127.0.0.1", said).unwrap();
    }
    tried.open("yifa", "localhost", &format!("sslmode=verify-full&sslrootcert={ca}")).unwrap();
    tried.open("yifa", "127.0.0.1", &format!("sslmode=verify-ca&sslrootcert={ca}")).unwrap();
    // The certificate is for localhost.
    let fault = tried.refusal("127.0.0.1", &format!("sslmode=verify-full&sslrootcert={ca}"));
    assert!(fault.contains("不是签给地址中的主机") && fault.contains("SAN"), "{fault}");
    for mode in ["verify-full", "verify-ca", "require"] {
        let fault = tried.refusal("localhost", &format!("sslmode={mode}&sslrootcert={other}"));
        assert!(fault.contains("不是由sslrootcert中的机构签发"), "{mode}: {fault}");
    }
    let fault = tried.refusal("localhost", "sslmode=verify-full&sslrootcert=/nowhere/ca.crt");
    assert!(fault.contains("/nowhere/ca.crt"), "{fault}");
}

#[test]
fn the_connection_is_encrypted_and_a_certificate_lets_its_user_in() {
    let Some(tried) = Tried::new("tls_user") else { return };
    let ca = tried.certificate("ca.crt");
    // Whom the server lets in by TLS alone, and by the certificate alone. Roles are the server's and not the database's: that of
    // an earlier run is still there.
    tried.database.run("DROP ROLE IF EXISTS certified").unwrap();
    tried.database.run("CREATE ROLE certified LOGIN SUPERUSER").unwrap();
    let full = format!("sslmode=verify-full&sslrootcert={ca}");
    let (cert, key) = (tried.certificate("certified.crt"), tried.certificate("certified.key"));
    tried.open("certified", "localhost", &format!("{full}&sslcert={cert}&sslkey={key}")).unwrap();
    for said in [full.as_str(), "sslmode=disable"] {
        let refused = tried.open("certified", "localhost", said);
        assert!(matches!(refused, Err(StoreError::Unreachable { .. })), "{said}: {refused:?}");
    }
    let fault = tried.refusal("localhost", &format!("{full}&sslcert={cert}"));
    assert!(fault.contains("sslcert和sslkey要一并写出"), "{fault}");
}
