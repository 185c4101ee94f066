//! What the platform knows of one enterprise, by its credit code: inspections with their caps, penalties, its class of credit
//! risk, the lists that it is on, and the cases that name it. Which cases name one is derived from the journal.

use std::collections::BTreeMap;

use calendar::Day;
use norms::{ActId, FieldType, History, Procedure, Value};
use store::{Query, Tx, cases, enterprise};

use crate::actor::Actor;
use crate::case::CaseFile;
use crate::credit::CreditClass;
use crate::desk::CaseLine;
use crate::error::{AppError, Result};
use crate::joint_plans::JointVisit;
use crate::organs::Organ;
use crate::platform::Platform;
use crate::record::{decimal, party_code, party_name};
use crate::roll::Table;
use crate::visible::Viewer;
use crate::visits::visit_of;

/// The setting that says that every case's enterprises are known.
const KNOWN: &str = "cases_enterprises";
/// How many cases about an enterprise a page looks through at most.
const MOST: usize = 500;
const BATCH: u32 = 200;
const OBJECTS: &str = "inspection_objects";
const LISTS: &str = "credit_list";

/// A text as a credit code in its canonical writing; nothing where it is none. A resident number may look like one by chance:
/// that is a person's, and never stands open in the store.
pub(crate) fn credit_code(text: &str) -> Option<String> {
    if codes::check(codes::Kind::ResidentId, text.trim()).is_valid() {
        return None;
    }
    let checked = codes::check(codes::Kind::Uscc, text.trim());
    if checked.is_valid() { checked.canonical } else { None }
}

/// Code and name of each enterprise that the records of a case name as a party.
pub(crate) fn named(procedure: &Procedure, history: &History) -> BTreeMap<String, String> {
    let mut made = BTreeMap::new();
    for deed in &history.deeds {
        let Some(spec) = procedure.act_of(deed.act) else { continue };
        for (field, value) in spec.fields.iter().zip(deed.record.values()) {
            if let Some(Value::Text(text)) = value.filter(|_| field.kind == FieldType::Party)
                && let Some(code) = party_code(text).and_then(credit_code)
            {
                made.insert(code, party_name(text).to_owned());
            }
        }
    }
    made
}

/// Whether the records of a procedure can name an enterprise.
pub(crate) fn names_any(acts: &[norms::Act]) -> bool {
    acts.iter().any(|act| act.fields.iter().any(|field| field.kind == FieldType::Party))
}

/// Notes which enterprises a case names now.
pub(crate) fn note(tx: &mut Tx<'_>, file: &CaseFile) -> Result<()> {
    let codes: Vec<String> = named(&file.pack.file.procedure, &file.history).into_keys().collect();
    Ok(enterprise::set(tx, &file.row.id, &codes)?)
}

/// How an inspection stands. 检查状态
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VisitState {
    Asked,
    Approved,
    Done,
    /// Refused or called off before anybody went.
    Dropped,
}

impl VisitState {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Asked => "待批准",
            Self::Approved => "已批准，还没有去",
            Self::Done => "已检查",
            Self::Dropped => "没有检查",
        }
    }
}

/// An inspection of an enterprise, in a case that the reader may see. 检查
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitLine {
    pub case: String,
    pub number: String,
    pub organ: String,
    pub item: String,
    pub trigger: String,
    /// On which somebody means to go, or went.
    pub days: Vec<Day>,
    pub state: VisitState,
}

/// How often an organ was there this year for one item, and how often it may be. 年度频次
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitCount {
    pub organ: String,
    pub item: String,
    pub done: u32,
    /// As it is published; nothing where the item is not.
    pub cap: Option<String>,
    pub is_reached: bool,
}

/// A penalty, in a case that the reader may see. 处罚
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PenaltyLine {
    pub case: String,
    pub number: String,
    pub organ: String,
    pub matter: String,
    pub fine_fen: i64,
    pub decided_on: Day,
    /// Annulled, withdrawn or found void from that day: no fine any more.
    pub undone_on: Option<Day>,
}

