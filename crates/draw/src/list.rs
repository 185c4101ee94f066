//! What a draw is made from. The fields stand in the order of their names, which is that of the canonical file.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A ratio of this draws the whole stratum.
pub const RATIO_WHOLE: u32 = 10_000;

/// The lists and everything that is laid down with them. 抽取名单
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List<'a> {
    #[serde(borrow, default)]
    pub exclusions: Vec<Exclusion<'a>>,
    /// Earlier draws that this one replaces, oldest first.
    #[serde(default)]
    pub history: Vec<Earlier>,
    /// Certificates must be valid from this day …
    pub inspect_from: String,
    /// … to this day.
    pub inspect_to: String,
    #[serde(borrow)]
    pub inspectors: Vec<Inspector<'a>>,
    /// Empty until the list is locked.
    #[serde(default)]
    pub locked_at: String,
    pub organ: String,
    #[serde(borrow, default)]
    pub recusals: Vec<Recusal<'a>>,
    pub source: Source,
    #[serde(borrow)]
    pub strata: Vec<Stratum<'a>>,
    pub title: String,
}

/// Objects of one kind and one risk class, with the ratio in which they are drawn. 分组
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stratum<'a> {
    /// What they are inspected for: each field wants its pair of inspectors.
    pub fields: Vec<String>,
    pub id: String,
    pub name: String,
    #[serde(borrow)]
    pub objects: Vec<Object<'a>>,
    /// In ten-thousandths.
    pub ratio: u32,
}

/// What may be inspected. 检查对象
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object<'a> {
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    #[serde(borrow)]
    pub name: Cow<'a, str>,
}

/// Who may inspect. 检查人员
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inspector<'a> {
    #[serde(borrow)]
    pub certificates: Vec<Certificate<'a>>,
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// In how many pairs one may be.
    pub limit: u32,
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    #[serde(borrow)]
    pub organ: Cow<'a, str>,
}

/// An enforcement certificate for a field, valid on both days and between. 执法证件
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate<'a> {
    #[serde(borrow)]
    pub field: Cow<'a, str>,
    #[serde(borrow)]
    pub from: Cow<'a, str>,
    #[serde(borrow)]
    pub to: Cow<'a, str>,
}

/// An inspector who does not inspect an object. 回避
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recusal<'a> {
    #[serde(borrow)]
    pub inspector: Cow<'a, str>,
    #[serde(borrow)]
    pub object: Cow<'a, str>,
    #[serde(borrow)]
    pub reason: Cow<'a, str>,
}

/// An object or an inspector that is not drawn at all. 排除
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion<'a> {
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// `object` or `inspector`.
    #[serde(borrow)]
    pub kind: Cow<'a, str>,
    #[serde(borrow)]
    pub reason: Cow<'a, str>,
}

/// Where the public value comes from and when. 公共数值的来源
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub name: String,
    pub not_after: String,
    pub not_before: String,
}

/// An earlier draw that is replaced: its hashes as far as it got, and why. 重抽记录
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Earlier {
    pub announcement: String,
    pub list: String,
    pub outcome: String,
    pub reason: String,
}

/// A party's commitment to its secret. 承诺
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commitment {
    pub commitment: String,
    pub committed_at: String,
    pub party: String,
}

/// A party's secret. 揭示
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reveal {
    pub nonce: String,
    pub party: String,
}

/// The public value and when it became known. 公共数值
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicValue {
    pub known_at: String,
    pub text: String,
}

impl List<'_> {
    /// All objects, stratum by stratum: their place is their number everywhere else.
    pub fn objects(&self) -> impl Iterator<Item = &Object<'_>> {
        self.strata.iter().flat_map(|stratum| &stratum.objects)
    }
}
