//! Cleaning up from the library: the acts by which a document is looked at anew, and documents listed into a campaign.

use norms::Act;
use store::cases;

use crate::actor::Actor;
use crate::commands::{Deal, Upload};
use crate::done::Done;
use crate::error::{AppError, Result};
use crate::library_asked::LibraryAsked;
use crate::library_view::LibraryDocument;
use crate::platform::Platform;
use crate::record::Form;
use crate::visible::{CaseFilter, Viewer, Whose};

/// What an officer may begin from a document. 可以启动的办理
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewWay {
    pub name: String,
    /// Where it begins: an act of a case, or the opening act of a procedure.
    pub place: ReviewPlace,
}

/// Where a look at a document begins. 启动的位置
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReviewPlace {
    Act { case: String, act: String },
    Opening { procedure: String, act: String },
}

/// A campaign that documents can be listed into. 清理案件
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignLine {
    pub case: String,
    pub name: String,
    pub act: String,
}

/// What is asked for when documents are listed into a campaign. 列入清理
#[derive(Clone, Debug)]
pub struct ListInto {
    pub key: String,
    /// The case of the campaign.
    pub case: String,
    /// Which documents: of the officer's own organ alone.
    pub asked: LibraryAsked,
}

impl Platform {
    /// How an officer may begin to look at a document anew: acts of its case that may be done now, and procedures about
    /// documents that the officer's organ may hold.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn review_ways(&self, actor: &Actor, document: &LibraryDocument) -> Result<Vec<ReviewWay>> {
        let Some((own, _)) = actor.organ.as_ref().filter(|_| actor.is_officer()) else {
            return Ok(Vec::new());
        };
        let mut made = Vec::new();
        if *own == document.organ_id
            && let Some(case) = &document.case
        {
            let view = self.case_view(actor, case)?;
            let reviews = self.shelf_of(&view.procedure_id).map(|(procedure, shelf)| {
                shelf.reviews.iter().filter_map(|act| procedure.act_of(*act)).map(|act| act.id.clone())
            });
            let reviews: Vec<String> = reviews.into_iter().flatten().collect();
            let may = view.may.into_iter().filter(|act| act.is_mine && reviews.contains(&act.id));
            made.extend(may.map(|act| ReviewWay {
                name: act.name,
                place: ReviewPlace::Act { case: case.clone(), act: act.id },
            }));
        }
        let kind = self.organ(own)?.kind;
        for pack in self.rules().in_force(self.today()) {
            let procedure = &pack.file.procedure;
            if !procedure.held_by.contains(&kind) {
                continue;
            }
            let about = procedure.acts.iter().filter(|act| act.opens_case && act.concerns.is_some());
            made.extend(about.map(|act| ReviewWay {
                name: format!("{}：{}", procedure.name, act.name),
                place: ReviewPlace::Opening { procedure: procedure.id.clone(), act: act.id.clone() },
            }));
        }
        Ok(made)
    }

    /// What the form of an opening act that is about a document begins with.
    ///
    /// # Errors
    /// There is no such document, or not for this officer; the library is still being read.
    pub fn form_about(&self, actor: &Actor, act: &Act, document: &str) -> Result<Form> {
        let found = self.library_document(Viewer::Account(actor), document, &Default::default())?;
        let (Some(found), Some(concerns)) = (found, act.concerns) else { return Ok(Form::new()) };
        let id = |at: u16| act.fields.get(usize::from(at)).map(|field| field.id.clone());
        let pairs = [(id(concerns.title), Some(found.line.title)), (id(concerns.number), found.line.number)];
        Ok(pairs.into_iter().filter_map(|(id, text)| Some((id?, vec![text?]))).collect())
    }

    /// The open cases of the officer's organ into which documents can be listed.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn campaigns(&self, actor: &Actor) -> Result<Vec<CampaignLine>> {
        if !actor.is_officer() {
            return Ok(Vec::new());
        }
        let visible = self.visible(Viewer::Account(actor))?;
        let mut made = Vec::new();
        let mut known: Vec<&str> = Vec::new();
        for procedure in self.rules().packs.iter().map(|pack| &pack.file.procedure) {
            if known.contains(&procedure.id.as_str()) {
                continue;
            }
            let Some(act) = procedure.acts.iter().find(|act| act.lists.is_some()) else { continue };
            known.push(&procedure.id);
            let filter =
                CaseFilter { whose: Whose::Held, procedure: Some(procedure.id.clone()), phase: None };
            let (rows, _) = self.store().read(|reader| visible.page(reader, &filter, None, 100))?;
            for row in rows.into_iter().filter(|row| row.closed_on.is_none()) {
                let view = self.case_view(actor, &row.id)?;
                if view.may.iter().any(|may| may.is_mine && may.id == act.id) {
                    let number = row.number.unwrap_or_default();
                    let name = format!("{number}　{}", row.title);
                    made.push(CampaignLine { case: row.id, name, act: act.id.clone() });
                }
            }
        }
        Ok(made)
    }

    /// Lists what a filter of the library gives, of the officer's own organ, into a campaign: its act is done with how many
    /// there are and the list as a file.
    ///
    /// # Errors
    /// The case is no campaign; nothing fits the filter; all of [`Platform::act`].
    pub fn list_into(&self, actor: &Actor, asked: ListInto) -> Result<Done> {
        let own = actor.organ.as_ref().filter(|_| actor.is_officer()).map(|(id, _)| id.clone());
        let own = own.ok_or_else(|| AppError::Forbidden {
            why: "列入清理供机关工作人员使用".to_owned(),
            help: "请用本机关的账号登录。".to_owned(),
        })?;
        let row = self.store().read(|reader| cases::get(reader, &asked.case))?;
        let row = row.ok_or_else(|| AppError::not_found("这个清理案件"))?;
        let file = self.store().read(|reader| self.inner().load(reader, &row.id))?;
        let acts = &file.pack.file.procedure.acts;
        let found = acts.iter().find_map(|act| Some((act, act.lists?)));
        let (act, lists) = found.ok_or_else(|| AppError::not_found("这个清理案件"))?;
        // Whoever may not read the case is told that there is none, whatever their own organ has.
        self.act_form(actor, &asked.case, &act.id)?;
        let filter = LibraryAsked { organ: own, ..asked.asked };
        let (bytes, count) = self.library_sheet(Viewer::Account(actor), &filter)?;
        if count == 0 {
            return Err(AppError::wrong(
                "nothing_listed",
                "本机关没有符合这些条件的文件",
                "换一个条件再列入。",
            ));
        }
        let id = |at: u16| act.fields.get(usize::from(at)).map_or(String::new(), |field| field.id.clone());
        let form = Form::from([(id(lists.total), vec![count.to_string()])]);
        let list =
            Upload { field: id(lists.list), name: "列入清理的文件.xlsx".to_owned(), content: bytes };
        let deal = Deal {
            key: asked.key,
            case: asked.case,
            version: None,
            act: act.id.clone(),
            on: self.today(),
            form,
            files: vec![list],
        };
        self.act_form(actor, &deal.case, &deal.act)?;
        self.act(actor, deal)
    }
}
