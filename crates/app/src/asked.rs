//! What pages ask about one case besides its view: the form of an act, what was recorded, a file's content.

use calendar::Day;
use norms::Act;

use crate::actor::Actor;
use crate::case::CaseFile;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::record::{self, Form};

/// What was recorded once, as a form that would record it again. 原记录
#[derive(Clone, Debug)]
pub struct Recorded {
    pub act: Act,
    pub on: Day,
    pub form: Form,
    /// The law deemed it done: nobody filled anything in.
    pub is_lapse: bool,
}

/// The content of an attachment. 附件内容
#[derive(Clone, Debug)]
pub struct Content {
    /// A safe file name.
    pub name: String,
    pub media_type: String,
    pub bytes: Vec<u8>,
}

impl Platform {
    /// The fields of an act by the rules that the case follows.
    ///
    /// # Errors
    /// There is no such case or act, or the case is not the actor's to read.
    pub fn act_form(&self, actor: &Actor, case: &str, act: &str) -> Result<Act> {
        self.readable(actor, case, |_, file| {
            let procedure = &file.pack.file.procedure;
            let found = procedure.act_named(act).and_then(|act| procedure.act_of(act));
            found.cloned().ok_or_else(|| AppError::not_found(format!("“{}”里的事项“{act}”", procedure.name)))
        })
    }

    /// What stands recorded under a number of the case, with the corrections that came since.
    ///
    /// # Errors
    /// There is no such act, it was taken back, or the case is not the actor's to read.
    pub fn recorded(&self, actor: &Actor, case: &str, number: u32) -> Result<Recorded> {
        self.readable(actor, case, |_, file| {
            self.must_be_entitled(actor, file)?;
            let deed = file.history.deeds.iter().find(|deed| deed.number == number);
            let deed = deed.ok_or_else(|| AppError::not_found(format!("本案现行的第{number}号事项")))?;
            let act = file.pack.file.procedure.act_of(deed.act);
            let act = act.ok_or_else(|| AppError::not_found("事项"))?;
            let mut form = Form::new();
            for (field, value) in act.fields.iter().zip(deed.record.values()) {
                let Some(value) = value else { continue };
                let mut texts = record::as_form(field, value);
                if field.kind == norms::FieldType::Party && texts.len() > 1 {
                    let code = texts.split_off(1);
                    form.extend(code.iter().flat_map(|code| record::code_form(field, code)));
                }
                form.insert(field.id.clone(), texts);
            }
            Ok(Recorded { act: act.clone(), on: deed.on, form, is_lapse: deed.lapse.is_some() })
        })
    }

    /// Reads a case that is the actor's to read; whether it exists at all is not told otherwise.
    pub(crate) fn readable<T>(
        &self,
        actor: &Actor,
        case: &str,
        work: impl FnOnce(&dyn store::Query, &CaseFile) -> Result<T>,
    ) -> Result<T> {
        self.store().read(|reader| {
            let file = self.inner().load(reader, case)?;
            if !self.may_read(actor, &file, self.today())? {
                return Err(AppError::not_found(format!("案件{case}")));
            }
            work(reader, &file)
        })
    }
}
