//! Writing sections. Nothing that was written is lost: what was written upon a version that somebody has replaced since stands
//! beside the section until somebody has dealt with it.

use packs::procedures::report_form::Shows;
use store::report_draft::{self as kept, Aside, ReportDraft, SectionText};
use store::{Keyring, Tx};

use super::differ::differences;
use super::resolve::TABLE;
use super::{
    Change, CommentLine, DraftSection, Loaded, TextVersion, asked_for, first_text, flat, text_place,
    unreadable,
};
use crate::accounts::Origin;
use crate::actor::Actor;
use crate::error::{AppError, Result};
use crate::kept_own::{opened, sealed};
use crate::platform::Platform;
use crate::report::{Paragraph, Piece};
use calendar::Day;

/// The longest section, in characters.
const LONGEST: usize = 20_000;
/// How many versions a page lists.
const PAGE: u32 = 50;

/// What became of a text that was saved. 保存结果
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is the section's version of that number.
    Kept(i64),
    /// It says what the version of that number says.
    Same(i64),
    /// Somebody was quicker.
    Conflict(Box<Conflict>),
}

/// Two texts upon the same version. 并列文稿
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The version that stands.
    pub standing: TextVersion,
    /// The number under which what was written stands aside.
    pub own: i64,
    /// From the version that stands to what was written.
    pub changes: Vec<Change>,
}

/// A section with what stands beside it. 章节页
#[derive(Clone, Debug)]
pub struct SectionPage {
    pub section: DraftSection,
    /// What the office is told to write where nothing is recorded.
    pub asked_for: Vec<String>,
    /// The paragraphs as they read now, references in their place.
    pub shown: Vec<Vec<Piece>>,
    /// The value of each figure that `shown` names: id, value, page.
    pub values: Vec<(String, String, String)>,
    pub figures: Vec<FigureChoice>,
    pub comments: Vec<CommentLine>,
    /// The section before and after: id and heading.
    pub before: Option<(String, String)>,
    pub after: Option<(String, String)>,
}

/// A figure that a text may name. 可引用的指标
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureChoice {
    pub id: String,
    pub name: String,
    pub shown: String,
    /// It belongs to the part of the plan that the section is on.
    pub is_near: bool,
}

/// The versions of a section, and what differs between two of them. 稿次比较
#[derive(Clone, Debug)]
pub struct VersionsPage {
    pub heading: String,
    pub versions: Vec<TextVersion>,
    /// The two that are compared.
    pub from: Option<TextVersion>,
    pub to: Option<TextVersion>,
    pub changes: Vec<Change>,
}

impl Platform {
    /// Begins the draft in a case: each section with the sentences that its figures make, to be written on.
    ///
    /// # Errors
    /// It is not the actor's to write; the year has not begun; the store cannot be written.
    pub fn begin_report(&self, actor: &Actor, case: &str, origin: &Origin) -> Result<()> {
        let loaded = self.loaded(actor, case)?;
        self.must_write(actor, &loaded)?;
        let (sources, keys, now) = (self.sources(&loaded, None)?, self.inner().held().needed()?, self.now());
        let mut texts = Vec::new();
        for (section, _) in flat(&sources.report.sections) {
            let text = first_text(section);
            if !text.is_empty() {
                texts.push(new_text(
                    &keys,
                    case,
                    &section.id,
                    (1, 0, Aside::No),
                    &actor.account,
                    now,
                    &text,
                )?);
            }
        }
        let row = ReportDraft {
            case: case.to_owned(),
            organ: loaded.file.row.organ.clone(),
            year: i64::from(loaded.year),
            as_of: None,
            account: actor.account.clone(),
            begun_at: now,
        };
        let (case, origin) = (case.to_owned(), origin.clone());
        self.store().write(move |tx| -> store::Result<()> {
            if kept::begin(tx, &row)? {
                texts.iter().try_for_each(|text| kept::add_text(tx, &case, text))?;
                origin.note_done(tx, now, &row.account, "report_begun", &case)?;
            }
            Ok(())
        })??;
        Ok(())
    }

    /// Chooses the last day whose records are counted; none: always yesterday.
    ///
    /// # Errors
    /// It is not the actor's to write; the day is not over, or is before the report's year.
    pub fn count_report_until(&self, actor: &Actor, case: &str, day: Option<Day>) -> Result<()> {
        let (loaded, _) = self.loaded_begun(actor, case)?;
        self.must_write(actor, &loaded)?;
        if let Some(day) = day {
            if day >= self.today() {
                let why = format!("{}还没有过完，数字还会变", day.chinese());
                return Err(AppError::field("as_of", "数据截止之日", why));
            }
            self.sources(&loaded, Some(day))?;
        }
        let case = case.to_owned();
        self.store().write(move |tx| kept::count_until(tx, &case, day.map(Day::number)))??;
        Ok(())
    }