/// An entry of a register about the enterprise. 名录条目
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnterpriseEntry {
    pub organ: String,
    /// The class, or the list.
    pub what: String,
    /// Trade, or reason and decision.
    pub why: String,
    pub from: Day,
    pub until: Option<Day>,
    /// How it was taken off.
    pub removed: String,
}

/// An enterprise on one page. 企业档案
#[derive(Clone, Debug)]
pub struct EnterpriseFile {
    pub code: String,
    pub name: String,
    pub classes: Vec<EnterpriseEntry>,
    /// By the rules that hold for the reader's organ, as of [`Self::classed_on`].
    pub computed: Option<CreditClass>,
    pub classed_on: Day,
    pub lists: Vec<EnterpriseEntry>,
    pub year: i32,
    /// Of all organs, also of cases that the reader may not see: whoever means to go must know.
    pub counts: Vec<VisitCount>,
    /// Why today is a quiet day for the reader's organ.
    pub quiet: Option<String>,
    pub visits: Vec<VisitLine>,
    /// What joint plans arrange from today on: case and number of the plan, and the visit.
    pub planned: Vec<(String, String, JointVisit)>,
    pub penalties: Vec<PenaltyLine>,
    pub others: Vec<CaseLine>,
    /// How many cases name it that the reader may not see.
    pub hidden: usize,
    /// There are more cases than a page looks through.
    pub is_cut: bool,
}

impl Platform {
    /// Everything about an enterprise that an officer may see: cases by who may read each, what registers make public, and
    /// how often it was visited. Its class of credit risk is that of `on`, or of today.
    ///
    /// # Errors
    /// The actor is no officer; the code is none; nothing is known of it; the day is to come.
    pub fn enterprise(&self, actor: &Actor, code: &str, on: Option<Day>) -> Result<EnterpriseFile> {
        let on = on.unwrap_or_else(|| self.today());
        self.check_past(on)?;
        if !actor.is_officer() {
            return Err(AppError::Forbidden {
                why: "企业档案供机关工作人员使用".to_owned(),
                help: "企业可以在“我的办件”里看自己的案件，在名录和清单里看公开的条目。".to_owned(),
            });
        }
        let code = credit_code(code).ok_or_else(|| {
            AppError::field("code", "统一社会信用代码", "不是有效的统一社会信用代码，请核对十八位")
        })?;
        let (objects, lists) = (self.table(OBJECTS)?, self.table(LISTS)?);
        let mut made = EnterpriseFile {
            classes: self.entries_of(&objects, &code, "class", &["trade"])?,
            lists: self.entries_of(&lists, &code, "list", &["reason", "decision"])?,
            computed: None,
            classed_on: on,
            name: objects
                .all()
                .find(|one| objects.text(one, "code") == code)
                .map_or(String::new(), |one| objects.text(one, "name").to_owned()),
            year: self.today().year(),
            counts: Vec::new(),
            quiet: None,
            visits: Vec::new(),
            planned: Vec::new(),
            penalties: Vec::new(),
            others: Vec::new(),
            hidden: 0,
            is_cut: false,
            code,
        };
        let visible = self.visible(Viewer::Account(actor))?;
        self.store().read(|reader| -> Result<()> {
            let mut counts = BTreeMap::new();
            for id in self.cases_about(reader, &mut made)? {
                let Some(row) = cases::get(reader, &id)? else { continue };
                let file = self.inner().load(reader, &id)?;
                self.count(&file, made.year, &mut counts)?;
                if made.name.is_empty() {
                    let own = named(&file.pack.file.procedure, &file.history).remove(&made.code);
                    made.name = own.unwrap_or_default();
                }
                if visible.sees(&row) {
                    self.lay_out(&file, &mut made)?;
                } else {
                    made.hidden += 1;
                }
            }
            made.counts = counts.into_values().collect();
            made.visits.sort_by(|a, b| (b.days.last(), &b.number).cmp(&(a.days.last(), &a.number)));
            made.penalties.sort_by_key(|one| std::cmp::Reverse(one.decided_on));
            Ok(())
        })?;
        if made.name.is_empty() && made.lists.is_empty() {
            return Err(AppError::not_found(format!("统一社会信用代码{}的企业", made.code)));
        }
        made.planned = self.joint_visits_to(Viewer::Account(actor), &made.code, self.today())?;
        if let Some((organ, _)) = &actor.organ {
            let organ = self.organ(organ)?;
            made.quiet = self.quiet_today(&organ)?;
            made.computed = self.store().read(|reader| self.credit_of(reader, &organ, &made.code, on))?;
        }
        Ok(made)
    }

