//! The auditor over a draft: what it finds in each section, with the platform's figures beside it; every number that is neither
//! a figure nor stated by somebody; and what of it was accepted, with the reason.

use std::collections::BTreeMap;

use audit::{Beside, Kind, Link, Options, Quantity, Rules, Text};
use base::{Diagnostic, Severity};
use serde_json::{Value as Json, json};
use store::report_draft::{self as kept, AcceptedFinding};

use super::resolve::{Broken, Composed};
use super::{Loaded, flat, plain};
use crate::accounts::Origin;
use crate::actor::Actor;
use crate::clock::local_time;
use crate::error::{AppError, Result};
use crate::ids::sm3;
use crate::kept_own::{opened, sealed};
use crate::platform::Platform;
use crate::report::{AnnualReport, CellSource, FormTable, Paragraph, Piece};

/// The rules that are the draft's own.
const UNSOURCED: &str = "unsourced_number";
const BROKEN: &str = "broken_reference";
/// A draft has no signature yet: the files that go out have it from the settling.
const UNSIGNED: &str = "no_signature";
/// So many characters on either side of a finding tell it from others.
const AROUND: usize = 12;
/// The longest reason, in characters.
const LONGEST: usize = 500;

/// What the auditor says of a draft. 报告稿核对结果
#[derive(Clone, Debug, Default)]
pub struct Checked {
    pub findings: Vec<DraftFinding>,
    /// How many numbers were compared with the platform's figures.
    pub compared: usize,
    /// How many numbers stand there by reference to a figure, and how many are stated by somebody.
    pub by_reference: usize,
    pub stated: usize,
    /// What could not be looked at, in words.
    pub notes: Vec<String>,
}

/// Something in a draft that does not hold. 报告稿的问题
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftFinding {
    /// Id of the section; empty where it is none's.
    pub section: String,
    pub rule: String,
    pub severity: Severity,
    /// The words that it is about.
    pub quote: String,
    pub message: String,
    pub computation: Option<String>,
    pub help: Option<String>,
    pub basis: Option<String>,
    pub link: Option<String>,
    /// What it is accepted by.
    pub mark: String,
    /// It can be accepted; a reference that says nothing must be mended.
    pub may_be_accepted: bool,
    /// Why it was accepted, by whom, when.
    pub accepted: Option<(String, String, String)>,
}

impl DraftFinding {
    /// It stands in the way of vetting.
    #[must_use]
    pub fn hinders(&self) -> bool {
        let counts =
            self.severity == Severity::Error || self.rule == UNSOURCED && self.severity != Severity::Note;
        counts && self.accepted.is_none()
    }
}

impl Checked {
    /// The findings that count, of a section or of all.
    pub fn open<'a>(&'a self, section: Option<&'a str>) -> impl Iterator<Item = &'a DraftFinding> {
        let own = move |one: &&DraftFinding| section.is_none_or(|section| one.section == section);
        self.findings.iter().filter(|one| one.accepted.is_none()).filter(own)
    }
}

/// A draft as one text, with what stands where in it, in bytes.
struct Laid {
    text: String,
    links: Vec<(usize, usize, String)>,
    /// Numbers that say where they come from.
    sourced: Vec<(usize, usize)>,
    sections: Vec<(String, usize, usize)>,
    by_reference: usize,
    stated: usize,
}

impl Laid {
    fn of(report: &AnnualReport) -> Self {
        let mut made = Self {
            text: report.title.clone(),
            links: Vec::new(),
            sourced: Vec::new(),
            sections: Vec::new(),
            by_reference: 0,
            stated: 0,
        };
        for (section, _) in flat(&report.sections) {
            made.text.push('\n');
            made.text.push_str(&section.heading);
            let start = made.text.len();
            for paragraph in &section.paragraphs {
                let (Paragraph::Written(pieces) | Paragraph::Counted(pieces)) = paragraph else { continue };
                made.text.push('\n');
                pieces.iter().for_each(|piece| made.put(report, piece));
            }
            made.sections.push((section.id.clone(), start, made.text.len()));
            // The cells of tables are no sentences to be looked at; they are checked by what must balance.
            for cell in section.tables.iter().flat_map(FormTable::cells) {
                match cell.of {
                    CellSource::Counted(_) | CellSource::Carried { .. } => made.by_reference += 1,
                    CellSource::Stated(..) => made.stated += 1,
                    CellSource::Sum | CellSource::Missing => {}
                }
            }
        }
        made
    }

    fn put(&mut self, report: &AnnualReport, piece: &Piece) {
        let start = self.text.len();
        self.text.push_str(&report.piece_shown(piece));
        let range = (start, self.text.len());
        match piece {
            Piece::Words(_) => return,
            Piece::Figure(id) => {
                let link = report.figure(id).map(|figure| figure.link.clone()).unwrap_or_default();
                self.links.push((range.0, range.1, link));
                self.by_reference += 1;
            }
            Piece::Value(..) | Piece::Linked(..) | Piece::Derived(_) => self.by_reference += 1,
            Piece::Stated(_) => self.stated += 1,
        }
        self.sourced.push(range);
    }