    /// Saves a section that was written upon the version `base` (0: upon nothing). `takes` are the texts that stood aside
    /// and that this one takes in.
    ///
    /// # Errors
    /// It is not the actor's to write; there is no such section; it is too long; the store cannot be written.
    pub fn save_section(
        &self,
        actor: &Actor,
        case: &str,
        section: &str,
        base: i64,
        text: &str,
        takes: &[i64],
    ) -> Result<Saved> {
        let (loaded, _) = self.loaded_begun(actor, case)?;
        self.must_write(actor, &loaded)?;
        if !is_written(&loaded, section) {
            self.must_know(&loaded, section)?;
        }
        let text = normal(text)?;
        let (keys, now) = (self.inner().held().needed()?, self.now());
        let (case, section, account) = (case.to_owned(), section.to_owned(), actor.account.clone());
        let (own, takes) = (text.clone(), takes.to_vec());
        let (row, is_aside) = self.store().write(move |tx| -> Result<(SectionText, bool)> {
            let writing = Writing { keys: &keys, case: &case, section: &section, account: &account, now };
            writing.save(tx, base, &text, &takes)
        })??;
        let case = loaded.file.row.id.as_str();
        if !is_aside {
            let is_new = row.account == actor.account && row.saved_at == now;
            return Ok(if is_new { Saved::Kept(row.number) } else { Saved::Same(row.number) });
        }
        let standing = self.store().read(|reader| kept::last_text(reader, case, &row.section))?;
        let standing = standing.ok_or_else(|| AppError::not_found("这一章节"))?;
        let standing = self.version(case, &standing)?;
        let changes = differences(standing.text.as_deref().unwrap_or_default(), &own);
        Ok(Saved::Conflict(Box::new(Conflict { standing, own: row.number, changes })))
    }

    /// Notes that a text that stood aside is not taken in.
    ///
    /// # Errors
    /// It is not the actor's to write; nothing of that number stands aside.
    pub fn drop_aside(
        &self,
        actor: &Actor,
        case: &str,
        section: &str,
        number: i64,
        origin: &Origin,
    ) -> Result<()> {
        let (loaded, _) = self.loaded_begun(actor, case)?;
        self.must_write(actor, &loaded)?;
        let (case, section, by) = (case.to_owned(), section.to_owned(), actor.account.clone());
        let (origin, now) = (origin.clone(), self.now());
        let was = self.store().write(move |tx| -> store::Result<bool> {
            let was = kept::dealt_with(tx, &case, &section, number)?;
            if was {
                let detail = format!("{case} {section} {number}");
                origin.note_done(tx, now, &by, "report_aside_dropped", &detail)?;
            }
            Ok(was)
        })??;
        if was { Ok(()) } else { Err(AppError::not_found("这份并列的文稿")) }
    }

    /// A section with all that its page shows; `written` stands in its place where it is not saved yet.
    ///
    /// # Errors
    /// The case is not the actor's to read; there is no such section.
    pub fn report_section(
        &self,
        actor: &Actor,
        case: &str,
        section: &str,
        written: Option<&str>,
    ) -> Result<SectionPage> {
        let (loaded, row) = self.loaded_begun(actor, case)?;
        let begun = self.begun(&loaded, &row)?;
        let own: Vec<&DraftSection> = begun.sections.iter().filter(|one| !one.is_heading).collect();
        let at = own.iter().position(|one| one.id == section);
        let at = at.ok_or_else(|| AppError::not_found("这一章节"))?;
        let found = own.get(at).copied().ok_or_else(|| AppError::not_found("这一章节"))?;
        let way = |at: Option<usize>| {
            let one = at.and_then(|at| own.get(at))?;
            Some((one.id.clone(), one.heading.clone()))
        };
        let sources = self.sources(&loaded, None)?;
        let template = flat(&sources.report.sections).into_iter().find(|(one, _)| one.id == section);
        let text = found.text.as_ref().and_then(|text| text.text.as_deref());
        let text = written.or(text).unwrap_or_default();
        let shown = sources.paragraphs(section, text, &mut Vec::new());
        let number = section.strip_prefix("system_").and_then(|number| number.parse::<u32>().ok());
        let choice = |one: &crate::report::ReportFigure| FigureChoice {
            id: one.id.clone(),
            name: one.name.clone(),
            shown: one.shown(),
            is_near: number.is_some() && one.system == number,
        };
        let report = &sources.report;
        Ok(SectionPage {
            asked_for: template.map(|(one, _)| asked_for(one)).unwrap_or_default(),
            values: report
                .figures
                .iter()
                .map(|one| (one.id.clone(), one.shown(), one.link.clone()))
                .filter(|(id, ..)| shown.iter().any(|one| names(one, id)))
                .collect(),
            shown: shown
                .into_iter()
                .filter_map(|one| match one {
                    Paragraph::Written(pieces) | Paragraph::Counted(pieces) => Some(pieces),
                    Paragraph::ToBeStated(_) => None,
                })
                .collect(),
            figures: report.figures.iter().map(choice).collect(),
            comments: self.section_comments(case, section)?,
            before: way(at.checked_sub(1)),
            after: way(at.checked_add(1)),
            section: found.clone(),
        })
    }

