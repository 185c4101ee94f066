//! What a record says of things that must exist, looked at before it is entered: a task's measure and proof, an assessment's
//! scheme, criterion, score and proof. All that is wrong is told at once.

use assessment::{DIGITS, Scheme, check_sheet};
use calendar::Day;
use norms::{ActId, Deed, Record};
use packs::Pack;
use plan::MeasureRef;
use registers::as_of;
use store::{cases, document};

use super::written::{Fields, Reference, take, written};
use crate::assess::Subject;
use crate::case::CaseFile;
use crate::commands::Correct;
use crate::error::{AppError, FieldFault, Result};
use crate::platform::Platform;
use crate::visible::Viewer;

/// Nothing is entered that claims what is not so.
///
/// # Errors
/// All of it at once.
pub(crate) fn none_false(claims: &[FieldFault]) -> Result<()> {
    if claims.is_empty() { Ok(()) } else { Err(AppError::Invalid(claims.to_vec())) }
}

/// Faults of a form as they are found.
struct Faults<'a> {
    pack: &'a Pack,
    act: ActId,
    found: Vec<FieldFault>,
}

impl Faults<'_> {
    fn tell(&mut self, field: &str, message: impl Into<String>) {
        let fields = self.pack.file.procedure.act_of(self.act).map_or(&[][..], |act| act.fields.as_slice());
        let name = fields.iter().find(|one| one.id == field).map_or(field, |one| one.name.as_str());
        let (field, name) = (field.to_owned(), name.to_owned());
        self.found.push(FieldFault { field, name, message: message.into() });
    }
}

impl Platform {
    /// What a record claims that is not so. `seen` is the case as it stands; none where the act opens it.
    ///
    /// # Errors
    /// The store cannot be read.
    pub(crate) fn false_claims(
        &self,
        pack: &Pack,
        (seen, holder): (Option<&CaseFile>, &str),
        (act, on): (ActId, Day),
        record: &Record,
    ) -> Result<Vec<FieldFault>> {
        let mut faults = Faults { pack, act, found: Vec::new() };
        if pack.file.tasks.as_ref().is_some_and(|tasks| tasks.assigns == act) {
            self.task_claims(&Fields { pack, act, record }, &mut faults)?;
        }
        if pack.file.assessment.is_some() {
            self.assessment_claims((seen, holder), (act, on), record, &mut faults)?;
        }
        Ok(faults.found)
    }

    /// The same of what is put in an event's place by correcting it.
    ///
    /// # Errors
    /// There is no such case; the store cannot be read.
    pub(crate) fn claims_instead(&self, correct: &Correct) -> Result<Vec<FieldFault>> {
        let Some((on, form)) = &correct.instead else { return Ok(Vec::new()) };
        let seen = self.store().read(|reader| self.inner().load(reader, &correct.case))?;
        let deed = seen.history.deeds.iter().find(|deed| deed.number == correct.number);
        let procedure = &seen.pack.file.procedure;
        let Some(deed) =
            deed.filter(|_| seen.pack.file.tasks.is_some() || seen.pack.file.assessment.is_some())
        else {
            return Ok(Vec::new());
        };
        let Some(spec) = procedure.act_of(deed.act) else { return Ok(Vec::new()) };
        // What cannot be read at all is told by the correcting itself.
        let Ok(record) = self.read_record(spec, *on, form, &seen.row.organ) else { return Ok(Vec::new()) };
        self.false_claims(&seen.pack, (Some(&*seen), &seen.row.organ), (deed.act, *on), &record)
    }