    /// The section in which a byte stands; its heading is none's.
    fn section(&self, at: usize) -> Option<&str> {
        let found = self.sections.iter().find(|(_, start, end)| (*start..*end).contains(&at));
        found.map(|(id, ..)| id.as_str())
    }

    fn is_sourced(&self, start: usize, end: usize) -> bool {
        self.sourced.iter().any(|(from, to)| start < *to && *from < end)
    }
}

impl Platform {
    /// What the auditor finds in a draft as it stands; `written` stands in the place of a section that is not saved yet.
    ///
    /// # Errors
    /// The account is no officer's; the case is not theirs to read; the store cannot be read.
    pub fn check_report(
        &self,
        actor: &Actor,
        case: &str,
        rules: &Rules,
        written: Option<(&str, &str)>,
    ) -> Result<Checked> {
        let (loaded, _) = self.loaded_begun(actor, case)?;
        let mut texts = self.texts(case, &loaded.texts)?;
        if let Some((section, text)) = written {
            texts.insert(section.to_owned(), text.replace("\r\n", "\n"));
        }
        let composed = self.sources(&loaded, None)?.compose(&texts);
        self.checked_draft(&loaded, &composed, rules)
    }

    /// Keeps why a finding is accepted. It is found again by its rule and words: where these change, it counts anew.
    ///
    /// # Errors
    /// The draft is not the actor's to write; there is no such finding; no reason is given.
    pub fn accept_report_finding(
        &self,
        actor: &Actor,
        case: &str,
        rules: &Rules,
        (mark, reason): (&str, &str),
        origin: &Origin,
    ) -> Result<String> {
        let (loaded, _) = self.loaded_begun(actor, case)?;
        self.must_write(actor, &loaded)?;
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > LONGEST {
            return Err(AppError::field("reason", "理由", format!("应当填写，不超过{LONGEST}个字")));
        }
        let checked = self.check_report(actor, case, rules, None)?;
        let found = checked.findings.into_iter().find(|one| one.mark == mark && one.may_be_accepted);
        let found = found.ok_or_else(|| AppError::not_found("这处问题（文字改过以后要重新核对）"))?;
        let content = json!({ "rule": found.rule, "quote": found.quote, "reason": reason }).to_string();
        let (keys, now) = (self.inner().held().needed()?, self.now());
        let row = AcceptedFinding {
            content: sealed(&keys, &["report_accepted", case, mark], &content)?,
            mark: mark.to_owned(),
            section: found.section.clone(),
            account: actor.account.clone(),
            accepted_at: now,
        };
        let (case, origin) = (case.to_owned(), origin.clone());
        self.store().write(move |tx| -> store::Result<()> {
            if kept::accept(tx, &case, &row)? {
                let detail = format!("{case} {}", row.mark);
                origin.note_done(tx, now, &row.account, "report_finding_accepted", &detail)?;
            }
            Ok(())
        })??;
        Ok(found.section)
    }

    pub(super) fn checked_draft(
        &self,
        loaded: &Loaded,
        composed: &Composed,
        rules: &Rules,
    ) -> Result<Checked> {
        let report = &composed.report;
        let laid = Laid::of(report);
        let text = Text::new(laid.text.clone());
        let link = |(start, end, target): &(usize, usize, String)| Link {
            start: text.chars.index_of(*start),
            end: text.chars.index_of(*end),
            target: target.clone(),
        };
        let links: Vec<Link> = laid.links.iter().map(link).collect();
        let (organ, year) = (&report.organ.0, report.year);
        let known = self.known_year(organ, year, report.as_of, "报告稿的数据截止之日")?;
        let previous = self.published_text(&report.kind, organ, year - 1)?.map(Text::new);
        let off = [UNSIGNED.to_owned()].into();
        let options = Options { year: u32::try_from(year).ok(), off, ..Options::default() };
        let beside = Beside {
            library: Some(&self.rules().laws),
            previous: previous.as_ref(),
            platform: (!known.is_empty()).then_some(&known.platform),
            links: &links,
        };
        let found = audit::audit(&text, rules, &options, &beside);
        let accepted = self.accepted(&loaded.file.row.id)?;
        let mut findings: Vec<DraftFinding> = composed.broken.iter().map(broken).collect();
        let own = found.findings.iter().map(|one| DraftFinding {
            section: laid.section(text.chars.offset(one.start)).unwrap_or_default().to_owned(),
            rule: one.rule.to_owned(),
            severity: one.severity,
            quote: text.original(one.start, one.end).to_owned(),
            message: one.message.clone(),
            computation: one.computation.clone(),
            help: one.help.clone(),
            basis: one.basis.clone(),
            link: one.link.clone(),
            mark: String::new(),
            may_be_accepted: true,
            accepted: None,
        });
        let places = found.findings.iter().map(|one| (one.start, one.end));
        let unsourced = found.figures.iter().filter_map(|one| unsourced(&laid, &text, one));
        let all = places.zip(own).chain(unsourced);
        for ((start, end), mut one) in all {
            let around = text.original(start.saturating_sub(AROUND), end + AROUND);
            one.mark = sm3([one.rule.as_str(), &one.section, around].join("\u{1f}").as_bytes()).hex();
            one.accepted = accepted.get(&one.mark).cloned();
            findings.push(one);
        }
        for mut one in super::cells::of_tables(report) {
            one.mark = sm3([one.rule.as_str(), &one.section, &one.message].join("\u{1f}").as_bytes()).hex();
            one.accepted = accepted.get(&one.mark).cloned();
            findings.push(one);
        }
        let at = |one: &DraftFinding| laid.sections.iter().position(|(id, ..)| *id == one.section);
        findings.sort_by_key(at);
        let notes = found.not_checked().into_iter().chain(not_known(&known));
        Ok(Checked {
            compared: found.compared.len(),
            by_reference: laid.by_reference,
            stated: laid.stated,
            notes: notes.collect(),
            findings,
        })
    }

