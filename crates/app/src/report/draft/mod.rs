//! The draft of a yearly report: its sections written by hand, with figures by reference; in versions, by several people at
//! once; looked at by the auditor at each save; and taken over, as it went to vetting, by the acts of its procedure.

mod cells;
mod checking;
mod comments;
mod differ;
mod editing;
mod edition;
mod public;
mod resolve;
mod taking;
mod text;

use std::collections::BTreeMap;

use calendar::Day;
use norms::Value;
use packs::procedures::ReportActs;
use store::account;
use store::report_draft::{self as kept, Aside, ReportDraft, SectionText};

use crate::actor::Actor;
use crate::authority::Asking;
use crate::case::CaseFile;
use crate::clock::local_time;
use crate::error::{AppError, Result};
use crate::kept_own::opened;
use crate::platform::Platform;
use crate::report::{AnnualReport, FormTable, Kind, Paragraph, Piece, Section};
use crate::visible::CaseFilter;

pub use cells::{CellPosted, TablePosted, TableSheet};
pub use checking::{Checked, DraftFinding};
pub use comments::CommentLine;
pub use differ::Change;
pub use editing::{Conflict, FigureChoice, Saved, SectionPage, VersionsPage};
pub use edition::EditionLine;
pub use public::{PublicFigure, PublicFile, PublicLine, PublicPage, PublicPiece, PublicSection, PublicTable};
pub use taking::{ReportStep, TakeReport};
pub use text::Stated;

use resolve::Sources;

/// How many drafts a page lists, and how many texts that stand aside are read.
const PAGE: usize = 50;
const MOST_ASIDE: u32 = 200;

/// A draft in a list. 报告稿
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftLine {
    pub case: String,
    pub number: String,
    pub title: String,
    pub phase: String,
    /// Its sections are there to be written.
    pub is_begun: bool,
}

/// A draft on its page. 报告稿
#[derive(Clone, Debug)]
pub struct DraftView {
    pub case: String,
    pub number: String,
    /// Id and name.
    pub organ: (String, String),
    pub year: i32,
    pub title: String,
    /// On what its sections rest, in words.
    pub basis: String,
    /// None until somebody begins it.
    pub begun: Option<Begun>,
    /// Whether it is the reader's to write.
    pub may_write: bool,
    /// Its text is settled: what is written now goes into no report any more.
    pub is_settled: bool,
    pub steps: Vec<ReportStep>,
}

/// What there is of a draft once it is begun. 已经起草的部分
#[derive(Clone, Debug)]
pub struct Begun {
    /// The last day whose records are counted, and whether somebody chose it.
    pub as_of: Day,
    pub is_chosen: bool,
    pub scope: String,
    pub sections: Vec<DraftSection>,
    pub editions: Vec<EditionLine>,
}

/// A section of a draft. 章节
#[derive(Clone, Debug)]
pub struct DraftSection {
    pub id: String,
    pub heading: String,
    /// 1 for the five required parts, 2 for the parts of the first.
    pub level: u8,
    /// Nothing is written under the heading itself.
    pub is_heading: bool,
    /// The report may not be without it.
    pub is_required: bool,
    pub text: Option<TextVersion>,
    pub aside: Vec<AsideText>,
    pub open_comments: usize,
    /// Its fixed tables as they stand.
    pub tables: Vec<FormTable>,
}

/// A version of a section. 章节稿次
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextVersion {
    pub number: i64,
    pub base: i64,
    pub is_aside: bool,
    pub by: String,
    pub at: String,
    /// None where it is sealed under a key that is not at hand.
    pub text: Option<String>,
}

/// A text that was written upon a version that was not the last any more. 并列文稿
pub type AsideText = TextVersion;

/// A draft with what reading and writing it needs.
struct Loaded {
    acts: ReportActs,
    file: CaseFile,
    year: i32,
    row: Option<ReportDraft>,
    texts: Vec<SectionText>,
    aside: Vec<SectionText>,
}

impl Loaded {
    fn kind(&self) -> Kind<'_> {
        Kind { procedure: &self.file.pack.file.procedure.id, form: &self.acts.form }
    }
}