    /// The versions of a section, the newest first, and what differs between two of them; without numbers between the last
    /// two.
    ///
    /// # Errors
    /// The case is not the actor's to read; there is no such section or version.
    pub fn section_versions(
        &self,
        actor: &Actor,
        case: &str,
        section: &str,
        between: (Option<i64>, Option<i64>),
    ) -> Result<VersionsPage> {
        let (loaded, _) = self.loaded_begun(actor, case)?;
        let of_table = super::cells::heading(&self.sources(&loaded, None)?.report, section);
        let heading = of_table.map_or_else(|| self.must_know(&loaded, section), Ok)?;
        let rows = self.store().read(|reader| kept::texts(reader, case, section, None, PAGE))?;
        let versions: Vec<TextVersion> =
            rows.iter().map(|row| self.version(case, row)).collect::<Result<_>>()?;
        let one = |number: i64| -> Result<TextVersion> {
            let row = self.store().read(|reader| kept::text(reader, case, section, number))?;
            let row = row.ok_or_else(|| AppError::not_found(format!("第{number}稿")))?;
            self.version(case, &row)
        };
        let to = between.1.or_else(|| versions.first().map(|last| last.number));
        let from = between.0.or_else(|| versions.get(1).map(|last| last.number));
        let (from, to) = (from.map(one).transpose()?, to.map(one).transpose()?);
        let text =
            |one: &Option<TextVersion>| one.as_ref().and_then(|one| one.text.clone()).unwrap_or_default();
        Ok(VersionsPage { heading, changes: differences(&text(&from), &text(&to)), versions, from, to })
    }

    /// The heading of a section that is written in.
    pub(super) fn must_know(&self, loaded: &Loaded, section: &str) -> Result<String> {
        let sources = self.sources(loaded, None)?;
        let found = flat(&sources.report.sections).into_iter().find(|(one, _)| one.id == section);
        let found = found.filter(|(one, _)| one.parts.is_empty());
        found.map(|(one, _)| one.heading.clone()).ok_or_else(|| AppError::not_found("这一章节"))
    }
}

/// A section with a text, or that the form itself lists without parts: no figure need be counted to know it.
pub(super) fn is_written(loaded: &Loaded, section: &str) -> bool {
    let listed = loaded.acts.form.sections.iter().find(|own| own.id == section);
    match listed {
        Some(own) => own.shows != Shows::Systems,
        None => !section.starts_with(TABLE) && loaded.texts.iter().any(|own| own.section == section),
    }
}

/// Whether a paragraph names a figure.
fn names(paragraph: &Paragraph, id: &str) -> bool {
    match paragraph {
        Paragraph::Written(pieces) | Paragraph::Counted(pieces) => {
            pieces.iter().any(|piece| matches!(piece, Piece::Figure(own) if own == id))
        }
        Paragraph::ToBeStated(_) => false,
    }
}

/// Lines end alike, and the text does not end in empty ones.
fn normal(text: &str) -> Result<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").trim_end().to_owned();
    if text.chars().count() > LONGEST {
        return Err(AppError::field("text", "正文", format!("一个章节不超过{LONGEST}个字")));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(AppError::field("text", "正文", "含有不能显示的字符"));
    }
    Ok(text)
}

/// Who writes where, with what it is sealed by.
struct Writing<'a> {
    keys: &'a Keyring,
    case: &'a str,
    section: &'a str,
    account: &'a str,
    now: i64,
}

impl Writing<'_> {
    /// Adds a version, or one that stands aside; the version that says this now, and whether it stands aside.
    fn save(&self, tx: &mut Tx<'_>, base: i64, text: &str, takes: &[i64]) -> Result<(SectionText, bool)> {
        let last = kept::last_text(tx, self.case, self.section)?;
        if let Some(last) = &last {
            let place = last.number.to_string();
            let own = opened(Some(self.keys), &text_place(self.case, self.section, &place), &last.text);
            if own.ok_or_else(unreadable)? == text {
                self.take(tx, takes)?;
                return Ok((last.clone(), false));
            }
        }
        let standing = last.as_ref().map_or(0, |last| last.number);
        let aside = if standing == base { Aside::No } else { Aside::Waiting };
        let number = kept::highest(tx, self.case, self.section)? + 1;
        let order = (number, base, aside);
        let row = new_text(self.keys, self.case, self.section, order, self.account, self.now, text)?;
        kept::add_text(tx, self.case, &row)?;
        if aside == Aside::No {
            self.take(tx, takes)?;
        }
        Ok((row, aside == Aside::Waiting))
    }

    fn take(&self, tx: &mut Tx<'_>, takes: &[i64]) -> Result<()> {
        for number in takes {
            kept::dealt_with(tx, self.case, self.section, *number)?;
        }
        Ok(())
    }
}

pub(super) fn new_text(
    keys: &Keyring,
    case: &str,
    section: &str,
    (number, base, aside): (i64, i64, Aside),
    account: &str,
    now: i64,
    text: &str,
) -> Result<SectionText> {
    Ok(SectionText {
        section: section.to_owned(),
        number,
        base,
        aside,
        account: account.to_owned(),
        text: sealed(keys, &text_place(case, section, &number.to_string()), text)?,
        saved_at: now,
    })
}
