//! Drafts that are open for comment: which they are, and what anybody may say of them. 征求意见

use norms::{Act, ActId, Form, Procedure};
use store::publication::{self, Publication, Scope};

use crate::case::CaseFile;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::portal::Published;

/// A draft that anybody may comment on today. 征求意见的草案
#[derive(Clone, Debug)]
pub struct OpenDraft {
    /// What was made public of it.
    pub published: Published,
    /// Id and name of the act by which one comments.
    pub act: String,
    pub name: String,
    /// What was filled in as the last day for comments, where the notice has one public date.
    pub until: Option<calendar::Day>,
}

/// How many published acts of a procedure are looked through, the newest first.
const LOOKED: u32 = 200;

impl Platform {
    /// The drafts that are open for comment, the newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn open_drafts(&self) -> Result<Vec<OpenDraft>> {
        let packs = self.rules().packs.iter().map(|pack| &pack.file.procedure);
        let mut ids: Vec<&str> =
            packs.filter(|one| one.acts.iter().any(|act| act.anybody)).map(|one| one.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut made: Vec<OpenDraft> = Vec::new();
        let organs = self.organs_of_today()?.organs;
        self.store().read(|reader| -> Result<()> {
            for procedure in ids {
                let scope = Scope { procedure, ..Scope::all(self.today().number()) };
                for row in publication::page(reader, scope, None, LOOKED)? {
                    if made.iter().any(|one| one.published.case == row.case) {
                        continue;
                    }
                    let file = self.inner().load(reader, &row.case)?;
                    if let Some((act, until)) = self.opens(&file, &row) {
                        let (act, name) = (act.id.clone(), act.name.clone());
                        made.push(OpenDraft {
                            published: self.head(reader, &organs, row)?,
                            act,
                            name,
                            until,
                        });
                    }
                }
            }
            Ok(())
        })?;
        made.sort_by_key(|one| std::cmp::Reverse(one.published.published_on));
        Ok(made)
    }

    /// The act by which anybody may comment on what was published, if today they may; the last day that its notice names.
    pub(crate) fn opens(&self, file: &CaseFile, row: &Publication) -> Option<(Act, Option<calendar::Day>)> {
        if !row.is_shown(self.today().number()) {
            return None;
        }
        let procedure = &file.pack.file.procedure;
        let decision = file.engine(&self.rules().calendar).decide(&file.history.marking, self.today());
        let of = procedure.act_named(&row.act)?;
        let may = decision.may | decision.may_depending;
        let found = may.iter().find(|act| is_opened_by(procedure, *act, of))?;
        let notice = file.history.deeds.iter().rev().find(|deed| deed.act == of && deed.number == row.number);
        let until = notice.and_then(|deed| {
            let fields = procedure.act_of(of)?.fields.iter().zip(deed.record.values());
            let mut days = fields.filter(|(field, _)| field.public).filter_map(|(_, value)| match value {
                Some(norms::Value::Day(day)) => Some(*day),
                _ => None,
            });
            days.next().filter(|_| days.next().is_none())
        });
        Some((procedure.act_of(found)?.clone(), until))
    }

    /// What anybody may say of a published act today: the act of saying it, and whose draft it is.
    ///
    /// # Errors
    /// Nothing of that kind is public there, or it is open no more.
    pub fn open_draft(&self, case: &str, number: u32, act: &str) -> Result<(OpenDraft, Act)> {
        let closed = || {
            let help = "还在征求意见的草案，列在“征求意见”页。";
            AppError::wrong("not_open", "这个草案没有公开征求意见，或者已经结束", help)
        };
        let organs = self.organs_of_today()?.organs;
        self.store().read(|reader| {
            let row = publication::get(reader, case, number, act)?.ok_or_else(closed)?;
            let file = self.inner().load(reader, case)?;
            let (spec, until) = self.opens(&file, &row).ok_or_else(closed)?;
            let published = self.head(reader, &organs, row)?;
            Ok((OpenDraft { published, act: spec.id.clone(), name: spec.name.clone(), until }, spec))
        })
    }

    /// A file of a published act's public fields.
    ///
    /// # Errors
    /// Nothing is public there, it was withdrawn, or the file is in no public field.
    pub fn public_file(&self, case: &str, number: u32, act: &str, hash: &str) -> Result<crate::Content> {
        let missing = || AppError::not_found("这个公开的附件");
        let hash = ledger::Hash::parse(hash).ok_or_else(missing)?;
        let keys = self.inner().held();
        let found = self.store().read(|reader| {
            let row = publication::get(reader, case, number, act)?;
            let row = row.filter(|row| row.is_shown(self.today().number())).ok_or_else(missing)?;
            let file = self.inner().load(reader, &row.case)?;
            let files = public_files(&file, act, number);
            let known = files.iter().any(|(own, _)| *own == hash.hex());
            let kept = store::attachment::of_case(reader, case)?;
            kept.into_iter().find(|one| known && one.hash == hash).ok_or_else(missing)
        })?;
        let bytes = self.store().files().content(keys.ready(), &found)?.ok_or_else(missing)?;
        Ok(crate::Content { name: found.name, media_type: found.media_type, bytes })
    }
}

/// Whether an act is anybody's and is opened by another.
fn is_opened_by(procedure: &Procedure, act: ActId, by: ActId) -> bool {
    let opens = |form: &Form| matches!(form, Form::Opening { when, open } if when.has(by) && open.has(act));
    procedure.act_of(act).is_some_and(|spec| spec.anybody)
        && procedure.norms.iter().any(|norm| opens(&norm.form))
}

/// Hash and name of the files in the public fields of an act as it was done last when the event of that number made it public.
pub(crate) fn public_files(file: &CaseFile, act: &str, number: u32) -> Vec<(String, String)> {
    let procedure = &file.pack.file.procedure;
    let Some(of) = procedure.act_named(act) else { return Vec::new() };
    let Some(spec) = procedure.act_of(of) else { return Vec::new() };
    let mut done = file.history.deeds.iter().filter(|deed| deed.number <= number);
    let Some(deed) = done.rfind(|deed| deed.act == of) else { return Vec::new() };
    let fields = spec.fields.iter().zip(deed.record.values());
    let files =
        fields.filter(|(field, _)| field.public && !field.personal && field.kind == norms::FieldType::File);
    let texts = files.filter_map(|(_, value)| match value {
        Some(norms::Value::List(items)) => Some(items),
        _ => None,
    });
    let named = |text: &String| text.split_once('|').map(|(hash, name)| (hash.to_owned(), name.to_owned()));
    texts.flatten().filter_map(named).collect()
}
