//! The file that names the receivers of the outbox.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base::{Diagnostic, closest};
use calendar::Day;
use packs::source::{At, Table};

use super::ways::{Folder, Post, Way};
use crate::settings::{number, read_file, why};

/// The file's name in the folder of the data.
pub const RECEIVERS_FILE: &str = "deliver.toml";

/// What can be told to receivers.
pub const TOPICS: [&str; 1] = ["notify"];

/// How often a receiver may refuse a message before it is set aside, unless the file says otherwise.
const ATTEMPTS: u32 = 12;
/// How long a receiver may take to answer, unless the file says otherwise. It is far below a lease's patience.
const TIMEOUT_SECONDS: u64 = 10;

/// Who is told of what is done. 接收方
#[derive(Clone, Debug)]
pub struct Receiver {
    pub name: String,
    /// What it is told.
    pub topics: Vec<String>,
    /// Nothing from before that day, where one is set.
    pub since: Option<Day>,
    /// How often it may refuse a message before it is set aside.
    pub attempts: u32,
    pub(crate) way: Way,
}

impl Receiver {
    /// Where it is: the folder or the address.
    #[must_use]
    pub fn shown(&self) -> String {
        self.way.shown()
    }

    /// Reads the file that names receivers. Secrets are read with it.
    ///
    /// # Errors
    /// Everything that is wrong with the file, with its place.
    pub fn read_file(path: &Path) -> Result<Vec<Self>, Vec<Diagnostic>> {
        read_file(path, ("接收方文件", "receivers_file", "docs/outbox.md"), receivers)
    }
}

fn receivers(root: &Table<'_>, folder: &Path) -> Vec<Receiver> {
    let tables = root.tables("receiver", |at| format!("第{at}个接收方"));
    if tables.is_empty() {
        root.missing("receiver");
    }
    let mut names: Vec<String> = Vec::new();
    let mut made = Vec::new();
    for table in &tables {
        let name = table.need_text("name");
        if let Some(name) = &name {
            check_name(table, name, &names);
            names.push(name.value.clone());
        }
        let receiver = receiver(table, name.map(|at| at.value), folder);
        table.finish();
        made.extend(receiver);
    }
    made
}

fn check_name(table: &Table<'_>, name: &At<String>, before: &[String]) {
    let fault = |why: String| Diagnostic::error("receiver_name", why).at(name.place.clone());
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    let length = name.value.chars().count();
    if length == 0 || length > 40 || !name.value.chars().all(plain) {
        let why = format!("接收方的名称“{}”不合要求", name.value);
        table
            .say(fault(why).help("用小写字母、数字、“-”和“_”，不超过40个；用过的名称不要改，进度按名称记。"));
    }
    if before.contains(&name.value) {
        table.say(fault(format!("名称“{}”用了两次", name.value)).help("每个接收方用自己的名称。"));
    }
}

fn receiver(table: &Table<'_>, name: Option<String>, folder: &Path) -> Option<Receiver> {
    let way = match table.need_text("kind") {
        Some(kind) if kind.value == "folder" => to_folder(table, folder),
        Some(kind) if kind.value == "http" => to_address(table, folder),
        Some(kind) => {
            for key in ["folder", "url", "secret_file", "timeout_seconds"] {
                drop(table.value(key));
            }
            let why = format!("没有“{}”这种接收方", kind.value);
            table.say(
                Diagnostic::error("receiver_kind", why)
                    .at(kind.place)
                    .help("可用：folder（前置机文件夹）、http（HTTP 接口）"),
            );
            None
        }
        None => None,
    };
    let topics = topics(table);
    let attempts = number(table, "attempts", 1, 100).and_then(|it| u32::try_from(it).ok());
    let since = table.date("since").and_then(|at| {
        let (year, month, day) = at.value;
        let day = Day::from_ymd(i32::from(year), month, day);
        if day.is_none() {
            table.say(Diagnostic::error("date", "“since”不是存在的日期").at(at.place));
        }
        day
    });
    Some(Receiver { name: name?, topics, since, attempts: attempts.unwrap_or(ATTEMPTS), way: way? })
}

fn topics(table: &Table<'_>) -> Vec<String> {
    let given = table.has("topics");
    let found = table.texts("topics");
    if given && found.is_empty() {
        let why = format!("{}的“topics”是空的，什么也收不到", table.what);
        table.say(
            Diagnostic::error("topics", why).at(table.place_of("topics")).help("删去这一行，就收全部主题。"),
        );
    }
    for topic in found.iter().filter(|topic| !TOPICS.contains(&topic.value.as_str())) {
        let near = closest(&topic.value, TOPICS);
        let help = near.map_or_else(
            || format!("可用的主题：{}", TOPICS.join("、")),
            |near| format!("是不是想写“{near}”？"),
        );
        let why = format!("没有“{}”这个主题", topic.value);
        table.say(Diagnostic::error("topic", why).at(topic.place.clone()).help(help));
    }
    if given { found.into_iter().map(|at| at.value).collect() } else { TOPICS.map(str::to_owned).to_vec() }
}

fn to_folder(table: &Table<'_>, folder: &Path) -> Option<Way> {
    let path = table.need_text("folder")?;
    if path.value.trim().is_empty() {
        table.say(Diagnostic::error("folder", "“folder”是空的").at(path.place));
        return None;
    }
    Some(Way::Folder(Folder(folder.join(path.value))))
}

