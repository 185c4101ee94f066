//! The file that names the providers of single sign-on.

use std::fs;
use std::path::Path;

use base::Diagnostic;
use packs::source::{At, Table};

use super::fetch::Fetch;
use crate::settings::{read_file, why};

/// The file's name in the folder of the data.
pub const PROVIDERS_FILE: &str = "sign_on.toml";

/// Whom a provider vouches for. 认证对象
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// Officers, each of whom has an account already.
    Staff,
    /// Citizens, who get an account when they first come.
    Citizen,
}

/// A provider of single sign-on (OpenID Connect). 统一身份认证
#[derive(Clone, Debug)]
pub struct Provider {
    pub id: String,
    /// What people know it by.
    pub name: String,
    pub whom: For,
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    /// The claim that holds the login of an account, for accounts that are not bound yet; none: they bind themselves.
    pub(crate) login_claim: Option<String>,
    /// Whether its word counts for the second factor too.
    pub(crate) second_factor: bool,
    /// Where this site is, as browsers reach it: `https://fz.example.gov.cn`.
    pub(crate) site: String,
    pub(crate) fetch: Fetch,
}

impl Provider {
    /// Where the provider sends the browser back to.
    #[must_use]
    pub fn redirect_uri(&self) -> String {
        format!("{}/sign-in/from/{}", self.site, self.id)
    }

    /// Reads the file. Secrets and certificates are read with it.
    ///
    /// # Errors
    /// Everything that is wrong with the file, with its place.
    pub fn read_file(path: &Path) -> Result<Vec<Self>, Vec<Diagnostic>> {
        read_file(path, ("统一身份认证文件", "providers_file", "docs/operations.md"), providers)
    }
}

fn providers(root: &Table<'_>, folder: &Path) -> Vec<Provider> {
    let site = root.need_text("site").and_then(|site| address(root, site));
    let tables = root.tables("provider", |at| format!("第{at}个认证方"));
    if tables.is_empty() {
        root.missing("provider");
    }
    let mut made: Vec<Provider> = Vec::new();
    for table in &tables {
        let one = provider(table, site.as_deref(), folder);
        table.finish();
        let Some(one) = one else { continue };
        if made.iter().any(|old| old.id == one.id) {
            table.say(Diagnostic::error("provider_id", format!("标识“{}”用了两次", one.id)));
        }
        made.push(one);
    }
    made
}

/// An address without a path; without TLS only on the machine itself.
fn address(table: &Table<'_>, at: At<String>) -> Option<String> {
    let text = at.value.trim_end_matches('/').to_owned();
    let is_own = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|own| {
        text.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    });
    if text.starts_with("https://") || is_own {
        return Some(text);
    }
    let why = format!("“{text}”要以 https:// 开头");
    let help = "只有本机（127.0.0.1、localhost）可以用 http://，供试用。";
    table.say(Diagnostic::error("provider_address", why).at(at.place).help(help));
    None
}

fn provider(table: &Table<'_>, site: Option<&str>, folder: &Path) -> Option<Provider> {
    let id = table.need_text("id").and_then(|id| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !id.value.is_empty() && id.value.len() <= 40 && id.value.chars().all(plain) {
            return Some(id.value);
        }
        let fault = Diagnostic::error("provider_id", format!("标识“{}”不合要求", id.value)).at(id.place);
        table.say(fault.help("用小写字母、数字和“-”，不超过40个。"));
        None
    });
    let name = table.need_text("name").map(|name| name.value);
    let whom = table.need_text("for").and_then(|whom| match whom.value.as_str() {
        "staff" => Some(For::Staff),
        "citizen" => Some(For::Citizen),
        other => {
            let fault =
                Diagnostic::error("provider_for", format!("没有“{other}”这种认证对象")).at(whom.place);
            table.say(fault.help("可用：staff（工作人员）、citizen（群众和企业）"));
            None
        }
    });
    let issuer = table.need_text("issuer").and_then(|issuer| address(table, issuer));
    let client_id = table.need_text("client_id").map(|id| id.value);
    let client_secret = table.need_text("secret_file").and_then(|file| read(table, &file, folder));
    let login_claim = table.text("login_claim");
    let second_factor = table.flag("second_factor");
    let roots = table.text_at("ca_file").map(|file| read(table, &file, folder));
    let fetch = match roots {
        Some(None) => None,
        Some(Some(pem)) => made(table, Fetch::with_roots(pem.as_bytes())),
        None => made(table, Fetch::with_roots_of_the_system()),
    };
    Some(Provider {
        id: id?,
        name: name?,
        whom: whom?,
        issuer: issuer?,
        client_id: client_id?,
        client_secret: client_secret?,
        login_claim,
        second_factor,
        site: site?.to_owned(),
        fetch: fetch?,
    })
}

fn made(table: &Table<'_>, fetch: Result<Fetch, String>) -> Option<Fetch> {
    fetch
        .map_err(|why| {
            table.say(Diagnostic::error("provider_roots", why).help("核对 ca_file：PEM 格式的证书。"))
        })
        .ok()
}

/// A file beside the file, without the white space around its text.
fn read(table: &Table<'_>, file: &At<String>, folder: &Path) -> Option<String> {
    let path = folder.join(&file.value);
    match fs::read_to_string(&path) {
        Ok(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Ok(_) => {
            let fault = Diagnostic::error("provider_file", format!("{}是空的", path.display()));
            table.say(fault.at(file.place.clone()));
            None
        }
        Err(fault) => {
            let told = format!("读不了{}：{}", path.display(), why(&fault));
            table.say(Diagnostic::error("provider_file", told).at(file.place.clone()));
            None
        }
    }
}
