//! The ways on which messages leave the platform, as the operator's file `messages.toml` sets them up, behind one interface.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{env, fs};

use base::{Diagnostic, closest};
use packs::source::{At, Table};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use super::mail::{Mail, Security, is_address};
use super::posts::{Gateway, Group, Robot};
use super::quiet::Quiet;
use crate::sending;
use crate::settings::{number, read_file, why};
use crate::sign_on::fetch;

/// The file's name in the folder of the data.
pub const MESSAGES_FILE: &str = "messages.toml";

/// The names of the two channels that lead to a person.
pub const MAIL: &str = "mail";
pub const SMS: &str = "sms";

/// How many messages go out to one receiver by one channel in a day, unless the file says otherwise.
const DAILY_MOST: i64 = 20;
/// How long a server may take, unless the file says otherwise. It is far below a lease's patience.
const TIMEOUT_SECONDS: i64 = 10;

/// Something that nobody may read by chance. 密钥
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A message as it leaves the platform: no name of anybody stands in it. 外发消息
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    pub id: String,
    /// The address or number; empty for a group.
    pub to: String,
    pub title: String,
    pub text: String,
    pub link: Option<String>,
    /// The instant of sending, in microseconds since the epoch.
    pub now: i64,
}

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Undelivered {
    /// The channel is not there: nothing can be sent, whatever the message.
    Unreached(String),
    /// Not now; it is tried again some times.
    Refused(String),
    /// Never: trying again changes nothing.
    Never(String),
}

impl From<sending::Undelivered> for Undelivered {
    fn from(other: sending::Undelivered) -> Self {
        match other {
            sending::Undelivered::Unreached(why) => Self::Unreached(why),
            sending::Undelivered::Refused(why) => Self::Refused(why),
        }
    }
}

/// What every channel can do. 渠道
pub(crate) trait Adapter: fmt::Debug + Send + Sync {
    /// Where it leads, without its secrets.
    fn shown(&self) -> String;

    /// Hands one message over. It may have been handed over before.
    fn deliver(&self, note: &Note) -> Result<(), Undelivered>;
}

/// A channel with its name. 渠道
#[derive(Clone, Debug)]
pub struct Channel {
    /// `mail`, `sms`, or `group:` and the group's name.
    pub name: String,
    /// The organ whose messages to officers a group gets.
    pub organ: Option<String>,
    pub(crate) adapter: Arc<dyn Adapter>,
}

impl Channel {
    /// Where it leads, without its secrets.
    #[must_use]
    pub fn shown(&self) -> String {
        self.adapter.shown()
    }
}

/// What a channel is called.
#[must_use]
pub fn channel_name(name: &str) -> String {
    match name {
        MAIL => "邮件".to_owned(),
        SMS => "短信".to_owned(),
        other => other.strip_prefix("group:").map_or(other.to_owned(), |group| format!("群“{group}”")),
    }
}

/// How messages leave the platform. 消息渠道配置
#[derive(Clone, Debug)]
pub struct Channels {
    /// Where this site is, as browsers reach it.
    pub site: String,
    pub quiet: Quiet,
    pub daily_most: i64,
    pub list: Vec<Channel>,
}

impl Default for Channels {
    fn default() -> Self {
        Self { site: String::new(), quiet: Quiet::USUAL, daily_most: DAILY_MOST, list: Vec::new() }
    }
}

impl Channels {
    /// The channel of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Channel> {
        self.list.iter().find(|one| one.name == name)
    }

    /// The groups of an organ.
    pub(crate) fn groups<'a>(&'a self, organ: &'a str) -> impl Iterator<Item = &'a Channel> {
        self.list.iter().filter(move |one| one.organ.as_deref() == Some(organ))
    }

    /// Reads the file. Secrets and certificates are read with it.
    ///
    /// # Errors
    /// Everything that is wrong with the file, with its place.
    pub fn read_file(path: &Path) -> Result<Self, Vec<Diagnostic>> {
        read_file(path, ("消息渠道文件", "messages_file", "docs/operations.md"), read)
    }
}

