//! The library as it is asked: lists with what must be looked at and why, a document with what it cites and who cites it,
//! what must be looked at when a law or document changes. To the public only what is public is shown and counted.

use std::collections::BTreeSet;

use calendar::Day;
use citations::{Change, Cited, Consequence, Doubt, How, Resolved, Role, State, Target};
use law::Article;

use crate::error::{AppError, Result};
use crate::library::{Held, Origin, Shelves};
use crate::library_asked::{LibraryAsked, Need, Standing};
use crate::platform::Platform;
use crate::visible::{Viewer, Visible};

/// A document in a list. 文件库条目
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryLine {
    pub id: String,
    pub title: String,
    pub number: Option<String>,
    pub organ: String,
    pub from: Option<Day>,
    pub until: Option<Day>,
    /// 现行有效, 尚未施行, 废止 or 失效.
    pub standing: &'static str,
    /// The last day, where it lies in the quarter.
    pub lapses_on: Option<Day>,
    /// What it was made on that changed since: 《行政处罚法》自2021年7月15日起修改.
    pub basis_changed: Vec<String>,
    /// What it cites that is over.
    pub cites_ended: Vec<String>,
    /// Why its text was not read.
    pub fault: Option<String>,
    pub is_public: bool,
}

impl LibraryLine {
    /// The headings of [`Self::cells`].
    pub const HEAD: [&'static str; 9] = [
        "文件名称",
        "文号",
        "制定机关",
        "施行日",
        "有效期至",
        "效力",
        "本季度到期",
        "依据的变动",
        "引用的不再有效的",
    ];

    #[must_use]
    pub fn cells(&self) -> [String; 9] {
        let day = |day: Option<Day>| day.map_or(String::new(), |day| day.to_string());
        [
            self.title.clone(),
            self.number.clone().unwrap_or_default(),
            self.organ.clone(),
            day(self.from),
            day(self.until),
            self.standing.to_owned(),
            day(self.lapses_on),
            self.basis_changed.join("；"),
            self.cites_ended.join("；"),
        ]
    }

    fn has(&self, need: Need) -> bool {
        match need {
            Need::Lapses => self.lapses_on.is_some(),
            Need::BasisChanged => !self.basis_changed.is_empty(),
            Need::CitesEnded => !self.cites_ended.is_empty(),
            Need::Any => {
                self.lapses_on.is_some() || !self.basis_changed.is_empty() || !self.cites_ended.is_empty()
            }
        }
    }
}

/// A list of the library. 文件库列表
#[derive(Clone, Debug)]
pub struct LibraryPage {
    pub on: Day,
    pub lines: Vec<LibraryLine>,
    /// How many the filter gives, all pages together.
    pub count: usize,
    /// The id after which the next page begins.
    pub next: Option<String>,
    /// Among those in force that the reader may see: how many need a look, by why.
    pub needs: Vec<(Need, usize)>,
    /// Id and name of the organs that have documents here.
    pub organs: Vec<(String, String)>,
}

/// What a citation leads to, for a link. 引用去向
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leads {
    Law(String),
    Document(String),
    Nowhere,
}

/// A citation as it is shown. 引用行
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitedLine {
    /// The citing document: id and name.
    pub from: (String, String),
    /// The line of its text, from 1.
    pub line: usize,
    pub role: Role,
    /// What is cited, with the article.
    pub to: String,
    pub leads: Leads,
    /// What is to be checked: that there is no such article, that it changed since.
    pub remark: Option<String>,
}

/// A document or law that changes, and the documents that must be looked at. 变动的影响
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fallout {
    pub of: String,
    pub leads: Leads,
    pub how: How,
    pub on: Day,
    pub article: Option<Article>,
    pub affected: Vec<AffectedLine>,
}

/// A document that must be looked at, with the citations that say why. 要看的文件
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AffectedLine {
    pub id: String,
    pub name: String,
    pub organ: String,
    pub consequence: Consequence,
    pub why: Vec<CitedLine>,
}