    /// Ids of the cases that a page looks through.
    fn cases_about(&self, db: &dyn Query, made: &mut EnterpriseFile) -> Result<Vec<String>> {
        let mut ids: Vec<String> = Vec::new();
        loop {
            let before = ids.last().cloned().unwrap_or_default();
            let batch = enterprise::cases_of(db, &made.code, &before, BATCH)?;
            if batch.is_empty() {
                return Ok(ids);
            }
            ids.extend(batch);
            if ids.len() > MOST {
                made.is_cut = true;
                ids.truncate(MOST);
                return Ok(ids);
            }
        }
    }

    /// The entries of a register about an enterprise, of all organs, the newest first.
    fn entries_of(
        &self,
        table: &Table,
        code: &str,
        what: &str,
        why: &[&str],
    ) -> Result<Vec<EnterpriseEntry>> {
        let organs = self.organs()?;
        let name = |id: &str| {
            organs
                .iter()
                .find(|organ| organ.id == id)
                .map_or_else(|| id.to_owned(), |organ| organ.name.clone())
        };
        let own = table.all().filter(|one| table.text(one, "code").trim().eq_ignore_ascii_case(code));
        let one = |entry: &registers::Entry| EnterpriseEntry {
            organ: name(&entry.organ),
            what: table.label(entry, what),
            why: why.iter().map(|field| table.text(entry, field)).collect::<Vec<_>>().join("，"),
            from: entry.from,
            until: entry.until,
            removed: table.text(entry, "removed").to_owned(),
        };
        let mut made: Vec<EnterpriseEntry> = own.map(one).collect();
        made.sort_by_key(|one| std::cmp::Reverse(one.from));
        Ok(made)
    }

    /// Adds a case to the counts of its organ and item, where it is a visit of that year.
    fn count(
        &self,
        file: &CaseFile,
        year: i32,
        counts: &mut BTreeMap<(String, String), VisitCount>,
    ) -> Result<()> {
        let Some(visit) = visit_of(file) else { return Ok(()) };
        if !visit.days.iter().any(|day| day.year() == year) {
            return Ok(());
        }
        let organ = self.organ_of(&file.row.organ)?;
        let place = (organ.id.clone(), visit.item.clone());
        let cap = self.cap_of(file, &organ, &visit.item)?;
        let own = counts.entry(place).or_insert_with(|| VisitCount {
            organ: organ.name,
            item: visit.item,
            done: 0,
            cap: cap.map(|parts| decimal(parts, norms::PARTS)),
            is_reached: false,
        });
        own.done += 1;
        own.is_reached = cap.is_some_and(|cap| i64::from(own.done).saturating_mul(norms::PARTS) >= cap);
        Ok(())
    }

    /// An organ of today, or one that is gone by its id alone.
    pub(crate) fn organ_of(&self, id: &str) -> Result<Organ> {
        Ok(self.organs()?.into_iter().find(|organ| organ.id == id).unwrap_or_else(|| Organ {
            id: id.to_owned(),
            name: id.to_owned(),
            short: String::new(),
            kind: String::new(),
            division: String::new(),
            credit_code: None,
            parent: None,
        }))
    }