fn to_address(table: &Table<'_>, folder: &Path) -> Option<Way> {
    let url = table.need_text("url").and_then(|url| checked_url(table, url));
    let secret = table.need_text("secret_file").and_then(|path| secret(table, &path, folder));
    let seconds = number(table, "timeout_seconds", 1, 10).and_then(|it| u64::try_from(it).ok());
    let timeout = Duration::from_secs(seconds.unwrap_or(TIMEOUT_SECONDS));
    Some(Way::Post(Post::new(url?, secret?, timeout)))
}

fn checked_url(table: &Table<'_>, url: At<String>) -> Option<String> {
    let fault = |why: String, help: &str| {
        table.say(Diagnostic::error("url", why).at(url.place.clone()).help(help));
    };
    let read = url.value.parse::<ureq::http::Uri>().ok();
    let scheme = read.as_ref().and_then(|read| read.scheme_str());
    match scheme {
        Some("http")
            if read.as_ref().is_some_and(|read| read.host().is_some_and(|host| !host.is_empty())) =>
        {
            Some(url.value)
        }
        Some("https") => {
            fault(
                "本程序自己不作加密连接，不能直接用 https 地址".to_owned(),
                "请经过本机或者本单位的安全网关（国密或 TLS 代理）转发，这里写网关的 http 地址。",
            );
            None
        }
        _ => {
            fault(
                format!("“{}”不是 http 地址", url.value),
                "写成 http://主机:端口/路径，例如 http://10.0.0.8:8080/yifa。",
            );
            None
        }
    }
}

/// The shared secret: what is in the file, without white space around it.
fn secret(table: &Table<'_>, at: &At<String>, folder: &Path) -> Option<Vec<u8>> {
    let path: PathBuf = folder.join(&at.value);
    let fault = |why: String| {
        table.say(
            Diagnostic::error("secret_file", why)
                .at(at.place.clone())
                .help("文件里写与接收方约定的密钥，至少16个字节，例如用 openssl rand -hex 32 生成；只让运行平台的用户可读。"),
        );
        None
    };
    match fs::read_to_string(&path) {
        Ok(text) if text.trim().len() >= 16 => Some(text.trim().as_bytes().to_vec()),
        Ok(_) => fault(format!("密钥文件{}里不足16个字节", path.display())),
        Err(error) => fault(format!("读不了密钥文件{}：{}", path.display(), why(&error))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("yifa-receivers-{}-{name}", std::process::id()));
        drop(fs::remove_dir_all(&path));
        fs::create_dir_all(&path).unwrap();
        path
    }

    #[test]
    fn a_right_file_is_read_with_its_secrets() {
        let folder = folder("right");
        fs::write(folder.join("portal.secret"), "0123456789abcdef\n").unwrap();
        let text = "[[receiver]]\nname = \"exchange\"\nkind = \"folder\"\nfolder = \"out\"\nsince = 2026-01-01\n\
                    [[receiver]]\nname = \"portal\"\nkind = \"http\"\nurl = \"http://127.0.0.1:8080/yifa\"\n\
                    secret_file = \"portal.secret\"\ntopics = [\"notify\"]\nattempts = 3\ntimeout_seconds = 2\n";
        let path = folder.join(RECEIVERS_FILE);
        fs::write(&path, text).unwrap();
        let read = Receiver::read_file(&path).unwrap();
        let told: Vec<_> = read.iter().map(|it| (it.name.as_str(), it.attempts, it.shown())).collect();
        let out = folder.join("out").display().to_string();
        assert_eq!(told, [("exchange", 12, out), ("portal", 3, "http://127.0.0.1:8080/yifa".to_owned())]);
        assert!(!format!("{read:?}").contains("0123456789abcdef"), "the secret is not printed");
        drop(fs::remove_dir_all(folder));
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let folder = folder("wrong");
        fs::write(folder.join("short"), "abc").unwrap();
        let text = "[[receiver]]\nname = \"Ex change\"\nkind = \"ftp\"\n\
                    [[receiver]]\nname = \"b\"\nkind = \"http\"\nurl = \"https://10.0.0.8/\"\nsecret_file = \"short\"\ntopics = [\"notfy\"]\n\
                    [[receiver]]\nname = \"b\"\nkind = \"folder\"\nfolders = \"out\"\nattempts = 0\n";
        let path = folder.join(RECEIVERS_FILE);
        fs::write(&path, text).unwrap();
        let found = Receiver::read_file(&path).unwrap_err();
        let codes: Vec<(usize, &str)> =
            found.iter().map(|one| (one.place.as_ref().unwrap().line, one.code)).collect();
        assert_eq!(
            codes,
            [
                (2, "receiver_name"),
                (3, "receiver_kind"),
                (7, "url"),
                (8, "secret_file"),
                (9, "topic"),
                (10, "missing_key"),
                (11, "receiver_name"),
                (13, "unknown_key"),
                (14, "out_of_range"),
            ]
        );
        let absent = Receiver::read_file(&folder.join("absent.toml")).unwrap_err();
        assert!(absent[0].message.contains("读不了接收方文件"), "{absent:?}");
        drop(fs::remove_dir_all(folder));
    }
}