/// A document on its page. 文件页
#[derive(Clone, Debug)]
pub struct LibraryDocument {
    pub line: LibraryLine,
    /// Its case, for whoever may see that.
    pub case: Option<String>,
    pub organ_id: String,
    pub cites: Vec<CitedLine>,
    pub cited_by: Vec<CitedLine>,
    pub fallout: Fallout,
}

/// A law on its page in the library. 法律页
#[derive(Clone, Debug)]
pub struct LibraryLaw {
    pub id: String,
    pub title: String,
    /// First and last day of each version.
    pub versions: Vec<(Day, Option<Day>)>,
    pub cited_by: Vec<CitedLine>,
    pub fallout: Fallout,
}

/// How something is thought to change: today and repealed, where nothing else is asked. 设想的变动
#[derive(Clone, Debug, Default)]
pub struct Supposed {
    pub on: Option<Day>,
    pub how: Option<How>,
    pub article: Option<Article>,
}

const PAGE: usize = 50;

/// The library before one reader on one day.
pub(crate) struct Reading<'a> {
    shelves: &'a Shelves,
    visible: Visible,
    on: Day,
}

impl Platform {
    /// A page of the library; nothing while it is still being read.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn library(
        &self,
        viewer: Viewer<'_>,
        asked: &LibraryAsked,
        after: Option<&str>,
    ) -> Result<Option<LibraryPage>> {
        self.reading(viewer, asked.on, |reading| {
            let all = reading.lines(asked);
            let count = all.len();
            let begin = after.and_then(|id| all.iter().position(|line| line.id == id)).map_or(0, |at| at + 1);
            let more = count > begin + PAGE;
            let lines: Vec<LibraryLine> = all.into_iter().skip(begin).take(PAGE).collect();
            let next = lines.last().filter(|_| more).map(|line| line.id.clone());
            let (needs, organs) = (reading.needs(&asked.organ), reading.organs(self));
            Ok(LibraryPage { on: reading.on, lines, count, next, needs, organs })
        })
    }

    /// All that a filter gives, as a file of a spreadsheet (XLSX), and how many documents are in it.
    ///
    /// # Errors
    /// The library is still being read; the file cannot be made.
    pub fn library_sheet(&self, viewer: Viewer<'_>, asked: &LibraryAsked) -> Result<(Vec<u8>, usize)> {
        let lines =
            self.reading(viewer, asked.on, |reading| Ok(reading.lines(asked)))?.ok_or_else(not_read)?;
        let rows = lines.iter().map(|line| line.cells().map(sheets::Cell::Text).to_vec()).collect();
        let page = sheets::Page {
            name: "文件库".to_owned(),
            headings: LibraryLine::HEAD.map(str::to_owned).to_vec(),
            rows,
            ..sheets::Page::default()
        };
        let bytes = sheets::write_book(&[page]).map_err(|fault| AppError::Unfit(vec![fault]))?;
        Ok((bytes, lines.len()))
    }

    /// A document with its citations both ways and what its change means; nothing while the library is being read.
    ///
    /// # Errors
    /// There is no such document, or not for this reader.
    pub fn library_document(
        &self,
        viewer: Viewer<'_>,
        id: &str,
        supposed: &Supposed,
    ) -> Result<Option<LibraryDocument>> {
        self.reading(viewer, None, |reading| {
            let shelves = reading.shelves;
            let missing = || AppError::not_found("文件库里的这个文件");
            let at = shelves.place(id).filter(|at| reading.sees(*at)).ok_or_else(missing)?;
            let held = shelves.held.get(at).ok_or_else(missing)?;
            let line = reading.line(at).ok_or_else(missing)?;
            let case = match &held.origin {
                Origin::Case(row) if reading.visible.sees(row) => Some(row.id.clone()),
                _ => None,
            };
            Ok(LibraryDocument {
                line,
                case,
                organ_id: held.organ().to_owned(),
                cites: shelves.web.cites(at).iter().map(|cited| reading.cited(cited)).collect(),
                cited_by: reading.citing(Target::Document(at)),
                fallout: reading.supposed(Target::Document(at), supposed),
            })
        })
    }

    /// A law with who cites it and what its change means; nothing while the library is being read.
    ///
    /// # Errors
    /// The library of laws has no such law.
    pub fn library_law(
        &self,
        viewer: Viewer<'_>,
        id: &str,
        supposed: &Supposed,
    ) -> Result<Option<LibraryLaw>> {
        self.reading(viewer, None, |reading| {
            let laws = reading.shelves.web.library().laws();
            let missing = || AppError::not_found(format!("法律库里的“{id}”"));
            let at = laws.iter().position(|law| law.id == id).ok_or_else(missing)?;
            let law = laws.get(at).ok_or_else(missing)?;
            Ok(LibraryLaw {
                id: law.id.clone(),
                title: law.title.clone(),
                versions: law.versions.iter().map(|version| (version.from, version.until)).collect(),
                cited_by: reading.citing(Target::Law(at)),
                fallout: reading.supposed(Target::Law(at), supposed),
            })
        })
    }

    /// What changes, is repealed or lapses in the quarter of a day and which documents must be looked at for it; what
    /// touches no document is left out. Nothing while the library is being read.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn library_changes(
        &self,
        viewer: Viewer<'_>,
        on: Option<Day>,
    ) -> Result<Option<(Day, Vec<Fallout>)>> {
        self.reading(viewer, on, |reading| {
            let (first, last) = quarter(reading.on);
            let changes = reading.shelves.web.changes(first, last);
            let seen = changes.iter().filter(|change| match change.target {
                Target::Law(_) => true,
                Target::Document(at) => reading.sees(at),
            });
            let made = seen.map(|change| reading.fallout(change)).filter(|one| !one.affected.is_empty());
            Ok((first, made.collect()))
        })
    }

    /// All citations of the library for who keeps the data: `ask` gets the web and, by document, its organ's id.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn with_web<T>(&self, ask: impl FnOnce(&citations::Web<'static>) -> T) -> Result<T> {
        let shelves = self.shelves()?.ok_or_else(not_read)?;
        Ok(ask(&shelves.web))
    }

    pub(crate) fn reading<T>(
        &self,
        viewer: Viewer<'_>,
        on: Option<Day>,
        ask: impl FnOnce(&Reading<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let Some(shelves) = self.shelves()? else { return Ok(None) };
        let visible = self.visible(viewer)?;
        ask(&Reading { shelves: &shelves, visible, on: on.unwrap_or_else(|| self.today()) }).map(Some)
    }
}

