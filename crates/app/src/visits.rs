//! Visits to enterprises (涉企检查): how often an enterprise was visited, how often it may be and whether a day is quiet are
//! computed from the registers and the other cases, not entered; and looked at again before somebody goes.

use std::sync::Arc;

use base::Diagnostic;
use calendar::Day;
use norms::{Act, ActId, Record, Value};
use packs::Pack;
use packs::procedures::Visits;
use registers::Entry;
use store::{Query, cases, enterprise};

use crate::case::CaseFile;
use crate::enterprises::credit_code;
use crate::error::{AppError, Result};
use crate::organs::Organ;
use crate::platform::Platform;
use crate::record::{Form, decimal, party_code};
use crate::roll::Table;

/// How many cases about an enterprise are read at a time.
const BATCH: u32 = 200;

/// A visit that a case plans or made. 入企检查
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Visit {
    pub item: String,
    /// The option of the trigger.
    pub trigger: String,
    pub is_excepted: bool,
    /// The day on which somebody means to go.
    pub planned_on: Option<Day>,
    /// The days on which somebody was there.
    pub days: Vec<Day>,
    pub approved_on: Option<Day>,
    /// Refused, called off or closed.
    pub is_over: bool,
}

/// What the registers and the other cases say of a visit that is planned.
struct Looked {
    is_listed: bool,
    done: u32,
    /// In ten-thousandths, as registers keep numbers.
    cap: i64,
    quiet: Option<String>,
}

/// The visit that a case is, by its procedure's `[visits]`.
pub(crate) fn visit_of(file: &CaseFile) -> Option<Visit> {
    let visits = file.pack.file.visits.as_ref()?;
    let deeds = &file.history.deeds;
    let plan = deeds.iter().find(|deed| deed.act == visits.plans)?;
    let trigger = text(&plan.record, visits.trigger).to_owned();
    let mut days: Vec<Day> =
        deeds.iter().filter(|deed| visits.counts.has(deed.act)).map(|deed| deed.on).collect();
    days.sort_unstable();
    days.dedup();
    Some(Visit {
        item: text(&plan.record, visits.item).to_owned(),
        is_excepted: visits.excepted.contains(&trigger),
        trigger,
        planned_on: day(&plan.record, visits.on),
        days,
        approved_on: deeds.iter().rev().find(|deed| deed.act == visits.approves).map(|deed| deed.on),
        is_over: deeds.iter().any(|deed| visits.ends.has(deed.act)),
    })
}

fn text(record: &Record, at: u16) -> &str {
    match record.get(at) {
        Some(Value::Text(text)) => text.trim(),
        _ => "",
    }
}

fn day(record: &Record, at: u16) -> Option<Day> {
    match record.get(at) {
        Some(Value::Day(day)) => Some(*day),
        _ => None,
    }
}

impl Platform {
    /// The form of an act that plans a visit, with what the platform computes of it. Where something else is wrong with the
    /// form, that is told first. `case` is the case's own id where it is there already.
    ///
    /// # Errors
    /// The enterprise has no credit code; the store cannot be read.
    pub(crate) fn visit_planned(
        &self,
        db: &dyn Query,
        pack: &Arc<Pack>,
        (act, spec): (ActId, &Act),
        (organ, case, on): (&str, &str, Day),
        mut form: Form,
    ) -> Result<Form> {
        let Some(visits) = pack.file.visits.as_ref().filter(|visits| visits.plans == act) else {
            return Ok(form);
        };
        let id = |at: u16| spec.fields.get(usize::from(at)).map_or(String::new(), |field| field.id.clone());
        let put = |form: &mut Form, at: u16, text: &str| drop(form.insert(id(at), vec![text.to_owned()]));
        for (at, nothing) in
            [(visits.listed, "no"), (visits.done, "0"), (visits.cap, "0"), (visits.quiet, "no")]
        {
            put(&mut form, at, nothing);
        }
        let Ok(record) = self.read_record(spec, on, &form, organ) else { return Ok(form) };
        let party = text(&record, visits.enterprise);
        let Some(code) = party_code(party).and_then(credit_code) else {
            let name = spec.fields.get(usize::from(visits.enterprise)).map_or("", |field| &field.name);
            let message = "要写统一社会信用代码：检查次数按它计算（个体工商户也有）";
            return Err(AppError::field(&id(visits.enterprise), name, message));
        };
        let organ = self.organ(organ)?;
        let goes = day(&record, visits.on).unwrap_or(on);
        let item = text(&record, visits.item);
        let looked = self.looked(db, visits, &organ, (&code, item, case), (on, goes))?;
        let yes = |flag: bool| if flag { "yes" } else { "no" };
        put(&mut form, visits.listed, yes(looked.is_listed));
        put(&mut form, visits.done, &looked.done.to_string());
        put(&mut form, visits.cap, &decimal(looked.cap, norms::PARTS));
        put(&mut form, visits.quiet, yes(looked.quiet.is_some()));
        Ok(form)
    }

