//! Finding cases by the beginning of their number or of their title, which begins with the party's name: among those
//! that may be seen, page by page, and with a bound on what is read for one page.

use store::cases::{self, Case, Key};
use store::{Query, Reader};

use crate::accounts::Origin;
use crate::actor::Actor;
use crate::desk::{CaseLine, PAGE};
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::visible::{CaseFilter, SCAN, Viewer, Visible, Whose};

/// A page of what was found. 查找结果
#[derive(Clone, Debug, Default)]
pub struct FoundCases {
    pub lines: Vec<CaseLine>,
    /// Where the next page begins; there may be more although this one is short or empty.
    pub next: Option<String>,
}

/// The longest text that is looked for, in characters.
const LONGEST: usize = 60;
/// How many cases are read at a time.
const BATCH: u32 = 200;
/// How many cases of others are read for one page at most.
const MOST_READ: usize = 1000;
/// As how many a case counts that is opened for its party's name.
const OPENED: usize = 5;

/// Where a page begins. Numbers come first, then titles of the own organ's cases, then those that stand for a natural
/// person, of whose name a title has the first character alone, then the cases of others.
enum Place {
    Number(String),
    Title(Option<(String, String)>),
    Masked(Option<(String, String)>),
    Others(Option<Key>),
}

impl Place {
    fn parse(text: Option<&str>) -> Self {
        let mut parts = text.unwrap_or_default().splitn(3, '|');
        let mut next = || parts.next().unwrap_or_default().to_owned();
        let (kind, first, second) = (next(), next(), next());
        match kind.as_str() {
            "t" => Self::Title(Some((second, first)).filter(|(_, id)| !id.is_empty())),
            "m" => Self::Masked(Some((second, first)).filter(|(_, id)| !id.is_empty())),
            "o" => Self::Others(first.parse().ok().map(|opened_on| Key { opened_on, id: second })),
            _ => Self::Number(first),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Number(number) => format!("n|{number}"),
            Self::Title(None) => "t".to_owned(),
            Self::Title(Some((title, id))) => format!("t|{id}|{title}"),
            Self::Masked(None) => "m".to_owned(),
            Self::Masked(Some((title, id))) => format!("m|{id}|{title}"),
            Self::Others(None) => "o".to_owned(),
            Self::Others(Some(key)) => format!("o|{}|{}", key.opened_on, key.id),
        }
    }
}

/// A search under way.
struct Search<'a> {
    platform: &'a Platform,
    db: &'a dyn Query,
    visible: Visible,
    text: &'a str,
    found: Vec<Case>,
    read: usize,
    /// Of how many cases the parties' names were opened.
    opened: usize,
}

impl Platform {
    /// The cases that the actor may see whose number or title begins with a text. Where an officer's search opened names of
    /// natural persons to compare them, it is noted before anything is told (个人信息保护法第五十一条).
    ///
    /// # Errors
    /// Nothing or too much is asked for; the store cannot be read, or not written.
    pub fn search_cases(
        &self,
        actor: &Actor,
        text: &str,
        after: Option<&str>,
        origin: &Origin,
    ) -> Result<FoundCases> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > LONGEST {
            return Err(AppError::field("text", "查找内容", format!("应当填写，不超过{LONGEST}个字")));
        }
        let (found, next, opened) = self.store().read(|reader: &mut Reader<'_>| -> Result<_> {
            let visible = self.visible(Viewer::Account(actor))?;
            let found = Vec::new();
            let mut search = Search { platform: self, db: reader, visible, text, found, read: 0, opened: 0 };
            let next = search.run(Place::parse(after))?;
            Ok((search.found, next.map(|place| place.text()), search.opened))
        })?;
        if opened > 0 && actor.organ.is_some() {
            self.note_search(actor, text, (opened, found.len()), origin)?;
        }
        Ok(FoundCases { lines: found.into_iter().map(|row| self.case_line(row)).collect(), next })
    }
}