pub(crate) fn not_read() -> AppError {
    AppError::wrong("library", "文件库正在读入，还没有准备好", "请过一会儿再试。")
}

/// The first and the last day of the quarter of a day.
fn quarter(day: Day) -> (Day, Day) {
    let first = Day::from_ymd(day.year(), (day.month() - 1) / 3 * 3 + 1, 1).unwrap_or(day);
    (first, first.plus_months(3).previous())
}

impl Reading<'_> {
    fn held(&self, at: usize) -> Option<&Held> {
        self.shelves.held.get(at)
    }

    /// Whether the reader may see a document: it is public, or its case may be seen.
    fn sees(&self, at: usize) -> bool {
        self.held(at).is_some_and(|held| {
            held.is_public
                || match &held.origin {
                    Origin::Case(row) => self.visible.sees(row),
                    Origin::Entry { organ, .. } => self.visible.organ() == Some(organ.as_str()),
                }
        })
    }

    /// What a filter gives, the newest first.
    pub fn lines(&self, asked: &LibraryAsked) -> Vec<LibraryLine> {
        let find = asked.find.trim();
        let documents = self.shelves.web.documents().iter().enumerate();
        let fits = |at: usize, document: &citations::Document| {
            let is_found = || {
                let number = document.number.as_deref().is_some_and(|number| number.contains(find));
                find.is_empty() || document.title.contains(find) || number
            };
            let of_organ =
                || asked.organ.is_empty() || self.held(at).is_some_and(|held| held.organ() == asked.organ);
            is_found() && of_organ() && self.stands(document, asked.standing) && self.sees(at)
        };
        let found = documents.filter(|(at, document)| fits(*at, document)).map(|(at, _)| at);
        let lines = found.filter_map(|at| self.line(at));
        let mut lines: Vec<LibraryLine> =
            lines.filter(|line| asked.need.is_none_or(|need| line.has(need))).collect();
        lines.sort_by(|one, other| other.from.cmp(&one.from).then_with(|| one.id.cmp(&other.id)));
        lines
    }

    fn stands(&self, document: &citations::Document, standing: Standing) -> bool {
        match standing {
            Standing::All => true,
            Standing::InForce => self.is_in_force(document),
            Standing::Ended => document.has_ended(self.on),
            Standing::NotYet => !self.is_in_force(document) && !document.has_ended(self.on),
        }
    }

    /// One without a first day is still being made.
    fn is_in_force(&self, document: &citations::Document) -> bool {
        document.from.is_some() && document.is_in_force(self.on)
    }

    fn needs(&self, organ: &str) -> Vec<(Need, usize)> {
        let all = self.lines(&LibraryAsked { organ: organ.to_owned(), ..LibraryAsked::default() });
        Need::ALL.into_iter().map(|need| (need, all.iter().filter(|line| line.has(need)).count())).collect()
    }

    fn organs(&self, platform: &Platform) -> Vec<(String, String)> {
        let seen = (0..self.shelves.held.len()).filter(|at| self.sees(*at));
        let ids: BTreeSet<&str> = seen.filter_map(|at| self.held(at)).map(Held::organ).collect();
        let name = |id: &str| platform.organ(id).map_or_else(|_| id.to_owned(), |organ| organ.name);
        ids.into_iter().map(|id| (id.to_owned(), name(id))).collect()
    }

    fn line(&self, at: usize) -> Option<LibraryLine> {
        let (document, held) = (self.shelves.web.documents().get(at)?, self.held(at)?);
        let is_in_force = self.is_in_force(document);
        let standing = match document.state {
            _ if is_in_force => "现行有效",
            _ if !document.has_ended(self.on) => "尚未施行",
            State::Repealed => "废止",
            State::InForce | State::Lapsed => "失效",
        };
        let (first, last) = quarter(self.on);
        let lapses_on = document.until.filter(|until| (first..=last).contains(until));
        let (mut basis_changed, mut cites_ended) = (Vec::new(), Vec::new());
        let outdated = if is_in_force { self.shelves.web.outdated(at, self.on) } else { Vec::new() };
        for one in outdated {
            let Some(cited) = self.shelves.web.citations().get(one.citation) else { continue };
            let Some(target) = cited.target() else { continue };
            let told = format!("{}自{}起{}", self.called(target), one.on.chinese(), one.how.label());
            if cited.mention.role == Role::Basis && !basis_changed.contains(&told) {
                basis_changed.push(told.clone());
            }
            if one.how.ends() && !cites_ended.contains(&told) {
                cites_ended.push(told);
            }
        }
        Some(LibraryLine {
            id: document.id.clone(),
            title: document.title.clone(),
            number: document.number.clone(),
            organ: document.organ.clone(),
            from: document.from,
            until: document.until,
            standing,
            lapses_on,
            basis_changed,
            cites_ended,
            fault: held.fault.clone(),
            is_public: held.is_public,
        })
    }

    /// What a target is called; one that the reader may not see is not named beyond what a text says of it.
    fn called(&self, target: Target) -> String {
        match target {
            Target::Document(at) if !self.sees(at) => "一个不公开的文件".to_owned(),
            target => self.shelves.web.called(target),
        }
    }

    fn leads(&self, target: Target) -> Leads {
        match target {
            Target::Law(at) => {
                let law = self.shelves.web.library().laws().get(at);
                law.map_or(Leads::Nowhere, |law| Leads::Law(law.id.clone()))
            }
            Target::Document(at) if self.sees(at) => {
                let document = self.shelves.web.documents().get(at);
                document.map_or(Leads::Nowhere, |document| Leads::Document(document.id.clone()))
            }
            Target::Document(_) => Leads::Nowhere,
        }
    }

    fn citing(&self, target: Target) -> Vec<CitedLine> {
        let seen = self.shelves.web.cited_by(target).filter(|cited| self.sees(cited.from));
        seen.map(|cited| self.cited(cited)).collect()
    }

    fn cited(&self, cited: &Cited) -> CitedLine {
        let document = self.shelves.web.documents().get(cited.from);
        let text = document.map_or("", |one| one.text.as_str());
        let line = text.chars().take(cited.mention.chars.start).filter(|letter| *letter == '\n').count() + 1;
        let part = cited.mention.part.words();
        let written = written(cited);
        let (to, leads, remark) = match &cited.to {
            Resolved::To(target) => {
                let name = match self.leads(*target) {
                    Leads::Nowhere => written,
                    _ => self.called(*target),
                };
                (format!("{name}{part}"), self.leads(*target), self.remark(cited, *target))
            }
            Resolved::Several(_) => (
                format!("{written}{part}"),
                Leads::Nowhere,
                Some("文件库里有几个同名的，分不出是哪一个".to_owned()),
            ),
            Resolved::Unknown => {
                (format!("{written}{part}"), Leads::Nowhere, Some("法律库、文件库里都没有".to_owned()))
            }
            Resolved::NoNorm => (format!("{written}{part}"), Leads::Nowhere, None),
        };
        let from = document.map_or_else(Default::default, |one| (one.id.clone(), one.called()));
        CitedLine { from, line, role: cited.mention.role, to, leads, remark }
    }

    fn remark(&self, cited: &Cited, target: Target) -> Option<String> {
        let doubt = cited.doubt.map(|doubt| match doubt {
            Doubt::NoArticle => "没有这一条",
            Doubt::NumberAndTitle => "文号和标题不是同一个文件",
        });
        let is_over = cited.mention.role != Role::Repeals && self.shelves.web.has_ended(target, self.on);
        let over = is_over.then_some("已经不再有效");
        let both: Vec<&str> = doubt.into_iter().chain(over).collect();
        (!both.is_empty()).then(|| both.join("；"))
    }

    fn supposed(&self, target: Target, supposed: &Supposed) -> Fallout {
        let on = supposed.on.unwrap_or(self.on);
        let how = supposed.how.unwrap_or(How::Repealed);
        self.fallout(&Change { target, article: supposed.article, how, on })
    }

    fn fallout(&self, change: &Change) -> Fallout {
        let affected = self.shelves.web.affected(change).into_iter().filter(|one| self.sees(one.document));
        let line = |one: citations::Affected| {
            let document = self.shelves.web.documents().get(one.document)?;
            let chain = one.chain.iter().filter_map(|at| self.shelves.web.citations().get(*at));
            Some(AffectedLine {
                id: document.id.clone(),
                name: document.called(),
                organ: document.organ.clone(),
                consequence: one.consequence,
                why: chain.filter(|cited| self.sees(cited.from)).map(|cited| self.cited(cited)).collect(),
            })
        };
        Fallout {
            of: self.called(change.target),
            leads: self.leads(change.target),
            how: change.how,
            on: change.on,
            article: change.article,
            affected: affected.filter_map(line).collect(),
        }
    }
}

/// What stands in the text.
fn written(cited: &Cited) -> String {
    match (&cited.mention.title, cited.mention.written_number()) {
        (Some(title), Some(number)) => format!("《{title}》（{number}）"),
        (Some(title), None) => format!("《{title}》"),
        (None, number) => number.unwrap_or_default(),
    }
}