impl Platform {
    /// The cases of an officer's organ in which a report is drafted, the latest first.
    ///
    /// # Errors
    /// The account is no officer's; the store cannot be read.
    pub fn report_drafts(&self, actor: &Actor) -> Result<Vec<DraftLine>> {
        crate::desk::officer_organ(actor)?;
        let packs = self.rules().packs.iter().filter(|pack| pack.file.report.is_some());
        let mut procedures: Vec<&str> = packs.map(|pack| pack.file.procedure.id.as_str()).collect();
        procedures.dedup();
        let mut made = Vec::new();
        for procedure in procedures {
            let filter = CaseFilter { procedure: Some(procedure.to_owned()), ..CaseFilter::default() };
            let (lines, _) = self.case_list(actor, &filter, None)?;
            for line in lines.into_iter().take(PAGE) {
                let is_begun = self.store().read(|reader| kept::get(reader, &line.case))?.is_some();
                made.push(DraftLine {
                    case: line.case,
                    number: line.number,
                    title: line.title,
                    phase: line.phase,
                    is_begun,
                });
            }
        }
        Ok(made)
    }

    /// Whether a report is drafted in a case and an act of it takes the draft over: then it is done from the draft's page.
    ///
    /// # Errors
    /// The case is not the actor's to read.
    pub fn report_takes(&self, actor: &Actor, case: &str, act: &str) -> Result<bool> {
        self.readable(actor, case, |reader, file| {
            Ok(is_taking(file, act) && kept::get(reader, case)?.is_some())
        })
    }

    /// Whether a case is one in which a report is drafted.
    ///
    /// # Errors
    /// The case is not the actor's to read.
    pub fn has_report(&self, actor: &Actor, case: &str) -> Result<bool> {
        self.readable(actor, case, |_, file| Ok(file.pack.file.report.is_some()))
    }

    /// The draft in a case: begun or not, with its sections as they stand.
    ///
    /// # Errors
    /// The account is no officer's; the case is not theirs to read, or no report is drafted in it.
    pub fn report_draft(&self, actor: &Actor, case: &str) -> Result<DraftView> {
        let loaded = self.loaded(actor, case)?;
        let organ = self.organ(&loaded.file.row.organ)?;
        let begun = match &loaded.row {
            Some(row) => Some(self.begun(&loaded, row)?),
            None => None,
        };
        Ok(DraftView {
            case: case.to_owned(),
            number: loaded.file.row.number.clone().unwrap_or_default(),
            title: crate::report::title(&loaded.acts.form, &organ.name, loaded.year),
            basis: loaded.acts.form.basis.clone(),
            organ: (organ.id, organ.name),
            year: loaded.year,
            begun,
            may_write: self.may_write(actor, &loaded)?,
            is_settled: done(&loaded.file, loaded.acts.settled.act).is_some(),
            steps: self.report_steps(actor, &loaded)?,
        })
    }

    fn begun(&self, loaded: &Loaded, row: &ReportDraft) -> Result<Begun> {
        let mut sources = self.sources(loaded, None)?;
        sources.fill(&self.texts(&row.case, &table_texts(&loaded.texts))?);
        let comments = self.comment_rows(&row.case)?;
        let mut sections = Vec::new();
        for (section, level) in flat(&sources.report.sections) {
            let own = |one: &&SectionText| one.section == section.id;
            let aside = loaded.aside.iter().filter(own).map(|one| self.version(&row.case, one));
            let open = comments
                .iter()
                .filter(|one| one.section == section.id && one.answers.is_none() && one.closed_at.is_none());
            let text = loaded.texts.iter().find(own).map(|one| self.version(&row.case, one));
            sections.push(DraftSection {
                is_heading: !section.parts.is_empty(),
                is_required: level == 1 && self.is_required(loaded, &section.id),
                id: section.id.clone(),
                heading: section.heading.clone(),
                level,
                text: text.transpose()?,
                aside: aside.collect::<Result<_>>()?,
                open_comments: open.count(),
                tables: section.tables.clone(),
            });
        }
        Ok(Begun {
            as_of: sources.report.as_of,
            is_chosen: row.as_of.is_some(),
            scope: sources.report.scope.clone(),
            sections,
            editions: self.edition_lines(&row.case)?,
        })
    }

    /// Whether the act that settles the report wants a section.
    fn is_required(&self, loaded: &Loaded, section: &str) -> bool {
        let procedure = &loaded.file.pack.file.procedure;
        let field = loaded.acts.settled.field(section);
        let act = procedure.act_of(loaded.acts.settled.act);
        act.is_some_and(|act| act.fields.iter().any(|one| Some(one.id.as_str()) == field && one.required))
    }

