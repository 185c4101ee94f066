//! The list of a draw of case files: closed cases of the organs under review, by organ and procedure, and the reviewers of the organ
//! that reviews, each kept from the files of cases in which they had a part.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use base::{Diagnostic, closest};
use calendar::Day;
use draw::{Certificate, Exclusion, Inspector, List, Object, RATIO_WHOLE, Recusal, Source, Stratum};
use norms::{FieldType, Value};
use packs::review_sheets::ReviewSheet;
use store::cases::{self, Case};

use super::lists::Asked;
use super::rounds::{instant, value_of, whole};
use crate::case::CaseFile;
use crate::error::{AppError, Result};
use crate::organs::Organ;
use crate::platform::Platform;

/// What stands in the file for what reviewers do; nobody is asked for a certificate of it.
pub(super) const REVIEWING: &str = "案卷评查";
/// How many cases of an organ are read at a time.
const PAGE: u32 = 500;

/// A closed case whose file may be drawn.
struct Closed {
    row: Case,
    number: String,
    procedure: String,
}

/// A reviewer by the number on the roll, with name and account.
struct Reviewer {
    number: String,
    name: String,
    account: Option<String>,
}

impl Platform {
    /// The list of a draw of case files as of its day.
    pub(super) fn files_list(&self, asked: &Asked<'_>) -> Result<List<'static>> {
        let mut faults: Vec<Diagnostic> = Vec::new();
        let sheet = self.sheet_asked(asked, &mut faults);
        let organs = self.reviewed_organs(asked, &mut faults)?;
        let reviewers = self.reviewers(asked, &mut faults)?;
        let each = whole(value_of(asked.spec, asked.record, "each")).filter(|each| *each > 0);
        if each.is_none() {
            faults.push(Diagnostic::error("each", "每个机关抽取的卷数应当是大于零的整数"));
        }
        let (Some(sheet), Some(each), true) = (sheet, each, faults.is_empty()) else {
            return Err(AppError::Unfit(faults));
        };
        let excluded = exclusions(asked);
        let (mut strata, mut recusals) = (Vec::new(), Vec::new());
        for organ in &organs {
            let closed = self.closed_cases(asked, organ, sheet)?;
            strata.extend(strata_of(organ, &closed, each, &excluded, &mut faults));
            self.recuse(&closed, &reviewers, &mut recusals)?;
        }
        if strata.is_empty() && faults.is_empty() {
            let help = "请核对机关、办结期间，以及标准适用的程序。";
            faults.push(Diagnostic::error("no_files", "这一期间没有办结的案件可以抽取").help(help));
        }
        if !faults.is_empty() {
            return Err(AppError::Unfit(faults));
        }
        let day = |id: &str| asked.day(id).map_or(String::new(), |day| day.to_string());
        let moment = |day: &str, time: &str| instant(asked.day(day), asked.text(time));
        let limit = whole(value_of(asked.spec, asked.record, "limit")).unwrap_or(0);
        Ok(List {
            exclusions: excluded,
            history: Vec::new(),
            inspect_from: day("inspect_from"),
            inspect_to: day("inspect_to"),
            inspectors: reviewers.iter().map(|one| inspector(one, asked, limit)).collect(),
            locked_at: String::new(),
            organ: asked.organ.1.to_owned(),
            recusals,
            source: Source {
                name: asked.text("source").to_owned(),
                not_after: moment("not_after_day", "not_after_time"),
                not_before: moment("not_before_day", "not_before_time"),
            },
            strata,
            title: asked.text("title").to_owned(),
        })
    }

    fn sheet_asked(&self, asked: &Asked<'_>, faults: &mut Vec<Diagnostic>) -> Option<&ReviewSheet> {
        let key = asked.text("sheet");
        let all = &self.rules().review_sheets;
        let found = self.rules().review_sheet(key);
        match found {
            Some(sheet) if sheet.in_force.covers(asked.on) => Some(sheet),
            Some(sheet) => {
                let message = format!("评查标准“{}”{}不施行", sheet.name, asked.on.chinese());
                faults.push(Diagnostic::error("sheet", message).help("请换一版。"));
                None
            }
            None => {
                let keys: Vec<String> = all.iter().map(ReviewSheet::key).collect();
                let near = closest(key, keys.iter().map(String::as_str));
                let help = near.map_or_else(
                    || format!("可用的有：{}。", keys.join("、")),
                    |near| format!("是不是“{near}”？"),
                );
                faults.push(Diagnostic::error("sheet", format!("没有评查标准“{key}”")).help(help));
                None
            }
        }
    }

    /// The organs that are named; without names all of the division.
    fn reviewed_organs(&self, asked: &Asked<'_>, faults: &mut Vec<Diagnostic>) -> Result<Vec<Organ>> {
        let all = self.organs()?;
        let own = self.organ(asked.organ.0)?;
        let within = |organ: &&Organ| organ.division.starts_with(&own.division);
        let names = asked.names("organs");
        if names.is_empty() {
            return Ok(all.iter().filter(within).cloned().collect());
        }
        let mut made = Vec::new();
        for name in &names {
            match all.iter().filter(within).find(|organ| organ.name == *name) {
                Some(organ) => made.push(organ.clone()),
                None => {
                    let near = closest(name, all.iter().map(|organ| organ.name.as_str()));
                    let help = near.map_or("请写本行政区域内机关的全称。".to_owned(), |near| {
                        format!("是不是“{near}”？")
                    });
                    faults.push(
                        Diagnostic::error("unknown_organ", format!("本行政区域没有“{name}”")).help(help),
                    );
                }
            }
        }
        Ok(made)
    }

    /// The officers who review: of the organ that holds the review, by name.
    fn reviewers(&self, asked: &Asked<'_>, faults: &mut Vec<Diagnostic>) -> Result<Vec<Reviewer>> {
        let table = self.table("officers")?;
        let own: Vec<_> = table.on(asked.on).filter(|one| one.organ == asked.organ.0).collect();
        let mut made = Vec::new();
        for name in asked.names("reviewers") {
            let named: Vec<_> = own.iter().filter(|one| table.text(one, "name") == name).collect();
            let [one] = named.as_slice() else {
                let message = match named.len() {
                    0 => format!("本机关的人员名册{}没有“{name}”", asked.on.chinese()),
                    _ => format!("本机关的人员名册里叫“{name}”的不止一人"),
                };
                let near = closest(&name, own.iter().map(|one| table.text(one, "name")));
                let help = near.filter(|_| named.is_empty()).map_or(
                    "评查人员由本机关的在册人员担任；请核对“行政机关人员名册”。".to_owned(),
                    |near| format!("是不是“{near}”？"),
                );
                faults.push(Diagnostic::error("reviewer", message).help(help));
                continue;
            };
            let login = table.text(one, "account");
            let account =
                self.store().read(|reader| store::account::by_login(reader, &login.to_lowercase()))?;
            made.push(Reviewer {
                number: table.text(one, "number").to_owned(),
                name,
                account: account.map(|one| one.id),
            });
        }
        if made.len() < draw::PAIR && faults.is_empty() {
            let message = format!("评查人员至少{}名", draw::PAIR);
            faults.push(
                Diagnostic::error("reviewer", message)
                    .help("每卷由两人评查；承办过的案件还要回避，请多列几名。"),
            );
        }
        made.sort_by(|one, other| one.number.cmp(&other.number));
        Ok(made)
    }

    /// The cases of an organ that were closed within the days asked for, of the procedures of the sheet.
    fn closed_cases(&self, asked: &Asked<'_>, organ: &Organ, sheet: &ReviewSheet) -> Result<Vec<Closed>> {
        let (from, to) = (asked.day("closed_from"), asked.day("closed_to"));
        let is_within = |row: &Case| {
            row.closed_on
                .and_then(Day::from_number)
                .is_some_and(|day| from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to))
        };
        self.store().read(|reader| {
            let (mut made, mut after) = (Vec::new(), None);
            loop {
                let rows =
                    cases::page(reader, cases::Scope::Organ { organ: &organ.id }, "", after.as_ref(), PAGE)?;
                let is_last = rows.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
                after = rows.last().map(Case::key);
                for row in rows {
                    let number = row
                        .number
                        .clone()
                        .filter(|_| is_within(&row) && sheet.procedures.contains(&row.procedure));
                    let Some(number) = number else { continue };
                    let procedure = self.procedure_name(&row.procedure);
                    made.push(Closed { row, number, procedure });
                }
                if is_last {
                    return Ok(made);
                }
            }
        })
    }

