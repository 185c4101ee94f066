//! What is public: lists and pages of published acts, masked.

use calendar::Day;
use norms::{Act, Field, FieldType, Record, Value};
use store::publication::{self, Publication, Scope};
use store::{document, organ};

use crate::commenting::public_files;
use crate::error::{AppError, Result};
use crate::organs::Organ;
use crate::platform::Platform;

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
    /// The last day on which it is shown, where its showing ends by itself.
    pub shown_until: Option<Day>,
    pub doc_number: Option<String>,
    /// The article on which it is public.
    pub cited: String,
    /// Label and text of each public field.
    pub fields: Vec<(String, String)>,
    /// Hash and name of the files that are public.
    pub files: Vec<(String, String)>,
    /// Anybody may comment on it today.
    pub is_open: bool,
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
        let scope = Scope { procedure, ..Scope::all(self.today().number()) };
        let organs = self.organs_of_today()?.organs;
        self.store().read(|reader| {
            let rows = publication::page(reader, scope, key.as_ref(), PAGE)?;
            let full = u32::try_from(rows.len()).unwrap_or(u32::MAX) == PAGE;
            let next = rows
                .last()
                .filter(|_| full)
                .map(|row| format!("{}|{}|{}|{}", row.published_on, row.case, row.number, row.act));
            let heads =
                rows.into_iter().map(|row| self.head(reader, &organs, row)).collect::<Result<Vec<_>>>()?;
            Ok((heads, next))
        })
    }

    /// A published act as a list shows it; organs of today are at hand, others are asked for.
    pub(crate) fn head(
        &self,
        db: &dyn store::Query,
        organs: &[Organ],
        row: Publication,
    ) -> Result<Published> {
        let organ = match organs.iter().find(|organ| organ.id == row.organ) {
            Some(organ) => Some(organ.name.clone()),
            None => organ::known(db, &row.organ, self.today().number())?.map(|organ| organ.name),
        };
        Ok(Published {
            procedure: self.procedure_name(&row.procedure),
            organ: organ.unwrap_or_else(|| row.organ.clone()),
            case: row.case,
            number: row.number,
            act: row.act,
            title: row.title,
            published_on: Day::from_number(row.published_on).unwrap_or_else(|| self.today()),
        })
    }

    /// The page of a published act. One that was withdrawn shows only that it was; one whose time of showing is over is not
    /// there any more, for anybody.
    ///
    /// # Errors
    /// Nothing is public there.
    pub fn published_page(&self, case: &str, number: u32, act: &str) -> Result<PublishedPage> {
        let organs = self.organs_of_today()?.organs;
        self.store().read(|reader| {
            let row = publication::get(reader, case, number, act)?;
            let row = row.ok_or_else(|| AppError::not_found("这条公开信息"))?;
            if row.has_ended(self.today().number()) {
                return Err(AppError::not_found("这条公开信息（公示期已经届满，不再公开）"));
            }
            let file = self.inner().load(reader, case)?;
            let procedure = &file.pack.file.procedure;
            let withdrawn_on = row.withdrawn_on.and_then(Day::from_number);
            let of = procedure.act_named(act);
            let spec = of.and_then(|of| procedure.act_of(of));
            // What was done again later is public only when it is published itself.
            let until = file.history.deeds.iter().filter(|deed| deed.number <= number);
            let deed = until.rev().find(|deed| Some(deed.act) == of);
            let publishing = file.history.deeds.iter().find(|deed| deed.number == number);
            let publishing = publishing.and_then(|deed| Some((procedure.act_of(deed.act)?, &deed.record)));
            let fields = match (spec, deed, withdrawn_on) {
                (Some(spec), Some(deed), None) => public_fields((spec, &deed.record), publishing),
                _ => Vec::new(),
            };
            let cited = publishing.map(|(act, _)| act).and_then(|act| act.publish.as_ref()).map_or(
                String::new(),
                |publish| {
                    let mark = if publish.basis.unverified { "（未核实）" } else { "" };
                    format!("{}{mark}", publish.basis.cited)
                },
            );
            let files = if withdrawn_on.is_none() { public_files(&file, act, number) } else { Vec::new() };
            let is_open = self.opens(&file, &row).is_some();
            let documents = document::of_case(reader, case)?;
            let issued = documents.into_iter().find(|one| deed.is_some_and(|deed| deed.number == one.number));
            Ok(PublishedPage {
                shown_until: row.shown_until.and_then(Day::from_number),
                head: self.head(reader, &organs, row)?,
                withdrawn_on,
                doc_number: issued.map(|one| one.doc_number),
                cited,
                fields,
                files,
                is_open,
            })
        })
    }
}

/// What is shown of an act: its public fields, masked. A text with personal contents is shown only as the publishing
/// act puts it, in a field of the same id; the publishing act's other public fields follow.
fn public_fields(of: (&Act, &Record), publishing: Option<(&Act, &Record)>) -> Vec<(String, String)> {
    let values = |(act, record): (&'_ Act, &'_ Record)| -> Vec<(Field, Option<Value>)> {
        act.fields.iter().cloned().zip(record.values().map(Option::<&Value>::cloned)).collect()
    };
    let own = publishing.filter(|(act, _)| act.id != of.0.id).map(values).unwrap_or_default();
    let redacted = |id: &str| own.iter().find(|(field, value)| field.id == id && value.is_some());
    let mut made = Vec::new();
    for (field, value) in values(of).into_iter().filter(|(field, _)| field.public) {
        let Some(value) = value else { continue };
        let shown = match redacted(&field.id) {
            Some((field, Some(value))) => crate::record::shown(field, value, true),
            _ if field.personal && field.kind == FieldType::Text => "（含有个人信息，不公开）".to_owned(),
            _ => crate::record::shown(&field, &value, true),
        };
        made.push((field.name.clone(), shown));
    }
    let others =
        own.iter().filter(|(field, _)| field.public && !of.0.fields.iter().any(|one| one.id == field.id));
    made.extend(others.filter_map(|(field, value)| {
        Some((field.name.clone(), crate::record::shown(field, value.as_ref()?, true)))
    }));
    made
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
        shown_until: None,
    })
}