    /// Reads a case of a report with its draft; for officers who may read the case.
    fn loaded(&self, actor: &Actor, case: &str) -> Result<Loaded> {
        crate::desk::officer_organ(actor)?;
        self.readable(actor, case, |reader, file| {
            let acts = file.pack.file.report.clone();
            let acts = acts.ok_or_else(|| AppError::not_found("本案的报告稿"))?;
            let year = year_of(file, &acts).ok_or_else(|| AppError::not_found("本案的报告年度"))?;
            Ok(Loaded {
                acts,
                year,
                row: kept::get(reader, case)?,
                texts: kept::texts_now(reader, case)?,
                aside: kept::texts_aside(reader, case, MOST_ASIDE)?,
                file: file.clone(),
            })
        })
    }

    /// The same of a draft that is begun.
    fn loaded_begun(&self, actor: &Actor, case: &str) -> Result<(Loaded, ReportDraft)> {
        let loaded = self.loaded(actor, case)?;
        let row = loaded.row.clone();
        let row =
            row.ok_or_else(|| AppError::wrong("not_begun", "报告稿还没有建立", "请先在起草页开始起草。"))?;
        Ok((loaded, row))
    }

    /// Whether the draft is somebody's to write: whose it is to do the act by which it goes to vetting.
    fn may_write(&self, actor: &Actor, loaded: &Loaded) -> Result<bool> {
        let file = &loaded.file;
        let Some(act) = file.pack.file.procedure.act_of(loaded.acts.drafted.act) else { return Ok(false) };
        let asking = Asking { file, act, on: self.today(), record: None, party: None };
        self.store().read(|reader| Ok(self.is_theirs(reader, actor, &asking)))
    }

    /// Only whose it is may write, and only what is not settled yet.
    fn must_write(&self, actor: &Actor, loaded: &Loaded) -> Result<()> {
        let file = &loaded.file;
        let act = file.pack.file.procedure.act_of(loaded.acts.drafted.act);
        let act = act.ok_or_else(|| AppError::not_found("事项"))?;
        let asking = Asking { file, act, on: self.today(), record: None, party: None };
        self.store().read(|reader| self.may_act(reader, actor, &asking))?;
        if done(file, loaded.acts.settled.act).is_some() {
            let help = "审定有误的，先在案件页更正审定的事项，再修改。";
            return Err(AppError::wrong("settled", "报告已经审定，文稿不再修改", help));
        }
        Ok(())
    }

    /// Where a report is drafted on the platform, its acts are done from the draft.
    pub(crate) fn must_not_be_drafted(&self, case: &str) -> Result<()> {
        if self.store().read(|reader| kept::get(reader, case))?.is_none() {
            return Ok(());
        }
        let help = format!("请在起草页（/reports/drafts/{case}）办理：文字和文件从报告稿取。");
        Err(AppError::wrong("drafted", "本案的报告在平台上起草，这一步从报告稿办理", help))
    }

    /// The figures of a draft, as of its own day or another.
    fn sources<'a>(&'a self, loaded: &'a Loaded, as_of: Option<Day>) -> Result<Sources<'a>> {
        let organ = self.organ(&loaded.file.row.organ)?;
        let chosen = loaded.row.as_ref().and_then(|row| row.as_of).and_then(Day::from_number);
        // A day that is over: what was seen while writing is what goes to vetting.
        let yesterday = Day::from_number(self.today().number() - 1).unwrap_or_else(|| self.today());
        let as_of = as_of.or(chosen).unwrap_or(yesterday);
        Sources::new(self, loaded.kind(), organ, (loaded.year, as_of))
    }

    /// What is written in each section, as far as it can be read.
    fn texts(&self, case: &str, rows: &[SectionText]) -> Result<BTreeMap<String, String>> {
        let mut made = BTreeMap::new();
        for row in rows {
            let text = self.opened_text(case, row).ok_or_else(unreadable)?;
            made.insert(row.section.clone(), text);
        }
        Ok(made)
    }

    fn opened_text(&self, case: &str, row: &SectionText) -> Option<String> {
        let held = self.inner().held();
        opened(held.ready(), &text_place(case, &row.section, &row.number.to_string()), &row.text)
    }