    /// Keeps each reviewer from the files of cases in which they acted or are named as an officer.
    fn recuse(
        &self,
        closed: &[Closed],
        reviewers: &[Reviewer],
        made: &mut Vec<Recusal<'static>>,
    ) -> Result<()> {
        for one in closed {
            let (accounts, names) = self.handlers_of(&one.row.id)?;
            for reviewer in reviewers {
                let acted = reviewer.account.as_ref().is_some_and(|own| accounts.contains(own));
                if !acted && !names.contains(&reviewer.name) {
                    continue;
                }
                made.push(Recusal {
                    inspector: Cow::Owned(reviewer.number.clone()),
                    object: Cow::Owned(one.number.clone()),
                    reason: Cow::Borrowed("办理过本案"),
                });
            }
        }
        Ok(())
    }

    /// The accounts that acted in a case, and the names of officers in its records and of those accounts.
    pub(crate) fn handlers_of(&self, case: &str) -> Result<(BTreeSet<String>, BTreeSet<String>)> {
        self.store().read(|reader| {
            let file = self.inner().load(reader, case)?;
            let mut names = officers_in(&file);
            let mut accounts = BTreeSet::new();
            for entry in store::events::of_case(reader, case, 0)? {
                let actor = entry.event().actor.clone();
                if accounts.insert(actor.clone()) {
                    names.extend(store::account::get(reader, &actor)?.map(|one| one.name));
                }
            }
            Ok((accounts, names))
        })
    }
}