fn read(root: &Table<'_>, folder: &Path) -> Channels {
    let site = root.need_text("site").and_then(|at| address(root, at, "site"));
    let time = |key: &str, usual: u32| {
        let Some(at) = root.text_at(key) else { return usual };
        Quiet::minutes(&at.value).unwrap_or_else(|| {
            let why = format!("“{key}”写成“21:00”这样");
            root.say(Diagnostic::error("quiet_hours", why).at(at.place));
            usual
        })
    };
    let quiet =
        Quiet { from: time("quiet_from", Quiet::USUAL.from), until: time("quiet_until", Quiet::USUAL.until) };
    let daily_most = number(root, "daily_most", 1, 1000).unwrap_or(DAILY_MOST);
    let mut list = Vec::new();
    if let Some(table) = root.table("mail", "mail") {
        let made = mail(&table, folder);
        table.finish();
        list.extend(made.map(|mail| channel(MAIL, None, mail)));
    }
    if let Some(table) = root.table("sms", "sms") {
        let made = gateway(&table, folder);
        table.finish();
        list.extend(made.map(|gateway| channel(SMS, None, gateway)));
    }
    for table in &root.tables("group", |at| format!("第{at}个群")) {
        let made = group(table, folder);
        table.finish();
        let Some((name, organ, group)) = made else { continue };
        let name = format!("group:{name}");
        if list.iter().any(|one: &Channel| one.name == name) {
            table.say(Diagnostic::error("group_name", format!("{}用了两次", channel_name(&name))));
        }
        list.push(channel(&name, Some(organ), group));
    }
    Channels { site: site.unwrap_or_default(), quiet, daily_most, list }
}

fn channel(name: &str, organ: Option<String>, adapter: impl Adapter + 'static) -> Channel {
    Channel { name: name.to_owned(), organ, adapter: Arc::new(adapter) }
}

fn timeout(table: &Table<'_>) -> Duration {
    let seconds = number(table, "timeout_seconds", 1, 10).unwrap_or(TIMEOUT_SECONDS);
    Duration::from_secs(u64::try_from(seconds).unwrap_or(10))
}

/// Whether a host is this machine or of a network that is not the world's.
fn is_near(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || match host.parse::<IpAddr>() {
            Ok(IpAddr::V4(one)) => one.is_loopback() || one.is_private(),
            Ok(IpAddr::V6(one)) => one.is_loopback() || one.is_unique_local(),
            Err(_) => false,
        }
}

/// An address over TLS; without it only of this machine or of an inner network.
fn address(table: &Table<'_>, at: At<String>, key: &str) -> Option<String> {
    let read = at.value.parse::<ureq::http::Uri>().ok();
    let host = read.as_ref().and_then(|read| read.host()).unwrap_or_default();
    let is_right = match read.as_ref().and_then(|read| read.scheme_str()) {
        Some("https") => !host.is_empty(),
        Some("http") => is_near(host),
        _ => false,
    };
    if is_right {
        return Some(at.value.trim_end_matches('/').to_owned());
    }
    let why = format!("{}的“{key}”应当以 https:// 开头", table.what);
    let help = "只有本机和内网的IP地址（127.0.0.1、10.0.0.0/8等）可以用 http://。";
    table.say(Diagnostic::error("message_address", why).at(at.place).help(help));
    None
}

/// A secret from a file beside this one, or from the environment; never from the file itself.
fn secret(table: &Table<'_>, key: &str, folder: &Path, needed: bool) -> Option<Secret> {
    let (in_file, in_env) = (format!("{key}_file"), format!("{key}_env"));
    let say = |place, why: String| {
        let help = "密钥只写在单独的文件里（只让运行平台的用户可读），或者放在环境变量里。";
        table.say(Diagnostic::error("message_secret", why).at(place).help(help));
    };
    let kept = |text: String, place, from: String| {
        let text = text.trim();
        if text.is_empty() || text.contains(['\r', '\n']) {
            say(place, format!("{from}里应当只有一行"));
            return None;
        }
        Some(Secret::new(text))
    };
    if let Some(at) = table.text_at(&in_file) {
        drop(table.text(&in_env));
        let path: PathBuf = folder.join(&at.value);
        return match fs::read_to_string(&path) {
            Ok(text) => kept(text, at.place, path.display().to_string()),
            Err(fault) => {
                say(at.place, format!("读不了{}：{}", path.display(), why(&fault)));
                None
            }
        };
    }
    if let Some(at) = table.text_at(&in_env) {
        let found = env::var(&at.value).unwrap_or_default();
        return kept(found, at.place, format!("环境变量{}", at.value));
    }
    if needed {
        say(table.place(), format!("{}缺少“{in_file}”或者“{in_env}”", table.what));
    }
    None
}

/// The certificates of `ca_file`, where one is named.
fn authority(table: &Table<'_>, folder: &Path) -> Option<Vec<u8>> {
    let at = table.text_at("ca_file")?;
    match fs::read(folder.join(&at.value)) {
        Ok(pem) => Some(pem),
        Err(fault) => {
            let told = format!("读不了证书文件{}：{}", at.value, why(&fault));
            table.say(Diagnostic::error("ca_file", told).at(at.place));
            None
        }
    }
}