    /// A task names a measure of its plan and what can prove it.
    fn task_claims(&self, fields: &Fields<'_>, faults: &mut Faults<'_>) -> Result<()> {
        match self.plan_of(&fields.text("plan")) {
            Ok(plan) => {
                let number = fields.text("measure").to_uppercase();
                let is_there = MeasureRef::parse(&number).is_some_and(|one| plan.measure(one).is_some());
                if !is_there {
                    let last =
                        plan.all_measures().last().map_or(String::new(), |one| one.reference.to_string());
                    faults.tell("measure", format!("“{}”没有措施“{number}”，最后一条是{last}", plan.name));
                }
            }
            Err(AppError::NotFound { what }) => {
                let known: Vec<String> = self.plan_choices()?.into_iter().map(|one| one.id).collect();
                faults.tell("plan", format!("没有{what}；现有的有：{}", known.join("、")));
            }
            Err(other) => return Err(other),
        }
        let needs: &[(&str, &str)] = match fields.text("proof").as_str() {
            "figure" => &[("figure", "以指标证明的要填指标标识"), ("bound", "要写怎样算达到")],
            "entry" => &[("register", "以名册证明的要填名册标识"), ("entry_key", "要填名册主键")],
            "document" => &[("document", "以文件证明的要填文号")],
            "case" => &[("case_number", "以案件证明的要填案号")],
            _ => &[],
        };
        for (field, message) in needs.iter().filter(|(field, _)| fields.text(field).is_empty()) {
            faults.tell(field, *message);
        }
        if fields.text("proof") == "figure" && fields.number("target").is_none() {
            faults.tell("target", "以指标证明的要填目标");
        }
        self.unknown_names(fields, faults);
        Ok(())
    }

    /// Figures and registers that there are not.
    fn unknown_names(&self, fields: &Fields<'_>, faults: &mut Faults<'_>) {
        let figure = fields.text("figure");
        if !figure.is_empty() && self.figure(&figure).is_none() {
            let near = base::closest(&figure, self.rules().figures().map(|one| one.id.as_str()));
            let near =
                near.map_or_else(|| "；见“统计数据”页".to_owned(), |near| format!("；是不是“{near}”？"));
            faults.tell("figure", format!("平台没有指标“{figure}”{near}"));
        }
        let register = fields.text("register");
        if !register.is_empty() && self.rules().register(&register).is_none() {
            let near = base::closest(&register, self.rules().registers.iter().map(|one| one.id.as_str()));
            let near =
                near.map_or_else(|| "；见“名册、清单”页".to_owned(), |near| format!("；是不是“{near}”？"));
            faults.tell("register", format!("平台没有名册“{register}”{near}"));
        }
    }

    fn assessment_claims(
        &self,
        (seen, holder): (Option<&CaseFile>, &str),
        (act, on): (ActId, Day),
        record: &Record,
        faults: &mut Faults<'_>,
    ) -> Result<()> {
        let pack = faults.pack;
        let Some(acts) = &pack.file.assessment else { return Ok(()) };
        let fields = Fields { pack, act, record };
        if act == acts.opens {
            return self.opening_claims(&fields, seen, holder, faults);
        }
        let says = [acts.scores, acts.states, acts.checks, acts.excludes, acts.settles, acts.concludes];
        let Some(seen) = seen.filter(|_| says.contains(&act)) else { return Ok(()) };
        let Some(mut one) = written(seen, &|key| self.rules().scheme(key).cloned()) else { return Ok(()) };
        let scheme = self.known_scheme(&one.scheme)?;
        if act == acts.concludes {
            return self.sum_claims(&fields, &scheme, (&one.assessed, one.year, on), &one.sheet, faults);
        }
        self.proof_claims(&fields, faults)?;
        let before = check_sheet(&scheme, &one.sheet);
        let deed = Deed { number: seen.row.version + 1, act, on, record: record.clone(), lapse: None };
        take(&mut one, acts, pack, &deed, Some(&scheme));
        let field = if act == acts.states { "quantity" } else { "criterion" };
        for fault in check_sheet(&scheme, &one.sheet) {
            if before.iter().all(|old| old.message != fault.message) {
                let help = fault.help.clone().unwrap_or_default();
                faults.tell(field, format!("{}。{help}", fault.message).trim_end_matches('。').to_owned());
            }
        }
        if act == acts.checks && fields.number("score").is_none() && fields.text("fired").is_empty() {
            faults.tell("score", "没有填核查分；否决项填“否决情形”");
        }
        Ok(())
    }

