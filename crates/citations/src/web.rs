//! The web: every citation of every document, and what it leads to.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use calendar::Day;
use law::{Article, Library, Standing};

use crate::document::{Document, State};
use crate::mention::{Known, Mention, Part, Role, read};
use crate::names::Names;

/// What is cited: a law of the library or a document, by its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    Law(usize),
    Document(usize),
}

/// What a citation leads to. 引用去向
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    To(Target),
    /// Several documents bear the name, and nothing tells which is meant.
    Several(Vec<usize>),
    /// Neither the laws nor the documents know it. The title sounds like a norm (办法, 通知 …).
    Unknown,
    /// As before, but it sounds like something else: a form, a book, a certificate.
    NoNorm,
}

/// What should be looked at in a citation that leads somewhere. 引用疑点
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// No version that was in force since the citing document has that article.
    NoArticle,
    /// The number belongs to the document that was taken, the title to another one.
    NumberAndTitle,
}

/// A citation with where it leads. 引用关系
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cited {
    /// The citing document.
    pub from: usize,
    pub mention: Mention,
    pub to: Resolved,
    pub doubt: Option<Doubt>,
}

impl Cited {
    #[must_use]
    pub fn target(&self) -> Option<Target> {
        match self.to {
            Resolved::To(target) => Some(target),
            _ => None,
        }
    }
}

/// How a law or document changes. 变动方式
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    Changed,
    Repealed,
    Lapsed,
}

impl How {
    pub const ALL: [Self; 3] = [Self::Changed, Self::Repealed, Self::Lapsed];

    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Repealed => "repealed",
            Self::Lapsed => "lapsed",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Changed => "修改",
            Self::Repealed => "废止",
            Self::Lapsed => "失效",
        }
    }

    #[must_use]
    pub fn ends(self) -> bool {
        self != Self::Changed
    }
}

/// A change of a law or document, or of one article of it, on a day. 变动
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    pub target: Target,
    pub article: Option<Article>,
    pub how: How,
    /// The first day on which it is otherwise.
    pub on: Day,
}

/// All documents with their citations. 引用网
#[derive(Debug)]
pub struct Web<'a> {
    library: Cow<'a, Library>,
    documents: Vec<Document>,
    /// What stands in each text, whatever it leads to.
    mentions: Vec<Arc<[Mention]>>,
    names: Names,
    /// By the citing document and the place in it.
    citations: Vec<Cited>,
    /// The citations of each document.
    own: Vec<Range<usize>>,
    /// Citations by what they lead to, in their order.
    citing: BTreeMap<Target, Vec<usize>>,
}

impl<'a> Web<'a> {
    #[must_use]
    pub fn of(library: &'a Library, documents: Vec<Document>) -> Self {
        Self::made(Cow::Borrowed(library), documents, &BTreeMap::new())
    }