fn tls(pem: Option<Vec<u8>>) -> Result<Arc<ClientConfig>, String> {
    let mut roots = RootCertStore::empty();
    for one in CertificateDer::pem_slice_iter(&pem.or_else(fetch::pem_of_the_system).unwrap_or_default()) {
        let one = one.map_err(|_| "证书文件读不出来".to_owned())?;
        // What the system trusts may hold some that are too old to be read.
        drop(roots.add(one));
    }
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(ring).with_safe_default_protocol_versions();
    let config = config.map_err(|_| "没有可用的加密方式".to_owned())?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

fn mail(table: &Table<'_>, folder: &Path) -> Option<Mail> {
    let host = table.need_text("host");
    let port = number(table, "port", 1, 65535).and_then(|port| u16::try_from(port).ok());
    let security = match table.need_text("security") {
        Some(at) => match at.value.as_str() {
            "tls" => Some(Security::Tls),
            "starttls" => Some(Security::StartTls),
            "none" => Some(Security::None),
            other => {
                let near = closest(other, ["tls", "starttls", "none"]);
                let help = near.map_or("可用：tls、starttls、none".to_owned(), |near| {
                    format!("是不是想写“{near}”？")
                });
                let why = format!("没有“{other}”这种加密方式");
                table.say(Diagnostic::error("mail_security", why).at(at.place).help(help));
                None
            }
        },
        None => None,
    };
    let from = table.need_text("from").filter(|at| {
        let is_right = is_address(&at.value);
        if !is_right {
            let why = format!("“{}”不是邮箱地址", at.value);
            table.say(Diagnostic::error("mail_from", why).at(at.place.clone()));
        }
        is_right
    });
    let from_name = table.text("from_name").unwrap_or_else(|| "依法行政平台".to_owned());
    let user = table.text_at("user");
    let password = secret(table, "password", folder, user.is_some());
    if let (Some(user), Some(Security::None), Some(host)) = (&user, security, &host)
        && !is_near(&host.value)
    {
        let why = "不加密的连接上不送密码".to_owned();
        let help = "用 security = \"starttls\" 或者 \"tls\"；本机、内网IP地址的服务器除外。";
        table.say(Diagnostic::error("mail_security", why).at(user.place.clone()).help(help));
    }
    let tls = tls(authority(table, folder)).map_err(|why| table.say(Diagnostic::error("ca_file", why))).ok();
    let timeout = timeout(table);
    let security = security?;
    let usual = match security {
        Security::Tls => 465,
        Security::StartTls => 587,
        Security::None => 25,
    };
    Some(Mail {
        host: host?.value,
        port: port.unwrap_or(usual),
        security,
        login: user.map(|at| at.value).zip(password),
        from_name,
        from: from?.value,
        tls: tls?,
        timeout,
    })
}

fn gateway(table: &Table<'_>, folder: &Path) -> Option<Gateway> {
    let url = table.need_text("url").and_then(|at| address(table, at, "url"));
    let body = table.need_text("body").filter(|at| {
        let lacks = ["{phone}", "{text}"].into_iter().find(|word| !at.value.contains(word));
        if let Some(word) = lacks {
            let why = format!("“body”里没有{word}");
            let help = "写明号码和文字放在哪里，如 {\"mobile\":\"{phone}\",\"content\":\"{text}\"}。";
            table.say(Diagnostic::error("sms_body", why).at(at.place.clone()).help(help));
        }
        lacks.is_none()
    });
    let content_type = table.text("content_type").unwrap_or_else(|| "application/json".to_owned());
    let secret = secret(table, "secret", folder, true);
    let sign = table.text("sign").unwrap_or_default();
    let agent = agent(table, folder);
    Some(Gateway { url: url?, body: body?.value, content_type, secret: secret?, sign, agent: agent? })
}

fn agent(table: &Table<'_>, folder: &Path) -> Option<ureq::Agent> {
    let pem = authority(table, folder);
    fetch::client(pem.as_deref(), timeout(table))
        .map_err(|why| table.say(Diagnostic::error("ca_file", why)))
        .ok()
}

fn group(table: &Table<'_>, folder: &Path) -> Option<(String, String, Group)> {
    let name = table.need_text("name").filter(|at| {
        let is_right =
            (1..=20).contains(&at.value.chars().count()) && at.value.chars().all(char::is_alphanumeric);
        if !is_right {
            let why = "群的名称用1至20个字母、汉字、数字".to_owned();
            table.say(Diagnostic::error("group_name", why).at(at.place.clone()));
        }
        is_right
    });
    let organ = table.need_text("organ");
    let robot = match table.need_text("kind") {
        Some(at) if at.value == "wecom" => Some(Robot::WeCom),
        Some(at) if at.value == "dingtalk" => Some(Robot::DingTalk),
        Some(at) => {
            let why = format!("没有“{}”这种群", at.value);
            let help = "可用：wecom（企业微信）、dingtalk（钉钉）";
            table.say(Diagnostic::error("group_kind", why).at(at.place).help(help));
            None
        }
        None => None,
    };
    let url = secret(table, "url", folder, true).filter(|url| {
        let at = At { value: url.text().to_owned(), place: table.place() };
        address(table, at, "url").is_some()
    });
    let secret = secret(table, "secret", folder, false);
    let agent = agent(table, folder);
    let group = Group { robot: robot?, url: url?, secret, agent: agent? };
    Some((name?.value, organ?.value, group))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(name: &str, text: &str, files: &[(&str, &str)]) -> Result<Channels, Vec<Diagnostic>> {
        let folder = std::env::temp_dir().join(format!("yifa-channels-{}-{name}", std::process::id()));
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in files {
            fs::write(folder.join(name), text).unwrap();
        }
        let path = folder.join(MESSAGES_FILE);
        fs::write(&path, text).unwrap();
        let made = Channels::read_file(&path);
        drop(fs::remove_dir_all(&folder));
        made
    }

    #[test]
    fn a_right_file_is_read_with_its_secrets_and_prints_none_of_them() {
        let text = "site = \"https://fz.example.gov.cn/\"\nquiet_from = \"22:30\"\ndaily_most = 5\n\
                    [mail]\nhost = \"smtp.example.gov.cn\"\nsecurity = \"starttls\"\nuser = \"yifa\"\n\
                    password_file = \"mail.secret\"\nfrom = \"yifa@example.gov.cn\"\n\
                    [sms]\nurl = \"http://10.0.0.9/sms\"\nbody = \"{phone} {text}\"\nsecret_file = \"sms.secret\"\n\
                    [[group]]\nname = \"司法局\"\nkind = \"dingtalk\"\norgan = \"justice\"\nurl_file = \"ding\"\nsecret_file = \"sms.secret\"\n";
        let files = [
            ("mail.secret", "horse-battery\n"),
            ("sms.secret", "staple\n"),
            ("ding", "https://oapi.dingtalk.com/robot/send?access_token=sesame\n"),
        ];
        let made = read_text("right", text, &files).unwrap();
        assert_eq!(made.site, "https://fz.example.gov.cn");
        assert_eq!((made.quiet, made.daily_most), (Quiet { from: 1350, until: 480 }, 5));
        let shown: Vec<_> = made.list.iter().map(|one| (one.name.as_str(), one.shown())).collect();
        assert_eq!(
            shown,
            [
                ("mail", "smtp.example.gov.cn:587".to_owned()),
                ("sms", "http://10.0.0.9/sms".to_owned()),
                ("group:司法局", "钉钉群".to_owned()),
            ]
        );
        assert_eq!(made.groups("justice").count(), 1);
        let printed = format!("{made:?}");
        for hidden in ["horse-battery", "staple", "sesame"] {
            assert!(!printed.contains(hidden), "{hidden}");
        }
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let text = "site = \"http://fz.example.gov.cn\"\nquiet_from = \"25:00\"\n\
                    [mail]\nhost = \"smtp.example.gov.cn\"\nsecurity = \"none\"\nuser = \"yifa\"\n\
                    password = \"horse\"\nfrom = \"yifa\"\n\
                    [sms]\nurl = \"http://sms.example.com/\"\nbody = \"{text}\"\nsecret_env = \"YIFA_NOT_SET\"\n\
                    [[group]]\nname = \"a b\"\nkind = \"feishu\"\norgan = \"justice\"\nurl_file = \"absent\"\n";
        let found = read_text("wrong", text, &[]).unwrap_err();
        let codes: Vec<(usize, &str)> =
            found.iter().map(|one| (one.place.as_ref().unwrap().line, one.code)).collect();
        assert_eq!(
            codes,
            [
                (1, "message_address"),
                (2, "quiet_hours"),
                (3, "message_secret"),
                (6, "mail_security"),
                (7, "unknown_key"),
                (8, "mail_from"),
                (10, "message_address"),
                (11, "sms_body"),
                (12, "message_secret"),
                (14, "group_name"),
                (15, "group_kind"),
                (17, "message_secret"),
            ]
        );
    }
}