    /// The same of a record that another case hands over: what is computed is put into it.
    ///
    /// # Errors
    /// The enterprise has no credit code; the store cannot be read.
    pub(crate) fn visit_handed(
        &self,
        db: &dyn Query,
        pack: &Arc<Pack>,
        (act, spec): (ActId, &Act),
        (organ, on): (&str, Day),
        record: Record,
    ) -> Result<Record> {
        let Some(visits) = pack.file.visits.as_ref().filter(|visits| visits.plans == act) else {
            return Ok(record);
        };
        let Some(code) = party_code(text(&record, visits.enterprise)).and_then(credit_code) else {
            let field = spec.fields.get(usize::from(visits.enterprise));
            let (id, name) = field.map_or(("", ""), |field| (field.id.as_str(), field.name.as_str()));
            return Err(AppError::field(id, name, "要写统一社会信用代码：检查次数按它计算"));
        };
        let organ = self.organ(organ)?;
        let goes = day(&record, visits.on).unwrap_or(on);
        let item = text(&record, visits.item);
        let looked = self.looked(db, visits, &organ, (&code, item, ""), (on, goes))?;
        let computed = [
            (visits.listed, Value::Flag(looked.is_listed)),
            (visits.done, Value::Number(i64::from(looked.done) * norms::PARTS)),
            (visits.cap, Value::Number(looked.cap)),
            (visits.quiet, Value::Flag(looked.quiet.is_some())),
        ];
        let mut values: Vec<Option<Value>> = record.values().map(|value| value.cloned()).collect();
        for (at, value) in computed {
            if let Some(place) = values.get_mut(usize::from(at)) {
                *place = Some(value);
            }
        }
        Ok(Record::new(values))
    }

    /// What an act before which cap and quiet days are looked at comes to, besides what the law's norms say of the plan:
    /// since it was made, others may have gone, and the day is another one.
    ///
    /// # Errors
    /// The cap is reached or the day is quiet, and the trigger is none that the rules except.
    pub(crate) fn may_visit(&self, db: &dyn Query, file: &CaseFile, act: ActId, on: Day) -> Result<()> {
        let Some(visits) = file.pack.file.visits.as_ref().filter(|visits| visits.guards.has(act)) else {
            return Ok(());
        };
        let Some(visit) = visit_of(file).filter(|visit| !visit.is_excepted) else { return Ok(()) };
        let deeds = &file.history.deeds;
        let plan = deeds.iter().find(|deed| deed.act == visits.plans);
        let code =
            plan.and_then(|deed| party_code(text(&deed.record, visits.enterprise)).and_then(credit_code));
        let Some(code) = code else { return Ok(()) };
        let organ = self.organ(&file.row.organ)?;
        // Approving is about the day on which somebody means to go; the other acts about their own.
        let goes = if act == visits.approves { visit.planned_on.unwrap_or(on) } else { on };
        let looked = self.looked(db, visits, &organ, (&code, &visit.item, &file.row.id), (on, goes))?;
        let mut found = Vec::new();
        let cited = format!("{}{}", visits.basis, if visits.unverified { "（未核实）" } else { "" });
        let ask = format!(
            "确属投诉举报、转办交办、企业申请或者应急的，由{}负责人取消本次检查，写明来由重新提出。",
            organ.name
        );
        // A cap that nobody entered was told when the plan was approved.
        if looked.is_listed && i64::from(looked.done).saturating_mul(norms::PARTS) >= looked.cap {
            let cap = decimal(looked.cap, norms::PARTS);
            let why = format!(
                "本机关{}年按“{}”已经检查这家企业{}次，公布的年度频次上限是{cap}次",
                goes.year(),
                visit.item,
                looked.done
            );
            found.push(Diagnostic::error("visit_cap", why).on(&cited).help(&ask));
        }
        if let Some(days) = &looked.quiet {
            let why = format!("{}是企业安静日（{days}），不得入企检查", goes.chinese());
            found.push(
                Diagnostic::error("quiet_day", why).on(&cited).help(format!("请改在安静日以外检查。{ask}")),
            );
        }
        if found.is_empty() { Ok(()) } else { Err(AppError::Unauthorised(found)) }
    }

