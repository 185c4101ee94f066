//! A law and its versions.

use std::collections::BTreeMap;

use calendar::Day;

use crate::{Article, Counting};

/// The rank of a norm in the legal order. 效力位阶
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// 法律
    Law,
    /// 行政法规
    AdministrativeRegulation,
    /// 党内法规
    PartyRegulation,
    /// 司法解释
    JudicialInterpretation,
    /// 地方性法规
    LocalRegulation,
    /// 部门规章
    DepartmentRule,
    /// 地方政府规章
    LocalRule,
    /// 规范性文件
    NormativeDocument,
}

impl Rank {
    /// All ranks, highest first.
    pub const ALL: [Self; 8] = [
        Self::Law,
        Self::AdministrativeRegulation,
        Self::PartyRegulation,
        Self::JudicialInterpretation,
        Self::LocalRegulation,
        Self::DepartmentRule,
        Self::LocalRule,
        Self::NormativeDocument,
    ];

    /// The word that files write.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Law => "law",
            Self::AdministrativeRegulation => "administrative_regulation",
            Self::PartyRegulation => "party_regulation",
            Self::JudicialInterpretation => "judicial_interpretation",
            Self::LocalRegulation => "local_regulation",
            Self::DepartmentRule => "department_rule",
            Self::LocalRule => "local_rule",
            Self::NormativeDocument => "normative_document",
        }
    }

    /// The word that people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Law => "法律",
            Self::AdministrativeRegulation => "行政法规",
            Self::PartyRegulation => "党内法规",
            Self::JudicialInterpretation => "司法解释",
            Self::LocalRegulation => "地方性法规",
            Self::DepartmentRule => "部门规章",
            Self::LocalRule => "地方政府规章",
            Self::NormativeDocument => "规范性文件",
        }
    }

    /// The rank of that word.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rank| rank.id() == id)
    }
}

/// A law with its versions in the order of time. 法律法规
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Law {
    /// English identifier, such as `reconsideration_law`.
    pub id: String,
    /// Full title, with 中华人民共和国 where it has it.
    pub title: String,
    /// Other titles that people write.
    pub short_titles: Vec<String>,
    pub rank: Rank,
    /// The day on which its first version came into force, which need not be among `versions`.
    pub since: Option<Day>,
    /// Oldest first.
    pub versions: Vec<Version>,
    /// Id of the law that replaced it.
    pub repealed_by: Option<String>,
}

/// What a version of a law makes public. 应当公开的文书
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicDocument {
    /// Kind of document, as packs name it.
    pub document: String,
    pub article: Article,
}

/// One version of a law and the days on which it is in force. 法律版本
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Mostly the year of adoption, such as `2023`.
    pub id: String,
    pub adopted_on: Option<Day>,
    /// First day in force.
    pub from: Day,
    /// Last day in force; none while it has no end.
    pub until: Option<Day>,
    /// Days without a version lie between the one before and this one, and this is known.
    pub after_gap: bool,
    /// Number of the order or document that issued it, such as 国务院令第711号.
    pub number: Option<String>,
    /// How many articles it has (0 where the text is not divided into articles); none where the text was not seen.
    pub articles: Option<u16>,
    pub counting: Counting,
    /// Headings of articles in our own words, by article.
    pub headings: BTreeMap<u16, String>,
    pub public: Vec<PublicDocument>,
    /// Something of this version was not seen in a text; `note` says what.
    pub unverified: bool,
    pub note: Option<String>,
}

/// What many titles begin with and few citations write.
const STATE: &str = "中华人民共和国";

impl Law {
    /// The title as citations write it: without 中华人民共和国.
    #[must_use]
    pub fn name(&self) -> &str {
        self.title.strip_prefix(STATE).unwrap_or(&self.title)
    }

    /// `《行政复议法》第三十条第一款`
    #[must_use]
    pub fn cite(&self, article: Article) -> String {
        format!("《{}》{article}", self.name())
    }

    /// The version in force on a day, if this library has it.
    #[must_use]
    pub fn version_on(&self, day: Day) -> Option<&Version> {
        self.versions.iter().find(|version| version.is_in_force(day))
    }

    /// The version of that id.
    #[must_use]
    pub fn version(&self, id: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.id == id)
    }
}

impl Version {
    #[must_use]
    pub fn is_in_force(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Whether the version has that article; none where its text was not seen.
    #[must_use]
    pub fn has(&self, article: Article) -> Option<bool> {
        self.articles.map(|last| (1..=last).contains(&article.article))
    }

    /// What the article is about, in our own words.
    #[must_use]
    pub fn heading(&self, article: Article) -> Option<&str> {
        self.headings.get(&article.article).map(String::as_str)
    }
}