    /// Puts a case where it belongs on the page.
    fn lay_out(&self, file: &CaseFile, made: &mut EnterpriseFile) -> Result<()> {
        let organ = self.organ_of(&file.row.organ)?.name;
        let (case, number) = (file.row.id.clone(), file.row.number.clone().unwrap_or_default());
        if let Some(visit) = visit_of(file) {
            let state = match (visit.days.is_empty(), visit.is_over, visit.approved_on) {
                (false, ..) => VisitState::Done,
                (true, true, _) => VisitState::Dropped,
                (true, false, Some(_)) => VisitState::Approved,
                (true, false, None) => VisitState::Asked,
            };
            let days =
                if visit.days.is_empty() { visit.planned_on.into_iter().collect() } else { visit.days };
            let trigger = trigger_name(file, &visit.trigger);
            made.visits.push(VisitLine { case, number, organ, item: visit.item, trigger, days, state });
            return Ok(());
        }
        let fines = fines(file, self.today());
        if fines.is_empty() {
            made.others.push(self.case_line(file.row.clone()));
        }
        for Fine { matter, fen: fine_fen, decided_on, undone_on, .. } in fines {
            let (case, number, organ) = (case.clone(), number.clone(), organ.clone());
            let line = PenaltyLine { case, number, organ, matter, fine_fen, decided_on, undone_on };
            made.penalties.push(line);
        }
        Ok(())
    }

    /// Notes the enterprises of cases that an older version wrote.
    pub(crate) fn name_older_enterprises(&self) -> Result<()> {
        self.over_older_cases(KNOWN, |_, tx, file| note(tx, file))
    }
}

/// The words of the option that says why somebody goes.
fn trigger_name(file: &CaseFile, trigger: &str) -> String {
    let visits = file.pack.file.visits.as_ref();
    let spec = visits.and_then(|visits| file.pack.file.procedure.act_of(visits.plans));
    let field = visits.zip(spec).and_then(|(visits, spec)| spec.fields.get(usize::from(visits.trigger)));
    let option = field.and_then(|field| field.options.iter().find(|(id, _)| id == trigger));
    option.map_or_else(|| trigger.to_owned(), |(_, label)| label.clone())
}

/// A fine that a case decided, as it stands on a day. 罚款决定
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fine {
    /// The number of the deciding event in its case, and its act.
    pub event: u32,
    pub act: ActId,
    pub matter: String,
    pub step: String,
    /// As decided, or as changed since.
    pub fen: i64,
    pub decided_on: Day,
    /// Since when the decision stands no more.
    pub undone_on: Option<Day>,
}

/// What a case decided to fine by a day, and what of it stands on that day: what was done later is not looked at.
pub(crate) fn fines(file: &CaseFile, on: Day) -> Vec<Fine> {
    let (procedure, history) = (&file.pack.file.procedure, &file.history);
    let known = || history.deeds.iter().filter(|deed| deed.on <= on);
    let one = |deed: &norms::Deed| {
        let asked = procedure.act_of(deed.act)?.discretion.as_ref().filter(|asked| !asked.proposes)?;
        let Some(Value::Money(fen)) = deed.record.get(asked.fine?) else { return None };
        let text = |at: u16| match deed.record.get(at) {
            Some(Value::Text(text)) => text.clone(),
            _ => String::new(),
        };
        let changed = asked.changed.and_then(|(act, field)| {
            known().filter(|one| one.act == act).filter_map(|one| one.record.get(field)).next_back()
        });
        Some(Fine {
            event: deed.number,
            act: deed.act,
            matter: text(asked.matter),
            step: text(asked.step),
            fen: match changed {
                Some(Value::Money(fen)) => *fen,
                _ => *fen,
            },
            decided_on: deed.on,
            undone_on: asked.undone.and_then(|guard| undone(history, guard, on)),
        })
    };
    known().filter_map(one).collect()
}

/// Since when a guard has been true on a day without a break.
fn undone(history: &History, guard: u8, on: Day) -> Option<Day> {
    let known = history.deeds.iter().zip(&history.truths).filter(|(deed, _)| deed.on <= on);
    let mut since = None;
    for (deed, truths) in known {
        since = if truths.get(guard) == Some(true) { since.or(Some(deed.on)) } else { None };
    }
    since
}