    fn looked(
        &self,
        db: &dyn Query,
        visits: &Visits,
        organ: &Organ,
        (code, item, case): (&str, &str, &str),
        (on, goes): (Day, Day),
    ) -> Result<Looked> {
        let items = self.table(&visits.items)?;
        let found = listed(&items, organ, item, on);
        let names: Vec<&str> = match found {
            Some(entry) => vec![item, &entry.key, items.text(entry, "name")],
            None => vec![item],
        };
        let cap = match found.and_then(|entry| items.value(entry, "cap")) {
            Some(Value::Number(parts)) => *parts,
            _ => 0,
        };
        let done = self.visited(db, code, case, |row, visit| {
            row.organ == organ.id
                && names.contains(&visit.item.as_str())
                && visit.days.iter().any(|day| day.year() == goes.year())
        })?;
        Ok(Looked {
            is_listed: found.is_some(),
            done: u32::try_from(done.len()).unwrap_or(u32::MAX),
            cap,
            quiet: self.quiet(visits, organ, goes)?,
        })
    }

    /// The visits to an enterprise that fit, but for one case's own.
    pub(crate) fn visited(
        &self,
        db: &dyn Query,
        code: &str,
        own: &str,
        fits: impl Fn(&cases::Case, &Visit) -> bool,
    ) -> Result<Vec<(cases::Case, Visit)>> {
        let (mut made, mut before) = (Vec::new(), String::new());
        loop {
            let ids = enterprise::cases_of(db, code, &before, BATCH)?;
            let Some(last) = ids.last() else { return Ok(made) };
            before.clone_from(last);
            for id in ids.iter().filter(|id| *id != own) {
                let Some(row) = cases::get(db, id)? else { continue };
                if !self.is_visit(&row.procedure) {
                    continue;
                }
                let file = self.inner().load(db, id)?;
                if let Some(visit) = visit_of(&file).filter(|visit| fits(&file.row, visit)) {
                    made.push((file.row.clone(), visit));
                }
            }
        }
    }

    fn is_visit(&self, procedure: &str) -> bool {
        let mut packs = self.rules().packs.iter().filter(|pack| pack.file.procedure.id == procedure);
        packs.any(|pack| pack.file.visits.is_some())
    }

    /// The cap that is published today for an item of a case's own kind of visit, in ten-thousandths.
    pub(crate) fn cap_of(&self, file: &CaseFile, organ: &Organ, item: &str) -> Result<Option<i64>> {
        let Some(visits) = file.pack.file.visits.as_ref() else { return Ok(None) };
        let items = self.table(&visits.items)?;
        let found = listed(&items, organ, item, self.today());
        Ok(found.and_then(|entry| match items.value(entry, "cap") {
            Some(Value::Number(parts)) => Some(*parts),
            _ => None,
        }))
    }

    /// Why today is a quiet day for an organ.
    pub(crate) fn quiet_today(&self, organ: &Organ) -> Result<Option<String>> {
        let visits = self.rules().packs.iter().rev().find_map(|pack| pack.file.visits.as_ref());
        visits.map_or(Ok(None), |visits| self.quiet(visits, organ, self.today()))
    }

    /// The quiet days that a day is one of, in words; nothing where it is none.
    fn quiet(&self, visits: &Visits, organ: &Organ, day: Day) -> Result<Option<String>> {
        let table = self.table(&visits.quiet_days)?;
        let all = self.organs()?;
        let holds = |entry: &&Entry| {
            entry.organ == organ.id
                || all.iter().any(|keeper| {
                    keeper.id == entry.organ && keeper.kind == "government" && governs(keeper, organ)
                })
        };
        let within = |entry: &&Entry| {
            let number = |field: &str| match table.value(entry, field) {
                Some(Value::Number(parts)) => Some(*parts / norms::PARTS),
                _ => None,
            };
            let today = i64::from(day.day());
            number("first").is_some_and(|first| first <= today)
                && number("last").is_some_and(|last| today <= last)
        };
        let is_of_all = |entry: &&Entry| table.text(entry, "scope") == "all";
        let found = table.on(day).filter(is_of_all).filter(holds).find(within);
        Ok(found.map(|entry| format!("{}，{}", table.text(entry, "days"), table.text(entry, "document"))))
    }
}

/// The entry of what may be looked at that a text names, by key or name, in an organ's own list or one that names it.
fn listed<'t>(items: &'t Table, organ: &Organ, item: &str, on: Day) -> Option<&'t Entry> {
    let own = |entry: &&Entry| entry.organ == organ.id || items.text(entry, "organ") == organ.name;
    let named = |entry: &&Entry| entry.key == item || items.text(entry, "name") == item;
    items.on(on).filter(own).find(named)
}

/// Whether an organ lies in the area of another: a city's number ends in zeros where its counties' do not.
pub(crate) fn governs(keeper: &Organ, organ: &Organ) -> bool {
    let mut area = keeper.division.as_str();
    while let Some(shorter) = area.strip_suffix("00") {
        area = shorter;
    }
    organ.division.starts_with(area)
}
