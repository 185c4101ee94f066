//! What a government's site must say of itself: who runs it, its number among the sites of governments, its entries at
//! the offices for telecommunications and public security. The operator says it in a file; what is not said is not shown.

use std::fs;
use std::path::Path;

use base::Diagnostic;
use packs::source::{Doc, Source, Table};

/// The file's name in the folder of the data.
pub const SITE_FILE: &str = "site.toml";

/// Who runs this site and under which numbers. 网站信息
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteFacts {
    /// The name of the site, in place of the platform's. 网站名称
    pub name: Option<String>,
    /// 主办单位
    pub host: Option<String>,
    /// 承办单位
    pub operator: Option<String>,
    /// 联系电话
    pub phone: Option<String>,
    /// 地址
    pub address: Option<String>,
    /// Ten digits. 网站标识码
    pub code: Option<String>,
    /// Without scheme and path. 网站域名
    pub domain: Option<String>,
    /// ICP备案号
    pub icp: Option<String>,
    /// 公安备案号
    pub police: Option<String>,
    /// The page that proves the mark of party and government organs. 党政机关网站标识
    pub organ_mark: Option<String>,
    /// The page that proves the mark of a site fit for the old. 适老化及无障碍标识
    pub elderly_mark: Option<String>,
    /// Where mistakes of government sites are told. 政府网站找错
    pub mistakes: Option<String>,
    /// 关键词
    pub keywords: Option<String>,
    /// 网站说明
    pub description: Option<String>,
}

impl SiteFacts {
    /// Reads the file.
    ///
    /// # Errors
    /// Everything that is wrong with it, with its place.
    pub fn read_file(path: &Path) -> Result<Self, Vec<Diagnostic>> {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|fault| {
            let told = format!("读不了网站信息文件{name}：{}", fault.kind());
            vec![Diagnostic::error("site_file", told).help("核对路径和权限；格式见 docs/operations.md。")]
        })?;
        Self::read(name, text)
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// Everything that is wrong with it, with its place.
    pub fn read(name: String, text: String) -> Result<Self, Vec<Diagnostic>> {
        let source = Source::new(name, text);
        let (made, found) = Doc::read(&source, |root| Some(facts(root)));
        match made {
            Some(made) if found.iter().all(|one| !one.is_error()) => Ok(made),
            _ => Err(found),
        }
    }

    /// The number of the entry at public security, as its office looks it up.
    pub(crate) fn police_digits(&self) -> Option<String> {
        let digits: String = self.police.as_ref()?.chars().filter(char::is_ascii_digit).collect();
        (!digits.is_empty()).then_some(digits)
    }
}

fn facts(root: &Table<'_>) -> SiteFacts {
    let text = |key: &str| root.text(key).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let made = SiteFacts {
        name: text("name"),
        host: text("host"),
        operator: text("operator"),
        phone: text("phone"),
        address: text("address"),
        code: checked(
            root,
            "code",
            |text| text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit()),
            "网站标识码是10位数字",
        ),
        domain: checked(
            root,
            "domain",
            is_domain,
            "域名写成 www.example.gov.cn 的样子，不带 https:// 和路径",
        ),
        icp: text("icp"),
        police: text("police"),
        organ_mark: link(root, "organ_mark"),
        elderly_mark: link(root, "elderly_mark"),
        mistakes: link(root, "mistakes"),
        keywords: text("keywords"),
        description: text("description"),
    };
    root.finish();
    made
}

fn link(root: &Table<'_>, key: &str) -> Option<String> {
    checked(root, key, |text| text.starts_with("https://"), "网址要以 https:// 开头")
}

fn is_domain(text: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
    text.contains('.') && text.chars().all(is_plain) && !text.starts_with('.') && !text.ends_with('.')
}

fn checked(root: &Table<'_>, key: &str, fits: impl Fn(&str) -> bool, why: &str) -> Option<String> {
    let given = root.text_at(key)?;
    let text = given.value.trim();
    if text.is_empty() {
        return None;
    }
    if fits(text) {
        return Some(text.to_owned());
    }
    root.say(Diagnostic::error("site_fact", format!("{key}：“{text}”不合要求")).at(given.place).help(why));
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SiteFacts, Vec<Diagnostic>> {
        SiteFacts::read("site.toml".to_owned(), text.to_owned())
    }

    #[test]
    fn what_is_said_is_taken_and_the_rest_is_absent() {
        let facts = read("host = \"德化县人民政府\"\ncode = \"3505260001\"\npolice = \"闽公网安备35052602000001号\"\nicp = \"\"").unwrap();
        assert_eq!(facts.host.as_deref(), Some("德化县人民政府"));
        assert_eq!(facts.police_digits().as_deref(), Some("35052602000001"));
        assert_eq!((facts.icp, facts.operator), (None, None));
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (text, why) in [
            ("code = \"35052600\"", "10位"),
            ("domain = \"https://www.example.gov.cn/\"", "域名"),
            ("organ_mark = \"javascript:alert(1)\"", "https://"),
            ("mistakes = \"http://example.gov.cn\"", "https://"),
        ] {
            let found = read(text).unwrap_err();
            assert!(
                found.iter().any(|one| one.help.as_ref().is_some_and(|help| help.contains(why))),
                "{text}: {found:?}"
            );
        }
        assert!(read("hots = \"德化县人民政府\"").is_err(), "a word that is none");
    }
}