impl Search<'_> {
    fn left(&self) -> usize {
        usize::try_from(PAGE).unwrap_or(usize::MAX).saturating_sub(self.found.len())
    }

    /// Fills the page; where the next one begins.
    fn run(&mut self, from: Place) -> Result<Option<Place>> {
        let mut place = Some(from);
        while let Some(at) = place {
            if self.left() == 0 || self.read >= MOST_READ {
                return Ok(Some(at));
            }
            place = match at {
                Place::Number(after) => self.by_number(after)?,
                Place::Title(after) => self.by_title(after)?,
                Place::Masked(after) => self.by_masked(after)?,
                Place::Others(after) => self.of_others(after)?,
            };
        }
        Ok(None)
    }

    fn by_number(&mut self, after: String) -> Result<Option<Place>> {
        let rows = cases::by_number_prefix(self.db, self.text, &after, BATCH)?;
        let full = u32::try_from(rows.len()).unwrap_or(u32::MAX) == BATCH;
        let mut last = after;
        for row in rows {
            if self.left() == 0 {
                return Ok(Some(Place::Number(last)));
            }
            self.read += 1;
            last = row.number.clone().unwrap_or_default();
            if self.visible.sees(&row) {
                self.found.push(row);
            }
        }
        Ok(Some(if full { Place::Number(last) } else { Place::Title(None) }))
    }

    fn has_number(&self, row: &Case) -> bool {
        row.number.as_ref().is_some_and(|number| number.starts_with(self.text))
    }

    fn by_title(&mut self, after: Option<(String, String)>) -> Result<Option<Place>> {
        let Some(organ) = self.visible.organ() else { return Ok(Some(Place::Others(None))) };
        let key = after.as_ref().map(|(title, id)| (title.as_str(), id.as_str()));
        let batch = u32::try_from(self.left()).unwrap_or(BATCH).min(BATCH);
        let rows = cases::by_title_prefix(self.db, organ, self.text, key, batch)?;
        let full = u32::try_from(rows.len()).unwrap_or(u32::MAX) == batch;
        self.read += rows.len();
        let last = rows.last().map(|row| (row.title.clone(), row.id.clone()));
        let fresh: Vec<Case> = rows.into_iter().filter(|row| !self.has_number(row)).collect();
        self.found.extend(fresh);
        Ok(Some(if full { Place::Title(last) } else { Place::Masked(None) }))
    }

    /// The own organ's cases of natural persons: their titles have the first character of the name, and the name itself
    /// is opened to compare.
    fn by_masked(&mut self, after: Option<(String, String)>) -> Result<Option<Place>> {
        let Some(organ) = self.visible.organ() else { return Ok(Some(Place::Others(None))) };
        let key = after.as_ref().map(|(title, id)| (title.as_str(), id.as_str()));
        let masked = codes::mask::name(self.text);
        let rows = cases::by_title_prefix(self.db, organ, &masked, key, BATCH)?;
        let full = u32::try_from(rows.len()).unwrap_or(u32::MAX) == BATCH;
        let mut last = after;
        for row in rows {
            if self.left() == 0 {
                return Ok(Some(Place::Masked(last)));
            }
            self.read += OPENED;
            last = Some((row.title.clone(), row.id.clone()));
            // What begins with the text as it stands was found before.
            if !row.title.starts_with(self.text) && !self.has_number(&row) && self.is_of(&row)? {
                self.found.push(row);
            }
        }
        Ok(Some(if full { Place::Masked(last) } else { Place::Others(None) }))
    }

    /// Whether the name of a party of the first act begins with the text.
    fn is_of(&mut self, row: &Case) -> Result<bool> {
        self.opened += 1;
        let file = self.platform.inner().load(self.db, &row.id)?;
        let Some(first) = file.history.deeds.first() else { return Ok(false) };
        let Some(spec) = file.pack.file.procedure.act_of(first.act) else { return Ok(false) };
        let parties = spec.fields.iter().zip(first.record.values());
        let mut parties = parties.filter(|(field, _)| field.kind == norms::FieldType::Party);
        Ok(parties.any(|(_, value)| match value {
            Some(norms::Value::Text(text)) => crate::record::party_name(text).starts_with(self.text),
            _ => false,
        }))
    }

    fn of_others(&mut self, after: Option<Key>) -> Result<Option<Place>> {
        let filter = CaseFilter { whose: Whose::Named, ..CaseFilter::default() };
        let (rows, next) = self.visible.page(self.db, &filter, after.as_ref(), SCAN)?;
        let mut last = after;
        for row in rows {
            if self.left() == 0 {
                return Ok(Some(Place::Others(last)));
            }
            self.read += 1;
            last = Some(row.key());
            let masked = row.title.starts_with(&codes::mask::name(self.text));
            let is_of = row.title.starts_with(self.text) || (masked && self.is_of(&row)?);
            if is_of && !self.has_number(&row) {
                self.found.push(row);
            }
        }
        Ok(next.map(|key| Place::Others(Some(key))))
    }
}
