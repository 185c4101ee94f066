//! The acts of the procedure that take over the draft: it goes to vetting, is settled, sent, and made public. Each writes what
//! it takes in the transaction of its act.

use std::collections::BTreeMap;

use audit::Rules;
use calendar::Day;
use documents::Faces;
use ledger::{HashFunction as _, Sm3};
use packs::procedures::Taken;
use store::report_draft::{self as kept, Edition, ReportFile};

use super::edition::{content, hash_of};
use super::resolve::Composed;
use super::{Loaded, done, plain};
use crate::actor::Actor;
use crate::commands::{Deal, Upload};
use crate::done::Done;
use crate::error::{AppError, Result};
use crate::kept_own::sealed;
use crate::platform::Platform;
use crate::record::Form;
use crate::report::{Face, Forms, container, unseal};

/// The name of the sealed bundle among the files of an edition.
pub(super) const BUNDLE: &str = "bundle.zip";

/// An act that takes over the draft. 承接报告稿的办理
#[derive(Clone, Debug)]
pub struct TakeReport {
    /// Of the sender's making; the same key is done once.
    pub key: String,
    pub case: String,
    pub version: Option<u32>,
    pub act: String,
    pub on: Day,
    /// What the act asks beside what it takes from the draft.
    pub form: Form,
    /// The site that links of the files lead to, without the slash at its end.
    pub site: Option<String>,
}

/// A step of the procedure as the draft's page shows it. 办理步骤
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportStep {
    pub act: String,
    pub name: String,
    /// It takes over the draft.
    pub takes: bool,
    pub done_on: Option<Day>,
    /// It may be done now, and by the reader.
    pub is_open: bool,
    pub is_mine: bool,
    /// Why it may not.
    pub barred: Option<String>,
    /// The last day for it.
    pub last_day: Option<Day>,
}

/// What is written beside the act.
enum Beside {
    Nothing,
    Edition(Box<Edition>),
    Files { edition: i64, files: Vec<ReportFile>, public: Option<Box<kept::PublicReport>> },
}

impl Platform {
    /// The fields that an act asks beside what it takes from the draft.
    ///
    /// # Errors
    /// The case is not the actor's to read; the act takes over no draft.
    pub fn report_act_form(&self, actor: &Actor, case: &str, act: &str) -> Result<norms::Act> {
        let (loaded, _) = self.loaded_begun(actor, case)?;
        let taken = taken(&loaded, act)?.clone();
        let mut spec = self.act_form(actor, case, act)?;
        let own = |field: &norms::Field| {
            let what = taken.fields.iter().find(|(_, own)| *own == field.id).map(|(what, _)| what.as_str());
            what.is_none_or(|what| what == "changes")
        };
        spec.fields.retain(own);
        Ok(spec)
    }

    /// Does an act with what it takes from the draft: the text goes to vetting, is settled, sent or made public.
    ///
    /// # Errors
    /// What bars the act; everything that stands in the way of vetting; there is no edition, or its figures have changed
    /// since; nothing was written then.
    pub fn take_report(&self, actor: &Actor, take: TakeReport, rules: &Rules) -> Result<Done> {
        let (loaded, _) = self.loaded_begun(actor, &take.case)?;
        let taken = taken(&loaded, &take.act)?.clone();
        let mut form = take.form.clone();
        for (what, field) in &taken.fields {
            if what != "changes" {
                form.remove(field);
            }
        }
        let acts = &loaded.acts;
        let (files, beside) = if taken.id == acts.drafted.id {
            self.to_vetting(actor, &loaded, (&taken, rules), &mut form)?
        } else if taken.id == acts.settled.id {
            let (_, composed) = self.last_edition(&loaded)?;
            settle(&taken, &composed, &mut form);
            (Vec::new(), Beside::Nothing)
        } else {
            self.going_out(&loaded, &taken, &take)?
        };
        let case = take.case.clone();
        let deal = Deal {
            key: take.key,
            case: take.case,
            version: take.version,
            act: take.act,
            on: take.on,
            form,
            files,
        };
        self.act_with(actor, deal, true, move |tx, done| {
            match &beside {
                Beside::Nothing => {}
                Beside::Edition(edition) => kept::add_edition(tx, &case, edition)?,
                Beside::Files { edition, files, public } => {
                    files.iter().try_for_each(|file| kept::add_file(tx, &case, *edition, file))?;
                    if let Some(public) = public {
                        let own = kept::PublicReport { number: i64::from(done.number), ..(**public).clone() };
                        kept::publish(tx, &own)?;
                    }
                }
            }
            Ok(())
        })
    }