    /// The web of a library of laws that it keeps.
    #[must_use]
    pub fn owning(library: Library, documents: Vec<Document>) -> Web<'static> {
        Web::made(Cow::Owned(library), documents, &BTreeMap::new())
    }

    /// The web of other documents; texts that stay the same are not read again.
    #[must_use]
    pub fn renewed(&self, documents: Vec<Document>) -> Self {
        let old = self.documents.iter().zip(&self.mentions);
        let old =
            old.map(|(document, mentions)| (document.id.as_str(), (&document.text, mentions))).collect();
        Self::made(self.library.clone(), documents, &old)
    }

    fn made(library: Cow<'a, Library>, documents: Vec<Document>, old: &Old<'_>) -> Self {
        let known = Known::of(&library);
        let mentions = documents.iter().map(|document| match old.get(document.id.as_str()) {
            Some((text, mentions)) if **text == document.text => Arc::clone(mentions),
            _ => Arc::from(read(&document.text, &known)),
        });
        let mentions: Vec<Arc<[Mention]>> = mentions.collect();
        let names = Names::of(&documents);
        let (citations, own, citing) = (Vec::new(), Vec::new(), BTreeMap::new());
        let mut web = Self { library, documents, mentions, names, citations, own, citing };
        for from in 0..web.documents.len() {
            let first = web.citations.len();
            let mentions = web.mentions.get(from).map(Arc::clone);
            for mention in mentions.iter().flat_map(|all| all.iter()) {
                web.put(from, mention.clone());
            }
            web.own.push(first..web.citations.len());
        }
        web
    }

    fn put(&mut self, from: usize, mention: Mention) {
        let (to, doubt) = self.resolve(from, &mention);
        if to == Resolved::To(Target::Document(from)) {
            return;
        }
        let cited = Cited { from, mention, to, doubt };
        if let Some(target) = cited.target() {
            self.citing.entry(target).or_default().push(self.citations.len());
        }
        self.citations.push(cited);
    }

    fn resolve(&self, from: usize, mention: &Mention) -> (Resolved, Option<Doubt>) {
        let day = self.documents.get(from).and_then(|document| document.from);
        let number = mention.number.as_ref().map_or(&[][..], |(head, tail)| self.names.numbered(head, tail));
        let titled = mention.title.as_deref().map_or(&[][..], |title| self.names.titled(title));
        let law = mention.title.as_deref().and_then(|title| self.law_titled(title));
        if let Some(one) = self.choose(number, day) {
            let other = !titled.is_empty() && !titled.contains(&one) || law.is_some();
            return (Resolved::To(Target::Document(one)), other.then_some(Doubt::NumberAndTitle));
        }
        if let Some(law) = law {
            return (Resolved::To(Target::Law(law)), self.article_doubt(law, mention.part, day));
        }
        // A number that no document bears names another document, whatever the title says.
        let numbered = mention.number.is_some();
        let bears = |at: &usize| self.documents.get(*at).is_some_and(|document| document.number.is_some());
        let titled: Vec<usize> = titled.iter().copied().filter(|at| !numbered || !bears(at)).collect();
        let to = match self.choose(&titled, day) {
            Some(one) => Resolved::To(Target::Document(one)),
            None if !titled.is_empty() => Resolved::Several(titled),
            None if numbered || mention.title.as_deref().is_some_and(sounds_like_a_norm) => Resolved::Unknown,
            None => Resolved::NoNorm,
        };
        (to, None)
    }

    /// The law of a title, also where the title ends with （2023年修订）.
    fn law_titled(&self, title: &str) -> Option<usize> {
        let title = crate::names::plain(title);
        let law =
            self.library.by_title(&title).or_else(|| self.library.by_title(crate::names::bare(&title)?))?;
        self.law_place(&law.id)
    }

    fn law_place(&self, id: &str) -> Option<usize> {
        self.library.laws().binary_search_by(|law| law.id.as_str().cmp(id)).ok()
    }

    fn article_doubt(&self, law: usize, part: Part, day: Option<Day>) -> Option<Doubt> {
        let articles: Vec<Article> = match part {
            Part::Whole => return None,
            Part::One(article) => vec![article],
            Part::Range(first, last) => vec![first, last],
        };
        let law = self.library.laws().get(law)?;
        let since = |until: Option<Day>| day.is_none_or(|day| until.is_none_or(|until| until >= day));
        let versions: Vec<_> = law.versions.iter().filter(|version| since(version.until)).collect();
        let lacks = |article: &Article| versions.iter().all(|version| version.has(*article) == Some(false));
        (!versions.is_empty() && articles.iter().any(lacks)).then_some(Doubt::NoArticle)
    }

    /// The one of several documents of a name that a document of a day means: the newest in force then, else, where
    /// none was, the only one there is.
    fn choose(&self, candidates: &[usize], day: Option<Day>) -> Option<usize> {
        if let [one] = candidates {
            return Some(*one);
        }
        let known =
            candidates.iter().filter_map(|at| self.documents.get(*at).map(|document| (*at, document)));
        let fits = |document: &Document| match day {
            Some(day) => document.is_in_force(day),
            None => document.state == State::InForce,
        };
        let fitting: Vec<(usize, Option<Day>)> =
            known.filter(|(_, document)| fits(document)).map(|(at, document)| (at, document.from)).collect();
        let newest = fitting.iter().map(|(_, from)| *from).max()?;
        let mut newest = fitting.iter().filter(|(_, from)| *from == newest);
        let one = newest.next()?;
        newest.next().is_none().then_some(one.0)
    }

    #[must_use]
    pub fn library(&self) -> &Library {
        &self.library
    }

    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Every citation, by document and place.
    #[must_use]
    pub fn citations(&self) -> &[Cited] {
        &self.citations
    }

    /// What a document cites, in the order of its text.
    #[must_use]
    pub fn cites(&self, document: usize) -> &[Cited] {
        let own = self.own.get(document).cloned().unwrap_or_default();
        self.citations.get(own).unwrap_or_default()
    }

    /// The same with their places among all citations.
    pub(crate) fn cites_with_places(&self, document: usize) -> impl Iterator<Item = (usize, &Cited)> {
        let own = self.own.get(document).cloned().unwrap_or_default();
        own.filter_map(|at| Some((at, self.citations.get(at)?)))
    }

    /// The places among all citations of those that lead to a law or document.
    #[must_use]
    pub fn citing(&self, target: Target) -> &[usize] {
        self.citing.get(&target).map_or(&[], Vec::as_slice)
    }

    /// Who cites a law or document.
    pub fn cited_by(&self, target: Target) -> impl Iterator<Item = &Cited> {
        self.citing(target).iter().filter_map(|at| self.citations.get(*at))
    }

    /// Citations of a title or number that leads nowhere.
    pub fn cited_in_vain(&self, name: &str) -> impl Iterator<Item = &Cited> {
        let (title, number) = (crate::names::plain(name), crate::numbers::canonical(name));
        let unknown = self.citations.iter().filter(|cited| cited.target().is_none());
        unknown.filter(move |cited| {
            let mention = &cited.mention;
            let by_title = mention.title.as_deref().is_some_and(|own| crate::names::plain(own) == title);
            by_title || number.is_some() && mention.written_number() == number
        })
    }

    /// A law or document by any of its names: id, title, number.
    #[must_use]
    pub fn find(&self, name: &str) -> Vec<Target> {
        let by_id = self.law_place(name).or_else(|| self.law_titled(name)).map(Target::Law);
        if let Some(law) = by_id {
            return vec![law];
        }
        let ids =
            (0..self.documents.len()).filter(|at| self.documents.get(*at).is_some_and(|one| one.id == name));
        let mut found: Vec<usize> = ids.collect();
        let number = crate::numbers::canonical(name);
        if let Some((head, tail)) = number.as_deref().and_then(|number| number.split_once('〔')) {
            found.extend(self.names.numbered(head, &format!("〔{tail}")));
        }
        if found.is_empty() {
            found.extend(self.names.titled(name));
        }
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(Target::Document).collect()
    }

    /// What a law or document is called.
    #[must_use]
    pub fn called(&self, target: Target) -> String {
        match target {
            Target::Law(at) => self.library.laws().get(at).map(|law| format!("《{}》", law.name())),
            Target::Document(at) => self.documents.get(at).map(Document::called),
        }
        .unwrap_or_default()
    }

    /// Whether a law's or document's force is over on a day.
    #[must_use]
    pub fn has_ended(&self, target: Target, day: Day) -> bool {
        match target {
            Target::Law(at) => {
                self.library.laws().get(at).is_some_and(|law| {
                    matches!(self.library.in_force_on(&law.title, day), Standing::Ended(..))
                })
            }
            Target::Document(at) => self.documents.get(at).is_some_and(|document| document.has_ended(day)),
        }
    }

    /// Citations, in documents in force on a day, of what is over on that day; not those that end it.
    pub fn stale(&self, day: Day) -> impl Iterator<Item = &Cited> {
        self.citations.iter().filter(move |cited| {
            cited.mention.role != Role::Repeals
                && self.documents.get(cited.from).is_some_and(|document| document.is_in_force(day))
                && cited.target().is_some_and(|target| self.has_ended(target, day))
        })
    }

    /// What changes, is repealed or lapses from a day to another one, both included, by day.
    #[must_use]
    pub fn changes(&self, from: Day, to: Day) -> Vec<Change> {
        let mut made = Vec::new();
        for (at, law) in self.library.laws().iter().enumerate() {
            let target = Target::Law(at);
            for (number, version) in law.versions.iter().enumerate() {
                let is_first = number == 0 && law.since.is_none_or(|since| since >= version.from);
                if !is_first {
                    made.push(Change { target, article: None, how: How::Changed, on: version.from });
                }
            }
            if let Some(until) = law.versions.last().and_then(|version| version.until) {
                made.push(Change { target, article: None, how: How::Repealed, on: until.next() });
            }
        }
        for (at, document) in self.documents.iter().enumerate() {
            let how = if document.state == State::Repealed { How::Repealed } else { How::Lapsed };
            let target = Target::Document(at);
            made.extend(document.until.map(|until| Change { target, article: None, how, on: until.next() }));
        }
        made.retain(|change| (from..=to).contains(&change.on));
        made.sort_by_key(|change| (change.on, change.target));
        made
    }
}

/// Documents by id, with their texts and what stands in those.
type Old<'o> = BTreeMap<&'o str, (&'o String, &'o Arc<[Mention]>)>;

/// Whether a title is one that laws, rules and documents bear.
fn sounds_like_a_norm(title: &str) -> bool {
    const ENDINGS: [&str; 26] = [
        "法", "条例", "办法", "规定", "细则", "规则", "决定", "意见", "通知", "方案", "解释", "规范", "标准",
        "准则", "规程", "章程", "纲要", "规划", "批复", "公告", "通告", "措施", "指引", "目录", "清单",
        "基准",
    ];
    let title = crate::names::plain(title);
    let title = crate::names::bare(&title).unwrap_or(&title);
    ENDINGS.iter().any(|ending| title.ends_with(ending))
}
