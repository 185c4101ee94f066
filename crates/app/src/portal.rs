//! What is public: lists and pages of published acts, masked.

use calendar::Day;
use store::publication::{self, Publication, Scope};
use store::{document, organ};

use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::view::shown_fields;

/// A published act in a list. 公开信息
#[derive(Clone, Debug)]
pub struct Published {
    pub case: String,
    pub number: u32,
    pub act: String,
    pub title: String,
    pub procedure: String,
    pub organ: String,
    pub published_on: Day,
}

/// A published act on its page. 公开信息页
#[derive(Clone, Debug)]
pub struct PublishedPage {
    pub head: Published,
    pub withdrawn_on: Option<Day>,
    pub doc_number: Option<String>,
    /// The article on which it is public.
    pub cited: String,
    /// Label and text of each public field.
    pub fields: Vec<(String, String)>,
}

const PAGE: u32 = 30;

impl Platform {
    /// A page of what is public, the newest first; the second value begins the next page.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn published(
        &self,
        procedure: &str,
        after: Option<&str>,
    ) -> Result<(Vec<Published>, Option<String>)> {
        let key = after.and_then(key_of);
        let scope = Scope { procedure, ..Scope::default() };
        self.store().read(|reader| {
            let rows = publication::page(reader, scope, key.as_ref(), PAGE)?;
            let full = u32::try_from(rows.len()).unwrap_or(u32::MAX) == PAGE;
            let next = rows
                .last()
                .filter(|_| full)
                .map(|row| format!("{}|{}|{}|{}", row.published_on, row.case, row.number, row.act));
            let heads = rows.into_iter().map(|row| self.head(reader, row)).collect::<Result<Vec<_>>>()?;
            Ok((heads, next))
        })
    }

    fn head(&self, db: &dyn store::Query, row: Publication) -> Result<Published> {
        let organ = organ::get(db, &row.organ, self.today().number())?;
        Ok(Published {
            procedure: self.procedure_name(&row.procedure),
            organ: organ.map_or_else(|| row.organ.clone(), |organ| organ.name),
            case: row.case,
            number: row.number,
            act: row.act,
            title: row.title,
            published_on: Day::from_number(row.published_on).unwrap_or_else(|| self.today()),
        })
    }

    /// The page of a published act. One that was withdrawn shows only that it was.
    ///
    /// # Errors
    /// Nothing is public there.
    pub fn published_page(&self, case: &str, number: u32, act: &str) -> Result<PublishedPage> {
        self.store().read(|reader| {
            let row = publication::get(reader, case, number, act)?;
            let row = row.ok_or_else(|| AppError::not_found("这条公开信息"))?;
            let file = self.inner().load(reader, case)?;
            let procedure = &file.pack.file.procedure;
            let withdrawn_on = row.withdrawn_on.and_then(Day::from_number);
            let of = procedure.act_named(act);
            let spec = of.and_then(|of| procedure.act_of(of));
            let deed = file.history.deeds.iter().rev().find(|deed| Some(deed.act) == of);
            let mut fields = Vec::new();
            if let (Some(spec), Some(deed), None) = (spec, deed, withdrawn_on) {
                let public = norms::Act {
                    fields: spec.fields.iter().filter(|field| field.public).cloned().collect(),
                    ..spec.clone()
                };
                let (plain, personal) = crate::record::to_json(spec, &deed.record);
                fields = shown_fields(&public, &plain, personal.as_deref(), true);
            }
            let publishing = file.history.deeds.iter().find(|deed| deed.number == number);
            let publishing = publishing.and_then(|deed| procedure.act_of(deed.act));
            let cited = publishing.and_then(|act| act.publish.as_ref()).map_or(String::new(), |publish| {
                let mark = if publish.basis.unverified { "（未核实）" } else { "" };
                format!("{}{mark}", publish.basis.cited)
            });
            let documents = document::of_case(reader, case)?;
            let issued = documents.into_iter().find(|one| deed.is_some_and(|deed| deed.number == one.number));
            Ok(PublishedPage {
                head: self.head(reader, row)?,
                withdrawn_on,
                doc_number: issued.map(|one| one.doc_number),
                cited,
                fields,
            })
        })
    }
}

fn key_of(text: &str) -> Option<Publication> {
    let parts: Vec<&str> = text.split('|').collect();
    let [day, case, number, act] = parts.as_slice() else { return None };
    Some(Publication {
        case: (*case).to_owned(),
        number: number.parse().ok()?,
        act: (*act).to_owned(),
        procedure: String::new(),
        organ: String::new(),
        division: String::new(),
        published_on: day.parse().ok()?,
        title: String::new(),
        withdrawn_on: None,
    })
}