    /// The draft goes to vetting: as an edition, and as a document beside the act.
    fn to_vetting(
        &self,
        actor: &Actor,
        loaded: &Loaded,
        (taken, rules): (&Taken, &Rules),
        form: &mut Form,
    ) -> Result<(Vec<Upload>, Beside)> {
        self.must_write(actor, loaded)?;
        let case = loaded.file.row.id.as_str();
        let texts = self.texts(case, &loaded.texts)?;
        let composed = self.sources(loaded, None)?.compose(&texts);
        let hinders = self.hindrances(loaded, &composed, rules)?;
        if !hinders.is_empty() {
            return Err(AppError::Unfit(hinders));
        }
        let last = self.store().read(|reader| kept::editions(reader, case, 1))?;
        let number = last.first().map_or(1, |last| last.number + 1);
        let content = content(loaded, &composed, &texts);
        let keys = self.inner().held().needed()?;
        let edition = Edition {
            number,
            as_of: composed.report.as_of.number(),
            account: actor.account.clone(),
            made_at: self.now(),
            hash: hash_of(&content),
            content: sealed(&keys, &["report_edition", case, &number.to_string()], &content)?,
        };
        let document = composed.report.to_document(&Face::default());
        let name = format!("{}（第{number}稿）.docx", composed.report.title);
        let docx = documents::to_docx(&document);
        let field = |what: &str| taken.field(what).unwrap_or_default().to_owned();
        form.insert(field("version"), vec![format!("第{number}稿")]);
        let files = vec![Upload { field: field("file"), name, content: docx }];
        Ok((files, Beside::Edition(Box::new(edition))))
    }

    /// The settled report in all its forms, sealed; the second act that takes it takes the same bytes.
    fn going_out(&self, loaded: &Loaded, taken: &Taken, take: &TakeReport) -> Result<(Vec<Upload>, Beside)> {
        let case = loaded.file.row.id.as_str();
        let (edition, composed) = self.last_edition(loaded)?;
        let settled = done(&loaded.file, loaded.acts.settled.act);
        let settled = settled
            .ok_or_else(|| AppError::wrong("not_settled", "报告还没有审定", "请先由主要负责人审定。"))?;
        let documents = self.store().read(|reader| store::document::of_case(reader, case))?;
        let number = documents.into_iter().find(|one| one.number == settled.number).map(|one| one.doc_number);
        let known = self.store().read(|reader| kept::files(reader, case, edition.number))?;
        let made = if known.is_empty() {
            let face =
                Face { number: number.clone(), dated: Some(settled.on.chinese()), site: take.site.clone() };
            self.packed(&composed, &face)?
        } else {
            self.packed_before(&known)?
        };
        let file = |(name, bytes): &(String, Vec<u8>)| ReportFile {
            name: name.clone(),
            hash: Sm3::digest(&[bytes]),
            size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            made_at: self.now(),
        };
        let files: Vec<ReportFile> = made.iter().map(file).collect();
        let public = (taken.id == loaded.acts.published.id).then(|| {
            Box::new(kept::PublicReport {
                organ: loaded.file.row.organ.clone(),
                year: i64::from(loaded.year),
                kind: composed.report.kind.clone(),
                case: case.to_owned(),
                edition: edition.number,
                title: composed.report.title.clone(),
                doc_number: number,
                number: 0,
                published_on: take.on.number(),
                content: super::public::content(&composed.report, Some(settled.on)),
            })
        });
        let field = taken.field("file").unwrap_or_default();
        let upload = |(name, content): (String, Vec<u8>)| Upload { field: field.to_owned(), name, content };
        let attached = |(name, _): &(String, Vec<u8>)| !name.ends_with(".md") && !name.ends_with(".html");
        let uploads = made.into_iter().filter(attached).map(upload).collect();
        Ok((uploads, Beside::Files { edition: edition.number, files, public }))
    }

