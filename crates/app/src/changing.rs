//! Registers that change by a procedure alone: an act of a case writes the entry, in its own transaction, and no keeper does.

use calendar::Day;
use norms::{Act, Procedure, Record, Value};
use registers::{ChangedBy, Register};
use store::entry;

use crate::acting::Doing;
use crate::commands::Correct;
use crate::error::{AppError, Result};
use crate::organs::Organ;
use crate::platform::{Inner, Platform};
use crate::prepared::Prepared;
use crate::record;
use crate::registers::{NewEntry, still_apart};

impl Inner {
    /// The registers that an act of a procedure writes.
    fn written_by(&self, procedure: &str, act: &str) -> Vec<(&Register, &ChangedBy)> {
        let all = self.rules.registers.iter();
        let own = all.filter_map(|register| Some((&**register, register.changed_by.as_ref()?)));
        let is_its = |by: &ChangedBy| by.act == act || by.ends.iter().any(|one| one == act);
        own.filter(|(_, by)| by.procedure == procedure && is_its(by)).collect()
    }
}

impl Platform {
    /// Ids of the registers that change by a procedure.
    pub(crate) fn changed_by(&self, procedure: &str) -> Vec<String> {
        let all = self.rules().registers.iter();
        let own = all.filter(|one| one.changed_by.as_ref().is_some_and(|by| by.procedure == procedure));
        own.map(|one| one.id.clone()).collect()
    }

    /// Keepers enter nothing in a register that changes by a procedure; what held before that procedure was in force they
    /// may, until the procedure has written its first entry.
    pub(crate) fn may_enter(&self, register: &Register, organ: &Organ, rows: &[NewEntry]) -> Result<()> {
        let Some(by) = &register.changed_by else { return Ok(()) };
        let since = self.since(by);
        let is_old = rows.iter().all(|row| since.is_some_and(|since| row.from < since));
        if is_old && !self.is_written(register, organ)? {
            return Ok(());
        }
        Err(self.only_by(register, by))
    }

    pub(crate) fn may_withdraw(&self, register: &Register, organ: &Organ) -> Result<()> {
        match &register.changed_by {
            Some(by) if self.is_written(register, organ)? => Err(self.only_by(register, by)),
            _ => Ok(()),
        }
    }

    /// The day from which a procedure is in force.
    fn since(&self, by: &ChangedBy) -> Option<Day> {
        let packs = self.rules().packs.iter().map(|pack| &pack.file.procedure);
        packs.filter(|own| own.id == by.procedure).map(|own| own.in_force.from).min()
    }

    /// Whether a case wrote an entry of an organ's register.
    fn is_written(&self, register: &Register, organ: &Organ) -> Result<bool> {
        Ok(self.store().read(|reader| entry::is_of_case(reader, &register.id, &organ.id))?)
    }

    fn only_by(&self, register: &Register, by: &ChangedBy) -> AppError {
        let procedure = self.procedure_name(&by.procedure);
        let packs = self.rules().packs.iter().map(|pack| &pack.file.procedure);
        let own = packs.filter(|own| own.id == by.procedure).find_map(|own| {
            let act = own.act_named(&by.act).map(|act| own.name_of(act).to_owned());
            let opening = own.acts.iter().find(|act| act.opens_case).map(|act| act.name.clone());
            act.zip(opening)
        });
        let (act, opening) = own.unwrap_or_default();
        let cited = register.basis.as_ref().map_or(String::new(), |basis| format!("（{}）", basis.cited));
        let why = format!("“{}”只依“{procedure}”程序变动{cited}，不能直接登记、修改、撤回", register.name);
        let since = self.since(by).map_or(String::new(), |since| {
            format!("{}以前就有的条目，在第一次依程序变动以前可以整批登记。", since.chinese())
        });
        let help = format!("请以“{opening}”开始“{procedure}”，办到“{act}”时清单同时变动。{since}");
        AppError::wrong("changed_by_procedure", why, help)
    }
}

impl Doing<'_, '_> {
    /// Writes the entries of the registers that an act changes, with this case as their basis.
    pub fn change_registers(&mut self, prepared: &Prepared, number: u32) -> Result<()> {
        let pack = std::sync::Arc::clone(&self.file.pack);
        let procedure = &pack.file.procedure;
        let inner = self.inner;
        let Some(spec) = procedure.act_of(prepared.act) else { return Ok(()) };
        for (register, by) in inner.written_by(&procedure.id, &spec.id) {
            let change = self.change_of(procedure, register, by, prepared)?;
            self.write(register, change, number)?;
        }
        Ok(())
    }

