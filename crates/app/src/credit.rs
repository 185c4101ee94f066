//! Classes of credit risk from what the platform knows: fines of all cases about an enterprise and the lists that it is on, by
//! rules that are entries of registers. What comes out is shown with its reasons, and goes into the list of objects, by which
//! draws are made, when whoever keeps that list takes it over.

use calendar::Day;
use discretion::credit::{Class, Classified, Kind, Record, Scheme, classify, shown};
use discretion::model::Edition;
use norms::Value;
use registers::Entry;
use store::{Query, enterprise, publication};

use crate::actor::Actor;
use crate::case::CaseFile;
use crate::draws::CLASSES;
use crate::enterprises::{Fine, fines};
use crate::error::{AppError, Result};
use crate::organs::Organ;
use crate::platform::Platform;
use crate::record::{Form, as_form};
use crate::registers::NewEntry;
use crate::roll::Table;
use crate::visits::governs;

const KINDS: &str = "credit_kinds";
const BOUNDS: &str = "credit_bounds";
const OBJECTS: &str = "inspection_objects";
const LISTS: &str = "credit_list";
/// How many cases about one enterprise are read at a time.
const BATCH: u32 = 200;

/// The class of an enterprise as the rules give it. 计算出的信用风险等级
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditClass {
    /// `a` to `d`.
    pub class: String,
    pub name: String,
    /// Class, points and each record with its reason and basis, line by line.
    pub why: String,
}

/// An object whose class is to be another one. 等级变动
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditChange {
    pub code: String,
    pub name: String,
    /// Words of the class that stands in the list.
    pub before: String,
    pub after: CreditClass,
}

impl Platform {
    /// Those of an organ's objects of inspection whose class is another one by the rules of today, with the reasons; nothing
    /// where no rules hold for the organ.
    ///
    /// # Errors
    /// The actor is no officer of the organ; the rules are not whole; the store cannot be read.
    pub fn credit_changes(&self, actor: &Actor) -> Result<Option<Vec<CreditChange>>> {
        let organ = self.organ(crate::desk::officer_organ(actor)?)?;
        let today = self.today();
        let Some(scheme) = self.credit_scheme(&organ, today)? else { return Ok(None) };
        let objects = self.table(OBJECTS)?;
        let mut made = Vec::new();
        for entry in objects.on(today).filter(|entry| entry.organ == organ.id) {
            let code = objects.text(entry, "code");
            let after = self.store().read(|reader| self.credit_by(reader, &scheme, code, today))?;
            if after.class != objects.text(entry, "class") {
                made.push(CreditChange {
                    code: code.to_owned(),
                    name: objects.text(entry, "name").to_owned(),
                    before: objects.label(entry, "class"),
                    after,
                });
            }
        }
        Ok(Some(made))
    }

    /// Takes all changes over into the organ's list of objects from today on; how many there were.
    ///
    /// # Errors
    /// Not the actor's to keep; as [`Platform::credit_changes`].
    pub fn take_credit_over(&self, actor: &Actor) -> Result<usize> {
        let organ = self.organ(crate::desk::officer_organ(actor)?)?;
        let changes = self.credit_changes(actor)?.ok_or_else(no_rules)?;
        let (objects, today) = (self.table(OBJECTS)?, self.today());
        let register = std::sync::Arc::clone(self.register(OBJECTS)?);
        let mut rows = Vec::new();
        for change in &changes {
            let own = objects
                .on(today)
                .find(|one| one.organ == organ.id && objects.text(one, "code") == change.code);
            let Some(entry) = own else { continue };
            let mut form = Form::new();
            for (field, value) in register.fields.iter().zip(entry.record.values()) {
                form.extend(value.map(|value| (field.id.clone(), as_form(field, value))));
            }
            if entry.from < today {
                let ended = form.clone();
                rows.push(NewEntry { from: entry.from, until: Some(today.previous()), form: ended, line: 0 });
            }
            form.insert("class".to_owned(), vec![change.after.class.clone()]);
            form.insert("why".to_owned(), vec![change.after.why.clone()]);
            rows.push(NewEntry { from: today, until: entry.until, form, line: 0 });
        }
        if !rows.is_empty() {
            self.enter(actor, OBJECTS, &organ.id, rows, "按信用风险分类规则计算")?;
        }
        Ok(changes.len())
    }

    /// The class of an enterprise on a day by the rules that hold for an organ then; nothing where none do.
    pub(crate) fn credit_of(
        &self,
        db: &dyn Query,
        organ: &Organ,
        code: &str,
        on: Day,
    ) -> Result<Option<CreditClass>> {
        let scheme = self.credit_scheme(organ, on)?;
        scheme.map(|scheme| self.credit_by(db, &scheme, code, on)).transpose()
    }

    fn credit_by(&self, db: &dyn Query, scheme: &Scheme, code: &str, on: Day) -> Result<CreditClass> {
        let mut records = self.credit_records(db, code, on)?;
        records.retain(|record| scheme.kinds.iter().any(|kind| kind.id == record.kind));
        let made: Classified = classify(scheme, &records, on).map_err(AppError::Unfit)?;
        let class = scheme.classes.get(made.class);
        Ok(CreditClass {
            class: class.map_or(String::new(), |class| class.id.to_lowercase()),
            name: class.map_or(String::new(), |class| format!("{}类（{}）", class.id, class.name)),
            why: shown(scheme, &records, &made),
        })
    }