    /// Writes the report in its forms and seals them under a root that covers all that it counts.
    fn packed(&self, composed: &Composed, face: &Face) -> Result<Vec<(String, Vec<u8>)>> {
        self.make_root()?;
        let report = &composed.report;
        let faces = Faces::find(None);
        let forms = Forms::of(report.to_document(face), faces.as_ref())?;
        let bundle = self.bundle(report, &forms)?;
        let wrong = unseal(&bundle, None).faults;
        if let Some(fault) = wrong.first() {
            let help = "请系统管理员运行 yifa verify 核验日志。";
            return Err(AppError::wrong("bundle", format!("封存包自己核验不通过：{fault}"), help));
        }
        let mut made = vec![("report.md".to_owned(), report.to_markdown().into_bytes())];
        made.extend(forms.files);
        made.push((BUNDLE.to_owned(), bundle));
        Ok(made)
    }

    /// The same files as they were made before: all of them are in the bundle.
    pub(super) fn packed_before(&self, known: &[ReportFile]) -> Result<Vec<(String, Vec<u8>)>> {
        let missing = || AppError::not_found("报告的封存包");
        let bundle = known.iter().find(|one| one.name == BUNDLE).ok_or_else(missing)?;
        let bytes = self.store().read(|reader| self.content_of(reader, &bundle.hash))?;
        let inside: BTreeMap<String, Vec<u8>> =
            container::unpacked(&bytes).ok_or_else(missing)?.into_iter().collect();
        let mut made = Vec::new();
        for file in known.iter().filter(|one| one.name != BUNDLE) {
            let own = inside.get(&file.name).filter(|own| Sm3::digest(&[own]) == file.hash);
            made.push((file.name.clone(), own.ok_or_else(missing)?.clone()));
        }
        made.push((BUNDLE.to_owned(), bytes));
        Ok(made)
    }

    pub(super) fn report_steps(&self, actor: &Actor, loaded: &Loaded) -> Result<Vec<ReportStep>> {
        let view = self.case_view(actor, &loaded.file.row.id)?;
        let procedure = &loaded.file.pack.file.procedure;
        let made = procedure.acts.iter().enumerate().map(|(at, act)| {
            let may = view.may.iter().find(|one| one.id == act.id);
            let barred = view.must_not.iter().find(|one| one.id == act.id);
            let owed = view.must.iter().find(|one| one.must.iter().any(|(id, _)| *id == act.id));
            ReportStep {
                takes: loaded.acts.taking(&act.id).is_some(),
                done_on: norms::ActId::new(at).and_then(|id| done(&loaded.file, id)).map(|deed| deed.on),
                is_open: may.is_some(),
                is_mine: may.is_some_and(|may| may.is_mine),
                barred: barred.map(|barred| barred.why.clone()),
                last_day: owed.and_then(|owed| owed.last_day),
                name: act.name.clone(),
                act: act.id.clone(),
            }
        });
        Ok(made.collect())
    }
}

fn taken<'a>(loaded: &'a Loaded, act: &str) -> Result<&'a Taken> {
    loaded.acts.taking(act).ok_or_else(|| AppError::not_found("从报告稿办理的这一步"))
}

/// The texts of the five parts as people read them.
fn settle(taken: &Taken, composed: &Composed, form: &mut Form) {
    if let Some(field) = taken.field("title") {
        form.insert(field.to_owned(), vec![composed.report.title.clone()]);
    }
    for section in &composed.report.sections {
        let text = plain(&composed.report, section);
        if let Some(field) = taken.field(&section.id).filter(|_| !text.trim().is_empty()) {
            form.insert(field.to_owned(), vec![text]);
        }
    }
}