/// The names in the fields of type officer of a case's records.
fn officers_in(file: &CaseFile) -> BTreeSet<String> {
    let procedure = &file.pack.file.procedure;
    let mut made = BTreeSet::new();
    for deed in &file.history.deeds {
        let fields = procedure.act_of(deed.act).map_or(&[][..], |act| &act.fields);
        for (field, value) in fields.iter().zip(deed.record.values()) {
            if let (FieldType::Officer, Some(Value::Text(name))) = (field.kind, value) {
                made.insert(name.clone());
            }
        }
    }
    made
}

/// The strata of an organ: one for each procedure, with the ratio that draws as many as asked.
fn strata_of(
    organ: &Organ,
    closed: &[Closed],
    each: u32,
    excluded: &[Exclusion<'static>],
    faults: &mut Vec<Diagnostic>,
) -> Vec<Stratum<'static>> {
    let mut by_procedure: BTreeMap<&str, Vec<&Closed>> = BTreeMap::new();
    for one in closed {
        by_procedure.entry(&one.procedure).or_default().push(one);
    }
    let is_out = |number: &str| excluded.iter().any(|one| one.kind == "object" && one.id == number);
    let mut made = Vec::new();
    for (procedure, cases) in by_procedure {
        let left = cases.iter().filter(|one| !is_out(&one.number)).count();
        let left = u32::try_from(left).unwrap_or(u32::MAX);
        let name = format!("{}·{procedure}", organ.name);
        let Some(ratio) = ratio(each, left) else {
            let message = format!("“{name}”有{left}件，超过一万件的不能按件数抽");
            faults.push(Diagnostic::error("too_many", message).help("请缩短办结的期间。"));
            continue;
        };
        let object = |one: &&Closed| Object {
            id: Cow::Owned(one.number.clone()),
            name: Cow::Owned(one.number.clone()),
        };
        let mut objects: Vec<Object<'static>> = cases.iter().map(object).collect();
        objects.sort_by(|one, other| one.id.cmp(&other.id));
        made.push(Stratum { fields: vec![REVIEWING.to_owned()], id: name.clone(), name, objects, ratio });
    }
    made
}

/// The ratio, in ten-thousandths and rounded up when drawn, that gives `each` of so many; nothing where none does.
fn ratio(each: u32, of: u32) -> Option<u32> {
    if of <= each {
        return Some(RATIO_WHOLE);
    }
    let ratio = each.checked_mul(RATIO_WHOLE)?.checked_div(of)?;
    let drawn = u64::from(of) * u64::from(ratio);
    (drawn.div_ceil(u64::from(RATIO_WHOLE)) == u64::from(each)).then_some(ratio)
}

fn inspector(one: &Reviewer, asked: &Asked<'_>, limit: u32) -> Inspector<'static> {
    let day = |id: &str| asked.day(id).map_or(String::new(), |day| day.to_string());
    Inspector {
        certificates: vec![Certificate {
            field: Cow::Borrowed(REVIEWING),
            from: Cow::Owned(day("inspect_from")),
            to: Cow::Owned(day("inspect_to")),
        }],
        id: Cow::Owned(one.number.clone()),
        limit,
        name: Cow::Owned(one.name.clone()),
        organ: Cow::Owned(asked.organ.1.to_owned()),
    }
}

/// Who and what is not drawn, as the organ says, with the reason.
fn exclusions(asked: &Asked<'_>) -> Vec<Exclusion<'static>> {
    let rows = match value_of(asked.spec, asked.record, "exclusions") {
        Some(Value::List(rows)) => rows.as_slice(),
        _ => &[],
    };
    let one = |row: &String| {
        let mut cells = row.split('｜').map(str::trim);
        let [kind, id, reason] = [(); 3].map(|()| cells.next().unwrap_or_default().to_owned());
        let is_person = kind.contains("人员") || kind == "inspector";
        Exclusion {
            id: Cow::Owned(id),
            kind: Cow::Borrowed(if is_person { "inspector" } else { "object" }),
            reason: Cow::Owned(reason),
        }
    };
    rows.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::ratio;

    #[test]
    fn a_ratio_draws_as_many_as_asked() {
        for of in 1..=10_000_u32 {
            for each in [1, 2, 3, 7, 30] {
                let ratio = ratio(each, of).unwrap();
                let drawn = (u64::from(of) * u64::from(ratio)).div_ceil(10_000);
                assert_eq!(drawn, u64::from(each.min(of)), "{each} of {of}");
            }
        }
        assert_eq!(ratio(1, 20_001), None);
    }
}