    /// What the platform knows against an enterprise on a day, the oldest first: decisions that stand on that day. The reasons
    /// go into a list that anybody may read, so a case is named by its number only where its decision is public.
    fn credit_records(&self, db: &dyn Query, code: &str, on: Day) -> Result<Vec<Record>> {
        let mut made = Vec::new();
        let lists = self.table(LISTS)?;
        let own = |one: &&Entry| lists.text(one, "code").trim().eq_ignore_ascii_case(code);
        for entry in lists.all().filter(own).filter(|one| one.from <= on) {
            // Off the list from the day after its last.
            let repaired_on = entry.until.map(Day::next).filter(|day| *day <= on);
            let (kind, number) = (lists.text(entry, "list"), lists.text(entry, "decision"));
            made.push(Record {
                kind: kind.to_owned(),
                number: number.to_owned(),
                on: entry.from,
                repaired_on,
            });
        }
        let mut before = String::new();
        loop {
            let ids = enterprise::cases_of(db, code, &before, BATCH)?;
            let Some(last) = ids.last() else { break };
            before.clone_from(last);
            for id in &ids {
                let file = self.inner().load(db, id)?;
                let standing =
                    fines(&file, on).into_iter().filter(|fine| fine.undone_on.is_none() && fine.fen > 0);
                for fine in standing {
                    let number = self.openly(db, &file, &fine, on)?;
                    let kind = "penalty".to_owned();
                    made.push(Record { kind, number, on: fine.decided_on, repaired_on: None });
                }
            }
        }
        made.sort_by(|a, b| (a.on, &a.number).cmp(&(b.on, &b.number)));
        Ok(made)
    }

    /// How a decision is named to anybody: by its case's number where it is public on a day, else by the organ alone.
    fn openly(&self, db: &dyn Query, file: &CaseFile, fine: &Fine, on: Day) -> Result<String> {
        let act = file.pack.file.procedure.act_of(fine.act).map_or("", |act| act.id.as_str());
        let public = publication::of_case(db, &file.row.id)?;
        if public.iter().any(|one| one.act == act && one.is_shown(on.number())) {
            return Ok(file.row.number.clone().unwrap_or_default());
        }
        Ok(format!("{}的决定（没有公开，案号从略）", self.organ_of(&file.row.organ)?.name))
    }

    /// The rules for an organ on a day: its own, or those of a government that governs it.
    fn credit_scheme(&self, organ: &Organ, on: Day) -> Result<Option<Scheme>> {
        let (kinds, bounds) = (self.table(KINDS)?, self.table(BOUNDS)?);
        let own = |keeper: &str| kinds.on(on).any(|one| one.organ == keeper);
        let keeper = if own(&organ.id) {
            Some(organ.clone())
        } else {
            let all = self.organs()?;
            all.into_iter().find(|one| one.kind == "government" && governs(one, organ) && own(&one.id))
        };
        let Some(keeper) = keeper else { return Ok(None) };
        let classes = classes(&bounds, &keeper, on)?;
        let mut made = Vec::new();
        let mut edition = None;
        for entry in kinds.on(on).filter(|one| one.organ == keeper.id) {
            edition.get_or_insert_with(|| Edition {
                organ: keeper.name.clone(),
                document: kinds.text(entry, "basis").to_owned(),
                version: String::new(),
                from: entry.from,
                until: entry.until,
                example: false,
                unverified: false,
            });
            made.push(kind(&kinds, entry));
        }
        Ok(edition.map(|edition| Scheme { edition, kinds: made, classes }))
    }
}

fn no_rules() -> AppError {
    let help = "请在“信用风险分类：记录怎样计分”和“各等级的上限”登记规则。";
    AppError::wrong("no_credit_rules", "没有登记适用于您单位的信用风险分类规则", help)
}

/// A number field as a whole number.
fn whole(table: &Table, entry: &Entry, field: &str) -> Option<i64> {
    match table.value(entry, field) {
        Some(Value::Number(parts)) => Some(*parts / norms::PARTS),
        _ => None,
    }
}

fn classes(bounds: &Table, keeper: &Organ, on: Day) -> Result<Vec<Class>> {
    let names = ["信用风险低", "信用风险一般", "信用风险较高", "信用风险高"];
    let of = |class: &str| {
        let own = bounds.on(on).find(|one| one.organ == keeper.id && bounds.text(one, "class") == class);
        own.and_then(|entry| whole(bounds, entry, "most"))
    };
    let made: Vec<Class> = CLASSES
        .iter()
        .zip(names)
        .map(|((id, _), name)| Class {
            id: id.to_uppercase(),
            name: name.to_owned(),
            most: of(id),
            ratio: None,
        })
        .collect();
    let rises = made.windows(2).all(|pair| match pair {
        [one, other] => one.most.is_some_and(|most| other.most.is_none_or(|next| next > most)),
        _ => true,
    });
    if rises {
        return Ok(made);
    }
    let why = format!("{}的各等级上限没有登记全，或者不是递增的", keeper.name);
    Err(AppError::wrong(
        "credit_bounds",
        why,
        "请在“信用风险分类：各等级的上限”把A、B、C三类登记全，逐类升高。",
    ))
}

fn kind(kinds: &Table, entry: &Entry) -> Kind {
    let months = |field: &str| whole(kinds, entry, field).and_then(|months| u32::try_from(months).ok());
    let half = months("half_from").map(|months| (months, 50));
    let none = months("none_from").map(|months| (months, 0));
    let mut fades: Vec<(u32, i64)> = half.into_iter().chain(none).collect();
    fades.sort_unstable();
    let at_least = CLASSES.iter().position(|(id, _)| *id == kinds.text(entry, "at_least"));
    Kind {
        id: kinds.text(entry, "kind").to_owned(),
        name: kinds.label(entry, "kind"),
        points: whole(kinds, entry, "points").unwrap_or_default(),
        most: whole(kinds, entry, "most"),
        fades,
        repaired: whole(kinds, entry, "repaired").unwrap_or(100),
        at_least,
        basis: kinds.text(entry, "basis").to_owned(),
    }
}