    /// What was accepted of a draft, by mark: why, by whom, when.
    fn accepted(&self, case: &str) -> Result<BTreeMap<String, (String, String, String)>> {
        let rows = self.store().read(|reader| kept::accepted(reader, case))?;
        let held = self.inner().held();
        let mut made = BTreeMap::new();
        for row in rows {
            let content = opened(held.ready(), &["report_accepted", case, &row.mark], &row.content);
            let content: Json = serde_json::from_str(&content.unwrap_or_default()).unwrap_or_default();
            let reason = content.get("reason").and_then(Json::as_str);
            let reason = reason.unwrap_or("（理由是用另一把密钥封存的，读不出来）").to_owned();
            let by = self.name_of(&row.account)?;
            made.insert(row.mark, (reason, by, local_time(row.accepted_at)));
        }
        Ok(made)
    }

    /// What stands in the way of vetting; every one of it.
    pub(super) fn hindrances(
        &self,
        loaded: &Loaded,
        composed: &Composed,
        rules: &Rules,
    ) -> Result<Vec<Diagnostic>> {
        let heading = |id: &str| {
            let found = flat(&composed.report.sections).into_iter().find(|(one, _)| one.id == id);
            found.map_or_else(|| "全文".to_owned(), |(one, _)| one.heading.clone())
        };
        let mut made = Vec::new();
        for section in &composed.report.sections {
            if self.is_required(loaded, &section.id) && plain(&composed.report, section).trim().is_empty() {
                let message = format!("“{}”还没有写", section.heading);
                made.push(
                    Diagnostic::error("empty_section", message).help("这一部分是应当报告的内容，请撰写。"),
                );
            }
        }
        for one in &loaded.aside {
            let message = format!("“{}”有一份并列的文稿还没有处理", heading(&one.section));
            made.push(Diagnostic::error("aside", message).help("请并入或者注明不采用。"));
        }
        for one in self.checked_draft(loaded, composed, rules)?.findings.iter().filter(|one| one.hinders()) {
            let message = format!("“{}”中的“{}”：{}", heading(&one.section), one.quote, one.message);
            let help = one
                .help
                .clone()
                .unwrap_or_else(|| "请改正；确实不需要改的，在起草页写明理由接受。".to_owned());
            made.push(Diagnostic::error("draft_finding", message).help(help));
        }
        Ok(made)
    }
}

/// A number that is neither a figure nor stated by somebody.
fn unsourced(laid: &Laid, text: &Text, one: &Quantity) -> Option<((usize, usize), DraftFinding)> {
    let counts = matches!(
        one.kind,
        Kind::Count | Kind::Percent | Kind::Point | Kind::Permille | Kind::Times | Kind::Bare | Kind::Range
    );
    let (start, end) = (text.chars.offset(one.start), text.chars.offset(one.end));
    let section = laid.section(start).filter(|_| counts && !laid.is_sourced(start, end))?;
    let quote = text.original(one.start, one.end).to_owned();
    let found = DraftFinding {
        section: section.to_owned(),
        rule: UNSOURCED.to_owned(),
        // Written out, it is more often a way of speaking than a figure.
        severity: if one.hanzi { Severity::Note } else { Severity::Warning },
        message: "来源未注明的数字".to_owned(),
        computation: None,
        help: Some(
            "平台上有的，写成 {{figure:指标}}；没有的，写成 {{stated:数字|谁提供的|来源和理由}}；不是数据的，写明理由接受"
                .to_owned(),
        ),
        basis: None,
        link: None,
        mark: String::new(),
        may_be_accepted: true,
        accepted: None,
        quote,
    };
    Some(((one.start, one.end), found))
}

fn broken(one: &Broken) -> DraftFinding {
    DraftFinding {
        section: one.section.clone(),
        rule: BROKEN.to_owned(),
        severity: Severity::Error,
        quote: one.written.clone(),
        message: format!("引用读不出来：{}", one.why),
        computation: None,
        help: Some("请改正引用".to_owned()),
        basis: None,
        link: None,
        mark: String::new(),
        may_be_accepted: false,
        accepted: None,
    }
}

fn not_known(known: &crate::report::KnownYear) -> Option<String> {
    known.is_empty().then(|| "平台上没有本机关这一年度的办理记录，数字没有与平台比较。".to_owned())
}