    fn version(&self, case: &str, row: &SectionText) -> Result<TextVersion> {
        Ok(TextVersion {
            number: row.number,
            base: row.base,
            is_aside: row.aside != Aside::No,
            by: self.name_of(&row.account)?,
            at: local_time(row.saved_at),
            text: self.opened_text(case, row),
        })
    }

    /// The name of an account.
    fn name_of(&self, id: &str) -> Result<String> {
        let found = self.store().read(|reader| account::get(reader, id))?;
        Ok(found.map_or_else(|| id.to_owned(), |account| account.name))
    }
}

/// The texts that are those of tables.
fn table_texts(rows: &[SectionText]) -> Vec<SectionText> {
    rows.iter().filter(|row| row.section.starts_with(resolve::TABLE)).cloned().collect()
}

/// Whether an act is one that takes over a report, where one is drafted in the case.
pub(crate) fn is_taking(file: &CaseFile, act: &str) -> bool {
    file.pack.file.report.as_ref().is_some_and(|acts| acts.taking(act).is_some())
}

fn text_place<'a>(case: &'a str, section: &'a str, number: &'a str) -> [&'a str; 4] {
    ["report_text", case, section, number]
}

fn unreadable() -> AppError {
    let help = "请系统管理员放回原来的密钥。";
    AppError::wrong("sealed", "报告稿是用另一把密钥封存的，读不出来", help)
}

/// The sections in their order with their level.
fn flat(sections: &[Section]) -> Vec<(&Section, u8)> {
    fn into<'a>(sections: &'a [Section], level: u8, made: &mut Vec<(&'a Section, u8)>) {
        for section in sections {
            made.push((section, level));
            into(&section.parts, level + 1, made);
        }
    }
    let mut made = Vec::new();
    into(sections, 1, &mut made);
    made
}

/// The year that the record of the opening act says.
fn year_of(file: &CaseFile, acts: &ReportActs) -> Option<i32> {
    let spec = file.pack.file.procedure.act_of(acts.opened.act)?;
    let field = acts.opened.field("year")?;
    let place = spec.fields.iter().position(|one| one.id == field)?;
    let deed = file.history.deeds.iter().find(|deed| deed.act == acts.opened.act)?;
    match deed.record.get(u16::try_from(place).ok()?) {
        Some(Value::Number(parts)) => i32::try_from(parts / norms::PARTS).ok(),
        _ => None,
    }
}

/// The last deed of an act that stands.
fn done(file: &CaseFile, act: norms::ActId) -> Option<&norms::Deed> {
    file.history.deeds.iter().rev().find(|deed| deed.act == act)
}

/// What the figures say of a section, as a first text to write on: figures by reference.
fn first_text(section: &Section) -> String {
    let paragraph = |one: &Paragraph| match one {
        Paragraph::Counted(pieces) | Paragraph::Written(pieces) => {
            let piece = |piece: &Piece| match piece {
                Piece::Words(words) => words.clone(),
                Piece::Figure(id) => format!("{{{{figure:{id}}}}}"),
                Piece::Linked(shown, _) | Piece::Derived(shown) | Piece::Value(_, shown) => shown.clone(),
                Piece::Stated(stated) => stated.number.clone(),
            };
            Some(pieces.iter().map(piece).collect::<String>())
        }
        Paragraph::ToBeStated(_) => None,
    };
    section.paragraphs.iter().filter_map(paragraph).collect::<Vec<_>>().join("\n")
}

/// What the office is told to write where nothing is recorded.
fn asked_for(section: &Section) -> Vec<String> {
    let told = |one: &Paragraph| match one {
        Paragraph::ToBeStated(words) => Some(words.clone()),
        _ => None,
    };
    section.paragraphs.iter().filter_map(told).collect()
}

/// The text of a section as people read it, its parts with their headings.
fn plain(report: &AnnualReport, section: &Section) -> String {
    let mut lines = Vec::new();
    for (at, (one, _)) in flat(std::slice::from_ref(section)).into_iter().enumerate() {
        if at > 0 && !one.paragraphs.is_empty() {
            lines.push(one.heading.clone());
        }
        for paragraph in &one.paragraphs {
            if let Paragraph::Written(pieces) | Paragraph::Counted(pieces) = paragraph {
                lines.push(pieces.iter().map(|piece| report.piece_shown(piece)).collect());
            }
        }
        lines.extend(one.tables.iter().flat_map(FormTable::lines));
    }
    lines.join("\n")
}