    /// The scheme is known and is for that year, and nobody is assessed twice.
    fn opening_claims(
        &self,
        fields: &Fields<'_>,
        seen: Option<&CaseFile>,
        holder: &str,
        faults: &mut Faults<'_>,
    ) -> Result<()> {
        let (key, name) = (fields.text("scheme"), fields.text("assessed"));
        let year = fields.whole("year").and_then(|year| i32::try_from(year).ok()).unwrap_or(0);
        match self.rules().scheme(&key) {
            None => {
                let known: Vec<String> = self.rules().schemes.iter().map(Scheme::key).collect();
                faults.tell("scheme", format!("没有考核方案“{key}”；现有的有：{}", known.join("、")));
            }
            Some(scheme) if !scheme.covers(year) => {
                let last = scheme.last_year.map_or("以后".to_owned(), |last| format!("至{last}年"));
                faults.tell("year", format!("方案“{key}”适用于{}年{last}", scheme.first_year));
            }
            Some(_) => {}
        }
        if year > self.today().year() {
            faults.tell("year", format!("{year}年还没有开始"));
        }
        let own = seen.map(|file| file.row.id.as_str());
        let twice = self.assessment_cases(Viewer::Keeper)?.into_iter().find(|(head, one)| {
            let is_same = one.scheme == key && one.year == year && one.assessed == name;
            is_same && head.holder.0 == holder && !head.is_dropped && Some(head.case.as_str()) != own
        });
        if let Some((head, _)) = twice {
            faults.tell("assessed", format!("“{name}”{year}年按这个方案已经在评，案号{}", head.number));
        }
        Ok(())
    }

    /// What stands as proof is there.
    fn proof_claims(&self, fields: &Fields<'_>, faults: &mut Faults<'_>) -> Result<()> {
        self.unknown_names(fields, faults);
        for reference in fields.references() {
            match reference {
                Reference::Entry { register, key } => {
                    let Some(known) = self.rules().register(&register) else { continue };
                    let entries = self.entries(&register)?;
                    if !as_of(&entries, self.today()).any(|entry| entry.key == key) {
                        faults.tell("entry_key", format!("“{}”里今天没有“{key}”", known.name));
                    }
                }
                Reference::Document(number) => {
                    if self.store().read(|reader| document::by_number(reader, &number))?.is_empty() {
                        faults.tell(
                            "document",
                            format!("平台上没有制发过“{number}”；平台以外的文件写在“证明”里，作附件"),
                        );
                    }
                }
                Reference::Case(number) => {
                    if self.store().read(|reader| cases::by_number(reader, &number))?.is_none() {
                        faults.tell("case_number", format!("平台上没有案件“{number}”"));
                    }
                }
                Reference::Words(_) | Reference::Figure(_) | Reference::File { .. } => {}
            }
        }
        Ok(())
    }

    /// The total that is settled is the one that comes out.
    fn sum_claims(
        &self,
        fields: &Fields<'_>,
        scheme: &Scheme,
        (assessed, year, on): (&str, i32, Day),
        sheet: &assessment::Sheet,
        faults: &mut Faults<'_>,
    ) -> Result<()> {
        let subject: Subject = self.subject_named(assessed)?;
        let total = self.assess(scheme, &subject, year, on, sheet)?.assessment.total;
        let rounded = |ratio: assessment::Ratio| ratio.rounded(DIGITS);
        for (field, value) in [("low", total.points.low), ("high", total.points.high)] {
            if fields.number(field) != rounded(value) {
                let shown = rounded(value).map_or(String::new(), |value| value.text(DIGITS));
                faults.tell(field, format!("到{}算得{shown}", on.chinese()));
            }
        }
        let unproved = i64::try_from(total.unproved).unwrap_or(i64::MAX);
        if fields.whole("unproved") != Some(unproved) {
            faults.tell("unproved", format!("到{}有{unproved}项", on.chinese()));
        }
        Ok(())
    }
}