    /// What an act makes of a register.
    fn change_of(
        &self,
        procedure: &Procedure,
        register: &Register,
        by: &ChangedBy,
        prepared: &Prepared,
    ) -> Result<Change> {
        // The act's own field goes before; of the others, whichever recorded it last.
        let recorded = |id: &str| {
            let deeds = self.file.history.deeds.iter().rev();
            deeds.filter_map(|deed| deed.record.get(procedure.field_named(deed.act, id)?)).next()
        };
        let value = |id: &str| -> Option<&Value> {
            let own = procedure.field_named(prepared.act, id).and_then(|at| prepared.record.get(at));
            own.or_else(|| recorded(id))
        };
        let record: Vec<Option<Value>> =
            register.fields.iter().map(|field| value(&field.id).cloned()).collect();
        let record = Record::new(record);
        let key = register.key_of(&record).ok_or_else(|| {
            AppError::wrong(
                "no_key",
                format!("“{}”的主键没有记全", register.name),
                "请先更正提出变动的事项。",
            )
        })?;
        let day = |id: &Option<String>| match id.as_deref().and_then(value) {
            Some(Value::Day(day)) => Some(*day),
            _ => None,
        };
        let ends = procedure.act_of(prepared.act).is_some_and(|spec| by.ends.contains(&spec.id));
        // What takes a key off says itself from when: what was recorded before is when it came on.
        let own = |id: &String| procedure.field_named(prepared.act, id);
        let own = by.from.as_ref().and_then(own).and_then(|at| prepared.record.get(at));
        let from = match own {
            Some(Value::Day(day)) => *day,
            _ if ends => prepared.on,
            _ => day(&by.from).unwrap_or(prepared.on),
        };
        let until = day(&by.until).filter(|_| !ends);
        if until.is_some_and(|until| until < from) {
            let why = format!("“{key}”的终止日期早于起始日期{}", from.chinese());
            return Err(AppError::wrong("until", why, "请更正提出变动的事项里的日期。"));
        }
        let removes = ends || matches!(by.removes.as_deref().and_then(value), Some(Value::Flag(true)));
        Ok(Change { key, from, until, record, removes })
    }

    /// Ends what the key held until now and enters what it holds from now on.
    fn write(&mut self, register: &Register, change: Change, number: u32) -> Result<()> {
        let Change { key, from, until, record, removes } = change;
        let organ = self.file.row.organ.clone();
        let rows = entry::of_key(self.tx, &register.id, &organ, &key)?;
        let begins = |row: &&entry::Entry| row.valid_from == from.number();
        let holds = |row: &&entry::Entry| {
            row.valid_from < from.number() && row.valid_until.is_none_or(|until| from.number() <= until)
        };
        let (before, same) = (rows.iter().find(holds).cloned(), rows.iter().find(begins).cloned());
        if removes && before.is_none() && same.is_none() {
            let why = format!("{}“{key}”不在“{}”里，不能移出", from.chinese(), register.name);
            return Err(AppError::wrong("not_listed", why, "请核对主键和日期。"));
        }
        let mut stored = Vec::new();
        if let Some(before) = before {
            let until = Some(from.previous().number());
            stored.push(self.row_of(entry::Entry { valid_until: until, ..before }, number));
        }
        let fresh = entry::Entry {
            register: register.id.clone(),
            organ: organ.clone(),
            division: self.file.row.division.clone(),
            key: key.clone(),
            valid_from: from.number(),
            valid_until: until.map(Day::number),
            record: record::fields_json(&register.fields, &record),
            withdrawn: false,
            entered_at: 0,
            entered_by: String::new(),
            reason: String::new(),
            number: 0,
            case: None,
            event: None,
        };
        match same {
            Some(same) if removes => {
                stored.push(self.row_of(entry::Entry { withdrawn: true, ..same }, number))
            }
            _ if removes => {}
            _ => stored.push(self.row_of(fresh, number)),
        }
        for row in &stored {
            entry::put(self.tx, row)?;
        }
        still_apart(&*self.tx, register, &stored)
    }

    /// A row that this case is the basis of.
    fn row_of(&self, row: entry::Entry, number: u32) -> entry::Entry {
        let cited = self.file.row.number.as_deref().unwrap_or(&self.file.row.id);
        entry::Entry {
            entered_at: self.moment.now,
            entered_by: self.moment.actor.account.clone(),
            reason: format!("{cited}第{number}号事项"),
            case: Some(self.file.row.id.clone()),
            event: Some(number),
            ..row
        }
    }

    /// What has gone into a register is changed by another case, not by a correction.
    pub fn unwritten(&self, spec: &Act, correct: &Correct) -> Result<()> {
        let procedure = &self.file.pack.file.procedure;
        let registers = self.inner.rules.registers.iter();
        for register in registers {
            let Some(by) = register.changed_by.as_ref().filter(|by| by.procedure == procedure.id) else {
                continue;
            };
            let touches = by.act == spec.id || by.of == spec.id;
            let writing = procedure.act_named(&by.act);
            if touches && self.file.history.deeds.iter().any(|deed| Some(deed.act) == writing) {
                let number = correct.number;
                let why = format!("本案已经写入“{}”，第{number}号事项不能更正", register.name);
                let help = format!("请再办一次“{}”，把条目改过来；清单保留每一次变动。", procedure.name);
                return Err(AppError::wrong("written", why, help));
            }
        }
        Ok(())
    }
}

/// What an act makes of a register.
struct Change {
    key: String,
    from: Day,
    until: Option<Day>,
    record: Record,
    removes: bool,
}
